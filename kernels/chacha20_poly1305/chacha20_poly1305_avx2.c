// SPDX-License-Identifier: MIT
// chacha20-poly1305:avx2

#include "chacha20/chacha20_avx2.inc.h"
#include "chacha20_poly1305/poly1305.h"
#include "kernel_impl.h"

static void poly1305_many(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	poly1305_blocks(p, in, n_blocks);
}

#include "chacha20_poly1305/chacha20_poly1305_twopass.inc.h"

extern const struct lane_kernel lane_kernel_chacha20_poly1305_avx2;
const struct lane_kernel lane_kernel_chacha20_poly1305_avx2 = {
	.family = "chacha20-poly1305",
	.isa = "avx2",
	.name = "chacha20-poly1305:avx2",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20_poly1305 = &ops,
};
