// SPDX-License-Identifier: MIT
// chacha20:ssse3: 4 blocks at once, chacha20_simd.inc.h at 16 bytes.

#define VL 16
#include "chacha20/chacha20_simd.inc.h"
#include "kernel_impl.h"
#include "scrub.h"

static void scrub(size_t len)
{
	scrub_all(len < 128 ? 960 : 1600);
}

static const struct lane_chacha20_ops ops = {.crypt = chacha20_crypt, .scrub = scrub};

extern const struct lane_kernel lane_kernel_chacha20_ssse3;
const struct lane_kernel lane_kernel_chacha20_ssse3 = {
	.family = "chacha20",
	.isa = "ssse3",
	.name = "chacha20:ssse3",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20 = &ops,
};
