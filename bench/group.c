// SPDX-License-Identifier: MIT
// A group of rivals: measured together, compared, added to the results.

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "group.h"

void *bench_calloc(size_t n, size_t size)
{
	return result_must(calloc(n ? n : 1, size));
}

double bench_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double group_budget(const struct bench_run *run, double begun, size_t groups_left)
{
	double left = run->budget - (bench_now() - begun);
	return left > 0 ? left / (double)groups_left : 0.001; // late: the least that the stopwatch takes
}

char *group_name(const struct result_entry *entry)
{
	char *name, size[24] = "";
	if (entry->has_size)
		snprintf(size, sizeof(size), "/%llu", (unsigned long long)entry->size);
	if (asprintf(&name, "%s/%s%s%s", entry->kind ? entry->kind : entry->algorithm, entry->op, size,
		     entry->latency ? "/latency" : "") < 0)
		result_must(NULL);
	return name;
}

int group_wanted(const struct bench_run *run, const struct result_entry *entry)
{
	const struct bench_filter *only = &run->options->groups;
	char *name = group_name(entry);
	int wanted = only->n == 0;
	for (size_t i = 0; i < only->n && !wanted; i++)
		wanted = strncasecmp(only->items[i], name, strlen(name)) == 0 &&
			 (only->items[i][strlen(name)] == '\0' ||
			  (!entry->has_size && only->items[i][strlen(name)] == '/'));
	free(name);
	return wanted;
}

static size_t series_of(const struct stopwatch_cell *cell)
{
	return cell->n_series ? cell->n_series : 1;
}

static int was_measured(const struct stopwatch_cell *cell, size_t series)
{
	return !cell->failed && cell->series[series].rounds > 0;
}

void group_take_estimate(struct result_entry *entry, const struct stopwatch_cell *cell, size_t series)
{
	const struct stopwatch_estimate *estimate = &cell->series[series];
	entry->state = RESULT_OK;
	entry->reason = NULL;
	entry->verified = 1;
	entry->ns = estimate->ns;
	entry->ns_lo = estimate->ns_lo;
	entry->ns_hi = estimate->ns_hi;
	entry->cycles = estimate->cycles.x;
	entry->cycles_lo = estimate->cycles.lo;
	entry->cycles_hi = estimate->cycles.hi;
	if (entry->has_size && entry->size) {
		entry->bytes_per_second = 1e9 * (double)entry->size / estimate->ns;
		entry->cycles_per_byte = estimate->cycles.x / (double)entry->size;
	}
	entry->starts = 1;
	entry->iterations = cell->batch_len * estimate->rounds;
	entry->rounds = estimate->rounds;
	entry->rounds_discarded = estimate->rounds_discarded;
	entry->rounds_disturbed = estimate->rounds_disturbed;
	entry->samples = estimate->samples;
	entry->n_samples = estimate->rounds;
}

int group_measure(struct bench_run *run, struct stopwatch_cell *cells, struct result_entry *entries, size_t n_cells,
		  const struct stopwatch_options *options)
{
	if (!n_cells)
		return 0;
	struct stopwatch_options timing = *options;
	timing.precision = run->options->precision;
	int interrupted = stopwatch_measure(cells, n_cells, &timing);
	size_t n_series = series_of(cells);
	for (size_t i = 0; i < n_cells; i++) {
		if (cells[i].failed) { // one entry for all series
			struct result_entry *entry = &entries[i * n_series];
			run->failures++;
			entry->state = RESULT_FAILED;
			entry->side = NULL;
			result_add(run->results, entry);
			continue;
		}
		for (size_t s = 0; s < n_series; s++) {
			struct result_entry *entry = &entries[i * n_series + s];
			if (!was_measured(&cells[i], s))
				continue;
			group_take_estimate(entry, &cells[i], s);
			result_add(run->results, entry);
		}
	}
	stopwatch_cells_free(cells, n_cells);
	return interrupted;
}
