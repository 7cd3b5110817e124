// SPDX-License-Identifier: MIT
// One handshake as it happens.
//
// Two pairs of client and server do the same: one tells its messages and is not timed, the other is timed and tells
// nothing.

#include "trace.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chains.h"
#include "command.h"
#include "estimate.h"
#include "group.h"
#include "progress.h"
#include "run.h"

enum { n_repetitions = 51, max_message = 65536 };

// ---- Looking on ----

struct messages {
	struct trace_told told[TRACE_MESSAGES];
	size_t n;
};

struct looking {
	struct trace *trace;
	struct tls_settled settled;
	int keys_changed[HANDSHAKE_N_SIDES], was_done[HANDSHAKE_N_SIDES];
	struct messages sent, taken; // in this step, and in the one before
};

static void clear(struct messages *messages)
{
	for (size_t i = 0; i < messages->n; i++)
		free(messages->told[i].data);
	messages->n = 0;
}

static void on_message(void *user, int side, int sent, uint8_t type, const uint8_t *data, size_t len)
{
	struct messages *messages = &((struct looking *)user)->sent;
	(void)side, (void)type;
	if (!sent || !data || len > max_message || messages->n == TRACE_MESSAGES)
		return;
	uint8_t *copy = bench_calloc(1, len);
	memcpy(copy, data, len);
	messages->told[messages->n++] = (struct trace_told){copy, len};
}

static void on_flight(void *user, int side, double seconds, const uint8_t *data, size_t len, int done)
{
	struct looking *look = user;
	struct trace *trace = look->trace;
	(void)seconds;
	if (trace->n_flights < TRACE_FLIGHTS) {
		struct trace_flight *flight = &trace->flights[trace->n_flights++];
		flight->side = side;
		trace_flight_learn(flight, &look->settled, look->taken.told, look->taken.n);
		if (look->sent.n == 0)
			look->sent.n = trace_flight_plain(data, len, look->keys_changed[side], look->sent.told);
		trace_flight_read(flight, &look->settled, &look->keys_changed[side], data, len, look->sent.told,
				  look->sent.n);
		flight->completes = done && !look->was_done[side];
		look->was_done[side] = done;
		if (flight->completes && side == LANE_ENGINE_CLIENT)
			trace->round_trips = (double)(trace->n_flights - 1) / 2;
		trace->bytes += len;
	}
	clear(&look->taken);
	look->taken = look->sent;
	look->sent.n = 0;
}

// ---- Times ----

struct timing {
	double ns[TRACE_FLIGHTS][n_repetitions];
	double sides[HANDSHAKE_N_SIDES][n_repetitions];
	size_t n_flights, repetition;
};

static void on_timed_flight(void *user, int side, double seconds, const uint8_t *data, size_t len, int done)
{
	struct timing *timing = user;
	(void)side, (void)data, (void)len, (void)done;
	if (timing->n_flights < TRACE_FLIGHTS)
		timing->ns[timing->n_flights++][timing->repetition] = 1e9 * seconds;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof *values, by_value);
	return values[n / 2];
}

static int time_flights(struct trace *trace, struct handshake_pair *pair, struct timing *timing, char reason[320])
{
	for (size_t i = 0; i < n_repetitions; i++) {
		double seconds[HANDSHAKE_N_SIDES] = {0};
		timing->repetition = i;
		timing->n_flights = 0;
		if (handshake_pair_shake(pair, seconds) != 0) {
			snprintf(reason, 320, "%s: %s", trace->engine, handshake_pair_reason(pair));
			return -1;
		}
		if (timing->n_flights != trace->n_flights) {
			snprintf(reason, 320, "%s: %zu flights once, %zu another time", trace->engine, trace->n_flights,
				 timing->n_flights);
			return -1;
		}
		for (size_t s = 0; s < HANDSHAKE_N_SIDES; s++)
			timing->sides[s][i] = 1e9 * seconds[s];
	}
	for (size_t f = 0; f < trace->n_flights; f++)
		trace->flights[f].ns = median(timing->ns[f], n_repetitions);
	for (size_t s = 0; s < HANDSHAKE_N_SIDES; s++)
		trace->ns[s] = median(timing->sides[s], n_repetitions);
	trace->repetitions = n_repetitions;
	return 0;
}

struct trace *trace_new(struct bench_run *run, const struct lane_loaded_engine *engine, const struct tls_kind *kind,
			char reason[320])
{
	struct trace *trace = bench_calloc(1, sizeof *trace);
	struct timing *timing = bench_calloc(1, sizeof *timing);
	struct looking look = {.trace = trace};
	double ignored[HANDSHAKE_N_SIDES] = {0};
	trace->engine = engine->name;
	trace->library_version = engine->engine->library_version();
	trace->kind = kind;
	struct handshake_watch watch = {on_flight, on_message, &look};
	struct handshake_pair *told = handshake_pair_new(run, engine, kind, &watch);
	if (handshake_pair_state(told) != RESULT_OK) { // some libraries tell no messages: then from the wire alone
		handshake_pair_free(told);
		watch.message = NULL;
		told = handshake_pair_new(run, engine, kind, &watch);
	}
	struct handshake_pair *timed = handshake_pair_new(
		run, engine, kind, &(struct handshake_watch){.flight = on_timed_flight, .user = timing});
	int status = handshake_pair_state(told) == RESULT_OK && handshake_pair_shake(told, ignored) == 0 ? 0 : -1;
	if (status)
		snprintf(reason, 320, "%s: %s", engine->name, handshake_pair_reason(told));
	else if (handshake_pair_state(timed) == RESULT_OK)
		status = time_flights(trace, timed, timing, reason);
	else
		status = snprintf(reason, 320, "%s: %s", engine->name, handshake_pair_reason(timed));
	clear(&look.sent);
	clear(&look.taken);
	handshake_pair_free(told);
	handshake_pair_free(timed);
	free(timing);
	if (!status)
		return trace;
	free(trace);
	return NULL;
}

// ---- The command ----

// The first engine, of those wanted, that has the kind; NULL where none has.
static const struct lane_loaded_engine *engine_for(const struct bench_run *run, const struct tls_kind *kind)
{
	const struct lane_loaded_engine *engine;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++)
		if (engine->engine && bench_filter_passes(&run->options->engines, engine->name) &&
		    handshake_offered(engine, kind))
			return engine;
	return NULL;
}

// One line with the reason of each engine that was asked.
static int nobody_has(struct bench_run *run, const struct tls_kind *kind)
{
	const struct lane_loaded_engine *engine;
	char reasons[600] = "";
	for (size_t e = 0, len = 0; (engine = lane_loader_at(run->loader, e)) && len < sizeof reasons; e++) {
		if (!engine->engine || !bench_filter_passes(&run->options->engines, engine->name) ||
		    (!engine->n_tls && !run->options->engines.n))
			continue;
		struct handshake_pair *pair = handshake_pair_new(run, engine, kind, NULL);
		len += (size_t)snprintf(reasons + len, sizeof reasons - len, "%s%.40s: %.100s", len ? "; " : "",
					engine->name, handshake_pair_reason(pair));
		handshake_pair_free(pair);
	}
	return usage_error("handshake: no engine here has %s: %s", kind->name, reasons);
}

int trace_run(struct bench_run *run)
{
	const struct bench_options *options = run->options;
	const struct tls_kind *kind = tls_kind_named(options->trace);
	const struct lane_loaded_engine *engine = engine_for(run, kind);
	char reason[320], error[512];
	if (!engine)
		return nobody_has(run, kind);
	run->progress = progress_new(stderr, 1, !options->no_progress);
	progress_expect(run->progress, 1);
	progress_step(run->progress, kind->name);
	struct trace *trace = trace_new(run, engine, kind, reason);
	progress_end(run->progress);
	run->progress = NULL;
	if (!trace) {
		usage_error("handshake: %s: %s", kind->name, reason);
		return EXIT_CHECK;
	}
	int status = EXIT_FINE;
	if (options->json) {
		json_t *root = trace_json(trace);
		if (result_write_json(root, options->json, error, sizeof error) != 0)
			status = usage_error("%s", error);
		json_decref(root);
	}
	if (!run_to_stdout(run) && status == EXIT_FINE)
		trace_show(trace, stdout, color_on(options, stdout), columns_of(stdout), plain_ascii(options));
	free(trace);
	return status;
}
