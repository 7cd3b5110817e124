// SPDX-License-Identifier: MIT
// The commands that measure: engines are verified, what passed is measured part
// by part within a budget of seconds, and a result set is what comes out.

#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbench/cbench.h"
#include "command.h"
#include "group.h"
#include "progress.h"
#include "report.h"
#include "roofline_limits.h"
#include "run.h"
#include "table.h"

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, key, json_string(text));
}

static void note_engines(struct bench_run *run)
{
	const struct lane_loaded_engine *engine;
	json_t *list = json_array();
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		const char *reason = engine->reason;
		if (engine->engine != NULL)
			bench_engine(engine, &reason);
		json_t *object =
			json_pack("{s:s, s:s}", "name", engine->name, "state", reason == NULL ? "loaded" : "missing");
		if (engine->engine != NULL)
			set_text(object, "library_version", engine->engine->library_version());
		set_text(object, "note", engine->note);
		set_text(object, "reason", reason);
		set_text(object, "remedy", engine->remedy);
		json_array_append_new(list, object);
	}
	json_object_set_new(result_context(run->results), "engines", list);
}

static void note_harness(struct result_set *results)
{
	json_t *context = result_context(results);
	char text[64];
	snprintf(text, sizeof(text), "Google Benchmark %s", cbench_library_version());
	json_object_set_new(context, "harness", json_string(text));
	json_object_set_new(context, "library_build_type",
			    json_string(cbench_library_is_debug() ? "debug" : "release"));
}

static void note_clock(struct result_set *results, double before)
{
	json_t *machine = json_object_get(result_context(results), "machine");
	json_object_set_new(machine, "clock",
			    json_pack("{s:s, s:f, s:f, s:f}", "source", "core clock by a chain of adds", "hz_before",
				      before, "hz_after", stopwatch_core_hz(), "aes_latency_cycles",
				      stopwatch_aes_latency()));
}

static int has_bytes(const struct result_set *results)
{
	for (size_t i = 0; i < result_n_entries(results); i++)
		if (result_entry_at(results, i)->cycles_per_byte > 0)
			return 1;
	return 0;
}

void run_measure(struct bench_run *run, const char *command, struct part *parts, size_t n_parts, double seconds)
{
	const struct bench_options *options = run->options;
	const double begun = bench_now(), hz = stopwatch_core_hz();
	const uint64_t seed = run->seed;
	double shares = 0;
	size_t n_groups = 0;
	int interrupted = 0;
	run->results = result_new(result_is_emulated() ? RESULT_EMULATED : RESULT_MEASURED);
	note_engines(run);
	note_harness(run->results);
	for (size_t i = 0; i < n_parts; i++) {
		run->options = parts[i].options != NULL ? parts[i].options : options;
		size_t n = parts[i].n_groups(run);
		parts[i].share *= n > 0;
		shares += parts[i].share;
		n_groups += n;
	}
	run->options = options;
	run->progress = progress_new(stderr, n_groups + 1, !options->no_progress);
	progress_expect(run->progress, seconds);
	progress_step(run->progress, "verifying");
	run->failures += verify_all(run, NULL);
	interrupted = stopwatch_interrupted();
	for (size_t i = 0; i < n_parts && !interrupted; i++) {
		if (parts[i].share == 0)
			continue;
		double left = seconds - (bench_now() - begun);
		run->options = parts[i].options != NULL ? parts[i].options : options;
		run->budget = left > 0 ? left * parts[i].share / shares : 0;
		shares -= parts[i].share;
		interrupted = parts[i].measure(run) != 0 || stopwatch_interrupted();
	}
	run->options = options;
	progress_end(run->progress);
	run->progress = NULL;
	gap_compute(run->results);
	if (has_bytes(run->results))
		limits_apply(roofline_here(), run->results);
	note_clock(run->results, hz);
	json_t *context = result_context(run->results);
	json_object_set_new(context, "seconds", json_real(bench_now() - begun));
	json_object_set_new(context, "seed", json_integer((json_int_t)seed));
	json_object_set_new(context, "command", json_string(command));
	if (interrupted)
		result_set_kind(run->results, RESULT_PARTIAL);
}

int run_save(struct bench_run *run, const char *path)
{
	char error[512];
	if (path == NULL || result_save(run->results, path, error, sizeof(error)) == 0)
		return EXIT_FINE;
	return usage_error("%s", error);
}

int run_finish(struct bench_run *run, int saved)
{
	int partial = result_get_kind(run->results) == RESULT_PARTIAL;
	result_free(run->results);
	if (saved != EXIT_FINE)
		return saved;
	return run->failures > 0 || partial ? EXIT_CHECK : EXIT_FINE;
}

int run_to_stdout(const struct bench_run *run)
{
	return run->options->json != NULL && strcmp(run->options->json, "-") == 0;
}

static int nothing_to_measure(void)
{
	return usage_error("nothing to measure: no engine has these algorithms with these operations and kernels");
}

// ---- run ----

static int run_run(struct bench_run *run, const char *file)
{
	(void)file;
	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 45, NULL},
			       {asymmetric_n_groups, asymmetric_measure, 25, NULL},
			       {handshake_n_groups, handshake_measure, 30, NULL}};
	if (symmetric_n_groups(run) + asymmetric_n_groups(run) + handshake_n_groups(run) == 0)
		return nothing_to_measure();
	run_measure(run, "run", parts, 3, run->options->quick ? 15 : 75);
	char *path = run->options->json != NULL ? strdup(run->options->json) : result_default_path();
	int saved = run_save(run, path);
	if (!run_to_stdout(run)) {
		int color = color_on(run->options, stdout);
		summary_print(run->results, stdout, color, columns_of(stdout));
		report_missing(run->results, stdout, color, columns_of(stdout), 0);
	}
	if (saved == EXIT_FINE && !run_to_stdout(run)) {
		text_line(stdout, 0, PLAIN, 0, "%s", "");
		text_line(stdout, 0, PLAIN, INT_MAX, "Result file: %s", path);
	}
	free(path);
	return run_finish(run, saved);
}

const struct command command_run = {
	.name = "run",
	.arguments = "",
	.summary = "the main job: verify everything, measure it, and show the gap",
	.help = "Loads the engines, verifies every implementation, measures encryption, public-key operations\n"
		"and whole TLS handshakes, and shows what one handshake costs in bytes of bulk encryption.\n"
		"It takes at most 90 seconds, with --quick 20. Everything measured is kept in a JSON file\n"
		"below results/local/, or where --json says. Ctrl-C ends it early and keeps what there is.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt run\n"
		"  lanecrypt run --quick --json result.json\n"
		"  lanecrypt run --engine native,openssl\n",
	.options = " algorithm engine kernel size op aad baseline quick all-kernels seed format json no-progress "
		   "no-color ",
	.needs_engines = 1,
	.run = run_run,
};

// ---- bench ----

static int bench_run_command(struct bench_run *run, const char *file)
{
	(void)file;
	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 1, NULL},
			       {asymmetric_n_groups, asymmetric_measure, 1, NULL}};
	// Without a filter it is the ciphers of TLS alone.
	size_t n_parts = run->options->algorithms.n > 0 ? 2 : 1;
	double n_symmetric = (double)symmetric_n_groups(run);
	double n_public = n_parts > 1 ? (double)asymmetric_n_groups(run) : 0;
	if (n_symmetric + n_public == 0)
		return nothing_to_measure();
	parts[0].share = n_symmetric;
	parts[1].share = n_public;
	double each = run->options->quick ? 0.25 : run->options->all_kernels ? 2 : 1;
	double limit = run->options->quick ? 15 : 600, seconds = 4 + each * (n_symmetric + n_public);
	run_measure(run, "bench", parts, n_parts, seconds < limit ? seconds : limit);
	int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run)) {
		int color = color_on(run->options, stdout), columns = columns_of(stdout);
		report_operations(run->results, stdout, color, columns);
		report_missing(run->results, stdout, color, columns, 1);
	}
	return run_finish(run, saved);
}

const struct command command_bench = {
	.name = "bench",
	.arguments = "",
	.summary = "measure chosen algorithms, operations and sizes against a baseline",
	.help = "Measures every implementation of the chosen algorithms (without --algorithm: the ciphers of TLS)\n"
		"in paired rounds, after verifying it, and shows how many times as fast as the baseline it is,\n"
		"with a 95 % interval: slower, faster, or no difference.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt bench --algorithm AES-128-GCM --baseline best\n"
		"  lanecrypt bench --algorithm ChaCha20-Poly1305 --op seal --size 64,1350,16K --all-kernels\n"
		"  lanecrypt bench --algorithm RSA-2048 --op sign,verify\n"
		"  lanecrypt bench --algorithm AES-256-CTR --engine native,openssl --json ctr.json\n",
	.options = " algorithm engine kernel size op aad baseline quick all-kernels seed format json no-progress "
		   "no-color ",
	.needs_engines = 1,
	.run = bench_run_command,
};

// ---- handshake ----

static int handshake_run(struct bench_run *run, const char *file)
{
	(void)file;
	struct part parts[] = {{handshake_n_groups, handshake_measure, 1, NULL}};
	double n = (double)handshake_n_groups(run);
	if (n == 0)
		return usage_error("nothing to measure: no kind of handshake has that name; try --algorithm 'TLS 1.3'");
	run_measure(run, "handshake", parts, 1, run->options->quick ? 15 : 5 + 5 * n);
	int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run)) {
		int color = color_on(run->options, stdout), columns = columns_of(stdout);
		report_handshakes(run->results, stdout, color, columns);
		report_missing(run->results, stdout, color, columns, 1);
	}
	return run_finish(run, saved);
}

const struct command command_handshake = {
	.name = "handshake",
	.arguments = "",
	.summary = "measure whole TLS handshakes, client and server apart",
	.help = "Makes TLS handshakes in memory with the TLS of each library that has one, certificate chains\n"
		"verified, and shows the CPU time of the client and of the server. --algorithm chooses by any\n"
		"word of a handshake's name.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt handshake\n"
		"  lanecrypt handshake --algorithm 'TLS 1.3' --engine openssl\n"
		"  lanecrypt handshake --algorithm RSA-2048 --quick\n",
	.options = " algorithm engine baseline quick seed format json no-progress no-color ",
	.needs_engines = 1,
	.run = handshake_run,
};

// ---- gap ----

static int gap_show(struct result_set *results, const struct bench_options *options)
{
	report_gaps(results, stdout, color_on(options, stdout), columns_of(stdout));
	return EXIT_FINE;
}

static int gap_run(struct bench_run *run, const char *file)
{
	char error[512];
	if (file != NULL) {
		struct result_set *results = result_load(file, error, sizeof(error));
		if (results == NULL)
			return usage_error("%s", error);
		gap_compute(results);
		int bad = run->options->json != NULL &&
			  result_save(results, run->options->json, error, sizeof(error)) != 0;
		int status = bad              ? usage_error("%s", error)
			     : run_to_stdout(run) ? EXIT_FINE
					      : gap_show(results, run->options);
		result_free(results);
		return status;
	}
	// What the gap is made of and nothing else.
	struct bench_options bulk = *run->options, plain = *run->options;
	bulk.sizes = (uint64_t[]){16384};
	bulk.n_sizes = 1;
	plain.algorithms = (struct bench_filter){(char *[]){"RSA-2048-OAEP", "RSA-3072-OAEP"}, 2};
	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 30, &bulk},
			       {asymmetric_n_groups, asymmetric_measure, 20, &plain},
			       {handshake_n_groups, handshake_measure, 50, NULL}};
	run_measure(run, "gap", parts, 3, run->options->quick ? 15 : 40);
	int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run)) {
		gap_show(run->results, run->options);
		report_missing(run->results, stdout, color_on(run->options, stdout), columns_of(stdout), 0);
	}
	return run_finish(run, saved);
}

const struct command command_gap = {
	.name = "gap",
	.arguments = "[FILE]",
	.summary = "what one handshake costs in bytes of bulk encryption",
	.help = "Measures what the gap is made of, or reads it from a result file: for each handshake, side and\n"
		"cipher the number of bytes that cost as much CPU time, with a 95 % interval; and what a byte\n"
		"of plain RSA encryption costs beside a byte of AES-128-GCM.\n"
		"\n"
		"  break-even bytes(side) = CPU time of the handshake on that side ÷ time of a byte in 16 KiB\n"
		"  messages: sealed for the server, opened for the client, both for both\n"
		"\n"
		"Examples:\n"
		"  lanecrypt gap --quick\n"
		"  lanecrypt gap results/local/2026-01-31-120000-myhost.json\n",
	.options = " engine aad quick seed format json no-progress no-color ",
	.needs_engines = 1,
	.run = gap_run,
};
