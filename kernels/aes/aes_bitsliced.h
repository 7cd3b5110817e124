/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_BITSLICED_H
#define LANE_KERNELS_AES_BITSLICED_H

/*
 * AES for any CPU in constant time: four blocks at once, bitsliced, no tables.
 *
 * Eight 64-bit words: word b holds bit b of all 64 bytes, that of row r and
 * column c of block j at position 16r + 4c + j:
 *
 *     63          48 47          32 31          16 15           0
 *    |    row 3     |    row 2     |    row 1     |    row 0     |
 *                                                   c3  c2  c1  c0   (4 bits each: blocks 3 2 1 0)
 *
 * so that ShiftRows rotates within 16-bit fields, and MixColumns needs rotations
 * of whole words only.
 */

#include "../util.h"

enum { AES_BITSLICED_BLOCKS = 4 };

struct aes_bitsliced_key {
	uint64_t rk[15][8]; /* each round key four times over, bitsliced */
	size_t n_rounds;
};

/* Exchanges the bits of a under (mask << shift) with those of b under mask. */
LANE_INLINE void aes_swap_bits(uint64_t *a, uint64_t *b, uint64_t mask, int shift)
{
	const uint64_t t = (*a >> shift ^ *b) & mask;
	*a ^= t << shift;
	*b ^= t;
}

/* Eight 8×8 bit matrices transposed at once: bit i of byte m of word k changes
 * places with bit k of byte m of word i. Its own inverse. */
static inline void aes_transpose(uint64_t q[8])
{
	for (int i = 0; i < 8; i += 2)
		aes_swap_bits(&q[i], &q[i + 1], UINT64_C(0x5555555555555555), 1);
	for (int i = 0; i < 8; i += 4) {
		aes_swap_bits(&q[i], &q[i + 2], UINT64_C(0x3333333333333333), 2);
		aes_swap_bits(&q[i + 1], &q[i + 3], UINT64_C(0x3333333333333333), 2);
	}
	for (int i = 0; i < 4; i++)
		aes_swap_bits(&q[i], &q[i + 4], UINT64_C(0x0f0f0f0f0f0f0f0f), 4);
}

/* b3 b2 b1 b0 becomes 0 b3 0 b2 0 b1 0 b0, and back. */
LANE_INLINE uint64_t aes_spread_bytes(uint64_t x)
{
	x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
	return (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
}

LANE_INLINE uint32_t aes_gather_bytes(uint64_t x)
{
	x &= UINT64_C(0x00ff00ff00ff00ff);
	x = (x | x >> 8) & UINT64_C(0x0000ffff0000ffff);
	return (uint32_t)(x | x >> 16);
}

static inline void aes_bitslice(uint64_t q[8], const uint8_t in[64])
{
	for (size_t j = 0; j < 4; j++) {
		const uint8_t *p = in + 16 * j; /* its columns are the words at p, p + 4, p + 8, p + 12 */
		q[j] = aes_spread_bytes(load32_le(p)) | aes_spread_bytes(load32_le(p + 8)) << 8;
		q[j + 4] = aes_spread_bytes(load32_le(p + 4)) | aes_spread_bytes(load32_le(p + 12)) << 8;
	}
	aes_transpose(q);
}

static inline void aes_unbitslice(uint8_t out[64], uint64_t q[8])
{
	aes_transpose(q);
	for (size_t j = 0; j < 4; j++) {
		uint8_t *p = out + 16 * j;
		store32_le(p, aes_gather_bytes(q[j]));
		store32_le(p + 4, aes_gather_bytes(q[j + 4]));
		store32_le(p + 8, aes_gather_bytes(q[j] >> 8));
		store32_le(p + 12, aes_gather_bytes(q[j + 4] >> 8));
	}
}

/* The S-box as the circuit of Boyar and Peralta, "A new combinational logic
 * minimization technique with applications to cryptology" (SEA 2010), with its
 * names; x0 and s0 are the most significant bits. */
static inline void aes_sub_bytes(uint64_t q[8])
{
	const uint64_t x0 = q[7], x1 = q[6], x2 = q[5], x3 = q[4], x4 = q[3], x5 = q[2], x6 = q[1], x7 = q[0];

	/* linear: into the tower field */
	const uint64_t y14 = x3 ^ x5, y13 = x0 ^ x6, y9 = x0 ^ x3, y8 = x0 ^ x5, t0 = x1 ^ x2;
	const uint64_t y1 = t0 ^ x7, y4 = y1 ^ x3, y12 = y13 ^ y14, y2 = y1 ^ x0, y5 = y1 ^ x6, y3 = y5 ^ y8;
	const uint64_t t1 = x4 ^ y12, y15 = t1 ^ x5, y20 = t1 ^ x1, y6 = y15 ^ x7, y10 = y15 ^ t0, y11 = y20 ^ y9;
	const uint64_t y7 = x7 ^ y11, y17 = y10 ^ y11, y19 = y10 ^ y8, y16 = t0 ^ y11, y21 = y13 ^ y16, y18 = x0 ^ y16;

	/* inversion in GF(2^4)^2 */
	const uint64_t t2 = y12 & y15, t3 = y3 & y6, t4 = t3 ^ t2, t5 = y4 & x7, t6 = t5 ^ t2, t7 = y13 & y16;
	const uint64_t t8 = y5 & y1, t9 = t8 ^ t7, t10 = y2 & y7, t11 = t10 ^ t7, t12 = y9 & y11, t13 = y14 & y17;
	const uint64_t t14 = t13 ^ t12, t15 = y8 & y10, t16 = t15 ^ t12, t17 = t4 ^ t14, t18 = t6 ^ t16;
	const uint64_t t19 = t9 ^ t14, t20 = t11 ^ t16, t21 = t17 ^ y20, t22 = t18 ^ y19, t23 = t19 ^ y21;
	const uint64_t t24 = t20 ^ y18, t25 = t21 ^ t22, t26 = t21 & t23, t27 = t24 ^ t26, t28 = t25 & t27;
	const uint64_t t29 = t28 ^ t22, t30 = t23 ^ t24, t31 = t22 ^ t26, t32 = t31 & t30, t33 = t32 ^ t24;
	const uint64_t t34 = t23 ^ t33, t35 = t27 ^ t33, t36 = t24 & t35, t37 = t36 ^ t34, t38 = t27 ^ t36;
	const uint64_t t39 = t29 & t38, t40 = t25 ^ t39, t41 = t40 ^ t37, t42 = t29 ^ t33, t43 = t29 ^ t40;
	const uint64_t t44 = t33 ^ t37, t45 = t42 ^ t41;
	const uint64_t z0 = t44 & y15, z1 = t37 & y6, z2 = t33 & x7, z3 = t43 & y16, z4 = t40 & y1, z5 = t29 & y7;
	const uint64_t z6 = t42 & y11, z7 = t45 & y17, z8 = t41 & y10, z9 = t44 & y12, z10 = t37 & y3, z11 = t33 & y4;
	const uint64_t z12 = t43 & y13, z13 = t40 & y5, z14 = t29 & y2, z15 = t42 & y9, z16 = t45 & y14, z17 = t41 & y8;

	/* linear: back, with the affine map */
	const uint64_t t46 = z15 ^ z16, t47 = z10 ^ z11, t48 = z5 ^ z13, t49 = z9 ^ z10, t50 = z2 ^ z12, t51 = z2 ^ z5;
	const uint64_t t52 = z7 ^ z8, t53 = z0 ^ z3, t54 = z6 ^ z7, t55 = z16 ^ z17, t56 = z12 ^ t48, t57 = t50 ^ t53;
	const uint64_t t58 = z4 ^ t46, t59 = z3 ^ t54, t60 = t46 ^ t57, t61 = z14 ^ t57, t62 = t52 ^ t58;
	const uint64_t t63 = t49 ^ t58, t64 = z4 ^ t59, t65 = t61 ^ t62, t66 = z1 ^ t63, t67 = t64 ^ t65;
	const uint64_t s3 = t53 ^ t66;
	q[7] = t59 ^ t63;
	q[6] = t64 ^ ~s3;
	q[5] = t55 ^ ~t67;
	q[4] = s3;
	q[3] = t51 ^ t66;
	q[2] = t47 ^ t65;
	q[1] = t56 ^ ~t62;
	q[0] = t48 ^ ~t60;
}

/* The inverse of the S-box's affine map. */
LANE_INLINE void aes_inverse_affine(uint64_t q[8])
{
	const uint64_t x0 = q[0], x1 = q[1], x2 = q[2], x3 = q[3], x4 = q[4], x5 = q[5], x6 = q[6], x7 = q[7];
	q[0] = ~(x2 ^ x5 ^ x7);
	q[1] = x3 ^ x6 ^ x0;
	q[2] = ~(x4 ^ x7 ^ x1);
	q[3] = x5 ^ x0 ^ x2;
	q[4] = x6 ^ x1 ^ x3;
	q[5] = x7 ^ x2 ^ x4;
	q[6] = x0 ^ x3 ^ x5;
	q[7] = x1 ^ x4 ^ x6;
}

/* S = A∘inversion, and inversion is its own inverse: S⁻¹ = inversion∘A⁻¹ = A⁻¹∘S∘A⁻¹ (as in BearSSL). */
static inline void aes_inverse_sub_bytes(uint64_t q[8])
{
	aes_inverse_affine(q);
	aes_sub_bytes(q);
	aes_inverse_affine(q);
}

static inline void aes_shift_rows(uint64_t q[8])
{
	for (int i = 0; i < 8; i++) {
		const uint64_t x = q[i]; /* row r: columns rotate by r, that is 4r bits of 16 */
		q[i] = (x & UINT64_C(0x000000000000ffff)) | (x & UINT64_C(0x00000000fff00000)) >> 4 |
		       (x & UINT64_C(0x00000000000f0000)) << 12 | (x & UINT64_C(0x0000ff0000000000)) >> 8 |
		       (x & UINT64_C(0x000000ff00000000)) << 8 | (x & UINT64_C(0xf000000000000000)) >> 12 |
		       (x & UINT64_C(0x0fff000000000000)) << 4;
	}
}

static inline void aes_inverse_shift_rows(uint64_t q[8])
{
	for (int i = 0; i < 8; i++) {
		const uint64_t x = q[i];
		q[i] = (x & UINT64_C(0x000000000000ffff)) | (x & UINT64_C(0x000000000fff0000)) << 4 |
		       (x & UINT64_C(0x00000000f0000000)) >> 12 | (x & UINT64_C(0x0000ff0000000000)) >> 8 |
		       (x & UINT64_C(0x000000ff00000000)) << 8 | (x & UINT64_C(0x000f000000000000)) << 12 |
		       (x & UINT64_C(0xfff0000000000000)) >> 4;
	}
}

LANE_INLINE uint64_t aes_rotate_rows(uint64_t x, int rows)
{
	return x >> 16 * rows | x << (64 - 16 * rows);
}

/* a_r becomes 2(a_r + a_r+1) + a_r+1 + a_r+2 + a_r+3; doubling moves words up by
 * one and folds the top one by x^8 = x^4 + x^3 + x + 1. */
static inline void aes_mix_columns(uint64_t q[8])
{
	uint64_t sum[8], rest[8];
	for (int i = 0; i < 8; i++) {
		const uint64_t next = aes_rotate_rows(q[i], 1);
		sum[i] = q[i] ^ next;
		rest[i] = next ^ aes_rotate_rows(sum[i], 2);
	}
	q[0] = sum[7] ^ rest[0];
	q[1] = sum[0] ^ sum[7] ^ rest[1];
	q[2] = sum[1] ^ rest[2];
	q[3] = sum[2] ^ sum[7] ^ rest[3];
	q[4] = sum[3] ^ sum[7] ^ rest[4];
	q[5] = sum[4] ^ rest[5];
	q[6] = sum[5] ^ rest[6];
	q[7] = sum[6] ^ rest[7];
}

/* The inverse matrix is that of MixColumns times (5 0 4 0): a_r becomes a_r + 4(a_r + a_r+2) before it. */
static inline void aes_inverse_mix_columns(uint64_t q[8])
{
	uint64_t t[8];
	for (int i = 0; i < 8; i++)
		t[i] = q[i] ^ aes_rotate_rows(q[i], 2);
	q[0] ^= t[6];
	q[1] ^= t[6] ^ t[7];
	q[2] ^= t[0] ^ t[7];
	q[3] ^= t[1] ^ t[6];
	q[4] ^= t[2] ^ t[6] ^ t[7];
	q[5] ^= t[3] ^ t[7];
	q[6] ^= t[4];
	q[7] ^= t[5];
	aes_mix_columns(q);
}

static inline void aes_add_round_key(uint64_t q[8], const uint64_t rk[8])
{
	for (int i = 0; i < 8; i++)
		q[i] ^= rk[i];
}

/* FIPS 197 §5.1 on four blocks. out may be in. */
static inline void aes_bitsliced_encrypt4(const struct aes_bitsliced_key *key, uint8_t out[64], const uint8_t in[64])
{
	uint64_t q[8];
	aes_bitslice(q, in);
	aes_add_round_key(q, key->rk[0]);
	for (size_t round = 1; round < key->n_rounds; round++) {
		aes_sub_bytes(q);
		aes_shift_rows(q);
		aes_mix_columns(q);
		aes_add_round_key(q, key->rk[round]);
	}
	aes_sub_bytes(q);
	aes_shift_rows(q);
	aes_add_round_key(q, key->rk[key->n_rounds]);
	aes_unbitslice(out, q);
}

/* FIPS 197 §5.3 on four blocks. out may be in. */
static inline void aes_bitsliced_decrypt4(const struct aes_bitsliced_key *key, uint8_t out[64], const uint8_t in[64])
{
	uint64_t q[8];
	aes_bitslice(q, in);
	aes_add_round_key(q, key->rk[key->n_rounds]);
	for (size_t round = key->n_rounds - 1; round > 0; round--) {
		aes_inverse_shift_rows(q);
		aes_inverse_sub_bytes(q);
		aes_add_round_key(q, key->rk[round]);
		aes_inverse_mix_columns(q);
	}
	aes_inverse_shift_rows(q);
	aes_inverse_sub_bytes(q);
	aes_add_round_key(q, key->rk[0]);
	aes_unbitslice(out, q);
}

/* n_blocks one by one (ECB). out may be in. */
static inline void aes_bitsliced_encrypt(const struct aes_bitsliced_key *key, uint8_t *out, const uint8_t *in,
					 size_t n_blocks)
{
	for (; n_blocks >= 4; n_blocks -= 4, in += 64, out += 64)
		aes_bitsliced_encrypt4(key, out, in);
	if (n_blocks > 0) {
		uint8_t buffer[64] = {0};
		memcpy(buffer, in, 16 * n_blocks);
		aes_bitsliced_encrypt4(key, buffer, buffer);
		memcpy(out, buffer, 16 * n_blocks);
	}
}

static inline uint32_t aes_sub_word(uint32_t word)
{
	uint8_t buffer[64] = {0};
	uint64_t q[8];
	store32_le(buffer, word);
	aes_bitslice(q, buffer);
	aes_sub_bytes(q);
	aes_unbitslice(buffer, q);
	return load32_le(buffer);
}

/* FIPS 197 §5.2. key_len: 16, 24 or 32. */
static inline void aes_bitsliced_expand(struct aes_bitsliced_key *key, const uint8_t *user_key, size_t key_len)
{
	const size_t n_key_words = key_len / 4, n_rounds = n_key_words + 6, n_words = 4 * (n_rounds + 1);
	uint32_t words[60];
	uint32_t rcon = 1;
	for (size_t i = 0; i < n_key_words; i++) {
		words[i] = load32_le(user_key + 4 * i);
		__asm__ volatile(""); // else it becomes a memcpy, which leaves the key in registers unknown here
	}
	for (size_t i = n_key_words; i < n_words; i++) {
		uint32_t w = words[i - 1];
		if (i % n_key_words == 0) {
			w = aes_sub_word(w >> 8 | w << 24) ^ rcon;
			rcon = rcon == 0x80 ? 0x1b : rcon << 1;
		} else if (n_key_words == 8 && i % 8 == 4) {
			w = aes_sub_word(w);
		}
		words[i] = words[i - n_key_words] ^ w;
	}
	uint8_t blocks[64];
	for (size_t round = 0; round <= n_rounds; round++) {
		for (size_t i = 0; i < 16; i++)
			store32_le(blocks + 4 * i, words[4 * round + i % 4]);
		aes_bitslice(key->rk[round], blocks);
	}
	key->n_rounds = n_rounds;
}

#endif
