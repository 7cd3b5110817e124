// SPDX-License-Identifier: MIT
// AEGIS's public layer: checks, choice of algorithm and kernel, streaming. RFC 10032.

#include "aegis_impl.h"

#include "../ct.h"

#include <stdlib.h>

#define NAME(x) lane_aegis_##x
#define CTX_MAGIC UINT64_C(0x6d63732d61656731)

enum { MAX_TAG_LEN = LANE_AEGIS_LONG_TAG_LEN };

struct context {
	uint64_t magic; // CTX_MAGIC once initialised
	const struct aegis_functions *small, *large;
	size_t swap_len;             // messages from here on go to `large`
	uint32_t key_len, block_len; // the nonce is as long as the key
	uint8_t key[LANE_AEGIS_256_KEY_LEN];
};

// The values are unlikely in memory that nobody initialised.
enum phase { PHASE_AAD = 0x6a01, PHASE_ENCRYPT = 0x6a02, PHASE_DECRYPT = 0x6a03 };

struct stream {
	struct aegis_state state;
	uint8_t keystream[AEGIS_MAX_BLOCK_LEN]; // of the block begun
	uint8_t block[AEGIS_MAX_BLOCK_LEN];     // the first bytes of a block of aad or plaintext, then zeroes
	uint64_t phase;
	uint64_t aad_len, len;
	const struct aegis_functions *functions;
	size_t block_len;
};

_Static_assert(sizeof(struct context) <= LANE_AEGIS_CTX_LEN, "struct lane_aegis_ctx is too small");
_Static_assert(sizeof(struct stream) <= LANE_AEGIS_STREAM_LEN, "struct lane_aegis_stream is too small");

size_t lane_aegis_ctx_len(void)
{
	return LANE_AEGIS_CTX_LEN;
}

size_t lane_aegis_stream_len(void)
{
	return LANE_AEGIS_STREAM_LEN;
}

LANE_INLINE const struct aegis_functions *functions_for(const struct context *c, size_t len)
{
	return len < c->swap_len ? c->small : c->large;
}

// --- keys

static enum lane_status init(struct context *c, enum lane_aegis_variant variant, const struct lane_kernel *kernel,
			     const uint8_t *key, size_t key_len)
{
	static const uint8_t block_lens[AEGIS_VARIANTS] = {32, 64, 128, 16, 32, 64};
	struct lane_choice choice;
	if (!key)
		return LANE_ERR_NULL;
	if ((unsigned)variant >= AEGIS_VARIANTS || key_len != (variant < LANE_AEGIS_256 ? 16 : 32))
		return LANE_ERR_KEY_LEN;
	const enum lane_status status = lane_kernel_choose("aegis", kernel, &choice);
	if (status != LANE_OK)
		return status;
	c->small = &choice.small->ops.aegis->variants[variant];
	c->large = &choice.large->ops.aegis->variants[variant];
	c->swap_len = choice.swap_len;
	c->key_len = (uint32_t)key_len;
	c->block_len = block_lens[variant];
	for (size_t i = 0; i < sizeof c->key; i += 16) { // AEGIS-128's is there twice
		memcpy(c->key + i, key + i % key_len, 16);
		__asm__ volatile(""); // else it becomes one memcpy, which leaves the key in registers unknown here
	}
	c->large->scrub();
	c->magic = CTX_MAGIC;
	return LANE_OK;
}

enum lane_status lane_aegis_init_with(struct lane_aegis_ctx *ctx, enum lane_aegis_variant variant,
				      const struct lane_kernel *kernel, const uint8_t *key, size_t key_len)
{
	if (!ctx)
		return LANE_ERR_NULL;
	if (!is_aligned(ctx, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	const enum lane_status status = init((struct context *)ctx, variant, kernel, key, key_len);
	if (status != LANE_OK)
		lane_aegis_wipe(ctx);
	return status;
}

enum lane_status lane_aegis_init(struct lane_aegis_ctx *ctx, enum lane_aegis_variant variant, const uint8_t *key,
				 size_t key_len)
{
	return lane_aegis_init_with(ctx, variant, NULL, key, key_len);
}

void lane_aegis_wipe(struct lane_aegis_ctx *ctx)
{
	if (ctx)
		lane_wipe(ctx, sizeof *ctx);
}

struct lane_aegis_ctx *lane_aegis_new(enum lane_aegis_variant variant, const uint8_t *key, size_t key_len)
{
	struct lane_aegis_ctx *ctx = aligned_alloc(LANE_CTX_ALIGN, sizeof *ctx);
	if (ctx && lane_aegis_init(ctx, variant, key, key_len) != LANE_OK) {
		free(ctx);
		return NULL;
	}
	return ctx;
}

struct lane_aegis_ctx *lane_aegis_copy(const struct lane_aegis_ctx *ctx)
{
	if (!ctx || ((const struct context *)ctx)->magic != CTX_MAGIC)
		return NULL;
	struct lane_aegis_ctx *copy = aligned_alloc(LANE_CTX_ALIGN, sizeof *copy);
	if (copy)
		memcpy(copy, ctx, sizeof *copy);
	return copy;
}

void lane_aegis_free(struct lane_aegis_ctx *ctx)
{
	lane_aegis_wipe(ctx);
	free(ctx);
}

// --- whole messages

LANE_INLINE int is_tag_len(size_t len)
{
	return len == LANE_AEGIS_TAG_LEN || len == LANE_AEGIS_LONG_TAG_LEN;
}

// What seal and open have in common. `tag` is an output of seal and an input of open.
LANE_INLINE enum lane_status check(const struct context *c, const uint8_t *out, const uint8_t *nonce, size_t nonce_len,
				   const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t in_len,
				   const uint8_t *tag, size_t tag_len)
{
	if (!c || !nonce || !tag || (aad_len > 0 && !aad) || (in_len > 0 && (!out || !in)))
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (nonce_len != c->key_len)
		return LANE_ERR_NONCE_LEN;
	if (!is_tag_len(tag_len))
		return LANE_ERR_TAG_LEN;
	if (in_len > LANE_AEGIS_MAX_LEN || aad_len > LANE_AEGIS_MAX_LEN)
		return LANE_ERR_LENGTH;
	if (overlaps_partly(out, in, in_len) || overlaps(out, in_len, tag, tag_len) ||
	    overlaps(out, in_len, nonce, nonce_len) || overlaps(out, in_len, aad, aad_len))
		return LANE_ERR_OVERLAP;
	return LANE_OK;
}

enum lane_status lane_aegis_seal(const struct lane_aegis_ctx *ctx, uint8_t *out, uint8_t *tag, size_t tag_len,
				 const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, size_t aad_len,
				 const uint8_t *in, size_t in_len)
{
	const struct context *c = (const struct context *)ctx;
	const enum lane_status status = check(c, out, nonce, nonce_len, aad, aad_len, in, in_len, tag, tag_len);
	if (status != LANE_OK)
		return status;
	if (overlaps(tag, tag_len, in, in_len) || overlaps(tag, tag_len, nonce, nonce_len) ||
	    overlaps(tag, tag_len, aad, aad_len))
		return LANE_ERR_OVERLAP;
	const struct aegis_functions *f = functions_for(c, in_len);
	f->seal(c->key, out, tag, tag_len, nonce, aad, aad_len, in, in_len);
	f->scrub();
	return LANE_OK;
}

// Halves, since that is what ct_tag_differs takes.
LANE_INLINE uint64_t tags_differ(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint64_t differs = ct_tag_differs(a, b, 16);
	if (len == LANE_AEGIS_LONG_TAG_LEN)
		differs |= ct_tag_differs(a + 16, b + 16, 16);
	return differs;
}

enum lane_status lane_aegis_open(const struct lane_aegis_ctx *ctx, uint8_t *out, const uint8_t *nonce, size_t nonce_len,
				 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t in_len,
				 const uint8_t *tag, size_t tag_len)
{
	const struct context *c = (const struct context *)ctx;
	const enum lane_status status = check(c, out, nonce, nonce_len, aad, aad_len, in, in_len, tag, tag_len);
	if (status != LANE_OK)
		return status;
	uint8_t right[MAX_TAG_LEN]; // what the tag should be: a secret, until it is seen to be what the caller has
	const struct aegis_functions *f = functions_for(c, in_len);
	f->open(c->key, out, right, tag_len, nonce, aad, aad_len, in, in_len);
	const uint64_t differs = tags_differ(right, tag, tag_len);
	wipe_stack(right, sizeof right);
	f->scrub();
	if (differs == 0)
		return LANE_OK;
	if (in_len > 0)
		lane_wipe(out, in_len);
	return LANE_ERR_AUTH;
}

#include "../batch.inc.h"

// --- streaming, on checked arguments

// The block begun is whole, or the last: its bytes behind the end are zeroes.
static void absorb_begun(struct stream *s)
{
	s->functions->absorb(&s->state, s->block, 1);
	memset(s->block, 0, sizeof s->block);
}

// How many of len bytes still belong to a block of which `begun` are there.
LANE_INLINE size_t to_whole(const struct stream *s, size_t begun, size_t len)
{
	const size_t left = begun > 0 ? s->block_len - begun : 0;
	return len < left ? len : left;
}

static void take_aad(struct stream *s, const uint8_t *aad, size_t aad_len)
{
	const size_t begun = s->aad_len % s->block_len, n = to_whole(s, begun, aad_len);
	s->aad_len += aad_len;
	if (n > 0) {
		memcpy(s->block + begun, aad, n);
		if (begun + n < s->block_len)
			return;
		absorb_begun(s);
	}
	aad += n;
	aad_len -= n;
	const size_t tail = aad_len % s->block_len;
	if (aad_len > tail)
		s->functions->absorb(&s->state, aad, aad_len / s->block_len);
	if (tail > 0)
		memcpy(s->block, aad + aad_len - tail, tail);
}

// Bytes [from, from + n) of the block begun: the plaintext goes to s->block.
static void crypt_bytes(struct stream *s, uint8_t *out, const uint8_t *in, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t x = in[i], y = x ^ s->keystream[from + i];
		s->block[from + i] = s->phase == PHASE_ENCRYPT ? x : y;
		out[i] = y;
	}
}

static void take_text(struct stream *s, uint8_t *out, const uint8_t *in, size_t in_len)
{
	const struct aegis_functions *f = s->functions;
	const size_t begun = s->len % s->block_len, n = to_whole(s, begun, in_len);
	s->len += in_len;
	if (n > 0) {
		crypt_bytes(s, out, in, begun, n);
		if (begun + n < s->block_len)
			return;
		absorb_begun(s);
	}
	out += n;
	in += n;
	in_len -= n;
	const size_t tail = in_len % s->block_len, whole = in_len - tail;
	if (whole > 0)
		(s->phase == PHASE_ENCRYPT ? f->encrypt : f->decrypt)(&s->state, out, in, whole / s->block_len);
	if (tail > 0) {
		f->keystream(&s->state, s->keystream);
		crypt_bytes(s, out + whole, in + whole, 0, tail);
	}
}

// The first text ends the associated data.
static void enter(struct stream *s, enum phase phase)
{
	if (s->phase == PHASE_AAD && s->aad_len % s->block_len > 0)
		absorb_begun(s);
	s->phase = phase;
}

static void finish(struct stream *s, uint8_t *tag, size_t tag_len)
{
	if ((s->phase == PHASE_AAD ? s->aad_len : s->len) % s->block_len > 0)
		absorb_begun(s);
	s->functions->finish(&s->state, tag, tag_len, s->aad_len, s->len);
	lane_wipe(s, sizeof *s);
}

// --- the public streaming calls

enum lane_status lane_aegis_begin(struct lane_aegis_stream *stream, const struct lane_aegis_ctx *ctx,
				  const uint8_t *nonce, size_t nonce_len)
{
	const struct context *c = (const struct context *)ctx;
	if (!stream)
		return LANE_ERR_NULL;
	if (!is_aligned(stream, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	lane_aegis_stream_wipe(stream);
	if (!c || !nonce)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (nonce_len != c->key_len)
		return LANE_ERR_NONCE_LEN;
	struct stream *s = (struct stream *)stream;
	s->phase = PHASE_AAD;
	s->functions = c->large;
	s->block_len = c->block_len;
	s->functions->start(&s->state, c->key, nonce);
	s->functions->scrub();
	return LANE_OK;
}

enum lane_status lane_aegis_aad(struct lane_aegis_stream *stream, const uint8_t *aad, size_t aad_len)
{
	struct stream *s = (struct stream *)stream;
	if (!s || (!aad && aad_len > 0))
		return LANE_ERR_NULL;
	if (s->phase != PHASE_AAD)
		return LANE_ERR_STATE;
	if (aad_len > LANE_AEGIS_MAX_LEN - s->aad_len)
		return LANE_ERR_LENGTH;
	if (aad_len > 0)
		take_aad(s, aad, aad_len);
	s->functions->scrub();
	return LANE_OK;
}

static enum lane_status update(struct stream *s, enum phase phase, uint8_t *out, const uint8_t *in, size_t in_len)
{
	if (!s || ((!in || !out) && in_len > 0))
		return LANE_ERR_NULL;
	if (s->phase != PHASE_AAD && s->phase != phase)
		return LANE_ERR_STATE;
	if (in_len > LANE_AEGIS_MAX_LEN - s->len)
		return LANE_ERR_LENGTH;
	if (overlaps_partly(out, in, in_len))
		return LANE_ERR_OVERLAP;
	enter(s, phase);
	if (in_len > 0)
		take_text(s, out, in, in_len);
	s->functions->scrub();
	return LANE_OK;
}

// What both finals check.
static enum lane_status check_final(const struct stream *s, enum phase phase, const uint8_t *tag, size_t tag_len)
{
	if (!s || !tag)
		return LANE_ERR_NULL;
	if (s->phase != PHASE_AAD && s->phase != phase)
		return LANE_ERR_STATE;
	return is_tag_len(tag_len) ? LANE_OK : LANE_ERR_TAG_LEN;
}

enum lane_status lane_aegis_encrypt_update(struct lane_aegis_stream *stream, uint8_t *out, const uint8_t *in,
					   size_t in_len)
{
	return update((struct stream *)stream, PHASE_ENCRYPT, out, in, in_len);
}

enum lane_status lane_aegis_decrypt_update_unverified(struct lane_aegis_stream *stream, uint8_t *out, const uint8_t *in,
						      size_t in_len)
{
	return update((struct stream *)stream, PHASE_DECRYPT, out, in, in_len);
}

enum lane_status lane_aegis_encrypt_final(struct lane_aegis_stream *stream, uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	const enum lane_status status = check_final(s, PHASE_ENCRYPT, tag, tag_len);
	if (status != LANE_OK)
		return status;
	const struct aegis_functions *f = s->functions;
	finish(s, tag, tag_len);
	f->scrub();
	return LANE_OK;
}

enum lane_status lane_aegis_decrypt_final(struct lane_aegis_stream *stream, const uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	const enum lane_status status = check_final(s, PHASE_DECRYPT, tag, tag_len);
	if (status != LANE_OK)
		return status;
	uint8_t right[MAX_TAG_LEN];
	const struct aegis_functions *f = s->functions;
	finish(s, right, tag_len);
	const uint64_t differs = tags_differ(right, tag, tag_len);
	wipe_stack(right, sizeof right);
	f->scrub();
	return differs == 0 ? LANE_OK : LANE_ERR_AUTH;
}

void lane_aegis_stream_wipe(struct lane_aegis_stream *stream)
{
	if (stream)
		lane_wipe(stream, sizeof *stream);
}
