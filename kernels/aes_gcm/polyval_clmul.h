/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_POLYVAL_CLMUL_H
#define LANE_KERNELS_POLYVAL_CLMUL_H

/*
 * Arithmetic in POLYVAL's field (RFC 8452 §3), polynomial x^128 + x^127 + x^126 + x^121 + 1, with the carry-less
 * multiplier, one block at a time. Needs PCLMULQDQ and SSE4.1.
 *
 * A product is a•b = a·b·x^-128: Montgomery's, which costs two multiplications to reduce. For a low half l and
 * p = x^63 + x^62 + x^57,
 *
 *     l ≡ x^64·(l·x^64 + l·p)
 *
 * so that each 64-bit word at the bottom is moved up, swapped, and replaced by its product with p. Sums are kept
 * unreduced in three parts, lo + mid·x^64 + hi·x^128, by Karatsuba: mid = (a0 + a1)(b0 + b1) + lo + hi, where the last
 * two additions are made once, before the reduction.
 *
 * n blocks with one reduction: (…((y + x1)•h + x2)•h …)•h = (y + x1)•h^n + x2•h^(n-1) + … + xn•h.
 */

#include "../aes/aes_ni.h"

struct polyval_sum {
	__m128i lo, mid, hi;
};

LANE_INLINE __m128i swap_halves(__m128i x)
{
	return _mm_shuffle_epi32(x, 0x4e);
}

LANE_INLINE struct polyval_sum polyval_zero(void)
{
	return (struct polyval_sum){_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
}

/* sum += x·h; h_sum: h's halves added, in the low half at least. */
LANE_INLINE void polyval_add_product(struct polyval_sum *sum, __m128i x, __m128i h, __m128i h_sum)
{
	const __m128i x_sum = _mm_xor_si128(x, swap_halves(x));
	sum->lo = _mm_xor_si128(sum->lo, _mm_clmulepi64_si128(x, h, 0x00));
	sum->hi = _mm_xor_si128(sum->hi, _mm_clmulepi64_si128(x, h, 0x11));
	sum->mid = _mm_xor_si128(sum->mid, _mm_clmulepi64_si128(x_sum, h_sum, 0x00));
}

LANE_INLINE __m128i polyval_reduce(const struct polyval_sum *sum)
{
	const __m128i p = _mm_set_epi64x(0, (long long)0xc200000000000000);
	__m128i mid = _mm_xor_si128(_mm_xor_si128(sum->mid, sum->lo), sum->hi);
	mid = _mm_xor_si128(mid, _mm_xor_si128(swap_halves(sum->lo), _mm_clmulepi64_si128(sum->lo, p, 0x00)));
	return _mm_xor_si128(sum->hi, _mm_xor_si128(swap_halves(mid), _mm_clmulepi64_si128(mid, p, 0x00)));
}

LANE_INLINE __m128i polyval_multiply(__m128i a, __m128i b)
{
	struct polyval_sum sum = polyval_zero();
	polyval_add_product(&sum, a, b, _mm_xor_si128(b, swap_halves(b)));
	return polyval_reduce(&sum);
}

#endif
