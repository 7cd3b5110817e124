/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_BOTH_H
#define LANE_TESTS_BOTH_H

/* OpenSSL with our provider and its own beside each other, in a library context that reads no configuration. */

#include "../support/test.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <openssl/provider.h>

enum side { THEIRS, OURS, N_SIDES };

/* The folder that lanecrypt.so is in. Ends the program when it cannot be loaded. */
void both_load(const char *folder);
void both_unload(void);

/* Ends the test when that side does not have the cipher; freed by both_unload. */
EVP_CIPHER *both_cipher(enum side side, const char *name);

/* The newest error on OpenSSL's queue, which is emptied: its reason in words; "" when there is none. */
const char *both_reason(void);

extern OSSL_LIB_CTX *both_library;

/* The ciphers that both have. */
extern const char *const both_names[];
extern const size_t both_n_names;

#endif
