// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../results/text.h"
#include "group.h"

// The same work, by whoever.
static int same_work(const struct result_entry *a, const struct result_entry *b)
{
	return a->size == b->size && a->latency == b->latency && text_same(a->condition, b->condition) &&
	       a->aad == b->aad && text_same(a->op, b->op) && text_same(a->algorithm, b->algorithm) &&
	       text_same(a->kind, b->kind) && text_same(a->side, b->side);
}

// A start's entry for the same cell; NULL when it has none. It is at the same
// index unless something failed or was left out before it.
static const struct result_entry *find(const struct result_set *start, const struct result_entry *like, size_t near)
{
	const size_t n = result_n_entries(start);
	for (size_t k = 0; k < n; k++) {
		const struct result_entry *e = result_entry_at(start, (near + k) % n);
		// A failure is told once for all sides.
		int side_fits = e->state == RESULT_OK || e->side != NULL || like->side == NULL;
		struct result_entry work = *e;
		work.side = side_fits ? e->side : like->side;
		if (text_same(e->engine, like->engine) && text_same(e->kernel, like->kernel) && same_work(&work, like))
			return e;
	}
	return NULL;
}

static void set_ns(struct result_entry *e, struct estimate ns)
{
	e->ns = ns.x;
	e->ns_lo = ns.lo;
	e->ns_hi = ns.hi;
}

static void set_cycles(struct result_entry *e, struct estimate cycles)
{
	e->cycles = cycles.x;
	e->cycles_lo = cycles.lo;
	e->cycles_hi = cycles.hi;
}

// Whether a neighbour or the clock disturbed a third of the rounds that this start had to keep.
static int is_disturbed(const struct result_entry *e)
{
	return 3 * e->rounds_disturbed > e->rounds;
}

// Whether half of the starts that measured the cell, and two at least, had quiet enough: the others are left out then.
// As with rounds, it is the chains beside the turns that decide, not how long the turns took.
static int quiet_ones_do(const struct pool *pool, const struct result_entry *first, size_t i)
{
	size_t n = 0, n_quiet = 0;
	for (size_t s = 0; s < pool->n; s++) {
		const struct result_entry *e = find(pool->starts[s], first, i);
		n += e != NULL && e->state == RESULT_OK;
		n_quiet += e != NULL && e->state == RESULT_OK && !is_disturbed(e);
	}
	return n_quiet >= 2 && 2 * n_quiet >= n;
}

size_t pool_entry(const struct pool *pool, size_t i, struct result_entry *out)
{
	const struct result_entry *first = result_entry_at(pool->starts[0], i);
	struct estimate *ns = bench_calloc(pool->n, sizeof(*ns)), *cycles = bench_calloc(pool->n, sizeof(*cycles));
	const int quiet_only = quiet_ones_do(pool, first, i);
	size_t n = 0;
	*out = *first;
	out->iterations = out->rounds = out->rounds_discarded = out->rounds_disturbed = 0;
	out->samples = NULL;
	out->n_samples = 0;
	for (size_t s = 0; s < pool->n; s++) {
		const struct result_entry *e = s == 0 ? first : find(pool->starts[s], first, i);
		if (e == NULL || e->state != RESULT_OK)
			continue;
		out->rounds_discarded += e->rounds_discarded;
		if (quiet_only && is_disturbed(e)) {
			out->rounds_discarded += e->rounds;
			continue;
		}
		ns[n] = (struct estimate){e->ns, e->ns_lo, e->ns_hi};
		cycles[n++] = (struct estimate){e->cycles, e->cycles_lo, e->cycles_hi};
		out->iterations += e->iterations;
		out->rounds += e->rounds;
		out->rounds_disturbed += e->rounds_disturbed;
	}
	set_ns(out, estimate_pool(ns, n, pool->confidence));
	set_cycles(out, estimate_pool(cycles, n, pool->confidence));
	out->starts = (uint32_t)n;
	if (out->has_size && out->size > 0 && out->ns > 0) {
		out->bytes_per_second = 1e9 * (double)out->size / out->ns;
		out->cycles_per_byte = out->cycles / (double)out->size;
	}
	free(ns);
	free(cycles);
	return n;
}

// All samples of the starts that were pooled, one after the other.
static double *gather_samples(const struct pool *pool, size_t i, size_t *n)
{
	const struct result_entry *first = result_entry_at(pool->starts[0], i);
	const int quiet_only = quiet_ones_do(pool, first, i);
	double *samples = NULL;
	*n = 0;
	for (size_t s = 0; s < pool->n; s++) {
		const struct result_entry *e = s == 0 ? first : find(pool->starts[s], first, i);
		if (e == NULL || e->n_samples == 0 || (quiet_only && is_disturbed(e)))
			continue;
		samples = realloc(samples, (*n + e->n_samples) * sizeof(*samples));
		result_must(samples);
		memcpy(samples + *n, e->samples, e->n_samples * sizeof(*samples));
		*n += e->n_samples;
	}
	return samples;
}

static char *label(const struct result_entry *e)
{
	char *text;
	if (asprintf(&text, "%s%s%s", e->engine, e->kernel != NULL ? "/" : "", e->kernel != NULL ? e->kernel : "") < 0)
		result_must(NULL);
	return text;
}

// The entry that the i-th is compared with; n when there is none. The best is
// one for the whole group, and never ours: it is the rival to beat.
static size_t baseline_of(const char *wanted, const struct result_entry *entries, size_t n, size_t i)
{
	size_t best = n;
	for (size_t k = 0; k < n; k++) {
		if (entries[k].state != RESULT_OK || !same_work(&entries[k], &entries[i]))
			continue;
		char *name = label(&entries[k]);
		int candidate = entries[i].baseline != NULL       ? strcmp(entries[i].baseline, name) == 0
				: strcasecmp(wanted, "best") == 0 ? strcasecmp(entries[k].engine, "native") != 0
								  : strcasecmp(entries[k].engine, wanted) == 0;
		free(name);
		if (candidate && (best == n || entries[k].ns < entries[best].ns))
			best = k;
	}
	return best;
}

static void compare(const struct pool *pool, struct result_entry *entry, size_t i, size_t base)
{
	struct estimate *ratios = bench_calloc(pool->n, sizeof(*ratios)), ratio;
	size_t n = 0;
	for (size_t s = 0; s < pool->n; s++) {
		const struct result_entry *a = find(pool->starts[s], result_entry_at(pool->starts[0], i), i);
		const struct result_entry *b = find(pool->starts[s], result_entry_at(pool->starts[0], base), base);
		if (a != NULL && b != NULL &&
		    estimate_ratio(a->samples, a->n_samples, b->samples, b->n_samples, pool->confidence, &ratio) == 0)
			ratios[n++] = ratio;
	}
	ratio = estimate_pool(ratios, n, pool->confidence);
	entry->ratio = ratio.x;
	entry->ratio_lo = ratio.lo;
	entry->ratio_hi = ratio.hi;
	free(ratios);
}

// The first failure of this cell in a later start, NULL when it never failed.
static const struct result_entry *later_failure(const struct pool *pool, size_t i)
{
	for (size_t s = 1; s < pool->n; s++) {
		const struct result_entry *e = find(pool->starts[s], result_entry_at(pool->starts[0], i), i);
		if (e != NULL && e->state == RESULT_FAILED)
			return e;
	}
	return NULL;
}

int pool_conclude(const struct pool *pool)
{
	struct result_set *results = pool->starts[0];
	const size_t n = result_n_entries(results);
	struct result_entry *entries = bench_calloc(n, sizeof(*entries));
	char **names = bench_calloc(n, sizeof(*names));
	int failed = 0;
	for (size_t i = 0; i < n; i++) {
		entries[i] = *result_entry_at(results, i);
		if (entries[i].state != RESULT_OK)
			continue;
		const struct result_entry *failure = later_failure(pool, i);
		if (failure != NULL) {
			entries[i].state = RESULT_FAILED;
			entries[i].reason = failure->reason;
			failed++;
		} else {
			pool_entry(pool, i, &entries[i]);
			entries[i].samples = gather_samples(pool, i, &entries[i].n_samples);
		}
	}
	for (size_t i = 0; i < n; i++) {
		size_t base = entries[i].state == RESULT_OK ? baseline_of(pool->baseline, entries, n, i) : n;
		if (base == n || base == i)
			continue;
		compare(pool, &entries[i], i, base);
		if (entries[i].ratio > 0)
			names[i] = label(&entries[base]);
	}
	// Not before: comparing looks at what the first start measured by itself.
	for (size_t i = 0; i < n; i++) {
		double *samples = (double *)(uintptr_t)entries[i].samples;
		int own = entries[i].state != RESULT_OK || samples == result_entry_at(results, i)->samples;
		entries[i].baseline = names[i];
		result_replace(results, i, &entries[i]);
		if (!own)
			free(samples);
		free(names[i]);
	}
	free(entries);
	free(names);
	return failed;
}
