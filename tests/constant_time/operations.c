// SPDX-License-Identifier: MIT
#include "operations.h"

#include "ct.h"

// --- subjects

static const struct lane_kernel tag_compare = {.family = "tag", .isa = "compare", .name = "tag:compare"};
static const struct lane_kernel tag_leaky = {.family = "tag", .isa = "leaky", .name = "tag:leaky"};

const struct lane_kernel *const controls[] = {
	&leaky_aes_gcm, &leaky_aes_gcm_siv, &leaky_aes_ccm,           &leaky_aes_ctr, &leaky_aes_xts,
	&leaky_aes_cbc, &leaky_chacha20,    &leaky_chacha20_poly1305, &leaky_aegis,   &tag_leaky};
const size_t n_controls = sizeof controls / sizeof controls[0];

const struct lane_kernel *subject_find(const char *name)
{
	for (size_t i = 0; i < n_controls; i++) {
		if (strcmp(controls[i]->name, name) == 0)
			return controls[i];
	}
	return strcmp(name, tag_compare.name) == 0 ? &tag_compare : lane_kernel_find(name);
}

static const struct aead *aead_of(const struct work *w)
{
	return w->aead;
}

static const struct cipher *cipher_of(const struct work *w)
{
	static const struct cipher *const ciphers[] = {&cipher_aes_cbc, &cipher_aes_ctr, &cipher_aes_xts,
						       &cipher_chacha20};
	size_t i = 0;
	while (strcmp(w->kernel->family, ciphers[i]->family) != 0)
		i++;
	return ciphers[i];
}

struct family_lens {
	const char *family;
	size_t n_keys, keys[3], n_nonces, nonces[2];
	const struct aead *aeads[2]; // by nonce
};

static const struct family_lens *lens_of(const struct work *w)
{
	static const struct family_lens of[] = {
		{"aes-gcm", 3, {16, 24, 32}, 2, {12, 20}, {&aead_aes_gcm, &aead_aes_gcm}},
		{"aes-gcm-siv", 2, {16, 32}, 1, {12}, {&aead_aes_gcm_siv}},
		{"aes-ccm", 3, {16, 24, 32}, 2, {13, 7}, {&aead_aes_ccm, &aead_aes_ccm}},
		{"aes-ctr", 3, {16, 24, 32}, 1, {12}, {NULL}},
		{"aes-cbc", 3, {16, 24, 32}, 1, {12}, {NULL}},
		{"aes-xts", 2, {32, 64}, 1, {12}, {NULL}},
		{"chacha20-poly1305", 1, {32}, 2, {12, 24}, {&aead_chacha20_poly1305, &aead_xchacha20_poly1305}},
		{NULL, 1, {32}, 1, {12}, {NULL}}};
	size_t f = 0;
	while (of[f].family && strcmp(of[f].family, w->kernel->family) != 0)
		f++;
	return &of[f];
}

size_t n_key_lens(const struct work *w)
{
	return lens_of(w)->n_keys;
}

int take_lengths(struct work *w, size_t n)
{
	if (strcmp(w->kernel->family, "aegis") == 0) {
		w->aead = &aead_aegis[n % N_AEGIS];
		w->key_len = w->nonce_len = w->aead->nonce_len;
		w->aad_len = n / N_AEGIS == 0 ? 13 : 0;
		return n < 2 * N_AEGIS;
	}
	const struct family_lens *of = lens_of(w);
	const size_t nonce = n / of->n_keys % of->n_nonces;
	w->aead = of->aeads[nonce];
	w->key_len = of->keys[n % of->n_keys];
	w->nonce_len = of->nonces[nonce];
	w->aad_len = n / of->n_keys / of->n_nonces == 0 ? 13 : 0;
	return n < of->n_keys * of->n_nonces * 2;
}

// --- AEADs

static int nothing(struct work *w)
{
	(void)w;
	return 1;
}

static int aead_init(struct work *w)
{
	return aead_of(w)->init_with(w->ctx, w->kernel, w->key, w->key_len) == LANE_OK;
}

static int aead_seal(struct work *w)
{
	return aead_of(w)->seal(w->ctx, w->out[0], w->tag, TAG_LEN, w->nonce, w->nonce_len, w->aad, w->aad_len, w->in,
				w->len) == LANE_OK;
}

// Sealed by the portable kernel, so that opening shows the kernel's bytes to be right, too.
static int aead_sealed(struct work *w)
{
	static LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char portable[sizeof w->ctx];
	const struct aead *a = aead_of(w);
	char name[64];
	snprintf(name, sizeof name, "%s:portable", a->family);
	return a->init_with(portable, lane_kernel_find(name), w->key, w->key_len) == LANE_OK &&
	       a->seal(portable, w->sealed, w->tag, TAG_LEN, w->nonce, w->nonce_len, w->aad, w->aad_len, w->in,
		       w->len) == LANE_OK &&
	       aead_init(w);
}

static int aead_forged(struct work *w)
{
	if (!aead_sealed(w))
		return 0;
	w->tag[w->len % TAG_LEN] ^= 0x10;
	return 1;
}

// Two good tags and a forged one.
static int aead_batch(struct work *w)
{
	if (!aead_sealed(w))
		return 0;
	memcpy(w->other_tag, w->tag, TAG_LEN);
	w->other_tag[w->len % TAG_LEN] ^= 0x10;
	return 1;
}

static enum lane_status open_status(struct work *w)
{
	return aead_of(w)->open(w->ctx, w->out[0], w->nonce, w->nonce_len, w->aad, w->aad_len, w->sealed, w->len,
				w->tag, TAG_LEN);
}

static int aead_open(struct work *w)
{
	return open_status(w) == LANE_OK;
}

static int aead_refuse(struct work *w)
{
	return open_status(w) == LANE_ERR_AUTH;
}

// A stream in three pieces that cut blocks.
static int stream(struct work *w, const uint8_t *in,
		  enum lane_status (*update)(void *stream, uint8_t *out, const uint8_t *in, size_t in_len))
{
	const struct aead *a = aead_of(w);
	const size_t cuts[] = {0, w->len / 5, w->len / 2, w->len}, aad_cut = w->aad_len / 3;
	int fine = a->begin(w->stream, w->ctx, w->nonce, w->nonce_len, TAG_LEN, w->aad_len, w->len) == LANE_OK &&
		   a->aad(w->stream, w->aad, aad_cut) == LANE_OK &&
		   a->aad(w->stream, w->aad + aad_cut, w->aad_len - aad_cut) == LANE_OK;
	for (size_t i = 0; fine && i < 3; i++)
		fine = update(w->stream, w->out[0] + cuts[i], in + cuts[i], cuts[i + 1] - cuts[i]) == LANE_OK;
	return fine;
}

static int aead_stream_seal(struct work *w)
{
	const struct aead *a = aead_of(w);
	return stream(w, w->in, a->encrypt_update) && a->encrypt_final(w->stream, w->tag, TAG_LEN) == LANE_OK;
}

static int aead_stream_open(struct work *w)
{
	const struct aead *a = aead_of(w);
	return stream(w, w->sealed, a->decrypt_update) && a->decrypt_final(w->stream, w->tag, TAG_LEN) == LANE_OK;
}

static int aead_stream_refuse(struct work *w)
{
	const struct aead *a = aead_of(w);
	return stream(w, w->sealed, a->decrypt_update) && a->decrypt_final(w->stream, w->tag, TAG_LEN) == LANE_ERR_AUTH;
}

static void make_batch(struct work *w, struct lane_aead_message messages[N_BATCH], const uint8_t *in,
		       uint8_t *tags[N_BATCH])
{
	for (size_t i = 0; i < N_BATCH; i++)
		messages[i] = (struct lane_aead_message){w->out[i], in,         w->len,  w->nonce, w->nonce_len,
							 w->aad,    w->aad_len, tags[i], TAG_LEN,  LANE_OK};
}

static int aead_seal_batch(struct work *w)
{
	static uint8_t tags[N_BATCH][TAG_LEN];
	struct lane_aead_message messages[N_BATCH];
	make_batch(w, messages, w->in, (uint8_t *[]){tags[0], tags[1], tags[2]});
	return aead_of(w)->seal_batch(w->ctx, messages, N_BATCH) == LANE_OK;
}

// Of three the second is forged: its neighbours must not suffer.
static int aead_open_batch(struct work *w)
{
	struct lane_aead_message messages[N_BATCH];
	make_batch(w, messages, w->sealed, (uint8_t *[]){w->tag, w->other_tag, w->tag});
	return aead_of(w)->open_batch(w->ctx, messages, N_BATCH) == LANE_ERR_AUTH && messages[0].status == LANE_OK &&
	       messages[1].status == LANE_ERR_AUTH && messages[2].status == LANE_OK;
}

// --- bare ciphers

static int cipher_init(struct work *w)
{
	return cipher_of(w)->init_with(w->ctx, w->kernel, w->key, w->key_len) == LANE_OK;
}

// What a cipher takes of w->len bytes; no less than its least.
static size_t text_len(const struct work *w)
{
	const struct cipher *c = cipher_of(w);
	return w->len < c->min_len ? c->min_len : w->len - w->len % c->step;
}

static int cipher_encrypt(struct work *w)
{
	return cipher_of(w)->encrypt(w->ctx, w->out[0], w->nonce, w->in, text_len(w)) == LANE_OK;
}

// Encrypted by the portable kernel, so that decrypting shows the kernel's bytes to be right, too.
static int cipher_encrypted(struct work *w)
{
	static LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char portable[sizeof w->ctx];
	const struct cipher *c = cipher_of(w);
	char name[64];
	snprintf(name, sizeof name, "%s:portable", c->family);
	return c->init_with(portable, lane_kernel_find(name), w->key, w->key_len) == LANE_OK &&
	       c->encrypt(portable, w->sealed, w->nonce, w->in, text_len(w)) == LANE_OK && cipher_init(w);
}

static int cipher_decrypt(struct work *w)
{
	return cipher_of(w)->decrypt(w->ctx, w->out[0], w->nonce, w->sealed, text_len(w)) == LANE_OK;
}

// Three data units there and back.
static int xts_sectors(struct work *w)
{
	const struct lane_aes_xts_ctx *ctx = (const struct lane_aes_xts_ctx *)w->ctx;
	const size_t len = w->len < 48 ? 16 : w->len / 3;
	return lane_aes_xts_encrypt_sectors(ctx, w->out[0], 7, w->in, len, 3) == LANE_OK &&
	       lane_aes_xts_decrypt_sectors(ctx, w->out[0], 7, w->out[0], len, 3) == LANE_OK;
}

static int cipher_stream(struct work *w)
{
	const struct cipher *c = cipher_of(w);
	const size_t cuts[] = {0, w->len / 5, w->len / 2, w->len};
	int fine = c->begin(w->stream, w->ctx, w->nonce) == LANE_OK;
	for (size_t i = 0; fine && i < 3; i++)
		fine = c->update(w->stream, w->out[0] + cuts[i], w->in + cuts[i], cuts[i + 1] - cuts[i]) == LANE_OK;
	return fine;
}

// --- primitives

static int aes_blocks(struct work *w)
{
	return lane_aes_encrypt_blocks((const struct lane_aes_ctr_ctx *)w->ctx, w->out[0], w->in, w->len / 16) ==
	       LANE_OK;
}

static int ghash(struct work *w)
{
	return lane_ghash((const struct lane_aes_gcm_ctx *)w->ctx, w->tag, w->in, w->len) == LANE_OK;
}

static int polyval(struct work *w)
{
	return lane_polyval(w->kernel, w->tag, w->key, w->in, w->len / 16 * 16) == LANE_OK;
}

static int poly1305(struct work *w)
{
	return lane_poly1305(w->kernel, w->tag, w->key, w->in, w->len) == LANE_OK;
}

// --- tags

// They differ in each byte with a chance of one in eight, so that an early exit comes at any of them.
static int tag_pair(struct work *w)
{
	memcpy(w->tag, w->key, TAG_LEN);
	for (size_t i = 0; i < TAG_LEN; i++)
		w->other_tag[i] = w->tag[i] ^ (w->in[i] & w->in[16 + i] & w->in[32 + i] & 1);
	return 1;
}

static int compare_tags(struct work *w)
{
	const size_t len = TAG_LEN - w->len % TAG_LEN; // each that a tag may have
	w->out[0][0] = (uint8_t)(w->kernel == &tag_leaky ? leaky_tag_differs(w->tag, w->other_tag, len)
							 : ct_tag_differs(w->tag, w->other_tag, len));
	return 1;
}

#define AEAD_OPERATIONS(family, init_is_innocent)                                                                      \
	{family, "init", nothing, aead_init, init_is_innocent}, {family, "seal", aead_init, aead_seal, 0},             \
		{family, "open", aead_sealed, aead_open, 0}, {family, "refuse", aead_forged, aead_refuse, 0},          \
		{family, "batch seal", aead_init, aead_seal_batch, 0},                                                 \
	{                                                                                                              \
		family, "batch open", aead_batch, aead_open_batch, 0                                                   \
	}
#define STREAM_OPERATIONS(family)                                                                                      \
	{family, "stream seal", aead_init, aead_stream_seal, 0},                                                       \
		{family, "stream open", aead_sealed, aead_stream_open, 0},                                             \
	{                                                                                                              \
		family, "stream refuse", aead_forged, aead_stream_refuse, 0                                            \
	}
#define CIPHER_OPERATIONS(family, init_is_innocent)                                                                    \
	{family, "init", nothing, cipher_init, init_is_innocent},                                                      \
	{                                                                                                              \
		family, "encrypt", cipher_init, cipher_encrypt, 0                                                      \
	}

// The init of ChaCha20 and of AEGIS copies the key.
const struct operation operations[] = {
	AEAD_OPERATIONS("aes-gcm", 0),
	STREAM_OPERATIONS("aes-gcm"),
	{"aes-gcm", "GHASH", aead_init, ghash, 0},
	{"aes-gcm", "POLYVAL", nothing, polyval, 0},
	AEAD_OPERATIONS("aes-gcm-siv", 0),
	AEAD_OPERATIONS("aes-ccm", 0),
	AEAD_OPERATIONS("chacha20-poly1305", 1),
	STREAM_OPERATIONS("chacha20-poly1305"),
	{"chacha20-poly1305", "Poly1305", nothing, poly1305, 0},
	AEAD_OPERATIONS("aegis", 1),
	STREAM_OPERATIONS("aegis"),
	CIPHER_OPERATIONS("aes-cbc", 0),
	{"aes-cbc", "decrypt", cipher_encrypted, cipher_decrypt, 0},
	CIPHER_OPERATIONS("aes-ctr", 0),
	{"aes-ctr", "stream", cipher_init, cipher_stream, 0},
	{"aes-ctr", "AES blocks", cipher_init, aes_blocks, 0},
	CIPHER_OPERATIONS("aes-xts", 0),
	{"aes-xts", "decrypt", cipher_encrypted, cipher_decrypt, 0},
	{"aes-xts", "sectors", cipher_init, xts_sectors, 0},
	CIPHER_OPERATIONS("chacha20", 1),
	{"chacha20", "stream", cipher_init, cipher_stream, 0},
	{"tag", "compare", tag_pair, compare_tags, 0},
};
const size_t n_operations = sizeof operations / sizeof operations[0];
