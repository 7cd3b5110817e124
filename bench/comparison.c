// SPDX-License-Identifier: MIT
// What a comparison looks like. On one machine: what became faster or slower. On
// several, or for more than two files: the figures side by side.

#define _GNU_SOURCE
#include "comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "group.h"
#include "table.h"

static const char *context_text(struct result_set *set, const char *object, const char *name)
{
	const json_t *context = result_context(set);
	const char *text =
		json_string_value(json_object_get(object != NULL ? json_object_get(context, object) : context, name));
	return text != NULL ? text : "";
}

static double clock_of(struct result_set *set)
{
	const json_t *machine = json_object_get(result_context(set), "machine");
	return json_number_value(json_object_get(json_object_get(machine, "clock"), "hz_after"));
}

static void print_files(const struct compared *compared, FILE *out, int color, int columns)
{
	struct table *table = table_new("lllrlll");
	table_title(table, compared->comparison->same_machine ? "all of the same machine" : "of different machines",
		    "Compared");
	table_heads(table, ":label|:file|:machine|:Hz|:date|:commit|:mark");
	for (size_t s = 0; s < compared->n; s++) {
		struct result_set *set = compared->sets[s];
		double hz = clock_of(set);
		table_cell(table, BOLD, "%s", compared->labels[s]);
		table_cell(table, PLAIN, "%s", compared->paths[s]);
		table_cell(table, PLAIN, "%s", context_text(set, "machine", "cpu"));
		table_number(table, PLAIN, NUMBERS(hz), "%.2f GHz", hz / 1e9);
		table_cell(table, PLAIN, "%.10s", context_text(set, NULL, "date"));
		table_cell(table, DIM, "%.10s", context_text(set, "build", "commit"));
		table_cell(table, YELLOW, "%s%s", compared->marks[s][0] != '\0' ? "NOT COMPARABLE: " : "",
			   compared->marks[s][0] != '\0'            ? compared->marks[s]
			   : result_get_kind(set) == RESULT_PARTIAL ? "partial"
								    : "");
	}
	table_print(table, out, color, 2, columns);
}

// ---- What differs beside the code ----

// The version of an engine's library in a set, "" when it is not there.
static const char *version_in(struct result_set *set, const char *engine)
{
	const json_t *engines = json_object_get(result_context(set), "engines");
	for (size_t i = 0; i < json_array_size(engines); i++) {
		const char *name = json_string_value(json_object_get(json_array_get(engines, i), "name"));
		const json_t *version = json_object_get(json_array_get(engines, i), "library_version");
		if (name != NULL && strcmp(name, engine) == 0 && json_string_value(version) != NULL)
			return json_string_value(version);
	}
	return "";
}

static void difference_row(struct table *table, const struct compared *compared, const char *what, const char **values)
{
	int differs = 0;
	for (size_t s = 1; s < compared->n; s++)
		differs |= strcmp(values[0], values[s]) != 0;
	if (!differs)
		return;
	table_cell(table, PLAIN, "%s", what);
	for (size_t s = 0; s < compared->n; s++)
		table_cell(table, PLAIN, "%s", values[s][0] != '\0' ? values[s] : "–");
}

// The heads of a table: `before`, then one column a file.
static void set_heads(struct table *table, const struct compared *compared, const char *before)
{
	char *heads = NULL;
	size_t len;
	FILE *out = open_memstream(&heads, &len);
	result_must(out);
	fputs(before, out);
	for (size_t s = 0; s < compared->n; s++)
		fprintf(out, "|%s", compared->labels[s]);
	fclose(out);
	table_heads(table, heads);
	free(heads);
}

// As many columns as there are files, after those before.
static char *align_of(const char *before, char letter, size_t n)
{
	char *align = bench_calloc(strlen(before) + n + 1, 1);
	strcpy(align, before);
	memset(align + strlen(before), letter, n);
	return align;
}

static void print_differences(const struct compared *compared, FILE *out, int color, int columns)
{
	static const char *const parts[][2] = {{"build", "compiler"},  {"build", "flags"},    {"build", "type"},
					       {"machine", "os"},      {"machine", "kernel"}, {"machine", "microcode"},
					       {"machine", "governor"}};
	static const char *const variables[] = {"LANE_KERNEL", "LANE_CPU_DISABLE", "OPENSSL_ia32cap",
						"LANE_IPSEC_MB_ISA"};
	const char **values = bench_calloc(compared->n, sizeof(*values));
	char *align = align_of("l", 'l', compared->n);
	struct table *table = table_new(align);
	table_title(table, "beside what was measured", "What differs");
	set_heads(table, compared, ":what");
	for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
		for (size_t s = 0; s < compared->n; s++)
			values[s] = context_text(compared->sets[s], parts[p][0], parts[p][1]);
		difference_row(table, compared, parts[p][1], values);
	}
	for (size_t v = 0; v < sizeof(variables) / sizeof(variables[0]); v++) {
		for (size_t s = 0; s < compared->n; s++)
			values[s] = context_text(compared->sets[s], "environment", variables[v]);
		difference_row(table, compared, variables[v], values);
	}
	const json_t *engines = json_object_get(result_context(compared->sets[0]), "engines");
	for (size_t e = 0; e < json_array_size(engines); e++) {
		const char *engine = json_string_value(json_object_get(json_array_get(engines, e), "name"));
		for (size_t s = 0; engine != NULL && s < compared->n; s++)
			values[s] = version_in(compared->sets[s], engine);
		if (engine != NULL)
			difference_row(table, compared, engine, values);
	}
	table_print(table, out, color, 2, columns);
	free(align);
	free(values);
}

// ---- One machine: what became faster or slower ----

// What was measured: the cells that every table of rows begins with.
#define WHAT_HEADS ":algorithm|:operation|:bytes|implementation"
#define WHAT_ALIGN "llrl"

static void what_cells(struct table *table, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	table_cell(table, BOLD, "%s", e->kind != NULL ? e->kind : e->algorithm);
	table_repeats(table);
	table_cell(table, PLAIN, "%s%s%s%s", e->side != NULL ? e->side : e->op, e->condition != NULL ? ", " : "",
		   e->condition != NULL ? e->condition : "", e->latency ? ", latency" : "");
	table_repeats(table);
	if (e->has_size)
		table_number(table, PLAIN, NUMBERS((double)e->size), "%s", figure_size(e->size, figure));
	else
		table_cell(table, PLAIN, "%s", "");
	table_repeats(table);
	table_cell(table, PLAIN, "%s%s%s", e->engine, e->kernel != NULL ? " " : "", e->kernel != NULL ? e->kernel : "");
}

static enum style style_of(const struct interval *ratio)
{
	return ratio->lo > 1 + COMPARE_SPREAD ? GREEN : ratio->hi * (1 + COMPARE_SPREAD) < 1 ? RED : PLAIN;
}

static void ratio_cell(struct table *table, const struct interval *ratio)
{
	char x[FIGURE_CAP], lo[FIGURE_CAP], hi[FIGURE_CAP];
	if (ratio->x > 0)
		table_number(table, style_of(ratio), NUMBERS(ratio->x, ratio->lo, ratio->hi), "%s [%s, %s]",
			     figure_plain(ratio->x, x), figure_plain(ratio->lo, lo), figure_plain(ratio->hi, hi));
	else
		table_cell(table, PLAIN, "%s", "");
}

static void time_cell(struct table *table, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	if (e != NULL)
		table_number(table, PLAIN, NUMBERS(e->ns), "%s", figure_time(e->ns, figure));
	else
		table_cell(table, PLAIN, "–");
}

static const struct interval *ratio_of(const struct compared *compared, const struct compare_figure *figure)
{
	return compared->options->in_cycles && figure->ratio_per_clock.x > 0 ? &figure->ratio_per_clock
									     : &figure->ratio;
}

// Set s against the first.
static void print_regression(const struct compared *compared, size_t s, FILE *out, int color, int columns, int all)
{
	const struct comparison *c = compared->comparison;
	char heads[200], note[200];
	struct table *table = table_new(WHAT_ALIGN "rrll");
	snprintf(note, sizeof(note), "%s, > 1 is faster, with 95 %% interval, beyond the %.0f %% of two starts%s",
		 compared->options->in_cycles ? "in core cycles" : "in time", 100 * COMPARE_SPREAD,
		 all ? "" : "; --all shows the rest");
	snprintf(heads, sizeof(heads), WHAT_HEADS "|%s:%s ns|%s:%s ns|× %s [95 %%]:ratio|:verdict", compared->labels[0],
		 compared->labels[0], compared->labels[s], compared->labels[s], compared->labels[0]);
	table_title(table, note, "%s against %s: what %s", compared->labels[s], compared->labels[0],
		    all ? "was measured" : "differs");
	table_heads(table, heads);
	for (size_t i = 0; i < c->n_rows; i++) {
		const struct compare_figure *first = &c->rows[i].figures[0], *figure = &c->rows[i].figures[s];
		if (!all && (figure->verdict == COMPARE_NOTHING || figure->verdict == COMPARE_SAME))
			continue;
		what_cells(table, c->rows[i].like);
		time_cell(table, first->entry);
		time_cell(table, figure->entry);
		ratio_cell(table, ratio_of(compared, figure));
		table_cell(table,
			   figure->verdict >= COMPARE_SLOWER   ? RED
			   : figure->verdict == COMPARE_FASTER ? GREEN
							       : PLAIN,
			   "%s", compare_verdict_name(figure->verdict));
	}
	table_print(table, out, color, 2, columns);
}

static int same_implementation(const struct result_entry *a, const struct result_entry *b)
{
	return text_same(a->engine, b->engine) && text_same(a->kernel, b->kernel);
}

// Geometric means over what each implementation has in both: where they all move
// alike it was the machine, not the code.
static void print_means(const struct compared *compared, size_t s, FILE *out, int color, int columns)
{
	const struct comparison *c = compared->comparison;
	struct table *table = table_new("lrll");
	table_title(table, "where all move alike it was the machine, not the code",
		    "%s against %s: geometric mean of each implementation", compared->labels[s], compared->labels[0]);
	table_heads(table, ":implementation|:ratio|:cells|:slower");
	for (size_t i = 0; i < c->n_rows; i++) {
		double sum = 0;
		size_t n = 0, slower = 0, earlier = 0;
		const struct result_entry *like = c->rows[i].like;
		char figure[FIGURE_CAP];
		for (size_t j = 0; j < c->n_rows; j++) {
			const struct compare_figure *other = &c->rows[j].figures[s];
			if (other->ratio.x <= 0 || !same_implementation(c->rows[j].like, like))
				continue;
			earlier += j < i;
			sum += log(ratio_of(compared, other)->x);
			slower += other->verdict >= COMPARE_SLOWER;
			n++;
		}
		if (n == 0 || earlier > 0 || c->rows[i].figures[s].ratio.x <= 0)
			continue;
		double mean = exp(sum / (double)n);
		table_cell(table, PLAIN, "%s%s%s", like->engine, like->kernel != NULL ? " " : "",
			   like->kernel != NULL ? like->kernel : "");
		table_number(table, BOLD, NUMBERS(mean), "%s", figure_plain(mean, figure));
		table_number(table, PLAIN, NUMBERS((double)n), "over %zu cell%s", n, n == 1 ? "" : "s");
		table_number(table, slower > 0 ? RED : GREEN, NUMBERS((double)slower), "slower in %zu", slower);
	}
	table_print(table, out, color, 2, columns);
}

// One line: how it came out.
static void print_counts(const struct compared *compared, size_t s, FILE *out, int color, int columns)
{
	const size_t *counts = compared->comparison->counts[s];
	char failures[120] = "";
	if (compared->options->margin >= 0)
		snprintf(failures, sizeof(failures), ", %zu of them by more than %.3g %%", counts[COMPARE_TOO_SLOW],
			 100 * compared->options->margin);
	text_line(out, color, PLAIN, columns, "%s", "");
	text_line(out, color, counts[COMPARE_TOO_SLOW] + counts[COMPARE_LOST] > 0 ? RED : BOLD, columns,
		  "%s against %s: slower in %zu%s; faster in %zu, no difference in %zu, failed in %zu; in one of them "
		  "only: %zu",
		  compared->labels[s], compared->labels[0], counts[COMPARE_SLOWER] + counts[COMPARE_TOO_SLOW], failures,
		  counts[COMPARE_FASTER], counts[COMPARE_SAME], counts[COMPARE_LOST], counts[COMPARE_NOTHING]);
}

// ---- Side by side ----

// A figure of an entry; 0: it has none.
static double gigabytes(const struct result_entry *e)
{
	return e->bytes_per_second / 1e9;
}

static double cycles_per_byte(const struct result_entry *e)
{
	return e->cycles_per_byte;
}

static double limit_percent(const struct result_entry *e)
{
	return 100 * e->limit_fraction;
}

static double nanoseconds(const struct result_entry *e)
{
	return e->ns;
}

static double cycles(const struct result_entry *e)
{
	return e->cycles;
}

static const struct metric {
	const char *head, *unit;
	double (*value)(const struct result_entry *e);
	const char *(*text)(double value, char text[FIGURE_CAP]);
	int more_is_better;
	int ratio; // to the first file: 1 of times, 2 of cycles
} speed = {"GB/s", "GB/s", gigabytes, figure_plain, 1, 1},
  per_byte = {"cycles/byte", "cycles/byte", cycles_per_byte, figure_plain, 0, 2},
  limit = {"% of limit", "% of limit", limit_percent, figure_plain, 1, 0},
  duration = {"time", "ns", nanoseconds, figure_time, 0, 1}, clocks = {"cycles", "cycles", cycles, figure_plain, 0, 2};

enum section { BULK, OPERATIONS, HANDSHAKES, N_SECTIONS };

static enum section section_of(const struct result_entry *e)
{
	return e->kind != NULL                                                    ? HANDSHAKES
	       : e->bytes_per_second > 0 && strncmp(e->algorithm, "RSA-", 4) != 0 ? BULK
										  : OPERATIONS;
}

static double best_of(const struct compare_row *row, const struct metric *metric, size_t n)
{
	double best = 0;
	for (size_t s = 0; s < n; s++) {
		double value = row->figures[s].entry != NULL ? metric->value(row->figures[s].entry) : 0;
		if (value > 0 && (best == 0 || (metric->more_is_better ? value > best : value < best)))
			best = value;
	}
	return best;
}

static void metric_cells(struct table *table, const struct compare_row *row, const struct metric *metric, size_t n)
{
	char figure[FIGURE_CAP];
	double best = best_of(row, metric, n);
	for (size_t s = 0; s < n; s++) {
		double value = row->figures[s].entry != NULL ? metric->value(row->figures[s].entry) : 0;
		if (value > 0)
			table_number(table, value == best ? BOLD : PLAIN, NUMBERS(value), "%s",
				     metric->text(value, figure));
		else
			table_cell(table, PLAIN, "–");
	}
	if (n != 2 || metric->ratio == 0)
		return;
	const struct interval *ratio = metric->ratio == 2 ? &row->figures[1].ratio_per_clock : &row->figures[1].ratio;
	if (ratio->x > 0)
		table_number(table, style_of(ratio), NUMBERS(ratio->x, ratio->lo, ratio->hi), "%s",
			     figure_plain(ratio->x, figure));
	else
		table_cell(table, PLAIN, "%s", "");
}

static int any_value(const struct compared *compared, enum section section, const struct metric *metric)
{
	const struct comparison *c = compared->comparison;
	for (size_t i = 0; i < c->n_rows; i++)
		if (section_of(c->rows[i].like) == section && best_of(&c->rows[i], metric, c->n_sets) > 0)
			return 1;
	return 0;
}

// The metrics beside each other, for each of them a column a file.
static void print_metrics(const struct compared *compared, enum section section, const struct metric *const *metrics,
			  size_t n_metrics, FILE *out, int color, int columns)
{
	static const char *const titles[N_SECTIONS] = {"Encryption", "Public-key operations",
						       "TLS handshakes, CPU time of each side"};
	const struct comparison *c = compared->comparison;
	char *heads = NULL, *align = NULL;
	size_t len;
	FILE *head = open_memstream(&heads, &len), *letters = open_memstream(&align, &len);
	if (head == NULL || letters == NULL)
		result_must(NULL);
	fputs(WHAT_HEADS, head);
	fputs(WHAT_ALIGN, letters);
	for (size_t m = 0; m < n_metrics; m++) {
		for (size_t s = 0; s < c->n_sets; s++) {
			fprintf(head, "|%s%s%s:%s %s", compared->labels[s], n_metrics > 1 ? " " : "",
				n_metrics > 1 ? metrics[m]->head : "", compared->labels[s], metrics[m]->unit);
			fputc('r', letters);
		}
		if (c->n_sets == 2 && metrics[m]->ratio > 0) {
			fprintf(head, metrics[m]->ratio == 2 ? "|× per clock:ratio per clock" : "|×:ratio");
			fputc('r', letters);
		}
	}
	fclose(head);
	fclose(letters);
	struct table *table = table_new(align);
	if (n_metrics == 1)
		table_title(table, metrics[0]->head, "%s", titles[section]);
	else
		table_title(table, "× > 1: the second is faster; per clock: as if both had the same clock", "%s",
			    titles[section]);
	table_heads(table, heads);
	for (size_t i = 0; i < c->n_rows; i++) {
		if (section_of(c->rows[i].like) != section)
			continue;
		what_cells(table, c->rows[i].like);
		for (size_t m = 0; m < n_metrics; m++)
			metric_cells(table, &c->rows[i], metrics[m], c->n_sets);
	}
	table_print(table, out, color, 2, columns);
	free(heads);
	free(align);
}

static void print_side_by_side(const struct compared *compared, FILE *out, int color, int columns)
{
	static const struct metric *const metrics[N_SECTIONS][3] = {
		{&speed, &per_byte, &limit}, {&duration, &clocks}, {&duration, &clocks}};
	for (int section = 0; section < N_SECTIONS; section++) {
		const struct metric *there[3];
		size_t n = 0;
		for (size_t m = 0; m < 3; m++)
			if (metrics[section][m] != NULL &&
			    any_value(compared, (enum section)section, metrics[section][m]))
				there[n++] = metrics[section][m];
		if (compared->n == 2)
			print_metrics(compared, (enum section)section, there, n, out, color, columns);
		for (size_t m = 0; m < n && compared->n > 2; m++)
			print_metrics(compared, (enum section)section, &there[m], 1, out, color, columns);
	}
}

static void print_gaps(const struct compared *compared, FILE *out, int color, int columns)
{
	const struct comparison *c = compared->comparison;
	char *align = align_of("lll", 'r', c->n_sets), figure[FIGURE_CAP];
	struct table *table = table_new(align);
	table_title(table, "bytes of bulk encryption that cost as much CPU time as one handshake", "The gap");
	set_heads(table, compared, ":handshake|:side|:cipher");
	for (size_t i = 0; i < c->n_gaps; i++) {
		table_cell(table, PLAIN, "%s", c->gaps[i].like->handshake);
		table_cell(table, PLAIN, "%s", c->gaps[i].like->side);
		table_cell(table, PLAIN, "%s", c->gaps[i].like->cipher);
		for (size_t s = 0; s < c->n_sets; s++) {
			const struct result_gap *gap = c->gaps[i].gaps[s];
			if (gap != NULL)
				table_number(table, gap->headline ? BOLD : PLAIN, NUMBERS(gap->break_even_bytes), "%s",
					     figure_bytes(gap->break_even_bytes, figure));
			else
				table_cell(table, PLAIN, "–");
		}
	}
	table_print(table, out, color, 2, columns);
	free(align);
}

void comparison_print(const struct compared *compared, FILE *out, int color, int columns, int all)
{
	const struct comparison *c = compared->comparison;
	print_files(compared, out, color, columns);
	print_differences(compared, out, color, columns);
	if (!c->same_machine || c->n_sets > 2) {
		print_side_by_side(compared, out, color, columns);
		print_gaps(compared, out, color, columns);
	}
	for (size_t s = 1; s < c->n_sets && (c->same_machine || compared->options->margin >= 0); s++) {
		print_regression(compared, s, out, color, columns, all);
		print_means(compared, s, out, color, columns);
		print_counts(compared, s, out, color, columns);
	}
}

// ---- JSON ----

static void set_number(json_t *object, const char *key, double value)
{
	if (isfinite(value) && value > 0)
		json_object_set_new(object, key, json_real(value));
}

static void set_interval(json_t *object, const char *key, const struct interval *interval)
{
	char name[40];
	set_number(object, key, interval->x);
	snprintf(name, sizeof(name), "%s_lo", key);
	set_number(object, name, interval->lo);
	snprintf(name, sizeof(name), "%s_hi", key);
	set_number(object, name, interval->hi);
}

static json_t *figure_json(const struct compare_figure *figure, int is_first)
{
	const struct result_entry *e = figure->entry;
	json_t *object = json_object();
	if (e != NULL) {
		const struct interval ns = interval_of_time(e);
		set_interval(object, "ns", &ns);
		set_number(object, "bytes_per_second", e->bytes_per_second);
		set_number(object, "cycles", e->cycles);
		set_number(object, "cycles_per_byte", e->cycles_per_byte);
		set_number(object, "limit_fraction", e->limit_fraction);
	}
	if (!is_first) {
		set_interval(object, "ratio", &figure->ratio);
		set_interval(object, "ratio_per_clock", &figure->ratio_per_clock);
		json_object_set_new(object, "verdict", json_string(compare_verdict_name(figure->verdict)));
	}
	return object;
}

static json_t *cells_json(const struct comparison *c)
{
	json_t *cells = json_array();
	for (size_t i = 0; i < c->n_rows; i++) {
		const struct result_entry *e = c->rows[i].like;
		json_t *figures = json_array();
		for (size_t s = 0; s < c->n_sets; s++)
			json_array_append_new(figures, figure_json(&c->rows[i].figures[s], s == 0));
		json_t *cell = json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", c->rows[i].name, "algorithm",
					 e->algorithm, "op", e->op, "engine", e->engine, "figures", figures);
		if (e->kernel != NULL)
			json_object_set_new(cell, "kernel", json_string(e->kernel));
		if (e->side != NULL)
			json_object_set_new(cell, "side", json_string(e->side));
		if (e->has_size)
			json_object_set_new(cell, "size", json_integer((json_int_t)e->size));
		json_array_append_new(cells, cell);
	}
	return cells;
}

static json_t *gaps_json(const struct comparison *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->n_gaps; i++) {
		json_t *bytes = json_array();
		for (size_t s = 0; s < c->n_sets; s++) {
			const struct result_gap *gap = c->gaps[i].gaps[s];
			json_array_append_new(bytes, gap != NULL ? json_real(gap->break_even_bytes) : json_null());
		}
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "handshake", c->gaps[i].like->handshake,
						      "side", c->gaps[i].like->side, "cipher", c->gaps[i].like->cipher,
						      "break_even_bytes", bytes));
	}
	return list;
}

json_t *comparison_json(const struct compared *compared)
{
	const struct comparison *c = compared->comparison;
	json_t *files = json_array();
	for (size_t s = 0; s < c->n_sets; s++) {
		struct result_set *set = compared->sets[s];
		json_t *file = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "label", compared->labels[s], "path",
					 compared->paths[s], "host_name", context_text(set, NULL, "host_name"), "cpu",
					 context_text(set, "machine", "cpu"), "date", context_text(set, NULL, "date"),
					 "commit", context_text(set, "build", "commit"));
		if (compared->marks[s][0] != '\0')
			json_object_set_new(file, "not_comparable", json_string(compared->marks[s]));
		json_t *counts = json_object();
		for (int v = 0; v < COMPARE_N_VERDICTS && s > 0; v++)
			json_object_set_new(counts, compare_verdict_name((enum compare_verdict)v),
					    json_integer((json_int_t)c->counts[s][v]));
		json_object_set_new(file, "counts", counts);
		json_array_append_new(files, file);
	}
	return json_pack("{s:o, s:b, s:s, s:I, s:o, s:o}", "files", files, "same_machine", c->same_machine,
			 "verdicts_by", compared->options->in_cycles ? "cycles" : "time", "failures",
			 (json_int_t)c->n_failures, "cells", cells_json(c), "gap", gaps_json(c));
}
