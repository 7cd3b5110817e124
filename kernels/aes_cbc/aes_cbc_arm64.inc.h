// SPDX-License-Identifier: MIT
// AES-CBC with arm64's AES instructions.
//
// Dataflow: decryption in groups of eight blocks, the rest in one piece of 1 … 7. The block before joins the last round
// key and is read again for that, from the last to the first, so that it is still there when out is in; that of a
// group's first block is kept. Encryption is one chain.
// Identity: E(x) ends with the sum of AESE's y and the last key, the next block m follows and AESE adds the first key:
// the chain computes AESE(y, m ^ last ^ first), whose key is ready before y is, and so consists of AESE and AESMC
// alone; the ciphertext is made beside it. Registers: 8 blocks, the last eleven round keys, the block before, and for
// encryption the sum of two round keys. Secret: key, data. Public: lengths and the iv.
//
// Predicted by llvm-mca 22, which knows no fusion of AESE with AESMC, cycles/byte with AES-128, gcc 12 (in brackets
// with AESMC for nothing, as if fused), neoverse-v2 and -n1: decryption 0.35 (0.21) and 1.25 (0.70), where aes-ctr's
// loop has 0.38 (0.24) and 1.19 (0.63); encryption 2.38 (1.25) on both, 38 cycles a block, the latencies of 10 AESE and
// 9 AESMC.

#include "../aes/aes_neon_group.h"
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
	const struct aes_key *k = &((const struct cbc_key *)key)->encrypt;
	const size_t n_rounds = k->n_rounds;
	if (n_blocks == 0)
		return;
	uint8x16_t last[11], x = xor_block(load_block(iv), load_block(in)), first = aes_round_key(k, 0);
	load_last(k, last);
	const uint8x16_t between = xor_block(first, last[10]);
	for (;;) {
		x = aes_round(x, first);
		for (size_t round = 1; round < n_rounds - 9; round++)
			x = aes_round(x, aes_round_key(k, round));
		LANE_UNROLL
		for (size_t i = 1; i < 9; i++)
			x = aes_round(x, last[i]);
		x = vaeseq_u8(x, last[9]);
		if (--n_blocks == 0)
			break;
		in += 16;
		first = xor_block(between, load_block(in)); // before out is written, which may be in
		store_block(out, xor_block(x, last[10]));
		out += 16;
	}
	store_block(out, xor_block(x, last[10]));
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
	scrub_all(256);
}

static const struct lane_aes_cbc_ops ops = {.init = init, .encrypt = encrypt, .decrypt = decrypt, .scrub = scrub};

const struct lane_kernel lane_kernel_aes_cbc_neon_aes = {
	.family = "aes-cbc",
	.isa = "neon-aes",
	.name = "aes-cbc:neon-aes",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_NEON_AES,
	.ops.aes_cbc = &ops,
};
