// SPDX-License-Identifier: MIT
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
#else
#define LANE_BORING 0
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#endif

struct lane_engine_object {
#if !LANE_BORING
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *provider;
#endif
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
extern const struct lane_engine_table lane_pk_table;
extern const struct lane_engine_table lane_tls_table;

/* Keys and certificates in DER. The caller frees what is returned; NULL on failure. */
EVP_PKEY *lane_private_from_der(struct lane_engine_object *engine, const uint8_t *der, size_t len);
EVP_PKEY *lane_public_from_der(struct lane_engine_object *engine, const uint8_t *der, size_t len);

/* A new key of a type as struct lane_engine_pk names them. */
EVP_PKEY *lane_generate(struct lane_engine_object *engine, const char *key_type);

/* What the library allocated on this thread so far; UNSUPPORTED where it cannot be counted. */
int lane_allocations(struct lane_engine_object *engine, struct lane_engine_allocations *out);

#endif
