// SPDX-License-Identifier: MIT
#define NAME(x) lane_aes_xts_##x
#include "native_cipher.inc.h"

#define AES_XTS(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-XTS", .key_len = 2 * bits / 8, .block_len = 1,                             \
		.min_len = LANE_AES_XTS_MIN_LEN, ITEM                                                                  \
	}
static const struct lane_engine_cipher items[] = {AES_XTS(128), AES_XTS(256)};

const struct native_offer native_aes_xts = {LANE_ENGINE_CIPHER, "aes-xts", items, 2, sizeof items[0]};
