// SPDX-License-Identifier: MIT
// Every length (where that is slow, some of the long ones: next_to_try), against the portable kernel, out of place and
// in place, both directions.

#include "aead.h"

enum { every_len = 4096, max_random_len = 65536, max_aad_len = 600 };

struct work {
	const void *ctx, *portable;
	uint8_t *buffer, *out;
};

// Seals and opens m with the kernel under test. out may be m->in.
static void check_message(const struct work *w, const struct sealed *m, uint8_t *out)
{
	uint8_t tag[TAG_LEN];
	assert_int_equal(
		aead->seal(w->ctx, out, tag, TAG_LEN, m->nonce, m->nonce_len, m->aad, m->aad_len, m->in, m->len),
		LANE_OK);
	check_equal(out, m->out, m->len, "ciphertext");
	check_equal(tag, m->tag, TAG_LEN, "tag");
}

static void check_opens(const struct work *w, const struct sealed *m, uint8_t *out, const uint8_t *in,
			const uint8_t *plain)
{
	assert_int_equal(
		aead->open(w->ctx, out, m->nonce, m->nonce_len, m->aad, m->aad_len, in, m->len, m->tag, TAG_LEN),
		LANE_OK);
	check_equal(out, plain, m->len, "plaintext");
}

static void check_len(const struct work *w, struct sealed *m, uint8_t *out, uint8_t *plain)
{
	seal_portable(w->portable, m);
	out[m->len] = 0xa5;
	check_message(w, m, out);
	check_opens(w, m, out, m->out, m->in);
	assert_int_equal(out[m->len], 0xa5);
	// In place: m->in is lost.
	memcpy(plain, m->in, m->len);
	check_message(w, m, (uint8_t *)m->in);
	check_opens(w, m, (uint8_t *)m->in, m->in, plain);
}

static void every_length(void)
{
	uint8_t *in = random_buffer(every_len + 1), *aad = random_buffer(max_aad_len),
		*plain = random_buffer(every_len);
	uint8_t *out = random_buffer(every_len + 1), *expected = random_buffer(every_len + 1);
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		uint8_t key[MAX_KEY_LEN], nonce[32];
		random_bytes(key, sizeof key);
		random_bytes(nonce, sizeof nonce);
		const struct work w = {.ctx = aead_ctx(key, aead->key_lens[k]),
				       .portable = aead_portable_ctx(key, aead->key_lens[k])};
		for (size_t len = 0; len <= every_len; len = next_to_try(len)) {
			at("key length %zu, message length %zu", aead->key_lens[k], len);
			nonce[len % aead->nonce_len]++;
			struct sealed m = {.nonce = nonce,
					   .aad = aad,
					   .in = in,
					   .nonce_len = aead->nonce_len,
					   .aad_len = len % 4 == 0 ? random_below(64) : 13,
					   .len = len,
					   .out = expected};
			check_len(&w, &m, out, plain);
		}
	}
}

static void every_aad_length(void)
{
	uint8_t *in = random_buffer(64), *aad = random_buffer(every_len), *plain = random_buffer(64);
	uint8_t *out = random_buffer(65), *expected = random_buffer(64), key[MAX_KEY_LEN], nonce[32];
	random_bytes(key, sizeof key);
	random_bytes(nonce, sizeof nonce);
	const struct work w = {.ctx = aead_ctx(key, aead->key_lens[0]),
			       .portable = aead_portable_ctx(key, aead->key_lens[0])};
	for (size_t aad_len = 0; aad_len <= every_len; aad_len = next_to_try(aad_len)) {
		at("associated data of length %zu", aad_len);
		struct sealed m = {.nonce = nonce,
				   .aad = aad,
				   .in = in,
				   .nonce_len = aead->nonce_len,
				   .aad_len = aad_len,
				   .len = random_below(64),
				   .out = expected};
		check_len(&w, &m, out, plain);
	}
}

static void random_lengths_and_alignments(void)
{
	uint8_t *in = random_buffer(max_random_len + 64), *aad = random_buffer(max_aad_len + 64);
	uint8_t *plain = random_buffer(max_random_len), *out = random_buffer(max_random_len + 65);
	uint8_t *expected = random_buffer(max_random_len), key[MAX_KEY_LEN], nonce[64];
	for (int i = 0; i < n_random_messages(); i++) {
		const size_t key_len = aead->key_lens[random_below(aead->n_key_lens)];
		random_bytes(key, sizeof key);
		random_bytes(nonce, sizeof nonce);
		const struct work w = {.ctx = aead_ctx(key, key_len), .portable = aead_portable_ctx(key, key_len)};
		struct sealed m = {.nonce = nonce + random_below(16),
				   .aad = aad + random_below(64),
				   .in = in + random_below(64),
				   .nonce_len = aead->nonce_len,
				   .aad_len = random_below(max_aad_len),
				   .len = random_below(max_random_len),
				   .out = expected};
		uint8_t *unaligned = out + random_below(64);
		at("message %d: length %zu, in at %p, out at %p", i, m.len, (const void *)m.in, (void *)unaligned);
		check_len(&w, &m, unaligned, plain);
	}
}

// Every tail of the widest step, 1024 bytes, at every alignment of its input, with the output at another; what is
// right does not depend on where it stands.
static void alignments(void)
{
	enum { base = 1024, max_len = 2 * base, n_aligns = 64 };
	uint8_t *plain = random_buffer(max_len), *in = random_buffer(max_len + n_aligns);
	uint8_t *out = random_buffer(max_len + n_aligns), *sealed = random_buffer(max_len);
	uint8_t key[MAX_KEY_LEN], nonce[32];
	random_bytes(key, sizeof key);
	random_bytes(nonce, sizeof nonce);
	const size_t key_len = aead->key_lens[0];
	const struct work w = {.ctx = aead_ctx(key, key_len), .portable = aead_portable_ctx(key, key_len)};
	for (size_t len = base; len < max_len; len++) {
		struct sealed m = {
			.nonce = nonce, .in = plain, .nonce_len = aead->nonce_len, .len = len, .out = sealed};
		seal_portable(w.portable, &m);
		for (size_t align = len % sample_step(); align < n_aligns; align += sample_step()) {
			uint8_t *to = out + (align * 7 + len) % n_aligns;
			at("length %zu, %zu bytes off alignment", len, align);
			m.in = in + align;
			memcpy(in + align, plain, len);
			check_message(&w, &m, to);
			check_opens(&w, &m, to, to, plain);
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(every_length), TEST(every_aad_length),
					  TEST(random_lengths_and_alignments), TEST(alignments)};
SUITE(lengths, tests);
