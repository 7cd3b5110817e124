/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_OBJECTS_H
#define LANE_BENCH_OBJECTS_H

#include "bench.h"

/* Destroys every object that bench_engine made; no other thread may be at work. */
void bench_engines_destroy(void);

/* Called before every use of bench_engine, unless NULL: a sign of life. */
extern void (*bench_on_engine)(void);

/* From verify.c: this item is right. */
void bench_mark_verified(const void *item);

#endif
