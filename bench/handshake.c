// SPDX-License-Identifier: MIT
// Whole TLS handshakes in memory: a client and a server of the same engine pass
// flights to each other in this thread, and the CPU time of each is told apart.
//
// Timed is what a connection costs: its making, its steps, its release; each on
// the side that does it. The client verifies the server's chain, names and
// dates. Configurations, certificates and keys are made outside; between the
// last step and the release, with the clock stopped, both sides are asked what
// they really negotiated, and a handshake of another kind is a failure.

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chains.h"
#include "group.h"
#include "handshake.h"

// The most bytes of a flight; the most flights; the longest session.
enum { flight_cap = 65536, max_flights = 16, session_cap = 32768 };
enum { n_sides = 2, series_both = 2, n_series = 3 };

static const char *const side_names[n_series] = {"client", "server", "both"};

struct side {
	void *config, *connection;
	uint8_t flight[flight_cap]; // what it sends next
	size_t flight_len;
	int done;
};

// One engine at one kind of handshake.
struct rival {
	const struct lane_loaded_engine *engine;
	const struct lane_engine_tls *tls;
	const struct tls_kind *kind;
	struct lane_engine_object *object;
	void *identity;
	struct side sides[n_sides];
	uint8_t session[session_cap];
	size_t session_len; // > 0: resume it
	char reason[256];   // why it failed
};

__attribute__((format(printf, 2, 3))) static int fail(struct rival *r, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(r->reason, sizeof r->reason, format, arguments);
	va_end(arguments);
	return -1;
}

static int fail_at(struct rival *r, int side, const char *what)
{
	return fail(r, "%s, %s: %s", side_names[side], what, r->engine->engine->last_error(r->object));
}

// ---- One handshake ----

// Client and server take turns until both are done and nothing is in flight.
static int exchange(struct rival *r, double *seconds)
{
	const struct lane_engine_tls *tls = r->tls;
	double since = stopwatch_cpu_seconds();
	for (int turn = 0; turn < max_flights; turn++) {
		int who = turn % 2;
		struct side *self = &r->sides[who], *peer = &r->sides[!who];
		if (!self->connection) {
			int resumes = who == LANE_ENGINE_CLIENT && r->session_len;
			if (tls->connection_new(self->config, resumes ? r->session : NULL, resumes ? r->session_len : 0,
						&self->connection))
				return fail_at(r, who, "new connection");
		}
		if (tls->step(self->connection, peer->flight, peer->flight_len, self->flight, flight_cap,
			      &self->flight_len, &self->done))
			return fail_at(r, who, "step");
		seconds[who] += stopwatch_lap(&since);
		if (self->flight_len == 0)
			return self->done && peer->done ? 0 : fail(r, "%s: fell silent", side_names[who]);
	}
	return fail(r, "no end after %d flights", max_flights);
}

static const char *told(const char *name)
{
	return name[0] ? name : "it does not tell what";
}

// Were both sides at the kind that was asked for? What the library does not tell is not proven.
static int check(struct rival *r)
{
	const struct tls_kind *kind = r->kind;
	for (int who = 0; who < n_sides; who++) {
		struct lane_engine_tls_info info = {.struct_size = sizeof info};
		if (r->tls->info(r->sides[who].connection, &info))
			return fail_at(r, who, "info");
		if (info.version != kind->version)
			return fail(r, "%s: negotiated version %04x", side_names[who], info.version);
		if (strcmp(info.suite, kind->suite) != 0)
			return fail(r, "%s: negotiated %s, not %s", side_names[who], info.suite, kind->suite);
		if (!info.resumed != !r->session_len)
			return fail(r, "%s: %s", side_names[who], info.resumed ? "resumed" : "did not resume");
		if (who == LANE_ENGINE_CLIENT && !info.peer_verified)
			return fail(r, "client: did not verify the server");
		// A resumption in TLS 1.2 has no key exchange, and no resumption a signature.
		int exchanged = kind->group && !(info.resumed && kind->version == LANE_ENGINE_TLS12);
		if (exchanged && strcmp(info.group, kind->group) != 0)
			return fail(r, "%s: negotiated group %s, not %s", side_names[who], told(info.group),
				    kind->group);
		int signed_ = kind->signature && !info.resumed && who == LANE_ENGINE_CLIENT;
		if (signed_ && strcmp(info.signature, kind->signature) != 0)
			return fail(r, "server signed with %s, not %s", told(info.signature), kind->signature);
	}
	return 0;
}

static void release(struct rival *r, double *seconds)
{
	double since = stopwatch_cpu_seconds();
	for (int who = 0; who < n_sides; who++) {
		struct side *side = &r->sides[who];
		if (side->connection)
			r->tls->connection_free(side->connection);
		seconds[who] += stopwatch_lap(&since);
		side->connection = NULL;
		side->flight_len = 0;
		side->done = 0;
	}
}

static int handshake(struct rival *r, double *seconds)
{
	int status = exchange(r, seconds);
	if (!status)
		status = check(r);
	release(r, seconds);
	return status;
}

// The first of a turn goes uncounted: others have had the caches meanwhile, which makes it up to 7 % slower than
// it is in a row.
static int batch(void *user, uint64_t n, double *seconds)
{
	struct rival *r = user;
	double ignored[n_sides] = {0}, sum[n_sides] = {0};
	int status = handshake(r, ignored);
	for (; n && !status; n--)
		status = handshake(r, sum);
	seconds[LANE_ENGINE_CLIENT] = sum[LANE_ENGINE_CLIENT];
	seconds[LANE_ENGINE_SERVER] = sum[LANE_ENGINE_SERVER];
	seconds[series_both] = sum[LANE_ENGINE_CLIENT] + sum[LANE_ENGINE_SERVER];
	return status;
}

// ---- Setting up ----

// One unmeasured handshake: it warms up, shows whether the kind works at all, and
// where that is a resumption, it is the full one that gives the session.
static int warm_up(struct rival *r)
{
	double ignored[n_sides] = {0};
	int status = exchange(r, ignored);
	if (!status)
		status = check(r);
	if (!status && r->kind->resume != LANE_ENGINE_TLS_RESUME_NONE) {
		if (r->tls->session_export(r->sides[LANE_ENGINE_CLIENT].connection, r->session, session_cap,
					   &r->session_len))
			status = fail_at(r, LANE_ENGINE_CLIENT, "export of the session");
		else if (!r->session_len)
			status = fail(r, "the server gave no session");
	}
	release(r, ignored);
	return status;
}

static int configure(struct rival *r, const struct chain *chain)
{
	struct lane_engine_identity_input identity = {.struct_size = sizeof identity,
						      .n_certificates = 2,
						      .certificates = chain->sent,
						      .private_key = chain->private_key};
	int status = r->tls->identity_new(r->object, &identity, &r->identity);
	for (int who = 0; who < n_sides && !status; who++) {
		struct lane_engine_tls_input input = {.struct_size = sizeof input,
						      .side = (uint32_t)who,
						      .version = r->kind->version,
						      .resume = r->kind->resume,
						      .suite = r->kind->suite,
						      .group = r->kind->group,
						      .signature = r->kind->signature};
		if (who == LANE_ENGINE_SERVER) {
			input.identity = r->identity;
		} else {
			input.host_name = CHAIN_HOST_NAME;
			input.root = chain->root;
		}
		status = r->tls->config_new(r->object, &input, &r->sides[who].config);
	}
	return status;
}

static void rival_clear(struct rival *r)
{
	for (int who = 0; who < n_sides; who++)
		if (r->sides[who].config)
			r->tls->config_free(r->sides[who].config);
	if (r->identity)
		r->tls->identity_free(r->identity);
	explicit_bzero(r->session, r->session_len);
}

// Whether a comma-separated list has the name.
static int lists(const char *list, const char *name)
{
	size_t len = strlen(name);
	for (const char *at = list; at && *at; at += strcspn(at, ",")) {
		at += strspn(at, ", ");
		if (strcspn(at, ", ") == len && strncmp(at, name, len) == 0)
			return 1;
	}
	return 0;
}

// What of the kind this engine has not; NULL when nothing is missing.
static const char *missing(const struct lane_engine_tls *tls, const struct tls_kind *kind)
{
	if (!lists(tls->suites, kind->suite))
		return kind->suite;
	if (kind->group && !lists(tls->groups, kind->group))
		return kind->group;
	if (kind->signature && !lists(tls->signatures, kind->signature))
		return kind->signature;
	return NULL;
}

// One entry for all three sides.
static void add_unmeasured(struct bench_run *run, struct result_entry entry, enum result_state state,
			   const char *reason)
{
	entry.side = NULL;
	entry.state = state;
	entry.reason = reason;
	result_add(run->results, &entry);
}

// Puts the rival to work: its cell is ready, or else its entry is in the results and this says -1.
static int rival_enter(struct bench_run *run, struct rival *r, const struct result_entry *entry)
{
	r->tls = r->engine->tls;
	if (!r->engine->n_tls) {
		add_unmeasured(run, *entry, RESULT_NOT_OFFERED, "no TLS");
		return -1;
	}
	if (r->tls->unavailable) {
		add_unmeasured(run, *entry, RESULT_NOT_OFFERED, r->tls->unavailable);
		return -1;
	}
	const char *lacks = missing(r->tls, r->kind);
	if (lacks) {
		fail(r, "no %s", lacks);
		add_unmeasured(run, *entry, RESULT_NOT_OFFERED, r->reason);
		return -1;
	}

	const struct chain *chain = bench_chain(run, r->kind->key_type);
	const char *reason;
	r->object = bench_engine(r->engine, &reason);
	int status = LANE_ENGINE_FAILED;
	if (!r->object)
		fail(r, "%s", reason);
	else if (!chain->made)
		fail(r, "no certificates: %s", chain->reason);
	else if ((status = configure(r, chain)) != LANE_ENGINE_OK)
		fail(r, "setting up: %s", r->engine->engine->last_error(r->object));
	else if (warm_up(r) == 0)
		return 0;
	else
		status = LANE_ENGINE_FAILED;

	rival_clear(r);
	run->failures += status != LANE_ENGINE_UNSUPPORTED;
	add_unmeasured(run, *entry, status == LANE_ENGINE_UNSUPPORTED ? RESULT_NOT_OFFERED : RESULT_FAILED, r->reason);
	return -1;
}

// ---- For others ----

struct handshake_pair {
	struct rival rival;
};

struct handshake_pair *handshake_pair_new(struct bench_run *run, const struct lane_loaded_engine *engine,
					  const struct tls_kind *kind, char *reason, size_t cap)
{
	struct handshake_pair *pair = bench_calloc(1, sizeof *pair);
	struct rival *r = &pair->rival;
	const struct chain *chain = bench_chain(run, kind->key_type);
	const char *why = NULL;
	r->engine = engine;
	r->tls = engine->tls;
	r->kind = kind;
	r->object = bench_engine(engine, &why);
	if (!r->object)
		fail(r, "%s", why);
	else if (!chain->made)
		fail(r, "no certificates: %s", chain->reason);
	else if (configure(r, chain))
		fail(r, "setting up: %s", engine->engine->last_error(r->object));
	else if (warm_up(r) == 0)
		return pair;
	snprintf(reason, cap, "%s", r->reason);
	handshake_pair_free(pair);
	return NULL;
}

int handshake_pair_run(struct handshake_pair *pair, uint64_t n)
{
	double ignored[n_sides] = {0};
	int status = 0;
	for (; n && !status; n--)
		status = handshake(&pair->rival, ignored);
	return status;
}

void handshake_pair_free(struct handshake_pair *pair)
{
	rival_clear(&pair->rival);
	free(pair);
}

int handshake_offered(const struct lane_loaded_engine *engine, const struct tls_kind *kind)
{
	return engine->n_tls && !engine->tls->unavailable && !missing(engine->tls, kind);
}

// ---- Groups: one for each kind ----

static int kind_run(struct bench_run *run, const struct tls_kind *kind, double budget)
{
	const struct lane_loaded_engine *engine;
	size_t n = 0, cap = 0;
	while (lane_loader_at(run->loader, cap))
		cap++;
	struct rival **rivals = bench_calloc(cap, sizeof(struct rival *));
	struct stopwatch_cell *cells = bench_calloc(cap, sizeof *cells);
	struct result_entry *entries = bench_calloc(cap * n_series, sizeof *entries);

	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++) {
		if (!engine->engine || !bench_filter_passes(&run->options->engines, engine->name))
			continue;
		struct rival *r = bench_calloc(1, sizeof *r);
		r->engine = engine;
		r->kind = kind;
		for (size_t s = 0; s < n_series; s++)
			entries[n * n_series + s] =
				(struct result_entry){.engine = engine->name,
						      .library_version = engine->engine->library_version(),
						      .algorithm = "TLS",
						      .op = "handshake",
						      .kind = kind->name,
						      .side = side_names[s],
						      .version = tls_kind_version(kind),
						      .suite = kind->suite,
						      .group = kind->group,
						      .certificate = kind->certificate,
						      .resumed = kind->resume != LANE_ENGINE_TLS_RESUME_NONE,
						      .reason = r->reason};
		if (rival_enter(run, r, &entries[n * n_series]) == 0) {
			cells[n] = (struct stopwatch_cell){.batch = batch, .user = r, .n_series = n_series};
			rivals[n++] = r;
		} else {
			free(r);
		}
	}

	struct stopwatch_options options = {.budget = budget, .max_rounds = 2000, .seed = run->seed++};
	int interrupted = group_measure(run, cells, entries, n, &options);
	for (size_t i = 0; i < n; i++) {
		rival_clear(rivals[i]);
		free(rivals[i]);
	}
	free(rivals);
	free(cells);
	free(entries);
	return interrupted;
}

static int kind_wanted(const struct bench_run *run, const struct tls_kind *kind)
{
	return tls_kind_chosen(kind, run->options) &&
	       group_wanted(run, &(struct result_entry){.kind = kind->name, .op = "handshake"});
}

size_t handshake_n_groups(const struct bench_run *run)
{
	const struct tls_kind *kind;
	size_t n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		n += kind_wanted(run, kind) != 0;
	return n;
}

int handshake_measure(struct bench_run *run)
{
	// Chains first: their making is within no group's time.
	double begun = bench_now();
	const struct tls_kind *kind;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		if (kind_wanted(run, kind))
			bench_chain(run, kind->key_type);

	size_t left = handshake_n_groups(run);
	int interrupted = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)) && !interrupted; i++) {
		if (!kind_wanted(run, kind))
			continue;
		progress_step(run->progress, kind->name);
		interrupted = kind_run(run, kind, group_budget(run, begun, left--));
	}
	return interrupted;
}
