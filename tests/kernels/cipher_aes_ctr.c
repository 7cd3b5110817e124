// SPDX-License-Identifier: MIT
#include "cipher.h"

#define P(name) lane_aes_ctr_##name
#include "cipher_api.inc.h"

static enum lane_status crypt(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len)
{
	return lane_aes_ctr_crypt(ctx, out, iv, in, len);
}

static enum lane_status begin(void *stream, const void *ctx, const uint8_t *iv)
{
	return lane_aes_ctr_begin(stream, ctx, iv);
}

static void advance(uint8_t *iv, size_t n)
{
	while (n-- > 0) {
		for (int i = 15; i >= 0 && ++iv[i] == 0; i--)
			;
	}
}

const struct cipher cipher_aes_ctr = {
	.family = "aes-ctr",
	.key_lens = {16, 24, 32},
	.n_key_lens = 3,
	.block_len = LANE_AES_CTR_BLOCK_LEN,
	.step = 1,
	.encrypt = crypt,
	.decrypt = crypt,
	CIPHER_FUNCTIONS,
	STREAM_FUNCTIONS,
};
