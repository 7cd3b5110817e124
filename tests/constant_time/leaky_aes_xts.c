// SPDX-License-Identifier: MIT
// AES-XTS with the AES of every textbook, and a branch on the bit that a tweak carries out.

#include "aes_xts/aes_xts_impl.h"

#include "leaky_aes.h"

typedef void (*aes_block)(const struct leaky_key *key, uint8_t out[16], const uint8_t in[16]);

struct xts_key {
	struct leaky_key text, tweak;
};

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct xts_key *k = key;
	leaky_expand(&k->text, user_key, key_len / 2);
	leaky_expand(&k->tweak, user_key + key_len / 2, key_len / 2);
}

static void next_tweak(uint8_t t[16])
{
	const uint64_t lo = load64_le(t), hi = load64_le(t + 8);
	store64_le(t, lo << 1);
	store64_le(t + 8, hi << 1 | lo >> 63);
	if (hi >> 63) { // the leak
		KEEP_BRANCH();
		t[0] ^= 0x87;
	}
}

static void block(const struct xts_key *k, aes_block aes, uint8_t *out, const uint8_t t[16], const uint8_t *in)
{
	uint8_t x[16];
	for (size_t i = 0; i < 16; i++)
		x[i] = in[i] ^ t[i];
	aes(&k->text, x, x);
	for (size_t i = 0; i < 16; i++)
		out[i] = x[i] ^ t[i];
}

// Of the last whole block and the n bytes behind it. IEEE 1619 §5.3.2, §5.4.2.
static void steal(const struct xts_key *k, aes_block aes, uint8_t *out, uint8_t t[16], const uint8_t *in, size_t n)
{
	uint8_t later[16], first[16], second[16];
	memcpy(later, t, 16);
	next_tweak(later);
	block(k, aes, first, aes == leaky_decrypt_block ? later : t, in);
	memcpy(second, in + 16, n);
	memcpy(second + n, first + n, 16 - n);
	memcpy(out + 16, first, n);
	block(k, aes, out, aes == leaky_decrypt_block ? t : later, second);
}

static void crypt(const struct xts_key *k, aes_block aes, uint8_t *out, const uint8_t tweak[16], const uint8_t *in,
		  size_t unit_len, size_t n_units)
{
	const size_t tail = unit_len % 16, n_blocks = unit_len / 16 - (tail > 0);
	for (uint64_t number = load64_le(tweak); n_units > 0; n_units--, number++, in += unit_len, out += unit_len) {
		uint8_t t[16];
		memcpy(t, tweak, 16);
		store64_le(t, number);
		leaky_encrypt_block(&k->tweak, t, t);
		for (size_t i = 0; i < n_blocks; i++, next_tweak(t))
			block(k, aes, out + 16 * i, t, in + 16 * i);
		if (tail > 0)
			steal(k, aes, out + 16 * n_blocks, t, in + 16 * n_blocks, tail);
	}
}

static void encrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
	crypt(key, leaky_encrypt_block, out, tweak, in, unit_len, n_units);
}

static void decrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
	crypt(key, leaky_decrypt_block, out, tweak, in, unit_len, n_units);
}

static const struct lane_aes_xts_ops ops = {.init = init, .encrypt = encrypt, .decrypt = decrypt, .scrub = leaky_scrub};

const struct lane_kernel leaky_aes_xts = {
	.family = "aes-xts",
	.isa = "leaky",
	.name = "aes-xts:leaky",
	.layout = LANE_LAYOUT_BYTES,
	.ops.aes_xts = &ops,
};
