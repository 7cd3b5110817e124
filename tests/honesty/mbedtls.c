// SPDX-License-Identifier: MIT
#include "bare.h"

#include <mbedtls/aes.h>
#include <mbedtls/chacha20.h>
#include <mbedtls/chachapoly.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

static mbedtls_gcm_context gcm;
static mbedtls_chachapoly_context chacha_poly;
static mbedtls_aes_context aes;
static mbedtls_chacha20_context chacha;
static mbedtls_md_context_t hmac;

static int set_gcm(const uint8_t *key, size_t len)
{
	mbedtls_gcm_free(&gcm);
	mbedtls_gcm_init(&gcm);
	return mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned)len * 8) == 0;
}

static int set_chacha_poly(const uint8_t *key, size_t len)
{
	(void)len;
	mbedtls_chachapoly_init(&chacha_poly);
	return mbedtls_chachapoly_setkey(&chacha_poly, key) == 0;
}

static int set_aes(const uint8_t *key, size_t len)
{
	mbedtls_aes_init(&aes);
	return mbedtls_aes_setkey_enc(&aes, key, (unsigned)len * 8) == 0;
}

static int set_chacha(const uint8_t *key, size_t len)
{
	(void)len;
	mbedtls_chacha20_init(&chacha);
	return mbedtls_chacha20_setkey(&chacha, key) == 0;
}

static int set_hmac(const uint8_t *key, size_t len)
{
	mbedtls_md_free(&hmac);
	mbedtls_md_init(&hmac);
	return mbedtls_md_setup(&hmac, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 1) == 0 &&
	       mbedtls_md_hmac_starts(&hmac, key, len) == 0;
}

static int set_nothing(const uint8_t *key, size_t len)
{
	(void)key, (void)len;
	return 1;
}

static int ctr_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t counter[16], stream[16];
	size_t offset = 0;
	memcpy(counter, iv, sizeof counter);
	return mbedtls_aes_crypt_ctr(&aes, len, &offset, counter, stream, in, out) == 0;
}

static int hmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	return mbedtls_md_hmac_update(&hmac, in, len) == 0 && mbedtls_md_hmac_finish(&hmac, tag) == 0 &&
	       mbedtls_md_hmac_reset(&hmac) == 0;
}

#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha256 mbedtls_sha256_ret
#endif

BARE_SEAL(gcm_seal, mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, len, nonce, 12, aad, bare_aad_len, in, out,
					      bare_tag_len, tag) == 0)
BARE_OPEN(gcm_open, mbedtls_gcm_auth_decrypt(&gcm, len, nonce, 12, aad, bare_aad_len, tag, bare_tag_len, in, out) == 0)
BARE_SEAL(chacha_seal,
	  mbedtls_chachapoly_encrypt_and_tag(&chacha_poly, len, nonce, aad, bare_aad_len, in, out, tag) == 0)
BARE_OPEN(chacha_open, mbedtls_chachapoly_auth_decrypt(&chacha_poly, len, nonce, aad, bare_aad_len, tag, in, out) == 0)
BARE_CIPHER(ctr, ctr_one(nonce, out, in, len))
BARE_CIPHER(chacha20,
	    mbedtls_chacha20_starts(&chacha, nonce + 4, 1) == 0 && mbedtls_chacha20_update(&chacha, len, in, out) == 0)
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(sha256, mbedtls_sha256(in, len, tag, 0) == 0)

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm, gcm_seal},
	{"AES-128-GCM", "open", set_gcm, gcm_open},
	{"AES-256-GCM", "seal", set_gcm, gcm_seal},
	{"AES-256-GCM", "open", set_gcm, gcm_open},
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, chacha_seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, chacha_open},
	{"AES-128-CTR", "encrypt", set_aes, ctr},
	{"AES-256-CTR", "encrypt", set_aes, ctr},
	{"ChaCha20", "encrypt", set_chacha, chacha20},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_nothing, sha256},
	{NULL, NULL, NULL, NULL},
};
