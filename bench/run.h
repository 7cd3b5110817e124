/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_RUN_H
#define LANE_BENCH_RUN_H

/* What the commands that measure have in common. */

#include "bench.h"

/* A part of a run and its share of the time. */
struct part {
	size_t (*n_groups)(const struct bench_run *run);
	int (*measure)(struct bench_run *run);
	double share;
	const struct bench_options *options; /* NULL: the run's own */
};

/* measure.c: verifies, measures the parts in several starts of the process, this
 * one the first, and pools them; with a precision asked for, starts again for what
 * is not yet that precise, until it is or the budget is spent. Computes models,
 * gaps and the shares of the limits: run->results is ready then. The whole takes
 * about `seconds`, verification included, unless the options have a budget. */
void run_measure(struct bench_run *run, const char *command, struct part *parts, size_t n_parts, double seconds);

/* Saves the results: before they are shown, because a closed pipe ends the
 * process there. The exit code. */
int run_save(struct bench_run *run, const char *path);

/* Frees the results. The exit code, given that of saving them. */
int run_finish(struct bench_run *run, int saved);

/* Whether the result goes to standard output and nothing else may. */
int run_to_stdout(const struct bench_run *run);

/* tls_kinds_list.c: shows the kinds of handshake that the filters choose, of all, and who has them. The exit code. */
int tls_kinds_list(struct bench_run *run);

#endif
