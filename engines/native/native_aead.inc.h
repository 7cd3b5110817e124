/* SPDX-License-Identifier: MIT */
/*
 * An AEAD of liblanecrypt as items of an engine. All AEADs of the library have
 * functions of one shape, lane_<algorithm>_seal and so on, so this text serves
 * each: the file that includes it defines NAME(x) as the name lane_<algorithm>_x,
 * and INIT where more than the key's length tells the items apart. What it makes
 * is ITEM, the members that all items of the algorithm share; those of streams
 * are in native_aead_stream.inc.h.
 */

#include <stdlib.h>

#include "native.h"

#ifndef INIT
#define INIT(ctx, item, key, key_len) NAME(init_with)(ctx, (item)->data, key, key_len)
#endif

struct aead_key {
	struct NAME(ctx) ctx;
	struct lane_engine_object *engine;
};

static int key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *key_bytes,
		   size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len || tag_len < item->tag_min || tag_len > item->tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct aead_key *const key = native_alloc(sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	const enum lane_status status = INIT(&key->ctx, item, key_bytes, key_len);
	if (status == LANE_OK)
		*out = key;
	else
		free(key);
	return native_status(engine, status);
}

static void key_free(void *p)
{
	struct aead_key *const key = p;
	if (key)
		NAME(wipe)(&key->ctx);
	free(key);
}

enum { batch_len = 16 }; // messages handed to the library at a time

// The library's batch, in messages of its own type.
static int batch(const struct aead_key *key, struct lane_engine_message *messages, size_t n, int opening)
{
	int first = LANE_ENGINE_OK;
	for (size_t done = 0; done < n; done += batch_len) {
		struct lane_aead_message batch[batch_len];
		const size_t n_now = n - done < batch_len ? n - done : batch_len;
		for (size_t i = 0; i < n_now; i++) {
			const struct lane_engine_message *const m = &messages[done + i];
			batch[i] = (struct lane_aead_message){m->out, m->in,      m->len, m->nonce,   m->nonce_len,
							      m->aad, m->aad_len, m->tag, m->tag_len, LANE_OK};
		}
		const enum lane_status status =
			opening ? NAME(open_batch)(&key->ctx, batch, n_now) : NAME(seal_batch)(&key->ctx, batch, n_now);
		if (status != LANE_OK && first == LANE_ENGINE_OK)
			first = native_status(key->engine, status);
		for (size_t i = 0; i < n_now; i++)
			messages[done + i].status = native_status(key->engine, batch[i].status);
	}
	return first;
}

static int seal(void *p, struct lane_engine_message *m, size_t n)
{
	const struct aead_key *const key = p;
	if (n != 1)
		return batch(key, m, n, 0);
	const enum lane_status status = NAME(seal)(&key->ctx, m->out, m->tag, m->tag_len, m->nonce, m->nonce_len,
						   m->aad, m->aad_len, m->in, m->len);
	return m->status = native_status(key->engine, status);
}

static int open(void *p, struct lane_engine_message *m, size_t n)
{
	const struct aead_key *const key = p;
	if (n != 1)
		return batch(key, m, n, 1);
	const enum lane_status status = NAME(open)(&key->ctx, m->out, m->nonce, m->nonce_len, m->aad, m->aad_len, m->in,
						   m->len, m->tag, m->tag_len);
	return m->status = native_status(key->engine, status);
}

#define ITEM .key_new = key_new, .key_free = key_free, .seal = seal, .open = open
