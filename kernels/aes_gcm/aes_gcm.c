// SPDX-License-Identifier: MIT
// AES-GCM's public layer: checks, choice of kernel, streaming. SP 800-38D.

#include "aes_gcm_impl.h"

#include "../ct.h"

#define MAX_AAD_LEN ((UINT64_C(1) << 61) - 1) // SP 800-38D §5.2.1.1, also of nonces
#define NAME(x) lane_aes_gcm_##x
#define FAMILY "aes-gcm"
#define MEMBER aes_gcm
#define CTX_LEN LANE_AES_GCM_CTX_LEN
#define CTX_MAGIC UINT64_C(0x6d63672d73656131)
#include "../context.inc.h"

// The values are unlikely in memory that nobody initialised.
enum phase {
	PHASE_AAD = 0x5a01,
	PHASE_ENCRYPT = 0x5a02,
	PHASE_DECRYPT = 0x5a03,
	PHASE_FRESH = 0x5a04,  // nothing computed yet: a nonce of 12 bytes, in `counter` as J0, and `aad`
	PHASE_SEALED = 0x5a05, // a first text went through a kernel's seal, as if it were all: its tag is in `hash`
	PHASE_OPENED = 0x5a06  // through its open
};

enum { MAX_KEPT_AAD = 64 };

// Most streams are one piece of associated data, as short as a record's header, and one of text. Those cost no more
// than a whole message: PHASE_FRESH, then PHASE_SEALED or PHASE_OPENED. What comes behind goes on from the tag, see
// resume().
struct stream {
	const struct context *ctx;
	uint64_t phase;
	uint64_t aad_len, len;
	uint8_t hash[16];
	uint8_t counter[16];   // of the next whole block
	uint8_t tag_mask[16];  // E(J0)
	uint8_t keystream[16]; // of the block begun
	uint8_t block[16];     // what hash has not taken in yet: the first bytes of a block of aad or ciphertext
	uint8_t carry[16];     // is added to hash when it has taken in n_carry blocks more, if that is not 0
	uint64_t n_carry;
	uint8_t aad[MAX_KEPT_AAD]; // in PHASE_FRESH
};

_Static_assert(sizeof(struct stream) <= LANE_AES_GCM_STREAM_LEN, "struct lane_aes_gcm_stream is too small");

size_t lane_aes_gcm_stream_len(void)
{
	return LANE_AES_GCM_STREAM_LEN;
}

const struct lane_aes_gcm_ops *lane_aes_gcm_resolve(const struct lane_aes_gcm_ctx *ctx, size_t len, const void **key)
{
	const struct context *c = (const struct context *)ctx;
	if (c->magic != CTX_MAGIC)
		return NULL;
	*key = c->key;
	return ops_for(c, len);
}

// --- keys

static enum lane_status check_key(const uint8_t *key, size_t key_len)
{
	(void)key;
	return key_len == 16 || key_len == 24 || key_len == 32 ? LANE_OK : LANE_ERR_KEY_LEN;
}

// --- checks

LANE_INLINE int is_tag_len(size_t len)
{
	return (len >= 12 && len <= 16) || len == 8 || len == 4;
}

LANE_INLINE int is_nonce_len(size_t len)
{
	return len >= 1 && len <= MAX_AAD_LEN;
}

// Whether a message is of the common kind, and all is well with it, told from as little as possible. When not,
// check() says what is wrong, if anything is. `tag` is an output when sealing.
LANE_INLINE int is_plain(const struct context *c, const uint8_t *out, const uint8_t *tag, size_t tag_len,
			 const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, size_t aad_len, const uint8_t *in,
			 size_t in_len, int sealing)
{
	if (!c || c->magic != CTX_MAGIC || nonce_len != LANE_AES_GCM_NONCE_LEN || tag_len != 16)
		return 0;
	if (in_len > LANE_AES_GCM_MAX_LEN || aad_len > MAX_AAD_LEN)
		return 0;
	if (!nonce || !tag || (!aad && aad_len > 0) || !in || !out)
		return 0;
	if ((out != in && in_len > 0 && may_overlap(out, in_len, in, in_len)) || may_overlap(out, in_len, tag, 16) ||
	    may_overlap(out, in_len, nonce, 12) || may_overlap(out, in_len, aad, aad_len))
		return 0;
	return !sealing || !(may_overlap(tag, 16, in, in_len) || may_overlap(tag, 16, nonce, 12) ||
			     may_overlap(tag, 16, aad, aad_len));
}

// A message, as seal and open have it.
struct message {
	const struct context *c;
	const uint8_t *out, *tag, *nonce, *aad, *in;
	size_t tag_len, nonce_len, aad_len, in_len;
};

static enum lane_status check(const struct message *m, int sealing)
{
	if (!m->c)
		return LANE_ERR_NULL;
	if (m->c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (!is_nonce_len(m->nonce_len))
		return LANE_ERR_NONCE_LEN;
	if (!is_tag_len(m->tag_len))
		return LANE_ERR_TAG_LEN;
	if (m->in_len > LANE_AES_GCM_MAX_LEN || m->aad_len > MAX_AAD_LEN)
		return LANE_ERR_LENGTH;
	if (!m->nonce || !m->tag || (!m->aad && m->aad_len > 0) || ((!m->in || !m->out) && m->in_len > 0))
		return LANE_ERR_NULL;
	if (overlaps_partly(m->out, m->in, m->in_len) || overlaps(m->out, m->in_len, m->tag, m->tag_len) ||
	    overlaps(m->out, m->in_len, m->nonce, m->nonce_len) || overlaps(m->out, m->in_len, m->aad, m->aad_len))
		return LANE_ERR_OVERLAP;
	if (sealing &&
	    (overlaps(m->tag, m->tag_len, m->in, m->in_len) || overlaps(m->tag, m->tag_len, m->nonce, m->nonce_len) ||
	     overlaps(m->tag, m->tag_len, m->aad, m->aad_len)))
		return LANE_ERR_OVERLAP;
	return LANE_OK;
}

// --- streaming, on checked arguments

// J0, SP 800-38D §7.1 step 2.
static void first_counter(const struct context *c, uint8_t j0[16], const uint8_t *nonce, size_t nonce_len)
{
	memset(j0, 0, 16);
	if (nonce_len == LANE_AES_GCM_NONCE_LEN) {
		memcpy(j0, nonce, nonce_len);
		j0[15] = 1;
		return;
	}
	uint8_t lengths[16] = {0};
	store64_be(lengths + 8, 8 * (uint64_t)nonce_len);
	c->large->ghash(c->key, j0, nonce, nonce_len);
	c->large->ghash(c->key, j0, lengths, sizeof lengths);
}

static void next_counter(uint8_t counter[16])
{
	store32_be(counter + 12, load32_be(counter + 12) + 1);
}

static void xor_block(uint8_t to[16], const uint8_t x[16])
{
	for (size_t i = 0; i < 16; i++)
		to[i] ^= x[i];
}

// A block, or the beginning of one, padded with zeroes.
static void hash_block(struct stream *s, const uint8_t *block, size_t len)
{
	const struct context *c = s->ctx;
	c->large->ghash(c->key, s->hash, block, len);
	if (s->n_carry > 0 && --s->n_carry == 0)
		xor_block(s->hash, s->carry);
}

static void hash_lengths(struct stream *s)
{
	uint8_t lengths[16];
	store64_be(lengths, 8 * s->aad_len);
	store64_be(lengths + 8, 8 * s->len);
	hash_block(s, lengths, sizeof lengths);
}

// Hashes the block begun, if any, padded with zeroes.
static void flush_block(struct stream *s, uint64_t len)
{
	if (len % 16 != 0)
		hash_block(s, s->block, len % 16);
}

static void take_aad(struct stream *s, const uint8_t *aad, size_t aad_len)
{
	const struct context *c = s->ctx;
	const size_t begun = s->aad_len % 16;
	s->aad_len += aad_len;
	if (begun > 0) {
		const size_t n = aad_len < 16 - begun ? aad_len : 16 - begun;
		memcpy(s->block + begun, aad, n);
		aad += n;
		aad_len -= n;
		if (begun + n < 16)
			return;
		c->large->ghash(c->key, s->hash, s->block, 16);
	}
	const size_t tail = aad_len % 16;
	if (aad_len > tail)
		ops_for(c, aad_len)->ghash(c->key, s->hash, aad, aad_len - tail);
	if (tail > 0)
		memcpy(s->block, aad + aad_len - tail, tail);
}

// Does what PHASE_FRESH put off.
static void leave_fresh(struct stream *s)
{
	const struct context *c = s->ctx;
	const size_t aad_len = (size_t)s->aad_len;
	s->phase = PHASE_AAD;
	s->aad_len = 0;
	c->large->encrypt_block(c->key, s->tag_mask, s->counter);
	next_counter(s->counter);
	take_aad(s, s->aad, aad_len);
}

// s is all zeroes.
static void start(struct stream *s, const struct context *c, const uint8_t *nonce, size_t nonce_len)
{
	s->ctx = c;
	s->phase = PHASE_FRESH;
	first_counter(c, s->counter, nonce, nonce_len);
	if (nonce_len != LANE_AES_GCM_NONCE_LEN)
		leave_fresh(s);
}

// Bytes [from, from + n) of the block begun: the ciphertext goes to s->block.
static void crypt_bytes(struct stream *s, uint8_t *out, const uint8_t *in, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t x = in[i], y = x ^ s->keystream[from + i];
		s->block[from + i] = s->phase == PHASE_ENCRYPT ? y : x;
		out[i] = y;
	}
}

static void begin_block(struct stream *s)
{
	const struct context *c = s->ctx;
	c->large->encrypt_block(c->key, s->keystream, s->counter);
	next_counter(s->counter);
}

static void take_text(struct stream *s, uint8_t *out, const uint8_t *in, size_t in_len)
{
	const struct context *c = s->ctx;
	size_t begun = s->len % 16;
	s->len += in_len;
	while (in_len > 0 && (begun > 0 || s->n_carry > 0)) {
		const size_t n = in_len < 16 - begun ? in_len : 16 - begun;
		if (begun == 0)
			begin_block(s);
		crypt_bytes(s, out, in, begun, n);
		out += n;
		in += n;
		in_len -= n;
		if (begun + n < 16)
			return;
		hash_block(s, s->block, 16);
		begun = 0;
	}
	const size_t tail = in_len % 16, n_blocks = in_len / 16;
	if (n_blocks > 0) {
		const struct lane_aes_gcm_ops *ops = ops_for(c, in_len);
		(s->phase == PHASE_ENCRYPT ? ops->encrypt : ops->decrypt)(c->key, s->counter, s->hash, out, in,
									  n_blocks);
	}
	if (tail > 0) {
		begin_block(s);
		crypt_bytes(s, out + 16 * n_blocks, in + 16 * n_blocks, 0, tail);
	}
}

// Goes on behind a first text that was taken for all of it. With Y the hash before the lengths L,
//     tag = (Y + L)·H + E(J0),   so   Y·H = tag + E(J0) + L·H
// is known, though Y is not. It is enough: after a further block X the hash is (Y + X)·H = Y·H + X·H, so X is hashed on
// its own and Y·H added. If the first text ended in the midst of a block, the rest of that block, D, comes before X:
// the hash before X is Y + D·H, and D, with zeroes before it, is one block more to be hashed before Y·H is added.
static void resume(struct stream *s)
{
	const struct context *c = s->ctx;
	const uint32_t n_whole = (uint32_t)(s->len / 16);
	c->large->encrypt_block(c->key, s->tag_mask, s->counter);
	memcpy(s->carry, s->hash, 16);
	xor_block(s->carry, s->tag_mask);
	memset(s->hash, 0, 16);
	hash_lengths(s);
	xor_block(s->carry, s->hash);
	memset(s->hash, 0, 16);
	memset(s->block, 0, 16);
	s->n_carry = 1;
	store32_be(s->counter + 12, 2 + n_whole);
	if (s->len % 16 > 0) {
		begin_block(s);
		s->n_carry = 2;
	}
	s->phase = s->phase == PHASE_SEALED ? PHASE_ENCRYPT : PHASE_DECRYPT;
}

static void finish(struct stream *s, uint8_t tag[16])
{
	const struct context *c = s->ctx;
	if (s->phase == PHASE_FRESH)
		ops_for(c, 0)->seal(c->key, s->hash, s->hash, s->counter, s->aad, (size_t)s->aad_len, s->hash, 0);
	if (s->phase == PHASE_AAD || s->phase == PHASE_ENCRYPT || s->phase == PHASE_DECRYPT) {
		flush_block(s, s->phase == PHASE_AAD ? s->aad_len : s->len);
		hash_lengths(s);
		xor_block(s->hash, s->tag_mask);
	}
	memcpy(tag, s->hash, 16);
	lane_wipe(s, sizeof *s);
}

// The first text ends the associated data.
static void enter(struct stream *s, enum phase phase)
{
	if (s->phase == PHASE_FRESH)
		leave_fresh(s);
	if (s->phase == PHASE_AAD)
		flush_block(s, s->aad_len);
	if (s->phase == PHASE_SEALED || s->phase == PHASE_OPENED)
		resume(s);
	s->phase = phase;
}

// --- whole messages

// Encrypts or decrypts, and makes the whole tag. A nonce that is not of 12 bytes goes as a stream, since J0 then
// needs a hash of its own anyway.
LANE_INLINE void crypt(enum phase phase, const struct message *m, uint8_t *out, uint8_t tag[16])
{
	const struct context *c = m->c;
	if (m->nonce_len == LANE_AES_GCM_NONCE_LEN) {
		const struct lane_aes_gcm_ops *ops = ops_for(c, m->in_len);
		(phase == PHASE_ENCRYPT ? ops->seal : ops->open)(c->key, out, tag, m->nonce, m->aad, m->aad_len, m->in,
								 m->in_len);
		return;
	}
	struct stream s = {0};
	start(&s, c, m->nonce, m->nonce_len);
	take_aad(&s, m->aad, m->aad_len);
	enter(&s, phase);
	take_text(&s, out, m->in, m->in_len);
	finish(&s, tag);
}

static __attribute__((noinline)) enum lane_status seal_any(const struct lane_aes_gcm_ctx *ctx, uint8_t *out,
							   uint8_t *tag, size_t tag_len, const uint8_t *nonce,
							   size_t nonce_len, const uint8_t *aad, size_t aad_len,
							   const uint8_t *in, size_t in_len)
{
	const struct message m = {
		(const struct context *)ctx, out, tag, nonce, aad, in, tag_len, nonce_len, aad_len, in_len};
	const enum lane_status status = check(&m, 1);
	if (status != LANE_OK)
		return status;
	uint8_t whole_tag[16];
	crypt(PHASE_ENCRYPT, &m, out, whole_tag);
	memcpy(tag, whole_tag, tag_len);
	wipe_stack(whole_tag, sizeof whole_tag);
	m.c->large->scrub(SIZE_MAX);
	return LANE_OK;
}

enum lane_status lane_aes_gcm_seal(const struct lane_aes_gcm_ctx *ctx, uint8_t *out, uint8_t *tag, size_t tag_len,
				   const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, size_t aad_len,
				   const uint8_t *in, size_t in_len)
{
	const struct context *c = (const struct context *)ctx;
	if (!is_plain(c, out, tag, tag_len, nonce, nonce_len, aad, aad_len, in, in_len, 1))
		return seal_any(ctx, out, tag, tag_len, nonce, nonce_len, aad, aad_len, in, in_len);
	const struct lane_aes_gcm_ops *ops = ops_for(c, in_len);
	ops->seal(c->key, out, tag, nonce, aad, aad_len, in, in_len);
	ops->scrub(longer(in_len, aad_len));
	return LANE_OK;
}

static __attribute__((noinline)) enum lane_status reject(uint8_t *out, size_t len)
{
	lane_wipe(out, len);
	return LANE_ERR_AUTH;
}

static __attribute__((noinline)) enum lane_status open_any(const struct lane_aes_gcm_ctx *ctx, uint8_t *out,
							   const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
							   size_t aad_len, const uint8_t *in, size_t in_len,
							   const uint8_t *tag, size_t tag_len)
{
	const struct message m = {
		(const struct context *)ctx, out, tag, nonce, aad, in, tag_len, nonce_len, aad_len, in_len};
	const enum lane_status status = check(&m, 0);
	if (status != LANE_OK)
		return status;
	uint8_t right[16];
	crypt(PHASE_DECRYPT, &m, out, right);
	const uint64_t differs = ct_tag_differs(right, tag, tag_len);
	wipe_stack(right, sizeof right);
	m.c->large->scrub(SIZE_MAX);
	return differs == 0 ? LANE_OK : reject(out, in_len);
}

enum lane_status lane_aes_gcm_open(const struct lane_aes_gcm_ctx *ctx, uint8_t *out, const uint8_t *nonce,
				   size_t nonce_len, const uint8_t *aad, size_t aad_len, const uint8_t *in,
				   size_t in_len, const uint8_t *tag, size_t tag_len)
{
	const struct context *c = (const struct context *)ctx;
	if (!is_plain(c, out, tag, tag_len, nonce, nonce_len, aad, aad_len, in, in_len, 0))
		return open_any(ctx, out, nonce, nonce_len, aad, aad_len, in, in_len, tag, tag_len);
	uint8_t right[16]; // what the tag should be: a secret, until it is seen to be what the caller has
	const struct lane_aes_gcm_ops *ops = ops_for(c, in_len);
	ops->open(c->key, out, right, nonce, aad, aad_len, in, in_len);
	const uint64_t differs = ct_tag_differs(right, tag, 16);
	wipe_stack(right, sizeof right);
	ops->scrub(longer(in_len, aad_len));
	if (differs == 0)
		return LANE_OK;
	ops->scrub(SIZE_MAX); // also of the right tag, which is not the forger's to know
	return reject(out, in_len);
}

#include "../batch.inc.h"

// --- the public streaming calls

enum lane_status lane_aes_gcm_begin(struct lane_aes_gcm_stream *stream, const struct lane_aes_gcm_ctx *ctx,
				    const uint8_t *nonce, size_t nonce_len)
{
	const struct context *c = (const struct context *)ctx;
	if (!stream)
		return LANE_ERR_NULL;
	if (!is_aligned(stream, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	memset(stream, 0, sizeof *stream);
	if (!c)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (!is_nonce_len(nonce_len))
		return LANE_ERR_NONCE_LEN;
	if (!nonce)
		return LANE_ERR_NULL;
	start((struct stream *)stream, c, nonce, nonce_len);
	if (nonce_len != LANE_AES_GCM_NONCE_LEN)
		c->large->scrub(nonce_len);
	return LANE_OK;
}

enum lane_status lane_aes_gcm_aad(struct lane_aes_gcm_stream *stream, const uint8_t *aad, size_t aad_len)
{
	struct stream *s = (struct stream *)stream;
	if (!s)
		return LANE_ERR_NULL;
	if (s->phase != PHASE_AAD && s->phase != PHASE_FRESH)
		return LANE_ERR_STATE;
	if (aad_len > MAX_AAD_LEN - s->aad_len)
		return LANE_ERR_LENGTH;
	if (!aad && aad_len > 0)
		return LANE_ERR_NULL;
	if (aad_len == 0)
		return LANE_OK;
	if (s->phase == PHASE_FRESH) {
		if (aad_len <= MAX_KEPT_AAD - s->aad_len) {
			memcpy(s->aad + s->aad_len, aad, aad_len);
			s->aad_len += aad_len;
			return LANE_OK;
		}
		leave_fresh(s);
	}
	take_aad(s, aad, aad_len);
	s->ctx->large->scrub(aad_len);
	return LANE_OK;
}

// Whether text of that direction may come, or the end.
static int may_follow(const struct stream *s, enum phase phase)
{
	return s->phase == PHASE_FRESH || s->phase == PHASE_AAD || s->phase == phase ||
	       s->phase == (phase == PHASE_ENCRYPT ? PHASE_SEALED : PHASE_OPENED);
}

// The first text, as if it were all.
static void take_first_text(struct stream *s, enum phase phase, uint8_t *out, const uint8_t *in, size_t in_len)
{
	const struct context *c = s->ctx;
	const struct lane_aes_gcm_ops *ops = ops_for(c, in_len);
	(phase == PHASE_ENCRYPT ? ops->seal : ops->open)(c->key, out, s->hash, s->counter, s->aad, (size_t)s->aad_len,
							 in, in_len);
	s->len = in_len;
	s->phase = phase == PHASE_ENCRYPT ? PHASE_SEALED : PHASE_OPENED;
	ops->scrub(longer(in_len, (size_t)s->aad_len));
}

static enum lane_status update(struct stream *s, enum phase phase, uint8_t *out, const uint8_t *in, size_t in_len)
{
	if (!s)
		return LANE_ERR_NULL;
	if (!may_follow(s, phase))
		return LANE_ERR_STATE;
	if (in_len > LANE_AES_GCM_MAX_LEN - s->len)
		return LANE_ERR_LENGTH;
	if ((!in || !out) && in_len > 0)
		return LANE_ERR_NULL;
	if (overlaps_partly(out, in, in_len))
		return LANE_ERR_OVERLAP;
	if (s->phase == PHASE_FRESH && in_len > 0) {
		take_first_text(s, phase, out, in, in_len);
		return LANE_OK;
	}
	enter(s, phase);
	if (in_len > 0)
		take_text(s, out, in, in_len);
	s->ctx->large->scrub(in_len);
	return LANE_OK;
}

// What both finals check.
static enum lane_status check_final(const struct stream *s, enum phase phase, const uint8_t *tag, size_t tag_len)
{
	if (!s)
		return LANE_ERR_NULL;
	if (!may_follow(s, phase))
		return LANE_ERR_STATE;
	if (!is_tag_len(tag_len))
		return LANE_ERR_TAG_LEN;
	return tag ? LANE_OK : LANE_ERR_NULL;
}

enum lane_status lane_aes_gcm_encrypt_update(struct lane_aes_gcm_stream *stream, uint8_t *out, const uint8_t *in,
					     size_t in_len)
{
	return update((struct stream *)stream, PHASE_ENCRYPT, out, in, in_len);
}

enum lane_status lane_aes_gcm_decrypt_update_unverified(struct lane_aes_gcm_stream *stream, uint8_t *out,
							const uint8_t *in, size_t in_len)
{
	return update((struct stream *)stream, PHASE_DECRYPT, out, in, in_len);
}

enum lane_status lane_aes_gcm_encrypt_final(struct lane_aes_gcm_stream *stream, uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	const enum lane_status status = check_final(s, PHASE_ENCRYPT, tag, tag_len);
	if (status != LANE_OK)
		return status;
	uint8_t whole_tag[16];
	const struct lane_aes_gcm_ops *ops = s->ctx->large;
	const int has_computed = s->phase != PHASE_SEALED;
	finish(s, whole_tag);
	memcpy(tag, whole_tag, tag_len);
	wipe_stack(whole_tag, sizeof whole_tag);
	if (has_computed)
		ops->scrub(SIZE_MAX);
	return LANE_OK;
}

enum lane_status lane_aes_gcm_decrypt_final(struct lane_aes_gcm_stream *stream, const uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	const enum lane_status status = check_final(s, PHASE_DECRYPT, tag, tag_len);
	if (status != LANE_OK)
		return status;
	uint8_t right[16];
	const struct lane_aes_gcm_ops *ops = s->ctx->large;
	const int has_computed = s->phase != PHASE_OPENED;
	finish(s, right);
	const uint64_t differs = ct_tag_differs(right, tag, tag_len);
	wipe_stack(right, sizeof right);
	if (differs == 0 && !has_computed)
		return LANE_OK;
	ops->scrub(SIZE_MAX);
	return differs == 0 ? LANE_OK : LANE_ERR_AUTH;
}

void lane_aes_gcm_stream_wipe(struct lane_aes_gcm_stream *stream)
{
	if (stream)
		lane_wipe(stream, sizeof *stream);
}
