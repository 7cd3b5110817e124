// SPDX-License-Identifier: MIT
// A result set from disk, believed in nothing: whatever does not fit is refused
// with one line that names the place.

#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "context.h"
#include "fields.h"
#include "text.h"

#define MAX_FILE (64u << 20) // bytes; a default run writes about 1 MB

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
		return result_fail(at->error, at->error_cap, "%s: %s: %s", at->path, name, what);
	return result_fail(at->error, at->error_cap, "%s: %s[%zu].%s: %s", at->path, at->list, at->index, name, what);
}

static const struct field *find_field(const char *name, const struct fields *fields)
{
	for (size_t i = 0; i < fields->n; i++)
		if (strcmp(fields->items[i].name, name) == 0)
			return &fields->items[i];
	return NULL;
}

static int read_samples(const struct place *at, const json_t *value, struct result_entry *e)
{
	if (!json_is_array(value))
		return refuse(at, "samples", "a list of numbers is needed");
	size_t n = json_array_size(value);
	if (n > RESULT_ALL_SAMPLES)
		return refuse(at, "samples", "too many");
	double *samples = n > 0 ? result_must(malloc(n * sizeof(*samples))) : NULL;
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
	case NUMBER:
		if (!json_is_number(value))
			return refuse(at, f->name, "a number is needed");
		*(double *)p = json_number_value(value);
		return 0;
	case SAMPLES:
		return read_samples(at, value, to);
	}
	return 0;
}

static int read_object(const struct place *at, json_t *object, const struct fields *fields, void *to)
{
	const char *key;
	json_t *value;
	if (!json_is_object(object))
		return result_fail(at->error, at->error_cap, "%s: %s[%zu]: an object is needed", at->path, at->list,
				   at->index);
	json_object_foreach(object, key, value)
	{
		const struct field *f = find_field(key, fields);
		if (f == NULL)
			return refuse(at, key, "no such field");
		if (read_field(at, f, value, to) != 0)
			return -1;
	}
	for (size_t i = 0; i < fields->n; i++)
		if (fields->items[i].required && json_object_get(object, fields->items[i].name) == NULL)
			return refuse(at, fields->items[i].name, "missing");
	return 0;
}

// Whether an unset field or one of the names.
static int is_one_of(const char *text, const char *const *names)
{
	while (text != NULL && *names != NULL && strcmp(text, *names) != 0)
		names++;
	return text == NULL || *names != NULL;
}

static int read_entry(struct result_set *set, const struct place *at, json_t *object, int measured)
{
	struct result_entry e = {0};
	int bad = read_object(at, object, measured ? &result_measured_fields : &result_missing_fields, &e);
	if (bad == 0 && !is_one_of(e.op, result_op_names))
		bad = refuse(at, "op", "seal, open, encrypt, decrypt, mac, sign, verify, … or handshake is needed");
	if (bad == 0 && !is_one_of(e.side, result_side_names))
		bad = refuse(at, "side", "client, server or both is needed");
	if (bad == 0 && measured && !(e.ns_lo > 0 && e.ns_lo <= e.ns && e.ns <= e.ns_hi))
		bad = refuse(at, "ns", "between ns_lo, above 0, and ns_hi is needed");
	if (bad == 0 && measured && !(e.cycles_lo <= e.cycles && (e.cycles <= e.cycles_hi || e.cycles_hi == 0)))
		bad = refuse(at, "cycles", "between cycles_lo and cycles_hi is needed");
	if (bad == 0 && measured && !e.verified)
		bad = refuse(at, "verified", "true is needed: nothing else is timed");
	if (bad == 0 && measured && !(e.ratio_lo <= e.ratio && e.ratio <= e.ratio_hi))
		bad = refuse(at, "ratio", "between ratio_lo and ratio_hi is needed");
	if (bad == 0 && !measured) {
		const char *state = json_string_value(json_object_get(object, "state"));
		e.state = strcmp(state, result_state_names[RESULT_FAILED]) == 0 ? RESULT_FAILED : RESULT_NOT_OFFERED;
		if (strcmp(state, result_state_names[e.state]) != 0)
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
	if (read_object(at, object, &result_gap_fields, &g) != 0)
		return -1;
	if (!is_one_of(g.side, result_side_names))
		return refuse(at, "side", "client, server or both is needed");
	if (!(g.break_even_bytes_lo <= g.break_even_bytes && g.break_even_bytes <= g.break_even_bytes_hi))
		return refuse(at, "break_even_bytes", "between its _lo and _hi is needed");
	result_add_gap(set, &g);
	return 0;
}

static int read_model(struct result_set *set, const struct place *at, json_t *object)
{
	struct result_model m = {0};
	if (read_object(at, object, &result_model_fields, &m) != 0)
		return -1;
	if (!is_one_of(m.op, result_op_names))
		return refuse(at, "op", "seal, open, encrypt, decrypt or mac is needed");
	if (!(m.fixed_ns_lo <= m.fixed_ns && m.fixed_ns <= m.fixed_ns_hi && m.ns_per_byte_lo <= m.ns_per_byte &&
	      m.ns_per_byte <= m.ns_per_byte_hi && m.fixed_cycles_lo <= m.fixed_cycles &&
	      m.fixed_cycles <= m.fixed_cycles_hi && m.cycles_per_byte_lo <= m.cycles_per_byte &&
	      m.cycles_per_byte <= m.cycles_per_byte_hi))
		return refuse(at, "fixed_ns", "this and the others between their _lo and _hi are needed");
	result_add_model(set, &m);
	return 0;
}

static int read_flight(struct result_set *set, const struct place *at, json_t *object)
{
	struct result_flight f = {0};
	if (read_object(at, object, &result_flight_fields, &f) != 0)
		return -1;
	if (!is_one_of(f.side, result_side_names))
		return refuse(at, "side", "client or server is needed");
	if (!(f.ns_lo <= f.ns && f.ns <= f.ns_hi))
		return refuse(at, "ns", "between ns_lo and ns_hi is needed");
	result_add_flight(set, &f);
	return 0;
}

static int read_part(struct result_set *set, const struct place *at, json_t *object)
{
	struct result_part p = {0};
	if (read_object(at, object, &result_part_fields, &p) != 0)
		return -1;
	if (!is_one_of(p.side, result_side_names))
		return refuse(at, "side", "client or server is needed");
	if (!(p.ns_lo <= p.ns && p.ns <= p.ns_hi))
		return refuse(at, "ns", "between ns_lo and ns_hi is needed");
	if (p.ns < 0 && strcmp(p.part, RESULT_REST) != 0)
		return refuse(at, "ns", "at least 0 is needed, but for a rest");
	result_add_part(set, &p);
	return 0;
}

static int same_side(const struct result_part *a, const struct result_part *b)
{
	return text_same(a->engine, b->engine) && text_same(a->kind, b->kind) && text_same(a->side, b->side);
}

// As it would be written, so that what is accepted will be again when it was saved.
static double rounded(double x)
{
	char text[40];
	snprintf(text, sizeof(text), "%.*g", RESULT_REAL_DIGITS, x);
	return strtod(text, NULL);
}

// Each side from its whole to its rest, adding up but for what rounding leaves.
static int check_parts(const struct result_set *set, struct place *at)
{
	const struct result_part *whole = NULL, *p;
	double sum = 0;
	at->list = "parts";
	for (size_t i = 0; (p = result_part_at(set, i)) != NULL; i++) {
		at->index = i;
		if (whole == NULL && strcmp(p->part, RESULT_WHOLE) != 0)
			return refuse(at, "part", "a side begins with its whole");
		if (whole == NULL) {
			whole = p;
			sum = 0;
			continue;
		}
		if (!same_side(p, whole))
			return refuse(at, "part", "of another side, before the rest of the last one");
		if (strcmp(p->part, RESULT_WHOLE) == 0)
			return refuse(at, "part", "a side has one whole");
		sum += rounded(p->ns);
		if (strcmp(p->part, RESULT_REST) != 0)
			continue;
		const double total = rounded(whole->ns);
		if (!(fabs(sum - total) <= 1e-6 * (fabs(total) + fabs(rounded(p->ns)))))
			return refuse(at, "ns", "the parts do not add up to the whole");
		whole = NULL;
	}
	if (whole != NULL)
		return refuse(at, "part", "a side ends with its rest");
	at->list = NULL;
	return 0;
}

static int read_layer(struct result_set *set, const struct place *at, json_t *object)
{
	struct result_layer l = {0};
	if (read_object(at, object, &result_layer_fields, &l) != 0)
		return -1;
	if (!is_one_of(l.op, result_op_names))
		return refuse(at, "op", "write or read is needed");
	if (!(l.ns_lo <= l.ns && l.ns <= l.ns_hi && l.ratio_lo <= l.ratio && l.ratio <= l.ratio_hi))
		return refuse(at, "ns", "this and ratio between their _lo and _hi are needed");
	result_add_layer(set, &l);
	return 0;
}

static int read_prediction(struct result_set *set, const struct place *at, json_t *object)
{
	struct result_prediction p = {0};
	if (read_object(at, object, &result_prediction_fields, &p) != 0)
		return -1;
	if (set->kind != RESULT_PREDICTED)
		return refuse(at, "cycles_per_byte_lo", "a prediction in a set that is not of that kind");
	if (!is_one_of(p.op, result_op_names))
		return refuse(at, "op", "no such operation");
	if (!(p.cycles_per_byte_lo > 0 && p.cycles_per_byte_lo <= p.cycles_per_byte_hi))
		return refuse(at, "cycles_per_byte_lo", "more than 0 and at most cycles_per_byte_hi is needed");
	if ((p.baseline != NULL) != (p.cycles_ratio > 0))
		return refuse(at, "cycles_ratio", "belongs to a baseline");
	result_add_prediction(set, &p);
	return 0;
}

static int read_benchmark(struct result_set *set, const struct place *at, json_t *object)
{
	return read_entry(set, at, object, 1);
}

static int read_missing(struct result_set *set, const struct place *at, json_t *object)
{
	return read_entry(set, at, object, 0);
}

static const struct {
	const char *name;
	int (*read)(struct result_set *set, const struct place *at, json_t *object);
	int optional; // sets of before had none
} lists[] = {
	{"benchmarks", read_benchmark, 0}, {"missing", read_missing, 0},
	{"models", read_model, 1},         {"gap", read_gap, 0},
	{"flights", read_flight, 1},       {"parts", read_part, 1},
	{"layers", read_layer, 1},         {"predictions", read_prediction, 1},
};
enum { n_lists = sizeof(lists) / sizeof(lists[0]) };

static int is_list(const char *name)
{
	size_t i = 0;
	while (i < n_lists && strcmp(lists[i].name, name) != 0)
		i++;
	return i < n_lists;
}

static int read_list(struct result_set *set, struct place *at, json_t *root, size_t which)
{
	const char *name = lists[which].name;
	json_t *list = json_object_get(root, name), *object;
	size_t i;
	if (list == NULL && lists[which].optional)
		return 0;
	if (!json_is_array(list))
		return refuse(at, name, list == NULL ? "missing" : "a list is needed");
	at->list = name;
	json_array_foreach(list, i, object)
	{
		at->index = i;
		if (lists[which].read(set, at, object) != 0)
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
		return result_fail(at->error, at->error_cap, "%s: not a result set: an object is needed", at->path);
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
		if (strcmp(key, "context") != 0 && !is_list(key))
			return refuse(at, key, "no such field");
	}
	if (find_control(root, where, sizeof(where)))
		return refuse(at, where, "holds a control character");
	if (context_check(context, where, sizeof(where)) != 0)
		return result_fail(at->error, at->error_cap, "%s: context.%s", at->path, where);
	const char *kind = json_string_value(json_object_get(context, "kind"));
	size_t k = 0;
	while (result_kind_names[k] != NULL && (kind == NULL || strcmp(kind, result_kind_names[k]) != 0))
		k++;
	if (result_kind_names[k] == NULL)
		return refuse(at, "context.kind", "measured, emulated, predicted or partial is needed");
	set->kind = (enum result_kind)k;
	set->context = json_incref(context);
	int bad = 0;
	for (size_t i = 0; i < n_lists && bad == 0; i++)
		bad = read_list(set, at, root, i);
	return bad != 0 ? bad : check_parts(set, at);
}

char *result_read_file(const char *path, size_t *len, char *error, size_t cap)
{
	struct stat info;
	FILE *in = fopen(path, "re");
	if (in == NULL || fstat(fileno(in), &info) != 0) {
		result_fail(error, cap, "%s: %s", path, strerror(errno));
		if (in != NULL)
			fclose(in);
		return NULL;
	}
	char *data = NULL;
	if (S_ISDIR(info.st_mode)) {
		result_fail(error, cap, "%s: a folder, not a file", path);
	} else {
		// One byte more than it has or may have; where that cannot be asked, as of a pipe, the most.
		const size_t size = info.st_size > 0 && info.st_size < MAX_FILE ? (size_t)info.st_size : MAX_FILE;
		data = result_must(malloc(size + 1));
		*len = fread(data, 1, size + 1, in);
		if (ferror(in) || *len > MAX_FILE) {
			result_fail(error, cap, "%s: %s", path, ferror(in) ? strerror(errno) : "larger than 64 MiB");
			free(data);
			data = NULL;
		}
	}
	fclose(in);
	return data;
}

json_t *result_load_json(const char *path, char *error, size_t error_cap)
{
	size_t len = 0;
	char *data = result_read_file(path, &len, error, error_cap);
	if (data == NULL)
		return NULL;
	json_error_t at;
	json_t *root = json_loadb(data, len, JSON_REJECT_DUPLICATES, &at);
	free(data);
	if (root == NULL)
		result_fail(error, error_cap, "%s:%d:%d: not JSON: %s", path, at.line, at.column, at.text);
	return root;
}

struct result_set *result_of_json(json_t *root, const char *path, char *error, size_t error_cap)
{
	struct result_set *set = result_must(calloc(1, sizeof(*set)));
	set->max_samples = RESULT_MAX_SAMPLES;
	struct place place = {.path = path, .error = error, .error_cap = error_cap};
	if (read_set(set, &place, root) != 0) {
		result_free(set);
		return NULL;
	}
	return set;
}

struct result_set *result_load(const char *path, char *error, size_t error_cap)
{
	json_t *root = result_load_json(path, error, error_cap);
	struct result_set *set = root != NULL ? result_of_json(root, path, error, error_cap) : NULL;
	json_decref(root);
	return set;
}
