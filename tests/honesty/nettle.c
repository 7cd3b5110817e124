// SPDX-License-Identifier: MIT
#include "bare.h"

#include <nettle/aes.h>
#include <nettle/chacha-poly1305.h>
#include <nettle/chacha.h>
#include <nettle/ctr.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>

static struct gcm_aes128_ctx gcm128;
static struct gcm_aes256_ctx gcm256;
static struct aes128_ctx aes128;
static struct aes256_ctx aes256;
static struct chacha_poly1305_ctx chacha_poly;
static struct chacha_ctx chacha;
static struct hmac_sha256_ctx hmac;
static struct sha256_ctx sha;

#define SET(name, call)                                                                                                \
	static int name(const uint8_t *key, size_t len)                                                                \
	{                                                                                                              \
		(void)key, (void)len;                                                                                  \
		call;                                                                                                  \
		return 1;                                                                                              \
	}
SET(set_gcm128, gcm_aes128_set_key(&gcm128, key))
SET(set_gcm256, gcm_aes256_set_key(&gcm256, key))
SET(set_aes128, aes128_set_encrypt_key(&aes128, key))
SET(set_aes256, aes256_set_encrypt_key(&aes256, key))
SET(set_chacha_poly, chacha_poly1305_set_key(&chacha_poly, key))
SET(set_chacha, chacha_set_key(&chacha, key))
SET(set_hmac, hmac_sha256_set_key(&hmac, len, key))
SET(set_sha, sha256_init(&sha))

// It leaves the comparison of tags to its caller.
#define AEAD(name, context, set_nonce)                                                                                 \
	static int name##_open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in,          \
				   size_t len, const uint8_t *tag)                                                     \
	{                                                                                                              \
		uint8_t computed[16];                                                                                  \
		set_nonce;                                                                                             \
		name##_update(&context, bare_aad_len, aad);                                                            \
		name##_decrypt(&context, len, out, in);                                                                \
		name##_digest(&context, bare_tag_len, computed);                                                       \
		return bare_tags_equal(computed, tag);                                                                 \
	}                                                                                                              \
	BARE_SEAL(name##_seal,                                                                                         \
		  (set_nonce, name##_update(&context, bare_aad_len, aad), name##_encrypt(&context, len, out, in),      \
		   name##_digest(&context, bare_tag_len, tag), 1))                                                     \
	BARE_OPEN(name##_open, name##_open_one(nonce, aad, out, in, len, tag))
AEAD(gcm_aes128, gcm128, gcm_aes128_set_iv(&gcm128, 12, nonce))
AEAD(gcm_aes256, gcm256, gcm_aes256_set_iv(&gcm256, 12, nonce))
AEAD(chacha_poly1305, chacha_poly, chacha_poly1305_set_nonce(&chacha_poly, nonce))

static int ctr_one(const void *aes, nettle_cipher_func *encrypt, const uint8_t *iv, uint8_t *out, const uint8_t *in,
		   size_t len)
{
	uint8_t counter[AES_BLOCK_SIZE];
	memcpy(counter, iv, sizeof counter);
	ctr_crypt(aes, encrypt, AES_BLOCK_SIZE, counter, len, out, in);
	return 1;
}

BARE_CIPHER(ctr128, ctr_one(&aes128, (nettle_cipher_func *)aes128_encrypt, nonce, out, in, len))
BARE_CIPHER(ctr256, ctr_one(&aes256, (nettle_cipher_func *)aes256_encrypt, nonce, out, in, len))
BARE_CIPHER(chacha20, (chacha_set_nonce96(&chacha, nonce + 4), chacha_set_counter32(&chacha, nonce),
		       chacha_crypt32(&chacha, len, out, in), 1))
BARE_MAC(hmac_loop, (hmac_sha256_update(&hmac, len, in), hmac_sha256_digest(&hmac, 32, tag), 1))
BARE_MAC(sha256, (sha256_update(&sha, len, in), sha256_digest(&sha, 32, tag), 1))

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm128, gcm_aes128_seal},
	{"AES-128-GCM", "open", set_gcm128, gcm_aes128_open},
	{"AES-256-GCM", "seal", set_gcm256, gcm_aes256_seal},
	{"AES-256-GCM", "open", set_gcm256, gcm_aes256_open},
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, chacha_poly1305_seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, chacha_poly1305_open},
	{"AES-128-CTR", "encrypt", set_aes128, ctr128},
	{"AES-256-CTR", "encrypt", set_aes256, ctr256},
	{"ChaCha20", "encrypt", set_chacha, chacha20},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_sha, sha256},
	{NULL, NULL, NULL, NULL},
};
