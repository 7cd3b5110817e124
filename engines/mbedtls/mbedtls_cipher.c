// SPDX-License-Identifier: MIT
// AES-CTR, -ECB, -CBC, -XTS and ChaCha20.

#include <mbedtls/aes.h>
#include <mbedtls/chacha20.h>

#include "mbedtls_engine.h"

struct key {
	union {
		struct {
			mbedtls_aes_context encrypt, decrypt;
		} aes;
		struct {
			mbedtls_aes_xts_context encrypt, decrypt;
		} xts;
		mbedtls_chacha20_context chacha20;
	};
	struct lane_engine_object *engine;
};

// The contexts of symmetric ciphers own nothing: to wipe them is all.
static void key_free(void *key)
{
	adaptor_free(key, sizeof(struct key));
}

static int aes_set(struct key *key, const uint8_t *bytes, unsigned bits)
{
	mbedtls_aes_init(&key->aes.encrypt);
	mbedtls_aes_init(&key->aes.decrypt);
	const int answer = mbedtls_aes_setkey_enc(&key->aes.encrypt, bytes, bits);
	return answer ? answer : mbedtls_aes_setkey_dec(&key->aes.decrypt, bytes, bits);
}

static int xts_set(struct key *key, const uint8_t *bytes, unsigned bits)
{
	mbedtls_aes_xts_init(&key->xts.encrypt);
	mbedtls_aes_xts_init(&key->xts.decrypt);
	const int answer = mbedtls_aes_xts_setkey_enc(&key->xts.encrypt, bytes, bits);
	return answer ? answer : mbedtls_aes_xts_setkey_dec(&key->xts.decrypt, bytes, bits);
}

static int chacha20_set(struct key *key, const uint8_t *bytes, unsigned bits)
{
	(void)bits;
	mbedtls_chacha20_init(&key->chacha20);
	return mbedtls_chacha20_setkey(&key->chacha20, bytes);
}

#define NEW(name, set)                                                                                                 \
	static int name(struct lane_engine_object *engine, const struct lane_engine_cipher *item,                      \
			const uint8_t *bytes, size_t key_len, void **out)                                              \
	{                                                                                                              \
		*out = NULL;                                                                                           \
		if (key_len != item->key_len)                                                                          \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		struct key *const key = adaptor_alloc(engine, sizeof *key);                                            \
		if (!key)                                                                                              \
			return LANE_ENGINE_FAILED;                                                                     \
		key->engine = engine;                                                                                  \
		return mbedtls_made(engine, set(key, bytes, (unsigned)key_len * 8), key, key_free, out);               \
	}
NEW(aes_key_new, aes_set)
NEW(xts_key_new, xts_set)
NEW(chacha20_key_new, chacha20_set)

static inline int done(struct key *key, int answer)
{
	return mbedtls_status(key->engine, answer, "the cipher failed");
}

static int ctr(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	uint8_t counter[16], stream[16];
	size_t offset = 0;
	memcpy(counter, iv, sizeof counter);
	return done(key, mbedtls_aes_crypt_ctr(&key->aes.encrypt, len, &offset, counter, stream, in, out));
}

// The library has ECB block by block only.
static inline int ecb(struct key *key, mbedtls_aes_context *aes, int mode, uint8_t *out, const uint8_t *in, size_t len)
{
	int answer = 0;
	if (len % 16 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	for (size_t i = 0; i < len && answer == 0; i += 16)
		answer = mbedtls_aes_crypt_ecb(aes, mode, in + i, out + i);
	return done(key, answer);
}

static int ecb_encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	(void)iv;
	return ecb(key, &key->aes.encrypt, MBEDTLS_AES_ENCRYPT, out, in, len);
}

static int ecb_decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	(void)iv;
	return ecb(key, &key->aes.decrypt, MBEDTLS_AES_DECRYPT, out, in, len);
}

static inline int cbc(struct key *key, mbedtls_aes_context *aes, int mode, const uint8_t *iv, uint8_t *out,
		      const uint8_t *in, size_t len)
{
	uint8_t chain[16];
	if (len % 16 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	memcpy(chain, iv, sizeof chain);
	return done(key, mbedtls_aes_crypt_cbc(aes, mode, len, chain, in, out));
}

static int cbc_encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	return cbc(key, &key->aes.encrypt, MBEDTLS_AES_ENCRYPT, iv, out, in, len);
}

static int cbc_decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	return cbc(key, &key->aes.decrypt, MBEDTLS_AES_DECRYPT, iv, out, in, len);
}

static inline int xts(struct key *key, mbedtls_aes_xts_context *aes, int mode, const uint8_t *iv, uint8_t *out,
		      const uint8_t *in, size_t len)
{
	if (len < 16 || len > (size_t)16 << 20) // IEEE 1619: at most 2^20 blocks
		return LANE_ENGINE_UNSUPPORTED;
	return done(key, mbedtls_aes_crypt_xts(aes, mode, len, iv, in, out));
}

static int xts_encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	return xts(key, &key->xts.encrypt, MBEDTLS_AES_ENCRYPT, iv, out, in, len);
}

static int xts_decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	return xts(key, &key->xts.decrypt, MBEDTLS_AES_DECRYPT, iv, out, in, len);
}

static int chacha20(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	struct key *const key = p;
	int answer = mbedtls_chacha20_starts(&key->chacha20, iv + 4, adaptor_load32_le(iv));
	if (answer == 0)
		answer = mbedtls_chacha20_update(&key->chacha20, len, in, out);
	return done(key, answer);
}

#define AES(bits, mode, flags, keys, iv_bytes, block, least, new_function, encrypt_function, decrypt_function)         \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-" mode, .capabilities = flags, .key_len = keys * bits / 8,                 \
		.iv_len = iv_bytes, .block_len = block, .min_len = least, .key_new = new_function,                     \
		.key_free = key_free, .encrypt = encrypt_function, .decrypt = decrypt_function                         \
	}
#define CTR(bits) AES(bits, "CTR", LANE_ENGINE_IN_PLACE, 1, 16, 1, 0, aes_key_new, ctr, ctr)
#define ECB(bits) AES(bits, "ECB", LANE_ENGINE_IN_PLACE, 1, 0, 16, 0, aes_key_new, ecb_encrypt, ecb_decrypt)
#define CBC(bits) AES(bits, "CBC", LANE_ENGINE_IN_PLACE, 1, 16, 16, 0, aes_key_new, cbc_encrypt, cbc_decrypt)
// Not in place: there 2.28 spoils a last block that is not whole.
#define XTS(bits) AES(bits, "XTS", 0, 2, 16, 1, 16, xts_key_new, xts_encrypt, xts_decrypt)
static const struct lane_engine_cipher ciphers[] = {
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
		.key_len = 32,
		.iv_len = 16,
		.block_len = 1,
		.key_new = chacha20_key_new,
		.key_free = key_free,
		.encrypt = chacha20,
		.decrypt = chacha20,
	},
};
const struct lane_engine_table mbedtls_cipher_table = ADAPTOR_TABLE(ciphers);
