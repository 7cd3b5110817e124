// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <wolfssl/options.h>
// options.h decides what the others declare
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/chacha.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/cmac.h>
#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/poly1305.h>
#include <wolfssl/wolfcrypt/rsa.h>
#include <wolfssl/wolfcrypt/sha512.h>

static Aes aes, aes_decrypting;
static XtsAes xts, xts_decrypting;
static Cmac cmac;
static Poly1305 poly;
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

static int set_aes_both(const uint8_t *key, size_t len)
{
	return set_aes(key, len) && wc_AesInit(&aes_decrypting, NULL, INVALID_DEVID) == 0 &&
	       wc_AesSetKey(&aes_decrypting, key, (word32)len, NULL, AES_DECRYPTION) == 0;
}

static int set_ccm(const uint8_t *key, size_t len)
{
	return wc_AesInit(&aes, NULL, INVALID_DEVID) == 0 && wc_AesCcmSetKey(&aes, key, (word32)len) == 0;
}

static int set_xts(const uint8_t *key, size_t len)
{
	return wc_AesXtsSetKey(&xts, key, (word32)len, AES_ENCRYPTION, NULL, INVALID_DEVID) == 0 &&
	       wc_AesXtsSetKey(&xts_decrypting, key, (word32)len, AES_DECRYPTION, NULL, INVALID_DEVID) == 0;
}

static int set_cmac(const uint8_t *key, size_t len)
{
	return wc_InitCmac(&cmac, key, (word32)len, WC_CMAC_AES, NULL) == 0;
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

// It clears a CMAC's state, key and all, when it is done.
static int cmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	Cmac copy = cmac;
	word32 n = 16;
	return wc_CmacUpdate(&copy, in, (word32)len) == 0 && wc_CmacFinal(&copy, tag, &n) == 0;
}

BARE_SEAL(gcm_seal, wc_AesGcmEncrypt(&aes, out, in, (word32)len, nonce, 12, tag, bare_tag_len, aad, bare_aad_len) == 0)
BARE_OPEN(gcm_open, wc_AesGcmDecrypt(&aes, out, in, (word32)len, nonce, 12, tag, bare_tag_len, aad, bare_aad_len) == 0)
BARE_SEAL(chacha_seal, wc_ChaCha20Poly1305_Encrypt(bytes, nonce, aad, bare_aad_len, in, (word32)len, out, tag) == 0)
BARE_OPEN(chacha_open, wc_ChaCha20Poly1305_Decrypt(bytes, nonce, aad, bare_aad_len, in, (word32)len, tag, out) == 0)
BARE_SEAL(ccm_seal, wc_AesCcmEncrypt(&aes, out, in, (word32)len, nonce, 12, tag, bare_tag_len, aad, bare_aad_len) == 0)
BARE_OPEN(ccm_open, wc_AesCcmDecrypt(&aes, out, in, (word32)len, nonce, 12, tag, bare_tag_len, aad, bare_aad_len) == 0)
BARE_CIPHER(ecb_encrypt, wc_AesEcbEncrypt(&aes, out, in, (word32)len) == 0)
BARE_CIPHER(ecb_decrypt, wc_AesEcbDecrypt(&aes_decrypting, out, in, (word32)len) == 0)
BARE_CIPHER(cbc_encrypt, wc_AesSetIV(&aes, nonce) == 0 && wc_AesCbcEncrypt(&aes, out, in, (word32)len) == 0)
BARE_CIPHER(cbc_decrypt,
	    wc_AesSetIV(&aes_decrypting, nonce) == 0 && wc_AesCbcDecrypt(&aes_decrypting, out, in, (word32)len) == 0)
BARE_CIPHER(xts_encrypt, wc_AesXtsEncrypt(&xts, out, in, (word32)len, nonce, 16) == 0)
BARE_CIPHER(xts_decrypt, wc_AesXtsDecrypt(&xts_decrypting, out, in, (word32)len, nonce, 16) == 0)
BARE_CIPHER(ctr, wc_AesSetIV(&aes, nonce) == 0 && wc_AesCtrEncrypt(&aes, out, in, (word32)len) == 0)
BARE_CIPHER(chacha20,
	    wc_Chacha_SetIV(&chacha, nonce + 4, 1) == 0 && wc_Chacha_Process(&chacha, out, in, (word32)len) == 0)
BARE_MAC(hmac_loop, wc_HmacUpdate(&hmac, in, (word32)len) == 0 && wc_HmacFinal(&hmac, tag) == 0)
BARE_MAC(cmac_loop, cmac_one(tag, in, len))
BARE_MAC(poly1305, wc_Poly1305SetKey(&poly, bytes, sizeof bytes) == 0 &&
			   wc_Poly1305Update(&poly, in, (word32)len) == 0 && wc_Poly1305Final(&poly, tag) == 0)
BARE_MAC(sha256, wc_Sha256Update(&sha, in, (word32)len) == 0 && wc_Sha256Final(&sha, tag) == 0)

// ---- Public keys ----

static WC_RNG rng;
static RsaKey rsa;
static ecc_key ecc;
static ecc_point *peer;
static ed25519_key eddsa;
static word32 coordinate_len;
enum { rsa_max_len = 512 };
static curve25519_key x25519_key, x25519_peer;

static int set_rsa(const uint8_t *pair, size_t len)
{
	word32 at = 0;
	return wc_InitRng(&rng) == 0 && wc_InitRsaKey(&rsa, NULL) == 0 && wc_RsaSetRNG(&rsa, &rng) == 0 &&
	       wc_RsaPrivateKeyDecode(pair, &at, &rsa, (word32)len) == 0;
}

static int set_curve(const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!der_read_private(&key, pair, len) || wc_InitRng(&rng) != 0)
		return 0;
	coordinate_len = (word32)der_secret_len(key.kind);
	peer = wc_ecc_new_point();
	return peer && wc_ecc_init(&ecc) == 0 && wc_ecc_set_rng(&ecc, &rng) == 0 &&
	       wc_ecc_import_private_key_ex(key.secret.data, (word32)key.secret.len, NULL, 0, &ecc,
					    key.kind == DER_P256 ? ECC_SECP256R1 : ECC_SECP384R1) == 0 &&
	       wc_ecc_make_pub_ex(&ecc, NULL, &rng) == 0;
}

static int set_ed25519(const uint8_t *pair, size_t len)
{
	struct der_key key;
	uint8_t point[ED25519_PUB_KEY_SIZE];
	return der_read_private(&key, pair, len) && wc_ed25519_init(&eddsa) == 0 &&
	       wc_ed25519_import_private_only(key.secret.data, ED25519_KEY_SIZE, &eddsa) == 0 &&
	       wc_ed25519_make_public(&eddsa, point, sizeof point) == 0 &&
	       wc_ed25519_import_private_key(key.secret.data, ED25519_KEY_SIZE, point, sizeof point, &eddsa) == 0;
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
	       wc_RsaSSL_Sign(info, wc_EncodeSignature(info, digest, sizeof digest, SHA256h), out, rsa_max_len, &rsa,
			      &rng) > 0;
}

static int rsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA256_DIGEST_SIZE], info[WC_SHA256_DIGEST_SIZE + 64], found[rsa_max_len];
	if (wc_Sha256Hash(in, (word32)len, digest) != 0)
		return 0;
	const word32 n = wc_EncodeSignature(info, digest, sizeof digest, SHA256h);
	return wc_RsaSSL_Verify(w->given, (word32)w->given_len, found, sizeof found, &rsa) == (int)n &&
	       memcmp(info, found, n) == 0;
}

static int pss_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA256_DIGEST_SIZE];
	return wc_Sha256Hash(in, (word32)len, digest) == 0 &&
	       wc_RsaPSS_Sign_ex(digest, sizeof digest, out, rsa_max_len, WC_HASH_TYPE_SHA256, WC_MGF1SHA256, 32, &rsa,
				 &rng) > 0;
}

static int pss_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA256_DIGEST_SIZE], copy[rsa_max_len], found[rsa_max_len];
	memcpy(copy, w->given, w->given_len); // to be written to, the prototype says
	return wc_Sha256Hash(in, (word32)len, digest) == 0 &&
	       wc_RsaPSS_VerifyCheck(copy, (word32)w->given_len, found, sizeof found, digest, sizeof digest,
				     WC_HASH_TYPE_SHA256, WC_MGF1SHA256, &rsa) >= 0;
}

#define OAEP WC_RSA_OAEP_PAD, WC_HASH_TYPE_SHA256, WC_MGF1SHA256, NULL, 0

// The digest that goes with the curve: its length, or 0.
static word32 hash(uint8_t digest[WC_SHA384_DIGEST_SIZE], const uint8_t *in, size_t len)
{
	if (coordinate_len == 32)
		return wc_Sha256Hash(in, (word32)len, digest) ? 0 : WC_SHA256_DIGEST_SIZE;
	return wc_Sha384Hash(in, (word32)len, digest) ? 0 : WC_SHA384_DIGEST_SIZE;
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA384_DIGEST_SIZE];
	const word32 digest_len = hash(digest, in, len);
	word32 n = der_max_signature;
	return digest_len > 0 && wc_ecc_sign_hash(digest, digest_len, out, &n, &rng, &ecc) == 0;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[WC_SHA384_DIGEST_SIZE];
	const word32 digest_len = hash(digest, in, len);
	int is_right = 0;
	return digest_len > 0 &&
	       wc_ecc_verify_hash(w->given, (word32)w->given_len, digest, digest_len, &is_right, &ecc) == 0 &&
	       is_right == 1;
}

static int ed25519_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	word32 n = ED25519_SIG_SIZE;
	return wc_ed25519_sign_msg(in, (word32)len, out, &n, &eddsa) == 0;
}

static int ed25519_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	int is_right = 0;
	return wc_ed25519_verify_msg(w->given, (word32)w->given_len, in, (word32)len, &is_right, &eddsa) == 0 &&
	       is_right == 1;
}

static int ecdh_one(const struct bare_work *w, uint8_t *out)
{
	word32 n = coordinate_len;
	return wc_ecc_import_point_der_ex(w->given, (word32)w->given_len, ecc.idx, peer, 0) == 0 &&
	       wc_ecc_point_is_on_curve(peer, ecc.idx) == 0 && wc_ecc_shared_secret_ex(&ecc, peer, out, &n) == 0;
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
BARE_PK(rsa_encrypt, wc_RsaPublicEncrypt(in, (word32)len, out, rsa_max_len, &rsa, &rng) > 0)
BARE_PK(rsa_decrypt, wc_RsaPrivateDecrypt(w->given, (word32)w->given_len, out, rsa_max_len, &rsa) > 0)
BARE_PK(pss_sign, pss_sign_one(out, in, len))
BARE_PK(pss_verify, pss_verify_one(w, in, len))
BARE_PK(oaep_encrypt, wc_RsaPublicEncrypt_ex(in, (word32)len, out, rsa_max_len, &rsa, &rng, OAEP) > 0)
BARE_PK(oaep_decrypt, wc_RsaPrivateDecrypt_ex(w->given, (word32)w->given_len, out, rsa_max_len, &rsa, OAEP) > 0)
BARE_PK(ed25519_sign, ed25519_sign_one(out, in, len))
BARE_PK(ed25519_verify, ed25519_verify_one(w, in, len))
BARE_PK(ecdh, ecdh_one(w, out))
BARE_PK(ecdsa_sign, ecdsa_sign_one(out, in, len))
BARE_PK(ecdsa_verify, ecdsa_verify_one(w, in, len))
BARE_PK(x25519, derive_one(w, out))

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, gcm),
	BARE_AES_128_256(BARE_AEAD_ROWS, "CCM", set_ccm, ccm),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_bytes, chacha),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "CTR", set_aes, ctr),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "ECB", set_aes_both, ecb),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_aes_both, cbc),
	BARE_AES_128_256(BARE_CRYPT_ROWS, "XTS", set_xts, xts),
	BARE_ENCRYPT_ROW("ChaCha20", set_chacha, chacha20),
	BARE_AES_128_256(BARE_MAC_ROW, "CMAC", set_cmac, cmac_loop),
	BARE_MAC_ROW("Poly1305", set_bytes, poly1305),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, hmac_loop),
	BARE_MAC_ROW("SHA-256", set_sha, sha256),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "", set_rsa, rsa),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "", set_rsa, rsa),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "-PSS", set_rsa, pss),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "-OAEP", set_rsa, oaep),
	BARE_SIGN_ROWS("ECDSA-P256", set_curve, ecdsa),
	BARE_SIGN_ROWS("ECDSA-P384", set_curve, ecdsa),
	BARE_SIGN_ROWS("Ed25519", set_ed25519, ed25519),
	BARE_DERIVE_ROW("ECDH-P256", set_curve, ecdh),
	BARE_DERIVE_ROW("ECDH-P384", set_curve, ecdh),
	BARE_DERIVE_ROW("X25519", set_x25519, x25519),
	{NULL, NULL, NULL, NULL},
};
