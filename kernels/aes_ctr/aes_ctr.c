// SPDX-License-Identifier: MIT
// AES-CTR's public layer: checks, choice of kernel, streaming. SP 800-38A §6.5.

#include "aes_ctr_impl.h"

#define NAME(x) lane_aes_ctr_##x
#define FAMILY "aes-ctr"
#define MEMBER aes_ctr
#define CTX_LEN LANE_AES_CTR_CTX_LEN
#define CTX_MAGIC UINT64_C(0x7274632d73656131)
#include "../context.inc.h"

struct stream {
	uint64_t magic;
	const struct context *ctx;
	uint64_t n_left;       // bytes of keystream not used yet
	uint8_t counter[16];   // of the next whole block
	uint8_t keystream[16]; // its last n_left bytes count
};

_Static_assert(sizeof(struct stream) <= LANE_AES_CTR_STREAM_LEN, "struct lane_aes_ctr_stream is too small");

size_t lane_aes_ctr_stream_len(void)
{
	return LANE_AES_CTR_STREAM_LEN;
}

const struct lane_aes_ctr_ops *lane_aes_ctr_resolve(const struct lane_aes_ctr_ctx *ctx, size_t len, const void **key)
{
	const struct context *c = (const struct context *)ctx;
	if (c->magic != CTX_MAGIC)
		return NULL;
	*key = c->key;
	return ops_for(c, len);
}

static enum lane_status check_key(const uint8_t *key, size_t key_len)
{
	(void)key;
	return key_len == 16 || key_len == 24 || key_len == 32 ? LANE_OK : LANE_ERR_KEY_LEN;
}

static void add_to_counter(uint8_t counter[16], uint64_t n_blocks)
{
	const uint64_t lo = load64_be(counter + 8) + n_blocks;
	store64_be(counter + 8, lo);
	if (lo < n_blocks)
		store64_be(counter, load64_be(counter) + 1);
}

// A message within which the counter's last 32 bits wrap; as two if the last 64 do.
static __attribute__((noinline)) void crypt_wrapping(const struct context *c, uint8_t *out, const uint8_t counter[16],
						     const uint8_t *in, size_t len)
{
	const struct lane_aes_ctr_ops *ops = ops_for(c, len);
	const uint64_t n_before = -load64_be(counter + 8); // blocks until the wrap; 0 means 2^64
	if (n_before - 1 >= len / 16) {
		ops->crypt(c->key, out, counter, in, len);
		return;
	}
	const size_t len_before = 16 * n_before;
	uint8_t wrapped[16];
	memcpy(wrapped, counter, 16);
	add_to_counter(wrapped, n_before);
	ops->crypt(c->key, out, counter, in, len_before);
	ops->crypt(c->key, out + len_before, wrapped, in + len_before, len - len_before);
}

LANE_INLINE void crypt(const struct context *c, uint8_t *out, const uint8_t counter[16], const uint8_t *in, size_t len)
{
	if (len / 16 > UINT32_MAX - load32_be(counter + 12))
		crypt_wrapping(c, out, counter, in, len);
	else
		ops_for(c, len)->crypt(c->key, out, counter, in, len);
}

enum lane_status lane_aes_ctr_crypt(const struct lane_aes_ctr_ctx *ctx, uint8_t *out, const uint8_t counter[16],
				    const uint8_t *in, size_t len)
{
	const struct context *c = (const struct context *)ctx;
	if (!c)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (!counter || ((!in || !out) && len > 0))
		return LANE_ERR_NULL;
	if (((out != in && may_overlap(out, len, in, len)) || may_overlap(out, len, counter, 16)) &&
	    (overlaps_partly(out, in, len) || overlaps(out, len, counter, 16)))
		return LANE_ERR_OVERLAP;
	crypt(c, out, counter, in, len);
	ops_for(c, len)->scrub(len);
	return LANE_OK;
}

enum lane_status lane_aes_ctr_begin(struct lane_aes_ctr_stream *stream, const struct lane_aes_ctr_ctx *ctx,
				    const uint8_t counter[16])
{
	struct stream *s = (struct stream *)stream;
	const struct context *c = (const struct context *)ctx;
	if (!s)
		return LANE_ERR_NULL;
	if (!is_aligned(s, LANE_CTX_ALIGN))
		return LANE_ERR_ALIGN;
	lane_aes_ctr_stream_wipe(stream);
	if (!c || !counter)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	s->magic = CTX_MAGIC;
	s->ctx = c;
	memcpy(s->counter, counter, 16);
	return LANE_OK;
}

enum lane_status lane_aes_ctr_update(struct lane_aes_ctr_stream *stream, uint8_t *out, const uint8_t *in, size_t len)
{
	struct stream *s = (struct stream *)stream;
	if (!s)
		return LANE_ERR_NULL;
	if (s->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if ((!in || !out) && len > 0)
		return LANE_ERR_NULL;
	if (overlaps_partly(out, in, len))
		return LANE_ERR_OVERLAP;
	const struct context *c = s->ctx;
	while (len > 0 && s->n_left > 0) {
		*out++ = *in++ ^ s->keystream[16 - s->n_left--];
		len--;
	}
	const size_t tail = len % 16, whole = len - tail;
	if (whole > 0) {
		crypt(c, out, s->counter, in, whole);
		add_to_counter(s->counter, whole / 16);
	}
	if (tail > 0) {
		c->large->encrypt_blocks(c->key, s->keystream, s->counter, 1);
		add_to_counter(s->counter, 1);
		for (size_t i = 0; i < tail; i++)
			out[whole + i] = in[whole + i] ^ s->keystream[i];
		s->n_left = 16 - tail;
	}
	c->large->scrub(len);
	return LANE_OK;
}

void lane_aes_ctr_stream_wipe(struct lane_aes_ctr_stream *stream)
{
	if (stream)
		lane_wipe(stream, sizeof *stream);
}
