// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <wolfssl/options.h>
// options.h decides what the others declare
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/chacha.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/rsa.h>

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

// ---- Public keys ----

static WC_RNG rng;
static RsaKey rsa;
static ecc_key ecc;
static curve25519_key x25519_key, x25519_peer;

static int set_rsa(const uint8_t *pair, size_t len)
{
	word32 at = 0;
	return wc_InitRng(&rng) == 0 && wc_InitRsaKey(&rsa, NULL) == 0 && wc_RsaSetRNG(&rsa, &rng) == 0 &&
	       wc_RsaPrivateKeyDecode(pair, &at, &rsa, (word32)len) == 0;
}

static int set_ecdsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	return der_read_private(&key, pair, len) && wc_InitRng(&rng) == 0 && wc_ecc_init(&ecc) == 0 &&
	       wc_ecc_set_rng(&ecc, &rng) == 0 &&
	       wc_ecc_import_private_key_ex(key.secret.data, (word32)key.secret.len, NULL, 0, &ecc, ECC_SECP256R1) ==
		       0 &&
	       wc_ecc_make_pub_ex(&ecc, NULL, &rng) == 0;
}

static int set_x25519(const uint8_t *pair, size_t len)
{
	struct der_key key;
	return der_read_private(&key, pair, len) && wc_curve25519_init(&x25519_key) == 0 &&
	       wc_curve25519_init(&x25519_peer) == 0 &&
	       wc_curve25519_import_private_ex(key.secret.data, CURVE25519_KEYSIZE, &x25519_key,
					       EC25519_LITTLE_ENDIAN) == 0;
}

static int rsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA256_DIGEST_SIZE], info[WC_SHA256_DIGEST_SIZE + 64];
	return wc_Sha256Hash(in, (word32)len, digest) == 0 &&
	       wc_RsaSSL_Sign(info, wc_EncodeSignature(info, digest, sizeof digest, SHA256h), out, 256, &rsa, &rng) ==
		       256;
}

static int rsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA256_DIGEST_SIZE], info[WC_SHA256_DIGEST_SIZE + 64], found[256];
	if (wc_Sha256Hash(in, (word32)len, digest) != 0)
		return 0;
	const word32 n = wc_EncodeSignature(info, digest, sizeof digest, SHA256h);
	return wc_RsaSSL_Verify(w->given, (word32)w->given_len, found, sizeof found, &rsa) == (int)n &&
	       memcmp(info, found, n) == 0;
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA256_DIGEST_SIZE];
	word32 n = 72;
	return wc_Sha256Hash(in, (word32)len, digest) == 0 &&
	       wc_ecc_sign_hash(digest, sizeof digest, out, &n, &rng, &ecc) == 0;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA256_DIGEST_SIZE];
	int is_right = 0;
	return wc_Sha256Hash(in, (word32)len, digest) == 0 &&
	       wc_ecc_verify_hash(w->given, (word32)w->given_len, digest, sizeof digest, &is_right, &ecc) == 0 &&
	       is_right == 1;
}

static int derive_one(const struct bare_work *w, uint8_t *out)
{
	word32 n = CURVE25519_KEYSIZE;
	return wc_curve25519_import_public_ex(w->given, (word32)w->given_len, &x25519_peer, EC25519_LITTLE_ENDIAN) ==
		       0 &&
	       wc_curve25519_shared_secret_ex(&x25519_key, &x25519_peer, out, &n, EC25519_LITTLE_ENDIAN) == 0;
}

BARE_PK(rsa_sign, rsa_sign_one(out, in, len))
BARE_PK(rsa_verify, rsa_verify_one(w, in, len))
BARE_PK(ecdsa_sign_loop, ecdsa_sign_one(out, in, len))
BARE_PK(ecdsa_verify_loop, ecdsa_verify_one(w, in, len))
BARE_PK(x25519, derive_one(w, out))

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
	{"RSA-2048", "sign", set_rsa, rsa_sign},
	{"RSA-2048", "verify", set_rsa, rsa_verify},
	{"ECDSA-P256", "sign", set_ecdsa, ecdsa_sign_loop},
	{"ECDSA-P256", "verify", set_ecdsa, ecdsa_verify_loop},
	{"X25519", "derive", set_x25519, x25519},
	{NULL, NULL, NULL, NULL},
};
