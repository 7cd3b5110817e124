// SPDX-License-Identifier: MIT
// The AES block, GHASH and POLYVAL alone. Poly1305 stands with ChaCha20-Poly1305.

#include <lanecrypt/primitives.h>

#include "aes_ctr/aes_ctr_impl.h"
#include "aes_gcm/aes_gcm_impl.h"

enum lane_status lane_aes_encrypt_blocks(const struct lane_aes_ctr_ctx *ctx, uint8_t *out, const uint8_t *in,
					 size_t n_blocks)
{
	const void *key;
	if (!ctx || ((!out || !in) && n_blocks > 0))
		return LANE_ERR_NULL;
	if (n_blocks > SIZE_MAX / 16)
		return LANE_ERR_LENGTH;
	const struct lane_aes_ctr_ops *ops = lane_aes_ctr_resolve(ctx, 16 * n_blocks, &key);
	if (!ops)
		return LANE_ERR_STATE;
	if (overlaps_partly(out, in, 16 * n_blocks))
		return LANE_ERR_OVERLAP;
	ops->encrypt_blocks(key, out, in, n_blocks);
	ops->scrub(16 * n_blocks);
	return LANE_OK;
}

enum lane_status lane_ghash(const struct lane_aes_gcm_ctx *ctx, uint8_t hash[16], const uint8_t *in, size_t len)
{
	const void *key;
	if (!ctx || !hash || (!in && len > 0))
		return LANE_ERR_NULL;
	const struct lane_aes_gcm_ops *ops = lane_aes_gcm_resolve(ctx, len, &key);
	if (!ops)
		return LANE_ERR_STATE;
	if (overlaps(hash, 16, in, len))
		return LANE_ERR_OVERLAP;
	memset(hash, 0, 16);
	ops->ghash(key, hash, in, len);
	ops->scrub(len);
	return LANE_OK;
}

enum lane_status lane_polyval(const struct lane_kernel *kernel, uint8_t hash[16], const uint8_t key[16],
			      const uint8_t *in, size_t len)
{
	struct lane_choice choice;
	if (!hash || !key || (!in && len > 0))
		return LANE_ERR_NULL;
	if (len % 16 != 0)
		return LANE_ERR_LENGTH;
	if (overlaps(hash, 16, in, len) | overlaps(hash, 16, key, 16))
		return LANE_ERR_OVERLAP;
	const enum lane_status status = lane_kernel_choose("aes-gcm", kernel, &choice);
	if (status != LANE_OK)
		return status;
	const struct lane_kernel *k = len < choice.swap_len ? choice.small : choice.large;
	k->ops.aes_gcm->polyval(hash, key, in, len / 16);
	k->ops.aes_gcm->scrub(SIZE_MAX);
	return LANE_OK;
}
