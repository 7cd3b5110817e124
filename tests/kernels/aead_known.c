// SPDX-License-Identifier: MIT
// Known answers from the documents that define the algorithms.

#include "aead.h"

struct vector {
	const char *aead, *name, *key, *nonce, *aad, *plain, *sealed, *tag;
};

#include "aead_vectors.inc.h"

enum { n_vectors = sizeof vectors / sizeof vectors[0] };

static void check_vector(const struct vector *v)
{
	size_t key_len, nonce_len, aad_len, len, tag_len;
	const uint8_t *key = from_hex(v->key, &key_len);
	const uint8_t *nonce = from_hex(v->nonce, &nonce_len);
	const uint8_t *aad = from_hex(v->aad, &aad_len);
	const uint8_t *plain = from_hex(v->plain, &len);
	const uint8_t *sealed = from_hex(v->sealed, NULL);
	const uint8_t *tag = from_hex(v->tag, &tag_len);
	const void *ctx = aead_ctx(key, key_len);
	uint8_t *out = zero_buffer(len, 1), actual_tag[MAX_TAG_LEN];

	assert_int_equal(aead->seal(ctx, out, actual_tag, tag_len, nonce, nonce_len, aad, aad_len, plain, len),
			 LANE_OK);
	check_equal(out, sealed, len, "ciphertext");
	check_equal(actual_tag, tag, tag_len, "tag");
	assert_int_equal(aead->open(ctx, out, nonce, nonce_len, aad, aad_len, sealed, len, tag, tag_len), LANE_OK);
	check_equal(out, plain, len, "plaintext");

	struct lane_aead_message message = {.out = out,
					    .in = plain,
					    .len = len,
					    .nonce = nonce,
					    .nonce_len = nonce_len,
					    .aad = aad,
					    .aad_len = aad_len,
					    .tag = actual_tag,
					    .tag_len = tag_len};
	memset(actual_tag, 0, sizeof actual_tag);
	assert_int_equal(aead->seal_batch(ctx, &message, 1), LANE_OK);
	check_equal(out, sealed, len, "ciphertext of a batch");
	check_equal(actual_tag, tag, tag_len, "tag of a batch");

	if (aead->stream_len == 0)
		return;
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(aead->begin(stream, ctx, nonce, nonce_len, tag_len, aad_len, len), LANE_OK);
	assert_int_equal(aead->aad(stream, aad, aad_len), LANE_OK);
	assert_int_equal(aead->decrypt_update(stream, out, sealed, len), LANE_OK);
	check_equal(out, plain, len, "plaintext of a stream");
	assert_int_equal(aead->decrypt_final(stream, tag, tag_len), LANE_OK);
}

static void known_answers(void)
{
	size_t n = 0;
	for (size_t i = 0; i < n_vectors; i++) {
		if (strcmp(vectors[i].aead, aead->name) != 0)
			continue;
		at("%s", vectors[i].name);
		check_vector(&vectors[i]);
		n++;
	}
	assert_true(n > 0);
}

static const struct CMUnitTest tests[] = {TEST(known_answers)};
SUITE(known, tests);
