// SPDX-License-Identifier: MIT
// Contexts: sizes, wiped memory, copies, the heap.

#include "aead.h"

static void sizes(void)
{
	assert_int_equal(aead->ctx_len_now(), aead->ctx_len);
	assert_int_equal(aead->ctx_len % LANE_CTX_ALIGN, 0);
	if (aead->stream_len == 0)
		return;
	assert_int_equal(aead->stream_len_now(), aead->stream_len);
	assert_int_equal(aead->stream_len % LANE_CTX_ALIGN, 0);
}

static void wipe_leaves_zeroes(void)
{
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		const uint8_t *key = random_buffer(aead->key_lens[k]);
		void *ctx = aead_ctx(key, aead->key_lens[k]);
		assert_false(is_filled(ctx, aead->ctx_len, 0));
		aead->wipe(ctx);
		assert_true(is_filled(ctx, aead->ctx_len, 0));
	}
}

static void init_writes_nothing_beyond_the_context(void)
{
	enum { margin = 64 };
	const uint8_t *key = random_buffer(MAX_KEY_LEN);
	uint8_t *memory = zero_buffer(margin + aead->ctx_len + margin, LANE_CTX_ALIGN);
	memset(memory, 0x3c, margin + aead->ctx_len + margin);
	assert_int_equal(aead->init_with(memory + margin, kernel, key, aead->key_lens[0]), LANE_OK);
	assert_true(is_filled(memory, margin, 0x3c));
	assert_true(is_filled(memory + margin + aead->ctx_len, margin, 0x3c));
}

static void seal_some(const void *ctx, uint8_t out[200], uint8_t tag[TAG_LEN])
{
	static const uint8_t nonce[32] = {1, 2, 3}, in[200] = {4, 5, 6};
	assert_int_equal(aead->seal(ctx, out, tag, TAG_LEN, nonce, aead->nonce_len, NULL, 0, in, sizeof in), LANE_OK);
}

static void same_results(const void *a, const void *b)
{
	uint8_t out[2][200], tag[2][TAG_LEN];
	seal_some(a, out[0], tag[0]);
	seal_some(b, out[1], tag[1]);
	check_equal(out[0], out[1], sizeof out[0], "ciphertext");
	check_equal(tag[0], tag[1], TAG_LEN, "tag");
}

static void heap_contexts(void)
{
	const uint8_t *key = random_buffer(64);
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		at("key length %zu", aead->key_lens[k]);
		void *ctx = aead->new (key, aead->key_lens[k]);
		assert_non_null(ctx);
		assert_int_equal((uintptr_t)ctx % LANE_CTX_ALIGN, 0);
		same_results(ctx, aead_ctx(key, aead->key_lens[k]));
		void *copy = aead->copy(ctx);
		assert_non_null(copy);
		assert_ptr_not_equal(copy, ctx);
		aead->free(ctx);
		same_results(copy, aead_ctx(key, aead->key_lens[k])); // lives on its own
		aead->free(copy);
	}
	assert_null(aead->new (key, 5));
	assert_null(aead->new (NULL, aead->key_lens[0]));
	assert_null(aead->copy(NULL));
}

static void contexts_may_be_reused_for_another_key(void)
{
	const uint8_t *key = random_buffer(MAX_KEY_LEN), *other = random_buffer(MAX_KEY_LEN);
	const size_t key_len = aead->key_lens[0];
	void *ctx = aead_ctx(other, aead->key_lens[aead->n_key_lens - 1]);
	assert_int_equal(aead->init_with(ctx, kernel, key, key_len), LANE_OK);
	same_results(ctx, aead_ctx(key, key_len));
}

// A context is only read once it is initialised: threads may share it.
static void messages_leave_the_context_alone(void)
{
	const uint8_t *key = random_buffer(MAX_KEY_LEN);
	uint8_t *ctx = aead_ctx(key, aead->key_lens[0]), *before = random_buffer(aead->ctx_len),
		*in = random_buffer(5000);
	uint8_t tag[TAG_LEN];
	memcpy(before, ctx, aead->ctx_len);
	assert_int_equal(aead->seal(ctx, in, tag, TAG_LEN, key, aead->nonce_len, key, 32, in, 5000), LANE_OK);
	assert_int_equal(aead->open(ctx, in, key, aead->nonce_len, key, 32, in, 5000, tag, TAG_LEN), LANE_OK);
	check_equal(ctx, before, aead->ctx_len, "context");
}

static void wrong_family(void)
{
	uint8_t key[MAX_KEY_LEN] = {0};
	uint8_t *ctx = zero_buffer(aead->ctx_len, LANE_CTX_ALIGN);
	const struct lane_kernel *foreign = lane_kernel_find("aes-ctr:portable");
	assert_non_null(foreign);
	assert_int_equal(aead->init_with(ctx, foreign, key, aead->key_lens[0]), LANE_ERR_KERNEL);
	assert_true(is_filled(ctx, aead->ctx_len, 0));
}

static const struct CMUnitTest tests[] = {TEST(sizes),
					  TEST(wipe_leaves_zeroes),
					  TEST(init_writes_nothing_beyond_the_context),
					  TEST(heap_contexts),
					  TEST(contexts_may_be_reused_for_another_key),
					  TEST(messages_leave_the_context_alone),
					  TEST(wrong_family)};
SUITE(context, tests);
