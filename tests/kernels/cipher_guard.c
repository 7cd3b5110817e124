// SPDX-License-Identifier: MIT
// Every buffer pressed against a page that faults, below and above, at every length.

#include "cipher.h"

enum { guard_len = 1100 };

static void check_border(enum border border)
{
	const struct guarded keys = guarded_new(64), ivs = guarded_new(64), ins = guarded_new(guard_len);
	const struct guarded outs = guarded_new(guard_len), ctxs = guarded_new(cipher->ctx_len);
	for (size_t k = 0; k < cipher->n_key_lens; k++) {
		uint8_t *key = guarded_at(&keys, border, cipher->key_lens[k]), *iv = guarded_at(&ivs, border, IV_LEN);
		void *ctx = guarded_at(&ctxs, border, cipher->ctx_len);
		random_bytes(key, cipher->key_lens[k]);
		assert_int_equal(cipher->init_with(ctx, kernel, key, cipher->key_lens[k]), LANE_OK);
		for (size_t len = 0; len <= guard_len; len++) {
			at("key length %zu, length %zu, page %s", cipher->key_lens[k], len,
			   border == BORDER_BELOW ? "below" : "above");
			uint8_t *in = guarded_at(&ins, border, len), *out = guarded_at(&outs, border, len);
			random_bytes(iv, IV_LEN);
			random_bytes(in, len);
			assert_int_equal(cipher->crypt(ctx, out, iv, in, len), LANE_OK);
			assert_int_equal(cipher->crypt(ctx, out, iv, out, len), LANE_OK);
			check_equal(out, in, len, "there and back");
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

// Streams keep a part of a block: their chunks end at the border, too.
static void stream_chunks(void)
{
	const struct guarded ivs = guarded_new(64), ins = guarded_new(guard_len), outs = guarded_new(guard_len);
	const struct guarded streams = guarded_new(cipher->stream_len);
	const void *ctx = cipher_ctx(random_buffer(64), cipher->key_lens[0]);
	for (int border = BORDER_BELOW; border <= BORDER_ABOVE; border++) {
		uint8_t *iv = guarded_at(&ivs, (enum border)border, IV_LEN);
		void *stream = guarded_at(&streams, (enum border)border, cipher->stream_len);
		memset(iv, 0, IV_LEN);
		assert_int_equal(cipher->begin(stream, ctx, iv), LANE_OK);
		for (size_t len = 0; len <= guard_len; len++) {
			at("chunk of %zu bytes, page %s", len, border == BORDER_BELOW ? "below" : "above");
			uint8_t *in = guarded_at(&ins, (enum border)border, len);
			random_bytes(in, len);
			assert_int_equal(cipher->update(stream, guarded_at(&outs, (enum border)border, len), in, len),
					 LANE_OK);
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(pages_above), TEST(pages_below), TEST(stream_chunks)};
SUITE(cipher_guard, tests);
