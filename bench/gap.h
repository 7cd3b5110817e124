/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_GAP_H
#define LANE_BENCH_GAP_H

/* The gap per byte of plain public-key encryption; the break-even bytes of
 * handshakes are gap_compute (bench.h). Both need a result set and nothing else. */

#include "../results/result.h"

struct gap_per_byte {
	const struct result_entry *pk;     /* the fastest engine's RSA-…-OAEP */
	const struct result_entry *cipher; /* the fastest engine's AEAD, at 16 KiB */
	double times, times_lo, times_hi;  /* how many times dearer a byte is; 95 % interval */
};

/*
 * pk_algorithm ("RSA-2048-OAEP") with pk_op ("encrypt", "decrypt") against
 * cipher ("AES-128-GCM") with the matching op (seal, open). 0, or -1 when the set
 * does not hold both.
 */
int gap_per_byte(const struct result_set *results, const char *pk_algorithm, const char *pk_op, const char *cipher,
		 struct gap_per_byte *out);

#endif
