// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <bearssl.h>

static br_aes_gen_ctr_keys aes;
static br_gcm_context gcm;
static br_aes_gen_ctrcbc_keys ctrcbc;
static br_ccm_context ccm;
static br_aes_gen_cbcenc_keys cbcenc;
static br_aes_gen_cbcdec_keys cbcdec;
static br_ghash ghash_run;
static uint8_t hash_key[16];
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

static int set_ccm(const uint8_t *key, size_t len)
{
	const br_block_ctrcbc_class *const ni = br_aes_x86ni_ctrcbc_get_vtable();
	(ni ? ni : &br_aes_ct64_ctrcbc_vtable)->init(&ctrcbc.vtable, key, len);
	br_ccm_init(&ccm, &ctrcbc.vtable);
	return 1;
}

static int set_cbc(const uint8_t *key, size_t len)
{
	const br_block_cbcenc_class *const enc = br_aes_x86ni_cbcenc_get_vtable();
	const br_block_cbcdec_class *const dec = br_aes_x86ni_cbcdec_get_vtable();
	(enc ? enc : &br_aes_ct64_cbcenc_vtable)->init(&cbcenc.vtable, key, len);
	(dec ? dec : &br_aes_ct64_cbcdec_vtable)->init(&cbcdec.vtable, key, len);
	return 1;
}

// The hash key is the encrypted zero block.
static int set_ghash(const uint8_t *key, size_t len)
{
	static const uint8_t zeroes[12];
	memset(hash_key, 0, sizeof hash_key);
	set_aes(key, len);
	aes.vtable->run(&aes.vtable, zeroes, 0, hash_key, sizeof hash_key);
	ghash_run = br_ghash_pclmul_get();
	if (!ghash_run)
		ghash_run = br_ghash_ctmul64;
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

static int ccm_crypt(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len, int encrypt)
{
	if (!br_ccm_reset(&ccm, nonce, 12, bare_aad_len, len, bare_tag_len))
		return 0;
	br_ccm_aad_inject(&ccm, aad, bare_aad_len);
	br_ccm_flip(&ccm);
	memcpy(out, in, len);
	br_ccm_run(&ccm, encrypt, out, len);
	return 1;
}

static int cbc_encrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t chain[16];
	memcpy(chain, iv, sizeof chain);
	memcpy(out, in, len);
	cbcenc.vtable->run(&cbcenc.vtable, chain, out, len);
	return 1;
}

static int cbc_decrypt_one(const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t chain[16];
	memcpy(chain, iv, sizeof chain);
	memcpy(out, in, len);
	cbcdec.vtable->run(&cbcdec.vtable, chain, out, len);
	return 1;
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
BARE_SEAL(ccm_seal, ccm_crypt(nonce, aad, out, in, len, 1) && br_ccm_get_tag(&ccm, tag) == bare_tag_len)
BARE_OPEN(ccm_open, ccm_crypt(nonce, aad, out, in, len, 0) && br_ccm_check_tag(&ccm, tag))
BARE_SEAL(chacha_seal,
	  (memcpy(out, in, len), poly1305_run(bytes, nonce, out, len, aad, bare_aad_len, tag, chacha20_run, 1), 1))
BARE_OPEN(chacha_open, chacha_poly_open(nonce, aad, out, in, len, tag))
BARE_CIPHER(ctr, ctr_one(nonce, out, in, len))
BARE_CIPHER(chacha20, (memcpy(out, in, len), chacha20_run(bytes, nonce + 4, 1, out, len), 1))
BARE_CIPHER(cbc_encrypt, cbc_encrypt_one(nonce, out, in, len))
BARE_CIPHER(cbc_decrypt, cbc_decrypt_one(nonce, out, in, len))
BARE_MAC(ghash, (memset(tag, 0, 16), ghash_run(tag, hash_key, in, len), 1))
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
static br_rsa_oaep_encrypt rsa_encrypt_function;
static br_rsa_oaep_decrypt rsa_decrypt_function;
static br_aesctr_drbg_context drbg;
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
	rsa_encrypt_function = br_rsa_oaep_encrypt_get_default();
	rsa_decrypt_function = br_rsa_oaep_decrypt_get_default();
#define BYTES(i) (unsigned char *)n[i].data, n[i].len
	rsa_public = (br_rsa_public_key){BYTES(DER_N), BYTES(DER_E)};
	rsa_private = (br_rsa_private_key){
		(uint32_t)n[DER_N].len * 8, BYTES(DER_P), BYTES(DER_Q), BYTES(DER_DP), BYTES(DER_DQ), BYTES(DER_QINV)};
#undef BYTES
	return 1;
}

static int set_oaep(const uint8_t *pair, size_t len)
{
	const br_block_ctr_class *const ni = br_aes_x86ni_ctr_get_vtable();
	const br_prng_seeder seeder = br_prng_seeder_system(NULL);
	br_aesctr_drbg_init(&drbg, ni ? ni : &br_aes_ct64_ctr_vtable, NULL, 0);
	return seeder && seeder(&drbg.vtable) && set_rsa(pair, len);
}

static int set_curve(const uint8_t *pair, size_t len)
{
	static const int curves[] = {
		[DER_P256] = BR_EC_secp256r1, [DER_P384] = BR_EC_secp384r1, [DER_X25519] = BR_EC_curve25519};
	static uint8_t point[der_max_point];
	if (!der_read_private(&pair_key, pair, len))
		return 0;
	ec = br_ec_get_default();
	ecdsa_sign_function = br_ecdsa_sign_asn1_get_default();
	ecdsa_verify_function = br_ecdsa_vrfy_asn1_get_default();
	ec_private =
		(br_ec_private_key){curves[pair_key.kind], (unsigned char *)pair_key.secret.data, pair_key.secret.len};
	return br_ec_compute_pub(ec, &ec_public, point, &ec_private) > 0;
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

static int oaep_decrypt_one(const struct bare_work *w, uint8_t *out)
{
	size_t n = w->given_len;
	memcpy(out, w->given, n);
	return (int)rsa_decrypt_function(&br_sha256_vtable, NULL, 0, &rsa_private, out, &n);
}

// The digest that goes with the curve: its length.
static size_t hash(uint8_t digest[br_sha384_SIZE], const uint8_t *in, size_t len)
{
	br_sha384_context context;
	if (ec_private.curve == BR_EC_secp256r1) {
		sha256_one(digest, in, len);
		return br_sha256_SIZE;
	}
	br_sha384_init(&context);
	br_sha384_update(&context, in, len);
	br_sha384_out(&context, digest);
	return br_sha384_SIZE;
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[br_sha384_SIZE];
	const size_t n = hash(digest, in, len);
	return ecdsa_sign_function(ec, n == br_sha256_SIZE ? &br_sha256_vtable : &br_sha384_vtable, digest, &ec_private,
				   out) > 0;
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[br_sha384_SIZE];
	return (int)ecdsa_verify_function(ec, digest, hash(digest, in, len), &ec_public, w->given, w->given_len);
}

// In place; of a point on a NIST curve x is the secret.
static int ecdh_one(const struct bare_work *w, uint8_t *out)
{
	uint8_t point[der_max_point];
	memcpy(point, w->given, w->given_len);
	const uint32_t ok = ec->mul(point, w->given_len, ec_private.x, ec_private.xlen, ec_private.curve);
	memcpy(out, point + 1, ec_private.xlen);
	return (int)ok;
}

static int x25519_one(const struct bare_work *w, uint8_t *out)
{
	memcpy(out, w->given, 32);
	return (int)ec->mul(out, 32, ec_private.x, ec_private.xlen, BR_EC_curve25519);
}

BARE_PK(rsa_sign, rsa_sign_one(out, in, len))
BARE_PK(rsa_verify, rsa_verify_one(w, in, len))
BARE_PK(ecdsa_sign, ecdsa_sign_one(out, in, len))
BARE_PK(ecdsa_verify, ecdsa_verify_one(w, in, len))
BARE_PK(oaep_encrypt,
	rsa_encrypt_function(&drbg.vtable, &br_sha256_vtable, NULL, 0, &rsa_public, out, bare_max_len, in, len) > 0)
BARE_PK(oaep_decrypt, oaep_decrypt_one(w, out))
BARE_PK(ecdh, ecdh_one(w, out))
BARE_PK(x25519, x25519_one(w, out))

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, gcm),
	BARE_AES_128_256(BARE_AEAD_ROWS, "CCM", set_ccm, ccm),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha, chacha),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "CTR", set_aes, ctr),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_cbc, cbc),
	BARE_ENCRYPT_ROW("ChaCha20", set_chacha, chacha20),
	BARE_MAC_ROW("GHASH", set_ghash, ghash),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, hmac_loop),
	BARE_MAC_ROW("SHA-256", set_chacha, sha256),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "", set_rsa, rsa),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "-OAEP", set_oaep, oaep),
	BARE_SIGN_ROWS("ECDSA-P256", set_curve, ecdsa),
	BARE_SIGN_ROWS("ECDSA-P384", set_curve, ecdsa),
	BARE_DERIVE_ROW("ECDH-P256", set_curve, ecdh),
	BARE_DERIVE_ROW("ECDH-P384", set_curve, ecdh),
	BARE_DERIVE_ROW("X25519", set_curve, x25519),
	{NULL, NULL, NULL, NULL},
};
