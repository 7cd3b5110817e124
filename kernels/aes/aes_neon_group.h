/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_NEON_GROUP_H
#define LANE_KERNELS_AES_NEON_GROUP_H

/*
 * Up to eight independent blocks side by side through arm64's AES, either way: as many as it takes to have two rounds
 * in flight on four ports. The last eleven round keys, which are all of AES-128's, are kept in registers; the first two
 * or four of AES-192 and -256 are read from memory, once a group. Included by kernel files only.
 */

#include "aes_neon.h"

enum { GROUP = 8, GROUP_LEN = 16 * GROUP };

LANE_INLINE void load_last(const struct aes_key *key, uint8x16_t last[11])
{
	LANE_UNROLL
	for (size_t i = 0; i < 11; i++)
		last[i] = aes_round_key(key, key->n_rounds - 10 + i);
}

#ifdef __ARM_FEATURE_AES
LANE_INLINE void round_blocks(const int decrypting, uint8x16_t b[GROUP], const int n, uint8x16_t rk)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			b[i] = decrypting ? aes_inverse_round(b[i], rk) : aes_round(b[i], rk);
}

/* All rounds but for the last key: what comes out is to be xored with last[10]. */
LANE_INLINE void crypt_vectors(const int decrypting, const struct aes_key *key, const uint8x16_t last[11],
			       uint8x16_t b[GROUP], const int n)
{
	for (size_t round = 0; round < key->n_rounds - 10; round++)
		round_blocks(decrypting, b, n, aes_round_key(key, round));
	LANE_UNROLL
	for (size_t i = 0; i < 9; i++)
		round_blocks(decrypting, b, n, last[i]);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			b[i] = decrypting ? vaesdq_u8(b[i], last[9]) : vaeseq_u8(b[i], last[9]);
}
#else
enum { MOST_FEW = 4 /* blocks that are faster permuted than sliced */ };

LANE_INLINE void crypt_vectors(const int decrypting, const struct aes_key *key, const uint8x16_t last[11],
			       uint8x16_t b[GROUP], const int n)
{
	(void)last;
	if (n <= MOST_FEW && !decrypting) {
		const struct aes_sbox sbox = aes_load_sbox();
		const uint8x16_t rk = aes_round_key(key, 0);
		LANE_UNROLL
		for (int i = 0; i < MOST_FEW; i++)
			if (i < n)
				b[i] = xor_block(b[i], rk);
		aes_encrypt_few(&sbox, key, b, n);
		return;
	}
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i >= n)
			b[i] = b[0];
	if (decrypting)
		aes_decrypt8(key, b);
	else
		aes_encrypt8(key, b);
}
#endif

/* A counter has both halves byte-reversed, so that the second can be counted; its block. */
LANE_INLINE uint8x16_t reverse_halves(uint64x2_t counter)
{
	return vrev64q_u8(vreinterpretq_u8_u64(counter));
}

LANE_INLINE uint64x2_t counter_plus(uint64x2_t counter, uint64_t n)
{
	return vaddq_u64(counter, vcombine_u64(vcreate_u64(0), vcreate_u64(n)));
}

#endif
