// SPDX-License-Identifier: MIT
// chacha20:avx2: 8 blocks at once, chacha20_simd.inc.h at 32 bytes.

#define VL 32
#include "chacha20/chacha20_simd.inc.h"
#include "kernel_impl.h"
#include "scrub.h"

static void scrub(size_t len)
{
	scrub_all(len < 256 ? 1536 : len < 768 ? 1792 : 3072);
}

static const struct lane_chacha20_ops ops = {.crypt = chacha20_crypt, .scrub = scrub};

extern const struct lane_kernel lane_kernel_chacha20_avx2;
const struct lane_kernel lane_kernel_chacha20_avx2 = {
	.family = "chacha20",
	.isa = "avx2",
	.name = "chacha20:avx2",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20 = &ops,
};
