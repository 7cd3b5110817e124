/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_NETTLE_H
#define LANE_ENGINES_NETTLE_H

/* Nettle's functions but those of public keys cannot fail and allocate nothing:
 * a key is one of its contexts, which each message begins anew. */

#include <nettle/yarrow.h>

#include "adaptor.h"

struct nettle_object {
	struct lane_engine_object common;
	struct yarrow256_ctx random; /* for public keys */
};

extern const struct lane_engine_table nettle_aead_table, nettle_cipher_table, nettle_mac_table, nettle_kdf_table,
	nettle_pk_table;

#endif
