// SPDX-License-Identifier: MIT
// AEADs of OpenSSL: EVP_CIPHER with one keyed context for each direction. A message costs setting the
// nonce (decrypting: and the tag, in the same call), one update each for data that is there, the final
// and (encrypting) fetching the tag.

#include <limits.h>
#include <stdlib.h>

#include "aead.h"

struct algorithm {
	const char *name; // for EVP_CIPHER_fetch
	int ccm;          // lengths go first, and opening fails at the update
};

struct key {
	EVP_CIPHER_CTX *ctx[2]; // to encrypt, to decrypt
	size_t nonce_len[2];    // that they are set to
	size_t tag_len;
	uint32_t nonce_min, nonce_max;
	uint64_t max_len;
	int ccm;
	EVP_CIPHER *cipher;
	struct aead_streams streams;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	lane_aead_streams_wipe(&key->streams);
	EVP_CIPHER_CTX_free(key->ctx[0]);
	EVP_CIPHER_CTX_free(key->ctx[1]);
	EVP_CIPHER_free(key->cipher);
	free(key);
}

static int set_nonce_len(struct key *key, int decrypt, size_t nonce_len)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[decrypt];
	if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce_len, NULL) != 1)
		return 0;
	key->nonce_len[decrypt] = nonce_len;
	// CCM's key set-up takes the lengths of nonce and tag in.
	return !key->ccm || EVP_CipherInit_ex(ctx, NULL, NULL, key->streams.key, NULL, -1) == 1;
}

static int set_key(struct key *key, int decrypt)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[decrypt] = EVP_CIPHER_CTX_new();
	if (!ctx || EVP_CipherInit_ex(ctx, key->cipher, NULL, NULL, NULL, !decrypt) != 1)
		return 0;
	if (key->ccm)
		return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, (int)key->tag_len, NULL) == 1 &&
		       set_nonce_len(key, decrypt, key->nonce_len[decrypt]);
	return EVP_CipherInit_ex(ctx, NULL, NULL, key->streams.key, NULL, -1) == 1;
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
		   size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	const struct algorithm *const algorithm = item->data;
	if (key_len != item->key_len)
		return lane_unsupported(engine, "keys of this length are not offered");
	const size_t tag_min = item->capabilities & LANE_ENGINE_TRUNCATED ? item->tag_min : item->tag_len;
	if (tag_len < tag_min || tag_len > item->tag_len || (algorithm->ccm && tag_len % 2 != 0))
		return lane_unsupported(engine, "tags of this length are not offered");

	struct key *const key = lane_new(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->nonce_len[0] = key->nonce_len[1] = item->nonce_len;
	key->nonce_min = item->capabilities & LANE_ENGINE_ANY_NONCE ? item->nonce_min : item->nonce_len;
	key->nonce_max = item->capabilities & LANE_ENGINE_ANY_NONCE ? item->nonce_max : item->nonce_len;
	key->tag_len = tag_len;
	key->max_len = item->max_len;
	key->ccm = algorithm->ccm;
	key->cipher = EVP_CIPHER_fetch(engine->lib, algorithm->name, NULL);
	key->streams.engine = engine;
	key->streams.cipher = key->cipher;
	key->streams.nonce_len = item->nonce_len;
	memcpy(key->streams.key, bytes, key_len);
	if (!key->cipher || !set_key(key, 0) || !set_key(key, 1)) {
		key_free(key);
		return lane_fail(engine, "setting a key");
	}
	*out = key;
	return LANE_ENGINE_OK;
}

// Whether a message is one for this key; sets the context to its nonce's length.
static int fits(struct key *key, int decrypt, const struct lane_engine_message *m)
{
	if (m->tag_len != key->tag_len || m->len > key->max_len || m->aad_len > INT_MAX)
		return 0;
	if (m->nonce_len == key->nonce_len[decrypt])
		return 1;
	return m->nonce_len >= key->nonce_min && m->nonce_len <= key->nonce_max &&
	       set_nonce_len(key, decrypt, m->nonce_len);
}

static int misfit(struct key *key)
{
	return lane_unsupported(key->streams.engine, "a length of this message is not offered with this key");
}

#define TAG_PARAM(m)                                                                                                   \
	{                                                                                                              \
		{OSSL_CIPHER_PARAM_AEAD_TAG, OSSL_PARAM_OCTET_STRING, (m)->tag, (m)->tag_len, 0}, OSSL_PARAM_END       \
	}

static int seal_one(struct key *key, const struct lane_engine_message *m)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[0];
	OSSL_PARAM tag[] = TAG_PARAM(m);
	int len;
	if (!fits(key, 0, m))
		return misfit(key);
	if (EVP_EncryptInit_ex2(ctx, NULL, NULL, m->nonce, NULL) != 1 ||
	    (m->aad_len && EVP_EncryptUpdate(ctx, NULL, &len, m->aad, (int)m->aad_len) != 1) ||
	    (m->len && EVP_EncryptUpdate(ctx, m->out, &len, m->in, (int)m->len) != 1) ||
	    EVP_EncryptFinal_ex(ctx, m->out, &len) != 1 || EVP_CIPHER_CTX_get_params(ctx, tag) != 1)
		return lane_fail(key->streams.engine, "sealing");
	return LANE_ENGINE_OK;
}

static int open_one(struct key *key, const struct lane_engine_message *m)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[1];
	const OSSL_PARAM tag[] = TAG_PARAM(m);
	int len;
	if (!fits(key, 1, m))
		return misfit(key);
	if (EVP_DecryptInit_ex2(ctx, NULL, NULL, m->nonce, tag) != 1 ||
	    (m->aad_len && EVP_DecryptUpdate(ctx, NULL, &len, m->aad, (int)m->aad_len) != 1) ||
	    (m->len && EVP_DecryptUpdate(ctx, m->out, &len, m->in, (int)m->len) != 1)) {
		OPENSSL_cleanse(m->out, m->len);
		return lane_fail(key->streams.engine, "opening");
	}
	if (EVP_DecryptFinal_ex(ctx, m->out, &len) != 1) {
		OPENSSL_cleanse(m->out, m->len);
		return lane_refuse();
	}
	return LANE_ENGINE_OK;
}

// The whole message in the one update that CCM and GCM-SIV allow and want, even for an empty one.
static int update_whole(EVP_CIPHER_CTX *ctx, const struct lane_engine_message *m)
{
	uint8_t none[16];
	int len;
	return EVP_CipherUpdate(ctx, m->len ? m->out : none, &len, m->len ? m->in : none, (int)m->len);
}

// CCM wants the length first.
static int begin_ccm(EVP_CIPHER_CTX *ctx, const struct lane_engine_message *m, const OSSL_PARAM *tag)
{
	int len;
	return EVP_CipherInit_ex2(ctx, NULL, NULL, m->nonce, -1, tag) == 1 &&
	       EVP_CipherUpdate(ctx, NULL, &len, NULL, (int)m->len) == 1 &&
	       (!m->aad_len || EVP_CipherUpdate(ctx, NULL, &len, m->aad, (int)m->aad_len) == 1);
}

static int seal_one_ccm(struct key *key, const struct lane_engine_message *m)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[0];
	OSSL_PARAM tag[] = TAG_PARAM(m);
	if (!fits(key, 0, m))
		return misfit(key);
	if (!begin_ccm(ctx, m, NULL) || update_whole(ctx, m) != 1 || EVP_CIPHER_CTX_get_params(ctx, tag) != 1)
		return lane_fail(key->streams.engine, "sealing");
	return LANE_ENGINE_OK;
}

static int open_one_ccm(struct key *key, const struct lane_engine_message *m)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[1];
	const OSSL_PARAM tag[] = TAG_PARAM(m);
	if (!fits(key, 1, m))
		return misfit(key);
	if (!begin_ccm(ctx, m, tag))
		return lane_fail(key->streams.engine, "opening");
	if (update_whole(ctx, m) != 1) { // it checks the tag
		OPENSSL_cleanse(m->out, m->len);
		return lane_refuse();
	}
	return LANE_ENGINE_OK;
}

#if LANE_OPENSSL_FROM(3, 2)

// GCM-SIV keeps the associated data of the last message until an update with nothing clears it.
static int begin_siv(EVP_CIPHER_CTX *ctx, const struct lane_engine_message *m, const OSSL_PARAM *tag)
{
	int len;
	return EVP_CipherInit_ex2(ctx, NULL, NULL, m->nonce, -1, tag) == 1 &&
	       EVP_CipherUpdate(ctx, NULL, &len, (const uint8_t *)"", 0) == 1 &&
	       (!m->aad_len || EVP_CipherUpdate(ctx, NULL, &len, m->aad, (int)m->aad_len) == 1);
}

static int seal_one_siv(struct key *key, const struct lane_engine_message *m)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[0];
	OSSL_PARAM tag[] = TAG_PARAM(m);
	if (!fits(key, 0, m))
		return misfit(key);
	if (!begin_siv(ctx, m, NULL) || update_whole(ctx, m) != 1 || EVP_CIPHER_CTX_get_params(ctx, tag) != 1)
		return lane_fail(key->streams.engine, "sealing");
	return LANE_ENGINE_OK;
}

static int open_one_siv(struct key *key, const struct lane_engine_message *m)
{
	EVP_CIPHER_CTX *const ctx = key->ctx[1];
	const OSSL_PARAM tag[] = TAG_PARAM(m);
	uint8_t none[16];
	int len;
	if (!fits(key, 1, m))
		return misfit(key);
	if (!begin_siv(ctx, m, tag) || update_whole(ctx, m) != 1) {
		OPENSSL_cleanse(m->out, m->len);
		return lane_fail(key->streams.engine, "opening");
	}
	if (EVP_CipherFinal_ex(ctx, none, &len) != 1) {
		OPENSSL_cleanse(m->out, m->len);
		return lane_refuse();
	}
	return LANE_ENGINE_OK;
}

#endif

static inline int each(struct key *key, struct lane_engine_message *messages, size_t n,
		       int (*one)(struct key *key, const struct lane_engine_message *m))
{
	int result = LANE_ENGINE_OK;
	for (struct lane_engine_message *m = messages; m < messages + n; m++) {
		m->status = one(key, m);
		if (m->status != LANE_ENGINE_OK && result == LANE_ENGINE_OK)
			result = m->status;
	}
	return result;
}

#define EACH(function, one)                                                                                            \
	static int function(void *key, struct lane_engine_message *messages, size_t n)                                 \
	{                                                                                                              \
		return each(key, messages, n, one);                                                                    \
	}
EACH(seal, seal_one)
EACH(open, open_one)
EACH(seal_ccm, seal_one_ccm)
EACH(open_ccm, open_one_ccm)
#if LANE_OPENSSL_FROM(3, 2)
EACH(seal_siv, seal_one_siv)
EACH(open_siv, open_one_siv)
#endif

static int stream_new(void *key, int decrypt, const uint8_t *nonce, size_t nonce_len, void **out)
{
	return lane_aead_stream_new(&((struct key *)key)->streams, decrypt, nonce, nonce_len, out);
}

#define STREAM                                                                                                         \
	.stream_new = stream_new, .stream_aad = lane_aead_stream_aad, .stream_update = lane_aead_stream_update,        \
	.stream_final = lane_aead_stream_final, .stream_free = lane_aead_stream_free
#define GCM(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM", .data = &(const struct algorithm){.name = "AES-" #bits "-GCM"},      \
		.capabilities =                                                                                        \
			LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE | LANE_ENGINE_STREAMING,  \
		.key_len = bits / 8, .nonce_len = 12, .nonce_min = 1, .nonce_max = 128, .tag_len = 16, .tag_min = 4,   \
		.max_len = INT_MAX, .key_new = key_new, .key_free = key_free, .seal = seal, .open = open, STREAM       \
	}
#define GCM_SIV(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM-SIV",                                                                  \
		.data = &(const struct algorithm){.name = "AES-" #bits "-GCM-SIV"},                                    \
		.capabilities = LANE_ENGINE_IN_PLACE, .key_len = bits / 8, .nonce_len = 12, .tag_len = 16,             \
		.tag_min = 16, .max_len = INT_MAX, .key_new = key_new, .key_free = key_free, .seal = seal_siv,         \
		.open = open_siv                                                                                       \
	}
// What the nonce leaves of 15 bytes holds the message's length (RFC 3610): three with TLS's nonce of 12.
#define CCM(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CCM",                                                                      \
		.data = &(const struct algorithm){.name = "AES-" #bits "-CCM", .ccm = 1},                              \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,                  \
		.key_len = bits / 8, .nonce_len = 12, .nonce_min = 7, .nonce_max = 13, .tag_len = 16, .tag_min = 4,    \
		.max_len = 0xffffff, .key_new = key_new, .key_free = key_free, .seal = seal_ccm, .open = open_ccm      \
	}
static const struct lane_engine_aead items[] = {
	GCM(128),
	GCM(192),
	GCM(256),
	{
		.algorithm = "ChaCha20-Poly1305",
		.data = &(const struct algorithm){.name = "ChaCha20-Poly1305"},
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_STREAMING,
		.key_len = 32,
		.nonce_len = 12,
		.tag_len = 16,
		.tag_min = 4,
		.max_len = INT_MAX,
		.key_new = key_new,
		.key_free = key_free,
		.seal = seal,
		.open = open,
		STREAM,
	},
	CCM(128),
	CCM(256),
#if LANE_OPENSSL_FROM(3, 2)
	GCM_SIV(128),
	GCM_SIV(256),
#endif
};

const struct lane_engine_table lane_aead_table = LANE_TABLE(lane_engine_aead, items);
