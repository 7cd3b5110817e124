// SPDX-License-Identifier: MIT
#define NAME(x) lane_aes_gcm_siv_##x
#include "native_aead.inc.h"

#define AES_GCM_SIV(bits)                                                                                              \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM-SIV",                                                                  \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_SHARED_KEY,                \
		.key_len = bits / 8, .nonce_len = LANE_AES_GCM_SIV_NONCE_LEN, .tag_len = LANE_AES_GCM_SIV_TAG_LEN,     \
		.tag_min = LANE_AES_GCM_SIV_TAG_LEN, .max_len = LANE_AES_GCM_SIV_MAX_LEN, ITEM                         \
	}
static const struct lane_engine_aead items[] = {AES_GCM_SIV(128), AES_GCM_SIV(256)};

const struct native_offer native_aes_gcm_siv = {LANE_ENGINE_AEAD, "aes-gcm-siv", items, 2, sizeof items[0]};
