/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_GCRYPT_H
#define LANE_ENGINES_GCRYPT_H

/* Each key is a handle of the library that keeps the expanded key; setting the
 * nonce begins a message. Closing a handle wipes it. */

#include <gcrypt.h>

#include "adaptor.h"

extern const struct lane_engine_table gcrypt_aead_table, gcrypt_cipher_table, gcrypt_mac_table, gcrypt_kdf_table,
	gcrypt_pk_table;

/* A cipher handle with its key set. NULL: last_error says so. */
gcry_cipher_hd_t gcrypt_open(struct lane_engine_object *engine, int cipher, int mode, const uint8_t *key,
			     size_t key_len);

/* Releases an S-expression with something secret in it, which the library
 * wipes in locked memory only. NULL is none. */
void gcrypt_release(gcry_sexp_t expression);

#endif
