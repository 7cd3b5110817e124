/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_ITEMS_H
#define LANE_BENCH_ITEMS_H

/* Items of every kind through one view, for those who only want their names. */

#include "bench.h"

/* What the items of every kind begin with. */
struct item {
	LANE_ENGINE_ITEM;
};

enum item_kind { ITEM_AEAD, ITEM_CIPHER, ITEM_MAC, ITEM_PK, ITEM_KEM, ITEM_KDF, ITEM_TLS, ITEM_N_KINDS };

const char *item_kind_name(enum item_kind kind);  /* "aead": as in the plug-in ABI */
const char *item_kind_title(enum item_kind kind); /* "Authenticated encryption" */

/* The i-th item of a kind; NULL beyond the end. */
const struct item *item_at(const struct lane_loaded_engine *engine, enum item_kind kind, size_t i);

/* "native aes-gcm:aesni" or "openssl": how an implementation is called in tables. */
const char *item_label(const struct lane_loaded_engine *engine, const void *item, char *text, size_t cap);

/* Whether the filters for engine, algorithm and kernel let it pass. */
int item_passes(const struct bench_options *options, const struct lane_loaded_engine *engine, const void *item);

/* Whether an engine names its kernels and this item is not its own choice among
 * them: left out of a comparison unless asked for. */
int item_is_detail(const struct lane_loaded_engine *engine, enum item_kind kind, const void *item);

/* The kernel that an item which chooses by itself takes for messages of len
 * bytes; NULL when it does not choose or does not tell. */
const char *item_picked(const struct lane_loaded_engine *engine, const void *item, size_t len);

#endif
