// SPDX-License-Identifier: MIT
// Handshakes over TCP of this machine.
//
// The server closes first, when it is done; the client takes what is still to come (tickets), sees the end and closes.
// So a connection is over for both when the client says so, and none is reset.

#define _GNU_SOURCE
#include "loopback.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../results/text.h"
#include "group.h"
#include "handshake_pair.h"
#include "progress.h"
#include "table.h"
#include "tcp.h"

#define TURN_SECONDS 5e-3 // some connections, between two looks at the clock of the core

enum { series_wall = HANDSHAKE_N_SIDES, n_series, session_cap = 32768, reason_cap = 256 };

static const char *const series_names[n_series] = {"client", "server", "both"};

// One side; each belongs to its thread.
struct end {
	struct lane_engine_object *object;
	void *identity, *config;
	uint8_t in[TCP_FLIGHT_CAP], out[TCP_FLIGHT_CAP];
	char reason[reason_cap]; // why it failed
};

struct loopback {
	struct bench_run *run;
	const struct lane_loaded_engine *engine;
	const struct tls_kind *kind;
	struct end ends[HANDSHAKE_N_SIDES];
	uint8_t session[session_cap];
	size_t session_len; // > 0: resume it
	uint64_t n_begun;   // connections of the client
	int listener;
	uint16_t port;
	pthread_t thread;
	// What the threads tell each other.
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int ready, stop;   // ready < 0: the server could not be set up
	uint64_t n_served; // connections, failed ones too
	double seconds;    // CPU time of the server for them
	int has_failed;
	enum result_state state;
	const char *reason;
};

__attribute__((format(printf, 2, 3))) static int fail(struct end *end, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(end->reason, sizeof end->reason, format, arguments);
	va_end(arguments);
	return -1;
}

static int fail_by(const struct loopback *l, struct end *end, int who, int status, const char *what)
{
	return fail(end, "%s, %s: %s", handshake_side_name(who), what,
		    status < 0 ? strerror(errno) : l->engine->engine->last_error(end->object));
}

// ---- One connection ----

// Was it the handshake that was asked for? In what else it could differ, the same configurations in memory were found
// right (handshake_pair.c).
static int check(const struct loopback *l, struct end *end, int who, void *connection, int resumed)
{
	struct lane_engine_tls_info info = {.struct_size = sizeof info};
	if (l->engine->tls->info(connection, &info))
		return fail_by(l, end, who, 0, "info");
	if (info.version != l->kind->version || strcmp(info.suite, l->kind->suite) != 0)
		return fail(end, "%s: negotiated version %04x, %s", handshake_side_name(who), info.version, info.suite);
	if (!info.resumed != !resumed)
		return fail(end, "%s: %s", handshake_side_name(who), info.resumed ? "resumed" : "did not resume");
	if ((who == LANE_ENGINE_CLIENT || l->kind->client_auth) && !info.peer_verified)
		return fail(end, "%s: did not verify its peer", handshake_side_name(who));
	return 0;
}

// The client's rest: tickets, if there are any, and the end.
static int take_rest(const struct lane_engine_tls *tls, void *connection, int s, struct end *end)
{
	long n;
	while ((n = tcp_receive(s, end->in, TCP_FLIGHT_CAP)) > 0) {
		size_t len;
		int done;
		const int status = tls->step(connection, end->in, (size_t)n, end->out, TCP_FLIGHT_CAP, &len, &done);
		if (status)
			return status;
	}
	return n < 0 ? -1 : 0;
}

// One connection on a socket, which is closed. Adds its CPU time, without that of checking it.
static int connection_run(struct loopback *l, int who, int s, int takes_session, double *since, double *seconds)
{
	const struct lane_engine_tls *tls = l->engine->tls;
	struct end *end = &l->ends[who];
	const int client = who == LANE_ENGINE_CLIENT, resumes = client && l->session_len > 0;
	void *connection = NULL;
	int status = tls->connection_new(end->config, resumes ? l->session : NULL, resumes ? l->session_len : 0,
					 &connection);
	if (!status)
		status = tcp_shake(tls, connection, client, s, end->in, end->out);
	if (!status && client)
		status = take_rest(tls, connection, s, end);
	if (status)
		fail_by(l, end, who, status, "handshake");
	*seconds += stopwatch_lap(since);
	if (!status)
		status = check(l, end, who, connection, l->session_len > 0);
	if (!status && takes_session &&
	    (tls->session_export(connection, l->session, session_cap, &l->session_len) || !l->session_len))
		status = fail(end, "the server gave no session");
	*since = stopwatch_cpu_seconds();
	if (connection)
		tls->connection_free(connection);
	close(s);
	*seconds += stopwatch_lap(since);
	return status;
}

static int connect_once(struct loopback *l, int takes_session, double *seconds)
{
	double since = stopwatch_cpu_seconds();
	const int s = tcp_connect(l->port);
	l->n_begun += s >= 0;
	if (s < 0)
		return fail(&l->ends[LANE_ENGINE_CLIENT], "client, connecting: %s", strerror(errno));
	return connection_run(l, LANE_ENGINE_CLIENT, s, takes_session, &since, seconds);
}

// ---- The server's thread ----

static void tell(struct loopback *l, int ready, double seconds, int failed)
{
	pthread_mutex_lock(&l->lock);
	if (ready) {
		l->ready = ready;
	} else {
		l->n_served++;
		l->seconds += seconds;
		l->has_failed |= failed;
	}
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

static int is_stopped(struct loopback *l)
{
	pthread_mutex_lock(&l->lock);
	const int stop = l->stop;
	pthread_mutex_unlock(&l->lock);
	return stop;
}

static void serve(struct loopback *l)
{
	while (!is_stopped(l)) {
		double since = stopwatch_cpu_seconds(), seconds = 0;
		const int s = tcp_accept(l->listener);
		if (s < 0)
			continue; // nobody came for a while
		if (is_stopped(l)) {
			close(s);
			return;
		}
		const int status = connection_run(l, LANE_ENGINE_SERVER, s, 0, &since, &seconds);
		tell(l, 0, seconds, status);
	}
}

static int set_up_end(struct loopback *l, int who)
{
	struct end *end = &l->ends[who];
	if (l->engine->engine->create(&end->object, end->reason, reason_cap) != LANE_ENGINE_OK) {
		end->object = NULL;
		return -1;
	}
	const int status = handshake_configure(l->run, l->engine->tls, end->object, l->kind, who, NULL, NULL,
					       &end->identity, &end->config);
	return status ? fail_by(l, end, who, 0, "setting up") : 0;
}

static void release_end(struct loopback *l, int who)
{
	struct end *end = &l->ends[who];
	if (end->config)
		l->engine->tls->config_free(end->config);
	if (end->identity)
		l->engine->tls->identity_free(end->identity);
	if (end->object)
		l->engine->engine->destroy(end->object);
}

static void *server_main(void *user)
{
	struct loopback *l = user;
	const int status = set_up_end(l, LANE_ENGINE_SERVER);
	tell(l, status ? -1 : 1, 0, 0);
	if (!status)
		serve(l);
	release_end(l, LANE_ENGINE_SERVER);
	return NULL;
}

// ---- Setting up ----

static struct timespec patience(void)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += TCP_PATIENCE;
	return until;
}

// Waits until the server has been through all connections begun: 0, or -1 when it has failed, or takes too long.
static int await_served(struct loopback *l, double *seconds)
{
	const uint64_t n = l->n_begun;
	const struct timespec until = patience();
	pthread_mutex_lock(&l->lock);
	while (l->n_served < n && !l->has_failed && pthread_cond_timedwait(&l->changed, &l->lock, &until) == 0)
		;
	const int status = l->n_served < n || l->has_failed ? -1 : 0;
	*seconds = l->seconds;
	pthread_mutex_unlock(&l->lock);
	return status;
}

static int await_ready(struct loopback *l)
{
	pthread_mutex_lock(&l->lock);
	while (l->ready == 0)
		pthread_cond_wait(&l->changed, &l->lock);
	const int ready = l->ready;
	pthread_mutex_unlock(&l->lock);
	return ready;
}

// The reason to tell: where both have one, the client's is that the server had fallen silent.
static int blame(struct loopback *l)
{
	struct end *server = &l->ends[LANE_ENGINE_SERVER], *client = &l->ends[LANE_ENGINE_CLIENT];
	double ignored;
	await_served(l, &ignored); // it may not have told yet
	l->reason = server->reason[0] ? server->reason : client->reason;
	return -1;
}

// One unmeasured connection, which gives the session if that is to be resumed; the next is as those measured.
static int warm_up(struct loopback *l)
{
	const int resumes = l->kind->resume != LANE_ENGINE_TLS_RESUME_NONE;
	double ignored = 0;
	for (int i = 0; i < 2; i++)
		if (connect_once(l, i == 0 && resumes, &ignored) || await_served(l, &ignored))
			return blame(l);
	return 0;
}

static enum result_state set_up(struct loopback *l)
{
	l->listener = tcp_listen(&l->port);
	if (l->listener < 0) {
		fail(&l->ends[LANE_ENGINE_CLIENT], "127.0.0.1: %s", strerror(errno));
		l->reason = l->ends[LANE_ENGINE_CLIENT].reason;
		return RESULT_FAILED;
	}
	if (set_up_end(l, LANE_ENGINE_CLIENT) || pthread_create(&l->thread, NULL, server_main, l)) {
		l->reason = l->ends[LANE_ENGINE_CLIENT].reason;
		return RESULT_FAILED;
	}
	if (await_ready(l) < 0) {
		pthread_join(l->thread, NULL);
		l->ready = 0;
		l->reason = l->ends[LANE_ENGINE_SERVER].reason;
		return RESULT_FAILED;
	}
	return warm_up(l) ? RESULT_FAILED : RESULT_OK;
}

static void loopback_free(struct loopback *l)
{
	if (l->ready > 0) {
		pthread_mutex_lock(&l->lock);
		l->stop = 1;
		pthread_mutex_unlock(&l->lock);
		close(tcp_connect(l->port)); // wakes it
		pthread_join(l->thread, NULL);
	}
	release_end(l, LANE_ENGINE_CLIENT);
	if (l->listener >= 0)
		close(l->listener);
	explicit_bzero(l->session, l->session_len);
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

// The pair in memory says whether the kind is to be had at all.
static struct loopback *loopback_new(struct bench_run *run, const struct lane_loaded_engine *engine,
				     const struct tls_kind *kind)
{
	struct loopback *l = bench_calloc(1, sizeof *l);
	struct handshake_pair *pair = handshake_pair_new(run, engine, kind, NULL);
	*l = (struct loopback){.run = run, .engine = engine, .kind = kind, .listener = -1};
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->changed, NULL);
	l->state = handshake_pair_state(pair);
	if (l->state == RESULT_OK) {
		l->state = set_up(l);
	} else {
		fail(&l->ends[LANE_ENGINE_CLIENT], "%.200s", handshake_pair_reason(pair));
		l->reason = l->ends[LANE_ENGINE_CLIENT].reason;
	}
	handshake_pair_free(pair);
	return l;
}

// ---- Measuring ----

static int batch(void *user, uint64_t n, double *seconds)
{
	struct loopback *l = user;
	double before, after, ignored = 0, client = 0;
	// The first of a turn goes uncounted, as in memory.
	if (connect_once(l, 0, &ignored) || await_served(l, &before))
		return blame(l);
	const double begun = bench_now();
	for (; n; n--)
		if (connect_once(l, 0, &client))
			return blame(l);
	if (await_served(l, &after))
		return blame(l);
	seconds[series_wall] = bench_now() - begun;
	seconds[LANE_ENGINE_CLIENT] = client;
	seconds[LANE_ENGINE_SERVER] = after - before;
	return 0;
}

static void fill_entries(struct result_entry entries[n_series], const struct loopback *l)
{
	for (size_t s = 0; s < n_series; s++) {
		entries[s] = handshake_entry(l->engine, l->kind);
		entries[s].op = "loopback";
		entries[s].side = series_names[s];
		entries[s].reason = l->reason;
	}
}

static int kind_run(struct bench_run *run, const struct tls_kind *kind, double budget)
{
	const struct lane_loaded_engine *engine;
	size_t n = 0, cap = 0;
	while (lane_loader_at(run->loader, cap))
		cap++;
	struct stopwatch_cell *cells = bench_calloc(cap, sizeof *cells);
	struct result_entry *entries = bench_calloc(cap * n_series, sizeof *entries);
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++) {
		if (!engine->engine || !engine->n_tls || !bench_filter_passes(&run->options->engines, engine->name))
			continue;
		struct loopback *l = loopback_new(run, engine, kind);
		fill_entries(&entries[n * n_series], l);
		if (l->state == RESULT_OK) {
			cells[n++] = (struct stopwatch_cell){.batch = batch, .user = l, .n_series = n_series};
			continue;
		}
		entries[n * n_series].side = NULL;
		entries[n * n_series].state = l->state;
		run->failures += l->state == RESULT_FAILED;
		result_add(run->results, &entries[n * n_series]);
		loopback_free(l);
	}
	const struct stopwatch_options options = {
		.budget = budget, .batch_seconds = TURN_SECONDS, .max_rounds = 2000, .seed = run->seed++};
	const int interrupted = group_measure(run, cells, entries, n, &options);
	for (size_t i = 0; i < n; i++)
		loopback_free(cells[i].user);
	free(cells);
	free(entries);
	return interrupted;
}

static int kind_wanted(const struct bench_run *run, const struct tls_kind *kind)
{
	const struct lane_loaded_engine *engine;
	if (!tls_kind_chosen(kind, run->options) ||
	    !group_wanted(run, &(struct result_entry){.kind = kind->name, .op = "loopback"}))
		return 0;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++)
		if (engine->engine && bench_filter_passes(&run->options->engines, engine->name) &&
		    handshake_offered(engine, kind))
			return 1;
	return 0;
}

size_t loopback_n_groups(const struct bench_run *run)
{
	const struct tls_kind *kind;
	size_t n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		n += kind_wanted(run, kind) != 0;
	return n;
}

int loopback_measure(struct bench_run *run)
{
	const double begun = bench_now();
	const struct tls_kind *kind;
	size_t left = loopback_n_groups(run);
	int interrupted = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)) && !interrupted; i++) {
		if (!kind_wanted(run, kind))
			continue;
		progress_step(run->progress, kind->name);
		interrupted = kind_run(run, kind, group_budget(run, begun, left--));
	}
	return interrupted;
}

// ---- For people ----

static const struct result_entry *find(const struct result_set *results, const struct result_entry *like,
				       const char *op, const char *side)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(results, i)); i++)
		if (e->state == RESULT_OK && text_same(e->op, op) && text_same(e->kind, like->kind) &&
		    text_same(e->engine, like->engine) && text_same(e->side, side))
			return e;
	return NULL;
}

static void time_cell(struct table *table, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	if (e)
		table_number(table, PLAIN, NUMBERS(e->ns), "%s", figure_time(e->ns, figure));
	else
		table_cell(table, PLAIN, "–");
}

void loopback_report(const struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e;
	char figure[FIGURE_CAP];
	struct table *table = table_new("llrrrrrrr");
	table_title(table, "one connection after the other: connect, handshake, close", "TLS over TCP of this machine");
	table_heads(table, "handshake|engine|a second|±:a second|wall-clock:wall-clock ns|server:server ns|"
			   "in memory:server ns in memory|client:client ns|in memory:client ns in memory");
	for (size_t i = 0; (e = result_entry_at(results, i)); i++) {
		if (e->state != RESULT_OK || !text_same(e->op, "loopback") || !text_same(e->side, "both"))
			continue;
		table_cell(table, BOLD, "%s", e->kind);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", e->engine);
		table_number(table, BOLD, NUMBERS(1e9 / e->ns), "%.0f", 1e9 / e->ns);
		table_number(table, DIM, NUMBERS(1e9 / e->ns_hi, 1e9 / e->ns_lo), "±%.1f %%",
			     50 * (e->ns_hi - e->ns_lo) / e->ns);
		table_number(table, PLAIN, NUMBERS(e->ns), "%s", figure_time(e->ns, figure));
		for (int side = LANE_ENGINE_SERVER; side >= LANE_ENGINE_CLIENT; side--) {
			time_cell(table, find(results, e, "loopback", handshake_side_name(side)));
			time_cell(table, find(results, e, "handshake", handshake_side_name(side)));
		}
	}
	table_print(table, out, color, 2, columns);
}
