// SPDX-License-Identifier: MIT
#include "aead.h"

#define LENGTHS_FIRST
#define P(name) lane_aes_ccm_##name
#include "aead_api.inc.h"
#include "aead_stream_api.inc.h"

const struct aead aead_aes_ccm = {
	.name = "aes-ccm",
	.family = "aes-ccm",
	.key_lens = {16, 24, 32},
	.n_key_lens = 3,
	.nonce_len = LANE_AES_CCM_NONCE_LEN,
	.nonce_min = LANE_AES_CCM_NONCE_MIN,
	.nonce_max = LANE_AES_CCM_NONCE_MAX,
	.tag_lens = 1u << 4 | 1u << 6 | 1u << 8 | 1u << 10 | 1u << 12 | 1u << 14 | 1u << 16,
	.lengths_first = 1,
	.is_slow = 1,
	.max_len = LANE_AES_CCM_MAX_LEN(LANE_AES_CCM_NONCE_LEN),
	.max_nonce_len = LANE_AES_CCM_NONCE_MAX,
	.max_aad_len = UINT64_MAX,
	AEAD_FUNCTIONS,
	AEAD_STREAM_FUNCTIONS,
};
