/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_VECTORS_H
#define LANE_BENCH_VECTORS_H

/*
 * Test vectors as the readers of files (wycheproof.h, cavp.h) hand them out, in
 * the terms of the engine interface, whatever format they were written in. Files
 * are hostile: readers check every type, name and length, and say where it is wrong.
 */

#include <stddef.h>
#include <stdint.h>

/* Beyond those, files are refused: reading one takes seconds, whatever is in it. */
enum {
	VECTORS_MAX_FILE = 64 << 20, /* bytes in a file */
	VECTORS_MAX_TESTS = 100000,  /* in a file */
	VECTORS_MAX_PART = 128 << 10 /* bytes in one key, message, signature … */
};

enum vector_kind {
	VECTOR_AEAD,
	VECTOR_CIPHER,
	VECTOR_MAC,
	VECTOR_SIGN,    /* the one right signature of a deterministic scheme */
	VECTOR_VERIFY,  /* a signature to accept or refuse */
	VECTOR_DECRYPT, /* with a private key */
	VECTOR_DERIVE,  /* a shared secret */
	VECTOR_KDF,
	VECTOR_OTHER /* what engines have no interface for: always with a reason to skip it */
};

enum vector_verdict { VECTOR_VALID, VECTOR_INVALID, VECTOR_ACCEPTABLE };

enum vector_part {
	VECTOR_KEY,     /* symmetric; PKCS#8 or SubjectPublicKeyInfo; a KDF's secret */
	VECTOR_NONCE,   /* also IV, tweak, salt */
	VECTOR_AAD,     /* also info */
	VECTOR_MESSAGE, /* plaintext */
	VECTOR_CIPHERTEXT,
	VECTOR_TAG,    /* also signature */
	VECTOR_PEER,   /* public key as raw bytes */
	VECTOR_SECRET, /* what is derived */
	VECTOR_N_PARTS
};

struct octets {
	const uint8_t *data; /* NULL: the file does not give it */
	size_t len;
};

struct vector {
	enum vector_kind kind;
	enum vector_verdict verdict;
	const char *algorithm; /* as engines call it, or would */
	const char *place;     /* "tcId 17", "line 123": where it is in its file */
	const char *comment;   /* the file's own word on it, or "" */
	const char *skip;      /* why no engine could take it, or NULL */
	uint32_t iterations;   /* PBKDF2 */
	size_t out_len;        /* that a KDF shall make */
	struct octets parts[VECTOR_N_PARTS];
};

/* Called for each vector, whose memory is the reader's and valid until it returns. */
typedef void vector_sink(void *user, const struct vector *vector);

/* What is wrong with a file, for people; line 0: `text` says the place itself. */
struct vector_error {
	size_t line;
	char text[200];
};

/* Sets the error; returns -1, for the reader to hand on. */
int vector_fail(struct vector_error *error, size_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Bytes of hexadecimal digits, in either case. 0, or -1 when it is no such thing or
 * more than VECTORS_MAX_PART bytes. `to` has room for len / 2. */
int vector_hex(const char *text, size_t len, uint8_t *to);

#endif
