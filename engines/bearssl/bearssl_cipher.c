// SPDX-License-Identifier: MIT
// AES-CTR, AES-CBC and ChaCha20; GHASH, HMAC and SHA-256.

#include "bearssl_engine.h"

union key {
	br_aes_gen_ctr_keys ctr;
	struct {
		br_aes_gen_cbcenc_keys enc;
		br_aes_gen_cbcdec_keys dec;
	} cbc;
	struct {
		uint8_t bytes[32];
		br_chacha20_run run;
	} chacha20;
	struct {
		uint8_t h[16]; // the encrypted zero block
		br_ghash run;
	} ghash;
	br_hmac_key_context hmac;
};

static void key_free(void *key)
{
	adaptor_free(key, sizeof(union key));
}

// A key whose length is the item's, still empty.
static int key_make(struct lane_engine_object *engine, size_t key_len, uint32_t wanted, union key **out)
{
	*out = NULL;
	if (key_len != wanted)
		return LANE_ENGINE_UNSUPPORTED;
	*out = adaptor_alloc(engine, sizeof **out);
	return *out ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

#define KEY_NEW(name, item_type, set)                                                                                  \
	static int name(struct lane_engine_object *engine, const struct item_type *item, const uint8_t *bytes,         \
			size_t key_len, void **out)                                                                    \
	{                                                                                                              \
		union key *key;                                                                                        \
		const int status = key_make(engine, key_len, item->key_len, &key);                                     \
		if (key)                                                                                               \
			set(key, bytes, key_len);                                                                      \
		*out = key;                                                                                            \
		return status;                                                                                         \
	}

// ---- AES-CTR ----

static void set_ctr(union key *key, const uint8_t *bytes, size_t key_len)
{
	bearssl_best()->ctr->init(&key->ctr.vtable, bytes, key_len);
}
KEY_NEW(ctr_key_new, lane_engine_cipher, set_ctr)

// The library counts in 32 bits: a message that runs over them is done in pieces, the carry added between.
__attribute__((noinline)) static void ctr_crypt_over(const br_aes_gen_ctr_keys *key, const uint8_t *iv, uint8_t *out,
						     size_t len)
{
	uint8_t counter[16];
	memcpy(counter, iv, 16);
	for (size_t done = 0; done < len;) {
		const uint32_t low = adaptor_load32_be(counter + 12);
		const uint64_t n_left = 16 * ((UINT64_C(1) << 32) - low);
		const size_t n_now = len - done < n_left ? len - done : n_left;
		key->vtable->run(&key->vtable, counter, low, out + done, n_now);
		done += n_now;
		memset(counter + 12, 0, 4);
		for (int i = 11; i >= 0 && ++counter[i] == 0; i--)
			;
	}
}

static int ctr_crypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const br_aes_gen_ctr_keys *const key = p;
	const uint32_t low = adaptor_load32_be(iv + 12);
	bearssl_bring(out, in, len);
	if (len <= 16 * ((UINT64_C(1) << 32) - low))
		key->vtable->run(&key->vtable, iv, low, out, len);
	else
		ctr_crypt_over(key, iv, out, len);
	return LANE_ENGINE_OK;
}

// ---- AES-CBC ----

static void set_cbc(union key *key, const uint8_t *bytes, size_t key_len)
{
	bearssl_best()->cbcenc->init(&key->cbc.enc.vtable, bytes, key_len);
	bearssl_best()->cbcdec->init(&key->cbc.dec.vtable, bytes, key_len);
}
KEY_NEW(cbc_key_new, lane_engine_cipher, set_cbc)

static int cbc_encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const union key *const key = p;
	uint8_t chain[16];
	if (len % 16 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	memcpy(chain, iv, sizeof chain);
	bearssl_bring(out, in, len);
	key->cbc.enc.vtable->run(&key->cbc.enc.vtable, chain, out, len);
	return LANE_ENGINE_OK;
}

static int cbc_decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const union key *const key = p;
	uint8_t chain[16];
	if (len % 16 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	memcpy(chain, iv, sizeof chain);
	bearssl_bring(out, in, len);
	key->cbc.dec.vtable->run(&key->cbc.dec.vtable, chain, out, len);
	return LANE_ENGINE_OK;
}

// ---- ChaCha20 ----

static void set_chacha20(union key *key, const uint8_t *bytes, size_t key_len)
{
	memcpy(key->chacha20.bytes, bytes, key_len);
	key->chacha20.run = bearssl_best()->chacha20;
}
KEY_NEW(chacha20_key_new, lane_engine_cipher, set_chacha20)

static int chacha20(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const union key *const key = p;
	bearssl_bring(out, in, len);
	key->chacha20.run(key->chacha20.bytes, iv + 4, adaptor_load32_le(iv), out, len);
	return LANE_ENGINE_OK;
}

#define AES(bits, mode, block, encrypt_function, decrypt_function, new_function)                                       \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-" mode, .capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,     \
		.key_len = bits / 8, .iv_len = 16, .block_len = block, .key_new = new_function, .key_free = key_free,  \
		.encrypt = encrypt_function, .decrypt = decrypt_function                                               \
	}
#define CTR(bits) AES(bits, "CTR", 1, ctr_crypt, ctr_crypt, ctr_key_new)
#define CBC(bits) AES(bits, "CBC", 16, cbc_encrypt, cbc_decrypt, cbc_key_new)
static const struct lane_engine_cipher ciphers[] = {
	CTR(128),
	CTR(192),
	CTR(256),
	CBC(128),
	CBC(192),
	CBC(256),
	{
		.algorithm = "ChaCha20",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_SHARED_KEY,
		.key_len = 32,
		.iv_len = 16,
		.block_len = 1,
		.key_new = chacha20_key_new,
		.key_free = key_free,
		.encrypt = chacha20,
		.decrypt = chacha20,
	},
};
const struct lane_engine_table bearssl_cipher_table = ADAPTOR_TABLE(ciphers);

// ---- MACs and hashes ----

static void set_ghash(union key *key, const uint8_t *bytes, size_t key_len)
{
	br_aes_gen_ctr_keys aes;
	static const uint8_t zeroes[12];
	bearssl_best()->ctr->init(&aes.vtable, bytes, key_len);
	aes.vtable->run(&aes.vtable, zeroes, 0, key->ghash.h, sizeof key->ghash.h);
	explicit_bzero(&aes, sizeof aes);
	key->ghash.run = bearssl_best()->ghash;
}
KEY_NEW(ghash_key_new, lane_engine_mac, set_ghash)

static int ghash(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const union key *const key = p;
	memset(tag, 0, 16); // where it begins
	key->ghash.run(tag, key->ghash.h, in, len);
	return LANE_ENGINE_OK;
}

static void set_hmac(union key *key, const uint8_t *bytes, size_t key_len)
{
	br_hmac_key_init(&key->hmac, &br_sha256_vtable, bytes, key_len);
}
KEY_NEW(hmac_key_new, lane_engine_mac, set_hmac)

static int hmac(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	br_hmac_context context;
	br_hmac_init(&context, key, 0);
	br_hmac_update(&context, in, len);
	br_hmac_out(&context, tag);
	explicit_bzero(&context, sizeof context);
	return LANE_ENGINE_OK;
}

static void set_nothing(union key *key, const uint8_t *bytes, size_t key_len)
{
	(void)key;
	(void)bytes;
	(void)key_len;
}
KEY_NEW(sha256_key_new, lane_engine_mac, set_nothing)

static int sha256(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	(void)key;
	br_sha256_context context;
	br_sha256_init(&context);
	br_sha256_update(&context, in, len);
	br_sha256_out(&context, tag);
	return LANE_ENGINE_OK;
}

#define MAC(name, key_bytes, tag_bytes, new_function, function)                                                        \
	{                                                                                                              \
		.algorithm = name, .capabilities = LANE_ENGINE_SHARED_KEY, .key_len = key_bytes, .tag_len = tag_bytes, \
		.block_len = 1, .key_new = new_function, .key_free = key_free, .compute = function                     \
	}
static const struct lane_engine_mac macs[] = {
	MAC("GHASH", 16, 16, ghash_key_new, ghash),
	MAC("HMAC-SHA-256", 32, 32, hmac_key_new, hmac),
	MAC("SHA-256", 0, 32, sha256_key_new, sha256),
};
const struct lane_engine_table bearssl_mac_table = ADAPTOR_TABLE(macs);
