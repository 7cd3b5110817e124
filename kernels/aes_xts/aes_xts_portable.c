// SPDX-License-Identifier: MIT
// AES-XTS for any CPU: four blocks at a time through the bitsliced AES, tweaks as two integers.
// Secret: keys, data, encrypted tweaks; public: lengths, tweaks. Constant time without tables: the carry out of x^127
// becomes a mask.

#include "aes_xts_impl.h"

#include "../aes/aes_bitsliced.h"
#include "../scrub.h"

struct xts_key {
	struct aes_bitsliced_key text, tweak;
};

_Static_assert(sizeof(struct xts_key) <= AES_XTS_KEY_LEN, "struct lane_aes_xts_ctx is too small");

typedef void (*aes_blocks)(const struct aes_bitsliced_key *key, uint8_t out[64], const uint8_t in[64]);

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct xts_key *k = key;
	aes_bitsliced_expand(&k->text, user_key, key_len / 2);
	aes_bitsliced_expand(&k->tweak, user_key + key_len / 2, key_len / 2);
}

/* IEEE 1619 §5.2: t·x modulo x^128 + x^7 + x^2 + x + 1, bit 0 of byte 0 being x^0. */
LANE_INLINE void times_x(uint8_t next[16], const uint8_t t[16])
{
	const uint64_t lo = load64_le(t), hi = load64_le(t + 8);
	store64_le(next, lo << 1 ^ (0x87 & ((uint64_t)0 - (hi >> 63))));
	store64_le(next + 8, hi << 1 | lo >> 63);
}

LANE_INLINE void xor_bytes(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = a[i] ^ b[i];
}

/* n_blocks ≤ 4, tweaks[i] for each. */
static void some_blocks(const struct xts_key *k, aes_blocks aes, uint8_t *out, const uint8_t *tweaks, const uint8_t *in,
			size_t n_blocks)
{
	uint8_t x[64] = {0};
	xor_bytes(x, in, tweaks, 16 * n_blocks);
	aes(&k->text, x, x);
	xor_bytes(out, x, tweaks, 16 * n_blocks);
}

static void whole_blocks(const struct xts_key *k, aes_blocks aes, uint8_t *out, uint8_t t[16], const uint8_t *in,
			 size_t n_blocks)
{
	uint8_t tweaks[80];
	memcpy(tweaks, t, 16);
	while (n_blocks > 0) {
		const size_t n = n_blocks < AES_BITSLICED_BLOCKS ? n_blocks : AES_BITSLICED_BLOCKS;
		for (size_t i = 0; i < n; i++)
			times_x(tweaks + 16 * i + 16, tweaks + 16 * i);
		some_blocks(k, aes, out, tweaks, in, n);
		memcpy(tweaks, tweaks + 16 * n, 16);
		out += 16 * n;
		in += 16 * n;
		n_blocks -= n;
	}
	memcpy(t, tweaks, 16);
}

/* Ciphertext stealing, IEEE 1619 §5.3.2 and §5.4.2: the last whole block, with tweak t, and the n bytes behind it. When
 * decrypting, the whole block has the later of both tweaks. */
static void steal(const struct xts_key *k, aes_blocks aes, int decrypting, uint8_t *out, const uint8_t t[16],
		  const uint8_t *in, size_t n)
{
	uint8_t tweaks[32], first[16], second[16];
	memcpy(tweaks, t, 16);
	times_x(tweaks + 16, tweaks);
	some_blocks(k, aes, first, tweaks + (decrypting ? 16 : 0), in, 1);
	memcpy(second, in + 16, n);
	memcpy(second + n, first + n, 16 - n);
	memcpy(out + 16, first, n);
	some_blocks(k, aes, out, tweaks + (decrypting ? 0 : 16), second, 1);
}

LANE_INLINE void crypt(const struct xts_key *k, aes_blocks aes, int decrypting, uint8_t *out, const uint8_t tweak[16],
		       const uint8_t *in, size_t unit_len, size_t n_units)
{
	const size_t tail = unit_len % 16, n_blocks = unit_len / 16 - (tail > 0);
	for (uint64_t number = load64_le(tweak); n_units > 0; n_units--, number++) {
		uint8_t t[64] = {0};
		memcpy(t, tweak, 16);
		store64_le(t, number);
		aes_bitsliced_encrypt4(&k->tweak, t, t);
		whole_blocks(k, aes, out, t, in, n_blocks);
		if (tail > 0)
			steal(k, aes, decrypting, out + 16 * n_blocks, t, in + 16 * n_blocks, tail);
		out += unit_len;
		in += unit_len;
	}
}

static void encrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
	crypt(key, aes_bitsliced_encrypt4, 0, out, tweak, in, unit_len, n_units);
}

static void decrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
	crypt(key, aes_bitsliced_decrypt4, 1, out, tweak, in, unit_len, n_units);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(1536);
}

static const struct lane_aes_xts_ops ops = {.init = init, .encrypt = encrypt, .decrypt = decrypt, .scrub = scrub};

const struct lane_kernel lane_kernel_aes_xts_portable = {
	.family = "aes-xts",
	.isa = "portable",
	.name = "aes-xts:portable",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BITSLICED,
	.ops.aes_xts = &ops,
};
