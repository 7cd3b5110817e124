// SPDX-License-Identifier: MIT
// TLS handshakes of one kind by every engine that has it, measured against each
// other: a group for each kind, three series of each pair.

#include <stdlib.h>
#include <string.h>

#include "chains.h"
#include "group.h"
#include "handshake_observe.h"
#include "progress.h"

enum { series_both = HANDSHAKE_N_SIDES, n_series };

static const char *const series_names[n_series] = {"client", "server", "both"};

// The first of a turn goes uncounted: others have had the caches meanwhile, which makes it up to 7 % slower than
// it is in a row.
static int batch(void *pair, uint64_t n, double *seconds)
{
	double ignored[HANDSHAKE_N_SIDES] = {0}, sum[HANDSHAKE_N_SIDES] = {0};
	int status = handshake_pair_shake(pair, ignored);
	for (; n && !status; n--)
		status = handshake_pair_shake(pair, sum);
	seconds[LANE_ENGINE_CLIENT] = sum[LANE_ENGINE_CLIENT];
	seconds[LANE_ENGINE_SERVER] = sum[LANE_ENGINE_SERVER];
	seconds[series_both] = sum[LANE_ENGINE_CLIENT] + sum[LANE_ENGINE_SERVER];
	return status;
}

// One entry for all three sides.
static void add_unmeasured(struct bench_run *run, struct result_entry entry, const struct handshake_pair *pair)
{
	entry.side = NULL;
	entry.state = handshake_pair_state(pair);
	run->failures += entry.state == RESULT_FAILED;
	result_add(run->results, &entry);
}

static const struct lane_loaded_engine *chosen_engine(const struct bench_run *run, size_t *e)
{
	const struct lane_loaded_engine *engine;
	while ((engine = lane_loader_at(run->loader, (*e)++)))
		if (engine->engine && bench_filter_passes(&run->options->engines, engine->name))
			return engine;
	return NULL;
}

// Libraries without TLS: one entry each, whatever the kinds.
static void add_those_without(struct bench_run *run)
{
	const struct lane_loaded_engine *engine;
	for (size_t e = 0; (engine = chosen_engine(run, &e));)
		if (!engine->n_tls)
			result_add(run->results,
				   &(struct result_entry){.engine = engine->name,
							  .library_version = engine->engine->library_version(),
							  .algorithm = "TLS",
							  .op = "handshake",
							  .state = RESULT_NOT_OFFERED,
							  .reason = "no TLS"});
}

static int kind_run(struct bench_run *run, const struct tls_kind *kind, double budget)
{
	const struct lane_loaded_engine *engine;
	size_t n = 0, cap = 0;
	while (lane_loader_at(run->loader, cap))
		cap++;
	struct stopwatch_cell *cells = bench_calloc(cap, sizeof *cells);
	struct result_entry *entries = bench_calloc(cap * n_series, sizeof *entries);

	for (size_t e = 0; (engine = chosen_engine(run, &e));) {
		if (!engine->n_tls)
			continue;
		struct handshake_pair *pair = handshake_pair_new(run, engine, kind, NULL);
		struct handshake_observation seen = {0};
		if (handshake_pair_state(pair) == RESULT_OK)
			handshake_observe(run, engine, kind, &seen);
		for (size_t s = 0; s < n_series; s++) {
			struct result_entry *entry = &entries[n * n_series + s];
			*entry = handshake_entry(engine, kind);
			entry->side = series_names[s];
			entry->reason = handshake_pair_reason(pair);
			handshake_observation_note(entry, &seen, (int)s);
		}
		if (handshake_pair_state(pair) == RESULT_OK) {
			cells[n++] = (struct stopwatch_cell){.batch = batch, .user = pair, .n_series = n_series};
		} else {
			add_unmeasured(run, entries[n * n_series], pair);
			handshake_pair_free(pair);
		}
	}

	struct stopwatch_options options = {.budget = budget, .max_rounds = 2000, .seed = run->seed++};
	int interrupted = group_measure(run, cells, entries, n, &options);
	for (size_t i = 0; i < n; i++)
		handshake_pair_free(cells[i].user);
	free(cells);
	free(entries);
	return interrupted;
}

static int kind_wanted(const struct bench_run *run, const struct tls_kind *kind)
{
	return tls_kind_chosen(kind, run->options) &&
	       group_wanted(run, &(struct result_entry){.kind = kind->name, .op = "handshake"});
}

static int offered(const struct bench_run *run, const struct tls_kind *kind)
{
	const struct lane_loaded_engine *engine;
	for (size_t e = 0; (engine = chosen_engine(run, &e));)
		if (handshake_offered(engine, kind))
			return 1;
	return 0;
}

size_t handshake_n_groups(const struct bench_run *run)
{
	const struct tls_kind *kind;
	size_t n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		n += kind_wanted(run, kind) != 0;
	return n;
}

size_t handshake_n_offered(const struct bench_run *run)
{
	const struct tls_kind *kind;
	size_t n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		n += kind_wanted(run, kind) && offered(run, kind);
	return n;
}

// All keys and chains ahead of everything: their making is within no group's time.
static void prepare(struct bench_run *run)
{
	enum { max_types = 16 };
	const char *types[max_types];
	const struct tls_kind *kind;
	size_t n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++) {
		size_t known = 0;
		while (known < n && strcmp(types[known], kind->key_type) != 0)
			known++;
		if (known == n && n < max_types && kind_wanted(run, kind) && offered(run, kind))
			types[n++] = kind->key_type;
	}
	bench_chains_prepare(run, types, n);
	for (size_t i = 0; (kind = tls_kind_at(i)); i++) {
		if (!kind_wanted(run, kind) || !offered(run, kind))
			continue;
		bench_chain(run, kind->key_type);
		if (kind->client_auth)
			bench_client_chain(run, kind->key_type);
	}
}

int handshake_measure(struct bench_run *run)
{
	const double begun = bench_now();
	const struct tls_kind *kind;
	size_t left = handshake_n_offered(run);
	int interrupted = 0;
	prepare(run);
	add_those_without(run);
	for (size_t i = 0; (kind = tls_kind_at(i)) && !interrupted; i++) {
		if (!kind_wanted(run, kind))
			continue;
		progress_step(run->progress, kind->name);
		const int is_offered = offered(run, kind);
		interrupted = kind_run(run, kind, is_offered ? group_budget(run, begun, left) : 0);
		left -= is_offered != 0;
	}
	return interrupted;
}
