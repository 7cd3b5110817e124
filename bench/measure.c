// SPDX-License-Identifier: MIT
// Engines are verified, what passed is measured part by part, and the same again
// in more starts of the process.

#define _GNU_SOURCE
#include "run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cbench/cbench.h"
#include "group.h"
#include "handover.h"
#include "models.h"
#include "pool.h"
#include "progress.h"
#include "roofline_limits.h"
#include "starts.h"

enum { default_starts = 6, self_test_starts = 16, max_starts = 100 };

#define DEFAULT_BUDGET 600.0 // seconds, where a precision is asked for
#define START_COST 3.0       // seconds that a start is worth having for, at least, or a quarter of a short budget
#define SHORTEST_START 0.2   // seconds that one gets in any case

// ---- What the results say about their making ----

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
			    json_pack("{s:s, s:f, s:f, s:f}", "source", stopwatch_cycle_source(), "hz_before", before,
				      "hz_after", stopwatch_core_hz(), "aes_latency_cycles", stopwatch_aes_latency()));
}

static int has_bytes(const struct result_set *results)
{
	for (size_t i = 0; i < result_n_entries(results); i++)
		if (result_entry_at(results, i)->cycles_per_byte > 0)
			return 1;
	return 0;
}

// ---- One start ----

static void measure_once(struct bench_run *run, struct part *parts, size_t n_parts, double seconds)
{
	const struct bench_options *options = run->options;
	const double begun = bench_now();
	double shares = 0;
	size_t n_groups = 0;
	int interrupted = 0;
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
	if (options->worker <= 0 || handover_read(run, stdin) != 0)
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
}

// ---- Several ----

static int is_precise(const struct result_entry *e, double precision)
{
	return e->ns_hi - e->ns_lo <= 2 * precision * e->ns;
}

// How many of the pooled times are as precise as was asked for; the groups of the others go into *wide.
static size_t count_precise(const struct pool *pool, double precision, size_t *n, struct bench_filter *wide)
{
	size_t precise = 0;
	struct result_entry e;
	*n = 0;
	for (size_t i = 0; i < result_n_entries(pool->starts[0]); i++) {
		if (result_entry_at(pool->starts[0], i)->state != RESULT_OK)
			continue;
		pool_entry(pool, i, &e);
		++*n;
		if (is_precise(&e, precision)) {
			precise++;
			continue;
		}
		char *name = group_name(&e);
		if (wide->n > 0 && strcmp(wide->items[wide->n - 1], name) == 0) {
			free(name); // a group's entries follow each other
			continue;
		}
		wide->items = realloc(wide->items, (wide->n + 1) * sizeof(*wide->items));
		result_must(wide->items);
		wide->items[wide->n++] = name;
	}
	return precise;
}

static void clear(struct bench_filter *filter)
{
	for (size_t i = 0; i < filter->n; i++)
		free(filter->items[i]);
	free(filter->items);
	*filter = (struct bench_filter){0};
}

static size_t starts_wanted(const struct bench_options *options)
{
	if (options->worker > 0 || !options->restarts)
		return 1;
	if (options->starts > 0)
		return options->starts;
	return options->self_test ? self_test_starts : options->quick ? 1 : default_starts;
}

// The further starts, until there are enough and, where that was asked for, precise enough.
static void start_again(struct bench_run *run, struct pool *pool, double begun, double seconds)
{
	const struct bench_options *options = run->options;
	const size_t wanted = starts_wanted(options), most = options->precision > 0 ? max_starts : wanted;
	struct bench_filter wide = {0};
	size_t precise = 0, n = 0;
	int missed = 0;
	double left = seconds - (bench_now() - begun);
	while (pool->n + (size_t)missed < most && !stopwatch_interrupted() && options->worker <= 0) {
		size_t missing = pool->n < wanted ? wanted - pool->n : 0;
		if (missing == 0) {
			clear(&wide);
			precise = count_precise(pool, options->precision, &n, &wide);
			if (precise == n || left < fmin(START_COST, seconds / 4))
				break;
		}
		struct result_set *start =
			starts_again(run, pool->n + (size_t)missed,
				     fmax(left / (double)(missing > 0 ? missing : 1), SHORTEST_START), &wide);
		if (start != NULL)
			pool->starts[pool->n++] = start;
		else
			missed++;
		left = seconds - (bench_now() - begun);
	}
	run->failures += missed;
	if (options->precision > 0 && options->worker <= 0) {
		clear(&wide);
		precise = count_precise(pool, options->precision, &n, &wide);
		json_object_set_new(result_context(run->results), "precision",
				    json_pack("{s:f, s:I, s:I, s:b}", "wanted", options->precision, "reached",
					      (json_int_t)precise, "of", (json_int_t)n, "budget_spent", precise < n));
	}
	clear(&wide);
}

void run_measure(struct bench_run *run, const char *command, struct part *parts, size_t n_parts, double seconds)
{
	const struct bench_options *options = run->options;
	const double begun = bench_now(), hz = stopwatch_core_hz();
	const uint64_t seed = run->seed;
	struct result_set *starts[max_starts];
	struct pool pool = {.starts = starts, .n = 1, .baseline = options->baseline};
	pool.confidence = options->self_test ? CONFIDENCE_99 : CONFIDENCE_95;
	if (options->precision > 0)
		seconds = DEFAULT_BUDGET;
	if (options->budget > 0)
		seconds = options->budget;
	if (options->worker > 0)
		seconds = options->worker;
	run->n_starts = starts_wanted(options);
	run->results = starts[0] = result_new(result_is_emulated() ? RESULT_EMULATED : RESULT_MEASURED);
	note_engines(run);
	note_harness(run->results);
	measure_once(run, parts, n_parts, seconds / (double)run->n_starts);
	run->seed = seed;
	start_again(run, &pool, begun, seconds);
	run->failures += pool_conclude(&pool);
	models_compute(run->results);
	gap_compute(run->results);
	if (options->worker <= 0 && has_bytes(run->results))
		limits_apply(roofline_here(), run->results);
	note_clock(run->results, hz);
	json_t *context = result_context(run->results);
	json_object_set_new(context, "seconds", json_real(bench_now() - begun));
	json_object_set_new(context, "starts", json_integer((json_int_t)pool.n));
	json_object_set_new(context, "seed", json_integer((json_int_t)seed));
	json_object_set_new(context, "command", json_string(command));
	if (pool.confidence == CONFIDENCE_99)
		json_object_set_new(context, "confidence", json_real(0.99));
	if (options->worker > 0)
		result_keep_all_samples(run->results);
	if (stopwatch_interrupted())
		result_set_kind(run->results, RESULT_PARTIAL);
	for (size_t i = 1; i < pool.n; i++)
		result_free(starts[i]);
}
