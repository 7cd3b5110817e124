/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_GCM_IMPL_H
#define LANE_KERNELS_AES_GCM_IMPL_H

/*
 * What an AES-GCM kernel does for the public layer, which has checked lengths,
 * pointers and overlaps. `key` is the kernel's own expanded key, at most
 * AES_GCM_KEY_LEN bytes, aligned to 64. Blocks of state (hash, counter) are in
 * the byte order of SP 800-38D, so that kernels of one layout can be mixed.
 */

#include "../kernel_impl.h"
#include "../util.h"

#include <lanecrypt/aes_gcm.h>

enum { AES_GCM_KEY_LEN = LANE_AES_GCM_CTX_LEN - 64 };

struct lane_aes_gcm_ops {
	/* Expands a key of 16, 24 or 32 bytes. */
	void (*init)(void *key, const uint8_t *user_key, size_t key_len);

	/* A whole message with a nonce of 12 bytes; len and aad_len may be 0. Both write the tag that
	 * belongs to the message; the public layer compares. */
	void (*seal)(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		     size_t aad_len, const uint8_t *in, size_t len);
	void (*open)(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		     size_t aad_len, const uint8_t *in, size_t len);

	/* One stretch of a message, whole blocks: counter is that of its first block; both it and hash
	 * are moved on. */
	void (*encrypt)(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
			size_t n_blocks);
	void (*decrypt)(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
			size_t n_blocks);

	/* hash takes in len bytes, padded with zeroes to whole blocks. */
	void (*ghash)(const void *key, uint8_t hash[16], const uint8_t *in, size_t len);

	void (*encrypt_block)(const void *key, uint8_t out[16], const uint8_t in[16]);

	/* RFC 8452 §3, from a hash of 0, whole blocks. */
	void (*polyval)(uint8_t hash[16], const uint8_t key[16], const uint8_t *in, size_t n_blocks);

	/* Ends a public call that ran this kernel on a message of len bytes, or did more: SIZE_MAX: nothing of the key
	 * stays in registers or on the stack. */
	void (*scrub)(size_t len);
};

/* The operations that an initialised context uses for a message of len bytes,
 * and its key; NULL when the context is not initialised. */
const struct lane_aes_gcm_ops *lane_aes_gcm_resolve(const struct lane_aes_gcm_ctx *ctx, size_t len, const void **key);

#endif
