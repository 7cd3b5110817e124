/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_HANDSHAKE_PARTS_H
#define LANE_BENCH_HANDSHAKE_PARTS_H

/*
 * The anatomy of handshakes: each side's CPU time flight by flight, and the same
 * time part by part, from the primitives of the same engine in the same rounds.
 * What they do not explain is the rest.
 */

#include "bench.h"

/* Adds flights and parts of the chosen kinds to run->results, and the entries of whole handshakes where they are not
 * there yet. Keeps to run->budget. 0, or -1 when interrupted. */
int handshake_parts_measure(struct bench_run *run);
size_t handshake_parts_n_groups(const struct bench_run *run);

/* The same for the kind of the headline alone, in the first start of the process. */
int handshake_parts_measure_headline(struct bench_run *run);
size_t handshake_parts_n_headline(const struct bench_run *run);

/* The primitives that the chosen kinds take, as a filter: those have to be verified. For handshake_parts_free_filter.
 */
struct bench_filter handshake_parts_filter(const struct bench_options *options);
void handshake_parts_free_filter(struct bench_filter *filter);

/* Tables of parts and of flights; nothing where the set has none. */
void handshake_parts_report(const struct result_set *results, FILE *out, int color, int columns);

/* One row for each engine and side. */
void handshake_parts_summary(const struct result_set *results, FILE *out, int color, int columns);

#endif
