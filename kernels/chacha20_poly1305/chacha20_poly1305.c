// SPDX-License-Identifier: MIT
// ChaCha20-Poly1305's public layer, and Poly1305 alone.

#include <lanecrypt/chacha20_poly1305.h>
#include <lanecrypt/primitives.h>

#include "chacha20_poly1305/chacha20_poly1305_ops.h"

#define NAME(x) lane_chacha20_poly1305_##x
#define NONCE_LEN LANE_CHACHA20_POLY1305_NONCE_LEN
#define CTX_MAGIC UINT64_C(0x6d63732d63637031)

struct message_key {
	const uint8_t *key, *nonce;
};

LANE_INLINE void message_key_begin(struct message_key *k, const struct lane_chacha20_poly1305_ops *ops,
				   const uint8_t key[32], const uint8_t nonce[NONCE_LEN])
{
	(void)ops;
	*k = (struct message_key){key, nonce};
}

LANE_INLINE void message_key_end(struct message_key *k)
{
	(void)k;
}

#include "chacha20_poly1305/chacha20_poly1305_api.inc.h"

// Apart, so that its stack is not its caller's.
static __attribute__((noinline)) void poly1305(const struct lane_chacha20_poly1305_ops *ops, uint8_t tag[16],
					       const uint8_t key[32], const uint8_t *in, size_t len)
{
	struct poly1305 p;
	poly1305_init(&p, key);
	const size_t n_rest = len % POLY1305_BLOCK_LEN;
	if (len > n_rest)
		ops->poly1305(&p, in, len / POLY1305_BLOCK_LEN);
	if (n_rest > 0) { // the end mark, 2^(8·n_rest), stands inside the block
		uint64_t block[2];
		poly1305_load_short(block, in + len - n_rest, n_rest);
		block[n_rest / 8] |= UINT64_C(1) << 8 * (n_rest % 8);
		poly1305_block(&p, block[0], block[1], 0);
	}
	poly1305_tag(&p, tag);
}

enum lane_status lane_poly1305(const struct lane_kernel *kernel, uint8_t tag[16], const uint8_t key[32],
			       const uint8_t *in, size_t len)
{
	if (!tag || !key || (len > 0 && !in))
		return LANE_ERR_NULL;
	if (overlaps(tag, tag_len_only, key, key_len_only) || overlaps(tag, tag_len_only, in, len))
		return LANE_ERR_OVERLAP;
	struct lane_choice choice;
	const enum lane_status status = lane_kernel_choose("chacha20-poly1305", kernel, &choice);
	if (status != LANE_OK)
		return status;
	const struct lane_chacha20_poly1305_ops *ops =
		(len < choice.swap_len ? choice.small : choice.large)->ops.chacha20_poly1305;
	poly1305(ops, tag, key, in, len);
	ops->scrub(len);
	return LANE_OK;
}
