// SPDX-License-Identifier: MIT
// AES-CMAC and HMAC by contexts that have taken in their key; Poly1305 and SHA-256 by one call.

#include <mbedtls/cipher.h>
#include <mbedtls/cmac.h>
#include <mbedtls/poly1305.h>
#include <mbedtls/sha256.h>

#include "mbedtls_engine.h"

struct key {
	mbedtls_cipher_context_t cmac;
	mbedtls_md_context_t hmac;
	uint8_t poly1305[32];
	struct lane_engine_object *engine;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (key) {
		mbedtls_cipher_free(&key->cmac);
		mbedtls_md_free(&key->hmac);
	}
	adaptor_free(key, sizeof *key);
}

static int cmac_set(struct key *key, const uint8_t *bytes, size_t key_len)
{
	const mbedtls_cipher_type_t type = key_len == 16 ? MBEDTLS_CIPHER_AES_128_ECB : MBEDTLS_CIPHER_AES_256_ECB;
	const int answer = mbedtls_cipher_setup(&key->cmac, mbedtls_cipher_info_from_type(type));
	return answer ? answer : mbedtls_cipher_cmac_starts(&key->cmac, bytes, key_len * 8);
}

static int hmac_set(struct key *key, const uint8_t *bytes, size_t key_len)
{
	const int answer = mbedtls_md_setup(&key->hmac, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1);
	return answer ? answer : mbedtls_md_hmac_starts(&key->hmac, bytes, key_len);
}

static int poly1305_set(struct key *key, const uint8_t *bytes, size_t key_len)
{
	memcpy(key->poly1305, bytes, key_len);
	return 0;
}

static int sha256_set(struct key *key, const uint8_t *bytes, size_t key_len)
{
	(void)key;
	(void)bytes;
	(void)key_len;
	return 0;
}

#define NEW(name)                                                                                                      \
	static int name##_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item,               \
				  const uint8_t *bytes, size_t key_len, void **out)                                    \
	{                                                                                                              \
		*out = NULL;                                                                                           \
		if (key_len != item->key_len)                                                                          \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		struct key *const key = adaptor_alloc(engine, sizeof *key);                                            \
		if (!key)                                                                                              \
			return LANE_ENGINE_FAILED;                                                                     \
		key->engine = engine;                                                                                  \
		mbedtls_cipher_init(&key->cmac);                                                                       \
		mbedtls_md_init(&key->hmac);                                                                           \
		return mbedtls_made(engine, name##_set(key, bytes, key_len), key, key_free, out);                      \
	}
NEW(cmac)
NEW(hmac)
NEW(poly1305)
NEW(sha256)

static inline int done(struct key *key, int answer)
{
	return mbedtls_status(key->engine, answer, "authenticating failed");
}

static int cmac(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	int answer = mbedtls_cipher_cmac_update(&key->cmac, in, len);
	if (answer == 0)
		answer = mbedtls_cipher_cmac_finish(&key->cmac, tag);
	const int reset = mbedtls_cipher_cmac_reset(&key->cmac);
	return done(key, answer ? answer : reset);
}

static int hmac(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	int answer = mbedtls_md_hmac_update(&key->hmac, in, len);
	if (answer == 0)
		answer = mbedtls_md_hmac_finish(&key->hmac, tag);
	const int reset = mbedtls_md_hmac_reset(&key->hmac);
	return done(key, answer ? answer : reset);
}

static int poly1305(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	return done(key, mbedtls_poly1305_mac(key->poly1305, in, len, tag));
}

static int sha256(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
#if MBEDTLS_VERSION_MAJOR >= 3
	return done(p, mbedtls_sha256(in, len, tag, 0));
#else
	return done(p, mbedtls_sha256_ret(in, len, tag, 0));
#endif
}

#define MAC(name, key_bytes, tag_bytes, function)                                                                      \
	{                                                                                                              \
		.algorithm = name, .key_len = key_bytes, .tag_len = tag_bytes, .block_len = 1,                         \
		.key_new = function##_key_new, .key_free = key_free, .compute = function                               \
	}
static const struct lane_engine_mac macs[] = {
	MAC("AES-128-CMAC", 16, 16, cmac), MAC("AES-256-CMAC", 32, 16, cmac), MAC("HMAC-SHA-256", 32, 32, hmac),
	MAC("Poly1305", 32, 16, poly1305), MAC("SHA-256", 0, 32, sha256),
};
const struct lane_engine_table mbedtls_mac_table = ADAPTOR_TABLE(macs);
