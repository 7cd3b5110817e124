// SPDX-License-Identifier: MIT
#include "bare.h"

#include <lanecrypt/lanecrypt.h>

static struct lane_aes_gcm_ctx gcm;
static struct lane_chacha20_poly1305_ctx chacha_poly;
static struct lane_aes_ctr_ctx ctr;
static struct lane_chacha20_ctx chacha20;

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
	{"AES-128-CTR", "encrypt", set_ctr, ctr_crypt},
	{"AES-256-CTR", "encrypt", set_ctr, ctr_crypt},
	{"ChaCha20", "encrypt", set_chacha20, chacha20_crypt},
	{"GHASH", "mac", set_gcm, ghash},
	{NULL, NULL, NULL, NULL},
};
