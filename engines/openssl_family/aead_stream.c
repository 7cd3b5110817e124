// SPDX-License-Identifier: MIT
// AEAD messages in pieces, by EVP_CIPHER. Contexts are keyed once and go back to their key after each
// message, so that a message costs no key schedule and no allocation but the first.

#include <stdlib.h>

#include "aead.h"

struct aead_stream {
	struct aead_streams *home;
	struct aead_stream *next;
	EVP_CIPHER_CTX *ctx;
	size_t nonce_len; // that ctx is set to
	int decrypt;
};

int lane_evp_update(EVP_CIPHER_CTX *ctx, uint8_t *out, const uint8_t *in, size_t len)
{
	enum { step = 1 << 30 };
	int n;
	while (len > step) {
		if (EVP_CipherUpdate(ctx, out, &n, in, step) != 1)
			return 0;
		if (out)
			out += step;
		in += step;
		len -= step;
	}
	return len == 0 || EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1;
}

static void stream_delete(struct aead_stream *stream)
{
	EVP_CIPHER_CTX_free(stream->ctx);
	free(stream);
}

void lane_aead_streams_wipe(struct aead_streams *streams)
{
	for (int decrypt = 0; decrypt < 2; decrypt++) {
		while (streams->idle[decrypt]) {
			struct aead_stream *const stream = streams->idle[decrypt];
			streams->idle[decrypt] = stream->next;
			stream_delete(stream);
		}
	}
	OPENSSL_cleanse(streams->key, sizeof streams->key);
}

// A keyed context: an idle one, or a new one.
static struct aead_stream *take(struct aead_streams *streams, int decrypt)
{
	struct aead_stream *stream = streams->idle[decrypt];
	if (stream) {
		streams->idle[decrypt] = stream->next;
		return stream;
	}
	stream = lane_new(streams->engine, sizeof *stream);
	if (!stream)
		return NULL;
	stream->home = streams;
	stream->decrypt = decrypt;
	stream->nonce_len = streams->nonce_len;
	stream->ctx = EVP_CIPHER_CTX_new();
	if (!stream->ctx || EVP_CipherInit_ex(stream->ctx, streams->cipher, NULL, streams->key, NULL, !decrypt) != 1) {
		lane_fail(streams->engine, "setting a key");
		stream_delete(stream);
		return NULL;
	}
	return stream;
}

int lane_aead_stream_new(struct aead_streams *streams, int decrypt, const uint8_t *nonce, size_t nonce_len, void **out)
{
	*out = NULL;
	struct aead_stream *const stream = take(streams, decrypt);
	if (!stream)
		return LANE_ENGINE_FAILED;
	if (nonce_len != stream->nonce_len &&
	    EVP_CIPHER_CTX_ctrl(stream->ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce_len, NULL) != 1) {
		stream_delete(stream);
		return lane_unsupported(streams->engine, "nonces of this length are not offered");
	}
	stream->nonce_len = nonce_len;
	if (EVP_CipherInit_ex(stream->ctx, NULL, NULL, NULL, nonce, -1) != 1) {
		stream_delete(stream);
		return lane_fail(streams->engine, "setting a nonce");
	}
	*out = stream;
	return LANE_ENGINE_OK;
}

int lane_aead_stream_aad(void *p, const uint8_t *aad, size_t aad_len)
{
	const struct aead_stream *const stream = p;
	if (!lane_evp_update(stream->ctx, NULL, aad, aad_len))
		return lane_fail(stream->home->engine, "taking associated data");
	return LANE_ENGINE_OK;
}

int lane_aead_stream_update(void *p, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct aead_stream *const stream = p;
	if (!lane_evp_update(stream->ctx, out, in, len))
		return lane_fail(stream->home->engine, stream->decrypt ? "decrypting" : "encrypting");
	return LANE_ENGINE_OK;
}

int lane_aead_stream_final(void *p, uint8_t *tag, size_t tag_len)
{
	const struct aead_stream *const stream = p;
	struct lane_engine_object *const engine = stream->home->engine;
	uint8_t none[EVP_MAX_BLOCK_LENGTH];
	int n;
	if (stream->decrypt) {
		if (EVP_CIPHER_CTX_ctrl(stream->ctx, EVP_CTRL_AEAD_SET_TAG, (int)tag_len, tag) != 1)
			return lane_fail(engine, "setting a tag");
		return EVP_CipherFinal_ex(stream->ctx, none, &n) == 1 ? LANE_ENGINE_OK : lane_refuse();
	}
	if (EVP_CipherFinal_ex(stream->ctx, none, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(stream->ctx, EVP_CTRL_AEAD_GET_TAG, (int)tag_len, tag) != 1)
		return lane_fail(engine, "making a tag");
	return LANE_ENGINE_OK;
}

void lane_aead_stream_free(void *p)
{
	struct aead_stream *const stream = p;
	if (!stream)
		return;
	stream->next = stream->home->idle[stream->decrypt];
	stream->home->idle[stream->decrypt] = stream;
}
