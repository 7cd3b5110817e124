/* SPDX-License-Identifier: MIT */
/*
 * RSA and ECDSA by EVP_PKEY, which OpenSSL and BoringSSL have alike: one context
 * for each operation, made ready with the key. Who includes this defines
 *   EVP_PKEY *read_private(pair, len)             from PKCS#8
 *   EVP_PKEY_CTX *context_new(EVP_PKEY *)
 *   int hash(is_sha384, digest, in, len)          1 or 0
 * and puts BARE_EVP_ROWS into its table.
 */

#include <openssl/evp.h>
#include <openssl/rsa.h>

static EVP_PKEY *evp_key;
static EVP_PKEY_CTX *signing, *verifying, *encrypting_to, *decrypting_with;
static int is_sha384;
enum { evp_max_out = 512 };

static EVP_PKEY_CTX *ready(int (*init)(EVP_PKEY_CTX *), int padding)
{
	EVP_PKEY_CTX *const context = context_new(evp_key);
	if (!context || init(context) != 1 || (padding && EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1))
		return NULL;
	if (padding == RSA_PKCS1_OAEP_PADDING && EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) != 1)
		return NULL;
	if (padding == RSA_PKCS1_PSS_PADDING && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32) != 1)
		return NULL;
	if ((padding == RSA_PKCS1_OAEP_PADDING || padding == RSA_PKCS1_PSS_PADDING) &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) != 1)
		return NULL;
	return context;
}

static int set_signing(const uint8_t *pair, size_t len, int padding)
{
	evp_key = read_private(pair, len);
	if (!evp_key)
		return 0;
	is_sha384 = EVP_PKEY_bits(evp_key) == 384;
	const EVP_MD *const digest = is_sha384 ? EVP_sha384() : EVP_sha256();
	signing = ready(EVP_PKEY_sign_init, padding);
	verifying = ready(EVP_PKEY_verify_init, padding);
	return signing && EVP_PKEY_CTX_set_signature_md(signing, digest) == 1 && verifying &&
	       EVP_PKEY_CTX_set_signature_md(verifying, digest) == 1;
}

static int set_encrypting(const uint8_t *pair, size_t len, int padding)
{
	evp_key = read_private(pair, len);
	if (!evp_key)
		return 0;
	encrypting_to = ready(EVP_PKEY_encrypt_init, padding);
	decrypting_with = ready(EVP_PKEY_decrypt_init, padding);
	return encrypting_to && decrypting_with;
}

static int set_rsa_pkcs1(const uint8_t *pair, size_t len)
{
	return set_signing(pair, len, RSA_PKCS1_PADDING) && set_encrypting(pair, len, RSA_PKCS1_PADDING);
}

static int set_rsa_pss(const uint8_t *pair, size_t len)
{
	return set_signing(pair, len, RSA_PKCS1_PSS_PADDING);
}

static int set_rsa_oaep(const uint8_t *pair, size_t len)
{
	return set_encrypting(pair, len, RSA_PKCS1_OAEP_PADDING);
}

static int set_ecdsa(const uint8_t *pair, size_t len)
{
	return set_signing(pair, len, 0);
}

static size_t digest_len(void)
{
	return is_sha384 ? 48 : 32;
}

static int evp_sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t digest[48];
	size_t n = evp_max_out;
	return hash(is_sha384, digest, in, len) && EVP_PKEY_sign(signing, out, &n, digest, digest_len()) == 1;
}

static int evp_verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	uint8_t digest[48];
	return hash(is_sha384, digest, in, len) &&
	       EVP_PKEY_verify(verifying, w->given, w->given_len, digest, digest_len()) == 1;
}

static int evp_encrypt_one(uint8_t *out, const uint8_t *in, size_t len)
{
	size_t n = evp_max_out;
	return EVP_PKEY_encrypt(encrypting_to, out, &n, in, len) == 1;
}

static int evp_decrypt_one(const struct bare_work *w, uint8_t *out)
{
	size_t n = evp_max_out;
	return EVP_PKEY_decrypt(decrypting_with, out, &n, w->given, w->given_len) == 1;
}

BARE_PK(evp_sign, evp_sign_one(out, in, len))
BARE_PK(evp_verify, evp_verify_one(w, in, len))
BARE_PK(evp_encrypt, evp_encrypt_one(out, in, len))
BARE_PK(evp_decrypt, evp_decrypt_one(w, out))

#define BARE_EVP_ROWS                                                                                                  \
	BARE_EACH_RSA(BARE_SIGN_ROWS, "", set_rsa_pkcs1, evp), BARE_EACH_RSA(BARE_CRYPT_ROWS, "", set_rsa_pkcs1, evp), \
		BARE_EACH_RSA(BARE_SIGN_ROWS, "-PSS", set_rsa_pss, evp),                                               \
		BARE_EACH_RSA(BARE_CRYPT_ROWS, "-OAEP", set_rsa_oaep, evp),                                            \
		BARE_SIGN_ROWS("ECDSA-P256", set_ecdsa, evp), BARE_SIGN_ROWS("ECDSA-P384", set_ecdsa, evp)
