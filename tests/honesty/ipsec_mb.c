// SPDX-License-Identifier: MIT
#include "bare.h"

#include <intel-ipsec-mb.h>

static IMB_MGR *manager;
static struct gcm_key_data gcm_key __attribute__((aligned(64)));
static struct gcm_context_data gcm;
static struct chacha20_poly1305_context_data chacha_poly;
static aes_gcm_enc_dec_t gcm_seal_call, gcm_open_call;
static uint32_t schedule[60] __attribute__((aligned(64))), inverse[60] __attribute__((aligned(64)));
static uint8_t bytes[32];
static IMB_JOB aes_job;

enum { direct_len = 768 }; // from here on three direct calls beat a job

static int start(void)
{
	if (!manager) {
		manager = alloc_mb_mgr(0);
		init_mb_mgr_auto(manager, NULL);
	}
	return manager != NULL;
}

static int set_gcm(const uint8_t *key, size_t len)
{
	if (!start())
		return 0;
	if (len == 16)
		IMB_AES128_GCM_PRE(manager, key, &gcm_key);
	else if (len == 24)
		IMB_AES192_GCM_PRE(manager, key, &gcm_key);
	else
		IMB_AES256_GCM_PRE(manager, key, &gcm_key);
	gcm_seal_call = len == 16 ? manager->gcm128_enc : len == 24 ? manager->gcm192_enc : manager->gcm256_enc;
	gcm_open_call = len == 16 ? manager->gcm128_dec : len == 24 ? manager->gcm192_dec : manager->gcm256_dec;
	return 1;
}

static int set_aes(const uint8_t *key, size_t len)
{
	if (!start())
		return 0;
	if (len == 16)
		IMB_AES_KEYEXP_128(manager, key, schedule, inverse);
	else if (len == 24)
		IMB_AES_KEYEXP_192(manager, key, schedule, inverse);
	else
		IMB_AES_KEYEXP_256(manager, key, schedule, inverse);
	aes_job = (IMB_JOB){.enc_keys = schedule, .dec_keys = inverse, .key_len_in_bytes = len, .iv_len_in_bytes = 16};
	return 1;
}

static int set_bytes(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	return start();
}

static int run(void)
{
	const IMB_JOB *done = IMB_SUBMIT_JOB_NOCHECK(manager);
	if (!done)
		done = IMB_FLUSH_JOB(manager);
	return done && done->status == IMB_STATUS_COMPLETED;
}

static int chacha_poly_job(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			   uint8_t *tag, IMB_CIPHER_DIRECTION direction)
{
	IMB_JOB *const job = IMB_GET_NEXT_JOB(manager);
	job->cipher_mode = IMB_CIPHER_CHACHA20_POLY1305;
	job->hash_alg = IMB_AUTH_CHACHA20_POLY1305;
	job->cipher_direction = direction;
	job->chain_order = direction == IMB_DIR_ENCRYPT ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
	job->enc_keys = job->dec_keys = bytes;
	job->key_len_in_bytes = sizeof bytes;
	job->src = in;
	job->dst = out;
	job->cipher_start_src_offset_in_bytes = job->hash_start_src_offset_in_bytes = 0;
	job->msg_len_to_cipher_in_bytes = job->msg_len_to_hash_in_bytes = len;
	job->iv = nonce;
	job->iv_len_in_bytes = 12;
	job->u.CHACHA20_POLY1305.aad = aad;
	job->u.CHACHA20_POLY1305.aad_len_in_bytes = bare_aad_len;
	job->auth_tag_output = tag;
	job->auth_tag_output_len_in_bytes = bare_tag_len;
	return run();
}

static int seal_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len, uint8_t *tag)
{
	if (len < direct_len)
		return chacha_poly_job(nonce, aad, out, in, len, tag, IMB_DIR_ENCRYPT);
	IMB_CHACHA20_POLY1305_INIT(manager, bytes, &chacha_poly, nonce, aad, bare_aad_len);
	IMB_CHACHA20_POLY1305_ENC_UPDATE(manager, bytes, &chacha_poly, out, in, len);
	IMB_CHACHA20_POLY1305_ENC_FINALIZE(manager, &chacha_poly, tag, bare_tag_len);
	return 1;
}

static int open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
		    const uint8_t *tag)
{
	uint8_t computed[16];
	if (len < direct_len)
		return chacha_poly_job(nonce, aad, out, in, len, computed, IMB_DIR_DECRYPT) &&
		       bare_tags_equal(computed, tag);
	IMB_CHACHA20_POLY1305_INIT(manager, bytes, &chacha_poly, nonce, aad, bare_aad_len);
	IMB_CHACHA20_POLY1305_DEC_UPDATE(manager, bytes, &chacha_poly, out, in, len);
	IMB_CHACHA20_POLY1305_DEC_FINALIZE(manager, &chacha_poly, computed, bare_tag_len);
	return bare_tags_equal(computed, tag);
}

static int gcm_open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			const uint8_t *tag)
{
	uint8_t computed[16];
	gcm_open_call(&gcm_key, &gcm, out, in, len, nonce, aad, bare_aad_len, computed, bare_tag_len);
	return bare_tags_equal(computed, tag);
}

// The burst of one, whose job names mode and direction too where the library looks at them.
static int aes_one(IMB_CIPHER_MODE mode, IMB_CIPHER_DIRECTION direction, const uint8_t *iv, uint8_t *out,
		   const uint8_t *in, size_t len)
{
	aes_job.cipher_mode = mode;
	aes_job.cipher_direction = direction;
	aes_job.src = in;
	aes_job.dst = out;
	aes_job.iv = iv;
	aes_job.msg_len_to_cipher_in_bytes = len;
	return IMB_SUBMIT_CIPHER_BURST_NOCHECK(manager, &aes_job, 1, mode, direction,
					       (IMB_KEY_SIZE_BYTES)aes_job.key_len_in_bytes) == 1;
}

static int poly1305_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	IMB_JOB *const job = IMB_GET_NEXT_JOB(manager);
	job->cipher_mode = IMB_CIPHER_NULL;
	job->hash_alg = IMB_AUTH_POLY1305;
	job->cipher_direction = IMB_DIR_ENCRYPT;
	job->chain_order = IMB_ORDER_HASH_CIPHER;
	job->src = in;
	job->hash_start_src_offset_in_bytes = 0;
	job->msg_len_to_hash_in_bytes = len;
	job->u.POLY1305._key = bytes;
	job->auth_tag_output = tag;
	job->auth_tag_output_len_in_bytes = 16;
	return run();
}

static int chacha20_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	IMB_JOB *const job = IMB_GET_NEXT_JOB(manager);
	job->cipher_mode = IMB_CIPHER_CHACHA20;
	job->hash_alg = IMB_AUTH_NULL;
	job->cipher_direction = IMB_DIR_ENCRYPT;
	job->chain_order = IMB_ORDER_CIPHER_HASH;
	job->enc_keys = bytes;
	job->key_len_in_bytes = sizeof bytes;
	job->src = in;
	job->dst = out;
	job->cipher_start_src_offset_in_bytes = 0;
	job->msg_len_to_cipher_in_bytes = len;
	job->iv = iv + 4;
	job->iv_len_in_bytes = 12;
	return run();
}

BARE_SEAL(gcm_seal, (gcm_seal_call(&gcm_key, &gcm, out, in, len, nonce, aad, bare_aad_len, tag, bare_tag_len), 1))
BARE_OPEN(gcm_open, gcm_open_one(nonce, aad, out, in, len, tag))
BARE_SEAL(chacha_seal, seal_one(nonce, aad, out, in, len, tag))
BARE_OPEN(chacha_open, open_one(nonce, aad, out, in, len, tag))
BARE_CIPHER(ctr, aes_one(IMB_CIPHER_CNTR, IMB_DIR_ENCRYPT, nonce, out, in, len))
BARE_CIPHER(cbc_encrypt, aes_one(IMB_CIPHER_CBC, IMB_DIR_ENCRYPT, nonce, out, in, len))
BARE_CIPHER(cbc_decrypt, aes_one(IMB_CIPHER_CBC, IMB_DIR_DECRYPT, nonce, out, in, len))
BARE_CIPHER(chacha20, chacha20_one(nonce, out, in, len))
BARE_MAC(ghash, (memset(tag, 0, 16), IMB_GHASH(manager, &gcm_key, in, len, tag, 16), 1))
BARE_MAC(poly1305, poly1305_one(tag, in, len))

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, gcm),   BARE_AEAD_ROWS("ChaCha20-Poly1305", set_bytes, chacha),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "CTR", set_aes, ctr), BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_aes, cbc),
	BARE_ENCRYPT_ROW("ChaCha20", set_bytes, chacha20),    BARE_MAC_ROW("GHASH", set_gcm, ghash),
	BARE_MAC_ROW("Poly1305", set_bytes, poly1305),        {NULL, NULL, NULL, NULL},
};
