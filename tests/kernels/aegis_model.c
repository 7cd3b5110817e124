// SPDX-License-Identifier: MIT
#include "aegis_model.h"

#include <string.h>

// --- FIPS 197

// §4.2: the product in GF(2^8).
static uint8_t times(uint8_t x, uint8_t y)
{
	uint8_t product = 0;
	for (int i = 0; i < 8; i++) {
		if (y >> i & 1)
			product ^= x;
		x = (uint8_t)(x << 1 ^ (x >> 7 ? 0x1b : 0));
	}
	return product;
}

// §5.1.1: x^254, then the affine map.
static uint8_t make_s_box(uint8_t x)
{
	uint8_t inverse = 1;
	for (int i = 0; i < 254; i++)
		inverse = times(inverse, x);
	uint8_t y = 0x63;
	for (int i = 0; i < 5; i++)
		y ^= (uint8_t)(inverse << i | inverse >> (8 - i));
	return y;
}

static uint8_t s_box(uint8_t x)
{
	static uint8_t table[256];
	static int made;
	for (int i = 0; !made && i < 256; i++)
		table[i] = make_s_box((uint8_t)i);
	made = 1;
	return table[x];
}

static uint8_t doubled(uint8_t x)
{
	return (uint8_t)(x << 1 ^ (x >> 7 ? 0x1b : 0));
}

void aegis_model_round(uint8_t out[16], const uint8_t in[16], const uint8_t round_key[16])
{
	for (int column = 0; column < 4; column++) {
		uint8_t s[4]; // §5.1.2: row r is taken from r columns on
		for (int row = 0; row < 4; row++)
			s[row] = s_box(in[4 * ((column + row) % 4) + row]);
		for (int row = 0; row < 4; row++) // §5.1.3
			out[4 * column + row] = doubled(s[row]) ^ doubled(s[(row + 1) % 4]) ^ s[(row + 1) % 4] ^
						s[(row + 2) % 4] ^ s[(row + 3) % 4] ^ round_key[4 * column + row];
	}
}

// --- RFC 10032

struct model {
	int is_256, degree;
	uint8_t v[8][4][16]; // V[j,i]
};

static const uint8_t c0[16] = {0x00, 0x01, 0x01, 0x02, 0x03, 0x05, 0x08, 0x0d,
			       0x15, 0x22, 0x37, 0x59, 0x90, 0xe9, 0x79, 0x62};
static const uint8_t c1[16] = {0xdb, 0x3d, 0x18, 0x55, 0x6d, 0xc2, 0x2f, 0xf1,
			       0x20, 0x11, 0x31, 0x42, 0x73, 0xb5, 0x28, 0xdd};

static void xor_to(uint8_t out[16], const uint8_t a[16], const uint8_t b[16])
{
	for (int i = 0; i < 16; i++)
		out[i] = a[i] ^ b[i];
}

static size_t block_len(const struct model *m)
{
	return (size_t)((m->is_256 ? 16 : 32) * m->degree);
}

// Update of one of the states.
static void update_one(struct model *m, int i, const uint8_t *m0, const uint8_t *m1)
{
	const int n = m->is_256 ? 6 : 8;
	uint8_t old[8][16], key[16];
	for (int j = 0; j < n; j++)
		memcpy(old[j], m->v[j][i], 16);
	for (int j = 0; j < n; j++) {
		memcpy(key, old[j], 16);
		if (j == 0)
			xor_to(key, key, m0);
		if (j == 4 && m1 && !m->is_256)
			xor_to(key, key, m1);
		aegis_model_round(m->v[j][i], old[(j + n - 1) % n], key);
	}
}

// The same for all of them.
static void update_all(struct model *m, const uint8_t *m0, const uint8_t *m1)
{
	for (int i = 0; i < m->degree; i++)
		update_one(m, i, m0, m1);
}

static void add_contexts(struct model *m)
{
	for (int i = 0; i < m->degree; i++) {
		const uint8_t context[16] = {(uint8_t)i, (uint8_t)(m->degree - 1)};
		xor_to(m->v[3][i], m->v[3][i], context);
		xor_to(m->v[m->is_256 ? 5 : 7][i], m->v[m->is_256 ? 5 : 7][i], context);
	}
}

static void init_128(struct model *m, const uint8_t *key, const uint8_t *nonce)
{
	for (int i = 0; i < m->degree; i++) {
		xor_to(m->v[0][i], key, nonce);
		memcpy(m->v[1][i], c1, 16);
		memcpy(m->v[2][i], c0, 16);
		memcpy(m->v[3][i], c1, 16);
		xor_to(m->v[4][i], key, nonce);
		xor_to(m->v[5][i], key, c0);
		xor_to(m->v[6][i], key, c1);
		xor_to(m->v[7][i], key, c0);
	}
	for (int n = 0; n < 10; n++) {
		add_contexts(m);
		update_all(m, nonce, key);
	}
}

static void init_256(struct model *m, const uint8_t *key, const uint8_t *nonce)
{
	const uint8_t *k0 = key, *k1 = key + 16, *n0 = nonce, *n1 = nonce + 16;
	uint8_t k0_n0[16], k1_n1[16];
	xor_to(k0_n0, k0, n0);
	xor_to(k1_n1, k1, n1);
	for (int i = 0; i < m->degree; i++) {
		memcpy(m->v[0][i], k0_n0, 16);
		memcpy(m->v[1][i], k1_n1, 16);
		memcpy(m->v[2][i], c1, 16);
		memcpy(m->v[3][i], c0, 16);
		xor_to(m->v[4][i], k0, c0);
		xor_to(m->v[5][i], k1, c1);
	}
	const uint8_t *const taken[4] = {k0, k1, k0_n0, k1_n1};
	for (int n = 0; n < 16; n++) {
		add_contexts(m);
		update_all(m, taken[n % 4], NULL);
	}
}

// z0 and z1, or z, of a state.
static void key_stream(const struct model *m, int i, uint8_t z[2][16])
{
	for (int k = 0; k < 16; k++) {
		uint8_t s[8];
		for (int j = 0; j < 8; j++)
			s[j] = m->v[j][i][k];
		if (m->is_256) {
			z[0][k] = s[1] ^ s[4] ^ s[5] ^ (s[2] & s[3]);
		} else {
			z[0][k] = s[6] ^ s[1] ^ (s[2] & s[3]);
			z[1][k] = s[2] ^ s[5] ^ (s[6] & s[7]);
		}
	}
}

// A block, padded with zeroes; out, where it is not NULL, is what Enc gives.
static void take_block(struct model *m, uint8_t *out, const uint8_t *block)
{
	for (int i = 0; i < m->degree; i++) {
		const uint8_t *t0 = block + 16 * i, *t1 = block + 16 * (m->degree + i);
		uint8_t z[2][16];
		key_stream(m, i, z);
		if (out)
			xor_to(out + 16 * i, t0, z[0]);
		if (out && !m->is_256)
			xor_to(out + 16 * (m->degree + i), t1, z[1]);
		update_one(m, i, t0, t1);
	}
}

// Any number of bytes, padded to whole blocks.
static void take(struct model *m, uint8_t *out, const uint8_t *in, size_t len)
{
	const size_t step = block_len(m);
	for (size_t done = 0; done < len; done += step) {
		const size_t n = len - done < step ? len - done : step;
		uint8_t block[128] = {0}, result[128];
		memcpy(block, in + done, n);
		take_block(m, out ? result : NULL, block);
		if (out)
			memcpy(out + done, result, n);
	}
}

static void finalize(struct model *m, uint8_t *tag, size_t tag_len, uint64_t aad_len, uint64_t len)
{
	uint8_t t[4][16];
	for (int i = 0; i < m->degree; i++) {
		memcpy(t[i], m->v[m->is_256 ? 3 : 2][i], 16);
		for (int k = 0; k < 8; k++) {
			t[i][k] ^= (uint8_t)(8 * aad_len >> 8 * k);
			t[i][8 + k] ^= (uint8_t)(8 * len >> 8 * k);
		}
	}
	for (int n = 0; n < 7; n++)
		for (int i = 0; i < m->degree; i++)
			update_one(m, i, t[i], t[i]);
	memset(tag, 0, tag_len);
	for (int i = 0; i < m->degree; i++) {
		if (tag_len == 16) {
			for (int j = 0; j < (m->is_256 ? 6 : 7); j++)
				xor_to(tag, tag, m->v[j][i]);
		} else {
			for (int j = 0; j < (m->is_256 ? 3 : 4); j++) {
				xor_to(tag, tag, m->v[j][i]);
				xor_to(tag + 16, tag + 16, m->v[j + (m->is_256 ? 3 : 4)][i]);
			}
		}
	}
}

void aegis_model_seal(enum lane_aegis_variant variant, const uint8_t *key, const uint8_t *nonce, uint8_t *out,
		      uint8_t *tag, size_t tag_len, const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	struct model m = {.is_256 = variant >= LANE_AEGIS_256, .degree = 1 << variant % 3};
	if (m.is_256)
		init_256(&m, key, nonce);
	else
		init_128(&m, key, nonce);
	take(&m, NULL, aad, aad_len);
	take(&m, out, in, len);
	finalize(&m, tag, tag_len, aad_len, len);
}
