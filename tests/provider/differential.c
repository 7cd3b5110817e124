// SPDX-License-Identifier: MIT
// The same calls to our provider and to OpenSSL's own, right ones and wrong ones, in any order: each must succeed or
// fail on both, with the same bytes. What is not tried is what the heads of engines/provider/*.c name as refused.

#include "both.h"

enum { max_text = 700, n_keys = 3, tag_len = 16, tls_aad_len = 13 };

static int n_rounds, n_calls_that_worked, n_calls_that_failed;

// Both contexts of one cipher, and what must be known of them to keep to calls that are compared.
struct pair {
	const char *name;
	EVP_CIPHER_CTX *ctx[N_SIDES];
	int mode, is_aead, encrypts;
	int has_key, has_iv, in_message; // since the IV was set
	int broken;                      // a message that failed: nothing but a new key and IV
	int text_done, declared;
	int stale;     // CCM: theirs would take an empty text for that of a message before, under a nonce of zeroes
	int tag_waits; // CCM: of a message that was encrypted; theirs does not encrypt an empty one while it waits
	size_t iv_len;
	uint8_t tag[tag_len]; // of the last message that was encrypted
	int has_tag;
	int tag_spoilt; // theirs lets a tag that it refuses overwrite the one that is there
};

static int is_chapoly(const struct pair *p)
{
	return p->is_aead && p->mode == EVP_CIPH_STREAM_CIPHER;
}

// GCM's would be random.
static int makes_iv(const struct pair *p)
{
	return p->mode == EVP_CIPH_GCM_MODE && p->encrypts && !p->has_iv;
}

// A call's outcome on both sides.
static int agree(const struct pair *p, const char *call, const int ok[N_SIDES])
{
	if ((ok[OURS] > 0) != (ok[THEIRS] > 0))
		fail_msg("%s: %s gives %d with theirs, %d with ours (%s)", p->name, call, ok[THEIRS], ok[OURS],
			 both_reason());
	ERR_clear_error();
	ok[OURS] > 0 ? n_calls_that_worked++ : n_calls_that_failed++;
	return ok[OURS] > 0;
}

static void begin_pair(struct pair *p, const char *name)
{
	memset(p, 0, sizeof *p);
	p->name = name;
	p->encrypts = (int)random_below(2);
	for (size_t side = 0; side < N_SIDES; side++) {
		p->ctx[side] = EVP_CIPHER_CTX_new();
		EVP_CIPHER *cipher = both_cipher((enum side)side, name);
		assert_int_equal(EVP_CipherInit_ex2(p->ctx[side], cipher, NULL, NULL, p->encrypts, NULL), 1);
		p->mode = EVP_CIPHER_get_mode(cipher);
		p->is_aead = (EVP_CIPHER_get_flags(cipher) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0;
	}
	p->iv_len = (size_t)EVP_CIPHER_CTX_get_iv_length(p->ctx[OURS]);
}

static void end_pair(struct pair *p)
{
	for (size_t side = 0; side < N_SIDES; side++)
		EVP_CIPHER_CTX_free(p->ctx[side]);
}

// One of a few keys, so that what one context encrypted another may decrypt.
static const uint8_t *some_key(void)
{
	static uint8_t keys[n_keys][64];
	if (keys[0][0] == 0)
		for (size_t k = 0; k < n_keys; k++)
			for (size_t i = 0; i < 64; i++)
				keys[k][i] = (uint8_t)(1 + 7 * i + 50 * k);
	return keys[random_below(n_keys)];
}

static void init(struct pair *p, const uint8_t *key, const uint8_t *iv, int direction)
{
	int ok[N_SIDES];
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CipherInit_ex2(p->ctx[side], NULL, key, iv, direction, NULL);
	if (direction >= 0)
		p->encrypts = direction;
	if (agree(p, "init", ok)) {
		p->has_key |= key != NULL;
		p->has_iv |= iv != NULL;
		p->stale |= p->text_done;
		if (iv)
			p->in_message = p->broken = p->text_done = 0;
		if (key) {
			p->stale |= p->declared;
			p->declared = 0;
		}
	}
}

static void change_key_or_iv(struct pair *p)
{
	uint8_t iv[128];
	random_bytes(iv, sizeof iv);
	const uint8_t *key = random_below(2) > 0 || !p->has_key || p->broken ? some_key() : NULL;
	int direction = random_below(3) == 0 ? (int)random_below(2) : -1;
	// CCM picks its function by the direction that it has when the key comes.
	if (direction >= 0 && p->mode == EVP_CIPH_CCM_MODE)
		key = some_key();
	// XTS's key is expanded for the direction.
	if (direction >= 0 && p->mode == EVP_CIPH_XTS_MODE)
		key = some_key();
	const int must_have_iv = p->is_aead && (p->in_message || p->broken || direction >= 0);
	if (p->mode == EVP_CIPH_CCM_MODE && p->declared && key == NULL && random_below(2) > 0)
		key = some_key();
	init(p, key, must_have_iv || random_below(3) > 0 ? iv : NULL, direction);
}

static void update(struct pair *p)
{
	static uint8_t in[max_text], out[N_SIDES][max_text];
	int ok[N_SIDES], out_len[N_SIDES] = {-1, -1};
	const size_t len = random_below(4) == 0 ? random_below(max_text) : random_below(70);
	if (p->is_aead && p->broken)
		return;
	if (is_chapoly(p) && !p->has_key)
		return;
	if (makes_iv(p))
		return;
	if (p->mode == EVP_CIPH_CCM_MODE && (p->text_done || p->stale))
		return;
	random_bytes(in, len);
	const int in_place = random_below(3) == 0;
	for (size_t side = 0; side < N_SIDES; side++) {
		if (in_place)
			memcpy(out[side], in, len);
		ok[side] =
			EVP_CipherUpdate(p->ctx[side], out[side], &out_len[side], in_place ? out[side] : in, (int)len);
	}
	if (!agree(p, "update", ok)) {
		p->broken |= p->in_message || p->mode == EVP_CIPH_CCM_MODE;
		p->stale = 1;
		return;
	}
	p->declared |= p->mode == EVP_CIPH_CCM_MODE && p->encrypts;
	p->in_message = 1;
	p->text_done |= len > 0 || p->mode == EVP_CIPH_CCM_MODE;
	p->tag_waits |= p->encrypts;
	assert_int_equal(out_len[OURS], out_len[THEIRS]);
	check_equal(out[OURS], out[THEIRS], (size_t)out_len[OURS], p->name);
}

static void update_aad(struct pair *p)
{
	uint8_t aad[200];
	int ok[N_SIDES], n;
	const size_t len = random_below(sizeof aad);
	if (!p->is_aead || p->broken || makes_iv(p) || (is_chapoly(p) && (!p->has_key || p->text_done)))
		return;
	if (p->mode == EVP_CIPH_CCM_MODE && p->text_done)
		return;
	random_bytes(aad, len);
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CipherUpdate(p->ctx[side], NULL, &n, aad, (int)len);
	if (agree(p, "update with associated data", ok))
		p->in_message |= len > 0;
	else
		p->broken |= p->in_message || p->mode == EVP_CIPH_CCM_MODE;
}

static void declare_length(struct pair *p)
{
	int ok[N_SIDES], n;
	const size_t len = random_below(70);
	if (p->mode != EVP_CIPH_CCM_MODE || p->broken)
		return;
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CipherUpdate(p->ctx[side], NULL, &n, NULL, (int)len);
	if (agree(p, "declaration of a length", ok)) {
		p->declared = 1;
		p->text_done = p->stale = 0;
	}
}

static void end_message(struct pair *p)
{
	uint8_t out[16];
	int ok[N_SIDES], n;
	uint8_t tag[N_SIDES][tag_len];
	if ((p->is_aead && p->broken) || makes_iv(p))
		return;
	if (is_chapoly(p) && (!p->has_key || (!p->encrypts && !p->has_tag)))
		return;
	if (p->mode == EVP_CIPH_CCM_MODE && ((p->tag_waits && !p->text_done) || p->stale))
		return;
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CipherFinal_ex(p->ctx[side], out, &n);
	if (!agree(p, "final", ok)) {
		p->broken |= p->is_aead;
		p->stale = 1;
		return;
	}
	p->in_message = p->text_done = p->declared = p->tag_spoilt = 0;
	if (!p->is_aead || !p->encrypts)
		return;
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CIPHER_CTX_ctrl(p->ctx[side], EVP_CTRL_AEAD_GET_TAG, tag_len, tag[side]);
	p->tag_waits = 1;
	if (agree(p, "tag", ok)) {
		check_equal(tag[OURS], tag[THEIRS], tag_len, p->name);
		p->tag_waits = 0;
	} else {
		p->text_done = p->mode == EVP_CIPH_CCM_MODE;
	}
}

static void set_tag(struct pair *p)
{
	uint8_t tag[tag_len + 1];
	int ok[N_SIDES];
	static const int lens[] = {16, 16, 16, 12, 13, 14, 15, 8, 4, 17, 0};
	const int len = is_chapoly(p) && !p->encrypts ? 16 : lens[random_below(sizeof lens / sizeof lens[0])];
	const int only_len = p->mode != EVP_CIPH_GCM_MODE && random_below(2) > 0;
	if (!p->is_aead || (p->mode == EVP_CIPH_CCM_MODE && p->in_message))
		return;
	random_bytes(tag, sizeof tag);
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CIPHER_CTX_ctrl(p->ctx[side], EVP_CTRL_AEAD_SET_TAG, len, only_len ? NULL : tag);
	if (agree(p, "a tag that is set", ok)) {
		p->has_tag = len == tag_len;
		p->tag_waits |= !only_len;
	} else {
		p->tag_spoilt = 1;
	}
}

static void get_tag(struct pair *p)
{
	uint8_t tag[N_SIDES][tag_len + 1];
	int ok[N_SIDES];
	const int len = (int)random_below(18);
	if (!p->is_aead || p->broken || p->in_message || p->tag_spoilt)
		return;
	if (p->mode == EVP_CIPH_CCM_MODE && p->tag_waits && !p->text_done)
		return;
	memset(tag, 0, sizeof tag);
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CIPHER_CTX_ctrl(p->ctx[side], EVP_CTRL_AEAD_GET_TAG, len, tag[side]);
	if (!agree(p, "a tag that is got", ok))
		return;
	p->tag_waits = 0;
	if (p->mode != EVP_CIPH_GCM_MODE || p->encrypts)
		check_equal(tag[OURS], tag[THEIRS], (size_t)len, p->name);
}

static void set_iv_len(struct pair *p)
{
	int ok[N_SIDES];
	const int len = (int)(random_below(4) == 0 ? random_below(140) : 7 + random_below(7));
	if (p->in_message)
		return;
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CIPHER_CTX_ctrl(p->ctx[side], EVP_CTRL_AEAD_SET_IVLEN, len, NULL);
	if (agree(p, "a length of IV", ok)) {
		p->iv_len = (size_t)EVP_CIPHER_CTX_get_iv_length(p->ctx[OURS]);
		// The key of CCM has the lengths that were set before it.
		if (p->mode == EVP_CIPH_CCM_MODE) {
			p->broken = 1;
			p->has_key = 0;
		}
	}
}

static void set_number(struct pair *p)
{
	static const char *const names[] = {OSSL_CIPHER_PARAM_PADDING, OSSL_CIPHER_PARAM_NUM, OSSL_CIPHER_PARAM_KEYLEN,
					    OSSL_CIPHER_PARAM_USE_BITS};
	int ok[N_SIDES];
	const char *name = names[random_below(4)];
	unsigned value = (unsigned)random_below(40);
	const OSSL_PARAM params[] = {OSSL_PARAM_construct_uint(name, &value), OSSL_PARAM_END};
	for (size_t side = 0; side < N_SIDES; side++)
		ok[side] = EVP_CIPHER_CTX_set_params(p->ctx[side], params);
	agree(p, name, ok);
}

static void get_everything(struct pair *p)
{
	static const char *const numbers[] = {OSSL_CIPHER_PARAM_KEYLEN,      OSSL_CIPHER_PARAM_IVLEN,
					      OSSL_CIPHER_PARAM_AEAD_TAGLEN, OSSL_CIPHER_PARAM_PADDING,
					      OSSL_CIPHER_PARAM_NUM,         OSSL_CIPHER_PARAM_AEAD_TLS1_AAD_PAD};
	int ok[N_SIDES];
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		size_t value[N_SIDES] = {77, 77};
		int modified[N_SIDES];
		for (size_t side = 0; side < N_SIDES; side++) {
			OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t(numbers[i], &value[side]), OSSL_PARAM_END};
			ok[side] = EVP_CIPHER_CTX_get_params(p->ctx[side], params);
			modified[side] = OSSL_PARAM_modified(params);
		}
		agree(p, numbers[i], ok);
		assert_int_equal(modified[OURS], modified[THEIRS]);
		if (value[OURS] != value[THEIRS])
			fail_msg("%s: %s is %zu with theirs, %zu with ours", p->name, numbers[i], value[THEIRS],
				 value[OURS]);
	}
	for (size_t i = 0; i < 2; i++) {
		const char *name = i == 0 ? OSSL_CIPHER_PARAM_IV : OSSL_CIPHER_PARAM_UPDATED_IV;
		uint8_t iv[N_SIDES][160];
		const size_t room = p->mode == EVP_CIPH_CCM_MODE ? random_below(16) : random_below(130);
		memset(iv, 0, sizeof iv);
		for (size_t side = 0; side < N_SIDES; side++) {
			OSSL_PARAM params[] = {OSSL_PARAM_construct_octet_string(name, iv[side], room), OSSL_PARAM_END};
			ok[side] = EVP_CIPHER_CTX_get_params(p->ctx[side], params);
		}
		if (agree(p, name, ok))
			check_equal(iv[OURS], iv[THEIRS], sizeof iv[0], name);
	}
}

static void duplicate(struct pair *p)
{
	int ok[N_SIDES];
	for (size_t side = 0; side < N_SIDES; side++) {
		EVP_CIPHER_CTX *copy = EVP_CIPHER_CTX_new();
		ok[side] = EVP_CIPHER_CTX_copy(copy, p->ctx[side]);
		EVP_CIPHER_CTX_free(p->ctx[side]);
		p->ctx[side] = copy;
	}
	agree(p, "duplication", ok);
}

// --- TLS records, mostly as they should be

static int control(struct pair *p, const char *what, int type, int len, const uint8_t *bytes)
{
	int ok[N_SIDES];
	for (size_t side = 0; side < N_SIDES; side++) {
		uint8_t copy[300]; // it may be changed
		memcpy(copy, bytes, (size_t)len);
		ok[side] = EVP_CIPHER_CTX_ctrl(p->ctx[side], type, len, copy);
	}
	return agree(p, what, ok);
}

static void record(struct pair *p)
{
	static uint8_t text[N_SIDES][max_text];
	uint8_t fixed[128], aad[tls_aad_len + 1];
	const size_t explicit_len = is_chapoly(p) ? 0 : 8;
	const size_t text_len = random_below(600), whole = explicit_len + text_len + tag_len;
	int got[N_SIDES], fixed_len = is_chapoly(p) ? 12 : 4;
	if (!p->is_aead || !p->has_key || p->broken || (is_chapoly(p) && p->in_message))
		return;
	if (p->mode == EVP_CIPH_CCM_MODE) // once in TLS, always in TLS; with the lengths of TLS
		return;
	if (p->mode == EVP_CIPH_GCM_MODE && p->iv_len != 12)
		return;
	random_bytes(fixed, sizeof fixed);
	random_bytes(aad, sizeof aad);
	p->has_iv = 1;
	if (p->mode == EVP_CIPH_GCM_MODE && p->encrypts)
		fixed_len = -1; // or the rest would be random
	if (fixed_len < 0) {
		int ok[N_SIDES];
		for (size_t side = 0; side < N_SIDES; side++)
			ok[side] = EVP_CIPHER_CTX_ctrl(p->ctx[side], EVP_CTRL_AEAD_SET_IV_FIXED, -1, fixed);
		agree(p, "a whole IV", ok);
	} else {
		control(p, "a fixed part of the IV", EVP_CTRL_AEAD_SET_IV_FIXED, fixed_len, fixed);
	}
	const size_t told = (p->encrypts ? explicit_len + text_len : whole) + (random_below(20) == 0);
	aad[11] = (uint8_t)(told >> 8);
	aad[12] = (uint8_t)told;
	if (!control(p, "associated data of TLS", EVP_CTRL_AEAD_TLS1_AAD, tls_aad_len - (random_below(20) == 0), aad))
		return;
	random_bytes(text[0], whole);
	memcpy(text[1], text[0], whole);
	const int with_cipher = (int)random_below(2);
	for (size_t side = 0; side < N_SIDES; side++) {
		got[side] = 0;
		if (with_cipher)
			got[side] = EVP_Cipher(p->ctx[side], text[side], text[side], (unsigned)whole);
		else if (!EVP_CipherUpdate(p->ctx[side], text[side], &got[side], text[side], (int)whole))
			got[side] = -1;
	}
	p->in_message = p->text_done = 0;
	if (got[OURS] != got[THEIRS])
		fail_msg("%s: a record of %zu gives %d with theirs, %d with ours", p->name, whole, got[THEIRS],
			 got[OURS]);
	if (got[OURS] < 0)
		p->broken = 1;
	else
		check_equal(text[OURS], text[THEIRS], whole, p->name);
	ERR_clear_error();
}

static void (*const calls[])(struct pair *) = {change_key_or_iv, update,    update,         update,     update_aad,
					       end_message,      set_tag,   get_tag,        set_iv_len, set_number,
					       get_everything,   duplicate, declare_length, record};

static int verifies_empty_ccm(enum side side);

static void random_calls(void)
{
	if (OPENSSL_version_minor() > 0) { // the one that we are to behave as; later ones refuse other calls
		print_message("skipped: this is not OpenSSL 3.0\n");
		return;
	}
	const int with_ccm = verifies_empty_ccm(THEIRS);
	if (!with_ccm)
		print_message(
			"skipped: AES-CCM, since this OpenSSL takes any tag for an empty message, as ours must not\n");
	for (int round = 0; round < n_rounds; round++)
		for (size_t n = 0; n < both_n_names; n++) {
			if (!with_ccm && strstr(both_names[n], "CCM"))
				continue;
			struct pair p;
			begin_pair(&p, both_names[n]);
			for (int i = 0; i < 40; i++) {
				const size_t call = random_below(sizeof calls / sizeof calls[0]);
				at("%s, round %d, call %d (%zu)", p.name, round, i, call);
				calls[call](&p);
			}
			end_pair(&p);
		}
	assert_true(n_calls_that_worked > 50 * n_rounds && n_calls_that_failed > 10 * n_rounds);
}

// --- whole messages, from one side to the other

static EVP_CIPHER_CTX *message_ctx(enum side side, const char *name, int encrypts, const uint8_t *key,
				   const uint8_t *iv, int iv_len, int a_tag_len, uint8_t *tag)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	EVP_CIPHER *cipher = both_cipher(side, name);
	const int mode = EVP_CIPHER_get_mode(cipher);
	assert_int_equal(EVP_CipherInit_ex2(ctx, cipher, NULL, NULL, encrypts, NULL), 1);
	if (mode == EVP_CIPH_GCM_MODE || mode == EVP_CIPH_CCM_MODE)
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, iv_len, NULL), 1);
	if ((EVP_CIPHER_get_flags(cipher) & EVP_CIPH_FLAG_AEAD_CIPHER) && (tag || mode == EVP_CIPH_CCM_MODE))
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, a_tag_len, tag), 1);
	assert_int_equal(EVP_CipherInit_ex2(ctx, NULL, key, iv, encrypts, NULL), 1);
	return ctx;
}

// A text through a context in pieces, in one where the cipher wants it so; the length of what came out, -1 when
// refused.
static int crypt(EVP_CIPHER_CTX *ctx, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *aad, size_t aad_len)
{
	const EVP_CIPHER *cipher = EVP_CIPHER_CTX_get0_cipher(ctx);
	const int mode = EVP_CIPHER_get_mode(cipher);
	const int whole = mode == EVP_CIPH_CCM_MODE || mode == EVP_CIPH_XTS_MODE;
	int n, got = 0;
	if (mode == EVP_CIPH_CCM_MODE && !EVP_CipherUpdate(ctx, NULL, &n, NULL, (int)len))
		return -1;
	for (size_t done = 0, piece; done < aad_len; done += piece) {
		piece = whole ? aad_len : 1 + random_below(aad_len - done);
		if (!EVP_CipherUpdate(ctx, NULL, &n, aad + done, (int)piece))
			return -1;
	}
	for (size_t done = 0, piece; done < len; done += piece) {
		piece = whole ? len : 1 + random_below(len - done);
		if (!EVP_CipherUpdate(ctx, out + done, &n, in + done, (int)piece))
			return -1;
		got += n;
	}
	return EVP_CipherFinal_ex(ctx, out + got, &n) ? got + n : -1;
}

// OpenSSL 3.0.20 does not, nor does it make a tag of one.
static int verifies_empty_ccm(enum side side)
{
	static const uint8_t iv[7] = {1};
	uint8_t tag[tag_len] = {0}, nothing[1];
	EVP_CIPHER_CTX *ctx = message_ctx(side, "AES-128-CCM", 0, some_key(), iv, sizeof iv, tag_len, tag);
	const int refused = crypt(ctx, nothing, nothing, 0, NULL, 0) == -1;
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return refused;
}

static void messages_across(void)
{
	const int least_ccm = verifies_empty_ccm(THEIRS) ? 0 : 1;
	assert_true(verifies_empty_ccm(OURS));
	enum { room = 20000 };
	uint8_t *text = random_buffer(room), *sealed = zero_buffer(room, 16), *opened = zero_buffer(room, 16);
	uint8_t iv[64], aad[300], tag[tag_len];
	random_bytes(iv, sizeof iv);
	random_bytes(aad, sizeof aad);
	for (size_t n = 0; n < both_n_names; n++)
		for (int round = 0; round < 2 * n_rounds / 5 + 8; round++) {
			const char *name = both_names[n];
			const enum side from = (enum side)(round % 2), to = (enum side)((round / 2) % 2);
			const EVP_CIPHER *cipher = both_cipher(from, name);
			const int mode = EVP_CIPHER_get_mode(cipher);
			const int is_aead = (EVP_CIPHER_get_flags(cipher) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0;
			const size_t len = (size_t)(mode == EVP_CIPH_XTS_MODE   ? 16
						    : mode == EVP_CIPH_CCM_MODE ? least_ccm
										: 0) +
					   (round % 4 == 0 ? random_below(room - 32) : random_below(300));
			const size_t aad_len = is_aead ? random_below(sizeof aad) : 0;
			const int iv_len = mode == EVP_CIPH_CCM_MODE   ? 7 + (int)random_below(6)
					   : mode == EVP_CIPH_GCM_MODE ? 1 + (int)random_below(60)
								       : 12;
			const uint8_t *key = some_key();
			at("%s, %zu bytes, %zu of associated data, IV of %d, from %d to %d", name, len, aad_len, iv_len,
			   from, to);
			EVP_CIPHER_CTX *ctx = message_ctx(from, name, 1, key, iv, iv_len, tag_len, NULL);
			assert_int_equal(crypt(ctx, sealed, text, len, aad, aad_len), (int)len);
			if (is_aead)
				assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, tag_len, tag), 1);
			EVP_CIPHER_CTX_free(ctx);
			ctx = message_ctx(to, name, 0, key, iv, iv_len, tag_len, tag);
			assert_int_equal(crypt(ctx, opened, sealed, len, aad, aad_len), (int)len);
			check_equal(opened, text, len, name);
			EVP_CIPHER_CTX_free(ctx);
			if (!is_aead)
				continue;
			tag[random_below(tag_len)] ^= (uint8_t)(1 << random_below(8));
			ctx = message_ctx(to, name, 0, key, iv, iv_len, tag_len, tag);
			assert_int_equal(crypt(ctx, opened, sealed, len, aad, aad_len), -1);
			EVP_CIPHER_CTX_free(ctx);
			ERR_clear_error();
		}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	n_rounds = atoi(argv[2]);
	both_load(argv[1]);
	const struct CMUnitTest tests[] = {TEST(random_calls), TEST(messages_across)};
	const int failed = cmocka_run_group_tests_name("our provider beside OpenSSL's", tests, NULL, NULL);
	print_message("%d calls worked on both, %d failed on both\n", n_calls_that_worked, n_calls_that_failed);
	both_unload();
	return failed;
}
