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
	int made; /* 0: no engine could; reason says why */
	char reason[192];
	struct lane_engine_der root;
	struct lane_engine_der sent[2];     /* leaf, intermediate: what a server sends */
	struct lane_engine_der private_key; /* of the leaf */
};

/* The server's chain of this key type, made now if need be. Never NULL. */
const struct chain *bench_chain(struct bench_run *run, const char *key_type);

#endif
