/* SPDX-License-Identifier: MIT */
/* Turns the public functions of one cipher, P(init_with), P(wipe) …, into those of struct cipher, but for those that
 * take an iv, which each cipher spells in its own way. */

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

#ifndef NO_STREAM
static enum lane_status api_update(void *stream, uint8_t *out, const uint8_t *in, size_t len)
{
	return P(update)(stream, out, in, len);
}

static void api_stream_wipe(void *stream)
{
	P(stream_wipe)(stream);
}

#define STREAM_FUNCTIONS                                                                                               \
	.stream_len = sizeof(struct P(stream)), .stream_len_now = P(stream_len), .begin = begin, .update = api_update, \
	.stream_wipe = api_stream_wipe, .advance = advance
#endif

#define CIPHER_FUNCTIONS                                                                                               \
	.ctx_len = sizeof(struct P(ctx)), .init_with = api_init_with, .wipe = api_wipe, .new = api_new,                \
	.copy = api_copy, .free = api_free, .ctx_len_now = P(ctx_len)
