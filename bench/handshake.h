/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_HANDSHAKE_H
#define LANE_BENCH_HANDSHAKE_H

/* Handshakes one by one, for those who time them in their own way. */

#include "tls_kinds.h"

/* Whether the engine has all that the kind takes. */
int handshake_offered(const struct lane_loaded_engine *engine, const struct tls_kind *kind);

/* A client and a server of one engine in the calling thread, after one handshake
 * to see that it works. The kind's chain must have been made (bench_chain). NULL
 * with the reason when they cannot be had. */
struct handshake_pair;
struct handshake_pair *handshake_pair_new(struct bench_run *run, const struct lane_loaded_engine *engine,
					  const struct tls_kind *kind, char *reason, size_t cap);
int handshake_pair_run(struct handshake_pair *pair, uint64_t n); /* n handshakes; 0, or -1 when one failed */
void handshake_pair_free(struct handshake_pair *pair);

#endif
