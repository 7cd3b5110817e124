// SPDX-License-Identifier: MIT
// The engine `nettle`: what it is.

#include <pthread.h>
#include <sys/random.h>

#include <nettle/version.h>

#include "nettle_engine.h"

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	uint8_t seed[YARROW256_SEED_FILE_SIZE];
	struct nettle_object *const engine = calloc(1, sizeof *engine);
	*out = NULL;
	if (!engine || getrandom(seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
		snprintf(reason, reason_cap, engine ? "the system gives no random numbers" : "out of memory");
		free(engine);
		return LANE_ENGINE_FAILED;
	}
	yarrow256_init(&engine->random, 0, NULL);
	yarrow256_seed(&engine->random, sizeof seed, seed);
	explicit_bzero(seed, sizeof seed);
	engine->common.error = "nothing has failed";
	*out = &engine->common;
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	adaptor_free(engine, sizeof(struct nettle_object));
}

static const struct lane_engine_table *table(const char *kind)
{
	static const struct {
		const char *kind;
		const struct lane_engine_table *table;
	} tables[] = {
		{LANE_ENGINE_AEAD, &nettle_aead_table}, {LANE_ENGINE_CIPHER, &nettle_cipher_table},
		{LANE_ENGINE_MAC, &nettle_mac_table},   {LANE_ENGINE_KDF, &nettle_kdf_table},
#ifdef LANE_NETTLE_PK
		{LANE_ENGINE_PK, &nettle_pk_table},
#endif
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
	snprintf(running, sizeof running, "nettle %d.%d", nettle_version_major(), nettle_version_minor());
}

static const char *library_version(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, write_version);
	return running;
}

#define TEXT_OF(number) #number
#define VERSION(major, minor) "nettle " TEXT_OF(major) "." TEXT_OF(minor)

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI,
		.struct_size = sizeof engine,
		.name = "nettle",
		.summary = "Nettle, the library of GnuTLS: AES-GCM, ChaCha20-Poly1305, AES-XTS, RSA, ECDSA, Ed25519",
		.library_version = library_version,
		.built_for = VERSION(NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR),
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	return &engine;
}
