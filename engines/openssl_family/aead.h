/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_OPENSSL_FAMILY_AEAD_H
#define LANE_ENGINES_OPENSSL_FAMILY_AEAD_H

/* Streams of the AEADs: pieces through EVP_CIPHER, which both branches of the
 * family have. (Whole messages go aead_evp.c's and aead_boring.c's way.) */

#include "family.h"

struct aead_stream;

/* What is needed to make streams: part of a key. cipher is borrowed and may be NULL: no streams. */
struct aead_streams {
	struct lane_engine_object *engine;
	const EVP_CIPHER *cipher;
	uint8_t key[32];
	uint32_t nonce_len;
	struct aead_stream *idle[2]; /* keyed contexts waiting for a message: to encrypt, to decrypt */
};

void lane_aead_streams_wipe(struct aead_streams *streams);

int lane_aead_stream_new(struct aead_streams *streams, int decrypt, const uint8_t *nonce, size_t nonce_len, void **out);
int lane_aead_stream_aad(void *stream, const uint8_t *aad, size_t aad_len);
int lane_aead_stream_update(void *stream, uint8_t *out, const uint8_t *in, size_t len);
int lane_aead_stream_final(void *stream, uint8_t *tag, size_t tag_len);
void lane_aead_stream_free(void *stream);

/* EVP_CipherUpdate for lengths beyond an int. 1 or 0. */
int lane_evp_update(EVP_CIPHER_CTX *ctx, uint8_t *out, const uint8_t *in, size_t len);

#endif
