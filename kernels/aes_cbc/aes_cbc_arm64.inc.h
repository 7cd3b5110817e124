/* SPDX-License-Identifier: MIT */
/*
 * AES-CBC for arm64: `neon-aes`, and `neon`, for CPUs without AES instructions, which decrypts eight blocks bitsliced
 * and encrypts one by permutation. Before including, define KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow: decryption in groups of eight blocks, the rest in one piece of 1 … 7. The block before joins the last round
 * key and is read again for that, from the last to the first, so that it is still there when out is in; that of a
 * group's first block is kept. Encryption is one chain, aes_neon_chain.h; the ciphertext is made beside it. Registers:
 * 8 blocks, the last eleven round keys, the block before, and for encryption the sum of two round keys. Secret: key,
 * data. Public: lengths and the iv.
 *
 * Predicted by llvm-mca 22, which knows no fusion of AESE with AESMC, cycles/byte with AES-128, gcc 12 (in brackets
 * with AESMC for nothing, as if fused), neoverse-v2 and -n1: decryption 0.35 (0.21) and 1.25 (0.70), where aes-ctr's
 * loop has 0.38 (0.24) and 1.19 (0.63); encryption 2.38 (1.25) on both, 38 cycles a block, the latencies of 10 AESE and
 * 9 AESMC. `neon`: decryption 6.4 and 10.4, encryption 15.6 and 16.3, where `portable` has 26 and 50, 80 and 164.
 */

#include "../aes/aes_neon_chain.h"
#include "../scrub.h"
#include "aes_cbc_impl.h"

struct cbc_key {
	struct aes_key encrypt, decrypt;
};

_Static_assert(sizeof(struct cbc_key) <= AES_CBC_KEY_LEN, "struct lane_aes_cbc_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct cbc_key *k = key;
	aes_expand(&k->encrypt, user_key, key_len);
	aes_invert(&k->decrypt, &k->encrypt);
}

static void encrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	if (n_blocks == 0)
		return;
	const struct chain chain = start_chain(&((const struct cbc_key *)key)->encrypt);
	uint8x16_t x = xor_block(load_block(iv), load_block(in)), first = chain.first;
	for (;;) {
		chain_rounds(&chain, &x, 1, first);
		if (--n_blocks == 0)
			break;
		in += 16;
		first = xor_block(chain.between, load_block(in)); // before out is written, which may be in
		store_block(out, xor_block(x, chain.last));
		out += 16;
	}
	store_block(out, xor_block(x, chain.last));
}

/* n blocks; `before` is the one before them. */
LANE_INLINE void some_blocks(const struct aes_key *key, const uint8x16_t last[11], uint8x16_t before, uint8_t *out,
			     const uint8_t *in, const int n)
{
	uint8x16_t b[GROUP];
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			b[i] = load_block(in + 16 * i);
	crypt_vectors(1, key, last, b, n);
	LANE_UNROLL
	for (int i = GROUP - 1; i > 0; i--)
		if (i < n)
			store_block(out + 16 * i, xor3_block(b[i], last[10], load_block(in + 16 * i - 16)));
	store_block(out, xor3_block(b[0], last[10], before));
}

static void decrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	const struct aes_key *k = &((const struct cbc_key *)key)->decrypt;
	uint8x16_t last[11], before = load_block(iv);
	load_last(k, last);
	for (; n_blocks >= GROUP; n_blocks -= GROUP, in += GROUP_LEN, out += GROUP_LEN) {
		const uint8x16_t end = load_block(in + GROUP_LEN - 16);
		some_blocks(k, last, before, out, in, GROUP);
		before = end;
	}
	switch (n_blocks) {
	case 0:
		return;
	case 1:
		some_blocks(k, last, before, out, in, 1);
		return;
	case 2:
		some_blocks(k, last, before, out, in, 2);
		return;
	case 3:
		some_blocks(k, last, before, out, in, 3);
		return;
	case 4:
		some_blocks(k, last, before, out, in, 4);
		return;
	case 5:
		some_blocks(k, last, before, out, in, 5);
		return;
	case 6:
		some_blocks(k, last, before, out, in, 6);
		return;
	default:
		some_blocks(k, last, before, out, in, 7);
		return;
	}
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(AES_HAS_INSTRUCTIONS ? 256 : 1024);
}

static const struct lane_aes_cbc_ops ops = {.init = init, .encrypt = encrypt, .decrypt = decrypt, .scrub = scrub};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-cbc",
	.isa = KERNEL_ISA,
	.name = "aes-cbc:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_NEON_AES,
	.ops.aes_cbc = &ops,
};
