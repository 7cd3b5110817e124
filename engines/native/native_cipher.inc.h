/* SPDX-License-Identifier: MIT */
/*
 * A cipher of liblanecrypt whose functions are lane_<algorithm>_encrypt and
 * _decrypt, as items of an engine: the file that includes this defines NAME(x)
 * as the name lane_<algorithm>_x. What it makes is ITEM, the members that all
 * items of the algorithm share.
 */

#include <stdlib.h>

#include "native.h"

struct cipher_key {
	struct NAME(ctx) ctx;
	struct lane_engine_object *engine;
};

static int key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *key_bytes,
		   size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct cipher_key *const key = native_alloc(sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	const enum lane_status status = NAME(init_with)(&key->ctx, item->data, key_bytes, key_len);
	if (status == LANE_OK)
		*out = key;
	else
		free(key);
	return native_status(engine, status);
}

static void key_free(void *p)
{
	struct cipher_key *const key = p;
	if (key)
		NAME(wipe)(&key->ctx);
	free(key);
}

static int encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct cipher_key *const key = p;
	return native_status(key->engine, NAME(encrypt)(&key->ctx, out, iv, in, len));
}

static int decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct cipher_key *const key = p;
	return native_status(key->engine, NAME(decrypt)(&key->ctx, out, iv, in, len));
}

#define ITEM                                                                                                           \
	.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_SHARED_KEY, .iv_len = 16,          \
	.key_new = key_new, .key_free = key_free, .encrypt = encrypt, .decrypt = decrypt
