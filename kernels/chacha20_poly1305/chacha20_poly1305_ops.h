/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_CHACHA20_POLY1305_OPS_H
#define LANE_KERNELS_CHACHA20_POLY1305_OPS_H

#include "chacha20/chacha20_ops.h"
#include "chacha20_poly1305/poly1305.h"

/* What a kernel of the family chacha20-poly1305 does. */
struct lane_chacha20_poly1305_ops {
	/* A whole message, RFC 8439 §2.8; out == in or apart. `open` computes the
	 * tag that the ciphertext ought to have: the public layer compares. */
	void (*seal)(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		     size_t aad_len, const uint8_t *in, size_t in_len);
	void (*open)(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		     size_t aad_len, const uint8_t *in, size_t in_len);
	/* HChaCha20, draft-irtf-cfrg-xchacha-03 §2.2. */
	void (*hchacha20)(uint8_t subkey[32], const uint8_t key[32], const uint8_t nonce[16]);
	/* The two halves, for streams and for lane_poly1305. */
	struct lane_chacha20_ops cipher;
	void (*poly1305)(struct poly1305 *p, const uint8_t *in, size_t n_blocks);

	/* Ends a public call that ran this kernel on a message of len bytes: nothing of the key stays
	 * in registers or on the stack. */
	void (*scrub)(size_t len);
};

#endif
