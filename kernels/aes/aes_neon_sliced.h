/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_NEON_SLICED_H
#define LANE_KERNELS_AES_NEON_SLICED_H

/*
 * AES for arm64 without its AES instructions, in constant time: eight blocks at once, bitsliced (Käsper and Schwabe,
 * "Faster and timing-attack resistant AES-GCM", CHES 2009). Slice b is a vector whose byte i holds bit b of the i-th
 * byte of all blocks, one block a bit: so that ShiftRows is one TBL, together with the rotation by a row that
 * MixColumns wants another, and the rotation by two rows REV32. Round keys are kept as bytes, and spread over their
 * bits by CMTST as they are used: as long as those of the AES instructions, which contexts have room for.
 *
 * A round of eight blocks is 194 instructions: S-box 119, rows and MixColumns 51, keys 17 and what is read; all stays
 * in registers. The 12 exchanges of bits at the beginning and at the end take four operations each.
 *
 * Predicted by llvm-mca 22, neoverse-n1 and -v2: a round 96 and 67 cycles with gcc 12, 102 and 71 with clang 14; the
 * loop of AES-128-CTR 8.4 and 5.3 cycles/byte, that of AES-128-GCM 11.5 and 6.9.
 *
 * Included by aes_neon.h, which has what is said of blocks and of keys.
 */

typedef uint8x16_t aes_slice;
#define AES_SLICES_INLINE LANE_INLINE
#include "aes_slices.inc.h"

/* Exchanges the bits of a under (mask << shift) with those of b under mask. */
#define EXCHANGE_BITS(a, b, mask, shift)                                                                               \
	do {                                                                                                           \
		const uint8x16_t under = vdupq_n_u8(mask), up = vshlq_n_u8(b, shift), down = vshrq_n_u8(a, shift);     \
		a = vbslq_u8(under, a, up);                                                                            \
		b = vbslq_u8(under, down, b);                                                                          \
	} while (0)

/* Blocks become slices; its own inverse. */
LANE_INLINE void aes_transpose(uint8x16_t q[8])
{
	LANE_UNROLL
	for (int i = 0; i < 8; i += 2)
		EXCHANGE_BITS(q[i], q[i + 1], 0x55, 1);
	LANE_UNROLL
	for (int i = 0; i < 8; i += 4) {
		EXCHANGE_BITS(q[i], q[i + 2], 0x33, 2);
		EXCHANGE_BITS(q[i + 1], q[i + 3], 0x33, 2);
	}
	LANE_UNROLL
	for (int i = 0; i < 4; i++)
		EXCHANGE_BITS(q[i], q[i + 4], 0x0f, 4);
}

LANE_INLINE void aes_add_slices(uint8x16_t q[8], uint8x16_t rk)
{
	LANE_UNROLL
	for (int i = 0; i < 8; i++)
		q[i] = veorq_u8(q[i], vtstq_u8(rk, vdupq_n_u8((uint8_t)(1 << i))));
}

/* Where the bytes of row r and column c, the (4c + r)-th, come from. */
static const uint8_t aes_rows[16] = {0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11};         /* ShiftRows */
static const uint8_t aes_rows_next[16] = {5, 10, 15, 0, 9, 14, 3, 4, 13, 2, 7, 8, 1, 6, 11, 12};    /* then row r + 1 */
static const uint8_t aes_rows_inverse[16] = {0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3}; /* InvShiftRows */
static const uint8_t aes_next_row[16] = {1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12};     /* row r + 1 */

LANE_INLINE void aes_take(uint8x16_t q[8], const uint8_t from[16])
{
	const uint8x16_t index = vld1q_u8(from);
	LANE_UNROLL
	for (int i = 0; i < 8; i++)
		q[i] = vqtbl1q_u8(q[i], index);
}

LANE_INLINE uint8x16_t aes_two_rows(uint8x16_t x)
{
	return vreinterpretq_u8_u16(vrev32q_u16(vreinterpretq_u16_u8(x)));
}

/* ShiftRows and MixColumns. */
LANE_INLINE void aes_mix_rows(uint8x16_t q[8])
{
	const uint8x16_t index = vld1q_u8(aes_rows), next_index = vld1q_u8(aes_rows_next);
	uint8x16_t sum[8], rest[8];
	LANE_UNROLL
	for (int i = 0; i < 8; i++) {
		const uint8x16_t next = vqtbl1q_u8(q[i], next_index);
		sum[i] = veorq_u8(vqtbl1q_u8(q[i], index), next);
		rest[i] = veorq_u8(next, aes_two_rows(sum[i]));
	}
	aes_double_and_add(q, sum, rest);
}

/* InvMixColumns. */
LANE_INLINE void aes_inverse_mix(uint8x16_t q[8])
{
	const uint8x16_t next_index = vld1q_u8(aes_next_row);
	uint8x16_t sum[8], rest[8];
	LANE_UNROLL
	for (int i = 0; i < 8; i++)
		sum[i] = veorq_u8(q[i], aes_two_rows(q[i]));
	aes_add_four_times(q, sum);
	LANE_UNROLL
	for (int i = 0; i < 8; i++) {
		const uint8x16_t next = vqtbl1q_u8(q[i], next_index);
		sum[i] = veorq_u8(q[i], next);
		rest[i] = veorq_u8(next, aes_two_rows(sum[i]));
	}
	aes_double_and_add(q, sum, rest);
}

/* All rounds but for the last key: what comes out is to be xored with it. */
static __attribute__((noinline, unused)) void aes_encrypt8(const struct aes_key *key, uint8x16_t b[8])
{
	uint8x16_t q[8];
	LANE_UNROLL
	for (int i = 0; i < 8; i++)
		q[i] = veorq_u8(b[i], aes_round_key(key, 0));
	aes_transpose(q);
	for (size_t round = 1;; round++) {
		aes_sub_bytes(q);
		if (round == key->n_rounds)
			break;
		aes_mix_rows(q);
		aes_add_slices(q, aes_round_key(key, round));
	}
	aes_take(q, aes_rows);
	aes_transpose(q);
	LANE_UNROLL
	for (int i = 0; i < 8; i++)
		b[i] = q[i];
}

/* Likewise the other way, FIPS 197 §5.3, with the keys of aes_invert. */
static __attribute__((noinline, unused)) void aes_decrypt8(const struct aes_key *inverse, uint8x16_t b[8])
{
	uint8x16_t q[8];
	LANE_UNROLL
	for (int i = 0; i < 8; i++)
		q[i] = veorq_u8(b[i], aes_round_key(inverse, 0));
	aes_transpose(q);
	for (size_t round = 1;; round++) {
		aes_take(q, aes_rows_inverse);
		aes_inverse_sub_bytes(q);
		if (round == inverse->n_rounds)
			break;
		aes_add_slices(q, aes_round_key(inverse, round));
		aes_inverse_mix(q);
	}
	aes_transpose(q);
	LANE_UNROLL
	for (int i = 0; i < 8; i++)
		b[i] = q[i];
}

LANE_INLINE uint8x16_t aes_decrypt(const struct aes_key *inverse, uint8x16_t x)
{
	uint8x16_t b[8] = {x, x, x, x, x, x, x, x};
	aes_decrypt8(inverse, b);
	return xor_block(b[0], aes_round_key(inverse, inverse->n_rounds));
}

#endif
