/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_CHACHA20_ROUND_H
#define LANE_KERNELS_CHACHA20_ROUND_H

/* The quarter round in plain C, RFC 8439 §2.1. */

#include "util.h"

LANE_INLINE uint32_t rotl32(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

LANE_INLINE void quarter_round(uint32_t x[16], int a, int b, int c, int d)
{
	x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 16);
	x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 12);
	x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 8);
	x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 7);
}

#endif
