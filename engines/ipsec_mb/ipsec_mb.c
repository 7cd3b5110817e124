// SPDX-License-Identifier: MIT
// The engine `ipsec-mb`: what it is. Its paths into the library: ipsec_mb_engine.h.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "ipsec_mb_engine.h"

int ipsec_mb_failed(struct lane_engine_object *engine, const char *sentence)
{
	engine->error = sentence;
	return LANE_ENGINE_FAILED;
}

void *ipsec_mb_alloc(size_t len)
{
	const size_t whole = (len + 63) / 64 * 64;
	void *const p = aligned_alloc(64, whole);
	return p ? memset(p, 0, whole) : NULL;
}

void ipsec_mb_free(void *p, size_t len)
{
	if (p)
		explicit_bzero(p, len);
	free(p);
}

static const struct lane_engine_table *table(const char *kind)
{
	if (strcmp(kind, LANE_ENGINE_AEAD) == 0)
		return &ipsec_mb_aead_table;
	if (strcmp(kind, LANE_ENGINE_CIPHER) == 0)
		return &ipsec_mb_cipher_table;
	if (strcmp(kind, LANE_ENGINE_MAC) == 0)
		return &ipsec_mb_mac_table;
	return NULL;
}

static void destroy(struct lane_engine_object *engine)
{
	if (engine && engine->manager)
		free_mb_mgr(engine->manager);
	free(engine);
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	struct lane_engine_object *const engine = calloc(1, sizeof *engine);
	*out = engine;
	if (engine)
		engine->manager = alloc_mb_mgr(0);
	if (!engine || !engine->manager) {
		snprintf(reason, reason_cap, "out of memory");
		destroy(engine);
		*out = NULL;
		return LANE_ENGINE_FAILED;
	}
	engine->error = "nothing has failed";
	init_mb_mgr_auto(engine->manager, NULL);
	const int error = imb_get_errno(engine->manager);
	if (error != 0) {
		snprintf(reason, reason_cap, "init_mb_mgr_auto(): %s", imb_get_strerror(error));
		destroy(engine);
		*out = NULL;
		return LANE_ENGINE_FAILED;
	}
	return LANE_ENGINE_OK;
}

static const char *last_error(struct lane_engine_object *engine)
{
	return engine->error;
}

static char running[64];

static void write_version(void)
{
	snprintf(running, sizeof running, "ipsec-mb %s", imb_get_version_str());
}

static const char *library_version(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, write_version);
	return running;
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI,
		.struct_size = sizeof engine,
		.name = "ipsec-mb",
		.summary = "Intel Multi-Buffer Crypto for IPsec: AES-GCM, AES-CTR, ChaCha20-Poly1305",
		.library_version = library_version,
		.built_for = "ipsec-mb " IMB_VERSION_STR,
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = last_error,
	};
	(void)host_abi;
	return &engine;
}
