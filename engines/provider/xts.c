// SPDX-License-Identifier: MIT
// AES-XTS, as OpenSSL's default provider has it: every update is a data unit of its own, under the IV.
//
// Refused here, accepted there: decrypting with equal halves of the key (FIPS 140 IG C.I forbids them).

#include "provider.h"

#include <string.h>

#include <openssl/evp.h>

#include <lanecrypt/aes_xts.h>

enum { IV_LEN = LANE_AES_XTS_TWEAK_LEN };

struct xts {
	struct lane_aes_xts_ctx key;
	const struct provider *provider;
	const struct cipher_info *info;
	int has_key, has_iv, encrypts;
	uint8_t iv[IV_LEN];
};

static void *xts_new(void *provider, const struct cipher_info *info)
{
	struct xts *c = memory_new(sizeof *c);
	if (!c)
		return NULL;
	c->provider = provider;
	c->info = info;
	return c;
}

static void xts_free(void *ctx)
{
	memory_release(ctx, sizeof(struct xts));
}

static void *xts_dup(void *ctx)
{
	return memory_copy(ctx, sizeof(struct xts));
}

static int xts_cipher(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	const struct xts *c = ctx;
	(void)out_size;
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	if (!c->has_iv)
		return FAIL(c->provider, REASON_IV_MISSING);
	if (!out || !in || len < LANE_AES_XTS_MIN_LEN || len > LANE_AES_XTS_MAX_LEN)
		return FAIL(c->provider, REASON_DATA_UNIT);
	if (!CHECK(c->provider,
		   (c->encrypts ? lane_aes_xts_encrypt : lane_aes_xts_decrypt)(&c->key, out, c->iv, in, len)))
		return 0;
	*out_len = len;
	return 1;
}

static int xts_update(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	const struct xts *c = ctx;
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	return xts_cipher(ctx, out, out_len, out_size, in, len);
}

static int xts_final(void *ctx, unsigned char *out, size_t *out_len, size_t out_size)
{
	(void)ctx, (void)out, (void)out_size;
	*out_len = 0;
	return 1;
}

static int xts_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	const struct xts *c = ctx;
	struct found found;
	params_find(&found, params);
	if (!param_set_size(found.p[PARAM_IVLEN], IV_LEN) || !param_set_uint(found.p[PARAM_PADDING], 1) ||
	    !param_set_octets(found.p[PARAM_IV], c->iv, IV_LEN) ||
	    !param_set_octets(found.p[PARAM_UPDATED_IV], c->iv, IV_LEN) || !param_set_uint(found.p[PARAM_NUM], 0) ||
	    !param_set_size(found.p[PARAM_KEYLEN], c->info->key_len) ||
	    !param_set_octets(found.p[PARAM_TLS_MAC], NULL, 0))
		return FAIL(c->provider, REASON_PARAMETER);
	return 1;
}

static int xts_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	const struct xts *c = ctx;
	struct found found;
	params_find(&found, params);
	return param_is_len(c->provider, found.p[PARAM_KEYLEN], c->info->key_len, REASON_KEY_LEN);
}

static const OSSL_PARAM *xts_settable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL), OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

static int xts_init(void *ctx, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len,
		    const OSSL_PARAM params[], int encrypts)
{
	struct xts *c = ctx;
	c->encrypts = encrypts;
	if (iv) {
		if (iv_len != IV_LEN)
			return FAIL(c->provider, REASON_IV_LEN);
		memcpy(c->iv, iv, IV_LEN);
		c->has_iv = 1;
	}
	if (key) {
		if (key_len != c->info->key_len)
			return FAIL(c->provider, REASON_KEY_LEN);
		c->has_key = CHECK(c->provider, lane_aes_xts_init(&c->key, key, key_len));
		if (!c->has_key)
			return 0;
	}
	return xts_set_ctx_params(c, params);
}

#define xts_gettable block_gettable

CIPHER(aes_128_xts, xts, EVP_CIPH_XTS_MODE, 0, 1, 32, 1, IV_LEN, 0);
CIPHER(aes_256_xts, xts, EVP_CIPH_XTS_MODE, 0, 1, 64, 1, IV_LEN, 0);
