// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

const char *const result_kind_names[] = {"measured", "emulated", "predicted", "partial", NULL};
const char *const result_op_names[] = {"seal",     "open",   "encrypt", "decrypt",     "mac",         "sign",
				       "verify",   "keygen", "derive",  "encapsulate", "decapsulate", "handshake",
				       "loopback", "setup",  "write",   "read",        NULL};
const char *const result_side_names[] = {"client", "server", "both", NULL};
const char *const result_state_names[] = {"ok", "not offered", "failed", NULL};

// clang-format off
#define ENTRY(name, type, required) {#name, type, offsetof(struct result_entry, name), required}
#define GAP(name, type, required) {#name, type, offsetof(struct result_gap, name), required}
#define MODEL(name, type, required) {#name, type, offsetof(struct result_model, name), required}
#define FLIGHT(name, type, required) {#name, type, offsetof(struct result_flight, name), required}
#define PART(name, type, required) {#name, type, offsetof(struct result_part, name), required}
#define LAYER(name, type, required) {#name, type, offsetof(struct result_layer, name), required}
#define PREDICTION(name, type, required) {#name, type, offsetof(struct result_prediction, name), required}
#define MODEL_INTERVAL(name) MODEL(name, NUMBER, 1), MODEL(name##_lo, NUMBER, 1), MODEL(name##_hi, NUMBER, 1)
#define GOOGLE(name, type) {#name, GOOGLE_##type, 0, 1}

// What a consumer of Google Benchmark's output reads; written from the entry,
// and only checked when read.
#define GOOGLE_FIELDS                                                                                                  \
	GOOGLE(name, TEXT), GOOGLE(run_name, TEXT), GOOGLE(run_type, TEXT), GOOGLE(time_unit, TEXT),                   \
	GOOGLE(family_index, NUMBER), GOOGLE(per_family_instance_index, NUMBER), GOOGLE(repetitions, NUMBER),          \
	GOOGLE(repetition_index, NUMBER), GOOGLE(threads, NUMBER), GOOGLE(real_time, NUMBER), GOOGLE(cpu_time, NUMBER)

#define WHAT_FIELDS                                                                                                    \
	ENTRY(engine, TEXT, 1), ENTRY(kernel, TEXT, 0), ENTRY(library_version, TEXT, 0), ENTRY(algorithm, TEXT, 1),    \
	ENTRY(op, TEXT, 1), ENTRY(condition, TEXT, 0), ENTRY(latency, FLAG, 0), ENTRY(size, BIG, 0),                         \
	ENTRY(aad, BIG, 0), ENTRY(kind, TEXT, 0), ENTRY(side, TEXT, 0),                                              \
	ENTRY(version, TEXT, 0), ENTRY(suite, TEXT, 0), ENTRY(group, TEXT, 0), ENTRY(certificate, TEXT, 0),            \
	ENTRY(resumed, FLAG, 0), ENTRY(client_auth, FLAG, 0)
// clang-format on

static const struct field measured_fields[] = {
	GOOGLE_FIELDS,
	WHAT_FIELDS,
	ENTRY(picked, TEXT, 0),
	ENTRY(iterations, BIG, 1),
	ENTRY(in_place, FLAG, 1),
	ENTRY(buffer_bytes, BIG, 0),
	ENTRY(ns, REAL, 1),
	ENTRY(ns_lo, REAL, 1),
	ENTRY(ns_hi, REAL, 1),
	ENTRY(bytes_per_second, REAL, 0),
	ENTRY(cycles, REAL, 0),
	ENTRY(cycles_lo, REAL, 0),
	ENTRY(cycles_hi, REAL, 0),
	ENTRY(cycles_per_byte, REAL, 0),
	ENTRY(rounds, WORD, 1),
	ENTRY(rounds_discarded, WORD, 1),
	ENTRY(rounds_disturbed, WORD, 1),
	ENTRY(starts, WORD, 0),
	ENTRY(verified, FLAG, 1),
	ENTRY(baseline, TEXT, 0),
	ENTRY(ratio, REAL, 0),
	ENTRY(ratio_lo, REAL, 0),
	ENTRY(ratio_hi, REAL, 0),
	ENTRY(limit_fraction, REAL, 0),
	ENTRY(key_bytes, BIG, 0),
	ENTRY(nanojoules_per_byte, REAL, 0),
	ENTRY(bytes_sent, BIG, 0),
	ENTRY(allocations, BIG, 0),
	ENTRY(allocated_bytes, BIG, 0),
	{"samples", SAMPLES, 0, 0},
};

static const struct field missing_fields[] = {
	WHAT_FIELDS,
	{"state", GOOGLE_TEXT, 0, 1},
	ENTRY(reason, TEXT, 1),
};

static const struct field gap_fields[] = {
	GAP(handshake, TEXT, 1),
	GAP(cipher, TEXT, 1),
	GAP(side, TEXT, 1),
	GAP(break_even_bytes, REAL, 1),
	GAP(break_even_bytes_lo, REAL, 1),
	GAP(break_even_bytes_hi, REAL, 1),
	GAP(headline, FLAG, 0),
};

static const struct field model_fields[] = {
	MODEL(engine, TEXT, 1),          MODEL(kernel, TEXT, 0),
	MODEL(algorithm, TEXT, 1),       MODEL(op, TEXT, 1),
	MODEL(latency, FLAG, 0),         MODEL(aad, BIG, 0),
	MODEL(size_min, BIG, 1),         MODEL(size_max, BIG, 1),
	MODEL(sizes, WORD, 1),           MODEL_INTERVAL(fixed_ns),
	MODEL_INTERVAL(ns_per_byte),     MODEL_INTERVAL(fixed_cycles),
	MODEL_INTERVAL(cycles_per_byte), MODEL(r2, NUMBER, 1),
	MODEL(residual, REAL, 1),
};

static const struct field flight_fields[] = {
	FLIGHT(engine, TEXT, 1), FLIGHT(kind, TEXT, 1),     FLIGHT(side, TEXT, 1),
	FLIGHT(flight, WORD, 1), FLIGHT(messages, TEXT, 0), FLIGHT(bytes, BIG, 1),
	FLIGHT(ns, REAL, 1),     FLIGHT(ns_lo, REAL, 1),    FLIGHT(ns_hi, REAL, 1),
};

static const struct field part_fields[] = {
	PART(engine, TEXT, 1), PART(kind, TEXT, 1),    PART(side, TEXT, 1),    PART(part, TEXT, 1),
	PART(ns, NUMBER, 1),   PART(ns_lo, NUMBER, 1), PART(ns_hi, NUMBER, 1), PART(primitives, TEXT, 0),
};

static const struct field layer_fields[] = {
	LAYER(engine, TEXT, 1),  LAYER(version, TEXT, 1), LAYER(algorithm, TEXT, 1), LAYER(op, TEXT, 1),
	LAYER(size, BIG, 1),     LAYER(against, TEXT, 1), LAYER(ns, NUMBER, 1),      LAYER(ns_lo, NUMBER, 1),
	LAYER(ns_hi, NUMBER, 1), LAYER(ratio, REAL, 1),   LAYER(ratio_lo, REAL, 1),  LAYER(ratio_hi, REAL, 1),
};

static const struct field prediction_fields[] = {
	PREDICTION(engine, TEXT, 1),
	PREDICTION(kernel, TEXT, 0),
	PREDICTION(library_version, TEXT, 1),
	PREDICTION(algorithm, TEXT, 1),
	PREDICTION(op, TEXT, 1),
	PREDICTION(architecture, TEXT, 1),
	PREDICTION(cpu, TEXT, 1),
	PREDICTION(model, TEXT, 1),
	PREDICTION(loops, TEXT, 1),
	PREDICTION(size, BIG, 1),
	PREDICTION(cycles_per_byte_lo, REAL, 1),
	PREDICTION(cycles_per_byte_hi, REAL, 1),
	PREDICTION(baseline, TEXT, 0),
	PREDICTION(cycles_ratio, REAL, 0),
	PREDICTION(measured_cycles_per_byte, REAL, 0),
};

#define FIELDS(array)                                                                                                  \
	{                                                                                                              \
		array, sizeof(array) / sizeof((array)[0])                                                              \
	}

const struct fields result_measured_fields = FIELDS(measured_fields);
const struct fields result_missing_fields = FIELDS(missing_fields);
const struct fields result_gap_fields = FIELDS(gap_fields);
const struct fields result_model_fields = FIELDS(model_fields);
const struct fields result_flight_fields = FIELDS(flight_fields);
const struct fields result_part_fields = FIELDS(part_fields);
const struct fields result_layer_fields = FIELDS(layer_fields);
const struct fields result_prediction_fields = FIELDS(prediction_fields);

void *result_must(void *p)
{
	if (p == NULL) {
		fputs("lanecrypt: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

int result_fail(char *error, size_t cap, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		result_must(NULL);
	va_end(args);
	char *clean = text_cleaned(text);
	snprintf(error, cap, "%s", clean);
	free(clean);
	free(text);
	return -1;
}
