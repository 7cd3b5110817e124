// SPDX-License-Identifier: MIT
// Ciphers. ChaCha20 is not here: Botan's C API begins it at block 0 only.

#include "botan_engine.h"

// ---- AES-ECB: the block cipher itself ----

static int ecb_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	botan_block_cipher_t aes;
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	int error = botan_block_cipher_init(&aes, item->data);
	if (error)
		return botan_status(engine, error);
	error = botan_block_cipher_set_key(aes, bytes, key_len);
	if (error)
		botan_block_cipher_destroy(aes);
	else
		*out = aes;
	return botan_status(engine, error);
}

static void ecb_free(void *key)
{
	if (key)
		botan_block_cipher_destroy(key);
}

static int ecb_encrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	(void)iv;
	if (len % 16)
		return LANE_ENGINE_UNSUPPORTED;
	return botan_block_cipher_encrypt_blocks(key, in, out, len / 16) ? LANE_ENGINE_FAILED : LANE_ENGINE_OK;
}

static int ecb_decrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	(void)iv;
	if (len % 16)
		return LANE_ENGINE_UNSUPPORTED;
	return botan_block_cipher_decrypt_blocks(key, in, out, len / 16) ? LANE_ENGINE_FAILED : LANE_ENGINE_OK;
}

// ---- CTR, CBC, XTS ----

struct key {
	struct lane_engine_object *engine;
	botan_cipher_t encrypt, decrypt;
	size_t block_len, min_len, min_end, granularity;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	if (key->encrypt)
		botan_cipher_destroy(key->encrypt);
	if (key->decrypt)
		botan_cipher_destroy(key->decrypt);
	free(key);
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	*key = (struct key){.engine = engine,
			    .block_len = item->block_len,
			    .min_len = item->min_len,
			    .min_end = item->min_len > item->block_len ? item->min_len : item->block_len};
	int error = botan_cipher_new(item->data, BOTAN_CIPHER_INIT_FLAG_ENCRYPT, bytes, key_len, &key->encrypt);
	if (!error)
		error = botan_cipher_new(item->data, BOTAN_CIPHER_INIT_FLAG_DECRYPT, bytes, key_len, &key->decrypt);
	if (!error)
		error = botan_cipher_get_update_granularity(key->encrypt, &key->granularity);
	if (error) {
		key_free(key);
		return botan_status(engine, error);
	}
	*out = key;
	return LANE_ENGINE_OK;
}

// The last call copies what it is given, so all but the end goes by plain updates, unless they are of a byte each.
static inline int run(const struct key *key, botan_cipher_t cipher, const uint8_t *iv, uint8_t *out, const uint8_t *in,
		      size_t len)
{
	if (len % key->block_len || len < key->min_len)
		return LANE_ENGINE_UNSUPPORTED;
	if (len == 0) // CBC wants a last block
		return LANE_ENGINE_OK;
	size_t written, consumed, head = 0;
	int error = botan_cipher_start(cipher, iv, 16);
	if (!error && key->granularity > 1) {
		head = (len - key->min_end) / key->granularity * key->granularity;
		if (head)
			error = botan_cipher_update(cipher, 0, out, head, &written, in, head, &consumed);
	}
	if (!error)
		error = botan_cipher_update(cipher, BOTAN_CIPHER_UPDATE_FLAG_FINAL, out + head, len - head, &written,
					    in + head, len - head, &consumed);
	return botan_status(key->engine, error);
}

static int encrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	return run(key, key->encrypt, iv, out, in, len);
}

static int decrypt(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	return run(key, key->decrypt, iv, out, in, len);
}

#define ECB(bits)                                                                                                      \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-ECB", .data = "AES-" #bits, .capabilities = LANE_ENGINE_IN_PLACE,          \
		.key_len = bits / 8, .block_len = 16, .key_new = ecb_new, .key_free = ecb_free,                        \
		.encrypt = ecb_encrypt, .decrypt = ecb_decrypt                                                         \
	}
#define ITEM(text, name, key_bytes, block, min)                                                                        \
	{                                                                                                              \
		.algorithm = text, .data = name, .capabilities = LANE_ENGINE_IN_PLACE, .key_len = key_bytes,           \
		.iv_len = 16, .block_len = block, .min_len = min, .key_new = key_new, .key_free = key_free,            \
		.encrypt = encrypt, .decrypt = decrypt                                                                 \
	}
#define CTR(bits) ITEM("AES-" #bits "-CTR", "CTR-BE(AES-" #bits ")", bits / 8, 1, 0)
#define CBC(bits) ITEM("AES-" #bits "-CBC", "AES-" #bits "/CBC/NoPadding", bits / 8, 16, 0)
#define XTS(bits) ITEM("AES-" #bits "-XTS", "AES-" #bits "/XTS", 2 * bits / 8, 1, 16)
static const struct lane_engine_cipher items[] = {
	CTR(128), CTR(192), CTR(256), ECB(128), ECB(192), ECB(256), CBC(128), CBC(192), CBC(256), XTS(128), XTS(256),
};
const struct lane_engine_table botan_cipher_table = ADAPTOR_TABLE(items);
