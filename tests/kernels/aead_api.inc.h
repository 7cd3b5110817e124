/* SPDX-License-Identifier: MIT */
/* Turns the public functions of one AEAD, P(init), P(seal) …, into those of struct aead. With AEAD_NO_KEYS all but
 * those that take a key. */

#ifndef AEAD_NO_KEYS

static enum lane_status api_init(void *ctx, const uint8_t *key, size_t key_len)
{
	return P(init)(ctx, key, key_len);
}

static enum lane_status api_init_with(void *ctx, const struct lane_kernel *k, const uint8_t *key, size_t key_len)
{
	return P(init_with)(ctx, k, key, key_len);
}

static void *api_new(const uint8_t *key, size_t key_len)
{
	return P(new)(key, key_len);
}

#define AEAD_FUNCTIONS .init = api_init, .init_with = api_init_with, .new = api_new, AEAD_OTHER_FUNCTIONS

#endif

static void api_wipe(void *ctx)
{
	P(wipe)(ctx);
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

#define AEAD_OTHER_FUNCTIONS                                                                                           \
	.ctx_len = sizeof(struct P(ctx)), .wipe = api_wipe, .copy = api_copy, .free = api_free,                        \
	.ctx_len_now = P(ctx_len), .seal = api_seal, .open = api_open, .seal_batch = api_seal_batch,                   \
	.open_batch = api_open_batch
