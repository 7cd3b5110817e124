/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_CBC_IMPL_H
#define LANE_KERNELS_AES_CBC_IMPL_H

/*
 * What an AES-CBC kernel does for the public layer, which has checked lengths,
 * pointers and overlaps. `key` is the kernel's own expanded key, at most
 * AES_CBC_KEY_LEN bytes, aligned to 64.
 */

#include "../kernel_impl.h"
#include "../util.h"

#include <lanecrypt/aes_cbc.h>

enum { AES_CBC_KEY_LEN = LANE_AES_CBC_CTX_LEN - 64 };

struct lane_aes_cbc_ops {
	/* Expands a key of 16, 24 or 32 bytes. */
	void (*init)(void *key, const uint8_t *user_key, size_t key_len);

	void (*encrypt)(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks);
	void (*decrypt)(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks);

	/* Ends a public call that ran this kernel on len bytes, or did more: SIZE_MAX: nothing of the key stays in
	 * registers or on the stack. */
	void (*scrub)(size_t len);
};

#endif
