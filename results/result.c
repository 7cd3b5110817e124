// SPDX-License-Identifier: MIT
// A result set in memory.

#include "result.h"

#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "fields.h"
#include "text.h"

// Room for one more in an array that doubles at powers of two.
static void *grow(void *array, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0)
		return array;
	return result_must(realloc(array, (n == 0 ? 1 : 2 * n) * size));
}

static void keep(struct result_set *set, const char **text)
{
	if (*text == NULL)
		return;
	char *copy = text_cleaned(*text);
	set->strings = grow(set->strings, set->n_strings, sizeof(*set->strings));
	set->strings[set->n_strings++] = copy;
	*text = copy;
}

static void keep_fields(struct result_set *set, void *object, const struct fields *fields)
{
	for (size_t i = 0; i < fields->n; i++)
		if (fields->items[i].type == TEXT)
			keep(set, (const char **)((char *)object + fields->items[i].offset));
}

struct result_set *result_new(enum result_kind kind)
{
	struct result_set *set = result_must(calloc(1, sizeof(*set)));
	set->context = result_must(context_new());
	set->max_samples = RESULT_MAX_SAMPLES;
	result_set_kind(set, kind);
	return set;
}

void result_free(struct result_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n_entries; i++)
		free((double *)(uintptr_t)set->entries[i].samples);
	for (size_t i = 0; i < set->n_strings; i++)
		free(set->strings[i]);
	free(set->strings);
	free(set->entries);
	free(set->gaps);
	free(set->models);
	free(set->flights);
	free(set->parts);
	free(set->layers);
	free(set->predictions);
	json_decref(set->context);
	free(set);
}

void result_set_kind(struct result_set *set, enum result_kind kind)
{
	set->kind = kind;
	json_object_set_new(set->context, "kind", json_string(result_kind_names[kind]));
}

enum result_kind result_get_kind(const struct result_set *set)
{
	return set->kind;
}

// Fills in *e with a copy that the set owns.
static void own(struct result_set *set, struct result_entry *e, const struct result_entry *entry)
{
	*e = *entry;
	keep_fields(set, e, &result_measured_fields);
	keep(set, &e->reason);
	if (entry->n_samples > 0) {
		size_t size = entry->n_samples * sizeof(*entry->samples);
		e->samples = memcpy(result_must(malloc(size)), entry->samples, size);
	} else {
		e->samples = NULL;
	}
}

void result_add(struct result_set *set, const struct result_entry *entry)
{
	set->entries = grow(set->entries, set->n_entries, sizeof(*set->entries));
	own(set, &set->entries[set->n_entries++], entry);
}

void result_replace(struct result_set *set, size_t i, const struct result_entry *entry)
{
	double *before = (double *)(uintptr_t)set->entries[i].samples;
	own(set, &set->entries[i], entry);
	free(before);
}

void result_add_model(struct result_set *set, const struct result_model *model)
{
	set->models = grow(set->models, set->n_models, sizeof(*set->models));
	struct result_model *m = &set->models[set->n_models++];
	*m = *model;
	keep_fields(set, m, &result_model_fields);
}

void result_clear_models(struct result_set *set)
{
	set->n_models = 0;
}

const struct result_model *result_model_at(const struct result_set *set, size_t i)
{
	return i < set->n_models ? &set->models[i] : NULL;
}

void result_keep_all_samples(struct result_set *set)
{
	set->max_samples = RESULT_ALL_SAMPLES;
}

void result_add_gap(struct result_set *set, const struct result_gap *gap)
{
	set->gaps = grow(set->gaps, set->n_gaps, sizeof(*set->gaps));
	struct result_gap *g = &set->gaps[set->n_gaps++];
	*g = *gap;
	keep_fields(set, g, &result_gap_fields);
}

void result_clear_gaps(struct result_set *set)
{
	set->n_gaps = 0;
}

void result_add_flight(struct result_set *set, const struct result_flight *flight)
{
	set->flights = grow(set->flights, set->n_flights, sizeof(*set->flights));
	struct result_flight *f = &set->flights[set->n_flights++];
	*f = *flight;
	keep_fields(set, f, &result_flight_fields);
}

const struct result_flight *result_flight_at(const struct result_set *set, size_t i)
{
	return i < set->n_flights ? &set->flights[i] : NULL;
}

void result_add_part(struct result_set *set, const struct result_part *part)
{
	set->parts = grow(set->parts, set->n_parts, sizeof(*set->parts));
	struct result_part *p = &set->parts[set->n_parts++];
	*p = *part;
	keep_fields(set, p, &result_part_fields);
}

const struct result_part *result_part_at(const struct result_set *set, size_t i)
{
	return i < set->n_parts ? &set->parts[i] : NULL;
}

void result_add_layer(struct result_set *set, const struct result_layer *layer)
{
	set->layers = grow(set->layers, set->n_layers, sizeof(*set->layers));
	struct result_layer *l = &set->layers[set->n_layers++];
	*l = *layer;
	keep_fields(set, l, &result_layer_fields);
}

const struct result_layer *result_layer_at(const struct result_set *set, size_t i)
{
	return i < set->n_layers ? &set->layers[i] : NULL;
}

void result_add_prediction(struct result_set *set, const struct result_prediction *prediction)
{
	set->predictions = grow(set->predictions, set->n_predictions, sizeof(*set->predictions));
	struct result_prediction *p = &set->predictions[set->n_predictions++];
	*p = *prediction;
	keep_fields(set, p, &result_prediction_fields);
}

const struct result_prediction *result_prediction_at(const struct result_set *set, size_t i)
{
	return i < set->n_predictions ? &set->predictions[i] : NULL;
}

json_t *result_context(const struct result_set *set)
{
	return set->context;
}

size_t result_n_entries(const struct result_set *set)
{
	return set->n_entries;
}

const struct result_entry *result_entry_at(const struct result_set *set, size_t i)
{
	return i < set->n_entries ? &set->entries[i] : NULL;
}

void result_set_limit_fraction(struct result_set *set, size_t i, double fraction)
{
	if (i < set->n_entries)
		set->entries[i].limit_fraction = fraction;
}

size_t result_n_gaps(const struct result_set *set)
{
	return set->n_gaps;
}

const struct result_gap *result_gap_at(const struct result_set *set, size_t i)
{
	return i < set->n_gaps ? &set->gaps[i] : NULL;
}
