// SPDX-License-Identifier: MIT
// AES-GCM for arm64 without AES instructions and without a multiplier of 64-bit polynomials.
//
// Dataflow: eight counter blocks at a time through aes_neon_sliced.h; GHASH, eight blocks to a reduction, over all of
// the ciphertext, before it is decrypted or after it was encrypted: neither leaves ports idle that the other could use.
// J0's block is the first of the first eight.
//
// Identities: ghash_pmull.h, ghash_pmull8.h. Bounds: trusts the public layer for lengths; the counter's 32 bits wrap,
// anywhere. Powers reach h^9.
// Secret: key, plaintext, hash. Public: lengths, nonce and counter. No table is looked up in memory.

#include "../aes/aes_neon_group.h"
#include "aes_gcm_arm64.h"
#include "../scrub.h"

enum direction { ENCRYPT, DECRYPT };

/* The next eight blocks of key stream; the counter's words are byte-reversed. */
LANE_INLINE void key_stream(const struct gcm_key *key, uint8x16_t b[GROUP], uint32x4_t *counter)
{
	static const uint32_t one[4] = {0, 0, 0, 1};
	uint8x16_t last[11];
	load_last(&key->aes, last);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++) {
		b[i] = vrev32q_u8(vreinterpretq_u8_u32(*counter));
		*counter = vaddq_u32(*counter, vld1q_u32(one));
	}
	crypt_vectors(0, &key->aes, last, b, GROUP);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		b[i] = xor_block(b[i], last[10]);
}

/* len ≤ as many bytes as b has. */
LANE_INLINE void xor_stream(uint8_t *out, const uint8_t *in, size_t len, const uint8x16_t *b)
{
	for (; len >= 16; len -= 16, in += 16, out += 16)
		store_block(out, xor_block(*b++, load_block(in)));
	if (len > 0)
		store_block_part(out, xor_block(*b, load_block_part(in, len)), len);
}

static void ctr(const struct gcm_key *key, uint32x4_t counter, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8x16_t b[GROUP];
	while (len > 0) {
		const size_t n = len < GROUP_LEN ? len : GROUP_LEN;
		key_stream(key, b, &counter);
		xor_stream(out, in, n, b);
		out += n, in += n, len -= n;
	}
}

LANE_INLINE void message(const struct gcm_key *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12],
			 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
			 const enum direction direction)
{
	uint8_t j0[16] = {[15] = 1};
	uint8x16_t b[GROUP];
	memcpy(j0, nonce, 12);
	uint32x4_t counter = vreinterpretq_u32_u8(vrev32q_u8(load_block(j0)));
	uint8x16_t y = hash_padded(&key->ghash, vdupq_n_u8(0), aad, aad_len);
	if (direction == DECRYPT)
		y = hash_padded(&key->ghash, y, in, len);
	key_stream(key, b, &counter);
	const size_t n_first = len < GROUP_LEN - 16 ? len : GROUP_LEN - 16;
	xor_stream(out, in, n_first, b + 1);
	ctr(key, counter, out + n_first, in + n_first, len - n_first);
	if (direction == ENCRYPT)
		y = hash_padded(&key->ghash, y, out, len);
	struct ghash_sum sum = ghash_zero();
	ghash_add_one(&sum, &key->ghash, xor_block(y, lengths_block(aad_len, len)), 1);
	store_block(tag, xor_block(element(ghash_reduce(&sum)), b[0]));
}

LANE_INLINE void stretch(const struct gcm_key *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out,
			 const uint8_t *in, size_t n_blocks, const enum direction direction)
{
	const size_t len = 16 * n_blocks;
	if (direction == DECRYPT)
		ghash(key, hash, in, len);
	ctr(key, vreinterpretq_u32_u8(vrev32q_u8(load_block(counter))), out, in, len);
	store32_be(counter + 12, load32_be(counter + 12) + (uint32_t)n_blocks);
	if (direction == ENCRYPT)
		ghash(key, hash, out, len);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(1024);
}

#define KERNEL_ISA "neon"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_neon
#define KERNEL_LAYOUT LANE_LAYOUT_NEON_AES
#include "aes_gcm_ops.inc.h"
