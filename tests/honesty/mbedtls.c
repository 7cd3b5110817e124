// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <mbedtls/aes.h>
#include <mbedtls/ccm.h>
#include <mbedtls/chacha20.h>
#include <mbedtls/chachapoly.h>
#include <mbedtls/cipher.h>
#include <mbedtls/cmac.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/entropy.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/poly1305.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <mbedtls/version.h>

static mbedtls_gcm_context gcm;
static mbedtls_chachapoly_context chacha_poly;
static mbedtls_ccm_context ccm;
static mbedtls_aes_context aes, aes_decrypting;
static mbedtls_aes_xts_context xts, xts_decrypting;
static mbedtls_cipher_context_t cmac;
static uint8_t bytes[32];
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

static int set_aes_both(const uint8_t *key, size_t len)
{
	mbedtls_aes_init(&aes_decrypting);
	return set_aes(key, len) && mbedtls_aes_setkey_dec(&aes_decrypting, key, (unsigned)len * 8) == 0;
}

static int set_ccm(const uint8_t *key, size_t len)
{
	mbedtls_ccm_free(&ccm);
	mbedtls_ccm_init(&ccm);
	return mbedtls_ccm_setkey(&ccm, MBEDTLS_CIPHER_ID_AES, key, (unsigned)len * 8) == 0;
}

static int set_xts(const uint8_t *key, size_t len)
{
	mbedtls_aes_xts_init(&xts);
	mbedtls_aes_xts_init(&xts_decrypting);
	return mbedtls_aes_xts_setkey_enc(&xts, key, (unsigned)len * 8) == 0 &&
	       mbedtls_aes_xts_setkey_dec(&xts_decrypting, key, (unsigned)len * 8) == 0;
}

static int set_cmac(const uint8_t *key, size_t len)
{
	mbedtls_cipher_free(&cmac);
	mbedtls_cipher_init(&cmac);
	return mbedtls_cipher_setup(&cmac, mbedtls_cipher_info_from_type(len == 16 ? MBEDTLS_CIPHER_AES_128_ECB
										   : MBEDTLS_CIPHER_AES_256_ECB)) ==
		       0 &&
	       mbedtls_cipher_cmac_starts(&cmac, key, len * 8) == 0;
}

static int set_bytes(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	return 1;
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

// It has ECB block by block only.
static int ecb_one(mbedtls_aes_context *context, int mode, uint8_t *out, const uint8_t *in, size_t len)
{
	int answer = 0;
	for (size_t i = 0; i < len && answer == 0; i += 16)
		answer = mbedtls_aes_crypt_ecb(context, mode, in + i, out + i);
	return answer == 0;
}

static int cbc_one(mbedtls_aes_context *context, int mode, const uint8_t *iv, uint8_t *out, const uint8_t *in,
		   size_t len)
{
	uint8_t chain[16];
	memcpy(chain, iv, sizeof chain);
	return mbedtls_aes_crypt_cbc(context, mode, len, chain, in, out) == 0;
}

static int cmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	return mbedtls_cipher_cmac_update(&cmac, in, len) == 0 && mbedtls_cipher_cmac_finish(&cmac, tag) == 0 &&
	       mbedtls_cipher_cmac_reset(&cmac) == 0;
}

static int hmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	return mbedtls_md_hmac_update(&hmac, in, len) == 0 && mbedtls_md_hmac_finish(&hmac, tag) == 0 &&
	       mbedtls_md_hmac_reset(&hmac) == 0;
}

#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha256 mbedtls_sha256_ret
#define mbedtls_sha512 mbedtls_sha512_ret
#endif

BARE_SEAL(gcm_seal, mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, len, nonce, 12, aad, bare_aad_len, in, out,
					      bare_tag_len, tag) == 0)
BARE_OPEN(gcm_open, mbedtls_gcm_auth_decrypt(&gcm, len, nonce, 12, aad, bare_aad_len, tag, bare_tag_len, in, out) == 0)
BARE_SEAL(chacha_poly_seal,
	  mbedtls_chachapoly_encrypt_and_tag(&chacha_poly, len, nonce, aad, bare_aad_len, in, out, tag) == 0)
BARE_OPEN(chacha_poly_open,
	  mbedtls_chachapoly_auth_decrypt(&chacha_poly, len, nonce, aad, bare_aad_len, tag, in, out) == 0)
BARE_SEAL(ccm_seal,
	  mbedtls_ccm_encrypt_and_tag(&ccm, len, nonce, 12, aad, bare_aad_len, in, out, tag, bare_tag_len) == 0)
BARE_OPEN(ccm_open, mbedtls_ccm_auth_decrypt(&ccm, len, nonce, 12, aad, bare_aad_len, in, out, tag, bare_tag_len) == 0)
BARE_CIPHER(ecb_encrypt, ecb_one(&aes, MBEDTLS_AES_ENCRYPT, out, in, len))
BARE_CIPHER(ecb_decrypt, ecb_one(&aes_decrypting, MBEDTLS_AES_DECRYPT, out, in, len))
BARE_CIPHER(cbc_encrypt, cbc_one(&aes, MBEDTLS_AES_ENCRYPT, nonce, out, in, len))
BARE_CIPHER(cbc_decrypt, cbc_one(&aes_decrypting, MBEDTLS_AES_DECRYPT, nonce, out, in, len))
BARE_CIPHER(xts_encrypt, mbedtls_aes_crypt_xts(&xts, MBEDTLS_AES_ENCRYPT, len, nonce, in, out) == 0)
BARE_CIPHER(xts_decrypt, mbedtls_aes_crypt_xts(&xts_decrypting, MBEDTLS_AES_DECRYPT, len, nonce, in, out) == 0)
BARE_CIPHER(ctr, ctr_one(nonce, out, in, len))
BARE_CIPHER(chacha20,
	    mbedtls_chacha20_starts(&chacha, nonce + 4, 1) == 0 && mbedtls_chacha20_update(&chacha, len, in, out) == 0)
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(cmac_loop, cmac_one(tag, in, len))
BARE_MAC(poly1305, mbedtls_poly1305_mac(bytes, in, len, tag) == 0)
BARE_MAC(sha256, mbedtls_sha256(in, len, tag, 0) == 0)

// ---- Public keys ----

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static mbedtls_rsa_context rsa;
static mbedtls_ecp_group group;
static mbedtls_ecp_point q, peer;
static mbedtls_mpi d, r, s;

#if MBEDTLS_VERSION_MAJOR < 3
#define MODE(mode) mode,
#define VERIFY_MODE mbedtls_ctr_drbg_random, &drbg, MBEDTLS_RSA_PUBLIC,
#define RSA_INIT(rsa, padding) mbedtls_rsa_init(rsa, padding, MBEDTLS_MD_SHA256)
#else
#define MODE(mode)
#define VERIFY_MODE
#define RSA_INIT(rsa, padding) (mbedtls_rsa_init(rsa), mbedtls_rsa_set_padding(rsa, padding, MBEDTLS_MD_SHA256))
#endif
#define RANDOM mbedtls_ctr_drbg_random, &drbg

static int start_random(void)
{
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&drbg);
	return mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0) == 0;
}

static int set_padded(int padding, const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!start_random() || !der_read_private(&key, pair, len))
		return 0;
#define NUMBER(i) key.number[i].data, key.number[i].len
	RSA_INIT(&rsa, padding);
	return mbedtls_rsa_import_raw(&rsa, NUMBER(DER_N), NUMBER(DER_P), NUMBER(DER_Q), NUMBER(DER_D),
				      NUMBER(DER_E)) == 0 &&
	       mbedtls_rsa_complete(&rsa) == 0;
#undef NUMBER
}

static int set_rsa(const uint8_t *pair, size_t len)
{
	return set_padded(MBEDTLS_RSA_PKCS_V15, pair, len);
}

static int set_rsa_v21(const uint8_t *pair, size_t len)
{
	return set_padded(MBEDTLS_RSA_PKCS_V21, pair, len);
}

static size_t coordinate_len;

// The first multiplication makes a table of the generator's multiples, which stays with the group.
static int set_curve(const uint8_t *pair, size_t len)
{
	static const mbedtls_ecp_group_id ids[] = {[DER_P256] = MBEDTLS_ECP_DP_SECP256R1,
						   [DER_P384] = MBEDTLS_ECP_DP_SECP384R1,
						   [DER_X25519] = MBEDTLS_ECP_DP_CURVE25519};
	struct der_key key;
	if (!start_random() || !der_read_private(&key, pair, len))
		return 0;
	coordinate_len = der_secret_len(key.kind);
	mbedtls_ecp_group_init(&group);
	mbedtls_ecp_point_init(&q);
	mbedtls_ecp_point_init(&peer);
	mbedtls_mpi_init(&d);
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	if (mbedtls_ecp_group_load(&group, ids[key.kind]) != 0)
		return 0;
	if (key.kind != DER_X25519)
		return mbedtls_mpi_read_binary(&d, key.secret.data, key.secret.len) == 0 &&
		       mbedtls_ecp_mul(&group, &q, &d, &group.G, RANDOM) == 0;
	uint8_t clamped[32];
	memcpy(clamped, key.secret.data, sizeof clamped);
	clamped[0] &= 248;
	clamped[31] = (uint8_t)((clamped[31] & 127) | 64);
	return mbedtls_mpi_read_binary_le(&d, clamped, sizeof clamped) == 0;
}

static int rsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[32];
	return mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_rsa_rsassa_pkcs1_v15_sign(&rsa, RANDOM, MODE(MBEDTLS_RSA_PRIVATE) MBEDTLS_MD_SHA256,
						 sizeof digest, digest, out) == 0;
}

static int rsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[32];
	return mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_rsa_rsassa_pkcs1_v15_verify(&rsa, VERIFY_MODE MBEDTLS_MD_SHA256, sizeof digest, digest,
						   w->given) == 0;
}

static int pss_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[32];
	return mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_rsa_rsassa_pss_sign(&rsa, RANDOM, MODE(MBEDTLS_RSA_PRIVATE) MBEDTLS_MD_SHA256, sizeof digest,
					   digest, out) == 0;
}

static int pss_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[32];
	return mbedtls_sha256(in, len, digest, 0) == 0 &&
	       mbedtls_rsa_rsassa_pss_verify_ext(&rsa, VERIFY_MODE MBEDTLS_MD_SHA256, sizeof digest, digest,
						 MBEDTLS_MD_SHA256, 32, w->given) == 0;
}

static int decrypt_one(const struct bare_work *w, uint8_t *out)
{
	size_t len, *const n = &len;
	return mbedtls_rsa_pkcs1_decrypt(&rsa, RANDOM, MODE(MBEDTLS_RSA_PRIVATE) n, w->given, out, bare_max_len) == 0;
}

static size_t hash(uint8_t digest[64], const uint8_t *in, size_t len)
{
	if (coordinate_len == 32)
		return mbedtls_sha256(in, len, digest, 0) == 0 ? 32 : 0;
	return mbedtls_sha512(in, len, digest, 1) == 0 ? 48 : 0;
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[64];
	const size_t n = hash(digest, in, len);
	return n > 0 && mbedtls_ecdsa_sign(&group, &r, &s, &d, digest, n, RANDOM) == 0 &&
	       mbedtls_mpi_write_binary(&r, out, coordinate_len) == 0 &&
	       mbedtls_mpi_write_binary(&s, out + coordinate_len, coordinate_len) == 0;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[64], r_s[96];
	const size_t n = hash(digest, in, len);
	return n > 0 && der_read_signature(r_s, coordinate_len, w->given, w->given_len) &&
	       mbedtls_mpi_read_binary(&r, r_s, coordinate_len) == 0 &&
	       mbedtls_mpi_read_binary(&s, r_s + coordinate_len, coordinate_len) == 0 &&
	       mbedtls_ecdsa_verify(&group, digest, n, &q, &r, &s) == 0;
}

static int agree(const struct bare_work *w)
{
	return mbedtls_ecp_point_read_binary(&group, &peer, w->given, w->given_len) == 0 &&
	       mbedtls_ecdh_compute_shared(&group, &r, &peer, &d, RANDOM) == 0;
}

BARE_PK(pss_sign, pss_sign_one(out, in, len))
BARE_PK(pss_verify, pss_verify_one(w, in, len))
BARE_PK(rsa_encrypt, mbedtls_rsa_pkcs1_encrypt(&rsa, RANDOM, MODE(MBEDTLS_RSA_PUBLIC) len, in, out) == 0)
BARE_PK(rsa_decrypt, decrypt_one(w, out))
BARE_PK(ecdh, agree(w) && mbedtls_mpi_write_binary(&r, out, coordinate_len) == 0)
BARE_PK(rsa_sign, rsa_sign_one(out, in, len))
BARE_PK(rsa_verify, rsa_verify_one(w, in, len))
BARE_PK(ecdsa_sign, ecdsa_sign_one(out, in, len))
BARE_PK(ecdsa_verify, ecdsa_verify_one(w, in, len))
BARE_PK(x25519, agree(w) && mbedtls_mpi_write_binary_le(&r, out, 32) == 0)

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, gcm),
	BARE_AES_128_256(BARE_AEAD_ROWS, "CCM", set_ccm, ccm),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha_poly, chacha_poly),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "CTR", set_aes, ctr),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "ECB", set_aes_both, ecb),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_aes_both, cbc),
	BARE_AES_128_256(BARE_CRYPT_ROWS, "XTS", set_xts, xts),
	BARE_ENCRYPT_ROW("ChaCha20", set_chacha, chacha20),
	BARE_AES_128_256(BARE_MAC_ROW, "CMAC", set_cmac, cmac_loop),
	BARE_MAC_ROW("Poly1305", set_bytes, poly1305),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, hmac_loop),
	BARE_MAC_ROW("SHA-256", set_nothing, sha256),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "", set_rsa, rsa),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "", set_rsa, rsa),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "-PSS", set_rsa_v21, pss),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "-OAEP", set_rsa_v21, rsa),
	BARE_SIGN_ROWS("ECDSA-P256", set_curve, ecdsa),
	BARE_SIGN_ROWS("ECDSA-P384", set_curve, ecdsa),
	BARE_DERIVE_ROW("ECDH-P256", set_curve, ecdh),
	BARE_DERIVE_ROW("ECDH-P384", set_curve, ecdh),
	BARE_DERIVE_ROW("X25519", set_curve, x25519),
	{NULL, NULL, NULL, NULL},
};
