// SPDX-License-Identifier: MIT
// compare: result files against the first of them.

#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../results/text.h"
#include "command.h"
#include "comparison.h"
#include "group.h"

// Which cells the options choose. Handshakes by any word of their name, as in `handshake`.
static int wanted(const struct result_entry *e, const void *choice)
{
	const struct bench_options *options = choice;
	int algorithm = bench_filter_passes(&options->algorithms, e->algorithm), size = options->n_sizes == 0;
	for (size_t i = 0; e->kind != NULL && i < options->algorithms.n; i++)
		algorithm |= strcasestr(e->kind, options->algorithms.items[i]) != NULL;
	for (size_t i = 0; i < options->n_sizes; i++)
		size |= e->has_size && e->size == options->sizes[i];
	return algorithm && size && bench_filter_passes(&options->engines, e->engine) &&
	       bench_filter_passes(&options->ops, e->op) &&
	       (e->kernel == NULL || bench_filter_passes(&options->kernels, e->kernel));
}

static int has_filter(const struct bench_options *options)
{
	return options->algorithms.n + options->engines.n + options->kernels.n + options->ops.n + options->n_sizes > 0;
}

// The file's name without its folder and ending, if that is fit to head a column.
static int label_from(const char *path, char *label, size_t cap)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	size_t len = strlen(name), n = len > 5 && strcmp(name + len - 5, ".json") == 0 ? len - 5 : len;
	if (n == 0 || n >= 16)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!isascii(name[i]) || (!isalnum((unsigned char)name[i]) && strchr("-_.", name[i]) == NULL))
			return -1;
	snprintf(label, cap, "%.*s", (int)n, name);
	return 0;
}

// Short names where all have one of their own, else A, B, C …
static void make_labels(struct compared *compared)
{
	int bad = 0;
	for (size_t s = 0; s < compared->n; s++) {
		bad |= label_from(compared->paths[s], compared->labels[s], sizeof(compared->labels[s])) != 0;
		for (size_t t = 0; t < s && !bad; t++)
			bad |= strcmp(compared->labels[s], compared->labels[t]) == 0;
	}
	for (size_t s = 0; s < compared->n && bad; s++)
		snprintf(compared->labels[s], sizeof(compared->labels[s]), s < 26 ? "%c" : "#%d",
			 s < 26 ? 'A' + (int)s : (int)s + 1);
}

static int load(struct compared *compared, const struct bench_options *options)
{
	char error[512];
	for (; compared->n < options->n_files; compared->n++) {
		compared->sets[compared->n] = result_load(options->files[compared->n], error, sizeof(error));
		if (compared->sets[compared->n] == NULL)
			return usage_error("%s", error);
		compared->paths[compared->n] = text_cleaned(options->files[compared->n]);
	}
	return EXIT_FINE;
}

// What is not comparable is refused, or marked when the user wants it anyway.
static int check(const struct compared *compared, const struct bench_options *options)
{
	for (size_t s = 0; s < compared->n; s++)
		if (compare_refuses(compared->sets[0], compared->sets[s], compared->marks[s],
				    sizeof(compared->marks[s])) != 0 &&
		    !options->anyway)
			return usage_error("%s: not comparable: %s; --anyway compares and marks it", compared->paths[s],
					   compared->marks[s]);
	return EXIT_FINE;
}

static int check_comparison(const struct compared *compared, const struct bench_options *options)
{
	const struct comparison *c = compared->comparison;
	size_t common = 0;
	for (size_t i = 0; i < c->n_rows; i++) {
		size_t n = 0;
		for (size_t s = 0; s < c->n_sets; s++)
			n += c->rows[i].figures[s].entry != NULL;
		common += n > 1;
	}
	if (common == 0)
		return usage_error("nothing to compare: no cell is in two of these files%s",
				   has_filter(options) ? " and passes the options" : "");
	if (options->fail_if_slower >= 0 && !c->same_machine && !options->anyway)
		return usage_error("--fail-if-slower: the files are of different machines; --anyway compares them");
	return EXIT_FINE;
}

static int show(const struct compared *compared, const struct bench_options *options)
{
	char error[512];
	if (options->json != NULL) {
		json_t *root = comparison_json(compared);
		int bad = result_write_json(root, options->json, error, sizeof(error));
		json_decref(root);
		if (bad)
			return usage_error("%s", error);
	}
	if (options->json == NULL || strcmp(options->json, "-") != 0)
		comparison_print(compared, stdout, color_on(options, stdout), columns_of(stdout), options->all);
	return options->fail_if_slower >= 0 && compared->comparison->n_failures > 0 ? EXIT_CHECK : EXIT_FINE;
}

static int compare_run(struct bench_run *run, const char *file)
{
	const struct bench_options *options = run->options;
	const size_t n = options->n_files;
	if (file == NULL || n < 2)
		return usage_error("compare: name two result files or more, the one to compare with first");
	struct compared compared = {.sets = bench_calloc(n, sizeof(*compared.sets)),
				    .paths = bench_calloc(n, sizeof(*compared.paths)),
				    .labels = bench_calloc(n, sizeof(*compared.labels)),
				    .marks = bench_calloc(n, sizeof(*compared.marks))};
	const struct compare_options how = {.in_cycles = !options->in_time,
					    .margin = options->fail_if_slower,
					    .wanted = has_filter(options) ? wanted : NULL,
					    .choice = options};
	struct comparison *comparison = NULL;
	int status = load(&compared, options);
	if (status == EXIT_FINE)
		status = check(&compared, options);
	if (status == EXIT_FINE) {
		make_labels(&compared);
		comparison = compare_sets(compared.sets, n, &how);
		compared.comparison = comparison;
		compared.options = &how;
		status = check_comparison(&compared, options);
	}
	if (status == EXIT_FINE)
		status = show(&compared, options);
	compare_free(comparison);
	for (size_t s = 0; s < compared.n; s++) {
		result_free(compared.sets[s]);
		free(compared.paths[s]);
	}
	free(compared.sets);
	free(compared.paths);
	free(compared.labels);
	free(compared.marks);
	return status;
}

const struct command command_compare = {
	.name = "compare",
	.arguments = "FILE FILE…",
	.summary = "result files side by side, or against each other as a check in CI",
	.help = "Compares result files with the first of them. Files of one machine: what became faster or\n"
		"slower, by core cycles (--by time: by time), with 95 % intervals. Files of different machines,\n"
		"or more than two: GB/s, cycles per byte, per cent of the machine's own limit, and the gap, side\n"
		"by side; `per clock` is as if both clocks were the same. The same machine has the same CPU,\n"
		"features, cores and hypervisor. Two starts of one program differ by up to 2 % beyond their\n"
		"intervals: less is no difference.\n"
		"\n"
		"With --fail-if-slower the exit code is 1 when anything is slower by more than that: when its\n"
		"whole interval is. What failed in a later file counts as well; what is in one file only does not.\n"
		"Files that are emulated, predicted, not verified or measured by another method are refused.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt compare old.json new.json --fail-if-slower 3% --engine native\n"
		"  lanecrypt compare zen4.json neoverse.json --size 16K --format markdown\n"
		"  lanecrypt compare *.json --algorithm AES-128-GCM --op seal\n",
	.options = " algorithm engine kernel size op all by fail-if-slower anyway format json no-color ",
	.needs_engines = 0,
	.run = compare_run,
};
