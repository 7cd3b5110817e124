// SPDX-License-Identifier: MIT
// Plug-ins that are wrong in one way each, told by BAD_…; with none of them, a sound one named "sound".

#include <stdlib.h>
#include <string.h>

#include "../../engines/engine.h"

#ifndef BAD_NO_ENTRY

struct lane_engine_object {
	int unused;
};

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	static struct lane_engine_object object;
	(void)reason, (void)reason_cap;
#ifdef BAD_CREATE
	(void)object;
	*out = NULL;
	strncpy(reason, "no licence for this machine", reason_cap);
	return LANE_ENGINE_FAILED;
#else
	*out = &object;
	return LANE_ENGINE_OK;
#endif
}

static void destroy(struct lane_engine_object *engine)
{
	(void)engine;
}

static const char *version(void)
{
#ifdef BAD_FAMILY
	return "LibreThing 1.2.3";
#elif defined BAD_MINOR
	return "Thing 1.3.0";
#elif defined BAD_VERSION_NULL
	return NULL;
#elif defined PATCH_LEVEL
	return "Thing 1.2.9";
#else
	return "Thing 1.2.3";
#endif
}

static const char *last_error(struct lane_engine_object *engine)
{
	(void)engine;
	return "none";
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *key,
		   size_t key_len, void **out)
{
	(void)engine, (void)item, (void)key, (void)key_len;
	*out = malloc(1);
	return LANE_ENGINE_OK;
}

static int compute(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	(void)key, (void)in, (void)len;
	memset(tag, 0, 16);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_mac items[] = {
	{
#ifdef BAD_ALGORITHM_NULL
		.algorithm = NULL,
#elif defined BAD_ALGORITHM_TEXT
		.algorithm = "GHA\nSH\033[31m",
#else
		.algorithm = "GHASH",
#endif
		.key_len = 16,
#ifdef BAD_TAG_LEN
		.tag_len = 1u << 30,
#else
		.tag_len = 16,
#endif
		.block_len = 1,
		.key_new = key_new,
		.key_free = free,
#ifndef BAD_FUNCTION
		.compute = compute,
#endif
	},
#ifdef BAD_TWICE
	{.algorithm = "GHASH",
	 .key_len = 16,
	 .tag_len = 16,
	 .block_len = 1,
	 .key_new = key_new,
	 .key_free = free,
	 .compute = compute},
#endif
};

static const struct lane_engine_table *table(const char *kind)
{
	static const struct lane_engine_table mac = {
		.struct_size = sizeof mac,
#ifdef BAD_ITEM_SIZE
		.item_size = 8,
#elif defined BAD_ITEM_SIZE_HUGE
		.item_size = 0x40000000,
#else
		.item_size = sizeof items[0],
#endif
#ifdef BAD_N_ITEMS
		.n_items = 0xffffffff,
#else
		.n_items = sizeof items / sizeof items[0],
#endif
#ifndef BAD_ITEMS_NULL
		.items = items,
#endif
	};
	return strcmp(kind, LANE_ENGINE_MAC) == 0 ? &mac : NULL;
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
#ifdef BAD_ABI
		.abi_version = LANE_ENGINE_ABI + 1,
#else
		.abi_version = LANE_ENGINE_ABI,
#endif
#ifdef BAD_STRUCT_SIZE
		.struct_size = 12,
#else
		.struct_size = sizeof engine,
#endif
#ifdef BAD_NAME
		.name = "../../etc/passwd",
#elif defined BAD_NAME_NULL
		.name = NULL,
#else
		.name = "sound",
#endif
		.summary = "for the loader's tests",
		.library_version = version,
		.built_for = "Thing 1.2.3",
		.create = create,
		.destroy = destroy,
#ifndef BAD_TABLE_NULL
		.table = table,
#endif
		.last_error = last_error,
	};
	(void)host_abi;
#ifdef BAD_ENTRY_NULL
	return NULL;
#else
	return &engine;
#endif
}

#endif
