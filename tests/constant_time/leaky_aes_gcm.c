// SPDX-License-Identifier: MIT
// AES-GCM whose hash branches on the bits of H. All else is the portable kernel's.

#define lane_kernel_aes_gcm_portable clean_aes_gcm
#include "aes_gcm/aes_gcm_portable.c"

#include "leaky.h"
#include "leaky_multiply.h"

static void leaky_ghash(const void *key, uint8_t hash[16], const uint8_t *in, size_t len)
{
	const struct portable_key *k = key;
	struct element y = load_reversed(hash);
	for (size_t n; len > 0; in += n, len -= n) {
		uint8_t block[16] = {0};
		n = len < 16 ? len : 16;
		memcpy(block, in, n);
		const struct element x = load_reversed(block);
		y = leaky_multiply((struct element){y.lo ^ x.lo, y.hi ^ x.hi}, k->h);
	}
	store_reversed(hash, y);
}

static void leaky_polyval(uint8_t hash[16], const uint8_t key[16], const uint8_t *in, size_t n_blocks)
{
	const struct element h = {load64_le(key), load64_le(key + 8)};
	struct element y = {0, 0};
	for (; n_blocks > 0; n_blocks--, in += 16)
		y = leaky_multiply((struct element){y.lo ^ load64_le(in), y.hi ^ load64_le(in + 8)}, h);
	store64_le(hash, y.lo);
	store64_le(hash + 8, y.hi);
}

static void leaky_init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct portable_key *k = key;
	init(key, user_key, key_len);
	uint8_t h[16] = {0};
	aes_bitsliced_encrypt(&k->aes, h, h, 1);
	const struct element e = load_reversed(h);
	k->h = (struct element){e.lo << 1, e.hi << 1 | e.lo >> 63}; // times x
	if (e.hi >> 63) {                                           // the leak
		KEEP_BRANCH();
		k->h.lo ^= 1;
		k->h.hi ^= UINT64_C(0xc200000000000000);
	}
}

static void leaky_encrypt(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
			  size_t n_blocks)
{
	ctr(key, counter, out, in, 16 * n_blocks);
	leaky_ghash(key, hash, out, 16 * n_blocks);
}

static void leaky_decrypt(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
			  size_t n_blocks)
{
	leaky_ghash(key, hash, in, 16 * n_blocks);
	ctr(key, counter, out, in, 16 * n_blocks);
}

static void counters(uint8_t j0[16], uint8_t counter[16], const uint8_t nonce[12])
{
	memcpy(j0, nonce, 12);
	store32_be(j0 + 12, 1);
	memcpy(counter, nonce, 12);
	store32_be(counter + 12, 2);
}

static void leaky_seal(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		       size_t aad_len, const uint8_t *in, size_t len)
{
	uint8_t j0[16], counter[16], hash[16] = {0};
	counters(j0, counter, nonce);
	leaky_ghash(key, hash, aad, aad_len);
	ctr(key, counter, out, in, len);
	leaky_ghash(key, hash, out, len);
	make_tag(key, tag, hash, j0, aad_len, len);
}

static void leaky_open(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		       size_t aad_len, const uint8_t *in, size_t len)
{
	uint8_t j0[16], counter[16], hash[16] = {0};
	counters(j0, counter, nonce);
	leaky_ghash(key, hash, aad, aad_len);
	leaky_ghash(key, hash, in, len);
	ctr(key, counter, out, in, len);
	make_tag(key, tag, hash, j0, aad_len, len);
}

static const struct lane_aes_gcm_ops leaky_ops = {
	.init = leaky_init,
	.seal = leaky_seal,
	.open = leaky_open,
	.encrypt = leaky_encrypt,
	.decrypt = leaky_decrypt,
	.ghash = leaky_ghash,
	.encrypt_block = encrypt_block,
	.polyval = leaky_polyval,
	.scrub = leaky_scrub,
};

const struct lane_kernel leaky_aes_gcm = {
	.family = "aes-gcm",
	.isa = "leaky",
	.name = "aes-gcm:leaky",
	.layout = LANE_LAYOUT_BITSLICED,
	.ops.aes_gcm = &leaky_ops,
};
