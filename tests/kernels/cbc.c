// SPDX-License-Identifier: MIT
// AES-CBC beside what all ciphers have: SP 800-38A §6.2 block by block on top of the AES block alone; pieces.

#include "cipher.h"

enum { max_blocks = 140 };

static void cbc_by_blocks(const uint8_t *key, size_t key_len, uint8_t *out, const uint8_t *iv, const uint8_t *in,
			  size_t n_blocks)
{
	struct lane_aes_ctr_ctx *aes = (void *)zero_buffer(sizeof *aes, LANE_CTX_ALIGN);
	assert_int_equal(lane_aes_ctr_init_with(aes, lane_kernel_find("aes-ctr:portable"), key, key_len), LANE_OK);
	for (size_t i = 0; i < n_blocks; i++) {
		const uint8_t *before = i == 0 ? iv : out + 16 * (i - 1);
		for (size_t j = 0; j < 16; j++)
			out[16 * i + j] = in[16 * i + j] ^ before[j];
		assert_int_equal(lane_aes_encrypt_blocks(aes, out + 16 * i, out + 16 * i, 1), LANE_OK);
	}
}

static void every_number_of_blocks(void)
{
	uint8_t *out = random_buffer(16 * max_blocks), *expected = random_buffer(16 * max_blocks);
	const uint8_t *in = random_buffer(16 * max_blocks);
	for (size_t n = 0; n <= max_blocks; n++) {
		const size_t key_len = cipher->key_lens[n % cipher->n_key_lens];
		const uint8_t *key = random_buffer(key_len), *iv = random_buffer(IV_LEN);
		const void *ctx = cipher_ctx(key, key_len);
		at("key length %zu, %zu blocks", key_len, n);
		cbc_by_blocks(key, key_len, expected, iv, in, n);
		assert_int_equal(cipher->encrypt(ctx, out, iv, in, 16 * n), LANE_OK);
		check_equal(out, expected, 16 * n, "ciphertext");
		assert_int_equal(cipher->decrypt(ctx, out, iv, expected, 16 * n), LANE_OK);
		check_equal(out, in, 16 * n, "plaintext");
	}
}

// The last block of ciphertext is the iv of what follows.
static void pieces(void)
{
	for (int i = 0; i < 200; i++) {
		const size_t n = 1 + random_below(max_blocks), key_len = cipher->key_lens[random_below(3)];
		const uint8_t *key = random_buffer(key_len), *iv = random_buffer(IV_LEN), *in = random_buffer(16 * n);
		uint8_t *whole = random_buffer(16 * n), *out = random_buffer(16 * n);
		const void *ctx = cipher_ctx(key, key_len);
		assert_int_equal(cipher->encrypt(ctx, whole, iv, in, 16 * n), LANE_OK);
		for (size_t done = 0, now; done < n; done += now) {
			const size_t at_byte = 16 * done;
			now = 1 + random_below(n - done);
			at("message %d: blocks %zu to %zu of %zu", i, done, done + now, n);
			const uint8_t *before = done == 0 ? iv : whole + at_byte - 16;
			assert_int_equal(cipher->encrypt(ctx, out + at_byte, before, in + at_byte, 16 * now), LANE_OK);
			check_equal(out + at_byte, whole + at_byte, 16 * now, "ciphertext");
			assert_int_equal(cipher->decrypt(ctx, out + at_byte, before, whole + at_byte, 16 * now),
					 LANE_OK);
			check_equal(out + at_byte, in + at_byte, 16 * now, "plaintext");
		}
		test_release();
	}
}

static const struct CMUnitTest tests[] = {TEST(every_number_of_blocks), TEST(pieces)};
SUITE(cbc, tests);
