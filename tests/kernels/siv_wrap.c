// SPDX-License-Identifier: MIT
// GCM-SIV's 32-bit counter wraps inside a message at any block of a wide step, and all of it against a model.

#include "aead.h"
#include "siv_model.h"

enum { n_blocks = 80, max_len = 16 * n_blocks, max_aad_len = 70 };

struct sample {
	uint8_t in[max_len], aad[max_aad_len], nonce[12];
	size_t len, aad_len;
	struct siv_model model;
};

static void sample_new(struct sample *s, const uint8_t *key, size_t key_len, size_t len)
{
	s->len = len;
	s->aad_len = random_below(max_aad_len);
	random_bytes(s->in, len);
	random_bytes(s->aad, s->aad_len);
	random_bytes(s->nonce, sizeof s->nonce);
	siv_model_init(&s->model, key, key_len, s->nonce);
}

// Returns the model's tag in `tag`.
static void check_against_model(const void *ctx, const struct sample *s, uint8_t tag[TAG_LEN])
{
	uint8_t out[max_len], expected[max_len], own_tag[TAG_LEN];
	siv_model_seal(&s->model, expected, tag, s->aad, s->aad_len, s->in, s->len);
	assert_int_equal(aead->seal(ctx, out, own_tag, TAG_LEN, s->nonce, 12, s->aad, s->aad_len, s->in, s->len),
			 LANE_OK);
	check_equal(out, expected, s->len, "ciphertext");
	check_equal(own_tag, tag, TAG_LEN, "tag");
	assert_int_equal(aead->open(ctx, out, s->nonce, 12, s->aad, s->aad_len, out, s->len, tag, TAG_LEN), LANE_OK);
	check_equal(out, s->in, s->len, "plaintext");
}

// The tag is where the counter starts: a message is made for each.
static void counter_wraps_at_every_position(void)
{
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		const uint8_t *key = random_buffer(aead->key_lens[k]);
		const void *ctx = aead_ctx(key, aead->key_lens[k]);
		for (uint32_t to_wrap = 0; to_wrap <= n_blocks; to_wrap++) {
			at("key length %zu, counter wraps after %u blocks", aead->key_lens[k], to_wrap);
			struct sample s;
			uint8_t wanted[TAG_LEN], tag[TAG_LEN];
			sample_new(&s, key, aead->key_lens[k], max_len - random_below(32));
			do {
				random_bytes(wanted, TAG_LEN);
				for (int i = 0; i < 4; i++)
					wanted[i] = (uint8_t)((0xffffffff - to_wrap) >> 8 * i);
			} while (!siv_model_aim(&s.model, wanted, s.aad, s.aad_len, s.in, s.len));
			check_against_model(ctx, &s, tag);
			check_equal(tag, wanted, TAG_LEN, "tag aimed at");
		}
	}
}

static void lengths_against_the_model(void)
{
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		const uint8_t *key = random_buffer(aead->key_lens[k]);
		const void *ctx = aead_ctx(key, aead->key_lens[k]);
		for (size_t len = 0; len <= max_len; len += 1 + (len > 300 ? random_below(20) : 0)) {
			at("key length %zu, message length %zu", aead->key_lens[k], len);
			struct sample s;
			uint8_t tag[TAG_LEN];
			sample_new(&s, key, aead->key_lens[k], len);
			check_against_model(ctx, &s, tag);
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(counter_wraps_at_every_position), TEST(lengths_against_the_model)};
SUITE(siv_wrap, tests);
