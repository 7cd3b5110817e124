// SPDX-License-Identifier: MIT
// AEGIS whose AES round branches on a bit of the state. All else is the portable kernel's.

#include "aes/aes_bitsliced.h"

#include "leaky.h"

static void leaky_sub_bytes(uint64_t q[8])
{
	aes_sub_bytes(q);
	if (q[0] & 1) // the leak
		KEEP_BRANCH();
}

#define aes_sub_bytes leaky_sub_bytes
#define lane_kernel_aegis_portable clean_aegis
#include "aegis/aegis_portable.c"

static const struct lane_aegis_ops leaky_ops = {.variants = AEGIS_SIX};

const struct lane_kernel leaky_aegis = {
	.family = "aegis",
	.isa = "leaky",
	.name = "aegis:leaky",
	.layout = LANE_LAYOUT_BYTES,
	.ops.aegis = &leaky_ops,
};
