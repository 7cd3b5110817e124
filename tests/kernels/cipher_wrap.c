// SPDX-License-Identifier: MIT
// The counter passes 2^32, 2^64 and its end at any block of a wide step. What is right comes from single blocks of
// the portable kernel, each at a counter that the test computes by itself.

#include "cipher.h"

enum { n_blocks = 80 };

static void expected_stream(const void *portable, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t counter[IV_LEN];
	memcpy(counter, iv, IV_LEN);
	for (size_t i = 0; i < len; i += cipher->block_len) {
		const size_t n = len - i < cipher->block_len ? len - i : cipher->block_len;
		assert_int_equal(cipher->encrypt(portable, out + i, counter, in + i, n), LANE_OK);
		cipher->advance(counter, 1);
	}
}

static void check_from(const uint8_t *key, size_t key_len, const uint8_t *iv, size_t len)
{
	const void *ctx = cipher_ctx(key, key_len), *portable = cipher_portable_ctx(key, key_len);
	const uint8_t *in = random_buffer(len);
	uint8_t *out = random_buffer(len), *expected = random_buffer(len);
	expected_stream(portable, iv, expected, in, len);
	assert_int_equal(cipher->encrypt(ctx, out, iv, in, len), LANE_OK);
	check_equal(out, expected, len, "output");

	void *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(cipher->begin(stream, ctx, iv), LANE_OK);
	for (size_t done = 0, n; done < len; done += n) {
		n = random_below(400);
		n = n < len - done ? n : len - done;
		assert_int_equal(cipher->update(stream, out + done, in + done, n), LANE_OK);
	}
	check_equal(out, expected, len, "output of a stream");
	test_release();
}

// AES-CTR: the carry out of the last 1, 2, 4, 8, 12 and 16 bytes of the counter block.
static void carries_at_every_position(void)
{
	static const size_t widths[] = {1, 2, 4, 8, 12, 16};
	for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
		for (size_t to_wrap = 0; to_wrap <= n_blocks; to_wrap++) {
			at("carry out of %zu bytes after %zu blocks", widths[w], to_wrap);
			uint8_t key[32], iv[IV_LEN];
			random_bytes(key, sizeof key);
			random_bytes(iv, sizeof iv);
			memset(iv + 16 - widths[w], 0xff, widths[w]);
			iv[15] = (uint8_t)(0xff - to_wrap);
			check_from(key, cipher->key_lens[to_wrap % 3], iv, 16 * n_blocks - random_below(40));
		}
	}
}

// ChaCha20: up to block 2^32 − 1, and never beyond it.
static void counter_ends_at_every_position(void)
{
	for (uint32_t left = 1; left <= n_blocks; left++) {
		at("%u blocks left", left);
		uint8_t key[32], iv[IV_LEN], *big = random_buffer(64 * left + 1);
		random_bytes(key, sizeof key);
		random_bytes(iv, sizeof iv);
		const uint32_t counter = 0u - left;
		for (int i = 0; i < 4; i++)
			iv[i] = (uint8_t)(counter >> 8 * i);
		uint8_t *out = zero_buffer(64 * left + 1, 1);
		const void *ctx = cipher_ctx(key, 32);
		assert_int_equal(cipher->encrypt(ctx, out, iv, big, 64 * left + 1), LANE_ERR_LENGTH);
		assert_int_equal(cipher->encrypt(ctx, out, iv, big, SIZE_MAX), LANE_ERR_LENGTH);
		assert_true(is_filled(out, 64 * left + 1, 0));
		void *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
		assert_int_equal(cipher->begin(stream, ctx, iv), LANE_OK);
		assert_int_equal(cipher->update(stream, out, big, 64 * left + 1), LANE_ERR_LENGTH);
		assert_int_equal(cipher->update(stream, out, big, SIZE_MAX), LANE_ERR_LENGTH);
		assert_true(is_filled(out, 64 * left + 1, 0));
		assert_int_equal(cipher->update(stream, out, big, 64 * left), LANE_OK);
		assert_int_equal(cipher->update(stream, out, big, 1), LANE_ERR_LENGTH);
		check_from(key, 32, iv, 64 * left);
		check_from(key, 32, iv, 64 * left - random_below(63));
	}
}

// Counters whose low bits carry into the next byte inside a step.
static void random_counters(void)
{
	for (int i = 0; i < 200; i++) {
		at("counter %d", i);
		uint8_t key[32], iv[IV_LEN];
		random_bytes(key, sizeof key);
		random_bytes(iv, sizeof iv);
		iv[3] &= 0x7f; // ChaCha20's counter, away from its end
		check_from(key, cipher->key_lens[random_below(cipher->n_key_lens)], iv, random_below(5000));
	}
}

static const struct CMUnitTest ctr_tests[] = {TEST(carries_at_every_position), TEST(random_counters)};
SUITE(ctr_wrap, ctr_tests);

static const struct CMUnitTest chacha20_tests[] = {TEST(counter_ends_at_every_position), TEST(random_counters)};
SUITE(chacha20_end, chacha20_tests);
