// SPDX-License-Identifier: MIT
// Without streams: the library wants to know all lengths when one begins, which the engine ABI cannot say.
#define NAME(x) lane_aes_ccm_##x
#include "native_aead.inc.h"

#define AES_CCM(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CCM",                                                                      \
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_TRUNCATED |                \
				LANE_ENGINE_ANY_NONCE | LANE_ENGINE_SHARED_KEY,                                        \
		.key_len = bits / 8, .nonce_len = LANE_AES_CCM_NONCE_LEN, .nonce_min = LANE_AES_CCM_NONCE_MIN,         \
		.nonce_max = LANE_AES_CCM_NONCE_MAX, .tag_len = LANE_AES_CCM_TAG_LEN, .tag_min = 4,                    \
		.max_len = LANE_AES_CCM_MAX_LEN(LANE_AES_CCM_NONCE_LEN), ITEM                                          \
	}
static const struct lane_engine_aead items[] = {AES_CCM(128), AES_CCM(192), AES_CCM(256)};

const struct native_offer native_aes_ccm = {LANE_ENGINE_AEAD, "aes-ccm", items, 3, sizeof items[0]};
