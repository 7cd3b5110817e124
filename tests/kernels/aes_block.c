// SPDX-License-Identifier: MIT
// The AES block alone, FIPS 197.

#include "cipher.h"

static struct lane_aes_ctr_ctx *aes_ctx(const struct lane_kernel *k, const uint8_t *key, size_t key_len)
{
	struct lane_aes_ctr_ctx *ctx = (void *)zero_buffer(sizeof *ctx, LANE_CTX_ALIGN);
	assert_int_equal(lane_aes_ctr_init_with(ctx, k, key, key_len), LANE_OK);
	return ctx;
}

// FIPS 197 appendix C.
static void known_answers(void)
{
	static const char *const expected[3] = {"69c4e0d86a7b0430d8cdb78070b4c55a", "dda97ca4864cdfe06eaf70a0ec0d7191",
						"8ea2b7ca516745bfeafc49904b496089"};
	uint8_t key[32], in[16], out[16];
	for (int i = 0; i < 32; i++)
		key[i] = (uint8_t)i;
	for (int i = 0; i < 16; i++)
		in[i] = (uint8_t)(0x11 * i);
	for (size_t k = 0; k < 3; k++) {
		at("key length %zu", 16 + 8 * k);
		assert_int_equal(lane_aes_encrypt_blocks(aes_ctx(kernel, key, 16 + 8 * k), out, in, 1), LANE_OK);
		check_equal(out, from_hex(expected[k], NULL), 16, "block");
	}
}

static void every_number_of_blocks(void)
{
	enum { max_blocks = 200 };
	for (size_t key_len = 16; key_len <= 32; key_len += 8) {
		const uint8_t *key = random_buffer(key_len);
		const struct lane_aes_ctr_ctx *ctx = aes_ctx(kernel, key, key_len);
		const struct lane_aes_ctr_ctx *portable = aes_ctx(portable_kernel(), key, key_len);
		struct guarded in_page = guarded_new(16 * max_blocks), out_page = guarded_new(16 * max_blocks);
		uint8_t *expected = random_buffer(16 * max_blocks);
		for (size_t i_n = 0; i_n <= 2 * max_blocks + 1; i_n++) {
			const size_t n = i_n / 2;
			at("key length %zu, %zu blocks", key_len, n);
			const enum border border = i_n % 2 ? BORDER_ABOVE : BORDER_BELOW;
			uint8_t *in = guarded_at(&in_page, border, 16 * n);
			uint8_t *out = guarded_at(&out_page, border, 16 * n);
			random_bytes(in, 16 * n);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(lane_aes_encrypt_blocks(portable, expected + 16 * i, in + 16 * i, 1),
						 LANE_OK);
			assert_int_equal(lane_aes_encrypt_blocks(ctx, out, in, n), LANE_OK);
			check_equal(out, expected, 16 * n, "blocks");
			assert_int_equal(lane_aes_encrypt_blocks(ctx, in, in, n), LANE_OK);
			check_equal(in, expected, 16 * n, "blocks in place");
		}
	}
}

static void refused(void)
{
	uint8_t key[16] = {0}, blocks[96] = {0};
	struct lane_aes_ctr_ctx *ctx = aes_ctx(kernel, key, 16);
	assert_int_equal(lane_aes_encrypt_blocks(NULL, blocks, blocks, 1), LANE_ERR_NULL);
	assert_int_equal(lane_aes_encrypt_blocks(ctx, NULL, blocks, 1), LANE_ERR_NULL);
	assert_int_equal(lane_aes_encrypt_blocks(ctx, blocks, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(lane_aes_encrypt_blocks(ctx, NULL, NULL, 0), LANE_OK);
	for (int shift = -31; shift < 32; shift++) {
		if (shift != 0)
			assert_int_equal(lane_aes_encrypt_blocks(ctx, blocks + 32 + shift, blocks + 32, 2),
					 LANE_ERR_OVERLAP);
	}
	assert_int_equal(lane_aes_encrypt_blocks(ctx, blocks, blocks, SIZE_MAX / 16 + 1), LANE_ERR_LENGTH);
	assert_int_equal(lane_aes_encrypt_blocks(ctx, blocks, blocks + 1, SIZE_MAX / 16), LANE_ERR_OVERLAP);
	lane_aes_ctr_wipe(ctx);
	assert_int_equal(lane_aes_encrypt_blocks(ctx, blocks, blocks, 1), LANE_ERR_STATE);
	assert_true(is_filled(blocks, sizeof blocks, 0));
}

static const struct CMUnitTest tests[] = {TEST(known_answers), TEST(every_number_of_blocks), TEST(refused)};
SUITE(aes_block, tests);
