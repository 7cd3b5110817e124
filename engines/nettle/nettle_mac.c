// SPDX-License-Identifier: MIT
// SHA-256, MACs and key derivation. Nettle has Poly1305 only together with AES or ChaCha20.

#include <nettle/cmac.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/pbkdf2.h>
#include <nettle/sha2.h>

#include "nettle_engine.h"

// Writing a digest begins the next message with the same key.
#define MAC(name, context_type, SET_KEY, DIGEST_LEN)                                                                   \
	static int name##_new(struct lane_engine_object *engine, const struct lane_engine_mac *item,                   \
			      const uint8_t *bytes, size_t key_len, void **out)                                        \
	{                                                                                                              \
		*out = NULL;                                                                                           \
		if (key_len != item->key_len)                                                                          \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		struct context_type *const key = adaptor_alloc(engine, sizeof *key);                                   \
		*out = key;                                                                                            \
		if (!key)                                                                                              \
			return LANE_ENGINE_FAILED;                                                                     \
		(void)bytes;                                                                                           \
		SET_KEY;                                                                                               \
		return LANE_ENGINE_OK;                                                                                 \
	}                                                                                                              \
	static void name##_free(void *key)                                                                             \
	{                                                                                                              \
		adaptor_free(key, sizeof(struct context_type));                                                        \
	}                                                                                                              \
	static int name(void *key, uint8_t *tag, const uint8_t *in, size_t len)                                        \
	{                                                                                                              \
		name##_update(key, len, in);                                                                           \
		name##_digest(key, DIGEST_LEN, tag);                                                                   \
		return LANE_ENGINE_OK;                                                                                 \
	}
MAC(sha256, sha256_ctx, sha256_init(key), SHA256_DIGEST_SIZE)
MAC(hmac_sha256, hmac_sha256_ctx, hmac_sha256_set_key(key, key_len, bytes), SHA256_DIGEST_SIZE)
MAC(cmac_aes128, cmac_aes128_ctx, cmac_aes128_set_key(key, bytes), CMAC128_DIGEST_SIZE)
MAC(cmac_aes256, cmac_aes256_ctx, cmac_aes256_set_key(key, bytes), CMAC128_DIGEST_SIZE)

#define ITEM(text, name, key_bytes, tag_bytes)                                                                         \
	{                                                                                                              \
		.algorithm = text, .key_len = key_bytes, .tag_len = tag_bytes, .block_len = 1, .key_new = name##_new,  \
		.key_free = name##_free, .compute = name                                                               \
	}
static const struct lane_engine_mac items[] = {
	ITEM("SHA-256", sha256, 0, 32),
	ITEM("HMAC-SHA-256", hmac_sha256, 32, 32),
	ITEM("AES-128-CMAC", cmac_aes128, 16, 16),
	ITEM("AES-256-CMAC", cmac_aes256, 32, 16),
};
const struct lane_engine_table nettle_mac_table = ADAPTOR_TABLE(items);

// ---- Key derivation ----

static void update(void *context, size_t len, const uint8_t *in)
{
	hmac_sha256_update(context, len, in);
}

static void digest(void *context, size_t len, uint8_t *out)
{
	hmac_sha256_digest(context, len, out);
}

static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)engine, (void)item;
	struct hmac_sha256_ctx context;
	uint8_t extracted[SHA256_DIGEST_SIZE];
	if (out_len > 255 * sizeof extracted) // RFC 5869 §2.3
		return LANE_ENGINE_UNSUPPORTED;
	hmac_sha256_set_key(&context, in->salt_len, in->salt);
	hkdf_extract(&context, update, digest, sizeof extracted, in->secret_len, in->secret, extracted);
	hmac_sha256_set_key(&context, sizeof extracted, extracted);
	hkdf_expand(&context, update, digest, sizeof extracted, in->info_len, in->info, out_len, out);
	explicit_bzero(&context, sizeof context);
	explicit_bzero(extracted, sizeof extracted);
	return LANE_ENGINE_OK;
}

static int pbkdf2_sha256(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
			 const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)engine, (void)item;
	if (in->iterations == 0)
		return LANE_ENGINE_UNSUPPORTED;
	pbkdf2_hmac_sha256(in->secret_len, in->secret, in->iterations, in->salt_len, in->salt, out_len, out);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_kdf kdfs[] = {
	{.algorithm = "HKDF-SHA-256", .derive = hkdf},
	{.algorithm = "PBKDF2-SHA-256", .derive = pbkdf2_sha256},
};
const struct lane_engine_table nettle_kdf_table = ADAPTOR_TABLE(kdfs);
