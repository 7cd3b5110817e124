/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_PROGRESS_H
#define LANE_BENCH_PROGRESS_H

#include "bench.h"

/* What is to come takes about that long: from it comes the time left. */
void progress_expect(struct progress *progress, double seconds);

#endif
