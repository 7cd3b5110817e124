/* SPDX-License-Identifier: MIT */
/*
 * The streams of an AEAD, for a file that has included native_aead.inc.h: makes STREAM_ITEM.
 */

struct aead_stream {
	struct NAME(stream) stream;
	const struct aead_key *key;
	int decrypt;
};

static int stream_new(void *p, int decrypt, const uint8_t *nonce, size_t nonce_len, void **out)
{
	const struct aead_key *const key = p;
	*out = NULL;
	struct aead_stream *const stream = native_alloc(sizeof *stream);
	if (!stream)
		return LANE_ENGINE_FAILED;
	stream->key = key;
	stream->decrypt = decrypt;
	const enum lane_status status = NAME(begin)(&stream->stream, &key->ctx, nonce, nonce_len);
	if (status == LANE_OK)
		*out = stream;
	else
		free(stream);
	return native_status(key->engine, status);
}

static int stream_aad(void *p, const uint8_t *aad, size_t aad_len)
{
	struct aead_stream *const s = p;
	return native_status(s->key->engine, NAME(aad)(&s->stream, aad, aad_len));
}

static int stream_update(void *p, uint8_t *out, const uint8_t *in, size_t len)
{
	struct aead_stream *const s = p;
	return native_status(s->key->engine, s->decrypt ? NAME(decrypt_update_unverified)(&s->stream, out, in, len)
							: NAME(encrypt_update)(&s->stream, out, in, len));
}

static int stream_final(void *p, uint8_t *tag, size_t tag_len)
{
	struct aead_stream *const s = p;
	return native_status(s->key->engine, s->decrypt ? NAME(decrypt_final)(&s->stream, tag, tag_len)
							: NAME(encrypt_final)(&s->stream, tag, tag_len));
}

static void stream_free(void *p)
{
	struct aead_stream *const s = p;
	if (s)
		NAME(stream_wipe)(&s->stream);
	free(s);
}

#define STREAM_ITEM                                                                                                    \
	.stream_new = stream_new, .stream_aad = stream_aad, .stream_update = stream_update,                            \
	.stream_final = stream_final, .stream_free = stream_free
