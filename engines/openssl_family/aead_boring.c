// SPDX-License-Identifier: MIT
// AEADs of BoringSSL and AWS-LC: EVP_AEAD with detached tags, which does a message in one call and zeroes
// the output of an open that fails.

#include <stdlib.h>

#include <openssl/aead.h>
#include <openssl/cipher.h>

#include "aead.h"

struct algorithm {
	const EVP_AEAD *(*aead)(void);
	const EVP_AEAD *(*aead_short)(void); // with tags half as long; NULL: tags may have any length
	const EVP_CIPHER *(*cipher)(void);   // for streams
	int asks_attached;                   // not every version opens with a tag that is elsewhere
};

struct key {
	EVP_AEAD_CTX ctx;
	struct aead_streams streams;
	int attached;    // opening wants the tag right behind the ciphertext
	uint8_t *joined; // where the two are brought together
	size_t joined_cap;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	EVP_AEAD_CTX_cleanup(&key->ctx);
	lane_aead_streams_wipe(&key->streams);
	free(key->joined);
	free(key);
}

// Whether the library cannot open with a tag that is elsewhere, as BoringSSL of 2022 cannot with GCM-SIV. Asked of an
// empty message, since it clears the output, which may be the input, before it says so.
static int wants_attached(const struct key *key, size_t nonce_len, size_t tag_len)
{
	static const uint8_t zeroes[64];
	uint8_t nothing[1];
	ERR_clear_error();
	const int opened =
		EVP_AEAD_CTX_open_gather(&key->ctx, nothing, zeroes, nonce_len, nothing, 0, zeroes, tag_len, NULL, 0);
	const int missing = !opened && ERR_GET_REASON(ERR_peek_last_error()) == CIPHER_R_CTRL_NOT_IMPLEMENTED;
	ERR_clear_error();
	return missing;
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
		   size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	const struct algorithm *const algorithm = item->data;
	const EVP_AEAD *aead = algorithm->aead();
	if (key_len != item->key_len)
		return lane_unsupported(engine, "keys of this length are not offered");
	if (algorithm->aead_short && tag_len < item->tag_len)
		aead = algorithm->aead_short();
	if (tag_len < item->tag_min || tag_len > item->tag_len ||
	    (algorithm->aead_short && tag_len != EVP_AEAD_max_tag_len(aead)))
		return lane_unsupported(engine, "tags of this length are not offered");

	struct key *const key = lane_new(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	EVP_AEAD_CTX_zero(&key->ctx);
	key->streams.engine = engine;
	key->streams.nonce_len = item->nonce_len;
	if (algorithm->cipher) {
		key->streams.cipher = algorithm->cipher();
		memcpy(key->streams.key, bytes, key_len);
	}
	if (!EVP_AEAD_CTX_init(&key->ctx, aead, bytes, key_len, tag_len, NULL)) {
		key_free(key);
		return lane_fail(engine, "setting a key");
	}
	key->attached = algorithm->asks_attached && wants_attached(key, item->nonce_len, tag_len);
	*out = key;
	return LANE_ENGINE_OK;
}

static int seal(void *p, struct lane_engine_message *messages, size_t n)
{
	const struct key *const key = p;
	int result = LANE_ENGINE_OK;
	for (struct lane_engine_message *m = messages; m < messages + n; m++) {
		size_t tag_len;
		m->status = LANE_ENGINE_OK;
		if (!EVP_AEAD_CTX_seal_scatter(&key->ctx, m->out, m->tag, &tag_len, m->tag_len, m->nonce, m->nonce_len,
					       m->in, m->len, NULL, 0, m->aad, m->aad_len)) {
			m->status = lane_fail(key->streams.engine, "sealing");
			result = result ? result : m->status;
		}
	}
	return result;
}

// The message with its tag behind it: as it lies there, if it does, else copied. NULL when out of memory.
static const uint8_t *join(struct key *key, const struct lane_engine_message *m)
{
	if (m->tag == m->in + m->len)
		return m->in;
	if (key->joined_cap < m->len + m->tag_len) {
		free(key->joined);
		key->joined_cap = 2 * m->len + m->tag_len; // rarely grows again
		key->joined = lane_new(key->streams.engine, key->joined_cap);
		if (!key->joined) {
			key->joined_cap = 0;
			return NULL;
		}
	}
	memcpy(key->joined, m->in, m->len);
	memcpy(key->joined + m->len, m->tag, m->tag_len);
	return key->joined;
}

static int open_attached(struct key *key, const struct lane_engine_message *m)
{
	const uint8_t *const in = join(key, m);
	size_t len;
	if (!in)
		return LANE_ENGINE_FAILED;
	return EVP_AEAD_CTX_open(&key->ctx, m->out, &len, m->len, m->nonce, m->nonce_len, in, m->len + m->tag_len,
				 m->aad, m->aad_len)
		       ? LANE_ENGINE_OK
		       : lane_refuse();
}

static int open_one(struct key *key, const struct lane_engine_message *m)
{
	if (key->attached)
		return open_attached(key, m);
	return EVP_AEAD_CTX_open_gather(&key->ctx, m->out, m->nonce, m->nonce_len, m->in, m->len, m->tag, m->tag_len,
					m->aad, m->aad_len)
		       ? LANE_ENGINE_OK
		       : lane_refuse();
}

static int open(void *key, struct lane_engine_message *messages, size_t n)
{
	int result = LANE_ENGINE_OK;
	for (struct lane_engine_message *m = messages; m < messages + n; m++) {
		m->status = open_one(key, m);
		result = result ? result : m->status;
	}
	return result;
}

static int stream_new(void *key, int decrypt, const uint8_t *nonce, size_t nonce_len, void **out)
{
	return lane_aead_stream_new(&((struct key *)key)->streams, decrypt, nonce, nonce_len, out);
}

#define FUNCTIONS .key_new = key_new, .key_free = key_free, .seal = seal, .open = open
#define GCM(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM",                                                                      \
		.data = &(const struct algorithm){.aead = EVP_aead_aes_##bits##_gcm, .cipher = EVP_aes_##bits##_gcm},  \
		.capabilities =                                                                                        \
			LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE | LANE_ENGINE_STREAMING,  \
		.key_len = bits / 8, .nonce_len = 12, .nonce_min = 1, .nonce_max = 128, .tag_len = 16, .tag_min = 4,   \
		FUNCTIONS, .stream_new = stream_new, .stream_aad = lane_aead_stream_aad,                               \
		.stream_update = lane_aead_stream_update, .stream_final = lane_aead_stream_final,                      \
		.stream_free = lane_aead_stream_free                                                                   \
	}
#define WHOLE(name, function, key_bytes, nonce_bytes)                                                                  \
	{                                                                                                              \
		.algorithm = name, .data = &(const struct algorithm){.aead = function},                                \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED, .key_len = key_bytes,                    \
		.nonce_len = nonce_bytes, .tag_len = 16, .tag_min = 4, FUNCTIONS                                       \
	}
static const struct lane_engine_aead items[] = {
	GCM(128),
	GCM(192),
	GCM(256),
	WHOLE("ChaCha20-Poly1305", EVP_aead_chacha20_poly1305, 32, 12),
	WHOLE("XChaCha20-Poly1305", EVP_aead_xchacha20_poly1305, 32, 24),
	{
		.algorithm = "AES-128-GCM-SIV",
		.data = &(const struct algorithm){.aead = EVP_aead_aes_128_gcm_siv, .asks_attached = 1},
		.capabilities = LANE_ENGINE_IN_PLACE,
		.key_len = 16,
		.nonce_len = 12,
		.tag_len = 16,
		.tag_min = 16,
		FUNCTIONS,
	},
	{
		.algorithm = "AES-256-GCM-SIV",
		.data = &(const struct algorithm){.aead = EVP_aead_aes_256_gcm_siv, .asks_attached = 1},
		.capabilities = LANE_ENGINE_IN_PLACE,
		.key_len = 32,
		.nonce_len = 12,
		.tag_len = 16,
		.tag_min = 16,
		FUNCTIONS,
	},
	{
		// Bluetooth's parameters are the only ones that every version has.
		.algorithm = "AES-128-CCM",
		.data = &(const struct algorithm){.aead = EVP_aead_aes_128_ccm_bluetooth_8,
						  .aead_short = EVP_aead_aes_128_ccm_bluetooth},
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_TRUNCATED,
		.key_len = 16,
		.nonce_len = 13,
		.tag_len = 8,
		.tag_min = 4,
		.max_len = 0xffff,
		FUNCTIONS,
	},
};

const struct lane_engine_table lane_aead_table = LANE_TABLE(lane_engine_aead, items);
