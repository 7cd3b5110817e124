/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_HANDOVER_H
#define LANE_BENCH_HANDOVER_H

/* What one start of the process hands to the next, so that it need not be made
 * again: which items were found right, and the private keys. */

#include "bench.h"

/* For the start-th start. The same loaded plug-ins are at the other end. 0 when all was written. */
int handover_write(const struct bench_run *run, size_t start, FILE *out);

/* 0 when all was taken over; -1 when that is not what is there: verify, and make keys, as a first start does. */
int handover_read(const struct bench_run *run, FILE *in);

#endif
