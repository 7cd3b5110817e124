/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_HONESTY_BARE_H
#define LANE_TESTS_HONESTY_BARE_H

/*
 * Bare loops over a library: what a C programmer would write who wants nothing
 * but that library's fastest documented path. One file a library, built into a
 * shared object of its own that exports bare_loops. Keys and contexts are
 * static: one at a time, set by the loop's `set`.
 *
 * Public keys: sign and verify take messages of 32 bytes, the digest made in the
 * loop; encrypt takes such a message, decrypt what was made of it; derive takes a
 * peer's point. Results are in the form that the library gives them, unless the
 * engine's has to be another.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { bare_ring = 16, bare_tag_len = 16, bare_aad_len = 13, bare_max_len = 16384 };

/* The buffers of a cell, the same as its engine's: messages from a ring to one output. */
struct bare_work {
	uint8_t *in[bare_ring], *out;
	size_t mask, len; /* of the ring's length; of a message */
	uint8_t iv[bare_ring][32], tag[bare_ring][32], aad[bare_aad_len];
	uint64_t counter; /* the next nonce */
	/* Of public keys: the signature to verify (ECDSA: DER), the ciphertext, the peer's point to derive from. */
	const uint8_t *given;
	size_t given_len;
};

struct bare_loop {
	const char *algorithm, *op; /* as in the results: seal, open, encrypt, mac, sign, …; NULL: the last */
	int (*set)(const uint8_t *key, size_t key_len); /* public keys: PKCS#8 of the pair; 1, or 0 when it failed */
	int (*run)(struct bare_work *w, uint64_t n);    /* n messages; 1 or 0 */
};

/* {algorithm NULL} ends it. */
__attribute__((visibility("default"))) extern const struct bare_loop bare_loops[];

/* Rows of one algorithm, whose loops are named alike. */
#define BARE_AEAD_ROWS(algorithm, set, loops)                                                                          \
	{algorithm, "seal", set, loops##_seal},                                                                        \
	{                                                                                                              \
		algorithm, "open", set, loops##_open                                                                   \
	}
#define BARE_CRYPT_ROWS(algorithm, set, loops)                                                                         \
	{algorithm, "encrypt", set, loops##_encrypt},                                                                  \
	{                                                                                                              \
		algorithm, "decrypt", set, loops##_decrypt                                                             \
	}
#define BARE_ENCRYPT_ROW(algorithm, set, loops)                                                                        \
	{                                                                                                              \
		algorithm, "encrypt", set, loops                                                                       \
	}
#define BARE_MAC_ROW(algorithm, set, loops)                                                                            \
	{                                                                                                              \
		algorithm, "mac", set, loops                                                                           \
	}
#define BARE_SIGN_ROWS(algorithm, set, loops)                                                                          \
	{algorithm, "sign", set, loops##_sign},                                                                        \
	{                                                                                                              \
		algorithm, "verify", set, loops##_verify                                                               \
	}
#define BARE_DERIVE_ROW(algorithm, set, loops)                                                                         \
	{                                                                                                              \
		algorithm, "derive", set, loops                                                                        \
	}
/* Those for every size of keys, which one `set` tells apart by their length. */
#define BARE_AES_128_256(rows, mode, set, loops) rows("AES-128-" mode, set, loops), rows("AES-256-" mode, set, loops)
#define BARE_EACH_AES(rows, mode, set, loops)                                                                          \
	BARE_AES_128_256(rows, mode, set, loops), rows("AES-192-" mode, set, loops)
#define BARE_EACH_RSA(rows, scheme, set, loops)                                                                        \
	rows("RSA-2048" scheme, set, loops), rows("RSA-3072" scheme, set, loops), rows("RSA-4096" scheme, set, loops)

/* Loops whose body `call` uses nonce, in, out, len, aad, tag, and is true when it went well. */
#define BARE_LOOP(name, next_nonce, call)                                                                              \
	static int name(struct bare_work *w, uint64_t n)                                                               \
	{                                                                                                              \
		uint8_t *const out = w->out;                                                                           \
		const uint8_t *const aad = w->aad;                                                                     \
		const size_t mask = w->mask, len = w->len;                                                             \
		for (uint64_t i = 0; i < n; i++) {                                                                     \
			const uint8_t *const in = w->in[i & mask];                                                     \
			uint8_t *const nonce = w->iv[i & mask], *const tag = w->tag[i & mask];                         \
			(void)in, (void)len, (void)out, (void)aad, (void)nonce, (void)tag;                             \
			next_nonce;                                                                                    \
			if (!(call))                                                                                   \
				return 0;                                                                              \
		}                                                                                                      \
		return 1;                                                                                              \
	}
#define BARE_NEXT(offset) (memcpy(nonce + (offset), &w->counter, sizeof w->counter), w->counter++)
#define BARE_SEAL(name, call) BARE_LOOP(name, BARE_NEXT(0), call)
#define BARE_OPEN(name, call) BARE_LOOP(name, (void)0, call)
#define BARE_CIPHER(name, call) BARE_LOOP(name, BARE_NEXT(4), call) /* to encrypt or to decrypt */
#define BARE_MAC(name, call) BARE_LOOP(name, (void)0, call)
#define BARE_PK(name, call) BARE_LOOP(name, (void)0, call)

/* For libraries that leave the comparison to their caller. */
static inline int bare_tags_equal(const uint8_t *a, const uint8_t *b)
{
	uint64_t x[2], y[2];
	memcpy(x, a, sizeof x);
	memcpy(y, b, sizeof y);
	return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}

#endif
