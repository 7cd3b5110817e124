/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_ENGINE_H
#define LANECRYPT_ENGINE_H

/*
 * The plug-in ABI of lanecrypt. This header alone is enough to write an engine:
 * a shared object that exports lane_engine_entry() and offers algorithms to be
 * listed, verified and measured. README.md shows one in under 100 lines.
 *
 * How it fits together
 *   lane_engine_entry() -> struct lane_engine           what the plug-in is
 *   engine->create()    -> struct lane_engine_object    the engine, for one thread
 *   engine->table(kind) -> struct lane_engine_table     its implementations of one kind of thing
 *   table item          -> struct lane_engine_aead …    one implementation of one algorithm
 *   item->key_new()     -> a key; then item->seal(key, …)
 *
 * Rules
 *  - Growth: every struct that crosses the border begins with its own size (or,
 *    in a table, is strided by item_size). New members are only ever appended;
 *    what a plug-in was not built with reads as zero. LANE_ENGINE_ABI changes
 *    only when that is not enough.
 *  - What an engine does not have, it does not mention: leave a kind's table
 *    out, an item out of the table, a capability bit and its functions unset.
 *  - Memory: what a plug-in allocates, the plug-in frees. Strings that it
 *    returns stay valid for the life of the process. Plug-ins are never
 *    unloaded. Buffers belong to the caller.
 *  - Threads: create() and table() may be called from any thread. An object and
 *    everything made from it is used by one thread at a time.
 *  - Keys are made once and then used for many messages: no call but the
 *    `…_new`, generate and import functions may do per-key work.
 *  - Every length is in bytes. Symmetric keys, usual nonces and tags have at most
 *    64, what public keys and KEMs have at most 65536. An `out` may equal its
 *    `in` where the item says LANE_ENGINE_IN_PLACE.
 *  - Functions return enum lane_engine_status and never print, exit or abort.
 *    After LANE_ENGINE_FAILED, last_error() has a sentence.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_ENGINE_ABI 1u

enum lane_engine_status {
	LANE_ENGINE_OK = 0,
	LANE_ENGINE_REFUSED = 1,     /* authentic-or-not answered "not": tag, signature, padding, certificate */
	LANE_ENGINE_UNSUPPORTED = 2, /* not offered with these parameters */
	LANE_ENGINE_FAILED = 3       /* everything else */
};

struct lane_engine_object; /* the engine for one thread; defined by the plug-in */

/* A list of implementations: n_items structs, each item_size bytes apart. */
struct lane_engine_table {
	uint32_t struct_size;
	uint32_t item_size;
	uint32_t n_items;
	uint32_t reserved;
	const void *items;
};

/* Kinds, for lane_engine.table(). */
#define LANE_ENGINE_AEAD "aead"     /* struct lane_engine_aead */
#define LANE_ENGINE_CIPHER "cipher" /* struct lane_engine_cipher */
#define LANE_ENGINE_MAC "mac"       /* struct lane_engine_mac */
#define LANE_ENGINE_PK "pk"         /* struct lane_engine_pk */
#define LANE_ENGINE_KEM "kem"       /* struct lane_engine_kem */
#define LANE_ENGINE_KDF "kdf"       /* struct lane_engine_kdf */
#define LANE_ENGINE_TLS "tls"       /* struct lane_engine_tls */

struct lane_engine {
	uint32_t abi_version; /* LANE_ENGINE_ABI; always the first field */
	uint32_t struct_size; /* sizeof(struct lane_engine) */
	const char *name;     /* "openssl": lower case, [a-z0-9_-], what --engine takes */
	const char *summary;  /* one line for people */

	/* The library that is running now, as it says itself ("OpenSSL 3.0.22 …"),
	 * and the one that the plug-in was built for. The loader compares the family
	 * (text before the first digit) and major.minor: a mismatch is refused, a
	 * patch-level difference only shown. */
	const char *(*library_version)(void);
	const char *built_for;

	/* An engine object for the calling thread. On failure *out is NULL and reason
	 * (always terminated) says why in one line. */
	int (*create)(struct lane_engine_object **out, char *reason, size_t reason_cap);
	void (*destroy)(struct lane_engine_object *engine);

	/* The table of a kind, or NULL. The same for every object and every call. */
	const struct lane_engine_table *(*table)(const char *kind);

	/* What went wrong last in this object, in one line; never NULL. */
	const char *(*last_error)(struct lane_engine_object *engine);

	/* Which kernel the item "auto" of an algorithm uses for messages of len bytes;
	 * NULL when there is none. The member is NULL where no kernels are named. */
	const char *(*picks)(const char *algorithm, size_t len);
};

/* The one symbol that a plug-in exports. host_abi is the LANE_ENGINE_ABI of the
 * caller; a plug-in may ignore it. */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const struct lane_engine *
lane_engine_entry(uint32_t host_abi);

/* Capabilities. */
#define LANE_ENGINE_IN_PLACE (1u << 0)   /* out may equal in */
#define LANE_ENGINE_STREAMING (1u << 1)  /* the stream_… functions are there */
#define LANE_ENGINE_BATCH (1u << 2)      /* n messages together are faster than one by one */
#define LANE_ENGINE_TRUNCATED (1u << 3)  /* tags from tag_min to tag_len; a length between that is none: UNSUPPORTED */
#define LANE_ENGINE_ANY_NONCE (1u << 4)  /* nonces from nonce_min to nonce_max */
#define LANE_ENGINE_SHARED_KEY (1u << 5) /* a key may be used by many threads at once */
#define LANE_ENGINE_ENCRYPT_ONLY (1u << 6) /* a cipher without decrypt, which answers UNSUPPORTED */
#define LANE_ENGINE_NO_OVERLAP (1u << 7)   /* an out that overlaps a part of in is no OK, and nothing is written */
#define LANE_ENGINE_NO_EMPTY (1u << 8)     /* a public key that encrypts no empty message: UNSUPPORTED */

/* What every item begins with. */
#define LANE_ENGINE_ITEM                                                                                               \
	const char *algorithm;   /* the field's spelling: "AES-128-GCM", "RSA-2048-OAEP" */                            \
	const char *kernel;      /* which code does it: "aes-gcm:aesni", "auto"; NULL for the library's own choice */  \
	const char *unavailable; /* why this item cannot run on this machine, or NULL */                               \
	const void *data;        /* the plug-in's own; comes back with the item, which the host may have copied */     \
	uint32_t capabilities;   /* LANE_ENGINE_… bits */                                                            \
	uint32_t reserved

struct lane_engine_item {
	LANE_ENGINE_ITEM;
};

/* ---- AEAD ---- */

/* One message. seal reads nonce, aad and in; writes out (len bytes) and tag.
 * open reads the tag, writes out, and sets status to REFUSED for a message that
 * is not authentic, whose out then holds no plaintext. */
struct lane_engine_message {
	uint8_t *out;
	const uint8_t *in;
	size_t len;
	const uint8_t *nonce;
	size_t nonce_len;
	const uint8_t *aad;
	size_t aad_len;
	uint8_t *tag;
	size_t tag_len;
	int status; /* set by the engine, for each message */
	int reserved;
};

struct lane_engine_aead {
	LANE_ENGINE_ITEM;
	uint32_t key_len, nonce_len, tag_len; /* the usual ones */
	uint32_t nonce_min, nonce_max;        /* with ANY_NONCE */
	uint32_t tag_min;                     /* with TRUNCATED */
	uint64_t max_len;                     /* longest message, 0 = no limit of its own */

	/* tag_len is fixed for a key, since some libraries want to know it. */
	int (*key_new)(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *key,
		       size_t key_len, size_t tag_len, void **out);
	void (*key_free)(void *key);

	/* n messages, n ≥ 1 and usually 1. Returns OK when each status is OK, else the
	 * first status that is not. */
	int (*seal)(void *key, struct lane_engine_message *messages, size_t n);
	int (*open)(void *key, struct lane_engine_message *messages, size_t n);

	/* With STREAMING: begin (decrypt: 0 or 1), aad…, update…, final. Encrypting,
	 * final writes the tag; decrypting, it checks it. */
	int (*stream_new)(void *key, int decrypt, const uint8_t *nonce, size_t nonce_len, void **out);
	int (*stream_aad)(void *stream, const uint8_t *aad, size_t aad_len);
	int (*stream_update)(void *stream, uint8_t *out, const uint8_t *in, size_t len);
	int (*stream_final)(void *stream, uint8_t *tag, size_t tag_len);
	void (*stream_free)(void *stream);
};

/* ---- Ciphers without authentication ---- */

/* "AES-128-CTR" (iv: the 16-byte counter block), "AES-128-XTS" (the 16-byte
 * tweak), "AES-128-ECB" (no iv), "AES-128-CBC" (16; whole blocks, no padding),
 * "ChaCha20" (iv: 4 bytes little-endian block counter, then 12 bytes nonce; an
 * engine may have block 1 only and answer UNSUPPORTED to another). */
struct lane_engine_cipher {
	LANE_ENGINE_ITEM;
	uint32_t key_len, iv_len;
	uint32_t block_len; /* message lengths are multiples of it; 1 for streams */
	uint32_t min_len;

	int (*key_new)(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *key,
		       size_t key_len, void **out);
	void (*key_free)(void *key);
	int (*encrypt)(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len);
	int (*decrypt)(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len);
};

/* ---- MACs and hashes ---- */

/* "GHASH" (16-byte AES-128 key; the hash key is its encryption of the zero
 * block, as GCM makes it; messages are padded with zeroes to whole blocks),
 * "POLYVAL" (the 16-byte hash key), "Poly1305" (32-byte one-time key),
 * "AES-128-CMAC", "HMAC-SHA-256", "SHA-256" (no key). */
struct lane_engine_mac {
	LANE_ENGINE_ITEM;
	uint32_t key_len, tag_len;
	uint32_t block_len; /* message lengths are multiples of it; 1 for most */

	int (*key_new)(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *key,
		       size_t key_len, void **out);
	void (*key_free)(void *key);
	int (*compute)(void *key, uint8_t *tag, const uint8_t *in, size_t len);
};

/* ---- Public keys ---- */

/* Operations that an item has. */
#define LANE_ENGINE_PK_SIGN (1u << 0)    /* and verify */
#define LANE_ENGINE_PK_ENCRYPT (1u << 1) /* and decrypt */
#define LANE_ENGINE_PK_DERIVE (1u << 2)
#define LANE_ENGINE_PK_GENERATE (1u << 3)

/*
 * Algorithms and what they mean here:
 *   RSA-n       PKCS#1 v1.5, RFC 8017: signatures with SHA-256, encryption (TLS 1.2 key transport)
 *   RSA-n-PSS   signatures with SHA-256, MGF1-SHA-256, salt 32
 *   RSA-n-OAEP  encryption with SHA-256, MGF1-SHA-256, no label
 *   ECDSA-P256 with SHA-256, ECDSA-P384 with SHA-384, signatures in DER; Ed25519 (RFC 8032)
 *   ECDH-P256, ECDH-P384 (public keys as uncompressed points, the secret is x), X25519 (RFC 7748)
 * RSA public exponent 65537. sign hashes the message itself.
 */
struct lane_engine_pk {
	LANE_ENGINE_ITEM;
	const char *key_type; /* "RSA-2048", "P-256", "P-384", "Ed25519", "X25519": items of one type share keys */
	uint32_t operations;  /* LANE_ENGINE_PK_… bits */
	uint32_t max_out;     /* longest signature, ciphertext or shared secret */
	uint32_t max_message; /* longest message that encrypt takes */
	uint32_t public_len;  /* of public_raw, 0 without DERIVE */

	int (*generate)(struct lane_engine_object *engine, const struct lane_engine_pk *item, void **out);
	/* A private key as PKCS#8 (RFC 5208, RFC 8410), a public key as
	 * SubjectPublicKeyInfo (RFC 5280), both DER. Export writes at most cap bytes. */
	int (*import_private)(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			      size_t der_len, void **out);
	int (*import_public)(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			     size_t der_len, void **out);
	int (*export_private)(void *key, uint8_t *der, size_t cap, size_t *der_len);
	int (*export_public)(void *key, uint8_t *der, size_t cap, size_t *der_len);
	void (*key_free)(void *key);

	int (*sign)(void *key, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len);
	int (*verify)(void *key, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len);
	int (*encrypt)(void *key, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len);
	int (*decrypt)(void *key, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len);
	/* The public key as a TLS key share, and the secret shared with a peer's. */
	int (*public_raw)(void *key, uint8_t *out, size_t cap, size_t *out_len);
	int (*derive)(void *key, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len);
};

/* ---- KEMs ---- */

struct lane_engine_kem { /* "ML-KEM-768", FIPS 203 */
	LANE_ENGINE_ITEM;
	uint32_t public_len, ciphertext_len, secret_len;

	int (*generate)(struct lane_engine_object *engine, const struct lane_engine_kem *item, void **out);
	int (*import_public)(struct lane_engine_object *engine, const struct lane_engine_kem *item, const uint8_t *raw,
			     size_t raw_len, void **out);
	int (*public_raw)(void *key, uint8_t *out, size_t cap, size_t *out_len);
	void (*key_free)(void *key);
	int (*encapsulate)(void *key, uint8_t *ciphertext, uint8_t *secret);
	int (*decapsulate)(void *key, const uint8_t *ciphertext, uint8_t *secret);
};

/* ---- KDFs ---- */

struct lane_engine_kdf_input {
	uint32_t struct_size;
	uint32_t iterations; /* PBKDF2: iterations; Argon2id: passes; else 0 */
	uint64_t memory;     /* Argon2id: bytes; else 0 */
	const uint8_t *secret;
	size_t secret_len;
	const uint8_t *salt;
	size_t salt_len;
	const uint8_t *info; /* HKDF */
	size_t info_len;
};

/* "HKDF-SHA-256" (RFC 5869), "PBKDF2-SHA-256" (RFC 8018), "Argon2id" (RFC 9106,
 * one lane). */
struct lane_engine_kdf {
	LANE_ENGINE_ITEM;
	int (*derive)(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		      const struct lane_engine_kdf_input *input, uint8_t *out, size_t out_len);
};

/* ---- TLS ---- */

#define LANE_ENGINE_TLS12 0x0303u
#define LANE_ENGINE_TLS13 0x0304u

enum lane_engine_side { LANE_ENGINE_CLIENT = 0, LANE_ENGINE_SERVER = 1 };

struct lane_engine_der {
	const uint8_t *data;
	size_t len;
};

/* A party's certificates: leaf first, then intermediates; no root. */
struct lane_engine_identity_input {
	uint32_t struct_size;
	uint32_t n_certificates;
	const struct lane_engine_der *certificates;
	struct lane_engine_der private_key; /* PKCS#8 */
};

/* A chain of three: root, intermediate, leaf, all of one key type. Each buffer
 * is filled up to its cap and its len set. */
struct lane_engine_chain {
	uint32_t struct_size;
	uint32_t reserved;
	struct {
		uint8_t *data;
		size_t cap, len;
	} root, intermediate, leaf, leaf_private_key;
};

/* What a chain is made for. Times are seconds since 1970. */
struct lane_engine_chain_input {
	uint32_t struct_size;
	uint32_t client;       /* 1: for client authentication, else for a server */
	const char *key_type;  /* "RSA-2048", "P-256", "P-384", "Ed25519" */
	const char *host_name; /* of the leaf, as a DNS name */
	int64_t not_before, not_after;
	/* Keys of that type to use, PKCS#8: root, intermediate, leaf; len 0 = generate. */
	struct lane_engine_der private_keys[3];
};

#define LANE_ENGINE_TLS_RESUME_NONE 0u
#define LANE_ENGINE_TLS_RESUME_TICKET 1u     /* TLS 1.2 ticket; TLS 1.3 PSK with (EC)DHE */
#define LANE_ENGINE_TLS_RESUME_SESSION_ID 2u /* TLS 1.2, server-side cache */
#define LANE_ENGINE_TLS_RESUME_PSK_KE 3u     /* TLS 1.3 PSK without (EC)DHE */

/* One side of a TLS connection. Names are those of the standards. Exactly what
 * is named is offered: nothing else may be negotiated. */
struct lane_engine_tls_input {
	uint32_t struct_size;
	uint32_t side;        /* enum lane_engine_side */
	uint32_t version;     /* LANE_ENGINE_TLS12 or 13 */
	uint32_t resume;      /* LANE_ENGINE_TLS_RESUME_…: what sessions are made and accepted */
	uint32_t client_auth; /* 1: the server asks for, and verifies, a client certificate */
	uint32_t reserved;
	const char *suite;     /* IANA: "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" */
	const char *group;     /* "X25519", "P-256", "P-384", "X25519MLKEM768"; NULL with RSA key transport, and with
				* finite-field DHE, whose group has as many bits as the RSA key of the certificate */
	const char *signature; /* IANA: "rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256", "ed25519"; NULL = any */
	const char *host_name; /* client: the name that the leaf must have */
	void *identity;        /* server, or client with client_auth; from identity_new, same engine */
	struct lane_engine_der root; /* the trust anchor: client, or server with client_auth */
	/* For traces: called with each handshake message as it is sent (1) or received (0). */
	void (*message)(void *user, int sent, uint8_t type, const uint8_t *data, size_t len);
	void *message_user;
};

/* What was really negotiated, as the library says. */
struct lane_engine_tls_info {
	uint32_t struct_size;
	uint32_t version;
	uint32_t resumed;
	uint32_t peer_verified; /* the peer's chain, names and dates were checked and are right */
	char suite[64];         /* IANA name */
	char group[32];         /* "X25519" …; where it is empty, a handshake that exchanged keys over one has failed;
				 * empty where it exchanged none, as a resumption in TLS 1.2 or by PSK_KE */
	char signature[40];     /* of the peer, IANA name; likewise */
};

struct lane_engine_allocations {
	uint64_t count, bytes;
};

struct lane_engine_tls { /* algorithm "TLS" */
	LANE_ENGINE_ITEM;

	/* Comma-separated names of what tls_input may ask for. */
	const char *suites, *groups, *signatures;

	/* NULL where the engine makes no certificates: another's are handed to it. */
	int (*chain_make)(struct lane_engine_object *engine, const struct lane_engine_chain_input *input,
			  struct lane_engine_chain *chain);
	int (*identity_new)(struct lane_engine_object *engine, const struct lane_engine_identity_input *input,
			    void **out);
	void (*identity_free)(void *identity);

	/* A configuration is made once and used for many connections. REFUSED for a
	 * trust anchor that the library looks at here and finds expired. */
	int (*config_new)(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out);
	void (*config_free)(void *config);

	/* A connection; session: what session_export gave, or NULL for a full handshake. */
	int (*connection_new)(void *config, const uint8_t *session, size_t session_len, void **out);
	void (*connection_free)(void *connection);

	/* One flight: takes what the peer sent (in_len 0 at the client's start), writes
	 * what is to be sent. *done becomes 1 once this side's handshake is complete;
	 * later input (tickets) is taken by step too. FAILED when out is too small. */
	int (*step)(void *connection, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len,
		    int *done);
	int (*info)(void *connection, struct lane_engine_tls_info *info);

	/* Client, done: the session for connection_new. *session_len 0: none was given. */
	int (*session_export)(void *connection, uint8_t *session, size_t cap, size_t *session_len);

	/* Application data: plaintext to records, records to plaintext. */
	int (*write)(void *connection, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len);
	int (*read)(void *connection, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len);

	/* What the library allocated on the calling thread so far; NULL where it has no hooks. */
	int (*allocations)(struct lane_engine_object *engine, struct lane_engine_allocations *out);

	/* 1 << LANE_ENGINE_TLS_RESUME_… of each that tls_input may ask for; 0: not told, config_new will say. */
	uint64_t resumptions;
	/* To know what it costs: a certificate is decoded as one who verifies a chain has to, its structure,
	 * extensions and public key, and forgotten again. NULL: not offered. */
	int (*certificate_decode)(struct lane_engine_object *engine, const uint8_t *der, size_t der_len);
};

#ifdef __cplusplus
}
#endif
#endif
