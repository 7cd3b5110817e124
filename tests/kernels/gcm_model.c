// SPDX-License-Identifier: MIT
#include "gcm_model.h"

#include "../support/test.h"

// SP 800-38D §6.3: x·y; bit 0 is the most significant of byte 0.
static void multiply(uint8_t x[16], const uint8_t y[16])
{
	uint8_t z[16] = {0}, v[16];
	memcpy(v, y, 16);
	for (int i = 0; i < 128; i++) {
		for (int j = 0; j < 16 && (x[i / 8] >> (7 - i % 8) & 1); j++)
			z[j] ^= v[j];
		const uint8_t lsb = v[15] & 1;
		for (int j = 15; j > 0; j--)
			v[j] = (uint8_t)(v[j] >> 1 | v[j - 1] << 7);
		v[0] = (uint8_t)(v[0] >> 1 ^ (lsb ? 0xe1 : 0));
	}
	memcpy(x, z, 16);
}

static void encrypt_block(const struct gcm_model *m, uint8_t out[16], const uint8_t in[16])
{
	assert_int_equal(lane_aes_encrypt_blocks(&m->aes, out, in, 1), LANE_OK);
}

void gcm_model_init(struct gcm_model *m, const uint8_t *key, size_t key_len)
{
	memset(m, 0, sizeof *m);
	assert_int_equal(lane_aes_ctr_init_with(&m->aes, lane_kernel_find("aes-ctr:portable"), key, key_len), LANE_OK);
	encrypt_block(m, m->h, m->h);
}

void gcm_model_ghash(const struct gcm_model *m, uint8_t y[16], const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < len; i += 16) {
		for (size_t j = 0; j < 16 && i + j < len; j++)
			y[j] ^= in[i + j];
		multiply(y, m->h);
	}
}

static void lengths_block(uint8_t block[16], uint64_t aad_len, uint64_t len)
{
	for (int i = 0; i < 8; i++) {
		block[7 - i] = (uint8_t)(8 * aad_len >> 8 * i);
		block[15 - i] = (uint8_t)(8 * len >> 8 * i);
	}
}

// SP 800-38D §6.2, inc32.
static void increment(uint8_t counter[16])
{
	for (int i = 15; i >= 12 && ++counter[i] == 0; i--)
		;
}

void gcm_model_seal(const struct gcm_model *m, uint8_t *out, uint8_t tag[16], const uint8_t j0[16], const uint8_t *aad,
		    size_t aad_len, const uint8_t *in, size_t len)
{
	uint8_t counter[16], key_stream[16], lengths[16], hash[16] = {0};
	memcpy(counter, j0, 16);
	for (size_t i = 0; i < len; i++) {
		if (i % 16 == 0) {
			increment(counter);
			encrypt_block(m, key_stream, counter);
		}
		out[i] = in[i] ^ key_stream[i % 16];
	}
	gcm_model_ghash(m, hash, aad, aad_len);
	gcm_model_ghash(m, hash, out, len);
	lengths_block(lengths, aad_len, len);
	gcm_model_ghash(m, hash, lengths, 16);
	encrypt_block(m, tag, j0);
	for (int i = 0; i < 16; i++)
		tag[i] ^= hash[i];
}

// x^(2^128 − 2)
static void invert(uint8_t x[16])
{
	uint8_t square[16], product[16] = {0x80};
	memcpy(square, x, 16);
	for (int i = 1; i < 128; i++) {
		uint8_t copy[16];
		memcpy(copy, square, 16);
		multiply(square, copy);
		multiply(product, square);
	}
	memcpy(x, product, 16);
}

void gcm_model_nonce_for(const struct gcm_model *m, uint8_t nonce[16], const uint8_t j0[16])
{
	uint8_t h_inverse[16], lengths[16];
	memcpy(h_inverse, m->h, 16);
	invert(h_inverse);
	lengths_block(lengths, 0, 16);
	memcpy(nonce, j0, 16);
	multiply(nonce, h_inverse);
	for (int i = 0; i < 16; i++)
		nonce[i] ^= lengths[i];
	multiply(nonce, h_inverse);
}
