// SPDX-License-Identifier: MIT
// roofline: what the core can issue, what follows for each algorithm, and how
// near to it our kernels come, measured in the same run.

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "command.h"
#include "group.h"
#include "items.h"
#include "report.h"
#include "roofline_limits.h"
#include "run.h"
#include "table.h"

// A kernel is above its limit when it is so by more than its interval and this:
// what the rates themselves may be off by.
#define TOLERANCE 0.02

static uint64_t long_message[] = {16384};

// ---- Tables ----

static int has_width(const struct roofline *r, enum roofline_width width)
{
	for (int op = 0; op < N_OPS; op++)
		if (r->cost[op][width].cycles > 0)
			return 1;
	return 0;
}

enum figure { RATE, LATENCY, CYCLES };

static double figure_of(const struct roofline *r, int op, int width, enum figure figure)
{
	double cycles = r->cost[op][width].cycles;
	return figure == LATENCY ? r->cost[op][width].latency : figure == CYCLES || cycles == 0 ? cycles : 1 / cycles;
}

// Operations from `first` to before `end`, a column for each width that this CPU has.
static void show_costs(const struct roofline *r, int color, int columns, int first, int end, enum figure figure)
{
	static const char *const titles[] = {"Instructions", "Latency", "Mixtures"};
	static const char *const notes[] = {"how many a cycle, side by side", "cycles of one that waits for the last",
					    "cycles for the whole, side by side"};
	struct table *table = table_new("lrrrrrr");
	char heads[200] = ":operation";
	for (int width = 0; width < N_WIDTHS; width++)
		if (has_width(r, (enum roofline_width)width))
			snprintf(heads + strlen(heads), sizeof(heads) - strlen(heads), "|%s",
				 roofline_width_name((enum roofline_width)width));
	table_title(table, notes[figure], "%s", titles[figure]);
	table_heads(table, heads);
	for (int op = first; op < end; op++) {
		double sum = 0;
		for (int width = 0; width < N_WIDTHS; width++)
			sum += figure_of(r, op, width, figure);
		if (sum == 0)
			continue;
		table_cell(table, PLAIN, "%s", roofline_op_name((enum roofline_op)op));
		for (int width = 0; width < N_WIDTHS; width++) {
			double value = figure_of(r, op, width, figure);
			if (!has_width(r, (enum roofline_width)width))
				continue;
			if (value > 0)
				table_number(table, PLAIN, NUMBERS(value), figure == LATENCY ? "%.1f" : "%.2f", value);
			else
				table_cell(table, DIM, "–");
		}
		table_end_row(table);
	}
	table_print(table, stdout, color, 2, columns);
}

// Limits of the i-th entry's algorithm and operation; 0 when they were shown with
// an entry before it. ops: its operation and others that have the same limits.
static size_t new_limits(struct result_set *results, const struct roofline *r, size_t i, struct limit limits[N_WIDTHS],
			 char ops[40])
{
	const struct result_entry *entry = result_entry_at(results, i), *other;
	size_t n = limits_of(r, entry->algorithm, entry->op, limits);
	snprintf(ops, 40, "%s", entry->op);
	for (size_t k = 0; entry->state == RESULT_OK && (other = result_entry_at(results, k)) != NULL; k++) {
		struct limit others[N_WIDTHS];
		if (other->state != RESULT_OK || strcmp(other->algorithm, entry->algorithm) != 0 ||
		    limits_of(r, other->algorithm, other->op, others) != n ||
		    others[0].cycles_per_byte != limits[0].cycles_per_byte)
			continue;
		if (k < i)
			return 0;
		if (strstr(ops, other->op) == NULL)
			snprintf(ops + strlen(ops), 40 - strlen(ops), ", %s", other->op);
	}
	return entry->state == RESULT_OK ? n : 0;
}

static void show_limits(struct result_set *results, const struct roofline *r, int color, int columns)
{
	struct table *table = table_new("lllrl");
	table_title(table, "the least that a long message can take, with vectors of each width", "Limits");
	table_heads(table, ":algorithm|:operation|:width|cycles/byte|:arithmetic");
	for (size_t i = 0; i < result_n_entries(results); i++) {
		struct limit limits[N_WIDTHS];
		char ops[40];
		size_t n = new_limits(results, r, i, limits, ops);
		for (size_t k = 0; k < n; k++) {
			table_cell(table, PLAIN, "%s", result_entry_at(results, i)->algorithm);
			table_repeats(table);
			table_cell(table, PLAIN, "%s", ops);
			table_repeats(table);
			table_cell(table, PLAIN, "%s", roofline_width_name(limits[k].width));
			table_number(table, k == 0 ? BOLD : PLAIN, NUMBERS(limits[k].cycles_per_byte), "%.4f",
				     limits[k].cycles_per_byte);
			table_cell(table, DIM, "%s", limits[k].arithmetic);
		}
	}
	table_print(table, stdout, color, 2, columns);
}

// Whether it is faster than it can be.
static int is_above(const struct result_entry *entry, double limit)
{
	return limit / entry->cycles_per_byte * entry->ns / entry->ns_hi > 1 + TOLERANCE;
}

static void percent_cell(struct table *table, const struct result_entry *entry, double limit)
{
	double percent = 100 * limit / entry->cycles_per_byte;
	if (limit > 0)
		table_number(table, is_above(entry, limit) ? RED : PLAIN, NUMBERS(percent), "%.1f %%", percent);
	else
		table_cell(table, DIM, "–");
}

static void show_kernels(struct result_set *results, const struct roofline *r, int color, int columns)
{
	struct table *table = table_new("llllrrr");
	table_title(table, "messages of 16 KiB: cycles, and the limit as a share of them", "Kernels");
	table_heads(table, ":algorithm|:operation|:engine|:kernel|cycles/byte|of its width:% of its width|"
			   "of the core:% of the core");
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (entry->state != RESULT_OK)
			continue;
		table_cell(table, PLAIN, "%s", entry->algorithm);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", entry->op);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", entry->engine);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", entry->kernel != NULL ? entry->kernel : "");
		table_number(table, PLAIN, NUMBERS(entry->cycles_per_byte), "%.4f", entry->cycles_per_byte);
		percent_cell(table, entry, limit_of_kernel(r, entry->algorithm, entry->op, entry->kernel));
		percent_cell(table, entry, entry->limit_fraction * entry->cycles_per_byte);
	}
	table_print(table, stdout, color, 2, columns);
}

static void show(struct result_set *results, const struct roofline *r, const struct bench_options *options)
{
	const int color = color_on(options, stdout), columns = columns_of(stdout);
	if (result_get_kind(results) == RESULT_EMULATED)
		text_line(stdout, color, YELLOW, columns, "Emulated: these figures say nothing about any real core.");
	char source[160];
	text_line(stdout, color, DIM, columns, "%s", "");
	text_line(stdout, color, DIM, columns, "%s", report_cycle_source(results, source, sizeof(source)));
	show_costs(r, color, columns, 0, MIX_COPY, RATE);
	show_costs(r, color, columns, 0, MIX_COPY, LATENCY);
	show_costs(r, color, columns, MIX_COPY, N_OPS, CYCLES);
	show_limits(results, r, color, columns);
	show_kernels(results, r, color, columns);
}

// ---- The command ----

// The symmetric algorithms that pass the filters and whose limit is known, each as a whole name ("=AES-128-GCM").
struct algorithms {
	char names[64][48], *items[64];
	size_t n;
};

static void add_algorithm(struct algorithms *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcasecmp(list->names[i] + 1, name) == 0)
			return;
	if (list->n == sizeof(list->items) / sizeof(list->items[0]))
		return;
	snprintf(list->names[list->n], sizeof(list->names[0]), "=%s", name);
	list->items[list->n] = list->names[list->n];
	list->n++;
}

static void list_algorithms(const struct bench_run *run, const struct roofline *r, struct algorithms *list)
{
	static const struct {
		enum item_kind kind;
		const char *op;
	} symmetric[] = {{ITEM_AEAD, "seal"}, {ITEM_CIPHER, "encrypt"}, {ITEM_MAC, "mac"}};
	const struct lane_loaded_engine *engine;
	const struct item *item;
	struct limit limits[N_WIDTHS];
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		for (size_t k = 0; k < sizeof(symmetric) / sizeof(symmetric[0]); k++)
			for (size_t i = 0; (item = item_at(engine, symmetric[k].kind, i)) != NULL; i++)
				if (item_passes(run->options, engine, item) &&
				    (run->options->algorithms.n > 0 || strncmp(item->algorithm, "AES-192", 7) != 0) &&
				    limits_of(r, item->algorithm, symmetric[k].op, limits) > 0)
					add_algorithm(list, item->algorithm);
}

static int all_within(struct result_set *results, const struct roofline *r)
{
	int within = 1;
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		double own = limit_of_kernel(r, entry->algorithm, entry->op, entry->kernel);
		if (entry->state != RESULT_OK ||
		    !is_above(entry, fmax(own, entry->limit_fraction * entry->cycles_per_byte)))
			continue;
		fprintf(stderr, "lanecrypt: %s %s: %s is faster than its limit, which therefore is wrong\n",
			entry->algorithm, entry->op, entry->kernel != NULL ? entry->kernel : entry->engine);
		within = 0;
	}
	return within;
}

static int roofline_run(struct bench_run *run, const char *file)
{
	(void)file;
	static struct algorithms algorithms;
	static char *native[] = {"native"};
	struct roofline roofline;
	roofline_measure(&roofline, run->options->quick ? 15 : 45);
	struct bench_options options = *run->options;
	if (options.engines.n == 0)
		options.engines = (struct bench_filter){native, 1};
	options.all_kernels = 1;
	options.sizes = long_message;
	options.n_sizes = 1;
	run->options = &options;
	list_algorithms(run, &roofline, &algorithms);
	if (algorithms.n == 0)
		return usage_error("nothing to measure: no limit is known for any of these algorithms on this CPU");
	options.algorithms = (struct bench_filter){algorithms.items, algorithms.n};

	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 1, NULL}};
	double n = (double)symmetric_n_groups(run), seconds = 2 + (options.quick ? 0.2 : 0.8) * n;
	run_measure(run, "roofline", parts, 1, seconds);
	limits_apply(&roofline, run->results);
	json_object_set_new(result_context(run->results), "roofline", roofline_json(&roofline));
	int saved = run_save(run, options.json);
	if (!run_to_stdout(run))
		show(run->results, &roofline, &options);
	// An emulator's rates have nothing to do with each other.
	if (result_get_kind(run->results) != RESULT_EMULATED && !all_within(run->results, &roofline))
		run->failures++;
	return run_finish(run, saved);
}

const struct command command_roofline = {
	.name = "roofline",
	.arguments = "",
	.summary = "what this core can issue, and each kernel's share of it",
	.help = "Measures how many instructions of each class and vector width this core issues in a cycle and\n"
		"how long each takes, alone and in the mixtures that ciphers are made of; derives from it, with\n"
		"the arithmetic shown, what a byte of each algorithm costs at least; and measures every kernel\n"
		"with messages of 16 KiB as a share of that. Without --algorithm these are all algorithms whose\n"
		"limit is known but AES-192. A share above 100 % would mean that the limit is wrong: exit code 1.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt roofline\n"
		"  lanecrypt roofline --algorithm AES-128-GCM,ChaCha20 --quick\n"
		"  lanecrypt roofline --algorithm AES-128-GCM --engine native,openssl --json roofline.json\n",
	.options = " algorithm engine kernel op quick seed format json no-progress no-color ",
	.needs_engines = 1,
	.run = roofline_run,
};
