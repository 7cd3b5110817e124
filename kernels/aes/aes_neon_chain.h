/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_NEON_CHAIN_H
#define LANE_KERNELS_AES_NEON_CHAIN_H

/*
 * A chain of blocks on arm64, each xored with what was made of the one before, as CBC and CBC-MAC have it, and up to
 * two blocks beside it. E(x) ends with the sum of y and the last key, the next block m follows and the first key is
 * added: the chain goes from y to the rounds of y ^ (m ^ last ^ first), of which what is in brackets is ready before y
 * is. With AES instructions it then consists of AESE and AESMC alone. Included by kernel files only.
 */

#include "aes_neon_group.h"

/* What a call keeps in registers. */
struct chain {
	const struct aes_key *key;
#ifdef __ARM_FEATURE_AES
	uint8x16_t late[11]; /* round keys */
#else
	struct aes_sbox sbox;
#endif
	uint8x16_t first, last, between; /* round keys, and their sum */
};

LANE_INLINE struct chain start_chain(const struct aes_key *key)
{
	struct chain chain = {.key = key, .first = aes_round_key(key, 0)};
#ifdef __ARM_FEATURE_AES
	load_last(key, chain.late);
	chain.last = chain.late[10];
#else
	chain.sbox = aes_load_sbox();
	chain.last = aes_round_key(key, key->n_rounds);
#endif
	chain.between = xor_block(chain.first, chain.last);
	return chain;
}

/* All rounds of n ≤ 3 blocks but for the last key, the chain's first: the first key of the others is the first round
 * key. */
LANE_INLINE void chain_rounds(const struct chain *chain, uint8x16_t x[], const int n, uint8x16_t chain_first)
{
#ifdef __ARM_FEATURE_AES
	const size_t n_from_memory = chain->key->n_rounds - 10;
	x[0] = aes_round(x[0], chain_first);
	round_blocks(0, x + 1, n - 1, chain->first);
	for (size_t round = 1; round <= n_from_memory; round++)
		round_blocks(0, x, n, aes_round_key(chain->key, round));
	LANE_UNROLL
	for (size_t i = 1; i < 9; i++)
		round_blocks(0, x, n, chain->late[i]);
	LANE_UNROLL
	for (int i = 0; i < 3; i++)
		if (i < n)
			x[i] = vaeseq_u8(x[i], chain->late[9]);
#else
	x[0] = xor_block(x[0], chain_first);
	LANE_UNROLL
	for (int i = 1; i < 3; i++)
		if (i < n)
			x[i] = xor_block(x[i], chain->first);
	aes_encrypt_few(&chain->sbox, chain->key, x, n);
#endif
}

#endif
