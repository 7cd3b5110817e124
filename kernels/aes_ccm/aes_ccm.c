// SPDX-License-Identifier: MIT
// AES-CCM's public layer: checks, choice of kernel, streaming. SP 800-38C.

#include "aes_ccm_impl.h"

#include "../ct.h"

#define NAME(x) lane_aes_ccm_##x
#define FAMILY "aes-ccm"
#define MEMBER aes_ccm
#define CTX_LEN LANE_AES_CCM_CTX_LEN
#define CTX_MAGIC UINT64_C(0x6d63632d73656131)
#include "../context.inc.h"

// The values are unlikely in memory that nobody initialised.
enum phase { PHASE_AAD = 0x5c01, PHASE_ENCRYPT = 0x5c02, PHASE_DECRYPT = 0x5c03 };

struct stream {
	const struct context *ctx;
	uint64_t phase;
	uint64_t aad_left, left; // bytes that are still to come
	size_t tag_len;
	size_t n_block; // bytes in `block`
	uint8_t mac[16];
	uint8_t counter[16];   // of the next whole block
	uint8_t tag_mask[16];  // E(A0)
	uint8_t keystream[16]; // of the block begun
	uint8_t block[16];     // what mac has not taken in yet: the first bytes of a block of aad or plaintext
};

_Static_assert(sizeof(struct stream) <= LANE_AES_CCM_STREAM_LEN, "struct lane_aes_ccm_stream is too small");

size_t lane_aes_ccm_stream_len(void)
{
	return LANE_AES_CCM_STREAM_LEN;
}

// --- keys

static enum lane_status check_key(const uint8_t *key, size_t key_len)
{
	(void)key;
	return key_len == 16 || key_len == 24 || key_len == 32 ? LANE_OK : LANE_ERR_KEY_LEN;
}

// --- checks

LANE_INLINE int is_nonce_len(size_t len)
{
	return len >= LANE_AES_CCM_NONCE_MIN && len <= LANE_AES_CCM_NONCE_MAX;
}

LANE_INLINE int is_tag_len(size_t len)
{
	return len >= 4 && len <= 16 && len % 2 == 0;
}

LANE_INLINE int is_text_len(uint64_t len, size_t nonce_len)
{
	return len <= LANE_AES_CCM_MAX_LEN(nonce_len);
}

// What a message's buffers may not do; from as little as possible, and then truly.
static int is_overlapping(const uint8_t *out, const uint8_t *tag, const struct ccm_message *m, int sealing)
{
	const size_t len = m->in_len, tag_len = m->tag_len;
	return overlaps_partly(out, m->in, len) || overlaps(out, len, tag, tag_len) ||
	       overlaps(out, len, m->nonce, m->nonce_len) || overlaps(out, len, m->aad, m->aad_len) ||
	       (sealing && (overlaps(tag, tag_len, m->in, len) || overlaps(tag, tag_len, m->nonce, m->nonce_len) ||
			    overlaps(tag, tag_len, m->aad, m->aad_len)));
}

LANE_INLINE int may_be_overlapping(const uint8_t *out, const uint8_t *tag, const struct ccm_message *m, int sealing)
{
	const size_t len = m->in_len, tag_len = m->tag_len;
	return (out != m->in && may_overlap(out, len, m->in, len)) | may_overlap(out, len, tag, tag_len) |
	       may_overlap(out, len, m->nonce, m->nonce_len) | may_overlap(out, len, m->aad, m->aad_len) |
	       (sealing && (may_overlap(tag, tag_len, m->in, len) | may_overlap(tag, tag_len, m->nonce, m->nonce_len) |
			    may_overlap(tag, tag_len, m->aad, m->aad_len)));
}

// `tag` is an output when sealing.
LANE_INLINE enum lane_status check(const struct context *c, const uint8_t *out, const uint8_t *tag,
				   const struct ccm_message *m, int sealing)
{
	if (!c)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (!is_nonce_len(m->nonce_len))
		return LANE_ERR_NONCE_LEN;
	if (!is_tag_len(m->tag_len))
		return LANE_ERR_TAG_LEN;
	if (!is_text_len(m->in_len, m->nonce_len))
		return LANE_ERR_LENGTH;
	if (!m->nonce || !tag || (!m->aad && m->aad_len > 0) || ((!m->in || !out) && m->in_len > 0))
		return LANE_ERR_NULL;
	if (may_be_overlapping(out, tag, m, sealing) && is_overlapping(out, tag, m, sealing))
		return LANE_ERR_OVERLAP;
	return LANE_OK;
}

// --- whole messages

enum lane_status lane_aes_ccm_seal(const struct lane_aes_ccm_ctx *ctx, uint8_t *out, uint8_t *tag, size_t tag_len,
				   const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, size_t aad_len,
				   const uint8_t *in, size_t in_len)
{
	const struct context *c = (const struct context *)ctx;
	const struct ccm_message m = {nonce, aad, in, nonce_len, tag_len, aad_len, in_len};
	const enum lane_status status = check(c, out, tag, &m, 1);
	if (status != LANE_OK)
		return status;
	const struct lane_aes_ccm_ops *ops = ops_for(c, in_len);
	if (tag_len == 16) {
		ops->seal(c->key, out, tag, &m);
	} else {
		uint8_t whole_tag[16];
		ops->seal(c->key, out, whole_tag, &m);
		memcpy(tag, whole_tag, tag_len);
		wipe_stack(whole_tag, sizeof whole_tag);
	}
	ops->scrub(longer(in_len, aad_len));
	return LANE_OK;
}

enum lane_status lane_aes_ccm_open(const struct lane_aes_ccm_ctx *ctx, uint8_t *out, const uint8_t *nonce,
				   size_t nonce_len, const uint8_t *aad, size_t aad_len, const uint8_t *in,
				   size_t in_len, const uint8_t *tag, size_t tag_len)
{
	const struct context *c = (const struct context *)ctx;
	const struct ccm_message m = {nonce, aad, in, nonce_len, tag_len, aad_len, in_len};
	const enum lane_status status = check(c, out, tag, &m, 0);
	if (status != LANE_OK)
		return status;
	const struct lane_aes_ccm_ops *ops = ops_for(c, in_len);
	uint8_t right[16]; // what the tag should be: a secret, until it is seen to be what the caller has
	ops->open(c->key, out, right, &m);
	const uint64_t differs = ct_tag_differs(right, tag, tag_len);
	wipe_stack(right, sizeof right);
	ops->scrub(longer(in_len, aad_len));
	if (differs == 0)
		return LANE_OK;
	lane_wipe(out, in_len);
	ops->scrub(SIZE_MAX); // also of the right tag, which is not the forger's to know
	return LANE_ERR_AUTH;
}

#include "../batch.inc.h"

// --- streaming

enum lane_status lane_aes_ccm_begin(struct lane_aes_ccm_stream *stream, const struct lane_aes_ccm_ctx *ctx,
				    const uint8_t *nonce, size_t nonce_len, size_t tag_len, uint64_t aad_len,
				    uint64_t in_len)
{
	const struct context *c = (const struct context *)ctx;
	if (!stream)
		return LANE_ERR_NULL;
	if (!is_aligned(stream, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	lane_aes_ccm_stream_wipe(stream);
	if (!c)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (!is_nonce_len(nonce_len))
		return LANE_ERR_NONCE_LEN;
	if (!is_tag_len(tag_len))
		return LANE_ERR_TAG_LEN;
	if (!is_text_len(in_len, nonce_len))
		return LANE_ERR_LENGTH;
	if (!nonce)
		return LANE_ERR_NULL;
	struct stream *s = (struct stream *)stream;
	s->ctx = c;
	s->phase = PHASE_AAD;
	s->aad_left = aad_len;
	s->left = in_len;
	s->tag_len = tag_len;
	ccm_first_block(s->mac, nonce, nonce_len, tag_len, aad_len > 0, in_len);
	c->large->encrypt_block(c->key, s->mac, s->mac);
	ccm_first_counter(s->counter, nonce, nonce_len);
	c->large->encrypt_block(c->key, s->tag_mask, s->counter);
	s->counter[15] = 1;
	if (aad_len > 0)
		s->n_block = ccm_aad_prefix(s->block, aad_len);
	c->large->scrub(SIZE_MAX);
	return LANE_OK;
}

// Authenticates the block begun, if any, padded with zeroes.
static void flush_block(struct stream *s)
{
	if (s->n_block > 0) {
		memset(s->block + s->n_block, 0, 16 - s->n_block);
		s->ctx->large->authenticate(s->ctx->key, s->mac, s->block, 1);
		s->n_block = 0;
	}
}

static void take_aad(struct stream *s, const uint8_t *aad, size_t aad_len)
{
	const struct context *c = s->ctx;
	s->aad_left -= aad_len;
	if (s->n_block > 0) {
		const size_t n = aad_len < 16 - s->n_block ? aad_len : 16 - s->n_block;
		memcpy(s->block + s->n_block, aad, n);
		s->n_block += n;
		aad += n;
		aad_len -= n;
		if (s->n_block == 16)
			flush_block(s);
	}
	const size_t tail = aad_len % 16;
	if (aad_len > tail)
		ops_for(c, aad_len)->authenticate(c->key, s->mac, aad, aad_len / 16);
	if (tail > 0) {
		memcpy(s->block, aad + aad_len - tail, tail);
		s->n_block = tail;
	}
}

// n bytes of the block begun: the plaintext goes to s->block.
static void crypt_bytes(struct stream *s, uint8_t *out, const uint8_t *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t x = in[i], y = x ^ s->keystream[s->n_block];
		s->block[s->n_block++] = s->phase == PHASE_ENCRYPT ? x : y;
		out[i] = y;
	}
	if (s->n_block == 16)
		flush_block(s);
}

static void take_text(struct stream *s, uint8_t *out, const uint8_t *in, size_t in_len)
{
	const struct context *c = s->ctx;
	s->left -= in_len;
	if (s->n_block > 0) {
		const size_t n = in_len < 16 - s->n_block ? in_len : 16 - s->n_block;
		crypt_bytes(s, out, in, n);
		out += n;
		in += n;
		in_len -= n;
	}
	const size_t tail = in_len % 16, n_blocks = in_len / 16;
	if (n_blocks > 0) {
		const struct lane_aes_ccm_ops *ops = ops_for(c, in_len);
		(s->phase == PHASE_ENCRYPT ? ops->encrypt : ops->decrypt)(c->key, s->counter, s->mac, out, in,
									  n_blocks);
	}
	if (tail > 0) {
		c->large->encrypt_block(c->key, s->keystream, s->counter);
		store64_be(s->counter + 8, load64_be(s->counter + 8) + 1);
		crypt_bytes(s, out + 16 * n_blocks, in + 16 * n_blocks, tail);
	}
}

static void finish(struct stream *s, uint8_t tag[16])
{
	flush_block(s);
	for (size_t i = 0; i < 16; i++)
		tag[i] = s->mac[i] ^ s->tag_mask[i];
	lane_wipe(s, sizeof *s);
}

enum lane_status lane_aes_ccm_aad(struct lane_aes_ccm_stream *stream, const uint8_t *aad, size_t aad_len)
{
	struct stream *s = (struct stream *)stream;
	if (!s)
		return LANE_ERR_NULL;
	if (s->phase != PHASE_AAD)
		return LANE_ERR_STATE;
	if (aad_len > s->aad_left)
		return LANE_ERR_LENGTH;
	if (!aad && aad_len > 0)
		return LANE_ERR_NULL;
	if (aad_len > 0)
		take_aad(s, aad, aad_len);
	s->ctx->large->scrub(aad_len);
	return LANE_OK;
}

// Whether a stream is where text of that direction, or the end, may come.
static int is_due(const struct stream *s, enum phase phase)
{
	return s->phase == phase || (s->phase == PHASE_AAD && s->aad_left == 0);
}

static enum lane_status update(struct stream *s, enum phase phase, uint8_t *out, const uint8_t *in, size_t in_len)
{
	if (!s)
		return LANE_ERR_NULL;
	if (!is_due(s, phase))
		return LANE_ERR_STATE;
	if (in_len > s->left)
		return LANE_ERR_LENGTH;
	if ((!in || !out) && in_len > 0)
		return LANE_ERR_NULL;
	if (overlaps_partly(out, in, in_len))
		return LANE_ERR_OVERLAP;
	if (s->phase == PHASE_AAD)
		flush_block(s);
	s->phase = phase;
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
	if (!is_due(s, phase) || s->left > 0)
		return LANE_ERR_STATE;
	if (tag_len != s->tag_len)
		return LANE_ERR_TAG_LEN;
	return tag ? LANE_OK : LANE_ERR_NULL;
}

enum lane_status lane_aes_ccm_encrypt_update(struct lane_aes_ccm_stream *stream, uint8_t *out, const uint8_t *in,
					     size_t in_len)
{
	return update((struct stream *)stream, PHASE_ENCRYPT, out, in, in_len);
}

enum lane_status lane_aes_ccm_decrypt_update_unverified(struct lane_aes_ccm_stream *stream, uint8_t *out,
							const uint8_t *in, size_t in_len)
{
	return update((struct stream *)stream, PHASE_DECRYPT, out, in, in_len);
}

enum lane_status lane_aes_ccm_encrypt_final(struct lane_aes_ccm_stream *stream, uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	const enum lane_status status = check_final(s, PHASE_ENCRYPT, tag, tag_len);
	if (status != LANE_OK)
		return status;
	uint8_t whole_tag[16];
	const struct lane_aes_ccm_ops *ops = s->ctx->large;
	finish(s, whole_tag);
	memcpy(tag, whole_tag, tag_len);
	wipe_stack(whole_tag, sizeof whole_tag);
	ops->scrub(SIZE_MAX);
	return LANE_OK;
}

enum lane_status lane_aes_ccm_decrypt_final(struct lane_aes_ccm_stream *stream, const uint8_t *tag, size_t tag_len)
{
	struct stream *s = (struct stream *)stream;
	const enum lane_status status = check_final(s, PHASE_DECRYPT, tag, tag_len);
	if (status != LANE_OK)
		return status;
	uint8_t right[16];
	const struct lane_aes_ccm_ops *ops = s->ctx->large;
	finish(s, right);
	const uint64_t differs = ct_tag_differs(right, tag, tag_len);
	wipe_stack(right, sizeof right);
	ops->scrub(SIZE_MAX);
	return differs == 0 ? LANE_OK : LANE_ERR_AUTH;
}

void lane_aes_ccm_stream_wipe(struct lane_aes_ccm_stream *stream)
{
	if (stream)
		lane_wipe(stream, sizeof *stream);
}
