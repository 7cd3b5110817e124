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
		if (aead->stream_len > 0)
			assert_int_equal(aead->begin(stream, f.ctx, f.nonce, n, TAG_LEN, 0, 0),
					 valid ? LANE_OK : LANE_ERR_NONCE_LEN);
	}
}

static void tag_lengths(void)
{
	const struct fixture f = fixture_new();
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	for (size_t n = 0; n <= 40; n++) {
		at("tag length %zu", n);
		const int valid = aead->tag_lens >> n & 1;
		struct call c = valid_call(&f);
		c.tag_len = n;
		if (!valid) {
			check_refused(&f, &c, LANE_ERR_TAG_LEN);
			if (aead->stream_len == 0)
				continue;
			if (aead->lengths_first)
				assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, n, 0, 0),
						 LANE_ERR_TAG_LEN);
			assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, 0), LANE_OK);
			assert_int_equal(aead->encrypt_final(stream, f.tag, n), LANE_ERR_TAG_LEN);
			assert_true(is_filled(f.tag, TAG_LEN, fill));
			assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, 0), LANE_OK);
			assert_int_equal(aead->decrypt_final(stream, f.tag, n), LANE_ERR_TAG_LEN);
			continue;
		}
		uint8_t *tag = random_buffer(n + 1);
		tag[n] = fill;
		assert_int_equal(aead->seal(f.ctx, f.out, tag, n, f.nonce, aead->nonce_len, f.aad, aad_len, f.in, len),
				 LANE_OK);
		if (n == TAG_LEN || (n < TAG_LEN && !aead->lengths_first))
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

	if (aead->max_nonce_len < SIZE_MAX) {
		at("nonce beyond the limit");
		c = valid_call(&f);
		c.nonce_len = aead->max_nonce_len + 1;
		check_refused(&f, &c, LANE_ERR_NONCE_LEN);
	}
	if (aead->max_aad_len < SIZE_MAX) {
		at("associated data beyond the limit");
		c = valid_call(&f);
		c.aad_len = aead->max_aad_len + 1;
		check_refused(&f, &c, LANE_ERR_LENGTH);
	}

	if (aead->stream_len == 0)
		return;
	at("stream beyond the limit");
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	const uint64_t most = aead->max_len;
	if (aead->lengths_first) {
		assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, most + 1),
				 LANE_ERR_LENGTH);
		assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, UINT64_MAX),
				 LANE_ERR_LENGTH);
	}
	assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, most), LANE_OK);
	assert_int_equal(aead->encrypt_update(stream, f.out, f.in, 1), LANE_OK);
	memset(f.out, fill, len);
	assert_int_equal(aead->encrypt_update(stream, f.out, f.in, (size_t)most), LANE_ERR_LENGTH);
	assert_int_equal(aead->encrypt_update(stream, f.out, f.in, SIZE_MAX), LANE_ERR_LENGTH);
	assert_true(is_filled(f.out, len, fill));
	assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, aead->max_aad_len, 0), LANE_OK);
	assert_int_equal(aead->aad(stream, f.aad, aad_len), LANE_OK);
	assert_int_equal(aead->aad(stream, f.aad, aead->max_aad_len - aad_len + 1), LANE_ERR_LENGTH);
	assert_int_equal(aead->aad(stream, f.aad, SIZE_MAX), LANE_ERR_LENGTH);
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
	c.aad_len = 1;
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
	at("no context to wipe");
	aead->wipe(NULL);
	aead->free(NULL);
	if (aead->stream_len == 0)
		return;
	at("stream");
	assert_int_equal(aead->begin(NULL, ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, 0), LANE_ERR_NULL);
	assert_int_equal(aead->aad(NULL, f.aad, aad_len), LANE_ERR_NULL);
	assert_int_equal(aead->encrypt_update(NULL, f.out, f.in, len), LANE_ERR_NULL);
	assert_int_equal(aead->decrypt_update(NULL, f.out, f.in, len), LANE_ERR_NULL);
	assert_int_equal(aead->encrypt_final(NULL, tag, TAG_LEN), LANE_ERR_NULL);
	assert_int_equal(aead->decrypt_final(NULL, tag, TAG_LEN), LANE_ERR_NULL);
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(aead->begin(stream, ctx, f.nonce, aead->nonce_len, TAG_LEN, 1, 1), LANE_OK);
	assert_int_equal(aead->aad(stream, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(aead->begin(stream, ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, 1), LANE_OK);
	assert_int_equal(aead->encrypt_update(stream, NULL, f.in, 1), LANE_ERR_NULL);
	assert_int_equal(aead->encrypt_update(stream, f.out, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(aead->encrypt_update(stream, f.out, f.in, 1), LANE_OK);
	assert_int_equal(aead->encrypt_final(stream, NULL, TAG_LEN), LANE_ERR_NULL);
	assert_int_equal(aead->begin(stream, ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, 1), LANE_OK);
	assert_int_equal(aead->decrypt_update(stream, NULL, f.in, 1), LANE_ERR_NULL);
	assert_int_equal(aead->decrypt_update(stream, f.out, NULL, 1), LANE_ERR_NULL);
	assert_int_equal(aead->decrypt_update(stream, f.out, f.in, 1), LANE_OK);
	assert_int_equal(aead->decrypt_final(stream, NULL, TAG_LEN), LANE_ERR_NULL);
	aead->stream_wipe(NULL);
}

static void contexts_never_initialised(void)
{
	const struct fixture f = fixture_new();
	struct call c = valid_call(&f);
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	c.ctx = zero_buffer(aead->ctx_len, LANE_CTX_ALIGN);
	check_refused(&f, &c, LANE_ERR_STATE);
	assert_null(aead->copy(c.ctx));
	if (aead->stream_len > 0)
		assert_int_equal(aead->begin(stream, c.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, 0), LANE_ERR_STATE);
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
	for (size_t off = 1; aead->stream_len > 0 && off < LANE_CTX_ALIGN; off++) {
		at("stream %zu bytes off", off);
		assert_int_equal(aead->begin(stream + off, ctx, key, aead->nonce_len, TAG_LEN, 0, 0), LANE_ERR_ALIGN);
	}
}

// --- two buffers in one memory, shifted against each other; nothing of it may change

enum { n = 200, middle = 300, memory_len = 2 * middle + n };

struct memory {
	uint8_t *base, *whole, *before;
};

static struct memory memory_new(void)
{
	struct memory m = {.whole = random_buffer(memory_len), .before = random_buffer(memory_len)};
	memcpy(m.before, m.whole, memory_len);
	m.base = m.whole + middle;
	return m;
}

static void check_untouched(const struct memory *m)
{
	check_equal(m->whole, m->before, memory_len, "memory that refused calls must not touch");
}

// Seals and opens; as a batch of one, too.
static void check_overlap(const struct fixture *f, uint8_t *out, uint8_t *tag, const uint8_t *nonce, const uint8_t *aad,
			  size_t n_aad, const uint8_t *in, int sealing)
{
	struct lane_aead_message m = {.out = out,
				      .in = in,
				      .len = n,
				      .nonce = nonce,
				      .nonce_len = aead->nonce_len,
				      .aad = aad,
				      .aad_len = n_aad,
				      .tag = tag,
				      .tag_len = TAG_LEN};
	if (sealing) {
		assert_int_equal(aead->seal(f->ctx, out, tag, TAG_LEN, nonce, aead->nonce_len, aad, n_aad, in, n),
				 LANE_ERR_OVERLAP);
		assert_int_equal(aead->seal_batch(f->ctx, &m, 1), LANE_ERR_OVERLAP);
	} else {
		assert_int_equal(aead->open(f->ctx, out, nonce, aead->nonce_len, aad, n_aad, in, n, tag, TAG_LEN),
				 LANE_ERR_OVERLAP);
		assert_int_equal(aead->open_batch(f->ctx, &m, 1), LANE_ERR_OVERLAP);
	}
}

static void output_overlaps_input(void)
{
	const struct fixture f = fixture_new();
	const struct memory m = memory_new();
	uint8_t tag[TAG_LEN];
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	for (int shift = 1 - n; shift < n; shift++) {
		if (shift == 0)
			continue;
		at("out %d bytes off in", shift);
		uint8_t *out = m.base + shift;
		for (int sealing = 0; sealing <= 1; sealing++)
			check_overlap(&f, out, tag, f.nonce, NULL, 0, m.base, sealing);
		if (aead->stream_len == 0)
			continue;
		assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, n), LANE_OK);
		assert_int_equal(aead->encrypt_update(stream, out, m.base, n), LANE_ERR_OVERLAP);
		assert_int_equal(aead->begin(stream, f.ctx, f.nonce, aead->nonce_len, TAG_LEN, 0, n), LANE_OK);
		assert_int_equal(aead->decrypt_update(stream, out, m.base, n), LANE_ERR_OVERLAP);
	}
	check_untouched(&m);
}

static void outputs_overlap_the_rest(void)
{
	const struct fixture f = fixture_new();
	const struct memory m = memory_new();
	uint8_t *in = random_buffer(n), *out = random_buffer(n), tag[TAG_LEN];
	for (int shift = 1 - TAG_LEN; shift < n; shift++) {
		at("tag %d bytes behind out, in, or associated data", shift);
		check_overlap(&f, m.base, m.base + shift, f.nonce, NULL, 0, in, 1);
		check_overlap(&f, m.base, m.base + shift, f.nonce, NULL, 0, in, 0);
		check_overlap(&f, out, m.base + shift, f.nonce, NULL, 0, m.base, 1);
		check_overlap(&f, out, m.base + shift, f.nonce, m.base, n, in, 1);
		at("associated data %d bytes behind out", shift);
		for (int sealing = 0; sealing <= 1; sealing++)
			check_overlap(&f, m.base, tag, f.nonce, m.base + shift, TAG_LEN, in, sealing);
	}
	for (int shift = 1 - (int)aead->nonce_len; shift < n; shift++) {
		at("nonce %d bytes behind out", shift);
		for (int sealing = 0; sealing <= 1; sealing++)
			check_overlap(&f, m.base, tag, m.base + shift, NULL, 0, in, sealing);
	}
	for (int shift = 1 - (int)aead->nonce_len; shift < TAG_LEN; shift++) {
		at("nonce %d bytes behind tag", shift);
		check_overlap(&f, out, m.base, m.base + shift, NULL, 0, in, 1);
	}
	check_untouched(&m);
}

static void neighbours_that_touch(void)
{
	const struct fixture f = fixture_new();
	uint8_t *base = memory_new().base;
	for (size_t tag_len = 1; tag_len <= MAX_TAG_LEN; tag_len++) {
		if (!(aead->tag_lens >> tag_len & 1))
			continue;
		at("tag of %zu bytes", tag_len);
		assert_int_equal(aead->seal(f.ctx, base, base + n, tag_len, base - aead->nonce_len, aead->nonce_len,
					    base - 50, 50 - aead->nonce_len, base + n + tag_len, n),
				 LANE_OK);
		assert_int_equal(aead->seal(f.ctx, base, base - tag_len, tag_len, base + n, aead->nonce_len,
					    base + n + aead->nonce_len, 38, base - tag_len - n, n),
				 LANE_OK);
	}
}

static const struct CMUnitTest tests[] = {TEST(key_lengths),
					  TEST(nonce_lengths),
					  TEST(tag_lengths),
					  TEST(limits_are_known_from_the_length_alone),
					  TEST(null_pointers),
					  TEST(contexts_never_initialised),
					  TEST(unaligned_contexts),
					  TEST(output_overlaps_input),
					  TEST(outputs_overlap_the_rest),
					  TEST(neighbours_that_touch)};
SUITE(refuse, tests);
