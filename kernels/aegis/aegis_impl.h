/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AEGIS_IMPL_H
#define LANE_KERNELS_AEGIS_IMPL_H

/*
 * What an AEGIS kernel does for the public layer, which has checked lengths,
 * pointers and overlaps: the same operations for each of the six algorithms. A
 * block of data is what one step of the algorithm takes in: 32 bytes times the
 * degree of parallelism for AEGIS-128L and 128X, 16 for AEGIS-256 and 256X.
 */

#include "../kernel_impl.h"
#include "../util.h"

#include <lanecrypt/aegis.h>

enum { AEGIS_VARIANTS = LANE_AEGIS_256X4 + 1, AEGIS_MAX_BLOCK_LEN = 128 };

/* RFC 10032 §2: C0 and C1. */
static const LANE_ALIGNAS(16) uint8_t aegis_c0[16] = {0x00, 0x01, 0x01, 0x02, 0x03, 0x05, 0x08, 0x0d,
						      0x15, 0x22, 0x37, 0x59, 0x90, 0xe9, 0x79, 0x62};
static const LANE_ALIGNAS(16) uint8_t aegis_c1[16] = {0xdb, 0x3d, 0x18, 0x55, 0x6d, 0xc2, 0x2f, 0xf1,
						      0x20, 0x11, 0x31, 0x42, 0x73, 0xb5, 0x28, 0xdd};

/* V[j,i] is at 16i of row j. Rows are as long as the widest degree wants, six or eight are used. */
struct aegis_state {
	LANE_ALIGNAS(64) uint8_t row[8][64];
};

struct aegis_functions {
	/* A whole message; len and aad_len may be 0; tag_len 16 or 32. Both write the tag that belongs
	 * to the message; the public layer compares. */
	void (*seal)(const uint8_t *key, uint8_t *out, uint8_t *tag, size_t tag_len, const uint8_t *nonce,
		     const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len);
	void (*open)(const uint8_t *key, uint8_t *out, uint8_t *tag, size_t tag_len, const uint8_t *nonce,
		     const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len);

	/* The parts of one, for streams; whole blocks. */
	void (*start)(struct aegis_state *state, const uint8_t *key, const uint8_t *nonce);
	void (*absorb)(struct aegis_state *state, const uint8_t *in, size_t n_blocks);
	void (*encrypt)(struct aegis_state *state, uint8_t *out, const uint8_t *in, size_t n_blocks);
	void (*decrypt)(struct aegis_state *state, uint8_t *out, const uint8_t *in, size_t n_blocks);
	/* What the next block is xored with: for a block that comes in pieces, which is absorbed when it is whole. */
	void (*keystream)(const struct aegis_state *state, uint8_t *z);
	void (*finish)(const struct aegis_state *state, uint8_t *tag, size_t tag_len, uint64_t aad_len, uint64_t len);

	/* Ends a public call that ran any of these: nothing of the key stays in registers or on the stack. */
	void (*scrub)(void);
};

struct lane_aegis_ops {
	struct aegis_functions variants[AEGIS_VARIANTS]; /* by enum lane_aegis_variant */
};

#endif
