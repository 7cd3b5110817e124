/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_OPENSSL_FAMILY_H
#define LANE_ENGINES_OPENSSL_FAMILY_H

/*
 * The engines of the OpenSSL family: one source, compiled once for each library
 * (OpenSSL 3, BoringSSL, AWS-LC). Where the two branches of the family differ,
 * LANE_BORING says which one this is; newer abilities are chosen by what the
 * headers offer.
 *
 * OpenSSL is used through a library context of its own, with nothing but the
 * default provider in it, and its configuration file is never read: what runs
 * is OpenSSL's code, whatever the user has configured.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "engine.h"

#if defined(OPENSSL_IS_BORINGSSL) || defined(OPENSSL_IS_AWSLC)
#define LANE_BORING 1
#define LANE_OPENSSL_FROM(major, minor) 0
#else
#define LANE_BORING 0
#define LANE_OPENSSL_FROM(major, minor) OPENSSL_VERSION_PREREQ(major, minor)
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#endif

enum lane_key_type {
	LANE_KEY_RSA_2048,
	LANE_KEY_RSA_3072,
	LANE_KEY_RSA_4096,
	LANE_KEY_P256,
	LANE_KEY_P384,
	LANE_KEY_ED25519,
	LANE_KEY_X25519,
	LANE_N_KEY_TYPES
};

/* ML-KEM: OpenSSL's and AWS-LC's are of EVP, BoringSSL's has a header of its own. */
#if LANE_OPENSSL_FROM(3, 5) || defined(NID_MLKEM768)
#define LANE_HAS_KEM 1
#elif LANE_BORING && defined(__has_include)
#if __has_include(<openssl/mlkem.h>)
#define LANE_HAS_KEM 1
#endif
#endif
#ifndef LANE_HAS_KEM
#define LANE_HAS_KEM 0
#endif

struct lane_engine_object {
#if !LANE_BORING
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *provider;
	EVP_MD_CTX *sha256, *sha384; /* ready for lane_digest */
	EVP_KDF_CTX *hkdf, *pbkdf2;  /* made when first needed, as are the generators */
#endif
	EVP_PKEY_CTX *generators[LANE_N_KEY_TYPES], *kem_generator;
	char error[256];
};

/* Records what failed, with the library's own reason for it, and answers FAILED. */
int lane_fail(struct lane_engine_object *engine, const char *what);

/* Records why parameters are not offered, and answers UNSUPPORTED. */
int lane_unsupported(struct lane_engine_object *engine, const char *why);

/* Forgets the library's reasons and answers REFUSED: an open, verify or decrypt said no. */
int lane_refuse(void);

/* Like calloc, but says so in last_error. */
void *lane_new(struct lane_engine_object *engine, size_t len);

/* A table over an array of items. */
#define LANE_TABLE(type, array)                                                                                        \
	{                                                                                                              \
		.struct_size = sizeof(struct lane_engine_table), .item_size = sizeof(struct type),                     \
		.n_items = sizeof(array) / sizeof((array)[0]), .items = (array)                                        \
	}

extern const struct lane_engine_table lane_aead_table;
extern const struct lane_engine_table lane_cipher_table;
extern const struct lane_engine_table lane_mac_table;
extern const struct lane_engine_table lane_pk_table;
extern const struct lane_engine_table lane_kem_table; /* may be empty */
extern const struct lane_engine_table lane_kdf_table;
extern const struct lane_engine_table lane_tls_table;

/* The digest of a message: SHA-256 (32 bytes), or SHA-384 (48). 1 or 0. */
int lane_digest(struct lane_engine_object *engine, int sha384, uint8_t *out, const uint8_t *msg, size_t len);

/* keys.c: keys from PKCS#8 and SubjectPublicKeyInfo, and new ones. The caller
 * frees; NULL on failure, whose reason is then recorded. */
EVP_PKEY *lane_private_key(struct lane_engine_object *engine, const uint8_t *der, size_t len);
EVP_PKEY *lane_public_key(struct lane_engine_object *engine, const uint8_t *der, size_t len);
EVP_PKEY *lane_generate_key(struct lane_engine_object *engine, enum lane_key_type type);

/* And back: 1, or 0 when it failed or cap is too small. */
int lane_write_private_key(EVP_PKEY *key, uint8_t *der, size_t cap, size_t *der_len);
int lane_write_public_key(EVP_PKEY *key, uint8_t *der, size_t cap, size_t *der_len);

/* The type of a name as in struct lane_engine_pk, LANE_N_KEY_TYPES for none. */
enum lane_key_type lane_key_type_named(const char *name);
int lane_key_has_type(EVP_PKEY *key, enum lane_key_type type);

/* What the library allocated on this thread so far; UNSUPPORTED where it cannot be counted. */
int lane_allocations(struct lane_engine_object *engine, struct lane_engine_allocations *out);

#endif
