/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_XTS_IMPL_H
#define LANE_KERNELS_AES_XTS_IMPL_H

/*
 * What an AES-XTS kernel does for the public layer, which has checked lengths,
 * pointers, overlaps and the key. `key` is the kernel's own expanded key, at
 * most AES_XTS_KEY_LEN bytes, aligned to 64.
 */

#include "../kernel_impl.h"
#include "../util.h"

#include <lanecrypt/aes_xts.h>

enum { AES_XTS_KEY_LEN = LANE_AES_XTS_CTX_LEN - 64 };

struct lane_aes_xts_ops {
	/* Expands a key of 32 or 64 bytes. */
	void (*init)(void *key, const uint8_t *user_key, size_t key_len);

	/* n_units > 0 data units of unit_len ≥ 16 bytes. The first 8 bytes of the tweak are a little-endian number, one
	 * more for each next unit, which does not wrap. */
	void (*encrypt)(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
			size_t n_units);
	void (*decrypt)(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
			size_t n_units);

	/* Ends a public call that ran this kernel on len bytes in one data unit, or did more: SIZE_MAX: nothing of the
	 * key and the tweaks stays in registers or on the stack. */
	void (*scrub)(size_t len);
};

#endif
