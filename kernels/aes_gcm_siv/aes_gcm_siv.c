// SPDX-License-Identifier: MIT
// AES-GCM-SIV's public layer: checks, choice of kernel. RFC 8452.

#include "aes_gcm_siv_impl.h"

#include "../ct.h"

#include <stdlib.h>

#define CTX_MAGIC UINT64_C(0x7669732d6d636731)

struct context {
	uint64_t magic; // CTX_MAGIC once initialised
	const struct lane_aes_gcm_siv_ops *small, *large;
	size_t swap_len; // messages from here on go to `large`
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char key[AES_GCM_SIV_KEY_LEN];
};

_Static_assert(sizeof(struct context) <= LANE_AES_GCM_SIV_CTX_LEN, "struct lane_aes_gcm_siv_ctx is too small");

size_t lane_aes_gcm_siv_ctx_len(void)
{
	return LANE_AES_GCM_SIV_CTX_LEN;
}

LANE_INLINE const struct lane_aes_gcm_siv_ops *ops_for(const struct context *c, size_t len)
{
	return len < c->swap_len ? c->small : c->large;
}

// --- keys

static enum lane_status init(struct context *c, const struct lane_kernel *kernel, const uint8_t *key, size_t key_len)
{
	struct lane_choice choice;
	if (!key)
		return LANE_ERR_NULL;
	if (key_len != 16 && key_len != 32)
		return LANE_ERR_KEY_LEN;
	const enum lane_status status = lane_kernel_choose("aes-gcm-siv", kernel, &choice);
	if (status != LANE_OK)
		return status;
	c->small = choice.small->ops.aes_gcm_siv;
	c->large = choice.large->ops.aes_gcm_siv;
	c->swap_len = choice.swap_len;
	c->large->init(c->key, key, key_len);
	c->large->scrub(SIZE_MAX);
	c->magic = CTX_MAGIC;
	return LANE_OK;
}

enum lane_status lane_aes_gcm_siv_init_with(struct lane_aes_gcm_siv_ctx *ctx, const struct lane_kernel *kernel,
					    const uint8_t *key, size_t key_len)
{
	if (!ctx)
		return LANE_ERR_NULL;
	if (!is_aligned(ctx, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	const enum lane_status status = init((struct context *)ctx, kernel, key, key_len);
	if (status != LANE_OK)
		lane_aes_gcm_siv_wipe(ctx);
	return status;
}

enum lane_status lane_aes_gcm_siv_init(struct lane_aes_gcm_siv_ctx *ctx, const uint8_t *key, size_t key_len)
{
	return lane_aes_gcm_siv_init_with(ctx, NULL, key, key_len);
}

void lane_aes_gcm_siv_wipe(struct lane_aes_gcm_siv_ctx *ctx)
{
	if (ctx)
		lane_wipe(ctx, sizeof *ctx);
}

struct lane_aes_gcm_siv_ctx *lane_aes_gcm_siv_new(const uint8_t *key, size_t key_len)
{
	struct lane_aes_gcm_siv_ctx *ctx = aligned_alloc(LANE_CTX_ALIGN, sizeof *ctx);
	if (ctx && lane_aes_gcm_siv_init(ctx, key, key_len) != LANE_OK) {
		free(ctx);
		return NULL;
	}
	return ctx;
}

struct lane_aes_gcm_siv_ctx *lane_aes_gcm_siv_copy(const struct lane_aes_gcm_siv_ctx *ctx)
{
	if (!ctx || ((const struct context *)ctx)->magic != CTX_MAGIC)
		return NULL;
	struct lane_aes_gcm_siv_ctx *copy = aligned_alloc(LANE_CTX_ALIGN, sizeof *copy);
	if (copy)
		memcpy(copy, ctx, sizeof *copy);
	return copy;
}

void lane_aes_gcm_siv_free(struct lane_aes_gcm_siv_ctx *ctx)
{
	lane_aes_gcm_siv_wipe(ctx);
	free(ctx);
}

// --- checks

// Whether all is well with a message, told from as little as possible. When not, check() says what is wrong, if
// anything is. `tag` is an output when sealing.
LANE_INLINE int is_plain(const struct context *c, const uint8_t *out, const uint8_t *tag, size_t tag_len,
			 const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, size_t aad_len, const uint8_t *in,
			 size_t in_len, int sealing)
{
	if (!c || c->magic != CTX_MAGIC || nonce_len != LANE_AES_GCM_SIV_NONCE_LEN ||
	    tag_len != LANE_AES_GCM_SIV_TAG_LEN)
		return 0;
	if (in_len > LANE_AES_GCM_SIV_MAX_LEN || aad_len > LANE_AES_GCM_SIV_MAX_AAD_LEN)
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
	if (m->nonce_len != LANE_AES_GCM_SIV_NONCE_LEN)
		return LANE_ERR_NONCE_LEN;
	if (m->tag_len != LANE_AES_GCM_SIV_TAG_LEN)
		return LANE_ERR_TAG_LEN;
	if (m->in_len > LANE_AES_GCM_SIV_MAX_LEN || m->aad_len > LANE_AES_GCM_SIV_MAX_AAD_LEN)
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

// --- messages

static __attribute__((noinline)) enum lane_status seal_any(const struct lane_aes_gcm_siv_ctx *ctx, uint8_t *out,
							   uint8_t *tag, size_t tag_len, const uint8_t *nonce,
							   size_t nonce_len, const uint8_t *aad, size_t aad_len,
							   const uint8_t *in, size_t in_len)
{
	const struct message m = {
		(const struct context *)ctx, out, tag, nonce, aad, in, tag_len, nonce_len, aad_len, in_len};
	const enum lane_status status = check(&m, 1);
	if (status != LANE_OK)
		return status;
	const struct lane_aes_gcm_siv_ops *ops = ops_for(m.c, in_len);
	ops->seal(m.c->key, out, tag, nonce, aad, aad_len, in, in_len);
	ops->scrub(SIZE_MAX);
	return LANE_OK;
}

enum lane_status lane_aes_gcm_siv_seal(const struct lane_aes_gcm_siv_ctx *ctx, uint8_t *out, uint8_t *tag,
				       size_t tag_len, const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
				       size_t aad_len, const uint8_t *in, size_t in_len)
{
	const struct context *c = (const struct context *)ctx;
	if (!is_plain(c, out, tag, tag_len, nonce, nonce_len, aad, aad_len, in, in_len, 1))
		return seal_any(ctx, out, tag, tag_len, nonce, nonce_len, aad, aad_len, in, in_len);
	const struct lane_aes_gcm_siv_ops *ops = ops_for(c, in_len);
	ops->seal(c->key, out, tag, nonce, aad, aad_len, in, in_len);
	ops->scrub(longer(in_len, aad_len));
	return LANE_OK;
}

static __attribute__((noinline)) enum lane_status reject(uint8_t *out, size_t len)
{
	lane_wipe(out, len);
	return LANE_ERR_AUTH;
}

// On checked arguments. scrub_len: what the kernel has to scrub for.
LANE_INLINE enum lane_status open_checked(const struct context *c, uint8_t *out, const uint8_t *nonce,
					  const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t in_len,
					  const uint8_t *tag, size_t scrub_len)
{
	uint8_t right[16]; // what the tag should be: a secret, until it is seen to be what the caller has
	const struct lane_aes_gcm_siv_ops *ops = ops_for(c, in_len);
	ops->open(c->key, out, right, tag, nonce, aad, aad_len, in, in_len);
	const uint64_t differs = ct_tag_differs(right, tag, 16);
	wipe_stack(right, sizeof right);
	ops->scrub(scrub_len);
	if (differs == 0)
		return LANE_OK;
	ops->scrub(SIZE_MAX); // also of the right tag, which is not the forger's to know
	return reject(out, in_len);
}

static __attribute__((noinline)) enum lane_status open_any(const struct lane_aes_gcm_siv_ctx *ctx, uint8_t *out,
							   const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
							   size_t aad_len, const uint8_t *in, size_t in_len,
							   const uint8_t *tag, size_t tag_len)
{
	const struct message m = {
		(const struct context *)ctx, out, tag, nonce, aad, in, tag_len, nonce_len, aad_len, in_len};
	const enum lane_status status = check(&m, 0);
	if (status != LANE_OK)
		return status;
	return open_checked(m.c, out, nonce, aad, aad_len, in, in_len, tag, SIZE_MAX);
}

enum lane_status lane_aes_gcm_siv_open(const struct lane_aes_gcm_siv_ctx *ctx, uint8_t *out, const uint8_t *nonce,
				       size_t nonce_len, const uint8_t *aad, size_t aad_len, const uint8_t *in,
				       size_t in_len, const uint8_t *tag, size_t tag_len)
{
	const struct context *c = (const struct context *)ctx;
	if (!is_plain(c, out, tag, tag_len, nonce, nonce_len, aad, aad_len, in, in_len, 0))
		return open_any(ctx, out, nonce, nonce_len, aad, aad_len, in, in_len, tag, tag_len);
	return open_checked(c, out, nonce, aad, aad_len, in, in_len, tag, longer(in_len, aad_len));
}

enum lane_status lane_aes_gcm_siv_seal_batch(const struct lane_aes_gcm_siv_ctx *ctx, struct lane_aead_message *messages,
					     size_t n_messages)
{
	enum lane_status first = LANE_OK;
	if (!messages && n_messages > 0)
		return LANE_ERR_NULL;
	for (size_t i = 0; i < n_messages; i++) {
		struct lane_aead_message *m = &messages[i];
		m->status = lane_aes_gcm_siv_seal(ctx, m->out, m->tag, m->tag_len, m->nonce, m->nonce_len, m->aad,
						  m->aad_len, m->in, m->len);
		if (first == LANE_OK)
			first = m->status;
	}
	return first;
}

enum lane_status lane_aes_gcm_siv_open_batch(const struct lane_aes_gcm_siv_ctx *ctx, struct lane_aead_message *messages,
					     size_t n_messages)
{
	enum lane_status first = LANE_OK;
	if (!messages && n_messages > 0)
		return LANE_ERR_NULL;
	for (size_t i = 0; i < n_messages; i++) {
		struct lane_aead_message *m = &messages[i];
		m->status = lane_aes_gcm_siv_open(ctx, m->out, m->nonce, m->nonce_len, m->aad, m->aad_len, m->in,
						  m->len, m->tag, m->tag_len);
		if (first == LANE_OK)
			first = m->status;
	}
	return first;
}
