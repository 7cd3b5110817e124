// SPDX-License-Identifier: MIT
#include "aead.h"

#define P(name) lane_chacha20_poly1305_##name
#include "aead_api.inc.h"
#include "aead_stream_api.inc.h"

const struct aead aead_chacha20_poly1305 = {
	.name = "chacha20-poly1305",
	.family = "chacha20-poly1305",
	.key_lens = {LANE_CHACHA20_POLY1305_KEY_LEN},
	.n_key_lens = 1,
	.nonce_len = LANE_CHACHA20_POLY1305_NONCE_LEN,
	.nonce_min = LANE_CHACHA20_POLY1305_NONCE_LEN,
	.nonce_max = LANE_CHACHA20_POLY1305_NONCE_LEN,
	.tag_lens = 1u << 16,
	.max_len = LANE_CHACHA20_POLY1305_MAX_LEN,
	.max_nonce_len = LANE_CHACHA20_POLY1305_NONCE_LEN,
	.max_aad_len = UINT64_MAX,
	AEAD_FUNCTIONS,
	AEAD_STREAM_FUNCTIONS,
};
