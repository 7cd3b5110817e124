/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_MBEDTLS_H
#define LANE_ENGINES_MBEDTLS_H

/*
 * The engine `mbedtls`, versions 2.28 and 3: each algorithm by its own context
 * (mbedtls_gcm_context …), which is the shortest way in; the layers above
 * (cipher, md, PSA) end there too.
 */

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/md.h>
#include <mbedtls/version.h>

#include "adaptor.h"
#include "der.h"

struct mbedtls_object {
	struct lane_engine_object common;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;            /* for public keys */
	mbedtls_ecp_group groups[DER_X25519 + 1]; /* by enum der_kind; loaded when the first key needs it */
};

extern const struct lane_engine_table mbedtls_aead_table, mbedtls_cipher_table, mbedtls_mac_table, mbedtls_pk_table;

/* What the library answered: OK, or FAILED with what last_error() is to say. */
static inline int mbedtls_status(struct lane_engine_object *engine, int answer, const char *sentence)
{
	return answer == 0 ? LANE_ENGINE_OK : adaptor_failed(engine, sentence);
}

/* Of a function that sets a key: *out becomes the key, or is freed again. */
static inline int mbedtls_made(struct lane_engine_object *engine, int answer, void *key, void (*key_free)(void *key),
			       void **out)
{
	if (answer == 0)
		*out = key;
	else
		key_free(key);
	return mbedtls_status(engine, answer, "setting a key failed");
}

#endif
