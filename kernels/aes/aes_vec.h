/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_VEC_H
#define LANE_KERNELS_AES_VEC_H

/*
 * The vector verbs of the x86-64 AES kernels. VL, defined before including, is 64
 * (VAES, VPCLMULQDQ, AVX-512), 32 (VAES, VPCLMULQDQ, AVX2) or 16 (AES-NI,
 * PCLMULQDQ, SSE4.1) bytes: a `vec` has LANES lanes of one AES block each.
 */

#include "aes_ni.h"
#include "aes_round1.h"

enum { LANES = VL / 16 };

#if VL == 64
typedef __m512i vec;
#define VEC_CONSTRAINT "v"
#elif VL == 32
typedef __m256i vec;
#define VEC_CONSTRAINT "x"
#else
typedef __m128i vec;
#define VEC_CONSTRAINT "x"
#endif

#if VL != 64

/* The first n ≤ 16 bytes at p, then zeroes. */
LANE_INLINE __m128i v_load_block_part(const uint8_t *p, size_t n)
{
	return n == 16 ? load_block(p) : load_partial(p, n);
}

/* Stores the first n ≤ 16 bytes; returns x with zeroes behind them. */
LANE_INLINE __m128i v_store_block_part(uint8_t *p, __m128i x, size_t n)
{
	if (n == 16) {
		store_block(p, x);
		return x;
	}
	x = keep_bytes(x, n);
	store_partial(p, x, n);
	return x;
}

#endif

#if VL == 64

LANE_INLINE vec v_load(const void *p)
{
	return _mm512_loadu_si512(p);
}

LANE_INLINE void v_store(void *p, vec x)
{
	_mm512_storeu_si512(p, x);
}

LANE_INLINE vec v_zero(void)
{
	return _mm512_setzero_si512();
}

LANE_INLINE vec v_xor(vec a, vec b)
{
	return _mm512_xor_si512(a, b);
}

LANE_INLINE vec v_xor3(vec a, vec b, vec c)
{
#if defined(__has_feature)
#if __has_feature(memory_sanitizer) /* takes ternary logic for a use of secrets */
	return v_xor(v_xor(a, b), c);
#endif
#endif
	return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

LANE_INLINE vec v_add32(vec a, vec b)
{
	return _mm512_add_epi32(a, b);
}

/* a ^ (b & c) */
LANE_INLINE vec v_xor_masked(vec a, vec b, vec c)
{
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
	return v_xor(a, _mm512_and_si512(b, c));
#endif
#endif
	return _mm512_ternarylogic_epi64(a, b, c, 0x78);
}

LANE_INLINE vec v_add64(vec a, vec b)
{
	return _mm512_add_epi64(a, b);
}

LANE_INLINE vec v_sub64(vec a, vec b)
{
	return _mm512_sub_epi64(a, b);
}

/* Each 64 bits by the count in n's; counts of 64 and more leave nothing. */
LANE_INLINE vec v_shift_left64(vec x, vec n)
{
	return _mm512_sllv_epi64(x, n);
}

LANE_INLINE vec v_shift_right64(vec x, vec n)
{
	return _mm512_srlv_epi64(x, n);
}

/* Each lane moved two bytes up, or four down, zeroes behind. */
LANE_INLINE vec v_up2(vec x)
{
	return _mm512_bslli_epi128(x, 2);
}

LANE_INLINE vec v_down4(vec x)
{
	return _mm512_bsrli_epi128(x, 4);
}

LANE_INLINE vec v_aesenc(vec x, vec rk)
{
	return _mm512_aesenc_epi128(x, rk);
}

LANE_INLINE vec v_aesenclast(vec x, vec rk)
{
	return _mm512_aesenclast_epi128(x, rk);
}

LANE_INLINE vec v_aesdec(vec x, vec rk)
{
	return _mm512_aesdec_epi128(x, rk);
}

LANE_INLINE vec v_aesdeclast(vec x, vec rk)
{
	return _mm512_aesdeclast_epi128(x, rk);
}

LANE_INLINE vec v_shuffle_bytes(vec x, vec order)
{
	return _mm512_shuffle_epi8(x, order);
}

LANE_INLINE vec v_swap_halves(vec x)
{
	return _mm512_shuffle_epi32(x, _MM_PERM_BADC);
}

LANE_INLINE vec v_clmul_lo(vec a, vec b)
{
	return _mm512_clmulepi64_epi128(a, b, 0x00);
}

LANE_INLINE vec v_clmul_hi(vec a, vec b)
{
	return _mm512_clmulepi64_epi128(a, b, 0x11);
}

/* a's high half times b's low one. */
LANE_INLINE vec v_clmul_mixed(vec a, vec b)
{
	return _mm512_clmulepi64_epi128(a, b, 0x01);
}

LANE_INLINE vec v_low_halves(vec a, vec b)
{
	return _mm512_unpacklo_epi64(a, b);
}

LANE_INLINE vec v_high_halves(vec a, vec b)
{
	return _mm512_unpackhi_epi64(a, b);
}

/* Words 2 of a and b, then words 3 of both, in each lane. */
LANE_INLINE vec v_high_words(vec a, vec b)
{
	return _mm512_unpackhi_epi32(a, b);
}

LANE_INLINE vec v_broadcast(__m128i x)
{
	return _mm512_broadcast_i32x4(x);
}

/* x in lane 0, zeroes above. */
LANE_INLINE vec v_from_block(__m128i x)
{
	return _mm512_zextsi128_si512(x);
}

LANE_INLINE __m128i v_lane0(vec x)
{
	return _mm512_castsi512_si128(x);
}

/* The sum of all lanes. */
LANE_INLINE __m128i v_fold(vec x)
{
	const __m256i y = _mm256_xor_si256(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));
	return _mm_xor_si128(_mm256_castsi256_si128(y), _mm256_extracti128_si256(y, 1));
}

/* x moved up by one lane, the top lane of below into lane 0. */
LANE_INLINE vec v_from_below(vec x, vec below)
{
	return _mm512_alignr_epi64(x, below, 6);
}

/* i in the lowest 64 bits of lane i. */
LANE_INLINE vec v_lane_numbers(void)
{
	return _mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0);
}

LANE_INLINE __mmask64 v_bytes(size_t from, size_t to)
{
	return _bzhi_u64(~UINT64_C(0) << from, (uint32_t)to);
}

/* Bytes [from, to) of the 64 at p, to ≤ 64, zeroes elsewhere; nothing else is read. */
LANE_INLINE vec v_load_part(const uint8_t *p, size_t from, size_t to)
{
	return _mm512_maskz_loadu_epi8(v_bytes(from, to), p);
}

/* Stores these bytes only; returns x with zeroes elsewhere. */
LANE_INLINE vec v_store_part(uint8_t *p, vec x, size_t from, size_t to)
{
	const __mmask64 k = v_bytes(from, to);
	_mm512_mask_storeu_epi8(p, k, x);
	return _mm512_maskz_mov_epi8(k, x);
}

/* The first n ≤ 16 bytes at p, then zeroes. */
LANE_INLINE __m128i v_load_block_part(const uint8_t *p, size_t n)
{
	return _mm_maskz_loadu_epi8((__mmask16)_bzhi_u32(0xffff, (uint32_t)n), p);
}

/* Stores the first n ≤ 16 bytes; returns x with zeroes behind them. */
LANE_INLINE __m128i v_store_block_part(uint8_t *p, __m128i x, size_t n)
{
	const __mmask16 k = (__mmask16)_bzhi_u32(0xffff, (uint32_t)n);
	_mm_mask_storeu_epi8(p, k, x);
	return _mm_maskz_mov_epi8(k, x);
}

#elif VL == 32

LANE_INLINE vec v_load(const void *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

LANE_INLINE void v_store(void *p, vec x)
{
	_mm256_storeu_si256((__m256i *)p, x);
}

LANE_INLINE vec v_zero(void)
{
	return _mm256_setzero_si256();
}

LANE_INLINE vec v_xor(vec a, vec b)
{
	return _mm256_xor_si256(a, b);
}

LANE_INLINE vec v_xor3(vec a, vec b, vec c)
{
	return v_xor(v_xor(a, b), c);
}

LANE_INLINE vec v_add32(vec a, vec b)
{
	return _mm256_add_epi32(a, b);
}

/* a ^ (b & c) */
LANE_INLINE vec v_xor_masked(vec a, vec b, vec c)
{
	return v_xor(a, _mm256_and_si256(b, c));
}

LANE_INLINE vec v_add64(vec a, vec b)
{
	return _mm256_add_epi64(a, b);
}

LANE_INLINE vec v_sub64(vec a, vec b)
{
	return _mm256_sub_epi64(a, b);
}

/* Each 64 bits by the count in n's; counts of 64 and more leave nothing. */
LANE_INLINE vec v_shift_left64(vec x, vec n)
{
	return _mm256_sllv_epi64(x, n);
}

LANE_INLINE vec v_shift_right64(vec x, vec n)
{
	return _mm256_srlv_epi64(x, n);
}

/* Each lane moved two bytes up, or four down, zeroes behind. */
LANE_INLINE vec v_up2(vec x)
{
	return _mm256_slli_si256(x, 2);
}

LANE_INLINE vec v_down4(vec x)
{
	return _mm256_srli_si256(x, 4);
}

LANE_INLINE vec v_aesenc(vec x, vec rk)
{
	return _mm256_aesenc_epi128(x, rk);
}

LANE_INLINE vec v_aesenclast(vec x, vec rk)
{
	return _mm256_aesenclast_epi128(x, rk);
}

LANE_INLINE vec v_aesdec(vec x, vec rk)
{
	return _mm256_aesdec_epi128(x, rk);
}

LANE_INLINE vec v_aesdeclast(vec x, vec rk)
{
	return _mm256_aesdeclast_epi128(x, rk);
}

LANE_INLINE vec v_shuffle_bytes(vec x, vec order)
{
	return _mm256_shuffle_epi8(x, order);
}

LANE_INLINE vec v_swap_halves(vec x)
{
	return _mm256_shuffle_epi32(x, 0x4e);
}

LANE_INLINE vec v_clmul_lo(vec a, vec b)
{
	return _mm256_clmulepi64_epi128(a, b, 0x00);
}

LANE_INLINE vec v_clmul_hi(vec a, vec b)
{
	return _mm256_clmulepi64_epi128(a, b, 0x11);
}

/* a's high half times b's low one. */
LANE_INLINE vec v_clmul_mixed(vec a, vec b)
{
	return _mm256_clmulepi64_epi128(a, b, 0x01);
}

LANE_INLINE vec v_low_halves(vec a, vec b)
{
	return _mm256_unpacklo_epi64(a, b);
}

LANE_INLINE vec v_high_halves(vec a, vec b)
{
	return _mm256_unpackhi_epi64(a, b);
}

/* Words 2 of a and b, then words 3 of both, in each lane. */
LANE_INLINE vec v_high_words(vec a, vec b)
{
	return _mm256_unpackhi_epi32(a, b);
}

LANE_INLINE vec v_broadcast(__m128i x)
{
	return _mm256_broadcastsi128_si256(x);
}

/* x in lane 0, zeroes above. */
LANE_INLINE vec v_from_block(__m128i x)
{
	return _mm256_zextsi128_si256(x);
}

LANE_INLINE __m128i v_lane0(vec x)
{
	return _mm256_castsi256_si128(x);
}

LANE_INLINE __m128i v_lane1(vec x)
{
	return _mm256_extracti128_si256(x, 1);
}

/* The sum of all lanes. */
LANE_INLINE __m128i v_fold(vec x)
{
	return _mm_xor_si128(v_lane0(x), v_lane1(x));
}

/* x moved up by one lane, the top lane of below into lane 0. */
LANE_INLINE vec v_from_below(vec x, vec below)
{
	return _mm256_permute2x128_si256(below, x, 0x21);
}

/* i in the lowest 64 bits of lane i. */
LANE_INLINE vec v_lane_numbers(void)
{
	return _mm256_set_epi64x(0, 1, 0, 0);
}

/* Bytes [from, to) of the 32 at p, to ≤ 32, zeroes elsewhere; nothing else is read. from: 0 or 16. */
LANE_INLINE vec v_load_part(const uint8_t *p, size_t from, size_t to)
{
	if (from == 0 && to == 32)
		return v_load(p);
	const __m128i lo = from == 0 ? v_load_block_part(p, to < 16 ? to : 16) : _mm_setzero_si128();
	const __m128i hi = to > 16 ? v_load_block_part(p + 16, to - 16) : _mm_setzero_si128();
	return _mm256_inserti128_si256(_mm256_castsi128_si256(lo), hi, 1);
}

/* Stores these bytes only; returns x with zeroes elsewhere. */
LANE_INLINE vec v_store_part(uint8_t *p, vec x, size_t from, size_t to)
{
	if (from == 0 && to == 32) {
		v_store(p, x);
		return x;
	}
	const __m128i lo = from == 0 ? v_store_block_part(p, v_lane0(x), to < 16 ? to : 16) : _mm_setzero_si128();
	const __m128i hi = to > 16 ? v_store_block_part(p + 16, v_lane1(x), to - 16) : _mm_setzero_si128();
	return _mm256_inserti128_si256(_mm256_castsi128_si256(lo), hi, 1);
}

#else

LANE_INLINE vec v_load(const void *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

LANE_INLINE void v_store(void *p, vec x)
{
	_mm_storeu_si128((__m128i *)p, x);
}

LANE_INLINE vec v_zero(void)
{
	return _mm_setzero_si128();
}

LANE_INLINE vec v_xor(vec a, vec b)
{
	return _mm_xor_si128(a, b);
}

LANE_INLINE vec v_xor3(vec a, vec b, vec c)
{
	return v_xor(v_xor(a, b), c);
}

LANE_INLINE vec v_add32(vec a, vec b)
{
	return _mm_add_epi32(a, b);
}

LANE_INLINE vec v_add64(vec a, vec b)
{
	return _mm_add_epi64(a, b);
}

LANE_INLINE vec v_aesenc(vec x, vec rk)
{
	return _mm_aesenc_si128(x, rk);
}

LANE_INLINE vec v_aesenclast(vec x, vec rk)
{
	return _mm_aesenclast_si128(x, rk);
}

LANE_INLINE vec v_aesdec(vec x, vec rk)
{
	return _mm_aesdec_si128(x, rk);
}

LANE_INLINE vec v_aesdeclast(vec x, vec rk)
{
	return _mm_aesdeclast_si128(x, rk);
}

LANE_INLINE vec v_shuffle_bytes(vec x, vec order)
{
	return _mm_shuffle_epi8(x, order);
}

LANE_INLINE vec v_swap_halves(vec x)
{
	return _mm_shuffle_epi32(x, 0x4e);
}

#ifdef __PCLMUL__
LANE_INLINE vec v_clmul_lo(vec a, vec b)
{
	return _mm_clmulepi64_si128(a, b, 0x00);
}

LANE_INLINE vec v_clmul_hi(vec a, vec b)
{
	return _mm_clmulepi64_si128(a, b, 0x11);
}
#endif

LANE_INLINE vec v_broadcast(__m128i x)
{
	return x;
}

LANE_INLINE vec v_from_block(__m128i x)
{
	return x;
}

LANE_INLINE __m128i v_lane0(vec x)
{
	return x;
}

LANE_INLINE __m128i v_fold(vec x)
{
	return x;
}

LANE_INLINE vec v_from_below(vec x, vec below)
{
	(void)x;
	return below;
}

LANE_INLINE vec v_lane_numbers(void)
{
	return _mm_setzero_si128();
}

/* Bytes [from, to) of the 16 at p, to ≤ 16, zeroes elsewhere; nothing else is read. from: 0 or 16. */
LANE_INLINE vec v_load_part(const uint8_t *p, size_t from, size_t to)
{
	return from > 0 ? v_zero() : v_load_block_part(p, to);
}

/* Stores these bytes only; returns x with zeroes elsewhere. */
LANE_INLINE vec v_store_part(uint8_t *p, vec x, size_t from, size_t to)
{
	return from > 0 ? v_zero() : v_store_block_part(p, x, to);
}

#endif

/* x, made here and not elsewhere: compilers keep the order of what is pinned. (MemorySanitizer would take what comes
 * out for initialised, and lose track of secrets.) */
LANE_INLINE vec v_pin(vec x)
{
	if (LANE_SANITIZED)
		return x;
	__asm__ volatile("" : "+" VEC_CONSTRAINT(x));
	return x;
}

/* A round of the cipher, or of its inverse. */
LANE_INLINE vec v_round(const int decrypting, vec x, vec rk)
{
	return decrypting ? v_aesdec(x, rk) : v_aesenc(x, rk);
}

LANE_INLINE vec v_last_round(const int decrypting, vec x, vec rk)
{
	return decrypting ? v_aesdeclast(x, rk) : v_aesenclast(x, rk);
}

LANE_INLINE vec v_reverse_bytes(vec x)
{
	return v_shuffle_bytes(x, v_broadcast(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)));
}

LANE_INLINE vec v_round_key(const struct aes_key *key, size_t round)
{
	return v_broadcast(aes_round_key(key, round));
}

/* The table of aes_round1.h. */
static inline void v_make_round1(struct aes_round1 *table, const struct aes_key *key, uint32_t first)
{
	uint8_t start[16];
	memset(start, AES_SBOX_ZERO, 15);
	start[15] = key->rk[0][15];
	const vec x = v_broadcast(load_block(start)), step = v_broadcast(_mm_set_epi32(LANES << 24, 0, 0, 0));
	vec counter = v_reverse_bytes(v_add32(v_lane_numbers(), v_broadcast(_mm_set_epi32(0, 0, 0, (int)first))));
	for (size_t i = 0; i < AES_ROUND1_WINDOW; i += LANES) {
		v_store(table->entry[i], v_aesenc(v_xor(x, counter), v_zero()));
		counter = v_add32(counter, step);
	}
}

#endif
