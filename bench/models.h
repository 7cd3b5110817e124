/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_MODELS_H
#define LANE_BENCH_MODELS_H

/* Two numbers for a cipher: what a message costs whatever its length, and what
 * each byte adds; from a result set and nothing else. */

#include "../results/result.h"

/* Messages beyond this leave the caches that the line is about. */
#define MODEL_MAX_SIZE 16384
#define MODEL_MIN_SIZES 8

/* Fits t(n) = fixed + per_byte · n for each implementation and operation of which
 * enough sizes were measured, in place of the models that the set had. */
void models_compute(struct result_set *results);

#endif
