// SPDX-License-Identifier: MIT
// AES-XTS' public layer: checks, choice of kernel. IEEE Std 1619, SP 800-38E.

#include "aes_xts_impl.h"

#include "../ct.h"

#define NAME(x) lane_aes_xts_##x
#define FAMILY "aes-xts"
#define MEMBER aes_xts
#define CTX_LEN LANE_AES_XTS_CTX_LEN
#define CTX_MAGIC UINT64_C(0x7374782d73656131)
#include "../context.inc.h"

static enum lane_status check_key(const uint8_t *key, size_t key_len)
{
	if (key_len != 32 && key_len != 64)
		return LANE_ERR_KEY_LEN;
	return ct_halves_differ(key, key_len / 2) ? LANE_OK : LANE_ERR_WEAK_KEY;
}

LANE_INLINE int is_unit_len(size_t len)
{
	return len - LANE_AES_XTS_MIN_LEN <= LANE_AES_XTS_MAX_LEN - LANE_AES_XTS_MIN_LEN;
}

// One data unit: the operations to do it with, once all is checked.
LANE_INLINE enum lane_status check(const struct context *c, const uint8_t *out, const uint8_t *tweak, const uint8_t *in,
				   size_t len, const struct lane_aes_xts_ops **ops)
{
	if (!c)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if (!tweak || !in || !out)
		return LANE_ERR_NULL;
	if (!is_unit_len(len))
		return LANE_ERR_LENGTH;
	if (((out != in && may_overlap(out, len, in, len)) || may_overlap(out, len, tweak, 16)) &&
	    (overlaps_partly(out, in, len) || overlaps(out, len, tweak, 16)))
		return LANE_ERR_OVERLAP;
	*ops = ops_for(c, len);
	return LANE_OK;
}

enum lane_status lane_aes_xts_encrypt(const struct lane_aes_xts_ctx *ctx, uint8_t *out, const uint8_t tweak[16],
				      const uint8_t *in, size_t len)
{
	const struct context *c = (const struct context *)ctx;
	const struct lane_aes_xts_ops *ops;
	const enum lane_status status = check(c, out, tweak, in, len, &ops);
	if (status != LANE_OK)
		return status;
	ops->encrypt(c->key, out, tweak, in, len, 1);
	ops->scrub(len);
	return LANE_OK;
}

enum lane_status lane_aes_xts_decrypt(const struct lane_aes_xts_ctx *ctx, uint8_t *out, const uint8_t tweak[16],
				      const uint8_t *in, size_t len)
{
	const struct context *c = (const struct context *)ctx;
	const struct lane_aes_xts_ops *ops;
	const enum lane_status status = check(c, out, tweak, in, len, &ops);
	if (status != LANE_OK)
		return status;
	ops->decrypt(c->key, out, tweak, in, len, 1);
	ops->scrub(len);
	return LANE_OK;
}

static enum lane_status check_sectors(const struct context *c, const uint8_t *out, uint64_t sector, const uint8_t *in,
				      size_t sector_len, size_t n_sectors)
{
	if (!c)
		return LANE_ERR_NULL;
	if (c->magic != CTX_MAGIC)
		return LANE_ERR_STATE;
	if ((!in || !out) && n_sectors > 0)
		return LANE_ERR_NULL;
	if (!is_unit_len(sector_len) || n_sectors > SIZE_MAX / sector_len ||
	    (n_sectors > 0 && n_sectors - 1 > UINT64_MAX - sector))
		return LANE_ERR_LENGTH;
	if (overlaps_partly(out, in, sector_len * n_sectors))
		return LANE_ERR_OVERLAP;
	return LANE_OK;
}

enum lane_status lane_aes_xts_encrypt_sectors(const struct lane_aes_xts_ctx *ctx, uint8_t *out, uint64_t sector,
					      const uint8_t *in, size_t sector_len, size_t n_sectors)
{
	const struct context *c = (const struct context *)ctx;
	const enum lane_status status = check_sectors(c, out, sector, in, sector_len, n_sectors);
	if (status != LANE_OK || n_sectors == 0)
		return status;
	uint8_t tweak[16] = {0};
	store64_le(tweak, sector);
	ops_for(c, sector_len)->encrypt(c->key, out, tweak, in, sector_len, n_sectors);
	ops_for(c, sector_len)->scrub(SIZE_MAX);
	return LANE_OK;
}

enum lane_status lane_aes_xts_decrypt_sectors(const struct lane_aes_xts_ctx *ctx, uint8_t *out, uint64_t sector,
					      const uint8_t *in, size_t sector_len, size_t n_sectors)
{
	const struct context *c = (const struct context *)ctx;
	const enum lane_status status = check_sectors(c, out, sector, in, sector_len, n_sectors);
	if (status != LANE_OK || n_sectors == 0)
		return status;
	uint8_t tweak[16] = {0};
	store64_le(tweak, sector);
	ops_for(c, sector_len)->decrypt(c->key, out, tweak, in, sector_len, n_sectors);
	ops_for(c, sector_len)->scrub(SIZE_MAX);
	return LANE_OK;
}
