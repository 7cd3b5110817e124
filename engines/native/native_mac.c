// SPDX-License-Identifier: MIT
// The universal hashes that the AEADs are made of, alone.

#include <stdlib.h>
#include <string.h>

#include "native.h"

struct ghash_key {
	struct lane_aes_gcm_ctx ctx;
	struct lane_engine_object *engine;
};

// The library takes the keys of POLYVAL and Poly1305 as bytes, with each message.
struct hash_key {
	uint8_t bytes[32];
	const struct lane_kernel *kernel;
	struct lane_engine_object *engine;
};

static int ghash_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item,
			 const uint8_t *key_bytes, size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct ghash_key *const key = native_alloc(sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	const enum lane_status status = lane_aes_gcm_init_with(&key->ctx, item->data, key_bytes, key_len);
	if (status == LANE_OK)
		*out = key;
	else
		free(key);
	return native_status(engine, status);
}

static void ghash_key_free(void *p)
{
	struct ghash_key *const key = p;
	if (key)
		lane_aes_gcm_wipe(&key->ctx);
	free(key);
}

static int ghash(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct ghash_key *const key = p;
	return native_status(key->engine, lane_ghash(&key->ctx, tag, in, len));
}

static int hash_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *key_bytes,
			size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct hash_key *const key = native_alloc(sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	memcpy(key->bytes, key_bytes, key_len);
	key->kernel = item->data;
	key->engine = engine;
	*out = key;
	return LANE_ENGINE_OK;
}

static void hash_key_free(void *p)
{
	if (p)
		lane_wipe(p, sizeof(struct hash_key));
	free(p);
}

static int polyval(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct hash_key *const key = p;
	return native_status(key->engine, lane_polyval(key->kernel, tag, key->bytes, in, len));
}

static int poly1305(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct hash_key *const key = p;
	return native_status(key->engine, lane_poly1305(key->kernel, tag, key->bytes, in, len));
}

static const struct lane_engine_mac ghash_item = {
	.algorithm = "GHASH",
	.capabilities = LANE_ENGINE_SHARED_KEY,
	.key_len = 16,
	.tag_len = 16,
	.block_len = 1,
	.key_new = ghash_key_new,
	.key_free = ghash_key_free,
	.compute = ghash,
};
static const struct lane_engine_mac polyval_item = {
	.algorithm = "POLYVAL",
	.capabilities = LANE_ENGINE_SHARED_KEY,
	.key_len = 16,
	.tag_len = 16,
	.block_len = 16,
	.key_new = hash_key_new,
	.key_free = hash_key_free,
	.compute = polyval,
};
static const struct lane_engine_mac poly1305_item = {
	.algorithm = "Poly1305",
	.capabilities = LANE_ENGINE_SHARED_KEY,
	.key_len = 32,
	.tag_len = 16,
	.block_len = 1,
	.key_new = hash_key_new,
	.key_free = hash_key_free,
	.compute = poly1305,
};

const struct native_offer native_ghash = {LANE_ENGINE_MAC, "aes-gcm", &ghash_item, 1, sizeof ghash_item};
const struct native_offer native_polyval = {LANE_ENGINE_MAC, "aes-gcm", &polyval_item, 1, sizeof polyval_item};
const struct native_offer native_poly1305 = {LANE_ENGINE_MAC, "chacha20-poly1305", &poly1305_item, 1,
					     sizeof poly1305_item};
