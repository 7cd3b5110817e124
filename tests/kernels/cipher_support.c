// SPDX-License-Identifier: MIT
#include "cipher.h"

static void *ctx_for(const struct lane_kernel *k, const uint8_t *key, size_t key_len)
{
	void *ctx = zero_buffer(cipher->ctx_len, LANE_CTX_ALIGN);
	assert_int_equal(cipher->init_with(ctx, k, key, key_len), LANE_OK);
	return ctx;
}

void *cipher_ctx(const uint8_t *key, size_t key_len)
{
	return ctx_for(kernel, key, key_len);
}

void *cipher_portable_ctx(const uint8_t *key, size_t key_len)
{
	return ctx_for(portable_kernel(), key, key_len);
}

size_t cipher_len(size_t len)
{
	if (len < cipher->min_len)
		return cipher->min_len;
	return cipher->min_len + (len - cipher->min_len + cipher->step - 1) / cipher->step * cipher->step;
}
