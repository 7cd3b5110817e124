// SPDX-License-Identifier: MIT
// The engine `libsodium`.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sodium_engine.h"

static const struct {
	const char *kind;
	const struct lane_engine_table *table;
} tables[] = {
	{LANE_ENGINE_CIPHER, &sodium_cipher_table},
	{LANE_ENGINE_MAC, &sodium_mac_table},
	{LANE_ENGINE_KDF, &sodium_kdf_table},
	{LANE_ENGINE_PK, &sodium_pk_table},
};

static const struct lane_engine_table *table(const char *kind)
{
	if (strcmp(kind, LANE_ENGINE_AEAD) == 0)
		return sodium_aead_table();
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		if (strcmp(kind, tables[i].kind) == 0)
			return tables[i].table;
	}
	return NULL;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	*out = NULL;
	if (sodium_init() < 0) {
		snprintf(reason, reason_cap, "sodium_init() failed");
		return LANE_ENGINE_FAILED;
	}
	*out = malloc(sizeof **out);
	if (!*out) {
		snprintf(reason, reason_cap, "out of memory");
		return LANE_ENGINE_FAILED;
	}
	(*out)->error = "nothing has failed";
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	free(engine);
}

static const char *last_error(struct lane_engine_object *engine)
{
	return engine->error;
}

static char running[64];

static void write_version(void)
{
	snprintf(running, sizeof running, "libsodium %s", sodium_version_string());
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
		.name = "libsodium",
		.summary = "libsodium: ChaCha20-Poly1305, AES-256-GCM, Ed25519, X25519, Argon2id",
		.library_version = library_version,
		.built_for = "libsodium " SODIUM_VERSION_STRING,
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = last_error,
	};
	(void)host_abi;
	return &engine;
}
