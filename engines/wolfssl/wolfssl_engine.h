/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_WOLFSSL_H
#define LANE_ENGINES_WOLFSSL_H

/*
 * The engine `wolfssl`: wolfCrypt's own functions, not its imitation of
 * OpenSSL's. Debian builds them in C alone, without AES instructions. Lengths
 * are 32 bits wide.
 */

#include <wolfssl/options.h>
/* options.h decides what the others declare */
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/random.h>

#include "adaptor.h"

struct wolfssl_object {
	struct lane_engine_object common;
	WC_RNG rng; /* for public keys */
};

extern const struct lane_engine_table wolfssl_aead_table, wolfssl_cipher_table, wolfssl_mac_table, wolfssl_pk_table,
	wolfssl_tls_table;

/* wolfssl.c: lane_engine_tls.allocations. */
int wolfssl_allocations(struct lane_engine_object *engine, struct lane_engine_allocations *out);

enum { wolfssl_max_len = 0x7ffffff0 };

/* What the library answered: OK, or FAILED with what last_error() is to say. */
static inline int wolfssl_status(struct lane_engine_object *engine, int answer, const char *sentence)
{
	return answer == 0 ? LANE_ENGINE_OK : adaptor_failed(engine, sentence);
}

/* Of a function that sets a key: *out becomes the key, or is freed again. */
static inline int wolfssl_made(struct lane_engine_object *engine, int answer, void *key, void (*key_free)(void *key),
			       void **out)
{
	if (answer == 0)
		*out = key;
	else
		key_free(key);
	return wolfssl_status(engine, answer, "setting a key failed");
}

#endif
