/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_GCM_ARM64_H
#define LANE_KERNELS_AES_GCM_ARM64_H

/* What AES-GCM's kernels for arm64 have in common: all that is not a message. Included by kernel files only. */

#include "ghash_pmull.h"

LANE_INLINE uint8x16_t hash_blocks(const struct ghash_key *key, uint8x16_t y, const uint8_t *in, size_t n_blocks,
				   int reverse)
{
	for (; n_blocks >= GROUP; n_blocks -= GCM_GROUP, in += 16 * GCM_GROUP)
		y = ghash_blocks(key, y, in, GCM_GROUP, reverse);
	return ghash_blocks(key, y, in, n_blocks, reverse);
}

/* y after len bytes, padded with zeroes to whole blocks. */
static __attribute__((noinline)) uint8x16_t hash_padded(const struct ghash_key *key, uint8x16_t y, const uint8_t *in,
							size_t len)
{
	const size_t rest = len % 16;
	y = hash_blocks(key, y, in, len / 16, 1);
	if (rest == 0)
		return y;
	struct ghash_sum sum = ghash_zero();
	ghash_add_one(&sum, key, xor_block(y, element(load_block_part(in + (len - rest), rest))), 1);
	return ghash_reduce(&sum);
}

/* (8·aad_len, 8·len): as an element, the length of the associated data is the high half. */
LANE_INLINE uint8x16_t lengths_block(size_t aad_len, size_t len)
{
	return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(8 * (uint64_t)aad_len), vcreate_u64(8 * (uint64_t)len)));
}

static void ghash(const void *key, uint8_t hash[16], const uint8_t *in, size_t len)
{
	const struct gcm_key *k = key;
	store_block(hash, element(hash_padded(&k->ghash, element(load_block(hash)), in, len)));
}

static void encrypt_block(const void *key, uint8_t out[16], const uint8_t in[16])
{
	const struct gcm_key *k = key;
	store_block(out, aes_encrypt(&k->aes, load_block(in)));
}

static void polyval(uint8_t hash[16], const uint8_t key[16], const uint8_t *in, size_t n_blocks)
{
	struct ghash_key k;
	ghash_make_powers(&k, swap_halves(load_block(key)));
	store_block(hash, swap_halves(hash_blocks(&k, vdupq_n_u8(0), in, n_blocks, 0)));
}

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct gcm_key *k = key;
	aes_expand(&k->aes, user_key, key_len);
	ghash_make_powers(&k->ghash, ghash_times_x(aes_encrypt(&k->aes, vdupq_n_u8(0))));
}

#endif
