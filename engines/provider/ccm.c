// SPDX-License-Identifier: MIT
// AES-CCM, as OpenSSL's default provider has it: the length of the text first, associated data in one piece, the text
// in one piece; TLS 1.2 records in one call.
//
// Lengths of nonce and tag become the key's when it is set, and a later change of theirs does no good, as there.
// Refused here, accepted there: a second empty text, which would spoil the tag; by OpenSSL 3.0.20 also an empty message
// with a wrong tag or none. Right here, wrong there: the tag of an empty message behind one whose tag nobody asked for.

#include "provider.h"

#include <string.h>

#include <openssl/evp.h>

#include <lanecrypt/aes_ccm.h>

enum { EXPLICIT = EVP_CCM_TLS_EXPLICIT_IV_LEN, FIXED = EVP_CCM_TLS_FIXED_IV_LEN, TLS_AAD = EVP_AEAD_TLS1_AAD_LEN };

enum text {
	TEXT_UNDECLARED,
	TEXT_DECLARED, // text_len bytes, under `nonce`
	TEXT_BEGUN,    // `stream` has the associated data
	TEXT_DONE      // or spoilt
};

struct ccm {
	const struct provider *provider;
	const struct cipher_info *info;
	struct lane_aes_ccm_ctx *key; // may be shared with duplicates; NULL before the first
	int has_key, encrypts, iv_is_set, tag_is_set, in_tls;
	enum text text;
	size_t iv_len, tag_len, key_iv_len, key_tag_len; // as they are, and as they were when the key was set
	size_t text_len, tls_aad_pad;
	uint8_t iv[16], nonce[16];
	uint8_t buffer[16]; // the tag that is expected, or the associated data of a TLS record
	uint8_t tag[16];    // of what was encrypted
	struct lane_aes_ccm_stream stream;
};

static void *ccm_new(void *provider, const struct cipher_info *info)
{
	struct ccm *c = memory_new(sizeof *c);
	if (!c)
		return NULL;
	c->provider = provider;
	c->info = info;
	c->iv_len = 7;
	c->tag_len = 12;
	return c;
}

static void ccm_free(void *ctx)
{
	struct ccm *c = ctx;
	if (c)
		memory_release(c->key, sizeof *c->key);
	memory_release(c, sizeof *c);
}

static void *ccm_dup(void *ctx)
{
	struct ccm *copy = memory_copy(ctx, sizeof *copy);
	if (copy && copy->key)
		memory_share(copy->key);
	return copy;
}

// --- a message

static int set_key(struct ccm *c, const uint8_t *key, size_t key_len)
{
	if (key_len != c->info->key_len)
		return FAIL(c->provider, REASON_KEY_LEN);
	if (c->text != TEXT_UNDECLARED)
		c->text = TEXT_DONE;
	c->has_key = 0;
	c->key = memory_own(c->key, sizeof *c->key);
	if (!c->key)
		return FAIL(c->provider, REASON_MEMORY);
	if (!CHECK(c->provider, lane_aes_ccm_init(c->key, key, key_len)))
		return 0;
	c->key_iv_len = c->iv_len;
	c->key_tag_len = c->tag_len;
	c->has_key = 1;
	return 1;
}

static int declare(struct ccm *c, size_t text_len)
{
	if (c->iv_len < c->key_iv_len)
		return FAIL(c->provider, REASON_IV_LEN);
	memcpy(c->nonce, c->iv, sizeof c->nonce);
	c->text_len = text_len;
	c->text = TEXT_DECLARED;
	if (c->encrypts)
		c->tag_is_set = 0;
	return 1;
}

static int begin(struct ccm *c, const uint8_t *aad, size_t aad_len)
{
	c->text = TEXT_BEGUN;
	return CHECK(c->provider, lane_aes_ccm_begin(&c->stream, c->key, c->nonce, c->key_iv_len, c->key_tag_len,
						     aad_len, c->text_len)) &&
	       CHECK(c->provider, lane_aes_ccm_aad(&c->stream, aad, aad_len));
}

// All of the text; when encrypting the tag goes to c->tag, else it is compared with `tag`.
static int crypt_text(struct ccm *c, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *tag, size_t tag_len)
{
	const struct provider *provider = c->provider;
	const enum text text = c->text;
	c->text = TEXT_DONE;
	if (text == TEXT_DONE)
		return FAIL(provider, REASON_ORDER);
	if (len != c->text_len)
		return FAIL(provider, REASON_MESSAGE_LEN);
	if (!c->encrypts && tag_len != c->key_tag_len)
		return FAIL(provider, REASON_TAG_LEN);
	if (text == TEXT_DECLARED && !begin(c, NULL, 0))
		return 0;
	c->text = TEXT_DONE;
	if (c->encrypts)
		return CHECK(provider, lane_aes_ccm_encrypt_update(&c->stream, out, in, len)) &&
		       CHECK(provider, lane_aes_ccm_encrypt_final(&c->stream, c->tag, c->key_tag_len));
	if (CHECK(provider, lane_aes_ccm_decrypt_update_unverified(&c->stream, out, in, len)) &&
	    CHECK(provider, lane_aes_ccm_decrypt_final(&c->stream, tag, tag_len)))
		return 1;
	lane_wipe(out, len);
	return 0;
}

static int crypt_message(struct ccm *c, uint8_t *out, const uint8_t *in, size_t len)
{
	if (c->text == TEXT_UNDECLARED && !declare(c, len))
		return 0;
	if (!c->encrypts && !c->tag_is_set)
		return FAIL(c->provider, REASON_TAG_MISSING);
	if (!crypt_text(c, out, in, len, c->buffer, c->tag_len))
		return 0;
	c->tag_is_set = c->encrypts;
	if (!c->encrypts) {
		c->iv_is_set = 0;
		c->text = TEXT_UNDECLARED;
	}
	return 1;
}

// --- TLS 1.2, RFC 6655: the explicit part of the nonce, the text, the tag

static int set_tls_aad(struct ccm *c, const uint8_t *aad, size_t len)
{
	if (!aad || len != TLS_AAD)
		return FAIL(c->provider, REASON_TLS_AAD);
	memcpy(c->buffer, aad, len);
	c->in_tls = 1;
	if (!tls_aad_shorten(c->buffer, EXPLICIT + (c->encrypts ? 0 : c->tag_len)))
		return FAIL(c->provider, REASON_TLS_AAD);
	c->tls_aad_pad = c->tag_len;
	return 1;
}

static int crypt_record(struct ccm *c, uint8_t *out, size_t *out_len, const uint8_t *in, size_t len)
{
	*out_len = 0;
	if (!in || out != in || len < EXPLICIT + c->tag_len)
		return FAIL(c->provider, REASON_TLS_RECORD);
	if (c->encrypts) // the number of the record
		memcpy(out, c->buffer, EXPLICIT);
	memcpy(c->iv + FIXED, out, EXPLICIT);
	const size_t text_len = len - EXPLICIT - c->tag_len;
	uint8_t *text = out + EXPLICIT;
	if (c->tag_len != c->key_tag_len)
		return FAIL(c->provider, REASON_TAG_LEN);
	if (!declare(c, text_len) || !begin(c, c->buffer, TLS_AAD) ||
	    !crypt_text(c, text, text, text_len, text + text_len, c->tag_len))
		return 0;
	if (c->encrypts)
		memcpy(text + text_len, c->tag, c->tag_len);
	*out_len = c->encrypts ? len : text_len;
	return 1;
}

// --- the provider's calls

static int crypt_any(struct ccm *c, uint8_t *out, size_t *out_len, const uint8_t *in, size_t len)
{
	*out_len = 0;
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	if (c->in_tls)
		return crypt_record(c, out, out_len, in, len);
	if (!in && out) // a final without data
		return 1;
	if (!c->iv_is_set)
		return FAIL(c->provider, REASON_IV_MISSING);
	int done;
	if (out)
		done = crypt_message(c, out, in, len);
	else if (!in)
		done = declare(c, len);
	else if (len == 0 || c->text == TEXT_DONE) // the text that would follow is refused
		done = 1;
	else if (c->text == TEXT_UNDECLARED)
		done = FAIL(c->provider, REASON_ORDER);
	else
		done = begin(c, in, len);
	*out_len = done ? len : 0;
	return done;
}

static int ccm_update(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	struct ccm *c = ctx;
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	return crypt_any(c, out, out_len, in, len);
}

static int ccm_final(void *ctx, unsigned char *out, size_t *out_len, size_t out_size)
{
	struct ccm *c = ctx;
	uint8_t none = 0;
	(void)out, (void)out_size;
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	if (c->iv_is_set && (!c->encrypts || !c->tag_is_set) && !crypt_any(c, &none, out_len, &none, 0))
		return 0;
	*out_len = 0;
	return 1;
}

static int ccm_cipher(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	struct ccm *c = ctx;
	if (!in)
		return ccm_final(ctx, out, out_len, out_size);
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	if (!crypt_any(c, out, out_len, in, len))
		return 0;
	*out_len = len;
	return 1;
}

// As many bytes as there is room for: the IV, and what stands behind it.
static int get_iv(const struct ccm *c, OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (c->iv_len > p->data_size)
		return FAIL(c->provider, REASON_IV_LEN);
	const size_t len = p->data_size < sizeof c->iv ? p->data_size : sizeof c->iv;
	return param_set_octets(p, c->iv, len) || FAIL(c->provider, REASON_PARAMETER);
}

static int get_tag(struct ccm *c, OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!c->encrypts)
		return FAIL(c->provider, REASON_TAG_DIRECTION);
	if (!c->tag_is_set)
		return FAIL(c->provider, REASON_TAG_MISSING);
	if (!param_is_octets(p) || !p->data)
		return FAIL(c->provider, REASON_PARAMETER);
	if (p->data_size != c->key_tag_len)
		return FAIL(c->provider, REASON_TAG_LEN);
	memcpy(p->data, c->tag, p->data_size);
	p->return_size = p->data_size;
	c->tag_is_set = c->iv_is_set = 0;
	c->text = TEXT_UNDECLARED;
	return 1;
}

static int ccm_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	struct ccm *c = ctx;
	struct found found;
	params_find(&found, params);
	if (!param_set_size(found.p[PARAM_IVLEN], c->iv_len) || !param_set_size(found.p[PARAM_TAGLEN], c->tag_len) ||
	    !param_set_size(found.p[PARAM_KEYLEN], c->info->key_len) ||
	    !param_set_size(found.p[PARAM_TLS_AAD_PAD], c->tls_aad_pad))
		return FAIL(c->provider, REASON_PARAMETER);
	return get_iv(c, found.p[PARAM_IV]) && get_iv(c, found.p[PARAM_UPDATED_IV]) && get_tag(c, found.p[PARAM_TAG]);
}

static int set_tag(struct ccm *c, const OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!param_is_octets(p))
		return FAIL(c->provider, REASON_PARAMETER);
	if (p->data_size % 2 != 0 || p->data_size < 4 || p->data_size > 16)
		return FAIL(c->provider, REASON_TAG_LEN);
	if (p->data) {
		if (c->encrypts)
			return FAIL(c->provider, REASON_TAG_DIRECTION);
		memcpy(c->buffer, p->data, p->data_size);
		c->tag_is_set = 1;
	}
	c->tag_len = p->data_size;
	return 1;
}

static int set_iv_len(struct ccm *c, const OSSL_PARAM *p)
{
	size_t len;
	if (!p)
		return 1;
	if (!param_get_size(p, &len))
		return FAIL(c->provider, REASON_PARAMETER);
	if (len < LANE_AES_CCM_NONCE_MIN || len > LANE_AES_CCM_NONCE_MAX)
		return FAIL(c->provider, REASON_IV_LEN);
	if (len != c->iv_len) {
		c->iv_len = len;
		c->iv_is_set = 0;
	}
	return 1;
}

static int set_tls_fixed(struct ccm *c, const OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!param_is_octets(p) || !p->data)
		return FAIL(c->provider, REASON_PARAMETER);
	if (p->data_size != FIXED)
		return FAIL(c->provider, REASON_IV_LEN);
	memcpy(c->iv, p->data, FIXED);
	return 1;
}

static int ccm_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct ccm *c = ctx;
	struct found found;
	if (!params)
		return 1;
	params_find(&found, params);
	const OSSL_PARAM *aad = found.p[PARAM_TLS_AAD];
	if (!set_tag(c, found.p[PARAM_TAG]) || !set_iv_len(c, found.p[PARAM_IVLEN]))
		return 0;
	if (aad && !param_is_octets(aad))
		return FAIL(c->provider, REASON_PARAMETER);
	return (!aad || set_tls_aad(c, aad->data, aad->data_size)) && set_tls_fixed(c, found.p[PARAM_TLS_IV_FIXED]);
}

static int ccm_init(void *ctx, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len,
		    const OSSL_PARAM params[], int encrypts)
{
	struct ccm *c = ctx;
	c->encrypts = encrypts;
	if (iv) {
		if (iv_len != c->iv_len)
			return FAIL(c->provider, REASON_IV_LEN);
		memcpy(c->iv, iv, iv_len);
		c->iv_is_set = 1;
	}
	return (!key || set_key(c, key, key_len)) && ccm_set_ctx_params(c, params);
}

#define ccm_gettable aead_gettable
#define ccm_settable aead_settable

CIPHER(aes_128_ccm, ccm, EVP_CIPH_CCM_MODE, 1, 1, 16, 1, 12, 0);
CIPHER(aes_192_ccm, ccm, EVP_CIPH_CCM_MODE, 1, 1, 24, 1, 12, 0);
CIPHER(aes_256_ccm, ccm, EVP_CIPH_CCM_MODE, 1, 1, 32, 1, 12, 0);
