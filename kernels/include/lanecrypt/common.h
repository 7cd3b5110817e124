/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_COMMON_H
#define LANECRYPT_COMMON_H

/*
 * What every header of liblanecrypt shares: status codes, the message of a
 * batch, versions.
 *
 * Rules that hold for every function of the library:
 *  - Lengths are in bytes. A pointer may be NULL when its length is 0.
 *  - `out` may equal `in`; any other overlap between an output and an input or
 *    another output is refused with LANE_ERR_OVERLAP before anything is written.
 *  - Buffers need no alignment. Contexts are aligned to LANE_CTX_ALIGN; callers
 *    that cannot align allocate them with the `_new` functions.
 *  - A context is read-only once initialised and may be used by many threads
 *    at once. Nothing is allocated but by functions named `_new` and `_copy`.
 *  - No function prints, aborts or touches errno.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define LANE_ALIGNAS(n) alignas(n)
#else
#define LANE_ALIGNAS(n) _Alignas(n)
#endif

#if defined(__GNUC__)
#define LANE_API __attribute__((visibility("default")))
#define LANE_MUST_CHECK __attribute__((warn_unused_result))
#else
#define LANE_API
#define LANE_MUST_CHECK
#endif

#define LANE_VERSION_MAJOR 0
#define LANE_VERSION_MINOR 1
#define LANE_VERSION_PATCH 0

/* Alignment in bytes of every context structure. */
#define LANE_CTX_ALIGN 64

enum lane_status {
	LANE_OK = 0,
	LANE_ERR_AUTH = 1,      /* the tag does not match; the output has been zeroed */
	LANE_ERR_KEY_LEN = 2,   /* a key length that the algorithm does not have */
	LANE_ERR_NONCE_LEN = 3, /* a nonce length that the algorithm does not have */
	LANE_ERR_TAG_LEN = 4,   /* a tag length that the algorithm does not have */
	LANE_ERR_LENGTH = 5,    /* message or associated data of a length that the algorithm does not have */
	LANE_ERR_OVERLAP = 6,   /* buffers overlap without being equal */
	LANE_ERR_STATE = 7,     /* context not initialised, or calls in a wrong order */
	LANE_ERR_KERNEL = 8,    /* a forced kernel is unknown or cannot run on this CPU */
	LANE_ERR_ALIGN = 9,     /* context not aligned to LANE_CTX_ALIGN */
	LANE_ERR_NULL = 10,     /* NULL where bytes are needed */
	LANE_ERR_WEAK_KEY = 11  /* a key that the algorithm forbids */
};

/* One English sentence for a status, without a full stop; never NULL. */
LANE_API const char *lane_status_string(enum lane_status status);

/* "0.1.0": the version of the library that is running, which may be newer than
 * the LANE_VERSION_* that the caller was compiled with. */
LANE_API const char *lane_version(void);

/* Overwrites len bytes with zeroes in a way that compilers keep. */
LANE_API void lane_wipe(void *p, size_t len);

/*
 * One message of a batch, for every AEAD. seal reads nonce, aad and in, writes
 * out (len bytes) and tag; open reads tag too. Each message gets its own
 * verdict in `status`; a forged one fails alone and its out is zeroed.
 */
struct lane_aead_message {
	uint8_t *out;
	const uint8_t *in;
	size_t len; /* of in and of out */
	const uint8_t *nonce;
	size_t nonce_len;
	const uint8_t *aad;
	size_t aad_len;
	uint8_t *tag;
	size_t tag_len;
	enum lane_status status;
};

#ifdef __cplusplus
}
#endif
#endif
