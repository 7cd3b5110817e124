/* SPDX-License-Identifier: MIT */
/* Likewise the functions of its streams, if it has any; with LENGTHS_FIRST where they have to know their lengths when
 * they begin. */

static enum lane_status api_begin(void *stream, const void *ctx, const uint8_t *nonce, size_t nonce_len, size_t tag_len,
				  uint64_t aad_len, uint64_t len)
{
#ifdef LENGTHS_FIRST
	return P(begin)(stream, ctx, nonce, nonce_len, tag_len, aad_len, len);
#else
	(void)tag_len, (void)aad_len, (void)len;
	return P(begin)(stream, ctx, nonce, nonce_len);
#endif
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

#define AEAD_STREAM_FUNCTIONS                                                                                          \
	.stream_len = sizeof(struct P(stream)), .stream_len_now = P(stream_len), .begin = api_begin, .aad = api_aad,   \
	.encrypt_update = api_encrypt_update, .encrypt_final = api_encrypt_final,                                      \
	.decrypt_update = api_decrypt_update, .decrypt_final = api_decrypt_final, .stream_wipe = api_stream_wipe
