/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_AES_CTR_H
#define LANECRYPT_AES_CTR_H

/*
 * AES-128/192/256 in counter mode, NIST SP 800-38A §6.5, with the whole
 * 16-byte block as one big-endian 128-bit counter (as OpenSSL's AES-128-CTR and
 * as the NIST vectors have it). No authentication: an attacker can flip any
 * bit. A counter block must never be used twice with one key.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_AES_CTR_BLOCK_LEN 16
#define LANE_AES_CTR_CTX_LEN 4608
#define LANE_AES_CTR_STREAM_LEN 128

/* A key, expanded. Opaque; holds secrets; wipe it when done. */
struct lane_aes_ctr_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_CTR_CTX_LEN];
};

LANE_API size_t lane_aes_ctr_ctx_len(void);
LANE_API size_t lane_aes_ctr_stream_len(void);

/* As for lane_aes_gcm_init: key of 16, 24 or 32 bytes; kernel NULL means auto. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ctr_init(struct lane_aes_ctr_ctx *ctx, const uint8_t *key,
                                                            size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ctr_init_with(struct lane_aes_ctr_ctx *ctx,
                                                                 const struct lane_kernel *kernel, const uint8_t *key,
                                                                 size_t key_len);
LANE_API void lane_aes_ctr_wipe(struct lane_aes_ctr_ctx *ctx);
LANE_API struct lane_aes_ctr_ctx *lane_aes_ctr_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_aes_ctr_ctx *lane_aes_ctr_copy(const struct lane_aes_ctr_ctx *ctx);
LANE_API void lane_aes_ctr_free(struct lane_aes_ctr_ctx *ctx);

/* Encrypts or decrypts (the same operation) len bytes with the key stream that
 * begins at counter block `counter` (16 bytes). out == in is allowed.
 * Errors: OVERLAP, STATE, NULL; then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ctr_crypt(const struct lane_aes_ctr_ctx *ctx, uint8_t *out,
                                                             const uint8_t counter[16], const uint8_t *in, size_t len);

/* Streaming: begin, then updates of any length, then wipe. */
struct lane_aes_ctr_stream {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_CTR_STREAM_LEN];
};
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ctr_begin(struct lane_aes_ctr_stream *stream,
                                                             const struct lane_aes_ctr_ctx *ctx,
                                                             const uint8_t counter[16]);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ctr_update(struct lane_aes_ctr_stream *stream, uint8_t *out,
                                                              const uint8_t *in, size_t len);
LANE_API void lane_aes_ctr_stream_wipe(struct lane_aes_ctr_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
