/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_NEON_H
#define LANE_KERNELS_AES_NEON_H

/*
 * AES with the arm64 instructions, one 16-byte block a register. AESE adds the
 * round key first and then does SubBytes and ShiftRows; AESMC does MixColumns:
 * so the last round key is added by itself. Cores fuse the two when they follow
 * each other on one register, as they do here. Without them: aes_neon_sliced.h and aes_neon_permuted.h, by the same
 * names where these make sense. Included by kernel files only.
 */

#include <arm_neon.h>

#include "../util.h"

struct aes_key {
	LANE_ALIGNAS(16) uint8_t rk[15][16]; /* in the byte order of FIPS 197 */
	uint64_t n_rounds;
};

LANE_INLINE uint8x16_t load_block(const uint8_t *p)
{
	return vld1q_u8(p);
}

LANE_INLINE void store_block(uint8_t *p, uint8x16_t x)
{
	vst1q_u8(p, x);
}

LANE_INLINE uint8x16_t xor_block(uint8x16_t a, uint8x16_t b)
{
	return veorq_u8(a, b);
}

LANE_INLINE uint8x16_t xor3_block(uint8x16_t a, uint8x16_t b, uint8x16_t c)
{
#ifdef __ARM_FEATURE_SHA3
	return veor3q_u8(a, b, c);
#else
	return veorq_u8(veorq_u8(a, b), c);
#endif
}

LANE_INLINE uint8x16_t swap_halves(uint8x16_t x)
{
	return vextq_u8(x, x, 8);
}

/* The n ≤ 16 bytes at p, then zeroes. */
LANE_INLINE uint8x16_t load_block_part(const uint8_t *p, size_t n)
{
	if (n == 16)
		return load_block(p);
	uint64_t lo, hi;
	load_part(p, n, &lo, &hi);
	return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(lo), vcreate_u64(hi)));
}

/* Stores the first n ≤ 16 bytes; returns x with zeroes behind them. */
LANE_INLINE uint8x16_t store_block_part(uint8_t *p, uint8x16_t x, size_t n)
{
	static const uint8_t index[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	if (n == 16) {
		store_block(p, x);
		return x;
	}
	const uint64x2_t words = vreinterpretq_u64_u8(x);
	store_part(p, n, vgetq_lane_u64(words, 0), vgetq_lane_u64(words, 1));
	return vandq_u8(x, vcltq_u8(load_block(index), vdupq_n_u8((uint8_t)n)));
}

LANE_INLINE uint8x16_t aes_round_key(const struct aes_key *key, size_t round)
{
	return load_block(key->rk[round]);
}

/* x, made here and not elsewhere: compilers keep the order of what is pinned, and of aes_round. */
LANE_INLINE uint8x16_t pin(uint8x16_t x)
{
	__asm__ volatile("" : "+w"(x));
	return x;
}

#ifdef __ARM_FEATURE_AES
enum { AES_HAS_INSTRUCTIONS = 1 };

/* AddRoundKey, and the round that follows up to MixColumns. Volatile: the rounds of independent blocks stay in the
 * order in which they are written; left to itself, gcc takes one block through all of them before the next. */
LANE_INLINE uint8x16_t aes_round(uint8x16_t x, uint8x16_t rk)
{
	__asm__ volatile("aese %0.16b, %1.16b\n\taesmc %0.16b, %0.16b" : "+w"(x) : "w"(rk));
	return x;
}

/* AddRoundKey, SubBytes and ShiftRows; where it is written, too. */
LANE_INLINE uint8x16_t aes_last_round(uint8x16_t x, uint8x16_t rk)
{
	__asm__ volatile("aese %0.16b, %1.16b" : "+w"(x) : "w"(rk));
	return x;
}

LANE_INLINE uint8x16_t aes_encrypt(const struct aes_key *key, uint8x16_t x)
{
	size_t round = 0;
	for (; round < key->n_rounds - 1; round++)
		x = aes_round(x, aes_round_key(key, round));
	return xor_block(vaeseq_u8(x, aes_round_key(key, round)), aes_round_key(key, round + 1));
}

/* Likewise the other way, with the keys of aes_invert: InvShiftRows and InvSubBytes, then InvMixColumns. */
LANE_INLINE uint8x16_t aes_inverse_round(uint8x16_t x, uint8x16_t rk)
{
	__asm__ volatile("aesd %0.16b, %1.16b\n\taesimc %0.16b, %0.16b" : "+w"(x) : "w"(rk));
	return x;
}

LANE_INLINE uint8x16_t aes_decrypt(const struct aes_key *inverse, uint8x16_t x)
{
	size_t round = 0;
	for (; round < inverse->n_rounds - 1; round++)
		x = aes_inverse_round(x, aes_round_key(inverse, round));
	return xor_block(vaesdq_u8(x, aes_round_key(inverse, round)), aes_round_key(inverse, round + 1));
}

/* SubWord, FIPS 197 §5.2, of a word that is in all columns: so that ShiftRows does nothing. */
LANE_INLINE uint8x16_t aes_sub_words(uint8x16_t x)
{
	return vaeseq_u8(x, vdupq_n_u8(0));
}
#else
enum { AES_HAS_INSTRUCTIONS = 0 };

#include "aes_neon_sliced.h"

#include "aes_neon_permuted.h"
#endif

LANE_INLINE uint32_t aes_sub_word(uint32_t word)
{
	const uint8x16_t x = vreinterpretq_u8_u32(vdupq_n_u32(word));
	return vgetq_lane_u32(vreinterpretq_u32_u8(aes_sub_words(x)), 0);
}

/* FIPS 197 §5.2. key_len: 16, 24 or 32. */
static inline void aes_expand(struct aes_key *key, const uint8_t *user_key, size_t key_len)
{
	const size_t n = key_len / 4;
	uint8_t *rk = key->rk[0];
	uint32_t rcon = 1;
	key->n_rounds = n + 6;
	memcpy(rk, user_key, key_len);
	for (size_t i = n; i < 4 * (key->n_rounds + 1); i++) {
		uint32_t w = load32_le(rk + 4 * (i - 1));
		if (i % n == 0) {
			w = aes_sub_word(w >> 8 | w << 24) ^ rcon;
			rcon = rcon << 1 ^ (rcon >> 7) * 0x11b;
		} else if (n > 6 && i % n == 4) {
			w = aes_sub_word(w);
		}
		store32_le(rk + 4 * i, w ^ load32_le(rk + 4 * (i - n)));
	}
}

/* The keys of the inverse cipher in the order of their use: with instructions, of the equivalent one, FIPS 197 §5.3.5.
 */
static inline __attribute__((unused)) void aes_invert(struct aes_key *inverse, const struct aes_key *key)
{
	const size_t n = key->n_rounds;
	inverse->n_rounds = n;
	store_block(inverse->rk[0], aes_round_key(key, n));
	for (size_t i = 1; i < n; i++) {
		uint8x16_t rk = aes_round_key(key, n - i);
#ifdef __ARM_FEATURE_AES
		rk = vaesimcq_u8(rk);
#endif
		store_block(inverse->rk[i], rk);
	}
	store_block(inverse->rk[n], aes_round_key(key, 0));
}

#endif
