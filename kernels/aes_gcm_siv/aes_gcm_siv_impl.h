/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_GCM_SIV_IMPL_H
#define LANE_KERNELS_AES_GCM_SIV_IMPL_H

/*
 * What an AES-GCM-SIV kernel does for the public layer, which has checked lengths, pointers and overlaps. `key` is the
 * expanded key-generating key in the kernel's own layout, at most AES_GCM_SIV_KEY_LEN bytes, aligned to 64: the keys of
 * a message (RFC 8452 §4) are made with each message.
 */

#include "../kernel_impl.h"
#include "../util.h"

#include <lanecrypt/aes_gcm_siv.h>

enum { AES_GCM_SIV_KEY_LEN = LANE_AES_GCM_SIV_CTX_LEN - 64 };

struct lane_aes_gcm_siv_ops {
	/* Expands a key of 16 or 32 bytes. */
	void (*init)(void *key, const uint8_t *user_key, size_t key_len);

	/* A whole message; len and aad_len may be 0. */
	void (*seal)(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		     size_t aad_len, const uint8_t *in, size_t len);

	/* Decrypts with the tag that came, and writes to `right` the one that belongs to what came out; the public
	 * layer compares. */
	void (*open)(const void *key, uint8_t *out, uint8_t right[16], const uint8_t tag[16], const uint8_t nonce[12],
		     const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len);

	/* Ends a public call that ran this kernel on a message and associated data of len bytes, or less, the longer
	 * of them; or did more: SIZE_MAX: nothing of the keys stays in registers or on the stack. */
	void (*scrub)(size_t len);
};

#endif
