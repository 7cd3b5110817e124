// SPDX-License-Identifier: MIT
// A plug-in that loads and answers, but whose AES-128-GCM is none. It seals and opens consistently, so only known
// answers or another engine can tell.

#include <stdlib.h>
#include <string.h>

#include "../../engines/engine.h"

struct lane_engine_object {
	int unused;
};

static int key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *key,
		   size_t key_len, size_t tag_len, void **out)
{
	(void)engine, (void)item, (void)key, (void)key_len, (void)tag_len;
	*out = malloc(1);
	return *out ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

static int seal(void *key, struct lane_engine_message *messages, size_t n)
{
	(void)key;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < messages[i].len; j++)
			messages[i].out[j] = messages[i].in[j] ^ 0x55;
		memset(messages[i].tag, 0x77, messages[i].tag_len);
		messages[i].status = LANE_ENGINE_OK;
	}
	return LANE_ENGINE_OK;
}

static int open(void *key, struct lane_engine_message *messages, size_t n)
{
	(void)key;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < messages[i].len; j++)
			messages[i].out[j] = messages[i].in[j] ^ 0x55;
		messages[i].status = LANE_ENGINE_OK;
	}
	return LANE_ENGINE_OK;
}

static const struct lane_engine_aead aeads[] = {{.algorithm = "AES-128-GCM",
						 .capabilities = LANE_ENGINE_IN_PLACE,
						 .key_len = 16,
						 .nonce_len = 12,
						 .tag_len = 16,
						 .key_new = key_new,
						 .key_free = free,
						 .seal = seal,
						 .open = open}};

static const struct lane_engine_table *table(const char *kind)
{
	static const struct lane_engine_table aead = {sizeof aead, sizeof aeads[0], 1, 0, aeads};
	return strcmp(kind, LANE_ENGINE_AEAD) == 0 ? &aead : NULL;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	static struct lane_engine_object object;
	(void)reason, (void)reason_cap;
	*out = &object;
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	(void)engine;
}

static const char *version(void)
{
	return "wrong 1.0";
}

static const char *last_error(struct lane_engine_object *engine)
{
	(void)engine;
	return "none";
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {.abi_version = LANE_ENGINE_ABI,
						  .struct_size = sizeof engine,
						  .name = "wrong",
						  .summary = "computes nonsense",
						  .library_version = version,
						  .built_for = "wrong 1.0",
						  .create = create,
						  .destroy = destroy,
						  .table = table,
						  .last_error = last_error};
	(void)host_abi;
	return &engine;
}
