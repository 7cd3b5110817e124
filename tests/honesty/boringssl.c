// SPDX-License-Identifier: MIT
#include "bare.h"

#include <openssl/aead.h>
#include <openssl/aes.h>
#include <openssl/chacha.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

static EVP_AEAD_CTX aead;
static AES_KEY aes;
static HMAC_CTX *hmac;
static uint8_t bytes[32];

static int set_aead(const EVP_AEAD *algorithm, const uint8_t *key, size_t len)
{
	EVP_AEAD_CTX_cleanup(&aead);
	return EVP_AEAD_CTX_init(&aead, algorithm, key, len, bare_tag_len, NULL);
}

static int set_gcm(const uint8_t *key, size_t len)
{
	return set_aead(len == 16 ? EVP_aead_aes_128_gcm() : EVP_aead_aes_256_gcm(), key, len);
}

static int set_chacha_poly(const uint8_t *key, size_t len)
{
	return set_aead(EVP_aead_chacha20_poly1305(), key, len);
}

static int set_gcm_siv(const uint8_t *key, size_t len)
{
	return set_aead(len == 16 ? EVP_aead_aes_128_gcm_siv() : EVP_aead_aes_256_gcm_siv(), key, len);
}

static int set_xchacha_poly(const uint8_t *key, size_t len)
{
	return set_aead(EVP_aead_xchacha20_poly1305(), key, len);
}

static int set_aes(const uint8_t *key, size_t len)
{
	return AES_set_encrypt_key(key, (unsigned)len * 8, &aes) == 0;
}

static int set_bytes(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	return 1;
}

static int set_hmac(const uint8_t *key, size_t len)
{
	HMAC_CTX *const last = hmac; // freed later, so that the new one lies elsewhere
	hmac = HMAC_CTX_new();
	HMAC_CTX_free(last);
	return hmac && HMAC_Init_ex(hmac, key, len, EVP_sha256(), NULL);
}

static int ctr_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t counter[16], stream[16];
	unsigned used = 0;
	memcpy(counter, iv, sizeof counter);
	AES_ctr128_encrypt(in, out, len, &aes, counter, stream, &used);
	return 1;
}

static int hmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	unsigned tag_len;
	return HMAC_Init_ex(hmac, NULL, 0, NULL, NULL) && HMAC_Update(hmac, in, len) && HMAC_Final(hmac, tag, &tag_len);
}

static size_t written;
BARE_SEAL(aead_seal, EVP_AEAD_CTX_seal_scatter(&aead, out, tag, &written, bare_tag_len, nonce, 12, in, len, NULL, 0,
					       aad, bare_aad_len))
BARE_OPEN(aead_open, EVP_AEAD_CTX_open_gather(&aead, out, nonce, 12, in, len, tag, bare_tag_len, aad, bare_aad_len))
BARE_SEAL(xchacha_seal, EVP_AEAD_CTX_seal_scatter(&aead, out, tag, &written, bare_tag_len, nonce, 24, in, len, NULL, 0,
						  aad, bare_aad_len))
BARE_OPEN(xchacha_open, EVP_AEAD_CTX_open_gather(&aead, out, nonce, 24, in, len, tag, bare_tag_len, aad, bare_aad_len))
BARE_CIPHER(ctr, ctr_one(nonce, out, in, len))
BARE_CIPHER(chacha20, (CRYPTO_chacha_20(out, in, len, bytes, nonce + 4, 1), 1))
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(sha256, SHA256(in, len, tag) != NULL)

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm, aead_seal},
	{"AES-128-GCM", "open", set_gcm, aead_open},
	{"AES-256-GCM", "seal", set_gcm, aead_seal},
	{"AES-256-GCM", "open", set_gcm, aead_open},
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, aead_seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, aead_open},
	{"XChaCha20-Poly1305", "seal", set_xchacha_poly, xchacha_seal},
	{"XChaCha20-Poly1305", "open", set_xchacha_poly, xchacha_open},
	{"AES-128-GCM-SIV", "seal", set_gcm_siv, aead_seal},
	{"AES-256-GCM-SIV", "seal", set_gcm_siv, aead_seal},
	{"AES-128-CTR", "encrypt", set_aes, ctr},
	{"AES-256-CTR", "encrypt", set_aes, ctr},
	{"ChaCha20", "encrypt", set_bytes, chacha20},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_bytes, sha256},
	{NULL, NULL, NULL, NULL},
};
