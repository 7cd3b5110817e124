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

/* Two of the last rounds, and between them the products of the n-th and the next block at hashed, whose bytes are
 * reversed here unless they are POLYVAL's; y is added to the first. The order of the lines is the schedule. */
LANE_INLINE void two_rounds(const struct ghash_key *key, const uint8x16_t last[11], const size_t round,
			    uint8x16_t b[GROUP], struct ghash_sum *sum, uint8x16_t y, const uint8_t *hashed,
			    const size_t n, const int reverse)
{
	const uint8_t *h = key->h[GCM_N_POWERS - GROUP + n];
	const uint8x16_t h0 = load_block(h), h1 = load_block(h + 16);
	const uint8x16_t h_sum = load_block(key->h_sum[GCM_N_POWERS - GROUP + n]);
	uint8x16_t rk = last[round], x0, x1, t, u, v;
	b[0] = aes_round(b[0], rk);
	x0 = pin(load_hashed(hashed + 16 * n, reverse));
	if (n == 0)
		x0 = pin(xor_block(x0, y));
	b[1] = aes_round(b[1], rk);
	x1 = pin(load_hashed(hashed + 16 * n + 16, reverse));
	b[2] = aes_round(b[2], rk);
	u = pin(multiply_first(x0, h0));
	b[3] = aes_round(b[3], rk);
	t = pin(add_halves(x0, x1));
	b[4] = aes_round(b[4], rk);
	v = pin(multiply_first(x1, h1));
	b[5] = aes_round(b[5], rk);
	b[6] = aes_round(b[6], rk);
	sum->hi = pin(xor3_block(sum->hi, u, v));
	b[7] = aes_round(b[7], rk);
	rk = last[round + 1];
	b[0] = aes_round(b[0], rk);
	u = pin(multiply_second(x0, h0));
	b[1] = aes_round(b[1], rk);
	b[2] = aes_round(b[2], rk);
	v = pin(multiply_second(x1, h1));
	b[3] = aes_round(b[3], rk);
	b[4] = aes_round(b[4], rk);
	sum->lo = pin(xor3_block(sum->lo, u, v));
	u = pin(multiply_first(t, h_sum));
	b[5] = aes_round(b[5], rk);
	b[6] = aes_round(b[6], rk);
	v = pin(multiply_second(t, h_sum));
	b[7] = aes_round(b[7], rk);
	sum->mid = pin(xor3_block(sum->mid, u, v));
}

#endif
