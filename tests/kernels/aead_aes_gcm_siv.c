// SPDX-License-Identifier: MIT
#include "aead.h"

#define P(name) lane_aes_gcm_siv_##name
#include "aead_api.inc.h"

const struct aead aead_aes_gcm_siv = {
	.name = "aes-gcm-siv",
	.family = "aes-gcm-siv",
	.key_lens = {16, 32},
	.n_key_lens = 2,
	.nonce_len = LANE_AES_GCM_SIV_NONCE_LEN,
	.nonce_min = LANE_AES_GCM_SIV_NONCE_LEN,
	.nonce_max = LANE_AES_GCM_SIV_NONCE_LEN,
	.tag_lens = 1u << 16,
	.max_len = LANE_AES_GCM_SIV_MAX_LEN,
	.max_nonce_len = LANE_AES_GCM_SIV_NONCE_LEN,
	.max_aad_len = LANE_AES_GCM_SIV_MAX_AAD_LEN,
	AEAD_FUNCTIONS,
};
