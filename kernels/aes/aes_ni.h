/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_NI_H
#define LANE_KERNELS_AES_NI_H

/*
 * AES with the x86 instructions, one 16-byte block a register: the round keys
 * that all x86-64 kernels share, and what is done block by block. Needs AES and
 * SSE4.1; included by kernel files only.
 */

#include <immintrin.h>

#include "../util.h"

struct aes_key {
	LANE_ALIGNAS(16) uint8_t rk[15][16]; /* in the byte order of FIPS 197 */
	uint64_t n_rounds;
};

LANE_INLINE __m128i load_block(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

LANE_INLINE __m128i load_counter(const uint8_t p[16])
{
	return _mm_set_epi32(load_word(p + 12), load_word(p + 8), load_word(p + 4), load_word(p));
}

/* J0 for a nonce of 12 bytes, SP 800-38D §7.1. */
LANE_INLINE __m128i load_nonce(const uint8_t p[12])
{
	return _mm_set_epi32(1 << 24, load_word(p + 8), load_word(p + 4), load_word(p));
}

LANE_INLINE void store_block(uint8_t *p, __m128i x)
{
	_mm_storeu_si128((__m128i *)p, x);
}

LANE_INLINE __m128i reverse_bytes(__m128i x)
{
	return _mm_shuffle_epi8(x, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

/* The n < 16 bytes at p, then zeroes. */
LANE_INLINE __m128i load_partial(const uint8_t *p, size_t n)
{
	uint64_t lo, hi;
	load_part(p, n, &lo, &hi);
	return _mm_set_epi64x((long long)hi, (long long)lo);
}

/* The first n < 16 bytes of x. */
LANE_INLINE void store_partial(uint8_t *p, __m128i x, size_t n)
{
	store_part(p, n, (uint64_t)_mm_cvtsi128_si64(x), (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(x, x)));
}

/* x with its bytes from n < 16 on zeroed. */
LANE_INLINE __m128i keep_bytes(__m128i x, size_t n)
{
	static const uint8_t ones_then_zeroes[32] = {255, 255, 255, 255, 255, 255, 255, 255,
						     255, 255, 255, 255, 255, 255, 255, 255};
	return _mm_and_si128(x, load_block(ones_then_zeroes + 16 - n));
}

LANE_INLINE __m128i aes_round_key(const struct aes_key *key, size_t round)
{
	return _mm_load_si128((const __m128i *)key->rk[round]);
}

LANE_INLINE __m128i aes_encrypt(const struct aes_key *key, __m128i x)
{
	x = _mm_xor_si128(x, aes_round_key(key, 0));
	for (size_t round = 1; round < key->n_rounds; round++)
		x = _mm_aesenc_si128(x, aes_round_key(key, round));
	return _mm_aesenclast_si128(x, aes_round_key(key, key->n_rounds));
}

/* key: from aes_invert. */
LANE_INLINE __m128i aes_decrypt(const struct aes_key *key, __m128i x)
{
	x = _mm_xor_si128(x, aes_round_key(key, 0));
	for (size_t round = 1; round < key->n_rounds; round++)
		x = _mm_aesdec_si128(x, aes_round_key(key, round));
	return _mm_aesdeclast_si128(x, aes_round_key(key, key->n_rounds));
}

/* One step of the key schedule, FIPS 197 §5.2, for four words: word 3 of `last`
 * through SubWord, with `order` picking its bytes. All columns being the same,
 * ShiftRows inside aesenclast does nothing, and its key operand adds Rcon. */
LANE_INLINE __m128i aes_next_words(__m128i words, __m128i last, __m128i order, __m128i rcon)
{
	const __m128i sub = _mm_aesenclast_si128(_mm_shuffle_epi8(last, order), rcon);
	words = _mm_xor_si128(words, _mm_slli_si128(words, 4));
	words = _mm_xor_si128(words, _mm_slli_si128(words, 8));
	return _mm_xor_si128(words, sub);
}

LANE_INLINE uint32_t aes_ni_sub_word(uint32_t word)
{
	const __m128i x = _mm_set1_epi32((int)word);
	return (uint32_t)_mm_cvtsi128_si32(_mm_aesenclast_si128(x, _mm_setzero_si128()));
}

/* FIPS 197 §5.2 word by word, for 192 bits: their rounds don't fall on blocks. */
static inline void aes_expand192(struct aes_key *key, const uint8_t user_key[24])
{
	uint8_t *rk = (uint8_t *)key->rk;
	uint32_t words[6], rcon = 1;
	for (size_t i = 0; i < 6; i++) {
		words[i] = load32_le(user_key + 4 * i);
		store32_le(rk + 4 * i, words[i]);
	}
	for (size_t i = 6; i < 52; i++) {
		uint32_t w = words[(i - 1) % 6];
		if (i % 6 == 0) {
			w = aes_ni_sub_word(w >> 8 | w << 24) ^ rcon;
			rcon <<= 1;
		}
		words[i % 6] ^= w;
		store32_le(rk + 4 * i, words[i % 6]);
	}
}

/* The round keys, FIPS 197 §5.2, of a key that is in registers. */
LANE_INLINE void aes_expand128(struct aes_key *key, __m128i k)
{
	__m128i *rk = (__m128i *)key->rk;
	__m128i rcon = _mm_set1_epi32(1);
	rk[0] = k;
	LANE_UNROLL
	for (size_t i = 1; i <= 10; i++) {
		rk[i] = k = aes_next_words(k, k, _mm_set1_epi32(0x0c0f0e0d), rcon);
		rcon = i == 8 ? _mm_set1_epi32(0x1b) : _mm_slli_epi32(rcon, 1);
	}
}

LANE_INLINE void aes_expand256(struct aes_key *key, __m128i k0, __m128i k1)
{
	const __m128i rotated = _mm_set1_epi32(0x0c0f0e0d), straight = _mm_set1_epi32(0x0f0e0d0c);
	__m128i *rk = (__m128i *)key->rk;
	__m128i rcon = _mm_set1_epi32(1);
	rk[0] = k0;
	rk[1] = k1;
	LANE_UNROLL
	for (size_t i = 2; i < 14; i += 2) {
		rk[i] = k0 = aes_next_words(k0, k1, rotated, rcon);
		rk[i + 1] = k1 = aes_next_words(k1, k0, straight, _mm_setzero_si128());
		rcon = _mm_slli_epi32(rcon, 1);
	}
	rk[14] = aes_next_words(k0, k1, rotated, rcon);
}

/* key_len: 16, 24 or 32. */
static inline void aes_expand(struct aes_key *key, const uint8_t *user_key, size_t key_len)
{
	key->n_rounds = key_len / 4 + 6;
	if (key_len == 16) {
		aes_expand128(key, load_block(user_key));
	} else if (key_len == 24) {
		aes_expand192(key, user_key);
	} else {
		aes_expand256(key, load_block(user_key), load_block(user_key + 16));
	}
}

/* The round keys of the equivalent inverse cipher, FIPS 197 §5.3.5, in the order in which it uses them. */
LANE_INLINE void aes_invert(struct aes_key *inverse, const struct aes_key *key)
{
	const size_t n = key->n_rounds;
	__m128i *rk = (__m128i *)inverse->rk;
	inverse->n_rounds = n;
	rk[0] = aes_round_key(key, n);
	for (size_t i = 1; i < n; i++)
		rk[i] = _mm_aesimc_si128(aes_round_key(key, n - i));
	rk[n] = aes_round_key(key, 0);
}

#endif
