// SPDX-License-Identifier: MIT
// conditions: the command, and its tables.

#include <string.h>

#include "../results/text.h"
#include "command.h"
#include "conditions.h"
#include "report.h"
#include "run.h"
#include "table.h"

// The entry of that implementation under a condition; of what has no size, there is one for all sizes.
static const struct result_entry *find(struct result_set *results, const struct result_entry *plain,
				       const struct condition *condition)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++)
		if (e->state == RESULT_OK && strcmp(e->op, condition->op) == 0 &&
		    text_same(e->condition, condition->name) && text_same(e->engine, plain->engine) &&
		    text_same(e->kernel, plain->kernel) && text_same(e->algorithm, plain->algorithm) &&
		    (!e->has_size || (e->size > 0 ? e->size : e->aad) == plain->size))
			return e;
	return NULL;
}

static void condition_cell(struct table *table, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	if (e == NULL)
		table_cell(table, DIM, "–");
	else
		table_number(table, PLAIN, NUMBERS(e->cycles), "%s", figure_plain(e->cycles, figure));
}

static void implementation_row(struct result_set *results, struct table *table, const struct result_entry *plain,
			       int with_energy)
{
	const struct condition *condition;
	char figure[FIGURE_CAP];
	table_cell(table, PLAIN, "%s%s%s", plain->engine, plain->kernel != NULL ? " " : "",
		   plain->kernel != NULL ? plain->kernel : "");
	for (size_t c = 0; (condition = condition_at(c)) != NULL; c++)
		condition_cell(table, find(results, plain, condition));
	if (plain->key_bytes > 0)
		table_number(table, PLAIN, NUMBERS((double)plain->key_bytes), "%llu",
			     (unsigned long long)plain->key_bytes);
	else
		table_cell(table, DIM, "–");
	if (with_energy)
		table_number(table, PLAIN, NUMBERS(plain->nanojoules_per_byte), "%s",
			     figure_plain(plain->nanojoules_per_byte, figure));
}

static int is_plain_seal(const struct result_entry *e)
{
	return e->state == RESULT_OK && e->condition == NULL && strcmp(e->op, "seal") == 0;
}

void conditions_report(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e, *first = NULL;
	const struct condition *condition;
	struct table *table = NULL;
	int with_energy = 0;
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++)
		with_energy |= e->nanojoules_per_byte > 0;
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		if (!is_plain_seal(e))
			continue;
		if (first == NULL || e->size != first->size || strcmp(e->algorithm, first->algorithm) != 0) {
			char size[FIGURE_CAP], source[160], heads[400] = ":implementation";
			if (table != NULL)
				table_print(table, out, color, 2, columns);
			for (size_t c = 0; (condition = condition_at(c)) != NULL; c++)
				snprintf(heads + strlen(heads), sizeof(heads) - strlen(heads), "|%s:%s cycles",
					 condition->head, condition->head);
			snprintf(heads + strlen(heads), sizeof(heads) - strlen(heads), "|key, B:bytes%s",
				 with_energy ? "|nJ/B:nanojoules" : "");
			first = e;
			table = table_new(with_energy ? "lrrrrrrrrrrr" : "lrrrrrrrrrr");
			table_title(table, report_cycle_source(results, source, sizeof(source)), "%s, %s", e->algorithm,
				    figure_size(e->size, size));
			table_heads(table, heads);
		}
		implementation_row(results, table, e, with_energy);
	}
	if (table == NULL)
		return;
	table_print(table, out, color, 2, columns);

	const json_t *context = result_context(results);
	const char *no_energy = json_string_value(json_object_get(context, "no_energy"));
	char figure[FIGURE_CAP];
	text_line(out, color, PLAIN, columns, "%s", "");
	for (size_t c = 0; (condition = condition_at(c)) != NULL; c++)
		if (condition->name != NULL)
			text_line(out, color, DIM, columns, "%s: %s", condition->head, condition->meaning);
	text_line(out, color, DIM, columns, "key, B: what a key takes of the heap");
	if (no_energy != NULL)
		text_line(out, color, DIM, columns, "energy per byte: not known, %s", no_energy);
	text_line(out, color, DIM, columns, "peak memory of this process: %s",
		  figure_bytes((double)json_integer_value(json_object_get(context, "peak_memory_bytes")), figure));
}

static int conditions_run(struct bench_run *run, const char *file)
{
	(void)file;
	struct part parts[] = {{conditions_n_groups, conditions_measure, 1, NULL}};
	const double n = (double)conditions_n_groups(run);
	if (n == 0)
		return usage_error("nothing to measure: no engine has these AEADs");
	run_measure(run, "conditions", parts, 1, run->options->quick ? 15 : 4 + 0.7 * n);
	const int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run)) {
		const int color = color_on(run->options, stdout), columns = columns_of(stdout);
		conditions_report(run->results, stdout, color, columns);
		report_missing(run->results, stdout, color, columns, 1);
	}
	return run_finish(run, saved);
}

const struct command command_conditions = {
	.name = "conditions",
	.arguments = "",
	.summary = "what an AEAD costs beside speed: key set-up, forged tags, cold caches, memory …",
	.help = "Measures each AEAD (without --algorithm: those of TLS) under conditions that a throughput\n"
		"benchmark leaves out: key set-up; a forged tag, refused; in place; misaligned buffers; data and\n"
		"keys that are in no cache; associated data alone. Also what a key takes of memory, and where the\n"
		"machine has a meter (RAPL) that may be read, the energy of a byte.\n"
		"\n"
		"No associated data otherwise. The peak is of the whole process: with --engine, that engine's.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt conditions --algorithm AES-128-GCM --size 64\n"
		"  lanecrypt conditions --engine native --all-kernels --quick\n",
	.options = " algorithm engine kernel size baseline quick all-kernels seed format json no-progress no-color ",
	.needs_engines = 1,
	.run = conditions_run,
};
