// SPDX-License-Identifier: MIT
// AES-CBC with the AES of every textbook.

#include "aes_cbc/aes_cbc_impl.h"

#include "leaky_aes.h"

static void encrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	uint8_t x[16];
	memcpy(x, iv, 16);
	for (; n_blocks > 0; n_blocks--, in += 16, out += 16) {
		for (size_t i = 0; i < 16; i++)
			x[i] ^= in[i];
		leaky_encrypt_block(key, x, x);
		memcpy(out, x, 16);
	}
}

static void decrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	uint8_t before[16], now[16], x[16];
	memcpy(before, iv, 16);
	for (; n_blocks > 0; n_blocks--, in += 16, out += 16) {
		memcpy(now, in, 16);
		leaky_decrypt_block(key, x, now);
		for (size_t i = 0; i < 16; i++)
			out[i] = x[i] ^ before[i];
		memcpy(before, now, 16);
	}
}

static const struct lane_aes_cbc_ops ops = {
	.init = leaky_expand, .encrypt = encrypt, .decrypt = decrypt, .scrub = leaky_scrub};

const struct lane_kernel leaky_aes_cbc = {
	.family = "aes-cbc",
	.isa = "leaky",
	.name = "aes-cbc:leaky",
	.layout = LANE_LAYOUT_BYTES,
	.ops.aes_cbc = &ops,
};
