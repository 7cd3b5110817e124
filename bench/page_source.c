// SPDX-License-Identifier: MIT
// What a report is made of: a result file, or a folder with all that was measured on
// one machine, each file by another command.

#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../results/context.h"
#include "../results/fields.h"
#include "../results/text.h"
#include "page_data.h"

enum { max_files = 64, max_points = 100000, max_threads = 4096 };

// ---- What `scaling --json` writes: no result set ----

static int is_text(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value) &&
	       text_is_clean(json_string_value(value));
}

// A median between the ends of its interval.
static int is_interval(const json_t *object, const char *key)
{
	const json_t *list = json_object_get(object, key);
	double x[3];
	if (json_array_size(list) != 3)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (!json_is_number(json_array_get(list, i)))
			return 0;
		x[i] = json_number_value(json_array_get(list, i));
	}
	return x[1] >= 0 && x[1] <= x[0] && x[0] <= x[2];
}

static int is_point(const json_t *point)
{
	const json_t *threads = json_object_get(point, "threads");
	return is_text(point, "engine") && is_text(point, "kernel") && is_text(point, "what") &&
	       is_text(point, "unit") && json_is_integer(threads) && json_integer_value(threads) >= 1 &&
	       json_integer_value(threads) <= max_threads && is_interval(point, "per_second") &&
	       is_interval(point, "efficiency");
}

static int check_scaling(const char *path, json_t *root, char *error, size_t cap)
{
	const json_t *points = json_object_get(root, "threads");
	char where[200];
	if (context_check(json_object_get(root, "context"), where, sizeof(where)) != 0)
		return result_fail(error, cap, "%s: context.%s", path, where);
	if (!json_is_array(points) || json_array_size(points) > max_points)
		return result_fail(error, cap, "%s: threads: a list is needed", path);
	for (size_t i = 0; i < json_array_size(points); i++)
		if (!is_point(json_array_get(points, i)))
			return result_fail(error, cap, "%s: threads[%zu]: not as `lanecrypt scaling` writes them", path,
					   i);
	return 0;
}

static int is_scaling(const json_t *root)
{
	return json_object_get(root, "threads") != NULL && json_object_get(root, "benchmarks") == NULL;
}

// ---- Several sets of one machine ----

static int has_side(const struct result_set *set, const struct result_part *part, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct result_part *p = result_part_at(set, i);
		if (text_same(p->engine, part->engine) && text_same(p->kind, part->kind) &&
		    text_same(p->side, part->side))
			return 1;
	}
	return 0;
}

// Names of cells, as the keys of an object.
static json_t *names_of(const struct result_set *set)
{
	json_t *names = json_object();
	for (size_t i = 0; i < result_n_entries(set); i++) {
		char *name = result_entry_name(result_entry_at(set, i));
		json_object_set_new(names, name, json_true());
		free(name);
	}
	return names;
}

static void take_cells(struct result_set *to, const struct result_set *from)
{
	json_t *names = names_of(to);
	for (size_t i = 0; i < result_n_entries(from); i++) {
		char *name = result_entry_name(result_entry_at(from, i));
		if (json_object_get(names, name) == NULL)
			result_add(to, result_entry_at(from, i));
		free(name);
	}
	json_decref(names);
}

static void take_rest(struct result_set *to, const struct result_set *from)
{
	const struct result_model *model;
	const struct result_part *part;
	size_t n = 0;
	for (size_t i = 0; (model = result_model_at(from, i)) != NULL; i++)
		result_add_model(to, model);
	while (result_part_at(to, n) != NULL)
		n++;
	for (size_t i = 0; (part = result_part_at(from, i)) != NULL; i++)
		if (!has_side(to, part, n))
			result_add_part(to, part);
}

// The share of an algorithm's limit, by what `roofline` found there: it measures the core far longer than a run does.
static void apply_limits(struct result_set *set, const json_t *limits)
{
	const json_t *limit;
	size_t k;
	for (size_t i = 0; i < result_n_entries(set); i++) {
		const struct result_entry *e = result_entry_at(set, i);
		double least = 0;
		json_array_foreach(limits, k, limit)
		{
			const char *op = json_string_value(json_object_get(limit, "op"));
			double x = json_number_value(json_object_get(limit, "cycles_per_byte"));
			if (text_same(json_string_value(json_object_get(limit, "algorithm")), e->algorithm) &&
			    (op == NULL || text_same(op, e->op)) && x > 0 && (least == 0 || x < least))
				least = x;
		}
		if (least > 0 && e->state == RESULT_OK && e->cycles_per_byte > 0)
			result_set_limit_fraction(set, i, least / e->cycles_per_byte);
	}
}

static const json_t *limits_of(struct result_set *set)
{
	return json_object_get(json_object_get(result_context(set), "roofline"), "limits");
}

static const char *cpu_of(const json_t *context)
{
	const char *cpu = json_string_value(json_object_get(json_object_get(context, "machine"), "cpu"));
	return cpu != NULL ? cpu : "";
}

// ---- Files and folders ----

static int is_result(const struct dirent *file)
{
	size_t len = strlen(file->d_name);
	return file->d_name[0] != '.' && len > 5 && strcmp(file->d_name + len - 5, ".json") == 0;
}

static int load_one(const char *path, struct page_source *source, char *error, size_t cap)
{
	json_t *root = result_load_json(path, error, cap);
	if (root == NULL)
		return -1;
	if (!is_scaling(root))
		source->set = result_of_json(root, path, error, cap);
	else if (check_scaling(path, root, error, cap) == 0)
		source->scaling = json_incref(root);
	json_decref(root);
	return source->set != NULL || source->scaling != NULL ? 0 : -1;
}

// The sets' cells go to the largest of them.
static int join(const char *folder, struct page_source *files, size_t n, struct page_source *source, char *error,
		size_t cap)
{
	size_t most = n;
	for (size_t i = 0; i < n; i++)
		if (files[i].set != NULL &&
		    (most == n || result_n_entries(files[i].set) > result_n_entries(files[most].set)))
			most = i;
	if (most == n)
		return result_fail(error, cap, "%s: no result set in this folder", folder);
	source->set = files[most].set;
	files[most].set = NULL;
	const char *cpu = cpu_of(result_context(source->set));
	const json_t *limits = limits_of(source->set);
	for (size_t i = 0; i < n; i++) {
		const json_t *context = files[i].set != NULL       ? result_context(files[i].set)
					: files[i].scaling != NULL ? json_object_get(files[i].scaling, "context")
								   : NULL;
		if (context != NULL && strcmp(cpu_of(context), cpu) != 0)
			return result_fail(error, cap, "%s: of several CPUs: '%s' and '%s'", folder, cpu,
					   cpu_of(context));
		if (files[i].set != NULL && result_get_kind(files[i].set) != result_get_kind(source->set))
			return result_fail(error, cap, "%s: measured and other sets in one folder", folder);
		if (files[i].set != NULL) {
			take_cells(source->set, files[i].set);
			take_rest(source->set, files[i].set);
			limits = json_array_size(limits_of(files[i].set)) > 0 ? limits_of(files[i].set) : limits;
		}
		if (files[i].scaling != NULL && source->scaling == NULL) {
			source->scaling = files[i].scaling;
			files[i].scaling = NULL;
		}
	}
	apply_limits(source->set, limits);
	return 0;
}

static int load_folder(const char *folder, struct page_source *source, char *error, size_t cap)
{
	struct dirent **names;
	struct page_source files[max_files] = {{0}};
	int n = scandir(folder, &names, is_result, alphasort), bad = 0;
	if (n < 0)
		return result_fail(error, cap, "%s: cannot be read", folder);
	for (int i = 0; i < n; i++) {
		char *path;
		if (asprintf(&path, "%s/%s", folder, names[i]->d_name) < 0)
			result_must(NULL);
		if (bad == 0)
			bad = i < max_files ? load_one(path, &files[i], error, cap)
					    : result_fail(error, cap, "%s: more than %d files", folder, max_files);
		free(path);
		free(names[i]);
	}
	free(names);
	if (bad == 0)
		bad = join(folder, files, (size_t)n, source, error, cap);
	for (int i = 0; i < n && i < max_files; i++)
		page_source_free(&files[i]);
	return bad;
}

int page_source_load(const char *path, struct page_source *source, char *error, size_t cap)
{
	struct stat info;
	*source = (struct page_source){0};
	int bad = stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? load_folder(path, source, error, cap)
								  : load_one(path, source, error, cap);
	if (bad == 0 && source->set == NULL)
		bad = result_fail(error, cap, "%s: of threads alone: put it into a folder with a result set", path);
	if (bad != 0)
		page_source_free(source);
	return bad;
}

void page_source_free(struct page_source *source)
{
	result_free(source->set);
	json_decref(source->scaling);
	*source = (struct page_source){0};
}
