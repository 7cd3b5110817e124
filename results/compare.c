// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "text.h"

const char *compare_verdict_name(enum compare_verdict verdict)
{
	static const char *const names[COMPARE_N_VERDICTS] = {"nothing to compare", "no difference", "faster", "slower",
							      "TOO SLOW",           "FAILED"};
	return names[verdict];
}

static json_int_t method_of(struct result_set *set)
{
	return json_integer_value(json_object_get(result_context(set), "method_version"));
}

int compare_refuses(struct result_set *first, struct result_set *set, char *text, size_t cap)
{
	const json_t *verification = json_object_get(result_context(set), "verification");
	enum result_kind kind = result_get_kind(set);
	if (kind == RESULT_EMULATED || kind == RESULT_PREDICTED)
		return result_fail(text, cap, "%s, not measured", result_kind_names[kind]);
	if (json_integer_value(json_object_get(verification, "passed")) < 1)
		return result_fail(text, cap, "not verified before it was measured");
	if (method_of(set) != method_of(first))
		return result_fail(text, cap, "measured by method %lld, not %lld", (long long)method_of(set),
				   (long long)method_of(first));
	return 0;
}

// What a machine is known by; names of hosts change from one CI job to the next.
static int same_machine(struct result_set *a, struct result_set *b)
{
	static const char *const names[] = {"cpu",   "architecture", "microarchitecture",
					    "cores", "hypervisor",   "features"};
	const json_t *x = json_object_get(result_context(a), "machine"),
		     *y = json_object_get(result_context(b), "machine");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const json_t *p = json_object_get(x, names[i]), *q = json_object_get(y, names[i]);
		if (p != q && !json_equal(p, q))
			return 0;
	}
	return json_object_get(x, "cpu") != NULL;
}

// ---- Cells by name ----

struct named {
	char *name;
	const struct result_entry *entry;
};

struct index {
	struct named *items; // by name
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static struct index index_of(const struct result_set *set, const struct compare_options *options)
{
	struct index index = {.items = result_must(calloc(result_n_entries(set) + 1, sizeof(*index.items)))};
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(set, i)) != NULL; i++)
		if (e->state == RESULT_OK && (options->wanted == NULL || options->wanted(e, options->choice)))
			index.items[index.n++] = (struct named){result_entry_name(e), e};
	qsort(index.items, index.n, sizeof(*index.items), by_name);
	return index;
}

static const struct result_entry *find(const struct index *index, char *name)
{
	const struct named key = {.name = name};
	const struct named *found = bsearch(&key, index->items, index->n, sizeof(*index->items), by_name);
	return found != NULL ? found->entry : NULL;
}

static void index_free(struct index *index)
{
	for (size_t i = 0; i < index->n; i++)
		free(index->items[i].name);
	free(index->items);
}

// ---- Verdicts ----

static struct interval cycles_of(const struct result_entry *e)
{
	if (e->cycles_lo > 0 && e->cycles_hi > 0)
		return (struct interval){e->cycles, e->cycles_lo, e->cycles_hi};
	return interval_scaled(interval_of_time(e), e->cycles / e->ns);
}

// A cell that failed names no side, and no size when none of them worked.
static int failed_in(const struct result_set *set, const struct result_entry *like)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(set, i)) != NULL; i++)
		if (e->state == RESULT_FAILED && text_same(e->engine, like->engine) &&
		    text_same(e->kernel, like->kernel) && text_same(e->algorithm, like->algorithm) &&
		    text_same(e->op, like->op) && text_same(e->kind, like->kind) && e->latency == like->latency &&
		    text_same(e->condition, like->condition) && (!e->has_size || e->size == like->size))
			return 1;
	return 0;
}

static void judge(struct compare_figure *figure, const struct result_entry *first, const struct result_set *set,
		  const struct compare_options *options)
{
	const struct result_entry *e = figure->entry;
	if (first == NULL || e == NULL) {
		figure->verdict = first != NULL && failed_in(set, first) ? COMPARE_LOST : COMPARE_NOTHING;
		return;
	}
	figure->ratio = interval_quotient(interval_of_time(first), interval_of_time(e));
	if (first->cycles > 0 && e->cycles > 0)
		figure->ratio_per_clock = interval_quotient(cycles_of(first), cycles_of(e));
	const struct interval *by =
		options->in_cycles && figure->ratio_per_clock.x > 0 ? &figure->ratio_per_clock : &figure->ratio;
	if (by->lo > 1 + COMPARE_SPREAD)
		figure->verdict = COMPARE_FASTER;
	else if (options->margin >= 0 && by->hi * (1 + options->margin) < 1)
		figure->verdict = COMPARE_TOO_SLOW;
	else
		figure->verdict = by->hi * (1 + COMPARE_SPREAD) < 1 ? COMPARE_SLOWER : COMPARE_SAME;
}

// ---- Rows ----

// Whether a set before this one has the cell, so that it has its row already.
static int has_row(const struct index *indices, size_t set, char *name)
{
	for (size_t s = 0; s < set; s++)
		if (find(&indices[s], name) != NULL)
			return 1;
	return 0;
}

static void add_rows(struct comparison *c, const struct index *indices, size_t set, struct result_set *const *sets,
		     const struct compare_options *options)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(sets[set], i)) != NULL; i++) {
		char *name = result_entry_name(e);
		if (find(&indices[set], name) != e || has_row(indices, set, name)) {
			free(name);
			continue;
		}
		struct compare_row row = {name, e, result_must(calloc(c->n_sets, sizeof(*row.figures)))};
		for (size_t s = 0; s < c->n_sets; s++) {
			row.figures[s].entry = find(&indices[s], name);
			if (s == 0)
				continue;
			judge(&row.figures[s], row.figures[0].entry, sets[s], options);
			c->counts[s][row.figures[s].verdict]++;
			c->n_failures += row.figures[s].verdict >= COMPARE_TOO_SLOW;
		}
		c->rows = result_must(realloc(c->rows, (c->n_rows + 1) * sizeof(*c->rows)));
		c->rows[c->n_rows++] = row;
	}
}

static int same_gap(const struct result_gap *a, const struct result_gap *b)
{
	return strcmp(a->handshake, b->handshake) == 0 && strcmp(a->cipher, b->cipher) == 0 &&
	       strcmp(a->side, b->side) == 0;
}

static const struct result_gap *find_gap(const struct result_set *set, const struct result_gap *like)
{
	const struct result_gap *gap;
	for (size_t i = 0; (gap = result_gap_at(set, i)) != NULL; i++)
		if (same_gap(gap, like))
			return gap;
	return NULL;
}

static void add_gaps(struct comparison *c, size_t set, struct result_set *const *sets)
{
	const struct result_gap *gap;
	for (size_t i = 0; (gap = result_gap_at(sets[set], i)) != NULL; i++) {
		size_t earlier = 0;
		while (earlier < set && find_gap(sets[earlier], gap) == NULL)
			earlier++;
		if (earlier < set || find_gap(sets[set], gap) != gap)
			continue;
		struct compare_gap row = {result_must(calloc(c->n_sets, sizeof(*row.gaps))), gap};
		for (size_t s = 0; s < c->n_sets; s++)
			row.gaps[s] = find_gap(sets[s], gap);
		c->gaps = result_must(realloc(c->gaps, (c->n_gaps + 1) * sizeof(*c->gaps)));
		c->gaps[c->n_gaps++] = row;
	}
}

struct comparison *compare_sets(struct result_set *const *sets, size_t n_sets, const struct compare_options *options)
{
	struct comparison *c = result_must(calloc(1, sizeof(*c)));
	struct index *indices = result_must(calloc(n_sets, sizeof(*indices)));
	c->n_sets = n_sets;
	c->counts = result_must(calloc(n_sets, sizeof(*c->counts)));
	c->same_machine = 1;
	for (size_t s = 0; s < n_sets; s++) {
		c->same_machine &= same_machine(sets[0], sets[s]);
		indices[s] = index_of(sets[s], options);
	}
	for (size_t s = 0; s < n_sets; s++) {
		add_rows(c, indices, s, sets, options);
		if (options->wanted == NULL)
			add_gaps(c, s, sets);
	}
	for (size_t s = 0; s < n_sets; s++)
		index_free(&indices[s]);
	free(indices);
	return c;
}

void compare_free(struct comparison *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n_rows; i++) {
		free(c->rows[i].name);
		free(c->rows[i].figures);
	}
	for (size_t i = 0; i < c->n_gaps; i++)
		free(c->gaps[i].gaps);
	free(c->rows);
	free(c->gaps);
	free(c->counts);
	free(c);
}
