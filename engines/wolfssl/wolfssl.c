// SPDX-License-Identifier: MIT
// The engine `wolfssl`: what it is, key derivation, and the count of allocations.

#include <pthread.h>

#include "wolfssl_engine.h"

#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>

static int fits(const struct lane_engine_kdf_input *in, size_t out_len)
{
	return in->secret_len <= wolfssl_max_len && in->salt_len <= wolfssl_max_len &&
	       in->info_len <= wolfssl_max_len && in->iterations <= INT32_MAX && out_len <= wolfssl_max_len;
}

static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	if (!fits(in, out_len))
		return LANE_ENGINE_UNSUPPORTED;
	return wolfssl_status(engine,
			      wc_HKDF(WC_SHA256, in->secret, (word32)in->secret_len, in->salt, (word32)in->salt_len,
				      in->info, (word32)in->info_len, out, (word32)out_len),
			      "wc_HKDF() failed");
}

static int pbkdf2(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		  const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	if (!fits(in, out_len))
		return LANE_ENGINE_UNSUPPORTED;
	return wolfssl_status(engine,
			      wc_PBKDF2(out, in->secret, (int)in->secret_len, in->salt, (int)in->salt_len,
					(int)in->iterations, (int)out_len, WC_SHA256),
			      "wc_PBKDF2() failed");
}

static const struct lane_engine_kdf kdfs[] = {
	{.algorithm = "HKDF-SHA-256", .derive = hkdf},
	{.algorithm = "PBKDF2-SHA-256", .derive = pbkdf2},
};
static const struct lane_engine_table kdf_table = ADAPTOR_TABLE(kdfs);

static const struct lane_engine_table *table(const char *kind)
{
	if (strcmp(kind, LANE_ENGINE_AEAD) == 0)
		return &wolfssl_aead_table;
	if (strcmp(kind, LANE_ENGINE_CIPHER) == 0)
		return &wolfssl_cipher_table;
	if (strcmp(kind, LANE_ENGINE_MAC) == 0)
		return &wolfssl_mac_table;
	if (strcmp(kind, LANE_ENGINE_KDF) == 0)
		return &kdf_table;
	if (strcmp(kind, LANE_ENGINE_PK) == 0)
		return &wolfssl_pk_table;
	if (strcmp(kind, LANE_ENGINE_TLS) == 0)
		return &wolfssl_tls_table;
	return NULL;
}

// ---- Allocations ----
// Counted per thread, so that counting costs no locked instruction and a caller sees his own.

static __thread struct lane_engine_allocations allocated __attribute__((tls_model("initial-exec")));

static void *count_malloc(size_t len)
{
	allocated.count++;
	allocated.bytes += len;
	return malloc(len);
}

static void *count_realloc(void *p, size_t len)
{
	allocated.count++;
	allocated.bytes += len;
	return realloc(p, len);
}

int wolfssl_allocations(struct lane_engine_object *engine, struct lane_engine_allocations *out)
{
	(void)engine;
	*out = allocated;
	return LANE_ENGINE_OK;
}

// ---- The engine ----

static int start_answer;
static pthread_key_t thread_key; // set in each thread that has had an object

// The library keeps tables of multiples of points for each thread, and only the thread itself can free them.
static void thread_ends(void *p)
{
	(void)p;
#ifdef FP_ECC
	wc_ecc_fp_free();
#endif
}

static void start(void)
{
	start_answer = wolfCrypt_Init();
	if (start_answer == 0)
		start_answer = pthread_key_create(&thread_key, thread_ends);
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct wolfssl_object *const engine = calloc(1, sizeof *engine);
	*out = NULL;
	pthread_once(&once, start);
	if (!engine || start_answer != 0 || wc_InitRng(&engine->rng) != 0) {
		snprintf(reason, reason_cap, engine ? "wolfCrypt's random numbers do not start" : "out of memory");
		free(engine);
		return LANE_ENGINE_FAILED;
	}
	pthread_setspecific(thread_key, &thread_key);
	engine->common.error = "nothing has failed";
	*out = &engine->common;
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	if (engine)
		wc_FreeRng(&((struct wolfssl_object *)engine)->rng);
	thread_ends(NULL);
	free(engine);
}

static char running[64];

static void write_version(void)
{
	snprintf(running, sizeof running, "wolfSSL %s", wolfSSL_lib_version());
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
		.name = "wolfssl",
		.summary = "wolfSSL's wolfCrypt (this plug-in is under the GPL as the library is), without assembly",
		.library_version = library_version,
		.built_for = "wolfSSL " LIBWOLFSSL_VERSION_STRING,
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	wolfSSL_SetAllocators(count_malloc, free, count_realloc);
	return &engine;
}
