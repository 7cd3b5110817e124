// SPDX-License-Identifier: MIT
#include "xts_model.h"

#include "kernel_test.h"

static void encrypt_block(const struct lane_aes_ctr_ctx *key, uint8_t out[16], const uint8_t in[16])
{
	assert_int_equal(lane_aes_encrypt_blocks(key, out, in, 1), LANE_OK);
}

void xts_model_init(struct xts_model *m, const uint8_t *key, size_t key_len)
{
	const struct lane_kernel *k = lane_kernel_find("aes-ctr:portable");
	assert_int_equal(lane_aes_ctr_init_with(&m->text, k, key, key_len / 2), LANE_OK);
	assert_int_equal(lane_aes_ctr_init_with(&m->tweak, k, key + key_len / 2, key_len / 2), LANE_OK);
}

// §5.2, byte by byte.
static void multiply_by_x(uint8_t t[16])
{
	int carry_in = 0;
	for (int i = 0; i < 16; i++) {
		const int carry_out = t[i] >> 7;
		t[i] = (uint8_t)(t[i] << 1 | carry_in);
		carry_in = carry_out;
	}
	if (carry_in)
		t[0] ^= 0x87;
}

// §5.3.1
static void encrypt_with(const struct xts_model *m, uint8_t out[16], const uint8_t t[16], const uint8_t in[16])
{
	uint8_t x[16];
	for (int i = 0; i < 16; i++)
		x[i] = in[i] ^ t[i];
	encrypt_block(&m->text, x, x);
	for (int i = 0; i < 16; i++)
		out[i] = x[i] ^ t[i];
}

// §5.3.2
void xts_model_encrypt(const struct xts_model *m, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t len)
{
	const size_t n_blocks = len / 16, tail = len % 16;
	uint8_t t[16];
	encrypt_block(&m->tweak, t, tweak);
	for (size_t i = 0; i < n_blocks; i++) {
		encrypt_with(m, out + 16 * i, t, in + 16 * i);
		multiply_by_x(t);
	}
	if (tail > 0) {
		uint8_t *last = out + 16 * (n_blocks - 1), joined[16];
		memcpy(joined, in + 16 * n_blocks, tail);
		memcpy(joined + tail, last + tail, 16 - tail);
		memcpy(out + 16 * n_blocks, last, tail);
		encrypt_with(m, last, t, joined);
	}
}
