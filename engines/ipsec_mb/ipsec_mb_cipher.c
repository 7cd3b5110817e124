// SPDX-License-Identifier: MIT
// AES-CTR and AES-CBC by bursts of one, ChaCha20 and Poly1305 by jobs, GHASH by a direct call.

#include "ipsec_mb_engine.h"

// ---- AES-CTR, AES-CBC ----

struct aes_key {
	uint32_t schedule[60]; // the cipher key expanded
	uint32_t inverse[60];  // the inverse cipher's
	IMB_JOB job;           // filled but for the message
	IMB_KEY_SIZE_BYTES key_size;
	struct lane_engine_object *engine;
};

static int aes_key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item, const uint8_t *bytes,
		       size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct aes_key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	if (key_len == 16)
		IMB_AES_KEYEXP_128(engine->manager, bytes, key->schedule, key->inverse);
	else if (key_len == 24)
		IMB_AES_KEYEXP_192(engine->manager, bytes, key->schedule, key->inverse);
	else
		IMB_AES_KEYEXP_256(engine->manager, bytes, key->schedule, key->inverse);
	key->engine = engine;
	key->key_size = (IMB_KEY_SIZE_BYTES)key_len;
	key->job.enc_keys = key->schedule;
	key->job.dec_keys = key->inverse;
	key->job.key_len_in_bytes = key_len;
	key->job.iv_len_in_bytes = 16;
	key->job.hash_alg = IMB_AUTH_NULL;
	*out = key;
	return LANE_ENGINE_OK;
}

static void aes_key_free(void *key)
{
	adaptor_free(key, sizeof(struct aes_key));
}

static inline int burst(struct aes_key *key, IMB_CIPHER_MODE mode, IMB_CIPHER_DIRECTION direction, const uint8_t *iv,
			uint8_t *out, const uint8_t *in, size_t len)
{
	key->job.cipher_mode = mode;
	key->job.cipher_direction = direction;
	key->job.src = in;
	key->job.dst = out;
	key->job.iv = iv;
	key->job.msg_len_to_cipher_in_bytes = len;
	if (IMB_SUBMIT_CIPHER_BURST_NOCHECK(key->engine->manager, &key->job, 1, mode, direction, key->key_size) != 1)
		return adaptor_failed(key->engine, "a burst was not completed");
	return LANE_ENGINE_OK;
}

static inline int ctr_burst(struct aes_key *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	return burst(key, IMB_CIPHER_CNTR, IMB_DIR_ENCRYPT, iv, out, in, len);
}

// The library counts in the last 32 bits of the block and drops the carry: a message that runs over
// 2^32 is done piece by piece, the carry added between them.
__attribute__((noinline)) static int ctr_crypt_over(struct aes_key *key, const uint8_t *iv, uint8_t *out,
						    const uint8_t *in, size_t len)
{
	uint8_t counter[16];
	memcpy(counter, iv, 16);
	for (size_t done = 0; done < len;) {
		const uint64_t n_left = 16 * ((UINT64_C(1) << 32) - adaptor_load32_be(counter + 12));
		const size_t n_now = len - done < n_left ? len - done : n_left;
		const int status = ctr_burst(key, counter, out + done, in + done, n_now);
		if (status != LANE_ENGINE_OK)
			return status;
		done += n_now;
		memset(counter + 12, 0, 4);
		for (int i = 11; i >= 0 && ++counter[i] == 0; i--)
			;
	}
	return LANE_ENGINE_OK;
}

static int ctr_crypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	if (len == 0)
		return LANE_ENGINE_OK;
	if (len > 16 * ((UINT64_C(1) << 32) - adaptor_load32_be(iv + 12)))
		return ctr_crypt_over(key, iv, out, in, len);
	return ctr_burst(key, iv, out, in, len);
}

static int cbc_encrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	if (len % 16 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	return len == 0 ? LANE_ENGINE_OK : burst(key, IMB_CIPHER_CBC, IMB_DIR_ENCRYPT, iv, out, in, len);
}

static int cbc_decrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	if (len % 16 != 0)
		return LANE_ENGINE_UNSUPPORTED;
	return len == 0 ? LANE_ENGINE_OK : burst(key, IMB_CIPHER_CBC, IMB_DIR_DECRYPT, iv, out, in, len);
}

// ---- ChaCha20 ----

struct bytes_key {
	uint8_t bytes[32];
	struct lane_engine_object *engine;
};

static int take_bytes(struct lane_engine_object *engine, const uint8_t *bytes, size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != 32)
		return LANE_ENGINE_UNSUPPORTED;
	struct bytes_key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	memcpy(key->bytes, bytes, sizeof key->bytes);
	*out = key;
	return LANE_ENGINE_OK;
}

static void bytes_key_free(void *key)
{
	adaptor_free(key, sizeof(struct bytes_key));
}

static int chacha20_key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item,
			    const uint8_t *bytes, size_t key_len, void **out)
{
	(void)item;
	return take_bytes(engine, bytes, key_len, out);
}

// The library's key stream always begins at block 1, as RFC 8439 §2.8 has it for text.
static int chacha20(void *p, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct bytes_key *const key = p;
	if (adaptor_load32_le(iv) != 1 || len > 64 * UINT64_C(0xffffffff))
		return LANE_ENGINE_UNSUPPORTED;
	if (len == 0)
		return LANE_ENGINE_OK;
	IMB_JOB *const job = next_job(key->engine);
	job->cipher_mode = IMB_CIPHER_CHACHA20;
	job->hash_alg = IMB_AUTH_NULL;
	job->cipher_direction = IMB_DIR_ENCRYPT;
	job->chain_order = IMB_ORDER_CIPHER_HASH;
	job->enc_keys = key->bytes;
	job->key_len_in_bytes = sizeof key->bytes;
	job->src = in;
	job->dst = out;
	job->cipher_start_src_offset_in_bytes = 0;
	job->msg_len_to_cipher_in_bytes = len;
	job->iv = iv + 4;
	job->iv_len_in_bytes = 12;
	return run_job(key->engine);
}

#define AES_CTR(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CTR", .capabilities = LANE_ENGINE_IN_PLACE, .key_len = bits / 8,           \
		.iv_len = 16, .block_len = 1, .key_new = aes_key_new, .key_free = aes_key_free, .encrypt = ctr_crypt,  \
		.decrypt = ctr_crypt                                                                                   \
	}
#define AES_CBC(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CBC", .capabilities = LANE_ENGINE_IN_PLACE, .key_len = bits / 8,           \
		.iv_len = 16, .block_len = 16, .key_new = aes_key_new, .key_free = aes_key_free,                       \
		.encrypt = cbc_encrypt, .decrypt = cbc_decrypt                                                         \
	}
static const struct lane_engine_cipher ciphers[] = {
	AES_CTR(128),
	AES_CTR(192),
	AES_CTR(256),
	AES_CBC(128),
	AES_CBC(192),
	AES_CBC(256),
	{
		.algorithm = "ChaCha20",
		.capabilities = LANE_ENGINE_IN_PLACE,
		.key_len = 32,
		.iv_len = 16,
		.block_len = 1,
		.key_new = chacha20_key_new,
		.key_free = bytes_key_free,
		.encrypt = chacha20,
		.decrypt = chacha20,
	},
};
const struct lane_engine_table ipsec_mb_cipher_table = ADAPTOR_TABLE(ciphers);

// ---- GHASH and Poly1305 ----

struct ghash_key {
	struct gcm_key_data gcm_key;
	struct lane_engine_object *engine;
};

static int ghash_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
			 size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct ghash_key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	IMB_AES128_GCM_PRE(engine->manager, bytes, &key->gcm_key);
	*out = key;
	return LANE_ENGINE_OK;
}

static void ghash_key_free(void *key)
{
	adaptor_free(key, sizeof(struct ghash_key));
}

static int ghash(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct ghash_key *const key = p;
	memset(tag, 0, 16); // where the library begins
	if (len > 0)
		IMB_GHASH(key->engine->manager, &key->gcm_key, in, len, tag, 16);
	return LANE_ENGINE_OK;
}

static int poly1305_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
			    size_t key_len, void **out)
{
	(void)item;
	return take_bytes(engine, bytes, key_len, out);
}

static int poly1305(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct bytes_key *const key = p;
	IMB_JOB *const job = next_job(key->engine);
	job->cipher_mode = IMB_CIPHER_NULL;
	job->hash_alg = IMB_AUTH_POLY1305;
	job->cipher_direction = IMB_DIR_ENCRYPT;
	job->chain_order = IMB_ORDER_HASH_CIPHER;
	job->src = in;
	job->hash_start_src_offset_in_bytes = 0;
	job->msg_len_to_hash_in_bytes = len;
	job->u.POLY1305._key = key->bytes;
	job->auth_tag_output = tag;
	job->auth_tag_output_len_in_bytes = 16;
	return run_job(key->engine);
}

static const struct lane_engine_mac macs[] = {
	{
		.algorithm = "GHASH",
		.key_len = 16,
		.tag_len = 16,
		.block_len = 1,
		.key_new = ghash_key_new,
		.key_free = ghash_key_free,
		.compute = ghash,
	},
	{
		.algorithm = "Poly1305",
		.key_len = 32,
		.tag_len = 16,
		.block_len = 1,
		.key_new = poly1305_key_new,
		.key_free = bytes_key_free,
		.compute = poly1305,
	},
};
const struct lane_engine_table ipsec_mb_mac_table = ADAPTOR_TABLE(macs);
