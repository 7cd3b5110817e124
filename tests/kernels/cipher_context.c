// SPDX-License-Identifier: MIT
// Contexts: sizes, wiped memory, copies, the heap.

#include "cipher.h"

static void sizes(void)
{
	assert_int_equal(cipher->ctx_len_now(), cipher->ctx_len);
	if (cipher->begin)
		assert_int_equal(cipher->stream_len_now(), cipher->stream_len);
}

static void wipe_leaves_zeroes(void)
{
	const uint8_t *key = random_buffer(64);
	for (size_t k = 0; k < cipher->n_key_lens; k++) {
		void *ctx = cipher_ctx(key, cipher->key_lens[k]);
		assert_false(is_filled(ctx, cipher->ctx_len, 0));
		cipher->wipe(ctx);
		assert_true(is_filled(ctx, cipher->ctx_len, 0));
	}
}

static void same_results(const void *a, const void *b)
{
	static const uint8_t iv[IV_LEN] = {1, 2, 3}, in[208] = {4, 5, 6};
	uint8_t out[2][208];
	assert_int_equal(cipher->encrypt(a, out[0], iv, in, sizeof in), LANE_OK);
	assert_int_equal(cipher->encrypt(b, out[1], iv, in, sizeof in), LANE_OK);
	check_equal(out[0], out[1], sizeof in, "output");
}

static void heap_contexts(void)
{
	const uint8_t *key = random_buffer(64);
	for (size_t k = 0; k < cipher->n_key_lens; k++) {
		void *ctx = cipher->new (key, cipher->key_lens[k]);
		assert_non_null(ctx);
		assert_int_equal((uintptr_t)ctx % LANE_CTX_ALIGN, 0);
		same_results(ctx, cipher_ctx(key, cipher->key_lens[k]));
		void *copy = cipher->copy(ctx);
		assert_non_null(copy);
		cipher->free(ctx);
		same_results(copy, cipher_ctx(key, cipher->key_lens[k]));
		cipher->free(copy);
	}
	assert_null(cipher->new (key, 5));
	assert_null(cipher->new (NULL, cipher->key_lens[0]));
	assert_null(cipher->copy(NULL));
	assert_null(cipher->copy(zero_buffer(cipher->ctx_len, LANE_CTX_ALIGN)));
}

static void messages_leave_the_context_alone(void)
{
	const uint8_t *key = random_buffer(64);
	uint8_t *ctx = cipher_ctx(key, cipher->key_lens[0]), *before = random_buffer(cipher->ctx_len);
	uint8_t *in = random_buffer(4992);
	memcpy(before, ctx, cipher->ctx_len);
	assert_int_equal(cipher->encrypt(ctx, in, key, in, 4992), LANE_OK);
	assert_int_equal(cipher->decrypt(ctx, in, key, in, 4992), LANE_OK);
	check_equal(ctx, before, cipher->ctx_len, "context");
}

static void wrong_family(void)
{
	const uint8_t *key = random_buffer(64);
	uint8_t *ctx = zero_buffer(cipher->ctx_len, LANE_CTX_ALIGN);
	assert_int_equal(cipher->init_with(ctx, lane_kernel_find("aes-gcm:portable"), key, cipher->key_lens[0]),
			 LANE_ERR_KERNEL);
	assert_true(is_filled(ctx, cipher->ctx_len, 0));
}

static const struct CMUnitTest tests[] = {TEST(sizes), TEST(wipe_leaves_zeroes), TEST(heap_contexts),
					  TEST(messages_leave_the_context_alone), TEST(wrong_family)};
SUITE(cipher_context, tests);
