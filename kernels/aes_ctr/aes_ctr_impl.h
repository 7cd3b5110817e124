/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_CTR_IMPL_H
#define LANE_KERNELS_AES_CTR_IMPL_H

/*
 * What an AES-CTR kernel does for the public layer, which has checked lengths,
 * pointers and overlaps. `key` is the kernel's own expanded key, at most
 * AES_CTR_KEY_LEN bytes, aligned to 64.
 */

#include "../kernel_impl.h"
#include "../util.h"

#include <lanecrypt/aes_ctr.h>

enum { AES_CTR_KEY_LEN = LANE_AES_CTR_CTX_LEN - 64 };

struct lane_aes_ctr_ops {
	/* Expands a key of 16, 24 or 32 bytes. */
	void (*init)(void *key, const uint8_t *user_key, size_t key_len);

	/* The last 64 bits of counter do not wrap within the message: the public layer cuts there. */
	void (*crypt)(const void *key, uint8_t *out, const uint8_t counter[16], const uint8_t *in, size_t len);

	/* ECB. */
	void (*encrypt_blocks)(const void *key, uint8_t *out, const uint8_t *in, size_t n_blocks);

	/* Ends a public call that ran this kernel on a message of len bytes, or did more: SIZE_MAX: nothing of the key
	 * stays in registers or on the stack. */
	void (*scrub)(size_t len);
};

/* The operations that an initialised context uses for len bytes, and its key;
 * NULL when the context is not initialised. */
const struct lane_aes_ctr_ops *lane_aes_ctr_resolve(const struct lane_aes_ctr_ctx *ctx, size_t len, const void **key);

#endif
