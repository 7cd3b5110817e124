/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_AES_ROUND1_H
#define LANE_KERNELS_AES_ROUND1_H

/*
 * The first round of counter mode from a table (Bernstein and Schwabe, "New AES
 * software speed records", INDOCRYPT 2008, "counter-mode caching"). Within a
 * window of 256 counters only the last byte c of the block changes, and with it
 * one column of the state after round 1:
 *
 *     round 1 = base + entry[c],    entry[c] = MixColumns(ShiftRows(…, S(c + rk0[15])))
 *
 * where base, which has S(…) = 0 in the place of that byte, is one aesenc per
 * window. An entry depends on the key only, the index on the public counter only.
 * One round of 10 (12, 14), and the making of the counter blocks, become one
 * addition from memory.
 */

#include "aes_ni.h"

enum { AES_ROUND1_WINDOW = 256, AES_SBOX_ZERO = 0x52 /* S(0x52) = 0 */ };

struct aes_round1 {
	LANE_ALIGNAS(64) uint8_t entry[AES_ROUND1_WINDOW][16];
};

/* Round 1, but for the entry, of the blocks that share all bytes of counter but the last. */
LANE_INLINE __m128i aes_round1_base(const struct aes_key *key, __m128i counter)
{
	const __m128i x = _mm_insert_epi8(_mm_xor_si128(counter, aes_round_key(key, 0)), AES_SBOX_ZERO, 15);
	return _mm_aesenc_si128(x, aes_round_key(key, 1));
}

#endif
