/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_PAGE_H
#define LANE_BENCH_PAGE_H

/* The HTML report: one file that needs nothing else. */

#include "page_data.h"

/* Why this build cannot write reports and what to do about it, in one line; NULL when it can. */
const char *page_missing(void);

/* Writes the page with these sets to path, or "-" for standard output. 0, or -1 with one line in error. */
int page_write(const struct page_source *sources, size_t n, const char *path, char *error, size_t error_cap);

/* Where the report of a run goes whose result file is there: name.html beside name.json. For free(). */
char *page_path(const char *result_path);

#endif
