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
		assert_int_equal(cipher->encrypt(ctx, &out, key, key, 1), LANE_ERR_STATE);
		assert_int_equal(cipher->decrypt(ctx, &out, key, key, 1), LANE_ERR_STATE);
		assert_int_equal(out, 7);
	}
}

static void null_pointers(void)
{
	const uint8_t *key = random_buffer(64);
	uint8_t out[16] = {0};
	void *ctx = cipher_ctx(key, cipher->key_lens[0]);
	for (int decrypting = 0; decrypting < 2; decrypting++) {
		enum lane_status (*const crypt)(const void *, uint8_t *, const uint8_t *, const uint8_t *, size_t) =
			decrypting ? cipher->decrypt : cipher->encrypt;
		at(decrypting ? "decrypt" : "encrypt");
		assert_int_equal(crypt(NULL, out, key, key, 16), LANE_ERR_NULL);
		assert_int_equal(crypt(ctx, NULL, key, key, 16), LANE_ERR_NULL);
		assert_int_equal(crypt(ctx, out, NULL, key, 16), LANE_ERR_NULL);
		assert_int_equal(crypt(ctx, out, key, NULL, 16), LANE_ERR_NULL);
		assert_true(is_filled(out, sizeof out, 0));
		if (cipher->min_len == 0)
			assert_int_equal(crypt(ctx, NULL, key, NULL, 0), LANE_OK);
	}
	at("init");
	assert_int_equal(cipher->init_with(NULL, kernel, key, cipher->key_lens[0]), LANE_ERR_NULL);
	assert_int_equal(cipher->init_with(ctx, kernel, NULL, cipher->key_lens[0]), LANE_ERR_NULL);
	assert_true(is_filled(ctx, cipher->ctx_len, 0));
	cipher->wipe(NULL);
	cipher->free(NULL);
}

static void unaligned_contexts(void)
{
	const uint8_t *key = random_buffer(64);
	uint8_t *memory = zero_buffer(cipher->ctx_len + LANE_CTX_ALIGN, LANE_CTX_ALIGN);
	for (size_t off = 1; off < LANE_CTX_ALIGN; off++) {
		at("%zu bytes off", off);
		assert_int_equal(cipher->init_with(memory + off, kernel, key, cipher->key_lens[0]), LANE_ERR_ALIGN);
	}
}

static void overlaps(void)
{
	enum { n = 208, middle = n };
	const uint8_t *key = random_buffer(64);
	const void *ctx = cipher_ctx(key, cipher->key_lens[0]);
	uint8_t *memory = random_buffer(2 * middle + n), *before = random_buffer(2 * middle + n);
	memcpy(before, memory, 2 * middle + n);
	uint8_t *base = memory + middle;
	for (int shift = 1 - n; shift < n; shift++) {
		if (shift == 0)
			continue;
		at("out %d bytes off in", shift);
		assert_int_equal(cipher->encrypt(ctx, base + shift, key, base, n), LANE_ERR_OVERLAP);
		assert_int_equal(cipher->decrypt(ctx, base + shift, key, base, n), LANE_ERR_OVERLAP);
	}
	const uint8_t *in = random_buffer(n);
	for (int shift = 1 - IV_LEN; shift < n - 4; shift++) { // ChaCha20's nonce begins at byte 4
		at("iv %d bytes behind out", shift);
		assert_int_equal(cipher->encrypt(ctx, base, base + shift, in, n), LANE_ERR_OVERLAP);
		assert_int_equal(cipher->decrypt(ctx, base, base + shift, in, n), LANE_ERR_OVERLAP);
	}
	check_equal(memory, before, 2 * middle + n, "memory that refused calls must not touch");
	at("neighbours that touch");
	assert_int_equal(cipher->encrypt(ctx, base, key, base + 64, 64), LANE_OK);
	assert_int_equal(cipher->decrypt(ctx, base + 64, key, base, 64), LANE_OK);
}

static const struct CMUnitTest tests[] = {TEST(key_lengths), TEST(null_pointers), TEST(unaligned_contexts),
					  TEST(overlaps)};
SUITE(cipher_refuse, tests);

// For ciphers that do not take every length.
static void lengths(void)
{
	static const size_t more[] = {(1 << 24) + 1, SIZE_MAX - 16, SIZE_MAX - 7, SIZE_MAX};
	const uint8_t *key = random_buffer(64), *in = random_buffer(100);
	uint8_t *out = zero_buffer(100, 1);
	const void *ctx = cipher_ctx(key, cipher->key_lens[0]);
	size_t n_refused = 0;
	for (size_t i = 0; i < 100 + sizeof more / sizeof more[0]; i++) {
		const size_t len = i < 100 ? i : more[i - 100];
		if (i < 100 && cipher_len(len) == len)
			continue;
		at("length %zu", len);
		assert_int_equal(cipher->encrypt(ctx, out, key, in, len), LANE_ERR_LENGTH);
		assert_int_equal(cipher->decrypt(ctx, out, key, in, len), LANE_ERR_LENGTH);
		n_refused++;
	}
	assert_true(n_refused > sizeof more / sizeof more[0]);
	assert_true(is_filled(out, 100, 0));
}

static const struct CMUnitTest length_tests[] = {TEST(lengths)};
SUITE(cipher_limits, length_tests);
