// SPDX-License-Identifier: MIT
// AES-GCM, AES-CCM, ChaCha20-Poly1305 by one call a message. XChaCha20-Poly1305 is left out: its calls want the tag
// behind the ciphertext, and its steps, which do not, make a wrong one in 5.5.

#include "wolfssl_engine.h"

#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

struct key {
	Aes aes;
	uint8_t chacha[32];
	struct lane_engine_object *engine;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (key)
		wc_AesFree(&key->aes);
	adaptor_free(key, sizeof *key);
}

static int key_make(struct lane_engine_object *engine, const struct lane_engine_aead *item, size_t key_len,
		    size_t tag_len, struct key **out)
{
	const size_t tag_min = item->tag_min ? item->tag_min : item->tag_len;
	*out = NULL;
	if (key_len != item->key_len || tag_len < tag_min || tag_len > item->tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = *out = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	return LANE_ENGINE_OK;
}

static int gcm_set(struct key *key, const uint8_t *bytes, word32 key_len)
{
	const int answer = wc_AesInit(&key->aes, NULL, INVALID_DEVID);
	return answer ? answer : wc_AesGcmSetKey(&key->aes, bytes, key_len);
}

static int ccm_set(struct key *key, const uint8_t *bytes, word32 key_len)
{
	const int answer = wc_AesInit(&key->aes, NULL, INVALID_DEVID);
	return answer ? answer : wc_AesCcmSetKey(&key->aes, bytes, key_len);
}

static int chacha_set(struct key *key, const uint8_t *bytes, word32 key_len)
{
	memcpy(key->chacha, bytes, key_len);
	return 0;
}

#define NEW(name)                                                                                                      \
	static int name##_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item,              \
				  const uint8_t *bytes, size_t key_len, size_t tag_len, void **out)                    \
	{                                                                                                              \
		struct key *key;                                                                                       \
		*out = NULL;                                                                                           \
		const int status = key_make(engine, item, key_len, tag_len, &key);                                     \
		if (status != LANE_ENGINE_OK)                                                                          \
			return status;                                                                                 \
		return wolfssl_made(engine, name##_set(key, bytes, (word32)key_len), key, key_free, out);              \
	}
NEW(gcm)
NEW(ccm)
NEW(chacha)

static inline int fits(const struct lane_engine_message *m)
{
	return m->len <= wolfssl_max_len && m->aad_len <= wolfssl_max_len && m->nonce_len <= wolfssl_max_len &&
	       m->tag_len <= 16;
}

static inline int chacha_fits(const struct lane_engine_message *m)
{
	return fits(m) && m->nonce_len == 12 && m->tag_len == 16;
}

// What the library's answer to a message means here. It checks the lengths that it is told.
static int status_of(struct key *key, const struct lane_engine_message *m, int answer)
{
	switch (answer) {
	case 0:
		return LANE_ENGINE_OK;
	case AES_GCM_AUTH_E:
	case AES_CCM_AUTH_E:
	case MAC_CMP_FAILED_E:
		return adaptor_verdict(m, 0);
	case BAD_FUNC_ARG:
		return LANE_ENGINE_UNSUPPORTED;
	default:
		return adaptor_failed(key->engine, "the library failed at a message");
	}
}

#define CRYPT(name, condition, call)                                                                                   \
	static inline int name##_one(struct key *key, const struct lane_engine_message *m)                             \
	{                                                                                                              \
		if (!(condition))                                                                                      \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		return status_of(key, m, call);                                                                        \
	}                                                                                                              \
	ADAPTOR_EACH(name, struct key, name##_one)
CRYPT(gcm_seal, fits(m),
      wc_AesGcmEncrypt(&key->aes, m->out, m->in, (word32)m->len, m->nonce, (word32)m->nonce_len, m->tag,
		       (word32)m->tag_len, m->aad, (word32)m->aad_len))
CRYPT(gcm_open, fits(m),
      wc_AesGcmDecrypt(&key->aes, m->out, m->in, (word32)m->len, m->nonce, (word32)m->nonce_len, m->tag,
		       (word32)m->tag_len, m->aad, (word32)m->aad_len))
CRYPT(ccm_seal, fits(m),
      wc_AesCcmEncrypt(&key->aes, m->out, m->in, (word32)m->len, m->nonce, (word32)m->nonce_len, m->tag,
		       (word32)m->tag_len, m->aad, (word32)m->aad_len))
CRYPT(ccm_open, fits(m),
      wc_AesCcmDecrypt(&key->aes, m->out, m->in, (word32)m->len, m->nonce, (word32)m->nonce_len, m->tag,
		       (word32)m->tag_len, m->aad, (word32)m->aad_len))
CRYPT(chacha_seal, chacha_fits(m),
      wc_ChaCha20Poly1305_Encrypt(key->chacha, m->nonce, m->aad, (word32)m->aad_len, m->in, (word32)m->len, m->out,
				  m->tag))
CRYPT(chacha_open, chacha_fits(m),
      wc_ChaCha20Poly1305_Decrypt(key->chacha, m->nonce, m->aad, (word32)m->aad_len, m->in, (word32)m->len, m->tag,
				  m->out))

#define AES(bits, upper, lower, nonces_from, nonces_to, tags_from, most)                                               \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-" #upper,                                                                  \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,                  \
		.key_len = bits / 8, .nonce_len = 12, .nonce_min = nonces_from, .nonce_max = nonces_to, .tag_len = 16, \
		.tag_min = tags_from, .max_len = most, .key_new = lower##_key_new, .key_free = key_free,               \
		.seal = lower##_seal, .open = lower##_open                                                             \
	}
#define GCM(bits) AES(bits, GCM, gcm, 1, wolfssl_max_len, WOLFSSL_MIN_AUTH_TAG_SZ, wolfssl_max_len)
#define CCM(bits) AES(bits, CCM, ccm, 7, 13, WOLFSSL_MIN_AUTH_TAG_SZ, 0xffffff)
static const struct lane_engine_aead aeads[] = {
	GCM(128),
	GCM(192),
	GCM(256),
	CCM(128),
	CCM(256),
	{
		.algorithm = "ChaCha20-Poly1305",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
		.key_len = 32,
		.nonce_len = 12,
		.tag_len = 16,
		.max_len = wolfssl_max_len,
		.key_new = chacha_key_new,
		.key_free = key_free,
		.seal = chacha_seal,
		.open = chacha_open,
	},
};
const struct lane_engine_table wolfssl_aead_table = ADAPTOR_TABLE(aeads);
