/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_PK_KEYS_H
#define LANE_ENGINES_PK_KEYS_H

/*
 * What adaptors to plain C libraries have in common for public keys: import,
 * export and life of keys, whose bytes are kept beside what the library makes of
 * them. A plug-in links lane-pk-keys and defines the functions pk_… at the end;
 * its own key begins with a struct pk_key, its items are made by PK_….
 */

#include "adaptor.h"
#include "der.h"

/* An item's data. */
struct pk_algorithm {
	enum der_kind kind;
	uint32_t bits;   /* RSA: of the modulus */
	uint32_t scheme; /* RSA: an enum pk_scheme */
};
enum pk_scheme { PK_PKCS1, PK_PSS, PK_OAEP };

/* LANE_ENGINE_… bits of items that encrypt; another plug-in defines its own first. */
#ifndef PK_ENCRYPT_CAPABILITIES
#define PK_ENCRYPT_CAPABILITIES 0
#endif

struct pk_key {
	struct lane_engine_object *engine;
	const struct pk_algorithm *algorithm;
	int has_private;
	uint8_t secret[der_max_secret], point[der_max_point]; /* of curves */
	/* RSA: big-endian, with leading zeroes where a number is shorter; e has 4 bytes, the others as many as n or
	 * half of it. */
	struct {
		uint8_t *data;
		size_t len;
	} number[der_n_numbers];
	size_t store_len; /* what the numbers take, from number[0].data on */
};

static inline int pk_is_rsa(const struct pk_key *key)
{
	return key->algorithm->kind == DER_RSA;
}

/* The modulus's length in bytes: that of signatures and ciphertexts. */
static inline size_t pk_rsa_len(const struct pk_key *key)
{
	return key->algorithm->bits / 8;
}

/* OK, or FAILED: for a private operation the key has to be private; an output of need bytes must fit into cap. */
int pk_can(struct pk_key *key, int needs_private, size_t cap, size_t need);

/* The answer where the library says what went right. */
static inline int pk_answer(struct pk_key *key, int ok, const char *sentence)
{
	return ok ? LANE_ENGINE_OK : adaptor_failed(key->engine, sentence);
}

/* 1 when some byte of a secret is not 0: X25519 with a point of small order gives zeroes (RFC 7748 §6.1). */
int pk_is_not_zero(const uint8_t *secret, size_t len);

/* ---- Items ---- */

int pk_generate(struct lane_engine_object *engine, const struct lane_engine_pk *item, void **out);
int pk_import_private(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
		      size_t der_len, void **out);
int pk_import_public(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
		     size_t der_len, void **out);
int pk_export_private(void *key, uint8_t *der, size_t cap, size_t *der_len);
int pk_export_public(void *key, uint8_t *der, size_t cap, size_t *der_len);
int pk_public_raw(void *key, uint8_t *out, size_t cap, size_t *out_len);
void pk_key_free(void *key);

#define PK_KEYS                                                                                                        \
	.generate = pk_generate, .import_private = pk_import_private, .import_public = pk_import_public,               \
	.export_private = pk_export_private, .export_public = pk_export_public, .key_free = pk_key_free

/* An item of one kind of key; the plug-in's functions that it calls are static and named so: sign_rsa …. */
#define PK_ITEM(name, type, key_kind, key_bits, its_scheme, ops, out_len)                                              \
	.algorithm = name, .key_type = type, .operations = (ops) | LANE_ENGINE_PK_GENERATE, .max_out = out_len,        \
	.data = &(const struct pk_algorithm){key_kind, key_bits, its_scheme}, PK_KEYS
#define PK_RSA(size, suffix, its_scheme, ops)                                                                          \
	PK_ITEM("RSA-" #size suffix, "RSA-" #size, DER_RSA, size, its_scheme, ops, size / 8)
#define PK_RSA_SIGN(size)                                                                                              \
	{                                                                                                              \
		PK_RSA(size, "", PK_PKCS1, LANE_ENGINE_PK_SIGN), .sign = sign_rsa, .verify = verify_rsa                \
	}
#define PK_RSA_PKCS1(size)                                                                                             \
	{                                                                                                              \
		PK_RSA(size, "", PK_PKCS1, LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_ENCRYPT),                              \
			.sign = sign_rsa, .verify = verify_rsa, .encrypt = encrypt_rsa, .decrypt = decrypt_rsa,        \
			.max_message = size / 8 - 11, .capabilities = PK_ENCRYPT_CAPABILITIES                          \
	}
#define PK_RSA_PSS(size)                                                                                               \
	{                                                                                                              \
		PK_RSA(size, "-PSS", PK_PSS, LANE_ENGINE_PK_SIGN), .sign = sign_rsa, .verify = verify_rsa              \
	}
#define PK_RSA_OAEP(size)                                                                                              \
	{                                                                                                              \
		PK_RSA(size, "-OAEP", PK_OAEP, LANE_ENGINE_PK_ENCRYPT),                                                \
			.encrypt = encrypt_rsa, .decrypt = decrypt_rsa, .max_message = size / 8 - 66,                  \
			.capabilities = PK_ENCRYPT_CAPABILITIES                                                        \
	}
#define PK_EACH_RSA(item) item(2048), item(3072), item(4096)
#define PK_ECDSA(size, longest)                                                                                        \
	{                                                                                                              \
		PK_ITEM("ECDSA-P" #size, "P-" #size, DER_P##size, 0, 0, LANE_ENGINE_PK_SIGN, longest),                 \
			.sign = sign_ecdsa, .verify = verify_ecdsa                                                     \
	}
#define PK_ECDSAS PK_ECDSA(256, 72), PK_ECDSA(384, 104)
#define PK_ED25519                                                                                                     \
	{                                                                                                              \
		PK_ITEM("Ed25519", "Ed25519", DER_ED25519, 0, 0, LANE_ENGINE_PK_SIGN, 64), .sign = sign_eddsa,         \
											   .verify = verify_eddsa      \
	}
#define PK_ECDH(size)                                                                                                  \
	{                                                                                                              \
		PK_ITEM("ECDH-P" #size, "P-" #size, DER_P##size, 0, 0, LANE_ENGINE_PK_DERIVE, size / 8),               \
			.public_raw = pk_public_raw, .derive = derive_ecdh, .public_len = 1 + size / 4                 \
	}
#define PK_ECDHS PK_ECDH(256), PK_ECDH(384)
#define PK_X25519                                                                                                      \
	{                                                                                                              \
		PK_ITEM("X25519", "X25519", DER_X25519, 0, 0, LANE_ENGINE_PK_DERIVE, 32),                              \
			.public_raw = pk_public_raw, .derive = derive_x25519, .public_len = 32                         \
	}

/* ---- What the plug-in defines ---- */

/* Of its key, which begins with a struct pk_key and is zeroed when it is made. */
extern const size_t pk_key_len;

/* Makes what the library needs of the bytes of a key: of a private one's secret the point too, in place; a public
 * one's point or numbers are those of a stranger. NULL, or a sentence that says what is wrong with them. */
const char *pk_load(struct pk_key *key);

/* Makes a new key, loaded, and its bytes. NULL, or what went wrong. */
const char *pk_make(struct pk_key *key);

/* Frees what those two made, all of it or a part. */
void pk_unload(struct pk_key *key);

#endif
