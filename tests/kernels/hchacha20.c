// SPDX-License-Identifier: MIT
// HChaCha20, seen through XChaCha20-Poly1305: what the draft derives from a key seals as ChaCha20-Poly1305 under that.

#include "aead.h"

static void known_subkey(void)
{
	// draft-irtf-cfrg-xchacha-03 §2.2.1
	const uint8_t *key = from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", NULL);
	const uint8_t *nonce = from_hex("000000090000004a0000000031415927", NULL);
	const uint8_t *subkey = from_hex("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc", NULL);

	enum { len = 3000, rest_len = 8 };
	struct lane_xchacha20_poly1305_ctx x;
	struct lane_chacha20_poly1305_ctx c;
	uint8_t *in = random_buffer(len), *out[2] = {random_buffer(len), random_buffer(len)}, tag[2][TAG_LEN];
	uint8_t long_nonce[LANE_XCHACHA20_POLY1305_NONCE_LEN], short_nonce[LANE_CHACHA20_POLY1305_NONCE_LEN] = {0};
	memcpy(long_nonce, nonce, 16);
	random_bytes(long_nonce + 16, rest_len);
	memcpy(short_nonce + 4, long_nonce + 16, rest_len);
	assert_int_equal(lane_xchacha20_poly1305_init_with(&x, kernel, key, 32), LANE_OK);
	assert_int_equal(lane_chacha20_poly1305_init_with(&c, kernel, subkey, 32), LANE_OK);
	for (size_t n = 0; n <= len; n += 1 + n / 2) {
		at("length %zu", n);
		assert_int_equal(lane_xchacha20_poly1305_seal(&x, out[0], tag[0], TAG_LEN, long_nonce,
							      sizeof long_nonce, in, 20, in, n),
				 LANE_OK);
		assert_int_equal(lane_chacha20_poly1305_seal(&c, out[1], tag[1], TAG_LEN, short_nonce,
							     sizeof short_nonce, in, 20, in, n),
				 LANE_OK);
		check_equal(out[0], out[1], n, "ciphertext");
		check_equal(tag[0], tag[1], TAG_LEN, "tag");
	}
}

// A context is of one algorithm: that of the other is refused.
static void contexts_are_not_mixed_up(void)
{
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char ctx[LANE_XCHACHA20_POLY1305_CTX_LEN];
	uint8_t key[32] = {1}, nonce[32] = {2}, text[20] = {3}, tag[TAG_LEN];
	assert_int_equal(lane_xchacha20_poly1305_init_with((void *)ctx, kernel, key, 32), LANE_OK);
	assert_int_equal(lane_chacha20_poly1305_seal((void *)ctx, text, tag, TAG_LEN, nonce, 12, NULL, 0, text, 20),
			 LANE_ERR_STATE);
	assert_int_equal(lane_chacha20_poly1305_init_with((void *)ctx, kernel, key, 32), LANE_OK);
	assert_int_equal(lane_xchacha20_poly1305_seal((void *)ctx, text, tag, TAG_LEN, nonce, 24, NULL, 0, text, 20),
			 LANE_ERR_STATE);
}

static const struct CMUnitTest tests[] = {TEST(known_subkey), TEST(contexts_are_not_mixed_up)};
SUITE(hchacha20, tests);
