/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_GROUP_H
#define LANE_BENCH_GROUP_H

/* From cells to entries of the result set: what every measured group needs. */

#include "bench.h"

/* What the self-test's rivals add to the name of the one that they are copies of. */
#define SELF_TEST_AGAIN " again"
#define SELF_TEST_SLOWED " with 3 % more to do"

/* Zeroed memory; exits when there is none, as all of the command does. */
void *bench_calloc(size_t n, size_t size);

/* The budget of a part shared out over its groups: what is left of run->budget
 * since `begun`, over the groups left. */
double bench_now(void); /* seconds of wall-clock time, from some point on */
double group_budget(const struct bench_run *run, double begun, size_t groups_left);

/* The name of the group that an entry belongs to: "AES-128-GCM/seal/16384"; to be freed. */
char *group_name(const struct result_entry *entry);

/* The figures of a series that was measured, into its entry. The samples stay the cell's. */
void group_take_estimate(struct result_entry *entry, const struct stopwatch_cell *cell, size_t series);

/* Whether that group is to be measured: --group may have named others. An entry
 * without a size stands for whatever size its algorithm has. */
int group_wanted(const struct bench_run *run, const struct result_entry *entry);

/*
 * Measures cells against each other and adds their entries to the run's results.
 * entries has, cell after cell, one for each series (one where n_series is 0),
 * filled in with what was measured, not how it came out; `reason` may point to
 * where the cell writes why it failed. Adds time, bytes a second (where
 * has_size) and cycles. Failed cells count in run->failures; cells not reached
 * before an interruption add nothing.
 * 0, or -1 when interrupted.
 */
int group_measure(struct bench_run *run, struct stopwatch_cell *cells, struct result_entry *entries, size_t n_cells,
		  const struct stopwatch_options *options);

#endif
