/* SPDX-License-Identifier: MIT */
/*
 * AES-CTR for arm64: `neon-aes`, and `neon`, for CPUs without AES instructions, bitsliced. Before including, define
 * KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow: groups of eight counter blocks; what is left at the end of a message as one piece of 1 … 8 blocks.
 * Identity: a counter block is the first half of the first one, and the second half plus i, as a byte-reversed integer:
 * one addition and one REV64 a block.
 * Registers with AES instructions: 8 blocks, the last eleven round keys, counter, the numbers 0 … 7 as a step: 24 at
 * most. The first two or four keys of AES-192 and -256 are read from memory, once a group.
 * Bounds: trusts the public layer that the counter's last 64 bits do not wrap within a call.
 * Secret: key, data. Public: lengths and counter.
 */

#include "../aes/aes_neon_group.h"
#include "../scrub.h"
#include "aes_ctr_impl.h"

_Static_assert(sizeof(struct aes_key) <= AES_CTR_KEY_LEN, "struct lane_aes_ctr_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_expand(key, user_key, key_len);
}

LANE_INLINE uint64x2_t key_stream(const struct aes_key *key, const uint8x16_t last[11], uint8x16_t b[GROUP],
				  uint64x2_t counter, const int n)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++) {
		if (i < n) {
			b[i] = reverse_halves(counter);
			counter = counter_plus(counter, 1);
		}
	}
	crypt_vectors(0, key, last, b, n);
	return counter;
}

/* 0 < len ≤ 16·n bytes, the last block of which begins before len. */
LANE_INLINE void rest(const struct aes_key *key, const uint8x16_t last[11], uint64x2_t counter, uint8_t *out,
		      const uint8_t *in, size_t len, const int n)
{
	uint8x16_t b[GROUP];
	key_stream(key, last, b, counter, n);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n - 1)
			store_block(out + 16 * i, xor3_block(b[i], last[10], load_block(in + 16 * i)));
	const size_t at = (size_t)(16 * (n - 1));
	store_block_part(out + at, xor3_block(b[n - 1], last[10], load_block_part(in + at, len - at)), len - at);
}

static void crypt(const void *key, uint8_t *out, const uint8_t counter[16], const uint8_t *in, size_t len)
{
	uint64x2_t c = vreinterpretq_u64_u8(vrev64q_u8(load_block(counter)));
	uint8x16_t b[GROUP], last[11];
	load_last(key, last);
	for (; len >= GROUP_LEN; len -= GROUP_LEN, in += GROUP_LEN, out += GROUP_LEN) {
		c = key_stream(key, last, b, c, GROUP);
		LANE_UNROLL
		for (int i = 0; i < GROUP; i++)
			store_block(out + 16 * i, xor3_block(b[i], last[10], load_block(in + 16 * i)));
	}
	switch ((len + 15) / 16) {
	case 0:
		return;
	case 1:
		rest(key, last, c, out, in, len, 1);
		return;
	case 2:
		rest(key, last, c, out, in, len, 2);
		return;
	case 3:
		rest(key, last, c, out, in, len, 3);
		return;
	case 4:
		rest(key, last, c, out, in, len, 4);
		return;
	case 5:
		rest(key, last, c, out, in, len, 5);
		return;
	case 6:
		rest(key, last, c, out, in, len, 6);
		return;
	case 7:
		rest(key, last, c, out, in, len, 7);
		return;
	default:
		rest(key, last, c, out, in, len, 8);
		return;
	}
}

static void encrypt_blocks(const void *key, uint8_t *out, const uint8_t *in, size_t n_blocks)
{
	const struct aes_key *k = key;
	uint8x16_t b[GROUP], last[11];
	load_last(k, last);
	for (; n_blocks >= GROUP; n_blocks -= GROUP, in += GROUP_LEN, out += GROUP_LEN) {
		LANE_UNROLL
		for (int i = 0; i < GROUP; i++)
			b[i] = load_block(in + 16 * i);
		crypt_vectors(0, k, last, b, GROUP);
		LANE_UNROLL
		for (int i = 0; i < GROUP; i++)
			store_block(out + 16 * i, xor_block(b[i], last[10]));
	}
	if (n_blocks == 1) {
		store_block(out, aes_encrypt(k, load_block(in)));
		return;
	}
	if (n_blocks > 0) {
		for (size_t i = 0; i < GROUP; i++)
			b[i] = load_block(in + (i < n_blocks ? 16 * i : 0));
		crypt_vectors(0, k, last, b, GROUP);
		for (size_t i = 0; i < n_blocks; i++)
			store_block(out + 16 * i, xor_block(b[i], last[10]));
	}
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(768);
}

static const struct lane_aes_ctr_ops ops = {
	.init = init,
	.crypt = crypt,
	.encrypt_blocks = encrypt_blocks,
	.scrub = scrub,
};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-ctr",
	.isa = KERNEL_ISA,
	.name = "aes-ctr:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_NEON_AES,
	.ops.aes_ctr = &ops,
};
