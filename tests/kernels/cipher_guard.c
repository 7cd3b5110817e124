// SPDX-License-Identifier: MIT
// Every buffer pressed against a page that faults, below and above, at every length.

#include "cipher.h"

enum { guard_len = 1100 };

static void check_border(enum border border)
{
	const struct guarded keys = guarded_new(64), ivs = guarded_new(64), ins = guarded_new(guard_len);
	const struct guarded outs = guarded_new(guard_len), ctxs = guarded_new(cipher->ctx_len);
	uint8_t *plain = random_buffer(guard_len);
	for (size_t k = 0; k < cipher->n_key_lens; k++) {
		uint8_t *key = guarded_at(&keys, border, cipher->key_lens[k]), *iv = guarded_at(&ivs, border, IV_LEN);
		void *ctx = guarded_at(&ctxs, border, cipher->ctx_len);
		random_bytes(key, cipher->key_lens[k]);
		assert_int_equal(cipher->init_with(ctx, kernel, key, cipher->key_lens[k]), LANE_OK);
		for (size_t len = cipher->min_len; len <= guard_len; len += cipher->step) {
			at("key length %zu, length %zu, page %s", cipher->key_lens[k], len,
			   border == BORDER_BELOW ? "below" : "above");
			uint8_t *in = guarded_at(&ins, border, len), *out = guarded_at(&outs, border, len);
			random_bytes(iv, IV_LEN);
			memcpy(in, plain, len);
			assert_int_equal(cipher->encrypt(ctx, out, iv, in, len), LANE_OK);
			assert_int_equal(cipher->decrypt(ctx, in, iv, out, len), LANE_OK);
			check_equal(in, plain, len, "there and back");
			assert_int_equal(cipher->decrypt(ctx, out, iv, out, len), LANE_OK);
			check_equal(out, plain, len, "there and back in place");
		}
		cipher->wipe(ctx);
	}
}

static void pages_above(void)
{
	check_border(BORDER_ABOVE);
}

static void pages_below(void)
{
	check_border(BORDER_BELOW);
}

static const struct CMUnitTest tests[] = {TEST(pages_above), TEST(pages_below)};
SUITE(cipher_guard, tests);
