// SPDX-License-Identifier: MIT
// The engine `libgcrypt`: what it is, and its key derivation.

#include <malloc.h>
#include <pthread.h>

#include "gcrypt_engine.h"

static const char *found_version; // NULL: the library would not start
static int is_malloc;             // its memory comes from malloc

// A process that has started the library already has also decided about locked memory, which no key of ours is in.
static void start(void)
{
	const int is_started = gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P) != 0;
	found_version = gcry_check_version(NULL);
	if (is_started || !found_version)
		return;
	is_malloc = 1;
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static const char *started(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, start);
	return found_version;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	*out = NULL;
	if (!started()) {
		snprintf(reason, reason_cap, "gcry_check_version() failed");
		return LANE_ENGINE_FAILED;
	}
	uint8_t byte; // seeds the random numbers, so that no key waits for it
	gcry_randomize(&byte, 1, GCRY_STRONG_RANDOM);
	return adaptor_create(out, reason, reason_cap);
}

void gcrypt_release(gcry_sexp_t expression)
{
	if (expression && is_malloc)
		explicit_bzero(expression, malloc_usable_size(expression));
	gcry_sexp_release(expression);
}

gcry_cipher_hd_t gcrypt_open(struct lane_engine_object *engine, int cipher, int mode, const uint8_t *key,
			     size_t key_len)
{
	gcry_cipher_hd_t handle = NULL;
	gcry_error_t error = gcry_cipher_open(&handle, cipher, mode, 0);
	if (!error)
		error = gcry_cipher_setkey(handle, key, key_len);
	if (!error)
		return handle;
	gcry_cipher_close(handle);
	adaptor_failed(engine, gcry_strerror(error));
	return NULL;
}

// ---- Key derivation ----

static int pbkdf2(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		  const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	if (in->salt_len == 0)
		return LANE_ENGINE_UNSUPPORTED;
	const gcry_error_t error = gcry_kdf_derive(in->secret, in->secret_len, GCRY_KDF_PBKDF2, GCRY_MD_SHA256,
						   in->salt, in->salt_len, in->iterations, out_len, out);
	return error ? adaptor_failed(engine, gcry_strerror(error)) : LANE_ENGINE_OK;
}

static int compute(struct lane_engine_object *engine, gcry_kdf_hd_t handle, gcry_error_t error, uint8_t *out,
		   size_t out_len)
{
	if (!error)
		error = gcry_kdf_compute(handle, NULL);
	if (!error)
		error = gcry_kdf_final(handle, out_len, out);
	if (handle)
		gcry_kdf_close(handle);
	return error ? adaptor_failed(engine, gcry_strerror(error)) : LANE_ENGINE_OK;
}

static int argon2id(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		    const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	const unsigned long parameters[4] = {out_len, in->iterations, (unsigned long)(in->memory / 1024), 1};
	gcry_kdf_hd_t handle = NULL;
	const gcry_error_t error = gcry_kdf_open(&handle, GCRY_KDF_ARGON2, GCRY_KDF_ARGON2ID, parameters, 4, in->secret,
						 in->secret_len, in->salt, in->salt_len, NULL, 0, NULL, 0);
	return compute(engine, handle, error, out, out_len);
}

#if GCRYPT_VERSION_NUMBER >= 0x010b00
static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	const unsigned long parameters[1] = {out_len};
	gcry_kdf_hd_t handle = NULL;
	// HKDF's salt is the key of its first HMAC, and passed as that.
	const gcry_error_t error =
		gcry_kdf_open(&handle, GCRY_KDF_HKDF, GCRY_MAC_HMAC_SHA256, parameters, 1, in->secret, in->secret_len,
			      NULL, 0, in->salt, in->salt_len, in->info, in->info_len);
	return compute(engine, handle, error, out, out_len);
}
#endif

static const struct lane_engine_kdf kdfs[] = {
	{.algorithm = "PBKDF2-SHA-256", .derive = pbkdf2},
	{.algorithm = "Argon2id", .derive = argon2id},
#if GCRYPT_VERSION_NUMBER >= 0x010b00
	{.algorithm = "HKDF-SHA-256", .derive = hkdf},
#endif
};
const struct lane_engine_table gcrypt_kdf_table = ADAPTOR_TABLE(kdfs);

// ---- The engine ----

static const struct lane_engine_table *table(const char *kind)
{
	static const struct {
		const char *kind;
		const struct lane_engine_table *table;
	} tables[] = {
		{LANE_ENGINE_AEAD, &gcrypt_aead_table}, {LANE_ENGINE_CIPHER, &gcrypt_cipher_table},
		{LANE_ENGINE_MAC, &gcrypt_mac_table},   {LANE_ENGINE_KDF, &gcrypt_kdf_table},
		{LANE_ENGINE_PK, &gcrypt_pk_table},
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
	snprintf(running, sizeof running, "libgcrypt %s", started() ? found_version : "");
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
		.name = "libgcrypt",
		.summary = "libgcrypt, the library of GnuPG: AES-GCM, ChaCha20-Poly1305, RSA, ECDSA, Ed25519, Argon2id",
		.library_version = library_version,
		.built_for = "libgcrypt " GCRYPT_VERSION,
		.create = create,
		.destroy = adaptor_destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	return &engine;
}
