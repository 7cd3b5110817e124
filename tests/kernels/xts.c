// SPDX-License-Identifier: MIT
// AES-XTS beside what all ciphers have: the standard's own text as a model, stealing, sectors, its limits, weak keys.

#include "cipher.h"
#include "xts_model.h"

enum { max_unit = 1200, max_sectors = 21 };

static const size_t key_lens[] = {32, 64};

static struct lane_aes_xts_ctx *xts_ctx(const uint8_t *key, size_t key_len)
{
	return cipher_ctx(key, key_len);
}

// Every length of data unit, and so every tail behind every number of blocks of a wide step.
static void as_the_standard_says(void)
{
	struct xts_model *m = (void *)zero_buffer(sizeof *m, LANE_CTX_ALIGN);
	uint8_t *in = random_buffer(max_unit), *out = random_buffer(max_unit), *expected = random_buffer(max_unit);
	for (size_t k = 0; k < 2; k++) {
		const uint8_t *key = random_buffer(key_lens[k]);
		const struct lane_aes_xts_ctx *ctx = xts_ctx(key, key_lens[k]);
		uint8_t tweak[16];
		xts_model_init(m, key, key_lens[k]);
		for (size_t len = 16; len < max_unit; len++) {
			at("key length %zu, length %zu", key_lens[k], len);
			random_bytes(tweak, sizeof tweak);
			xts_model_encrypt(m, expected, tweak, in, len);
			assert_int_equal(lane_aes_xts_encrypt(ctx, out, tweak, in, len), LANE_OK);
			check_equal(out, expected, len, "ciphertext");
			assert_int_equal(lane_aes_xts_decrypt(ctx, out, tweak, expected, len), LANE_OK);
			check_equal(out, in, len, "plaintext");
		}
	}
}

// The longest data unit, 2^20 blocks, and the longest with a tail.
static void longest_unit(void)
{
	struct xts_model *m = (void *)zero_buffer(sizeof *m, LANE_CTX_ALIGN);
	const uint8_t *key = random_buffer(64);
	const struct lane_aes_xts_ctx *ctx = xts_ctx(key, 64);
	uint8_t *text = random_buffer(LANE_AES_XTS_MAX_LEN), *expected = random_buffer(LANE_AES_XTS_MAX_LEN);
	uint8_t tweak[16] = {5}, *plain = random_buffer(LANE_AES_XTS_MAX_LEN);
	xts_model_init(m, key, 64);
	for (size_t len = LANE_AES_XTS_MAX_LEN - 1; len <= LANE_AES_XTS_MAX_LEN; len++) {
		at("length %zu", len);
		assert_int_equal(lane_aes_xts_encrypt(ctx, text, tweak, plain, len), LANE_OK);
		if (len == LANE_AES_XTS_MAX_LEN && sample_step() == 1) { // the model takes a second
			xts_model_encrypt(m, expected, tweak, plain, len);
			check_equal(text, expected, len, "ciphertext");
		}
		assert_int_equal(lane_aes_xts_decrypt(ctx, text, tweak, text, len), LANE_OK);
		check_equal(text, plain, len, "plaintext");
	}
	assert_int_equal(lane_aes_xts_encrypt(ctx, text, tweak, plain, LANE_AES_XTS_MAX_LEN + 1), LANE_ERR_LENGTH);
	check_equal(text, plain, LANE_AES_XTS_MAX_LEN, "what a refused call must not touch");
}

static void check_sectors(const uint8_t *key, size_t key_len, uint64_t first, size_t len, size_t n)
{
	const struct lane_aes_xts_ctx *ctx = xts_ctx(key, key_len);
	const void *portable = cipher_portable_ctx(key, key_len);
	uint8_t *in = random_buffer(len * n + 1), *out = random_buffer(len * n + 1), *expected = random_buffer(len * n);
	at("key length %zu, %zu sectors of %zu bytes from %llu on", key_len, n, len, (unsigned long long)first);
	for (size_t i = 0; i < n; i++) {
		uint8_t tweak[16] = {0};
		for (int j = 0; j < 8; j++)
			tweak[j] = (uint8_t)((first + i) >> 8 * j);
		assert_int_equal(lane_aes_xts_encrypt(portable, expected + len * i, tweak, in + len * i, len), LANE_OK);
	}
	out[len * n] = 0xa5;
	assert_int_equal(lane_aes_xts_encrypt_sectors(ctx, out, first, in, len, n), LANE_OK);
	check_equal(out, expected, len * n, "ciphertext");
	assert_int_equal(lane_aes_xts_decrypt_sectors(ctx, out, first, out, len, n), LANE_OK);
	check_equal(out, in, len * n, "plaintext in place");
	assert_int_equal(lane_aes_xts_decrypt_sectors(ctx, out, first, expected, len, n), LANE_OK);
	check_equal(out, in, len * n, "plaintext");
	assert_int_equal(out[len * n], 0xa5);
	assert_int_equal(lane_aes_xts_encrypt_sectors(ctx, in, first, in, len, n), LANE_OK);
	check_equal(in, expected, len * n, "ciphertext in place");
	test_release();
}

// Several sectors at once give what they give one by one, each with its number as a little-endian tweak.
static void sectors_at_once(void)
{
	static const size_t lens[] = {16, 17, 31, 32, 100, 512, 520, 1024, 4096, 4104};
	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		for (size_t n = 0; n < max_sectors; n++) {
			uint8_t key[64];
			uint64_t first = UINT64_C(0) - n; // the last there is
			random_bytes(key, sizeof key);
			if (n % 3 == 1)
				random_bytes(&first, 5);
			if (n % 3 == 2)
				first = UINT64_C(0x100000000) - n / 2;
			check_sectors(key, key_lens[n % 2], first, lens[i], n);
		}
	}
}

static void refused_sectors(void)
{
	const struct {
		uint64_t sector;
		size_t len, n;
	} calls[] = {{0, 0, 1},
		     {0, 15, 1},
		     {0, 15, 0},
		     {0, LANE_AES_XTS_MAX_LEN + 1, 1},
		     {0, SIZE_MAX, 1},
		     {0, 16, SIZE_MAX / 16 + 1},
		     {0, 4096, SIZE_MAX},
		     {UINT64_MAX, 16, 2},
		     {UINT64_MAX - 6, 16, 8}};
	const struct lane_aes_xts_ctx *ctx = xts_ctx(random_buffer(32), 32);
	uint8_t *out = zero_buffer(300, 1);
	const uint8_t *in = random_buffer(300);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		at("call %zu", i);
		assert_int_equal(lane_aes_xts_encrypt_sectors(ctx, out, calls[i].sector, in, calls[i].len, calls[i].n),
				 LANE_ERR_LENGTH);
		assert_int_equal(lane_aes_xts_decrypt_sectors(ctx, out, calls[i].sector, in, calls[i].len, calls[i].n),
				 LANE_ERR_LENGTH);
	}
	at("pointers");
	assert_int_equal(lane_aes_xts_encrypt_sectors(NULL, out, 0, in, 16, 1), LANE_ERR_NULL);
	assert_int_equal(lane_aes_xts_encrypt_sectors(ctx, NULL, 0, in, 16, 1), LANE_ERR_NULL);
	assert_int_equal(lane_aes_xts_decrypt_sectors(ctx, out, 0, NULL, 16, 1), LANE_ERR_NULL);
	assert_int_equal(lane_aes_xts_decrypt_sectors(ctx, NULL, 0, NULL, 16, 0), LANE_OK);
	const void *zeroes = zero_buffer(sizeof *ctx, LANE_CTX_ALIGN);
	assert_int_equal(lane_aes_xts_encrypt_sectors(zeroes, out, 0, in, 16, 1), LANE_ERR_STATE);
	assert_int_equal(lane_aes_xts_decrypt_sectors(zeroes, out, 0, in, 16, 1), LANE_ERR_STATE);
	for (int shift = -79; shift < 80; shift++) {
		at("out %d bytes off in", shift);
		uint8_t *from = out + 100;
		if (shift == 0)
			continue;
		assert_int_equal(lane_aes_xts_encrypt_sectors(ctx, from + shift, 0, from, 16, 5), LANE_ERR_OVERLAP);
		assert_int_equal(lane_aes_xts_decrypt_sectors(ctx, from + shift, 0, from, 16, 5), LANE_ERR_OVERLAP);
	}
	assert_true(is_filled(out, 300, 0));
}

// Both halves equal, and then with any one bit different.
static void equal_halves(void)
{
	for (size_t k = 0; k < 2; k++) {
		const size_t len = key_lens[k], half = len / 2;
		uint8_t *key = random_buffer(len);
		struct lane_aes_xts_ctx *ctx = (void *)zero_buffer(sizeof *ctx, LANE_CTX_ALIGN);
		memcpy(key + half, key, half);
		memset(ctx, 0x66, sizeof *ctx);
		assert_int_equal(lane_aes_xts_init_with(ctx, kernel, key, len), LANE_ERR_WEAK_KEY);
		assert_true(is_filled((const uint8_t *)ctx, sizeof *ctx, 0));
		assert_null(lane_aes_xts_new(key, len));
		for (size_t bit = 0; bit < 8 * len; bit++) {
			at("key length %zu, bit %zu differs", len, bit);
			key[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(lane_aes_xts_init_with(ctx, kernel, key, len), LANE_OK);
			key[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(as_the_standard_says), TEST(longest_unit), TEST(sectors_at_once),
					  TEST(refused_sectors), TEST(equal_halves)};
SUITE(xts, tests);
