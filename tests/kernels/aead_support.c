// SPDX-License-Identifier: MIT
#include "aead.h"

static void *ctx_for(const struct lane_kernel *k, const uint8_t *key, size_t key_len)
{
	void *ctx = zero_buffer(aead->ctx_len, LANE_CTX_ALIGN);
	assert_int_equal(aead->init_with(ctx, k, key, key_len), LANE_OK);
	return ctx;
}

void *aead_ctx(const uint8_t *key, size_t key_len)
{
	return ctx_for(kernel, key, key_len);
}

void *aead_portable_ctx(const uint8_t *key, size_t key_len)
{
	return ctx_for(portable_kernel(), key, key_len);
}

void seal_portable(const void *portable, struct sealed *m)
{
	assert_int_equal(aead->seal(portable, m->out, m->tag, TAG_LEN, m->nonce, m->nonce_len, m->aad, m->aad_len,
				    m->in, m->len),
			 LANE_OK);
}
