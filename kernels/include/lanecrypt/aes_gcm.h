/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_AES_GCM_H
#define LANECRYPT_AES_GCM_H

/*
 * AES-128/192/256-GCM, NIST SP 800-38D; TLS's use of it RFC 5288, RFC 8446 §5.3.
 *
 * Key 16, 24 or 32 bytes. Nonce 1 … 2^61−1 bytes, of which 12 is fast and
 * right; never use a nonce twice with one key. Tag 16 … 12 bytes, and 8 or 4
 * for the protocols that SP 800-38D Appendix C has in mind. Message up to
 * 2^36−32 bytes, associated data up to 2^61−1 (SP 800-38D §5.2.1.1).
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_AES_GCM_NONCE_LEN 12
#define LANE_AES_GCM_TAG_LEN 16
#define LANE_AES_GCM_MAX_LEN ((UINT64_C(1) << 36) - 32)

#define LANE_AES_GCM_CTX_LEN 7168
#define LANE_AES_GCM_STREAM_LEN 256

/* A key, expanded. Opaque; holds secrets; wipe it when done. */
struct lane_aes_gcm_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_GCM_CTX_LEN];
};

/* The sizes above as the running library sees them. */
LANE_API size_t lane_aes_gcm_ctx_len(void);
LANE_API size_t lane_aes_gcm_stream_len(void);

/* Expands a key of 16, 24 or 32 bytes. The second form takes the kernel to use;
 * NULL means auto. Errors: KEY_LEN, KERNEL, ALIGN, NULL. On error ctx is
 * zeroed and every later call with it returns LANE_ERR_STATE. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_init(struct lane_aes_gcm_ctx *ctx, const uint8_t *key,
                                                            size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_init_with(struct lane_aes_gcm_ctx *ctx,
                                                                 const struct lane_kernel *kernel, const uint8_t *key,
                                                                 size_t key_len);

/* Forgets the key. */
LANE_API void lane_aes_gcm_wipe(struct lane_aes_gcm_ctx *ctx);

/* The same three on the heap, aligned: NULL when out of memory or on what
 * _init refuses; _free wipes, and takes NULL. */
LANE_API struct lane_aes_gcm_ctx *lane_aes_gcm_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_aes_gcm_ctx *lane_aes_gcm_copy(const struct lane_aes_gcm_ctx *ctx);
LANE_API void lane_aes_gcm_free(struct lane_aes_gcm_ctx *ctx);

/* Encrypts and authenticates (SP 800-38D §7.1): writes in_len bytes to out and
 * tag_len to tag. out == in is allowed. Errors: NONCE_LEN, TAG_LEN, LENGTH,
 * OVERLAP, STATE, NULL; then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_seal(const struct lane_aes_gcm_ctx *ctx, uint8_t *out,
                                                            uint8_t *tag, size_t tag_len, const uint8_t *nonce,
                                                            size_t nonce_len, const uint8_t *aad, size_t aad_len,
                                                            const uint8_t *in, size_t in_len);

/* Verifies and decrypts (SP 800-38D §7.2): writes in_len bytes to out. out == in
 * is allowed. Errors as for seal; with LANE_ERR_AUTH, out has been zeroed. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_open(const struct lane_aes_gcm_ctx *ctx, uint8_t *out,
                                                            const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
                                                            size_t aad_len, const uint8_t *in, size_t in_len,
                                                            const uint8_t *tag, size_t tag_len);

/* Several messages under one key. Every message gets its status. Returns
 * LANE_OK when all are, else the status of the first that is not. Outputs of
 * different messages must not overlap. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_seal_batch(const struct lane_aes_gcm_ctx *ctx,
                                                                  struct lane_aead_message *messages, size_t n_messages);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_open_batch(const struct lane_aes_gcm_ctx *ctx,
                                                                  struct lane_aead_message *messages, size_t n_messages);

/*
 * Streaming: begin; any number of _aad; any number of updates of one direction;
 * one final, which wipes the stream. Calls out of that order return
 * LANE_ERR_STATE. The context must outlive the stream, unchanged.
 *
 * Decrypted data is not authentic until final has returned LANE_OK: until then
 * do not act on it, show it or pass it on, and destroy it when final fails.
 */
struct lane_aes_gcm_stream {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_GCM_STREAM_LEN];
};

LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_begin(struct lane_aes_gcm_stream *stream,
                                                             const struct lane_aes_gcm_ctx *ctx, const uint8_t *nonce,
                                                             size_t nonce_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_aad(struct lane_aes_gcm_stream *stream, const uint8_t *aad,
                                                           size_t aad_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_encrypt_update(struct lane_aes_gcm_stream *stream, uint8_t *out,
                                                                      const uint8_t *in, size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_encrypt_final(struct lane_aes_gcm_stream *stream, uint8_t *tag,
                                                                     size_t tag_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_decrypt_update_unverified(struct lane_aes_gcm_stream *stream,
                                                                                 uint8_t *out, const uint8_t *in,
                                                                                 size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_gcm_decrypt_final(struct lane_aes_gcm_stream *stream,
                                                                     const uint8_t *tag, size_t tag_len);

/* Gives a stream up before its final. */
LANE_API void lane_aes_gcm_stream_wipe(struct lane_aes_gcm_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
