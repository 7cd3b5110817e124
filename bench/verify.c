// SPDX-License-Identifier: MIT
// verify: every implementation on trial, before anything is timed.

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../results/text.h"
#include "command.h"
#include "group.h"
#include "objects.h"
#include "table.h"
#include "verify.h"
#include "verify_vectors.h"

#define PARTS 8 // of the comparisons of one algorithm, to share among cores

// ---- What the checks use ----

uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

uint64_t rng_below(struct rng *rng, uint64_t n)
{
	return rng_next(rng) % n;
}

void rng_fill(struct rng *rng, void *to, size_t len)
{
	unsigned char *p = to;
	for (; len >= 8; p += 8, len -= 8) {
		uint64_t word = rng_next(rng);
		memcpy(p, &word, 8);
	}
	uint64_t word = rng_next(rng);
	memcpy(p, &word, len);
}

struct lane_engine_object *check_object(struct check *check)
{
	int failed;
#pragma omp atomic read
	failed = check->failed;
	return failed || check->skipped != NULL ? NULL : bench_engine(check->engine, NULL);
}

int check_that(struct check *check, int ok, const char *format, ...)
{
#pragma omp atomic
	check->n_checks++;
	if (ok)
		return 1;
#pragma omp critical(verify_failure)
	if (!check->failed) {
		char text[sizeof(check->counterexample)];
		va_list args;
		va_start(args, format);
		vsnprintf(text, sizeof(text), format, args);
		va_end(args);
		char *clean = text_cleaned(text);
		snprintf(check->counterexample, sizeof(check->counterexample), "%s", clean);
		free(clean);
#pragma omp atomic write
		check->failed = 1;
	}
	return 0;
}

// How many engines are among the checks of a group, but each once.
static size_t votes(const struct contest *contest, const int *groups, int group)
{
	size_t n = 0;
	for (size_t i = 0; i < contest->n; i++) {
		size_t earlier = 0;
		while (earlier < i &&
		       !(groups[earlier] == group && contest->checks[earlier].engine == contest->checks[i].engine))
			earlier++;
		n += groups[i] == group && earlier == i;
	}
	return n;
}

void contest_settle(struct contest *contest, const int *groups, const char *what)
{
	int right = -1;
	size_t most = 0;
	for (size_t i = 0; i < contest->n; i++) {
		if (groups[i] != (int)i)
			continue;
		size_t n = votes(contest, groups, (int)i);
		right = n > most ? (int)i : n == most ? -1 : right;
		most = n > most ? n : most;
	}
	for (size_t i = 0; i < contest->n; i++) {
		struct check *check = &contest->checks[i];
		char other[80];
		size_t against = 0; // the first that disagrees
		if (groups[i] < 0)
			continue;
		while (against < contest->n && (groups[against] < 0 || groups[against] == groups[i]))
			against++;
		int ok = groups[i] == right;
		if (ok || against == contest->n)
			check_that(check, 1, "%s", "");
		else
			check_that(check, 0, "%s: differs from %s", what,
				   item_label(contest->checks[right >= 0 ? (size_t)right : against].engine,
					      contest->checks[right >= 0 ? (size_t)right : against].item, other,
					      sizeof(other)));
	}
}

// ---- Contests ----

struct contests {
	struct contest *items;
	size_t n;
};

static struct contest *contest_of(struct contests *contests, enum item_kind kind, const char *algorithm)
{
	for (size_t i = 0; i < contests->n; i++)
		if (contests->items[i].kind == kind && strcasecmp(contests->items[i].algorithm, algorithm) == 0)
			return &contests->items[i];
	contests->items = realloc(contests->items, (contests->n + 1) * sizeof(*contests->items));
	if (contests->items == NULL)
		abort();
	contests->items[contests->n] = (struct contest){.kind = kind, .algorithm = algorithm};
	return &contests->items[contests->n++];
}

static void contest_add(struct contest *contest, struct check check)
{
	contest->checks = realloc(contest->checks, (contest->n + 1) * sizeof(*contest->checks));
	if (contest->checks == NULL)
		abort();
	contest->checks[contest->n++] = check;
}

// An engine that was given up on, whatever it offered.
static void contest_lose(struct contest *contest, const struct bench_options *options,
			 const struct lane_loaded_engine *engine)
{
	static const struct item nothing;
	struct check check = {.engine = engine,
			      .item = &nothing,
			      .reported = bench_filter_passes(&options->engines, engine->name),
			      .failed = 1};
	snprintf(check.counterexample, sizeof(check.counterexample), "%s", engine->reason);
	contest_add(contest, check);
}

static void contest_enter(struct contest *contest, const struct bench_options *options,
			  const struct lane_loaded_engine *engine, const struct item *item)
{
	const char *reason = item->unavailable;
	if (reason == NULL)
		bench_engine(engine, &reason);
	contest_add(contest, (struct check){.engine = engine,
					    .item = item,
					    .reported = item_passes(options, engine, item),
					    .skipped = reason});
}

// Contests in which somebody is to be reported. TLS is proven by the handshakes.
static struct contests contests_list(const struct bench_run *run)
{
	const struct lane_loaded_engine *engine;
	const struct item *item;
	struct contests contests = {0};
	for (int kind = 0; kind < ITEM_TLS; kind++)
		for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
			for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++)
				contest_enter(contest_of(&contests, (enum item_kind)kind, item->algorithm),
					      run->options, engine, item);
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		if (engine->broke)
			contest_lose(contest_of(&contests, ITEM_N_KINDS, "every algorithm"), run->options, engine);
	size_t kept = 0;
	for (size_t i = 0; i < contests.n; i++) {
		int reported = 0;
		for (size_t c = 0; c < contests.items[i].n; c++)
			reported |= contests.items[i].checks[c].reported;
		if (reported)
			contests.items[kept++] = contests.items[i];
		else
			free(contests.items[i].checks);
	}
	contests.n = kept;
	return contests;
}

static void contests_free(struct contests *contests)
{
	for (size_t i = 0; i < contests->n; i++)
		free(contests->items[i].checks);
	free(contests->items);
}

static void compare(struct contest *contest, size_t part, struct rng rng)
{
	switch (contest->kind) {
	case ITEM_AEAD:
		verify_aead(contest, part, PARTS, rng);
		break;
	case ITEM_CIPHER:
		verify_cipher(contest, part, PARTS, rng);
		break;
	case ITEM_MAC:
		verify_mac(contest, part, PARTS, rng);
		break;
	case ITEM_PK:
		if (part == 0)
			verify_pk(contest, rng);
		break;
	case ITEM_KEM:
		if (part == 0)
			verify_kem(contest, rng);
		break;
	case ITEM_KDF:
		if (part == 0)
			verify_kdf(contest, rng);
		break;
	case ITEM_TLS:
	case ITEM_N_KINDS:
		break;
	}
}

static void run_contests(struct contests *contests, uint64_t seed)
{
	// The dearest, public keys, come last in the list and should begin first.
#pragma omp parallel for schedule(dynamic, 1)
	for (size_t i = 0; i < contests->n; i++)
		verify_known_answers(&contests->items[contests->n - 1 - i]);
#pragma omp parallel for schedule(dynamic, 1)
	for (size_t task = 0; task < contests->n * PARTS; task++) {
		size_t i = contests->n - 1 - task / PARTS;
		if (!stopwatch_interrupted())
			compare(&contests->items[i], task % PARTS, (struct rng){seed + (task << 32)});
	}
}

// ---- What came out ----

struct totals {
	size_t passed, failed, skipped;
	unsigned long checks;
};

static struct totals count(const struct contests *contests)
{
	struct totals totals = {0};
	for (size_t i = 0; i < contests->n; i++)
		for (size_t c = 0; c < contests->items[i].n; c++) {
			const struct check *check = &contests->items[i].checks[c];
			if (!check->reported)
				continue;
			totals.checks += check->n_checks;
			totals.failed += check->failed != 0;
			totals.skipped += check->skipped != NULL;
			totals.passed += !check->failed && check->skipped == NULL;
		}
	return totals;
}

// "AES-128-GCM native aes-gcm:aesni: seal of 17 bytes …"
static void failure_line(const struct contest *contest, const struct check *check, char *text, size_t cap)
{
	char label[100];
	snprintf(text, cap, "%s, %s: %s", contest->algorithm,
		 item_label(check->engine, check->item, label, sizeof(label)), check->counterexample);
}

// A row for each algorithm and engine: kernels that passed together share one.
static void print_table(const struct contests *contests, FILE *out, int color, int columns)
{
	struct table *table = table_new("llll");
	table_heads(table, ":algorithm|:implementation|:result|:remark");
	for (size_t i = 0; i < contests->n; i++) {
		const struct contest *contest = &contests->items[i];
		for (size_t c = 0; c < contest->n; c++) {
			const struct check *check = &contest->checks[c];
			char label[100];
			if (!check->reported)
				continue;
			table_cell(table, PLAIN, "%s", contest->algorithm);
			table_cell(table, PLAIN, "%s", item_label(check->engine, check->item, label, sizeof(label)));
			if (check->failed)
				table_cell(table, RED, "FAILED");
			else if (check->skipped != NULL)
				table_cell(table, YELLOW, "skipped");
			else
				table_cell(table, GREEN, "passed");
			if (check->failed || check->skipped != NULL)
				table_cell(table, PLAIN, "%s", check->failed ? check->counterexample : check->skipped);
			else
				table_cell(table, DIM, "%lu checks", check->n_checks);
		}
	}
	table_print(table, out, color, 2, columns > 160 ? columns : 400);
}

static json_t *checks_json(const struct contests *contests, const struct totals *totals, double seconds)
{
	json_t *list = json_array();
	for (size_t i = 0; i < contests->n; i++)
		for (size_t c = 0; c < contests->items[i].n; c++) {
			const struct check *check = &contests->items[i].checks[c];
			if (!check->reported)
				continue;
			json_t *object = json_pack("{s:s, s:s, s:s, s:I}", "engine", check->engine->name, "algorithm",
						   contests->items[i].algorithm, "state",
						   check->failed            ? "failed"
						   : check->skipped != NULL ? "skipped"
									    : "passed",
						   "checks", (json_int_t)check->n_checks);
			if (check->item->kernel != NULL)
				json_object_set_new(object, "kernel", json_string(check->item->kernel));
			if (check->failed || check->skipped != NULL)
				json_object_set_new(
					object, "reason",
					json_string(check->failed ? check->counterexample : check->skipped));
			json_array_append_new(list, object);
		}
	return json_pack("{s:I, s:I, s:I, s:f, s:o}", "passed", (json_int_t)totals->passed, "failed",
			 (json_int_t)totals->failed, "skipped", (json_int_t)totals->skipped, "seconds", seconds,
			 "checks", list);
}

static void note_in_results(struct result_set *results, const struct contests *contests, const struct totals *totals,
			    double seconds)
{
	json_t *failures = json_array();
	char line[400];
	for (size_t i = 0; i < contests->n; i++)
		for (size_t c = 0; c < contests->items[i].n; c++) {
			const struct check *check = &contests->items[i].checks[c];
			if (!check->failed || !check->reported)
				continue;
			failure_line(&contests->items[i], check, line, sizeof(line));
			json_array_append_new(failures, json_string(line));
		}
	json_object_set_new(result_context(results), "verification",
			    json_pack("{s:I, s:I, s:I, s:I, s:f, s:o}", "passed", (json_int_t)totals->passed, "failed",
				      (json_int_t)totals->failed, "skipped", (json_int_t)totals->skipped, "checks",
				      (json_int_t)totals->checks, "seconds", seconds, "counterexamples", failures));
}

// Right is who was checked and never wrong.
static void mark(struct contests *contests)
{
	for (size_t i = 0; i < contests->n; i++)
		for (size_t c = 0; c < contests->items[i].n; c++) {
			struct check *check = &contests->items[i].checks[c];
			if (!check->failed && check->skipped == NULL && check->n_checks == 0)
				check->skipped = "nothing was found to check it with";
			if (!check->failed && check->skipped == NULL)
				bench_mark_verified(check->item);
		}
}

static int verify_and_report(struct bench_run *run, FILE *out, const char *json, int *json_failed)
{
	const double begun = bench_now();
	struct contests contests = contests_list(run);
	run_contests(&contests, run->seed);
	if (stopwatch_interrupted()) { // proves nothing
		contests_free(&contests);
		return 0;
	}
	mark(&contests);
	const struct totals totals = count(&contests);
	const double seconds = bench_now() - begun;
	if (run->results != NULL)
		note_in_results(run->results, &contests, &totals, seconds);
	if (json != NULL) {
		char error[512];
		json_t *root = checks_json(&contests, &totals, seconds);
		*json_failed = result_write_json(root, json, error, sizeof(error)) != 0;
		if (*json_failed)
			usage_error("%s", error);
		json_decref(root);
	}
	if (out != NULL) {
		int color = color_on(run->options, out);
		print_table(&contests, out, color, columns_of(out));
		text_newline(out);
		text_print(out, color, totals.failed > 0 ? RED : BOLD, "%zu passed, %zu failed, %zu skipped",
			   totals.passed, totals.failed, totals.skipped);
		text_print(out, color, DIM, "  (%lu checks in %.1f s, --seed %llu)", totals.checks, seconds,
			   (unsigned long long)run->seed);
		text_newline(out);
	}
	int failed = (int)totals.failed;
	contests_free(&contests);
	return failed;
}

int verify_all(struct bench_run *run, FILE *out)
{
	return verify_and_report(run, out, NULL, NULL);
}

static int verify_run(struct bench_run *run, const char *file)
{
	(void)file;
	if (run->options->wycheproof.n + run->options->cavp.n > 0)
		return verify_vectors(run);
	const char *json = run->options->json;
	int json_failed = 0;
	FILE *out = json != NULL && strcmp(json, "-") == 0 ? NULL : stdout;
	int failed = verify_and_report(run, out, json, &json_failed);
	return json_failed ? EXIT_USAGE : failed > 0 || stopwatch_interrupted() ? EXIT_CHECK : EXIT_FINE;
}

const struct command command_verify = {
	.name = "verify",
	.arguments = "",
	.summary = "prove every implementation right, by known answers and against each other",
	.help = "Checks known answers from the standards, then that all engines and kernels compute the same\n"
		"bytes: edge and random lengths, alignments, associated data, in place, streaming, batches;\n"
		"that what one seals or signs the others open or verify; that what was forged is refused and\n"
		"leaves no plaintext. What is wrong is FAILED, with the first counterexample, and never timed.\n"
		"\n"
		"With --wycheproof or --cavp, the vectors of those files instead: valid ones both ways, in place\n"
		"and as streams, and that invalid ones are refused. Sizes that an implementation does not take\n"
		"are skipped, with the reason; what Wycheproof calls acceptable is counted apart.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt verify\n"
		"  lanecrypt verify --algorithm AES-128-GCM --engine native\n"
		"  lanecrypt verify --engine ./my-engine.so\n"
		"  lanecrypt verify --engine ./my-engine.so --wycheproof aes_gcm_test.json --cavp gcm*.rsp\n",
	.options = " algorithm engine kernel wycheproof cavp seed format json no-color ",
	.needs_engines = 1,
	.run = verify_run,
};
