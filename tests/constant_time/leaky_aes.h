/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_CONSTANT_TIME_LEAKY_AES_H
#define LANE_TESTS_CONSTANT_TIME_LEAKY_AES_H

/* AES with what every textbook has: an S-box indexed by secrets, and a multiplication by x that branches. FIPS 197. */

#include "util.h"

#include "leaky.h"

struct leaky_key {
	uint8_t rk[15][16];
	size_t n_rounds;
};

static uint8_t sbox[256], inverse_sbox[256];

static inline uint8_t times_x(uint8_t a)
{
	uint8_t doubled = (uint8_t)(a << 1);
	if (a & 0x80) { /* the leak */
		KEEP_BRANCH();
		doubled ^= 0x1b;
	}
	return doubled;
}

/* Runs through the powers of x + 1 and, beside them, of its inverse. FIPS 197 §5.1.1. */
static __attribute__((constructor)) void make_sbox(void)
{
	uint8_t p = 1, q = 1;
	do {
		p = (uint8_t)(p ^ times_x(p));
		q ^= (uint8_t)(q << 1);
		q ^= (uint8_t)(q << 2);
		q ^= (uint8_t)(q << 4);
		q ^= q & 0x80 ? 0x09 : 0;
		const unsigned twice = q * 0x101u;
		sbox[p] = (uint8_t)(0x63 ^ q ^ twice >> 7 ^ twice >> 6 ^ twice >> 5 ^ twice >> 4);
	} while (p != 1);
	sbox[0] = 0x63;
	for (int i = 0; i < 256; i++)
		inverse_sbox[sbox[i]] = (uint8_t)i;
}

static inline void leaky_expand(void *key, const uint8_t *user_key, size_t key_len)
{
	struct leaky_key *k = key;
	uint8_t *w = (uint8_t *)k->rk, rcon = 1;
	const size_t n = key_len / 4;
	k->n_rounds = n + 6;
	memcpy(w, user_key, key_len);
	for (size_t i = n; i < 4 * (k->n_rounds + 1); i++) {
		uint8_t t[4];
		memcpy(t, w + 4 * (i - 1), 4);
		if (i % n == 0) {
			const uint8_t first = t[0];
			t[0] = sbox[t[1]] ^ rcon; /* the leak */
			t[1] = sbox[t[2]];
			t[2] = sbox[t[3]];
			t[3] = sbox[first];
			rcon = times_x(rcon);
		} else if (n > 6 && i % n == 4) {
			for (size_t j = 0; j < 4; j++)
				t[j] = sbox[t[j]];
		}
		for (size_t j = 0; j < 4; j++)
			w[4 * i + j] = w[4 * (i - n) + j] ^ t[j];
	}
}

static inline void sub_and_shift(uint8_t to[16], const uint8_t from[16])
{
	for (size_t i = 0; i < 16; i++)
		to[i] = sbox[from[(i + 4 * (i % 4)) % 16]]; /* the leak */
}

static inline void leaky_encrypt_block(const struct leaky_key *k, uint8_t out[16], const uint8_t in[16])
{
	uint8_t x[16], y[16];
	for (size_t i = 0; i < 16; i++)
		x[i] = in[i] ^ k->rk[0][i];
	for (size_t round = 1; round < k->n_rounds; round++) {
		sub_and_shift(y, x);
		for (size_t i = 0; i < 16; i++) {
			const uint8_t *column = y + i / 4 * 4;
			const uint8_t a = column[i % 4], b = column[(i + 1) % 4];
			const uint8_t all = column[0] ^ column[1] ^ column[2] ^ column[3];
			x[i] = (uint8_t)(a ^ all ^ times_x(a ^ b) ^ k->rk[round][i]);
		}
	}
	sub_and_shift(y, x);
	for (size_t i = 0; i < 16; i++)
		out[i] = y[i] ^ k->rk[k->n_rounds][i];
}

/* n_blocks one by one (ECB). out may be in. */
static inline void leaky_encrypt(const void *key, uint8_t *out, const uint8_t *in, size_t n_blocks)
{
	for (size_t i = 0; i < n_blocks; i++)
		leaky_encrypt_block(key, out + 16 * i, in + 16 * i);
}

/* FIPS 197 §5.3. InvMixColumns is MixColumns after a_r + 4(a_r + a_r+2). */
static inline void leaky_decrypt_block(const struct leaky_key *k, uint8_t out[16], const uint8_t in[16])
{
	uint8_t x[16], y[16];
	for (size_t i = 0; i < 16; i++)
		x[i] = in[i] ^ k->rk[k->n_rounds][i];
	for (size_t round = k->n_rounds - 1;; round--) {
		for (size_t i = 0; i < 16; i++) {
			const size_t to = (i + 4 * (i % 4)) % 16;
			y[to] = inverse_sbox[x[i]] ^ k->rk[round][to]; /* the leak */
		}
		if (round == 0)
			break;
		for (size_t i = 0; i < 16; i++)
			x[i] = y[i] ^ times_x(times_x(y[i] ^ y[i / 4 * 4 + (i + 2) % 4]));
		for (size_t i = 0; i < 16; i++) {
			const uint8_t *column = x + i / 4 * 4;
			const uint8_t all = column[0] ^ column[1] ^ column[2] ^ column[3];
			y[i] = (uint8_t)(column[i % 4] ^ all ^ times_x(column[i % 4] ^ column[(i + 1) % 4]));
		}
		memcpy(x, y, 16);
	}
	memcpy(out, y, 16);
}

#endif
