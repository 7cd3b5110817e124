// SPDX-License-Identifier: MIT
// A result set to disk: Google Benchmark's fields and ours, whole or not at all.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fields.h"
#include "text.h"

#define REAL_DIGITS JSON_REAL_PRECISION(RESULT_REAL_DIGITS)

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

static void write_fields(json_t *object, const void *from, const struct fields *fields)
{
	for (size_t i = 0; i < fields->n; i++) {
		const struct field *f = &fields->items[i];
		const void *p = (const char *)from + f->offset;
		json_t *value = NULL;
		switch (f->type) {
		case TEXT: {
			const char *text = *(const char *const *)p;
			value = text != NULL ? result_must(json_string(text)) : NULL;
			break;
		}
		case BIG: {
			uint64_t number = *(const uint64_t *)p;
			value = number != 0 || f->required ? result_must(json_integer((json_int_t)number)) : NULL;
			break;
		}
		case WORD:
			value = result_must(json_integer(*(const uint32_t *)p));
			break;
		case FLAG:
			value = *(const int *)p != 0 || f->required ? json_boolean(*(const int *)p) : NULL;
			break;
		case REAL: {
			double number = *(const double *)p;
			int worth = isfinite(number) && (number != 0 || f->required);
			value = worth ? result_must(json_real(number)) : NULL;
			break;
		}
		case NUMBER:
			value = result_must(json_real(*(const double *)p));
			break;
		case GOOGLE_TEXT:
		case GOOGLE_NUMBER:
		case SAMPLES:
			break;
		}
		if (value != NULL)
			json_object_set_new(object, f->name, value);
	}
}

char *result_entry_name(const struct result_entry *e)
{
	char size[32] = "", aad[48] = "", *name;
	if (e->has_size)
		snprintf(size, sizeof(size), "/%llu", (unsigned long long)e->size);
	if (e->aad != 0 && e->aad != 13)
		snprintf(aad, sizeof(aad), "/aad:%llu", (unsigned long long)e->aad);
	if (e->latency)
		strcat(aad, "/latency");
	if (asprintf(&name, "%s/%s%s%s%s%s%s%s%s/%s%s%s", e->kind != NULL ? e->kind : e->algorithm, e->op,
		     e->condition != NULL ? "/" : "", e->condition != NULL ? e->condition : "", size, aad,
		     e->side != NULL ? "/" : "", e->side != NULL ? e->side : "", e->resumed ? "/resumed" : "",
		     e->engine, e->kernel != NULL ? "/" : "", e->kernel != NULL ? e->kernel : "") < 0)
		result_must(NULL);
	return name;
}

static int same_family(const struct result_entry *a, const struct result_entry *b)
{
	const char *x = a->kind != NULL ? a->kind : a->algorithm, *y = b->kind != NULL ? b->kind : b->algorithm;
	const char *under = a->condition != NULL ? a->condition : "", *other = b->condition != NULL ? b->condition : "";
	return strcmp(x, y) == 0 && strcmp(a->op, b->op) == 0 && strcmp(under, other) == 0;
}

// Google's numbering: a family is all of one algorithm and operation.
struct family {
	json_int_t index, instance;
};

static struct family *families_of(const struct result_set *set)
{
	struct family *families = result_must(calloc(set->n_entries + 1, sizeof(*families)));
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

static json_t *measured_json(const struct result_entry *e, const struct family *family, size_t max_samples)
{
	char *name = result_entry_name(e);
	json_t *object = result_must(
		json_pack("{s:s, s:I, s:I, s:s, s:s, s:i, s:i, s:i, s:I, s:f, s:f, s:s}", "name", name, "family_index",
			  family->index, "per_family_instance_index", family->instance, "run_name", name, "run_type",
			  "iteration", "repetitions", 1, "repetition_index", 0, "threads", 1, "iterations",
			  (json_int_t)e->iterations, "real_time", e->ns, "cpu_time", e->ns, "time_unit", "ns"));
	free(name);
	write_fields(object, e, &result_measured_fields);
	write_zeroes(object, e);
	if (e->n_samples > 0) {
		json_t *samples = result_must(json_array());
		size_t n = e->n_samples > max_samples ? max_samples : e->n_samples;
		for (size_t s = 0; s < n; s++)
			json_array_append_new(samples, json_real(e->samples[s * e->n_samples / n]));
		json_object_set_new(object, "samples", samples);
	}
	return object;
}

static json_t *missing_json(const struct result_entry *e)
{
	json_t *object = result_must(json_object());
	write_fields(object, e, &result_missing_fields);
	write_zeroes(object, e);
	json_object_set_new(object, "state", json_string(result_state_names[e->state]));
	if (e->reason == NULL)
		json_object_set_new(object, "reason", json_string(result_state_names[e->state]));
	return object;
}

// n things of `size` bytes, each with those fields.
static json_t *list_json(const void *things, size_t n, size_t size, const struct fields *fields)
{
	json_t *list = result_must(json_array());
	for (size_t i = 0; i < n; i++) {
		json_t *object = result_must(json_object());
		write_fields(object, (const char *)things + i * size, fields);
		json_array_append_new(list, object);
	}
	return list;
}

#define LIST(name, type) list_json(set->name, set->n_##name, sizeof(*set->name), &result_##type##_fields)

static json_t *set_json(struct result_set *set)
{
	json_t *benchmarks = result_must(json_array()), *missing = result_must(json_array());
	struct family *families = families_of(set);
	for (size_t i = 0; i < set->n_entries; i++) {
		if (set->entries[i].state == RESULT_OK)
			json_array_append_new(benchmarks,
					      measured_json(&set->entries[i], &families[i], set->max_samples));
		else
			json_array_append_new(missing, missing_json(&set->entries[i]));
	}
	free(families);
	json_t *root = result_must(json_pack("{s:O, s:o, s:o, s:o, s:o}", "context", cleaned(set->context),
					     "benchmarks", benchmarks, "missing", missing, "models",
					     LIST(models, model), "gap", LIST(gaps, gap)));
	if (set->n_flights > 0)
		json_object_set_new(root, "flights", LIST(flights, flight));
	if (set->n_parts > 0)
		json_object_set_new(root, "parts", LIST(parts, part));
	if (set->n_layers > 0)
		json_object_set_new(root, "layers", LIST(layers, layer));
	if (set->n_predictions > 0)
		json_object_set_new(root, "predictions", LIST(predictions, prediction));
	return root;
}

int result_check_path(const char *path, char *error, size_t error_cap)
{
	struct stat info;
	if (strcmp(path, "-") == 0)
		return 0;
	if (path[0] == '\0')
		return result_fail(error, error_cap, "a file name is needed, or - for standard output");
	char *target = realpath(path, NULL), *folder = result_must(strdup(target != NULL ? target : path));
	char *slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	int why = 0, exists = stat(path, &info) == 0;
	if (exists && S_ISDIR(info.st_mode))
		why = EISDIR;
	else if (exists && access(path, W_OK) != 0)
		why = errno;
	else if ((!exists || S_ISREG(info.st_mode)) && access(slash != NULL ? folder : ".", W_OK | X_OK) != 0)
		why = errno; // a file is replaced by a new one beside it
	free(folder);
	free(target);
	return why == 0 ? 0 : result_fail(error, error_cap, "%s: cannot be written: %s", path, strerror(why));
}

int result_write_file(const char *bytes, size_t len, const char *path, char *error, size_t error_cap)
{
	if (strcmp(path, "-") == 0) {
		if (fwrite(bytes, 1, len, stdout) != len || fflush(stdout) != 0)
			return result_fail(error, error_cap, "standard output: %s", strerror(errno));
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
			result_must(NULL);
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
		bad = result_fail(error, error_cap, "%s: cannot be written: %s", path, strerror(errno));
	} else {
		bad = fwrite(bytes, 1, len, out) != len || fflush(out) != 0;
		bad |= !special && fsync(fileno(out)) != 0;
		bad |= fclose(out) != 0;
		bad |= !bad && !special && rename(temporary, target != NULL ? target : path) != 0;
		if (bad) {
			result_fail(error, error_cap, "%s: cannot be written: %s", path, strerror(errno));
			if (!special)
				unlink(temporary);
		}
	}
	free(temporary);
	free(target);
	return bad ? -1 : 0;
}

int result_write_json(const json_t *root, const char *path, char *error, size_t error_cap)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int bad = out == NULL || json_dumpf(root, out, JSON_INDENT(1) | REAL_DIGITS) != 0 || fputc('\n', out) == EOF;
	if (out != NULL)
		bad |= fclose(out) != 0;
	result_must(bad ? NULL : text);
	int status = result_write_file(text, len, path, error, error_cap);
	free(text);
	return status;
}

int result_save(struct result_set *set, const char *path, char *error, size_t error_cap)
{
	json_t *root = set_json(set);
	int status = result_write_json(root, path, error, error_cap);
	json_decref(root);
	return status;
}
