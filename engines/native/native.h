/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_NATIVE_H
#define LANE_ENGINES_NATIVE_H

#include <stdatomic.h>

#include <lanecrypt/lanecrypt.h>

#include "engine.h"

/* Items of one kind that the kernels of one family do: as they are for `auto`,
 * but for the kernel's name. */
struct native_offer {
	const char *kind, *family;
	const void *items;
	size_t n_items, item_len;
};

extern const struct native_offer native_aes_gcm, native_aes_gcm_siv, native_aes_ccm, native_chacha20_poly1305,
	native_xchacha20_poly1305, native_aegis;                                  /* AEADs */
extern const struct native_offer native_aes_ctr, native_aes_ecb, native_chacha20; /* ciphers */
extern const struct native_offer native_aes_xts, native_aes_cbc;                  /* ciphers */
extern const struct native_offer native_ghash, native_polyval, native_poly1305;   /* MACs */

/* Keys of many threads may report here (LANE_ENGINE_SHARED_KEY). */
struct lane_engine_object {
	_Atomic(const char *) error;
};

/* What the library says, as an engine says it, with last_error set. */
int native_failure(struct lane_engine_object *engine, enum lane_status status);
static inline int native_status(struct lane_engine_object *engine, enum lane_status status)
{
	return status == LANE_OK ? LANE_ENGINE_OK : native_failure(engine, status);
}

/* len bytes, zeroed, aligned as contexts are; NULL when out of memory. */
void *native_alloc(size_t len);

#endif
