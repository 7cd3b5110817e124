// SPDX-License-Identifier: MIT
// AEGIS against the model, with both tags; what no other AEAD has.

#include "aead.h"
#include "aegis_model.h"

enum { max_len = 700 };

static enum lane_aegis_variant variant(void)
{
	return (enum lane_aegis_variant)(aead - aead_aegis);
}

// RFC 10032, AESRound Test Vector: the model of the model.
static void the_round_is_that_of_aes(void)
{
	const uint8_t *in = from_hex("000102030405060708090a0b0c0d0e0f", NULL);
	const uint8_t *round_key = from_hex("101112131415161718191a1b1c1d1e1f", NULL);
	uint8_t out[16];
	aegis_model_round(out, in, round_key);
	check_equal(out, from_hex("7a7b4e5638782546a8c0477a3b813f43", NULL), 16, "AES round");
}

struct text {
	const uint8_t *key, *nonce, *aad, *in;
	size_t aad_len, len, tag_len;
};

static void check_text(const struct text *t, uint8_t *expected, uint8_t *out)
{
	uint8_t expected_tag[MAX_TAG_LEN], tag[MAX_TAG_LEN];
	const void *ctx = aead_ctx(t->key, aead->key_lens[0]);
	const size_t nonce_len = aead->nonce_len;
	aegis_model_seal(variant(), t->key, t->nonce, expected, expected_tag, t->tag_len, t->aad, t->aad_len, t->in,
			 t->len);
	assert_int_equal(aead->seal(ctx, out, tag, t->tag_len, t->nonce, nonce_len, t->aad, t->aad_len, t->in, t->len),
			 LANE_OK);
	check_equal(out, expected, t->len, "ciphertext");
	check_equal(tag, expected_tag, t->tag_len, "tag");
	assert_int_equal(aead->open(ctx, out, t->nonce, nonce_len, t->aad, t->aad_len, out, t->len, tag, t->tag_len),
			 LANE_OK);
	check_equal(out, t->in, t->len, "plaintext");

	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(aead->begin(stream, ctx, t->nonce, nonce_len, t->tag_len, t->aad_len, t->len), LANE_OK);
	assert_int_equal(aead->aad(stream, t->aad, t->aad_len), LANE_OK);
	assert_int_equal(aead->encrypt_update(stream, out, t->in, t->len), LANE_OK);
	assert_int_equal(aead->encrypt_final(stream, tag, t->tag_len), LANE_OK);
	check_equal(out, expected, t->len, "ciphertext of a stream");
	check_equal(tag, expected_tag, t->tag_len, "tag of a stream");
	assert_int_equal(aead->begin(stream, ctx, t->nonce, nonce_len, t->tag_len, t->aad_len, t->len), LANE_OK);
	assert_int_equal(aead->aad(stream, t->aad, t->aad_len), LANE_OK);
	assert_int_equal(aead->decrypt_update(stream, out, expected, t->len), LANE_OK);
	tag[t->len % t->tag_len] ^= 1;
	assert_int_equal(aead->decrypt_final(stream, tag, t->tag_len), LANE_ERR_AUTH);
}

// Every length of message up to several of the widest blocks, and of associated data.
static void the_model_agrees(void)
{
	for (size_t len = 0; len <= max_len; len++) {
		const size_t other = random_below(300), tag_len = len % 2 ? 16 : 32;
		uint8_t *expected = random_buffer(max_len), *out = random_buffer(max_len);
		struct text t = {.key = random_buffer(MAX_KEY_LEN),
				 .nonce = random_buffer(MAX_NONCE_LEN),
				 .aad = random_buffer(max_len),
				 .in = random_buffer(max_len),
				 .aad_len = other,
				 .len = len,
				 .tag_len = tag_len};
		at("message of %zu bytes, associated data of %zu, tag of %zu", len, other, tag_len);
		check_text(&t, expected, out);
		t.aad_len = len;
		t.len = other;
		at("message of %zu bytes, associated data of %zu, tag of %zu", other, len, tag_len);
		check_text(&t, expected, out);
		test_release();
	}
}

// Longer than the pieces that narrow kernels cut messages into.
static void long_messages(void)
{
	enum { long_len = 40000 };
	for (int i = 0; i < 6; i++) {
		uint8_t *expected = random_buffer(long_len), *out = random_buffer(long_len);
		const struct text t = {.key = random_buffer(MAX_KEY_LEN),
				       .nonce = random_buffer(MAX_NONCE_LEN),
				       .aad = random_buffer(long_len),
				       .in = random_buffer(long_len),
				       .aad_len = random_below(long_len),
				       .len = long_len - random_below(5000),
				       .tag_len = i % 2 ? 16 : 32};
		at("message of %zu bytes, associated data of %zu, tag of %zu", t.len, t.aad_len, t.tag_len);
		check_text(&t, expected, out);
		test_release();
	}
}

static void variants_that_do_not_exist(void)
{
	const uint8_t *key = random_buffer(MAX_KEY_LEN);
	struct lane_aegis_ctx *ctx = (void *)zero_buffer(sizeof *ctx, LANE_CTX_ALIGN);
	for (int i = -1; i <= N_AEGIS; i += N_AEGIS + 1) {
		at("variant %d", i);
		for (size_t key_len = 0; key_len <= MAX_KEY_LEN; key_len += 16) {
			assert_int_equal(lane_aegis_init(ctx, (enum lane_aegis_variant)i, key, key_len),
					 LANE_ERR_KEY_LEN);
			assert_true(is_filled((const uint8_t *)ctx, sizeof *ctx, 0));
			assert_null(lane_aegis_new((enum lane_aegis_variant)i, key, key_len));
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(the_round_is_that_of_aes), TEST(the_model_agrees), TEST(long_messages),
					  TEST(variants_that_do_not_exist)};
SUITE(aegis_model, tests);
