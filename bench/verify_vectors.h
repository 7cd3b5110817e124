/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_VERIFY_VECTORS_H
#define LANE_BENCH_VERIFY_VECTORS_H

#include "bench.h"

/* verify --wycheproof and --cavp: reads all files, then puts every vector to every
 * implementation that passes the filters. Returns the exit code. */
int verify_vectors(struct bench_run *run);

#endif
