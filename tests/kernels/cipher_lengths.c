// SPDX-License-Identifier: MIT
// Every length (where that is slow, some of the long ones: next_to_try), against the portable kernel, there and back,
// out of place and in place.

#include "cipher.h"

enum { every_len = 4096, max_random_len = 65536 };

static void check_len(const void *ctx, const void *portable, const uint8_t *iv, uint8_t *in, uint8_t *out,
		      uint8_t *expected, size_t len)
{
	assert_int_equal(cipher->encrypt(portable, expected, iv, in, len), LANE_OK);
	out[len] = 0xa5;
	assert_int_equal(cipher->encrypt(ctx, out, iv, in, len), LANE_OK);
	check_equal(out, expected, len, "output");
	if (cipher->decrypt != cipher->encrypt) {
		assert_int_equal(cipher->decrypt(ctx, out, iv, out, len), LANE_OK);
		check_equal(out, in, len, "decrypted in place");
		memset(out, 0, len);
		assert_int_equal(cipher->decrypt(ctx, out, iv, expected, len), LANE_OK);
		check_equal(out, in, len, "decrypted");
	}
	assert_int_equal(out[len], 0xa5);
	assert_int_equal(cipher->encrypt(ctx, in, iv, in, len), LANE_OK);
	check_equal(in, expected, len, "output in place");
}

static void every_length(void)
{
	uint8_t *in = random_buffer(every_len), *out = random_buffer(every_len + 1),
		*expected = random_buffer(every_len);
	for (size_t k = 0; k < cipher->n_key_lens; k++) {
		const uint8_t *key = random_buffer(cipher->key_lens[k]);
		const void *ctx = cipher_ctx(key, cipher->key_lens[k]);
		const void *portable = cipher_portable_ctx(key, cipher->key_lens[k]);
		uint8_t iv[IV_LEN];
		for (size_t len = cipher->min_len; len <= every_len;
		     len = cipher->step == 1 ? next_to_try(len) : len + cipher->step) {
			at("key length %zu, length %zu", cipher->key_lens[k], len);
			random_bytes(iv, sizeof iv);
			check_len(ctx, portable, iv, in, out, expected, len);
		}
	}
}

static void random_lengths_and_alignments(void)
{
	uint8_t *in = random_buffer(max_random_len + 64), *out = random_buffer(max_random_len + 65);
	uint8_t *expected = random_buffer(max_random_len), iv[2 * IV_LEN];
	for (int i = 0; i < n_random_messages(); i++) {
		const size_t key_len = cipher->key_lens[random_below(cipher->n_key_lens)];
		const uint8_t *key = random_buffer(key_len);
		const size_t len = cipher_len(random_below(max_random_len - 16)), in_off = random_below(64),
			     out_off = random_below(64);
		at("message %d: length %zu, in and out %zu and %zu bytes off", i, len, in_off, out_off);
		random_bytes(iv, sizeof iv);
		check_len(cipher_ctx(key, key_len), cipher_portable_ctx(key, key_len), iv + random_below(16),
			  in + in_off, out + out_off, expected, len);
	}
}

// Every tail of the widest step, 1024 bytes, at every alignment of its input, with the output at another; what is
// right does not depend on where it stands. Where decryption is another operation, it goes back to where it came from.
static void alignments(void)
{
	enum { base = 1024, max_len = 2 * base, n_aligns = 64 };
	uint8_t *plain = random_buffer(max_len), *in = random_buffer(max_len + n_aligns);
	uint8_t *out = random_buffer(max_len + n_aligns), *expected = random_buffer(max_len), iv[IV_LEN] = {0};
	const uint8_t *key = random_buffer(cipher->key_lens[0]);
	const void *ctx = cipher_ctx(key, cipher->key_lens[0]);
	const void *portable = cipher_portable_ctx(key, cipher->key_lens[0]);
	for (size_t len = base; len < max_len; len += cipher->step) {
		assert_int_equal(cipher->encrypt(portable, expected, iv, plain, len), LANE_OK);
		for (size_t align = len % sample_step(); align < n_aligns; align += sample_step()) {
			uint8_t *to = out + (align * 7 + len) % n_aligns;
			at("length %zu, %zu bytes off alignment", len, align);
			memcpy(in + align, plain, len);
			assert_int_equal(cipher->encrypt(ctx, to, iv, in + align, len), LANE_OK);
			check_equal(to, expected, len, "output");
			if (cipher->decrypt == cipher->encrypt)
				continue;
			assert_int_equal(cipher->decrypt(ctx, in + align, iv, to, len), LANE_OK);
			check_equal(in + align, plain, len, "decrypted");
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(every_length), TEST(random_lengths_and_alignments), TEST(alignments)};
SUITE(cipher_lengths, tests);
