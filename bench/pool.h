/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_POOL_H
#define LANE_BENCH_POOL_H

/* What several starts of the process come to together, from their result sets
 * alone. The first start says which cells there are. */

#include "../results/result.h"
#include "estimate.h"

struct pool {
	struct result_set **starts;
	size_t n;
	const char *baseline; /* engine, or "best": the fastest but native, in each group */
	enum confidence confidence;
};

/* Fills in the i-th entry as pooled, without its samples and ratio. The number of starts that measured it. */
size_t pool_entry(const struct pool *pool, size_t i, struct result_entry *out);

/* Puts what all starts come to in place of the first's entries: times, cycles,
 * and the ratio to the baseline (or to the entry that `baseline` names already),
 * paired within each start. What failed in a later start has failed; how many did. */
int pool_conclude(const struct pool *pool);

#endif
