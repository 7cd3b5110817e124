/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_HANDSHAKE_OBSERVE_H
#define LANE_BENCH_HANDSHAKE_OBSERVE_H

/*
 * One handshake looked at, untimed: what each side sends, in which flights and
 * records, and what the library allocates for it.
 */

#include "handshake_pair.h"

enum { OBSERVED_FLIGHTS = 16, OBSERVED_RECORDS = 32 };

struct handshake_observation {
	struct {
		int side;
		size_t len;
		char messages[200];  /* "ServerHello, …"; "encrypted": the library does not tell */
	} flights[OBSERVED_FLIGHTS]; /* those with bytes */
	size_t n_flights;
	struct {
		int side;
		size_t len;          /* that its AEAD takes */
	} records[OBSERVED_RECORDS]; /* those encrypted */
	size_t n_records;
	size_t sent[HANDSHAKE_N_SIDES]; /* bytes on the wire */
	size_t transcript_len;          /* bytes of handshake messages that are hashed, by each side */
	int has_allocations;
	struct lane_engine_allocations allocations[HANDSHAKE_N_SIDES]; /* of a connection, its making included */
};

/* 0, or -1 with *out all 0 when the kind is not to be had of that engine. */
int handshake_observe(struct bench_run *run, const struct lane_loaded_engine *engine, const struct tls_kind *kind,
		      struct handshake_observation *out);

/* What was seen of a side, or with HANDSHAKE_N_SIDES of both, into the entry of its handshake. */
void handshake_observation_note(struct result_entry *entry, const struct handshake_observation *seen, int side);

#endif
