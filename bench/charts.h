/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_CHARTS_H
#define LANE_BENCH_CHARTS_H

/* The findings of a result set as charts for a terminal, as wide as it has columns. */

#include "page_data.h"

void charts_print(const struct page_source *source, FILE *out, int color, int columns, int ascii);

#endif
