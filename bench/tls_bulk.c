// SPDX-License-Identifier: MIT
// One group for each suite and length of records: a cell for each engine's TLS, one for its bare AEAD, and one for
// ours.
//
// Some records are written into memory one after the other, then read from there; the bare AEADs seal and open the
// same number in the same places. A clock is read twice for all of them, on both sides alike.
//
//   record layer = t(record in TLS) - t(bare AEAD of as many bytes)
//
// as the median of the differences within rounds.

#include "tls_bulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../results/text.h"
#include "group.h"
#include "handshake_pair.h"
#include "items.h"
#include "progress.h"
#include "table.h"

#define KIND "TLS 1.3 X25519 ECDSA-P256" // a cheap handshake: it only gives the keys
#define TURN_SECONDS 1e-3

enum {
	n_ahead = 16,   // records between two readings of the clock
	header_len = 5, // of a record, which is its associated data
	nonce_len = 12,
	tag_len = 16,
	expansion = header_len + 1 + tag_len, // the content type is sealed too
	longest = 16384,
	place_len = longest + 256, // a record's; so no two begin at the same place of a page
	renewal = 1 << 20          // records of a key: RFC 8446 §5.5 allows 2^24.5 with AES-GCM
};

enum { series_out, series_in, n_series };

static const struct suite {
	const char *name, *algorithm;
} suites[] = {
	{"TLS_AES_128_GCM_SHA256", "AES-128-GCM"},
	{"TLS_AES_256_GCM_SHA384", "AES-256-GCM"},
	{"TLS_CHACHA20_POLY1305_SHA256", "ChaCha20-Poly1305"},
};
static const uint64_t sizes[] = {longest, 1350}; // the longest record, and one that fits into a packet

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// What all rivals of a group work on.
struct work {
	uint8_t plaintext[place_len], opened[place_len], places[n_ahead][place_len];
	size_t lens[n_ahead]; // of the records there
	uint8_t nonces[n_ahead][16], tags[n_ahead][tag_len], key[32];
	uint64_t counter; // the next nonce
	size_t size;
};

struct rival {
	const struct lane_loaded_engine *engine;
	struct work *work;
	int (*out)(struct rival *r, size_t i); // the i-th record is written; it is read
	int (*in)(struct rival *r, size_t i);
	// Of TLS:
	struct handshake_pair *pair;
	struct tls_kind kind;
	uint64_t n_records; // of this connection
	// Of a bare AEAD:
	const struct lane_engine_aead *aead;
	struct lane_engine_object *object;
	void *key;
	char reason[256]; // why it failed
};

static int fail(struct rival *r, const char *what, const char *why)
{
	snprintf(r->reason, sizeof r->reason, "%s: %s", what, why);
	return -1;
}

// ---- TLS ----

static int tls_fail(struct rival *r, const char *what)
{
	const char *reason = NULL;
	struct lane_engine_object *object = bench_engine(r->engine, &reason);
	return fail(r, what, object ? r->engine->engine->last_error(object) : reason);
}

static int tls_write(struct rival *r, size_t i)
{
	struct work *w = r->work;
	if (r->engine->tls->write(handshake_pair_connection(r->pair, LANE_ENGINE_SERVER), w->plaintext, w->size,
				  w->places[i], place_len, &w->lens[i]))
		return tls_fail(r, "write");
	return w->lens[i] == w->size + expansion ? 0 : fail(r, "write", "not one record of that length");
}

static int tls_read(struct rival *r, size_t i)
{
	struct work *w = r->work;
	size_t len;
	if (r->engine->tls->read(handshake_pair_connection(r->pair, LANE_ENGINE_CLIENT), w->places[i], w->lens[i],
				 w->opened, w->size, &len))
		return tls_fail(r, "read");
	return len == w->size ? 0 : fail(r, "read", "not as many bytes as were written");
}

// A connection whose keys are good for n records more.
static int connect(struct rival *r, uint64_t n)
{
	double ignored[HANDSHAKE_N_SIDES] = {0};
	if (r->n_records && r->n_records + n <= renewal) {
		r->n_records += n;
		return 0;
	}
	handshake_pair_release(r->pair, ignored);
	r->n_records = n;
	return handshake_pair_connect(r->pair, ignored) ? fail(r, "handshake", handshake_pair_reason(r->pair)) : 0;
}

// ---- Bare AEADs ----

static struct lane_engine_message message_at(struct work *w, size_t i)
{
	return (struct lane_engine_message){.len = w->size,
					    .nonce = w->nonces[i],
					    .nonce_len = nonce_len,
					    .aad = w->places[i],
					    .aad_len = header_len,
					    .tag = w->tags[i],
					    .tag_len = tag_len};
}

static int bare_seal(struct rival *r, size_t i)
{
	struct work *w = r->work;
	struct lane_engine_message message = message_at(w, i);
	memcpy(w->nonces[i] + 4, &w->counter, sizeof w->counter);
	w->counter++;
	message.in = w->plaintext;
	message.out = w->places[i] + header_len;
	return r->aead->seal(r->key, &message, 1) ? fail(r, "seal", r->engine->engine->last_error(r->object)) : 0;
}

static int bare_open(struct rival *r, size_t i)
{
	struct work *w = r->work;
	struct lane_engine_message message = message_at(w, i);
	message.in = w->places[i] + header_len;
	message.out = w->opened;
	return r->aead->open(r->key, &message, 1) ? fail(r, "open", r->engine->engine->last_error(r->object)) : 0;
}

// ---- What is timed ----

static int some_records(struct rival *r, size_t n, double *seconds)
{
	int status = 0;
	double since = stopwatch_cpu_seconds();
	for (size_t i = 0; i < n && !status; i++)
		status = r->out(r, i);
	seconds[series_out] += stopwatch_lap(&since);
	for (size_t i = 0; i < n && !status; i++)
		status = r->in(r, i);
	seconds[series_in] += stopwatch_lap(&since);
	return status;
}

// The first of a turn go uncounted, as in handshake.c, and are looked at.
static int batch(void *user, uint64_t n, double *seconds)
{
	struct rival *r = user;
	struct work *w = r->work;
	double ignored[n_series] = {0};
	size_t some = n_ahead;
	int status = r->pair ? connect(r, n_ahead) : 0;
	memset(w->opened, 0, w->size);
	if (!status)
		status = some_records(r, n_ahead, ignored);
	if (!status && memcmp(w->opened, w->plaintext, w->size) != 0)
		status = fail(r, "read", "not what was written");
	seconds[series_out] = seconds[series_in] = 0;
	for (; n && !status; n -= some) {
		some = n < n_ahead ? (size_t)n : n_ahead;
		status = r->pair ? connect(r, some) : 0;
		if (!status)
			status = some_records(r, some, seconds);
	}
	return status;
}

// ---- Groups ----

struct group {
	const struct suite *suite;
	uint64_t size;
	int first; // of its suite: says who does not offer it
	struct work *work;
	struct rival *rivals;
	struct stopwatch_cell *cells;
	struct result_entry *entries;
	size_t n;
};

static const struct lane_loaded_engine *chosen_engine(const struct bench_run *run, size_t *e)
{
	const struct lane_loaded_engine *engine;
	while ((engine = lane_loader_at(run->loader, (*e)++)))
		if (engine->engine && bench_filter_passes(&run->options->engines, engine->name))
			return engine;
	return NULL;
}

static struct result_entry entry_of(const struct group *g, const struct lane_loaded_engine *engine)
{
	return (struct result_entry){.engine = engine->name,
				     .library_version = engine->engine->library_version(),
				     .algorithm = g->suite->algorithm,
				     .suite = g->suite->name,
				     .version = "TLS 1.3",
				     .condition = TLS_BULK_INSIDE,
				     .size = g->size,
				     .has_size = 1};
}

// The next cell's rival; it is in once take_part was called.
static struct rival *next_rival(struct group *g, const struct lane_loaded_engine *engine)
{
	struct rival *r = &g->rivals[g->n];
	*r = (struct rival){.engine = engine, .work = g->work};
	return r;
}

static void take_part(struct group *g, struct rival *r, struct result_entry entry, const char *out, const char *in)
{
	entry.reason = r->reason;
	entry.op = out;
	g->entries[g->n * n_series + series_out] = entry;
	entry.op = in;
	g->entries[g->n * n_series + series_in] = entry;
	g->cells[g->n++] = (struct stopwatch_cell){.batch = batch, .user = r, .n_series = n_series};
}

static void add_missing(struct bench_run *run, struct result_entry entry, const char *op, enum result_state state,
			const char *reason)
{
	entry.op = op;
	entry.state = state;
	entry.reason = reason;
	run->failures += state == RESULT_FAILED;
	result_add(run->results, &entry);
}

static void enter_tls(struct bench_run *run, struct group *g, const struct lane_loaded_engine *engine)
{
	struct rival *r = next_rival(g, engine);
	struct result_entry entry = entry_of(g, engine);
	r->kind = *tls_kind_named(KIND);
	r->kind.suite = g->suite->name;
	r->out = tls_write;
	r->in = tls_read;
	r->pair = handshake_pair_new(run, engine, &r->kind, NULL);
	const enum result_state state = handshake_pair_state(r->pair);
	if (state == RESULT_OK) {
		take_part(g, r, entry, "write", "read");
		return;
	}
	entry.has_size = 0;
	entry.size = 0;
	if (g->first || state == RESULT_FAILED)
		add_missing(run, entry, "write", state, handshake_pair_reason(r->pair));
	handshake_pair_free(r->pair);
}

// The engine's own choice among its implementations; NULL when it has none that runs here.
static const struct lane_engine_aead *aead_of(const struct lane_loaded_engine *engine, const char *algorithm)
{
	for (size_t i = 0; i < engine->n_aead; i++) {
		const struct lane_engine_aead *aead = &engine->aead[i];
		if (strcasecmp(aead->algorithm, algorithm) == 0 && !aead->unavailable &&
		    !item_is_detail(engine, ITEM_AEAD, (const void *)aead))
			return aead;
	}
	return NULL;
}

static void enter_bare(struct bench_run *run, struct group *g, const struct lane_loaded_engine *engine)
{
	const struct lane_engine_aead *aead = aead_of(engine, g->suite->algorithm);
	struct rival *r = next_rival(g, engine);
	struct result_entry entry = entry_of(g, engine);
	const char *reason = NULL;
	if (!aead)
		return;
	entry.kernel = aead->kernel;
	entry.picked = item_picked(engine, aead, g->size);
	entry.condition = TLS_BULK_BARE;
	entry.aad = header_len;
	r->aead = aead;
	r->out = bare_seal;
	r->in = bare_open;
	if (!bench_is_verified(aead)) { // counted as a failure where it was found
		run->failures--;
		add_missing(run, entry, "seal", RESULT_FAILED, "did not pass verification, so not timed");
		return;
	}
	r->object = bench_engine(engine, &reason);
	if (r->object && aead->key_new(r->object, aead, g->work->key, aead->key_len, tag_len, &r->key))
		reason = engine->engine->last_error(r->object);
	if (reason)
		add_missing(run, entry, "seal", RESULT_FAILED, reason);
	else
		take_part(g, r, entry, "seal", "open");
}

static void leave(struct rival *r)
{
	double ignored[HANDSHAKE_N_SIDES] = {0};
	if (r->pair) {
		handshake_pair_release(r->pair, ignored);
		handshake_pair_free(r->pair);
	}
	if (r->key)
		r->aead->key_free(r->key);
}

// ---- The record layer ----

static struct estimate difference(const struct result_entry *a, const struct result_entry *b)
{
	const size_t n = a->n_samples < b->n_samples ? a->n_samples : b->n_samples;
	double *samples = bench_calloc(n, sizeof *samples);
	for (size_t i = 0; i < n; i++)
		samples[i] = a->samples[i] - b->samples[i];
	const struct estimate e = estimate_median(samples, n, CONFIDENCE_95);
	free(samples);
	return e;
}

static void add_layer(struct result_set *results, const struct result_entry *tls, const struct result_entry *bare)
{
	char against[128];
	struct estimate ratio;
	if (estimate_ratio(bare->samples, bare->n_samples, tls->samples, tls->n_samples, CONFIDENCE_95, &ratio))
		return;
	const struct estimate ns = difference(tls, bare);
	snprintf(against, sizeof against, "%s%s%s", bare->engine, bare->kernel ? "/" : "",
		 bare->kernel ? bare->kernel : "");
	result_add_layer(results, &(struct result_layer){.engine = tls->engine,
							 .version = tls->version,
							 .algorithm = tls->algorithm,
							 .op = tls->op,
							 .size = tls->size,
							 .against = against,
							 .ns = ns.x,
							 .ns_lo = ns.lo,
							 .ns_hi = ns.hi,
							 .ratio = ratio.x,
							 .ratio_lo = ratio.lo,
							 .ratio_hi = ratio.hi});
}

// Of this group's entries, which are the last: each engine's TLS against its own AEAD, and against ours.
static void add_layers(struct result_set *results, size_t begin)
{
	const size_t n = result_n_entries(results);
	for (size_t i = begin; i < n; i++) {
		const struct result_entry *tls = result_entry_at(results, i);
		const char *op = text_same(tls->op, "write") ? "seal" : "open";
		if (tls->state != RESULT_OK || !text_same(tls->condition, TLS_BULK_INSIDE))
			continue;
		for (size_t k = begin; k < n; k++) {
			const struct result_entry *bare = result_entry_at(results, k);
			if (bare->state == RESULT_OK && text_same(bare->op, op) &&
			    (text_same(bare->engine, tls->engine) || text_same(bare->engine, "native")))
				add_layer(results, tls, bare);
		}
	}
}

// ---- All of it ----

static int group_run(struct bench_run *run, struct group *g, double budget)
{
	const struct lane_loaded_engine *engine;
	const size_t begin = result_n_entries(run->results);
	for (size_t e = 0; (engine = chosen_engine(run, &e));) {
		if (engine->n_tls)
			enter_tls(run, g, engine);
		if (engine->n_tls || text_same(engine->name, "native"))
			enter_bare(run, g, engine);
	}
	const struct stopwatch_options options = {.budget = budget,
						  .batch_seconds = TURN_SECONDS,
						  .max_rounds = 1000,
						  .slow_factor = 1e9, // a library's own difference is asked for
						  .seed = run->seed++};
	const int interrupted = group_measure(run, g->cells, g->entries, g->n, &options);
	add_layers(run->results, begin);
	for (size_t i = 0; i < g->n; i++)
		leave(&g->rivals[i]);
	return interrupted;
}

static struct work *work_new(uint64_t seed)
{
	struct work *w = result_must(aligned_alloc(4096, (sizeof *w + 4095) / 4096 * 4096));
	memset(w, 0, sizeof *w);
	uint8_t *const parts[] = {w->plaintext, w->key};
	const size_t lens[] = {sizeof w->plaintext, sizeof w->key};
	uint64_t x = seed;
	for (size_t p = 0; p < COUNT(parts); p++)
		for (size_t i = 0; i < lens[p]; i++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			parts[p][i] = (uint8_t)(x >> 56);
		}
	return w;
}

size_t tls_bulk_n_groups(const struct bench_run *run)
{
	const struct lane_loaded_engine *engine;
	for (size_t e = 0; (engine = chosen_engine(run, &e));)
		if (engine->n_tls)
			return COUNT(suites) * COUNT(sizes);
	return 0;
}

int tls_bulk_measure(struct bench_run *run)
{
	const double begun = bench_now();
	size_t left = tls_bulk_n_groups(run), cap = 1;
	int interrupted = 0;
	while (lane_loader_at(run->loader, cap - 1))
		cap++;
	cap *= 2;
	struct group g = {.work = work_new(run->seed),
			  .rivals = bench_calloc(cap, sizeof *g.rivals),
			  .cells = bench_calloc(cap, sizeof *g.cells),
			  .entries = bench_calloc(cap * n_series, sizeof *g.entries)};
	for (size_t s = 0; s < COUNT(suites); s++)
		for (size_t i = 0; i < COUNT(sizes) && left && !interrupted; i++) {
			char what[80], size[FIGURE_CAP];
			snprintf(what, sizeof what, "%s in TLS, %s", suites[s].algorithm, figure_size(sizes[i], size));
			progress_step(run->progress, what);
			g.suite = &suites[s];
			g.size = g.work->size = sizes[i];
			g.first = i == 0;
			g.n = 0;
			interrupted = group_run(run, &g, group_budget(run, begun, left--));
		}
	explicit_bzero(g.work, sizeof *g.work);
	free(g.work);
	free(g.rivals);
	free(g.cells);
	free(g.entries);
	return interrupted;
}

struct bench_filter tls_bulk_filter(void)
{
	static char *names[] = {"=AES-128-GCM", "=AES-256-GCM", "=ChaCha20-Poly1305"};
	_Static_assert(COUNT(names) == COUNT(suites), "a name for each suite");
	return (struct bench_filter){names, COUNT(names)};
}
