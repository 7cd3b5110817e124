// SPDX-License-Identifier: MIT
// AES-CBC's public layer: checks, choice of kernel. SP 800-38A §6.2.

#include "aes_cbc_impl.h"

#define NAME(x) lane_aes_cbc_##x
#define FAMILY "aes-cbc"
#define MEMBER aes_cbc
#define CTX_LEN LANE_AES_CBC_CTX_LEN
#define CTX_MAGIC UINT64_C(0x6362632d73656131)
#include "../context.inc.h"

static enum lane_status check_key(const uint8_t *key, size_t key_len)
{
	(void)key;
	return key_len == 16 || key_len == 24 || key_len == 32 ? LANE_OK : LANE_ERR_KEY_LEN;
}

// The operations to do a message with, once all is checked.
LANE_INLINE enum lane_status check(const struct context *c, const uint8_t *out, const uint8_t *iv, const uint8_t *in,
				   size_t len, const struct lane_aes_cbc_ops **ops)
{
	if (!c)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (!iv || ((!in || !out) && len > 0))
		return LANE_ERR_NULL;
	if (len % 16 != 0)
		return LANE_ERR_LENGTH;
	if (((out != in && may_overlap(out, len, in, len)) || may_overlap(out, len, iv, 16)) &&
	    (overlaps_partly(out, in, len) || overlaps(out, len, iv, 16)))
		return LANE_ERR_OVERLAP;
	*ops = ops_for(c, len);
	return LANE_OK;
}

enum lane_status lane_aes_cbc_encrypt(const struct lane_aes_cbc_ctx *ctx, uint8_t *out, const uint8_t iv[16],
				      const uint8_t *in, size_t len)
{
	const struct context *c = (const struct context *)ctx;
	const struct lane_aes_cbc_ops *ops;
	const enum lane_status status = check(c, out, iv, in, len, &ops);
	if (status != LANE_OK)
		return status;
	ops->encrypt(c->key, out, iv, in, len / 16);
	ops->scrub(len);
	return LANE_OK;
}

enum lane_status lane_aes_cbc_decrypt(const struct lane_aes_cbc_ctx *ctx, uint8_t *out, const uint8_t iv[16],
				      const uint8_t *in, size_t len)
{
	const struct context *c = (const struct context *)ctx;
	const struct lane_aes_cbc_ops *ops;
	const enum lane_status status = check(c, out, iv, in, len, &ops);
	if (status != LANE_OK)
		return status;
	ops->decrypt(c->key, out, iv, in, len / 16);
	ops->scrub(len);
	return LANE_OK;
}
