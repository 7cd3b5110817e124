/* SPDX-License-Identifier: MIT */
#ifndef LANE_RESULTS_FIELDS_H
#define LANE_RESULTS_FIELDS_H

/* Shared by what holds, writes and reads a result set: the set itself, and one
 * table of fields per kind of thing, which says what is written and accepted. */

#include "result.h"

#define RESULT_MAX_SAMPLES 50      /* stored of each entry, evenly spread over its rounds … */
#define RESULT_ALL_SAMPLES 1000000 /* … unless all are asked for */

#define RESULT_REAL_DIGITS 9 /* of every figure in a file */

struct result_set {
	enum result_kind kind;
	json_t *context;
	struct result_entry *entries;
	size_t n_entries;
	struct result_gap *gaps;
	size_t n_gaps;
	struct result_model *models;
	size_t n_models;
	struct result_flight *flights;
	size_t n_flights;
	struct result_part *parts;
	size_t n_parts;
	struct result_layer *layers;
	size_t n_layers;
	struct result_prediction *predictions;
	size_t n_predictions;
	size_t max_samples;
	char **strings; /* owned by the set */
	size_t n_strings;
};

/* REAL is never negative and left out when 0 and not required; NUMBER may be anything finite. */
enum field_type { TEXT, BIG, WORD, FLAG, REAL, NUMBER, GOOGLE_TEXT, GOOGLE_NUMBER, SAMPLES };

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	int required;
};

struct fields {
	const struct field *items;
	size_t n;
};

extern const struct fields result_measured_fields, result_missing_fields, result_gap_fields, result_model_fields,
	result_flight_fields, result_part_fields, result_layer_fields, result_prediction_fields;

/* Names in the file, in the order of the enumerations; the last is NULL. */
extern const char *const result_kind_names[], *const result_state_names[], *const result_op_names[],
										   *const result_side_names[];

/* One clean line into error; returns -1. */
int result_fail(char *error, size_t cap, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
