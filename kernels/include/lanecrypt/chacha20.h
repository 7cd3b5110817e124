/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_CHACHA20_H
#define LANECRYPT_CHACHA20_H

/*
 * The ChaCha20 stream cipher, RFC 8439 §2.4: key 32 bytes, nonce 12, 32-bit
 * block counter. No authentication. A (nonce, counter) must never be used
 * twice with one key.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_CHACHA20_KEY_LEN 32
#define LANE_CHACHA20_NONCE_LEN 12
#define LANE_CHACHA20_CTX_LEN 128
#define LANE_CHACHA20_STREAM_LEN 256

/* A key. Opaque; holds secrets; wipe it when done. */
struct lane_chacha20_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_CHACHA20_CTX_LEN];
};

LANE_API size_t lane_chacha20_ctx_len(void);
LANE_API size_t lane_chacha20_stream_len(void);

/* Takes a key of 32 bytes; kernel NULL means auto. Errors as for
 * lane_aes_gcm_init. */
LANE_API LANE_MUST_CHECK enum lane_status lane_chacha20_init(struct lane_chacha20_ctx *ctx, const uint8_t *key,
                                                             size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_chacha20_init_with(struct lane_chacha20_ctx *ctx,
                                                                  const struct lane_kernel *kernel, const uint8_t *key,
                                                                  size_t key_len);
LANE_API void lane_chacha20_wipe(struct lane_chacha20_ctx *ctx);
LANE_API struct lane_chacha20_ctx *lane_chacha20_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_chacha20_ctx *lane_chacha20_copy(const struct lane_chacha20_ctx *ctx);
LANE_API void lane_chacha20_free(struct lane_chacha20_ctx *ctx);

/* Encrypts or decrypts (the same operation) len bytes with the key stream that
 * begins at block `counter`. The stream may not run past block 2^32−1:
 * LANE_ERR_LENGTH. out == in is allowed. Errors: LENGTH, OVERLAP, STATE, NULL;
 * then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_chacha20_crypt(const struct lane_chacha20_ctx *ctx, uint8_t *out,
                                                              const uint8_t nonce[12], uint32_t counter,
                                                              const uint8_t *in, size_t len);

/* Streaming: begin, then updates of any length, then wipe. */
struct lane_chacha20_stream {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_CHACHA20_STREAM_LEN];
};
LANE_API LANE_MUST_CHECK enum lane_status lane_chacha20_begin(struct lane_chacha20_stream *stream,
                                                              const struct lane_chacha20_ctx *ctx,
                                                              const uint8_t nonce[12], uint32_t counter);
LANE_API LANE_MUST_CHECK enum lane_status lane_chacha20_update(struct lane_chacha20_stream *stream, uint8_t *out,
                                                               const uint8_t *in, size_t len);
LANE_API void lane_chacha20_stream_wipe(struct lane_chacha20_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
