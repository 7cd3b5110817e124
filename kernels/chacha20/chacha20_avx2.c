// SPDX-License-Identifier: MIT
// chacha20:avx2: 8 blocks at once, chacha20_simd.inc.h at 32 bytes.

#define VL 32
#include "chacha20/chacha20_simd.inc.h"
#include "kernel_impl.h"

static const struct lane_chacha20_ops ops = {.crypt = chacha20_crypt};

extern const struct lane_kernel lane_kernel_chacha20_avx2;
const struct lane_kernel lane_kernel_chacha20_avx2 = {
	.family = "chacha20",
	.isa = "avx2",
	.name = "chacha20:avx2",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20 = &ops,
};
