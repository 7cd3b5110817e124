// SPDX-License-Identifier: MIT
// ChaCha20-Poly1305, as OpenSSL's default provider has it: streams, and TLS records (RFC 7905) in one call. A message
// that begins without a new IV has the IV of the one before.
//
// Refused here, accepted there: to encrypt without a key; to end decryption without a tag, or with one of less than 16
// bytes; associated data behind text; the other direction in the midst of a message.

#include "provider.h"

#include <string.h>

#include <openssl/evp.h>

#include <lanecrypt/chacha20_poly1305.h>

enum {
	IV_LEN = LANE_CHACHA20_POLY1305_NONCE_LEN,
	TAG_LEN = LANE_CHACHA20_POLY1305_TAG_LEN,
	TLS_AAD = EVP_AEAD_TLS1_AAD_LEN
};

#define NONE SIZE_MAX // a length that has not been set

struct chapoly {
	struct lane_chacha20_poly1305_ctx *key; // may be shared with duplicates; NULL before the first
	const struct provider *provider;
	const struct cipher_info *info;
	int has_key, encrypts, runs; // `stream` is in a message
	size_t tag_len, tls_text_len, tls_aad_pad;
	uint8_t iv[IV_LEN], nonce[IV_LEN]; // the nonce is the IV, less the number of a TLS record
	uint8_t tls_aad[TLS_AAD], tag[TAG_LEN];
	struct lane_chacha20_poly1305_stream stream;
};

static void *chapoly_new(void *provider, const struct cipher_info *info)
{
	struct chapoly *c = memory_new(sizeof *c);
	if (!c)
		return NULL;
	c->provider = provider;
	c->info = info;
	c->tls_text_len = NONE;
	return c;
}

static void chapoly_free(void *ctx)
{
	struct chapoly *c = ctx;
	if (c)
		memory_release(c->key, sizeof *c->key);
	memory_release(c, sizeof *c);
}

static void *chapoly_dup(void *ctx)
{
	struct chapoly *copy = memory_copy(ctx, sizeof *copy);
	if (copy && copy->key)
		memory_share(copy->key);
	return copy;
}

// --- a message

static void rest(struct chapoly *c)
{
	c->runs = 0;
	c->tls_text_len = NONE;
}

static int set_key(struct chapoly *c, const uint8_t *key, size_t key_len)
{
	if (key_len != c->info->key_len)
		return FAIL(c->provider, REASON_KEY_LEN);
	rest(c);
	c->has_key = 0;
	c->key = memory_own(c->key, sizeof *c->key);
	if (!c->key)
		return FAIL(c->provider, REASON_MEMORY);
	c->has_key = CHECK(c->provider, lane_chacha20_poly1305_init(c->key, key, key_len));
	return c->has_key;
}

static int begin(struct chapoly *c)
{
	if (!CHECK(c->provider, lane_chacha20_poly1305_begin(&c->stream, c->key, c->nonce, IV_LEN)))
		return 0;
	c->runs = 1;
	return c->tls_text_len == NONE ||
	       CHECK(c->provider, lane_chacha20_poly1305_aad(&c->stream, c->tls_aad, TLS_AAD));
}

static int crypt_text(struct chapoly *c, uint8_t *out, const uint8_t *in, size_t len)
{
	return CHECK(c->provider, c->encrypts
					  ? lane_chacha20_poly1305_encrypt_update(&c->stream, out, in, len)
					  : lane_chacha20_poly1305_decrypt_update_unverified(&c->stream, out, in, len));
}

static int finish(struct chapoly *c, const uint8_t *tag)
{
	c->runs = 0;
	return CHECK(c->provider, c->encrypts ? lane_chacha20_poly1305_encrypt_final(&c->stream, c->tag, TAG_LEN)
					      : lane_chacha20_poly1305_decrypt_final(&c->stream, tag, TAG_LEN));
}

// --- TLS

static int set_tls_aad(struct chapoly *c, const uint8_t *aad, size_t len)
{
	if (!aad || len != TLS_AAD)
		return FAIL(c->provider, REASON_TLS_AAD);
	memcpy(c->tls_aad, aad, len);
	if (!tls_aad_shorten(c->tls_aad, c->encrypts ? 0 : TAG_LEN))
		return FAIL(c->provider, REASON_TLS_AAD);
	c->tls_text_len = (size_t)c->tls_aad[len - 2] << 8 | c->tls_aad[len - 1];
	c->tls_aad_pad = TAG_LEN;
	memcpy(c->nonce, c->iv, IV_LEN);
	for (size_t i = 0; i < 8; i++)
		c->nonce[4 + i] ^= c->tls_aad[i];
	c->runs = 0;
	return 1;
}

static int crypt_record(struct chapoly *c, uint8_t *out, size_t *out_len, const uint8_t *in, size_t len)
{
	const size_t text_len = c->tls_text_len;
	if (!in || len != text_len + TAG_LEN)
		return FAIL(c->provider, REASON_TLS_RECORD);
	c->tls_text_len = NONE;
	if (c->encrypts) {
		if (!CHECK(c->provider, lane_chacha20_poly1305_seal(c->key, out, c->tag, TAG_LEN, c->nonce, IV_LEN,
								    c->tls_aad, TLS_AAD, in, text_len)))
			return 0;
		memcpy(out + text_len, c->tag, TAG_LEN);
	} else if (!CHECK(c->provider, lane_chacha20_poly1305_open(c->key, out, c->nonce, IV_LEN, c->tls_aad, TLS_AAD,
								   in, text_len, in + text_len, TAG_LEN))) {
		return 0;
	}
	*out_len = c->encrypts ? len : text_len;
	return 1;
}

// A record whose associated data went on in further calls: text and tag in one call all the same.
static int crypt_long_record(struct chapoly *c, uint8_t *out, size_t *out_len, const uint8_t *in, size_t len)
{
	const size_t text_len = c->tls_text_len;
	c->tls_text_len = NONE;
	if (len != text_len + TAG_LEN)
		return FAIL(c->provider, REASON_TLS_RECORD);
	if (!crypt_text(c, out, in, text_len))
		return 0;
	if (!finish(c, in + text_len)) {
		if (!c->encrypts)
			lane_wipe(out, text_len);
		return 0;
	}
	if (c->encrypts)
		memcpy(out + text_len, c->tag, TAG_LEN);
	*out_len = c->encrypts ? len : text_len;
	return 1;
}

// --- the provider's calls

static int chapoly_cipher(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
			  size_t len)
{
	struct chapoly *c = ctx;
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	*out_len = 0;
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	if (!c->runs) {
		if (c->tls_text_len != NONE && out)
			return crypt_record(c, out, out_len, in, len);
		if (!begin(c))
			return 0;
	}
	if (in && !out) {
		if (!CHECK(c->provider, lane_chacha20_poly1305_aad(&c->stream, in, len)))
			return 0;
	} else if (in) {
		if (c->tls_text_len != NONE)
			return crypt_long_record(c, out, out_len, in, len);
		if (len > 0 && !crypt_text(c, out, in, len))
			return 0;
	} else {
		if (!c->encrypts && c->tag_len != TAG_LEN)
			return FAIL(c->provider, REASON_TAG_MISSING);
		if (!finish(c, c->tag))
			return 0;
	}
	*out_len = len;
	return 1;
}

static int chapoly_update(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
			  size_t len)
{
	if (len > 0)
		return chapoly_cipher(ctx, out, out_len, out_size, in, len);
	*out_len = 0;
	return 1;
}

static int chapoly_final(void *ctx, unsigned char *out, size_t *out_len, size_t out_size)
{
	if (!chapoly_cipher(ctx, out, out_len, out_size, NULL, 0))
		return 0;
	*out_len = 0;
	return 1;
}

static int get_tag(const struct chapoly *c, OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!param_is_octets(p) || !p->data)
		return FAIL(c->provider, REASON_PARAMETER);
	if (!c->encrypts)
		return FAIL(c->provider, REASON_TAG_DIRECTION);
	if (p->data_size == 0 || p->data_size > TAG_LEN)
		return FAIL(c->provider, REASON_TAG_LEN);
	memcpy(p->data, c->tag, p->data_size);
	p->return_size = p->data_size;
	return 1;
}

static int chapoly_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	const struct chapoly *c = ctx;
	struct found found;
	params_find(&found, params);
	if (!param_set_size(found.p[PARAM_IVLEN], IV_LEN) || !param_set_size(found.p[PARAM_KEYLEN], c->info->key_len) ||
	    !param_set_size(found.p[PARAM_TAGLEN], c->tag_len) ||
	    !param_set_size(found.p[PARAM_TLS_AAD_PAD], c->tls_aad_pad))
		return FAIL(c->provider, REASON_PARAMETER);
	return get_tag(c, found.p[PARAM_TAG]);
}

static int set_tag(struct chapoly *c, const OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!param_is_octets(p))
		return FAIL(c->provider, REASON_PARAMETER);
	if (p->data_size == 0 || p->data_size > TAG_LEN || (p->data && !c->encrypts && p->data_size != TAG_LEN))
		return FAIL(c->provider, REASON_TAG_LEN);
	if (p->data) {
		if (c->encrypts)
			return FAIL(c->provider, REASON_TAG_DIRECTION);
		memcpy(c->tag, p->data, TAG_LEN);
	}
	c->tag_len = p->data_size;
	return 1;
}

static int chapoly_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct chapoly *c = ctx;
	struct found found;
	if (!params)
		return 1;
	params_find(&found, params);
	const OSSL_PARAM *aad = found.p[PARAM_TLS_AAD], *fixed = found.p[PARAM_TLS_IV_FIXED];
	if (!param_is_len(c->provider, found.p[PARAM_KEYLEN], c->info->key_len, REASON_KEY_LEN) ||
	    !param_is_len(c->provider, found.p[PARAM_IVLEN], IV_LEN, REASON_IV_LEN) || !set_tag(c, found.p[PARAM_TAG]))
		return 0;
	if ((aad && !param_is_octets(aad)) || (fixed && (!param_is_octets(fixed) || !fixed->data)))
		return FAIL(c->provider, REASON_PARAMETER);
	if (aad && !set_tls_aad(c, aad->data, aad->data_size))
		return 0;
	if (!fixed)
		return 1;
	if (fixed->data_size != IV_LEN)
		return FAIL(c->provider, REASON_IV_LEN);
	memcpy(c->iv, fixed->data, IV_LEN);
	memcpy(c->nonce, fixed->data, IV_LEN);
	return 1;
}

static int chapoly_init(void *ctx, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len,
			const OSSL_PARAM params[], int encrypts)
{
	struct chapoly *c = ctx;
	c->encrypts = encrypts;
	if (iv && iv_len != IV_LEN)
		return FAIL(c->provider, REASON_IV_LEN);
	if (key && !set_key(c, key, key_len))
		return 0;
	if (iv) {
		memcpy(c->iv, iv, IV_LEN);
		memcpy(c->nonce, iv, IV_LEN);
		rest(c);
	}
	return chapoly_set_ctx_params(c, params);
}

static const OSSL_PARAM *chapoly_gettable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_TAGLEN, NULL),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, NULL, 0),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_TLS1_AAD_PAD, NULL),
					    OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

static const OSSL_PARAM *chapoly_settable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_AAD, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED, NULL, 0),
					    OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

CIPHER(chacha20_poly1305, chapoly, EVP_CIPH_STREAM_CIPHER, 1, 1, 32, 1, IV_LEN, 0);
