/* SPDX-License-Identifier: MIT */
/*
 * The context of a family's public layer: the kernels chosen and the key that they expanded, with the functions that
 * make, copy and clear it. The file that includes this defines
 *
 *     NAME(x)      lane_<family>_x
 *     FAMILY       "aes-gcm", and MEMBER, the family's in lane_kernel.ops: aes_gcm
 *     CTX_LEN      LANE_<FAMILY>_CTX_LEN
 *     CTX_MAGIC    what tells an initialised context from other memory
 *
 * and, behind it, `check_key`, which says whether the family takes a key.
 */

#include <stdlib.h>

struct context {
	uint64_t magic; // CTX_MAGIC once initialised
	const struct NAME(ops) * small, *large;
	size_t swap_len; // messages from here on go to `large`
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char key[CTX_LEN - LANE_CTX_ALIGN];
};

_Static_assert(sizeof(struct context) == CTX_LEN && sizeof(struct NAME(ctx)) == CTX_LEN, "CTX_LEN");

size_t NAME(ctx_len)(void)
{
	return CTX_LEN;
}

LANE_INLINE const struct NAME(ops) * ops_for(const struct context *c, size_t len)
{
	return len < c->swap_len ? c->small : c->large;
}

static enum lane_status check_key(const uint8_t *key, size_t key_len);

static enum lane_status init(struct context *c, const struct lane_kernel *kernel, const uint8_t *key, size_t key_len)
{
	struct lane_choice choice;
	if (!key)
		return LANE_ERR_NULL;
	enum lane_status status = check_key(key, key_len);
	if (status == LANE_OK)
		status = lane_kernel_choose(FAMILY, kernel, &choice);
	if (status != LANE_OK)
		return status;
	c->small = choice.small->ops.MEMBER;
	c->large = choice.large->ops.MEMBER;
	c->swap_len = choice.swap_len;
	c->large->init(c->key, key, key_len);
	c->large->scrub(SIZE_MAX);
	c->magic = CTX_MAGIC;
	return LANE_OK;
}

enum lane_status NAME(init_with)(struct NAME(ctx) * ctx, const struct lane_kernel *kernel, const uint8_t *key,
				 size_t key_len)
{
	if (!ctx)
		return LANE_ERR_NULL;
	if (!is_aligned(ctx, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	const enum lane_status status = init((struct context *)ctx, kernel, key, key_len);
	if (status != LANE_OK)
		NAME(wipe)(ctx);
	return status;
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
		return NULL;
	}
	return ctx;
}

struct NAME(ctx) * NAME(copy)(const struct NAME(ctx) * ctx)
{
	if (!ctx || ((const struct context *)ctx)->magic != CTX_MAGIC)
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
