// SPDX-License-Identifier: MIT
#include "aead.h"

#define P(name) lane_aes_gcm_##name
#include "aead_api.inc.h"
#include "aead_stream_api.inc.h"

const struct aead aead_aes_gcm = {
	.name = "aes-gcm",
	.family = "aes-gcm",
	.key_lens = {16, 24, 32},
	.n_key_lens = 3,
	.nonce_len = LANE_AES_GCM_NONCE_LEN,
	.nonce_min = 1,
	.tag_lens = 1u << 4 | 1u << 8 | 1u << 12 | 1u << 13 | 1u << 14 | 1u << 15 | 1u << 16,
	.max_len = LANE_AES_GCM_MAX_LEN,
	.max_nonce_len = (UINT64_C(1) << 61) - 1,
	.max_aad_len = (UINT64_C(1) << 61) - 1,
	AEAD_FUNCTIONS,
	AEAD_STREAM_FUNCTIONS,
};
