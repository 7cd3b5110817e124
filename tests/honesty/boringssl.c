// SPDX-License-Identifier: MIT
#include "bare.h"

#include <openssl/aead.h>
#include <openssl/aes.h>
#include <openssl/bytestring.h>
#include <openssl/chacha.h>
#include <openssl/cmac.h>
#include <openssl/curve25519.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/ecdh.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/poly1305.h>
#include <openssl/sha.h>

enum { ccm_tag_len = 8 }; // Bluetooth's

static EVP_AEAD_CTX aead;
static AES_KEY aes;
static EVP_CIPHER_CTX *encrypting, *decrypting;
static HMAC_CTX *hmac;
static CMAC_CTX *cmac;
static uint8_t bytes[32];

static int set_aead(const EVP_AEAD *algorithm, const uint8_t *key, size_t len)
{
	EVP_AEAD_CTX_cleanup(&aead);
	return EVP_AEAD_CTX_init(&aead, algorithm, key, len, bare_tag_len, NULL);
}

static int set_gcm(const uint8_t *key, size_t len)
{
	return set_aead(len == 16   ? EVP_aead_aes_128_gcm()
			: len == 24 ? EVP_aead_aes_192_gcm()
				    : EVP_aead_aes_256_gcm(),
			key, len);
}

static int set_ccm(const uint8_t *key, size_t len)
{
	EVP_AEAD_CTX_cleanup(&aead);
	return EVP_AEAD_CTX_init(&aead, EVP_aead_aes_128_ccm_bluetooth_8(), key, len, ccm_tag_len, NULL);
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

static EVP_CIPHER_CTX *keyed(EVP_CIPHER_CTX *last, const EVP_CIPHER *cipher, const uint8_t *key, int encrypt)
{
	EVP_CIPHER_CTX *const context = EVP_CIPHER_CTX_new();
	EVP_CIPHER_CTX_free(last); // now, so that the new one lies elsewhere
	return context && EVP_CipherInit_ex(context, cipher, NULL, key, NULL, encrypt) &&
			       EVP_CIPHER_CTX_set_padding(context, 0)
		       ? context
		       : NULL;
}

static int set_cipher(const EVP_CIPHER *cipher, const uint8_t *key)
{
	encrypting = keyed(encrypting, cipher, key, 1);
	decrypting = keyed(decrypting, cipher, key, 0);
	return encrypting && decrypting;
}

static int set_ecb(const uint8_t *key, size_t len)
{
	return set_cipher(len == 16 ? EVP_aes_128_ecb() : len == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb(), key);
}

static int set_cbc(const uint8_t *key, size_t len)
{
	return set_cipher(len == 16 ? EVP_aes_128_cbc() : len == 24 ? EVP_aes_192_cbc() : EVP_aes_256_cbc(), key);
}

static int set_cmac(const uint8_t *key, size_t len)
{
	CMAC_CTX *const last = cmac;
	cmac = CMAC_CTX_new();
	CMAC_CTX_free(last);
	return cmac && CMAC_Init(cmac, key, len, len == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc(), NULL);
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

static int encrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	int n;
	return (!iv || EVP_EncryptInit_ex(encrypting, NULL, NULL, NULL, iv)) &&
	       EVP_EncryptUpdate(encrypting, out, &n, in, (int)len);
}

static int decrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	int n;
	return (!iv || EVP_DecryptInit_ex(decrypting, NULL, NULL, NULL, iv)) &&
	       EVP_DecryptUpdate(decrypting, out, &n, in, (int)len);
}

static int cmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	size_t tag_len;
	return CMAC_Reset(cmac) && CMAC_Update(cmac, in, len) && CMAC_Final(cmac, tag, &tag_len);
}

static int poly1305_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	poly1305_state state __attribute__((aligned(64)));
	CRYPTO_poly1305_init(&state, bytes);
	CRYPTO_poly1305_update(&state, in, len);
	CRYPTO_poly1305_finish(&state, tag);
	return 1;
}

// That of 2022 opens GCM-SIV only with the tag behind the ciphertext.
static int gcm_siv_open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			    const uint8_t *tag)
{
	static uint8_t joined[bare_max_len + bare_tag_len];
	size_t n;
	memcpy(joined, in, len);
	memcpy(joined + len, tag, bare_tag_len);
	return EVP_AEAD_CTX_open(&aead, out, &n, len, nonce, 12, joined, len + bare_tag_len, aad, bare_aad_len);
}

static size_t written;
BARE_SEAL(aead_seal, EVP_AEAD_CTX_seal_scatter(&aead, out, tag, &written, bare_tag_len, nonce, 12, in, len, NULL, 0,
					       aad, bare_aad_len))
BARE_OPEN(aead_open, EVP_AEAD_CTX_open_gather(&aead, out, nonce, 12, in, len, tag, bare_tag_len, aad, bare_aad_len))
BARE_SEAL(xchacha_seal, EVP_AEAD_CTX_seal_scatter(&aead, out, tag, &written, bare_tag_len, nonce, 24, in, len, NULL, 0,
						  aad, bare_aad_len))
BARE_OPEN(xchacha_open, EVP_AEAD_CTX_open_gather(&aead, out, nonce, 24, in, len, tag, bare_tag_len, aad, bare_aad_len))
BARE_SEAL(ccm_seal, EVP_AEAD_CTX_seal_scatter(&aead, out, tag, &written, ccm_tag_len, nonce, 13, in, len, NULL, 0, aad,
					      bare_aad_len))
BARE_OPEN(ccm_open, EVP_AEAD_CTX_open_gather(&aead, out, nonce, 13, in, len, tag, ccm_tag_len, aad, bare_aad_len))
#define gcm_siv_seal aead_seal
BARE_OPEN(gcm_siv_open, gcm_siv_open_one(nonce, aad, out, in, len, tag))
BARE_CIPHER(ecb_encrypt, encrypt_one(NULL, out, in, len))
BARE_CIPHER(ecb_decrypt, decrypt_one(NULL, out, in, len))
BARE_CIPHER(cbc_encrypt, encrypt_one(nonce, out, in, len))
BARE_CIPHER(cbc_decrypt, decrypt_one(nonce, out, in, len))
BARE_CIPHER(ctr, ctr_one(nonce, out, in, len))
BARE_CIPHER(chacha20, (CRYPTO_chacha_20(out, in, len, bytes, nonce + 4, 1), 1))
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(cmac_loop, cmac_one(tag, in, len))
BARE_MAC(poly1305, poly1305_one(tag, in, len))
BARE_MAC(sha256, SHA256(in, len, tag) != NULL)

// ---- Public keys ----

static EVP_PKEY *read_private(const uint8_t *pair, size_t len)
{
	CBS cbs;
	CBS_init(&cbs, pair, len);
	return EVP_parse_private_key(&cbs);
}

static EVP_PKEY_CTX *context_new(EVP_PKEY *key)
{
	return EVP_PKEY_CTX_new(key, NULL);
}

static int hash(int is_sha384, uint8_t *digest, const uint8_t *in, size_t len)
{
	return (is_sha384 ? SHA384(in, len, digest) : SHA256(in, len, digest)) != NULL;
}

#include "bare_evp.inc.h"

static const EC_KEY *ec;
static EC_POINT *peer;
static uint8_t ed25519_key[64], ed25519_point[32];

static int set_ecdh(const uint8_t *pair, size_t len)
{
	EVP_PKEY *const key = read_private(pair, len);
	ec = key ? EVP_PKEY_get0_EC_KEY(key) : NULL;
	peer = ec ? EC_POINT_new(EC_KEY_get0_group(ec)) : NULL;
	return peer != NULL;
}

static int set_x25519(const uint8_t *pair, size_t len)
{
	EVP_PKEY *const key = read_private(pair, len);
	size_t n = sizeof bytes;
	return key && EVP_PKEY_get_raw_private_key(key, bytes, &n);
}

static int set_ed25519(const uint8_t *pair, size_t len)
{
	EVP_PKEY *const key = read_private(pair, len);
	uint8_t seed[32];
	size_t n = sizeof seed;
	if (!key || !EVP_PKEY_get_raw_private_key(key, seed, &n))
		return 0;
	ED25519_keypair_from_seed(ed25519_point, ed25519_key, seed);
	return 1;
}

static int ecdh_one(const struct bare_work *w, uint8_t *out)
{
	const EC_GROUP *const group = EC_KEY_get0_group(ec);
	const size_t n = (w->given_len - 1) / 2;
	return EC_POINT_oct2point(group, peer, w->given, w->given_len, NULL) &&
	       ECDH_compute_key(out, n, peer, ec, NULL) == (int)n;
}

BARE_PK(ecdh, ecdh_one(w, out))
BARE_PK(x25519, X25519(out, bytes, w->given))
BARE_PK(ed25519_sign, ED25519_sign(out, in, len, ed25519_key))
BARE_PK(ed25519_verify, ED25519_verify(in, len, w->given, ed25519_point))

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, aead),
	BARE_AEAD_ROWS("AES-128-CCM", set_ccm, ccm),
	BARE_AES_128_256(BARE_AEAD_ROWS, "GCM-SIV", set_gcm_siv, gcm_siv),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha_poly, aead),
	BARE_AEAD_ROWS("XChaCha20-Poly1305", set_xchacha_poly, xchacha),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "CTR", set_aes, ctr),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "ECB", set_ecb, ecb),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_cbc, cbc),
	BARE_ENCRYPT_ROW("ChaCha20", set_bytes, chacha20),
	BARE_AES_128_256(BARE_MAC_ROW, "CMAC", set_cmac, cmac_loop),
	BARE_MAC_ROW("Poly1305", set_bytes, poly1305),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, hmac_loop),
	BARE_MAC_ROW("SHA-256", set_bytes, sha256),
	BARE_EVP_ROWS,
	BARE_SIGN_ROWS("Ed25519", set_ed25519, ed25519),
	BARE_DERIVE_ROW("ECDH-P256", set_ecdh, ecdh),
	BARE_DERIVE_ROW("ECDH-P384", set_ecdh, ecdh),
	BARE_DERIVE_ROW("X25519", set_x25519, x25519),
	{NULL, NULL, NULL, NULL},
};
