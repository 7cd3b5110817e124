// SPDX-License-Identifier: MIT
#include "bare.h"

#include <stdio.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>

static EVP_CIPHER_CTX *encrypt, *decrypt;
static EVP_MAC_CTX *mac;
static EVP_MD_CTX *md;
static EVP_MD *sha256_md;
static uint8_t bytes[32];

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

static int set_aes(const char *mode, const uint8_t *key, size_t len)
{
	char name[16];
	snprintf(name, sizeof name, "AES-%zu-%s", 8 * len, mode);
	return set_cipher(name, key);
}

static int set_gcm(const uint8_t *key, size_t len)
{
	return set_aes("GCM", key, len);
}

static int set_ctr(const uint8_t *key, size_t len)
{
	return set_aes("CTR", key, len);
}

static int set_xts(const uint8_t *key, size_t len)
{
	return set_cipher(len == 32 ? "AES-128-XTS" : "AES-256-XTS", key);
}

// By a parameter: a flag set by EVP_CIPHER_CTX_set_padding is acted on again with each message.
static int no_padding(EVP_CIPHER_CTX *context)
{
	unsigned pad = 0;
	const OSSL_PARAM params[] = {OSSL_PARAM_construct_uint(OSSL_CIPHER_PARAM_PADDING, &pad), OSSL_PARAM_END};
	return EVP_CIPHER_CTX_set_params(context, params);
}

static int set_ecb(const uint8_t *key, size_t len)
{
	return set_aes("ECB", key, len) && no_padding(encrypt) && no_padding(decrypt);
}

static int set_cbc(const uint8_t *key, size_t len)
{
	return set_aes("CBC", key, len) && no_padding(encrypt) && no_padding(decrypt);
}

// The key goes last: it takes in the lengths.
static EVP_CIPHER_CTX *ccm_keyed(const EVP_CIPHER *cipher, const uint8_t *key, int encrypting)
{
	EVP_CIPHER_CTX *const context = EVP_CIPHER_CTX_new();
	return context && EVP_CipherInit_ex2(context, cipher, NULL, NULL, encrypting, NULL) &&
			       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, bare_tag_len, NULL) &&
			       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL) &&
			       EVP_CipherInit_ex2(context, NULL, key, NULL, encrypting, NULL)
		       ? context
		       : NULL;
}

static int set_ccm(const uint8_t *key, size_t len)
{
	EVP_CIPHER *const cipher = EVP_CIPHER_fetch(NULL, len == 16 ? "AES-128-CCM" : "AES-256-CCM", NULL);
	EVP_CIPHER_CTX_free(encrypt);
	EVP_CIPHER_CTX_free(decrypt);
	encrypt = ccm_keyed(cipher, key, 1);
	decrypt = ccm_keyed(cipher, key, 0);
	EVP_CIPHER_free(cipher);
	return encrypt && decrypt;
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

static int set_mac(const char *name, const char *part, const char *part_name, const uint8_t *key, size_t len)
{
	char copy[16];
	OSSL_PARAM params[] = {OSSL_PARAM_END, OSSL_PARAM_END};
	if (part) {
		snprintf(copy, sizeof copy, "%s", part_name);
		params[0] = OSSL_PARAM_construct_utf8_string(part, copy, 0);
	}
	EVP_MAC *const algorithm = EVP_MAC_fetch(NULL, name, NULL);
	EVP_MAC_CTX_free(mac);
	mac = EVP_MAC_CTX_new(algorithm);
	EVP_MAC_free(algorithm);
	return EVP_MAC_init(mac, key, len, params);
}

static int set_hmac(const uint8_t *key, size_t len)
{
	return set_mac("HMAC", OSSL_MAC_PARAM_DIGEST, "SHA2-256", key, len);
}

static int set_cmac(const uint8_t *key, size_t len)
{
	return set_mac("CMAC", OSSL_MAC_PARAM_CIPHER, len == 16 ? "AES-128-CBC" : "AES-256-CBC", key, len);
}

static int set_poly1305(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	return set_mac("POLY1305", NULL, NULL, key, len);
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

// CCM is told the length first, and looks at the tag in the update.
static int ccm_seal_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			uint8_t *tag)
{
	int n;
	OSSL_PARAM params[] = {{OSSL_CIPHER_PARAM_AEAD_TAG, OSSL_PARAM_OCTET_STRING, tag, bare_tag_len, 0},
			       OSSL_PARAM_END};
	return EVP_EncryptInit_ex2(encrypt, NULL, NULL, nonce, NULL) &&
	       EVP_EncryptUpdate(encrypt, NULL, &n, NULL, (int)len) &&
	       EVP_EncryptUpdate(encrypt, NULL, &n, aad, bare_aad_len) &&
	       EVP_EncryptUpdate(encrypt, out, &n, in, (int)len) && EVP_CIPHER_CTX_get_params(encrypt, params);
}

static int ccm_open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			uint8_t *tag)
{
	int n;
	const OSSL_PARAM params[] = {{OSSL_CIPHER_PARAM_AEAD_TAG, OSSL_PARAM_OCTET_STRING, tag, bare_tag_len, 0},
				     OSSL_PARAM_END};
	return EVP_DecryptInit_ex2(decrypt, NULL, NULL, nonce, params) &&
	       EVP_DecryptUpdate(decrypt, NULL, &n, NULL, (int)len) &&
	       EVP_DecryptUpdate(decrypt, NULL, &n, aad, bare_aad_len) &&
	       EVP_DecryptUpdate(decrypt, out, &n, in, (int)len) == 1;
}

static int encrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	int n;
	return EVP_EncryptInit_ex2(encrypt, NULL, NULL, iv, NULL) && EVP_EncryptUpdate(encrypt, out, &n, in, (int)len);
}

static int decrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	int n;
	return EVP_DecryptInit_ex2(decrypt, NULL, NULL, iv, NULL) && EVP_DecryptUpdate(decrypt, out, &n, in, (int)len);
}

static int ecb_encrypt_one(uint8_t *out, const uint8_t *in, size_t len)
{
	int n;
	return EVP_EncryptUpdate(encrypt, out, &n, in, (int)len);
}

static int ecb_decrypt_one(uint8_t *out, const uint8_t *in, size_t len)
{
	int n;
	return EVP_DecryptUpdate(decrypt, out, &n, in, (int)len);
}

static int mac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	size_t n;
	return EVP_MAC_init(mac, NULL, 0, NULL) && EVP_MAC_update(mac, in, len) && EVP_MAC_final(mac, tag, &n, 32);
}

static int poly1305_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	size_t n;
	return EVP_MAC_init(mac, bytes, sizeof bytes, NULL) && EVP_MAC_update(mac, in, len) &&
	       EVP_MAC_final(mac, tag, &n, 16);
}

static int sha256_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	return EVP_DigestInit_ex2(md, NULL, NULL) && EVP_DigestUpdate(md, in, len) && EVP_DigestFinal_ex(md, tag, NULL);
}

BARE_SEAL(aead_seal, seal_one(nonce, aad, out, in, len, tag))
BARE_OPEN(aead_open, open_one(nonce, aad, out, in, len, tag))
BARE_SEAL(ccm_seal, ccm_seal_one(nonce, aad, out, in, len, tag))
BARE_OPEN(ccm_open, ccm_open_one(nonce, aad, out, in, len, tag))
BARE_CIPHER(cipher_encrypt, encrypt_one(nonce, out, in, len))
BARE_CIPHER(cipher_decrypt, decrypt_one(nonce, out, in, len))
BARE_CIPHER(ecb_encrypt, ecb_encrypt_one(out, in, len))
BARE_CIPHER(ecb_decrypt, ecb_decrypt_one(out, in, len))
BARE_MAC(mac_loop, mac_one(tag, in, len))
BARE_MAC(poly1305, poly1305_one(tag, in, len))
BARE_MAC(sha256, sha256_one(tag, in, len))

// ---- Public keys ----

static EVP_PKEY *read_private(const uint8_t *pair, size_t len)
{
	PKCS8_PRIV_KEY_INFO *const info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &pair, (long)len);
	EVP_PKEY *const key = info ? EVP_PKCS82PKEY(info) : NULL;
	PKCS8_PRIV_KEY_INFO_free(info);
	return key;
}

static EVP_PKEY_CTX *context_new(EVP_PKEY *key)
{
	return EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
}

static EVP_MD_CTX *digests[2]; // SHA-256, SHA-384

static int hash(int is_sha384, uint8_t *digest, const uint8_t *in, size_t len)
{
	EVP_MD_CTX **const context = &digests[is_sha384];
	if (!*context) {
		EVP_MD *const algorithm = EVP_MD_fetch(NULL, is_sha384 ? "SHA2-384" : "SHA2-256", NULL);
		*context = EVP_MD_CTX_new();
		if (EVP_DigestInit_ex2(*context, algorithm, NULL) != 1)
			return 0;
	}
	return EVP_DigestInit_ex2(*context, NULL, NULL) && EVP_DigestUpdate(*context, in, len) &&
	       EVP_DigestFinal_ex(*context, digest, NULL);
}

#include "bare_evp.inc.h"

static EVP_MD_CTX *pure;
static EVP_PKEY_CTX *deriving;
static EVP_PKEY *peer;

static int set_ed25519(const uint8_t *pair, size_t len)
{
	evp_key = read_private(pair, len);
	pure = EVP_MD_CTX_new();
	return evp_key && pure;
}

static int set_derive(const uint8_t *pair, size_t len)
{
	evp_key = read_private(pair, len);
	peer = EVP_PKEY_new();
	deriving = evp_key ? context_new(evp_key) : NULL;
	return deriving && EVP_PKEY_derive_init(deriving) == 1 && peer && EVP_PKEY_copy_parameters(peer, evp_key) == 1;
}

// A context is for one message.
static int ed25519_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	size_t n = 64;
	return EVP_DigestSignInit_ex(pure, NULL, NULL, NULL, NULL, evp_key, NULL) == 1 &&
	       EVP_DigestSign(pure, out, &n, in, len) == 1;
}

static int ed25519_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	return EVP_DigestVerifyInit_ex(pure, NULL, NULL, NULL, NULL, evp_key, NULL) == 1 &&
	       EVP_DigestVerify(pure, w->given, w->given_len, in, len) == 1;
}

// The point is checked to be on its curve when it is decoded.
static int derive_one(const struct bare_work *w, uint8_t *out)
{
	size_t n = 48;
	return EVP_PKEY_set1_encoded_public_key(peer, w->given, w->given_len) == 1 &&
	       EVP_PKEY_derive_set_peer_ex(deriving, peer, 0) == 1 && EVP_PKEY_derive(deriving, out, &n) == 1;
}

BARE_PK(ed25519_sign, ed25519_sign_one(out, in, len))
BARE_PK(ed25519_verify, ed25519_verify_one(w, in, len))
BARE_PK(derive, derive_one(w, out))

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, aead),
	BARE_AES_128_256(BARE_AEAD_ROWS, "CCM", set_ccm, ccm),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha_poly, aead),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CTR", set_ctr, cipher),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "ECB", set_ecb, ecb),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_cbc, cipher),
	BARE_AES_128_256(BARE_CRYPT_ROWS, "XTS", set_xts, cipher),
	BARE_CRYPT_ROWS("ChaCha20", set_chacha20, cipher),
	BARE_AES_128_256(BARE_MAC_ROW, "CMAC", set_cmac, mac_loop),
	BARE_MAC_ROW("Poly1305", set_poly1305, poly1305),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, mac_loop),
	BARE_MAC_ROW("SHA-256", set_sha256, sha256),
	BARE_EVP_ROWS,
	BARE_SIGN_ROWS("Ed25519", set_ed25519, ed25519),
	BARE_DERIVE_ROW("ECDH-P256", set_derive, derive),
	BARE_DERIVE_ROW("ECDH-P384", set_derive, derive),
	BARE_DERIVE_ROW("X25519", set_derive, derive),
	{NULL, NULL, NULL, NULL},
};
