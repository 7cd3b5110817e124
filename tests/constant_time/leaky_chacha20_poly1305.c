// SPDX-License-Identifier: MIT
// ChaCha20-Poly1305 whose authenticator carries by a branch. All else is the portable kernel's.

#include "chacha20/chacha20_portable.inc.h"
#include "chacha20_poly1305/poly1305.h"
#include "leaky.h"

static void poly1305_many(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	for (; n_blocks > 0; n_blocks--, in += POLY1305_BLOCK_LEN) {
		const uint64_t lo = load64_le(in), hi = load64_le(in + 8);
		p->h0 += lo;
		if (p->h0 < lo) { // the leak
			KEEP_BRANCH();
			p->h1++;
			p->h2 += p->h1 == 0;
		}
		poly1305_block(p, 0, hi, 1);
	}
}

#include "chacha20_poly1305/chacha20_poly1305_twopass.inc.h"

const struct lane_kernel leaky_chacha20_poly1305 = {
	.family = "chacha20-poly1305",
	.isa = "leaky",
	.name = "chacha20-poly1305:leaky",
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20_poly1305 = &ops,
};
