/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_POLYVAL_PORTABLE_H
#define LANE_KERNELS_POLYVAL_PORTABLE_H

/*
 * Arithmetic in POLYVAL's field (RFC 8452 §3), x^128 + x^127 + x^126 + x^121 + 1, with integer multiplications.
 *
 * Products are 128 × 128 bits by Karatsuba from three 64 × 64; reduction is Montgomery's, twice 64 bits:
 * l ≡ x^64·(l·x^64 + l·(x^63 + x^62 + x^57)).
 *
 * 64 × 64 carry-less from integer multiplication (Pornin's "holes"): operands keep every fourth bit only, so that the
 * sums of up to 15 ones stay inside their own four bits. 60 bits of one operand have 15 in each class; the upper four
 * bits of it are added by masks. 16 multiplications to 128 bits. Integer multiplication is taken to be constant-time,
 * as it is on every 64-bit CPU of today.
 */

#include "../util.h"

struct element {
	uint64_t lo, hi;
};

__extension__ typedef unsigned __int128 u128;

static inline struct element clmul64(uint64_t x, uint64_t y)
{
	const uint64_t every4th = UINT64_C(0x1111111111111111);
	const uint64_t x60 = x & UINT64_C(0x0fffffffffffffff);
	u128 sum = 0;
	for (int class = 0; class < 4; class ++) {
		u128 s = 0; // product bits whose position is `class` modulo 4
		for (int i = 0; i < 4; i++)
			s ^= (u128)(x60 & every4th << i) * (y & every4th << ((class - i) & 3));
		sum |= s & ((u128)every4th << 64 | every4th) << class;
	}
	for (int i = 60; i < 64; i++)
		sum ^= (u128)(y & (uint64_t) - (x >> i & 1)) << i;
	return (struct element){(uint64_t)sum, (uint64_t)(sum >> 64)};
}

// a·b·x^-128
static inline struct element multiply(struct element a, struct element b)
{
	const struct element l = clmul64(a.lo, b.lo), h = clmul64(a.hi, b.hi);
	const struct element m = clmul64(a.lo ^ a.hi, b.lo ^ b.hi);
	const uint64_t v0 = l.lo, v1 = l.hi ^ l.lo ^ h.lo ^ m.lo;
	uint64_t v2 = h.lo ^ l.hi ^ h.hi ^ m.hi, v3 = h.hi;
	const uint64_t w1 = v1 ^ v0 << 63 ^ v0 << 62 ^ v0 << 57;
	v2 ^= v0 ^ v0 >> 1 ^ v0 >> 2 ^ v0 >> 7;
	v2 ^= w1 << 63 ^ w1 << 62 ^ w1 << 57;
	v3 ^= w1 ^ w1 >> 1 ^ w1 >> 2 ^ w1 >> 7;
	return (struct element){v2, v3};
}

#endif
