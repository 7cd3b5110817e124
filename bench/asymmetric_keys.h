/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_ASYMMETRIC_KEYS_H
#define LANE_BENCH_ASYMMETRIC_KEYS_H

/*
 * Private keys are made once per run, by the first engine that can, and handed
 * to all as DER: no key generation within anything that is measured, and the
 * same numbers for everybody. bench_private_key and bench_public_key (bench.h)
 * give the first key of a type; chains need three, and where there are several
 * starts of the process they take turns in being the first.
 */

#include "bench.h"

struct key_request {
	const char *key_type;
	unsigned n;
};

/* Makes what is missing, on all cores at once: RSA keys take a while. */
void bench_keys_prepare(struct bench_run *run, const struct key_request *requests, size_t n_requests);

/* The index-th private key of a type, made now if need be; NULL when no engine can. */
const struct lane_engine_der *bench_private_key_at(struct bench_run *run, const char *key_type, unsigned index);

/* All keys there are, for another start of the process, in which another of each type comes first, since what some
 * libraries' RSA takes depends on the key; and back: 0, or -1 when that is not what is there. */
void bench_keys_write(FILE *out, size_t start);
int bench_keys_read(FILE *in);

#endif
