/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_PROFILES_H
#define LANE_BENCH_PROFILES_H

/*
 * What protocols above TLS do in one transaction, and what that costs: for each
 * connection a handshake, and its bytes as records, sealed by the one side and
 * opened by the other.
 */

#include "../results/interval.h"

struct profile_connection {
	uint64_t count;
	const char *handshake; /* "full", "resumed", a kind ("TLS 1.3 X25519 RSA-2048"), or NULL: as the variant says */
	uint64_t up, down;     /* bytes that the client and the server send on each */
	uint64_t record;       /* bytes in a record, at most 16384 */
};

struct profile {
	const char *name, *source; /* source: where the sizes come from */
	const struct profile_connection *connections;
	size_t n_connections;
};

/* The i-th that is built in; NULL beyond the end. */
const struct profile *profile_at(size_t i);

/* Reads one from a JSON file; NULL after one line on standard error that names the place. */
struct profile *profile_load(const char *path);
void profile_free(struct profile *profile);

struct profile_cost {
	struct interval handshakes, bulk, all; /* ns of CPU time of one transaction */
};

/*
 * One transaction on a side ("client", "server") with the handshakes and the
 * cipher of one engine. Times of record sizes between those measured are
 * interpolated. 0, or -1 when the set does not hold what it takes.
 */
int profile_cost(const struct result_set *results, const struct profile *profile, int resumed, const char *engine,
		 const char *cipher, const char *side, struct profile_cost *out);

#endif
