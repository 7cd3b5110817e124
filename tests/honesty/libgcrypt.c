// SPDX-License-Identifier: MIT
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
	{NULL, NULL, NULL, NULL},
};
