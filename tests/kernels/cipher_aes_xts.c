// SPDX-License-Identifier: MIT
#include "cipher.h"

#define P(name) lane_aes_xts_##name
#define NO_STREAM
#include "cipher_api.inc.h"

static enum lane_status encrypt(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len)
{
	return lane_aes_xts_encrypt(ctx, out, iv, in, len);
}

static enum lane_status decrypt(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len)
{
	return lane_aes_xts_decrypt(ctx, out, iv, in, len);
}

const struct cipher cipher_aes_xts = {
	.family = "aes-xts",
	.key_lens = {32, 64},
	.n_key_lens = 2,
	.block_len = 16,
	.min_len = LANE_AES_XTS_MIN_LEN,
	.step = 1,
	.encrypt = encrypt,
	.decrypt = decrypt,
	CIPHER_FUNCTIONS,
};
