// SPDX-License-Identifier: MIT
// AES-CBC for any CPU: decryption of four blocks at a time through the bitsliced AES; encryption, being serial, of one
// where there is room for four.
// Secret: key, data; public: lengths, iv. Constant time without tables.

#include "aes_cbc_impl.h"

#include "../aes/aes_bitsliced.h"
#include "../scrub.h"

_Static_assert(sizeof(struct aes_bitsliced_key) <= AES_CBC_KEY_LEN, "struct lane_aes_cbc_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_bitsliced_expand(key, user_key, key_len);
}

static void encrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	uint8_t x[64] = {0};
	memcpy(x, iv, 16);
	for (; n_blocks > 0; n_blocks--, in += 16, out += 16) {
		for (size_t i = 0; i < 16; i++)
			x[i] ^= in[i];
		aes_bitsliced_encrypt4(key, x, x);
		memcpy(out, x, 16);
	}
}

static void decrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	uint8_t before[80], x[64]; // the block before, and up to four
	memcpy(before, iv, 16);
	while (n_blocks > 0) {
		const size_t n = n_blocks < AES_BITSLICED_BLOCKS ? n_blocks : AES_BITSLICED_BLOCKS, len = 16 * n;
		memset(x, 0, sizeof x);
		memcpy(x, in, len);
		memcpy(before + 16, in, len);
		aes_bitsliced_decrypt4(key, x, x);
		for (size_t i = 0; i < len; i++)
			out[i] = x[i] ^ before[i];
		memcpy(before, before + len, 16);
		out += len;
		in += len;
		n_blocks -= n;
	}
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(1024);
}

static const struct lane_aes_cbc_ops ops = {.init = init, .encrypt = encrypt, .decrypt = decrypt, .scrub = scrub};

const struct lane_kernel lane_kernel_aes_cbc_portable = {
	.family = "aes-cbc",
	.isa = "portable",
	.name = "aes-cbc:portable",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BITSLICED,
	.ops.aes_cbc = &ops,
};
