/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_CHACHA20_OPS_H
#define LANE_KERNELS_CHACHA20_OPS_H

#include <stddef.h>
#include <stdint.h>

#define CHACHA20_BLOCK_LEN 64

/* What a kernel of the family chacha20 does. */
struct lane_chacha20_ops {
	/* out = in ^ key stream from block `counter` on, RFC 8439 §2.4. out == in
	 * or apart; len > 0 and no block beyond 2^32−1 (the public layer's care). */
	void (*crypt)(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out, const uint8_t *in,
		      size_t len);

	/* Ends a public call that ran this kernel on a message of len bytes: nothing of the key stays
	 * in registers or on the stack. */
	void (*scrub)(size_t len);
};

#endif
