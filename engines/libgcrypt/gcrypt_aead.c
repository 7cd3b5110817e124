// SPDX-License-Identifier: MIT
// AEADs: nonce, associated data, message, tag; one call each.

#include "gcrypt_engine.h"

// What differs between the algorithms, as the item's data.
struct mode {
	int cipher, mode;
	size_t nonce_min, nonce_max;
	uint64_t max_len;
};

struct key {
	struct lane_engine_object *engine;
	struct mode mode;
	size_t tag_len;
	gcry_cipher_hd_t handle;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (key)
		gcry_cipher_close(key->handle);
	free(key);
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
		   size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	// The lengths of NIST's tags; those of CCM are even.
	const int is_nist = tag_len == 4 || tag_len == 8 || tag_len >= 12;
	const struct mode *const mode = item->data;
	if (key_len != item->key_len || tag_len < item->tag_min || tag_len > item->tag_len ||
	    (mode->mode == GCRY_CIPHER_MODE_GCM && !is_nist) || (mode->mode == GCRY_CIPHER_MODE_CCM && tag_len % 2))
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	*key = (struct key){engine, *mode, tag_len, gcrypt_open(engine, mode->cipher, mode->mode, bytes, key_len)};
	if (!key->handle) {
		key_free(key);
		return LANE_ENGINE_FAILED;
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static inline int fits(const struct key *key, const struct lane_engine_message *m, int mode)
{
	return m->nonce_len >= key->mode.nonce_min && m->nonce_len <= key->mode.nonce_max &&
	       m->tag_len == key->tag_len && m->len <= key->mode.max_len &&
	       (mode != GCRY_CIPHER_MODE_CCM || adaptor_ccm_fits(m));
}

// Up to the message. CCM is told all lengths first. GCM-SIV refuses a second nonce without a reset, and is told that
// the message comes in one call and, to open it, the tag.
static inline gcry_error_t begin(gcry_cipher_hd_t handle, const struct lane_engine_message *m, int mode, int decrypt)
{
	gcry_error_t error = mode == GCRY_CIPHER_MODE_GCM_SIV ? gcry_cipher_reset(handle) : 0;
	if (!error)
		error = gcry_cipher_setiv(handle, m->nonce, m->nonce_len);
	if (!error && mode == GCRY_CIPHER_MODE_CCM) {
		uint64_t lengths[3] = {m->len, m->aad_len, m->tag_len};
		error = gcry_cipher_ctl(handle, GCRYCTL_SET_CCM_LENGTHS, lengths, sizeof lengths);
	}
	if (!error && m->aad_len)
		error = gcry_cipher_authenticate(handle, m->aad, m->aad_len);
	if (!error && mode == GCRY_CIPHER_MODE_GCM_SIV) {
		if (decrypt)
			error = gcry_cipher_set_decryption_tag(handle, m->tag, m->tag_len);
		if (!error)
			error = gcry_cipher_final(handle);
	}
	return error;
}

static inline int seal_one(struct key *key, const struct lane_engine_message *m, int mode)
{
	if (!fits(key, m, mode))
		return LANE_ENGINE_UNSUPPORTED;
	gcry_error_t error = begin(key->handle, m, mode, 0);
	if (!error)
		error = gcry_cipher_encrypt(key->handle, m->out, m->len, m->in, m->len);
	if (!error)
		error = gcry_cipher_gettag(key->handle, m->tag, m->tag_len);
	return error ? adaptor_failed(key->engine, gcry_strerror(error)) : LANE_ENGINE_OK;
}

static inline int open_one(struct key *key, const struct lane_engine_message *m, int mode)
{
	if (!fits(key, m, mode))
		return LANE_ENGINE_UNSUPPORTED;
	gcry_error_t error = begin(key->handle, m, mode, 1);
	if (!error)
		error = gcry_cipher_decrypt(key->handle, m->out, m->len, m->in, m->len);
	if (!error && mode != GCRY_CIPHER_MODE_GCM_SIV) // which has looked at the tag by now
		error = gcry_cipher_checktag(key->handle, m->tag, m->tag_len);
	if (!error)
		return LANE_ENGINE_OK;
	const int refused = adaptor_verdict(m, 0);
	return gcry_err_code(error) == GPG_ERR_CHECKSUM ? refused : adaptor_failed(key->engine, gcry_strerror(error));
}

#define MODE(name, MODE_NAME)                                                                                          \
	static inline int name##_seal_one(struct key *key, const struct lane_engine_message *m)                        \
	{                                                                                                              \
		return seal_one(key, m, GCRY_CIPHER_MODE_##MODE_NAME);                                                 \
	}                                                                                                              \
	static inline int name##_open_one(struct key *key, const struct lane_engine_message *m)                        \
	{                                                                                                              \
		return open_one(key, m, GCRY_CIPHER_MODE_##MODE_NAME);                                                 \
	}                                                                                                              \
	ADAPTOR_EACH(name##_seal, struct key, name##_seal_one)                                                         \
	ADAPTOR_EACH(name##_open, struct key, name##_open_one)
MODE(gcm, GCM)
MODE(ccm, CCM)
MODE(siv, GCM_SIV)
MODE(poly1305, POLY1305)

#define ITEM(name, CIPHER, MODE_NAME, function, key_bytes, nonce_from, nonce_to, tag_from, limit, abilities)           \
	{                                                                                                              \
		.algorithm = name,                                                                                     \
		.data = &(const struct mode){GCRY_CIPHER_##CIPHER, GCRY_CIPHER_MODE_##MODE_NAME, nonce_from, nonce_to, \
					     limit},                                                                   \
		.capabilities = LANE_ENGINE_IN_PLACE | (abilities), .key_len = key_bytes, .nonce_len = 12,             \
		.nonce_min = nonce_from, .nonce_max = nonce_to, .tag_len = 16, .tag_min = tag_from, .max_len = limit,  \
		.key_new = key_new, .key_free = key_free, .seal = function##_seal, .open = function##_open             \
	}
#define GCM(bits)                                                                                                      \
	ITEM("AES-" #bits "-GCM", AES##bits, GCM, gcm, bits / 8, 1, 64, 4, ADAPTOR_GCM_MAX_LEN,                        \
	     LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE)
// The message's length is in what the nonce leaves of 15 bytes.
#define CCM(bits)                                                                                                      \
	ITEM("AES-" #bits "-CCM", AES##bits, CCM, ccm, bits / 8, 7, 13, 4, 0xffffff,                                   \
	     LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE)
#define GCM_SIV(bits) ITEM("AES-" #bits "-GCM-SIV", AES##bits, GCM_SIV, siv, bits / 8, 12, 12, 16, UINT64_C(1) << 36, 0)

static const struct lane_engine_aead items[] = {
	GCM(128),
	GCM(192),
	GCM(256),
	ITEM("ChaCha20-Poly1305", CHACHA20, POLY1305, poly1305, 32, 12, 12, 16, ADAPTOR_CHACHA_MAX_LEN, 0),
	CCM(128),
	CCM(256),
	GCM_SIV(128),
	GCM_SIV(256),
};
const struct lane_engine_table gcrypt_aead_table = ADAPTOR_TABLE(items);
