// SPDX-License-Identifier: MIT
#include "siv_model.h"

#include "../support/test.h"

// RFC 8452 §3, dot: a·b·x^-128; bit 0 is the least significant of byte 0.
static void dot(uint8_t a[16], const uint8_t b[16])
{
	uint8_t sum[16] = {0};
	for (int i = 0; i < 128; i++) {
		for (int j = 0; j < 16 && (b[i / 8] >> i % 8 & 1); j++)
			sum[j] ^= a[j];
		const uint8_t lsb = sum[0] & 1; // then 1/x = x^127 + x^126 + x^125 + x^120
		for (int j = 0; j < 15; j++)
			sum[j] = (uint8_t)(sum[j] >> 1 | sum[j + 1] << 7);
		sum[15] = (uint8_t)(sum[15] >> 1 ^ (lsb ? 0xe1 : 0));
	}
	memcpy(a, sum, 16);
}

// Under dot: x^(2^128 − 2), from its one, x^128.
static void invert(uint8_t x[16])
{
	uint8_t square[16], product[16] = {[0] = 1, [15] = 0xc2};
	memcpy(square, x, 16);
	for (int i = 1; i < 128; i++) {
		uint8_t copy[16];
		memcpy(copy, square, 16);
		dot(square, copy);
		dot(product, square);
	}
	memcpy(x, product, 16);
}

static void encrypt_block(const struct lane_aes_ctr_ctx *aes, uint8_t out[16], const uint8_t in[16])
{
	assert_int_equal(lane_aes_encrypt_blocks(aes, out, in, 1), LANE_OK);
}

// --- AES backwards, FIPS 197 §5.3, which the library has no need of

static uint8_t times(uint8_t a, uint8_t b)
{
	uint8_t sum = 0;
	for (; b; b >>= 1, a = (uint8_t)(a << 1 ^ (a >> 7) * 0x1b))
		sum ^= b & 1 ? a : 0;
	return sum;
}

static uint8_t s_box(uint8_t x)
{
	uint8_t inverse = 1, y = 0x63; // x^254, and §5.1.1's affine map
	for (int i = 0; i < 254; i++)
		inverse = times(inverse, x);
	for (int i = 0; i < 5; i++)
		y ^= (uint8_t)(inverse << i | inverse >> (8 - i));
	return y;
}

static void decrypt_block(const struct siv_model *m, uint8_t s[16])
{
	uint8_t box[256], unbox[256], w[60][4], rcon = 1;
	const size_t n_words = m->key_len / 4, n_rounds = n_words + 6;
	for (int i = 0; i < 256; i++) {
		box[i] = s_box((uint8_t)i);
		unbox[box[i]] = (uint8_t)i;
	}
	memcpy(w, m->key, m->key_len);
	for (size_t i = n_words; i < 4 * (n_rounds + 1); i++) {
		const int rotates = i % n_words == 0, substitutes = rotates || (n_words == 8 && i % 8 == 4);
		for (size_t j = 0; j < 4; j++) {
			const uint8_t x = w[i - 1][(j + (rotates ? 1 : 0)) % 4];
			w[i][j] = w[i - n_words][j] ^ (substitutes ? box[x] : x);
		}
		if (rotates) {
			w[i][0] ^= rcon;
			rcon = times(rcon, 2);
		}
	}
	for (size_t round = n_rounds;; round--) {
		uint8_t t[16];
		for (size_t i = 0; i < 16; i++)
			s[i] ^= w[4 * round + i / 4][i % 4];
		if (round == 0)
			return;
		for (size_t i = 0; i < 16 && round < n_rounds; i += 4) {
			for (size_t j = 0; j < 4; j++)
				t[i + j] = times(s[i + j], 14) ^ times(s[i + (j + 1) % 4], 11) ^
					   times(s[i + (j + 2) % 4], 13) ^ times(s[i + (j + 3) % 4], 9);
		}
		if (round < n_rounds)
			memcpy(s, t, 16);
		for (size_t i = 0; i < 16; i++)
			t[(i + 4 * (i % 4)) % 16] = unbox[s[i]];
		memcpy(s, t, 16);
	}
}

// RFC 8452 §4, derive_keys.
void siv_model_init(struct siv_model *m, const uint8_t *key, size_t key_len, const uint8_t nonce[12])
{
	const struct lane_kernel *portable = lane_kernel_find("aes-ctr:portable");
	struct lane_aes_ctr_ctx generator;
	uint8_t keys[48], block[16];
	assert_int_equal(lane_aes_ctr_init_with(&generator, portable, key, key_len), LANE_OK);
	for (size_t i = 0; i < 2 + key_len / 8; i++) {
		memset(block, 0, 4);
		block[0] = (uint8_t)i;
		memcpy(block + 4, nonce, 12);
		encrypt_block(&generator, block, block);
		memcpy(keys + 8 * i, block, 8);
	}
	memcpy(m->h, keys, 16);
	memcpy(m->nonce, nonce, 12);
	memcpy(m->key, keys + 16, key_len);
	m->key_len = key_len;
	assert_int_equal(lane_aes_ctr_init_with(&m->aes, portable, m->key, key_len), LANE_OK);
}

static void polyval(const struct siv_model *m, uint8_t y[16], const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < len; i += 16) {
		for (size_t j = 0; j < 16 && i + j < len; j++)
			y[j] ^= in[i + j];
		dot(y, m->h);
	}
}

static void lengths_block(uint8_t block[16], uint64_t aad_len, uint64_t len)
{
	for (int i = 0; i < 8; i++) {
		block[i] = (uint8_t)(8 * aad_len >> 8 * i);
		block[8 + i] = (uint8_t)(8 * len >> 8 * i);
	}
}

void siv_model_seal(const struct siv_model *m, uint8_t *out, uint8_t tag[16], const uint8_t *aad, size_t aad_len,
		    const uint8_t *in, size_t len)
{
	uint8_t hash[16] = {0}, lengths[16], counter[16], key_stream[16];
	polyval(m, hash, aad, aad_len);
	polyval(m, hash, in, len);
	lengths_block(lengths, aad_len, len);
	polyval(m, hash, lengths, 16);
	for (int i = 0; i < 12; i++)
		hash[i] ^= m->nonce[i];
	hash[15] &= 0x7f;
	encrypt_block(&m->aes, tag, hash);
	memcpy(counter, tag, 16);
	counter[15] |= 0x80;
	for (size_t i = 0; i < len; i++) {
		if (i % 16 == 0) {
			encrypt_block(&m->aes, key_stream, counter);
			for (int j = 0; j < 4 && ++counter[j] == 0; j++)
				;
		}
		out[i] = in[i] ^ key_stream[i % 16];
	}
}

int siv_model_aim(const struct siv_model *m, const uint8_t tag[16], const uint8_t *aad, size_t aad_len, uint8_t *in,
		  size_t len)
{
	uint8_t h_inverse[16], from_front[16] = {0}, from_back[16], lengths[16];
	const size_t last = len / 16 * 16 - 16, tail = len % 16;
	memcpy(h_inverse, m->h, 16);
	invert(h_inverse);
	polyval(m, from_front, aad, aad_len);
	polyval(m, from_front, in, last);
	// Backwards: the hash before a block is (hash behind it)/h xor the block.
	memcpy(from_back, tag, 16);
	decrypt_block(m, from_back);
	if (from_back[15] & 0x80)
		return 0;
	for (int i = 0; i < 12; i++)
		from_back[i] ^= m->nonce[i];
	lengths_block(lengths, aad_len, len);
	dot(from_back, h_inverse);
	for (int i = 0; i < 16; i++)
		from_back[i] ^= lengths[i];
	if (tail > 0) {
		dot(from_back, h_inverse);
		for (size_t i = 0; i < tail; i++)
			from_back[i] ^= in[last + 16 + i];
	}
	dot(from_back, h_inverse);
	for (size_t i = 0; i < 16; i++)
		in[last + i] = from_back[i] ^ from_front[i];
	return 1;
}
