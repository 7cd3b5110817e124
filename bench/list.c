// SPDX-License-Identifier: MIT
// list: what there is, and for what is missing the reason and the remedy.

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "command.h"
#include "group.h"
#include "items.h"
#include "table.h"

// The names of a comma-separated list.
static json_t *names_json(const char *names)
{
	json_t *list = json_array();
	char *copy = strdup(names != NULL ? names : ""), *rest = copy;
	for (char *name; (name = strsep(&rest, ",")) != NULL;)
		if (name[0] != '\0')
			json_array_append_new(list, json_string(name));
	free(copy);
	return list;
}

static json_t *items_json(const struct bench_options *options, const struct lane_loaded_engine *engine)
{
	json_t *list = json_array();
	const struct item *item;
	for (int kind = 0; kind < ITEM_N_KINDS; kind++)
		for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++) {
			if (!item_passes(options, engine, item))
				continue;
			json_t *object =
				json_pack("{s:s, s:s, s:b}", "kind", item_kind_name((enum item_kind)kind), "algorithm",
					  item->algorithm, "available", item->unavailable == NULL);
			if (kind == ITEM_TLS) {
				const struct lane_engine_tls *tls = (const void *)item;
				json_object_set_new(object, "groups", names_json(tls->groups));
			}
			if (item->kernel != NULL)
				json_object_set_new(object, "kernel", json_string(item->kernel));
			if (item->unavailable != NULL)
				json_object_set_new(object, "reason", json_string(item->unavailable));
			json_array_append_new(list, object);
		}
	return list;
}

static void set_optional(json_t *object, const char *key, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, key, json_string(text));
}

// Why the engine can't be used: not loaded, or no object can be made.
static const char *trouble(const struct lane_loaded_engine *engine)
{
	const char *reason = engine->reason;
	if (engine->engine != NULL)
		bench_engine(engine, &reason);
	return reason;
}

static json_t *list_json(const struct bench_run *run)
{
	json_t *engines = json_array();
	const struct lane_loaded_engine *engine;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		if (!bench_filter_passes(&run->options->engines, engine->name))
			continue;
		const char *reason = trouble(engine);
		json_t *object =
			json_pack("{s:s, s:s}", "name", engine->name, "state", reason == NULL ? "loaded" : "missing");
		set_optional(object, "path", engine->path);
		set_optional(object, "reason", reason);
		set_optional(object, "remedy", engine->remedy);
		set_optional(object, "note", engine->note);
		if (engine->engine != NULL) {
			set_optional(object, "summary", engine->engine->summary);
			set_optional(object, "library_version", engine->engine->library_version());
			set_optional(object, "built_for", engine->engine->built_for);
			json_object_set_new(object, "items", items_json(run->options, engine));
		}
		json_array_append_new(engines, object);
	}
	return json_pack("{s:o}", "engines", engines);
}

// ---- For people ----

static void print_engines(const struct bench_run *run, int color)
{
	const struct lane_loaded_engine *engine;
	const int for_people = table_get_format() == FORMAT_TABLE;
	struct table *table = table_new("lll");
	table_title(table, "", "Engines");
	table_heads(table, ":engine|:version|:summary");
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		if (!bench_filter_passes(&run->options->engines, engine->name))
			continue;
		const char *reason = trouble(engine);
		table_cell(table, PLAIN, "%s", engine->name);
		if (reason == NULL) {
			table_cell(table, PLAIN, "%s", engine->engine->library_version());
			table_cell(table, DIM, "%s%s%s", engine->engine->summary, engine->note != NULL ? "; " : "",
				   engine->note != NULL ? engine->note : "");
		} else {
			table_cell(table, YELLOW, "missing");
			if (engine->remedy == NULL) {
				table_cell(table, PLAIN, "%s", reason);
			} else if (for_people) {
				table_cell(table, PLAIN, "%s", reason);
				table_cell(table, PLAIN, "%s", "");
				table_cell(table, PLAIN, "%s", "");
				table_cell(table, PLAIN, "→ %s", engine->remedy);
			} else { // a row each
				table_cell(table, PLAIN, "%s → %s", reason, engine->remedy);
			}
		}
	}
	table_print(table, stdout, color, 2, 1000);
}

// The algorithms of a kind that pass, each once, in the order of the engines.
static const char **algorithms_of(const struct bench_run *run, enum item_kind kind, size_t *n)
{
	const char **names = NULL;
	const struct lane_loaded_engine *engine;
	const struct item *item;
	*n = 0;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		for (size_t i = 0; (item = item_at(engine, kind, i)) != NULL; i++) {
			size_t known = 0;
			while (known < *n && strcasecmp(names[known], item->algorithm) != 0)
				known++;
			if (known < *n || !item_passes(run->options, engine, item))
				continue;
			names = realloc(names, (*n + 1) * sizeof(*names));
			result_must(names);
			names[(*n)++] = item->algorithm;
		}
	return names;
}

// What an engine has for an algorithm: "yes", "3 kernels", "not here", "–".
static void offer_cell(struct table *table, const struct lane_loaded_engine *engine, enum item_kind kind,
		       const char *algorithm)
{
	size_t usable = 0, unusable = 0, kernels = 0;
	const struct item *item;
	for (size_t i = 0; (item = item_at(engine, kind, i)) != NULL; i++) {
		if (strcasecmp(item->algorithm, algorithm) != 0)
			continue;
		int detail = item_is_detail(engine, kind, item);
		kernels += detail && item->unavailable == NULL;
		usable += item->unavailable == NULL;
		unusable += item->unavailable != NULL;
	}
	if (kernels > 0)
		table_cell(table, GREEN, "%zu kernel%s", kernels, kernels == 1 ? "" : "s");
	else if (usable > 0)
		table_cell(table, GREEN, "yes");
	else if (unusable > 0)
		table_cell(table, YELLOW, "not here");
	else
		table_cell(table, DIM, "–");
}

// The next engine from *e on that is there and was asked for.
static const struct lane_loaded_engine *next_column(const struct bench_run *run, size_t *e)
{
	const struct lane_loaded_engine *engine;
	while ((engine = lane_loader_at(run->loader, (*e)++)) != NULL)
		if (engine->engine != NULL && bench_filter_passes(&run->options->engines, engine->name))
			return engine;
	return NULL;
}

// The algorithms of a kind stand below its title; programs find it in each row.
static void algorithm_rows(const struct bench_run *run, struct table *table, enum item_kind kind, int for_people)
{
	const struct lane_loaded_engine *engine;
	size_t n;
	const char **names = algorithms_of(run, kind, &n);
	if (for_people && n > 0) {
		table_cell(table, DIM, "%s", item_kind_title(kind));
		table_end_row(table);
	}
	for (size_t i = 0; i < n; i++) {
		if (!for_people)
			table_cell(table, PLAIN, "%s", item_kind_name(kind));
		table_cell(table, PLAIN, "%s%s", for_people ? "  " : "", names[i]);
		for (size_t e = 0; (engine = next_column(run, &e)) != NULL;)
			offer_cell(table, engine, kind, names[i]);
	}
	free(names);
}

static void print_algorithms(const struct bench_run *run, int color)
{
	const int for_people = table_get_format() == FORMAT_TABLE;
	const struct lane_loaded_engine *engine;
	char *heads;
	size_t n_columns = for_people ? 1 : 2, len, first = 0;
	if (next_column(run, &first) == NULL) // all that were asked for are missing, which stands above
		return;
	FILE *names = open_memstream(&heads, &len);
	result_must(names);
	fputs(for_people ? "Algorithms" : "kind|algorithm", names);
	for (size_t e = 0; (engine = next_column(run, &e)) != NULL; n_columns++) {
		fputc('|', names);
		for (const char *c = engine->name; *c != '\0'; c++) // one column each, whatever a file is called
			fputc(strchr("|:", *c) != NULL ? '_' : *c, names);
	}
	fclose(names);
	char *align = bench_calloc(n_columns + 1, 1);
	memset(align, 'l', n_columns);
	struct table *table = table_new(align);
	table_heads(table, heads);
	for (int kind = 0; kind < ITEM_N_KINDS; kind++)
		algorithm_rows(run, table, (enum item_kind)kind, for_people);
	text_newline(stdout);
	table_print(table, stdout, color, 0, 1000);
	text_line(stdout, color, DIM, 1000,
		  "– not offered by that engine · not here: offered, but not on this machine (below)");
	free(align);
	free(heads);
}

// Whether the same kernel, in the same state, was already shown for an earlier item.
static int shown_before(const struct lane_loaded_engine *engine, int kind, size_t index, const struct item *item)
{
	const struct item *other;
	for (int k = 0; k <= kind; k++)
		for (size_t i = 0; (k < kind || i < index) && (other = item_at(engine, (enum item_kind)k, i)) != NULL;
		     i++)
			if (other->kernel != NULL && strcmp(other->kernel, item->kernel) == 0 &&
			    (other->unavailable != NULL) == (item->unavailable != NULL))
				return 1;
	return 0;
}

static void kernel_rows(const struct bench_run *run, struct table *table, const struct lane_loaded_engine *engine)
{
	const struct item *item, *other;
	for (int kind = 0; kind < ITEM_N_KINDS; kind++)
		for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++) {
			if (item->kernel == NULL || strcmp(item->kernel, "auto") == 0 ||
			    !item_passes(run->options, engine, item) || shown_before(engine, kind, i, item))
				continue;
			char algorithms[400] = "";
			size_t used = 0;
			for (int k = kind; k < ITEM_N_KINDS; k++)
				for (size_t j = 0; (other = item_at(engine, (enum item_kind)k, j)) != NULL; j++)
					if (other->kernel != NULL && strcmp(other->kernel, item->kernel) == 0 &&
					    used < sizeof(algorithms) - 40)
						used += (size_t)snprintf(algorithms + used, sizeof(algorithms) - used,
									 "%s%.32s", used > 0 ? ", " : "",
									 other->algorithm);
			table_cell(table, PLAIN, "%s", engine->name);
			table_cell(table, PLAIN, "%s", item->kernel);
			if (item->unavailable == NULL)
				table_cell(table, GREEN, "runs here");
			else
				table_cell(table, YELLOW, "not here: %s", item->unavailable);
			table_cell(table, DIM, "%s", algorithms);
		}
}

// Kernels, and what an engine has but cannot run on this machine.
static void print_kernels(const struct bench_run *run, int color)
{
	const struct lane_loaded_engine *engine;
	const struct item *item;
	struct table *table = table_new("llll");
	table_title(table, "", "Kernels");
	table_heads(table, ":engine|:kernel|:state|:algorithms");
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		kernel_rows(run, table, engine);
		for (int kind = 0; kind < ITEM_N_KINDS; kind++)
			for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++)
				if (item->unavailable != NULL && item->kernel == NULL &&
				    item_passes(run->options, engine, item)) {
					table_cell(table, PLAIN, "%s", engine->name);
					table_cell(table, PLAIN, "%s", "");
					table_cell(table, YELLOW, "not here: %s", item->unavailable);
					table_cell(table, DIM, "%s", item->algorithm);
				}
	}
	table_print(table, stdout, color, 2, 1000);
}

static int list_run(struct bench_run *run, const char *file)
{
	(void)file;
	if (run->options->json != NULL) {
		char error[512];
		json_t *root = list_json(run);
		int bad = result_write_json(root, run->options->json, error, sizeof(error));
		json_decref(root);
		if (bad)
			return usage_error("%s", error);
		if (strcmp(run->options->json, "-") == 0)
			return EXIT_FINE;
	}
	int color = color_on(run->options, stdout);
	print_engines(run, color);
	print_algorithms(run, color);
	print_kernels(run, color);
	return EXIT_FINE;
}

const struct command command_list = {
	.name = "list",
	.arguments = "",
	.summary = "engines, kernels and algorithms; what is missing, why, and what to do",
	.help = "Shows every engine with the version of the library that it really runs, every algorithm\n"
		"and who offers it, and every kernel that an engine names. For an engine that is missing\n"
		"it says why and what would help.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt list\n"
		"  lanecrypt list --algorithm AES-128-GCM\n"
		"  lanecrypt list --engine ./my-engine.so\n"
		"  lanecrypt list --json - | jq '.engines[].name'\n",
	.options = " algorithm engine kernel format json no-color ",
	.needs_engines = 1,
	.run = list_run,
};
