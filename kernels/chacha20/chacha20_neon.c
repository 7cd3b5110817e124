// SPDX-License-Identifier: MIT
// chacha20:neon: 9 blocks at once, chacha20_neon.inc.h.

#include "chacha20/chacha20_neon.inc.h"
#include "kernel_impl.h"
#include "scrub.h"

static void scrub(size_t len)
{
	(void)len;
	scrub_all(2048);
}

static const struct lane_chacha20_ops ops = {.crypt = chacha20_crypt, .scrub = scrub};

extern const struct lane_kernel lane_kernel_chacha20_neon;
const struct lane_kernel lane_kernel_chacha20_neon = {
	.family = "chacha20",
	.isa = "neon",
	.name = "chacha20:neon",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20 = &ops,
};
