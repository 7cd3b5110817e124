// SPDX-License-Identifier: MIT
// A stream in chunks of any size gives what one call gives.

#include "cipher.h"

enum { max_len = 3000 };

static void check_chunks(size_t len, size_t chunk, size_t limit)
{
	const size_t key_len = cipher->key_lens[random_below(cipher->n_key_lens)];
	const uint8_t *key = random_buffer(key_len), *iv = random_buffer(IV_LEN), *in = random_buffer(len);
	uint8_t *out = random_buffer(len), *expected = random_buffer(len);
	const void *ctx = cipher_ctx(key, key_len);
	void *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(cipher->crypt(cipher_portable_ctx(key, key_len), expected, iv, in, len), LANE_OK);
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

static const struct CMUnitTest tests[] = {TEST(equal_chunks), TEST(random_chunks)};
SUITE(cipher_stream, tests);
