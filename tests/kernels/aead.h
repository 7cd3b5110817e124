/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_AEAD_H
#define LANE_TESTS_KERNELS_AEAD_H

/* The public API of one AEAD behind one interface, so that every suite is
 * written once. Made by aead_api.inc.h. */

#include <lanecrypt/lanecrypt.h>

#include "kernel_test.h"

enum { TAG_LEN = 16, MAX_TAG_LEN = 32, MAX_KEY_LEN = 32, MAX_NONCE_LEN = 32 };

struct aead {
	const char *name;
	const char *family; /* of its kernels */
	size_t key_lens[3], n_key_lens;
	size_t nonce_len;
	size_t nonce_min, nonce_max; /* valid ones; max 0: any from min on */
	uint64_t tag_lens;           /* bit n: tags of n bytes are valid; those below TAG_LEN are its first bytes */
	int lengths_first;           /* that of the tag too: here a short one is not the beginning of a long one */
	uint64_t max_len, max_nonce_len, max_aad_len;
	int is_slow; /* to compare with, as its blocks are a chain; and no kernel takes many of them at a time */
	size_t ctx_len, stream_len; /* stream_len 0: it has no streams, and none of the functions for them */

	enum lane_status (*init)(void *ctx, const uint8_t *key, size_t key_len);
	enum lane_status (*init_with)(void *ctx, const struct lane_kernel *kernel, const uint8_t *key, size_t key_len);
	void (*wipe)(void *ctx);
	void *(*new)(const uint8_t *key, size_t key_len);
	void *(*copy)(const void *ctx);
	void (*free)(void *ctx);
	size_t (*ctx_len_now)(void);
	size_t (*stream_len_now)(void);

	enum lane_status (*seal)(const void *ctx, uint8_t *out, uint8_t *tag, size_t tag_len, const uint8_t *nonce,
				 size_t nonce_len, const uint8_t *aad, size_t aad_len, const uint8_t *in,
				 size_t in_len);
	enum lane_status (*open)(const void *ctx, uint8_t *out, const uint8_t *nonce, size_t nonce_len,
				 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t in_len,
				 const uint8_t *tag, size_t tag_len);
	enum lane_status (*seal_batch)(const void *ctx, struct lane_aead_message *messages, size_t n);
	enum lane_status (*open_batch)(const void *ctx, struct lane_aead_message *messages, size_t n);

	/* The lengths after nonce_len are for algorithms with lengths_first. */
	enum lane_status (*begin)(void *stream, const void *ctx, const uint8_t *nonce, size_t nonce_len, size_t tag_len,
				  uint64_t aad_len, uint64_t len);
	enum lane_status (*aad)(void *stream, const uint8_t *aad, size_t aad_len);
	enum lane_status (*encrypt_update)(void *stream, uint8_t *out, const uint8_t *in, size_t in_len);
	enum lane_status (*encrypt_final)(void *stream, uint8_t *tag, size_t tag_len);
	enum lane_status (*decrypt_update)(void *stream, uint8_t *out, const uint8_t *in, size_t in_len);
	enum lane_status (*decrypt_final)(void *stream, const uint8_t *tag, size_t tag_len);
	void (*stream_wipe)(void *stream);
};

extern const struct aead aead_aes_gcm, aead_aes_gcm_siv, aead_aes_ccm, aead_chacha20_poly1305, aead_xchacha20_poly1305;
enum { N_AEGIS = 6 };
extern const struct aead aead_aegis[N_AEGIS]; /* by enum lane_aegis_variant */

/* The AEAD under test, one of the kernel's family. */
extern const struct aead *aead;

/* A context for the kernel under test, and one for the portable kernel. */
void *aead_ctx(const uint8_t *key, size_t key_len);
void *aead_portable_ctx(const uint8_t *key, size_t key_len);

/* Sealed by the portable kernel: what the one under test must give. */
struct sealed {
	const uint8_t *nonce, *aad, *in;
	size_t nonce_len, aad_len, len;
	uint8_t *out, tag[TAG_LEN];
};
void seal_portable(const void *portable, struct sealed *m);

#endif
