/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_GHASH_CLMUL_H
#define LANE_KERNELS_GHASH_CLMUL_H

/*
 * The expanded key of the x86-64 AES-GCM kernels, and GHASH with the
 * carry-less multiplier, one block at a time.
 *
 * A byte-reversed block is an element of POLYVAL's field: GHASH is POLYVAL with
 * the key H·x (RFC 8452 appendix A), see polyval_clmul.h.
 */

#include "../aes/aes_round1.h"
#include "aes_gcm_impl.h"
#include "polyval_clmul.h"

enum { GCM_N_POWERS = 36 }; /* 32 blocks, the block of lengths, and to whole vectors */

struct ghash_key {
	/* h^36, h^35 … h^1, so that n blocks in a row use the last n in a row; and the sum of the two
	 * halves of each, twice. */
	LANE_ALIGNAS(64) uint8_t h[GCM_N_POWERS][16];
	LANE_ALIGNAS(64) uint8_t h_sum[GCM_N_POWERS][16];
	/* For the wide kernels, and as these want them: every LANES-th power, in all lanes; their halves added. */
	LANE_ALIGNAS(64) uint8_t step_h[8 * 64];
	LANE_ALIGNAS(64) uint8_t step_h_sum[8 * 64];
};

struct gcm_key {
	struct aes_key aes;
	struct ghash_key ghash;
	struct aes_round1 round1; /* for the wide kernels */
};

_Static_assert(sizeof(struct gcm_key) <= AES_GCM_KEY_LEN, "struct lane_aes_gcm_ctx is too small");

/* sum += x•h^power before reduction, 1 ≤ power ≤ GCM_N_POWERS. */
LANE_INLINE void ghash_add_power(struct polyval_sum *sum, const struct ghash_key *key, __m128i x, size_t power)
{
	polyval_add_product(sum, x, _mm_load_si128((const __m128i *)key->h[GCM_N_POWERS - power]),
			    _mm_load_si128((const __m128i *)key->h_sum[GCM_N_POWERS - power]));
}

/* h·x in the field. */
LANE_INLINE __m128i ghash_times_x(__m128i h)
{
	const __m128i top = _mm_srai_epi32(_mm_shuffle_epi32(h, 0xff), 31); /* all ones when x^127 is there */
	const __m128i carries = _mm_slli_si128(_mm_srli_epi64(h, 63), 8);
	const __m128i fold = _mm_and_si128(top, _mm_set_epi64x((long long)0xc200000000000000, 1));
	return _mm_xor_si128(_mm_or_si128(_mm_slli_epi64(h, 1), carries), fold);
}

/* y after n_blocks ≤ GCM_N_POWERS whole blocks, with one reduction; byte-reversed here unless they are POLYVAL's. */
LANE_INLINE __m128i ghash_blocks(const struct ghash_key *key, __m128i y, const uint8_t *in, size_t n_blocks,
				 int reverse)
{
	if (n_blocks == 0)
		return y;
	struct polyval_sum sum = polyval_zero();
	for (size_t power = n_blocks; power > 0; power--, in += 16) {
		const __m128i x = reverse ? reverse_bytes(load_block(in)) : load_block(in);
		ghash_add_power(&sum, key, _mm_xor_si128(x, y), power);
		y = _mm_setzero_si128();
	}
	return polyval_reduce(&sum);
}

#endif
