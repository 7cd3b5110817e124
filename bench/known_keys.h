/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_KNOWN_KEYS_H
#define LANE_BENCH_KNOWN_KEYS_H

/* Public-key examples of the standards, in hexadecimal; unset parts are NULL. */
struct known_pk {
	const char *algorithm, *source;
	const char *private_key, *public_key; /* PKCS#8, SubjectPublicKeyInfo */
	const char *message;
	const char *signature;  /* of message, to be accepted … */
	int deterministic;      /* … and what signing must give */
	const char *ciphertext; /* decrypts to message */
	const char *peer, *secret;
};
extern const struct known_pk known_pks[]; /* the last has no algorithm */

/* A private key of that type for tests, PKCS#8 in Base64; NULL if there is none. */
const char *known_key(const char *key_type);

#endif
