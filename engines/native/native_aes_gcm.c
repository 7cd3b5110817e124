// SPDX-License-Identifier: MIT
#define NAME(x) lane_aes_gcm_##x
#include "native_aead.inc.h"
#include "native_aead_stream.inc.h"

#define AES_GCM(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_STREAMING |                \
				LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE | LANE_ENGINE_SHARED_KEY,                \
		.key_len = bits / 8, .nonce_len = LANE_AES_GCM_NONCE_LEN, .tag_len = LANE_AES_GCM_TAG_LEN,             \
		.nonce_min = 1, .nonce_max = UINT32_MAX, .tag_min = 4, .max_len = LANE_AES_GCM_MAX_LEN, ITEM,          \
		STREAM_ITEM                                                                                            \
	}
static const struct lane_engine_aead items[] = {AES_GCM(128), AES_GCM(192), AES_GCM(256)};

const struct native_offer native_aes_gcm = {LANE_ENGINE_AEAD, "aes-gcm", items, 3, sizeof items[0]};
