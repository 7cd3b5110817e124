// SPDX-License-Identifier: MIT
#include "cipher.h"

#define P(name) lane_aes_cbc_##name
#define NO_STREAM
#include "cipher_api.inc.h"

static enum lane_status encrypt(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len)
{
	return lane_aes_cbc_encrypt(ctx, out, iv, in, len);
}

static enum lane_status decrypt(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len)
{
	return lane_aes_cbc_decrypt(ctx, out, iv, in, len);
}

const struct cipher cipher_aes_cbc = {
	.family = "aes-cbc",
	.key_lens = {16, 24, 32},
	.n_key_lens = 3,
	.block_len = LANE_AES_CBC_BLOCK_LEN,
	.step = LANE_AES_CBC_BLOCK_LEN,
	.encrypt = encrypt,
	.decrypt = decrypt,
	CIPHER_FUNCTIONS,
};
