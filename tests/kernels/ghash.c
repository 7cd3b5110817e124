// SPDX-License-Identifier: MIT
// GHASH and POLYVAL alone.

#include "aead.h"
#include "gcm_model.h"

enum { max_len = 1600 };

// RFC 8452 appendix A.
static void polyval_known_answer(void)
{
	const uint8_t *key = from_hex("25629347589242761d31f826ba4b757b", NULL);
	const uint8_t *in = from_hex("4f4f95668c83dfb6401762bb2d01a262d1a24ddd2721d006bbe45f20d3c9f362", NULL);
	uint8_t hash[16];
	assert_int_equal(lane_polyval(kernel, hash, key, in, 32), LANE_OK);
	check_equal(hash, from_hex("f7a3b47b846119fae5b7866cf5e5b77e", NULL), 16, "POLYVAL");
}

static void ghash_of_every_length_against_the_model(void)
{
	const uint8_t *key = random_buffer(16);
	const struct lane_aes_gcm_ctx *ctx = aead_ctx(key, 16);
	struct gcm_model model;
	gcm_model_init(&model, key, 16);
	struct guarded page = guarded_new(max_len);
	for (size_t len = 0; len <= max_len; len++) {
		at("length %zu", len);
		uint8_t *in = guarded_at(&page, BORDER_ABOVE, len), hash[16], expected[16] = {0};
		random_bytes(in, len);
		gcm_model_ghash(&model, expected, in, len);
		assert_int_equal(lane_ghash(ctx, hash, in, len), LANE_OK);
		check_equal(hash, expected, 16, "GHASH");
	}
}

static void all_ones_and_single_bits(void)
{
	const uint8_t *key = random_buffer(16);
	const struct lane_aes_gcm_ctx *ctx = aead_ctx(key, 16);
	struct gcm_model model;
	gcm_model_init(&model, key, 16);
	uint8_t in[512], hash[16];
	for (size_t bit = 0; bit <= 8 * sizeof in; bit++) {
		at(bit < 8 * sizeof in ? "bit %zu alone" : "all ones", bit);
		uint8_t expected[16] = {0};
		memset(in, bit < 8 * sizeof in ? 0 : 0xff, sizeof in);
		in[bit / 8 % sizeof in] |= (uint8_t)(1u << bit % 8);
		gcm_model_ghash(&model, expected, in, sizeof in);
		assert_int_equal(lane_ghash(ctx, hash, in, sizeof in), LANE_OK);
		check_equal(hash, expected, 16, "GHASH");
	}
}

static void polyval_of_every_length(void)
{
	struct guarded page = guarded_new(max_len);
	for (size_t len = 0; len <= max_len; len += 16) {
		at("length %zu", len);
		uint8_t *in = guarded_at(&page, BORDER_ABOVE, len), hash[16], expected[16];
		const uint8_t *key = random_buffer(16);
		random_bytes(in, len);
		assert_int_equal(lane_polyval(portable_kernel(), expected, key, in, len), LANE_OK);
		assert_int_equal(lane_polyval(kernel, hash, key, in, len), LANE_OK);
		check_equal(hash, expected, 16, "POLYVAL");
	}
}

static void buffers_at_pages(void)
{
	struct guarded keys = guarded_new(16), ins = guarded_new(max_len), hashes = guarded_new(16);
	struct guarded ctxs = guarded_new(sizeof(struct lane_aes_gcm_ctx));
	for (int border = BORDER_BELOW; border <= BORDER_ABOVE; border++) {
		uint8_t *key = guarded_at(&keys, (enum border)border, 16);
		uint8_t *hash = guarded_at(&hashes, (enum border)border, 16);
		void *ctx = guarded_at(&ctxs, (enum border)border, sizeof(struct lane_aes_gcm_ctx));
		assert_int_equal(aead->init_with(ctx, kernel, key, 16), LANE_OK);
		for (size_t len = 0; len <= max_len; len++) {
			at("length %zu, page %s", len, border == BORDER_BELOW ? "below" : "above");
			const uint8_t *in = guarded_at(&ins, (enum border)border, len);
			assert_int_equal(lane_ghash(ctx, hash, in, len), LANE_OK);
			assert_int_equal(lane_polyval(kernel, hash, key, in, len),
					 len % 16 == 0 ? LANE_OK : LANE_ERR_LENGTH);
		}
	}
}

static void refused(void)
{
	uint8_t key[16] = {0}, in[64] = {0}, hash[16];
	struct lane_aes_gcm_ctx *ctx = aead_ctx(key, 16);
	memset(hash, 0x77, sizeof hash);
	for (size_t len = 1; len < sizeof in; len++) {
		if (len % 16 != 0)
			assert_int_equal(lane_polyval(kernel, hash, key, in, len), LANE_ERR_LENGTH);
	}
	assert_int_equal(lane_polyval(kernel, NULL, key, in, 16), LANE_ERR_NULL);
	assert_int_equal(lane_polyval(kernel, hash, NULL, in, 16), LANE_ERR_NULL);
	assert_int_equal(lane_polyval(kernel, hash, key, NULL, 1), LANE_ERR_NULL);
	for (int shift = -15; shift < 32; shift++) {
		at("hash %d bytes behind the message", shift);
		assert_int_equal(lane_polyval(kernel, in + 16 + shift, key, in + 16, 32), LANE_ERR_OVERLAP);
		assert_int_equal(lane_ghash(ctx, in + 16 + shift, in + 16, 32), LANE_ERR_OVERLAP);
	}
	assert_int_equal(lane_polyval(lane_kernel_find("chacha20:portable"), hash, key, in, 16), LANE_ERR_KERNEL);
	assert_int_equal(lane_ghash(NULL, hash, in, 16), LANE_ERR_NULL);
	assert_int_equal(lane_ghash(ctx, NULL, in, 16), LANE_ERR_NULL);
	assert_int_equal(lane_ghash(ctx, hash, NULL, 1), LANE_ERR_NULL);
	lane_aes_gcm_wipe(ctx);
	assert_int_equal(lane_ghash(ctx, hash, in, 16), LANE_ERR_STATE);
	assert_true(is_filled(hash, sizeof hash, 0x77));
}

static const struct CMUnitTest tests[] = {TEST(polyval_known_answer),     TEST(ghash_of_every_length_against_the_model),
					  TEST(all_ones_and_single_bits), TEST(polyval_of_every_length),
					  TEST(buffers_at_pages),         TEST(refused)};
SUITE(ghash, tests);
