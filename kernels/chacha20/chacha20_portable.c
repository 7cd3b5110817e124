// SPDX-License-Identifier: MIT
// chacha20:portable, plain C for any CPU.

#include "chacha20/chacha20_portable.inc.h"
#include "kernel_impl.h"
#include "scrub.h"

static void scrub(size_t len)
{
	(void)len;
	scrub_all(448);
}

static const struct lane_chacha20_ops ops = {.crypt = chacha20_crypt, .scrub = scrub};

extern const struct lane_kernel lane_kernel_chacha20_portable;
const struct lane_kernel lane_kernel_chacha20_portable = {
	.family = "chacha20",
	.isa = "portable",
	.name = "chacha20:portable",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20 = &ops,
};
