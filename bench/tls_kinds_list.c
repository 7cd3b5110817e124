// SPDX-License-Identifier: MIT
// handshake --list: the kinds of handshake, which engine has them, which are measured by default.

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "group.h"
#include "handshake_pair.h"
#include "run.h"
#include "table.h"

// The next engine from *e on that has TLS and was asked for.
static const struct lane_loaded_engine *next_engine(const struct bench_run *run, size_t *e)
{
	const struct lane_loaded_engine *engine;
	while ((engine = lane_loader_at(run->loader, (*e)++)) != NULL)
		if (engine->engine != NULL && engine->n_tls > 0 &&
		    bench_filter_passes(&run->options->engines, engine->name))
			return engine;
	return NULL;
}

// The next kind from *k on that the filters choose, of all kinds.
static const struct tls_kind *next_kind(const struct bench_run *run, size_t *k)
{
	struct bench_options every = *run->options;
	const struct tls_kind *kind;
	every.all = 1;
	while ((kind = tls_kind_at((*k)++)) != NULL)
		if (tls_kind_chosen(kind, &every))
			return kind;
	return NULL;
}

static json_t *optional(const char *text)
{
	return text != NULL ? json_string(text) : json_null();
}

static json_t *kinds_json(const struct bench_run *run)
{
	json_t *list = json_array();
	const struct lane_loaded_engine *engine;
	const struct tls_kind *kind;
	for (size_t k = 0; (kind = next_kind(run, &k)) != NULL;) {
		json_t *engines = json_array();
		for (size_t e = 0; (engine = next_engine(run, &e)) != NULL;)
			if (handshake_offered(engine, kind))
				json_array_append_new(engines, json_string(engine->name));
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:o, s:s, s:b, s:b, s:b, s:o}", "kind", kind->name,
						"version", tls_kind_version(kind), "suite", kind->suite, "group",
						optional(tls_kind_has_group(kind) ? kind->group : NULL), "certificate",
						kind->certificate, "resumed",
						kind->resume != LANE_ENGINE_TLS_RESUME_NONE, "client_auth",
						kind->client_auth, "by_default", kind->by_default, "engines", engines));
	}
	return json_pack("{s:o}", "kinds", list);
}

static void print_kinds(const struct bench_run *run)
{
	const int color = color_on(run->options, stdout);
	const struct lane_loaded_engine *engine;
	const struct tls_kind *kind;
	size_t len, n_columns = 1;
	char *heads;
	FILE *names = open_memstream(&heads, &len);
	result_must(names);
	fputs("handshake", names);
	for (size_t e = 0; (engine = next_engine(run, &e)) != NULL; n_columns++)
		fprintf(names, "|%s", engine->name);
	fputs("|by default", names);
	fclose(names);
	char *align = bench_calloc(n_columns + 2, 1);
	memset(align, 'l', n_columns + 1);
	struct table *table = table_new(align);
	table_title(table, "", "Kinds of TLS handshake");
	table_heads(table, heads);
	for (size_t k = 0; (kind = next_kind(run, &k)) != NULL;) {
		table_cell(table, kind->by_default ? BOLD : PLAIN, "%s", kind->name);
		for (size_t e = 0; (engine = next_engine(run, &e)) != NULL;) {
			const int is_offered = handshake_offered(engine, kind);
			table_cell(table, is_offered ? GREEN : DIM, is_offered ? "yes" : "–");
		}
		table_cell(table, PLAIN, kind->by_default ? "yes" : "");
	}
	table_print(table, stdout, color, 2, columns_of(stdout));
	free(align);
	free(heads);
}

int tls_kinds_list(struct bench_run *run)
{
	char error[512];
	if (run->options->json != NULL) {
		json_t *root = kinds_json(run);
		const int bad = result_write_json(root, run->options->json, error, sizeof error);
		json_decref(root);
		if (bad != 0)
			return usage_error("%s", error);
	}
	if (!run_to_stdout(run))
		print_kinds(run);
	return EXIT_FINE;
}
