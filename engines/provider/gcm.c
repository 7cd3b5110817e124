// SPDX-License-Identifier: MIT
// AES-GCM, as OpenSSL's default provider has it: streams, TLS 1.2 records in one call, IVs that it makes.
//
// Refused here, accepted there: tags of a length that SP 800-38D does not have, when decrypting; another key, or the
// other direction, in the midst of a message (its bytes would be those of no message); to go on with a message whose
// tag was wrong; buffers that overlap without being equal.

#include "provider.h"

#include <string.h>

#include <openssl/evp.h>

#include <lanecrypt/aes_gcm.h>

enum {
	IV_MAX = 128, // bytes, as in the default provider
	TAG_LEN = LANE_AES_GCM_TAG_LEN,
	EXPLICIT = EVP_GCM_TLS_EXPLICIT_IV_LEN,
	FIXED = EVP_GCM_TLS_FIXED_IV_LEN,
	TLS_AAD = EVP_AEAD_TLS1_AAD_LEN
};

#define NONE SIZE_MAX // a length that has not been set

enum iv_state {
	IV_MISSING,
	IV_WAITS,   // set, for the message to come
	IV_RUNNING, // `stream` is in a message under it
	IV_USED
};

struct gcm {
	const struct provider *provider;
	const struct cipher_info *info;
	struct lane_aes_gcm_ctx *key; // may be shared with duplicates; NULL before the first
	int has_key, encrypts, can_generate;
	enum iv_state iv_state;
	size_t iv_len, tag_len, tls_aad_len, tls_aad_pad;
	uint64_t n_records; // that were encrypted under this key
	uint8_t iv[IV_MAX];
	uint8_t buffer[TAG_LEN]; // the tag, or the associated data of a TLS record
	struct lane_aes_gcm_stream stream;
};

static void *gcm_new(void *provider, const struct cipher_info *info)
{
	struct gcm *c = memory_new(sizeof *c);
	if (!c)
		return NULL;
	c->provider = provider;
	c->info = info;
	c->iv_len = info->iv_len;
	c->tag_len = c->tls_aad_len = NONE;
	return c;
}

static void gcm_free(void *ctx)
{
	struct gcm *c = ctx;
	if (c)
		memory_release(c->key, sizeof *c->key);
	memory_release(c, sizeof *c);
}

// A stream holds the address of its key, which both then share.
static void *gcm_dup(void *ctx)
{
	struct gcm *copy = memory_copy(ctx, sizeof *copy);
	if (copy && copy->key)
		memory_share(copy->key);
	return copy;
}

// --- a message

static int set_key(struct gcm *c, const uint8_t *key, size_t key_len)
{
	if (key_len != c->info->key_len)
		return FAIL(c->provider, REASON_KEY_LEN);
	if (c->iv_state == IV_RUNNING)
		c->iv_state = IV_USED;
	c->has_key = 0;
	c->key = memory_own(c->key, sizeof *c->key);
	if (!c->key)
		return FAIL(c->provider, REASON_MEMORY);
	if (!CHECK(c->provider, lane_aes_gcm_init_with(c->key, c->provider->gcm_kernel, key, key_len)))
		return 0;
	c->has_key = 1;
	c->n_records = 0;
	return 1;
}

static int begin(struct gcm *c)
{
	if (!CHECK(c->provider, lane_aes_gcm_begin(&c->stream, c->key, c->iv, c->iv_len)))
		return 0;
	c->iv_state = IV_RUNNING;
	return 1;
}

// SP 800-38D §8.2.2, where no IV was set.
static int generate_iv(struct gcm *c)
{
	if (!c->encrypts)
		return FAIL(c->provider, REASON_IV_MISSING);
	if (c->iv_len < LANE_AES_GCM_NONCE_LEN || !provider_random(c->iv, c->iv_len))
		return FAIL(c->provider, REASON_IV_GENERATE);
	return 1;
}

// Makes sure that a message is being worked on.
static int enter(struct gcm *c)
{
	if (__builtin_expect(c->iv_state == IV_RUNNING, 1))
		return 1;
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	if (c->iv_state == IV_USED)
		return FAIL(c->provider, REASON_IV_USED);
	return (c->iv_state == IV_WAITS || generate_iv(c)) && begin(c);
}

static int finish(struct gcm *c)
{
	enum lane_status status;
	if (!enter(c))
		return 0;
	if (!c->encrypts && c->tag_len == NONE)
		return FAIL(c->provider, REASON_TAG_MISSING);
	if (c->encrypts) {
		status = lane_aes_gcm_encrypt_final(&c->stream, c->buffer, TAG_LEN);
		c->tag_len = TAG_LEN;
	} else {
		status = lane_aes_gcm_decrypt_final(&c->stream, c->buffer, c->tag_len);
	}
	c->iv_state = IV_USED;
	return CHECK(c->provider, status);
}

static int crypt_text(struct gcm *c, uint8_t *out, const uint8_t *in, size_t len)
{
	return CHECK(c->provider, c->encrypts ? lane_aes_gcm_encrypt_update(&c->stream, out, in, len)
					      : lane_aes_gcm_decrypt_update_unverified(&c->stream, out, in, len));
}

// --- TLS 1.2, RFC 5288: the explicit part of the nonce, the text, the tag

static void count_up(uint8_t counter[8])
{
	for (size_t i = 8; i > 0 && ++counter[i - 1] == 0;)
		i--;
}

// The invocation field of the nonce for the next message, SP 800-38D §8.2.1; *nonce becomes all of it.
static int next_nonce(struct gcm *c, uint8_t *out, size_t len, uint8_t nonce[IV_MAX])
{
	if (!c->can_generate || !c->has_key || c->iv_len < EXPLICIT)
		return FAIL(c->provider, REASON_IV_GENERATE);
	if (len == 0 || len > c->iv_len)
		len = c->iv_len;
	memcpy(nonce, c->iv, c->iv_len);
	memcpy(out, c->iv + c->iv_len - len, len);
	count_up(c->iv + c->iv_len - EXPLICIT);
	return 1;
}

// The last len bytes of the nonce, as the sender chose them.
static int take_nonce(struct gcm *c, const uint8_t *in, size_t len)
{
	if (!c->can_generate || !c->has_key || c->encrypts)
		return FAIL(c->provider, REASON_IV_GENERATE);
	if (len > c->iv_len)
		return FAIL(c->provider, REASON_IV_LEN);
	memcpy(c->iv + c->iv_len - len, in, len);
	return 1;
}

static int set_tls_aad(struct gcm *c, const uint8_t *aad, size_t len)
{
	if (!aad || len != TLS_AAD)
		return FAIL(c->provider, REASON_TLS_AAD);
	memcpy(c->buffer, aad, len);
	c->tls_aad_len = len;
	if (!tls_aad_shorten(c->buffer, EXPLICIT + (c->encrypts ? 0 : TAG_LEN)))
		return FAIL(c->provider, REASON_TLS_AAD);
	c->tls_aad_pad = TAG_LEN;
	return 1;
}

static int set_tls_fixed(struct gcm *c, const uint8_t *fixed, size_t len)
{
	if (len == SIZE_MAX) // all of it
		len = c->iv_len;
	else if (len < FIXED || c->iv_len < len || c->iv_len - len < EXPLICIT)
		return FAIL(c->provider, REASON_IV_LEN);
	else if (c->encrypts && !provider_random(c->iv + len, c->iv_len - len))
		return FAIL(c->provider, REASON_IV_GENERATE);
	memcpy(c->iv, fixed, len);
	c->can_generate = 1;
	c->iv_state = IV_WAITS;
	return 1;
}

static int seal_record(struct gcm *c, uint8_t *record, uint8_t *text, size_t text_len)
{
	uint8_t nonce[IV_MAX];
	if (++c->n_records == 0)
		return FAIL(c->provider, REASON_TLS_RECORDS);
	if (!next_nonce(c, record, EXPLICIT, nonce))
		return 0;
	c->tag_len = TAG_LEN;
	return CHECK(c->provider, lane_aes_gcm_seal(c->key, text, text + text_len, TAG_LEN, nonce, c->iv_len, c->buffer,
						    c->tls_aad_len, text, text_len));
}

static int open_record(struct gcm *c, uint8_t *record, uint8_t *text, size_t text_len)
{
	if (!take_nonce(c, record, EXPLICIT))
		return 0;
	c->tag_len = TAG_LEN;
	return CHECK(c->provider, lane_aes_gcm_open(c->key, text, c->iv, c->iv_len, c->buffer, c->tls_aad_len, text,
						    text_len, text + text_len, TAG_LEN));
}

static int crypt_record(struct gcm *c, uint8_t *out, size_t *out_len, const uint8_t *in, size_t len)
{
	const size_t text_len = len - EXPLICIT - TAG_LEN;
	int done;
	if (!c->has_key)
		done = FAIL(c->provider, REASON_KEY_MISSING);
	else if (out != in || len < EXPLICIT + TAG_LEN)
		done = FAIL(c->provider, REASON_TLS_RECORD);
	else
		done = (c->encrypts ? seal_record : open_record)(c, out, out + EXPLICIT, text_len);
	*out_len = !done ? 0 : c->encrypts ? len : text_len;
	c->iv_state = IV_USED;
	c->tls_aad_len = NONE;
	return done;
}

// --- the provider's calls

static int crypt_any(struct gcm *c, uint8_t *out, size_t *out_len, const uint8_t *in, size_t len)
{
	if (c->tls_aad_len != NONE)
		return crypt_record(c, out, out_len, in, len);
	*out_len = 0;
	if (!in)
		return finish(c);
	if (!enter(c))
		return 0;
	if (len > 0 && !(out ? crypt_text(c, out, in, len) : CHECK(c->provider, lane_aes_gcm_aad(&c->stream, in, len))))
		return 0;
	*out_len = len;
	return 1;
}

static int gcm_update(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	struct gcm *c = ctx;
	if (len == 0) {
		*out_len = 0;
		return 1;
	}
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	return crypt_any(c, out, out_len, in, len);
}

static int gcm_final(void *ctx, unsigned char *out, size_t *out_len, size_t out_size)
{
	(void)out_size;
	if (!crypt_any(ctx, out, out_len, NULL, 0))
		return 0;
	*out_len = 0;
	return 1;
}

static int gcm_cipher(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
		      size_t len)
{
	struct gcm *c = ctx;
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	if (!crypt_any(c, out, out_len, in, len))
		return 0;
	*out_len = len;
	return 1;
}

static int get_iv(const struct gcm *c, OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (c->iv_state == IV_MISSING)
		return FAIL(c->provider, REASON_IV_MISSING);
	if (c->iv_len > p->data_size)
		return FAIL(c->provider, REASON_IV_LEN);
	return param_set_octets(p, c->iv, c->iv_len) || FAIL(c->provider, REASON_PARAMETER);
}

static int get_tag(const struct gcm *c, OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!c->encrypts)
		return FAIL(c->provider, REASON_TAG_DIRECTION);
	if (c->tag_len == NONE)
		return FAIL(c->provider, REASON_TAG_MISSING);
	if (p->data_size == 0 || p->data_size > TAG_LEN)
		return FAIL(c->provider, REASON_TAG_LEN);
	return (param_is_octets(p) && param_set_octets(p, c->buffer, p->data_size)) ||
	       FAIL(c->provider, REASON_PARAMETER);
}

static int get_next_nonce(struct gcm *c, OSSL_PARAM *p)
{
	uint8_t nonce[IV_MAX];
	if (!p)
		return 1;
	if (!p->data || !param_is_octets(p))
		return FAIL(c->provider, REASON_PARAMETER);
	if (!next_nonce(c, p->data, p->data_size, nonce))
		return 0;
	c->iv_state = IV_RUNNING;
	return CHECK(c->provider, lane_aes_gcm_begin(&c->stream, c->key, nonce, c->iv_len));
}

static int gcm_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	struct gcm *c = ctx;
	struct found found;
	switch ((int)params_only(params)) {
	case PARAM_IVLEN:
		return param_set_size(params, c->iv_len) || FAIL(c->provider, REASON_PARAMETER);
	case PARAM_KEYLEN:
		return param_set_size(params, c->info->key_len) || FAIL(c->provider, REASON_PARAMETER);
	case PARAM_TAG:
		return get_tag(c, params);
	}
	params_find(&found, params);
	if (!param_set_size(found.p[PARAM_IVLEN], c->iv_len) ||
	    !param_set_size(found.p[PARAM_KEYLEN], c->info->key_len) ||
	    !param_set_size(found.p[PARAM_TAGLEN], c->tag_len == NONE ? TAG_LEN : c->tag_len) ||
	    !param_set_size(found.p[PARAM_TLS_AAD_PAD], c->tls_aad_pad))
		return FAIL(c->provider, REASON_PARAMETER);
	return get_iv(c, found.p[PARAM_IV]) && get_iv(c, found.p[PARAM_UPDATED_IV]) && get_tag(c, found.p[PARAM_TAG]) &&
	       get_next_nonce(c, found.p[PARAM_TLS_IV_GEN]);
}

static int is_tag_len(size_t len)
{
	return (len >= 12 && len <= 16) || len == 8 || len == 4;
}

static int set_tag(struct gcm *c, const OSSL_PARAM *p)
{
	if (!p)
		return 1;
	if (!p->data || !param_is_octets(p))
		return FAIL(c->provider, REASON_PARAMETER);
	if (c->encrypts)
		return FAIL(c->provider, REASON_TAG_DIRECTION);
	if (!is_tag_len(p->data_size))
		return FAIL(c->provider, REASON_TAG_LEN);
	memcpy(c->buffer, p->data, p->data_size);
	c->tag_len = p->data_size;
	return 1;
}

static int set_iv_len(struct gcm *c, const OSSL_PARAM *p)
{
	size_t len;
	if (!p)
		return 1;
	if (!param_get_size(p, &len))
		return FAIL(c->provider, REASON_PARAMETER);
	if (len == 0 || len > IV_MAX)
		return FAIL(c->provider, REASON_IV_LEN);
	if (len != c->iv_len) {
		if (c->iv_state != IV_MISSING)
			c->iv_state = IV_USED;
		c->iv_len = len;
	}
	return 1;
}

static int take_tls_nonce(struct gcm *c, const OSSL_PARAM *p)
{
	if (!p->data)
		return FAIL(c->provider, REASON_PARAMETER);
	return take_nonce(c, p->data, p->data_size) && begin(c);
}

static int gcm_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct gcm *c = ctx;
	struct found found;
	if (!params)
		return 1;
	switch ((int)params_only(params)) {
	case PARAM_TAG:
		return set_tag(c, params);
	case PARAM_IVLEN:
		return set_iv_len(c, params);
	}
	params_find(&found, params);
	const OSSL_PARAM *aad = found.p[PARAM_TLS_AAD], *fixed = found.p[PARAM_TLS_IV_FIXED],
			 *inv = found.p[PARAM_TLS_IV_INV];
	if (!set_tag(c, found.p[PARAM_TAG]) || !set_iv_len(c, found.p[PARAM_IVLEN]))
		return 0;
	if ((aad && !param_is_octets(aad)) || (fixed && (!param_is_octets(fixed) || !fixed->data)) ||
	    (inv && !param_is_octets(inv)))
		return FAIL(c->provider, REASON_PARAMETER);
	return (!aad || set_tls_aad(c, aad->data, aad->data_size)) &&
	       (!fixed || set_tls_fixed(c, fixed->data, fixed->data_size)) && (!inv || take_tls_nonce(c, inv));
}

static int gcm_init(void *ctx, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len,
		    const OSSL_PARAM params[], int encrypts)
{
	struct gcm *c = ctx;
	c->encrypts = encrypts;
	if (iv) {
		if (iv_len == 0 || iv_len > IV_MAX)
			return FAIL(c->provider, REASON_IV_LEN);
		c->iv_len = iv_len;
		if (iv_len == LANE_AES_GCM_NONCE_LEN) // in two instructions
			memcpy(c->iv, iv, LANE_AES_GCM_NONCE_LEN);
		else
			memcpy(c->iv, iv, iv_len);
		c->iv_state = IV_WAITS;
	}
	return (!key || set_key(c, key, key_len)) && gcm_set_ctx_params(c, params);
}

#define gcm_gettable aead_gettable
#define gcm_settable aead_settable

CIPHER(aes_128_gcm, gcm, EVP_CIPH_GCM_MODE, 1, 1, 16, 1, 12, 0);
CIPHER(aes_192_gcm, gcm, EVP_CIPH_GCM_MODE, 1, 1, 24, 1, 12, 0);
CIPHER(aes_256_gcm, gcm, EVP_CIPH_GCM_MODE, 1, 1, 32, 1, 12, 0);
