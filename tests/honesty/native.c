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
BARE_SEAL(gcm_seal, lane_aes_gcm_seal(&gcm, out, tag, bare_tag_len, nonce, 12, aad, bare_aad_len, in, len) == LANE_OK)
BARE_OPEN(gcm_open, lane_aes_gcm_open(&gcm, out, nonce, 12, aad, bare_aad_len, in, len, tag, bare_tag_len) == LANE_OK)
BARE_SEAL(chacha_seal, lane_chacha20_poly1305_seal(&chacha_poly, out, tag, bare_tag_len, nonce, 12, aad, bare_aad_len,
						   in, len) == LANE_OK)
BARE_OPEN(chacha_open, lane_chacha20_poly1305_open(&chacha_poly, out, nonce, 12, aad, bare_aad_len, in, len, tag,
						   bare_tag_len) == LANE_OK)
BARE_CIPHER(ctr_crypt, lane_aes_ctr_crypt(&ctr, out, nonce, in, len) == LANE_OK)
BARE_CIPHER(chacha20_crypt, lane_chacha20_crypt(&chacha20, out, nonce + 4, 1, in, len) == LANE_OK)
BARE_MAC(ghash, lane_ghash(&gcm, tag, in, len) == LANE_OK)

const struct bare_loop bare_loops[] = {
	{"AES-128-GCM", "seal", set_gcm, gcm_seal},
	{"AES-128-GCM", "open", set_gcm, gcm_open},
	{"AES-256-GCM", "seal", set_gcm, gcm_seal},
	{"AES-256-GCM", "open", set_gcm, gcm_open},
	{"ChaCha20-Poly1305", "seal", set_chacha_poly, chacha_seal},
	{"ChaCha20-Poly1305", "open", set_chacha_poly, chacha_open},
	{"AES-128-GCM-SIV", "seal", set_gcm_siv, gcm_siv_seal},
	{"AES-128-GCM-SIV", "open", set_gcm_siv, gcm_siv_open},
	{"AES-256-GCM-SIV", "seal", set_gcm_siv, gcm_siv_seal},
	{"AES-256-GCM-SIV", "open", set_gcm_siv, gcm_siv_open},
	{"AES-128-CCM", "seal", set_ccm, ccm_seal},
	{"AES-128-CCM", "open", set_ccm, ccm_open},
	{"AES-256-CCM", "seal", set_ccm, ccm_seal},
	{"AES-256-CCM", "open", set_ccm, ccm_open},
	{"XChaCha20-Poly1305", "seal", set_xchacha_poly, xchacha_seal},
	{"XChaCha20-Poly1305", "open", set_xchacha_poly, xchacha_open},
	{"AEGIS-128L", "seal", set_aegis_128L, aegis_128_seal},
	{"AEGIS-128L", "open", set_aegis_128L, aegis_128_open},
	{"AEGIS-128X2", "seal", set_aegis_128X2, aegis_128_seal},
	{"AEGIS-128X2", "open", set_aegis_128X2, aegis_128_open},
	{"AEGIS-128X4", "seal", set_aegis_128X4, aegis_128_seal},
	{"AEGIS-128X4", "open", set_aegis_128X4, aegis_128_open},
	{"AEGIS-256", "seal", set_aegis_256, aegis_256_seal},
	{"AEGIS-256", "open", set_aegis_256, aegis_256_open},
	{"AEGIS-256X2", "seal", set_aegis_256X2, aegis_256_seal},
	{"AEGIS-256X2", "open", set_aegis_256X2, aegis_256_open},
	{"AEGIS-256X4", "seal", set_aegis_256X4, aegis_256_seal},
	{"AEGIS-256X4", "open", set_aegis_256X4, aegis_256_open},
	{"AES-128-XTS", "encrypt", set_xts, xts_encrypt},
	{"AES-256-XTS", "encrypt", set_xts, xts_encrypt},
	{"AES-128-CTR", "encrypt", set_ctr, ctr_crypt},
	{"AES-256-CTR", "encrypt", set_ctr, ctr_crypt},
	{"ChaCha20", "encrypt", set_chacha20, chacha20_crypt},
	{"GHASH", "mac", set_gcm, ghash},
	{NULL, NULL, NULL, NULL},
};
