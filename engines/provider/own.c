// SPDX-License-Identifier: MIT
// AES-GCM-SIV (RFC 8452) and AEGIS (RFC 10032), which OpenSSL 3.0 does not have, under their own names:
// EVP_CIPHER_fetch finds them. Key and IV; associated data, in pieces; the text; final; the tag, got after encryption
// and set before decryption ends. AES-GCM-SIV takes its text in one piece, reads all associated data first, and gives
// no text out whose tag, set before it, does not match. AEGIS's tag has 16 bytes, or 32 when that length was set before
// the end.

#include "provider.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include <lanecrypt/aegis.h>
#include <lanecrypt/aes_gcm_siv.h>

#ifndef EVP_CIPH_GCM_SIV_MODE // OpenSSL 3.2's
#define EVP_CIPH_GCM_SIV_MODE 0x10005
#endif

enum { MAX_IV_LEN = 32, MAX_TAG_LEN = 32, SIV = -1 };

enum state { STATE_NO_IV, STATE_AAD, STATE_TEXT, STATE_DONE };

struct own {
	union {
		struct lane_aes_gcm_siv_ctx siv;
		struct lane_aegis_ctx aegis;
	} key;
	const struct provider *provider;
	const struct cipher_info *info;
	enum state state;
	int has_key, encrypts, has_begun, tag_is_set;
	size_t tag_len, aad_len, aad_cap;
	uint8_t *aad; // AES-GCM-SIV's
	uint8_t iv[MAX_IV_LEN], tag[MAX_TAG_LEN];
	struct lane_aegis_stream stream; // does not refer to the key
};

static int is_siv(const struct own *c)
{
	return c->info->variant == SIV;
}

static void *own_new(void *provider, const struct cipher_info *info)
{
	struct own *c = memory_new(sizeof *c);
	if (!c)
		return NULL;
	c->provider = provider;
	c->info = info;
	c->tag_len = 16;
	return c;
}

static void own_free(void *ctx)
{
	struct own *c = ctx;
	if (c)
		free(c->aad);
	memory_release(c, sizeof *c);
}

static void *own_dup(void *ctx)
{
	const struct own *c = ctx;
	struct own *copy = memory_copy(c, sizeof *copy);
	if (!copy)
		return NULL;
	copy->aad = NULL;
	copy->aad_cap = c->aad_len;
	if (c->aad_len > 0) {
		copy->aad = malloc(c->aad_len);
		if (!copy->aad) {
			memory_release(copy, sizeof *copy);
			return NULL;
		}
		memcpy(copy->aad, c->aad, c->aad_len);
	}
	return copy;
}

// --- a message

static int enter(struct own *c)
{
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	if (c->state == STATE_NO_IV)
		return FAIL(c->provider, REASON_IV_MISSING);
	if (c->state == STATE_DONE)
		return FAIL(c->provider, REASON_IV_USED);
	if (is_siv(c) || c->has_begun)
		return 1;
	c->has_begun = CHECK(c->provider, lane_aegis_begin(&c->stream, &c->key.aegis, c->iv, c->info->iv_len));
	return c->has_begun;
}

static int keep_aad(struct own *c, const uint8_t *aad, size_t len)
{
	if (len > LANE_AES_GCM_SIV_MAX_LEN - c->aad_len)
		return FAIL(c->provider, REASON_MESSAGE_LEN);
	if (len > c->aad_cap - c->aad_len) {
		const size_t cap = 2 * (c->aad_len + len);
		uint8_t *grown = realloc(c->aad, cap);
		if (!grown)
			return FAIL(c->provider, REASON_MEMORY);
		c->aad = grown;
		c->aad_cap = cap;
	}
	memcpy(c->aad + c->aad_len, aad, len);
	c->aad_len += len;
	return 1;
}

static int take_aad(struct own *c, const uint8_t *aad, size_t len)
{
	if (c->state != STATE_AAD)
		return FAIL(c->provider, REASON_ORDER);
	return is_siv(c) ? keep_aad(c, aad, len) : CHECK(c->provider, lane_aegis_aad(&c->stream, aad, len));
}

static int crypt_siv(struct own *c, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct lane_aes_gcm_siv_ctx *key = &c->key.siv;
	if (c->state != STATE_AAD)
		return FAIL(c->provider, REASON_ORDER);
	if (!c->encrypts && !c->tag_is_set)
		return FAIL(c->provider, REASON_TAG_MISSING);
	c->state = STATE_DONE; // unless it goes well
	if (!CHECK(c->provider, c->encrypts ? lane_aes_gcm_siv_seal(key, out, c->tag, 16, c->iv, c->info->iv_len,
								    c->aad, c->aad_len, in, len)
					    : lane_aes_gcm_siv_open(key, out, c->iv, c->info->iv_len, c->aad,
								    c->aad_len, in, len, c->tag, 16)))
		return 0;
	c->state = STATE_TEXT;
	return 1;
}

static int take_text(struct own *c, uint8_t *out, const uint8_t *in, size_t len)
{
	if (is_siv(c))
		return crypt_siv(c, out, in, len);
	c->state = STATE_TEXT;
	return CHECK(c->provider, c->encrypts ? lane_aegis_encrypt_update(&c->stream, out, in, len)
					      : lane_aegis_decrypt_update_unverified(&c->stream, out, in, len));
}

static int finish(struct own *c)
{
	if (!c->encrypts && !c->tag_is_set)
		return FAIL(c->provider, REASON_TAG_MISSING);
	if (is_siv(c) && c->state == STATE_AAD && !crypt_siv(c, NULL, NULL, 0))
		return 0;
	c->state = STATE_DONE;
	if (!is_siv(c) && !CHECK(c->provider, c->encrypts ? lane_aegis_encrypt_final(&c->stream, c->tag, c->tag_len)
							  : lane_aegis_decrypt_final(&c->stream, c->tag, c->tag_len)))
		return 0;
	c->tag_is_set = c->encrypts;
	return 1;
}

// --- the provider's calls

static int own_cipher(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	struct own *c = ctx;
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	if (!enter(c) || !(!in ? finish(c) : out ? take_text(c, out, in, len) : take_aad(c, in, len)))
		return 0;
	*out_len = len;
	return 1;
}

static int own_update(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	if (len > 0)
		return own_cipher(ctx, out, out_len, out_size, in, len);
	*out_len = 0;
	return 1;
}

static int own_final(void *ctx, unsigned char *out, size_t *out_len, size_t out_size)
{
	return own_cipher(ctx, out, out_len, out_size, NULL, 0);
}

static int own_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	const struct own *c = ctx;
	struct found found;
	params_find(&found, params);
	OSSL_PARAM *tag = found.p[PARAM_TAG];
	if (!param_set_size(found.p[PARAM_IVLEN], c->info->iv_len) ||
	    !param_set_size(found.p[PARAM_KEYLEN], c->info->key_len) ||
	    !param_set_size(found.p[PARAM_TAGLEN], c->tag_len) ||
	    !param_set_octets(found.p[PARAM_IV], c->iv, c->info->iv_len) ||
	    !param_set_octets(found.p[PARAM_UPDATED_IV], c->iv, c->info->iv_len))
		return FAIL(c->provider, REASON_PARAMETER);
	if (!tag)
		return 1;
	if (!c->encrypts)
		return FAIL(c->provider, REASON_TAG_DIRECTION);
	if (!c->tag_is_set)
		return FAIL(c->provider, REASON_TAG_MISSING);
	if (tag->data_size != c->tag_len)
		return FAIL(c->provider, REASON_TAG_LEN);
	return (param_is_octets(tag) && param_set_octets(tag, c->tag, c->tag_len)) ||
	       FAIL(c->provider, REASON_PARAMETER);
}

static int set_tag(struct own *c, const OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!param_is_octets(p))
		return FAIL(c->provider, REASON_PARAMETER);
	if (p->data_size != 16 && (is_siv(c) || p->data_size != LANE_AEGIS_LONG_TAG_LEN))
		return FAIL(c->provider, REASON_TAG_LEN);
	if (p->data) {
		if (c->encrypts)
			return FAIL(c->provider, REASON_TAG_DIRECTION);
		memcpy(c->tag, p->data, p->data_size);
		c->tag_is_set = 1;
	} else {
		c->tag_is_set = 0;
	}
	c->tag_len = p->data_size;
	return 1;
}

static int own_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct own *c = ctx;
	struct found found;
	if (!params)
		return 1;
	params_find(&found, params);
	return param_is_len(c->provider, found.p[PARAM_KEYLEN], c->info->key_len, REASON_KEY_LEN) &&
	       param_is_len(c->provider, found.p[PARAM_IVLEN], c->info->iv_len, REASON_IV_LEN) &&
	       set_tag(c, found.p[PARAM_TAG]);
}

static int own_init(void *ctx, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len,
		    const OSSL_PARAM params[], int encrypts)
{
	struct own *c = ctx;
	c->encrypts = encrypts;
	if (key) {
		const enum lane_aegis_variant variant = (enum lane_aegis_variant)(is_siv(c) ? 0 : c->info->variant);
		if (key_len != c->info->key_len)
			return FAIL(c->provider, REASON_KEY_LEN);
		if (c->state != STATE_NO_IV)
			c->state = c->state == STATE_AAD && !c->has_begun && c->aad_len == 0 ? STATE_AAD : STATE_DONE;
		c->has_key = CHECK(c->provider, is_siv(c) ? lane_aes_gcm_siv_init(&c->key.siv, key, key_len)
							  : lane_aegis_init(&c->key.aegis, variant, key, key_len));
		if (!c->has_key)
			return 0;
	}
	if (iv) {
		if (iv_len != c->info->iv_len)
			return FAIL(c->provider, REASON_IV_LEN);
		memcpy(c->iv, iv, iv_len);
		c->state = STATE_AAD;
		c->has_begun = c->tag_is_set = 0;
		c->aad_len = 0;
	}
	return own_set_ctx_params(c, params);
}

static const OSSL_PARAM *own_gettable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_TAGLEN, NULL),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_IV, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_UPDATED_IV, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, NULL, 0),
					    OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

static const OSSL_PARAM *own_settable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {
		OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL), OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL),
		OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, NULL, 0), OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

CIPHER(aes_128_gcm_siv, own, EVP_CIPH_GCM_SIV_MODE, 1, 1, 16, 1, 12, SIV);
CIPHER(aes_256_gcm_siv, own, EVP_CIPH_GCM_SIV_MODE, 1, 1, 32, 1, 12, SIV);
CIPHER(aegis_128l, own, EVP_CIPH_STREAM_CIPHER, 1, 1, 16, 1, 16, LANE_AEGIS_128L);
CIPHER(aegis_128x2, own, EVP_CIPH_STREAM_CIPHER, 1, 1, 16, 1, 16, LANE_AEGIS_128X2);
CIPHER(aegis_128x4, own, EVP_CIPH_STREAM_CIPHER, 1, 1, 16, 1, 16, LANE_AEGIS_128X4);
CIPHER(aegis_256, own, EVP_CIPH_STREAM_CIPHER, 1, 1, 32, 1, 32, LANE_AEGIS_256);
CIPHER(aegis_256x2, own, EVP_CIPH_STREAM_CIPHER, 1, 1, 32, 1, 32, LANE_AEGIS_256X2);
CIPHER(aegis_256x4, own, EVP_CIPH_STREAM_CIPHER, 1, 1, 32, 1, 32, LANE_AEGIS_256X4);
