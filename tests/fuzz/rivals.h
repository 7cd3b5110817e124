/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_FUZZ_RIVALS_H
#define LANE_TESTS_FUZZ_RIVALS_H

/* Every implementation of every algorithm that has a kernel of ours, through the plug-in ABI. */

#include "../../bench/items.h"

struct implementation {
	const struct lane_loaded_engine *engine;
	const struct item *item;
	struct lane_engine_object *object;
};

struct rivals {
	enum item_kind kind; /* ITEM_AEAD, ITEM_CIPHER or ITEM_MAC */
	const char *algorithm;
	struct implementation all[64]; /* ours first */
	size_t n, n_native;
};

/* Loads the engines of the build tree; ends the process when there are no kernels. */
void rivals_load(void);

size_t rivals_count(void);
const struct rivals *rivals_at(size_t i);

/* "native aes-gcm:vaes512"; two at a time. */
const char *rival_name(const struct implementation *who);

#endif
