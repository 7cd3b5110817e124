/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_REPORT_H
#define LANE_BENCH_REPORT_H

/* Every figure of a result set as tables: what bench, handshake and gap show. */

#include "bench.h"

/* "cycles: core clock by a chain of adds, 3.55 GHz; an AES round takes 4.00": where
 * cycles come from, and a cross-check. Returns text. */
const char *report_cycle_source(struct result_set *results, char *text, size_t cap);

/* Symmetric and public-key operations, each implementation against the baseline,
 * then the geometric means. */
void report_operations(struct result_set *results, FILE *out, int color, int columns);

/* What a message costs beside its bytes, where enough sizes were measured. */
void report_models(struct result_set *results, FILE *out, int color, int columns);

/* Handshakes: client, server, both. */
void report_handshakes(struct result_set *results, FILE *out, int color, int columns);

/* Break-even bytes, and the gap per byte of public-key encryption. */
void report_gaps(struct result_set *results, FILE *out, int color, int columns);

/* gap_report.c: shares of the handshake, what a core accepts, key agreement for
 * every message; and the headline's share as a chart, in ASCII or not. */
void report_gap_views(const struct result_set *results, FILE *out, int color, int columns);
void report_gap_chart(const struct result_set *results, FILE *out, int color, int columns, int ascii);

/* One line on how precision and budget came out, where a precision was asked for. */
void report_precision(struct result_set *results, FILE *out, int color, int columns);

/* What was not measured: failures always, what is not offered when `all`. */
void report_missing(struct result_set *results, FILE *out, int color, int columns, int all);

#endif
