// SPDX-License-Identifier: MIT
// chacha20-poly1305:neon: 8 or 9 blocks at once, chacha20_neon.inc.h.

#include "chacha20_poly1305/chacha20_poly1305_simd.inc.h"
#include "kernel_impl.h"

extern const struct lane_kernel lane_kernel_chacha20_poly1305_neon;
const struct lane_kernel lane_kernel_chacha20_poly1305_neon = {
	.family = "chacha20-poly1305",
	.isa = "neon",
	.name = "chacha20-poly1305:neon",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20_poly1305 = &ops,
};
