/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_CHAINS_H
#define LANE_BENCH_CHAINS_H

/*
 * Certificate chains of three, all of one key type, made once per run by one
 * engine and handed to all as DER.
 */

#include "bench.h"

#define CHAIN_HOST_NAME "lanecrypt.test"

struct chain {
	const char *key_type;
	int client;
	int made; /* 0: no engine could; reason says why */
	char reason[192];
	struct lane_engine_der root;
	struct lane_engine_der sent[2];     /* leaf, intermediate: what its owner sends */
	struct lane_engine_der private_key; /* of the leaf */
};

/* The chain of this key type, made now if need be: a server's, or a client's to authenticate by, which has a root
 * of its own. Never NULL. */
const struct chain *bench_chain(struct bench_run *run, const char *key_type);
const struct chain *bench_client_chain(struct bench_run *run, const char *key_type);

/* Makes the keys that chains of these types need, all at once, on all cores. */
void bench_chains_prepare(struct bench_run *run, const char *const *key_types, size_t n);

#endif
