/* SPDX-License-Identifier: MIT */
/* ChaCha20 on 8 blocks at once: ymm register i holds word i of each. */

#include <immintrin.h>

#include "chacha20/chacha20_ops.h"
#include "util.h"

enum { n_wide = 8, wide_len = n_wide * CHACHA20_BLOCK_LEN };

LANE_INLINE __m256i v_add(__m256i a, __m256i b)
{
	return _mm256_add_epi32(a, b);
}

LANE_INLINE __m256i v_xor(__m256i a, __m256i b)
{
	return _mm256_xor_si256(a, b);
}

LANE_INLINE __m256i v_rotl(__m256i x, int n)
{
	// bytes of a word, lowest first: 3 2 1 0 → 1 0 3 2 (by 16), 2 1 0 3 (by 8)
	const __m256i by16 = _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0d0c0f0e09080b0a, 0x0504070601000302));
	const __m256i by8 = _mm256_broadcastsi128_si256(_mm_set_epi64x(0x0e0d0c0f0a09080b, 0x0605040702010003));
	if (n == 16)
		return _mm256_shuffle_epi8(x, by16);
	if (n == 8)
		return _mm256_shuffle_epi8(x, by8);
	return _mm256_or_si256(_mm256_slli_epi32(x, n), _mm256_srli_epi32(x, 32 - n));
}

LANE_INLINE void quarter_rounds(__m256i x[16], int b, int c, int d)
{
	for (int i = 0; i < 4; i++)
		x[i] = v_add(x[i], x[4 + (i + b) % 4]);
	for (int i = 0; i < 4; i++)
		x[12 + (i + d) % 4] = v_rotl(v_xor(x[12 + (i + d) % 4], x[i]), 16);
	for (int i = 0; i < 4; i++)
		x[8 + (i + c) % 4] = v_add(x[8 + (i + c) % 4], x[12 + (i + d) % 4]);
	for (int i = 0; i < 4; i++)
		x[4 + (i + b) % 4] = v_rotl(v_xor(x[4 + (i + b) % 4], x[8 + (i + c) % 4]), 12);
	for (int i = 0; i < 4; i++)
		x[i] = v_add(x[i], x[4 + (i + b) % 4]);
	for (int i = 0; i < 4; i++)
		x[12 + (i + d) % 4] = v_rotl(v_xor(x[12 + (i + d) % 4], x[i]), 8);
	for (int i = 0; i < 4; i++)
		x[8 + (i + c) % 4] = v_add(x[8 + (i + c) % 4], x[12 + (i + d) % 4]);
	for (int i = 0; i < 4; i++)
		x[4 + (i + b) % 4] = v_rotl(v_xor(x[4 + (i + b) % 4], x[8 + (i + c) % 4]), 7);
}

/* Four words of eight blocks → t[j]: those of block j, and above them of 4 + j. */
LANE_INLINE void transpose4(__m256i t[4], const __m256i x[4])
{
	const __m256i ab_lo = _mm256_unpacklo_epi32(x[0], x[1]), ab_hi = _mm256_unpackhi_epi32(x[0], x[1]);
	const __m256i cd_lo = _mm256_unpacklo_epi32(x[2], x[3]), cd_hi = _mm256_unpackhi_epi32(x[2], x[3]);
	t[0] = _mm256_unpacklo_epi64(ab_lo, cd_lo);
	t[1] = _mm256_unpackhi_epi64(ab_lo, cd_lo);
	t[2] = _mm256_unpacklo_epi64(ab_hi, cd_hi);
	t[3] = _mm256_unpackhi_epi64(ab_hi, cd_hi);
}

LANE_INLINE void xor_half_block(uint8_t *out, const uint8_t *in, __m256i x)
{
	_mm256_storeu_si256((__m256i *)out, v_xor(x, _mm256_loadu_si256((const __m256i *)in)));
}

LANE_INLINE void crypt_wide(const uint32_t state[16], uint8_t *out, const uint8_t *in)
{
	const __m256i counters = v_add(_mm256_set1_epi32((int)state[12]), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
	__m256i x[16];
	for (size_t i = 0; i < 16; i++)
		x[i] = i == 12 ? counters : _mm256_set1_epi32((int)state[i]);
	for (int i = 0; i < 10; i++) {
		quarter_rounds(x, 0, 0, 0);
		quarter_rounds(x, 1, 2, 3);
	}
	for (size_t i = 0; i < 16; i++)
		x[i] = v_add(x[i], i == 12 ? counters : _mm256_set1_epi32((int)state[i]));
	for (size_t half = 0; half < 2; half++) {
		__m256i t[4], u[4];
		transpose4(t, x + 8 * half);
		transpose4(u, x + 8 * half + 4);
		for (size_t j = 0; j < 4; j++) {
			const size_t at = CHACHA20_BLOCK_LEN * j + 32 * half;
			xor_half_block(out + at, in + at, _mm256_permute2x128_si256(t[j], u[j], 0x20));
			xor_half_block(out + 256 + at, in + 256 + at, _mm256_permute2x128_si256(t[j], u[j], 0x31));
		}
	}
}

static void chacha20_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out,
			   const uint8_t *in, size_t len)
{
	uint32_t state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
	memcpy(state + 4, key, 32);
	state[12] = counter;
	memcpy(state + 13, nonce, 12);
	for (; len >= wide_len; out += wide_len, in += wide_len, len -= wide_len, state[12] += n_wide)
		crypt_wide(state, out, in);
	if (len > 0) {
		uint8_t last[wide_len] = {0};
		memcpy(last, in, len);
		crypt_wide(state, last, last);
		memcpy(out, last, len);
		wipe_stack(last, sizeof last);
	}
	wipe_stack(state, sizeof state);
}
