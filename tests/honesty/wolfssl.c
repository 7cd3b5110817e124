// SPDX-License-Identifier: MIT
#include "bare.h"

#include <wolfssl/options.h>
// options.h decides what the others declare
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/chacha.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/hmac.h>

static Aes aes;
static ChaCha chacha;
static Hmac hmac;
static wc_Sha256 sha;
static uint8_t bytes[32];

static int set_gcm(const uint8_t *key, size_t len)
{
	return wc_AesInit(&aes, NULL, INVALID_DEVID) == 0 && wc_AesGcmSetKey(&aes, key, (word32)len) == 0;
}

static int set_aes(const uint8_t *key, size_t len)
{
	return wc_AesInit(&aes, NULL, INVALID_DEVID) == 0 &&
	       wc_AesSetKey(&aes, key, (word32)len, NULL, AES_ENCRYPTION) == 0;
}

static int set_bytes(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	return 1;
}

static int set_chacha(const uint8_t *key, size_t len)
{
	return wc_Chacha_SetKey(&chacha, key, (word32)len) == 0;
}

static int set_hmac(const uint8_t *key, size_t len)
{
	return wc_HmacInit(&hmac, NULL, INVALID_DEVID) == 0 && wc_HmacSetKey(&hmac, WC_SHA256, key, (word32)len) == 0;
}

static int set_sha(const uint8_t *key, size_t len)
{
	(void)key, (void)len;
	return wc_InitSha256(&sha) == 0;
}

BARE_SEAL(gcm_seal, wc_AesGcmEncrypt(&aes, out, in, (word32)len, nonce, 12, tag, bare_tag_len, aad, bare_aad_len) == 0)
BARE_OPEN(gcm_open, wc_AesGcmDecrypt(&aes, out, in, (word32)len, nonce, 12, tag, bare_tag_len, aad, bare_aad_len) == 0)
BARE_SEAL(chacha_seal, wc_ChaCha20Poly1305_Encrypt(bytes, nonce, aad, bare_aad_len, in, (word32)len, out, tag) == 0)
BARE_OPEN(chacha_open, wc_ChaCha20Poly1305_Decrypt(bytes, nonce, aad, bare_aad_len, in, (word32)len, tag, out) == 0)
BARE_CIPHER(ctr, wc_AesSetIV(&aes, nonce) == 0 && wc_AesCtrEncrypt(&aes, out, in, (word32)len) == 0)
BARE_CIPHER(chacha20,
	    wc_Chacha_SetIV(&chacha, nonce + 4, 1) == 0 && wc_Chacha_Process(&chacha, out, in, (word32)len) == 0)
BARE_MAC(hmac_loop, wc_HmacUpdate(&hmac, in, (word32)len) == 0 && wc_HmacFinal(&hmac, tag) == 0)
BARE_MAC(sha256, wc_Sha256Update(&sha, in, (word32)len) == 0 && wc_Sha256Final(&sha, tag) == 0)

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm, gcm_seal},
	{"AES-128-GCM", "open", set_gcm, gcm_open},
	{"AES-256-GCM", "seal", set_gcm, gcm_seal},
	{"AES-256-GCM", "open", set_gcm, gcm_open},
	{"ChaCha20-Poly1305", "seal", set_bytes, chacha_seal},
	{"ChaCha20-Poly1305", "open", set_bytes, chacha_open},
	{"AES-128-CTR", "encrypt", set_aes, ctr},
	{"AES-256-CTR", "encrypt", set_aes, ctr},
	{"ChaCha20", "encrypt", set_chacha, chacha20},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_sha, sha256},
	{NULL, NULL, NULL, NULL},
};
