/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_AEGIS_H
#define LANECRYPT_AEGIS_H

/*
 * AEGIS-128L, AEGIS-256 and their parallel modes, RFC 10032 (before that
 * draft-irtf-cfrg-aegis-aead).
 *
 * AEGIS-128L, 128X2, 128X4: key and nonce 16 bytes. AEGIS-256, 256X2, 256X4: key
 * and nonce 32 bytes. Never use a nonce twice with one key; random ones are safe
 * for 2^48 messages with AEGIS-128, for any number with AEGIS-256. Tag 16 or 32
 * bytes; the long one is no extension of the short one. Where an attacker cannot
 * choose the associated data, a tag commits to the key with half its bits; where
 * he can, it does not. Message and associated data up to 2^61−1 bytes each.
 *
 * The six do not understand each other: X2 and X4 spread a message over two and
 * four states, for CPUs with vectors of 256 and 512 bits, and run everywhere. The
 * document advises AEGIS-128L and AEGIS-256 where both ends' CPUs are not known.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

enum lane_aegis_variant {
	LANE_AEGIS_128L = 0,
	LANE_AEGIS_128X2 = 1,
	LANE_AEGIS_128X4 = 2,
	LANE_AEGIS_256 = 3,
	LANE_AEGIS_256X2 = 4,
	LANE_AEGIS_256X4 = 5
};

#define LANE_AEGIS_128_KEY_LEN 16   /* and nonce */
#define LANE_AEGIS_256_KEY_LEN 32   /* and nonce */
#define LANE_AEGIS_TAG_LEN 16
#define LANE_AEGIS_LONG_TAG_LEN 32
#define LANE_AEGIS_MAX_LEN ((UINT64_C(1) << 61) - 1)

#define LANE_AEGIS_CTX_LEN 128
#define LANE_AEGIS_STREAM_LEN 1024

/* A key. Opaque; holds secrets; wipe it when done. */
struct lane_aegis_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AEGIS_CTX_LEN];
};

/* The sizes above as the running library sees them. */
LANE_API size_t lane_aegis_ctx_len(void);
LANE_API size_t lane_aegis_stream_len(void);

/* Takes a key of as many bytes as the variant has. The second form takes the
 * kernel to use; NULL means auto. Errors: KEY_LEN (also for what is no variant),
 * KERNEL, ALIGN, NULL. On error ctx is zeroed and every later call with it
 * returns LANE_ERR_STATE. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_init(struct lane_aegis_ctx *ctx, enum lane_aegis_variant variant,
                                                          const uint8_t *key, size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_init_with(struct lane_aegis_ctx *ctx,
                                                               enum lane_aegis_variant variant,
                                                               const struct lane_kernel *kernel, const uint8_t *key,
                                                               size_t key_len);

/* Forgets the key. */
LANE_API void lane_aegis_wipe(struct lane_aegis_ctx *ctx);

/* The same three on the heap, aligned: NULL when out of memory or on what
 * _init refuses; _free wipes, and takes NULL. */
LANE_API struct lane_aegis_ctx *lane_aegis_new(enum lane_aegis_variant variant, const uint8_t *key, size_t key_len);
LANE_API struct lane_aegis_ctx *lane_aegis_copy(const struct lane_aegis_ctx *ctx);
LANE_API void lane_aegis_free(struct lane_aegis_ctx *ctx);

/* Encrypts and authenticates (RFC 10032, Encrypt): writes in_len bytes to out and
 * tag_len to tag. out == in is allowed. Errors: NONCE_LEN, TAG_LEN, LENGTH,
 * OVERLAP, STATE, NULL; then nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_seal(const struct lane_aegis_ctx *ctx, uint8_t *out, uint8_t *tag,
                                                          size_t tag_len, const uint8_t *nonce, size_t nonce_len,
                                                          const uint8_t *aad, size_t aad_len, const uint8_t *in,
                                                          size_t in_len);

/* Verifies and decrypts (RFC 10032, Decrypt): writes in_len bytes to out. out ==
 * in is allowed. Errors as for seal; with LANE_ERR_AUTH, out has been zeroed. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_open(const struct lane_aegis_ctx *ctx, uint8_t *out,
                                                          const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
                                                          size_t aad_len, const uint8_t *in, size_t in_len,
                                                          const uint8_t *tag, size_t tag_len);

/* Several messages under one key. Every message gets its status. Returns
 * LANE_OK when all are, else the status of the first that is not. Outputs of
 * different messages must not overlap. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_seal_batch(const struct lane_aegis_ctx *ctx,
                                                                struct lane_aead_message *messages, size_t n_messages);
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_open_batch(const struct lane_aegis_ctx *ctx,
                                                                struct lane_aead_message *messages, size_t n_messages);

/*
 * Streaming: begin; any number of _aad; any number of updates of one direction;
 * one final, which wipes the stream. Calls out of that order return
 * LANE_ERR_STATE. The context need not outlive the call of begin.
 *
 * Decrypted data is not authentic until final has returned LANE_OK: until then
 * do not act on it, show it or pass it on, and destroy it when final fails.
 */
struct lane_aegis_stream {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AEGIS_STREAM_LEN];
};

LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_begin(struct lane_aegis_stream *stream,
                                                           const struct lane_aegis_ctx *ctx, const uint8_t *nonce,
                                                           size_t nonce_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_aad(struct lane_aegis_stream *stream, const uint8_t *aad,
                                                         size_t aad_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_encrypt_update(struct lane_aegis_stream *stream, uint8_t *out,
                                                                    const uint8_t *in, size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_encrypt_final(struct lane_aegis_stream *stream, uint8_t *tag,
                                                                   size_t tag_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_decrypt_update_unverified(struct lane_aegis_stream *stream,
                                                                               uint8_t *out, const uint8_t *in,
                                                                               size_t in_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aegis_decrypt_final(struct lane_aegis_stream *stream,
                                                                   const uint8_t *tag, size_t tag_len);

/* Gives a stream up before its final. */
LANE_API void lane_aegis_stream_wipe(struct lane_aegis_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
