// SPDX-License-Identifier: MIT
#include "../../engines/der.h"
#include "bare.h"

#include <gcrypt.h>

static gcry_cipher_hd_t cipher;
static gcry_mac_hd_t mac;

static int set_cipher(int algorithm, int mode, const uint8_t *key, size_t len)
{
	if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
		gcry_check_version(NULL);
		gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
		gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	}
	gcry_cipher_hd_t last = cipher; // closed later, so that the new one lies elsewhere
	const int ok = !gcry_cipher_open(&cipher, algorithm, mode, 0) && !gcry_cipher_setkey(cipher, key, len);
	gcry_cipher_close(last);
	return ok;
}

static int set_aes(int mode, const uint8_t *key, size_t len)
{
	const size_t bits = mode == GCRY_CIPHER_MODE_XTS ? 4 * len : 8 * len;
	return set_cipher(bits == 128   ? GCRY_CIPHER_AES128
			  : bits == 192 ? GCRY_CIPHER_AES192
					: GCRY_CIPHER_AES256,
			  mode, key, len);
}

#define SET(name, MODE)                                                                                                \
	static int name(const uint8_t *key, size_t len)                                                                \
	{                                                                                                              \
		return set_aes(GCRY_CIPHER_MODE_##MODE, key, len);                                                     \
	}
SET(set_gcm, GCM)
SET(set_ccm, CCM)
SET(set_gcm_siv, GCM_SIV)
SET(set_ctr, CTR)
SET(set_ecb, ECB)
SET(set_cbc, CBC)
SET(set_xts, XTS)

static int set_chacha_poly(const uint8_t *key, size_t len)
{
	return set_cipher(GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, key, len);
}

static int set_chacha20(const uint8_t *key, size_t len)
{
	return set_cipher(GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_STREAM, key, len);
}

static int set_mac(int algorithm, const uint8_t *key, size_t len)
{
	gcry_mac_close(mac);
	return !gcry_mac_open(&mac, algorithm, 0, NULL) && !gcry_mac_setkey(mac, key, len);
}

static int set_hmac(const uint8_t *key, size_t len)
{
	return set_mac(GCRY_MAC_HMAC_SHA256, key, len);
}

static int set_cmac(const uint8_t *key, size_t len)
{
	return set_mac(GCRY_MAC_CMAC_AES, key, len);
}

static int set_poly1305(const uint8_t *key, size_t len)
{
	return set_mac(GCRY_MAC_POLY1305, key, len);
}

static int set_nothing(const uint8_t *key, size_t len)
{
	(void)key, (void)len;
	return 1;
}

static int mac_one(uint8_t *tag, size_t tag_len, const uint8_t *in, size_t len)
{
	return !gcry_mac_reset(mac) && !gcry_mac_write(mac, in, len) && !gcry_mac_read(mac, tag, &tag_len);
}

// CCM is told all lengths first.
static int ccm_begin(const uint8_t *nonce, const uint8_t *aad, size_t len)
{
	uint64_t lengths[3] = {len, bare_aad_len, bare_tag_len};
	return !gcry_cipher_setiv(cipher, nonce, 12) &&
	       !gcry_cipher_ctl(cipher, GCRYCTL_SET_CCM_LENGTHS, lengths, sizeof lengths) &&
	       !gcry_cipher_authenticate(cipher, aad, bare_aad_len);
}

// GCM-SIV refuses a second nonce without a reset, and is told that the message comes in one call.
static int siv_begin(const uint8_t *nonce, const uint8_t *aad, const uint8_t *tag)
{
	return !gcry_cipher_reset(cipher) && !gcry_cipher_setiv(cipher, nonce, 12) &&
	       !gcry_cipher_authenticate(cipher, aad, bare_aad_len) &&
	       (!tag || !gcry_cipher_set_decryption_tag(cipher, tag, bare_tag_len)) && !gcry_cipher_final(cipher);
}

BARE_SEAL(aead_seal, !gcry_cipher_setiv(cipher, nonce, 12) && !gcry_cipher_authenticate(cipher, aad, bare_aad_len) &&
			     !gcry_cipher_encrypt(cipher, out, len, in, len) &&
			     !gcry_cipher_gettag(cipher, tag, bare_tag_len))
BARE_OPEN(aead_open, !gcry_cipher_setiv(cipher, nonce, 12) && !gcry_cipher_authenticate(cipher, aad, bare_aad_len) &&
			     !gcry_cipher_decrypt(cipher, out, len, in, len) &&
			     !gcry_cipher_checktag(cipher, tag, bare_tag_len))
BARE_SEAL(ccm_seal, ccm_begin(nonce, aad, len) && !gcry_cipher_encrypt(cipher, out, len, in, len) &&
			    !gcry_cipher_gettag(cipher, tag, bare_tag_len))
BARE_OPEN(ccm_open, ccm_begin(nonce, aad, len) && !gcry_cipher_decrypt(cipher, out, len, in, len) &&
			    !gcry_cipher_checktag(cipher, tag, bare_tag_len))
BARE_SEAL(siv_seal, siv_begin(nonce, aad, NULL) && !gcry_cipher_encrypt(cipher, out, len, in, len) &&
			    !gcry_cipher_gettag(cipher, tag, bare_tag_len))
BARE_OPEN(siv_open, siv_begin(nonce, aad, tag) && !gcry_cipher_decrypt(cipher, out, len, in, len))
BARE_CIPHER(ctr_encrypt, !gcry_cipher_setctr(cipher, nonce, 16) && !gcry_cipher_encrypt(cipher, out, len, in, len))
BARE_CIPHER(ctr_decrypt, !gcry_cipher_setctr(cipher, nonce, 16) && !gcry_cipher_decrypt(cipher, out, len, in, len))
BARE_CIPHER(iv_encrypt, !gcry_cipher_setiv(cipher, nonce, 16) && !gcry_cipher_encrypt(cipher, out, len, in, len))
BARE_CIPHER(iv_decrypt, !gcry_cipher_setiv(cipher, nonce, 16) && !gcry_cipher_decrypt(cipher, out, len, in, len))
BARE_CIPHER(ecb_encrypt, !gcry_cipher_encrypt(cipher, out, len, in, len))
BARE_CIPHER(ecb_decrypt, !gcry_cipher_decrypt(cipher, out, len, in, len))
BARE_MAC(mac32, mac_one(tag, 32, in, len))
BARE_MAC(mac16, mac_one(tag, 16, in, len))
BARE_MAC(sha256, (gcry_md_hash_buffer(GCRY_MD_SHA256, tag, in, len), 1))

// ---- Public keys ----

static gcry_sexp_t private_key, public_key;
static uint8_t secret[32];
static size_t number_len; // of RSA's modulus, of a coordinate
static gcry_ctx_t curve;
static gcry_mpi_t scalar;
static gcry_mpi_point_t peer, product;

#define BYTES(b) (int)(b).len, (b).data

static int set_rsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!der_read_private(&key, pair, len))
		return 0;
	const struct der_bytes *const n = key.number; // its u is p⁻¹ mod q
	number_len = n[DER_N].len;
	return !gcry_sexp_build(&private_key, NULL, "(private-key (rsa (n %b) (e %b) (d %b) (p %b) (q %b) (u %b)))",
				BYTES(n[DER_N]), BYTES(n[DER_E]), BYTES(n[DER_D]), BYTES(n[DER_Q]), BYTES(n[DER_P]),
				BYTES(n[DER_QINV])) &&
	       !gcry_sexp_build(&public_key, NULL, "(public-key (rsa (n %b) (e %b)))", BYTES(n[DER_N]),
				BYTES(n[DER_E]));
}

static const char *curve_of(const struct der_key *key)
{
	return key->kind == DER_P256 ? "NIST P-256" : "NIST P-384";
}

static int set_ecdsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!der_read_private(&key, pair, len))
		return 0;
	number_len = der_secret_len(key.kind);
	return !gcry_sexp_build(&private_key, NULL, "(private-key (ecc (curve %s) (q %b) (d %b)))", curve_of(&key),
				BYTES(key.point), BYTES(key.secret)) &&
	       !gcry_sexp_build(&public_key, NULL, "(public-key (ecc (curve %s) (q %b)))", curve_of(&key),
				BYTES(key.point));
}

// The point is not in the pair: the library makes it of the private half.
static int set_ed25519(const uint8_t *pair, size_t len)
{
	struct der_key key;
	gcry_sexp_t half;
	gcry_ctx_t context;
	unsigned bits;
	number_len = 32;
	if (!der_read_private(&key, pair, len) ||
	    gcry_sexp_build(&half, NULL, "(private-key (ecc (curve Ed25519) (flags eddsa) (d %b)))",
			    BYTES(key.secret)) ||
	    gcry_mpi_ec_new(&context, half, NULL))
		return 0;
	const void *const q = gcry_mpi_get_opaque(gcry_mpi_ec_get_mpi("q@eddsa", context, 1), &bits);
	return bits == 256 &&
	       !gcry_sexp_build(&private_key, NULL, "(private-key (ecc (curve Ed25519) (flags eddsa) (q %b) (d %b)))",
				32, q, BYTES(key.secret)) &&
	       !gcry_sexp_build(&public_key, NULL, "(public-key (ecc (curve Ed25519) (flags eddsa) (q %b)))", 32, q);
}

// A secret scalar is multiplied in constant time.
static int set_ecdh(const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!der_read_private(&key, pair, len) || gcry_mpi_ec_new(&curve, NULL, curve_of(&key)) ||
	    gcry_mpi_scan(&scalar, GCRYMPI_FMT_USG, key.secret.data, key.secret.len, NULL))
		return 0;
	gcry_mpi_set_flag(scalar, GCRYMPI_FLAG_SECURE);
	number_len = der_secret_len(key.kind);
	peer = gcry_mpi_point_new(0);
	product = gcry_mpi_point_new(0);
	return 1;
}

static int set_x25519(const uint8_t *pair, size_t len)
{
	struct der_key key;
	const int ok = der_read_private(&key, pair, len);
	if (ok)
		memcpy(secret, key.secret.data, sizeof secret);
	return ok;
}

// Big-endian, right-aligned.
static int take(gcry_sexp_t list, const char *name, uint8_t *out, size_t len)
{
	size_t n = 0;
	const gcry_sexp_t element = gcry_sexp_find_token(list, name, 0);
	const char *data = gcry_sexp_nth_data(element, 1, &n);
	for (; n > len && *data == 0; n--)
		data++;
	memset(out, 0, len - n);
	memcpy(out + len - n, data, n);
	gcry_sexp_release(element);
	return 1;
}

enum data_form { pkcs1, pss, raw, raw384, pure };

// A message as data to sign.
static int data_of(enum data_form form, gcry_sexp_t *data, const uint8_t *in, size_t len)
{
	static const char *const forms[] = {
		[pkcs1] = "(data (flags pkcs1) (hash sha256 %b))",
		[pss] = "(data (flags pss) (salt-length 2:32) (hash sha256 %b))",
		[raw] = "(data (flags raw) (value %b))",
		[raw384] = "(data (flags raw) (value %b))",
	};
	uint8_t digest[48];
	if (form == pure)
		return !gcry_sexp_build(data, NULL, "(data (flags eddsa) (hash-algo sha512) (value %b))", (int)len, in);
	gcry_md_hash_buffer(form == raw384 ? GCRY_MD_SHA384 : GCRY_MD_SHA256, digest, in, len);
	return !gcry_sexp_build(data, NULL, forms[form], form == raw384 ? 48 : 32, digest);
}

static int sign_one(enum data_form form, const uint8_t *in, size_t len, uint8_t *out)
{
	gcry_sexp_t data = NULL, signature = NULL;
	int ok = data_of(form, &data, in, len) && !gcry_pk_sign(&signature, data, private_key);
	if (form == pkcs1 || form == pss)
		ok = ok && take(signature, "s", out, number_len);
	else
		ok = ok && take(signature, "r", out, number_len) && take(signature, "s", out + number_len, number_len);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return ok;
}

// signature_made: what building the signature answered.
static int verify_one(enum data_form form, const uint8_t *in, size_t len, gcry_error_t signature_made,
		      gcry_sexp_t signature)
{
	gcry_sexp_t data = NULL;
	const int ok = !signature_made && data_of(form, &data, in, len) && !gcry_pk_verify(signature, data, public_key);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return ok;
}

static int rsa_verify_one(const struct bare_work *w, enum data_form form, const uint8_t *in, size_t len)
{
	gcry_sexp_t signature = NULL;
	const gcry_error_t error =
		gcry_sexp_build(&signature, NULL, "(sig-val (rsa (s %b)))", (int)w->given_len, w->given);
	return verify_one(form, in, len, error, signature);
}

static int ecdsa_verify_one(const struct bare_work *w, enum data_form form, const uint8_t *in, size_t len)
{
	uint8_t r_s[96];
	gcry_sexp_t signature = NULL;
	const int n = (int)number_len;
	if (!der_read_signature(r_s, number_len, w->given, w->given_len))
		return 0;
	const gcry_error_t error =
		gcry_sexp_build(&signature, NULL, "(sig-val (ecdsa (r %b) (s %b)))", n, r_s, n, r_s + n);
	return verify_one(form, in, len, error, signature);
}

static int ed25519_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	gcry_sexp_t signature = NULL;
	const gcry_error_t error =
		gcry_sexp_build(&signature, NULL, "(sig-val (eddsa (r %b) (s %b)))", 32, w->given, 32, w->given + 32);
	return verify_one(pure, in, len, error, signature);
}

static int encrypt_one(const char *form, uint8_t *out, const uint8_t *in, size_t len)
{
	gcry_sexp_t data = NULL, crypted = NULL;
	const int ok = !gcry_sexp_build(&data, NULL, form, (int)len, in) &&
		       !gcry_pk_encrypt(&crypted, data, public_key) && take(crypted, "a", out, number_len);
	gcry_sexp_release(data);
	gcry_sexp_release(crypted);
	return ok;
}

static int decrypt_one(const char *form, const struct bare_work *w, uint8_t *out)
{
	gcry_sexp_t crypted = NULL, plain = NULL;
	size_t n = 0;
	const int ok = !gcry_sexp_build(&crypted, NULL, form, (int)w->given_len, w->given) &&
		       !gcry_pk_decrypt(&plain, crypted, private_key);
	const char *const found = ok ? gcry_sexp_nth_data(plain, 1, &n) : NULL;
	if (found)
		memcpy(out, found, n);
	gcry_sexp_release(crypted);
	gcry_sexp_release(plain);
	return found != NULL;
}

static int ecdh_one(const struct bare_work *w, uint8_t *out)
{
	const gcry_mpi_t encoded = gcry_mpi_set_opaque_copy(NULL, w->given, (unsigned)w->given_len * 8);
	const int is_point = !gcry_mpi_ec_decode_point(peer, encoded, curve) && gcry_mpi_ec_curve_point(peer, curve);
	gcry_mpi_release(encoded);
	if (!is_point)
		return 0;
	size_t n;
	const gcry_mpi_t x = gcry_mpi_snew(0);
	gcry_mpi_ec_mul(product, scalar, peer, curve);
	const int ok = !gcry_mpi_ec_get_affine(x, NULL, product, curve) &&
		       !gcry_mpi_print(GCRYMPI_FMT_USG, out, number_len, &n, x);
	gcry_mpi_release(x);
	if (ok) {
		memmove(out + number_len - n, out, n);
		memset(out, 0, number_len - n);
	}
	return ok;
}

#define RSA_LOOPS(name, form)                                                                                          \
	BARE_PK(name##_sign, sign_one(form, in, len, out))                                                             \
	BARE_PK(name##_verify, rsa_verify_one(w, form, in, len))
RSA_LOOPS(rsa, pkcs1)
RSA_LOOPS(rsa_pss, pss)
BARE_PK(rsa_encrypt, encrypt_one("(data (flags pkcs1) (value %b))", out, in, len))
BARE_PK(rsa_decrypt, decrypt_one("(enc-val (flags pkcs1) (rsa (a %b)))", w, out))
BARE_PK(rsa_oaep_encrypt, encrypt_one("(data (flags oaep) (hash-algo sha256) (value %b))", out, in, len))
BARE_PK(rsa_oaep_decrypt, decrypt_one("(enc-val (flags oaep) (hash-algo sha256) (rsa (a %b)))", w, out))
#define ECDSA_LOOPS(name, form)                                                                                        \
	BARE_PK(name##_sign, sign_one(form, in, len, out))                                                             \
	BARE_PK(name##_verify, ecdsa_verify_one(w, form, in, len))
ECDSA_LOOPS(ecdsa256, raw)
ECDSA_LOOPS(ecdsa384, raw384)
BARE_PK(ed25519_sign, sign_one(pure, in, len, out))
BARE_PK(ed25519_verify, ed25519_verify_one(w, in, len))
BARE_PK(ecdh, ecdh_one(w, out))
BARE_PK(x25519, !gcry_ecc_mul_point(GCRY_ECC_CURVE25519, out, secret, w->given))

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, aead),
	BARE_AES_128_256(BARE_AEAD_ROWS, "CCM", set_ccm, ccm),
	BARE_AES_128_256(BARE_AEAD_ROWS, "GCM-SIV", set_gcm_siv, siv),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha_poly, aead),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CTR", set_ctr, ctr),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "ECB", set_ecb, ecb),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_cbc, iv),
	BARE_AES_128_256(BARE_CRYPT_ROWS, "XTS", set_xts, iv),
	BARE_CRYPT_ROWS("ChaCha20", set_chacha20, iv),
	BARE_AES_128_256(BARE_MAC_ROW, "CMAC", set_cmac, mac16),
	BARE_MAC_ROW("Poly1305", set_poly1305, mac16),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, mac32),
	BARE_MAC_ROW("SHA-256", set_nothing, sha256),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "", set_rsa, rsa),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "", set_rsa, rsa),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "-PSS", set_rsa, rsa_pss),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "-OAEP", set_rsa, rsa_oaep),
	BARE_SIGN_ROWS("ECDSA-P256", set_ecdsa, ecdsa256),
	BARE_SIGN_ROWS("ECDSA-P384", set_ecdsa, ecdsa384),
	BARE_SIGN_ROWS("Ed25519", set_ed25519, ed25519),
	BARE_DERIVE_ROW("ECDH-P256", set_ecdh, ecdh),
	BARE_DERIVE_ROW("ECDH-P384", set_ecdh, ecdh),
	BARE_DERIVE_ROW("X25519", set_x25519, x25519),
	{NULL, NULL, NULL, NULL},
};
