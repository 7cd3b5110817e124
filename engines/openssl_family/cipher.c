// SPDX-License-Identifier: MIT
// Ciphers without authentication: EVP_CIPHER with one keyed context for each direction, so that a message
// costs setting the IV and one update; where BoringSSL has a function below it, that.

#include <limits.h>
#include <stdlib.h>

#include "family.h"

#if LANE_BORING
#include <openssl/aes.h>
#include <openssl/chacha.h>
typedef const EVP_CIPHER *(*cipher_source)(void);
#else
typedef const char *cipher_source; // for EVP_CIPHER_fetch
#endif

struct key {
	struct lane_engine_object *engine;
	EVP_CIPHER_CTX *encrypt, *decrypt;
	uint32_t iv_len, block_len, min_len;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	EVP_CIPHER_CTX_free(key->encrypt);
	EVP_CIPHER_CTX_free(key->decrypt);
	free(key);
}

static int no_padding(EVP_CIPHER_CTX *ctx)
{
#if LANE_BORING
	return EVP_CIPHER_CTX_set_padding(ctx, 0);
#else
	// Not by EVP_CIPHER_CTX_set_padding, whose flag OpenSSL acts on again with each message.
	unsigned pad = 0;
	const OSSL_PARAM params[] = {OSSL_PARAM_construct_uint(OSSL_CIPHER_PARAM_PADDING, &pad), OSSL_PARAM_END};
	return EVP_CIPHER_CTX_set_params(ctx, params);
#endif
}

static EVP_CIPHER_CTX *keyed(const EVP_CIPHER *cipher, const uint8_t *bytes, int encrypt)
{
	EVP_CIPHER_CTX *const ctx = EVP_CIPHER_CTX_new();
	if (ctx && EVP_CipherInit_ex(ctx, cipher, NULL, bytes, NULL, encrypt) == 1 &&
	    (EVP_CIPHER_CTX_block_size(ctx) == 1 || no_padding(ctx) == 1))
		return ctx;
	EVP_CIPHER_CTX_free(ctx);
	return NULL;
}

static int set_key(struct key *key, const struct lane_engine_cipher *item, const uint8_t *bytes)
{
	cipher_source source;
	memcpy(&source, item->data, sizeof source);
#if LANE_BORING
	const EVP_CIPHER *const cipher = source();
#else
	EVP_CIPHER *const cipher = EVP_CIPHER_fetch(key->engine->lib, source, NULL);
#endif
	if (cipher) {
		key->encrypt = keyed(cipher, bytes, 1);
		key->decrypt = keyed(cipher, bytes, 0);
	}
#if !LANE_BORING
	EVP_CIPHER_free(cipher); // the contexts keep it
#endif
	return key->encrypt && key->decrypt;
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return lane_unsupported(engine, "keys of this length are not offered");
	struct key *const key = lane_new(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	key->iv_len = item->iv_len;
	key->block_len = item->block_len;
	key->min_len = item->min_len;
	if (!set_key(key, item, bytes)) {
		key_free(key);
		return lane_fail(engine, "setting a key");
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static inline int fits(const struct key *key, size_t len)
{
	return len <= INT_MAX && len >= key->min_len && (len & (key->block_len - 1)) == 0; // 1 or 16
}

static int misfit(const struct key *key)
{
	return lane_unsupported(key->engine, "messages of this length are not offered");
}

static inline int set_iv(EVP_CIPHER_CTX *ctx, const uint8_t *iv)
{
#if LANE_BORING
	return EVP_CipherInit_ex(ctx, NULL, NULL, NULL, iv, -1);
#else
	return EVP_CipherInit_ex2(ctx, NULL, NULL, iv, -1, NULL); // a layer less
#endif
}

static int encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	int n;
	if (!fits(key, len))
		return misfit(key);
	if ((key->iv_len && set_iv(key->encrypt, iv) != 1) ||
	    (len && EVP_EncryptUpdate(key->encrypt, out, &n, in, (int)len) != 1))
		return lane_fail(key->engine, "encrypting");
	return LANE_ENGINE_OK;
}

static int decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	int n;
	if (!fits(key, len))
		return misfit(key);
	if ((key->iv_len && set_iv(key->decrypt, iv) != 1) ||
	    (len && EVP_DecryptUpdate(key->decrypt, out, &n, in, (int)len) != 1))
		return lane_fail(key->engine, "decrypting");
	return LANE_ENGINE_OK;
}

#if LANE_BORING

// AES-CTR by the function below EVP_CIPHER: with messages of 16 bytes that takes half the time.
static void ctr_free(void *key)
{
	if (key)
		OPENSSL_cleanse(key, sizeof(AES_KEY));
	free(key);
}

static int ctr_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return lane_unsupported(engine, "keys of this length are not offered");
	AES_KEY *const key = lane_new(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	if (AES_set_encrypt_key(bytes, (unsigned)key_len * 8, key) != 0) {
		ctr_free(key);
		return lane_fail(engine, "setting a key");
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static int ctr(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t counter[AES_BLOCK_SIZE], stream[AES_BLOCK_SIZE];
	unsigned used = 0;
	memcpy(counter, iv, sizeof counter);
	AES_ctr128_encrypt(in, out, len, key, counter, stream, &used);
	return LANE_ENGINE_OK;
}

// ChaCha20 has no EVP_CIPHER there, but a function.
static void chacha20_free(void *key)
{
	if (key)
		OPENSSL_cleanse(key, 32);
	free(key);
}

static int chacha20_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
			size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return lane_unsupported(engine, "keys of this length are not offered");
	uint8_t *const key = lane_new(engine, key_len);
	if (!key)
		return LANE_ENGINE_FAILED;
	memcpy(key, bytes, key_len);
	*out = key;
	return LANE_ENGINE_OK;
}

static int chacha20(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const uint32_t counter = (uint32_t)iv[0] | (uint32_t)iv[1] << 8 | (uint32_t)iv[2] << 16 | (uint32_t)iv[3] << 24;
	CRYPTO_chacha_20(out, in, len, key, iv + 4, counter);
	return LANE_ENGINE_OK;
}

#define SOURCE(bits, upper, lower) EVP_aes_##bits##_##lower
#define CTR(bits, key_bytes)                                                                                           \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CTR", .capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,       \
		.key_len = key_bytes, .iv_len = 16, .block_len = 1, .key_new = ctr_new, .key_free = ctr_free,          \
		.encrypt = ctr, .decrypt = ctr                                                                         \
	}
#else
#define SOURCE(bits, upper, lower) "AES-" #bits "-" #upper
#define CTR(bits, key_bytes) AES(bits, CTR, ctr, key_bytes, 16, 1, 0)
#endif

#define AES(bits, upper, lower, key_bytes, iv_bytes, block, min)                                                       \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-" #upper, .data = &(const cipher_source){SOURCE(bits, upper, lower)},      \
		.capabilities = LANE_ENGINE_IN_PLACE, .key_len = key_bytes, .iv_len = iv_bytes, .block_len = block,    \
		.min_len = min, .key_new = key_new, .key_free = key_free, .encrypt = encrypt, .decrypt = decrypt       \
	}
static const struct lane_engine_cipher items[] = {
	CTR(128, 16),
	CTR(192, 24),
	CTR(256, 32),
	AES(128, ECB, ecb, 16, 0, 16, 0),
	AES(192, ECB, ecb, 24, 0, 16, 0),
	AES(256, ECB, ecb, 32, 0, 16, 0),
	AES(128, CBC, cbc, 16, 16, 16, 0),
	AES(192, CBC, cbc, 24, 16, 16, 0),
	AES(256, CBC, cbc, 32, 16, 16, 0),
#if !LANE_BORING
	AES(128, XTS, xts, 32, 16, 1, 16),
#endif
#if !LANE_BORING || defined(OPENSSL_IS_AWSLC)
	AES(256, XTS, xts, 64, 16, 1, 16), // BoringSSL's is in a library that is not installed
#endif
	{
		.algorithm = "ChaCha20",
		.capabilities = LANE_ENGINE_IN_PLACE,
		.key_len = 32,
		.iv_len = 16,
		.block_len = 1,
#if LANE_BORING
		.key_new = chacha20_new,
		.key_free = chacha20_free,
		.encrypt = chacha20,
		.decrypt = chacha20,
#else
		.data = &(const cipher_source){"ChaCha20"},
		.key_new = key_new,
		.key_free = key_free,
		.encrypt = encrypt,
		.decrypt = decrypt,
#endif
	},
};

const struct lane_engine_table lane_cipher_table = LANE_TABLE(lane_engine_cipher, items);
