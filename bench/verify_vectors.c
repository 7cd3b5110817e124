// SPDX-License-Identifier: MIT
// Files of test vectors against implementations: what passed, failed and was
// skipped for which reason, for each file and implementation.

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../results/text.h"
#include "cavp.h"
#include "command.h"
#include "group.h"
#include "isolate.h"
#include "table.h"
#include "vector_trial.h"
#include "verify_vectors.h"
#include "wycheproof.h"

enum { MAX_REASONS = 40, SHOWN_REASONS = 3, LEAST_ROOM = 8192 };

// ---- Files ----

struct vector_file {
	const char *path, *format;
	struct vector *vectors;
	char *offered; // of each vector: whether a row counts it
	size_t n, cap;
	size_t longest; // part of any vector
	void **owned;   // what the vectors point to, each a piece of its own
	size_t n_owned, cap_owned;
};

static void *grown(void *items, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return items;
	*cap = 2 * *cap + 64;
	items = realloc(items, *cap * size);
	if (items == NULL)
		abort();
	return items;
}

// A copy, of just so many bytes, for sanitizers to watch.
static void *copied(struct vector_file *file, const void *from, size_t len)
{
	void *to = bench_calloc(len > 0 ? len : 1, 1);
	memcpy(to, from, len);
	file->owned = grown(file->owned, file->n_owned, &file->cap_owned, sizeof(*file->owned));
	file->owned[file->n_owned++] = to;
	return to;
}

static const char *copied_string(struct vector_file *file, const char *from)
{
	return from != NULL ? copied(file, from, strlen(from) + 1) : NULL;
}

// Neighbours share what they have in common: a group's key may be long.
static void collect(void *user, const struct vector *vector)
{
	static const struct vector none;
	struct vector_file *file = user;
	file->vectors = grown(file->vectors, file->n, &file->cap, sizeof(*file->vectors));
	const struct vector *before = file->n > 0 ? &file->vectors[file->n - 1] : &none;
	struct vector *copy = &file->vectors[file->n++];
	*copy = *vector;
	copy->algorithm = before->algorithm != NULL && strcmp(before->algorithm, vector->algorithm) == 0
				  ? before->algorithm
				  : copied_string(file, vector->algorithm);
	copy->place = copied_string(file, vector->place);
	copy->comment = copied_string(file, vector->comment);
	copy->skip = copied_string(file, vector->skip);
	file->longest = copy->out_len > file->longest ? copy->out_len : file->longest;
	for (int i = 0; i < VECTOR_N_PARTS; i++) {
		struct octets *part = &copy->parts[i];
		const struct octets *same = &before->parts[i];
		file->longest = part->len > file->longest ? part->len : file->longest;
		if (part->data == NULL)
			continue;
		if (same->data != NULL && same->len == part->len && memcmp(same->data, part->data, part->len) == 0)
			part->data = same->data;
		else
			part->data = copied(file, part->data, part->len);
	}
}

static void file_free(struct vector_file *file)
{
	for (size_t i = 0; i < file->n_owned; i++)
		free(file->owned[i]);
	free(file->owned);
	free(file->offered);
	free(file->vectors);
}

typedef int parser(const char *, size_t, vector_sink *, void *, struct vector_error *);

static int file_read(struct vector_file *file, parser *parse)
{
	char error[512];
	struct vector_error wrong;
	size_t len;
	char *text = result_read_file(file->path, &len, error, sizeof(error));
	if (text == NULL)
		return usage_error("%s", error);
	int status = parse(text, len, collect, file, &wrong);
	free(text);
	if (status == 0)
		return EXIT_FINE;
	return wrong.line > 0 ? usage_error("%s:%zu: %s", file->path, wrong.line, wrong.text)
			      : usage_error("%s: %s", file->path, wrong.text);
}

// ---- Rows: one implementation and one file ----

struct reason {
	char text[120];
	size_t n;
};

struct row {
	const struct vector_file *file;
	const struct lane_loaded_engine *engine; // NULL: of vectors that nobody is asked
	const char *kernel;
	size_t passed, failed, skipped, acceptable; // what is acceptable is in none of the others
	struct reason reasons[MAX_REASONS];         // of what was skipped; the last is for all further ones
	size_t n_reasons;
	const struct vector *counterexample; // the first
	char failure[160];
	uint8_t *got;
	size_t got_len;
	enum vector_part wanted;
};

struct rows {
	struct row *items;
	size_t n, cap;
};

static void row_skip(struct row *row, const char *reason)
{
	size_t i = 0;
	while (i < row->n_reasons && strncmp(row->reasons[i].text, reason, sizeof(row->reasons[i].text) - 1) != 0)
		i++;
	if (i == MAX_REASONS)
		i--;
	if (i == row->n_reasons) {
		const int is_last = i == MAX_REASONS - 1;
		snprintf(row->reasons[i].text, sizeof(row->reasons[i].text), "%s", is_last ? "other reasons" : reason);
		row->n_reasons++;
	}
	row->reasons[i].n++;
	row->skipped++;
}

static int same_kernel(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

// What a row's implementation has for an algorithm, or NULL.
static const struct item *row_item(const struct row *row, enum item_kind kind, const char *algorithm)
{
	const struct item *item;
	for (size_t i = 0; kind != ITEM_N_KINDS && (item = item_at(row->engine, kind, i)) != NULL; i++)
		if (same_kernel(item->kernel, row->kernel) && strcasecmp(item->algorithm, algorithm) == 0)
			return item;
	return NULL;
}

static void rows_add(struct rows *rows, const struct vector_file *file, const struct lane_loaded_engine *engine,
		     const char *kernel)
{
	for (size_t i = rows->n; i > 0 && rows->items[i - 1].file == file; i--)
		if (rows->items[i - 1].engine == engine && same_kernel(rows->items[i - 1].kernel, kernel))
			return;
	rows->items = grown(rows->items, rows->n, &rows->cap, sizeof(*rows->items));
	rows->items[rows->n++] = (struct row){.file = file, .engine = engine, .kernel = kernel};
}

// A row for each implementation that a vector is put to; whether there is one.
static int ask(struct rows *rows, const struct bench_run *run, const struct vector_file *file, const struct vector *v)
{
	const struct lane_loaded_engine *engine;
	const struct item *item;
	const enum item_kind kind = vector_item_kind(v->kind);
	int asked = 0;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		for (size_t i = 0; kind != ITEM_N_KINDS && (item = item_at(engine, kind, i)) != NULL; i++)
			if (strcasecmp(item->algorithm, v->algorithm) == 0 && item_passes(run->options, engine, item)) {
				rows_add(rows, file, engine, item->kernel);
				asked = 1;
			}
	return asked;
}

static int same_subject(const struct vector *a, const struct vector *b)
{
	return a->kind == b->kind && strcmp(a->algorithm, b->algorithm) == 0;
}

// What no row would count gets one of its own.
static void rows_for(struct rows *rows, const struct bench_run *run, struct vector_file *file)
{
	struct row nobody = {.file = file};
	file->offered = bench_calloc(file->n + 1, 1);
	for (size_t i = 0; i < file->n; i++) {
		const struct vector *v = &file->vectors[i];
		char reason[120];
		file->offered[i] =
			i > 0 && same_subject(v, v - 1) ? file->offered[i - 1] : (char)ask(rows, run, file, v);
		if (file->offered[i])
			continue;
		const int chosen = bench_filter_passes(&run->options->algorithms, v->algorithm);
		snprintf(reason, sizeof(reason), "%s: %s", v->algorithm,
			 v->skip != NULL ? v->skip
			 : chosen        ? "not offered by what was chosen"
					 : "not chosen");
		row_skip(&nobody, reason);
	}
	if (nobody.skipped > 0) {
		rows_add(rows, file, NULL, NULL);
		rows->items[rows->n - 1] = nobody;
	}
}

// ---- Running ----

static void note_failure(struct row *row, const struct vector_trial *trial, const struct vector *v)
{
	if (row->failed++ > 0)
		return;
	row->counterexample = v;
	snprintf(row->failure, sizeof(row->failure), "%s", trial->text);
	row->wanted = trial->wanted;
	row->got_len = trial->got_len;
	if (trial->got != NULL)
		row->got = memcpy(bench_calloc(trial->got_len + 1, 1), trial->got, trial->got_len);
}

// A vector that somebody is asked about, by this row.
static void row_try(struct row *row, struct vector_trial *trial, const struct vector *v, const char *no_object)
{
	char reason[160];
	if (v->skip != NULL) {
		row_skip(row, v->skip);
	} else if (trial->item == NULL) {
		snprintf(reason, sizeof(reason), "%s: not offered", v->algorithm);
		row_skip(row, reason);
	} else if (trial->object == NULL || trial->item->unavailable != NULL) {
		row_skip(row, trial->object == NULL ? no_object : trial->item->unavailable);
	} else {
		switch (vector_try(trial, v)) {
		case OUTCOME_FAILED:
			note_failure(row, trial, v);
			break;
		case OUTCOME_SKIPPED:
			row_skip(row, trial->text);
			break;
		case OUTCOME_PASSED:
			*(v->verdict == VECTOR_ACCEPTABLE ? &row->acceptable : &row->passed) += 1;
			break;
		}
	}
}

static void row_run(const struct bench_run *run, struct row *row)
{
	const struct vector_file *file = row->file;
	const size_t room = file->longest > LEAST_ROOM ? file->longest : LEAST_ROOM;
	const char *no_object = NULL;
	struct rng rng = {run->seed};
	if (row->engine == NULL)
		return;
	struct vector_trial trial = {.engine = row->engine,
				     .object = bench_engine(row->engine, &no_object),
				     .rng = &rng,
				     .in = buffer_new(room),
				     .out = buffer_new(room),
				     .tag = buffer_new(room)};
	for (size_t i = 0; i < file->n && !stopwatch_interrupted(); i++) {
		const struct vector *v = &file->vectors[i];
		if (i == 0 || !same_subject(v, v - 1))
			trial.item = row_item(row, vector_item_kind(v->kind), v->algorithm);
		isolate_beat();
		if (file->offered[i])
			row_try(row, &trial, v, no_object);
	}
	free(trial.in.memory);
	free(trial.out.memory);
	free(trial.tag.memory);
}

// ---- What came out ----

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

static const char *row_label(const struct row *row, char *text, size_t cap)
{
	if (row->engine == NULL)
		return "nobody";
	snprintf(text, cap, "%s%s%s", row->engine->name, row->kernel != NULL ? " " : "",
		 row->kernel != NULL ? row->kernel : "");
	return text;
}

static int by_number(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;
	return (x->n < y->n) - (x->n > y->n);
}

static void reasons_cell(struct table *table, const struct row *row)
{
	char text[500] = "";
	for (size_t i = 0, used = 0; i < row->n_reasons && i < SHOWN_REASONS && used < sizeof(text) - 1; i++) {
		int n = snprintf(text + used, sizeof(text) - used, "%s%zu × %s", i > 0 ? ", " : "", row->reasons[i].n,
				 row->reasons[i].text);
		used += (size_t)(n > 0 ? n : 0);
	}
	table_cell(table, DIM, "%s%s", text, row->n_reasons > SHOWN_REASONS ? ", …" : "");
}

static void print_table(const struct rows *rows, FILE *out, int color, int columns)
{
	struct table *table = table_new("llrrrrl");
	table_heads(table, "file|implementation|passed|failed|skipped|acceptable|skipped for");
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *row = &rows->items[i];
		char label[100];
		table_cell(table, PLAIN, "%s", base_name(row->file->path));
		table_repeats(table);
		table_cell(table, PLAIN, "%s", row_label(row, label, sizeof(label)));
		table_cell(table, row->passed > 0 && row->failed == 0 ? GREEN : PLAIN, "%zu", row->passed);
		table_cell(table, row->failed > 0 ? RED : PLAIN, "%zu", row->failed);
		table_cell(table, row->skipped > 0 ? YELLOW : PLAIN, "%zu", row->skipped);
		table_cell(table, PLAIN, "%zu", row->acceptable);
		reasons_cell(table, row);
	}
	table_print(table, out, color, 2, columns > 160 ? columns : 400);
}

static const char *const part_names[VECTOR_N_PARTS] = {"key",        "nonce", "aad",  "message",
						       "ciphertext", "tag",   "peer", "secret"};
static const char *const verdict_names[] = {"valid", "invalid", "acceptable"};

static char *hex_of(const uint8_t *data, size_t len)
{
	char *hex = bench_calloc(2 * len + 1, 1);
	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", data[i]);
	return hex;
}

static void print_octets(FILE *out, int color, const char *verb, const char *name, const uint8_t *data, size_t len)
{
	char *hex = hex_of(data, len);
	text_line(out, color, PLAIN, INT_MAX, "  %s%s: %s", verb, name, len > 0 ? hex : "(empty)");
	free(hex);
}

static void print_counterexample(const struct row *row, FILE *out, int color)
{
	const struct vector *v = row->counterexample;
	char label[100];
	text_newline(out);
	text_print(out, color, RED, "%s, %s", v->algorithm, row_label(row, label, sizeof(label)));
	text_print(out, color, PLAIN, ": %s, %s (%s%s%.200s): %s", row->file->path, v->place, verdict_names[v->verdict],
		   v->comment[0] != '\0' ? "; " : "", v->comment, row->failure);
	text_newline(out);
	for (int i = 0; i < VECTOR_N_PARTS; i++)
		if (v->parts[i].data != NULL)
			print_octets(out, color, "", part_names[i], v->parts[i].data, v->parts[i].len);
	if (row->got != NULL)
		print_octets(out, color, "got ", part_names[row->wanted], row->got, row->got_len);
}

static json_t *counterexample_json(const struct row *row)
{
	const struct vector *v = row->counterexample;
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "algorithm", v->algorithm, "place", v->place, "result",
				   verdict_names[v->verdict], "comment", v->comment, "failure", row->failure);
	for (int i = 0; i <= VECTOR_N_PARTS; i++) {
		const int is_got = i == VECTOR_N_PARTS;
		const uint8_t *data = is_got ? row->got : v->parts[i].data;
		char *hex, name[20];
		if (data == NULL)
			continue;
		hex = hex_of(data, is_got ? row->got_len : v->parts[i].len);
		snprintf(name, sizeof(name), "%s%s", is_got ? "got_" : "", part_names[is_got ? (int)row->wanted : i]);
		json_object_set_new(object, name, json_string(hex));
		free(hex);
	}
	return object;
}

static json_t *row_json(const struct row *row)
{
	json_t *reasons = json_object(), *object;
	char *path = text_cleaned(row->file->path);
	for (size_t i = 0; i < row->n_reasons; i++)
		json_object_set_new(reasons, row->reasons[i].text, json_integer((json_int_t)row->reasons[i].n));
	object = json_pack("{s:s, s:s, s:s*, s:s*, s:I, s:I, s:I, s:I, s:o}", "file", path, "format", row->file->format,
			   "engine", row->engine != NULL ? row->engine->name : NULL, "kernel", row->kernel, "passed",
			   (json_int_t)row->passed, "failed", (json_int_t)row->failed, "skipped",
			   (json_int_t)row->skipped, "acceptable", (json_int_t)row->acceptable, "reasons", reasons);
	if (row->counterexample != NULL)
		json_object_set_new(object, "counterexample", counterexample_json(row));
	free(path);
	return object;
}

static struct row totals_of(const struct rows *rows)
{
	struct row sum = {0};
	for (size_t i = 0; i < rows->n; i++) {
		sum.passed += rows->items[i].passed;
		sum.failed += rows->items[i].failed;
		sum.skipped += rows->items[i].skipped;
		sum.acceptable += rows->items[i].acceptable;
	}
	return sum;
}

static int write_json(const struct rows *rows, const struct row *sum, double seconds, const char *path)
{
	char error[512];
	json_t *list = json_array();
	for (size_t i = 0; i < rows->n; i++)
		json_array_append_new(list, row_json(&rows->items[i]));
	json_t *root = json_pack("{s:I, s:I, s:I, s:I, s:f, s:o}", "passed", (json_int_t)sum->passed, "failed",
				 (json_int_t)sum->failed, "skipped", (json_int_t)sum->skipped, "acceptable",
				 (json_int_t)sum->acceptable, "seconds", seconds, "vectors", list);
	int status = result_write_json(root, path, error, sizeof(error)) != 0 ? usage_error("%s", error) : EXIT_FINE;
	json_decref(root);
	return status;
}

static void report(const struct bench_run *run, const struct rows *rows, const struct row *sum, double seconds)
{
	const int color = color_on(run->options, stdout);
	print_table(rows, stdout, color, columns_of(stdout));
	for (size_t i = 0; i < rows->n; i++)
		if (rows->items[i].counterexample != NULL)
			print_counterexample(&rows->items[i], stdout, color);
	text_newline(stdout);
	text_print(stdout, color, sum->failed > 0 ? RED : BOLD, "%zu passed, %zu failed, %zu skipped", sum->passed,
		   sum->failed, sum->skipped);
	text_print(stdout, color, DIM, "  (and %zu acceptable; %.1f s)", sum->acceptable, seconds);
	text_newline(stdout);
}

// ---- The whole ----

static int run_rows(const struct bench_run *run, struct vector_file *files, size_t n_files)
{
	const double begun = bench_now();
	const char *json = run->options->json;
	struct rows rows = {0};
	for (size_t i = 0; i < n_files; i++)
		rows_for(&rows, run, &files[i]);
#pragma omp parallel for schedule(dynamic, 1)
	for (size_t i = 0; i < rows.n; i++)
		row_run(run, &rows.items[i]);
	for (size_t i = 0; i < rows.n; i++)
		qsort(rows.items[i].reasons, rows.items[i].n_reasons, sizeof(struct reason), by_number);
	int status = EXIT_CHECK; // an interrupted run proves nothing
	if (!stopwatch_interrupted()) {
		const struct row sum = totals_of(&rows);
		const double seconds = bench_now() - begun;
		status = sum.failed > 0 ? EXIT_CHECK : EXIT_FINE;
		if (json != NULL && write_json(&rows, &sum, seconds, json) != EXIT_FINE)
			status = EXIT_USAGE;
		if (json == NULL || strcmp(json, "-") != 0)
			report(run, &rows, &sum, seconds);
	}
	for (size_t i = 0; i < rows.n; i++)
		free(rows.items[i].got);
	free(rows.items);
	return status;
}

int verify_vectors(struct bench_run *run)
{
	const struct bench_filter *const lists[] = {&run->options->wycheproof, &run->options->cavp};
	static const struct {
		const char *name;
		parser *parse;
	} formats[] = {{"Wycheproof", wycheproof_parse}, {"CAVP", cavp_parse}};
	struct vector_file *files = bench_calloc(lists[0]->n + lists[1]->n, sizeof(*files));
	size_t n = 0;
	int status = EXIT_FINE;
	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < lists[f]->n && status == EXIT_FINE; i++) {
			files[n] = (struct vector_file){.path = lists[f]->items[i], .format = formats[f].name};
			status = file_read(&files[n++], formats[f].parse);
		}
	if (status == EXIT_FINE)
		status = run_rows(run, files, n);
	for (size_t i = 0; i < n; i++)
		file_free(&files[i]);
	free(files);
	return status;
}
