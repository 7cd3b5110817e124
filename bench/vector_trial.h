/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_VECTOR_TRIAL_H
#define LANE_BENCH_VECTOR_TRIAL_H

/* One test vector put to one implementation. */

#include "vectors.h"
#include "verify.h"

enum outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_SKIPPED };

/* Where and how; reused from vector to vector. */
struct vector_trial {
	const struct lane_loaded_engine *engine;
	const struct item *item; /* of vector_item_kind */
	struct lane_engine_object *object;
	struct rng *rng;
	struct buffer in, out, tag; /* room for the longest part of all vectors */
	char text[160];             /* why it failed or was skipped */
	const uint8_t *got;         /* with a failure: what came instead of `wanted`, or NULL */
	size_t got_len;
	enum vector_part wanted;
};

enum item_kind vector_item_kind(enum vector_kind kind);

/* Valid vectors are tried both ways, in place too, and as a stream where there is
 * one; of invalid ones, that they are refused and leave no plaintext. */
enum outcome vector_try(struct vector_trial *trial, const struct vector *vector);

#endif
