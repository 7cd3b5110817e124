// SPDX-License-Identifier: MIT
// The engine `botan`: what it is.

#include <pthread.h>

#include "botan_engine.h"

int botan_cipher_new(const char *name, uint32_t direction, const uint8_t *key, size_t key_len, botan_cipher_t *out)
{
	int error = botan_cipher_init(out, name, direction);
	if (error != 0)
		*out = NULL;
	else
		error = botan_cipher_set_key(*out, key, key_len);
	return error;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	struct botan_object *const engine = calloc(1, sizeof *engine);
	*out = NULL;
	if (!engine || botan_rng_init(&engine->rng, "user") != 0) {
		snprintf(reason, reason_cap, engine ? "Botan's random numbers do not start" : "out of memory");
		free(engine);
		return LANE_ENGINE_FAILED;
	}
	engine->common.error = "nothing has failed";
	*out = &engine->common;
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	if (engine)
		botan_rng_destroy(rng_of(engine));
	free(engine);
}

static const struct lane_engine_table *table(const char *kind)
{
	static const struct {
		const char *kind;
		const struct lane_engine_table *table;
	} tables[] = {
		{LANE_ENGINE_AEAD, &botan_aead_table}, {LANE_ENGINE_CIPHER, &botan_cipher_table},
		{LANE_ENGINE_MAC, &botan_mac_table},   {LANE_ENGINE_KDF, &botan_kdf_table},
		{LANE_ENGINE_PK, &botan_pk_table},
	};
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		if (strcmp(kind, tables[i].kind) == 0)
			return tables[i].table;
	}
	return NULL;
}

static char running[64];

static void write_version(void)
{
	snprintf(running, sizeof running, "Botan %u.%u.%u", botan_version_major(), botan_version_minor(),
		 botan_version_patch());
}

static const char *library_version(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, write_version);
	return running;
}

#define TEXT_OF(number) #number
#define VERSION(major, minor, patch) "Botan " TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI,
		.struct_size = sizeof engine,
		.name = "botan",
		.summary = "Botan through its C API: AES-GCM, ChaCha20-Poly1305, RSA, ECDSA, Ed25519, Argon2id",
		.library_version = library_version,
		.built_for = VERSION(BOTAN_VERSION_MAJOR, BOTAN_VERSION_MINOR, BOTAN_VERSION_PATCH),
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	return &engine;
}
