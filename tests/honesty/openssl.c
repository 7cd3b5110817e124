// SPDX-License-Identifier: MIT
#include "bare.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

static EVP_CIPHER_CTX *encrypt, *decrypt;
static EVP_MAC_CTX *mac;
static EVP_MD_CTX *md;
static EVP_MD *sha256_md;

static int set_cipher(const char *name, const uint8_t *key)
{
	EVP_CIPHER *const cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX_free(encrypt);
	EVP_CIPHER_CTX_free(decrypt);
	encrypt = EVP_CIPHER_CTX_new();
	decrypt = EVP_CIPHER_CTX_new();
	const int ok = cipher && encrypt && decrypt && EVP_EncryptInit_ex2(encrypt, cipher, key, NULL, NULL) &&
		       EVP_DecryptInit_ex2(decrypt, cipher, key, NULL, NULL);
	EVP_CIPHER_free(cipher);
	return ok;
}

static int set_gcm(const uint8_t *key, size_t len)
{
	return set_cipher(len == 16 ? "AES-128-GCM" : "AES-256-GCM", key);
}

static int set_ctr(const uint8_t *key, size_t len)
{
	return set_cipher(len == 16 ? "AES-128-CTR" : "AES-256-CTR", key);
}

static int set_chacha_poly(const uint8_t *key, size_t len)
{
	(void)len;
	return set_cipher("ChaCha20-Poly1305", key);
}

static int set_chacha20(const uint8_t *key, size_t len)
{
	(void)len;
	return set_cipher("ChaCha20", key);
}

static int set_hmac(const uint8_t *key, size_t len)
{
	char digest[] = "SHA2-256";
	const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
				     OSSL_PARAM_construct_end()};
	EVP_MAC *const hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX_free(mac);
	mac = EVP_MAC_CTX_new(hmac);
	EVP_MAC_free(hmac);
	return EVP_MAC_init(mac, key, len, params);
}

static int set_sha256(const uint8_t *key, size_t len)
{
	(void)key, (void)len;
	if (!md) {
		md = EVP_MD_CTX_new();
		sha256_md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	}
	return EVP_DigestInit_ex2(md, sha256_md, NULL);
}

static int seal_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len, uint8_t *tag)
{
	int n;
	OSSL_PARAM params[] = {{OSSL_CIPHER_PARAM_AEAD_TAG, OSSL_PARAM_OCTET_STRING, tag, bare_tag_len, 0},
			       OSSL_PARAM_END};
	return EVP_EncryptInit_ex2(encrypt, NULL, NULL, nonce, NULL) &&
	       EVP_EncryptUpdate(encrypt, NULL, &n, aad, bare_aad_len) &&
	       EVP_EncryptUpdate(encrypt, out, &n, in, (int)len) && EVP_EncryptFinal_ex(encrypt, out, &n) &&
	       EVP_CIPHER_CTX_get_params(encrypt, params);
}

static int open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len, uint8_t *tag)
{
	int n;
	const OSSL_PARAM params[] = {{OSSL_CIPHER_PARAM_AEAD_TAG, OSSL_PARAM_OCTET_STRING, tag, bare_tag_len, 0},
				     OSSL_PARAM_END};
	return EVP_DecryptInit_ex2(decrypt, NULL, NULL, nonce, params) &&
	       EVP_DecryptUpdate(decrypt, NULL, &n, aad, bare_aad_len) &&
	       EVP_DecryptUpdate(decrypt, out, &n, in, (int)len) && EVP_DecryptFinal_ex(decrypt, out, &n);
}

static int encrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	int n;
	return EVP_EncryptInit_ex2(encrypt, NULL, NULL, iv, NULL) && EVP_EncryptUpdate(encrypt, out, &n, in, (int)len);
}

static int mac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	size_t n;
	return EVP_MAC_init(mac, NULL, 0, NULL) && EVP_MAC_update(mac, in, len) && EVP_MAC_final(mac, tag, &n, 32);
}

static int sha256_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	return EVP_DigestInit_ex2(md, NULL, NULL) && EVP_DigestUpdate(md, in, len) && EVP_DigestFinal_ex(md, tag, NULL);
}

BARE_SEAL(seal, seal_one(nonce, aad, out, in, len, tag))
BARE_OPEN(open, open_one(nonce, aad, out, in, len, tag))
BARE_CIPHER(cipher, encrypt_one(nonce, out, in, len))
BARE_MAC(mac_loop, mac_one(tag, in, len))
BARE_MAC(sha256, sha256_one(tag, in, len))

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm, seal},
	{"AES-128-GCM", "open", set_gcm, open},
	{"AES-256-GCM", "seal", set_gcm, seal},
	{"AES-256-GCM", "open", set_gcm, open},
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, open},
	{"AES-128-CTR", "encrypt", set_ctr, cipher},
	{"AES-256-CTR", "encrypt", set_ctr, cipher},
	{"ChaCha20", "encrypt", set_chacha20, cipher},
	{"HMAC-SHA-256", "mac", set_hmac, mac_loop},
	{"SHA-256", "mac", set_sha256, sha256},
	{NULL, NULL, NULL, NULL},
};
