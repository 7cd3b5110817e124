/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_CIPHER_H
#define LANE_TESTS_KERNELS_CIPHER_H

/* The public API of one bare cipher behind one interface. The iv is 16 bytes:
 * AES-CTR's counter block; ChaCha20's block counter, little-endian, and nonce;
 * AES-XTS' tweak. */

#include <lanecrypt/lanecrypt.h>

#include "kernel_test.h"

enum { IV_LEN = 16 };

struct cipher {
	const char *family;
	size_t key_lens[3], n_key_lens;
	size_t block_len;
	size_t min_len, step; /* messages have min_len bytes, or any multiple of step more */
	size_t ctx_len, stream_len;

	enum lane_status (*init_with)(void *ctx, const struct lane_kernel *kernel, const uint8_t *key, size_t key_len);
	void (*wipe)(void *ctx);
	void *(*new)(const uint8_t *key, size_t key_len);
	void *(*copy)(const void *ctx);
	void (*free)(void *ctx);
	size_t (*ctx_len_now)(void);
	size_t (*stream_len_now)(void);
	enum lane_status (*encrypt)(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len);
	enum lane_status (*decrypt)(const void *ctx, uint8_t *out, const uint8_t *iv, const uint8_t *in, size_t len);
	/* For ciphers with streams. */
	enum lane_status (*begin)(void *stream, const void *ctx, const uint8_t *iv);
	enum lane_status (*update)(void *stream, uint8_t *out, const uint8_t *in, size_t len);
	void (*stream_wipe)(void *stream);
	/* For those with counters: adds n blocks to the counter in an iv. */
	void (*advance)(uint8_t *iv, size_t n);
};

extern const struct cipher cipher_aes_cbc, cipher_aes_ctr, cipher_aes_xts, cipher_chacha20;

/* The cipher of the kernel under test. */
extern const struct cipher *cipher;

void *cipher_ctx(const uint8_t *key, size_t key_len);
void *cipher_portable_ctx(const uint8_t *key, size_t key_len);

/* The length of a message that is next to len, upwards. */
size_t cipher_len(size_t len);

#endif
