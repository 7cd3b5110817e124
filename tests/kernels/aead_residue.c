// SPDX-License-Identifier: MIT
// Neither keys nor key stream stay behind on the stack or in registers.

#include "aead.h"
#include "residue.h"

enum { max_len = 5000, aad_len = 20, long_aad_len = 1000, odd_nonce_len = 16 };
static const size_t lens[] = {0, 1, 16, 17, 64, 100, 255, 256, 500, 512, 1000, 1350, 2048, max_len};

struct state {
	uint8_t *keys[2], *key, *ctx, *stream, *nonce, *aad, *plain, *in, *out, *keystream, tag[TAG_LEN];
	size_t key_len, nonce_len, aad_len, len;
	enum lane_status status;
};

static struct state state_new(void)
{
	return (struct state){.keys = {random_buffer(MAX_KEY_LEN), random_buffer(MAX_KEY_LEN)},
			      .key = random_buffer(MAX_KEY_LEN),
			      .ctx = zero_buffer(aead->ctx_len, LANE_CTX_ALIGN),
			      .stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN),
			      .nonce = random_buffer(MAX_NONCE_LEN),
			      .aad = random_buffer(long_aad_len),
			      .plain = random_buffer(max_len),
			      .in = random_buffer(max_len),
			      .out = random_buffer(max_len),
			      .keystream = random_buffer(max_len),
			      .key_len = aead->key_lens[0],
			      .nonce_len = aead->nonce_len,
			      .aad_len = aad_len};
}

// --- the calls

static void init(void *state)
{
	struct state *s = state;
	s->status = aead->init_with(s->ctx, kernel, s->key, s->key_len);
}

static void seal(void *state)
{
	struct state *s = state;
	s->status =
		aead->seal(s->ctx, s->out, s->tag, TAG_LEN, s->nonce, s->nonce_len, s->aad, s->aad_len, s->in, s->len);
}

static void open(void *state)
{
	struct state *s = state;
	s->status =
		aead->open(s->ctx, s->out, s->nonce, s->nonce_len, s->aad, s->aad_len, s->in, s->len, s->tag, TAG_LEN);
}

static void begin(void *state)
{
	struct state *s = state;
	s->status = aead->begin(s->stream, s->ctx, s->nonce, s->nonce_len, TAG_LEN, s->aad_len, s->len);
}

static void take_aad(void *state)
{
	struct state *s = state;
	s->status = aead->aad(s->stream, s->aad, s->aad_len);
}

static void encrypt_update(void *state)
{
	struct state *s = state;
	s->status = aead->encrypt_update(s->stream, s->out, s->in, s->len);
}

static void decrypt_update(void *state)
{
	struct state *s = state;
	s->status = aead->decrypt_update(s->stream, s->out, s->in, s->len);
}

static void encrypt_final(void *state)
{
	struct state *s = state;
	s->status = aead->encrypt_final(s->stream, s->tag, TAG_LEN);
}

static void decrypt_final(void *state)
{
	struct state *s = state;
	s->status = aead->decrypt_final(s->stream, s->tag, TAG_LEN);
}

// --- what comes before them

static void take_key(void *state, int run)
{
	struct state *s = state;
	memcpy(s->key, s->keys[run], MAX_KEY_LEN);
	memset(s->tag, 0, TAG_LEN);
	memset(s->out, 0, max_len);
	memcpy(s->in, s->plain, max_len);
	init(s);
	assert_int_equal(s->status, LANE_OK);
}

static void take_sealed(void *state, int run)
{
	take_key(state, run);
	seal(state);
}

static void to_open(void *state, int run)
{
	struct state *s = state;
	take_sealed(s, run);
	memcpy(s->in, s->out, s->len);
	memset(s->out, 0, s->len);
}

// The wrong tag is the same under both keys: what the right one would have been must not stay.
static void to_refuse(void *state, int run)
{
	struct state *s = state;
	to_open(s, run);
	memset(s->tag, 0x33, TAG_LEN);
}

static void to_take_aad(void *state, int run)
{
	take_key(state, run);
	begin(state);
}

static void to_encrypt(void *state, int run)
{
	to_take_aad(state, run);
	take_aad(state);
}

static void to_decrypt(void *state, int run)
{
	to_open(state, run);
	begin(state);
	take_aad(state);
}

static void to_end_encryption(void *state, int run)
{
	to_encrypt(state, run);
	encrypt_update(state);
}

static void to_end_decryption(void *state, int run)
{
	to_decrypt(state, run);
	decrypt_update(state);
	memset(((struct state *)state)->tag, 0x33, TAG_LEN);
}

// --- what the caller may know

static void publish(void *state)
{
	struct state *s = state;
	residue_public(s->in, s->len);
	residue_public(s->out, s->len);
	residue_public(s->tag, TAG_LEN);
	for (size_t i = 0; i < s->len; i++)
		s->keystream[i] = s->in[i] ^ s->out[i];
	residue_secret("key", s->key, s->key_len);
	residue_secret("expanded key", s->ctx, aead->ctx_len);
	residue_secret("key stream", s->keystream, s->len);
}

static void keys(void)
{
	struct state s = state_new();
	for (size_t k = 0; k < aead->n_key_lens; k++) {
		char what[64];
		s.key_len = aead->key_lens[k];
		snprintf(what, sizeof what, "init with a key of %zu bytes", s.key_len);
		residue_watch(&(struct residue_call){take_key, init, publish, &s}, what);
	}
	residue_verdict();
}

static void messages(void)
{
	static const struct {
		const char *name;
		void (*prepare)(void *state, int run);
		void (*call)(void *state);
		enum lane_status expected;
	} calls[] = {{"seal", take_key, seal, LANE_OK},
		     {"open", to_open, open, LANE_OK},
		     {"open of a forgery", to_refuse, open, LANE_ERR_AUTH},
		     {"encrypt_update", to_encrypt, encrypt_update, LANE_OK},
		     {"decrypt_update", to_decrypt, decrypt_update, LANE_OK},
		     {"encrypt_final", to_end_encryption, encrypt_final, LANE_OK},
		     {"decrypt_final of a forgery", to_end_decryption, decrypt_final, LANE_ERR_AUTH}};
	const size_t n_calls = aead->stream_len > 0 ? sizeof calls / sizeof calls[0] : 3;
	for (size_t c = 0; c < n_calls; c++) {
		for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
			struct state s = state_new();
			char what[64];
			s.len = lens[i];
			s.aad_len = i % 4 == 3 ? long_aad_len : i % 2 ? aad_len : 0;
			s.key_len = aead->key_lens[i % aead->n_key_lens];
			snprintf(what, sizeof what, "%s, %zu bytes", calls[c].name, s.len);
			residue_watch(&(struct residue_call){calls[c].prepare, calls[c].call, publish, &s}, what);
			assert_int_equal(s.status, calls[c].expected);
			test_release();
		}
	}
	residue_verdict();
}

static void streams_and_nonces(void)
{
	struct state s = state_new();
	if (aead->stream_len == 0)
		return;
	residue_watch(&(struct residue_call){take_key, begin, publish, &s}, "begin");
	residue_watch(&(struct residue_call){to_take_aad, take_aad, publish, &s}, "aad");
	if (aead->nonce_max == 0) {
		s.nonce_len = odd_nonce_len;
		s.len = 100;
		residue_watch(&(struct residue_call){take_key, begin, publish, &s}, "begin, odd nonce");
		residue_watch(&(struct residue_call){take_key, seal, publish, &s}, "seal, odd nonce");
		residue_watch(&(struct residue_call){to_refuse, open, publish, &s}, "open of a forgery, odd nonce");
	}
	residue_verdict();
}

// --- primitives

static void ghash(void *state)
{
	struct state *s = state;
	s->status = lane_ghash((const struct lane_aes_gcm_ctx *)s->ctx, s->tag, s->in, s->len);
}

static void polyval(void *state)
{
	struct state *s = state;
	s->status = lane_polyval(kernel, s->tag, s->key, s->in, s->len / 16 * 16);
}

static void poly1305(void *state)
{
	struct state *s = state;
	s->status = lane_poly1305(kernel, s->tag, s->key, s->in, s->len);
}

static void hashes(void)
{
	static const struct {
		const char *family, *name;
		void (*call)(void *state);
	} calls[] = {{"aes-gcm", "ghash", ghash},
		     {"aes-gcm", "polyval", polyval},
		     {"chacha20-poly1305", "poly1305", poly1305}};
	for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++) {
		for (size_t i = 0; strcmp(calls[c].family, aead->family) == 0 && i < sizeof lens / sizeof lens[0];
		     i++) {
			struct state s = state_new();
			char what[64];
			s.len = lens[i];
			snprintf(what, sizeof what, "%s of %zu bytes", calls[c].name, s.len);
			residue_watch(&(struct residue_call){take_key, calls[c].call, publish, &s}, what);
			assert_int_equal(s.status, LANE_OK);
			test_release();
		}
	}
	residue_verdict();
}

// --- calls that leave something, and one that does not: the watch must tell them apart

static void leave_on_stack(void *state)
{
	const struct state *s = state;
	uint8_t copy[MAX_KEY_LEN];
	memcpy(copy, s->key, sizeof copy);
	__asm__ volatile("" : : "r"(copy) : "memory");
}

// The 16 bytes at p; `kept` is in use, for all that the compiler knows.
static inline __attribute__((always_inline)) void load_register(const uint8_t *p, const uint8_t *kept)
{
#ifdef __aarch64__
	__asm__ volatile("ldr q25, [%0]" : : "r"(p), "r"(kept) : "v25", "memory");
#else
	__asm__ volatile("movdqu (%0), %%xmm9" : : "r"(p), "r"(kept) : "xmm9", "memory");
#endif
}

static void leave_in_register(void *state)
{
	const struct state *s = state;
	load_register(s->key, NULL);
}

// Its ciphertext may stay.
static void leave_what_is_public(void *state)
{
	const struct state *s = state;
	uint8_t copy[64];
	memcpy(copy, s->out + 5, sizeof copy);
	load_register(s->out + 33, copy);
}

static void the_watch_can_see(void)
{
	struct state s = state_new();
	s.len = 100;
	assert_true(residue_left(&(struct residue_call){to_open, leave_on_stack, publish, &s}, "control") &
		    RESIDUE_ON_STACK); // and in the registers that memcpy takes
	assert_int_equal(residue_left(&(struct residue_call){to_open, leave_in_register, publish, &s}, "control"),
			 RESIDUE_IN_REGISTERS);
	assert_int_equal(
		residue_left(&(struct residue_call){take_sealed, leave_what_is_public, publish, &s}, "control"), 0);
}

static const struct CMUnitTest tests[] = {TEST(the_watch_can_see), TEST(keys), TEST(messages), TEST(streams_and_nonces),
					  TEST(hashes)};
SUITE(residue, tests);
