// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "vector_trial.h"

enum { pk_cap = 8192 };

static enum outcome say(struct vector_trial *t, enum outcome outcome, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum outcome say(struct vector_trial *t, enum outcome outcome, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(t->text, sizeof(t->text), format, args);
	va_end(args);
	return outcome;
}

// A call that should have gone well did not.
static enum outcome refused(struct vector_trial *t, const char *operation, int status)
{
	return say(t, OUTCOME_FAILED, "%s: %s", operation,
		   status == LANE_ENGINE_FAILED        ? t->engine->engine->last_error(t->object)
		   : status == LANE_ENGINE_UNSUPPORTED ? "not supported"
						       : "refused");
}

// Something else came out than part `wanted` of the vector.
static enum outcome differs(struct vector_trial *t, const char *operation, enum vector_part wanted, const uint8_t *got,
			    size_t len)
{
	t->got = got;
	t->got_len = len;
	t->wanted = wanted;
	return say(t, OUTCOME_FAILED, "%s gives something else", operation);
}

static int equal(struct octets expected, const uint8_t *got, size_t len)
{
	return expected.len == len && (len == 0 || memcmp(expected.data, got, len) == 0);
}

static uint8_t *copy_in(struct buffer *buffer, struct rng *rng, struct octets from)
{
	uint8_t *to = buffer_place(buffer, rng, from.len);
	if (from.len > 0)
		memcpy(to, from.data, from.len);
	return to;
}

// ---- AEADs ----

static struct lane_engine_message message_of(const struct vector *v, const uint8_t *in, uint8_t *out, uint8_t *tag)
{
	const struct octets *p = v->parts;
	return (struct lane_engine_message){.out = out,
					    .in = in,
					    .len = p[VECTOR_CIPHERTEXT].len,
					    .nonce = p[VECTOR_NONCE].data,
					    .nonce_len = p[VECTOR_NONCE].len,
					    .aad = p[VECTOR_AAD].data,
					    .aad_len = p[VECTOR_AAD].len,
					    .tag = tag,
					    .tag_len = p[VECTOR_TAG].len,
					    .status = -1};
}

static enum outcome try_seal(struct vector_trial *t, const struct vector *v, void *key, int in_place)
{
	const struct lane_engine_aead *aead = (const void *)t->item;
	const struct octets *p = v->parts;
	const char *name = in_place ? "seal in place" : "seal";
	uint8_t *in = copy_in(&t->in, t->rng, p[VECTOR_MESSAGE]);
	uint8_t *out = in_place ? in : buffer_place(&t->out, t->rng, p[VECTOR_MESSAGE].len);
	uint8_t *tag = buffer_place(&t->tag, t->rng, p[VECTOR_TAG].len);
	struct lane_engine_message m = message_of(v, in, out, tag);
	int status = aead->seal(key, &m, 1);
	if (status == LANE_ENGINE_UNSUPPORTED && (m.nonce_len != aead->nonce_len || m.tag_len != aead->tag_len))
		return say(t, OUTCOME_SKIPPED, "a nonce of %zu bytes and a tag of %zu: not supported", m.nonce_len,
			   m.tag_len);
	if (status != LANE_ENGINE_OK)
		return refused(t, name, status);
	if (!equal(p[VECTOR_CIPHERTEXT], out, m.len))
		return differs(t, name, VECTOR_CIPHERTEXT, out, m.len);
	if (!equal(p[VECTOR_TAG], tag, m.tag_len))
		return differs(t, name, VECTOR_TAG, tag, m.tag_len);
	if (!buffer_intact(in_place ? &t->in : &t->out) || !buffer_intact(&t->tag))
		return say(t, OUTCOME_FAILED, "%s writes beyond its output", name);
	return OUTCOME_PASSED;
}

static enum outcome try_open(struct vector_trial *t, const struct vector *v, void *key, int in_place)
{
	const struct lane_engine_aead *aead = (const void *)t->item;
	const struct octets *p = v->parts;
	const char *name = in_place ? "open in place" : "open";
	uint8_t *in = copy_in(&t->in, t->rng, p[VECTOR_CIPHERTEXT]);
	uint8_t *out = in_place ? in : buffer_place(&t->out, t->rng, p[VECTOR_CIPHERTEXT].len);
	uint8_t *tag = copy_in(&t->tag, t->rng, p[VECTOR_TAG]);
	struct lane_engine_message m = message_of(v, in, out, tag);
	int status = aead->open(key, &m, 1);
	if (!buffer_intact(in_place ? &t->in : &t->out))
		return say(t, OUTCOME_FAILED, "%s writes beyond its output", name);
	if (status == LANE_ENGINE_OK && v->verdict == VECTOR_INVALID)
		return say(t, OUTCOME_FAILED, "%s accepts what is not authentic", name);
	if (status == LANE_ENGINE_OK)
		return equal(p[VECTOR_MESSAGE], out, m.len) ? OUTCOME_PASSED
							    : differs(t, name, VECTOR_MESSAGE, out, m.len);
	if (v->verdict == VECTOR_VALID)
		return refused(t, name, status);
	if (p[VECTOR_MESSAGE].len == m.len && m.len > 0 && leaks(out, p[VECTOR_MESSAGE].data, m.len))
		return say(t, OUTCOME_FAILED, "%s refuses, and leaves plaintext", name);
	return OUTCOME_PASSED;
}

// In two pieces; what it gives is as of one call.
static enum outcome try_stream(struct vector_trial *t, const struct vector *v, void *key, int decrypt)
{
	const struct lane_engine_aead *aead = (const void *)t->item;
	const struct octets *p = v->parts, *from = &p[decrypt ? VECTOR_CIPHERTEXT : VECTOR_MESSAGE];
	const enum vector_part to = decrypt ? VECTOR_MESSAGE : VECTOR_CIPHERTEXT;
	const char *name = decrypt ? "open as a stream" : "seal as a stream";
	const size_t first = rng_below(t->rng, from->len + 1);
	uint8_t *in = copy_in(&t->in, t->rng, *from), *out = buffer_place(&t->out, t->rng, from->len);
	uint8_t *tag = copy_in(&t->tag, t->rng, p[VECTOR_TAG]);
	void *stream;
	if (!decrypt)
		memset(tag, 0, p[VECTOR_TAG].len);
	int status = aead->stream_new(key, decrypt, p[VECTOR_NONCE].data, p[VECTOR_NONCE].len, &stream);
	if (status == LANE_ENGINE_UNSUPPORTED)
		return OUTCOME_PASSED; // of this nonce: one call did it
	if (status != LANE_ENGINE_OK)
		return v->verdict == VECTOR_VALID ? refused(t, name, status) : OUTCOME_PASSED;
	status = aead->stream_aad(stream, p[VECTOR_AAD].data, p[VECTOR_AAD].len);
	if (status == LANE_ENGINE_OK)
		status = aead->stream_update(stream, out, in, first);
	if (status == LANE_ENGINE_OK)
		status = aead->stream_update(stream, out + first, in + first, from->len - first);
	if (status == LANE_ENGINE_OK)
		status = aead->stream_final(stream, tag, p[VECTOR_TAG].len);
	aead->stream_free(stream);
	if (v->verdict == VECTOR_INVALID)
		return status != LANE_ENGINE_OK ? OUTCOME_PASSED
						: say(t, OUTCOME_FAILED, "%s accepts what is not authentic", name);
	if (status != LANE_ENGINE_OK)
		return v->verdict == VECTOR_VALID ? refused(t, name, status) : OUTCOME_PASSED;
	if (!equal(p[to], out, from->len))
		return differs(t, name, to, out, from->len);
	return equal(p[VECTOR_TAG], tag, p[VECTOR_TAG].len) ? OUTCOME_PASSED
							    : differs(t, name, VECTOR_TAG, tag, p[VECTOR_TAG].len);
}

static enum outcome try_ways(struct vector_trial *t, const struct vector *v, void *key)
{
	const struct lane_engine_aead *aead = (const void *)t->item;
	const int in_place = (aead->capabilities & LANE_ENGINE_IN_PLACE) != 0;
	enum outcome outcome = OUTCOME_PASSED;
	for (int i = 0; i <= in_place && outcome == OUTCOME_PASSED; i++) {
		if (v->verdict == VECTOR_VALID)
			outcome = try_seal(t, v, key, i);
		if (outcome == OUTCOME_PASSED)
			outcome = try_open(t, v, key, i);
	}
	if ((aead->capabilities & LANE_ENGINE_STREAMING) == 0 || outcome != OUTCOME_PASSED)
		return outcome;
	if (v->verdict == VECTOR_VALID)
		outcome = try_stream(t, v, key, 0);
	return outcome == OUTCOME_PASSED ? try_stream(t, v, key, 1) : outcome;
}

static enum outcome try_aead(struct vector_trial *t, const struct vector *v)
{
	const struct lane_engine_aead *aead = (const void *)t->item;
	const struct octets *p = v->parts;
	const size_t nonce_len = p[VECTOR_NONCE].len, tag_len = p[VECTOR_TAG].len;
	const int any_nonce = (aead->capabilities & LANE_ENGINE_ANY_NONCE) != 0;
	const int truncated = (aead->capabilities & LANE_ENGINE_TRUNCATED) != 0;
	void *key;
	if (p[VECTOR_KEY].len != aead->key_len)
		return say(t, OUTCOME_SKIPPED, "a key of %zu bytes", p[VECTOR_KEY].len);
	if (nonce_len != aead->nonce_len && (!any_nonce || nonce_len < aead->nonce_min || nonce_len > aead->nonce_max))
		return say(t, OUTCOME_SKIPPED, "a nonce of %zu bytes", nonce_len);
	if (tag_len != aead->tag_len && (!truncated || tag_len < aead->tag_min || tag_len > aead->tag_len))
		return say(t, OUTCOME_SKIPPED, "a tag of %zu bytes", tag_len);
	if (aead->max_len != 0 && p[VECTOR_CIPHERTEXT].len > aead->max_len)
		return say(t, OUTCOME_SKIPPED, "a message of %zu bytes", p[VECTOR_CIPHERTEXT].len);
	int status = aead->key_new(t->object, aead, p[VECTOR_KEY].data, p[VECTOR_KEY].len, tag_len, &key);
	if (status == LANE_ENGINE_UNSUPPORTED && tag_len != aead->tag_len)
		return say(t, OUTCOME_SKIPPED, "a tag of %zu bytes", tag_len);
	if (status != LANE_ENGINE_OK)
		return refused(t, "key set-up", status);
	enum outcome outcome = try_ways(t, v, key);
	aead->key_free(key);
	return outcome;
}

// ---- Ciphers and MACs ----

static enum outcome try_direction(struct vector_trial *t, const struct vector *v, void *key, int decrypt, int in_place)
{
	const struct lane_engine_cipher *cipher = (const void *)t->item;
	const struct octets *p = v->parts, *from = &p[decrypt ? VECTOR_CIPHERTEXT : VECTOR_MESSAGE];
	const enum vector_part to = decrypt ? VECTOR_MESSAGE : VECTOR_CIPHERTEXT;
	const char *const names[2][2] = {{"encrypt", "encrypt in place"}, {"decrypt", "decrypt in place"}};
	const char *name = names[decrypt][in_place];
	uint8_t *in = copy_in(&t->in, t->rng, *from);
	uint8_t *out = in_place ? in : buffer_place(&t->out, t->rng, from->len);
	int status = (decrypt ? cipher->decrypt : cipher->encrypt)(key, p[VECTOR_NONCE].data, out, in, from->len);
	if (status != LANE_ENGINE_OK)
		return refused(t, name, status);
	if (!equal(p[to], out, from->len))
		return differs(t, name, to, out, from->len);
	return buffer_intact(in_place ? &t->in : &t->out) ? OUTCOME_PASSED
							  : say(t, OUTCOME_FAILED, "%s writes beyond its output", name);
}

static enum outcome try_cipher(struct vector_trial *t, const struct vector *v)
{
	const struct lane_engine_cipher *cipher = (const void *)t->item;
	const struct octets *p = v->parts;
	const size_t len = p[VECTOR_MESSAGE].len;
	const int decrypts = (cipher->capabilities & LANE_ENGINE_ENCRYPT_ONLY) == 0;
	const int in_place = (cipher->capabilities & LANE_ENGINE_IN_PLACE) != 0;
	void *key;
	if (v->verdict != VECTOR_VALID)
		return say(t, OUTCOME_SKIPPED, "a ciphertext that nothing can tell to be wrong");
	if (p[VECTOR_KEY].len != cipher->key_len)
		return say(t, OUTCOME_SKIPPED, "a key of %zu bytes", p[VECTOR_KEY].len);
	if (p[VECTOR_NONCE].len != cipher->iv_len)
		return say(t, OUTCOME_SKIPPED, "an IV of %zu bytes", p[VECTOR_NONCE].len);
	if (len % cipher->block_len != 0 || len < cipher->min_len)
		return say(t, OUTCOME_SKIPPED, "a message of %zu bytes", len);
	int status = cipher->key_new(t->object, cipher, p[VECTOR_KEY].data, p[VECTOR_KEY].len, &key);
	if (status != LANE_ENGINE_OK)
		return refused(t, "key set-up", status);
	enum outcome outcome = OUTCOME_PASSED;
	for (int decrypt = 0; decrypt <= decrypts; decrypt++)
		for (int place = 0; place <= in_place && outcome == OUTCOME_PASSED; place++)
			outcome = try_direction(t, v, key, decrypt, place);
	cipher->key_free(key);
	return outcome;
}

static enum outcome try_mac(struct vector_trial *t, const struct vector *v)
{
	const struct lane_engine_mac *mac = (const void *)t->item;
	const struct octets *p = v->parts;
	void *key;
	if (p[VECTOR_KEY].len != mac->key_len)
		return say(t, OUTCOME_SKIPPED, "a key of %zu bytes", p[VECTOR_KEY].len);
	if (p[VECTOR_TAG].len > mac->tag_len || p[VECTOR_TAG].len == 0)
		return say(t, OUTCOME_SKIPPED, "a tag of %zu bytes", p[VECTOR_TAG].len);
	if (p[VECTOR_MESSAGE].len % mac->block_len != 0)
		return say(t, OUTCOME_SKIPPED, "a message of %zu bytes", p[VECTOR_MESSAGE].len);
	int status = mac->key_new(t->object, mac, p[VECTOR_KEY].data, p[VECTOR_KEY].len, &key);
	if (status != LANE_ENGINE_OK)
		return refused(t, "key set-up", status);
	uint8_t *in = copy_in(&t->in, t->rng, p[VECTOR_MESSAGE]), *tag = buffer_place(&t->out, t->rng, mac->tag_len);
	status = mac->compute(key, tag, in, p[VECTOR_MESSAGE].len);
	mac->key_free(key);
	if (status != LANE_ENGINE_OK)
		return refused(t, "mac", status);
	if (!buffer_intact(&t->out))
		return say(t, OUTCOME_FAILED, "mac writes beyond its output");
	const int same = equal(p[VECTOR_TAG], tag, p[VECTOR_TAG].len); // a shorter one is its beginning
	if (v->verdict == VECTOR_INVALID)
		return same ? say(t, OUTCOME_FAILED, "mac makes a tag that is wrong") : OUTCOME_PASSED;
	return same ? OUTCOME_PASSED : differs(t, "mac", VECTOR_TAG, tag, p[VECTOR_TAG].len);
}

// ---- Public keys and key derivation ----

static const struct {
	uint32_t operation;
	const char *name;
} operations[] = {
	[VECTOR_SIGN] = {LANE_ENGINE_PK_SIGN, "sign"},
	[VECTOR_VERIFY] = {LANE_ENGINE_PK_SIGN, "verify"},
	[VECTOR_DECRYPT] = {LANE_ENGINE_PK_ENCRYPT, "decrypt"},
	[VECTOR_DERIVE] = {LANE_ENGINE_PK_DERIVE, "derive"},
};

// What came of an operation that makes something.
static enum outcome judge(struct vector_trial *t, const struct vector *v, int status, enum vector_part wanted,
			  const uint8_t *got, size_t len)
{
	const char *name = operations[v->kind].name;
	const struct octets expected = v->parts[wanted];
	if (status != LANE_ENGINE_OK)
		return v->verdict == VECTOR_VALID ? refused(t, name, status) : OUTCOME_PASSED;
	const int same = equal(expected, got, len);
	if (v->verdict != VECTOR_INVALID)
		return same ? OUTCOME_PASSED : differs(t, name, wanted, got, len);
	// Signing can only give the right signature; PKCS#1 v1.5 may answer with random bytes
	// instead of refusing (implicit rejection).
	const int may_answer =
		v->kind == VECTOR_SIGN || (v->kind == VECTOR_DECRYPT && strstr(v->algorithm, "-OAEP") == NULL);
	return may_answer && !(same && len > 0) ? OUTCOME_PASSED
						: say(t, OUTCOME_FAILED, "%s accepts what is invalid", name);
}

static enum outcome try_key(struct vector_trial *t, const struct vector *v, void *key)
{
	const struct lane_engine_pk *pk = (const void *)t->item;
	const struct octets *p = v->parts, *message = &p[VECTOR_MESSAGE];
	uint8_t *got = t->out.data;
	size_t len = 0;
	int status;
	switch (v->kind) {
	case VECTOR_VERIFY:
		status = pk->verify(key, p[VECTOR_TAG].data, p[VECTOR_TAG].len, message->data, message->len);
		if (status == LANE_ENGINE_OK && v->verdict == VECTOR_INVALID)
			return say(t, OUTCOME_FAILED, "verify accepts what is invalid");
		return status != LANE_ENGINE_OK && v->verdict == VECTOR_VALID ? refused(t, "verify", status)
									      : OUTCOME_PASSED;
	case VECTOR_SIGN:
		status = pk->sign(key, got, pk_cap, &len, message->data, message->len);
		return judge(t, v, status, VECTOR_TAG, got, len);
	case VECTOR_DECRYPT:
		if (message->len == 0 && (pk->capabilities & LANE_ENGINE_NO_EMPTY) != 0)
			return say(t, OUTCOME_SKIPPED, "no empty messages");
		status = pk->decrypt(key, got, pk_cap, &len, p[VECTOR_CIPHERTEXT].data, p[VECTOR_CIPHERTEXT].len);
		return judge(t, v, status, VECTOR_MESSAGE, got, len);
	default:
		status = pk->derive(key, p[VECTOR_PEER].data, p[VECTOR_PEER].len, got, pk_cap, &len);
		return judge(t, v, status, VECTOR_SECRET, got, len);
	}
}

static enum outcome try_pk(struct vector_trial *t, const struct vector *v)
{
	const struct lane_engine_pk *pk = (const void *)t->item;
	const struct octets *der = &v->parts[VECTOR_KEY];
	void *key;
	if ((pk->operations & operations[v->kind].operation) == 0)
		return say(t, OUTCOME_SKIPPED, "no %s", operations[v->kind].name);
	int (*const import)(struct lane_engine_object *, const struct lane_engine_pk *, const uint8_t *, size_t,
			    void **) = v->kind == VECTOR_VERIFY ? pk->import_public : pk->import_private;
	if (import == NULL)
		return say(t, OUTCOME_SKIPPED, "no import of keys");
	int status = import(t->object, pk, der->data, der->len, &key);
	if (status == LANE_ENGINE_UNSUPPORTED)
		return say(t, OUTCOME_SKIPPED, "import of this key: not supported");
	if (status != LANE_ENGINE_OK)
		return v->verdict == VECTOR_VALID ? refused(t, "import of the key", status) : OUTCOME_PASSED;
	buffer_place(&t->out, t->rng, pk_cap);
	enum outcome outcome = try_key(t, v, key);
	pk->key_free(key);
	return outcome == OUTCOME_PASSED && !buffer_intact(&t->out)
		       ? say(t, OUTCOME_FAILED, "%s writes beyond its output", operations[v->kind].name)
		       : outcome;
}

static enum outcome try_kdf(struct vector_trial *t, const struct vector *v)
{
	const struct lane_engine_kdf *kdf = (const void *)t->item;
	const struct octets *p = v->parts;
	const struct lane_engine_kdf_input input = {.struct_size = sizeof(input),
						    .iterations = v->iterations,
						    .secret = p[VECTOR_KEY].data,
						    .secret_len = p[VECTOR_KEY].len,
						    .salt = p[VECTOR_NONCE].data,
						    .salt_len = p[VECTOR_NONCE].len,
						    .info = p[VECTOR_AAD].data,
						    .info_len = p[VECTOR_AAD].len};
	uint8_t *out = buffer_place(&t->out, t->rng, v->out_len);
	int status = kdf->derive(t->object, kdf, &input, out, v->out_len);
	if (status == LANE_ENGINE_UNSUPPORTED)
		return say(t, OUTCOME_SKIPPED, "secret, salt and info of %zu, %zu and %zu bytes: not supported",
			   input.secret_len, input.salt_len, input.info_len);
	if (!buffer_intact(&t->out))
		return say(t, OUTCOME_FAILED, "derive writes beyond its output");
	if (v->verdict == VECTOR_INVALID)
		return status != LANE_ENGINE_OK ? OUTCOME_PASSED
						: say(t, OUTCOME_FAILED, "derive accepts what is invalid");
	if (status != LANE_ENGINE_OK)
		return v->verdict == VECTOR_VALID ? refused(t, "derive", status) : OUTCOME_PASSED;
	return equal(p[VECTOR_SECRET], out, v->out_len) ? OUTCOME_PASSED
							: differs(t, "derive", VECTOR_SECRET, out, v->out_len);
}

// ---- All ----

static const struct {
	enum item_kind item;
	enum outcome (*try)(struct vector_trial *, const struct vector *);
} kinds[] = {
	[VECTOR_AEAD] = {ITEM_AEAD, try_aead}, [VECTOR_CIPHER] = {ITEM_CIPHER, try_cipher},
	[VECTOR_MAC] = {ITEM_MAC, try_mac},    [VECTOR_SIGN] = {ITEM_PK, try_pk},
	[VECTOR_VERIFY] = {ITEM_PK, try_pk},   [VECTOR_DECRYPT] = {ITEM_PK, try_pk},
	[VECTOR_DERIVE] = {ITEM_PK, try_pk},   [VECTOR_KDF] = {ITEM_KDF, try_kdf},
	[VECTOR_OTHER] = {ITEM_N_KINDS, NULL},
};

enum item_kind vector_item_kind(enum vector_kind kind)
{
	return kinds[kind].item;
}

enum outcome vector_try(struct vector_trial *trial, const struct vector *vector)
{
	trial->text[0] = '\0';
	trial->got = NULL;
	return kinds[vector->kind].try(trial, vector);
}
