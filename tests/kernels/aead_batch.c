// SPDX-License-Identifier: MIT
// A batch gives what its messages give one by one, and each message its own verdict.

#include "aead.h"

enum { max_messages = 40, max_len = 700 };

static struct lane_aead_message messages[max_messages];
static struct sealed expected[max_messages];

static void *batch_new(const void **portable, size_t n)
{
	const size_t key_len = aead->key_lens[random_below(aead->n_key_lens)];
	const uint8_t *key = random_buffer(key_len);
	*portable = aead_portable_ctx(key, key_len);
	for (size_t i = 0; i < n; i++) {
		const size_t len = random_below(max_len), aad_len = random_below(40);
		expected[i] = (struct sealed){.nonce = random_buffer(aead->nonce_len),
					      .aad = random_buffer(aad_len),
					      .in = random_buffer(len),
					      .nonce_len = aead->nonce_len,
					      .aad_len = aad_len,
					      .len = len,
					      .out = random_buffer(len)};
		seal_portable(*portable, &expected[i]);
		messages[i] = (struct lane_aead_message){.out = random_buffer(len),
							 .in = expected[i].in,
							 .len = len,
							 .nonce = expected[i].nonce,
							 .nonce_len = aead->nonce_len,
							 .aad = expected[i].aad,
							 .aad_len = aad_len,
							 .tag = random_buffer(TAG_LEN),
							 .tag_len = TAG_LEN,
							 .status = LANE_ERR_STATE};
	}
	return aead_ctx(key, key_len);
}

static void batch_equals_one_by_one(void)
{
	for (size_t n = 0; n <= max_messages; n++) {
		const void *portable, *ctx = batch_new(&portable, n);
		at("%zu messages", n);
		assert_int_equal(aead->seal_batch(ctx, messages, n), LANE_OK);
		for (size_t i = 0; i < n; i++) {
			at("message %zu of %zu", i, n);
			assert_int_equal(messages[i].status, LANE_OK);
			check_equal(messages[i].out, expected[i].out, expected[i].len, "ciphertext");
			check_equal(messages[i].tag, expected[i].tag, TAG_LEN, "tag");
			messages[i].in = messages[i].out; // back, in place
			messages[i].status = LANE_ERR_STATE;
		}
		assert_int_equal(aead->open_batch(ctx, messages, n), LANE_OK);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(messages[i].status, LANE_OK);
			check_equal(messages[i].out, expected[i].in, expected[i].len, "plaintext");
		}
		test_release();
	}
}

static void a_forged_message_fails_alone(void)
{
	enum { n = 9 };
	for (size_t forged = 0; forged < n; forged++) {
		at("message %zu forged", forged);
		const void *portable, *ctx = batch_new(&portable, n);
		for (size_t i = 0; i < n; i++) {
			memcpy(messages[i].tag, expected[i].tag, TAG_LEN);
			messages[i].in = expected[i].out;
		}
		messages[forged].tag[3] ^= 4;
		assert_int_equal(aead->open_batch(ctx, messages, n), LANE_ERR_AUTH);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(messages[i].status, i == forged ? LANE_ERR_AUTH : LANE_OK);
			if (i == forged)
				assert_true(is_filled(messages[i].out, messages[i].len, 0));
			else
				check_equal(messages[i].out, expected[i].in, expected[i].len, "plaintext");
		}
		test_release();
	}
}

static void the_first_failure_is_returned(void)
{
	const void *portable, *ctx = batch_new(&portable, 4);
	messages[1].tag_len = 99;
	messages[2].nonce_len = 0;
	assert_int_equal(aead->seal_batch(ctx, messages, 4), LANE_ERR_TAG_LEN);
	assert_int_equal(messages[0].status, LANE_OK);
	assert_int_equal(messages[1].status, LANE_ERR_TAG_LEN);
	assert_int_equal(messages[2].status, LANE_ERR_NONCE_LEN);
	assert_int_equal(messages[3].status, LANE_OK);
	check_equal(messages[3].out, expected[3].out, expected[3].len, "ciphertext after failures");
}

static const struct CMUnitTest tests[] = {TEST(batch_equals_one_by_one), TEST(a_forged_message_fails_alone),
					  TEST(the_first_failure_is_returned)};
SUITE(batch, tests);
