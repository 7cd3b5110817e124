// SPDX-License-Identifier: MIT
// Every buffer pressed against a page that faults, below and above, at every length: no kernel may read
// or write one byte too many.

#include "aead.h"

enum { guard_len = 1100 };

struct pages {
	struct guarded key, nonce, aad, in, out, tag, ctx;
};

static struct pages pages_new(void)
{
	return (struct pages){guarded_new(64),           guarded_new(64),        guarded_new(guard_len),
			      guarded_new(guard_len),    guarded_new(guard_len), guarded_new(64),
			      guarded_new(aead->ctx_len)};
}

static uint8_t *random_at(const struct guarded *g, enum border border, size_t len)
{
	uint8_t *p = guarded_at(g, border, len);
	random_bytes(p, len);
	return p;
}

static void *guarded_ctx(const struct pages *p, enum border border, size_t key_len)
{
	void *ctx = guarded_at(&p->ctx, border, aead->ctx_len);
	const uint8_t *key = random_at(&p->key, border, key_len);
	assert_int_equal(aead->init_with(ctx, kernel, key, key_len), LANE_OK);
	return ctx;
}

static void check_one(const struct pages *p, enum border border, void *ctx, size_t len, size_t aad_len)
{
	const uint8_t *nonce = random_at(&p->nonce, border, aead->nonce_len);
	const uint8_t *aad = random_at(&p->aad, border, aad_len);
	uint8_t *in = random_at(&p->in, border, len), *out = guarded_at(&p->out, border, len);
	uint8_t *tag = guarded_at(&p->tag, border, TAG_LEN);
	assert_int_equal(aead->seal(ctx, out, tag, TAG_LEN, nonce, aead->nonce_len, aad, aad_len, in, len), LANE_OK);
	assert_int_equal(aead->open(ctx, out, nonce, aead->nonce_len, aad, aad_len, out, len, tag, TAG_LEN), LANE_OK);
	check_equal(out, in, len, "plaintext");
	tag[0] ^= 1;
	assert_int_equal(aead->open(ctx, out, nonce, aead->nonce_len, aad, aad_len, in, len, tag, TAG_LEN),
			 LANE_ERR_AUTH);
}

static void check_border(enum border border)
{
	const struct pages p = pages_new();
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		void *ctx = guarded_ctx(&p, border, aead->key_lens[k]);
		for (size_t len = 0; len <= guard_len; len++) {
			at("key length %zu, message length %zu, page %s", aead->key_lens[k], len,
			   border == BORDER_BELOW ? "below" : "above");
			check_one(&p, border, ctx, len, len % 33);
		}
		for (size_t aad_len = 0; aad_len <= guard_len; aad_len++) {
			at("key length %zu, associated data of %zu, page %s", aead->key_lens[k], aad_len,
			   border == BORDER_BELOW ? "below" : "above");
			check_one(&p, border, ctx, aad_len % 33, aad_len);
		}
		aead->wipe(ctx);
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

static void nonces_and_tags(void)
{
	const struct pages p = pages_new();
	for (int border = BORDER_BELOW; border <= BORDER_ABOVE; border++) {
		void *ctx = guarded_ctx(&p, (enum border)border, aead->key_lens[0]);
		for (size_t tag_len = 4; tag_len <= MAX_TAG_LEN; tag_len++) {
			if (!(aead->tag_lens >> tag_len & 1))
				continue;
			const size_t nonce_max = aead->nonce_max ? aead->nonce_max : 64;
			const size_t nonce_len = aead->nonce_min + random_below(nonce_max - aead->nonce_min + 1);
			at("nonce length %zu, tag length %zu", nonce_len, tag_len);
			const uint8_t *nonce = random_at(&p.nonce, (enum border)border, nonce_len);
			uint8_t *in = random_at(&p.in, (enum border)border, 100);
			uint8_t *tag = guarded_at(&p.tag, (enum border)border, tag_len);
			assert_int_equal(aead->seal(ctx, in, tag, tag_len, nonce, nonce_len, NULL, 0, in, 100),
					 LANE_OK);
			assert_int_equal(aead->open(ctx, in, nonce, nonce_len, NULL, 0, in, 100, tag, tag_len),
					 LANE_OK);
		}
	}
}

// Streams keep a part of a block: their chunks end at the border too.
static void stream_chunks(int encrypting)
{
	if (aead->stream_len == 0)
		return;
	const struct pages p = pages_new();
	struct guarded stream_page = guarded_new(aead->stream_len);
	for (int border = BORDER_BELOW; border <= BORDER_ABOVE; border++) {
		void *ctx = guarded_ctx(&p, (enum border)border, aead->key_lens[0]);
		void *stream = guarded_at(&stream_page, (enum border)border, aead->stream_len);
		const uint8_t *nonce = random_at(&p.nonce, (enum border)border, aead->nonce_len);
		const uint64_t total = (uint64_t)guard_len * (guard_len + 1) / 2;
		assert_int_equal(aead->begin(stream, ctx, nonce, aead->nonce_len, TAG_LEN, total, total), LANE_OK);
		for (size_t len = 0; len <= guard_len; len++)
			assert_int_equal(aead->aad(stream, random_at(&p.aad, (enum border)border, len), len), LANE_OK);
		for (size_t len = 0; len <= guard_len; len++) {
			at("chunk of %zu bytes, page %s", len, border == BORDER_BELOW ? "below" : "above");
			const uint8_t *in = random_at(&p.in, (enum border)border, len);
			uint8_t *out = guarded_at(&p.out, (enum border)border, len);
			assert_int_equal(
				(encrypting ? aead->encrypt_update : aead->decrypt_update)(stream, out, in, len),
				LANE_OK);
		}
		uint8_t *tag = random_at(&p.tag, (enum border)border, TAG_LEN);
		if (encrypting)
			assert_int_equal(aead->encrypt_final(stream, tag, TAG_LEN), LANE_OK);
		else
			assert_int_equal(aead->decrypt_final(stream, tag, TAG_LEN), LANE_ERR_AUTH);
	}
}

static void encrypted_chunks(void)
{
	stream_chunks(1);
}

static void decrypted_chunks(void)
{
	stream_chunks(0);
}

// Messages of a batch, each at a border of its own.
static void batches(void)
{
	enum { n = 8 };
	for (int border = BORDER_BELOW; border <= BORDER_ABOVE; border++) {
		struct lane_aead_message messages[n];
		struct pages p[n];
		for (size_t i = 0; i < n; i++)
			p[i] = pages_new();
		void *ctx = guarded_ctx(&p[0], (enum border)border, aead->key_lens[0]);
		for (size_t len = 0; len <= guard_len; len += 1 + random_below(10)) {
			at("batch of messages of %zu bytes and fewer, page %s", len,
			   border == BORDER_BELOW ? "below" : "above");
			for (size_t i = 0; i < n; i++) {
				const size_t m_len = len - i * len / n;
				messages[i] = (struct lane_aead_message){
					.out = guarded_at(&p[i].out, (enum border)border, m_len),
					.in = random_at(&p[i].in, (enum border)border, m_len),
					.len = m_len,
					.nonce = random_at(&p[i].nonce, (enum border)border, aead->nonce_len),
					.nonce_len = aead->nonce_len,
					.aad = random_at(&p[i].aad, (enum border)border, m_len / 2),
					.aad_len = m_len / 2,
					.tag = guarded_at(&p[i].tag, (enum border)border, TAG_LEN),
					.tag_len = TAG_LEN};
			}
			assert_int_equal(aead->seal_batch(ctx, messages, n), LANE_OK);
			for (size_t i = 0; i < n; i++)
				messages[i].in = messages[i].out;
			assert_int_equal(aead->open_batch(ctx, messages, n), LANE_OK);
			for (size_t i = 0; i < n; i++)
				check_equal(messages[i].out, guarded_at(&p[i].in, (enum border)border, messages[i].len),
					    messages[i].len, "plaintext");
		}
	}
}

static const struct CMUnitTest tests[] = {TEST(pages_above),      TEST(pages_below),      TEST(nonces_and_tags),
					  TEST(encrypted_chunks), TEST(decrypted_chunks), TEST(batches)};
SUITE(guard, tests);
