/* SPDX-License-Identifier: MIT */
/*
 * The public layer of the AEADs made of ChaCha20 and Poly1305: every check, the choice of the kernel, the tag's
 * comparison, batches, streams. The file that includes it defines
 *
 *   NAME(x)     the name lane_<algorithm>_x
 *   NONCE_LEN   what callers have to give
 *   CTX_MAGIC   what marks an initialised context
 *   struct message_key, message_key_begin, message_key_end
 *               the members `key` and `nonce`: those of RFC 8439 that one message has
 */

#include <stdlib.h>

#include "chacha20_poly1305/chacha20_poly1305_ops.h"
#include "ct.h"
#include "kernel_impl.h"
#include "util.h"

enum {
	key_len_only = LANE_CHACHA20_POLY1305_KEY_LEN,
	nonce_len_only = NONCE_LEN,
	tag_len_only = LANE_CHACHA20_POLY1305_TAG_LEN
};

struct ctx {
	uint64_t magic; // CTX_MAGIC once initialised
	const struct lane_chacha20_poly1305_ops *small, *large;
	size_t swap_len;
	uint8_t key[LANE_CHACHA20_POLY1305_KEY_LEN];
};
_Static_assert(sizeof(struct ctx) <= sizeof(struct NAME(ctx)), "the context is too small");

enum phase { phase_none, phase_aad, phase_encrypt, phase_decrypt };

struct stream {
	enum phase phase; // phase_none: not begun, or finished
	const struct ctx *ctx;
	struct poly1305 poly;
	uint64_t aad_len, len; // so far
	size_t n_pending;      // bytes waiting in `pending` for Poly1305
	uint8_t key[LANE_CHACHA20_POLY1305_KEY_LEN];
	uint8_t nonce[LANE_CHACHA20_POLY1305_NONCE_LEN];
	uint8_t pending[POLY1305_BLOCK_LEN];
	uint8_t block[CHACHA20_BLOCK_LEN]; // key stream of the block that `len` is in
};
_Static_assert(sizeof(struct stream) <= sizeof(struct NAME(stream)), "the stream is too small");

static const struct lane_chacha20_poly1305_ops *ops_for(const struct ctx *c, size_t len)
{
	return len < c->swap_len ? c->small : c->large;
}

size_t NAME(ctx_len)(void)
{
	return sizeof(struct NAME(ctx));
}

size_t NAME(stream_len)(void)
{
	return sizeof(struct NAME(stream));
}

enum lane_status NAME(init_with)(struct NAME(ctx) * ctx, const struct lane_kernel *kernel, const uint8_t *key,
				 size_t key_len)
{
	if (!ctx)
		return LANE_ERR_NULL;
	if (!is_aligned(ctx, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	memset(ctx, 0, sizeof *ctx);
	if (!key)
		return LANE_ERR_NULL;
	if (key_len != key_len_only)
		return LANE_ERR_KEY_LEN;
	struct lane_choice choice;
	const enum lane_status status = lane_kernel_choose("chacha20-poly1305", kernel, &choice);
	if (status != LANE_OK)
		return status;
	struct ctx *c = (struct ctx *)ctx;
	c->small = choice.small->ops.chacha20_poly1305;
	c->large = choice.large->ops.chacha20_poly1305;
	c->swap_len = choice.swap_len;
	memcpy(c->key, key, sizeof c->key);
	c->magic = CTX_MAGIC;
	c->large->scrub(0); // memcpy's registers
	return LANE_OK;
}

enum lane_status NAME(init)(struct NAME(ctx) * ctx, const uint8_t *key, size_t key_len)
{
	return NAME(init_with)(ctx, NULL, key, key_len);
}

void NAME(wipe)(struct NAME(ctx) * ctx)
{
	if (ctx)
		lane_wipe(ctx, sizeof *ctx);
}

struct NAME(ctx) * NAME(new)(const uint8_t *key, size_t key_len)
{
	struct NAME(ctx) *ctx = aligned_alloc(LANE_CTX_ALIGN, sizeof *ctx);
	if (ctx && NAME(init)(ctx, key, key_len) != LANE_OK) {
		free(ctx);
		ctx = NULL;
	}
	return ctx;
}

struct NAME(ctx) * NAME(copy)(const struct NAME(ctx) * ctx)
{
	if (!ctx || ((const struct ctx *)ctx)->magic != CTX_MAGIC)
		return NULL;
	struct NAME(ctx) *copy = aligned_alloc(LANE_CTX_ALIGN, sizeof *copy);
	if (copy)
		memcpy(copy, ctx, sizeof *copy);
	return copy;
}

void NAME(free)(struct NAME(ctx) * ctx)
{
	NAME(wipe)(ctx);
	free(ctx);
}

// What seal and open have in common. `tag` is an output of seal and an input of open.
LANE_INLINE enum lane_status check(const struct ctx *c, const uint8_t *out, const uint8_t *nonce, size_t nonce_len,
				   const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t in_len,
				   const uint8_t *tag, size_t tag_len)
{
	if (!c || !nonce || !tag || (aad_len > 0 && !aad) || (in_len > 0 && (!out || !in)))
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (nonce_len != nonce_len_only)
		return LANE_ERR_NONCE_LEN;
	if (tag_len != tag_len_only)
		return LANE_ERR_TAG_LEN;
	if (in_len > LANE_CHACHA20_POLY1305_MAX_LEN)
		return LANE_ERR_LENGTH;
	if (overlaps_partly(out, in, in_len) || overlaps(out, in_len, tag, tag_len_only) ||
	    overlaps(out, in_len, nonce, nonce_len_only) || overlaps(out, in_len, aad, aad_len))
		return LANE_ERR_OVERLAP;
	return LANE_OK;
}

enum lane_status NAME(seal)(const struct NAME(ctx) * ctx, uint8_t *out, uint8_t *tag, size_t tag_len,
			    const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, size_t aad_len,
			    const uint8_t *in, size_t in_len)
{
	const struct ctx *c = (const struct ctx *)ctx;
	const enum lane_status status = check(c, out, nonce, nonce_len, aad, aad_len, in, in_len, tag, tag_len);
	if (status != LANE_OK)
		return status;
	if (overlaps(tag, tag_len_only, in, in_len) || overlaps(tag, tag_len_only, nonce, nonce_len_only) ||
	    overlaps(tag, tag_len_only, aad, aad_len))
		return LANE_ERR_OVERLAP;
	const struct lane_chacha20_poly1305_ops *ops = ops_for(c, in_len);
	struct message_key k;
	message_key_begin(&k, ops, c->key, nonce);
	ops->seal(k.key, k.nonce, out, tag, aad, aad_len, in, in_len);
	message_key_end(&k);
	ops->scrub(longer(in_len, aad_len));
	return LANE_OK;
}

enum lane_status NAME(open)(const struct NAME(ctx) * ctx, uint8_t *out, const uint8_t *nonce, size_t nonce_len,
			    const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t in_len, const uint8_t *tag,
			    size_t tag_len)
{
	const struct ctx *c = (const struct ctx *)ctx;
	const enum lane_status status = check(c, out, nonce, nonce_len, aad, aad_len, in, in_len, tag, tag_len);
	if (status != LANE_OK)
		return status;
	uint8_t expected[LANE_CHACHA20_POLY1305_TAG_LEN];
	const struct lane_chacha20_poly1305_ops *ops = ops_for(c, in_len);
	struct message_key k;
	message_key_begin(&k, ops, c->key, nonce);
	ops->open(k.key, k.nonce, out, expected, aad, aad_len, in, in_len);
	message_key_end(&k);
	const int forged = ct_tag_differs(expected, tag, tag_len_only) != 0;
	wipe_stack(expected, sizeof expected); // a forger would love to know it
	ops->scrub(longer(in_len, aad_len));
	if (!forged)
		return LANE_OK;
	if (in_len > 0)
		lane_wipe(out, in_len);
	return LANE_ERR_AUTH;
}

#include "batch.inc.h"

enum lane_status NAME(begin)(struct NAME(stream) * stream, const struct NAME(ctx) * ctx, const uint8_t *nonce,
			     size_t nonce_len)
{
	if (!stream)
		return LANE_ERR_NULL;
	if (!is_aligned(stream, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	memset(stream, 0, sizeof *stream);
	const struct ctx *c = (const struct ctx *)ctx;
	if (!c || !nonce)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (nonce_len != nonce_len_only)
		return LANE_ERR_NONCE_LEN;
	struct stream *s = (struct stream *)stream;
	s->phase = phase_aad;
	s->ctx = c;
	struct message_key k;
	message_key_begin(&k, c->small, c->key, nonce);
	memcpy(s->key, k.key, sizeof s->key);
	memcpy(s->nonce, k.nonce, sizeof s->nonce);
	message_key_end(&k);
	uint8_t poly_key[32] = {0};
	c->small->cipher.crypt(s->key, s->nonce, 0, poly_key, poly_key, sizeof poly_key);
	poly1305_init(&s->poly, poly_key);
	wipe_stack(poly_key, sizeof poly_key);
	c->large->scrub(0);
	return LANE_OK;
}

// Any number of bytes into Poly1305.
static void authenticate(struct stream *s, const uint8_t *in, size_t len)
{
	for (; len > 0 && s->n_pending > 0; len--) {
		s->pending[s->n_pending++] = *in++;
		if (s->n_pending == sizeof s->pending) {
			poly1305_blocks(&s->poly, s->pending, 1);
			s->n_pending = 0;
		}
	}
	const size_t n_blocks = len / POLY1305_BLOCK_LEN;
	if (n_blocks > 0)
		ops_for(s->ctx, len)->poly1305(&s->poly, in, n_blocks);
	for (size_t i = n_blocks * POLY1305_BLOCK_LEN; i < len; i++)
		s->pending[s->n_pending++] = in[i];
}

// Between associated data and message, and after the message.
static void pad(struct stream *s)
{
	if (s->n_pending > 0)
		poly1305_padded(&s->poly, s->pending, s->n_pending);
	s->n_pending = 0;
}

enum lane_status NAME(aad)(struct NAME(stream) * stream, const uint8_t *aad, size_t aad_len)
{
	struct stream *s = (struct stream *)stream;
	if (!s || (aad_len > 0 && !aad))
		return LANE_ERR_NULL;
	if (s->phase != phase_aad)
		return LANE_ERR_STATE;
	if (aad_len > UINT64_MAX - s->aad_len)
		return LANE_ERR_LENGTH;
	s->aad_len += aad_len;
	authenticate(s, aad, aad_len);
	s->ctx->large->scrub(aad_len);
	return LANE_OK;
}

// Goes on with the key stream at byte s->len of the message.
static void crypt(struct stream *s, uint8_t *out, const uint8_t *in, size_t len)
{
	size_t used = s->len % CHACHA20_BLOCK_LEN; // of s->block; 0: a new block is due
	s->len += len;
	for (; len > 0 && used % CHACHA20_BLOCK_LEN > 0; len--)
		*out++ = *in++ ^ s->block[used++];
	const size_t whole = len - len % CHACHA20_BLOCK_LEN, tail = len - whole;
	const uint32_t counter = (uint32_t)(1 + (s->len - len) / CHACHA20_BLOCK_LEN);
	const struct lane_chacha20_ops *cipher = &ops_for(s->ctx, len)->cipher;
	if (whole > 0)
		cipher->crypt(s->key, s->nonce, counter, out, in, whole);
	if (tail > 0) {
		memset(s->block, 0, sizeof s->block);
		cipher->crypt(s->key, s->nonce, counter + (uint32_t)(whole / CHACHA20_BLOCK_LEN), s->block, s->block,
			      sizeof s->block);
		for (size_t i = 0; i < tail; i++)
			out[whole + i] = in[whole + i] ^ s->block[i];
	}
}

static enum lane_status update(struct stream *s, enum phase direction, uint8_t *out, const uint8_t *in, size_t len)
{
	if (!s || (len > 0 && (!out || !in)))
		return LANE_ERR_NULL;
	if (s->phase != phase_aad && s->phase != direction)
		return LANE_ERR_STATE;
	if (len > LANE_CHACHA20_POLY1305_MAX_LEN - s->len)
		return LANE_ERR_LENGTH;
	if (overlaps_partly(out, in, len))
		return LANE_ERR_OVERLAP;
	if (s->phase == phase_aad) {
		pad(s);
		s->phase = direction;
	}
	const struct lane_chacha20_poly1305_ops *ops = ops_for(s->ctx, len);
	const size_t in_len = len;
	// In pieces that stay in the first-level cache between the two passes.
	const size_t piece = 8192;
	for (size_t n; len > 0; out += n, in += n, len -= n) {
		n = len < piece ? len : piece;
		if (direction == phase_decrypt)
			authenticate(s, in, n);
		crypt(s, out, in, n);
		if (direction == phase_encrypt)
			authenticate(s, out, n);
	}
	ops->scrub(in_len);
	return LANE_OK;
}

static void finish(struct stream *s, uint8_t tag[LANE_CHACHA20_POLY1305_TAG_LEN])
{
	pad(s);
	poly1305_block(&s->poly, s->aad_len, s->len, 1);
	poly1305_tag(&s->poly, tag);
	lane_wipe(s, sizeof *s);
}

enum lane_status NAME(encrypt_update)(struct NAME(stream) * stream, uint8_t *out, const uint8_t *in, size_t in_len)
{
	return update((struct stream *)stream, phase_encrypt, out, in, in_len);
}

enum lane_status NAME(encrypt_final)(struct NAME(stream) * stream, uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	if (!s || !tag)
		return LANE_ERR_NULL;
	if (s->phase != phase_aad && s->phase != phase_encrypt)
		return LANE_ERR_STATE;
	if (tag_len != tag_len_only)
		return LANE_ERR_TAG_LEN;
	const struct lane_chacha20_poly1305_ops *ops = s->ctx->large;
	finish(s, tag);
	ops->scrub(0);
	return LANE_OK;
}

enum lane_status NAME(decrypt_update_unverified)(struct NAME(stream) * stream, uint8_t *out, const uint8_t *in,
						 size_t in_len)
{
	return update((struct stream *)stream, phase_decrypt, out, in, in_len);
}

enum lane_status NAME(decrypt_final)(struct NAME(stream) * stream, const uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	if (!s || !tag)
		return LANE_ERR_NULL;
	if (s->phase != phase_aad && s->phase != phase_decrypt)
		return LANE_ERR_STATE;
	if (tag_len != tag_len_only)
		return LANE_ERR_TAG_LEN;
	uint8_t expected[LANE_CHACHA20_POLY1305_TAG_LEN];
	const struct lane_chacha20_poly1305_ops *ops = s->ctx->large;
	finish(s, expected);
	const int forged = ct_tag_differs(expected, tag, tag_len_only) != 0;
	wipe_stack(expected, sizeof expected);
	ops->scrub(0);
	return forged ? LANE_ERR_AUTH : LANE_OK;
}

void NAME(stream_wipe)(struct NAME(stream) * stream)
{
	if (stream)
		lane_wipe(stream, sizeof *stream);
}
