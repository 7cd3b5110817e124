/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_GAP_H
#define LANE_BENCH_GAP_H

/* The gap per byte of plain public-key encryption; the break-even bytes of
 * handshakes are gap_compute (bench.h). Both need a result set and nothing else. */

#include "../results/interval.h"

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

/*
 * The share of the CPU time that is the handshake when a connection carries so
 * many bytes, with its interval.
 */
struct interval gap_share(const struct result_gap *gap, double bytes);

/*
 * Key agreement for every message, as ECIES does: an ephemeral key of group
 * ("X25519"), derive, HKDF as three HMACs, seal of size bytes, all of the engine
 * that is fastest at it, against the seal alone. 0, or -1 when no engine has all.
 */
struct gap_per_message {
	const char *engine;
	double ns;             /* of one message */
	struct interval times; /* how many times dearer than the seal alone */
};
int gap_per_message(const struct result_set *results, const char *group, const char *cipher, uint64_t size,
		    struct gap_per_message *out);

/*
 * The fastest entry of an algorithm and op at a size (0: any) that users of an
 * engine get; of one engine, unless that is NULL. NULL when there is none.
 */
const struct result_entry *gap_fastest(const struct result_set *results, const char *engine, const char *algorithm,
				       const char *op, uint64_t size);

/* Whether an entry is one side of a handshake, with its figures. */
int gap_is_handshake(const struct result_entry *entry);

#endif
