// SPDX-License-Identifier: MIT
// AEGIS: the library has one set of functions for the six algorithms, which init tells apart.

#include <string.h>

#include "native.h"

static enum lane_status aegis_init(struct lane_aegis_ctx *ctx, const struct lane_engine_aead *item, const uint8_t *key,
				   size_t key_len);

#define NAME(x) lane_aegis_##x
#define INIT aegis_init
#include "native_aead.inc.h"
#include "native_aead_stream.inc.h"

#define AEGIS(variant, len)                                                                                            \
	[LANE_AEGIS_##variant] = {.algorithm = "AEGIS-" #variant,                                                      \
				  .capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_NO_OVERLAP |                      \
						  LANE_ENGINE_STREAMING | LANE_ENGINE_TRUNCATED |                      \
						  LANE_ENGINE_SHARED_KEY,                                              \
				  .key_len = len,                                                                      \
				  .nonce_len = len,                                                                    \
				  .tag_len = LANE_AEGIS_LONG_TAG_LEN,                                                  \
				  .tag_min = LANE_AEGIS_TAG_LEN,                                                       \
				  .max_len = LANE_AEGIS_MAX_LEN,                                                       \
				  ITEM,                                                                                \
				  STREAM_ITEM}
static const struct lane_engine_aead items[] = {AEGIS(128L, 16), AEGIS(128X2, 16), AEGIS(128X4, 16),
						AEGIS(256, 32),  AEGIS(256X2, 32), AEGIS(256X4, 32)};
enum { n_items = sizeof items / sizeof items[0] };

static enum lane_status aegis_init(struct lane_aegis_ctx *ctx, const struct lane_engine_aead *item, const uint8_t *key,
				   size_t key_len)
{
	size_t variant = 0;
	while (variant < n_items && strcmp(items[variant].algorithm, item->algorithm) != 0)
		variant++;
	return lane_aegis_init_with(ctx, (enum lane_aegis_variant)variant, item->data, key, key_len);
}

const struct native_offer native_aegis = {LANE_ENGINE_AEAD, "aegis", items, n_items, sizeof items[0]};
