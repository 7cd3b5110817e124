/* SPDX-License-Identifier: MIT */
/*
 * AES-CCM for arm64: `neon-aes`, and `neon`, for CPUs without AES instructions, by permutation. Before including,
 * define KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow: the CBC-MAC is a chain, n rounds of latency a block; the counter blocks find room beside it. B0 goes
 * together with A0 (for the tag) and A1; from then on the rounds of block i run beside those of the counter of block
 * i + 1, so that its plaintext is there when the chain has come to it, also on open.
 * Identity: aes_neon_chain.h. The tag is the sum of two such y, in which the last key cancels. Registers: chain,
 * counter block, counter, the last eleven round keys, the sum of two, plaintext, the key of m: 17. Bounds: trusts the
 * public layer that the counter's last 64 bits do not wrap, and that its length fits them. Secret: key, data,
 * associated data. Public: lengths and nonce.
 *
 * Predicted by llvm-mca 22, AES-128, gcc 12, neoverse-v2 and -n1 alike: 38.0 cycles a block, 2.38 cycles/byte, seal and
 * open; the latencies of 10 AESE and 9 AESMC. With AESMC for nothing, as if fused: 20.0, 1.25.
 * `neon`: 15.9 and 20.3 cycles/byte, where `portable` has 87 and 171; bitsliced, a chain would fill one place of eight:
 * a round of 67 and 96 cycles, against 29 and 33 for the chain's block and a counter's.
 */

#include "../aes/aes_neon_chain.h"
#include "../scrub.h"
#include "aes_ccm_impl.h"

_Static_assert(sizeof(struct aes_key) <= AES_CCM_KEY_LEN, "struct lane_aes_ccm_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_expand(key, user_key, key_len);
}

/* The chain goes on with block m. */
LANE_INLINE uint8x16_t absorb(const struct chain *chain, uint8x16_t state, uint8x16_t m)
{
	chain_rounds(chain, &state, 1, xor_block(m, chain->between));
	return state;
}

LANE_INLINE uint8x16_t absorb_blocks(const struct chain *chain, uint8x16_t state, const uint8_t *in, size_t n_blocks)
{
	for (; n_blocks > 0; n_blocks--, in += 16)
		state = absorb(chain, state, load_block(in));
	return state;
}

/* The next 0 < n ≤ 16 bytes of a message: writes them, and returns the plaintext, padded with zeroes. stream: what
 * rounds made of a counter block. */
LANE_INLINE uint8x16_t crypt(const struct chain *chain, uint8x16_t stream, uint8_t *out, const uint8_t *in, size_t n,
			     enum direction direction)
{
	const uint8x16_t x = load_block_part(in, n);
	const uint8x16_t y = store_block_part(out, xor3_block(stream, chain->last, x), n);
	return direction == SEALING ? x : y;
}

/* The message behind block m, which the chain still has to take. counter: of that block. */
LANE_INLINE uint8x16_t text(const struct chain *chain, uint8x16_t state, uint8x16_t m, uint64x2_t *counter,
			    uint8_t *out, const uint8_t *in, size_t len, enum direction direction)
{
	for (; len >= 16; len -= 16, in += 16, out += 16) {
		*counter = counter_plus(*counter, 1);
		uint8x16_t x[2] = {state, reverse_halves(*counter)};
		chain_rounds(chain, x, 2, xor_block(m, chain->between));
		state = x[0];
		m = crypt(chain, x[1], out, in, 16, direction);
	}
	if (len > 0) {
		*counter = counter_plus(*counter, 1);
		uint8x16_t x[2] = {state, reverse_halves(*counter)};
		chain_rounds(chain, x, 2, xor_block(m, chain->between));
		state = x[0];
		m = crypt(chain, x[1], out, in, len, direction);
	}
	return absorb(chain, state, m);
}

/* Two words, the first one in front. */
LANE_INLINE uint8x16_t words(uint64_t first, uint64_t second)
{
	return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(first), vcreate_u64(second)));
}

/* Associated data, with its length before it. */
LANE_INLINE uint8x16_t absorb_aad(const struct chain *chain, uint8x16_t state, const uint8_t *aad, size_t aad_len)
{
	const uint8x16_t zero = vdupq_n_u8(0);
	size_t n = 14;
	if (aad_len < 0xff00) {
		n = aad_len < n ? aad_len : n;
		const uint8x16_t x = vextq_u8(zero, load_block_part(aad, n), 14); // two zeroes, bytes 0 … 13
		state = absorb(chain, state, xor_block(x, words(aad_len >> 8 | (aad_len & 255) << 8, 0)));
	} else {
		uint8_t block[16];
		const size_t n_prefix = ccm_aad_prefix(block, aad_len);
		n = 16 - n_prefix;
		memcpy(block + n_prefix, aad, n);
		state = absorb(chain, state, load_block(block));
	}
	const size_t n_rest = (aad_len - n) % 16;
	state = absorb_blocks(chain, state, aad + n, (aad_len - n) / 16);
	return n_rest > 0 ? absorb(chain, state, load_block_part(aad + aad_len - n_rest, n_rest)) : state;
}

LANE_INLINE void message(const struct aes_key *key, uint8_t *out, uint8_t tag[16], const struct ccm_message *m,
			 enum direction direction)
{
	const struct chain chain = start_chain(key);
	// a zero, bytes 0 … 14: the nonce where blocks have it
	const uint8x16_t nonce = vextq_u8(vdupq_n_u8(0), load_block_part(m->nonce, m->nonce_len), 15);
	const uint8_t flags = ccm_flags(m->nonce_len, m->tag_len, m->aad_len > 0);
	const uint8x16_t b0 = xor_block(nonce, words(flags, __builtin_bswap64((uint64_t)m->in_len)));
	const uint8x16_t a0 = xor_block(nonce, words(flags & 7, 0));
	uint64x2_t counter = counter_plus(vreinterpretq_u64_u8(vrev64q_u8(a0)), 1);
	uint8x16_t x[3] = {b0, a0, reverse_halves(counter)};
	chain_rounds(&chain, x, 3, chain.first);
	const uint8x16_t s0 = x[1];
	uint8x16_t state = x[0];
	if (m->aad_len > 0)
		state = absorb_aad(&chain, state, m->aad, m->aad_len);
	if (m->in_len > 0) {
		const size_t n = m->in_len < 16 ? m->in_len : 16;
		const uint8x16_t first = crypt(&chain, x[2], out, m->in, n, direction);
		state = text(&chain, state, first, &counter, out + n, m->in + n, m->in_len - n, direction);
	}
	store_block(tag, xor_block(state, s0));
}

LANE_INLINE void stretch(const struct aes_key *key, uint8_t counter[16], uint8_t mac[16], uint8_t *out,
			 const uint8_t *in, size_t n_blocks, enum direction direction)
{
	const struct chain chain = start_chain(key);
	uint64x2_t c = vreinterpretq_u64_u8(vrev64q_u8(load_block(counter)));
	uint8x16_t x = load_block(counter);
	chain_rounds(&chain, &x, 1, chain.first);
	const uint8x16_t m = crypt(&chain, x, out, in, 16, direction);
	const uint8x16_t state = text(&chain, xor_block(load_block(mac), chain.last), m, &c, out + 16, in + 16,
				      16 * (n_blocks - 1), direction);
	store_block(mac, xor_block(state, chain.last));
	store_block(counter, reverse_halves(counter_plus(c, 1)));
}

static void authenticate(const void *key, uint8_t mac[16], const uint8_t *in, size_t n_blocks)
{
	const struct chain chain = start_chain(key);
	const uint8x16_t state = xor_block(load_block(mac), chain.last);
	store_block(mac, xor_block(absorb_blocks(&chain, state, in, n_blocks), chain.last));
}

static void encrypt_block(const void *key, uint8_t out[16], const uint8_t in[16])
{
	store_block(out, aes_encrypt(key, load_block(in)));
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(AES_HAS_INSTRUCTIONS ? 512 : 1536);
}

#define KERNEL_LAYOUT LANE_LAYOUT_NEON_AES
#include "aes_ccm_ops.inc.h"
