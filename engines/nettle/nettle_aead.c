// SPDX-License-Identifier: MIT
// AEADs. Nettle makes tags but does not compare them.

#include <nettle/ccm.h>
#include <nettle/chacha-poly1305.h>
#include <nettle/gcm.h>

#include "nettle_engine.h"

// Contexts, named as the functions on them begin.
struct key {
	union {
		struct gcm_aes128_ctx gcm_aes128;
		struct gcm_aes192_ctx gcm_aes192;
		struct gcm_aes256_ctx gcm_aes256;
		struct ccm_aes128_ctx ccm_aes128;
		struct ccm_aes256_ctx ccm_aes256;
		struct chacha_poly1305_ctx chacha_poly1305;
	} context;
	size_t tag_len;
};

static struct key *key_make(struct lane_engine_object *engine, const struct lane_engine_aead *item, size_t key_len,
			    size_t tag_len, int *status)
{
	*status = LANE_ENGINE_UNSUPPORTED;
	if (key_len != item->key_len || tag_len < item->tag_min || tag_len > item->tag_len)
		return NULL;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	*status = key ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
	if (key)
		key->tag_len = tag_len;
	return key;
}

static void key_free(void *key)
{
	adaptor_free(key, sizeof(struct key));
}

// What the modes differ in: the lengths that they take, and how a message begins.
static inline int gcm_fits(const struct lane_engine_message *m)
{
	return m->nonce_len >= 1 && m->len <= ADAPTOR_GCM_MAX_LEN;
}
#define GCM_BEGIN(name) name##_set_iv(context, m->nonce_len, m->nonce)

// Nettle makes tags of any length; CCM has those of an even one (SP 800-38C §A.1).
static inline int ccm_fits(const struct lane_engine_message *m)
{
	return m->tag_len % 2 == 0 && adaptor_ccm_fits(m);
}
#define CCM_BEGIN(name) name##_set_nonce(context, m->nonce_len, m->nonce, m->aad_len, m->len, m->tag_len)

static inline int chacha_fits(const struct lane_engine_message *m)
{
	return m->nonce_len == CHACHA_POLY1305_NONCE_SIZE && m->len <= ADAPTOR_CHACHA_MAX_LEN;
}
#define CHACHA_BEGIN(name) name##_set_nonce(context, m->nonce)

#define AEAD(name, fits, BEGIN)                                                                                        \
	static int name##_new(struct lane_engine_object *engine, const struct lane_engine_aead *item,                  \
			      const uint8_t *bytes, size_t key_len, size_t tag_len, void **out)                        \
	{                                                                                                              \
		int status;                                                                                            \
		struct key *const key = key_make(engine, item, key_len, tag_len, &status);                             \
		*out = key;                                                                                            \
		if (key)                                                                                               \
			name##_set_key(&key->context.name, bytes);                                                     \
		return status;                                                                                         \
	}                                                                                                              \
	static inline int name##_seal_one(struct key *key, const struct lane_engine_message *m)                        \
	{                                                                                                              \
		struct name##_ctx *const context = &key->context.name;                                                 \
		if (m->tag_len != key->tag_len || !fits(m))                                                            \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		BEGIN(name);                                                                                           \
		name##_update(context, m->aad_len, m->aad);                                                            \
		name##_encrypt(context, m->len, m->out, m->in);                                                        \
		name##_digest(context, m->tag_len, m->tag);                                                            \
		return LANE_ENGINE_OK;                                                                                 \
	}                                                                                                              \
	static inline int name##_open_one(struct key *key, const struct lane_engine_message *m)                        \
	{                                                                                                              \
		struct name##_ctx *const context = &key->context.name;                                                 \
		uint8_t tag[adaptor_tag_max];                                                                          \
		if (m->tag_len != key->tag_len || !fits(m))                                                            \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		BEGIN(name);                                                                                           \
		name##_update(context, m->aad_len, m->aad);                                                            \
		name##_decrypt(context, m->len, m->out, m->in);                                                        \
		name##_digest(context, m->tag_len, tag);                                                               \
		return adaptor_verdict(m, !adaptor_tags_differ(tag, m->tag, m->tag_len));                              \
	}                                                                                                              \
	ADAPTOR_EACH(name##_seal, struct key, name##_seal_one)                                                         \
	ADAPTOR_EACH(name##_open, struct key, name##_open_one)

AEAD(gcm_aes128, gcm_fits, GCM_BEGIN)
AEAD(gcm_aes192, gcm_fits, GCM_BEGIN)
AEAD(gcm_aes256, gcm_fits, GCM_BEGIN)
AEAD(ccm_aes128, ccm_fits, CCM_BEGIN)
AEAD(ccm_aes256, ccm_fits, CCM_BEGIN)
AEAD(chacha_poly1305, chacha_fits, CHACHA_BEGIN)

#define FUNCTIONS(name) .key_new = name##_new, .key_free = key_free, .seal = name##_seal, .open = name##_open
#define GCM(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,                  \
		.key_len = bits / 8, .nonce_len = 12, .nonce_min = 1, .nonce_max = 64, .tag_len = 16, .tag_min = 4,    \
		.max_len = ADAPTOR_GCM_MAX_LEN, FUNCTIONS(gcm_aes##bits)                                               \
	}
#define CCM(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CCM",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,                  \
		.key_len = bits / 8, .nonce_len = 12, .nonce_min = 7, .nonce_max = 13, .tag_len = 16, .tag_min = 4,    \
		.max_len = 0xffffff, FUNCTIONS(ccm_aes##bits)                                                          \
	}
static const struct lane_engine_aead items[] = {
	GCM(128),
	GCM(192),
	GCM(256),
	{
		.algorithm = "ChaCha20-Poly1305",
		.capabilities = LANE_ENGINE_IN_PLACE,
		.key_len = CHACHA_POLY1305_KEY_SIZE,
		.nonce_len = CHACHA_POLY1305_NONCE_SIZE,
		.tag_len = 16,
		.tag_min = 16,
		.max_len = ADAPTOR_CHACHA_MAX_LEN,
		FUNCTIONS(chacha_poly1305),
	},
	CCM(128),
	CCM(256),
};
const struct lane_engine_table nettle_aead_table = ADAPTOR_TABLE(items);
