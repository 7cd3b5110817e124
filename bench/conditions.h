/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_CONDITIONS_H
#define LANE_BENCH_CONDITIONS_H

/*
 * What an AEAD costs when conditions are not those of a throughput benchmark: key set-up, a forged tag, the same
 * buffer in and out, buffers that begin anywhere, data or keys that are in no cache, nothing but associated data.
 */

#include "bench.h"

/* The conditions, in the order in which they are shown; NULL beyond the end. */
struct condition {
	const char *op;
	const char *name; /* of entry.condition; NULL for seal and open as bench has them */
	const char *head; /* of its column */
	const char *meaning;
};
const struct condition *condition_at(size_t i);

/* Adds to run->results for each AEAD, size, condition and engine an entry, and to those without a condition that seal
 * what a key takes of the heap, and the energy of a byte where the machine tells. Keeps to run->budget.
 * 0, or -1 when interrupted. */
int conditions_measure(struct bench_run *run);
size_t conditions_n_groups(const struct bench_run *run);

/* A table for each algorithm and size. */
void conditions_report(struct result_set *results, FILE *out, int color, int columns);

#endif
