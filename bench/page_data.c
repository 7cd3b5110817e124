// SPDX-License-Identifier: MIT
// Result sets into what the HTML report shows. Most of twenty sets is the same few
// hundred names over and over: all are kept once, and rows refer to them by number.

#include "page_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../results/fields.h"
#include "../results/text.h"
#include "gap.h"
#include "profiles.h"

#define CIPHER "AES-128-GCM" // of profiles

// Names by number: a list, and where each stands in it.
struct names {
	json_t *list, *numbers;
};

// From 1 on; 0 is no name.
static json_t *name(struct names *names, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return json_integer(0);
	json_t *number = json_object_get(names->numbers, text);
	if (number == NULL) {
		json_array_append_new(names->list, json_string(text));
		number = json_integer((json_int_t)json_array_size(names->list));
		json_object_set_new(names->numbers, text, number);
	}
	return json_incref(number);
}

// With so many digits; whole numbers are shorter. 0 is unknown.
static json_t *number(double x, int digits)
{
	char text[40];
	snprintf(text, sizeof(text), "%.*g", digits, x);
	x = strtod(text, NULL);
	return fabs(x) < 1e15 && x == (double)(json_int_t)x ? json_integer((json_int_t)x) : json_real(x);
}

static void put_interval(json_t *row, double x, double lo, double hi)
{
	json_array_append_new(row, number(x, PAGE_DIGITS));
	json_array_append_new(row, number(lo, PAGE_DIGITS - 1));
	json_array_append_new(row, number(hi, PAGE_DIGITS - 1));
}

// Nothing at the end of a row says as much as zeros.
static void put_row(json_t *rows, json_t *row)
{
	size_t n = json_array_size(row);
	while (n > 0 && json_number_value(json_array_get(row, n - 1)) == 0)
		json_array_remove(row, --n);
	json_array_append_new(rows, row);
}

static const char *condition_of(const struct result_entry *e)
{
	return e->latency ? "each message waits for the last" : e->condition;
}

static json_t *cells(struct names *names, const struct result_set *set)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < result_n_entries(set); i++) {
		const struct result_entry *e = result_entry_at(set, i);
		if (e->state != RESULT_OK)
			continue;
		json_t *row = json_array();
		json_array_append_new(row, name(names, e->kind != NULL ? e->kind : e->algorithm));
		json_array_append_new(row, name(names, e->op));
		json_array_append_new(row, e->has_size ? json_integer((json_int_t)e->size) : json_null());
		json_array_append_new(row, name(names, e->engine));
		json_array_append_new(row, name(names, e->kernel));
		json_array_append_new(row, name(names, e->picked));
		json_array_append_new(row, name(names, e->side));
		json_array_append_new(row, name(names, condition_of(e)));
		put_interval(row, e->ns, e->ns_lo, e->ns_hi);
		json_array_append_new(row, number(e->cycles_per_byte, 4));
		json_array_append_new(row, number(e->limit_fraction, 4));
		json_array_append_new(row, number(e->ratio, 4));
		json_array_append_new(row, number(e->ratio_lo, 4));
		json_array_append_new(row, number(e->ratio_hi, 4));
		json_array_append_new(row, name(names, e->baseline));
		put_row(rows, row);
	}
	return rows;
}

static json_t *gaps(struct names *names, const struct result_set *set)
{
	json_t *rows = json_array();
	const struct result_gap *gap;
	for (size_t i = 0; (gap = result_gap_at(set, i)) != NULL; i++) {
		if (text_same(gap->side, "both"))
			continue;
		json_t *row = json_array();
		json_array_append_new(row, name(names, gap->handshake));
		json_array_append_new(row, name(names, gap->cipher));
		json_array_append_new(row, name(names, gap->side));
		put_interval(row, gap->break_even_bytes, gap->break_even_bytes_lo, gap->break_even_bytes_hi);
		json_array_append_new(row, json_integer(gap->headline));
		put_row(rows, row);
	}
	return rows;
}

static json_t *models(struct names *names, const struct result_set *set)
{
	json_t *rows = json_array();
	const struct result_model *m;
	for (size_t i = 0; (m = result_model_at(set, i)) != NULL; i++) {
		json_t *row = json_array();
		if (m->latency) {
			json_decref(row);
			continue;
		}
		json_array_append_new(row, name(names, m->algorithm));
		json_array_append_new(row, name(names, m->op));
		json_array_append_new(row, name(names, m->engine));
		json_array_append_new(row, name(names, m->kernel));
		put_interval(row, m->fixed_ns, m->fixed_ns_lo, m->fixed_ns_hi);
		put_interval(row, m->ns_per_byte, m->ns_per_byte_lo, m->ns_per_byte_hi);
		json_array_append_new(row, number(m->r2, 4));
		put_row(rows, row);
	}
	return rows;
}

static json_t *parts(struct names *names, const struct result_set *set)
{
	json_t *rows = json_array();
	const struct result_part *p;
	for (size_t i = 0; (p = result_part_at(set, i)) != NULL; i++) {
		json_t *row = json_array();
		json_array_append_new(row, name(names, p->engine));
		json_array_append_new(row, name(names, p->kind));
		json_array_append_new(row, name(names, p->side));
		json_array_append_new(row, name(names, p->part));
		json_array_append_new(row, name(names, p->primitives));
		put_interval(row, p->ns, p->ns_lo, p->ns_hi);
		put_row(rows, row);
	}
	return rows;
}

static json_t *predictions(struct names *names, const struct result_set *set)
{
	json_t *rows = json_array();
	const struct result_prediction *p;
	for (size_t i = 0; (p = result_prediction_at(set, i)) != NULL; i++) {
		json_t *row = json_array();
		json_array_append_new(row, name(names, p->algorithm));
		json_array_append_new(row, name(names, p->op));
		json_array_append_new(row, name(names, p->engine));
		json_array_append_new(row, name(names, p->kernel));
		json_array_append_new(row, name(names, p->cpu));
		json_array_append_new(row, name(names, p->model));
		put_interval(row, p->cycles_per_byte_lo, p->cycles_per_byte_hi, p->measured_cycles_per_byte);
		put_row(rows, row);
	}
	return rows;
}

// Each engine once, at the first of its handshakes.
static int begins_engine(const struct result_set *set, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (gap_is_handshake(result_entry_at(set, k)) &&
		    text_same(result_entry_at(set, k)->engine, result_entry_at(set, i)->engine))
			return 0;
	return gap_is_handshake(result_entry_at(set, i));
}

static void put_profile(json_t *rows, struct names *names, const struct result_set *set, const struct profile *profile,
			const char *engine)
{
	static const char *const sides[] = {"server", "client"};
	for (int k = 0; k < 4; k++) {
		struct profile_cost cost;
		if (profile_cost(set, profile, k / 2, engine, CIPHER, sides[k % 2], &cost) != 0)
			continue;
		json_t *row = json_array();
		json_array_append_new(row, name(names, profile->name));
		json_array_append_new(row, name(names, engine));
		json_array_append_new(row, name(names, k / 2 ? "resumed" : "full"));
		json_array_append_new(row, name(names, sides[k % 2]));
		put_interval(row, cost.all.x, cost.all.lo, cost.all.hi);
		put_interval(row, cost.handshakes.x, cost.handshakes.lo, cost.handshakes.hi);
		put_interval(row, cost.bulk.x, cost.bulk.lo, cost.bulk.hi);
		put_row(rows, row);
	}
}

static json_t *profiles(struct names *names, const struct result_set *set)
{
	json_t *rows = json_array();
	const struct profile *profile;
	for (size_t i = 0; i < result_n_entries(set); i++)
		for (size_t p = 0; begins_engine(set, i) && (profile = profile_at(p)) != NULL; p++)
			put_profile(rows, names, set, profile, result_entry_at(set, i)->engine);
	return rows;
}

// What did not come out right; what an engine does not offer is no news.
static json_t *failures(struct names *names, const struct result_set *set)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < result_n_entries(set); i++) {
		const struct result_entry *e = result_entry_at(set, i);
		if (e->state != RESULT_FAILED)
			continue;
		json_t *row = json_array();
		json_array_append_new(row, name(names, e->kind != NULL ? e->kind : e->algorithm));
		json_array_append_new(row, name(names, e->op));
		json_array_append_new(row, name(names, e->engine));
		json_array_append_new(row, name(names, e->reason));
		put_row(rows, row);
	}
	return rows;
}

// But for names of machine and program: a report is there to be shown around.
static json_t *context(const struct result_set *set)
{
	json_t *copy = json_deep_copy(result_context(set));
	json_object_del(copy, "host_name");
	json_object_del(copy, "executable");
	return copy;
}

static json_t *set_json(struct names *names, const struct page_source *source)
{
	const struct result_set *set = source->set;
	json_t *object = json_object();
	json_object_set_new(object, "kind", json_string(result_kind_names[result_get_kind(set)]));
	json_object_set_new(object, "context", context(set));
	json_object_set_new(object, "cells", cells(names, set));
	json_object_set_new(object, "gaps", gaps(names, set));
	json_object_set_new(object, "models", models(names, set));
	json_object_set_new(object, "parts", parts(names, set));
	json_object_set_new(object, "predictions", predictions(names, set));
	json_object_set_new(object, "profiles", profiles(names, set));
	json_object_set_new(object, "failures", failures(names, set));
	if (source->scaling != NULL)
		json_object_set(object, "scaling", json_object_get(source->scaling, "threads"));
	return object;
}

static json_t *profile_sources(void)
{
	json_t *object = json_object();
	const struct profile *profile;
	for (size_t i = 0; (profile = profile_at(i)) != NULL; i++)
		json_object_set_new(object, profile->name, json_string(profile->source));
	return object;
}

json_t *page_data(const struct page_source *sources, size_t n)
{
	struct names names = {json_array(), json_object()};
	json_t *sets = json_array(), *root = json_object();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(sets, set_json(&names, &sources[i]));
	json_object_set_new(root, "names", names.list);
	json_object_set_new(root, "profiles", profile_sources());
	json_object_set_new(root, "sets", sets);
	json_decref(names.numbers);
	return root;
}
