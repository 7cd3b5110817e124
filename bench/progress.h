/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_PROGRESS_H
#define LANE_BENCH_PROGRESS_H

#include "bench.h"

/* What is to come takes about that long: from it comes the time left. */
void progress_expect(struct progress *progress, double seconds);

/* So many bytes of `total` (0: unknown) are done: how many, how fast, how long still; a few times a second. */
void progress_bytes(struct progress *progress, uint64_t done, uint64_t total);

#endif
