// SPDX-License-Identifier: MIT
// Ciphers: each message sets its counter block, IV or tweak.

#include "gcrypt_engine.h"

// What differs between the ciphers, as the item's data.
struct mode {
	int cipher, mode;
	gcry_error_t (*set_iv)(gcry_cipher_hd_t handle, const void *iv, size_t iv_len); // NULL: it has none
};

struct key {
	struct lane_engine_object *engine;
	const struct mode *mode;
	gcry_cipher_hd_t handle;
	size_t block_len, min_len;
};

static int key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	const struct mode *const mode = item->data;
	*key = (struct key){engine, mode, gcrypt_open(engine, mode->cipher, mode->mode, bytes, key_len),
			    item->block_len, item->min_len};
	if (!key->handle) {
		free(key);
		return LANE_ENGINE_FAILED;
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static void key_free(void *p)
{
	struct key *const key = p;
	if (key)
		gcry_cipher_close(key->handle);
	free(key);
}

typedef gcry_error_t crypt_function(gcry_cipher_hd_t handle, void *out, size_t out_len, const void *in, size_t in_len);

static inline int crypt(const struct key *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len,
			crypt_function *function)
{
	if ((len & (key->block_len - 1)) != 0 || len < key->min_len) // blocks of 1 or 16
		return LANE_ENGINE_UNSUPPORTED;
	gcry_error_t error = key->mode->set_iv ? key->mode->set_iv(key->handle, iv, 16) : 0;
	if (!error)
		error = function(key->handle, out, len, in, len);
	return error ? adaptor_failed(key->engine, gcry_strerror(error)) : LANE_ENGINE_OK;
}

static int encrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	return crypt(key, iv, out, in, len, gcry_cipher_encrypt);
}

static int decrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	return crypt(key, iv, out, in, len, gcry_cipher_decrypt);
}

#define ITEM(name, CIPHER, MODE, setter, key_bytes, iv_bytes, block, min)                                              \
	{                                                                                                              \
		.algorithm = name,                                                                                     \
		.data = &(const struct mode){GCRY_CIPHER_##CIPHER, GCRY_CIPHER_MODE_##MODE, setter},                   \
		.capabilities = LANE_ENGINE_IN_PLACE, .key_len = key_bytes, .iv_len = iv_bytes, .block_len = block,    \
		.min_len = min, .key_new = key_new, .key_free = key_free, .encrypt = encrypt, .decrypt = decrypt       \
	}
#define CTR(bits) ITEM("AES-" #bits "-CTR", AES##bits, CTR, gcry_cipher_setctr, bits / 8, 16, 1, 0)
#define ECB(bits) ITEM("AES-" #bits "-ECB", AES##bits, ECB, NULL, bits / 8, 0, 16, 0)
#define CBC(bits) ITEM("AES-" #bits "-CBC", AES##bits, CBC, gcry_cipher_setiv, bits / 8, 16, 16, 0)
#define XTS(bits) ITEM("AES-" #bits "-XTS", AES##bits, XTS, gcry_cipher_setiv, 2 * bits / 8, 16, 1, 16)

static const struct lane_engine_cipher items[] = {
	CTR(128), CTR(192),
	CTR(256), ECB(128),
	ECB(192), ECB(256),
	CBC(128), CBC(192),
	CBC(256), XTS(128),
	XTS(256), ITEM("ChaCha20", CHACHA20, STREAM, gcry_cipher_setiv, 32, 16, 1, 0), // 16: counter and nonce
};
const struct lane_engine_table gcrypt_cipher_table = ADAPTOR_TABLE(items);
