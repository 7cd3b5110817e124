/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_ENGINES_ENGINES_H
#define LANE_TESTS_ENGINES_ENGINES_H

/* The engines of the build tree, all in one process. */

#include "../../engines/loader.h"
#include "../support/test.h"

/* Loads every plug-in of a folder, in the order of their names or backwards.
 * Called once, before the tests. */
void engines_load(const char *folder, int backwards);

/* The i-th engine that was loaded, or NULL; and its object, made on first use. */
const struct lane_loaded_engine *engine_at(size_t i);
struct lane_engine_object *object_of(const struct lane_loaded_engine *engine);

/* What every engine has for one algorithm: items that can run here. */
struct offer {
	const struct lane_loaded_engine *engine;
	const void *item;
	char name[96]; /* "native aes-gcm:aesni" */
};
enum { max_offers = 48 };

/* A kind of item of an engine: "aead" …; the i-th, or NULL. */
const void *item_at(const struct lane_loaded_engine *engine, const char *kind, size_t i);
size_t offers_of(const char *kind, const char *algorithm, struct offer *offers);

/* The i-th algorithm of a kind that anybody offers, each once; NULL at the end. */
const char *algorithm_at(const char *kind, size_t i);

#endif
