// SPDX-License-Identifier: MIT
#include "bare.h"

#include <lanecrypt/lanecrypt.h>

static struct lane_aes_gcm_ctx gcm;
static struct lane_chacha20_poly1305_ctx chacha_poly;
static struct lane_aes_ctr_ctx ctr;
static struct lane_chacha20_ctx chacha20;
static struct lane_aes_gcm_siv_ctx gcm_siv;
static struct lane_aes_ccm_ctx ccm;
static struct lane_xchacha20_poly1305_ctx xchacha_poly;
static struct lane_aegis_ctx aegis;
static struct lane_aes_xts_ctx xts;
static struct lane_aes_cbc_ctx cbc;
static uint8_t bytes[32];

static int set_gcm(const uint8_t *key, size_t len)
{
	return lane_aes_gcm_init(&gcm, key, len) == LANE_OK;
}

static int set_chacha_poly(const uint8_t *key, size_t len)
{
	return lane_chacha20_poly1305_init(&chacha_poly, key, len) == LANE_OK;
}

static int set_ctr(const uint8_t *key, size_t len)
{
	return lane_aes_ctr_init(&ctr, key, len) == LANE_OK;
}

static int set_chacha20(const uint8_t *key, size_t len)
{
	return lane_chacha20_init(&chacha20, key, len) == LANE_OK;
}

static int set_gcm_siv(const uint8_t *key, size_t len)
{
	return lane_aes_gcm_siv_init(&gcm_siv, key, len) == LANE_OK;
}

static int set_ccm(const uint8_t *key, size_t len)
{
	return lane_aes_ccm_init(&ccm, key, len) == LANE_OK;
}

static int set_xchacha_poly(const uint8_t *key, size_t len)
{
	return lane_xchacha20_poly1305_init(&xchacha_poly, key, len) == LANE_OK;
}

#define SET_AEGIS(variant)                                                                                             \
	static int set_aegis_##variant(const uint8_t *key, size_t len)                                                 \
	{                                                                                                              \
		return lane_aegis_init(&aegis, LANE_AEGIS_##variant, key, len) == LANE_OK;                             \
	}
SET_AEGIS(128L)
SET_AEGIS(128X2)
SET_AEGIS(128X4)
SET_AEGIS(256)
SET_AEGIS(256X2)
SET_AEGIS(256X4)

static int set_xts(const uint8_t *key, size_t len)
{
	return lane_aes_xts_init(&xts, key, len) == LANE_OK;
}

static int set_cbc(const uint8_t *key, size_t len)
{
	return lane_aes_cbc_init(&cbc, key, len) == LANE_OK;
}

static int set_bytes(const uint8_t *key, size_t len)
{
	memcpy(bytes, key, len);
	return 1;
}

// Detached tags, as all of ours have them.
#define PAIR(name, P, ctx, nonce_len)                                                                                  \
	BARE_SEAL(name##_seal,                                                                                         \
		  P##_seal(ctx, out, tag, bare_tag_len, nonce, nonce_len, aad, bare_aad_len, in, len) == LANE_OK)      \
	BARE_OPEN(name##_open,                                                                                         \
		  P##_open(ctx, out, nonce, nonce_len, aad, bare_aad_len, in, len, tag, bare_tag_len) == LANE_OK)
PAIR(gcm_siv, lane_aes_gcm_siv, &gcm_siv, 12)
PAIR(ccm, lane_aes_ccm, &ccm, 12)
PAIR(xchacha, lane_xchacha20_poly1305, &xchacha_poly, 24)
PAIR(aegis_128, lane_aegis, &aegis, LANE_AEGIS_128_KEY_LEN)
PAIR(aegis_256, lane_aegis, &aegis, LANE_AEGIS_256_KEY_LEN)
BARE_CIPHER(xts_encrypt, lane_aes_xts_encrypt(&xts, out, nonce, in, len) == LANE_OK)
BARE_CIPHER(xts_decrypt, lane_aes_xts_decrypt(&xts, out, nonce, in, len) == LANE_OK)
BARE_CIPHER(cbc_encrypt, lane_aes_cbc_encrypt(&cbc, out, nonce, in, len) == LANE_OK)
BARE_CIPHER(cbc_decrypt, lane_aes_cbc_decrypt(&cbc, out, nonce, in, len) == LANE_OK)
BARE_CIPHER(ecb, lane_aes_encrypt_blocks(&ctr, out, in, len / 16) == LANE_OK)
BARE_SEAL(gcm_seal, lane_aes_gcm_seal(&gcm, out, tag, bare_tag_len, nonce, 12, aad, bare_aad_len, in, len) == LANE_OK)
BARE_OPEN(gcm_open, lane_aes_gcm_open(&gcm, out, nonce, 12, aad, bare_aad_len, in, len, tag, bare_tag_len) == LANE_OK)
BARE_SEAL(chacha_poly_seal, lane_chacha20_poly1305_seal(&chacha_poly, out, tag, bare_tag_len, nonce, 12, aad,
							bare_aad_len, in, len) == LANE_OK)
BARE_OPEN(chacha_poly_open, lane_chacha20_poly1305_open(&chacha_poly, out, nonce, 12, aad, bare_aad_len, in, len, tag,
							bare_tag_len) == LANE_OK)
BARE_CIPHER(ctr_crypt, lane_aes_ctr_crypt(&ctr, out, nonce, in, len) == LANE_OK)
BARE_CIPHER(chacha20_crypt, lane_chacha20_crypt(&chacha20, out, nonce + 4, 1, in, len) == LANE_OK)
BARE_MAC(ghash, lane_ghash(&gcm, tag, in, len) == LANE_OK)
BARE_MAC(polyval, lane_polyval(NULL, tag, bytes, in, len) == LANE_OK)
BARE_MAC(poly1305, lane_poly1305(NULL, tag, bytes, in, len) == LANE_OK)

const struct bare_loop bare_loops[] = {
	BARE_EACH_AES(BARE_AEAD_ROWS, "GCM", set_gcm, gcm),
	BARE_EACH_AES(BARE_AEAD_ROWS, "CCM", set_ccm, ccm),
	BARE_AES_128_256(BARE_AEAD_ROWS, "GCM-SIV", set_gcm_siv, gcm_siv),
	BARE_AEAD_ROWS("ChaCha20-Poly1305", set_chacha_poly, chacha_poly),
	BARE_AEAD_ROWS("XChaCha20-Poly1305", set_xchacha_poly, xchacha),
	BARE_AEAD_ROWS("AEGIS-128L", set_aegis_128L, aegis_128),
	BARE_AEAD_ROWS("AEGIS-128X2", set_aegis_128X2, aegis_128),
	BARE_AEAD_ROWS("AEGIS-128X4", set_aegis_128X4, aegis_128),
	BARE_AEAD_ROWS("AEGIS-256", set_aegis_256, aegis_256),
	BARE_AEAD_ROWS("AEGIS-256X2", set_aegis_256X2, aegis_256),
	BARE_AEAD_ROWS("AEGIS-256X4", set_aegis_256X4, aegis_256),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "CTR", set_ctr, ctr_crypt),
	BARE_EACH_AES(BARE_ENCRYPT_ROW, "ECB", set_ctr, ecb),
	BARE_EACH_AES(BARE_CRYPT_ROWS, "CBC", set_cbc, cbc),
	BARE_AES_128_256(BARE_CRYPT_ROWS, "XTS", set_xts, xts),
	BARE_ENCRYPT_ROW("ChaCha20", set_chacha20, chacha20_crypt),
	BARE_MAC_ROW("GHASH", set_gcm, ghash),
	BARE_MAC_ROW("POLYVAL", set_bytes, polyval),
	BARE_MAC_ROW("Poly1305", set_bytes, poly1305),
	{NULL, NULL, NULL, NULL},
};
