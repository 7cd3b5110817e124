// SPDX-License-Identifier: MIT
// Key derivation.

#include "family.h"

#if LANE_BORING

#include <openssl/hkdf.h>

static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	return HKDF(out, out_len, EVP_sha256(), in->secret, in->secret_len, in->salt, in->salt_len, in->info,
		    in->info_len) == 1
		       ? LANE_ENGINE_OK
		       : lane_fail(engine, "HKDF");
}

static int pbkdf2(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		  const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	return PKCS5_PBKDF2_HMAC((const char *)in->secret, in->secret_len, in->salt, in->salt_len, in->iterations,
				 EVP_sha256(), out_len, out) == 1
		       ? LANE_ENGINE_OK
		       : lane_fail(engine, "PBKDF2");
}

#else

static int set_digest(EVP_KDF_CTX *ctx)
{
	static const OSSL_PARAM sha256[] = {{OSSL_KDF_PARAM_DIGEST, OSSL_PARAM_UTF8_STRING, "SHA2-256", 8, 0},
					    OSSL_PARAM_END};
	return EVP_KDF_CTX_set_params(ctx, sha256) == 1;
}

// The object's context of a KDF, its digest set: made at the first use, for all that follow.
static EVP_KDF_CTX *context(struct lane_engine_object *engine, EVP_KDF_CTX **ctx, const char *name)
{
	if (*ctx)
		return *ctx;
	EVP_KDF *const kdf = EVP_KDF_fetch(engine->lib, name, NULL);
	*ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	EVP_KDF_free(kdf); // the context keeps it
	if (*ctx && !set_digest(*ctx)) {
		EVP_KDF_CTX_free(*ctx);
		*ctx = NULL;
	}
	return *ctx;
}

static OSSL_PARAM bytes(const char *name, const uint8_t *data, size_t len)
{
	// An empty string needs an address too.
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)(data ? data : (const uint8_t *)""), len);
}

static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	// What an absent salt means (RFC 5869 §2.2); given none, the context would keep that of the last call.
	static const uint8_t no_salt[32];
	const OSSL_PARAM params[] = {
		bytes(OSSL_KDF_PARAM_KEY, in->secret, in->secret_len),
		bytes(OSSL_KDF_PARAM_SALT, in->salt_len ? in->salt : no_salt,
		      in->salt_len ? in->salt_len : sizeof no_salt),
		bytes(OSSL_KDF_PARAM_INFO, in->info, in->info_len),
		OSSL_PARAM_END,
	};
	(void)item;
	EVP_KDF_CTX *const ctx = context(engine, &engine->hkdf, "HKDF");
	// OpenSSL 3.0 crashes on an empty info in a context that has had another.
	if (ctx && in->info_len == 0) {
		EVP_KDF_CTX_reset(ctx);
		if (!set_digest(ctx))
			return lane_fail(engine, "HKDF");
	}
	return ctx && EVP_KDF_derive(ctx, out, out_len, params) == 1 ? LANE_ENGINE_OK : lane_fail(engine, "HKDF");
}

static int pbkdf2(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		  const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	uint32_t iterations = in->iterations;
	const OSSL_PARAM params[] = {
		bytes(OSSL_KDF_PARAM_PASSWORD, in->secret, in->secret_len),
		bytes(OSSL_KDF_PARAM_SALT, in->salt, in->salt_len),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &iterations),
		OSSL_PARAM_END,
	};
	(void)item;
	EVP_KDF_CTX *const ctx = context(engine, &engine->pbkdf2, "PBKDF2");
	return ctx && EVP_KDF_derive(ctx, out, out_len, params) == 1 ? LANE_ENGINE_OK : lane_fail(engine, "PBKDF2");
}

#endif

static const struct lane_engine_kdf items[] = {
	{.algorithm = "HKDF-SHA-256", .derive = hkdf},
	{.algorithm = "PBKDF2-SHA-256", .derive = pbkdf2},
};

const struct lane_engine_table lane_kdf_table = LANE_TABLE(lane_engine_kdf, items);
