/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_GHASH_CLMUL_H
#define LANE_KERNELS_GHASH_CLMUL_H

/*
 * The expanded key of the x86-64 AES-GCM kernels, and GHASH with the
 * carry-less multiplier, one block at a time. Needs PCLMULQDQ and SSE4.1.
 *
 * A byte-reversed block is an element of POLYVAL's field (RFC 8452 §3),
 * polynomial x^128 + x^127 + x^126 + x^121 + 1, and GHASH is POLYVAL with the key
 * H·x (RFC 8452 appendix A). Its product is a•b = a·b·x^-128: Montgomery's, which
 * costs two multiplications to reduce. For a low half l and p = x^63 + x^62 + x^57,
 *
 *     l ≡ x^64·(l·x^64 + l·p)
 *
 * so that each 64-bit word at the bottom is moved up, swapped, and replaced by
 * its product with p. Sums are kept unreduced in three parts, lo + mid·x^64 +
 * hi·x^128, by Karatsuba: mid = (a0 + a1)(b0 + b1) + lo + hi, where the last two
 * additions are made once, before the reduction.
 *
 * n blocks with one reduction: (…((y + x1)•h + x2)•h …)•h = (y + x1)•h^n + x2•h^(n-1) + … + xn•h.
 */

#include "../aes/aes_ni.h"
#include "../aes/aes_round1.h"
#include "aes_gcm_impl.h"

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

struct ghash_sum {
	__m128i lo, mid, hi;
};

LANE_INLINE __m128i swap_halves(__m128i x)
{
	return _mm_shuffle_epi32(x, 0x4e);
}

LANE_INLINE struct ghash_sum ghash_zero(void)
{
	return (struct ghash_sum){_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
}

/* sum += x·h; h_sum: h's halves added, in the low half at least. */
LANE_INLINE void ghash_add_product(struct ghash_sum *sum, __m128i x, __m128i h, __m128i h_sum)
{
	const __m128i x_sum = _mm_xor_si128(x, swap_halves(x));
	sum->lo = _mm_xor_si128(sum->lo, _mm_clmulepi64_si128(x, h, 0x00));
	sum->hi = _mm_xor_si128(sum->hi, _mm_clmulepi64_si128(x, h, 0x11));
	sum->mid = _mm_xor_si128(sum->mid, _mm_clmulepi64_si128(x_sum, h_sum, 0x00));
}

LANE_INLINE __m128i ghash_reduce(const struct ghash_sum *sum)
{
	const __m128i p = _mm_set_epi64x(0, (long long)0xc200000000000000);
	__m128i mid = _mm_xor_si128(_mm_xor_si128(sum->mid, sum->lo), sum->hi);
	mid = _mm_xor_si128(mid, _mm_xor_si128(swap_halves(sum->lo), _mm_clmulepi64_si128(sum->lo, p, 0x00)));
	return _mm_xor_si128(sum->hi, _mm_xor_si128(swap_halves(mid), _mm_clmulepi64_si128(mid, p, 0x00)));
}

LANE_INLINE __m128i ghash_multiply(__m128i a, __m128i b)
{
	struct ghash_sum sum = ghash_zero();
	ghash_add_product(&sum, a, b, _mm_xor_si128(b, swap_halves(b)));
	return ghash_reduce(&sum);
}

/* sum += x•h^power before reduction, 1 ≤ power ≤ GCM_N_POWERS. */
LANE_INLINE void ghash_add_power(struct ghash_sum *sum, const struct ghash_key *key, __m128i x, size_t power)
{
	ghash_add_product(sum, x, _mm_load_si128((const __m128i *)key->h[GCM_N_POWERS - power]),
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
	struct ghash_sum sum = ghash_zero();
	for (size_t power = n_blocks; power > 0; power--, in += 16) {
		const __m128i x = reverse ? reverse_bytes(load_block(in)) : load_block(in);
		ghash_add_power(&sum, key, _mm_xor_si128(x, y), power);
		y = _mm_setzero_si128();
	}
	return ghash_reduce(&sum);
}

#endif
