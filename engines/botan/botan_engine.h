/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_BOTAN_H
#define LANE_ENGINES_BOTAN_H

/* Botan through its C API. Its objects keep the expanded key, and wipe it when
 * they are destroyed. */

#include <botan/build.h>
#include <botan/ffi.h>

#include "adaptor.h"

struct botan_object {
	struct lane_engine_object common;
	botan_rng_t rng;
};

static inline botan_rng_t rng_of(struct lane_engine_object *engine)
{
	return ((struct botan_object *)engine)->rng;
}

extern const struct lane_engine_table botan_aead_table, botan_cipher_table, botan_mac_table, botan_kdf_table,
	botan_pk_table;

/* OK for 0; else FAILED, and last_error says Botan's reason. */
static inline int botan_status(struct lane_engine_object *engine, int error)
{
	return error == 0 ? LANE_ENGINE_OK : adaptor_failed(engine, botan_error_description(error));
}

/* A cipher object for one direction, its key set. */
int botan_cipher_new(const char *name, uint32_t direction, const uint8_t *key, size_t key_len, botan_cipher_t *out);

#endif
