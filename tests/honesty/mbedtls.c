// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <mbedtls/aes.h>
#include <mbedtls/chacha20.h>
#include <mbedtls/chachapoly.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/entropy.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>
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

// ---- Public keys ----

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static mbedtls_rsa_context rsa;
static mbedtls_ecp_group group;
static mbedtls_ecp_point q, peer;
static mbedtls_mpi d, r, s;

#if MBEDTLS_VERSION_MAJOR < 3
#define SIGN_MODE MBEDTLS_RSA_PRIVATE,
#define VERIFY_MODE mbedtls_ctr_drbg_random, &drbg, MBEDTLS_RSA_PUBLIC,
#define RSA_INIT(rsa) mbedtls_rsa_init(rsa, MBEDTLS_RSA_PKCS_V15, MBEDTLS_MD_SHA256)
#else
#define SIGN_MODE
#define VERIFY_MODE
#define RSA_INIT(rsa) mbedtls_rsa_init(rsa)
#endif

static int start_random(void)
{
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&drbg);
	return mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0) == 0;
}

static int set_rsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!start_random() || !der_read_private(&key, pair, len))
		return 0;
#define NUMBER(i) key.number[i].data, key.number[i].len
	RSA_INIT(&rsa);
	return mbedtls_rsa_import_raw(&rsa, NUMBER(DER_N), NUMBER(DER_P), NUMBER(DER_Q), NUMBER(DER_D),
				      NUMBER(DER_E)) == 0 &&
	       mbedtls_rsa_complete(&rsa) == 0;
#undef NUMBER
}

static int set_curve(mbedtls_ecp_group_id id, const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!start_random() || !der_read_private(&key, pair, len))
		return 0;
	mbedtls_ecp_group_init(&group);
	mbedtls_ecp_point_init(&q);
	mbedtls_ecp_point_init(&peer);
	mbedtls_mpi_init(&d);
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	if (mbedtls_ecp_group_load(&group, id) != 0)
		return 0;
	if (id != MBEDTLS_ECP_DP_CURVE25519)
		return mbedtls_mpi_read_binary(&d, key.secret.data, key.secret.len) == 0 &&
		       mbedtls_ecp_mul(&group, &q, &d, &group.G, mbedtls_ctr_drbg_random, &drbg) == 0;
	uint8_t clamped[32];
	memcpy(clamped, key.secret.data, sizeof clamped);
	clamped[0] &= 248;
	clamped[31] = (uint8_t)((clamped[31] & 127) | 64);
	return mbedtls_mpi_read_binary_le(&d, clamped, sizeof clamped) == 0;
}

static int set_ecdsa(const uint8_t *pair, size_t len)
{
	return set_curve(MBEDTLS_ECP_DP_SECP256R1, pair, len);
}

static int set_x25519(const uint8_t *pair, size_t len)
{
	return set_curve(MBEDTLS_ECP_DP_CURVE25519, pair, len);
}

static int rsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[32];
	return mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_rsa_rsassa_pkcs1_v15_sign(&rsa, mbedtls_ctr_drbg_random, &drbg, SIGN_MODE MBEDTLS_MD_SHA256,
						 sizeof digest, digest, out) == 0;
}

static int rsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[32];
	return mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_rsa_rsassa_pkcs1_v15_verify(&rsa, VERIFY_MODE MBEDTLS_MD_SHA256, sizeof digest, digest,
						   w->given) == 0;
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[32];
	return mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_ecdsa_sign(&group, &r, &s, &d, digest, sizeof digest, mbedtls_ctr_drbg_random, &drbg) == 0 &&
	       mbedtls_mpi_write_binary(&r, out, 32) == 0 && mbedtls_mpi_write_binary(&s, out + 32, 32) == 0;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[32], r_s[64];
	return der_read_signature(r_s, 32, w->given, w->given_len) && mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_mpi_read_binary(&r, r_s, 32) == 0 && mbedtls_mpi_read_binary(&s, r_s + 32, 32) == 0 &&
	       mbedtls_ecdsa_verify(&group, digest, sizeof digest, &q, &r, &s) == 0;
}

static int derive_one(const struct bare_work *w, uint8_t *out)
{
	return mbedtls_ecp_point_read_binary(&group, &peer, w->given, w->given_len) == 0 &&
	       mbedtls_ecdh_compute_shared(&group, &r, &peer, &d, mbedtls_ctr_drbg_random, &drbg) == 0 &&
	       mbedtls_mpi_write_binary_le(&r, out, 32) == 0;
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
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, chacha_seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, chacha_open},
	{"AES-128-CTR", "encrypt", set_aes, ctr},
	{"AES-256-CTR", "encrypt", set_aes, ctr},
	{"ChaCha20", "encrypt", set_chacha, chacha20},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_nothing, sha256},
	{"RSA-2048", "sign", set_rsa, rsa_sign},
	{"RSA-2048", "verify", set_rsa, rsa_verify},
	{"ECDSA-P256", "sign", set_ecdsa, ecdsa_sign_loop},
	{"ECDSA-P256", "verify", set_ecdsa, ecdsa_verify_loop},
	{"X25519", "derive", set_x25519, x25519},
	{NULL, NULL, NULL, NULL},
};
