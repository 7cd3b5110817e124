// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <nettle/aes.h>
#include <nettle/chacha-poly1305.h>
#include <nettle/chacha.h>
#include <nettle/ctr.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#ifdef LANE_NETTLE_PK
#include <gmp.h>
#include <nettle/curve25519.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/rsa.h>
#include <nettle/yarrow.h>
#endif

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

#ifdef LANE_NETTLE_PK // with Hogweed

// ---- Public keys ----

static struct yarrow256_ctx yarrow;
static struct rsa_public_key rsa_public;
static struct rsa_private_key rsa_private;
static struct ecc_point point;
static struct ecc_scalar scalar;
static mpz_t number;
static struct dsa_signature signature;
static uint8_t secret[32];

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

static int set_ecdsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	mpz_t d;
	if (!der_read_private(&key, pair, len))
		return 0;
	start_random();
	ecc_point_init(&point, nettle_get_secp_256r1());
	ecc_scalar_init(&scalar, nettle_get_secp_256r1());
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

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	ecdsa_sign(&scalar, &yarrow, random_bytes, sizeof digest, digest_of(digest, in, len), &signature);
	nettle_mpz_get_str_256(32, out, signature.r);
	nettle_mpz_get_str_256(32, out + 32, signature.s);
	return 1;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[SHA256_DIGEST_SIZE], r_s[64];
	if (!der_read_signature(r_s, 32, w->given, w->given_len))
		return 0;
	nettle_mpz_set_str_256_u(signature.r, 32, r_s);
	nettle_mpz_set_str_256_u(signature.s, 32, r_s + 32);
	return ecdsa_verify(&point, sizeof digest, digest_of(digest, in, len), &signature);
}

BARE_PK(rsa_sign, rsa_sign_one(out, in, len))
BARE_PK(rsa_verify, rsa_verify_one(w, in, len))
BARE_PK(ecdsa_sign_loop, ecdsa_sign_one(out, in, len))
BARE_PK(ecdsa_verify_loop, ecdsa_verify_one(w, in, len))
BARE_PK(x25519, (curve25519_mul(out, secret, w->given), 1))

#endif

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
#ifdef LANE_NETTLE_PK
	{"RSA-2048", "sign", set_rsa, rsa_sign},
	{"RSA-2048", "verify", set_rsa, rsa_verify},
	{"ECDSA-P256", "sign", set_ecdsa, ecdsa_sign_loop},
	{"ECDSA-P256", "verify", set_ecdsa, ecdsa_verify_loop},
	{"X25519", "derive", set_x25519, x25519},
#endif
	{NULL, NULL, NULL, NULL},
};
