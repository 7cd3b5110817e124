// SPDX-License-Identifier: MIT
// ML-KEM-768 (FIPS 203), where the library has it: OpenSSL 3.5, AWS-LC, BoringSSL since 2024.

#include "family.h"

#if LANE_HAS_KEM

#include <stdlib.h>

enum { public_len = 1184, ciphertext_len = 1088, secret_len = 32 };

#if LANE_BORING && !defined(OPENSSL_IS_AWSLC)

#include <openssl/bytestring.h>
#include <openssl/mlkem.h>

struct key {
	struct lane_engine_object *engine;
	struct MLKEM768_public_key public;
	struct MLKEM768_private_key private;
	uint8_t public_bytes[public_len];
	int has_private;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (key)
		OPENSSL_cleanse(&key->private, sizeof key->private);
	free(key);
}

static int make(struct key *key)
{
	MLKEM768_generate_key(key->public_bytes, NULL, &key->private);
	MLKEM768_public_from_private(&key->public, &key->private);
	key->has_private = 1;
	return 1;
}

static int take_public(struct key *key, const uint8_t *raw, size_t raw_len)
{
	CBS cbs;
	CBS_init(&cbs, raw, raw_len);
	if (raw_len != public_len || !MLKEM768_parse_public_key(&key->public, &cbs))
		return 0;
	memcpy(key->public_bytes, raw, raw_len);
	return 1;
}

static int give_public(const struct key *key, uint8_t *out)
{
	memcpy(out, key->public_bytes, public_len);
	return 1;
}

static int encapsulate_with(struct key *key, uint8_t *ciphertext, uint8_t *secret)
{
	MLKEM768_encap(ciphertext, secret, &key->public);
	return 1;
}

static int decapsulate_with(struct key *key, const uint8_t *ciphertext, uint8_t *secret)
{
	return key->has_private && MLKEM768_decap(secret, ciphertext, ciphertext_len, &key->private);
}

#else

struct key {
	struct lane_engine_object *engine;
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *encapsulate, *decapsulate; // made when first needed
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	EVP_PKEY_CTX_free(key->encapsulate);
	EVP_PKEY_CTX_free(key->decapsulate);
	EVP_PKEY_free(key->pkey);
	free(key);
}

#if LANE_BORING

static EVP_PKEY_CTX *generator_new(struct lane_engine_object *engine)
{
	(void)engine;
	EVP_PKEY_CTX *const ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_KEM, NULL);
	if (ctx && EVP_PKEY_CTX_kem_set_params(ctx, NID_MLKEM768) == 1 && EVP_PKEY_keygen_init(ctx) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

static EVP_PKEY *public_new(struct lane_engine_object *engine, const uint8_t *raw, size_t raw_len)
{
	(void)engine;
	return EVP_PKEY_kem_new_raw_public_key(NID_MLKEM768, raw, raw_len);
}

static int context_init(const struct key *key, EVP_PKEY_CTX **ctx, int decapsulate)
{
	(void)decapsulate;
	*ctx = EVP_PKEY_CTX_new(key->pkey, NULL);
	return *ctx != NULL;
}

#else

static EVP_PKEY_CTX *generator_new(struct lane_engine_object *engine)
{
	EVP_PKEY_CTX *const ctx = EVP_PKEY_CTX_new_from_name(engine->lib, "ML-KEM-768", NULL);
	if (ctx && EVP_PKEY_keygen_init(ctx) == 1)
		return ctx;
	EVP_PKEY_CTX_free(ctx);
	return NULL;
}

static EVP_PKEY *public_new(struct lane_engine_object *engine, const uint8_t *raw, size_t raw_len)
{
	return EVP_PKEY_new_raw_public_key_ex(engine->lib, "ML-KEM-768", NULL, raw, raw_len);
}

static int context_init(const struct key *key, EVP_PKEY_CTX **ctx, int decapsulate)
{
	*ctx = EVP_PKEY_CTX_new_from_pkey(key->engine->lib, key->pkey, NULL);
	if (*ctx && (decapsulate ? EVP_PKEY_decapsulate_init(*ctx, NULL) : EVP_PKEY_encapsulate_init(*ctx, NULL)) == 1)
		return 1;
	EVP_PKEY_CTX_free(*ctx);
	*ctx = NULL;
	return 0;
}

#endif

static int make(struct key *key)
{
	EVP_PKEY_CTX **const ctx = &key->engine->kem_generator;
	if (!*ctx)
		*ctx = generator_new(key->engine);
	return *ctx && EVP_PKEY_keygen(*ctx, &key->pkey) == 1;
}

static int take_public(struct key *key, const uint8_t *raw, size_t raw_len)
{
	key->pkey = public_new(key->engine, raw, raw_len);
	return key->pkey != NULL;
}

static int give_public(const struct key *key, uint8_t *out)
{
	size_t len = public_len;
	return EVP_PKEY_get_raw_public_key(key->pkey, out, &len) == 1 && len == public_len;
}

static int encapsulate_with(struct key *key, uint8_t *ciphertext, uint8_t *secret)
{
	size_t len = ciphertext_len, len2 = secret_len;
	return (key->encapsulate || context_init(key, &key->encapsulate, 0)) &&
	       EVP_PKEY_encapsulate(key->encapsulate, ciphertext, &len, secret, &len2) == 1;
}

static int decapsulate_with(struct key *key, const uint8_t *ciphertext, uint8_t *secret)
{
	size_t len = secret_len;
	return (key->decapsulate || context_init(key, &key->decapsulate, 1)) &&
	       EVP_PKEY_decapsulate(key->decapsulate, secret, &len, (uint8_t *)(uintptr_t)ciphertext, ciphertext_len) ==
		       1;
}

#endif

static int generate(struct lane_engine_object *engine, const struct lane_engine_kem *item, void **out)
{
	(void)item;
	*out = NULL;
	struct key *const key = lane_new(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	if (!make(key)) {
		key_free(key);
		return lane_fail(engine, "generating a key");
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static int import_public(struct lane_engine_object *engine, const struct lane_engine_kem *item, const uint8_t *raw,
			 size_t raw_len, void **out)
{
	(void)item;
	*out = NULL;
	struct key *const key = lane_new(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	if (!take_public(key, raw, raw_len)) {
		key_free(key);
		return lane_fail(engine, "reading a public key");
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static int public_raw(void *p, uint8_t *out, size_t cap, size_t *out_len)
{
	const struct key *const key = p;
	*out_len = 0;
	if (cap < public_len || !give_public(key, out))
		return lane_fail(key->engine, "writing a public key");
	*out_len = public_len;
	return LANE_ENGINE_OK;
}

static int encapsulate(void *p, uint8_t *ciphertext, uint8_t *secret)
{
	struct key *const key = p;
	return encapsulate_with(key, ciphertext, secret) ? LANE_ENGINE_OK : lane_fail(key->engine, "encapsulating");
}

static int decapsulate(void *p, const uint8_t *ciphertext, uint8_t *secret)
{
	struct key *const key = p;
	return decapsulate_with(key, ciphertext, secret) ? LANE_ENGINE_OK : lane_fail(key->engine, "decapsulating");
}

static const struct lane_engine_kem items[] = {
	{
		.algorithm = "ML-KEM-768",
		.public_len = public_len,
		.ciphertext_len = ciphertext_len,
		.secret_len = secret_len,
		.generate = generate,
		.import_public = import_public,
		.public_raw = public_raw,
		.key_free = key_free,
		.encapsulate = encapsulate,
		.decapsulate = decapsulate,
	},
};

const struct lane_engine_table lane_kem_table = LANE_TABLE(lane_engine_kem, items);

#else

const struct lane_engine_table lane_kem_table; // none

#endif
