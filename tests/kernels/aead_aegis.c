// SPDX-License-Identifier: MIT
#include "aead.h"

#define P(name) lane_aegis_##name
#define AEAD_NO_KEYS
#include "aead_api.inc.h"
#include "aead_stream_api.inc.h"

#define KEYS(variant)                                                                                                  \
	static enum lane_status init_##variant(void *ctx, const uint8_t *key, size_t key_len)                          \
	{                                                                                                              \
		return lane_aegis_init(ctx, LANE_AEGIS_##variant, key, key_len);                                       \
	}                                                                                                              \
	static enum lane_status init_with_##variant(void *ctx, const struct lane_kernel *k, const uint8_t *key,        \
						    size_t key_len)                                                    \
	{                                                                                                              \
		return lane_aegis_init_with(ctx, LANE_AEGIS_##variant, k, key, key_len);                               \
	}                                                                                                              \
	static void *new_##variant(const uint8_t *key, size_t key_len)                                                 \
	{                                                                                                              \
		return lane_aegis_new(LANE_AEGIS_##variant, key, key_len);                                             \
	}

#define AEGIS(variant, len)                                                                                            \
	[LANE_AEGIS_##variant] = {.family = "aegis",                                                                   \
				  .name = "AEGIS-" #variant,                                                           \
				  .key_lens = {len},                                                                   \
				  .n_key_lens = 1,                                                                     \
				  .nonce_len = len,                                                                    \
				  .nonce_min = len,                                                                    \
				  .nonce_max = len,                                                                    \
				  .tag_lens = UINT64_C(1) << 16 | UINT64_C(1) << 32,                                   \
				  .max_len = LANE_AEGIS_MAX_LEN,                                                       \
				  .max_nonce_len = len,                                                                \
				  .max_aad_len = LANE_AEGIS_MAX_LEN,                                                   \
				  .init = init_##variant,                                                              \
				  .init_with = init_with_##variant,                                                    \
				  .new = new_##variant,                                                                \
				  AEAD_OTHER_FUNCTIONS,                                                                \
				  AEAD_STREAM_FUNCTIONS}

KEYS(128L)
KEYS(128X2)
KEYS(128X4)
KEYS(256)
KEYS(256X2)
KEYS(256X4)

const struct aead aead_aegis[N_AEGIS] = {AEGIS(128L, 16), AEGIS(128X2, 16), AEGIS(128X4, 16),
					 AEGIS(256, 32),  AEGIS(256X2, 32), AEGIS(256X4, 32)};
