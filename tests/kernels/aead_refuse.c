// SPDX-License-Identifier: MIT
// What the header says is refused, is refused before anything is written.

#include "aead.h"

enum { len = 100, aad_len = 13, fill = 0x5c };

struct fixture {
	void *ctx;
	uint8_t *key, *nonce, *aad, *in, *out, *tag;
	uint8_t valid_tag[TAG_LEN];
};

static struct fixture fixture_new(void)
{
	struct fixture f = {.key = random_buffer(64),
			    .nonce = random_buffer(64),
			    .aad = random_buffer(aad_len),
			    .in = random_buffer(len),
			    .out = random_buffer(len),
			    .tag = random_buffer(64)};
	f.ctx = aead_ctx(f.key, aead->key_lens[0]);
	assert_int_equal(
		aead->seal(f.ctx, f.out, f.valid_tag, TAG_LEN, f.nonce, aead->nonce_len, f.aad, aad_len, f.in, len),
		LANE_OK);
	return f;
}

// The arguments of a call to be refused; those that a test leaves alone are valid.
struct call {
	const void *ctx;
	uint8_t *out, *tag;
	const uint8_t *nonce, *aad, *in;
	size_t tag_len, nonce_len, aad_len, in_len;
};

static struct call valid_call(const struct fixture *f)
{
	return (struct call){f->ctx, f->out, f->tag, f->nonce, f->aad, f->in, TAG_LEN, aead->nonce_len, aad_len, len};
}

static void check_refused(const struct fixture *f, const struct call *c, enum lane_status status)
{
	memset(f->out, fill, len);
	memset(f->tag, fill, TAG_LEN);
	assert_int_equal(aead->seal(c->ctx, c->out, c->tag, c->tag_len, c->nonce, c->nonce_len, c->aad, c->aad_len,
				    c->in, c->in_len),
			 status);
	assert_int_equal(aead->open(c->ctx, c->out, c->nonce, c->nonce_len, c->aad, c->aad_len, c->in, c->in_len,
				    c->tag, c->tag_len),
			 status);
	assert_true(is_filled(f->out, len, fill));
	assert_true(is_filled(f->tag, TAG_LEN, fill));
}

static int is_key_len(size_t n)
{
	for (size_t i = 0; i < aead->n_key_lens; i++) {
		if (aead->key_lens[i] == n)
			return 1;
	}
	return 0;
}

static void key_lengths(void)
{
	const uint8_t *key = random_buffer(64);
	for (size_t n = 0; n <= 64; n++) {
		at("key length %zu", n);
		void *ctx = random_buffer(aead->ctx_len + LANE_CTX_ALIGN);
		ctx = (uint8_t *)ctx + (LANE_CTX_ALIGN - (uintptr_t)ctx % LANE_CTX_ALIGN) % LANE_CTX_ALIGN;
		const enum lane_status expected = is_key_len(n) ? LANE_OK : LANE_ERR_KEY_LEN;
		assert_int_equal(aead->init_with(ctx, kernel, key, n), expected);
		if (expected == LANE_OK)
			continue;
		assert_true(is_filled(ctx, aead->ctx_len, 0));
		uint8_t tag[TAG_LEN];
		assert_int_equal(aead->seal(ctx, NULL, tag, TAG_LEN, key, aead->nonce_len, NULL, 0, NULL, 0),
				 LANE_ERR_STATE);
		assert_int_equal(aead->open(ctx, NULL, key, aead->nonce_len, NULL, 0, NULL, 0, tag, TAG_LEN),
				 LANE_ERR_STATE);
	}
}

static void nonce_lengths(void)
{
	const struct fixture f = fixture_new();
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	for (size_t n = 0; n <= 64; n++) {
		at("nonce length %zu", n);
		const int valid = n >= aead->nonce_min && (aead->nonce_max == 0 || n <= aead->nonce_max);
		struct call c = valid_call(&f);
		c.nonce_len = n;
		if (!valid)
			check_refused(&f, &c, LANE_ERR_NONCE_LEN);
		else
			assert_int_equal(
				aead->seal(f.ctx, f.out, f.tag, TAG_LEN, f.nonce, n, f.aad, aad_len, f.in, len),
				LANE_OK);
		assert_int_equal(aead->begin(stream, f.ctx, f.nonce, n), valid ? LANE_OK : LANE_ERR_NONCE_LEN);
	}
}

static void tag_lengths(void)
{
	const struct fixture f = fixture_new();
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	for (size_t n = 0; n <= 40; n++) {
		at("tag length %zu", n);
		const int valid = n <= TAG_LEN && (aead->tag_lens >> n & 1);
		struct call c = valid_call(&f);
		c.tag_len = n;
		if (!valid) {
			check_refused(&f, &c, LANE_ERR_TAG_LEN);
			assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len), LANE_OK);
			assert_int_equal(aead->encrypt_final(stream, f.tag, n), LANE_ERR_TAG_LEN);
			assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len), LANE_OK);
			assert_int_equal(aead->decrypt_final(stream, f.tag, n), LANE_ERR_TAG_LEN);
			continue;
		}
		uint8_t *tag = random_buffer(n + 1);
		tag[n] = fill;
		assert_int_equal(aead->seal(f.ctx, f.out, tag, n, f.nonce, aead->nonce_len, f.aad, aad_len, f.in, len),
				 LANE_OK);
		check_equal(tag, f.valid_tag, n, "tag cut short");
		assert_int_equal(tag[n], fill);
	}
}

static void limits_are_known_from_the_length_alone(void)
{
	const struct fixture f = fixture_new();
	struct call c = valid_call(&f);
	at("message beyond the limit");
	c.in_len = (size_t)(aead->max_len + 1);
	check_refused(&f, &c, LANE_ERR_LENGTH);
	c.in_len = SIZE_MAX;
	check_refused(&f, &c, LANE_ERR_LENGTH);

	at("stream beyond the limit");
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len), LANE_OK);
	assert_int_equal(aead->encrypt_update(stream, f.out, f.in, 1), LANE_OK);
	memset(f.out, fill, len);
	assert_int_equal(aead->encrypt_update(stream, f.out, f.in, (size_t)aead->max_len), LANE_ERR_LENGTH);
	assert_int_equal(aead->encrypt_update(stream, f.out, f.in, SIZE_MAX), LANE_ERR_LENGTH);
	assert_true(is_filled(f.out, len, fill));
}

static void null_pointers(void)
{
	const struct fixture f = fixture_new();
	struct call c = valid_call(&f);
	at("context");
	c.ctx = NULL;
	check_refused(&f, &c, LANE_ERR_NULL);
	at("nonce");
	c = valid_call(&f);
	c.nonce = NULL;
	check_refused(&f, &c, LANE_ERR_NULL);
	at("associated data");
	c = valid_call(&f);
	c.aad = NULL;
	check_refused(&f, &c, LANE_ERR_NULL);
	at("input");
	c = valid_call(&f);
	c.in = NULL;
	check_refused(&f, &c, LANE_ERR_NULL);
	at("output");
	c = valid_call(&f);
	c.out = NULL;
	check_refused(&f, &c, LANE_ERR_NULL);
	at("tag");
	c = valid_call(&f);
	c.tag = NULL;
	check_refused(&f, &c, LANE_ERR_NULL);

	at("nothing but lengths of 0");
	uint8_t tag[TAG_LEN];
	assert_int_equal(aead->seal(f.ctx, NULL, tag, TAG_LEN, f.nonce, aead->nonce_len, NULL, 0, NULL, 0), LANE_OK);
	assert_int_equal(aead->open(f.ctx, NULL, f.nonce, aead->nonce_len, NULL, 0, NULL, 0, tag, TAG_LEN), LANE_OK);
	at("key and context of init");
	assert_int_equal(aead->init_with(NULL, kernel, f.key, aead->key_lens[0]), LANE_ERR_NULL);
	assert_int_equal(aead->init_with(f.ctx, kernel, NULL, aead->key_lens[0]), LANE_ERR_NULL);
	assert_true(is_filled(f.ctx, aead->ctx_len, 0));
	at("batch");
	void *ctx = aead_ctx(f.key, aead->key_lens[0]);
	assert_int_equal(aead->seal_batch(ctx, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(aead->open_batch(ctx, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(aead->seal_batch(ctx, NULL, 0), LANE_OK);
	at("stream");
	assert_int_equal(aead->begin(NULL, ctx, f.nonce, aead->nonce_len), LANE_ERR_NULL);
	assert_int_equal(aead->aad(NULL, f.aad, aad_len), LANE_ERR_NULL);
	assert_int_equal(aead->encrypt_update(NULL, f.out, f.in, len), LANE_ERR_NULL);
	assert_int_equal(aead->decrypt_update(NULL, f.out, f.in, len), LANE_ERR_NULL);
	assert_int_equal(aead->encrypt_final(NULL, tag, TAG_LEN), LANE_ERR_NULL);
	assert_int_equal(aead->decrypt_final(NULL, tag, TAG_LEN), LANE_ERR_NULL);
	aead->wipe(NULL);
	aead->stream_wipe(NULL);
	aead->free(NULL);
}

static void contexts_never_initialised(void)
{
	const struct fixture f = fixture_new();
	struct call c = valid_call(&f);
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	c.ctx = zero_buffer(aead->ctx_len, LANE_CTX_ALIGN);
	check_refused(&f, &c, LANE_ERR_STATE);
	assert_int_equal(aead->begin(stream, c.ctx, f.nonce, aead->nonce_len), LANE_ERR_STATE);
	assert_null(aead->copy(c.ctx));
}

static void unaligned_contexts(void)
{
	const uint8_t *key = random_buffer(64);
	uint8_t *memory = zero_buffer(aead->ctx_len + LANE_CTX_ALIGN, LANE_CTX_ALIGN);
	for (size_t off = 1; off < LANE_CTX_ALIGN; off++) {
		at("%zu bytes off", off);
		assert_int_equal(aead->init_with(memory + off, kernel, key, aead->key_lens[0]), LANE_ERR_ALIGN);
	}
	const void *ctx = aead_ctx(key, aead->key_lens[0]);
	uint8_t *stream = zero_buffer(aead->stream_len + LANE_CTX_ALIGN, LANE_CTX_ALIGN);
	for (size_t off = 1; off < LANE_CTX_ALIGN; off++) {
		at("stream %zu bytes off", off);
		assert_int_equal(aead->begin(stream + off, ctx, key, aead->nonce_len), LANE_ERR_ALIGN);
	}
}

// Two buffers in one memory, shifted against each other by ±1…64 bytes.
static void overlaps(void)
{
	const struct fixture f = fixture_new();
	enum { n = 200, middle = 300 };
	uint8_t *memory = random_buffer(2 * middle + n), *before = random_buffer(2 * middle + n), tag[TAG_LEN];
	memcpy(before, memory, 2 * middle + n);
	uint8_t *base = memory + middle;
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	for (int shift = -64; shift <= 64; shift++) {
		if (shift == 0)
			continue;
		at("out %d bytes off in", shift);
		uint8_t *out = base + shift;
		assert_int_equal(aead->seal(f.ctx, out, tag, TAG_LEN, f.nonce, aead->nonce_len, NULL, 0, base, n),
				 LANE_ERR_OVERLAP);
		assert_int_equal(aead->open(f.ctx, out, f.nonce, aead->nonce_len, NULL, 0, base, n, tag, TAG_LEN),
				 LANE_ERR_OVERLAP);
		assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len), LANE_OK);
		assert_int_equal(aead->encrypt_update(stream, out, base, n), LANE_ERR_OVERLAP);
		assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len), LANE_OK);
		assert_int_equal(aead->decrypt_update(stream, out, base, n), LANE_ERR_OVERLAP);
	}
	uint8_t *in = random_buffer(n);
	for (int shift = 1 - TAG_LEN; shift < n; shift += 5) {
		at("tag %d bytes behind out", shift);
		assert_int_equal(
			aead->seal(f.ctx, base, base + shift, TAG_LEN, f.nonce, aead->nonce_len, NULL, 0, in, n),
			LANE_ERR_OVERLAP);
		at("tag %d bytes behind in", shift);
		assert_int_equal(
			aead->seal(f.ctx, in, base + shift, TAG_LEN, f.nonce, aead->nonce_len, NULL, 0, base, n),
			LANE_ERR_OVERLAP);
		at("tag %d bytes behind associated data", shift);
		assert_int_equal(aead->seal(f.ctx, in, base + shift, TAG_LEN, f.nonce, aead->nonce_len, base, n, in, n),
				 LANE_ERR_OVERLAP);
		at("associated data %d bytes behind out", shift);
		assert_int_equal(
			aead->seal(f.ctx, base, tag, TAG_LEN, f.nonce, aead->nonce_len, base + shift, 16, in, n),
			LANE_ERR_OVERLAP);
	}
	for (int shift = 1 - (int)aead->nonce_len; shift < n; shift += 5) {
		at("nonce %d bytes behind out", shift);
		assert_int_equal(aead->seal(f.ctx, base, tag, TAG_LEN, base + shift, aead->nonce_len, NULL, 0, in, n),
				 LANE_ERR_OVERLAP);
		assert_int_equal(aead->open(f.ctx, base, base + shift, aead->nonce_len, NULL, 0, in, n, tag, TAG_LEN),
				 LANE_ERR_OVERLAP);
	}
	check_equal(memory, before, 2 * middle + n, "memory that refused calls must not touch");

	at("neighbours that touch");
	assert_int_equal(aead->seal(f.ctx, base, base + n, TAG_LEN, base - 12, aead->nonce_len, base - 50, 38,
				    base + n + TAG_LEN, n),
			 LANE_OK);
}

static const struct CMUnitTest tests[] = {TEST(key_lengths),        TEST(nonce_lengths),
					  TEST(tag_lengths),        TEST(limits_are_known_from_the_length_alone),
					  TEST(null_pointers),      TEST(contexts_never_initialised),
					  TEST(unaligned_contexts), TEST(overlaps)};
SUITE(refuse, tests);
