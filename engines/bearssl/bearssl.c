// SPDX-License-Identifier: MIT
// The engine `bearssl`: what it is, which of the library's implementations it uses, and HKDF.

#include <pthread.h>

#include "bearssl_engine.h"

static struct bearssl_best best;

static void choose(void)
{
	best.ctr = br_aes_x86ni_ctr_get_vtable();
	best.ctrcbc = br_aes_x86ni_ctrcbc_get_vtable();
	best.cbcenc = br_aes_x86ni_cbcenc_get_vtable();
	best.cbcdec = br_aes_x86ni_cbcdec_get_vtable();
	if (!best.ctr || !best.ctrcbc || !best.cbcenc || !best.cbcdec) {
		best.ctr = &br_aes_ct64_ctr_vtable;
		best.ctrcbc = &br_aes_ct64_ctrcbc_vtable;
		best.cbcenc = &br_aes_ct64_cbcenc_vtable;
		best.cbcdec = &br_aes_ct64_cbcdec_vtable;
	}
	best.ghash = br_ghash_pclmul_get();
	if (!best.ghash)
		best.ghash = br_ghash_ctmul64;
	best.chacha20 = br_chacha20_sse2_get();
	if (!best.chacha20)
		best.chacha20 = br_chacha20_ct_run;
	best.poly1305 = br_poly1305_ctmulq_get();
	if (!best.poly1305)
		best.poly1305 = br_poly1305_ctmul_run;
	best.rsa_sign = br_rsa_pkcs1_sign_get_default();
	best.rsa_verify = br_rsa_pkcs1_vrfy_get_default();
	best.rsa_encrypt = br_rsa_oaep_encrypt_get_default();
	best.rsa_decrypt = br_rsa_oaep_decrypt_get_default();
	best.ec = br_ec_get_default();
	best.ecdsa_sign = br_ecdsa_sign_asn1_get_default();
	best.ecdsa_verify = br_ecdsa_vrfy_raw_get_default();
}

const struct bearssl_best *bearssl_best(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, choose);
	return &best;
}

// The random numbers of public keys come from AES in counter mode, which the system's seed once.
static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	const br_prng_seeder seeder = br_prng_seeder_system(NULL);
	struct bearssl_object *const engine = calloc(1, sizeof *engine);
	*out = NULL;
	if (engine) {
		br_aesctr_drbg_init(&engine->drbg, bearssl_best()->ctr, NULL, 0);
		if (seeder && seeder(&engine->drbg.vtable)) {
			engine->common.error = "nothing has failed";
			*out = &engine->common;
			return LANE_ENGINE_OK;
		}
	}
	snprintf(reason, reason_cap, engine ? "the system gives no random numbers" : "out of memory");
	free(engine);
	return LANE_ENGINE_FAILED;
}

static void destroy(struct lane_engine_object *engine)
{
	adaptor_free(engine, sizeof(struct bearssl_object));
}

static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)engine;
	(void)item;
	br_hkdf_context context;
	if (out_len > 255 * br_sha256_SIZE)
		return LANE_ENGINE_UNSUPPORTED;
	br_hkdf_init(&context, &br_sha256_vtable, in->salt, in->salt_len);
	br_hkdf_inject(&context, in->secret, in->secret_len);
	br_hkdf_flip(&context);
	br_hkdf_produce(&context, in->info, in->info_len, out, out_len);
	explicit_bzero(&context, sizeof context);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_kdf kdfs[] = {{.algorithm = "HKDF-SHA-256", .derive = hkdf}};
static const struct lane_engine_table kdf_table = ADAPTOR_TABLE(kdfs);

static const struct lane_engine_table *table(const char *kind)
{
	if (strcmp(kind, LANE_ENGINE_AEAD) == 0)
		return &bearssl_aead_table;
	if (strcmp(kind, LANE_ENGINE_CIPHER) == 0)
		return &bearssl_cipher_table;
	if (strcmp(kind, LANE_ENGINE_MAC) == 0)
		return &bearssl_mac_table;
	if (strcmp(kind, LANE_ENGINE_KDF) == 0)
		return &kdf_table;
	if (strcmp(kind, LANE_ENGINE_PK) == 0)
		return &bearssl_pk_table;
	return NULL;
}

// The library cannot tell its version: what it was when this was built.
#ifdef LANE_BEARSSL_VERSION
#define BUILT_FOR "BearSSL " LANE_BEARSSL_VERSION
#else
#define BUILT_FOR "BearSSL"
#endif

static const char *library_version(void)
{
	return BUILT_FOR;
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI,
		.struct_size = sizeof engine,
		.name = "bearssl",
		.summary = "BearSSL, its fastest constant-time code for this CPU: AES-GCM, ChaCha20-Poly1305, RSA, "
			   "ECDSA, X25519",
		.library_version = library_version,
		.built_for = BUILT_FOR,
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	return &engine;
}
