// SPDX-License-Identifier: MIT
// SHA-256 and MACs. A key keeps a context that each message resets.

#include <stdlib.h>

#include "family.h"

#if LANE_BORING
#include <openssl/cmac.h>
#include <openssl/hmac.h>
#include <openssl/poly1305.h>
#include <openssl/sha.h>
#endif

struct key {
	struct lane_engine_object *engine;
	uint8_t bytes[32]; // Poly1305's one-time key, which each message begins with
#if LANE_BORING
	CMAC_CTX *cmac;
	HMAC_CTX *hmac;
#else
	EVP_MAC_CTX *mac;
	uint32_t tag_len;
#endif
};

static int key_make(struct lane_engine_object *engine, const struct lane_engine_mac *item, size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return lane_unsupported(engine, "keys of this length are not offered");
	struct key *const key = lane_new(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	*out = key;
	return LANE_ENGINE_OK;
}

// ---- SHA-256 ----

static int hash_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
		    size_t key_len, void **out)
{
	(void)bytes;
	return key_make(engine, item, key_len, out);
}

static int hash(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	return lane_digest(key->engine, 0, tag, in, len) ? LANE_ENGINE_OK : lane_fail(key->engine, "hashing");
}

// ---- MACs ----

static int failed(const struct key *key)
{
	return lane_fail(key->engine, "authenticating");
}

#if LANE_BORING

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	CMAC_CTX_free(key->cmac);
	HMAC_CTX_free(key->hmac);
	OPENSSL_cleanse(key->bytes, sizeof key->bytes);
	free(key);
}

// ---- HMAC ----

static int hmac_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
		    size_t key_len, void **out)
{
	const int result = key_make(engine, item, key_len, out);
	struct key *const key = *out;
	if (result != LANE_ENGINE_OK)
		return result;
	key->hmac = HMAC_CTX_new();
	if (key->hmac && HMAC_Init_ex(key->hmac, bytes, key_len, EVP_sha256(), NULL))
		return LANE_ENGINE_OK;
	key_free(key);
	*out = NULL;
	return lane_fail(engine, "setting a key");
}

static int hmac(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	unsigned tag_len;
	return HMAC_Init_ex(key->hmac, NULL, 0, NULL, NULL) && HMAC_Update(key->hmac, in, len) &&
			       HMAC_Final(key->hmac, tag, &tag_len)
		       ? LANE_ENGINE_OK
		       : failed(key);
}

// ---- CMAC ----

static int cmac_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
		    size_t key_len, void **out)
{
	const int result = key_make(engine, item, key_len, out);
	struct key *const key = *out;
	if (result != LANE_ENGINE_OK)
		return result;
	key->cmac = CMAC_CTX_new();
	if (key->cmac &&
	    CMAC_Init(key->cmac, bytes, key_len, key_len == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc(), NULL))
		return LANE_ENGINE_OK;
	key_free(key);
	*out = NULL;
	return lane_fail(engine, "setting a key");
}

static int cmac(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	size_t tag_len;
	return CMAC_Reset(key->cmac) && CMAC_Update(key->cmac, in, len) && CMAC_Final(key->cmac, tag, &tag_len)
		       ? LANE_ENGINE_OK
		       : failed(key);
}

// ---- Poly1305 ----

static int poly1305_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
			size_t key_len, void **out)
{
	const int result = key_make(engine, item, key_len, out);
	if (result == LANE_ENGINE_OK)
		memcpy(((struct key *)*out)->bytes, bytes, key_len);
	return result;
}

static int poly1305(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	poly1305_state state __attribute__((aligned(64)));
	CRYPTO_poly1305_init(&state, key->bytes);
	CRYPTO_poly1305_update(&state, in, len);
	CRYPTO_poly1305_finish(&state, tag);
	OPENSSL_cleanse(&state, sizeof state);
	return LANE_ENGINE_OK;
}

#define HMAC_ITEM .key_new = hmac_new, .compute = hmac
#define CMAC_ITEM(bits) .key_new = cmac_new, .compute = cmac
#define POLY1305_ITEM .key_new = poly1305_new, .compute = poly1305

#else

struct algorithm {
	const char *name;
	const char *part, *part_name; // the parameter that says which digest or cipher, and its value
	int one_time;                 // each message sets the key again
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	EVP_MAC_CTX_free(key->mac);
	OPENSSL_cleanse(key->bytes, sizeof key->bytes);
	free(key);
}

static int set_key(struct key *key, const struct algorithm *algorithm, const uint8_t *bytes, size_t key_len)
{
	OSSL_PARAM params[2] = {OSSL_PARAM_END, OSSL_PARAM_END};
	if (algorithm->part)
		params[0] =
			OSSL_PARAM_construct_utf8_string(algorithm->part, (char *)(uintptr_t)algorithm->part_name, 0);
	EVP_MAC *const mac = EVP_MAC_fetch(key->engine->lib, algorithm->name, NULL);
	key->mac = mac ? EVP_MAC_CTX_new(mac) : NULL;
	EVP_MAC_free(mac); // the context keeps it
	return key->mac && EVP_MAC_init(key->mac, bytes, key_len, params) == 1;
}

static int mac_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	const struct algorithm *const algorithm = item->data;
	const int result = key_make(engine, item, key_len, out);
	struct key *const key = *out;
	if (result != LANE_ENGINE_OK)
		return result;
	key->tag_len = item->tag_len;
	if (algorithm->one_time)
		memcpy(key->bytes, bytes, key_len);
	if (set_key(key, algorithm, bytes, key_len))
		return LANE_ENGINE_OK;
	key_free(key);
	*out = NULL;
	return lane_fail(engine, "setting a key");
}

static int compute(struct key *key, const uint8_t *bytes, size_t key_len, uint8_t *tag, const uint8_t *in, size_t len)
{
	size_t tag_len;
	return EVP_MAC_init(key->mac, bytes, key_len, NULL) == 1 && EVP_MAC_update(key->mac, in, len) == 1 &&
			       EVP_MAC_final(key->mac, tag, &tag_len, key->tag_len) == 1
		       ? LANE_ENGINE_OK
		       : failed(key);
}

static int mac(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	return compute(key, NULL, 0, tag, in, len);
}

static int one_time_mac(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	return compute(key, key->bytes, sizeof key->bytes, tag, in, len);
}

#define HMAC_ITEM                                                                                                      \
	.data = &(const struct algorithm){"HMAC", OSSL_MAC_PARAM_DIGEST, "SHA2-256", 0}, .key_new = mac_new,           \
	.compute = mac
#define CMAC_ITEM(bits)                                                                                                \
	.data = &(const struct algorithm){"CMAC", OSSL_MAC_PARAM_CIPHER, "AES-" #bits "-CBC", 0}, .key_new = mac_new,  \
	.compute = mac
#define POLY1305_ITEM                                                                                                  \
	.data = &(const struct algorithm){"POLY1305", NULL, NULL, 1}, .key_new = mac_new, .compute = one_time_mac

#endif

static const struct lane_engine_mac items[] = {
	{
		.algorithm = "SHA-256",
		.tag_len = 32,
		.block_len = 1,
		.key_new = hash_new,
		.key_free = key_free,
		.compute = hash,
	},
	{
		.algorithm = "HMAC-SHA-256",
		.key_len = 32,
		.tag_len = 32,
		.block_len = 1,
		.key_free = key_free,
		HMAC_ITEM,
	},
	{
		.algorithm = "AES-128-CMAC",
		.key_len = 16,
		.tag_len = 16,
		.block_len = 1,
		.key_free = key_free,
		CMAC_ITEM(128),
	},
	{
		.algorithm = "AES-256-CMAC",
		.key_len = 32,
		.tag_len = 16,
		.block_len = 1,
		.key_free = key_free,
		CMAC_ITEM(256),
	},
	{
		.algorithm = "Poly1305",
		.key_len = 32,
		.tag_len = 16,
		.block_len = 1,
		.key_free = key_free,
		POLY1305_ITEM,
	},
};

const struct lane_engine_table lane_mac_table = LANE_TABLE(lane_engine_mac, items);
