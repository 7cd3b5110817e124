// SPDX-License-Identifier: MIT
// AES-GCM and AES-CCM by their contexts, which each message resets; ChaCha20-Poly1305 by one call.

#include "bearssl_engine.h"

enum { tag_len_max = 16, usual_nonce_len = 12 };

// ---- AES-GCM ----

struct gcm_key {
	br_aes_gen_ctr_keys aes;
	br_gcm_context gcm; // points to aes
};

static int gcm_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
		       size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len || tag_len < item->tag_min || tag_len > item->tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct gcm_key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	bearssl_best()->ctr->init(&key->aes.vtable, bytes, key_len);
	br_gcm_init(&key->gcm, &key->aes.vtable, bearssl_best()->ghash);
	*out = key;
	return LANE_ENGINE_OK;
}

static void gcm_key_free(void *key)
{
	adaptor_free(key, sizeof(struct gcm_key));
}

static inline int gcm_crypt(struct gcm_key *key, const struct lane_engine_message *m, int encrypt)
{
	if (m->nonce_len == 0 || m->tag_len == 0 || m->tag_len > tag_len_max || m->len > ADAPTOR_GCM_MAX_LEN)
		return LANE_ENGINE_UNSUPPORTED;
	br_gcm_reset(&key->gcm, m->nonce, m->nonce_len);
	br_gcm_aad_inject(&key->gcm, m->aad, m->aad_len);
	br_gcm_flip(&key->gcm);
	bearssl_bring(m->out, m->in, m->len);
	br_gcm_run(&key->gcm, encrypt, m->out, m->len);
	return LANE_ENGINE_OK;
}

static inline int gcm_is_tag(br_gcm_context *gcm, const struct lane_engine_message *m)
{
	return m->tag_len == tag_len_max ? (int)br_gcm_check_tag(gcm, m->tag)
					 : (int)br_gcm_check_tag_trunc(gcm, m->tag, m->tag_len);
}

static inline int gcm_seal_one(struct gcm_key *key, const struct lane_engine_message *m)
{
	const int status = gcm_crypt(key, m, 1);
	if (status == LANE_ENGINE_OK && m->tag_len == tag_len_max)
		br_gcm_get_tag(&key->gcm, m->tag);
	else if (status == LANE_ENGINE_OK)
		br_gcm_get_tag_trunc(&key->gcm, m->tag, m->tag_len);
	return status;
}

static inline int gcm_open_one(struct gcm_key *key, const struct lane_engine_message *m)
{
	const int status = gcm_crypt(key, m, 0);
	return status == LANE_ENGINE_OK ? adaptor_verdict(m, gcm_is_tag(&key->gcm, m)) : status;
}

ADAPTOR_EACH(gcm_seal, struct gcm_key, gcm_seal_one)
ADAPTOR_EACH(gcm_open, struct gcm_key, gcm_open_one)

// ---- AES-CCM ----

struct ccm_key {
	br_aes_gen_ctrcbc_keys aes;
	br_ccm_context ccm; // points to aes
};

static int ccm_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
		       size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len || tag_len < item->tag_min || tag_len > item->tag_len || tag_len % 2 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	struct ccm_key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	bearssl_best()->ctrcbc->init(&key->aes.vtable, bytes, key_len);
	br_ccm_init(&key->ccm, &key->aes.vtable);
	*out = key;
	return LANE_ENGINE_OK;
}

static void ccm_key_free(void *key)
{
	adaptor_free(key, sizeof(struct ccm_key));
}

static inline int ccm_crypt(struct ccm_key *key, const struct lane_engine_message *m, int encrypt)
{
	// It refuses lengths that it cannot do.
	if (!br_ccm_reset(&key->ccm, m->nonce, m->nonce_len, m->aad_len, m->len, m->tag_len))
		return LANE_ENGINE_UNSUPPORTED;
	br_ccm_aad_inject(&key->ccm, m->aad, m->aad_len);
	br_ccm_flip(&key->ccm);
	bearssl_bring(m->out, m->in, m->len);
	br_ccm_run(&key->ccm, encrypt, m->out, m->len);
	return LANE_ENGINE_OK;
}

static inline int ccm_seal_one(struct ccm_key *key, const struct lane_engine_message *m)
{
	const int status = ccm_crypt(key, m, 1);
	if (status == LANE_ENGINE_OK)
		br_ccm_get_tag(&key->ccm, m->tag);
	return status;
}

static inline int ccm_open_one(struct ccm_key *key, const struct lane_engine_message *m)
{
	const int status = ccm_crypt(key, m, 0);
	return status == LANE_ENGINE_OK ? adaptor_verdict(m, (int)br_ccm_check_tag(&key->ccm, m->tag)) : status;
}

ADAPTOR_EACH(ccm_seal, struct ccm_key, ccm_seal_one)
ADAPTOR_EACH(ccm_open, struct ccm_key, ccm_open_one)

// ---- ChaCha20-Poly1305 ----

struct chacha_key {
	uint8_t bytes[32];
	br_poly1305_run run;
	br_chacha20_run chacha20;
};

static int chacha_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
			  size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len || tag_len != item->tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct chacha_key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	memcpy(key->bytes, bytes, sizeof key->bytes);
	key->run = bearssl_best()->poly1305;
	key->chacha20 = bearssl_best()->chacha20;
	*out = key;
	return LANE_ENGINE_OK;
}

static void chacha_key_free(void *key)
{
	adaptor_free(key, sizeof(struct chacha_key));
}

static inline int chacha_crypt(const struct chacha_key *key, const struct lane_engine_message *m, uint8_t *tag,
			       int encrypt)
{
	if (m->nonce_len != usual_nonce_len || m->tag_len != tag_len_max || m->len > ADAPTOR_CHACHA_MAX_LEN)
		return LANE_ENGINE_UNSUPPORTED;
	bearssl_bring(m->out, m->in, m->len);
	key->run(key->bytes, m->nonce, m->out, m->len, m->aad, m->aad_len, tag, key->chacha20, encrypt);
	return LANE_ENGINE_OK;
}

static inline int chacha_seal_one(const struct chacha_key *key, const struct lane_engine_message *m)
{
	return chacha_crypt(key, m, m->tag, 1);
}

static inline int chacha_open_one(const struct chacha_key *key, const struct lane_engine_message *m)
{
	uint8_t tag[tag_len_max];
	const int status = chacha_crypt(key, m, tag, 0);
	return status == LANE_ENGINE_OK ? adaptor_verdict(m, !adaptor_tags_differ(tag, m->tag, sizeof tag)) : status;
}

ADAPTOR_EACH(chacha_seal, struct chacha_key, chacha_seal_one)
ADAPTOR_EACH(chacha_open, struct chacha_key, chacha_open_one)

// ---- Items ----

#define GCM(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,                  \
		.key_len = bits / 8, .nonce_len = usual_nonce_len, .nonce_min = 1, .nonce_max = UINT32_MAX,            \
		.tag_len = tag_len_max, .tag_min = 1, .max_len = ADAPTOR_GCM_MAX_LEN, .key_new = gcm_key_new,          \
		.key_free = gcm_key_free, .seal = gcm_seal, .open = gcm_open                                           \
	}
#define CCM(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CCM",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,                  \
		.key_len = bits / 8, .nonce_len = usual_nonce_len, .nonce_min = 7, .nonce_max = 13,                    \
		.tag_len = tag_len_max, .tag_min = 4, .max_len = 0xffffff, .key_new = ccm_key_new,                     \
		.key_free = ccm_key_free, .seal = ccm_seal, .open = ccm_open                                           \
	}
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
		.nonce_len = usual_nonce_len,
		.tag_len = tag_len_max,
		.max_len = ADAPTOR_CHACHA_MAX_LEN,
		.key_new = chacha_key_new,
		.key_free = chacha_key_free,
		.seal = chacha_seal,
		.open = chacha_open,
	},
};
const struct lane_engine_table bearssl_aead_table = ADAPTOR_TABLE(aeads);
