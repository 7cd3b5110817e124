/* SPDX-License-Identifier: MIT */
/* ChaCha20 in plain C, one block at a time (RFC 8439 §2.3): the portable
 * kernels' cipher. Additions, xors and rotations only: constant time. */

#include "chacha20/chacha20_ops.h"
#include "chacha20/chacha20_round.h"

LANE_INLINE void twenty_rounds(uint32_t x[16])
{
	for (int i = 0; i < 10; i++) {
		quarter_round(x, 0, 4, 8, 12);
		quarter_round(x, 1, 5, 9, 13);
		quarter_round(x, 2, 6, 10, 14);
		quarter_round(x, 3, 7, 11, 15);
		quarter_round(x, 0, 5, 10, 15);
		quarter_round(x, 1, 6, 11, 12);
		quarter_round(x, 2, 7, 8, 13);
		quarter_round(x, 3, 4, 9, 14);
	}
}

static void chacha20_block(uint8_t block[CHACHA20_BLOCK_LEN], const uint32_t state[16])
{
	uint32_t x[16];
	memcpy(x, state, sizeof x);
	twenty_rounds(x);
	for (size_t i = 0; i < 16; i++)
		store32_le(block + 4 * i, x[i] + state[i]);
}

LANE_INLINE void load_key(uint32_t state[16], const uint8_t key[32])
{
	static const uint32_t sigma[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
	memcpy(state, sigma, sizeof sigma);
	for (size_t i = 0; i < 8; i++)
		state[4 + i] = load32_le(key + 4 * i);
}

/* draft-irtf-cfrg-xchacha-03 §2.2. */
LANE_INLINE void hchacha20(uint8_t subkey[32], const uint8_t key[32], const uint8_t nonce[16])
{
	uint32_t x[16];
	load_key(x, key);
	for (size_t i = 0; i < 4; i++)
		x[12 + i] = load32_le(nonce + 4 * i);
	twenty_rounds(x);
	for (size_t i = 0; i < 4; i++) {
		store32_le(subkey + 4 * i, x[i]);
		store32_le(subkey + 16 + 4 * i, x[12 + i]);
	}
}

static void chacha20_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out,
			   const uint8_t *in, size_t len)
{
	uint32_t state[16];
	uint8_t block[CHACHA20_BLOCK_LEN];
	load_key(state, key);
	state[12] = counter;
	for (size_t i = 0; i < 3; i++)
		state[13 + i] = load32_le(nonce + 4 * i);
	for (; len > 0; state[12]++) {
		const size_t n = len < sizeof block ? len : sizeof block;
		chacha20_block(block, state);
		for (size_t i = 0; i < n; i++)
			out[i] = in[i] ^ block[i];
		out += n, in += n, len -= n;
	}
}
