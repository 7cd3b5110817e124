// SPDX-License-Identifier: MIT
// Ciphers. AES has one key schedule for encryption and one for decryption.

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/chacha.h>
#include <nettle/ctr.h>
#include <nettle/nettle-meta.h>
#include <nettle/xts.h>

#include "nettle_engine.h"

static void *key_make(struct lane_engine_object *engine, const struct lane_engine_cipher *item, size_t key_len,
		      size_t len, int *status)
{
	*status = LANE_ENGINE_UNSUPPORTED;
	if (key_len != item->key_len)
		return NULL;
	void *const key = adaptor_alloc(engine, len);
	*status = key ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
	return key;
}

// ---- AES: ECB, CBC, CTR ----

union aes {
	struct aes128_ctx aes128;
	struct aes192_ctx aes192;
	struct aes256_ctx aes256;
};

struct aes_key {
	const struct nettle_cipher *aes;
	union aes encrypt, decrypt;
};

static int aes_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	int status;
	struct aes_key *const key = key_make(engine, item, key_len, sizeof *key, &status);
	*out = key;
	if (key) {
		key->aes = item->data;
		key->aes->set_encrypt_key(&key->encrypt, bytes);
		key->aes->set_decrypt_key(&key->decrypt, bytes);
	}
	return status;
}

static void aes_free(void *key)
{
	adaptor_free(key, sizeof(struct aes_key));
}

static int ecb_encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct aes_key *const key = p;
	(void)iv;
	if (len % AES_BLOCK_SIZE)
		return LANE_ENGINE_UNSUPPORTED;
	key->aes->encrypt(&key->encrypt, len, out, in);
	return LANE_ENGINE_OK;
}

static int ecb_decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct aes_key *const key = p;
	(void)iv;
	if (len % AES_BLOCK_SIZE)
		return LANE_ENGINE_UNSUPPORTED;
	key->aes->decrypt(&key->decrypt, len, out, in);
	return LANE_ENGINE_OK;
}

static int ctr(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct aes_key *const key = p;
	uint8_t counter[AES_BLOCK_SIZE];
	memcpy(counter, iv, sizeof counter);
	ctr_crypt(&key->encrypt, key->aes->encrypt, AES_BLOCK_SIZE, counter, len, out, in);
	return LANE_ENGINE_OK;
}

static int cbc_decrypt_all(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct aes_key *const key = p;
	uint8_t chained[AES_BLOCK_SIZE];
	if (len % AES_BLOCK_SIZE)
		return LANE_ENGINE_UNSUPPORTED;
	memcpy(chained, iv, sizeof chained);
	cbc_decrypt(&key->decrypt, key->aes->decrypt, AES_BLOCK_SIZE, chained, len, out, in);
	return LANE_ENGINE_OK;
}

// Its encryption has a function for each key length, 1.6 times as fast as the general one.
#define CBC_FUNCTION(bits)                                                                                             \
	static int cbc_encrypt##bits(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)          \
	{                                                                                                              \
		const struct aes_key *const key = p;                                                                   \
		uint8_t chained[AES_BLOCK_SIZE];                                                                       \
		if (len % AES_BLOCK_SIZE)                                                                              \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		memcpy(chained, iv, sizeof chained);                                                                   \
		cbc_aes##bits##_encrypt(&key->encrypt.aes##bits, chained, len, out, in);                               \
		return LANE_ENGINE_OK;                                                                                 \
	}
CBC_FUNCTION(128)
CBC_FUNCTION(192)
CBC_FUNCTION(256)

// ---- AES-XTS ----

#define XTS_FUNCTIONS(bits)                                                                                            \
	struct xts##bits##_key {                                                                                       \
		struct xts_aes##bits##_key encrypt, decrypt;                                                           \
	};                                                                                                             \
	static int xts##bits##_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item,           \
				   const uint8_t *bytes, size_t key_len, void **out)                                   \
	{                                                                                                              \
		int status;                                                                                            \
		struct xts##bits##_key *const key = key_make(engine, item, key_len, sizeof *key, &status);             \
		*out = key;                                                                                            \
		if (key) {                                                                                             \
			xts_aes##bits##_set_encrypt_key(&key->encrypt, bytes);                                         \
			xts_aes##bits##_set_decrypt_key(&key->decrypt, bytes);                                         \
		}                                                                                                      \
		return status;                                                                                         \
	}                                                                                                              \
	static void xts##bits##_free(void *key)                                                                        \
	{                                                                                                              \
		adaptor_free(key, sizeof(struct xts##bits##_key));                                                     \
	}                                                                                                              \
	static int xts##bits##_encrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)      \
	{                                                                                                              \
		if (len < AES_BLOCK_SIZE)                                                                              \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		xts_aes##bits##_encrypt_message(&((struct xts##bits##_key *)key)->encrypt, iv, len, out, in);          \
		return LANE_ENGINE_OK;                                                                                 \
	}                                                                                                              \
	static int xts##bits##_decrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)      \
	{                                                                                                              \
		if (len < AES_BLOCK_SIZE)                                                                              \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		xts_aes##bits##_decrypt_message(&((struct xts##bits##_key *)key)->decrypt, iv, len, out, in);          \
		return LANE_ENGINE_OK;                                                                                 \
	}
XTS_FUNCTIONS(128)
XTS_FUNCTIONS(256)

// ---- ChaCha20 ----

static int chacha_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		      size_t key_len, void **out)
{
	int status;
	struct chacha_ctx *const key = key_make(engine, item, key_len, sizeof *key, &status);
	*out = key;
	if (key)
		chacha_set_key(key, bytes);
	return status;
}

static void chacha_free(void *key)
{
	adaptor_free(key, sizeof(struct chacha_ctx));
}

static int chacha(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	chacha_set_nonce96(key, iv + CHACHA_COUNTER32_SIZE);
	chacha_set_counter32(key, iv);
	chacha_crypt32(key, len, out, in);
	return LANE_ENGINE_OK;
}

// ---- Items ----

#define ITEM(name, bits, iv_bytes, block, encrypt_function, decrypt_function)                                          \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-" name, .data = &nettle_aes##bits, .capabilities = LANE_ENGINE_IN_PLACE,   \
		.key_len = bits / 8, .iv_len = iv_bytes, .block_len = block, .key_new = aes_new, .key_free = aes_free, \
		.encrypt = encrypt_function, .decrypt = decrypt_function                                               \
	}
#define CTR(bits) ITEM("CTR", bits, 16, 1, ctr, ctr)
#define ECB(bits) ITEM("ECB", bits, 0, 16, ecb_encrypt, ecb_decrypt)
#define CBC(bits) ITEM("CBC", bits, 16, 16, cbc_encrypt##bits, cbc_decrypt_all)
#define XTS(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-XTS", .capabilities = LANE_ENGINE_IN_PLACE, .key_len = 2 * bits / 8,       \
		.iv_len = 16, .block_len = 1, .min_len = 16, .key_new = xts##bits##_new, .key_free = xts##bits##_free, \
		.encrypt = xts##bits##_encrypt, .decrypt = xts##bits##_decrypt                                         \
	}
static const struct lane_engine_cipher items[] = {
	CTR(128),
	CTR(192),
	CTR(256),
	ECB(128),
	ECB(192),
	ECB(256),
	CBC(128),
	CBC(192),
	CBC(256),
	XTS(128),
	XTS(256),
	{
		.algorithm = "ChaCha20",
		.capabilities = LANE_ENGINE_IN_PLACE,
		.key_len = CHACHA_KEY_SIZE,
		.iv_len = CHACHA_COUNTER32_SIZE + CHACHA_NONCE96_SIZE,
		.block_len = 1,
		.key_new = chacha_new,
		.key_free = chacha_free,
		.encrypt = chacha,
		.decrypt = chacha,
	},
};
const struct lane_engine_table nettle_cipher_table = ADAPTOR_TABLE(items);
