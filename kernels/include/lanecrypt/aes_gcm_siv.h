/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_AES_GCM_SIV_H
#define LANECRYPT_AES_GCM_SIV_H

/*
 * AES-128/256-GCM-SIV, RFC 8452: the AEAD for those who cannot promise that a
 * nonce never comes twice. One that does tells only whether the two messages and
 * their associated data were the same.
 *
 * Key 16 or 32 bytes (RFC 8452 has no 192-bit keys). Nonce 12 bytes. Tag 16
 * bytes, never less. Message and associated data up to 2^36 bytes each (§6).
 * Under one key, with random nonces: up to 2^32 messages of 8 GiB, 2^48 of 32 MiB
 * or 2^64 of 128 KiB for an attacker's advantage below 2^-32 (§9).
 *
 * There is no streaming: the tag of a message is what its encryption starts
 * from, so that sealing reads the message twice; and nothing that open has
 * decrypted may be used before the tag at its end was found to be right.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_AES_GCM_SIV_NONCE_LEN 12
#define LANE_AES_GCM_SIV_TAG_LEN 16
#define LANE_AES_GCM_SIV_MAX_LEN (UINT64_C(1) << 36)
#define LANE_AES_GCM_SIV_MAX_AAD_LEN (UINT64_C(1) << 36)

#define LANE_AES_GCM_SIV_CTX_LEN 1280

/* A key-generating key (§4), expanded. Opaque; holds secrets; wipe it when done. */
struct lane_aes_gcm_siv_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_GCM_SIV_CTX_LEN];
};

/* The size above as the running library sees it. */
LANE_API size_t lane_aes_gcm_siv_ctx_len(void);

/* Expands a key of 16 or 32 bytes. The second form takes the kernel to use;
 * NULL means auto. Errors: KEY_LEN, KERNEL, ALIGN, NULL. On error ctx is
 * zeroed and every later call with it returns LANE_ERR_STATE. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_siv_init(struct lane_aes_gcm_siv_ctx *ctx, const uint8_t *key,
                                                                size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_siv_init_with(struct lane_aes_gcm_siv_ctx *ctx,
                                                                     const struct lane_kernel *kernel,
                                                                     const uint8_t *key, size_t key_len);

/* Forgets the key. */
LANE_API void lane_aes_gcm_siv_wipe(struct lane_aes_gcm_siv_ctx *ctx);

/* The same three on the heap, aligned: NULL when out of memory or on what
 * _init refuses; _free wipes, and takes NULL. */
LANE_API struct lane_aes_gcm_siv_ctx *lane_aes_gcm_siv_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_aes_gcm_siv_ctx *lane_aes_gcm_siv_copy(const struct lane_aes_gcm_siv_ctx *ctx);
LANE_API void lane_aes_gcm_siv_free(struct lane_aes_gcm_siv_ctx *ctx);

/* Encrypts and authenticates (§4): writes in_len bytes to out and 16 to tag.
 * out == in is allowed. Errors: NONCE_LEN, TAG_LEN, LENGTH, OVERLAP, STATE,
 * NULL; then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_siv_seal(const struct lane_aes_gcm_siv_ctx *ctx, uint8_t *out,
                                                                uint8_t *tag, size_t tag_len, const uint8_t *nonce,
                                                                size_t nonce_len, const uint8_t *aad, size_t aad_len,
                                                                const uint8_t *in, size_t in_len);

/* Decrypts and verifies (§5): writes in_len bytes to out. out == in is allowed.
 * Errors as for seal; with LANE_ERR_AUTH, out has been zeroed. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_siv_open(const struct lane_aes_gcm_siv_ctx *ctx, uint8_t *out,
                                                                const uint8_t *nonce, size_t nonce_len,
                                                                const uint8_t *aad, size_t aad_len, const uint8_t *in,
                                                                size_t in_len, const uint8_t *tag, size_t tag_len);

/* Several messages under one key. Every message gets its status. Returns
 * LANE_OK when all are, else the status of the first that is not. Outputs of
 * different messages must not overlap. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_siv_seal_batch(const struct lane_aes_gcm_siv_ctx *ctx,
                                                                      struct lane_aead_message *messages,
                                                                      size_t n_messages);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_siv_open_batch(const struct lane_aes_gcm_siv_ctx *ctx,
                                                                      struct lane_aead_message *messages,
                                                                      size_t n_messages);

#ifdef __cplusplus
}
#endif
#endif
