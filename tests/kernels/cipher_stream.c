// SPDX-License-Identifier: MIT
// A stream in chunks of any size gives what one call gives.

#include "cipher.h"

enum { max_len = 3000, guarded_len = 1100 };

static void check_chunks(size_t len, size_t chunk, size_t limit)
{
	const size_t key_len = cipher->key_lens[random_below(cipher->n_key_lens)];
	const uint8_t *key = random_buffer(key_len), *iv = random_buffer(IV_LEN), *in = random_buffer(len);
	uint8_t *out = random_buffer(len), *expected = random_buffer(len);
	const void *ctx = cipher_ctx(key, key_len);
	void *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(cipher->encrypt(cipher_portable_ctx(key, key_len), expected, iv, in, len), LANE_OK);
	assert_int_equal(cipher->begin(stream, ctx, iv), LANE_OK);
	for (size_t done = 0, n; done < len; done += n) {
		n = chunk ? chunk : random_below(limit);
		n = n < len - done ? n : len - done;
		assert_int_equal(cipher->update(stream, out + done, in + done, n), LANE_OK);
	}
	check_equal(out, expected, len, "output");

	memcpy(out, in, len);
	assert_int_equal(cipher->begin(stream, ctx, iv), LANE_OK);
	for (size_t done = 0, n; done < len; done += n) {
		n = chunk ? chunk : random_below(limit);
		n = n < len - done ? n : len - done;
		assert_int_equal(cipher->update(stream, out + done, out + done, n), LANE_OK);
	}
	check_equal(out, expected, len, "output in place");
	cipher->stream_wipe(stream);
	assert_true(is_filled(stream, cipher->stream_len, 0));
	assert_int_equal(cipher->update(stream, out, in, 1), LANE_ERR_STATE);
	test_release();
}

static void equal_chunks(void)
{
	for (size_t chunk = 1; chunk <= 140; chunk++) {
		at("chunks of %zu bytes", chunk);
		check_chunks(1100 + chunk, chunk, 0);
	}
}

static void random_chunks(void)
{
	for (int i = 0; i < 300; i++) {
		const size_t len = random_below(max_len), limit = 2 + random_below(i % 3 == 0 ? 2000 : 200);
		at("message %d of %zu bytes, chunks below %zu", i, len, limit);
		check_chunks(len, 0, limit);
	}
}

// Streams keep a part of a block: their chunks end at the border of a page, too.
static void guarded_chunks(void)
{
	const struct guarded ivs = guarded_new(64), ins = guarded_new(guarded_len), outs = guarded_new(guarded_len);
	const struct guarded streams = guarded_new(cipher->stream_len);
	const void *ctx = cipher_ctx(random_buffer(64), cipher->key_lens[0]);
	for (int border = BORDER_BELOW; border <= BORDER_ABOVE; border++) {
		uint8_t *iv = guarded_at(&ivs, (enum border)border, IV_LEN);
		void *stream = guarded_at(&streams, (enum border)border, cipher->stream_len);
		memset(iv, 0, IV_LEN);
		assert_int_equal(cipher->begin(stream, ctx, iv), LANE_OK);
		for (size_t len = 0; len <= guarded_len; len++) {
			at("chunk of %zu bytes, page %s", len, border == BORDER_BELOW ? "below" : "above");
			uint8_t *in = guarded_at(&ins, (enum border)border, len);
			random_bytes(in, len);
			assert_int_equal(cipher->update(stream, guarded_at(&outs, (enum border)border, len), in, len),
					 LANE_OK);
		}
	}
}

static void refused(void)
{
	enum { n = 208, middle = n };
	const uint8_t *key = random_buffer(64);
	const void *ctx = cipher_ctx(key, cipher->key_lens[0]);
	void *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
	uint8_t out[16] = {0};
	assert_int_equal(cipher->begin(NULL, ctx, key), LANE_ERR_NULL);
	assert_int_equal(cipher->begin(stream, NULL, key), LANE_ERR_NULL);
	assert_int_equal(cipher->begin(stream, ctx, NULL), LANE_ERR_NULL);
	assert_int_equal(cipher->update(NULL, out, key, 16), LANE_ERR_NULL);
	assert_int_equal(cipher->begin(stream, ctx, key), LANE_OK);
	assert_int_equal(cipher->update(stream, NULL, key, 1), LANE_ERR_NULL);
	assert_int_equal(cipher->update(stream, out, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(cipher->update(stream, NULL, NULL, 0), LANE_OK);
	assert_true(is_filled(out, sizeof out, 0));
	cipher->stream_wipe(NULL);

	uint8_t *unaligned = zero_buffer(cipher->stream_len + LANE_CTX_ALIGN, LANE_CTX_ALIGN);
	for (size_t off = 1; off < LANE_CTX_ALIGN; off++)
		assert_int_equal(cipher->begin(unaligned + off, ctx, key), LANE_ERR_ALIGN);

	uint8_t *memory = random_buffer(2 * middle + n), *before = random_buffer(2 * middle + n);
	memcpy(before, memory, 2 * middle + n);
	for (int shift = 1 - n; shift < n; shift++) {
		at("out %d bytes off in", shift);
		if (shift == 0)
			continue;
		assert_int_equal(cipher->begin(stream, ctx, key), LANE_OK);
		assert_int_equal(cipher->update(stream, memory + middle + shift, memory + middle, n), LANE_ERR_OVERLAP);
	}
	check_equal(memory, before, 2 * middle + n, "memory that refused calls must not touch");
}

static const struct CMUnitTest tests[] = {TEST(equal_chunks), TEST(random_chunks), TEST(guarded_chunks), TEST(refused)};
SUITE(cipher_stream, tests);
