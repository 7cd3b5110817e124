/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_XCHACHA20_POLY1305_H
#define LANECRYPT_XCHACHA20_POLY1305_H

/*
 * XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03 §2 (AEAD_XChaCha20_Poly1305):
 * ChaCha20-Poly1305 under a key that HChaCha20 derives for each message, with
 * nonces long enough to be drawn at random.
 *
 * Key 32 bytes, nonce 24, tag 16, all fixed; never use a nonce twice with one
 * key. Message up to 2^38−64 bytes, associated data up to 2^64−1 (RFC 8439
 * §2.8). The kernels are those of the family chacha20-poly1305.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_XCHACHA20_POLY1305_KEY_LEN 32
#define LANE_XCHACHA20_POLY1305_NONCE_LEN 24
#define LANE_XCHACHA20_POLY1305_TAG_LEN 16
#define LANE_XCHACHA20_POLY1305_MAX_LEN ((UINT64_C(1) << 38) - 64)

#define LANE_XCHACHA20_POLY1305_CTX_LEN 128
#define LANE_XCHACHA20_POLY1305_STREAM_LEN 1024

/* A key. Opaque; holds secrets; wipe it when done. */
struct lane_xchacha20_poly1305_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_XCHACHA20_POLY1305_CTX_LEN];
};

/* The sizes above as the running library sees them. */
LANE_API size_t lane_xchacha20_poly1305_ctx_len(void);
LANE_API size_t lane_xchacha20_poly1305_stream_len(void);

/* Takes a key of 32 bytes. The second form takes the kernel to use;
 * NULL means auto. Errors: KEY_LEN, KERNEL, ALIGN, NULL. On error ctx is
 * zeroed and every later call with it returns LANE_ERR_STATE. */
LANE_API LANE_MUST_CHECK enum lane_status lane_xchacha20_poly1305_init(struct lane_xchacha20_poly1305_ctx *ctx,
								       const uint8_t *key, size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_xchacha20_poly1305_init_with(struct lane_xchacha20_poly1305_ctx *ctx,
									    const struct lane_kernel *kernel,
									    const uint8_t *key, size_t key_len);

/* Forgets the key. */
LANE_API void lane_xchacha20_poly1305_wipe(struct lane_xchacha20_poly1305_ctx *ctx);

/* The same three on the heap, aligned: NULL when out of memory or on what
 * _init refuses; _free wipes, and takes NULL. */
LANE_API struct lane_xchacha20_poly1305_ctx *lane_xchacha20_poly1305_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_xchacha20_poly1305_ctx *
lane_xchacha20_poly1305_copy(const struct lane_xchacha20_poly1305_ctx *ctx);
LANE_API void lane_xchacha20_poly1305_free(struct lane_xchacha20_poly1305_ctx *ctx);

/* Encrypts and authenticates (§2.4): writes in_len bytes to out and
 * tag_len to tag. out == in is allowed. Errors: NONCE_LEN, TAG_LEN, LENGTH,
 * OVERLAP, STATE, NULL; then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_xchacha20_poly1305_seal(const struct lane_xchacha20_poly1305_ctx *ctx,
								       uint8_t *out, uint8_t *tag, size_t tag_len,
								       const uint8_t *nonce, size_t nonce_len,
								       const uint8_t *aad, size_t aad_len,
								       const uint8_t *in, size_t in_len);

/* Verifies and decrypts (§2.4): writes in_len bytes to out. out == in
 * is allowed. Errors as for seal; with LANE_ERR_AUTH, out has been zeroed. */
LANE_API LANE_MUST_CHECK enum lane_status lane_xchacha20_poly1305_open(const struct lane_xchacha20_poly1305_ctx *ctx,
								       uint8_t *out, const uint8_t *nonce,
								       size_t nonce_len, const uint8_t *aad,
								       size_t aad_len, const uint8_t *in, size_t in_len,
								       const uint8_t *tag, size_t tag_len);

/* Several messages under one key. Every message gets its status. Returns
 * LANE_OK when all are, else the status of the first that is not. Outputs of
 * different messages must not overlap. */
LANE_API LANE_MUST_CHECK enum lane_status
lane_xchacha20_poly1305_seal_batch(const struct lane_xchacha20_poly1305_ctx *ctx, struct lane_aead_message *messages,
				   size_t n_messages);
LANE_API LANE_MUST_CHECK enum lane_status
lane_xchacha20_poly1305_open_batch(const struct lane_xchacha20_poly1305_ctx *ctx, struct lane_aead_message *messages,
				   size_t n_messages);

/*
 * Streaming: begin; any number of _aad; any number of updates of one direction;
 * one final, which wipes the stream. Calls out of that order return
 * LANE_ERR_STATE. The context must outlive the stream, unchanged.
 *
 * Decrypted data is not authentic until final has returned LANE_OK: until then
 * do not act on it, show it or pass it on, and destroy it when final fails.
 */
struct lane_xchacha20_poly1305_stream {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_XCHACHA20_POLY1305_STREAM_LEN];
};

LANE_API LANE_MUST_CHECK enum lane_status lane_xchacha20_poly1305_begin(struct lane_xchacha20_poly1305_stream *stream,
									const struct lane_xchacha20_poly1305_ctx *ctx,
									const uint8_t *nonce, size_t nonce_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_xchacha20_poly1305_aad(struct lane_xchacha20_poly1305_stream *stream,
								      const uint8_t *aad, size_t aad_len);
LANE_API LANE_MUST_CHECK enum lane_status
lane_xchacha20_poly1305_encrypt_update(struct lane_xchacha20_poly1305_stream *stream, uint8_t *out, const uint8_t *in,
				       size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status
lane_xchacha20_poly1305_encrypt_final(struct lane_xchacha20_poly1305_stream *stream, uint8_t *tag, size_t tag_len);
LANE_API LANE_MUST_CHECK enum lane_status
lane_xchacha20_poly1305_decrypt_update_unverified(struct lane_xchacha20_poly1305_stream *stream, uint8_t *out,
						  const uint8_t *in, size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status
lane_xchacha20_poly1305_decrypt_final(struct lane_xchacha20_poly1305_stream *stream, const uint8_t *tag,
				      size_t tag_len);

/* Gives a stream up before its final. */
LANE_API void lane_xchacha20_poly1305_stream_wipe(struct lane_xchacha20_poly1305_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
