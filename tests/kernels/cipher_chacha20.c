// SPDX-License-Identifier: MIT
#include "cipher.h"

#define P(name) lane_chacha20_##name
#include "cipher_api.inc.h"

static uint32_t counter_of(const uint8_t *iv)
{
	return (uint32_t)iv[0] | (uint32_t)iv[1] << 8 | (uint32_t)iv[2] << 16 | (uint32_t)iv[3] << 24;
}

static enum lane_status crypt(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len)
{
	return iv ? lane_chacha20_crypt(ctx, out, iv + 4, counter_of(iv), in, len)
		  : lane_chacha20_crypt(ctx, out, NULL, 0, in, len);
}

static enum lane_status begin(void *stream, const void *ctx, const uint8_t *iv)
{
	return iv ? lane_chacha20_begin(stream, ctx, iv + 4, counter_of(iv))
		  : lane_chacha20_begin(stream, ctx, NULL, 0);
}

static void advance(uint8_t *iv, size_t n)
{
	const uint32_t counter = counter_of(iv) + (uint32_t)n;
	for (int i = 0; i < 4; i++)
		iv[i] = (uint8_t)(counter >> 8 * i);
}

const struct cipher cipher_chacha20 = {
	.family = "chacha20",
	.key_lens = {LANE_CHACHA20_KEY_LEN},
	.n_key_lens = 1,
	.block_len = 64,
	.step = 1,
	.encrypt = crypt,
	.decrypt = crypt,
	CIPHER_FUNCTIONS,
	STREAM_FUNCTIONS,
};
