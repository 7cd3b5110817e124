// SPDX-License-Identifier: MIT
#include "bare.h"

#include <sodium.h>

static crypto_aead_aes256gcm_state gcm;
static uint8_t bytes[32];
static crypto_auth_hmacsha256_state hmac;
static uint8_t ed25519_key[64], ed25519_point[32];

static int set_gcm(const uint8_t *key, size_t len)
{
	(void)len;
	return sodium_init() >= 0 && crypto_aead_aes256gcm_is_available() &&
	       crypto_aead_aes256gcm_beforenm(&gcm, key) == 0;
}

static int set_bytes(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	return sodium_init() >= 0;
}

static int set_hmac(const uint8_t *key, size_t len)
{
	return sodium_init() >= 0 && crypto_auth_hmacsha256_init(&hmac, key, len) == 0;
}

// In RFC 8410's form a key's bytes come last.
static int set_x25519(const uint8_t *pair, size_t len)
{
	memcpy(bytes, pair + len - sizeof bytes, sizeof bytes);
	return sodium_init() >= 0;
}

static int set_ed25519(const uint8_t *pair, size_t len)
{
	return sodium_init() >= 0 && crypto_sign_ed25519_seed_keypair(ed25519_point, ed25519_key, pair + len - 32) == 0;
}

static int hmac_one(uint8_t *tag, const uint8_t *in, size_t len)
{
	crypto_auth_hmacsha256_state state = hmac;
	crypto_auth_hmacsha256_update(&state, in, len);
	return crypto_auth_hmacsha256_final(&state, tag) == 0;
}

BARE_SEAL(gcm_seal, crypto_aead_aes256gcm_encrypt_detached_afternm(out, tag, NULL, in, len, aad, bare_aad_len, NULL,
								   nonce, &gcm) == 0)
BARE_OPEN(gcm_open,
	  crypto_aead_aes256gcm_decrypt_detached_afternm(out, NULL, in, len, tag, aad, bare_aad_len, nonce, &gcm) == 0)
BARE_SEAL(chacha_seal, crypto_aead_chacha20poly1305_ietf_encrypt_detached(out, tag, NULL, in, len, aad, bare_aad_len,
									  NULL, nonce, bytes) == 0)
BARE_OPEN(chacha_open, crypto_aead_chacha20poly1305_ietf_decrypt_detached(out, NULL, in, len, tag, aad, bare_aad_len,
									  nonce, bytes) == 0)
BARE_SEAL(xchacha_seal, crypto_aead_xchacha20poly1305_ietf_encrypt_detached(out, tag, NULL, in, len, aad, bare_aad_len,
									    NULL, nonce, bytes) == 0)
BARE_OPEN(xchacha_open, crypto_aead_xchacha20poly1305_ietf_decrypt_detached(out, NULL, in, len, tag, aad, bare_aad_len,
									    nonce, bytes) == 0)
BARE_CIPHER(chacha20, crypto_stream_chacha20_ietf_xor_ic(out, in, len, nonce + 4, 1, bytes) == 0)
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(poly1305, crypto_onetimeauth_poly1305(tag, in, len, bytes) == 0)
BARE_MAC(sha256, crypto_hash_sha256(tag, in, len) == 0)
BARE_PK(ed25519_sign, crypto_sign_ed25519_detached(out, NULL, in, len, ed25519_key) == 0)
BARE_PK(ed25519_verify, crypto_sign_ed25519_verify_detached(w->given, in, len, ed25519_point) == 0)
BARE_PK(x25519, crypto_scalarmult_curve25519(out, bytes, w->given) == 0)

const struct bare_loop bare_loops[] = {
	BARE_AEAD_ROWS("AES-256-GCM", set_gcm, gcm),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_bytes, chacha),
	BARE_AEAD_ROWS("XChaCha20-Poly1305", set_bytes, xchacha),
	BARE_ENCRYPT_ROW("ChaCha20", set_bytes, chacha20),
	BARE_MAC_ROW("Poly1305", set_bytes, poly1305),
	BARE_MAC_ROW("HMAC-SHA-256", set_hmac, hmac_loop),
	BARE_MAC_ROW("SHA-256", set_bytes, sha256),
	BARE_SIGN_ROWS("Ed25519", set_ed25519, ed25519),
	BARE_DERIVE_ROW("X25519", set_x25519, x25519),
	{NULL, NULL, NULL, NULL},
};
