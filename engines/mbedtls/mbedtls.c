// SPDX-License-Identifier: MIT
// The engine `mbedtls`: what it is, and key derivation.

#include <pthread.h>

#include <mbedtls/hkdf.h>
#include <mbedtls/pkcs5.h>

#include "mbedtls_engine.h"

static void destroy(struct lane_engine_object *p)
{
	struct mbedtls_object *const engine = (struct mbedtls_object *)p;
	if (!engine)
		return;
	for (size_t i = 0; i < sizeof engine->groups / sizeof engine->groups[0]; i++)
		mbedtls_ecp_group_free(&engine->groups[i]);
	mbedtls_ctr_drbg_free(&engine->drbg);
	mbedtls_entropy_free(&engine->entropy);
	free(engine);
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	struct mbedtls_object *const engine = calloc(1, sizeof *engine);
	*out = NULL;
	if (!engine) {
		snprintf(reason, reason_cap, "out of memory");
		return LANE_ENGINE_FAILED;
	}
	for (size_t i = 0; i < sizeof engine->groups / sizeof engine->groups[0]; i++)
		mbedtls_ecp_group_init(&engine->groups[i]);
	mbedtls_entropy_init(&engine->entropy);
	mbedtls_ctr_drbg_init(&engine->drbg);
	engine->common.error = "nothing has failed";
	if (mbedtls_ctr_drbg_seed(&engine->drbg, mbedtls_entropy_func, &engine->entropy, NULL, 0) != 0) {
		snprintf(reason, reason_cap, "mbedtls_ctr_drbg_seed() failed");
		destroy(&engine->common);
		return LANE_ENGINE_FAILED;
	}
	*out = &engine->common;
	return LANE_ENGINE_OK;
}

static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	const mbedtls_md_info_t *const sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
	return mbedtls_status(engine,
			      mbedtls_hkdf(sha256, in->salt, in->salt_len, in->secret, in->secret_len, in->info,
					   in->info_len, out, out_len),
			      "mbedtls_hkdf() failed");
}

static int pbkdf2(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		  const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	if (out_len > UINT32_MAX)
		return LANE_ENGINE_UNSUPPORTED;
#if MBEDTLS_VERSION_MAJOR >= 3
	const int answer = mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256, in->secret, in->secret_len, in->salt,
							 in->salt_len, in->iterations, (uint32_t)out_len, out);
#else
	mbedtls_md_context_t md;
	mbedtls_md_init(&md);
	int answer = mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1);
	if (answer == 0)
		answer = mbedtls_pkcs5_pbkdf2_hmac(&md, in->secret, in->secret_len, in->salt, in->salt_len,
						   in->iterations, (uint32_t)out_len, out);
	mbedtls_md_free(&md);
#endif
	return mbedtls_status(engine, answer, "PBKDF2 failed");
}

static const struct lane_engine_kdf kdfs[] = {
	{.algorithm = "HKDF-SHA-256", .derive = hkdf},
	{.algorithm = "PBKDF2-SHA-256", .derive = pbkdf2},
};
static const struct lane_engine_table kdf_table = ADAPTOR_TABLE(kdfs);

static const struct lane_engine_table *table(const char *kind)
{
	if (strcmp(kind, LANE_ENGINE_AEAD) == 0)
		return &mbedtls_aead_table;
	if (strcmp(kind, LANE_ENGINE_CIPHER) == 0)
		return &mbedtls_cipher_table;
	if (strcmp(kind, LANE_ENGINE_MAC) == 0)
		return &mbedtls_mac_table;
	if (strcmp(kind, LANE_ENGINE_KDF) == 0)
		return &kdf_table;
	if (strcmp(kind, LANE_ENGINE_PK) == 0)
		return &mbedtls_pk_table;
	return NULL;
}

static char running[64] = "mbedTLS ";

static void write_version(void)
{
	mbedtls_version_get_string(running + strlen(running)); // at most nine characters, as its header says
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
		.name = "mbedtls",
		.summary = "mbedTLS: AES in all its modes, ChaCha20-Poly1305, RSA, ECDSA, X25519",
		.library_version = library_version,
		.built_for = "mbedTLS " MBEDTLS_VERSION_STRING,
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	return &engine;
}
