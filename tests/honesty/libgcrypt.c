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

static int set_gcm(const uint8_t *key, size_t len)
{
	return set_cipher(len == 16 ? GCRY_CIPHER_AES128 : GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, key, len);
}

static int set_ctr(const uint8_t *key, size_t len)
{
	return set_cipher(len == 16 ? GCRY_CIPHER_AES128 : GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CTR, key, len);
}

static int set_chacha_poly(const uint8_t *key, size_t len)
{
	return set_cipher(GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, key, len);
}

static int set_chacha20(const uint8_t *key, size_t len)
{
	return set_cipher(GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_STREAM, key, len);
}

static int set_hmac(const uint8_t *key, size_t len)
{
	gcry_mac_close(mac);
	return !gcry_mac_open(&mac, GCRY_MAC_HMAC_SHA256, 0, NULL) && !gcry_mac_setkey(mac, key, len);
}

static int set_nothing(const uint8_t *key, size_t len)
{
	(void)key, (void)len;
	return 1;
}

static int hmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	size_t tag_len = 32;
	return !gcry_mac_reset(mac) && !gcry_mac_write(mac, in, len) && !gcry_mac_read(mac, tag, &tag_len);
}

BARE_SEAL(seal, !gcry_cipher_setiv(cipher, nonce, 12) && !gcry_cipher_authenticate(cipher, aad, bare_aad_len) &&
			!gcry_cipher_encrypt(cipher, out, len, in, len) &&
			!gcry_cipher_gettag(cipher, tag, bare_tag_len))
BARE_OPEN(open, !gcry_cipher_setiv(cipher, nonce, 12) && !gcry_cipher_authenticate(cipher, aad, bare_aad_len) &&
			!gcry_cipher_decrypt(cipher, out, len, in, len) &&
			!gcry_cipher_checktag(cipher, tag, bare_tag_len))
BARE_CIPHER(ctr, !gcry_cipher_setctr(cipher, nonce, 16) && !gcry_cipher_encrypt(cipher, out, len, in, len))
BARE_CIPHER(chacha20, !gcry_cipher_setiv(cipher, nonce, 16) && !gcry_cipher_encrypt(cipher, out, len, in, len))
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(sha256, (gcry_md_hash_buffer(GCRY_MD_SHA256, tag, in, len), 1))

// ---- Public keys ----

static gcry_sexp_t private_key, public_key;
static uint8_t secret[32];

#define BYTES(b) (int)(b).len, (b).data

static int set_rsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	if (!der_read_private(&key, pair, len))
		return 0;
	const struct der_bytes *const n = key.number; // its u is p⁻¹ mod q
	return !gcry_sexp_build(&private_key, NULL, "(private-key (rsa (n %b) (e %b) (d %b) (p %b) (q %b) (u %b)))",
				BYTES(n[DER_N]), BYTES(n[DER_E]), BYTES(n[DER_D]), BYTES(n[DER_Q]), BYTES(n[DER_P]),
				BYTES(n[DER_QINV])) &&
	       !gcry_sexp_build(&public_key, NULL, "(public-key (rsa (n %b) (e %b)))", BYTES(n[DER_N]),
				BYTES(n[DER_E]));
}

static int set_ecdsa(const uint8_t *pair, size_t len)
{
	struct der_key key;
	return der_read_private(&key, pair, len) &&
	       !gcry_sexp_build(&private_key, NULL, "(private-key (ecc (curve \"NIST P-256\") (q %b) (d %b)))",
				BYTES(key.point), BYTES(key.secret)) &&
	       !gcry_sexp_build(&public_key, NULL, "(public-key (ecc (curve \"NIST P-256\") (q %b)))",
				BYTES(key.point));
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

static int sign_one(const char *form, const uint8_t *in, size_t len, const char *const names[2], uint8_t *out,
		    size_t out_len)
{
	uint8_t digest[32];
	gcry_sexp_t data = NULL, signature = NULL;
	gcry_md_hash_buffer(GCRY_MD_SHA256, digest, in, len);
	int ok = !gcry_sexp_build(&data, NULL, form, (int)sizeof digest, digest) &&
		 !gcry_pk_sign(&signature, data, private_key);
	for (int i = 0; i < 2 && names[i] && ok; i++)
		ok = take(signature, names[i], out + (size_t)i * out_len, out_len);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return ok;
}

static int verify_one(const char *form, const uint8_t *in, size_t len, gcry_sexp_t signature)
{
	uint8_t digest[32];
	gcry_sexp_t data = NULL;
	gcry_md_hash_buffer(GCRY_MD_SHA256, digest, in, len);
	const int ok = !gcry_sexp_build(&data, NULL, form, (int)sizeof digest, digest) &&
		       !gcry_pk_verify(signature, data, public_key);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return ok;
}

static const char rsa_form[] = "(data (flags pkcs1) (hash sha256 %b))", ecdsa_form[] = "(data (flags raw) (value %b))";

static int rsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	return sign_one(rsa_form, in, len, (const char *const[2]){"s", NULL}, out, 256);
}

static int rsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	gcry_sexp_t signature;
	return !gcry_sexp_build(&signature, NULL, "(sig-val (rsa (s %b)))", (int)w->given_len, w->given) &&
	       verify_one(rsa_form, in, len, signature);
}

static int ecdsa_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	return sign_one(ecdsa_form, in, len, (const char *const[2]){"r", "s"}, out, 32);
}

static int ecdsa_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t r_s[64];
	gcry_sexp_t signature;
	return der_read_signature(r_s, 32, w->given, w->given_len) &&
	       !gcry_sexp_build(&signature, NULL, "(sig-val (ecdsa (r %b) (s %b)))", 32, r_s, 32, r_s + 32) &&
	       verify_one(ecdsa_form, in, len, signature);
}

BARE_PK(rsa_sign, rsa_sign_one(out, in, len))
BARE_PK(rsa_verify, rsa_verify_one(w, in, len))
BARE_PK(ecdsa_sign_loop, ecdsa_sign_one(out, in, len))
BARE_PK(ecdsa_verify_loop, ecdsa_verify_one(w, in, len))
BARE_PK(x25519, !gcry_ecc_mul_point(GCRY_ECC_CURVE25519, out, secret, w->given))

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm, seal},
	{"AES-128-GCM", "open", set_gcm, open},
	{"AES-256-GCM", "seal", set_gcm, seal},
	{"AES-256-GCM", "open", set_gcm, open},
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, open},
	{"AES-128-CTR", "encrypt", set_ctr, ctr},
	{"AES-256-CTR", "encrypt", set_ctr, ctr},
	{"ChaCha20", "encrypt", set_chacha20, chacha20},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_nothing, sha256},
	{"RSA-2048", "sign", set_rsa, rsa_sign},
	{"RSA-2048", "verify", set_rsa, rsa_verify},
	{"ECDSA-P256", "sign", set_ecdsa, ecdsa_sign_loop},
	{"ECDSA-P256", "verify", set_ecdsa, ecdsa_verify_loop},
	{"X25519", "derive", set_x25519, x25519},
	{NULL, NULL, NULL, NULL},
};
