// SPDX-License-Identifier: MIT
// AEADs, ChaCha20, MACs and hashes, Argon2id. Where libsodium would abort the
// process on a length that it cannot do (sodium_misuse), the adaptor asks first.

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sodium_engine.h"

// ---- AEAD ----

// The AES-GCM state is the expanded key; ChaCha20's key is its bytes.
union aead_key {
	crypto_aead_aes256gcm_state gcm;
	uint8_t bytes[32];
};

static int aead_key_alloc(const struct lane_engine_aead *item, size_t key_len, size_t tag_len, union aead_key **out)
{
	*out = NULL;
	if (key_len != item->key_len || tag_len != item->tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	*out = calloc(1, sizeof **out); // aligned to 16, which the state needs
	return *out ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

static int gcm_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
		       size_t key_len, size_t tag_len, void **out)
{
	union aead_key *key;
	const int status = aead_key_alloc(item, key_len, tag_len, &key);
	if (key)
		crypto_aead_aes256gcm_beforenm(&key->gcm, bytes);
	*out = key;
	return status == LANE_ENGINE_FAILED ? failed(engine, "out of memory") : status;
}

static int chacha_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
			  size_t key_len, size_t tag_len, void **out)
{
	union aead_key *key;
	const int status = aead_key_alloc(item, key_len, tag_len, &key);
	if (key)
		memcpy(key->bytes, bytes, sizeof key->bytes);
	*out = key;
	return status == LANE_ENGINE_FAILED ? failed(engine, "out of memory") : status;
}

#ifdef crypto_aead_aegis128l_KEYBYTES // from 1.0.19 on; it has the long tags only

static int aegis_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
			 size_t key_len, size_t tag_len, void **out)
{
	union aead_key *key;
	const int status = aead_key_alloc(item, key_len, tag_len, &key);
	if (key)
		memcpy(key->bytes, bytes, key_len);
	*out = key;
	return status == LANE_ENGINE_FAILED ? failed(engine, "out of memory") : status;
}

#endif

static void aead_key_free(void *key)
{
	if (key)
		sodium_memzero(key, sizeof(union aead_key));
	free(key);
}

typedef int one_message(const union aead_key *key, const struct lane_engine_message *m);

// Each message through one function of libsodium, inlined.
static inline __attribute__((always_inline)) int each(const union aead_key *key, struct lane_engine_message *messages,
						      size_t n, size_t nonce_len, size_t tag_len, uint64_t max_len,
						      int refusal, one_message *one)
{
	int first = LANE_ENGINE_OK;
	for (size_t i = 0; i < n; i++) {
		struct lane_engine_message *const m = &messages[i];
		if (m->nonce_len != nonce_len || m->tag_len != tag_len || m->len > max_len)
			m->status = LANE_ENGINE_UNSUPPORTED;
		else
			m->status = one(key, m) == 0 ? LANE_ENGINE_OK : refusal;
		if (first == LANE_ENGINE_OK)
			first = m->status;
	}
	return first;
}

static int gcm_seal_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_aes256gcm_encrypt_detached_afternm(m->out, m->tag, NULL, m->in, m->len, m->aad, m->aad_len,
							      NULL, m->nonce, &key->gcm);
}

static int gcm_open_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_aes256gcm_decrypt_detached_afternm(m->out, NULL, m->in, m->len, m->tag, m->aad, m->aad_len,
							      m->nonce, &key->gcm);
}

static int chacha_seal_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_chacha20poly1305_ietf_encrypt_detached(m->out, m->tag, NULL, m->in, m->len, m->aad,
								  m->aad_len, NULL, m->nonce, key->bytes);
}

static int chacha_open_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_chacha20poly1305_ietf_decrypt_detached(m->out, NULL, m->in, m->len, m->tag, m->aad,
								  m->aad_len, m->nonce, key->bytes);
}

static int xchacha_seal_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_xchacha20poly1305_ietf_encrypt_detached(m->out, m->tag, NULL, m->in, m->len, m->aad,
								   m->aad_len, NULL, m->nonce, key->bytes);
}

static int xchacha_open_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(m->out, NULL, m->in, m->len, m->tag, m->aad,
								   m->aad_len, m->nonce, key->bytes);
}

#ifdef crypto_aead_aegis128l_KEYBYTES

static int aegis128l_seal_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_aegis128l_encrypt_detached(m->out, m->tag, NULL, m->in, m->len, m->aad, m->aad_len, NULL,
						      m->nonce, key->bytes);
}

static int aegis128l_open_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_aegis128l_decrypt_detached(m->out, NULL, m->in, m->len, m->tag, m->aad, m->aad_len, m->nonce,
						      key->bytes);
}

static int aegis256_seal_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_aegis256_encrypt_detached(m->out, m->tag, NULL, m->in, m->len, m->aad, m->aad_len, NULL,
						     m->nonce, key->bytes);
}

static int aegis256_open_one(const union aead_key *key, const struct lane_engine_message *m)
{
	return crypto_aead_aegis256_decrypt_detached(m->out, NULL, m->in, m->len, m->tag, m->aad, m->aad_len, m->nonce,
						     key->bytes);
}

#endif

enum {
	gcm_nonce_len = 12,
	chacha_nonce_len = 12,
	xchacha_nonce_len = 24,
	aegis128l_nonce_len = 16,
	aegis256_nonce_len = 32
};
#define GCM_MAX_LEN (UINT64_C(16) * ((UINT64_C(1) << 32) - 2))
#define CHACHA_MAX_LEN (UINT64_C(64) * ((UINT64_C(1) << 32) - 1))

#define AEGIS_MAX_LEN ((UINT64_C(1) << 61) - 1)

#define SEAL_AND_OPEN(name, tag_len, MAX_LEN)                                                                          \
	static int name##_seal(void *key, struct lane_engine_message *m, size_t n)                                     \
	{                                                                                                              \
		return each(key, m, n, name##_nonce_len, tag_len, MAX_LEN, LANE_ENGINE_FAILED, name##_seal_one);       \
	}                                                                                                              \
	static int name##_open(void *key, struct lane_engine_message *m, size_t n)                                     \
	{                                                                                                              \
		return each(key, m, n, name##_nonce_len, tag_len, MAX_LEN, LANE_ENGINE_REFUSED, name##_open_one);      \
	}
SEAL_AND_OPEN(gcm, 16, GCM_MAX_LEN)
SEAL_AND_OPEN(chacha, 16, CHACHA_MAX_LEN)
SEAL_AND_OPEN(xchacha, 16, CHACHA_MAX_LEN)
#ifdef crypto_aead_aegis128l_KEYBYTES
SEAL_AND_OPEN(aegis128l, 32, AEGIS_MAX_LEN)
SEAL_AND_OPEN(aegis256, 32, AEGIS_MAX_LEN)
#endif

static struct lane_engine_aead aeads[] = {
	{
		.algorithm = "AES-256-GCM",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
		.key_len = 32,
		.nonce_len = gcm_nonce_len,
		.tag_len = 16,
		.max_len = GCM_MAX_LEN,
		.key_new = gcm_key_new,
		.key_free = aead_key_free,
		.seal = gcm_seal,
		.open = gcm_open,
	},
	{
		.algorithm = "ChaCha20-Poly1305",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
		.key_len = 32,
		.nonce_len = chacha_nonce_len,
		.tag_len = 16,
		.max_len = CHACHA_MAX_LEN,
		.key_new = chacha_key_new,
		.key_free = aead_key_free,
		.seal = chacha_seal,
		.open = chacha_open,
	},
	{
		.algorithm = "XChaCha20-Poly1305",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
		.key_len = 32,
		.nonce_len = xchacha_nonce_len,
		.tag_len = 16,
		.max_len = CHACHA_MAX_LEN,
		.key_new = chacha_key_new,
		.key_free = aead_key_free,
		.seal = xchacha_seal,
		.open = xchacha_open,
	},
#ifdef crypto_aead_aegis128l_KEYBYTES
	{
		.algorithm = "AEGIS-128L",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
		.key_len = aegis128l_nonce_len, // as long as the nonce
		.nonce_len = aegis128l_nonce_len,
		.tag_len = 32,
		.max_len = AEGIS_MAX_LEN,
		.key_new = aegis_key_new,
		.key_free = aead_key_free,
		.seal = aegis128l_seal,
		.open = aegis128l_open,
	},
	{
		.algorithm = "AEGIS-256",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
		.key_len = aegis256_nonce_len, // as long as the nonce
		.nonce_len = aegis256_nonce_len,
		.tag_len = 32,
		.max_len = AEGIS_MAX_LEN,
		.key_new = aegis_key_new,
		.key_free = aead_key_free,
		.seal = aegis256_seal,
		.open = aegis256_open,
	},
#endif
};

static void look_for_aes(void)
{
	if (sodium_init() < 0 || !crypto_aead_aes256gcm_is_available())
		aeads[0].unavailable = "libsodium has it only for CPUs with aes and pclmul";
}

const struct lane_engine_table *sodium_aead_table(void)
{
	static const struct lane_engine_table table = SODIUM_TABLE(aeads);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, look_for_aes);
	return &table;
}

// ---- Keys of ciphers and MACs ----

static int bytes_new(struct lane_engine_object *engine, const uint8_t *bytes, size_t len, void **out)
{
	*out = malloc(len ? len : 1);
	if (!*out)
		return failed(engine, "out of memory");
	if (len)
		memcpy(*out, bytes, len);
	return LANE_ENGINE_OK;
}

// ---- ChaCha20 ----

static int cipher_key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item,
			  const uint8_t *bytes, size_t key_len, void **out)
{
	*out = NULL;
	return key_len == item->key_len ? bytes_new(engine, bytes, key_len, out) : LANE_ENGINE_UNSUPPORTED;
}

static void key32_free(void *key)
{
	if (key)
		sodium_memzero(key, 32);
	free(key);
}

static int chacha20(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const uint32_t counter = (uint32_t)iv[0] | (uint32_t)iv[1] << 8 | (uint32_t)iv[2] << 16 | (uint32_t)iv[3] << 24;
	const uint64_t n_blocks_left = (UINT64_C(1) << 32) - counter;
	if (len > 64 * n_blocks_left)
		return LANE_ENGINE_UNSUPPORTED;
	crypto_stream_chacha20_ietf_xor_ic(out, in, len, iv + 4, counter, key);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_cipher ciphers[] = {{
	.algorithm = "ChaCha20",
	.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
	.key_len = crypto_stream_chacha20_ietf_KEYBYTES,
	.iv_len = 4 + crypto_stream_chacha20_ietf_NONCEBYTES,
	.block_len = 1,
	.key_new = cipher_key_new,
	.key_free = key32_free,
	.encrypt = chacha20,
	.decrypt = chacha20,
}};
const struct lane_engine_table sodium_cipher_table = SODIUM_TABLE(ciphers);

// ---- MACs and hashes ----

static int poly1305_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
			    size_t key_len, void **out)
{
	*out = NULL;
	return key_len == item->key_len ? bytes_new(engine, bytes, key_len, out) : LANE_ENGINE_UNSUPPORTED;
}

static int poly1305(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	crypto_onetimeauth_poly1305(tag, in, len, key);
	return LANE_ENGINE_OK;
}

// A state that has taken in the key, copied for each message.
static int hmac_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
			size_t key_len, void **out)
{
	(void)item; // HMAC has keys of any length
	crypto_auth_hmacsha256_state *const state = malloc(sizeof *state);
	*out = state;
	if (!state)
		return failed(engine, "out of memory");
	crypto_auth_hmacsha256_init(state, bytes, key_len);
	return LANE_ENGINE_OK;
}

static void hmac_key_free(void *key)
{
	if (key)
		sodium_memzero(key, sizeof(crypto_auth_hmacsha256_state));
	free(key);
}

static int hmac(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	crypto_auth_hmacsha256_state state = *(const crypto_auth_hmacsha256_state *)key;
	crypto_auth_hmacsha256_update(&state, in, len);
	crypto_auth_hmacsha256_final(&state, tag);
	sodium_memzero(&state, sizeof state);
	return LANE_ENGINE_OK;
}

static int sha256_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
			  size_t key_len, void **out)
{
	(void)item;
	*out = NULL;
	return key_len == 0 ? bytes_new(engine, bytes, 0, out) : LANE_ENGINE_UNSUPPORTED;
}

static int sha256(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	(void)key;
	crypto_hash_sha256(tag, in, len);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_mac macs[] = {
	{
		.algorithm = "Poly1305",
		.capabilities = LANE_ENGINE_SHARED_KEY,
		.key_len = crypto_onetimeauth_poly1305_KEYBYTES,
		.tag_len = crypto_onetimeauth_poly1305_BYTES,
		.block_len = 1,
		.key_new = poly1305_key_new,
		.key_free = key32_free,
		.compute = poly1305,
	},
	{
		.algorithm = "HMAC-SHA-256",
		.capabilities = LANE_ENGINE_SHARED_KEY,
		.key_len = crypto_auth_hmacsha256_KEYBYTES,
		.tag_len = crypto_auth_hmacsha256_BYTES,
		.block_len = 1,
		.key_new = hmac_key_new,
		.key_free = hmac_key_free,
		.compute = hmac,
	},
	{
		.algorithm = "SHA-256",
		.capabilities = LANE_ENGINE_SHARED_KEY,
		.tag_len = crypto_hash_sha256_BYTES,
		.block_len = 1,
		.key_new = sha256_key_new,
		.key_free = free,
		.compute = sha256,
	},
};
const struct lane_engine_table sodium_mac_table = SODIUM_TABLE(macs);

// ---- Argon2id ----

static int argon2id(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		    const struct lane_engine_kdf_input *input, uint8_t *out, size_t out_len)
{
	(void)item;
	if (input->salt_len != crypto_pwhash_argon2id_SALTBYTES || out_len < crypto_pwhash_argon2id_BYTES_MIN ||
	    out_len > crypto_pwhash_argon2id_BYTES_MAX || input->info_len > 0 ||
	    input->secret_len > crypto_pwhash_argon2id_PASSWD_MAX ||
	    input->iterations < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
	    input->memory < crypto_pwhash_argon2id_MEMLIMIT_MIN || input->memory > crypto_pwhash_argon2id_MEMLIMIT_MAX)
		return LANE_ENGINE_UNSUPPORTED;
	if (crypto_pwhash_argon2id(out, out_len, (const char *)input->secret, input->secret_len, input->salt,
				   input->iterations, input->memory, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		return failed(engine, "crypto_pwhash_argon2id() failed: out of memory?");
	return LANE_ENGINE_OK;
}

static const struct lane_engine_kdf kdfs[] = {{.algorithm = "Argon2id", .derive = argon2id}};
const struct lane_engine_table sodium_kdf_table = SODIUM_TABLE(kdfs);
