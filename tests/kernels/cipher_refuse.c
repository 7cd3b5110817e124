// SPDX-License-Identifier: MIT
// What the header says is refused, is refused before anything is written.

#include "cipher.h"

static int is_key_len(size_t n)
{
	for (size_t i = 0; i < cipher->n_key_lens; i++) {
		if (cipher->key_lens[i] == n)
			return 1;
	}
	return 0;
}

static void key_lengths(void)
{
	const uint8_t *key = random_buffer(64);
	for (size_t n = 0; n <= 64; n++) {
		at("key length %zu", n);
		uint8_t *ctx = zero_buffer(cipher->ctx_len, LANE_CTX_ALIGN), out = 7;
		memset(ctx, 0x66, cipher->ctx_len);
		assert_int_equal(cipher->init_with(ctx, kernel, key, n), is_key_len(n) ? LANE_OK : LANE_ERR_KEY_LEN);
		if (is_key_len(n))
			continue;
		assert_true(is_filled(ctx, cipher->ctx_len, 0));
		assert_int_equal(cipher->crypt(ctx, &out, key, key, 1), LANE_ERR_STATE);
		assert_int_equal(out, 7);
	}
}

static void null_pointers(void)
{
	const uint8_t *key = random_buffer(64);
	uint8_t out[16] = {0};
	void *ctx = cipher_ctx(key, cipher->key_lens[0]), *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
	at("crypt");
	assert_int_equal(cipher->crypt(NULL, out, key, key, 16), LANE_ERR_NULL);
	assert_int_equal(cipher->crypt(ctx, NULL, key, key, 1), LANE_ERR_NULL);
	assert_int_equal(cipher->crypt(ctx, out, NULL, key, 16), LANE_ERR_NULL);
	assert_int_equal(cipher->crypt(ctx, out, key, NULL, 1), LANE_ERR_NULL);
	assert_true(is_filled(out, sizeof out, 0));
	assert_int_equal(cipher->crypt(ctx, NULL, key, NULL, 0), LANE_OK);
	at("stream");
	assert_int_equal(cipher->begin(NULL, ctx, key), LANE_ERR_NULL);
	assert_int_equal(cipher->begin(stream, NULL, key), LANE_ERR_NULL);
	assert_int_equal(cipher->begin(stream, ctx, NULL), LANE_ERR_NULL);
	assert_int_equal(cipher->update(NULL, out, key, 16), LANE_ERR_NULL);
	assert_int_equal(cipher->begin(stream, ctx, key), LANE_OK);
	assert_int_equal(cipher->update(stream, NULL, key, 1), LANE_ERR_NULL);
	assert_int_equal(cipher->update(stream, out, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(cipher->update(stream, NULL, NULL, 0), LANE_OK);
	assert_true(is_filled(out, sizeof out, 0));
	at("init");
	assert_int_equal(cipher->init_with(NULL, kernel, key, cipher->key_lens[0]), LANE_ERR_NULL);
	assert_int_equal(cipher->init_with(ctx, kernel, NULL, cipher->key_lens[0]), LANE_ERR_NULL);
	assert_true(is_filled(ctx, cipher->ctx_len, 0));
	cipher->wipe(NULL);
	cipher->stream_wipe(NULL);
	cipher->free(NULL);
}

static void unaligned_contexts(void)
{
	const uint8_t *key = random_buffer(64);
	const void *ctx = cipher_ctx(key, cipher->key_lens[0]);
	uint8_t *memory = zero_buffer(cipher->ctx_len + cipher->stream_len + LANE_CTX_ALIGN, LANE_CTX_ALIGN);
	for (size_t off = 1; off < LANE_CTX_ALIGN; off++) {
		at("%zu bytes off", off);
		assert_int_equal(cipher->init_with(memory + off, kernel, key, cipher->key_lens[0]), LANE_ERR_ALIGN);
		assert_int_equal(cipher->begin(memory + off, ctx, key), LANE_ERR_ALIGN);
	}
}

static void overlaps(void)
{
	enum { n = 200, middle = n };
	const uint8_t *key = random_buffer(64);
	const void *ctx = cipher_ctx(key, cipher->key_lens[0]);
	void *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
	uint8_t *memory = random_buffer(2 * middle + n), *before = random_buffer(2 * middle + n);
	memcpy(before, memory, 2 * middle + n);
	uint8_t *base = memory + middle;
	for (int shift = 1 - n; shift < n; shift++) {
		if (shift == 0)
			continue;
		at("out %d bytes off in", shift);
		assert_int_equal(cipher->crypt(ctx, base + shift, key, base, n), LANE_ERR_OVERLAP);
		assert_int_equal(cipher->begin(stream, ctx, key), LANE_OK);
		assert_int_equal(cipher->update(stream, base + shift, base, n), LANE_ERR_OVERLAP);
	}
	const uint8_t *in = random_buffer(n);
	for (int shift = 1 - IV_LEN; shift < n - 4; shift++) { // ChaCha20's nonce begins at byte 4
		at("iv %d bytes behind out", shift);
		assert_int_equal(cipher->crypt(ctx, base, base + shift, in, n), LANE_ERR_OVERLAP);
	}
	check_equal(memory, before, 2 * middle + n, "memory that refused calls must not touch");
	at("neighbours that touch");
	assert_int_equal(cipher->crypt(ctx, base, key, base + 64, 64), LANE_OK);
}

static const struct CMUnitTest tests[] = {TEST(key_lengths), TEST(null_pointers), TEST(unaligned_contexts),
					  TEST(overlaps)};
SUITE(cipher_refuse, tests);
