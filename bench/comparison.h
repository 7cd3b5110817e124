/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_COMPARISON_H
#define LANE_BENCH_COMPARISON_H

/* Result sets compared: as tables and as JSON. */

#include "../results/compare.h"
#include "bench.h"

/* The sets of a comparison with what they are called. */
struct compared {
	struct result_set **sets;
	char **paths;
	char (*labels)[24];
	char (*marks)[120]; /* why it should not be compared, "" when it may */
	size_t n;
	const struct comparison *comparison;
	const struct compare_options *options;
};

/* all: cells that do not differ as well. */
void comparison_print(const struct compared *compared, FILE *out, int color, int columns, int all);
json_t *comparison_json(const struct compared *compared);

#endif
