// SPDX-License-Identifier: MIT
#include "bare.h"

#include <botan/ffi.h>

static botan_cipher_t sealing, opening, cipher;
static botan_mac_t hmac;
static botan_hash_t hash;
static size_t granularity;

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

#define SET(name, call)                                                                                                \
	static int name(const uint8_t *key, size_t len)                                                                \
	{                                                                                                              \
		(void)key, (void)len;                                                                                  \
		return (call);                                                                                         \
	}
SET(set_gcm128, make_aead("AES-128/GCM", key, len))
SET(set_gcm256, make_aead("AES-256/GCM", key, len))
SET(set_chacha_poly, make_aead("ChaCha20Poly1305", key, len))
SET(set_ctr128, make(&cipher, "CTR-BE(AES-128)", BOTAN_CIPHER_INIT_FLAG_ENCRYPT, key, len))
SET(set_ctr256, make(&cipher, "CTR-BE(AES-256)", BOTAN_CIPHER_INIT_FLAG_ENCRYPT, key, len))
SET(set_hmac, (hmac || botan_mac_init(&hmac, "HMAC(SHA-256)", 0) == 0) && botan_mac_set_key(hmac, key, len) == 0)
SET(set_sha256, hash || botan_hash_init(&hash, "SHA-256", 0) == 0)

// Plain updates write in place; the end and the tag go together.
static int begin(botan_cipher_t aead, const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in,
		 size_t head)
{
	size_t written, consumed;
	return botan_cipher_set_associated_data(aead, aad, bare_aad_len) == 0 &&
	       botan_cipher_start(aead, nonce, 12) == 0 &&
	       (head == 0 || botan_cipher_update(aead, 0, out, head, &written, in, head, &consumed) == 0);
}

enum { max_end = 1024 };

static int seal_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len, uint8_t *tag)
{
	uint8_t end[max_end + bare_tag_len];
	const size_t tail = len % granularity, head = len - tail;
	size_t written, consumed;
	if (!begin(sealing, nonce, aad, out, in, head) ||
	    botan_cipher_update(sealing, BOTAN_CIPHER_UPDATE_FLAG_FINAL, end, tail + bare_tag_len, &written, in + head,
				tail, &consumed) != 0)
		return 0;
	memcpy(out + head, end, tail);
	memcpy(tag, end + tail, bare_tag_len);
	return 1;
}

static int open_one(const uint8_t *nonce, const uint8_t *aad, uint8_t *out, const uint8_t *in, size_t len,
		    const uint8_t *tag)
{
	uint8_t end[max_end + bare_tag_len];
	const size_t tail = len % granularity, head = len - tail;
	size_t written, consumed;
	if (!begin(opening, nonce, aad, out, in, head))
		return 0;
	memcpy(end, in + head, tail);
	memcpy(end + tail, tag, bare_tag_len);
	return botan_cipher_update(opening, BOTAN_CIPHER_UPDATE_FLAG_FINAL, out + head, tail, &written, end,
				   tail + bare_tag_len, &consumed) == 0;
}

static int encrypt_one(const uint8_t *nonce, uint8_t *out, const uint8_t *in, size_t len)
{
	size_t written, consumed;
	return botan_cipher_start(cipher, nonce, 16) == 0 &&
	       botan_cipher_update(cipher, BOTAN_CIPHER_UPDATE_FLAG_FINAL, out, len, &written, in, len, &consumed) == 0;
}

BARE_SEAL(seal, seal_one(nonce, aad, out, in, len, tag))
BARE_OPEN(open_loop, open_one(nonce, aad, out, in, len, tag))
BARE_CIPHER(encrypt, encrypt_one(nonce, out, in, len))
BARE_MAC(hmac_loop, botan_mac_update(hmac, in, len) == 0 && botan_mac_final(hmac, tag) == 0)
BARE_MAC(sha256, botan_hash_update(hash, in, len) == 0 && botan_hash_final(hash, tag) == 0)

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm128, seal},
	{"AES-128-GCM", "open", set_gcm128, open_loop},
	{"AES-256-GCM", "seal", set_gcm256, seal},
	{"AES-256-GCM", "open", set_gcm256, open_loop},
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, open_loop},
	{"AES-128-CTR", "encrypt", set_ctr128, encrypt},
	{"AES-256-CTR", "encrypt", set_ctr256, encrypt},
	{"HMAC-SHA-256", "mac", set_hmac, hmac_loop},
	{"SHA-256", "mac", set_sha256, sha256},
	{NULL, NULL, NULL, NULL},
};
