// SPDX-License-Identifier: MIT
// MACs, whose handles keep the key through a reset, and SHA-256.

#include "gcrypt_engine.h"

struct key {
	struct lane_engine_object *engine;
	gcry_mac_hd_t handle;
	size_t tag_len;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (key)
		gcry_mac_close(key->handle);
	free(key);
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	key->tag_len = item->tag_len;
	gcry_error_t error = gcry_mac_open(&key->handle, *(const int *)item->data, 0, NULL);
	if (!error)
		error = gcry_mac_setkey(key->handle, bytes, key_len);
	if (error) {
		key_free(key);
		return adaptor_failed(engine, gcry_strerror(error));
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static int compute(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	size_t tag_len = key->tag_len;
	gcry_error_t error = gcry_mac_reset(key->handle);
	if (!error)
		error = gcry_mac_write(key->handle, in, len);
	if (!error)
		error = gcry_mac_read(key->handle, tag, &tag_len);
	return error ? adaptor_failed(key->engine, gcry_strerror(error)) : LANE_ENGINE_OK;
}

static int hash_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
		    size_t key_len, void **out)
{
	(void)bytes;
	*out = key_len == item->key_len ? adaptor_alloc(engine, 1) : NULL;
	return *out ? LANE_ENGINE_OK : key_len ? LANE_ENGINE_UNSUPPORTED : LANE_ENGINE_FAILED;
}

static int sha256(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	(void)key;
	gcry_md_hash_buffer(GCRY_MD_SHA256, tag, in, len);
	return LANE_ENGINE_OK;
}

#define ITEM(name, ALGORITHM, key_bytes, tag_bytes)                                                                    \
	{                                                                                                              \
		.algorithm = name, .data = &(const int){GCRY_MAC_##ALGORITHM}, .key_len = key_bytes,                   \
		.tag_len = tag_bytes, .block_len = 1, .key_new = key_new, .key_free = key_free, .compute = compute     \
	}
static const struct lane_engine_mac items[] = {
	ITEM("HMAC-SHA-256", HMAC_SHA256, 32, 32),
	ITEM("AES-128-CMAC", CMAC_AES, 16, 16),
	ITEM("AES-256-CMAC", CMAC_AES, 32, 16),
	ITEM("Poly1305", POLY1305, 32, 16),
	{
		.algorithm = "SHA-256",
		.tag_len = 32,
		.block_len = 1,
		.key_new = hash_new,
		.key_free = free,
		.compute = sha256,
	},
};
const struct lane_engine_table gcrypt_mac_table = ADAPTOR_TABLE(items);
