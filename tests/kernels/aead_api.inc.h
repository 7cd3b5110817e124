/* SPDX-License-Identifier: MIT */
/* Turns the public functions of one AEAD, P(init), P(seal) …, into those of struct aead. */

static enum lane_status api_init(void *ctx, const uint8_t *key, size_t key_len)
{
	return P(init)(ctx, key, key_len);
}

static enum lane_status api_init_with(void *ctx, const struct lane_kernel *k, const uint8_t *key, size_t key_len)
{
	return P(init_with)(ctx, k, key, key_len);
}

static void api_wipe(void *ctx)
{
	P(wipe)(ctx);
}

static void *api_new(const uint8_t *key, size_t key_len)
{
	return P(new)(key, key_len);
}

static void *api_copy(const void *ctx)
{
	return P(copy)(ctx);
}

static void api_free(void *ctx)
{
	P(free)(ctx);
}

static enum lane_status api_seal(const void *ctx, uint8_t *out, uint8_t *tag, size_t tag_len, const uint8_t *nonce,
				 size_t nonce_len, const uint8_t *aad_in, size_t aad_len, const uint8_t *in,
				 size_t in_len)
{
	return P(seal)(ctx, out, tag, tag_len, nonce, nonce_len, aad_in, aad_len, in, in_len);
}

static enum lane_status api_open(const void *ctx, uint8_t *out, const uint8_t *nonce, size_t nonce_len,
				 const uint8_t *aad_in, size_t aad_len, const uint8_t *in, size_t in_len,
				 const uint8_t *tag, size_t tag_len)
{
	return P(open)(ctx, out, nonce, nonce_len, aad_in, aad_len, in, in_len, tag, tag_len);
}

static enum lane_status api_seal_batch(const void *ctx, struct lane_aead_message *messages, size_t n)
{
	return P(seal_batch)(ctx, messages, n);
}

static enum lane_status api_open_batch(const void *ctx, struct lane_aead_message *messages, size_t n)
{
	return P(open_batch)(ctx, messages, n);
}

static enum lane_status api_begin(void *stream, const void *ctx, const uint8_t *nonce, size_t nonce_len)
{
	return P(begin)(stream, ctx, nonce, nonce_len);
}

static enum lane_status api_aad(void *stream, const uint8_t *aad_in, size_t aad_len)
{
	return P(aad)(stream, aad_in, aad_len);
}

static enum lane_status api_encrypt_update(void *stream, uint8_t *out, const uint8_t *in, size_t in_len)
{
	return P(encrypt_update)(stream, out, in, in_len);
}

static enum lane_status api_encrypt_final(void *stream, uint8_t *tag, size_t tag_len)
{
	return P(encrypt_final)(stream, tag, tag_len);
}

static enum lane_status api_decrypt_update(void *stream, uint8_t *out, const uint8_t *in, size_t in_len)
{
	return P(decrypt_update_unverified)(stream, out, in, in_len);
}

static enum lane_status api_decrypt_final(void *stream, const uint8_t *tag, size_t tag_len)
{
	return P(decrypt_final)(stream, tag, tag_len);
}

static void api_stream_wipe(void *stream)
{
	P(stream_wipe)(stream);
}

#define AEAD_FUNCTIONS                                                                                                 \
	.ctx_len = sizeof(struct P(ctx)), .stream_len = sizeof(struct P(stream)), .init = api_init,                    \
	.init_with = api_init_with, .wipe = api_wipe, .new = api_new, .copy = api_copy, .free = api_free,              \
	.ctx_len_now = P(ctx_len), .stream_len_now = P(stream_len), .seal = api_seal, .open = api_open,                \
	.seal_batch = api_seal_batch, .open_batch = api_open_batch, .begin = api_begin, .aad = api_aad,                \
	.encrypt_update = api_encrypt_update, .encrypt_final = api_encrypt_final,                                      \
	.decrypt_update = api_decrypt_update, .decrypt_final = api_decrypt_final, .stream_wipe = api_stream_wipe
