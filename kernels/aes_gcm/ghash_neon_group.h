/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_GHASH_NEON_GROUP_H
#define LANE_KERNELS_GHASH_NEON_GROUP_H

/*
 * Rounds of AES on eight blocks, and between them the products of eight others with powers of h: the schedule that
 * AES-GCM and AES-GCM-SIV share on arm64.
 */

#include "../aes/aes_neon_group.h"
#include "ghash_pmull.h"

_Static_assert((int)GROUP == (int)GCM_GROUP, "as many blocks go through AES as through the hash");

/* A block to be hashed: GHASH's as an element, POLYVAL's as it is. */
LANE_INLINE uint8x16_t load_hashed(const uint8_t *p, const int reverse)
{
	const uint8x16_t block = load_block(p);
	return reverse ? element(block) : block;
}

/* Operations that stay where they are written, among the rounds. gcc, left to choose registers for pinned results of
 * its own, copies every third of them. */
LANE_INLINE uint8x16_t placed_first(uint8x16_t a, uint8x16_t b)
{
	uint8x16_t product;
	__asm__ volatile("pmull %0.1q, %1.1d, %2.1d" : "=w"(product) : "w"(a), "w"(b));
	return product;
}

LANE_INLINE uint8x16_t placed_second(uint8x16_t a, uint8x16_t b)
{
	uint8x16_t product;
	__asm__ volatile("pmull2 %0.1q, %1.2d, %2.2d" : "=w"(product) : "w"(a), "w"(b));
	return product;
}

LANE_INLINE uint8x16_t placed_xor(uint8x16_t x, uint8x16_t y)
{
	__asm__ volatile("eor %0.16b, %0.16b, %1.16b" : "+w"(x) : "w"(y));
	return x;
}

LANE_INLINE uint8x16_t placed_xor3(uint8x16_t x, uint8x16_t y, uint8x16_t z)
{
#ifdef __ARM_FEATURE_SHA3
	__asm__ volatile("eor3 %0.16b, %0.16b, %1.16b, %2.16b" : "+w"(x) : "w"(y), "w"(z));
	return x;
#else
	return placed_xor(placed_xor(x, y), z);
#endif
}

/* Two of the last rounds, and between them the products of the n-th and the next block at hashed, whose bytes are
 * reversed here unless they are POLYVAL's; y is added to the first of all. The sums are begun in round 0. The order of
 * the lines is the schedule. */
LANE_INLINE void two_rounds(const struct ghash_key *key, const uint8x16_t last[11], const size_t round,
			    uint8x16_t b[GROUP], struct ghash_sum *sum, uint8x16_t y, const uint8_t *hashed,
			    const size_t n, const int reverse)
{
	const uint8_t *h = key->h[GCM_N_POWERS - GROUP + n];
	const uint8x16_t h0 = load_block(h), h1 = load_block(h + 16);
	const uint8x16_t h_sum = load_block(key->h_sum[GCM_N_POWERS - GROUP + n]);
	uint8x16_t rk = last[round], x0, x1, t, u, v;
	b[0] = aes_round(b[0], rk);
	x0 = load_hashed(hashed + 16 * n, reverse);
	if (n == 0)
		x0 = placed_xor(x0, y);
	b[1] = aes_round(b[1], rk);
	x1 = load_hashed(hashed + 16 * n + 16, reverse);
	b[2] = aes_round(b[2], rk);
	u = placed_first(x0, h0);
	b[3] = aes_round(b[3], rk);
	t = add_halves(x0, x1);
	b[4] = aes_round(b[4], rk);
	v = placed_first(x1, h1);
	b[5] = aes_round(b[5], rk);
	b[6] = aes_round(b[6], rk);
	sum->hi = round == 0 ? placed_xor(u, v) : placed_xor3(sum->hi, u, v);
	b[7] = aes_round(b[7], rk);
	rk = last[round + 1];
	b[0] = aes_round(b[0], rk);
	u = placed_second(x0, h0);
	b[1] = aes_round(b[1], rk);
	b[2] = aes_round(b[2], rk);
	v = placed_second(x1, h1);
	b[3] = aes_round(b[3], rk);
	b[4] = aes_round(b[4], rk);
	sum->lo = round == 0 ? placed_xor(u, v) : placed_xor3(sum->lo, u, v);
	u = placed_first(t, h_sum);
	b[5] = aes_round(b[5], rk);
	b[6] = aes_round(b[6], rk);
	v = placed_second(t, h_sum);
	b[7] = aes_round(b[7], rk);
	sum->mid = round == 0 ? placed_xor(u, v) : placed_xor3(sum->mid, u, v);
}

#endif
