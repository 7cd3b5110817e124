/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_DER_H
#define LANE_ENGINES_DER_H

/*
 * Keys and ECDSA signatures in DER, for libraries that cannot read or write them
 * themselves. What is read may come from anybody: lengths are checked before
 * use, encodings that are not DER (X.690 §10, §11) are refused, nothing is
 * allocated. Numbers are unsigned and big-endian.
 *
 *   private keys  PrivateKeyInfo: RFC 5208, RFC 5958; in it RSAPrivateKey of two primes (RFC 8017 §A.1.2),
 *                 ECPrivateKey (RFC 5915), CurvePrivateKey (RFC 8410 §7)
 *   public keys   SubjectPublicKeyInfo: RFC 5280 §4.1, with RFC 8017 §A.1, RFC 5480 §2, RFC 8410 §4
 *   signatures    ECDSA-Sig-Value: RFC 5480 §A
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum der_kind { DER_RSA, DER_P256, DER_P384, DER_ED25519, DER_X25519 };

/* The numbers of an RSA key; a public one has the first two. */
enum der_number { DER_N, DER_E, DER_D, DER_P, DER_Q, DER_DP, DER_DQ, DER_QINV, der_n_numbers };

enum {
	der_max_secret = 48,    /* private key of a curve */
	der_max_point = 97,     /* public key of a curve: 04, x, y */
	der_max_rsa = 512,      /* modulus: RSA-4096 */
	der_max_key = 2560,     /* what the writers below may need */
	der_max_signature = 104 /* ECDSA-P384 */
};

/* Bytes of somebody else's; data NULL: there are none. */
struct der_bytes {
	const uint8_t *data;
	size_t len;
};

struct der_key {
	enum der_kind kind;
	struct der_bytes secret, point;         /* of curves: the private and the public key */
	struct der_bytes number[der_n_numbers]; /* of RSA; read ones have no leading zeroes */
};

/* Lengths of a curve's private and public key. */
size_t der_secret_len(enum der_kind kind);
size_t der_point_len(enum der_kind kind);

/*
 * Read a whole key; what is read stays where it was, *out points to it. 1, or 0
 * for anything else than such a key. A private key of a curve may lack its
 * point. RSA numbers are such that arithmetic with them ends: n, p and q are
 * odd, p and q have half the length of n, the exponents are not 0. Whether a
 * point is on its curve and what belongs to a key fits together is not checked.
 */
int der_read_private(struct der_key *out, const uint8_t *der, size_t len);
int der_read_public(struct der_key *out, const uint8_t *der, size_t len);

/* Write a key into der: its length, or 0 when it has more than cap bytes. */
size_t der_write_private(const struct der_key *key, uint8_t *der, size_t cap);
size_t der_write_public(const struct der_key *key, uint8_t *der, size_t cap);

/* An ECDSA signature from and to r, then s, of n bytes each (n ≤ 48). Reading: 1,
 * or 0 for what is none. Writing: its length, or 0 when it has more than cap bytes. */
int der_read_signature(uint8_t *r_s, size_t n, const uint8_t *der, size_t len);
size_t der_write_signature(uint8_t *der, size_t cap, const uint8_t *r_s, size_t n);

#ifdef __cplusplus
}
#endif
#endif
