// SPDX-License-Identifier: MIT
// AES-GCM-SIV's public layer: checks, choice of kernel. RFC 8452.

#include "aes_gcm_siv_impl.h"

#include "../ct.h"

#define NAME(x) lane_aes_gcm_siv_##x
#define FAMILY "aes-gcm-siv"
#define MEMBER aes_gcm_siv
#define CTX_LEN LANE_AES_GCM_SIV_CTX_LEN
#define CTX_MAGIC UINT64_C(0x7669732d6d636731)
#include "../context.inc.h"

// --- keys

static enum lane_status check_key(const uint8_t *key, size_t key_len)
{
	(void)key;
	return key_len == 16 || key_len == 32 ? LANE_OK : LANE_ERR_KEY_LEN;
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

#include "../batch.inc.h"
