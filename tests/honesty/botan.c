// SPDX-License-Identifier: MIT
#include "bare.h"

#include <stdio.h>

#include <botan/ffi.h>

static botan_cipher_t sealing, opening, encrypting, decrypting;
static botan_block_cipher_t block;
static botan_mac_t mac;
static botan_hash_t hash;
static size_t granularity;
static uint8_t bytes[32];

static int make(botan_cipher_t *made, const char *name, uint32_t direction, const uint8_t *key, size_t len)
{
	botan_cipher_destroy(*made);
	*made = NULL;
	return botan_cipher_init(made, name, direction) == 0 && botan_cipher_set_key(*made, key, len) == 0;
}

static int make_aead(const char *name, const uint8_t *key, size_t len)
{
	return make(&sealing, name, BOTAN_CIPHER_INIT_FLAG_ENCRYPT, key, len) &&
	       make(&opening, name, BOTAN_CIPHER_INIT_FLAG_DECRYPT, key, len) &&
	       botan_cipher_get_update_granularity(sealing, &granularity) == 0;
}

// A name with the key's bits for %zu.
static const char *named(const char *form, size_t key_len)
{
	static char name[32];
	snprintf(name, sizeof name, form, 8 * key_len);
	return name;
}

static int make_cipher(const char *name, const uint8_t *key, size_t len)
{
	return make(&encrypting, name, BOTAN_CIPHER_INIT_FLAG_ENCRYPT, key, len) &&
	       make(&decrypting, name, BOTAN_CIPHER_INIT_FLAG_DECRYPT, key, len) &&
	       botan_cipher_get_update_granularity(encrypting, &granularity) == 0;
}

static int make_mac(const char *name, const uint8_t *key, size_t len)
{
	botan_mac_destroy(mac);
	mac = NULL;
	return botan_mac_init(&mac, name, 0) == 0 && botan_mac_set_key(mac, key, len) == 0;
}

static int make_block(const char *name, const uint8_t *key, size_t len)
{
	botan_block_cipher_destroy(block);
	block = NULL;
	return botan_block_cipher_init(&block, name) == 0 && botan_block_cipher_set_key(block, key, len) == 0;
}

#define SET(name, call)                                                                                                \
	static int name(const uint8_t *key, size_t len)                                                                \
	{                                                                                                              \
		(void)key, (void)len;                                                                                  \
		return (call);                                                                                         \
	}
SET(set_gcm, make_aead(named("AES-%zu/GCM", len), key, len))
SET(set_ccm, make_aead(named("AES-%zu/CCM(16,3)", len), key, len))
SET(set_chacha_poly, make_aead("ChaCha20Poly1305", key, len))
SET(set_ctr, make_cipher(named("CTR-BE(AES-%zu)", len), key, len))
SET(set_cbc, make_cipher(named("AES-%zu/CBC/NoPadding", len), key, len))
SET(set_xts, make_cipher(named("AES-%zu/XTS", len / 2), key, len))
SET(set_ecb, make_block(named("AES-%zu", len), key, len))
SET(set_hmac, make_mac("HMAC(SHA-256)", key, len))
SET(set_cmac, make_mac(named("CMAC(AES-%zu)", len), key, len))
SET(set_poly1305, (memcpy(bytes, key, len), make_mac("Poly1305", key, len)))
SET(set_sha256, hash || botan_hash_init(&hash, "SHA-256", 0) == 0)

// Plain updates write in place; the end and the tag go together.
static int begin(botan_cipher_t aead, const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, uint8_t *out,
		 const uint8_t *in, size_t head)
{
	size_t written, consumed;
	return botan_cipher_set_associated_data(aead, aad, bare_aad_len) == 0 &&
	       botan_cipher_start(aead, nonce, nonce_len) == 0 &&
	       (head == 0 || botan_cipher_update(aead, 0, out, head, &written, in, head, &consumed) == 0);
}

enum { max_end = 1024 };

static int seal_one(const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, uint8_t *out, const uint8_t *in,
		    size_t len, uint8_t *tag)
{
	uint8_t end[max_end + bare_tag_len];
	const size_t tail = len % granularity, head = len - tail;
	size_t written, consumed;
	if (!begin(sealing, nonce, nonce_len, aad, out, in, head) ||
	    botan_cipher_update(sealing, BOTAN_CIPHER_UPDATE_FLAG_FINAL, end, tail + bare_tag_len, &written, in + head,
				tail, &consumed) != 0)
		return 0;
	memcpy(out + head, end, tail);
	memcpy(tag, end + tail, bare_tag_len);
	return 1;
}

static int open_one(const uint8_t *nonce, size_t nonce_len, const uint8_t *aad, uint8_t *out, const uint8_t *in,
		    size_t len, const uint8_t *tag)
{
	uint8_t end[max_end + bare_tag_len];
	const size_t tail = len % granularity, head = len - tail;
	size_t written, consumed;
	if (!begin(opening, nonce, nonce_len, aad, out, in, head))
		return 0;
	memcpy(end, in + head, tail);
	memcpy(end + tail, tag, bare_tag_len);
	return botan_cipher_update(opening, BOTAN_CIPHER_UPDATE_FLAG_FINAL, out + head, tail, &written, end,
				   tail + bare_tag_len, &consumed) == 0;
}

// CCM writes nothing before the end.
static uint8_t whole[bare_max_len + bare_tag_len];

static int ccm_seal_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			uint8_t *tag)
{
	size_t written, consumed;
	if (!begin(sealing, nonce, 12, aad, out, in, 0) ||
	    botan_cipher_update(sealing, BOTAN_CIPHER_UPDATE_FLAG_FINAL, whole, len + bare_tag_len, &written, in, len,
				&consumed) != 0)
		return 0;
	memcpy(out, whole, len);
	memcpy(tag, whole + len, bare_tag_len);
	return 1;
}

static int ccm_open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
			const uint8_t *tag)
{
	size_t written, consumed;
	if (!begin(opening, nonce, 12, aad, out, in, 0))
		return 0;
	memcpy(whole, in, len);
	memcpy(whole + len, tag, bare_tag_len);
	return botan_cipher_update(opening, BOTAN_CIPHER_UPDATE_FLAG_FINAL, out, len, &written, whole,
				   len + bare_tag_len, &consumed) == 0;
}

// The last call copies what it is given.
static int crypt_one(botan_cipher_t cipher, const uint8_t *nonce, uint8_t *out, const uint8_t *in, size_t len)
{
	size_t written, consumed;
	const size_t head = granularity > 1 ? (len - 16) / granularity * granularity : 0;
	return botan_cipher_start(cipher, nonce, 16) == 0 &&
	       (head == 0 || botan_cipher_update(cipher, 0, out, head, &written, in, head, &consumed) == 0) &&
	       botan_cipher_update(cipher, BOTAN_CIPHER_UPDATE_FLAG_FINAL, out + head, len - head, &written, in + head,
				   len - head, &consumed) == 0;
}

BARE_SEAL(aead_seal, seal_one(nonce, 12, aad, out, in, len, tag))
BARE_OPEN(aead_open, open_one(nonce, 12, aad, out, in, len, tag))
BARE_SEAL(xchacha_seal, seal_one(nonce, 24, aad, out, in, len, tag))
BARE_OPEN(xchacha_open, open_one(nonce, 24, aad, out, in, len, tag))
BARE_SEAL(ccm_seal, ccm_seal_one(nonce, aad, out, in, len, tag))
BARE_OPEN(ccm_open, ccm_open_one(nonce, aad, out, in, len, tag))
BARE_CIPHER(cipher_encrypt, crypt_one(encrypting, nonce, out, in, len))
BARE_CIPHER(cipher_decrypt, crypt_one(decrypting, nonce, out, in, len))
BARE_CIPHER(ecb_encrypt, botan_block_cipher_encrypt_blocks(block, in, out, len / 16) == 0)
BARE_CIPHER(ecb_decrypt, botan_block_cipher_decrypt_blocks(block, in, out, len / 16) == 0)
BARE_MAC(mac_loop, botan_mac_update(mac, in, len) == 0 && botan_mac_final(mac, tag) == 0)
BARE_MAC(poly1305, botan_mac_set_key(mac, bytes, sizeof bytes) == 0 && botan_mac_update(mac, in, len) == 0 &&
			   botan_mac_final(mac, tag) == 0)
BARE_MAC(sha256, botan_hash_update(hash, in, len) == 0 && botan_hash_final(hash, tag) == 0)

// ---- Public keys: operations made with the key ----

static botan_rng_t rng;
static botan_privkey_t private_key;
static botan_pubkey_t public_key;
static botan_pk_op_sign_t signing;
static botan_pk_op_verify_t verifying;
static botan_pk_op_encrypt_t encrypting_to;
static botan_pk_op_decrypt_t decrypting_with;
static botan_pk_op_ka_t agreeing;
enum { pk_max_out = 512 };

static int load(const uint8_t *pair, size_t len)
{
	return (rng || botan_rng_init(&rng, "user") == 0) &&
	       botan_privkey_load(&private_key, rng, pair, len, NULL) == 0 &&
	       botan_privkey_export_pubkey(&public_key, private_key) == 0;
}

static int set_signing(const char *padding, uint32_t flags, const uint8_t *pair, size_t len)
{
	return load(pair, len) && botan_pk_op_sign_create(&signing, private_key, padding, flags) == 0 &&
	       botan_pk_op_verify_create(&verifying, public_key, padding, flags) == 0;
}

static int set_oaep(const uint8_t *pair, size_t len)
{
	return load(pair, len) && botan_pk_op_encrypt_create(&encrypting_to, public_key, "OAEP(SHA-256)", 0) == 0 &&
	       botan_pk_op_decrypt_create(&decrypting_with, private_key, "OAEP(SHA-256)", 0) == 0;
}

static int set_agreeing(void)
{
	return botan_pk_op_key_agreement_create(&agreeing, private_key, "Raw", 0) == 0;
}

// In DER a key on a NIST curve is one for signatures.
static int set_ecdh(const char *curve, const uint8_t *pair, size_t len)
{
	botan_mp_t x;
	return load(pair, len) && botan_mp_init(&x) == 0 && botan_privkey_get_field(x, private_key, "x") == 0 &&
	       botan_privkey_load_ecdh(&private_key, x, curve) == 0 && set_agreeing();
}

SET(set_pss, set_signing("PSSR(SHA-256,MGF1,32)", 0, key, len))
SET(set_ecdsa256, set_signing("EMSA1(SHA-256)", BOTAN_PUBKEY_DER_FORMAT_SIGNATURE, key, len))
SET(set_ecdsa384, set_signing("EMSA1(SHA-384)", BOTAN_PUBKEY_DER_FORMAT_SIGNATURE, key, len))
SET(set_ed25519, set_signing("Pure", 0, key, len))
SET(set_ecdh256, set_ecdh("secp256r1", key, len))
SET(set_ecdh384, set_ecdh("secp384r1", key, len))
SET(set_x25519, load(key, len) && set_agreeing())

static int sign_one(uint8_t *out, const uint8_t *in, size_t len)
{
	size_t n = pk_max_out;
	return botan_pk_op_sign_update(signing, in, len) == 0 && botan_pk_op_sign_finish(signing, rng, out, &n) == 0;
}

static int verify_one(const struct bare_work *w, const uint8_t *in, size_t len)
{
	return botan_pk_op_verify_update(verifying, in, len) == 0 &&
	       botan_pk_op_verify_finish(verifying, w->given, w->given_len) == 0;
}

static int oaep_encrypt_one(uint8_t *out, const uint8_t *in, size_t len)
{
	size_t n = pk_max_out;
	return botan_pk_op_encrypt(encrypting_to, rng, out, &n, in, len) == 0;
}

static int oaep_decrypt_one(const struct bare_work *w, uint8_t *out)
{
	size_t n = pk_max_out;
	return botan_pk_op_decrypt(decrypting_with, out, &n, w->given, w->given_len) == 0;
}

static int derive_one(const struct bare_work *w, uint8_t *out)
{
	size_t n = pk_max_out;
	return botan_pk_op_key_agreement(agreeing, out, &n, w->given, w->given_len, NULL, 0) == 0;
}

BARE_PK(pk_sign, sign_one(out, in, len))
BARE_PK(pk_verify, verify_one(w, in, len))
BARE_PK(oaep_encrypt, oaep_encrypt_one(out, in, len))
BARE_PK(oaep_decrypt, oaep_decrypt_one(w, out))
BARE_PK(derive, derive_one(w, out))

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, aead),
	BARE_AES_128_256(BARE_AEAD_ROWS, "CCM", set_ccm, ccm),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha_poly, aead),
	BARE_AEAD_ROWS("XChaCha20-Poly1305", set_chacha_poly, xchacha),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CTR", set_ctr, cipher),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "ECB", set_ecb, ecb),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_cbc, cipher),
	BARE_AES_128_256(BARE_CRYPT_ROWS, "XTS", set_xts, cipher),
	BARE_AES_128_256(BARE_MAC_ROW, "CMAC", set_cmac, mac_loop),
	BARE_MAC_ROW("Poly1305", set_poly1305, poly1305),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, mac_loop),
	BARE_MAC_ROW("SHA-256", set_sha256, sha256),
	BARE_EACH_RSA(BARE_SIGN_ROWS, "-PSS", set_pss, pk),
	BARE_EACH_RSA(BARE_CRYPT_ROWS, "-OAEP", set_oaep, oaep),
	BARE_SIGN_ROWS("ECDSA-P256", set_ecdsa256, pk),
	BARE_SIGN_ROWS("ECDSA-P384", set_ecdsa384, pk),
	BARE_SIGN_ROWS("Ed25519", set_ed25519, pk),
	BARE_DERIVE_ROW("ECDH-P256", set_ecdh256, derive),
	BARE_DERIVE_ROW("ECDH-P384", set_ecdh384, derive),
	BARE_DERIVE_ROW("X25519", set_x25519, derive),
	{NULL, NULL, NULL, NULL},
};
