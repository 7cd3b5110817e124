/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AEGIS_VEC_H
#define LANE_KERNELS_AEGIS_VEC_H

/*
 * Vector verbs at every width that a kernel has beside each other: the names end in how many AES blocks a vector
 * holds, x1, x2 or x4. A row of AEGIS-128L is one block, and a narrow vector's instruction issues oftener than a wide
 * one's; and where 512-bit instructions are in flight, some cores have a port less for all others, so that a narrow
 * value must never be held in a wide type, whose copies are wide.
 */

#include "../aes/aes_vec.h"

typedef __m128i vec_x1;

LANE_INLINE vec_x1 zero_x1(void)
{
	return _mm_setzero_si128();
}

LANE_INLINE vec_x1 broadcast_x1(__m128i x)
{
	return x;
}

/* Two words, the first one in front. */
LANE_INLINE vec_x1 words_x1(uint64_t first, uint64_t second)
{
	return _mm_set_epi64x((long long)second, (long long)first);
}

LANE_INLINE vec_x1 load_x1(const uint8_t *p)
{
	return load_block(p);
}

LANE_INLINE void store_x1(uint8_t *p, vec_x1 x)
{
	store_block(p, x);
}

LANE_INLINE vec_x1 aesenc_x1(vec_x1 x, vec_x1 rk)
{
	return _mm_aesenc_si128(x, rk);
}

/* x, made here and not elsewhere: compilers keep the order of what is pinned. */
LANE_INLINE vec_x1 pin_x1(vec_x1 x)
{
	if (!LANE_SANITIZED) // MemorySanitizer would take what comes out for initialised
		__asm__ volatile("" : "+x"(x));
	return x;
}

LANE_INLINE vec_x1 xor_x1(vec_x1 a, vec_x1 b)
{
	return _mm_xor_si128(a, b);
}

/* The sum of three; (a & b) ^ c. */
LANE_INLINE vec_x1 xor3_x1(vec_x1 a, vec_x1 b, vec_x1 c)
{
#if VL == 64 && !LANE_MEMORY_SANITIZED /* which takes ternary logic for a use of secrets */
	return _mm_ternarylogic_epi64(a, b, c, 0x96);
#else
	return xor_x1(xor_x1(a, b), c);
#endif
}

LANE_INLINE vec_x1 and_xor_x1(vec_x1 a, vec_x1 b, vec_x1 c)
{
#if VL == 64 && !LANE_MEMORY_SANITIZED /* which takes ternary logic for a use of secrets */
	return _mm_ternarylogic_epi64(a, b, c, 0x6a);
#else
	return xor_x1(_mm_and_si128(a, b), c);
#endif
}

/* The first n bytes at p, then zeroes; nothing else is read. */
LANE_INLINE vec_x1 load_part_x1(const uint8_t *p, size_t n)
{
	return v_load_block_part(p, n);
}

/* Stores the first n bytes only; returns x with zeroes behind them. */
LANE_INLINE vec_x1 store_part_x1(uint8_t *p, vec_x1 x, size_t n)
{
	return v_store_block_part(p, x, n);
}

/* The sum of the blocks. */
LANE_INLINE __m128i fold_x1(vec_x1 x)
{
	return x;
}

#if VL >= 32

typedef __m256i vec_x2;

LANE_INLINE vec_x2 zero_x2(void)
{
	return _mm256_setzero_si256();
}

LANE_INLINE vec_x2 broadcast_x2(__m128i x)
{
	return _mm256_broadcastsi128_si256(x);
}

LANE_INLINE vec_x2 load_x2(const uint8_t *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

LANE_INLINE void store_x2(uint8_t *p, vec_x2 x)
{
	_mm256_storeu_si256((__m256i *)p, x);
}

LANE_INLINE vec_x2 aesenc_x2(vec_x2 x, vec_x2 rk)
{
	return _mm256_aesenc_epi128(x, rk);
}

LANE_INLINE vec_x2 pin_x2(vec_x2 x)
{
	if (!LANE_SANITIZED) // MemorySanitizer would take what comes out for initialised
		__asm__ volatile("" : "+x"(x));
	return x;
}

LANE_INLINE vec_x2 xor_x2(vec_x2 a, vec_x2 b)
{
	return _mm256_xor_si256(a, b);
}

LANE_INLINE vec_x2 xor3_x2(vec_x2 a, vec_x2 b, vec_x2 c)
{
#if VL == 64 && !LANE_MEMORY_SANITIZED /* which takes ternary logic for a use of secrets */
	return _mm256_ternarylogic_epi64(a, b, c, 0x96);
#else
	return xor_x2(xor_x2(a, b), c);
#endif
}

LANE_INLINE vec_x2 and_xor_x2(vec_x2 a, vec_x2 b, vec_x2 c)
{
#if VL == 64 && !LANE_MEMORY_SANITIZED /* which takes ternary logic for a use of secrets */
	return _mm256_ternarylogic_epi64(a, b, c, 0x6a);
#else
	return xor_x2(_mm256_and_si256(a, b), c);
#endif
}

LANE_INLINE vec_x2 load_part_x2(const uint8_t *p, size_t n)
{
#if VL == 64
	return _mm256_maskz_loadu_epi8((__mmask32)_bzhi_u32(UINT32_MAX, (uint32_t)n), p);
#else
	return v_load_part(p, 0, n);
#endif
}

LANE_INLINE vec_x2 store_part_x2(uint8_t *p, vec_x2 x, size_t n)
{
#if VL == 64
	const __mmask32 k = (__mmask32)_bzhi_u32(UINT32_MAX, (uint32_t)n);
	_mm256_mask_storeu_epi8(p, k, x);
	return _mm256_maskz_mov_epi8(k, x);
#else
	return v_store_part(p, x, 0, n);
#endif
}

LANE_INLINE __m128i fold_x2(vec_x2 x)
{
	return _mm_xor_si128(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
}

#endif

#if VL == 64

typedef __m512i vec_x4;

LANE_INLINE vec_x4 zero_x4(void)
{
	return _mm512_setzero_si512();
}

LANE_INLINE vec_x4 broadcast_x4(__m128i x)
{
	return _mm512_broadcast_i32x4(x);
}

LANE_INLINE vec_x4 load_x4(const uint8_t *p)
{
	return _mm512_loadu_si512(p);
}

LANE_INLINE void store_x4(uint8_t *p, vec_x4 x)
{
	_mm512_storeu_si512(p, x);
}

LANE_INLINE vec_x4 aesenc_x4(vec_x4 x, vec_x4 rk)
{
	return _mm512_aesenc_epi128(x, rk);
}

LANE_INLINE vec_x4 pin_x4(vec_x4 x)
{
	if (!LANE_SANITIZED)
		__asm__ volatile("" : "+v"(x));
	return x;
}

LANE_INLINE vec_x4 xor_x4(vec_x4 a, vec_x4 b)
{
	return _mm512_xor_si512(a, b);
}

LANE_INLINE vec_x4 xor3_x4(vec_x4 a, vec_x4 b, vec_x4 c)
{
#if VL == 64 && !LANE_MEMORY_SANITIZED /* which takes ternary logic for a use of secrets */
	return _mm512_ternarylogic_epi64(a, b, c, 0x96);
#else
	return xor_x4(xor_x4(a, b), c);
#endif
}

LANE_INLINE vec_x4 and_xor_x4(vec_x4 a, vec_x4 b, vec_x4 c)
{
#if VL == 64 && !LANE_MEMORY_SANITIZED /* which takes ternary logic for a use of secrets */
	return _mm512_ternarylogic_epi64(a, b, c, 0x6a);
#else
	return xor_x4(_mm512_and_si512(a, b), c);
#endif
}

LANE_INLINE vec_x4 load_part_x4(const uint8_t *p, size_t n)
{
	return v_load_part(p, 0, n);
}

LANE_INLINE vec_x4 store_part_x4(uint8_t *p, vec_x4 x, size_t n)
{
	return v_store_part(p, x, 0, n);
}

LANE_INLINE __m128i fold_x4(vec_x4 x)
{
	return v_fold(x);
}

#endif

#endif
