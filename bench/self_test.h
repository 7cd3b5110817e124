/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_SELF_TEST_H
#define LANE_BENCH_SELF_TEST_H

#include "bench.h"

/* Shows every comparison of a self-test and the counts. 0 when the stopwatch was
 * right often enough, else -1. */
int self_test_report(struct result_set *results, FILE *out, int color, int columns);

#endif
