// SPDX-License-Identifier: MIT
// A result set in memory, and its way to disk and back. One table of fields
// per kind of thing says what is written and what is accepted.

#define _GNU_SOURCE
#include "result.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "context.h"
#include "text.h"

#define MAX_SAMPLES 50       // stored of each entry, evenly spread over its rounds
#define MAX_FILE (64u << 20) // bytes; a default run writes about 1 MB
#define REAL_DIGITS JSON_REAL_PRECISION(9)

struct result_set {
	enum result_kind kind;
	json_t *context;
	struct result_entry *entries;
	size_t n_entries;
	struct result_gap *gaps;
	size_t n_gaps;
	char **strings; // owned by the set
	size_t n_strings;
};

static const char *const kind_names[] = {"measured", "emulated", "predicted", "partial"};
static const char *const op_names[] = {"seal",   "open",   "encrypt", "decrypt",     "mac",         "sign",
				       "verify", "keygen", "derive",  "encapsulate", "decapsulate", "handshake"};
static const char *const side_names[] = {"client", "server", "both"};
static const char *const state_names[] = {"ok", "not offered", "failed"};

// ---- Fields ----

enum field_type { TEXT, BIG, WORD, FLAG, REAL, GOOGLE_TEXT, GOOGLE_NUMBER, SAMPLES };

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	int required;
};

#define ENTRY(name, type, required)                                                                                    \
	{                                                                                                              \
#name, type, offsetof(struct result_entry, name), required                                             \
	}
#define GAP(name, type, required)                                                                                      \
	{                                                                                                              \
#name, type, offsetof(struct result_gap, name), required                                               \
	}

// What a consumer of Google Benchmark's output reads; written from the entry,
// and only checked when read.
#define GOOGLE_FIELDS                                                                                                  \
	{"name", GOOGLE_TEXT, 0, 1}, {"family_index", GOOGLE_NUMBER, 0, 1},                                            \
		{"per_family_instance_index", GOOGLE_NUMBER, 0, 1}, {"run_name", GOOGLE_TEXT, 0, 1},                   \
		{"run_type", GOOGLE_TEXT, 0, 1}, {"repetitions", GOOGLE_NUMBER, 0, 1},                                 \
		{"repetition_index", GOOGLE_NUMBER, 0, 1}, {"threads", GOOGLE_NUMBER, 0, 1},                           \
		{"real_time", GOOGLE_NUMBER, 0, 1}, {"cpu_time", GOOGLE_NUMBER, 0, 1},                                 \
	{                                                                                                              \
		"time_unit", GOOGLE_TEXT, 0, 1                                                                         \
	}

#define WHAT_FIELDS                                                                                                    \
	ENTRY(engine, TEXT, 1), ENTRY(kernel, TEXT, 0), ENTRY(library_version, TEXT, 0), ENTRY(algorithm, TEXT, 1),    \
		ENTRY(op, TEXT, 1), ENTRY(size, BIG, 0), ENTRY(aad, BIG, 0), ENTRY(kind, TEXT, 0),                     \
		ENTRY(side, TEXT, 0), ENTRY(version, TEXT, 0), ENTRY(suite, TEXT, 0), ENTRY(group, TEXT, 0),           \
		ENTRY(certificate, TEXT, 0), ENTRY(resumed, FLAG, 0)

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
	ENTRY(cycles_per_byte, REAL, 0),
	ENTRY(rounds, WORD, 1),
	ENTRY(rounds_discarded, WORD, 1),
	ENTRY(verified, FLAG, 1),
	ENTRY(baseline, TEXT, 0),
	ENTRY(ratio, REAL, 0),
	ENTRY(ratio_lo, REAL, 0),
	ENTRY(ratio_hi, REAL, 0),
	ENTRY(limit_fraction, REAL, 0),
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

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// ---- Memory ----

static void *must(void *p)
{
	if (p == NULL) {
		fputs("lanecrypt: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

// Room for one more in an array that doubles at powers of two.
static void *grow(void *array, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0)
		return array;
	return must(realloc(array, (n == 0 ? 1 : 2 * n) * size));
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

static void keep_fields(struct result_set *set, void *object, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fields[i].type == TEXT)
			keep(set, (const char **)((char *)object + fields[i].offset));
}

struct result_set *result_new(enum result_kind kind)
{
	struct result_set *set = must(calloc(1, sizeof(*set)));
	set->context = must(context_new());
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
	json_decref(set->context);
	free(set);
}

void result_set_kind(struct result_set *set, enum result_kind kind)
{
	set->kind = kind;
	json_object_set_new(set->context, "kind", json_string(kind_names[kind]));
}

enum result_kind result_get_kind(const struct result_set *set)
{
	return set->kind;
}

void result_add(struct result_set *set, const struct result_entry *entry)
{
	set->entries = grow(set->entries, set->n_entries, sizeof(*set->entries));
	struct result_entry *e = &set->entries[set->n_entries++];
	*e = *entry;
	keep_fields(set, e, measured_fields, COUNT(measured_fields));
	keep(set, &e->reason);
	double *samples = NULL;
	size_t n = entry->n_samples > MAX_SAMPLES ? MAX_SAMPLES : entry->n_samples;
	if (n > 0) {
		samples = must(malloc(n * sizeof(*samples)));
		for (size_t i = 0; i < n; i++)
			samples[i] = entry->samples[i * entry->n_samples / n];
	}
	e->samples = samples;
	e->n_samples = n;
}

void result_add_gap(struct result_set *set, const struct result_gap *gap)
{
	set->gaps = grow(set->gaps, set->n_gaps, sizeof(*set->gaps));
	struct result_gap *g = &set->gaps[set->n_gaps++];
	*g = *gap;
	keep_fields(set, g, gap_fields, COUNT(gap_fields));
}

void result_clear_gaps(struct result_set *set)
{
	set->n_gaps = 0;
}

json_t *result_context(struct result_set *set)
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

size_t result_n_gaps(const struct result_set *set)
{
	return set->n_gaps;
}

const struct result_gap *result_gap_at(const struct result_set *set, size_t i)
{
	return i < set->n_gaps ? &set->gaps[i] : NULL;
}

// ---- Writing ----

// Replaces what is not fit for a terminal in every string below value.
static json_t *cleaned(json_t *value)
{
	const char *key;
	json_t *child;
	size_t i;
	if (json_is_string(value)) {
		char *text = text_cleaned(json_string_value(value));
		json_string_set(value, text);
		free(text);
	} else if (json_is_object(value)) {
		json_object_foreach(value, key, child)
		{
			cleaned(child);
		}
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, child)
		{
			cleaned(child);
		}
	}
	return value;
}

static void write_fields(json_t *object, const void *from, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];
		const void *p = (const char *)from + f->offset;
		json_t *value = NULL;
		switch (f->type) {
		case TEXT: {
			const char *text = *(const char *const *)p;
			value = text != NULL ? must(json_string(text)) : NULL;
			break;
		}
		case BIG: {
			uint64_t number = *(const uint64_t *)p;
			value = number != 0 || f->required ? must(json_integer((json_int_t)number)) : NULL;
			break;
		}
		case WORD:
			value = must(json_integer(*(const uint32_t *)p));
			break;
		case FLAG:
			value = *(const int *)p != 0 || f->required ? json_boolean(*(const int *)p) : NULL;
			break;
		case REAL: {
			double number = *(const double *)p;
			int worth = isfinite(number) && (number != 0 || f->required);
			value = worth ? must(json_real(number)) : NULL;
			break;
		}
		case GOOGLE_TEXT:
		case GOOGLE_NUMBER:
		case SAMPLES:
			break;
		}
		if (value != NULL)
			json_object_set_new(object, f->name, value);
	}
}

// "AES-128-GCM/seal/16384/native/auto", "TLS 1.3 X25519 RSA-2048/handshake/server/openssl":
// alike in every run, since compare.py joins two files by it.
static char *entry_name(const struct result_entry *e)
{
	char size[32] = "", aad[32] = "", *name;
	if (e->has_size)
		snprintf(size, sizeof(size), "/%llu", (unsigned long long)e->size);
	if (e->aad != 0 && e->aad != 13)
		snprintf(aad, sizeof(aad), "/aad:%llu", (unsigned long long)e->aad);
	if (asprintf(&name, "%s/%s%s%s%s%s%s/%s%s%s", e->kind != NULL ? e->kind : e->algorithm, e->op, size, aad,
		     e->side != NULL ? "/" : "", e->side != NULL ? e->side : "", e->resumed ? "/resumed" : "",
		     e->engine, e->kernel != NULL ? "/" : "", e->kernel != NULL ? e->kernel : "") < 0)
		must(NULL);
	return name;
}

static int same_family(const struct result_entry *a, const struct result_entry *b)
{
	const char *x = a->kind != NULL ? a->kind : a->algorithm, *y = b->kind != NULL ? b->kind : b->algorithm;
	return strcmp(x, y) == 0 && strcmp(a->op, b->op) == 0;
}

// Google's numbering: a family is all of one algorithm and operation.
struct family {
	json_int_t index, instance;
};

static struct family *families_of(const struct result_set *set)
{
	struct family *families = must(calloc(set->n_entries + 1, sizeof(*families)));
	json_int_t n = 0;
	for (size_t i = 0; i < set->n_entries; i++) {
		size_t before = i;
		if (set->entries[i].state != RESULT_OK)
			continue;
		while (before-- > 0 && !(set->entries[before].state == RESULT_OK &&
					 same_family(&set->entries[before], &set->entries[i])))
			;
		if (before < i)
			families[i] = (struct family){families[before].index, families[before].instance + 1};
		else
			families[i].index = n++;
	}
	return families;
}

// What is written although it is 0, where it means something.
static void write_zeroes(json_t *object, const struct result_entry *e)
{
	if (e->has_size)
		json_object_set_new(object, "size", json_integer((json_int_t)e->size));
	if (e->has_size && (strcmp(e->op, "seal") == 0 || strcmp(e->op, "open") == 0))
		json_object_set_new(object, "aad", json_integer((json_int_t)e->aad));
	if (e->kind != NULL)
		json_object_set_new(object, "resumed", json_boolean(e->resumed));
}

static json_t *measured_json(const struct result_entry *e, const struct family *family)
{
	char *name = entry_name(e);
	json_t *object = must(json_pack("{s:s, s:I, s:I, s:s, s:s, s:i, s:i, s:i, s:I, s:f, s:f, s:s}", "name", name,
					"family_index", family->index, "per_family_instance_index", family->instance,
					"run_name", name, "run_type", "iteration", "repetitions", 1, "repetition_index",
					0, "threads", 1, "iterations", (json_int_t)e->iterations, "real_time", e->ns,
					"cpu_time", e->ns, "time_unit", "ns"));
	free(name);
	write_fields(object, e, measured_fields, COUNT(measured_fields));
	write_zeroes(object, e);
	if (e->n_samples > 0) {
		json_t *samples = must(json_array());
		for (size_t s = 0; s < e->n_samples; s++)
			json_array_append_new(samples, json_real(e->samples[s]));
		json_object_set_new(object, "samples", samples);
	}
	return object;
}

static json_t *missing_json(const struct result_entry *e)
{
	json_t *object = must(json_object());
	write_fields(object, e, missing_fields, COUNT(missing_fields));
	write_zeroes(object, e);
	json_object_set_new(object, "state", json_string(state_names[e->state]));
	if (e->reason == NULL)
		json_object_set_new(object, "reason", json_string(state_names[e->state]));
	return object;
}

static json_t *set_json(struct result_set *set)
{
	json_t *benchmarks = must(json_array()), *missing = must(json_array()), *gaps = must(json_array());
	struct family *families = families_of(set);
	for (size_t i = 0; i < set->n_entries; i++) {
		if (set->entries[i].state == RESULT_OK)
			json_array_append_new(benchmarks, measured_json(&set->entries[i], &families[i]));
		else
			json_array_append_new(missing, missing_json(&set->entries[i]));
	}
	free(families);
	for (size_t i = 0; i < set->n_gaps; i++) {
		json_t *object = must(json_object());
		write_fields(object, &set->gaps[i], gap_fields, COUNT(gap_fields));
		json_array_append_new(gaps, object);
	}
	return must(json_pack("{s:O, s:o, s:o, s:o}", "context", cleaned(set->context), "benchmarks", benchmarks,
			      "missing", missing, "gap", gaps));
}

__attribute__((format(printf, 3, 4))) static int fail(char *error, size_t cap, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		must(NULL);
	va_end(args);
	char *clean = text_cleaned(text);
	snprintf(error, cap, "%s", clean);
	free(clean);
	free(text);
	return -1;
}

int result_check_path(const char *path, char *error, size_t error_cap)
{
	struct stat info;
	if (strcmp(path, "-") == 0)
		return 0;
	if (path[0] == '\0')
		return fail(error, error_cap, "a file name is needed, or - for standard output");
	if (stat(path, &info) == 0) {
		if (S_ISDIR(info.st_mode))
			return fail(error, error_cap, "%s: cannot be written: %s", path, strerror(EISDIR));
		if (access(path, W_OK) != 0)
			return fail(error, error_cap, "%s: cannot be written: %s", path, strerror(errno));
		return 0;
	}
	char *folder = must(strdup(path)), *slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	int bad = access(slash != NULL ? folder : ".", W_OK) != 0;
	if (bad)
		fail(error, error_cap, "%s: cannot be written: %s", path, strerror(errno));
	free(folder);
	return bad ? -1 : 0;
}

int result_write_json(const json_t *root, const char *path, char *error, size_t error_cap)
{
	const size_t flags = JSON_INDENT(1) | REAL_DIGITS;
	if (strcmp(path, "-") == 0) {
		if (json_dumpf(root, stdout, flags) != 0 || putchar('\n') == EOF || fflush(stdout) != 0)
			return fail(error, error_cap, "standard output: %s", strerror(errno));
		return 0;
	}
	// A pipe or a device is written to; only a file is replaced, behind its links.
	char *target = realpath(path, NULL);
	struct stat info;
	int special = target != NULL && stat(target, &info) == 0 && !S_ISREG(info.st_mode);
	char *temporary = NULL;
	FILE *out = NULL;
	int bad;
	if (special) {
		out = fopen(path, "we");
	} else {
		if (asprintf(&temporary, "%s.XXXXXX", target != NULL ? target : path) < 0)
			must(NULL);
		int fd = mkostemp(temporary, O_CLOEXEC);
		mode_t mask = umask(0);
		umask(mask);
		if (fd >= 0 && fchmod(fd, 0666 & ~mask) == 0)
			out = fdopen(fd, "w");
		if (out == NULL && fd >= 0) {
			close(fd);
			unlink(temporary);
		}
	}
	if (out == NULL) {
		bad = fail(error, error_cap, "%s: cannot be written: %s", path, strerror(errno));
	} else {
		bad = json_dumpf(root, out, flags) != 0 || fputc('\n', out) == EOF || fflush(out) != 0;
		bad |= !special && fsync(fileno(out)) != 0;
		bad |= fclose(out) != 0;
		bad |= !bad && !special && rename(temporary, target != NULL ? target : path) != 0;
		if (bad) {
			fail(error, error_cap, "%s: cannot be written: %s", path, strerror(errno));
			if (!special)
				unlink(temporary);
		}
	}
	free(temporary);
	free(target);
	return bad ? -1 : 0;
}

int result_save(struct result_set *set, const char *path, char *error, size_t error_cap)
{
	json_t *root = set_json(set);
	int status = result_write_json(root, path, error, error_cap);
	json_decref(root);
	return status;
}

// ---- Reading ----

// Where a check is, for its message: "FILE: benchmarks[3].ns: …".
struct place {
	const char *path, *list;
	size_t index;
	char *error;
	size_t error_cap;
};

static int refuse(const struct place *at, const char *name, const char *what)
{
	if (at->list == NULL)
		return fail(at->error, at->error_cap, "%s: %s: %s", at->path, name, what);
	return fail(at->error, at->error_cap, "%s: %s[%zu].%s: %s", at->path, at->list, at->index, name, what);
}

static const struct field *find_field(const char *name, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static int read_samples(const struct place *at, const json_t *value, struct result_entry *e)
{
	if (!json_is_array(value))
		return refuse(at, "samples", "a list of numbers is needed");
	size_t n = json_array_size(value);
	if (n > MAX_SAMPLES)
		return refuse(at, "samples", "too many");
	double *samples = n > 0 ? must(malloc(n * sizeof(*samples))) : NULL;
	e->samples = samples;
	e->n_samples = n;
	for (size_t i = 0; i < n; i++) {
		const json_t *sample = json_array_get(value, i);
		if (!json_is_number(sample) || json_number_value(sample) < 0)
			return refuse(at, "samples", "a number of at least 0 is needed for each");
		samples[i] = json_number_value(sample);
	}
	return 0;
}

static int read_field(const struct place *at, const struct field *f, const json_t *value, void *to)
{
	void *p = (char *)to + f->offset;
	switch (f->type) {
	case TEXT:
	case GOOGLE_TEXT:
		if (!json_is_string(value))
			return refuse(at, f->name, "a string is needed");
		if (f->type == TEXT)
			*(const char **)p = json_string_value(value);
		return 0;
	case BIG:
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return refuse(at, f->name, "a whole number of at least 0 is needed");
		*(uint64_t *)p = (uint64_t)json_integer_value(value);
		return 0;
	case WORD:
		if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > UINT32_MAX)
			return refuse(at, f->name, "a whole number from 0 to 4294967295 is needed");
		*(uint32_t *)p = (uint32_t)json_integer_value(value);
		return 0;
	case FLAG:
		if (!json_is_boolean(value))
			return refuse(at, f->name, "true or false is needed");
		*(int *)p = json_is_true(value);
		return 0;
	case REAL:
	case GOOGLE_NUMBER:
		if (!json_is_number(value) || json_number_value(value) < 0)
			return refuse(at, f->name, "a number of at least 0 is needed");
		if (f->type == REAL)
			*(double *)p = json_number_value(value);
		return 0;
	case SAMPLES:
		return read_samples(at, value, to);
	}
	return 0;
}

static int read_object(const struct place *at, json_t *object, const struct field *fields, size_t n, void *to)
{
	const char *key;
	json_t *value;
	if (!json_is_object(object))
		return fail(at->error, at->error_cap, "%s: %s[%zu]: an object is needed", at->path, at->list,
			    at->index);
	json_object_foreach(object, key, value)
	{
		const struct field *f = find_field(key, fields, n);
		if (f == NULL)
			return refuse(at, key, "no such field");
		if (read_field(at, f, value, to) != 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (fields[i].required && json_object_get(object, fields[i].name) == NULL)
			return refuse(at, fields[i].name, "missing");
	return 0;
}

static int is_one_of(const char *text, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text == NULL || strcmp(text, names[i]) == 0)
			return 1;
	return 0;
}

static int read_entry(struct result_set *set, const struct place *at, json_t *object, int measured)
{
	struct result_entry e = {0};
	const struct field *fields = measured ? measured_fields : missing_fields;
	int bad = read_object(at, object, fields, measured ? COUNT(measured_fields) : COUNT(missing_fields), &e);
	if (bad == 0 && !is_one_of(e.op, op_names, COUNT(op_names)))
		bad = refuse(at, "op", "seal, open, encrypt, decrypt, mac, sign, verify, … or handshake is needed");
	if (bad == 0 && !is_one_of(e.side, side_names, COUNT(side_names)))
		bad = refuse(at, "side", "client, server or both is needed");
	if (bad == 0 && measured && !(e.ns > 0 && e.ns_lo <= e.ns && e.ns <= e.ns_hi))
		bad = refuse(at, "ns", "above 0 and between ns_lo and ns_hi is needed");
	if (bad == 0 && measured && !e.verified)
		bad = refuse(at, "verified", "true is needed: nothing else is timed");
	if (bad == 0 && measured && !(e.ratio_lo <= e.ratio && e.ratio <= e.ratio_hi))
		bad = refuse(at, "ratio", "between ratio_lo and ratio_hi is needed");
	if (bad == 0 && !measured) {
		const char *state = json_string_value(json_object_get(object, "state"));
		e.state = strcmp(state, state_names[RESULT_FAILED]) == 0 ? RESULT_FAILED : RESULT_NOT_OFFERED;
		if (strcmp(state, state_names[e.state]) != 0)
			bad = refuse(at, "state", "\"not offered\" or \"failed\" is needed");
	}
	e.has_size = json_object_get(object, "size") != NULL;
	if (bad == 0)
		result_add(set, &e);
	free((double *)(uintptr_t)e.samples);
	return bad;
}

static int read_gap(struct result_set *set, const struct place *at, json_t *object)
{
	struct result_gap g = {0};
	if (read_object(at, object, gap_fields, COUNT(gap_fields), &g) != 0)
		return -1;
	if (!is_one_of(g.side, side_names, COUNT(side_names)))
		return refuse(at, "side", "client, server or both is needed");
	if (!(g.break_even_bytes_lo <= g.break_even_bytes && g.break_even_bytes <= g.break_even_bytes_hi))
		return refuse(at, "break_even_bytes", "between its _lo and _hi is needed");
	result_add_gap(set, &g);
	return 0;
}

static int read_list(struct result_set *set, struct place *at, json_t *root, const char *name)
{
	json_t *list = json_object_get(root, name), *object;
	size_t i;
	if (!json_is_array(list))
		return refuse(at, name, list == NULL ? "missing" : "a list is needed");
	at->list = name;
	json_array_foreach(list, i, object)
	{
		at->index = i;
		int bad = strcmp(name, "gap") == 0 ? read_gap(set, at, object)
						   : read_entry(set, at, object, strcmp(name, "benchmarks") == 0);
		if (bad != 0)
			return -1;
	}
	at->list = NULL;
	return 0;
}

// The first string or key below value that holds a control character; its place
// in where.
static int find_control(const json_t *value, char *where, size_t cap)
{
	const char *key;
	json_t *child;
	size_t i, used = strlen(where);
	if (json_is_string(value))
		return strlen(json_string_value(value)) != json_string_length(value) ||
		       !text_is_clean(json_string_value(value));
	if (json_is_object(value)) {
		json_object_foreach((json_t *)(uintptr_t)value, key, child)
		{
			snprintf(where + used, cap - used, "%s%s", used > 0 ? "." : "", key);
			if (!text_is_clean(key) || find_control(child, where, cap))
				return 1;
			where[used] = '\0';
		}
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, child)
		{
			snprintf(where + used, cap - used, "[%zu]", i);
			if (find_control(child, where, cap))
				return 1;
			where[used] = '\0';
		}
	}
	return 0;
}

static int read_set(struct result_set *set, struct place *at, json_t *root)
{
	const char *key;
	json_t *value;
	char where[200] = "";
	if (!json_is_object(root))
		return fail(at->error, at->error_cap, "%s: not a result set: an object is needed", at->path);
	json_t *context = json_object_get(root, "context");
	const json_t *method = json_object_get(context, "method_version");
	if (method == NULL)
		return refuse(at, "context.method_version", "missing: not a result set of lanecrypt");
	if (!json_is_integer(method) || json_integer_value(method) < 1)
		return refuse(at, "context.method_version", "a whole number from 1 is needed");
	if (json_integer_value(method) > RESULT_METHOD_VERSION)
		return refuse(at, "context.method_version", "written by a newer lanecrypt");
	json_object_foreach(root, key, value)
	{
		if (strcmp(key, "context") != 0 && strcmp(key, "benchmarks") != 0 && strcmp(key, "missing") != 0 &&
		    strcmp(key, "gap") != 0)
			return refuse(at, key, "no such field");
	}
	if (find_control(root, where, sizeof(where)))
		return refuse(at, where, "holds a control character");
	if (context_check(context, where, sizeof(where)) != 0)
		return fail(at->error, at->error_cap, "%s: context.%s", at->path, where);
	const char *kind = json_string_value(json_object_get(context, "kind"));
	size_t k = 0;
	while (k < COUNT(kind_names) && (kind == NULL || strcmp(kind, kind_names[k]) != 0))
		k++;
	if (k == COUNT(kind_names))
		return refuse(at, "context.kind", "measured, emulated, predicted or partial is needed");
	set->kind = (enum result_kind)k;
	set->context = json_incref(context);
	return read_list(set, at, root, "benchmarks") != 0 || read_list(set, at, root, "missing") != 0 ||
	       read_list(set, at, root, "gap") != 0;
}

// The whole file, or NULL with the error.
static char *slurp(const char *path, size_t *len, char *error, size_t cap)
{
	struct stat info;
	FILE *in = fopen(path, "re");
	if (in == NULL || fstat(fileno(in), &info) != 0) {
		fail(error, cap, "%s: %s", path, strerror(errno));
		if (in != NULL)
			fclose(in);
		return NULL;
	}
	char *data = NULL;
	if (S_ISDIR(info.st_mode)) {
		fail(error, cap, "%s: a folder, not a result file", path);
	} else {
		data = must(malloc(MAX_FILE + 1));
		*len = fread(data, 1, MAX_FILE + 1, in);
		if (ferror(in) || *len > MAX_FILE) {
			fail(error, cap, "%s: %s", path, ferror(in) ? strerror(errno) : "larger than 64 MiB");
			free(data);
			data = NULL;
		}
	}
	fclose(in);
	return data;
}

struct result_set *result_load(const char *path, char *error, size_t error_cap)
{
	size_t len = 0;
	char *data = slurp(path, &len, error, error_cap);
	if (data == NULL)
		return NULL;
	json_error_t at;
	json_t *root = json_loadb(data, len, JSON_REJECT_DUPLICATES, &at);
	free(data);
	if (root == NULL) {
		fail(error, error_cap, "%s:%d:%d: not JSON: %s", path, at.line, at.column, at.text);
		return NULL;
	}
	struct result_set *set = must(calloc(1, sizeof(*set)));
	struct place place = {.path = path, .error = error, .error_cap = error_cap};
	int bad = read_set(set, &place, root);
	json_decref(root);
	if (bad != 0) {
		result_free(set);
		return NULL;
	}
	return set;
}
