/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_GROUP_H
#define LANE_BENCH_GROUP_H

/* From cells to entries of the result set: what every measured group needs. */

#include "bench.h"

/* Zeroed memory; exits when there is none, as all of the command does. */
void *bench_calloc(size_t n, size_t size);

/* The budget of a part shared out over its groups: what is left of run->budget
 * since `begun`, over the groups left. */
double bench_now(void); /* seconds of wall-clock time, from some point on */
double group_budget(const struct bench_run *run, double begun, size_t groups_left);

/*
 * Measures cells against each other and adds their entries to the run's results.
 * entries has, cell after cell, one for each series (one where n_series is 0),
 * filled in with what was measured, not how it came out; `reason` may point to
 * where the cell writes why it failed. Adds time, bytes a second (where
 * has_size), cycles and the ratio to the baseline that the options name: `best`
 * is the fastest cell of an engine other than native. Failed cells count in run->failures;
 * cells not reached before an interruption add nothing.
 * 0, or -1 when interrupted.
 */
int group_measure(struct bench_run *run, struct stopwatch_cell *cells, struct result_entry *entries, size_t n_cells,
		  const struct stopwatch_options *options);

#endif
