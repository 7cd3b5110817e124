// SPDX-License-Identifier: MIT
// AES-GCM, AES-CCM and ChaCha20-Poly1305, each message by one call.

#include <mbedtls/ccm.h>
#include <mbedtls/chachapoly.h>
#include <mbedtls/gcm.h>

#include "mbedtls_engine.h"

struct key {
	union {
		mbedtls_gcm_context gcm;
		mbedtls_ccm_context ccm;
		mbedtls_chachapoly_context chacha;
	};
	struct lane_engine_object *engine;
	void (*free)(struct key *key);
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (key)
		key->free(key);
	adaptor_free(key, sizeof *key);
}

static int key_make(struct lane_engine_object *engine, const struct lane_engine_aead *item, size_t key_len,
		    size_t tag_len, void (*free_inner)(struct key *key), struct key **out)
{
	const size_t tag_min = item->tag_min ? item->tag_min : item->tag_len;
	*out = NULL;
	if (key_len != item->key_len || tag_len < tag_min || tag_len > item->tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = *out = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	key->free = free_inner;
	return LANE_ENGINE_OK;
}

// What the library's answer to a message means here. It checks all lengths that it is told.
static int status_of(struct key *key, const struct lane_engine_message *m, int answer)
{
	switch (answer) {
	case 0:
		return LANE_ENGINE_OK;
	case MBEDTLS_ERR_GCM_AUTH_FAILED:
	case MBEDTLS_ERR_CCM_AUTH_FAILED:
	case MBEDTLS_ERR_CHACHAPOLY_AUTH_FAILED:
		return adaptor_verdict(m, 0);
	case MBEDTLS_ERR_GCM_BAD_INPUT:
	case MBEDTLS_ERR_CCM_BAD_INPUT:
		return LANE_ENGINE_UNSUPPORTED;
	default:
		return adaptor_failed(key->engine, "the library failed at a message");
	}
}

#define NEW(name, init, setkey)                                                                                        \
	static int name##_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item,              \
				  const uint8_t *bytes, size_t key_len, size_t tag_len, void **out)                    \
	{                                                                                                              \
		struct key *key;                                                                                       \
		*out = NULL;                                                                                           \
		const int status = key_make(engine, item, key_len, tag_len, name##_free, &key);                        \
		if (status != LANE_ENGINE_OK)                                                                          \
			return status;                                                                                 \
		init;                                                                                                  \
		return mbedtls_made(engine, setkey, key, key_free, out);                                               \
	}

// ---- AES-GCM ----

static void gcm_free(struct key *key)
{
	mbedtls_gcm_free(&key->gcm);
}
NEW(gcm, mbedtls_gcm_init(&key->gcm),
    mbedtls_gcm_setkey(&key->gcm, MBEDTLS_CIPHER_ID_AES, bytes, (unsigned)key_len * 8))

static inline int gcm_seal_one(struct key *key, const struct lane_engine_message *m)
{
	return status_of(key, m,
			 mbedtls_gcm_crypt_and_tag(&key->gcm, MBEDTLS_GCM_ENCRYPT, m->len, m->nonce, m->nonce_len,
						   m->aad, m->aad_len, m->in, m->out, m->tag_len, m->tag));
}

static inline int gcm_open_one(struct key *key, const struct lane_engine_message *m)
{
	return status_of(key, m,
			 mbedtls_gcm_auth_decrypt(&key->gcm, m->len, m->nonce, m->nonce_len, m->aad, m->aad_len, m->tag,
						  m->tag_len, m->in, m->out));
}

// ---- AES-CCM ----

static void ccm_free(struct key *key)
{
	mbedtls_ccm_free(&key->ccm);
}
NEW(ccm, mbedtls_ccm_init(&key->ccm),
    mbedtls_ccm_setkey(&key->ccm, MBEDTLS_CIPHER_ID_AES, bytes, (unsigned)key_len * 8))

static inline int ccm_seal_one(struct key *key, const struct lane_engine_message *m)
{
	return status_of(key, m,
			 mbedtls_ccm_encrypt_and_tag(&key->ccm, m->len, m->nonce, m->nonce_len, m->aad, m->aad_len,
						     m->in, m->out, m->tag, m->tag_len));
}

static inline int ccm_open_one(struct key *key, const struct lane_engine_message *m)
{
	return status_of(key, m,
			 mbedtls_ccm_auth_decrypt(&key->ccm, m->len, m->nonce, m->nonce_len, m->aad, m->aad_len, m->in,
						  m->out, m->tag, m->tag_len));
}

// ---- ChaCha20-Poly1305 ----

static void chacha_free(struct key *key)
{
	mbedtls_chachapoly_free(&key->chacha);
}
NEW(chacha, mbedtls_chachapoly_init(&key->chacha), mbedtls_chachapoly_setkey(&key->chacha, bytes))

static inline int chacha_fits(const struct lane_engine_message *m)
{
	return m->nonce_len == 12 && m->tag_len == 16 && m->len <= ADAPTOR_CHACHA_MAX_LEN;
}

static inline int chacha_seal_one(struct key *key, const struct lane_engine_message *m)
{
	if (!chacha_fits(m))
		return LANE_ENGINE_UNSUPPORTED;
	return status_of(key, m,
			 mbedtls_chachapoly_encrypt_and_tag(&key->chacha, m->len, m->nonce, m->aad, m->aad_len, m->in,
							    m->out, m->tag));
}

static inline int chacha_open_one(struct key *key, const struct lane_engine_message *m)
{
	if (!chacha_fits(m))
		return LANE_ENGINE_UNSUPPORTED;
	return status_of(key, m,
			 mbedtls_chachapoly_auth_decrypt(&key->chacha, m->len, m->nonce, m->aad, m->aad_len, m->tag,
							 m->in, m->out));
}

// ---- Items ----

ADAPTOR_EACH(gcm_seal, struct key, gcm_seal_one)
ADAPTOR_EACH(gcm_open, struct key, gcm_open_one)
ADAPTOR_EACH(ccm_seal, struct key, ccm_seal_one)
ADAPTOR_EACH(ccm_open, struct key, ccm_open_one)
ADAPTOR_EACH(chacha_seal, struct key, chacha_seal_one)
ADAPTOR_EACH(chacha_open, struct key, chacha_open_one)

#define AES(bits, upper, lower, nonces_from, nonces_to, most)                                                          \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-" #upper,                                                                  \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,                  \
		.key_len = bits / 8, .nonce_len = 12, .nonce_min = nonces_from, .nonce_max = nonces_to, .tag_len = 16, \
		.tag_min = 4, .max_len = most, .key_new = lower##_key_new, .key_free = key_free, .seal = lower##_seal, \
		.open = lower##_open                                                                                   \
	}
#define GCM(bits) AES(bits, GCM, gcm, 1, UINT32_MAX, ADAPTOR_GCM_MAX_LEN)
#define CCM(bits) AES(bits, CCM, ccm, 7, 13, 0xffffff)
static const struct lane_engine_aead aeads[] = {
	GCM(128),
	GCM(192),
	GCM(256),
	CCM(128),
	CCM(256),
	{
		.algorithm = "ChaCha20-Poly1305",
		.capabilities = LANE_ENGINE_IN_PLACE,
		.key_len = 32,
		.nonce_len = 12,
		.tag_len = 16,
		.max_len = ADAPTOR_CHACHA_MAX_LEN,
		.key_new = chacha_key_new,
		.key_free = key_free,
		.seal = chacha_seal,
		.open = chacha_open,
	},
};
const struct lane_engine_table mbedtls_aead_table = ADAPTOR_TABLE(aeads);
