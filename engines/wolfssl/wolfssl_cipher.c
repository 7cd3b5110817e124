// SPDX-License-Identifier: MIT
// AES-CTR, -ECB, -CBC, -XTS and ChaCha20.

#include "wolfssl_engine.h"

#include <wolfssl/wolfcrypt/chacha.h>

struct key {
	union {
		struct {
			Aes encrypt, decrypt;
		} aes;
		struct {
			XtsAes encrypt, decrypt;
		} xts;
		ChaCha chacha20;
	};
	struct lane_engine_object *engine;
};

// Contexts without a device own nothing: to wipe them is all.
static void key_free(void *key)
{
	adaptor_free(key, sizeof(struct key));
}

static int aes_set_one(Aes *aes, const uint8_t *bytes, word32 len, int direction)
{
	const int answer = wc_AesInit(aes, NULL, INVALID_DEVID);
	return answer ? answer : wc_AesSetKey(aes, bytes, len, NULL, direction);
}

static int aes_set(struct key *key, const uint8_t *bytes, word32 len)
{
	const int answer = aes_set_one(&key->aes.encrypt, bytes, len, AES_ENCRYPTION);
	return answer ? answer : aes_set_one(&key->aes.decrypt, bytes, len, AES_DECRYPTION);
}

static int xts_set(struct key *key, const uint8_t *bytes, word32 len)
{
	const int answer = wc_AesXtsSetKey(&key->xts.encrypt, bytes, len, AES_ENCRYPTION, NULL, INVALID_DEVID);
	return answer ? answer : wc_AesXtsSetKey(&key->xts.decrypt, bytes, len, AES_DECRYPTION, NULL, INVALID_DEVID);
}

static int chacha20_set(struct key *key, const uint8_t *bytes, word32 len)
{
	return wc_Chacha_SetKey(&key->chacha20, bytes, len);
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
		return wolfssl_made(engine, set(key, bytes, (word32)key_len), key, key_free, out);                     \
	}
NEW(aes_key_new, aes_set)
NEW(xts_key_new, xts_set)
NEW(chacha20_key_new, chacha20_set)

static inline int done(struct key *key, int answer)
{
	return wolfssl_status(key->engine, answer, "the cipher failed");
}

#define CRYPT(name, fits, call)                                                                                        \
	static int name(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)                       \
	{                                                                                                              \
		struct key *const key = p;                                                                             \
		(void)iv;                                                                                              \
		if (len > wolfssl_max_len || !(fits))                                                                  \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		return done(key, call);                                                                                \
	}

static inline int ctr_crypt(Aes *aes, const uint8_t *iv, uint8_t *out, const uint8_t *in, word32 len)
{
	const int answer = wc_AesSetIV(aes, iv); // and forgets what is left of the last block
	return answer ? answer : wc_AesCtrEncrypt(aes, out, in, len);
}
CRYPT(ctr, 1, ctr_crypt(&key->aes.encrypt, iv, out, in, (word32)len))

CRYPT(ecb_encrypt, len % 16 == 0, wc_AesEcbEncrypt(&key->aes.encrypt, out, in, (word32)len))
CRYPT(ecb_decrypt, len % 16 == 0, wc_AesEcbDecrypt(&key->aes.decrypt, out, in, (word32)len))

static inline int cbc_crypt(Aes *aes, int (*crypt)(Aes *aes, byte *out, const byte *in, word32 len), const uint8_t *iv,
			    uint8_t *out, const uint8_t *in, word32 len)
{
	const int answer = wc_AesSetIV(aes, iv);
	return answer ? answer : crypt(aes, out, in, len);
}
CRYPT(cbc_encrypt, len % 16 == 0, cbc_crypt(&key->aes.encrypt, wc_AesCbcEncrypt, iv, out, in, (word32)len))
CRYPT(cbc_decrypt, len % 16 == 0, cbc_crypt(&key->aes.decrypt, wc_AesCbcDecrypt, iv, out, in, (word32)len))

CRYPT(xts_encrypt, len >= 16, wc_AesXtsEncrypt(&key->xts.encrypt, out, in, (word32)len, iv, 16))
CRYPT(xts_decrypt, len >= 16, wc_AesXtsDecrypt(&key->xts.decrypt, out, in, (word32)len, iv, 16))

static inline int chacha20_crypt(ChaCha *chacha20, const uint8_t *iv, uint8_t *out, const uint8_t *in, word32 len)
{
	const int answer = wc_Chacha_SetIV(chacha20, iv + 4, adaptor_load32_le(iv));
	return answer ? answer : wc_Chacha_Process(chacha20, out, in, len);
}
CRYPT(chacha20, 1, chacha20_crypt(&key->chacha20, iv, out, in, (word32)len))

#define AES(bits, mode, flags, keys, iv_bytes, block, least, new_function, encrypt_function, decrypt_function)         \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-" mode, .capabilities = flags, .key_len = keys * bits / 8,                 \
		.iv_len = iv_bytes, .block_len = block, .min_len = least, .key_new = new_function,                     \
		.key_free = key_free, .encrypt = encrypt_function, .decrypt = decrypt_function                         \
	}
#define CTR(bits) AES(bits, "CTR", LANE_ENGINE_IN_PLACE, 1, 16, 1, 0, aes_key_new, ctr, ctr)
#define ECB(bits) AES(bits, "ECB", LANE_ENGINE_IN_PLACE, 1, 0, 16, 0, aes_key_new, ecb_encrypt, ecb_decrypt)
#define CBC(bits) AES(bits, "CBC", LANE_ENGINE_IN_PLACE, 1, 16, 16, 0, aes_key_new, cbc_encrypt, cbc_decrypt)
// Not in place: there 5.5 spoils a last block that is not whole.
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
const struct lane_engine_table wolfssl_cipher_table = ADAPTOR_TABLE(ciphers);
