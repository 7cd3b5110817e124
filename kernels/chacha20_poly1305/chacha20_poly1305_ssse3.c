// SPDX-License-Identifier: MIT
// chacha20-poly1305:ssse3: 4 blocks at once, chacha20_simd.inc.h at 16 bytes.

#define VL 16
#include "chacha20_poly1305/chacha20_poly1305_simd.inc.h"
#include "kernel_impl.h"

extern const struct lane_kernel lane_kernel_chacha20_poly1305_ssse3;
const struct lane_kernel lane_kernel_chacha20_poly1305_ssse3 = {
	.family = "chacha20-poly1305",
	.isa = "ssse3",
	.name = "chacha20-poly1305:ssse3",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20_poly1305 = &ops,
};
