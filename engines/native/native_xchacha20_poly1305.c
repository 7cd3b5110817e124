// SPDX-License-Identifier: MIT
#define NAME(x) lane_xchacha20_poly1305_##x
#include "native_aead.inc.h"
#include "native_aead_stream.inc.h"

static const struct lane_engine_aead item = {
	.algorithm = "XChaCha20-Poly1305",
	.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP | LANE_ENGINE_STREAMING | LANE_ENGINE_SHARED_KEY,
	.key_len = LANE_XCHACHA20_POLY1305_KEY_LEN,
	.nonce_len = LANE_XCHACHA20_POLY1305_NONCE_LEN,
	.tag_len = LANE_XCHACHA20_POLY1305_TAG_LEN,
	.max_len = LANE_XCHACHA20_POLY1305_MAX_LEN,
	ITEM,
	STREAM_ITEM,
};

const struct native_offer native_xchacha20_poly1305 = {LANE_ENGINE_AEAD, "chacha20-poly1305", &item, 1, sizeof item};
