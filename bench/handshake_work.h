/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_HANDSHAKE_WORK_H
#define LANE_BENCH_HANDSHAKE_WORK_H

/*
 * Which primitives a TLS handshake takes on each side, and how many of each, as
 * the standards have it: a function of its kind alone. How many bytes they work
 * on comes from a real handshake of the kind.
 */

#include "tls_kinds.h"

struct handshake_work {
	/* Algorithms as engines name them; NULL: nothing of that sort. */
	const char *signs, *verifies; /* the handshake */
	/* Bytes of those signatures' messages; 0: the transcript. */
	uint32_t signed_len, verified_len;
	const char *chain;            /* signs the certificates that this side verifies */
	uint32_t n_chain;             /* of them, each decoded and its signature verified */
	const char *agrees;           /* a key is made, and a secret derived */
	const char *kem;
	int encapsulates;     /* else a KEM key is made, and decapsulated with */
	const char *encrypts; /* the premaster secret, with the public key of the leaf */
	const char *decrypts; /* … with the private one */
	const char *hash;     /* of the transcript */
	const char *hmac;     /* of the key schedule */
	uint32_t n_hashes;    /* of next to nothing, beside the transcript's */
	uint32_t n_hmac_keys; /* that HMAC is keyed with */
	uint32_t n_hmacs;     /* in all */
	const char *aead;     /* of the records */
	uint32_t n_record_keys;
};

struct handshake_work handshake_work(const struct tls_kind *kind, int side);

#endif
