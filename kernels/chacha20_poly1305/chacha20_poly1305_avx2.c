// SPDX-License-Identifier: MIT
// chacha20-poly1305:avx2: 8 blocks at once, chacha20_simd.inc.h at 32 bytes.

#define VL 32
#include "chacha20_poly1305/chacha20_poly1305_simd.inc.h"
#include "kernel_impl.h"

extern const struct lane_kernel lane_kernel_chacha20_poly1305_avx2;
const struct lane_kernel lane_kernel_chacha20_poly1305_avx2 = {
	.family = "chacha20-poly1305",
	.isa = "avx2",
	.name = "chacha20-poly1305:avx2",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20_poly1305 = &ops,
};
