/* SPDX-License-Identifier: MIT */
/*
 * AEGIS at every vector width up to VL, lanes in groups where registers are narrower than rows. Included by kernels'
 * templates, which define VL and SPLIT_ROWS, whether a row is kept as two registers that are still to be added, or
 * ROWS_TOGETHER, where the rounds of all rows are one verb; and bring the verbs of their instruction set, for each width
 * with its name behind them: aegis_vec.h lists them.
 */

/* Which algorithm: constants wherever these are used, so that each of the six gets code of its own. */
struct shape {
	int n_rows; /* of state: 8 for AEGIS-128, 6 for AEGIS-256 */
	int degree; /* of parallelism: blocks in a row */
};

/* Bytes of data in a step. */
LANE_INLINE size_t block_len(const struct shape a)
{
	return (a.n_rows == 8 ? 32 : 16) * (size_t)a.degree;
}

/* Steps of a loop. Where rows change places with each step, after as many of them all are back without a copy. */
LANE_INLINE size_t unrolled(const struct shape a)
{
	return SPLIT_ROWS ? (size_t)a.n_rows : 2;
}

enum direction { ENCRYPT, DECRYPT };

/* The halves of a tag of 32 bytes, of which one of 16 bytes is the sum; that has no S7. */
struct tag_halves {
	vec_x1 lo, hi;
};

LANE_INLINE struct tag_halves no_halves(void)
{
	return (struct tag_halves){zero_x1(), zero_x1()};
}

LANE_INLINE struct tag_halves add_tag_halves(struct tag_halves a, struct tag_halves b)
{
	return (struct tag_halves){xor_x1(a.lo, b.lo), xor_x1(a.hi, b.hi)};
}

LANE_INLINE void store_tag(uint8_t *tag, size_t tag_len, struct tag_halves halves)
{
	if (tag_len == 16) {
		store_x1(tag, xor_x1(halves.lo, halves.hi));
	} else {
		store_x1(tag, halves.lo);
		store_x1(tag + 16, halves.hi);
	}
}

/* Where registers hold fewer lanes than the algorithm has, their groups go over a message one after the other, in
 * pieces that stay in the first-level cache. */
enum { PIECE_LEN = 4096 };

/* ctx of RFC 10032 §5, for two and four states. */
static const uint8_t contexts[2][4][16] = {{{0, 1}, {1, 1}}, {{0, 3}, {1, 3}, {2, 3}, {3, 3}}};

/* What aegis_lanes.inc.h and aegis_vec.h call so ends in the width: update_x4. */
#define PASTE(name, width) name##_x##width
#define PASTE_VALUE(name, width) PASTE(name, width)
#define OF_WIDTH(name) PASTE_VALUE(name, WIDTH)
#define vec OF_WIDTH(vec)
#define zero OF_WIDTH(zero)
#define broadcast OF_WIDTH(broadcast)
#define load OF_WIDTH(load)
#define store OF_WIDTH(store)
#define aesenc OF_WIDTH(aesenc)
#define aes_of_sum OF_WIDTH(aes_of_sum)
#define and_block OF_WIDTH(and_block)
#define round_row OF_WIDTH(round_row)
#define round_rows OF_WIDTH(round_rows)
#define inner_rows OF_WIDTH(inner_rows)
#define xor OF_WIDTH(xor)
#define pin OF_WIDTH(pin)
#define xor3 OF_WIDTH(xor3)
#define and_xor OF_WIDTH(and_xor)
#define load_part OF_WIDTH(load_part)
#define store_part OF_WIDTH(store_part)
#define fold OF_WIDTH(fold)
#define state OF_WIDTH(state)
#define absorb OF_WIDTH(absorb)
#define absorb_block OF_WIDTH(absorb_block)
#define absorb_lanes OF_WIDTH(absorb_lanes)
#define absorb_part OF_WIDTH(absorb_part)
#define crypt OF_WIDTH(crypt)
#define crypt_block OF_WIDTH(crypt_block)
#define crypt_blocks OF_WIDTH(crypt_blocks)
#define crypt_lanes OF_WIDTH(crypt_lanes)
#define crypt_part OF_WIDTH(crypt_part)
#define crypt_row OF_WIDTH(crypt_row)
#define finish OF_WIDTH(finish)
#define finish_lanes OF_WIDTH(finish_lanes)
#define groups_of OF_WIDTH(groups_of)
#define init OF_WIDTH(init)
#define keystream OF_WIDTH(keystream)
#define load_piece OF_WIDTH(load_piece)
#define load_state OF_WIDTH(load_state)
#define offset_of OF_WIDTH(offset_of)
#define piece_len OF_WIDTH(piece_len)
#define settle OF_WIDTH(settle)
#define start OF_WIDTH(start)
#define store_piece OF_WIDTH(store_piece)
#define store_state OF_WIDTH(store_state)
#define take OF_WIDTH(take)
#define rounds OF_WIDTH(rounds)
#define update OF_WIDTH(update)

#define WIDTH 1
#include "aegis_lanes.inc.h"
#define ON_1(function) function##_x1
#if VL == 16
#define ON_2(function) function##_x1
#define ON_4(function) function##_x1
#else
#undef WIDTH
#define WIDTH 2
#include "aegis_lanes.inc.h"
#define ON_2(function) function##_x2
#if VL == 32
#define ON_4(function) function##_x2
#else
#undef WIDTH
#define WIDTH 4
#include "aegis_lanes.inc.h"
#define ON_4(function) function##_x4
#endif
#endif
