// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/ccm.h>
#include <nettle/chacha-poly1305.h>
#include <nettle/chacha.h>
#include <nettle/cmac.h>
#include <nettle/ctr.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/nettle-meta.h>
#include <nettle/xts.h>
#ifdef LANE_NETTLE_PK
#include <gmp.h>
#include <nettle/curve25519.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>
#include <nettle/rsa.h>
#include <nettle/yarrow.h>
#endif

static struct gcm_aes128_ctx gcm128;
static struct gcm_aes192_ctx gcm192;
static struct gcm_aes256_ctx gcm256;
static struct ccm_aes128_ctx ccm128;
static struct ccm_aes256_ctx ccm256;
static union {
	struct aes128_ctx aes128;
	struct aes192_ctx aes192;
	struct aes256_ctx aes256;
} encrypting, decrypting;
static const struct nettle_cipher *aes; // which of them
static struct xts_aes128_key xts128, xts128_decrypting;
static struct xts_aes256_key xts256, xts256_decrypting;
static struct cmac_aes128_ctx cmac128;
static struct cmac_aes256_ctx cmac256;
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
SET(set_gcm192, gcm_aes192_set_key(&gcm192, key))
SET(set_ccm128, ccm_aes128_set_key(&ccm128, key))
SET(set_ccm256, ccm_aes256_set_key(&ccm256, key))
SET(set_xts128, (xts_aes128_set_encrypt_key(&xts128, key), xts_aes128_set_decrypt_key(&xts128_decrypting, key)))
SET(set_xts256, (xts_aes256_set_encrypt_key(&xts256, key), xts_aes256_set_decrypt_key(&xts256_decrypting, key)))
SET(set_cmac128, cmac_aes128_set_key(&cmac128, key))
SET(set_cmac256, cmac_aes256_set_key(&cmac256, key))
SET(set_chacha_poly, chacha_poly1305_set_key(&chacha_poly, key))
SET(set_chacha, chacha_set_key(&chacha, key))
SET(set_hmac, hmac_sha256_set_key(&hmac, len, key))
SET(set_sha, sha256_init(&sha))

static int set_aes(const uint8_t *key, size_t len)
{
	aes = len == 16 ? &nettle_aes128 : len == 24 ? &nettle_aes192 : &nettle_aes256;
	aes->set_encrypt_key(&encrypting, key);
	aes->set_decrypt_key(&decrypting, key);
	return 1;
}

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
AEAD(gcm_aes192, gcm192, gcm_aes192_set_iv(&gcm192, 12, nonce))
AEAD(gcm_aes256, gcm256, gcm_aes256_set_iv(&gcm256, 12, nonce))
AEAD(ccm_aes128, ccm128, ccm_aes128_set_nonce(&ccm128, 12, nonce, bare_aad_len, len, bare_tag_len))
AEAD(ccm_aes256, ccm256, ccm_aes256_set_nonce(&ccm256, 12, nonce, bare_aad_len, len, bare_tag_len))
AEAD(chacha_poly1305, chacha_poly, chacha_poly1305_set_nonce(&chacha_poly, nonce))

static int ctr_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t counter[AES_BLOCK_SIZE];
	memcpy(counter, iv, sizeof counter);
	ctr_crypt(&encrypting, aes->encrypt, AES_BLOCK_SIZE, counter, len, out, in);
	return 1;
}

static int cbc_decrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t chain[AES_BLOCK_SIZE];
	memcpy(chain, iv, sizeof chain);
	cbc_decrypt(&decrypting, aes->decrypt, AES_BLOCK_SIZE, chain, len, out, in);
	return 1;
}

// To encrypt it has a function for each key length.
#define CBC(bits)                                                                                                      \
	static int cbc##bits##_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)                     \
	{                                                                                                              \
		uint8_t chain[AES_BLOCK_SIZE];                                                                         \
		memcpy(chain, iv, sizeof chain);                                                                       \
		cbc_aes##bits##_encrypt(&encrypting.aes##bits, chain, len, out, in);                                   \
		return 1;                                                                                              \
	}                                                                                                              \
	BARE_CIPHER(cbc##bits##_encrypt, cbc##bits##_one(nonce, out, in, len))
CBC(128)
CBC(192)
CBC(256)
BARE_CIPHER(cbc_decrypt_loop, cbc_decrypt_one(nonce, out, in, len))
#define cbc128_decrypt cbc_decrypt_loop
#define cbc192_decrypt cbc_decrypt_loop
#define cbc256_decrypt cbc_decrypt_loop

#define XTS(bits)                                                                                                      \
	BARE_CIPHER(xts##bits##_encrypt, (xts_aes##bits##_encrypt_message(&xts##bits, nonce, len, out, in), 1))        \
	BARE_CIPHER(xts##bits##_decrypt,                                                                               \
		    (xts_aes##bits##_decrypt_message(&xts##bits##_decrypting, nonce, len, out, in), 1))
XTS(128)
XTS(256)
BARE_CIPHER(ecb_encrypt, (aes->encrypt(&encrypting, len, out, in), 1))
BARE_CIPHER(ecb_decrypt, (aes->decrypt(&decrypting, len, out, in), 1))
BARE_CIPHER(ctr, ctr_one(nonce, out, in, len))
BARE_MAC(cmac128_loop, (cmac_aes128_update(&cmac128, len, in), cmac_aes128_digest(&cmac128, 16, tag), 1))
BARE_MAC(cmac256_loop, (cmac_aes256_update(&cmac256, len, in), cmac_aes256_digest(&cmac256, 16, tag), 1))
BARE_CIPHER(chacha20, (chacha_set_nonce96(&chacha, nonce + 4), chacha_set_counter32(&chacha, nonce),
		       chacha_crypt32(&chacha, len, out, in), 1))
BARE_MAC(hmac_loop, (hmac_sha256_update(&hmac, len, in), hmac_sha256_digest(&hmac, 32, tag), 1))
BARE_MAC(sha256, (sha256_update(&sha, len, in), sha256_digest(&sha, 32, tag), 1))

#ifdef LANE_NETTLE_PK // with Hogweed

// ---- Public keys ----

static struct yarrow256_ctx yarrow;
static struct rsa_public_key rsa_public;
static struct rsa_private_key rsa_private;
static struct ecc_point point, peer, product;
static struct ecc_scalar scalar;
static mpz_t number;
static struct dsa_signature signature;
static uint8_t secret[32], ed25519_point[32];
static size_t coordinate_len;

static void random_bytes(void *user, size_t len, uint8_t *out)
{
	yarrow256_random(user, len, out);
}

static void start_random(void)
{
	static const uint8_t seed[YARROW256_SEED_FILE_SIZE] = {1};
	yarrow256_init(&yarrow, 0, NULL);
	yarrow256_seed(&yarrow, sizeof seed, seed);
}

static int set_rsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!der_read_private(&key, pair, len))
		return 0;
	start_random();
	rsa_public_key_init(&rsa_public);
	rsa_private_key_init(&rsa_private);
	mpz_init(number);
	const mpz_ptr numbers[der_n_numbers] = {rsa_public.n,  rsa_public.e,  rsa_private.d, rsa_private.p,
						rsa_private.q, rsa_private.a, rsa_private.b, rsa_private.c};
	for (int i = 0; i < der_n_numbers; i++)
		nettle_mpz_set_str_256_u(numbers[i], key.number[i].len, key.number[i].data);
	return rsa_public_key_prepare(&rsa_public) && rsa_private_key_prepare(&rsa_private);
}

static int set_curve(const uint8_t *pair, size_t len)
{
	struct der_key key;
	mpz_t d;
	if (!der_read_private(&key, pair, len))
		return 0;
	const struct ecc_curve *const curve = key.kind == DER_P256 ? nettle_get_secp_256r1() : nettle_get_secp_384r1();
	start_random();
	coordinate_len = der_secret_len(key.kind);
	ecc_point_init(&point, curve);
	ecc_point_init(&peer, curve);
	ecc_point_init(&product, curve);
	ecc_scalar_init(&scalar, curve);
	dsa_signature_init(&signature);
	nettle_mpz_init_set_str_256_u(d, key.secret.len, key.secret.data);
	const int ok = ecc_scalar_set(&scalar, d);
	mpz_clear(d);
	ecc_point_mul_g(&point, &scalar);
	return ok;
}

static int set_x25519(const uint8_t *pair, size_t len)
{
	struct der_key key;
	const int ok = der_read_private(&key, pair, len);
	if (ok)
		memcpy(secret, key.secret.data, sizeof secret);
	return ok;
}

static int set_ed25519(const uint8_t *pair, size_t len)
{
	if (!set_x25519(pair, len))
		return 0;
	ed25519_sha512_public_key(ed25519_point, secret);
	return 1;
}

static const uint8_t *digest_of(uint8_t digest[SHA256_DIGEST_SIZE], const uint8_t *in, size_t len)
{
	struct sha256_ctx context;
	sha256_init(&context);
	sha256_update(&context, len, in);
	sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
	return digest;
}

static int rsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	const int ok = rsa_sha256_sign_digest_tr(&rsa_public, &rsa_private, &yarrow, random_bytes,
						 digest_of(digest, in, len), number);
	nettle_mpz_get_str_256(rsa_public.size, out, number);
	return ok;
}

static int rsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	nettle_mpz_set_str_256_u(number, w->given_len, w->given);
	return rsa_sha256_verify_digest(&rsa_public, digest_of(digest, in, len), number);
}

static int pss_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE], salt[32];
	yarrow256_random(&yarrow, sizeof salt, salt);
	const int ok = rsa_pss_sha256_sign_digest_tr(&rsa_public, &rsa_private, &yarrow, random_bytes, sizeof salt,
						     salt, digest_of(digest, in, len), number);
	nettle_mpz_get_str_256(rsa_public.size, out, number);
	return ok;
}

static int pss_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	nettle_mpz_set_str_256_u(number, w->given_len, w->given);
	return rsa_pss_sha256_verify_digest(&rsa_public, 32, digest_of(digest, in, len), number);
}

static int encrypt_one(uint8_t *out, const uint8_t *in, size_t len)
{
	const int ok = rsa_encrypt(&rsa_public, &yarrow, random_bytes, len, in, number);
	nettle_mpz_get_str_256(rsa_public.size, out, number);
	return ok;
}

static int decrypt_one(const struct bare_work *w, uint8_t *out)
{
	size_t n = bare_max_len;
	nettle_mpz_set_str_256_u(number, w->given_len, w->given);
	return rsa_decrypt_tr(&rsa_public, &rsa_private, &yarrow, random_bytes, &n, out, number);
}

// The digest that goes with the curve: its length.
static size_t hash(uint8_t digest[SHA384_DIGEST_SIZE], const uint8_t *in, size_t len)
{
	struct sha384_ctx context;
	if (coordinate_len == 32) {
		digest_of(digest, in, len);
		return SHA256_DIGEST_SIZE;
	}
	sha384_init(&context);
	sha384_update(&context, len, in);
	sha384_digest(&context, SHA384_DIGEST_SIZE, digest);
	return SHA384_DIGEST_SIZE;
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA384_DIGEST_SIZE];
	const size_t n = hash(digest, in, len);
	ecdsa_sign(&scalar, &yarrow, random_bytes, n, digest, &signature);
	nettle_mpz_get_str_256(coordinate_len, out, signature.r);
	nettle_mpz_get_str_256(coordinate_len, out + coordinate_len, signature.s);
	return 1;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA384_DIGEST_SIZE], r_s[96];
	if (!der_read_signature(r_s, coordinate_len, w->given, w->given_len))
		return 0;
	nettle_mpz_set_str_256_u(signature.r, coordinate_len, r_s);
	nettle_mpz_set_str_256_u(signature.s, coordinate_len, r_s + coordinate_len);
	const size_t n = hash(digest, in, len);
	return ecdsa_verify(&point, n, digest, &signature);
}

static int ecdh_one(const struct bare_work *w, uint8_t *out)
{
	mpz_t x, y;
	nettle_mpz_init_set_str_256_u(x, coordinate_len, w->given + 1);
	nettle_mpz_init_set_str_256_u(y, coordinate_len, w->given + 1 + coordinate_len);
	const int is_on_curve = ecc_point_set(&peer, x, y);
	if (is_on_curve) {
		ecc_point_mul(&product, &scalar, &peer);
		ecc_point_get(&product, x, y);
		nettle_mpz_get_str_256(coordinate_len, out, x);
	}
	mpz_clear(x);
	mpz_clear(y);
	return is_on_curve;
}

BARE_PK(pss_sign, pss_sign_one(out, in, len))
BARE_PK(pss_verify, pss_verify_one(w, in, len))
BARE_PK(pkcs1_encrypt, encrypt_one(out, in, len))
BARE_PK(pkcs1_decrypt, decrypt_one(w, out))
BARE_PK(ed25519_sign, (ed25519_sha512_sign(ed25519_point, secret, len, in, out), 1))
BARE_PK(ed25519_verify, ed25519_sha512_verify(ed25519_point, len, in, w->given))
BARE_PK(ecdh, ecdh_one(w, out))
BARE_PK(pkcs1_sign, rsa_sign_one(out, in, len))
BARE_PK(pkcs1_verify, rsa_verify_one(w, in, len))
BARE_PK(curve_sign, ecdsa_sign_one(out, in, len))
BARE_PK(curve_verify, ecdsa_verify_one(w, in, len))
BARE_PK(x25519, (curve25519_mul(out, secret, w->given), 1))

#endif

const struct bare_loop bare_loops[] = {
	BARE_AEAD_ROWS("AES-128-GCM", set_gcm128, gcm_aes128),
	BARE_AEAD_ROWS("AES-192-GCM", set_gcm192, gcm_aes192),
	BARE_AEAD_ROWS("AES-256-GCM", set_gcm256, gcm_aes256),
	BARE_AEAD_ROWS("AES-128-CCM", set_ccm128, ccm_aes128),
	BARE_AEAD_ROWS("AES-256-CCM", set_ccm256, ccm_aes256),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha_poly, chacha_poly1305),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "CTR", set_aes, ctr),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "ECB", set_aes, ecb),
	BARE_CRYPT_ROWS("AES-128-CBC", set_aes, cbc128),
	BARE_CRYPT_ROWS("AES-192-CBC", set_aes, cbc192),
	BARE_CRYPT_ROWS("AES-256-CBC", set_aes, cbc256),
	BARE_CRYPT_ROWS("AES-128-XTS", set_xts128, xts128),
	BARE_CRYPT_ROWS("AES-256-XTS", set_xts256, xts256),
	BARE_ENCRYPT_ROW("ChaCha20", set_chacha, chacha20),
	BARE_MAC_ROW("AES-128-CMAC", set_cmac128, cmac128_loop),
	BARE_MAC_ROW("AES-256-CMAC", set_cmac256, cmac256_loop),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, hmac_loop),
	BARE_MAC_ROW("SHA-256", set_sha, sha256),
#ifdef LANE_NETTLE_PK
	BARE_EACH_RSA(BARE_SIGN_ROWS, "", set_rsa, pkcs1),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "", set_rsa, pkcs1),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "-PSS", set_rsa, pss),
	BARE_SIGN_ROWS("ECDSA-P256", set_curve, curve),
	BARE_SIGN_ROWS("ECDSA-P384", set_curve, curve),
	BARE_SIGN_ROWS("Ed25519", set_ed25519, ed25519),
	BARE_DERIVE_ROW("ECDH-P256", set_curve, ecdh),
	BARE_DERIVE_ROW("ECDH-P384", set_curve, ecdh),
	BARE_DERIVE_ROW("X25519", set_x25519, x25519),
#endif
	{NULL, NULL, NULL, NULL},
};
