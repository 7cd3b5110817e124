// SPDX-License-Identifier: MIT
#define NAME(x) lane_aes_cbc_##x
#include "native_cipher.inc.h"

#define AES_CBC(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-CBC", .key_len = bits / 8, .block_len = LANE_AES_CBC_BLOCK_LEN, ITEM       \
	}
static const struct lane_engine_cipher items[] = {AES_CBC(128), AES_CBC(192), AES_CBC(256)};

const struct native_offer native_aes_cbc = {LANE_ENGINE_CIPHER, "aes-cbc", items, 3, sizeof items[0]};
