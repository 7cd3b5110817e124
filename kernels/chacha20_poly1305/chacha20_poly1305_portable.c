// SPDX-License-Identifier: MIT
// chacha20-poly1305:portable, plain C for any 64-bit CPU.

#include "chacha20/chacha20_portable.inc.h"
#include "chacha20_poly1305/poly1305.h"
#include "kernel_impl.h"

static void poly1305_many(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	poly1305_blocks(p, in, n_blocks);
}

#include "chacha20_poly1305/chacha20_poly1305_twopass.inc.h"

extern const struct lane_kernel lane_kernel_chacha20_poly1305_portable;
const struct lane_kernel lane_kernel_chacha20_poly1305_portable = {
	.family = "chacha20-poly1305",
	.isa = "portable",
	.name = "chacha20-poly1305:portable",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20_poly1305 = &ops,
};
