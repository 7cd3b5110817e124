// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <bearssl.h>

static br_aes_gen_ctr_keys aes;
static br_gcm_context gcm;
static uint8_t bytes[32];
static br_chacha20_run chacha20_run;
static br_poly1305_run poly1305_run;
static br_hmac_key_context hmac;

static int set_aes(const uint8_t *key, size_t len)
{
	const br_block_ctr_class *const ni = br_aes_x86ni_ctr_get_vtable();
	(ni ? ni : &br_aes_ct64_ctr_vtable)->init(&aes.vtable, key, len);
	return 1;
}

static int set_gcm(const uint8_t *key, size_t len)
{
	const br_ghash pclmul = br_ghash_pclmul_get();
	set_aes(key, len);
	br_gcm_init(&gcm, &aes.vtable, pclmul ? pclmul : br_ghash_ctmul64);
	return 1;
}

static int set_chacha(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	chacha20_run = br_chacha20_sse2_get();
	if (!chacha20_run)
		chacha20_run = br_chacha20_ct_run;
	poly1305_run = br_poly1305_ctmulq_get();
	if (!poly1305_run)
		poly1305_run = br_poly1305_ctmul_run;
	return 1;
}

static int set_hmac(const uint8_t *key, size_t len)
{
	br_hmac_key_init(&hmac, &br_sha256_vtable, key, len);
	return 1;
}

// It works in place only.
static void gcm_crypt(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
		      int encrypt)
{
	br_gcm_reset(&gcm, nonce, 12);
	br_gcm_aad_inject(&gcm, aad, bare_aad_len);
	br_gcm_flip(&gcm);
	memcpy(out, in, len);
	br_gcm_run(&gcm, encrypt, out, len);
}

static int chacha_poly_open(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			    const uint8_t *tag)
{
	uint8_t computed[16];
	memcpy(out, in, len);
	poly1305_run(bytes, nonce, out, len, aad, bare_aad_len, computed, chacha20_run, 0);
	return bare_tags_equal(computed, tag);
}

static int ctr_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	memcpy(out, in, len);
	const uint32_t low = (uint32_t)iv[12] << 24 | (uint32_t)iv[13] << 16 | (uint32_t)iv[14] << 8 | iv[15];
	aes.vtable->run(&aes.vtable, iv, low, out, len);
	return 1;
}

static int hmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	br_hmac_context context;
	br_hmac_init(&context, &hmac, 0);
	br_hmac_update(&context, in, len);
	br_hmac_out(&context, tag);
	return 1;
}

static int sha256_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	br_sha256_context context;
	br_sha256_init(&context);
	br_sha256_update(&context, in, len);
	br_sha256_out(&context, tag);
	return 1;
}

BARE_SEAL(gcm_seal, (gcm_crypt(nonce, aad, out, in, len, 1), br_gcm_get_tag(&gcm, tag), 1))
BARE_OPEN(gcm_open, (gcm_crypt(nonce, aad, out, in, len, 0), br_gcm_check_tag(&gcm, tag)))
BARE_SEAL(chacha_seal,
	  (memcpy(out, in, len), poly1305_run(bytes, nonce, out, len, aad, bare_aad_len, tag, chacha20_run, 1), 1))
BARE_OPEN(chacha_open, chacha_poly_open(nonce, aad, out, in, len, tag))
BARE_CIPHER(ctr, ctr_one(nonce, out, in, len))
BARE_CIPHER(chacha20, (memcpy(out, in, len), chacha20_run(bytes, nonce + 4, 1, out, len), 1))
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(sha256, sha256_one(tag, in, len))

// ---- Public keys ----

static struct der_key pair_key; // points into the pair, which stays
static br_rsa_private_key rsa_private;
static br_rsa_public_key rsa_public;
static br_ec_private_key ec_private;
static br_ec_public_key ec_public;
static br_rsa_pkcs1_sign rsa_sign_function;
static br_rsa_pkcs1_vrfy rsa_verify_function;
static br_ecdsa_sign ecdsa_sign_function;
static br_ecdsa_vrfy ecdsa_verify_function;
static const br_ec_impl *ec;

static int set_rsa(const uint8_t *pair, size_t len)
{
	struct der_bytes *const n = pair_key.number;
	if (!der_read_private(&pair_key, pair, len))
		return 0;
	rsa_sign_function = br_rsa_pkcs1_sign_get_default();
	rsa_verify_function = br_rsa_pkcs1_vrfy_get_default();
#define BYTES(i) (unsigned char *)n[i].data, n[i].len
	rsa_public = (br_rsa_public_key){BYTES(DER_N), BYTES(DER_E)};
	rsa_private = (br_rsa_private_key){
		(uint32_t)n[DER_N].len * 8, BYTES(DER_P), BYTES(DER_Q), BYTES(DER_DP), BYTES(DER_DQ), BYTES(DER_QINV)};
#undef BYTES
	return 1;
}

static int set_curve(int curve, const uint8_t *pair, size_t len)
{
	static uint8_t point[der_max_point];
	if (!der_read_private(&pair_key, pair, len))
		return 0;
	ec = br_ec_get_default();
	ecdsa_sign_function = br_ecdsa_sign_asn1_get_default();
	ecdsa_verify_function = br_ecdsa_vrfy_asn1_get_default();
	ec_private = (br_ec_private_key){curve, (unsigned char *)pair_key.secret.data, pair_key.secret.len};
	return br_ec_compute_pub(ec, &ec_public, point, &ec_private) > 0;
}

static int set_ecdsa(const uint8_t *pair, size_t len)
{
	return set_curve(BR_EC_secp256r1, pair, len);
}

static int set_x25519(const uint8_t *pair, size_t len)
{
	return set_curve(BR_EC_curve25519, pair, len);
}

static int rsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[br_sha256_SIZE];
	sha256_one(digest, in, len);
	return (int)rsa_sign_function(BR_HASH_OID_SHA256, digest, sizeof digest, &rsa_private, out);
}

static int rsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[br_sha256_SIZE], found[br_sha256_SIZE];
	sha256_one(digest, in, len);
	return rsa_verify_function(w->given, w->given_len, BR_HASH_OID_SHA256, sizeof digest, &rsa_public, found) &&
	       memcmp(digest, found, sizeof digest) == 0;
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[br_sha256_SIZE];
	sha256_one(digest, in, len);
	return ecdsa_sign_function(ec, &br_sha256_vtable, digest, &ec_private, out) > 0;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[br_sha256_SIZE];
	sha256_one(digest, in, len);
	return (int)ecdsa_verify_function(ec, digest, sizeof digest, &ec_public, w->given, w->given_len);
}

static int derive_one(const struct bare_work *w, uint8_t *out)
{
	memcpy(out, w->given, 32);
	return (int)ec->mul(out, 32, ec_private.x, ec_private.xlen, BR_EC_curve25519);
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
	{"ChaCha20-Poly1305", "seal", set_chacha, chacha_seal},
	{"ChaCha20-Poly1305", "open", set_chacha, chacha_open},
	{"AES-128-CTR", "encrypt", set_aes, ctr},
	{"AES-256-CTR", "encrypt", set_aes, ctr},
	{"ChaCha20", "encrypt", set_chacha, chacha20},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_chacha, sha256},
	{"RSA-2048", "sign", set_rsa, rsa_sign},
	{"RSA-2048", "verify", set_rsa, rsa_verify},
	{"ECDSA-P256", "sign", set_ecdsa, ecdsa_sign_loop},
	{"ECDSA-P256", "verify", set_ecdsa, ecdsa_verify_loop},
	{"X25519", "derive", set_x25519, x25519},
	{NULL, NULL, NULL, NULL},
};
