// SPDX-License-Identifier: MIT
// AEADs, ciphers and MACs against each other: the same inputs to all, at every
// kind of length and alignment, with fences around whatever is written.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "verify.h"

enum { max_len = 65536, max_aad = 1024, max_tag = 64 };

// The edges of blocks, of wide steps, and of what kernels treat apart.
static const size_t edge_lengths[] = {
	0,    1,    2,    3,    7,    8,    9,    15,   16,   17,   31,   32,    33,    47,   48,   49,   63,
	64,   65,   79,   80,   95,   96,   97,   111,  112,  113,  127,  128,   129,   143,  159,  160,  175,
	191,  192,  193,  223,  224,  239,  240,  255,  256,  257,  271,  272,   319,   320,  383,  384,  385,
	511,  512,  513,  575,  576,  639,  640,  767,  768,  769,  1023, 1024,  1025,  1279, 1280, 1350, 1535,
	1536, 2047, 2048, 2049, 3071, 3072, 4095, 4096, 4097, 8191, 8192, 16383, 16384, 16385};
enum { n_edges = sizeof(edge_lengths) / sizeof(edge_lengths[0]), n_random = 40 };

// Then, of AEADs, each length of nonce and of tag.
enum { n_nonces = 48, n_tags = 16, n_aead = n_edges + n_random + n_nonces + n_tags, max_short = 300 };

static const size_t edge_aad_lengths[] = {0, 1, 5, 12, 13, 15, 16, 17, 31, 32, 33, 47, 64, 100, 255, 256, 1000};

// A length for the number-th case: the edges, then random ones, short more often than long.
static size_t case_length(struct rng *rng, size_t number)
{
	if (number < n_edges)
		return edge_lengths[number];
	return rng_below(rng, (uint64_t)1 << (1 + rng_below(rng, 16)));
}

// The number of the first check with the same output, for contest_settle.
static int group_of(const uint8_t *outputs, size_t stride, const int *groups, size_t index, size_t len)
{
	for (size_t i = 0; i < index; i++)
		if (groups[i] == (int)i && memcmp(outputs + i * stride, outputs + index * stride, len) == 0)
			return (int)i;
	return (int)index;
}

static const char *last_error(const struct check *check, struct lane_engine_object *object)
{
	return check->engine->engine->last_error(object);
}

// ---- AEADs ----

struct aead_case {
	uint8_t key[64], nonce[64], aad[max_aad], *in;
	size_t key_len, nonce_len, aad_len, len, tag_len;
	char text[100]; // "17 bytes, 13 of associated data"
};

struct aead_trial {
	struct check *check;
	const struct lane_engine_aead *aead;
	struct lane_engine_object *object;
	void *key;
	struct buffer out, in, tag;
	struct rng *rng;
};

static struct lane_engine_message message_of(const struct aead_case *c, const uint8_t *in, uint8_t *out, uint8_t *tag)
{
	return (struct lane_engine_message){.out = out,
					    .in = in,
					    .len = c->len,
					    .nonce = c->nonce,
					    .nonce_len = c->nonce_len,
					    .aad = c->aad,
					    .aad_len = c->aad_len,
					    .tag = tag,
					    .tag_len = c->tag_len,
					    .status = -1};
}

// Lengths of nonce or tag that an item need not have all of: GCM has tags of 4, 8
// and 12 to 16 bytes, but not of 9.
static int is_unusual(const struct lane_engine_aead *aead, const struct aead_case *c)
{
	return c->nonce_len != aead->nonce_len || c->tag_len != aead->tag_len;
}

static int try_seal(struct aead_trial *t, const struct aead_case *c, uint8_t *result)
{
	uint8_t *out = buffer_place(&t->out, t->rng, c->len), *tag = buffer_place(&t->tag, t->rng, c->tag_len);
	uint8_t *in = buffer_place(&t->in, t->rng, c->len);
	memcpy(in, c->in, c->len);
	struct lane_engine_message m = message_of(c, in, out, tag);
	int status = t->aead->seal(t->key, &m, 1);
	if (status == LANE_ENGINE_UNSUPPORTED && is_unusual(t->aead, c))
		return -1;
	if (!check_that(t->check, status == LANE_ENGINE_OK && m.status == LANE_ENGINE_OK, "seal of %s: %s", c->text,
			last_error(t->check, t->object)) ||
	    !check_that(t->check, buffer_intact(&t->out) && buffer_intact(&t->tag),
			"seal of %s: writes beyond its output", c->text) ||
	    !check_that(t->check, memcmp(in, c->in, c->len) == 0, "seal of %s: changes its input", c->text))
		return -1;
	memcpy(result, out, c->len);
	memcpy(result + c->len, tag, c->tag_len);
	if ((t->aead->capabilities & LANE_ENGINE_IN_PLACE) == 0)
		return 0;
	m = message_of(c, in, in, tag);
	status = t->aead->seal(t->key, &m, 1);
	check_that(t->check,
		   status == LANE_ENGINE_OK && memcmp(in, result, c->len) == 0 &&
			   memcmp(tag, result + c->len, c->tag_len) == 0 && buffer_intact(&t->in),
		   "seal in place of %s: differs from out of place", c->text);
	return 0;
}

// `sealed` is what all engines made of the message: each opens the others' work.
static void try_open(struct aead_trial *t, const struct aead_case *c, const uint8_t *sealed, int in_place)
{
	const char *where = in_place ? " in place" : "";
	uint8_t *in = buffer_place(&t->in, t->rng, c->len), *out = buffer_place(&t->out, t->rng, c->len);
	uint8_t *tag = buffer_place(&t->tag, t->rng, c->tag_len);
	memcpy(in, sealed, c->len);
	memcpy(tag, sealed + c->len, c->tag_len);
	if (in_place)
		out = in;
	struct lane_engine_message m = message_of(c, in, out, tag);
	int status = t->aead->open(t->key, &m, 1);
	check_that(t->check, status == LANE_ENGINE_OK && m.status == LANE_ENGINE_OK, "open%s of %s: %s", where, c->text,
		   status == LANE_ENGINE_REFUSED ? "refuses what is authentic" : last_error(t->check, t->object));
	check_that(t->check, memcmp(out, c->in, c->len) == 0, "open%s of %s: wrong plaintext", where, c->text);
	check_that(t->check, buffer_intact(&t->in) && buffer_intact(&t->out), "open%s of %s: writes beyond its output",
		   where, c->text);
}

enum forgery { FORGE_TAG, FORGE_CIPHERTEXT, FORGE_AAD, FORGE_NONCE, N_FORGERIES };
static const char *const forgery_names[] = {"tag", "ciphertext", "associated data", "nonce"};

// One bit is changed: to be refused, and no plaintext left. Under a tag of n bytes
// another message passes by chance once in 2^(8 n), another tag never.
static void try_forged(struct aead_trial *t, const struct aead_case *c, const uint8_t *sealed, enum forgery forgery)
{
	const size_t lengths[N_FORGERIES] = {c->tag_len, c->len, c->aad_len, c->nonce_len};
	if (lengths[forgery] == 0 || (forgery != FORGE_TAG && c->tag_len < 4))
		return;
	struct aead_case forged = *c;
	int in_place = (t->aead->capabilities & LANE_ENGINE_IN_PLACE) != 0 && rng_below(t->rng, 2) == 0;
	uint8_t *in = buffer_place(&t->in, t->rng, c->len), *out = buffer_place(&t->out, t->rng, c->len);
	uint8_t *tag = buffer_place(&t->tag, t->rng, c->tag_len);
	memcpy(in, sealed, c->len);
	memcpy(tag, sealed + c->len, c->tag_len);
	uint8_t *const targets[N_FORGERIES] = {tag, in, forged.aad, forged.nonce};
	size_t bit = rng_below(t->rng, 8 * lengths[forgery]);
	targets[forgery][bit / 8] ^= (uint8_t)(1u << bit % 8);
	if (in_place)
		out = in;
	struct lane_engine_message m = message_of(&forged, in, out, tag);
	int status = t->aead->open(t->key, &m, 1);
	check_that(t->check, status == LANE_ENGINE_REFUSED && m.status == LANE_ENGINE_REFUSED,
		   "open of %s with bit %zu of the %s changed: not refused (status %d)", c->text, bit,
		   forgery_names[forgery], status);
	check_that(t->check, !leaks(out, c->in, c->len), "open of %s with the %s changed: leaves plaintext", c->text,
		   forgery_names[forgery]);
}

// Input and output that overlap by all but a few bytes, where the item says that it
// refuses them: nothing may be written.
struct overlap {
	uint8_t *in, *out;
	const uint8_t *before; // of both, from the lower one on
	size_t len;            // of both together
};

static int overlap_place(struct overlap *o, struct buffer *area, struct buffer *copy, struct rng *rng, size_t len)
{
	const size_t shift = 1 + rng_below(rng, 64);
	if (len <= shift || len + shift > max_len)
		return -1;
	const int out_first = rng_below(rng, 2) == 0;
	uint8_t *first = buffer_place(area, rng, len + shift), *before = buffer_place(copy, rng, len + shift);
	rng_fill(rng, first, len + shift);
	memcpy(before, first, len + shift);
	*o = (struct overlap){.in = first + (out_first ? shift : 0),
			      .out = first + (out_first ? 0 : shift),
			      .before = before,
			      .len = len + shift};
	return 0;
}

static void overlap_check(struct check *check, const struct overlap *o, const char *operation, const char *text,
			  int status)
{
	const uint8_t *first = o->in < o->out ? o->in : o->out;
	check_that(check, status != LANE_ENGINE_OK && memcmp(first, o->before, o->len) == 0,
		   "%s of %s, output %td bytes from the input: %s", operation, text, o->out - o->in,
		   status == LANE_ENGINE_OK ? "not refused" : "refused, and written to");
}

static void try_overlap(struct aead_trial *t, const struct aead_case *c)
{
	for (int opening = 0; opening < 2; opening++) {
		struct overlap o;
		if (overlap_place(&o, &t->in, &t->out, t->rng, c->len) != 0)
			return;
		struct lane_engine_message m = message_of(c, o.in, o.out, buffer_place(&t->tag, t->rng, c->tag_len));
		int status = (opening ? t->aead->open : t->aead->seal)(t->key, &m, 1);
		overlap_check(t->check, &o, opening ? "open" : "seal", c->text, status);
	}
}

// A stream in random pieces, one of them perhaps empty.
static int stream_pieces(struct aead_trial *t, void *stream, const struct aead_case *c, const uint8_t *in, uint8_t *out)
{
	int status = LANE_ENGINE_OK;
	for (size_t at = 0; at < c->aad_len && status == LANE_ENGINE_OK;) {
		size_t n = 1 + rng_below(t->rng, c->aad_len - at);
		status = t->aead->stream_aad(stream, c->aad + at, n);
		at += n;
	}
	for (size_t at = 0; at < c->len && status == LANE_ENGINE_OK;) {
		size_t most = rng_below(t->rng, 2) == 0 ? 100 : c->len;
		size_t n = rng_below(t->rng, 1 + (c->len - at < most ? c->len - at : most));
		status = t->aead->stream_update(stream, out + at, in + at, n);
		at += n;
	}
	return status;
}

static void try_stream(struct aead_trial *t, const struct aead_case *c, const uint8_t *sealed, int decrypt, int forge)
{
	const uint8_t *expected = decrypt ? c->in : sealed, *given = decrypt ? sealed : c->in;
	uint8_t *in = buffer_place(&t->in, t->rng, c->len), *out = buffer_place(&t->out, t->rng, c->len);
	uint8_t *tag = buffer_place(&t->tag, t->rng, c->tag_len);
	void *stream;
	memcpy(in, given, c->len);
	if (decrypt)
		memcpy(tag, sealed + c->len, c->tag_len);
	if (forge)
		tag[rng_below(t->rng, c->tag_len)] ^= 0x10;
	int status = t->aead->stream_new(t->key, decrypt, c->nonce, c->nonce_len, &stream);
	if (!check_that(t->check, status == LANE_ENGINE_OK, "stream of %s: %s", c->text,
			last_error(t->check, t->object)))
		return;
	status = stream_pieces(t, stream, c, in, out);
	if (status == LANE_ENGINE_OK)
		status = t->aead->stream_final(stream, tag, c->tag_len);
	t->aead->stream_free(stream);
	if (forge) {
		check_that(t->check, status == LANE_ENGINE_REFUSED, "stream of %s with a forged tag: not refused",
			   c->text);
		return;
	}
	check_that(t->check,
		   status == LANE_ENGINE_OK && memcmp(out, expected, c->len) == 0 &&
			   memcmp(tag, sealed + c->len, c->tag_len) == 0 && buffer_intact(&t->out),
		   "stream (%s) of %s: differs from one call", decrypt ? "open" : "seal", c->text);
}

// Five messages at once, the third forged: each has its own verdict.
static void try_batch(struct aead_trial *t, const struct aead_case *c, const uint8_t *sealed)
{
	enum { n = 5, forged = 2 };
	struct lane_engine_message messages[n];
	uint8_t tags[n][max_tag];
	uint8_t *outs = bench_calloc(n, c->len + 1);
	for (size_t i = 0; i < n; i++) {
		memcpy(tags[i], sealed + c->len, c->tag_len);
		tags[i][0] ^= i == forged;
		messages[i] = message_of(c, sealed, outs + i * c->len, tags[i]);
	}
	int status = t->aead->open(t->key, messages, n), right = status == LANE_ENGINE_REFUSED;
	for (size_t i = 0; i < n; i++)
		right &= i == forged
				 ? messages[i].status == LANE_ENGINE_REFUSED && !leaks(messages[i].out, c->in, c->len)
				 : messages[i].status == LANE_ENGINE_OK && memcmp(messages[i].out, c->in, c->len) == 0;
	check_that(t->check, right, "batch of 5 times %s, one forged: wrong verdicts", c->text);
	for (size_t i = 0; i < n; i++)
		messages[i] = message_of(c, c->in, outs + i * c->len, tags[i]);
	status = t->aead->seal(t->key, messages, n);
	for (size_t i = 0, all = 1; i < n; i++) {
		all &= status == LANE_ENGINE_OK && memcmp(messages[i].out, sealed, c->len) == 0 &&
		       memcmp(tags[i], sealed + c->len, c->tag_len) == 0;
		check_that(t->check, all != 0, "batch of 5 times %s: differs from one call", c->text);
	}
	free(outs);
}

static void try_sealed(struct aead_trial *t, const struct aead_case *c, const uint8_t *sealed)
{
	try_open(t, c, sealed, 0);
	if (t->aead->capabilities & LANE_ENGINE_IN_PLACE)
		try_open(t, c, sealed, 1);
	for (int forgery = 0; forgery < N_FORGERIES; forgery++)
		try_forged(t, c, sealed, (enum forgery)forgery);
	if (t->aead->capabilities & LANE_ENGINE_NO_OVERLAP)
		try_overlap(t, c);
	if (t->aead->capabilities & LANE_ENGINE_STREAMING) {
		try_stream(t, c, sealed, 0, 0);
		try_stream(t, c, sealed, 1, 0);
		try_stream(t, c, sealed, 1, 1);
	}
	if (c->len <= 2048)
		try_batch(t, c, sealed);
}

// Whether the item takes the case's nonce and tag lengths.
static int takes(const struct lane_engine_aead *aead, const struct aead_case *c)
{
	int any_nonce = (aead->capabilities & LANE_ENGINE_ANY_NONCE) != 0;
	int truncated = (aead->capabilities & LANE_ENGINE_TRUNCATED) != 0;
	return c->key_len == aead->key_len && (aead->max_len == 0 || c->len <= aead->max_len) &&
	       (c->nonce_len == aead->nonce_len ||
		(any_nonce && c->nonce_len >= aead->nonce_min && c->nonce_len <= aead->nonce_max)) &&
	       (c->tag_len == aead->tag_len ||
		(truncated && c->tag_len >= aead->tag_min && c->tag_len <= aead->tag_len));
}

static void aead_case_make(struct aead_case *c, const struct lane_engine_aead *usual, size_t number, struct rng *rng)
{
	const size_t extra = number < n_edges + n_random ? 0 : number - (n_edges + n_random) + 1;
	c->len = extra > 0 ? rng_below(rng, max_short) : case_length(rng, number);
	c->aad_len = rng_below(rng, 4) == 0
			     ? rng_below(rng, max_aad)
			     : edge_aad_lengths[rng_below(rng, sizeof(edge_aad_lengths) / sizeof(size_t))];
	c->key_len = usual->key_len;
	c->nonce_len = usual->nonce_len;
	c->tag_len = usual->tag_len;
	if (extra == 0 && (usual->capabilities & LANE_ENGINE_ANY_NONCE) != 0 && number % 8 == 5)
		c->nonce_len = usual->nonce_min +
			       rng_below(rng, 1 + (usual->nonce_max > 48 ? 48 : usual->nonce_max) - usual->nonce_min);
	if (extra == 0 && (usual->capabilities & LANE_ENGINE_TRUNCATED) != 0 && number % 8 == 6)
		c->tag_len = usual->tag_min + rng_below(rng, 1 + usual->tag_len - usual->tag_min);
	if (extra > 0 && extra <= n_nonces)
		c->nonce_len = extra;
	else if (extra > 0)
		c->tag_len = extra - n_nonces;
	rng_fill(rng, c->key, sizeof(c->key));
	rng_fill(rng, c->nonce, sizeof(c->nonce));
	rng_fill(rng, c->aad, sizeof(c->aad));
	rng_fill(rng, c->in, c->len);
	snprintf(c->text, sizeof(c->text), "%zu bytes, %zu of associated data, nonce of %zu, tag of %zu", c->len,
		 c->aad_len, c->nonce_len, c->tag_len);
}

static void aead_case_run(struct contest *contest, struct aead_trial *trials, const struct aead_case *c,
			  uint8_t *outputs, int *groups)
{
	const size_t stride = max_len + max_tag;
	for (size_t i = 0; i < contest->n; i++) {
		struct aead_trial *t = &trials[i];
		t->object = check_object(t->check);
		t->key = NULL;
		groups[i] = -1;
		if (t->object == NULL || !takes(t->aead, c))
			continue;
		int status = t->aead->key_new(t->object, t->aead, c->key, c->key_len, c->tag_len, &t->key);
		if (status == LANE_ENGINE_UNSUPPORTED && is_unusual(t->aead, c))
			t->key = NULL;
		else if (!check_that(t->check, status == LANE_ENGINE_OK, "key set-up: %s",
				     last_error(t->check, t->object)))
			t->key = NULL;
		else if (try_seal(t, c, outputs + i * stride) == 0)
			groups[i] = group_of(outputs, stride, groups, i, c->len + c->tag_len);
	}
	char what[140];
	snprintf(what, sizeof(what), "seal of %s", c->text);
	contest_settle(contest, groups, what);
	for (size_t i = 0; i < contest->n; i++) {
		if (groups[i] >= 0 && check_object(trials[i].check) != NULL)
			try_sealed(&trials[i], c, outputs + i * stride);
		if (trials[i].key != NULL)
			trials[i].aead->key_free(trials[i].key);
	}
}

void verify_aead(struct contest *contest, size_t part, size_t n_parts, struct rng rng)
{
	struct aead_trial *trials = bench_calloc(contest->n, sizeof(*trials));
	struct buffer out = buffer_new(max_len), in = buffer_new(max_len), tag = buffer_new(max_tag);
	uint8_t *outputs = bench_calloc(contest->n, max_len + max_tag);
	int *groups = bench_calloc(contest->n, sizeof(*groups));
	struct aead_case *c = bench_calloc(1, sizeof(*c));
	c->in = bench_calloc(1, max_len);
	for (size_t i = 0; i < contest->n; i++)
		trials[i] = (struct aead_trial){.check = &contest->checks[i],
						.aead = (const void *)contest->checks[i].item,
						.out = out,
						.in = in,
						.tag = tag,
						.rng = &rng};
	for (size_t number = part; number < n_aead && !stopwatch_interrupted(); number += n_parts) {
		aead_case_make(c, trials[rng_below(&rng, contest->n)].aead, number, &rng);
		aead_case_run(contest, trials, c, outputs, groups);
	}
	free(c->in);
	free(c);
	free(groups);
	free(outputs);
	free(out.memory);
	free(in.memory);
	free(tag.memory);
	free(trials);
}

// ---- Ciphers ----

// One input to all: ciphertexts alike, and back again.
struct cipher_case {
	uint8_t key[64], iv[64], *in;
	size_t len;
	int odd_counter; // ChaCha20 that does not begin at block 1: some only offer that
	char text[60];
};

static int cipher_try(struct check *check, struct lane_engine_object *object, const struct cipher_case *c,
		      struct buffer *out, struct buffer *in, uint8_t *result, struct rng *rng)
{
	const struct lane_engine_cipher *cipher = (const void *)check->item;
	void *key;
	int status = cipher->key_new(object, cipher, c->key, cipher->key_len, &key);
	if (!check_that(check, status == LANE_ENGINE_OK, "key set-up: %s", last_error(check, object)))
		return -1;
	uint8_t *from = buffer_place(in, rng, c->len), *to = buffer_place(out, rng, c->len);
	memcpy(from, c->in, c->len);
	status = cipher->encrypt(key, c->iv, to, from, c->len);
	if (status == LANE_ENGINE_UNSUPPORTED && c->odd_counter) {
		cipher->key_free(key);
		return -1;
	}
	int ok = check_that(check, status == LANE_ENGINE_OK && buffer_intact(out), "encrypt %s: %s", c->text,
			    status == LANE_ENGINE_OK ? "writes beyond its output" : last_error(check, object));
	memcpy(result, to, c->len);
	if (ok && (cipher->capabilities & LANE_ENGINE_IN_PLACE)) {
		status = cipher->encrypt(key, c->iv, from, from, c->len);
		check_that(check, status == LANE_ENGINE_OK && memcmp(from, result, c->len) == 0 && buffer_intact(in),
			   "encrypt in place %s: differs from out of place", c->text);
	}
	if (ok && (cipher->capabilities & LANE_ENGINE_ENCRYPT_ONLY) == 0) {
		from = buffer_place(in, rng, c->len);
		status = cipher->decrypt(key, c->iv, from, result, c->len);
		check_that(check, status == LANE_ENGINE_OK && memcmp(from, c->in, c->len) == 0 && buffer_intact(in),
			   "decrypt %s: wrong plaintext", c->text);
	}
	struct overlap o;
	if (ok && (cipher->capabilities & LANE_ENGINE_NO_OVERLAP) && overlap_place(&o, in, out, rng, c->len) == 0)
		overlap_check(check, &o, "encrypt", c->text, cipher->encrypt(key, c->iv, o.out, o.in, c->len));
	cipher->key_free(key);
	return ok ? 0 : -1;
}

void verify_cipher(struct contest *contest, size_t part, size_t n_parts, struct rng rng)
{
	struct buffer out = buffer_new(max_len), in = buffer_new(max_len);
	uint8_t *outputs = bench_calloc(contest->n, max_len);
	int *groups = bench_calloc(contest->n, sizeof(*groups));
	struct cipher_case c = {.in = bench_calloc(1, max_len)};
	const struct lane_engine_cipher *usual = (const void *)contest->checks[0].item;
	const int is_counter = strstr(contest->algorithm, "-CTR") != NULL,
		  is_chacha = usual->iv_len == 16 && !is_counter;
	for (size_t number = part; number < n_edges + n_random && !stopwatch_interrupted(); number += n_parts) {
		c.len = case_length(&rng, number) / usual->block_len * usual->block_len;
		rng_fill(&rng, c.key, sizeof(c.key));
		rng_fill(&rng, c.iv, sizeof(c.iv));
		rng_fill(&rng, c.in, c.len);
		if (is_counter && number % 4 == 1) // wraps at 2^32, sometimes at 2^64
			memset(c.iv + (number % 8 == 1 ? 8 : 12), 0xFF, number % 8 == 1 ? 8 : 4);
		c.odd_counter = is_chacha && number % 2 == 1;
		if (is_chacha && c.odd_counter)
			c.iv[3] = 0; // what follows block 2^32 - 1 is defined nowhere
		else if (is_chacha)
			memcpy(c.iv, (uint8_t[]){1, 0, 0, 0}, 4);
		snprintf(c.text, sizeof(c.text), "%zu bytes", c.len);
		for (size_t i = 0; i < contest->n; i++) {
			struct lane_engine_object *object = check_object(&contest->checks[i]);
			groups[i] = -1;
			if (c.len < ((const struct lane_engine_cipher *)(const void *)contest->checks[i].item)->min_len)
				continue;
			if (object != NULL &&
			    cipher_try(&contest->checks[i], object, &c, &out, &in, outputs + i * max_len, &rng) == 0)
				groups[i] = group_of(outputs, max_len, groups, i, c.len);
		}
		char what[80];
		snprintf(what, sizeof(what), "encrypt %s", c.text);
		contest_settle(contest, groups, what);
	}
	free(c.in);
	free(groups);
	free(outputs);
	free(out.memory);
	free(in.memory);
}

// ---- MACs and hashes ----

void verify_mac(struct contest *contest, size_t part, size_t n_parts, struct rng rng)
{
	struct buffer in = buffer_new(max_len), tag = buffer_new(max_tag);
	uint8_t outputs[64][max_tag], key_bytes[64];
	int *groups = bench_calloc(contest->n, sizeof(*groups));
	for (size_t number = part; number < n_edges + n_random && !stopwatch_interrupted(); number += n_parts) {
		const struct lane_engine_mac *usual = (const void *)contest->checks[0].item;
		size_t len = case_length(&rng, number) / usual->block_len * usual->block_len;
		uint8_t *from = buffer_place(&in, &rng, len);
		rng_fill(&rng, key_bytes, sizeof(key_bytes));
		if (number % 8 == 3) // the carries of Poly1305
			memset(from, 0xFF, len);
		else
			rng_fill(&rng, from, len);
		for (size_t i = 0; i < contest->n; i++) {
			struct check *check = &contest->checks[i];
			const struct lane_engine_mac *mac = (const void *)check->item;
			struct lane_engine_object *object = check_object(check);
			void *key;
			groups[i] = -1;
			if (object == NULL || i >= 64)
				continue;
			int status = mac->key_new(object, mac, key_bytes, mac->key_len, &key);
			if (!check_that(check, status == LANE_ENGINE_OK, "key set-up: %s", last_error(check, object)))
				continue;
			uint8_t *to = buffer_place(&tag, &rng, mac->tag_len);
			status = mac->compute(key, to, from, len);
			mac->key_free(key);
			if (!check_that(check, status == LANE_ENGINE_OK && buffer_intact(&tag), "%zu bytes: %s", len,
					status == LANE_ENGINE_OK ? "writes beyond its output"
								 : last_error(check, object)))
				continue;
			memcpy(outputs[i], to, mac->tag_len);
			groups[i] = group_of(outputs[0], max_tag, groups, i, mac->tag_len);
		}
		char what[40];
		snprintf(what, sizeof(what), "%zu bytes", len);
		contest_settle(contest, groups, what);
	}
	free(groups);
	free(in.memory);
	free(tag.memory);
}
