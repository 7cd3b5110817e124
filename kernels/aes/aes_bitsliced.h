/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_BITSLICED_H
#define LANE_KERNELS_AES_BITSLICED_H

/*
 * AES for any CPU in constant time: four blocks at once, bitsliced, no tables.
 *
 * Eight 64-bit words: word b holds bit b of all 64 bytes, that of row r and
 * column c of block j at position 16r + 4c + j:
 *
 *     63          48 47          32 31          16 15           0
 *    |    row 3     |    row 2     |    row 1     |    row 0     |
 *                                                   c3  c2  c1  c0   (4 bits each: blocks 3 2 1 0)
 *
 * so that ShiftRows rotates within 16-bit fields, and MixColumns needs rotations
 * of whole words only.
 */

#include "../util.h"

enum { AES_BITSLICED_BLOCKS = 4 };

struct aes_bitsliced_key {
	uint64_t rk[15][8]; /* each round key four times over, bitsliced */
	size_t n_rounds;
};

/* Exchanges the bits of a under (mask << shift) with those of b under mask. */
LANE_INLINE void aes_swap_bits(uint64_t *a, uint64_t *b, uint64_t mask, int shift)
{
	const uint64_t t = (*a >> shift ^ *b) & mask;
	*a ^= t << shift;
	*b ^= t;
}

/* Eight 8×8 bit matrices transposed at once: bit i of byte m of word k changes
 * places with bit k of byte m of word i. Its own inverse. */
static inline void aes_transpose(uint64_t q[8])
{
	for (int i = 0; i < 8; i += 2)
		aes_swap_bits(&q[i], &q[i + 1], UINT64_C(0x5555555555555555), 1);
	for (int i = 0; i < 8; i += 4) {
		aes_swap_bits(&q[i], &q[i + 2], UINT64_C(0x3333333333333333), 2);
		aes_swap_bits(&q[i + 1], &q[i + 3], UINT64_C(0x3333333333333333), 2);
	}
	for (int i = 0; i < 4; i++)
		aes_swap_bits(&q[i], &q[i + 4], UINT64_C(0x0f0f0f0f0f0f0f0f), 4);
}

/* b3 b2 b1 b0 becomes 0 b3 0 b2 0 b1 0 b0, and back. */
LANE_INLINE uint64_t aes_spread_bytes(uint64_t x)
{
	x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
	return (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
}

LANE_INLINE uint32_t aes_gather_bytes(uint64_t x)
{
	x &= UINT64_C(0x00ff00ff00ff00ff);
	x = (x | x >> 8) & UINT64_C(0x0000ffff0000ffff);
	return (uint32_t)(x | x >> 16);
}

static inline void aes_bitslice(uint64_t q[8], const uint8_t in[64])
{
	for (size_t j = 0; j < 4; j++) {
		const uint8_t *p = in + 16 * j; /* its columns are the words at p, p + 4, p + 8, p + 12 */
		q[j] = aes_spread_bytes(load32_le(p)) | aes_spread_bytes(load32_le(p + 8)) << 8;
		q[j + 4] = aes_spread_bytes(load32_le(p + 4)) | aes_spread_bytes(load32_le(p + 12)) << 8;
	}
	aes_transpose(q);
}

static inline void aes_unbitslice(uint8_t out[64], uint64_t q[8])
{
	aes_transpose(q);
	for (size_t j = 0; j < 4; j++) {
		uint8_t *p = out + 16 * j;
		store32_le(p, aes_gather_bytes(q[j]));
		store32_le(p + 4, aes_gather_bytes(q[j + 4]));
		store32_le(p + 8, aes_gather_bytes(q[j] >> 8));
		store32_le(p + 12, aes_gather_bytes(q[j + 4] >> 8));
	}
}

typedef uint64_t aes_slice;
#define AES_SLICES_INLINE static inline
#include "aes_slices.inc.h"

static inline void aes_shift_rows(uint64_t q[8])
{
	for (int i = 0; i < 8; i++) {
		const uint64_t x = q[i]; /* row r: columns rotate by r, that is 4r bits of 16 */
		q[i] = (x & UINT64_C(0x000000000000ffff)) | (x & UINT64_C(0x00000000fff00000)) >> 4 |
		       (x & UINT64_C(0x00000000000f0000)) << 12 | (x & UINT64_C(0x0000ff0000000000)) >> 8 |
		       (x & UINT64_C(0x000000ff00000000)) << 8 | (x & UINT64_C(0xf000000000000000)) >> 12 |
		       (x & UINT64_C(0x0fff000000000000)) << 4;
	}
}

static inline void aes_inverse_shift_rows(uint64_t q[8])
{
	for (int i = 0; i < 8; i++) {
		const uint64_t x = q[i];
		q[i] = (x & UINT64_C(0x000000000000ffff)) | (x & UINT64_C(0x000000000fff0000)) << 4 |
		       (x & UINT64_C(0x00000000f0000000)) >> 12 | (x & UINT64_C(0x0000ff0000000000)) >> 8 |
		       (x & UINT64_C(0x000000ff00000000)) << 8 | (x & UINT64_C(0x000f000000000000)) << 12 |
		       (x & UINT64_C(0xfff0000000000000)) >> 4;
	}
}

LANE_INLINE uint64_t aes_rotate_rows(uint64_t x, int rows)
{
	return x >> 16 * rows | x << (64 - 16 * rows);
}

static inline void aes_mix_columns(uint64_t q[8])
{
	uint64_t sum[8], rest[8];
	for (int i = 0; i < 8; i++) {
		const uint64_t next = aes_rotate_rows(q[i], 1);
		sum[i] = q[i] ^ next;
		rest[i] = next ^ aes_rotate_rows(sum[i], 2);
	}
	aes_double_and_add(q, sum, rest);
}

static inline void aes_inverse_mix_columns(uint64_t q[8])
{
	uint64_t t[8];
	for (int i = 0; i < 8; i++)
		t[i] = q[i] ^ aes_rotate_rows(q[i], 2);
	aes_add_four_times(q, t);
	aes_mix_columns(q);
}

static inline void aes_add_round_key(uint64_t q[8], const uint64_t rk[8])
{
	for (int i = 0; i < 8; i++)
		q[i] ^= rk[i];
}

/* FIPS 197 §5.1 on four blocks. out may be in. */
static inline void aes_bitsliced_encrypt4(const struct aes_bitsliced_key *key, uint8_t out[64], const uint8_t in[64])
{
	uint64_t q[8];
	aes_bitslice(q, in);
	aes_add_round_key(q, key->rk[0]);
	for (size_t round = 1; round < key->n_rounds; round++) {
		aes_sub_bytes(q);
		aes_shift_rows(q);
		aes_mix_columns(q);
		aes_add_round_key(q, key->rk[round]);
	}
	aes_sub_bytes(q);
	aes_shift_rows(q);
	aes_add_round_key(q, key->rk[key->n_rounds]);
	aes_unbitslice(out, q);
}

/* FIPS 197 §5.3 on four blocks. out may be in. */
static inline void aes_bitsliced_decrypt4(const struct aes_bitsliced_key *key, uint8_t out[64], const uint8_t in[64])
{
	uint64_t q[8];
	aes_bitslice(q, in);
	aes_add_round_key(q, key->rk[key->n_rounds]);
	for (size_t round = key->n_rounds - 1; round > 0; round--) {
		aes_inverse_shift_rows(q);
		aes_inverse_sub_bytes(q);
		aes_add_round_key(q, key->rk[round]);
		aes_inverse_mix_columns(q);
	}
	aes_inverse_shift_rows(q);
	aes_inverse_sub_bytes(q);
	aes_add_round_key(q, key->rk[0]);
	aes_unbitslice(out, q);
}

/* n_blocks one by one (ECB). out may be in. */
static inline void aes_bitsliced_encrypt(const struct aes_bitsliced_key *key, uint8_t *out, const uint8_t *in,
					 size_t n_blocks)
{
	for (; n_blocks >= 4; n_blocks -= 4, in += 64, out += 64)
		aes_bitsliced_encrypt4(key, out, in);
	if (n_blocks > 0) {
		uint8_t buffer[64] = {0};
		memcpy(buffer, in, 16 * n_blocks);
		aes_bitsliced_encrypt4(key, buffer, buffer);
		memcpy(out, buffer, 16 * n_blocks);
	}
}

static inline uint32_t aes_sub_word(uint32_t word)
{
	uint8_t buffer[64] = {0};
	uint64_t q[8];
	store32_le(buffer, word);
	aes_bitslice(q, buffer);
	aes_sub_bytes(q);
	aes_unbitslice(buffer, q);
	return load32_le(buffer);
}

/* FIPS 197 §5.2. key_len: 16, 24 or 32. */
static inline void aes_bitsliced_expand(struct aes_bitsliced_key *key, const uint8_t *user_key, size_t key_len)
{
	const size_t n_key_words = key_len / 4, n_rounds = n_key_words + 6, n_words = 4 * (n_rounds + 1);
	uint32_t words[60];
	uint32_t rcon = 1;
	for (size_t i = 0; i < n_key_words; i++) {
		words[i] = load32_le(user_key + 4 * i);
		__asm__ volatile(""); // else it becomes a memcpy, which leaves the key in registers unknown here
	}
	for (size_t i = n_key_words; i < n_words; i++) {
		uint32_t w = words[i - 1];
		if (i % n_key_words == 0) {
			w = aes_sub_word(w >> 8 | w << 24) ^ rcon;
			rcon = rcon == 0x80 ? 0x1b : rcon << 1;
		} else if (n_key_words == 8 && i % 8 == 4) {
			w = aes_sub_word(w);
		}
		words[i] = words[i - n_key_words] ^ w;
	}
	uint8_t blocks[64];
	for (size_t round = 0; round <= n_rounds; round++) {
		for (size_t i = 0; i < 16; i++)
			store32_le(blocks + 4 * i, words[4 * round + i % 4]);
		aes_bitslice(key->rk[round], blocks);
	}
	key->n_rounds = n_rounds;
}

#endif
