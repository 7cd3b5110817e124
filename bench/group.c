// SPDX-License-Identifier: MIT
// A group of rivals: measured together, compared, added to the results.

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "group.h"

void *bench_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);
	if (!p) {
		fputs("lanecrypt: out of memory\n", stderr);
		exit(EXIT_CHECK);
	}
	return p;
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

static size_t series_of(const struct stopwatch_cell *cell)
{
	return cell->n_series ? cell->n_series : 1;
}

static int was_measured(const struct stopwatch_cell *cell, size_t series)
{
	return !cell->failed && cell->series[series].rounds > 0;
}

static void take_estimate(struct result_entry *entry, const struct stopwatch_cell *cell, size_t series)
{
	const struct stopwatch_estimate *estimate = &cell->series[series];
	entry->state = RESULT_OK;
	entry->reason = NULL;
	entry->verified = 1;
	entry->ns = estimate->ns;
	entry->ns_lo = estimate->ns_lo;
	entry->ns_hi = estimate->ns_hi;
	entry->cycles = estimate->cycles;
	if (entry->has_size && entry->size) {
		entry->bytes_per_second = 1e9 * (double)entry->size / estimate->ns;
		entry->cycles_per_byte = estimate->cycles / (double)entry->size;
	}
	entry->iterations = cell->batch_len * estimate->rounds;
	entry->rounds = estimate->rounds;
	entry->rounds_discarded = estimate->rounds_discarded;
	entry->rounds_disturbed = estimate->rounds_disturbed;
	entry->samples = estimate->samples;
	entry->n_samples = estimate->rounds;
}

// The cell that all others are compared with, n_cells when there is none. The
// best is one for the whole group, and never ours: it is the rival to beat.
static size_t baseline_of(const char *wanted, const struct stopwatch_cell *cells, const struct result_entry *entries,
			  size_t n_cells, size_t series)
{
	size_t n_series = series_of(cells), best = n_cells;
	for (size_t i = 0; i < n_cells; i++) {
		const char *engine = entries[i * n_series].engine;
		int candidate = strcasecmp(wanted, "best") == 0 ? strcasecmp(engine, "native") != 0
								: strcasecmp(engine, wanted) == 0;
		if (candidate && was_measured(&cells[i], series) &&
		    (best == n_cells || cells[i].series[series].ns < cells[best].series[series].ns))
			best = i;
	}
	return best;
}

int group_measure(struct bench_run *run, struct stopwatch_cell *cells, struct result_entry *entries, size_t n_cells,
		  const struct stopwatch_options *options)
{
	if (!n_cells)
		return 0;
	int interrupted = stopwatch_measure(cells, n_cells, options);
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
			char name[128];
			if (!was_measured(&cells[i], s))
				continue;
			take_estimate(entry, &cells[i], s);
			struct stopwatch_ratio ratio;
			size_t base = run->options->baseline
					      ? baseline_of(run->options->baseline, cells, entries, n_cells, s)
					      : n_cells;
			if (base < n_cells && base != i &&
			    stopwatch_compare(&cells[i].series[s], &cells[base].series[s], &ratio) == 0) {
				const struct result_entry *other = &entries[base * n_series + s];
				snprintf(name, sizeof name, "%s%s%s", other->engine, other->kernel ? "/" : "",
					 other->kernel ? other->kernel : "");
				entry->baseline = name;
				entry->ratio = ratio.ratio;
				entry->ratio_lo = ratio.lo;
				entry->ratio_hi = ratio.hi;
			}
			result_add(run->results, entry);
			entry->baseline = NULL; // it was on this stack
		}
	}
	stopwatch_cells_free(cells, n_cells);
	return interrupted;
}
