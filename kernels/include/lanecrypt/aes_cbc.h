/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_AES_CBC_H
#define LANECRYPT_AES_CBC_H

/*
 * AES-128/192/256 with cipher block chaining, NIST SP 800-38A §6.2, on whole
 * blocks. Padding is the caller's, and so is authentication: without it, and
 * with an error that tells bad padding apart, texts can be read (Vaudenay,
 * EUROCRYPT 2002). For new designs take an AEAD.
 *
 * Encryption is serial, block by block; decryption is not. A message in pieces:
 * the iv of each next one is the last ciphertext block of the one before.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_AES_CBC_BLOCK_LEN 16
#define LANE_AES_CBC_CTX_LEN 1088

/* A key, expanded. Opaque; holds secrets; wipe it when done. */
struct lane_aes_cbc_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_CBC_CTX_LEN];
};

LANE_API size_t lane_aes_cbc_ctx_len(void);

/* As for lane_aes_gcm_init: key of 16, 24 or 32 bytes; kernel NULL means auto. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_cbc_init(struct lane_aes_cbc_ctx *ctx, const uint8_t *key,
                                                            size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_cbc_init_with(struct lane_aes_cbc_ctx *ctx,
                                                                 const struct lane_kernel *kernel, const uint8_t *key,
                                                                 size_t key_len);
LANE_API void lane_aes_cbc_wipe(struct lane_aes_cbc_ctx *ctx);
LANE_API struct lane_aes_cbc_ctx *lane_aes_cbc_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_aes_cbc_ctx *lane_aes_cbc_copy(const struct lane_aes_cbc_ctx *ctx);
LANE_API void lane_aes_cbc_free(struct lane_aes_cbc_ctx *ctx);

/* len bytes, a multiple of 16, after iv (16 bytes), which when encrypting has to
 * be unpredictable (SP 800-38A appendix C). out == in is allowed.
 * Errors: LENGTH, OVERLAP, STATE, NULL; then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_cbc_encrypt(const struct lane_aes_cbc_ctx *ctx, uint8_t *out,
                                                               const uint8_t iv[16], const uint8_t *in, size_t len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_cbc_decrypt(const struct lane_aes_cbc_ctx *ctx, uint8_t *out,
                                                               const uint8_t iv[16], const uint8_t *in, size_t len);

#ifdef __cplusplus
}
#endif
#endif
