// SPDX-License-Identifier: MIT
// AES-CTR for any CPU: four counter blocks at a time through the bitsliced AES.
// Secret: key, data; public: lengths, counter. Constant time without tables.
// Zen 4, 16 KiB, AES-128: 26 cycles/byte.

#include "aes_ctr_impl.h"

#include "../aes/aes_bitsliced.h"
#include "../scrub.h"

_Static_assert(sizeof(struct aes_bitsliced_key) <= AES_CTR_KEY_LEN, "struct lane_aes_ctr_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_bitsliced_expand(key, user_key, key_len);
}

static void crypt(const void *key, uint8_t *out, const uint8_t counter[16], const uint8_t *in, size_t len)
{
	uint8_t keystream[64];
	uint64_t n = load64_be(counter + 8);
	while (len > 0) {
		const size_t chunk = len < sizeof keystream ? len : sizeof keystream;
		for (size_t i = 0; i < AES_BITSLICED_BLOCKS; i++) {
			memcpy(keystream + 16 * i, counter, 8);
			store64_be(keystream + 16 * i + 8, n + i);
		}
		aes_bitsliced_encrypt4(key, keystream, keystream);
		for (size_t i = 0; i < chunk; i++)
			out[i] = in[i] ^ keystream[i];
		n += AES_BITSLICED_BLOCKS;
		out += chunk;
		in += chunk;
		len -= chunk;
	}
}

static void encrypt_blocks(const void *key, uint8_t *out, const uint8_t *in, size_t n_blocks)
{
	aes_bitsliced_encrypt(key, out, in, n_blocks);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(896);
}

static const struct lane_aes_ctr_ops ops = {
	.init = init,
	.crypt = crypt,
	.encrypt_blocks = encrypt_blocks,
	.scrub = scrub,
};

const struct lane_kernel lane_kernel_aes_ctr_portable = {
	.family = "aes-ctr",
	.isa = "portable",
	.name = "aes-ctr:portable",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BITSLICED,
	.ops.aes_ctr = &ops,
};
