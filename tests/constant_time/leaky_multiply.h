/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_CONSTANT_TIME_LEAKY_MULTIPLY_H
#define LANE_TESTS_CONSTANT_TIME_LEAKY_MULTIPLY_H

#include "aes_gcm/polyval_portable.h"

#include "leaky.h"

/* a·b·x^-128, bit by bit: RFC 8452 §3. */
static struct element leaky_multiply(struct element a, struct element b)
{
	struct element sum = {0, 0};
	for (unsigned i = 0; i < 128; i++) {
		if ((i < 64 ? b.lo >> i : b.hi >> (i - 64)) & 1) { /* the leak */
			KEEP_BRANCH();
			sum.lo ^= a.lo;
			sum.hi ^= a.hi;
		}
		const uint64_t fold = (uint64_t) - (sum.lo & 1) & UINT64_C(0xe100000000000000);
		sum.lo = sum.lo >> 1 | sum.hi << 63;
		sum.hi = sum.hi >> 1 ^ fold;
	}
	return sum;
}

#endif
