// SPDX-License-Identifier: MIT
// ChaCha20 that rotates bit by bit, with a branch on each. All else is the portable kernel's.

#define LANE_KERNELS_CHACHA20_ROUND_H // this quarter round takes that one's place

#include "leaky.h"
#include "util.h"

static uint32_t rotl32(uint32_t x, int n)
{
	for (; n > 0; n--) {
		const uint32_t top = x >> 31;
		x <<= 1;
		if (top) { // the leak
			KEEP_BRANCH();
			x |= 1;
		}
	}
	return x;
}

static void quarter_round(uint32_t x[16], int a, int b, int c, int d)
{
	x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 16);
	x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 12);
	x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 8);
	x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 7);
}

#include "chacha20/chacha20_portable.inc.h"

static const struct lane_chacha20_ops ops = {.crypt = chacha20_crypt, .scrub = leaky_scrub};

const struct lane_kernel leaky_chacha20 = {
	.family = "chacha20",
	.isa = "leaky",
	.name = "chacha20:leaky",
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20 = &ops,
};
