// SPDX-License-Identifier: MIT
// AES-GCM for any CPU: bitsliced AES, GHASH with integer multiplications.
//
// Dataflow: four counter blocks at a time through aes_bitsliced.h; GHASH block by
// block behind it. Counter, data and hash meet only in 16-byte blocks in memory.
//
// GHASH: a byte-reversed block is an element of POLYVAL's field, and GHASH is
// POLYVAL with the key H·x (RFC 8452 appendix A): polyval_portable.h.
//
// Secret: key, plaintext, hash; public: lengths, counter. No branch, index or
// division depends on a secret; integer multiplication is taken to be
// constant-time, as it is on every 64-bit CPU of today.
//
// Zen 4, 16 KiB, AES-128: 45 cycles/byte, of which GHASH takes 19.

#include "aes_gcm_impl.h"

#include "../aes/aes_bitsliced.h"
#include "polyval_portable.h"
#include "../scrub.h"

struct portable_key {
	struct aes_bitsliced_key aes;
	struct element h; // H·x
};

_Static_assert(sizeof(struct portable_key) <= AES_GCM_KEY_LEN, "struct lane_aes_gcm_ctx is too small");

enum direction { ENCRYPT, DECRYPT };

static struct element load_reversed(const uint8_t p[16])
{
	return (struct element){load64_be(p + 8), load64_be(p)};
}

static void store_reversed(uint8_t p[16], struct element e)
{
	store64_be(p, e.hi);
	store64_be(p + 8, e.lo);
}

static struct element times_x(struct element e)
{
	const uint64_t carry = (uint64_t) - (e.hi >> 63);
	return (struct element){e.lo << 1 ^ (carry & 1),
				e.hi << 1 ^ e.lo >> 63 ^ (carry & UINT64_C(0xc200000000000000))};
}

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct portable_key *k = key;
	uint8_t h[16] = {0};
	aes_bitsliced_expand(&k->aes, user_key, key_len);
	aes_bitsliced_encrypt(&k->aes, h, h, 1);
	k->h = times_x(load_reversed(h));
}

static void ghash(const void *key, uint8_t hash[16], const uint8_t *in, size_t len)
{
	const struct portable_key *k = key;
	struct element y = load_reversed(hash);
	while (len > 0) {
		uint8_t block[16] = {0};
		const size_t n = len < 16 ? len : 16;
		memcpy(block, in, n);
		const struct element x = load_reversed(block);
		y = multiply((struct element){y.lo ^ x.lo, y.hi ^ x.hi}, k->h);
		in += n;
		len -= n;
	}
	store_reversed(hash, y);
}

static void encrypt_block(const void *key, uint8_t out[16], const uint8_t in[16])
{
	const struct portable_key *k = key;
	aes_bitsliced_encrypt(&k->aes, out, in, 1);
}

// Counter mode; the counter moves on by whole blocks, the last of which may be cut.
static void ctr(const struct portable_key *k, uint8_t counter[16], uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t keystream[64];
	uint32_t n = load32_be(counter + 12);
	while (len > 0) {
		const size_t chunk = len < sizeof keystream ? len : sizeof keystream;
		for (size_t i = 0; i < AES_BITSLICED_BLOCKS; i++) {
			memcpy(keystream + 16 * i, counter, 12);
			store32_be(keystream + 16 * i + 12, n + (uint32_t)i);
		}
		aes_bitsliced_encrypt4(&k->aes, keystream, keystream);
		for (size_t i = 0; i < chunk; i++)
			out[i] = in[i] ^ keystream[i];
		n += (uint32_t)((chunk + 15) / 16);
		out += chunk;
		in += chunk;
		len -= chunk;
	}
	store32_be(counter + 12, n);
}

LANE_INLINE void stretch(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
			 size_t n_blocks, enum direction direction)
{
	if (direction == DECRYPT)
		ghash(key, hash, in, 16 * n_blocks);
	ctr(key, counter, out, in, 16 * n_blocks);
	if (direction == ENCRYPT)
		ghash(key, hash, out, 16 * n_blocks);
}

// The hash of the lengths, and E(J0) over it. counter is J0.
static void make_tag(const struct portable_key *k, uint8_t tag[16], uint8_t hash[16], const uint8_t counter[16],
		     size_t aad_len, size_t len)
{
	uint8_t lengths[16];
	store64_be(lengths, 8 * (uint64_t)aad_len);
	store64_be(lengths + 8, 8 * (uint64_t)len);
	ghash(k, hash, lengths, sizeof lengths);
	aes_bitsliced_encrypt(&k->aes, tag, counter, 1);
	for (size_t i = 0; i < 16; i++)
		tag[i] ^= hash[i];
}

LANE_INLINE void message(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
			 size_t aad_len, const uint8_t *in, size_t len, enum direction direction)
{
	uint8_t j0[16] = {[15] = 1}, counter[16] = {[15] = 2}, hash[16] = {0};
	memcpy(j0, nonce, 12);
	memcpy(counter, nonce, 12);
	ghash(key, hash, aad, aad_len);
	if (direction == DECRYPT)
		ghash(key, hash, in, len);
	ctr(key, counter, out, in, len);
	if (direction == ENCRYPT)
		ghash(key, hash, out, len);
	make_tag(key, tag, hash, j0, aad_len, len);
}

static void polyval(uint8_t hash[16], const uint8_t key[16], const uint8_t *in, size_t n_blocks)
{
	const struct element h = {load64_le(key), load64_le(key + 8)};
	struct element y = {0, 0};
	for (; n_blocks > 0; n_blocks--, in += 16)
		y = multiply((struct element){y.lo ^ load64_le(in), y.hi ^ load64_le(in + 8)}, h);
	store64_le(hash, y.lo);
	store64_le(hash + 8, y.hi);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(1152);
}

#define KERNEL_ISA "portable"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_portable
#define KERNEL_LAYOUT LANE_LAYOUT_BITSLICED
#include "aes_gcm_ops.inc.h"
