/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AEGIS_VEC_NEON_H
#define LANE_KERNELS_AEGIS_VEC_NEON_H

/* The verbs of aegis_vec.h on arm64's registers of one block. */

#include "../aes/aes_neon.h"

typedef uint8x16_t vec_x1;

LANE_INLINE vec_x1 zero_x1(void)
{
	return vdupq_n_u8(0);
}

LANE_INLINE vec_x1 broadcast_x1(vec_x1 x)
{
	return x;
}

LANE_INLINE vec_x1 words_x1(uint64_t first, uint64_t second)
{
	return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(first), vcreate_u64(second)));
}

LANE_INLINE vec_x1 load_x1(const uint8_t *p)
{
	return load_block(p);
}

LANE_INLINE void store_x1(uint8_t *p, vec_x1 x)
{
	store_block(p, x);
}

#ifdef __ARM_FEATURE_AES
/* The round, but for its key, of x + y; it goes where x was. */
LANE_INLINE vec_x1 aes_of_sum_x1(vec_x1 x, vec_x1 y)
{
	return aes_round(x, y);
}
#else
/* The rounds of all rows, each with the key of the row that it goes to: eight are what slices take, six are faster by
 * permutation. */
LANE_INLINE void round_rows_x1(vec_x1 s[8], const vec_x1 keys[8], const int n_rows)
{
	const vec_x1 last = s[n_rows - 1];
	if (n_rows == 8) {
		aes_transpose(s);
		aes_sub_bytes(s);
		aes_mix_rows(s);
		aes_transpose(s);
		const vec_x1 first = xor_block(s[7], keys[0]);
		LANE_UNROLL
		for (int i = 7; i > 0; i--)
			s[i] = xor_block(s[i - 1], keys[i]);
		s[0] = first;
		return;
	}
	const struct aes_sbox sbox = aes_load_sbox();
	LANE_UNROLL
	for (int i = n_rows - 1; i > 0; i--)
		s[i] = xor_block(aes_mix_block(aes_sub_block(&sbox, s[i - 1])), keys[i]);
	s[0] = xor_block(aes_mix_block(aes_sub_block(&sbox, last)), keys[0]);
}
#endif

LANE_INLINE vec_x1 pin_x1(vec_x1 x)
{
	return pin(x);
}

LANE_INLINE vec_x1 xor_x1(vec_x1 a, vec_x1 b)
{
	return xor_block(a, b);
}

LANE_INLINE vec_x1 xor3_x1(vec_x1 a, vec_x1 b, vec_x1 c)
{
	return xor3_block(a, b, c);
}

LANE_INLINE vec_x1 and_block_x1(vec_x1 a, vec_x1 b)
{
	return vandq_u8(a, b);
}

/* (a & b) ^ c. With SHA3's, (c ^ a) ^ (a & ~b), of which AEGIS-128 needs the first sum twice. */
LANE_INLINE vec_x1 and_xor_x1(vec_x1 a, vec_x1 b, vec_x1 c)
{
#ifdef __ARM_FEATURE_SHA3
	return vbcaxq_u8(xor_x1(c, a), a, b);
#else
	return xor_x1(vandq_u8(a, b), c);
#endif
}

LANE_INLINE vec_x1 load_part_x1(const uint8_t *p, size_t n)
{
	return load_block_part(p, n);
}

LANE_INLINE vec_x1 store_part_x1(uint8_t *p, vec_x1 x, size_t n)
{
	return store_block_part(p, x, n);
}

LANE_INLINE vec_x1 fold_x1(vec_x1 x)
{
	return x;
}

/* For 16 bytes that were written in pieces just before: loads wait for all of them here, too. */
LANE_INLINE vec_x1 load_counter(const uint8_t *p)
{
	return load_block(p);
}

#endif
