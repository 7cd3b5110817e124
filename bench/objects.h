/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_OBJECTS_H
#define LANE_BENCH_OBJECTS_H

#include "bench.h"

/* Destroys every object that bench_engine made; no other thread may be at work. */
void bench_engines_destroy(void);

/* From verify.c: this item is right. */
void bench_mark_verified(const void *item);

#endif
