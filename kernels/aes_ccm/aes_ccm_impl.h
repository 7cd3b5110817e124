/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_CCM_IMPL_H
#define LANE_KERNELS_AES_CCM_IMPL_H

/*
 * What an AES-CCM kernel does for the public layer, which has checked lengths,
 * pointers and overlaps. `key` is the kernel's own expanded key, at most
 * AES_CCM_KEY_LEN bytes, aligned to 64. Blocks of state (MAC, counter) are as
 * SP 800-38C has them, so that kernels of one layout can be mixed.
 */

#include "../kernel_impl.h"
#include "../util.h"

#include <lanecrypt/aes_ccm.h>

enum { AES_CCM_KEY_LEN = LANE_AES_CCM_CTX_LEN - 64 };

/* A whole message, but for its outputs. */
struct ccm_message {
	const uint8_t *nonce, *aad, *in;
	size_t nonce_len, tag_len, aad_len, in_len;
};

struct lane_aes_ccm_ops {
	/* Expands a key of 16, 24 or 32 bytes. */
	void (*init)(void *key, const uint8_t *user_key, size_t key_len);

	/* Both write 16 bytes of tag, of which the first tag_len belong to the message; the public layer
	 * compares. */
	void (*seal)(const void *key, uint8_t *out, uint8_t tag[16], const struct ccm_message *m);
	void (*open)(const void *key, uint8_t *out, uint8_t tag[16], const struct ccm_message *m);

	/* For streams. A stretch of a message, or of associated data, in whole blocks, at least one: counter is that
	 * of its first block; it and mac are moved on. */
	void (*encrypt)(const void *key, uint8_t counter[16], uint8_t mac[16], uint8_t *out, const uint8_t *in,
			size_t n_blocks);
	void (*decrypt)(const void *key, uint8_t counter[16], uint8_t mac[16], uint8_t *out, const uint8_t *in,
			size_t n_blocks);
	void (*authenticate)(const void *key, uint8_t mac[16], const uint8_t *in, size_t n_blocks);
	void (*encrypt_block)(const void *key, uint8_t out[16], const uint8_t in[16]);

	/* Ends a public call that ran this kernel on a message of len bytes, or did more: SIZE_MAX: nothing of the key
	 * stays in registers or on the stack. */
	void (*scrub)(size_t len);
};

enum direction { SEALING, OPENING };

/* The first byte of B0, SP 800-38C A.2.1; of counter blocks it is its last three bits alone, A.3. */
LANE_INLINE uint8_t ccm_flags(size_t nonce_len, size_t tag_len, int has_aad)
{
	return (uint8_t)((has_aad ? 0x40 : 0) | (tag_len - 2) / 2 << 3 | (14 - nonce_len));
}

/* The first block, B0. */
LANE_INLINE void ccm_first_block(uint8_t b0[16], const uint8_t *nonce, size_t nonce_len, size_t tag_len, int has_aad,
				 uint64_t len)
{
	store64_be(b0 + 8, len); /* its last 15 − nonce_len bytes are all that is not zero */
	b0[0] = ccm_flags(nonce_len, tag_len, has_aad);
	memcpy(b0 + 1, nonce, nonce_len);
}

/* The counter block A0. */
LANE_INLINE void ccm_first_counter(uint8_t a0[16], const uint8_t *nonce, size_t nonce_len)
{
	memset(a0, 0, 16);
	a0[0] = (uint8_t)(14 - nonce_len);
	memcpy(a0 + 1, nonce, nonce_len);
}

/* What comes before associated data of aad_len > 0 bytes: its length in 2, 6 or 10 bytes, A.2.2. Returns how many. */
LANE_INLINE size_t ccm_aad_prefix(uint8_t prefix[10], uint64_t aad_len)
{
	if (aad_len < 0xff00) {
		prefix[0] = (uint8_t)(aad_len >> 8);
		prefix[1] = (uint8_t)aad_len;
		return 2;
	}
	prefix[0] = 0xff;
	if (aad_len <= UINT32_MAX) {
		prefix[1] = 0xfe;
		store32_be(prefix + 2, (uint32_t)aad_len);
		return 6;
	}
	prefix[1] = 0xff;
	store64_be(prefix + 2, aad_len);
	return 10;
}

#endif
