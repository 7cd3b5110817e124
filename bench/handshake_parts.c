// SPDX-License-Identifier: MIT
// Two cells for each engine in the rounds of a kind: the handshake, step by step,
// and the rehearsal of its primitives.
//
//   rest = whole - sum of the parts
//
// of the medians, so that it adds up; its interval is that of the differences
// within rounds.

#define _GNU_SOURCE
#include "handshake_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../results/text.h"
#include "chains.h"
#include "group.h"
#include "handshake_rehearsal.h"
#include "progress.h"

#define HEADLINE_KIND "TLS 1.3 X25519 RSA-2048"

enum { series_both = HANDSHAKE_N_SIDES, series_steps, max_steps = 8, n_handshake_series = series_steps + max_steps };
enum { n_rehearsal_series = HANDSHAKE_N_SIDES * HANDSHAKE_N_PARTS };
_Static_assert(n_handshake_series <= STOPWATCH_MAX_SERIES && n_rehearsal_series <= STOPWATCH_MAX_SERIES, "series");

static const char *const side_names[series_both + 1] = {"client", "server", "both"};

// One engine's handshake and its rehearsal.
struct subject {
	const struct lane_loaded_engine *engine;
	const struct tls_kind *kind;
	struct handshake_observation seen;
	struct handshake_pair *pair;
	struct handshake_rehearsal *rehearsal;
	double steps[max_steps]; // CPU seconds, summed
	size_t step;             // of the present handshake
};

// ---- Cells ----

static void on_flight(void *user, int side, double seconds, const uint8_t *data, size_t len, int done)
{
	struct subject *s = user;
	(void)side, (void)data, (void)len, (void)done;
	s->steps[s->step < max_steps ? s->step : max_steps - 1] += seconds;
	s->step++;
}

// The first of a turn goes uncounted, as in handshake.c.
static int shake(void *user, uint64_t n, double *seconds)
{
	struct subject *s = user;
	double ignored[HANDSHAKE_N_SIDES] = {0}, sum[HANDSHAKE_N_SIDES] = {0};
	s->step = 0;
	int status = handshake_pair_shake(s->pair, ignored);
	memset(s->steps, 0, sizeof s->steps);
	for (; n && !status; n--) {
		s->step = 0;
		status = handshake_pair_shake(s->pair, sum);
	}
	for (int side = 0; side < HANDSHAKE_N_SIDES; side++)
		seconds[side] = sum[side];
	seconds[series_both] = sum[LANE_ENGINE_CLIENT] + sum[LANE_ENGINE_SERVER];
	memcpy(&seconds[series_steps], s->steps, sizeof s->steps);
	return status;
}

static int rehearse(void *user, uint64_t n, double *seconds)
{
	struct subject *s = user;
	double ignored[HANDSHAKE_N_SIDES][HANDSHAKE_N_PARTS] = {0}, sum[HANDSHAKE_N_SIDES][HANDSHAKE_N_PARTS] = {0};
	int status = handshake_rehearse(s->rehearsal, ignored);
	for (; n && !status; n--)
		status = handshake_rehearse(s->rehearsal, sum);
	memcpy(seconds, sum, sizeof sum);
	return status;
}

// ---- From samples to parts ----

static const struct stopwatch_estimate *part_series(const struct stopwatch_cell *rehearsal, int side, int part)
{
	return &rehearsal->series[side * HANDSHAKE_N_PARTS + part];
}

static int is_measured(const struct subject *s, int side, int part)
{
	return handshake_rehearsal_primitives(s->rehearsal, side, (enum handshake_part)part)[0] &&
	       !handshake_rehearsal_missing(s->rehearsal, side, (enum handshake_part)part);
}

// Of the differences within rounds.
static struct estimate rest_of(const struct subject *s, const struct stopwatch_cell *cells, int side)
{
	const struct stopwatch_estimate *whole = &cells[0].series[side];
	const uint32_t rehearsed = cells[1].series[0].rounds, n = whole->rounds < rehearsed ? whole->rounds : rehearsed;
	double *samples = bench_calloc(n, sizeof *samples);
	for (uint32_t round = 0; round < n; round++) {
		samples[round] = whole->samples[round];
		for (int part = 0; part < HANDSHAKE_N_PARTS; part++)
			if (is_measured(s, side, part))
				samples[round] -= part_series(&cells[1], side, part)->samples[round];
	}
	const struct estimate rest = estimate_median(samples, n, CONFIDENCE_95);
	free(samples);
	return rest;
}

static void add_part(struct bench_run *run, const struct subject *s, int side, const char *part, const char *primitives,
		     struct estimate ns)
{
	result_add_part(run->results, &(struct result_part){.engine = s->engine->name,
							    .kind = s->kind->name,
							    .side = side_names[side],
							    .part = part,
							    .primitives = primitives,
							    .ns = ns.x,
							    .ns_lo = ns.lo,
							    .ns_hi = ns.hi});
}

static void add_parts(struct bench_run *run, const struct subject *s, const struct stopwatch_cell *cells, int side)
{
	const struct stopwatch_estimate *whole = &cells[0].series[side];
	struct estimate rest = rest_of(s, cells, side);
	char missing[300] = "";
	add_part(run, s, side, RESULT_WHOLE, NULL, (struct estimate){whole->ns, whole->ns_lo, whole->ns_hi});
	rest.x = whole->ns;
	for (int part = 0; part < HANDSHAKE_N_PARTS; part++) {
		const enum handshake_part p = (enum handshake_part)part;
		const char *lacks = handshake_rehearsal_missing(s->rehearsal, side, p);
		const size_t used = strlen(missing);
		if (lacks)
			snprintf(missing + used, sizeof missing - used, "%s%s: no %s", used ? "; " : "",
				 handshake_part_name(p), lacks);
		if (!is_measured(s, side, part))
			continue;
		const struct stopwatch_estimate *e = part_series(&cells[1], side, part);
		add_part(run, s, side, handshake_part_name(p), handshake_rehearsal_primitives(s->rehearsal, side, p),
			 (struct estimate){e->ns, e->ns_lo, e->ns_hi});
		rest.x -= e->ns;
	}
	rest.lo = fmin(rest.lo, rest.x);
	rest.hi = fmax(rest.hi, rest.x);
	add_part(run, s, side, RESULT_REST, missing[0] ? missing : NULL, rest);
}

static void add_flights(struct bench_run *run, const struct subject *s, const struct stopwatch_cell *shaken)
{
	// Client and server take turns; after the last flight one step more takes it.
	for (size_t i = 0; i <= s->seen.n_flights && i < max_steps; i++) {
		const struct stopwatch_estimate *e = &shaken->series[series_steps + i];
		const int sends = i < s->seen.n_flights;
		result_add_flight(run->results,
				  &(struct result_flight){.engine = s->engine->name,
							  .kind = s->kind->name,
							  .side = side_names[i % HANDSHAKE_N_SIDES],
							  .flight = (uint32_t)i + 1,
							  .messages = sends ? s->seen.flights[i].messages : NULL,
							  .bytes = sends ? s->seen.flights[i].len : 0,
							  .ns = e->ns,
							  .ns_lo = e->ns_lo,
							  .ns_hi = e->ns_hi});
	}
}

static struct result_entry entry_of(const struct lane_loaded_engine *engine, const struct tls_kind *kind,
				    const struct handshake_pair *pair)
{
	return (struct result_entry){.engine = engine->name,
				     .library_version = engine->engine->library_version(),
				     .algorithm = "TLS",
				     .op = "handshake",
				     .kind = kind->name,
				     .version = tls_kind_version(kind),
				     .suite = kind->suite,
				     .group = kind->group,
				     .certificate = kind->certificate,
				     .resumed = kind->resume != LANE_ENGINE_TLS_RESUME_NONE,
				     .reason = handshake_pair_reason(pair)};
}

// Whether the handshake's figures are there already, from handshake.c.
static int is_known(const struct bench_run *run, const struct result_entry *like)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(run->results, i)); i++)
		if (text_same(e->op, like->op) && text_same(e->kind, like->kind) && text_same(e->engine, like->engine))
			return 1;
	return 0;
}

static void add_whole(struct bench_run *run, const struct subject *s, const struct stopwatch_cell *shaken)
{
	struct result_entry entry = entry_of(s->engine, s->kind, s->pair);
	if (is_known(run, &entry))
		return;
	for (int side = 0; side <= series_both; side++) {
		entry.side = side_names[side];
		handshake_observation_note(&entry, &s->seen, side);
		group_take_estimate(&entry, shaken, (size_t)side);
		result_add(run->results, &entry);
	}
}

static void add_unmeasured(struct bench_run *run, struct result_entry entry, enum result_state state)
{
	entry.state = state;
	run->failures += state == RESULT_FAILED;
	if (!is_known(run, &entry))
		result_add(run->results, &entry);
}

static void conclude(struct bench_run *run, const struct subject *s, const struct stopwatch_cell *cells)
{
	if (cells[0].failed || cells[1].failed) {
		struct result_entry entry = entry_of(s->engine, s->kind, s->pair);
		if (!cells[0].failed)
			entry.reason = handshake_rehearsal_reason(s->rehearsal);
		add_unmeasured(run, entry, RESULT_FAILED);
	} else if (cells[0].series[0].rounds > 0 && cells[1].series[0].rounds > 0) {
		add_whole(run, s, &cells[0]);
		add_flights(run, s, &cells[0]);
		for (int side = 0; side < HANDSHAKE_N_SIDES; side++)
			add_parts(run, s, cells, side);
	}
}

// ---- Groups ----

// 0 when the engine has the kind; what it has not is among the results.
static int subject_enter(struct bench_run *run, struct subject *s, const struct lane_loaded_engine *engine,
			 const struct tls_kind *kind)
{
	const struct handshake_watch watch = {.flight = on_flight, .user = s};
	*s = (struct subject){.engine = engine, .kind = kind};
	s->pair = handshake_pair_new(run, engine, kind, &watch);
	const enum result_state state = handshake_pair_state(s->pair);
	if (state == RESULT_OK && handshake_observe(run, engine, kind, &s->seen) == 0) {
		s->rehearsal = handshake_rehearsal_new(run, engine, kind, s->pair, &s->seen);
		return 0;
	}
	add_unmeasured(run, entry_of(engine, kind, s->pair), state == RESULT_OK ? RESULT_FAILED : state);
	handshake_pair_free(s->pair);
	return -1;
}

static int kind_run(struct bench_run *run, const struct tls_kind *kind, double budget)
{
	const struct lane_loaded_engine *engine;
	size_t n = 0, cap = 0;
	while (lane_loader_at(run->loader, cap))
		cap++;
	struct subject *subjects = bench_calloc(cap, sizeof *subjects);
	struct stopwatch_cell *cells = bench_calloc(2 * cap, sizeof *cells);
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++) {
		struct subject *s = &subjects[n];
		if (!engine->engine || !bench_filter_passes(&run->options->engines, engine->name) ||
		    subject_enter(run, s, engine, kind))
			continue;
		cells[2 * n] = (struct stopwatch_cell){.batch = shake, .user = s, .n_series = n_handshake_series};
		cells[2 * n + 1] =
			(struct stopwatch_cell){.batch = rehearse, .user = s, .n_series = n_rehearsal_series};
		n++;
	}
	// All take part in every round: parts are taken from the whole within rounds.
	const struct stopwatch_options options = {
		.budget = budget, .max_rounds = 2000, .slow_factor = 1e9, .seed = run->seed++};
	const int interrupted = n ? stopwatch_measure(cells, 2 * n, &options) : 0;
	for (size_t i = 0; i < n; i++) {
		conclude(run, &subjects[i], &cells[2 * i]);
		handshake_rehearsal_free(subjects[i].rehearsal);
		handshake_pair_free(subjects[i].pair);
	}
	if (n)
		stopwatch_cells_free(cells, 2 * n);
	free(cells);
	free(subjects);
	return interrupted;
}

static int kinds_run(struct bench_run *run, int (*wanted)(const struct bench_run *run, const struct tls_kind *kind),
		     size_t left)
{
	const double begun = bench_now();
	const struct tls_kind *kind;
	int interrupted = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		if (wanted(run, kind))
			bench_chain(run, kind->key_type); // their making is within no group's time
	for (size_t i = 0; (kind = tls_kind_at(i)) && !interrupted; i++) {
		char what[96];
		if (!wanted(run, kind))
			continue;
		snprintf(what, sizeof what, "parts of %s", kind->name);
		progress_step(run->progress, what);
		interrupted = kind_run(run, kind, group_budget(run, begun, left--));
	}
	return interrupted;
}

static int is_chosen(const struct bench_run *run, const struct tls_kind *kind)
{
	return tls_kind_chosen(kind, run->options) != 0;
}

// Figures are not pooled over starts: one start measures them.
static int is_headline(const struct bench_run *run, const struct tls_kind *kind)
{
	return run->options->worker <= 0 && strcmp(kind->name, HEADLINE_KIND) == 0 && is_chosen(run, kind);
}

static size_t count(const struct bench_run *run,
		    int (*wanted)(const struct bench_run *run, const struct tls_kind *kind))
{
	const struct tls_kind *kind;
	size_t n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		n += wanted(run, kind) != 0;
	return n;
}

size_t handshake_parts_n_groups(const struct bench_run *run)
{
	return count(run, is_chosen);
}

int handshake_parts_measure(struct bench_run *run)
{
	return kinds_run(run, is_chosen, count(run, is_chosen));
}

size_t handshake_parts_n_headline(const struct bench_run *run)
{
	return count(run, is_headline);
}

int handshake_parts_measure_headline(struct bench_run *run)
{
	return kinds_run(run, is_headline, count(run, is_headline));
}

// ---- What has to be verified ----

static void filter_add(struct bench_filter *filter, const char *algorithm)
{
	char *word;
	if (!algorithm)
		return;
	for (size_t i = 0; i < filter->n; i++)
		if (strcmp(filter->items[i] + 1, algorithm) == 0)
			return;
	filter->items = result_must(realloc(filter->items, (filter->n + 1) * sizeof *filter->items));
	if (asprintf(&word, "=%s", algorithm) < 0)
		result_must(NULL);
	filter->items[filter->n++] = word;
}

struct bench_filter handshake_parts_filter(const struct bench_options *options)
{
	struct bench_filter filter = {0};
	const struct tls_kind *kind;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++) {
		for (int side = 0; side < HANDSHAKE_N_SIDES && tls_kind_chosen(kind, options); side++) {
			const struct handshake_work work = handshake_work(kind, side);
			const char *const algorithms[] = {work.signs, work.verifies, work.chain,    work.agrees,
							  work.kem,   work.encrypts, work.decrypts, work.hash,
							  work.hmac,  work.aead};
			for (size_t a = 0; a < sizeof algorithms / sizeof algorithms[0]; a++)
				filter_add(&filter, algorithms[a]);
		}
	}
	return filter;
}

void handshake_parts_free_filter(struct bench_filter *filter)
{
	for (size_t i = 0; i < filter->n; i++)
		free(filter->items[i]);
	free(filter->items);
	*filter = (struct bench_filter){0};
}
