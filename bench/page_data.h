/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_PAGE_DATA_H
#define LANE_BENCH_PAGE_DATA_H

/*
 * What the HTML report shows, as one JSON document: the result sets without their
 * samples, the machine's name and what no chart needs, and beside them what is
 * computed from them (gaps, profiles). Medians have PAGE_DIGITS digits, the ends of their
 * intervals one less, ratios four.
 */

#include <stdio.h>

#include "../results/result.h"

#define PAGE_DIGITS 6 /* twenty sets have to fit into 2 MB */

/* One machine: its result set, and what `scaling --json` wrote there or NULL. */
struct page_source {
	struct result_set *set;
	json_t *scaling;
};

/*
 * A file, or a folder whose files are all of one machine: a cell that several of
 * its sets have is the one of the set with most of them. -1 with one line in error.
 */
int page_source_load(const char *path, struct page_source *source, char *error, size_t error_cap);
void page_source_free(struct page_source *source);

json_t *page_data(const struct page_source *sources, size_t n);

#endif
