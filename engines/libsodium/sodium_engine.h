/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_SODIUM_H
#define LANE_ENGINES_SODIUM_H

#include <sodium.h>

#include "engine.h"

struct lane_engine_object {
	const char *error;
};

/* Tables, one a kind. */
extern const struct lane_engine_table sodium_cipher_table, sodium_mac_table, sodium_kdf_table, sodium_pk_table;

/* AEADs: which of them can run is known after sodium_init() only. */
const struct lane_engine_table *sodium_aead_table(void);

/* LANE_ENGINE_FAILED, with what last_error() is to say. */
static inline int failed(struct lane_engine_object *engine, const char *sentence)
{
	engine->error = sentence;
	return LANE_ENGINE_FAILED;
}

#define SODIUM_TABLE(item_array)                                                                                       \
	{                                                                                                              \
		.struct_size = sizeof(struct lane_engine_table), .item_size = sizeof item_array[0],                    \
		.n_items = sizeof item_array / sizeof item_array[0], .items = item_array                               \
	}

#endif
