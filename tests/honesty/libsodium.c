// SPDX-License-Identifier: MIT
#include "bare.h"

#include <sodium.h>

static crypto_aead_aes256gcm_state gcm;
static uint8_t bytes[32];
static crypto_auth_hmacsha256_state hmac;

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
BARE_CIPHER(chacha20, crypto_stream_chacha20_ietf_xor_ic(out, in, len, nonce + 4, 1, bytes) == 0)
BARE_MAC(hmac_loop, hmac_one(tag, in, len))
BARE_MAC(poly1305, crypto_onetimeauth_poly1305(tag, in, len, bytes) == 0)
BARE_MAC(sha256, crypto_hash_sha256(tag, in, len) == 0)

const struct bare_loop bare_loops[] = {
	{"AES-256-GCM", "seal", set_gcm, gcm_seal},
	{"AES-256-GCM", "open", set_gcm, gcm_open},
	{"ChaCha20-Poly1305", "seal", set_bytes, chacha_seal},
	{"ChaCha20-Poly1305", "open", set_bytes, chacha_open},
	{"ChaCha20", "encrypt", set_bytes, chacha20},
	{"Poly1305", "mac", set_bytes, poly1305},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_bytes, sha256},
	{NULL, NULL, NULL, NULL},
};
