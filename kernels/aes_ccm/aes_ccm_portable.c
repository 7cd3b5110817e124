// SPDX-License-Identifier: MIT
// AES-CCM for any CPU: bitsliced AES.
//
// Dataflow: aes_bitsliced.h encrypts four blocks at once: one of the CBC-MAC's chain, and beside it the next counter
// block, for nothing. B0 goes together with A0 and A1. Two places stay empty: the chain cannot go faster, and the
// counter need not.
// Secret: key, data, MAC; public: lengths, counter. Constant time without tables.
// An Intel server core, gcc 12, 16 KiB: AES-128 99.5 cycles/byte, AES-256 135.

#include "aes_ccm_impl.h"

#include "../aes/aes_bitsliced.h"
#include "../scrub.h"

_Static_assert(sizeof(struct aes_bitsliced_key) <= AES_CCM_KEY_LEN, "struct lane_aes_ccm_ctx is too small");

// What is encrypted together.
struct places {
	uint8_t chain[16], stream[16], other[32];
};
_Static_assert(sizeof(struct places) == 16 * AES_BITSLICED_BLOCKS, "four blocks");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_bitsliced_expand(key, user_key, key_len);
}

static void encrypt_places(const void *key, struct places *p)
{
	aes_bitsliced_encrypt4(key, (uint8_t *)p, (const uint8_t *)p);
}

static void encrypt_block(const void *key, uint8_t out[16], const uint8_t in[16])
{
	aes_bitsliced_encrypt(key, out, in, 1);
}

static void next(uint8_t counter[16])
{
	store64_be(counter + 8, load64_be(counter + 8) + 1);
}

// p->stream is the key stream of the first block, counter belongs to the block behind it; as at the end.
LANE_INLINE void text(const void *key, struct places *p, uint8_t counter[16], uint8_t *out, const uint8_t *in,
		      size_t len, enum direction direction)
{
	while (len > 0) {
		const size_t n = len < 16 ? len : 16;
		for (size_t i = 0; i < n; i++) {
			const uint8_t x = in[i], y = x ^ p->stream[i];
			p->chain[i] ^= direction == SEALING ? x : y;
			out[i] = y;
		}
		memcpy(p->stream, counter, 16);
		next(counter);
		encrypt_places(key, p);
		in += n;
		out += n;
		len -= n;
	}
}

static void absorb(const void *key, uint8_t mac[16], const uint8_t *in, size_t len)
{
	while (len > 0) {
		const size_t n = len < 16 ? len : 16;
		for (size_t i = 0; i < n; i++)
			mac[i] ^= in[i];
		encrypt_block(key, mac, mac);
		in += n;
		len -= n;
	}
}

static void absorb_aad(const void *key, uint8_t mac[16], const uint8_t *aad, size_t aad_len)
{
	uint8_t block[16];
	const size_t n_prefix = ccm_aad_prefix(block, aad_len);
	const size_t n = aad_len < 16 - n_prefix ? aad_len : 16 - n_prefix;
	memcpy(block + n_prefix, aad, n);
	absorb(key, mac, block, n_prefix + n);
	absorb(key, mac, aad + n, aad_len - n);
}

LANE_INLINE void message(const void *key, uint8_t *out, uint8_t tag[16], const struct ccm_message *m,
			 enum direction direction)
{
	struct places p;
	uint8_t counter[16];
	ccm_first_block(p.chain, m->nonce, m->nonce_len, m->tag_len, m->aad_len > 0, m->in_len);
	ccm_first_counter(counter, m->nonce, m->nonce_len);
	memcpy(p.other, counter, 16);
	next(counter);
	memcpy(p.stream, counter, 16);
	memset(p.other + 16, 0, 16);
	next(counter);
	encrypt_places(key, &p);
	uint8_t s0[16];
	memcpy(s0, p.other, 16);
	if (m->aad_len > 0)
		absorb_aad(key, p.chain, m->aad, m->aad_len);
	text(key, &p, counter, out, m->in, m->in_len, direction);
	for (size_t i = 0; i < 16; i++)
		tag[i] = p.chain[i] ^ s0[i];
}

LANE_INLINE void stretch(const void *key, uint8_t counter[16], uint8_t mac[16], uint8_t *out, const uint8_t *in,
			 size_t n_blocks, enum direction direction)
{
	struct places p = {.chain = {0}};
	memcpy(p.stream, counter, 16);
	encrypt_places(key, &p);
	memcpy(p.chain, mac, 16);
	uint8_t behind[16];
	memcpy(behind, counter, 16);
	next(behind);
	text(key, &p, behind, out, in, 16 * n_blocks, direction);
	memcpy(mac, p.chain, 16);
	store64_be(counter + 8, load64_be(counter + 8) + n_blocks);
}

static void authenticate(const void *key, uint8_t mac[16], const uint8_t *in, size_t n_blocks)
{
	absorb(key, mac, in, 16 * n_blocks);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(1152);
}

#define KERNEL_ISA "portable"
#define KERNEL_SYMBOL lane_kernel_aes_ccm_portable
#define KERNEL_LAYOUT LANE_LAYOUT_BITSLICED
#include "aes_ccm_ops.inc.h"
