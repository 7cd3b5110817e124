// SPDX-License-Identifier: MIT
// GCM's 32-bit counter wraps inside a message at any block of a wide step, and all of it against a model.

#include "aead.h"
#include "gcm_model.h"

enum { n_blocks = 80, max_len = 16 * n_blocks, aad_len = 20 };

static void check_against_model(const void *ctx, const struct gcm_model *model, const uint8_t j0[16],
				const uint8_t *nonce, size_t nonce_len, size_t len)
{
	uint8_t in[max_len], out[max_len], expected[max_len], aad[aad_len], tag[2][TAG_LEN];
	random_bytes(in, len);
	random_bytes(aad, aad_len);
	gcm_model_seal(model, expected, tag[0], j0, aad, aad_len, in, len);
	assert_int_equal(aead->seal(ctx, out, tag[1], TAG_LEN, nonce, nonce_len, aad, aad_len, in, len), LANE_OK);
	check_equal(out, expected, len, "ciphertext");
	check_equal(tag[1], tag[0], TAG_LEN, "tag");
	assert_int_equal(aead->open(ctx, out, nonce, nonce_len, aad, aad_len, out, len, tag[0], TAG_LEN), LANE_OK);
	check_equal(out, in, len, "plaintext");

	struct lane_aes_gcm_stream stream;
	assert_int_equal(lane_aes_gcm_begin(&stream, ctx, nonce, nonce_len), LANE_OK);
	assert_int_equal(lane_aes_gcm_aad(&stream, aad, aad_len), LANE_OK);
	for (size_t done = 0, n; done < len; done += n) {
		n = random_below(400);
		n = n < len - done ? n : len - done;
		assert_int_equal(lane_aes_gcm_encrypt_update(&stream, out + done, in + done, n), LANE_OK);
	}
	assert_int_equal(lane_aes_gcm_encrypt_final(&stream, tag[1], TAG_LEN), LANE_OK);
	check_equal(out, expected, len, "ciphertext of a stream");
	check_equal(tag[1], tag[0], TAG_LEN, "tag of a stream");
}

static void counter_wraps_at_every_position(void)
{
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		const uint8_t *key = random_buffer(aead->key_lens[k]);
		const void *ctx = aead_ctx(key, aead->key_lens[k]);
		struct gcm_model model;
		gcm_model_init(&model, key, aead->key_lens[k]);
		for (uint32_t to_wrap = 0; to_wrap <= n_blocks; to_wrap++) {
			at("key length %zu, counter wraps after %u blocks", aead->key_lens[k], to_wrap);
			uint8_t j0[16], nonce[16];
			random_bytes(j0, 12);
			for (int i = 0; i < 4; i++)
				j0[12 + i] = (uint8_t)((0xffffffff - to_wrap) >> 8 * (3 - i));
			gcm_model_nonce_for(&model, nonce, j0);
			check_against_model(ctx, &model, j0, nonce, sizeof nonce, max_len - random_below(32));
		}
	}
}

static void nonces_of_every_length_against_the_model(void)
{
	const uint8_t *key = random_buffer(16);
	const void *ctx = aead_ctx(key, 16);
	struct gcm_model model;
	gcm_model_init(&model, key, 16);
	for (size_t nonce_len = 1; nonce_len <= 300; nonce_len++) {
		at("nonce of %zu bytes", nonce_len);
		uint8_t nonce[300], j0[16] = {0}, lengths[16] = {0};
		random_bytes(nonce, nonce_len);
		if (nonce_len == 12) {
			memcpy(j0, nonce, 12);
			j0[15] = 1;
		} else {
			lengths[14] = (uint8_t)(8 * nonce_len >> 8);
			lengths[15] = (uint8_t)(8 * nonce_len);
			gcm_model_ghash(&model, j0, nonce, nonce_len);
			gcm_model_ghash(&model, j0, lengths, 16);
		}
		check_against_model(ctx, &model, j0, nonce, nonce_len, random_below(max_len));
	}
}

static void lengths_against_the_model(void)
{
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		const uint8_t *key = random_buffer(aead->key_lens[k]);
		const void *ctx = aead_ctx(key, aead->key_lens[k]);
		struct gcm_model model;
		gcm_model_init(&model, key, aead->key_lens[k]);
		for (size_t len = 0; len <= max_len; len += 1 + (len > 300 ? random_below(20) : 0)) {
			at("key length %zu, message length %zu", aead->key_lens[k], len);
			uint8_t j0[16] = {[15] = 1};
			random_bytes(j0, 12);
			check_against_model(ctx, &model, j0, j0, 12, len);
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(counter_wraps_at_every_position),
					  TEST(nonces_of_every_length_against_the_model),
					  TEST(lengths_against_the_model)};
SUITE(gcm_wrap, tests);
