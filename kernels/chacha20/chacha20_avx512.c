// SPDX-License-Identifier: MIT
// chacha20:avx512 (F, BW, DQ, VL): 2 to 32 blocks at once, chacha20_avx512.inc.h.

#include "chacha20/chacha20_avx512.inc.h"
#include "kernel_impl.h"
#include "scrub.h"

static void scrub(size_t len)
{
	scrub_all(len <= 256 ? 0 : len <= 512 ? 320 : 960);
}

static const struct lane_chacha20_ops ops = {.crypt = chacha20_crypt, .scrub = scrub};

extern const struct lane_kernel lane_kernel_chacha20_avx512;
const struct lane_kernel lane_kernel_chacha20_avx512 = {
	.family = "chacha20",
	.isa = "avx512",
	.name = "chacha20:avx512",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20 = &ops,
};
