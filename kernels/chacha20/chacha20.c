// SPDX-License-Identifier: MIT
// ChaCha20, the public layer: every check, the choice of the kernel, the stream.

#include <stdlib.h>

#include <lanecrypt/chacha20.h>

#include "chacha20/chacha20_ops.h"
#include "kernel_impl.h"
#include "util.h"

#define CTX_MAGIC UINT64_C(0x6d63732d63686332)

struct ctx {
	uint64_t magic; // CTX_MAGIC once initialised
	const struct lane_chacha20_ops *small, *large;
	size_t swap_len;
	uint8_t key[LANE_CHACHA20_KEY_LEN];
};
_Static_assert(sizeof(struct ctx) <= sizeof(struct lane_chacha20_ctx), "the context is too small");

struct stream {
	const struct ctx *ctx; // NULL: not begun
	uint64_t next_block;   // up to 2^32: none left
	size_t n_left;         // bytes left over of the last block: its end
	uint8_t nonce[LANE_CHACHA20_NONCE_LEN];
	uint8_t block[CHACHA20_BLOCK_LEN];
};
_Static_assert(sizeof(struct stream) <= sizeof(struct lane_chacha20_stream), "the stream is too small");

static const uint64_t n_blocks_max = UINT64_C(1) << 32;

static uint64_t blocks_of(size_t len)
{
	return len / CHACHA20_BLOCK_LEN + (len % CHACHA20_BLOCK_LEN != 0);
}

static const struct lane_chacha20_ops *ops_for(const struct ctx *c, size_t len)
{
	return len < c->swap_len ? c->small : c->large;
}

static void crypt(const struct ctx *c, uint8_t *out, const uint8_t *nonce, uint32_t counter, const uint8_t *in,
		  size_t len)
{
	ops_for(c, len)->crypt(c->key, nonce, counter, out, in, len);
}

size_t lane_chacha20_ctx_len(void)
{
	return sizeof(struct lane_chacha20_ctx);
}

size_t lane_chacha20_stream_len(void)
{
	return sizeof(struct lane_chacha20_stream);
}

enum lane_status lane_chacha20_init_with(struct lane_chacha20_ctx *ctx, const struct lane_kernel *kernel,
					 const uint8_t *key, size_t key_len)
{
	if (!ctx)
		return LANE_ERR_NULL;
	if (!is_aligned(ctx, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	memset(ctx, 0, sizeof *ctx);
	if (!key)
		return LANE_ERR_NULL;
	if (key_len != LANE_CHACHA20_KEY_LEN)
		return LANE_ERR_KEY_LEN;
	struct lane_choice choice;
	const enum lane_status status = lane_kernel_choose("chacha20", kernel, &choice);
	if (status != LANE_OK)
		return status;
	struct ctx *c = (struct ctx *)ctx;
	c->small = choice.small->ops.chacha20;
	c->large = choice.large->ops.chacha20;
	c->swap_len = choice.swap_len;
	memcpy(c->key, key, sizeof c->key);
	c->magic = CTX_MAGIC;
	c->large->scrub(0); // memcpy's registers
	return LANE_OK;
}

enum lane_status lane_chacha20_init(struct lane_chacha20_ctx *ctx, const uint8_t *key, size_t key_len)
{
	return lane_chacha20_init_with(ctx, NULL, key, key_len);
}

void lane_chacha20_wipe(struct lane_chacha20_ctx *ctx)
{
	if (ctx)
		lane_wipe(ctx, sizeof *ctx);
}

struct lane_chacha20_ctx *lane_chacha20_new(const uint8_t *key, size_t key_len)
{
	struct lane_chacha20_ctx *ctx = aligned_alloc(LANE_CTX_ALIGN, sizeof *ctx);
	if (ctx && lane_chacha20_init(ctx, key, key_len) != LANE_OK) {
		free(ctx);
		ctx = NULL;
	}
	return ctx;
}

struct lane_chacha20_ctx *lane_chacha20_copy(const struct lane_chacha20_ctx *ctx)
{
	if (!ctx || ((const struct ctx *)ctx)->magic != CTX_MAGIC)
		return NULL;
	struct lane_chacha20_ctx *copy = aligned_alloc(LANE_CTX_ALIGN, sizeof *copy);
	if (copy)
		memcpy(copy, ctx, sizeof *copy);
	return copy;
}

void lane_chacha20_free(struct lane_chacha20_ctx *ctx)
{
	lane_chacha20_wipe(ctx);
	free(ctx);
}

enum lane_status lane_chacha20_crypt(const struct lane_chacha20_ctx *ctx, uint8_t *out, const uint8_t nonce[12],
				     uint32_t counter, const uint8_t *in, size_t len)
{
	const struct ctx *c = (const struct ctx *)ctx;
	if (!c || !nonce || (len > 0 && (!out || !in)))
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (blocks_of(len) > n_blocks_max - counter)
		return LANE_ERR_LENGTH;
	if (overlaps_partly(out, in, len) || overlaps(out, len, nonce, LANE_CHACHA20_NONCE_LEN))
		return LANE_ERR_OVERLAP;
	if (len > 0)
		crypt(c, out, nonce, counter, in, len);
	ops_for(c, len)->scrub(len);
	return LANE_OK;
}

enum lane_status lane_chacha20_begin(struct lane_chacha20_stream *stream, const struct lane_chacha20_ctx *ctx,
				     const uint8_t nonce[12], uint32_t counter)
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
	struct stream *s = (struct stream *)stream;
	s->ctx = c;
	s->next_block = counter;
	memcpy(s->nonce, nonce, sizeof s->nonce);
	return LANE_OK;
}

enum lane_status lane_chacha20_update(struct lane_chacha20_stream *stream, uint8_t *out, const uint8_t *in, size_t len)
{
	struct stream *s = (struct stream *)stream;
	if (!s || (len > 0 && (!out || !in)))
		return LANE_ERR_NULL;
	if (!s->ctx)
		return LANE_ERR_STATE;
	if (len > s->n_left && blocks_of(len - s->n_left) > n_blocks_max - s->next_block)
		return LANE_ERR_LENGTH;
	if (overlaps_partly(out, in, len))
		return LANE_ERR_OVERLAP;

	for (; len > 0 && s->n_left > 0; len--, s->n_left--)
		*out++ = *in++ ^ s->block[CHACHA20_BLOCK_LEN - s->n_left];
	const size_t whole = len - len % CHACHA20_BLOCK_LEN;
	if (whole > 0) {
		crypt(s->ctx, out, s->nonce, (uint32_t)s->next_block, in, whole);
		s->next_block += whole / CHACHA20_BLOCK_LEN;
	}
	const size_t tail = len - whole;
	if (tail > 0) {
		memset(s->block, 0, sizeof s->block);
		crypt(s->ctx, s->block, s->nonce, (uint32_t)s->next_block++, s->block, sizeof s->block);
		for (size_t i = 0; i < tail; i++)
			out[whole + i] = in[whole + i] ^ s->block[i];
		s->n_left = sizeof s->block - tail;
	}
	s->ctx->large->scrub(len);
	return LANE_OK;
}

void lane_chacha20_stream_wipe(struct lane_chacha20_stream *stream)
{
	if (stream)
		lane_wipe(stream, sizeof *stream);
}
