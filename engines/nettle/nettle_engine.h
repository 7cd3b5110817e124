/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_NETTLE_H
#define LANE_ENGINES_NETTLE_H

/* Nettle's functions cannot fail and allocate nothing: a key is one of its
 * contexts, which each message begins anew. */

#include "adaptor.h"

extern const struct lane_engine_table nettle_aead_table, nettle_cipher_table, nettle_mac_table, nettle_kdf_table;

#endif
