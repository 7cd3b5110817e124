// SPDX-License-Identifier: MIT
// The command `profiles`: what a transaction of a protocol above TLS costs.

#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "command.h"
#include "gap.h"
#include "profiles.h"
#include "report.h"
#include "run.h"
#include "table.h"
#include "tls_kinds.h"

#define CIPHER "AES-128-GCM"
#define KIND "TLS 1.3 X25519 RSA-2048" // and its resumption

static json_t *interval_json(struct interval a)
{
	return json_pack("[f, f, f]", a.x, a.lo, a.hi);
}

static void add_row(struct table *table, json_t *list, const struct profile *profile, const char *engine, int resumed,
		    const char *side, const struct profile_cost *cost)
{
	char a[FIGURE_CAP], b[FIGURE_CAP];
	const double per_second = 1e9 / cost->all.x, share = cost->handshakes.x / cost->all.x;
	table_cell(table, BOLD, "%s", profile->name);
	table_repeats(table);
	table_cell(table, PLAIN, "%s", engine);
	table_repeats(table);
	table_cell(table, PLAIN, resumed ? "resumed" : "full");
	table_repeats(table);
	table_cell(table, PLAIN, "%s", side);
	table_number(table, PLAIN, NUMBERS(cost->all.x), "%s", figure_time(cost->all.x, a));
	table_number(table, DIM, NUMBERS(cost->all.lo, cost->all.hi), "%s – %s", figure_time(cost->all.lo, a),
		     figure_time(cost->all.hi, b));
	table_number(table, PLAIN, NUMBERS(per_second), "%s", figure_plain(per_second, a));
	table_number(table, PLAIN, NUMBERS(share), "%.1f %%", 100 * share);
	table_number(table, PLAIN, NUMBERS(1 - share), "%.1f %%", 100 * (1 - share));
	json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:o, s:f}", "profile",
					      profile->name, "source", profile->source ? profile->source : "", "engine",
					      engine, "cipher", CIPHER, "resumed", resumed, "side", side, "ns",
					      interval_json(cost->all), "handshake_ns", interval_json(cost->handshakes),
					      "bulk_ns", interval_json(cost->bulk), "per_second", per_second));
}

// Each engine once, at the first of its handshakes.
static int is_first(const struct result_set *results, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (gap_is_handshake(result_entry_at(results, k)) &&
		    text_same(result_entry_at(results, k)->engine, result_entry_at(results, i)->engine))
			return 0;
	return gap_is_handshake(result_entry_at(results, i));
}

static void add_profile(const struct result_set *results, const struct profile *profile, struct table *table,
			json_t *list)
{
	static const char *const sides[] = {"server", "client"};
	for (size_t i = 0; i < result_n_entries(results); i++)
		for (int k = 0; k < 4 && is_first(results, i); k++) {
			const char *engine = result_entry_at(results, i)->engine;
			struct profile_cost cost;
			if (profile_cost(results, profile, k / 2, engine, CIPHER, sides[k % 2], &cost) == 0)
				add_row(table, list, profile, engine, k / 2, sides[k % 2], &cost);
		}
}

static int show(const struct result_set *results, const struct profile *own, struct bench_run *run)
{
	const int color = color_on(run->options, stdout), columns = columns_of(stdout);
	const struct profile *profile;
	char error[512];
	json_t *root = json_pack("{s:[]}", "profiles"), *list = json_object_get(root, "profiles");
	struct table *table = table_new("llllrlrrr");
	table_title(table, KIND ", " CIPHER, "CPU time of a transaction");
	table_heads(table, "profile|engine|handshake|side|CPU time:ns|95 %:ns|a second and core:per second|"
			   "handshakes:handshake share|bulk:bulk share");
	if (own)
		add_profile(results, own, table, list);
	for (size_t i = 0; !own && (profile = profile_at(i)); i++)
		add_profile(results, profile, table, list);
	int status = EXIT_FINE;
	if (json_array_size(list) == 0)
		status = usage_error("profiles: no engine has the handshakes and all record sizes of " CIPHER
				     " that they take");
	else if (run->options->json && result_write_json(root, run->options->json, error, sizeof error) != 0)
		status = usage_error("%s", error);
	if (run_to_stdout(run) || status != EXIT_FINE)
		table_free(table);
	else
		table_print(table, stdout, color, 2, columns);
	if (!run_to_stdout(run) && status == EXIT_FINE) {
		text_title(stdout, color, "Where the sizes come from", "");
		for (size_t i = 0; !own && (profile = profile_at(i)); i++)
			text_line(stdout, color, DIM, columns, "  %s: %s", profile->name, profile->source);
		if (own)
			text_line(stdout, color, DIM, columns, "  %s", own->source ? own->source : "not told");
	}
	json_decref(root);
	return status;
}

// The kinds that a profile names, for the filter of what is measured.
static int add_kinds(const struct profile *own, const char *path, char **kinds, size_t *n)
{
	for (size_t i = 0; own && i < own->n_connections; i++) {
		const char *name = own->connections[i].handshake;
		const struct tls_kind *kind;
		if (!name || strcmp(name, "full") == 0 || strcmp(name, "resumed") == 0)
			continue;
		kind = tls_kind_named(name);
		if (!kind)
			return usage_error("%s: connections[%zu].handshake: no kind '%s'; valid: full, resumed, or as "
					   "`lanecrypt handshake --list` names them",
					   path, i, name);
		kinds[(*n)++] = (char *)(uintptr_t)kind->name;
	}
	return EXIT_FINE;
}

static int measure(struct bench_run *run, const struct profile *own)
{
	struct bench_options bulk = *run->options, tls = *run->options;
	char **kinds = result_must(calloc(2 + (own ? own->n_connections : 0), sizeof *kinds));
	size_t n = 0;
	kinds[n++] = (char *)(uintptr_t)KIND;
	kinds[n++] = (char *)(uintptr_t)KIND " PSK";
	int status = add_kinds(own, run->options->profile, kinds, &n);
	tls.algorithms = (struct bench_filter){kinds, n};
	bulk.algorithms = (struct bench_filter){(char *[]){(char *)(uintptr_t) "=" CIPHER}, 1};
	bulk.sizes = (uint64_t[]){16384, 8192, 1350, 256, 64};
	bulk.n_sizes = 5;
	if (status == EXIT_FINE) {
		struct part parts[] = {{symmetric_n_groups, symmetric_measure, 50, &bulk},
				       {handshake_n_groups, handshake_measure, 50, &tls}};
		run_measure(run, "profiles", parts, 2, run->options->quick ? 10 : 40);
		// Another start of a command hands over what it measured.
		status = run->options->worker > 0 ? run_save(run, run->options->json) : show(run->results, own, run);
		status = run_finish(run, status);
	}
	free(kinds);
	return status;
}

static int profiles_run(struct bench_run *run, const char *file)
{
	char error[512];
	int status;
	struct profile *own = NULL;
	if (run->options->profile && !(own = profile_load(run->options->profile)))
		return EXIT_USAGE;
	if (file) {
		struct result_set *results = result_load(file, error, sizeof error);
		status = results ? show(results, own, run) : usage_error("%s", error);
		result_free(results);
	} else {
		status = measure(run, own);
	}
	if (own)
		profile_free(own);
	return status;
}

const struct command command_profiles = {
	.name = "profiles",
	.arguments = "[FILE]",
	.summary = "what a page, a mail, a file transfer costs: handshakes and bulk",
	.help = "CPU time of one transaction on each side, transactions a second and core, and where the time\n"
		"goes, with full and with resumed handshakes: HTTPS (an API call, a page), SMTP, FTPS, a VPN-like\n"
		"stream. Measures what that takes in at most 60 seconds, or reads a result file. Bytes count as\n"
		"TLS records, each a message of the engine's own AES-128-GCM; what the record layer adds, and the\n"
		"network, do not count. --profile FILE.json has your own transaction instead:\n"
		"\n"
		"  {\"name\": \"backup\", \"source\": \"our logs\", \"connections\": [\n"
		"    {\"count\": 4, \"handshake\": \"full\", \"up\": 50000000, \"down\": 2000, \"record\": 16384}]}\n"
		"\n"
		"up and down are bytes on each of count connections; handshake is full, resumed, a kind as `lanecrypt\n"
		"handshake` names it, or left out: then both variants are shown. source, count (1), up and down (0)\n"
		"and record (16384) may be left out. --json has CPU times as [median, low, high].\n"
		"\n"
		"Examples:\n"
		"  lanecrypt profiles --quick\n"
		"  lanecrypt profiles --profile backup.json --format csv\n",
	.options = " engine quick seed format json no-progress no-color profile starts worker group ",
	.needs_engines = 1,
	.run = profiles_run,
};
