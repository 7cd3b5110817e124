// SPDX-License-Identifier: MIT
// Ciphers without authentication: AES in counter mode, the bare AES block, ChaCha20.

#include <stdlib.h>

#include "native.h"

struct aes_key {
	struct lane_aes_ctr_ctx ctx;
	struct lane_engine_object *engine;
};

struct chacha20_key {
	struct lane_chacha20_ctx ctx;
	struct lane_engine_object *engine;
};

static int aes_key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item,
		       const uint8_t *key_bytes, size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct aes_key *const key = native_alloc(sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	const enum lane_status status = lane_aes_ctr_init_with(&key->ctx, item->data, key_bytes, key_len);
	if (status == LANE_OK)
		*out = key;
	else
		free(key);
	return native_status(engine, status);
}

static void aes_key_free(void *p)
{
	struct aes_key *const key = p;
	if (key)
		lane_aes_ctr_wipe(&key->ctx);
	free(key);
}

static int aes_ctr_crypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct aes_key *const key = p;
	return native_status(key->engine, lane_aes_ctr_crypt(&key->ctx, out, iv, in, len));
}

static int aes_ecb_encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct aes_key *const key = p;
	(void)iv;
	if (len % 16 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	return native_status(key->engine, lane_aes_encrypt_blocks(&key->ctx, out, in, len / 16));
}

static int chacha20_key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item,
			    const uint8_t *key_bytes, size_t key_len, void **out)
{
	*out = NULL;
	struct chacha20_key *const key = native_alloc(sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	const enum lane_status status = lane_chacha20_init_with(&key->ctx, item->data, key_bytes, key_len);
	if (status == LANE_OK)
		*out = key;
	else
		free(key);
	return native_status(engine, status);
}

static void chacha20_key_free(void *p)
{
	struct chacha20_key *const key = p;
	if (key)
		lane_chacha20_wipe(&key->ctx);
	free(key);
}

static int chacha20_crypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct chacha20_key *const key = p;
	const uint32_t counter = (uint32_t)iv[0] | (uint32_t)iv[1] << 8 | (uint32_t)iv[2] << 16 | (uint32_t)iv[3] << 24;
	return native_status(key->engine, lane_chacha20_crypt(&key->ctx, out, iv + 4, counter, in, len));
}

#define AES_CTR(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CTR",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_SHARED_KEY,                \
		.key_len = bits / 8, .iv_len = 16, .block_len = 1, .key_new = aes_key_new, .key_free = aes_key_free,   \
		.encrypt = aes_ctr_crypt, .decrypt = aes_ctr_crypt                                                     \
	}
static const struct lane_engine_cipher ctr_items[] = {AES_CTR(128), AES_CTR(192), AES_CTR(256)};

#define AES_ECB(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-ECB",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_SHARED_KEY |               \
				LANE_ENGINE_ENCRYPT_ONLY,                                                              \
		.key_len = bits / 8, .block_len = 16, .key_new = aes_key_new, .key_free = aes_key_free,                \
		.encrypt = aes_ecb_encrypt                                                                             \
	}
static const struct lane_engine_cipher ecb_items[] = {AES_ECB(128), AES_ECB(192), AES_ECB(256)};

static const struct lane_engine_cipher chacha20_item = {
	.algorithm = "ChaCha20",
	.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_SHARED_KEY,
	.key_len = LANE_CHACHA20_KEY_LEN,
	.iv_len = 4 + LANE_CHACHA20_NONCE_LEN,
	.block_len = 1,
	.key_new = chacha20_key_new,
	.key_free = chacha20_key_free,
	.encrypt = chacha20_crypt,
	.decrypt = chacha20_crypt,
};

const struct native_offer native_aes_ctr = {LANE_ENGINE_CIPHER, "aes-ctr", ctr_items, 3, sizeof ctr_items[0]};
const struct native_offer native_aes_ecb = {LANE_ENGINE_CIPHER, "aes-ctr", ecb_items, 3, sizeof ecb_items[0]};
const struct native_offer native_chacha20 = {LANE_ENGINE_CIPHER, "chacha20", &chacha20_item, 1, sizeof chacha20_item};
