// SPDX-License-Identifier: MIT
// The engine `nettle`: what it is.

#include <pthread.h>

#include <nettle/version.h>

#include "nettle_engine.h"

static const struct lane_engine_table *table(const char *kind)
{
	static const struct {
		const char *kind;
		const struct lane_engine_table *table;
	} tables[] = {
		{LANE_ENGINE_AEAD, &nettle_aead_table},
		{LANE_ENGINE_CIPHER, &nettle_cipher_table},
		{LANE_ENGINE_MAC, &nettle_mac_table},
		{LANE_ENGINE_KDF, &nettle_kdf_table},
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
		.summary = "Nettle, the library of GnuTLS: AES-GCM, AES-CCM, ChaCha20-Poly1305, AES-XTS",
		.library_version = library_version,
		.built_for = VERSION(NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR),
		.create = adaptor_create,
		.destroy = adaptor_destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	return &engine;
}
