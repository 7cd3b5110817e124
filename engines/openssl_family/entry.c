// SPDX-License-Identifier: MIT
// The entry point, engine objects, versions, and the count of allocations.

#include <stdio.h>
#include <stdlib.h>

#include "family.h"

#include <openssl/sha.h>
#include <openssl/ssl.h>
#if defined(OPENSSL_IS_AWSLC)
#include <openssl/service_indicator.h> // its version
#endif

// ---- Errors ----

int lane_fail(struct lane_engine_object *engine, const char *what)
{
	// The first error is the cause, those after it are only who passed it on.
	const unsigned long code = ERR_get_error();
	const char *const reason = code ? ERR_reason_error_string((uint32_t)code) : NULL;
	if (reason)
		snprintf(engine->error, sizeof engine->error, "%s: %s", what, reason);
	else
		snprintf(engine->error, sizeof engine->error, "%s failed", what);
	ERR_clear_error();
	return LANE_ENGINE_FAILED;
}

int lane_unsupported(struct lane_engine_object *engine, const char *why)
{
	snprintf(engine->error, sizeof engine->error, "%s", why);
	ERR_clear_error();
	return LANE_ENGINE_UNSUPPORTED;
}

int lane_refuse(void)
{
	ERR_clear_error();
	return LANE_ENGINE_REFUSED;
}

void *lane_new(struct lane_engine_object *engine, size_t len)
{
	void *const p = calloc(1, len);
	if (!p)
		snprintf(engine->error, sizeof engine->error, "out of memory");
	return p;
}

static const char *last_error(struct lane_engine_object *engine)
{
	return engine->error;
}

// ---- Allocations ----
// Counted per thread, so that counting costs no locked instruction and a caller sees his own.
// Initial-exec, because a call to find the counter would cost more than counting.

static __thread struct lane_engine_allocations allocated __attribute__((tls_model("initial-exec")));

static void count(size_t len)
{
	allocated.count++;
	allocated.bytes += len;
}

#if LANE_BORING

// BoringSSL calls these, when they exist, instead of its own. As its own does, they clear memory
// before it is freed; so the cost is the same.
#define HOOK __attribute__((visibility("default")))
HOOK void *OPENSSL_memory_alloc(size_t len);
HOOK void OPENSSL_memory_free(void *p);
HOOK size_t OPENSSL_memory_get_size(void *p);

enum { header_len = 16 }; // keeps malloc's alignment

static int hooked;

void *OPENSSL_memory_alloc(size_t len)
{
	hooked = 1;
	if (len > SIZE_MAX - header_len)
		return NULL;
	uint8_t *const p = malloc(header_len + len);
	if (!p)
		return NULL;
	memcpy(p, &len, sizeof len);
	count(len);
	return p + header_len;
}

size_t OPENSSL_memory_get_size(void *p)
{
	size_t len;
	memcpy(&len, (uint8_t *)p - header_len, sizeof len);
	return len;
}

void OPENSSL_memory_free(void *p)
{
	if (!p)
		return;
	uint8_t *const start = (uint8_t *)p - header_len;
	OPENSSL_cleanse(start, header_len + OPENSSL_memory_get_size(p));
	free(start);
}

static void hook_allocations(void)
{
	OPENSSL_free(OPENSSL_malloc(1)); // tells whether the library found the hooks
}

#else

static int hooked;

static void *hook_malloc(size_t len, const char *file, int line)
{
	(void)file, (void)line;
	count(len);
	return malloc(len);
}

static void *hook_realloc(void *p, size_t len, const char *file, int line)
{
	(void)file, (void)line;
	count(len);
	return realloc(p, len);
}

static void hook_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	free(p);
}

// Refused when the process has used this libcrypto before; then nothing is counted.
static void hook_allocations(void)
{
	hooked |= CRYPTO_set_mem_functions(hook_malloc, hook_realloc, hook_free);
}

#endif

int lane_allocations(struct lane_engine_object *engine, struct lane_engine_allocations *out)
{
	if (!hooked)
		return lane_unsupported(engine, "the library was in use before this engine could hook its allocations");
	*out = allocated;
	return LANE_ENGINE_OK;
}

// ---- Engine objects ----

static void free_generators(struct lane_engine_object *engine)
{
	for (size_t i = 0; i < LANE_N_KEY_TYPES; i++)
		EVP_PKEY_CTX_free(engine->generators[i]);
	EVP_PKEY_CTX_free(engine->kem_generator);
}

#if LANE_BORING

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	*out = calloc(1, sizeof **out);
	if (!*out) {
		snprintf(reason, reason_cap, "out of memory");
		return LANE_ENGINE_FAILED;
	}
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	if (!engine)
		return;
	free_generators(engine);
	free(engine);
}

int lane_digest(struct lane_engine_object *engine, int sha384, uint8_t *out, const uint8_t *msg, size_t len)
{
	(void)engine;
	if (sha384)
		SHA384(msg, len, out);
	else
		SHA256(msg, len, out);
	return 1;
}

#else

static void destroy(struct lane_engine_object *engine)
{
	if (!engine)
		return;
	free_generators(engine);
	EVP_MD_CTX_free(engine->sha256);
	EVP_MD_CTX_free(engine->sha384);
	EVP_KDF_CTX_free(engine->hkdf);
	EVP_KDF_CTX_free(engine->pbkdf2);
	OSSL_PROVIDER_unload(engine->provider);
	OSSL_LIB_CTX_free(engine->lib);
	free(engine);
}

static EVP_MD_CTX *digest_ready(OSSL_LIB_CTX *lib, const char *name)
{
	EVP_MD *const md = EVP_MD_fetch(lib, name, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (!md || !ctx || EVP_DigestInit_ex2(ctx, md, NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_MD_free(md); // ctx keeps it
	return ctx;
}

int lane_digest(struct lane_engine_object *engine, int sha384, uint8_t *out, const uint8_t *msg, size_t len)
{
	EVP_MD_CTX *const ctx = sha384 ? engine->sha384 : engine->sha256;
	return EVP_DigestInit_ex2(ctx, NULL, NULL) == 1 && EVP_DigestUpdate(ctx, msg, len) == 1 &&
	       EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	*out = NULL;
	struct lane_engine_object *const engine = calloc(1, sizeof *engine);
	if (!engine) {
		snprintf(reason, reason_cap, "out of memory");
		return LANE_ENGINE_FAILED;
	}
	engine->lib = OSSL_LIB_CTX_new();
	if (engine->lib)
		engine->provider = OSSL_PROVIDER_load(engine->lib, "default");
	if (engine->provider) {
		engine->sha256 = digest_ready(engine->lib, "SHA2-256");
		engine->sha384 = digest_ready(engine->lib, "SHA2-384");
	}
	if (!engine->sha256 || !engine->sha384) {
		lane_fail(engine, "loading OpenSSL's default provider");
		snprintf(reason, reason_cap, "%s", engine->error);
		destroy(engine);
		return LANE_ENGINE_FAILED;
	}
	*out = engine;
	return LANE_ENGINE_OK;
}

#endif

// ---- The engine ----

// The version as the running library tells it, and as the headers told the compiler.
#if defined(OPENSSL_IS_AWSLC)
#define BUILT_FOR AWSLC_VERSION_STRING
static const char *library_version(void)
{
	return awslc_version_string();
}
#elif LANE_BORING
// BoringSSL has no versions: it tells its name, the headers the API's number, and the package manager (or
// the source tree) the rest.
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define BUILT_FOR "BoringSSL (" LANE_LIBRARY_PACKAGE "API " TEXT(BORINGSSL_API_VERSION) ")"
static const char *library_version(void)
{
	static const char name[] = "BoringSSL";
	return strncmp(OpenSSL_version(OPENSSL_VERSION), name, sizeof name - 1) == 0 ? BUILT_FOR
										     : OpenSSL_version(OPENSSL_VERSION);
}
#else
#define BUILT_FOR OPENSSL_VERSION_TEXT
static const char *library_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}
#endif

static const struct lane_engine_table *table(const char *kind)
{
	static const struct {
		const char *kind;
		const struct lane_engine_table *table;
	} tables[] = {
		{LANE_ENGINE_AEAD, &lane_aead_table}, {LANE_ENGINE_CIPHER, &lane_cipher_table},
		{LANE_ENGINE_MAC, &lane_mac_table},   {LANE_ENGINE_PK, &lane_pk_table},
		{LANE_ENGINE_KEM, &lane_kem_table},   {LANE_ENGINE_KDF, &lane_kdf_table},
		{LANE_ENGINE_TLS, &lane_tls_table},
	};
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		if (strcmp(kind, tables[i].kind) == 0)
			return tables[i].table->n_items ? tables[i].table : NULL;
	}
	return NULL;
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI,
		.struct_size = sizeof engine,
		.name = LANE_ENGINE_NAME,
		.summary = LANE_ENGINE_SUMMARY,
		.library_version = library_version,
		.built_for = BUILT_FOR,
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = last_error,
	};
	(void)host_abi;
	hook_allocations();
#if !LANE_BORING
	// The first caller decides for the process whether the configuration file is read.
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
#endif
	return &engine;
}
