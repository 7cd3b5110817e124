// SPDX-License-Identifier: MIT
// A client and a server of one engine pass flights to each other in this thread.

#include "handshake_pair.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chains.h"
#include "group.h"

// The most bytes of a flight; the most flights; the longest session.
enum { flight_cap = 65536, max_flights = 16, session_cap = 32768 };

struct side {
	struct handshake_pair *pair; // for message()
	void *identity, *config, *connection;
	uint8_t flight[flight_cap]; // what it sends next
	size_t flight_len;
	int done;
};

struct handshake_pair {
	const struct lane_loaded_engine *engine;
	const struct lane_engine_tls *tls;
	const struct tls_kind *kind;
	struct handshake_watch watch;
	struct lane_engine_object *object;
	struct side sides[HANDSHAKE_N_SIDES];
	uint8_t session[session_cap];
	size_t session_len; // > 0: resume it
	enum result_state state;
	char reason[256]; // why it is not to be had, or failed
};

const char *handshake_side_name(int side)
{
	return side == LANE_ENGINE_CLIENT ? "client" : "server";
}

struct result_entry handshake_entry(const struct lane_loaded_engine *engine, const struct tls_kind *kind)
{
	return (struct result_entry){.engine = engine->name,
				     .library_version = engine->engine->library_version(),
				     .algorithm = "TLS",
				     .op = "handshake",
				     .kind = kind->name,
				     .version = tls_kind_version(kind),
				     .suite = kind->suite,
				     .group = tls_kind_has_group(kind) ? kind->group : NULL,
				     .certificate = kind->certificate,
				     .resumed = kind->resume != LANE_ENGINE_TLS_RESUME_NONE,
				     .client_auth = kind->client_auth};
}

__attribute__((format(printf, 2, 3))) static int fail(struct handshake_pair *p, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(p->reason, sizeof p->reason, format, arguments);
	va_end(arguments);
	return -1;
}

static int fail_at(struct handshake_pair *p, int side, const char *what)
{
	return fail(p, "%s, %s: %s", handshake_side_name(side), what, p->engine->engine->last_error(p->object));
}

// ---- One handshake ----

// A connection for that side; the client's with the session that it is to resume.
static int connection_new(struct handshake_pair *p, int who)
{
	const int resumes = who == LANE_ENGINE_CLIENT && p->session_len;
	struct side *self = &p->sides[who];
	return p->tls->connection_new(self->config, resumes ? p->session : NULL, resumes ? p->session_len : 0,
				      &self->connection)
		       ? fail_at(p, who, "new connection")
		       : 0;
}

// Client and server take turns until both are done and nothing is in flight.
static int exchange(struct handshake_pair *p, double *seconds)
{
	const struct lane_engine_tls *tls = p->tls;
	double since = stopwatch_cpu_seconds();
	for (int turn = 0; turn < max_flights; turn++) {
		int who = turn % 2;
		struct side *self = &p->sides[who], *peer = &p->sides[!who];
		if (!self->connection && connection_new(p, who))
			return -1;
		if (tls->step(self->connection, peer->flight, peer->flight_len, self->flight, flight_cap,
			      &self->flight_len, &self->done))
			return fail_at(p, who, "step");
		const double lap = stopwatch_lap(&since);
		seconds[who] += lap;
		if (p->watch.flight) {
			p->watch.flight(p->watch.user, who, lap, self->flight, self->flight_len, self->done);
			since = stopwatch_cpu_seconds();
		}
		if (self->flight_len == 0)
			return self->done && peer->done ? 0 : fail(p, "%s: fell silent", handshake_side_name(who));
	}
	return fail(p, "no end after %d flights", max_flights);
}

static const char *told(const char *name)
{
	return name[0] ? name : "it does not tell what";
}

// Whether this side has a chain of its own, which the other verifies.
static int authenticates(const struct tls_kind *kind, int who)
{
	return who == LANE_ENGINE_SERVER || kind->client_auth;
}

// How the keys came about. A library that knows no group of finite-field DHE need not tell any.
static int check_group(struct handshake_pair *p, int who, const struct lane_engine_tls_info *info)
{
	const struct tls_kind *kind = p->kind;
	if (!kind->group || (info->resumed && kind->version == LANE_ENGINE_TLS12))
		return 0;
	if (info->resumed && kind->resume == LANE_ENGINE_TLS_RESUME_PSK_KE)
		return info->group[0] ? fail(p, "%s: exchanged keys over %s all the same", handshake_side_name(who),
					     info->group)
				      : 0;
	if (strcmp(info->group, kind->group) != 0)
		return fail(p, "%s: negotiated group %s, not %s", handshake_side_name(who), told(info->group),
			    kind->group);
	return 0;
}

// What it says of its peer: that it verified its chain, and by which signature it was convinced.
static int check_peer(struct handshake_pair *p, int who, const struct lane_engine_tls_info *info)
{
	const struct tls_kind *kind = p->kind;
	const char *peer = handshake_side_name(!who);
	if (!authenticates(kind, !who))
		return 0;
	if (!info->peer_verified)
		return fail(p, "%s: did not verify the %s", handshake_side_name(who), peer);
	const int is_signed = kind->signature && !info->resumed && !(kind->key_transport && who == LANE_ENGINE_CLIENT);
	if (is_signed && strcmp(info->signature, kind->signature) != 0)
		return fail(p, "%s signed with %s, not %s", peer, told(info->signature), kind->signature);
	return 0;
}

// Were both sides at the kind that was asked for? What the library does not tell is not proven.
static int check(struct handshake_pair *p)
{
	const struct tls_kind *kind = p->kind;
	for (int who = 0; who < HANDSHAKE_N_SIDES; who++) {
		struct lane_engine_tls_info info = {.struct_size = sizeof info};
		if (p->tls->info(p->sides[who].connection, &info))
			return fail_at(p, who, "info");
		if (info.version != kind->version)
			return fail(p, "%s: negotiated version %04x", handshake_side_name(who), info.version);
		if (strcmp(info.suite, kind->suite) != 0)
			return fail(p, "%s: negotiated %s, not %s", handshake_side_name(who), info.suite, kind->suite);
		if (!info.resumed != !p->session_len)
			return fail(p, "%s: %s", handshake_side_name(who), info.resumed ? "resumed" : "did not resume");
		if (check_group(p, who, &info) || check_peer(p, who, &info))
			return -1;
	}
	return 0;
}

void handshake_pair_release(struct handshake_pair *p, double seconds[HANDSHAKE_N_SIDES])
{
	double since = stopwatch_cpu_seconds();
	for (int who = 0; who < HANDSHAKE_N_SIDES; who++) {
		struct side *side = &p->sides[who];
		if (side->connection)
			p->tls->connection_free(side->connection);
		seconds[who] += stopwatch_lap(&since);
		side->connection = NULL;
		side->flight_len = 0;
		side->done = 0;
	}
}

int handshake_pair_idle(struct handshake_pair *p, double seconds[HANDSHAKE_N_SIDES])
{
	int status = 0;
	double since = stopwatch_cpu_seconds();
	for (int who = 0; who < HANDSHAKE_N_SIDES && !status; who++) {
		status = connection_new(p, who);
		seconds[who] += stopwatch_lap(&since);
	}
	handshake_pair_release(p, seconds);
	return status;
}

int handshake_pair_connect(struct handshake_pair *p, double seconds[HANDSHAKE_N_SIDES])
{
	const int status = exchange(p, seconds);
	return status ? status : check(p);
}

int handshake_pair_shake(struct handshake_pair *p, double seconds[HANDSHAKE_N_SIDES])
{
	const int status = handshake_pair_connect(p, seconds);
	handshake_pair_release(p, seconds);
	return status;
}

// ---- Setting up ----

// One unmeasured handshake: it warms up, shows whether the kind works at all, and
// where that is a resumption, it is the full one that gives the session.
static int warm_up(struct handshake_pair *p)
{
	double ignored[HANDSHAKE_N_SIDES] = {0};
	const struct handshake_watch watch = p->watch;
	p->watch = (struct handshake_watch){0};
	int status = handshake_pair_connect(p, ignored);
	if (!status && p->kind->resume != LANE_ENGINE_TLS_RESUME_NONE) {
		if (p->tls->session_export(p->sides[LANE_ENGINE_CLIENT].connection, p->session, session_cap,
					   &p->session_len))
			status = fail_at(p, LANE_ENGINE_CLIENT, "export of the session");
		else if (!p->session_len)
			status = fail(p, "the server gave no session");
	}
	handshake_pair_release(p, ignored);
	p->watch = watch;
	return status;
}

static void tell_message(void *user, int sent, uint8_t type, const uint8_t *data, size_t len)
{
	const struct side *self = user;
	const struct handshake_pair *p = self->pair;
	if (p->watch.message)
		p->watch.message(p->watch.user, (int)(self - p->sides), sent, type, data, len);
}

static const struct chain *chain_of(struct bench_run *run, const struct tls_kind *kind, int who)
{
	return who == LANE_ENGINE_SERVER ? bench_chain(run, kind->key_type) : bench_client_chain(run, kind->key_type);
}

int handshake_configure(struct bench_run *run, const struct lane_engine_tls *tls, struct lane_engine_object *object,
			const struct tls_kind *kind, int side,
			void (*message)(void *user, int sent, uint8_t type, const uint8_t *data, size_t len),
			void *message_user, void **identity, void **config)
{
	struct lane_engine_tls_input input = {.struct_size = sizeof input,
					      .side = (uint32_t)side,
					      .version = kind->version,
					      .resume = kind->resume,
					      .client_auth = kind->client_auth != 0,
					      .suite = kind->suite,
					      .group = kind->group,
					      .signature = kind->signature,
					      .message = message,
					      .message_user = message_user};
	if (side == LANE_ENGINE_CLIENT)
		input.host_name = CHAIN_HOST_NAME;
	if (authenticates(kind, !side))
		input.root = chain_of(run, kind, !side)->root;
	if (authenticates(kind, side)) {
		const struct chain *chain = chain_of(run, kind, side);
		struct lane_engine_identity_input own = {.struct_size = sizeof own,
							 .n_certificates = 2,
							 .certificates = chain->sent,
							 .private_key = chain->private_key};
		const int status = tls->identity_new(object, &own, identity);
		if (status)
			return status;
		input.identity = *identity;
	}
	return tls->config_new(object, &input, config);
}

static int configure(struct handshake_pair *p, struct bench_run *run, int who)
{
	struct side *self = &p->sides[who];
	return handshake_configure(run, p->tls, p->object, p->kind, who, p->watch.message ? tell_message : NULL, self,
				   &self->identity, &self->config);
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

static const char *const resumption_names[] = {
	[LANE_ENGINE_TLS_RESUME_TICKET] = "resumption by ticket",
	[LANE_ENGINE_TLS_RESUME_SESSION_ID] = "resumption by session ID",
	[LANE_ENGINE_TLS_RESUME_PSK_KE] = "PSK-only resumption",
};

// What of the kind this engine has not; NULL when nothing is missing.
static const char *missing(const struct lane_engine_tls *tls, const struct tls_kind *kind)
{
	if (!lists(tls->suites, kind->suite))
		return kind->key_transport                        ? "RSA key transport"
		       : strncmp(kind->suite, "TLS_DHE_", 8) == 0 ? "finite-field DHE"
								  : kind->suite;
	if (kind->group && !lists(tls->groups, kind->group))
		return kind->group;
	if (kind->signature && !lists(tls->signatures, kind->signature))
		return kind->signature;
	if (tls->resumptions && !(tls->resumptions & UINT64_C(1) << kind->resume))
		return resumption_names[kind->resume];
	return NULL;
}

int handshake_offered(const struct lane_loaded_engine *engine, const struct tls_kind *kind)
{
	return engine->n_tls && !engine->tls->unavailable && !missing(engine->tls, kind);
}

// Notes what of the engine keeps the kind from being had.
static enum result_state not_offered(struct handshake_pair *p)
{
	if (!p->engine->n_tls)
		fail(p, "no TLS");
	else if (p->tls->unavailable)
		fail(p, "%s", p->tls->unavailable);
	else
		fail(p, "no %s", missing(p->tls, p->kind));
	return RESULT_NOT_OFFERED;
}

static enum result_state set_up(struct handshake_pair *p, struct bench_run *run)
{
	const char *reason;
	p->object = bench_engine(p->engine, &reason);
	if (!p->object) {
		fail(p, "%s", reason);
		return RESULT_FAILED;
	}
	for (int who = 0; who < HANDSHAKE_N_SIDES; who++) {
		if (authenticates(p->kind, who) && !chain_of(run, p->kind, who)->made) {
			fail(p, "no certificates: %s", chain_of(run, p->kind, who)->reason);
			return RESULT_FAILED;
		}
	}
	for (int who = 0; who < HANDSHAKE_N_SIDES; who++) {
		const int status = configure(p, run, who);
		const char *error = status ? p->engine->engine->last_error(p->object) : "";
		if (status == LANE_ENGINE_UNSUPPORTED) {
			fail(p, "%s", error);
			return RESULT_NOT_OFFERED;
		}
		if (status) {
			fail(p, "%s, setting up: %s", handshake_side_name(who), error);
			return RESULT_FAILED;
		}
	}
	return warm_up(p) == 0 ? RESULT_OK : RESULT_FAILED;
}

struct handshake_pair *handshake_pair_new(struct bench_run *run, const struct lane_loaded_engine *engine,
					  const struct tls_kind *kind, const struct handshake_watch *watch)
{
	struct handshake_pair *p = bench_calloc(1, sizeof *p);
	p->engine = engine;
	p->tls = engine->tls;
	p->kind = kind;
	if (watch)
		p->watch = *watch;
	for (int who = 0; who < HANDSHAKE_N_SIDES; who++)
		p->sides[who].pair = p;
	p->state = handshake_offered(engine, kind) ? set_up(p, run) : not_offered(p);
	return p;
}

enum result_state handshake_pair_state(const struct handshake_pair *p)
{
	return p->state;
}

const char *handshake_pair_reason(const struct handshake_pair *p)
{
	return p->reason;
}

void *handshake_pair_connection(struct handshake_pair *p, int side)
{
	return p->sides[side].connection;
}

void handshake_pair_free(struct handshake_pair *p)
{
	for (int who = 0; who < HANDSHAKE_N_SIDES; who++) {
		if (p->sides[who].config)
			p->tls->config_free(p->sides[who].config);
		if (p->sides[who].identity)
			p->tls->identity_free(p->sides[who].identity);
	}
	explicit_bzero(p->session, p->session_len);
	free(p);
}
