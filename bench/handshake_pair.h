/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_HANDSHAKE_PAIR_H
#define LANE_BENCH_HANDSHAKE_PAIR_H

/*
 * A client and a server of one engine in the calling thread: TLS handshakes in
 * memory, one at a time, the CPU time of each side told apart. Everything that
 * times, traces or uses a connection is built on this.
 *
 * Timed is what a connection costs: its making, its steps, its release; each on
 * the side that does it. The client verifies the server's chain, names and
 * dates, and where the kind says so the server the client's. Configurations, certificates and keys are made outside;
 * with the clock stopped, both sides are asked what they really negotiated, and a handshake of another kind is a
 * failure.
 */

#include "tls_kinds.h"

enum { HANDSHAKE_N_SIDES = 2 }; /* indexed by enum lane_engine_side */

const char *handshake_side_name(int side); /* "client", "server" */

/* For those who look at a handshake while it happens; members may be NULL. */
struct handshake_watch {
	/* A side has done a step, in so many seconds of CPU time (the first includes the connection's making), and
	 * sends a flight, whose len may be 0. */
	void (*flight)(void *user, int side, double seconds, const uint8_t *data, size_t len, int done);
	/* A handshake message is sent (1) or was received (0) by a side, within a step. */
	void (*message)(void *user, int side, int sent, uint8_t type, const uint8_t *data, size_t len);
	void *user;
};

/* What the results say about a handshake of that kind, but for its side and how it came out. */
struct result_entry handshake_entry(const struct lane_loaded_engine *engine, const struct tls_kind *kind);

/* One side's identity, where it has one, and configuration, for free; its chains are made if need be. message: NULL, or
 * as in struct lane_engine_tls_input. What the engine said. */
int handshake_configure(struct bench_run *run, const struct lane_engine_tls *tls, struct lane_engine_object *object,
			const struct tls_kind *kind, int side,
			void (*message)(void *user, int sent, uint8_t type, const uint8_t *data, size_t len),
			void *message_user, void **identity, void **config);

/* Whether the engine has all that the kind takes. */
int handshake_offered(const struct lane_loaded_engine *engine, const struct tls_kind *kind);

/*
 * A pair after one handshake to see that it works, which for a resumption is the
 * full one that gives the session. The kind's chains are made if need be
 * (bench_chain, bench_client_chain). Never NULL: handshake_pair_state says whether it is to be had.
 * watch is copied, and told of all handshakes but that first one; NULL: nobody looks.
 */
struct handshake_pair;
struct handshake_pair *handshake_pair_new(struct bench_run *run, const struct lane_loaded_engine *engine,
					  const struct tls_kind *kind, const struct handshake_watch *watch);
enum result_state handshake_pair_state(const struct handshake_pair *pair);
const char *handshake_pair_reason(const struct handshake_pair *pair); /* why it is not OK, or what failed last */
void handshake_pair_free(struct handshake_pair *pair);

/* One handshake; each side's CPU seconds are added to seconds. 0, or -1. */
int handshake_pair_shake(struct handshake_pair *pair, double seconds[HANDSHAKE_N_SIDES]);

/* Its parts: connect, checked; then the connections can be used; then release, whatever connect said. */
int handshake_pair_connect(struct handshake_pair *pair, double seconds[HANDSHAKE_N_SIDES]);
void handshake_pair_release(struct handshake_pair *pair, double seconds[HANDSHAKE_N_SIDES]);
/* A connection of each side is made and released again, and no step done. 0, or -1. */
int handshake_pair_idle(struct handshake_pair *pair, double seconds[HANDSHAKE_N_SIDES]);
void *handshake_pair_connection(struct handshake_pair *pair, int side); /* for engine->tls->write and read */

#endif
