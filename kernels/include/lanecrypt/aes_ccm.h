/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_AES_CCM_H
#define LANECRYPT_AES_CCM_H

/*
 * AES-128/192/256-CCM, NIST SP 800-38C and RFC 3610; TLS's use of it RFC 6655.
 *
 * Key 16, 24 or 32 bytes. Nonce 7 … 13 bytes; never use a nonce twice with one
 * key. Tag 4, 6, 8 … 16 bytes. The length of a message is written in the
 * 15 − nonce_len bytes that the nonce leaves: with one of 13 bytes a message
 * has up to 2^16−1 bytes, with 12 up to 2^24−1, with 7 up to 2^64−1 (SP 800-38C
 * A.1). Associated data up to 2^64−1 bytes. At most 2^61 blocks of AES under one
 * key (SP 800-38C §5.1): the caller's to count.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_AES_CCM_NONCE_LEN 12
#define LANE_AES_CCM_TAG_LEN 16
#define LANE_AES_CCM_NONCE_MIN 7
#define LANE_AES_CCM_NONCE_MAX 13
#define LANE_AES_CCM_MAX_LEN(nonce_len) ((nonce_len) <= 7 ? UINT64_MAX : (UINT64_C(1) << 8 * (15 - (nonce_len))) - 1)

#define LANE_AES_CCM_CTX_LEN 1280
#define LANE_AES_CCM_STREAM_LEN 256

/* A key, expanded. Opaque; holds secrets; wipe it when done. */
struct lane_aes_ccm_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_CCM_CTX_LEN];
};

/* The sizes above as the running library sees them. */
LANE_API size_t lane_aes_ccm_ctx_len(void);
LANE_API size_t lane_aes_ccm_stream_len(void);

/* Expands a key of 16, 24 or 32 bytes. The second form takes the kernel to use;
 * NULL means auto. Errors: KEY_LEN, KERNEL, ALIGN, NULL. On error ctx is
 * zeroed and every later call with it returns LANE_ERR_STATE. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_init(struct lane_aes_ccm_ctx *ctx, const uint8_t *key,
							    size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_init_with(struct lane_aes_ccm_ctx *ctx,
								 const struct lane_kernel *kernel, const uint8_t *key,
								 size_t key_len);

/* Forgets the key. */
LANE_API void lane_aes_ccm_wipe(struct lane_aes_ccm_ctx *ctx);

/* The same three on the heap, aligned: NULL when out of memory or on what
 * _init refuses; _free wipes, and takes NULL. */
LANE_API struct lane_aes_ccm_ctx *lane_aes_ccm_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_aes_ccm_ctx *lane_aes_ccm_copy(const struct lane_aes_ccm_ctx *ctx);
LANE_API void lane_aes_ccm_free(struct lane_aes_ccm_ctx *ctx);

/* Encrypts and authenticates (SP 800-38C §6.1): writes in_len bytes to out and
 * tag_len to tag. out == in is allowed. Errors: NONCE_LEN, TAG_LEN, LENGTH,
 * OVERLAP, STATE, NULL; then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_seal(const struct lane_aes_ccm_ctx *ctx, uint8_t *out,
							    uint8_t *tag, size_t tag_len, const uint8_t *nonce,
							    size_t nonce_len, const uint8_t *aad, size_t aad_len,
							    const uint8_t *in, size_t in_len);

/* Verifies and decrypts (SP 800-38C §6.2): writes in_len bytes to out. out == in
 * is allowed. Errors as for seal; with LANE_ERR_AUTH, out has been zeroed. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_open(const struct lane_aes_ccm_ctx *ctx, uint8_t *out,
							    const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
							    size_t aad_len, const uint8_t *in, size_t in_len,
							    const uint8_t *tag, size_t tag_len);

/* Several messages under one key. Every message gets its status. Returns
 * LANE_OK when all are, else the status of the first that is not. Outputs of
 * different messages must not overlap. */
LANE_API LANE_MUST_CHECK enum lane_status
lane_aes_ccm_seal_batch(const struct lane_aes_ccm_ctx *ctx, struct lane_aead_message *messages, size_t n_messages);
LANE_API LANE_MUST_CHECK enum lane_status
lane_aes_ccm_open_batch(const struct lane_aes_ccm_ctx *ctx, struct lane_aead_message *messages, size_t n_messages);

/*
 * Streaming: begin, which has to know all lengths, since CCM authenticates them
 * first; any number of _aad, aad_len bytes in all; any number of updates of one
 * direction, in_len bytes in all; one final, which wipes the stream. Calls out of
 * that order, or before what comes earlier is complete, return LANE_ERR_STATE;
 * more than was declared LANE_ERR_LENGTH. The context must outlive the stream,
 * unchanged.
 *
 * Decrypted data is not authentic until final has returned LANE_OK: until then
 * do not act on it, show it or pass it on, and destroy it when final fails.
 */
struct lane_aes_ccm_stream {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_CCM_STREAM_LEN];
};

LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_begin(struct lane_aes_ccm_stream *stream,
							     const struct lane_aes_ccm_ctx *ctx, const uint8_t *nonce,
							     size_t nonce_len, size_t tag_len, uint64_t aad_len,
							     uint64_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_aad(struct lane_aes_ccm_stream *stream, const uint8_t *aad,
							   size_t aad_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_encrypt_update(struct lane_aes_ccm_stream *stream, uint8_t *out,
								      const uint8_t *in, size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_encrypt_final(struct lane_aes_ccm_stream *stream, uint8_t *tag,
								     size_t tag_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_decrypt_update_unverified(struct lane_aes_ccm_stream *stream,
										 uint8_t *out, const uint8_t *in,
										 size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_ccm_decrypt_final(struct lane_aes_ccm_stream *stream,
								     const uint8_t *tag, size_t tag_len);

/* Gives a stream up before its final. */
LANE_API void lane_aes_ccm_stream_wipe(struct lane_aes_ccm_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
