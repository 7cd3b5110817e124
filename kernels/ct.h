/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_CT_H
#define LANE_KERNELS_CT_H

/* The only places where secrets are compared or selected: masks, no branches. */

#include "util.h"

/* Hides a value's origin from the optimiser, so that it can't turn a mask back
 * into a branch. */
LANE_INLINE uint64_t ct_barrier(uint64_t x)
{
#if !LANE_MEMORY_SANITIZED // takes assembly for a use of secrets
	__asm__("" : "+r"(x));
#endif
	return x;
}

/* All ones when x is 0, else 0. */
LANE_INLINE uint64_t ct_is_zero(uint64_t x)
{
	x = ct_barrier(x);
	return (uint64_t)0 - ((~x & (x - 1)) >> 63);
}

/* The constant-time tests, which mark secrets as undefined, hook in here: the verdict on a tag is what callers may
 * branch on, and nothing else is. */
#ifndef CT_PUBLISH
#define CT_PUBLISH(x) ((void)(x))
#endif

/* 0 when the len ≤ 16 bytes of two tags are equal, else 1. */
LANE_INLINE uint64_t ct_tag_differs(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint64_t d = 0;
	if (len == 16) {
		d = (load64_le(a) ^ load64_le(b)) | (load64_le(a + 8) ^ load64_le(b + 8));
	} else {
		for (size_t i = 0; i < len; i++)
			d |= (uint64_t)(a[i] ^ b[i]);
	}
	uint64_t differs = ct_barrier(d) != 0;
	CT_PUBLISH(&differs);
	return differs;
}

/* Likewise for the two halves of a key of 2·len bytes. */
LANE_INLINE uint64_t ct_halves_differ(const uint8_t *key, size_t len)
{
	uint64_t d = 0;
	for (size_t i = 0; i < len; i += 8)
		d |= load64_le(key + i) ^ load64_le(key + len + i);
	uint64_t differs = ct_barrier(d) != 0;
	CT_PUBLISH(&differs);
	return differs;
}

#endif
