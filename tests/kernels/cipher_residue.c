// SPDX-License-Identifier: MIT
// Neither keys nor key stream stay behind on the stack or in registers.

#include "cipher.h"
#include "residue.h"

enum { max_key_len = 64, max_len = 5008 };
static const size_t lens[] = {0, 1, 16, 17, 64, 100, 255, 256, 500, 512, 1000, 1350, 2048, max_len};

struct state {
	uint8_t *keys[2], *key, *ctx, *stream, *iv, *in, *out, *keystream;
	size_t key_len, len;
	enum lane_status status;
};

static struct state state_new(size_t key_len, size_t len)
{
	return (struct state){.keys = {random_buffer(max_key_len), random_buffer(max_key_len)},
			      .key = random_buffer(max_key_len),
			      .ctx = zero_buffer(cipher->ctx_len, LANE_CTX_ALIGN),
			      .stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN),
			      .iv = random_buffer(IV_LEN),
			      .in = random_buffer(max_len),
			      .out = random_buffer(max_len),
			      .keystream = random_buffer(max_len),
			      .key_len = key_len,
			      .len = len};
}

static void init(void *state)
{
	struct state *s = state;
	s->status = cipher->init_with(s->ctx, kernel, s->key, s->key_len);
}

static void encrypt(void *state)
{
	struct state *s = state;
	s->status = cipher->encrypt(s->ctx, s->out, s->iv, s->in, s->len);
}

static void decrypt(void *state)
{
	struct state *s = state;
	s->status = cipher->decrypt(s->ctx, s->out, s->iv, s->in, s->len);
}

static void update(void *state)
{
	struct state *s = state;
	s->status = cipher->update(s->stream, s->out, s->in, s->len);
}

static void encrypt_blocks(void *state)
{
	struct state *s = state;
	s->status = lane_aes_encrypt_blocks((const struct lane_aes_ctr_ctx *)s->ctx, s->out, s->in, s->len / 16);
}

static void sectors(void *state)
{
	struct state *s = state;
	const size_t n = s->len / 256, len = n > 0 ? 256 : s->len;
	s->status = lane_aes_xts_encrypt_sectors((const struct lane_aes_xts_ctx *)s->ctx, s->out, 7, s->in, len,
						 n > 0 ? n : 1);
}

static void take_key(void *state, int run)
{
	struct state *s = state;
	memcpy(s->key, s->keys[run], max_key_len);
	memset(s->out, 0, max_len);
	s->iv[3] &= 0x7f; // ChaCha20's counter, away from its end
	init(s);
	assert_int_equal(s->status, LANE_OK);
}

static void to_update(void *state, int run)
{
	struct state *s = state;
	take_key(s, run);
	assert_int_equal(cipher->begin(s->stream, s->ctx, s->iv), LANE_OK);
}

static void publish(void *state)
{
	struct state *s = state;
	residue_public(s->out, s->len);
	for (size_t i = 0; i < s->len; i++)
		s->keystream[i] = s->in[i] ^ s->out[i];
	residue_secret("key", s->key, s->key_len);
	residue_secret("expanded key", s->ctx, cipher->ctx_len);
	residue_secret("key stream", s->keystream, s->len);
}

static void keys(void)
{
	for (size_t k = 0; k < cipher->n_key_lens; k++) {
		struct state s = state_new(cipher->key_lens[k], 0);
		char what[64];
		snprintf(what, sizeof what, "init with a key of %zu bytes", s.key_len);
		residue_watch(&(struct residue_call){take_key, init, publish, &s}, what);
	}
	residue_verdict();
}

static void messages(void)
{
	static const struct {
		const char *name, *family; // NULL: all
		void (*prepare)(void *state, int run);
		void (*call)(void *state);
	} calls[] = {{"encrypt", NULL, take_key, encrypt},
		     {"decrypt", NULL, take_key, decrypt},
		     {"update", NULL, to_update, update},
		     {"encrypt_blocks", "aes-ctr", take_key, encrypt_blocks},
		     {"encrypt_sectors", "aes-xts", take_key, sectors}};
	for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++) {
		if ((calls[c].family && strcmp(calls[c].family, cipher->family) != 0) ||
		    (calls[c].call == update && !cipher->begin))
			continue;
		for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
			struct state s = state_new(cipher->key_lens[i % cipher->n_key_lens], cipher_len(lens[i]));
			char what[64];
			snprintf(what, sizeof what, "%s, %zu bytes", calls[c].name, s.len);
			residue_watch(&(struct residue_call){calls[c].prepare, calls[c].call, publish, &s}, what);
			assert_int_equal(s.status, LANE_OK);
			test_release();
		}
	}
	residue_verdict();
}

static const struct CMUnitTest tests[] = {TEST(keys), TEST(messages)};
SUITE(cipher_residue, tests);
