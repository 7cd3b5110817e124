/* SPDX-License-Identifier: MIT */
/*
 * AEGIS for x86-64, all six algorithms at every vector width: `vaes512` (VL = 64: VAES, AVX-512), `vaes256` (VL = 32:
 * the same without AVX-512), `aesni-avx` and `aesni` (VL = 16: AES-NI; VEX or SSE encoding). Before including, define
 * VL, KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow. A row of state is one register of `degree` blocks where the kernel has such; the state of AEGIS-128 is
 * eight registers, that of AEGIS-256 six, for the whole of a message. Where registers are narrower, groups of lanes go
 * over the message one after the other, each with its own states. A message's last block is loaded, stored and, when it
 * is decrypted, cut by masks or by pieces of 8, 4, 2 and 1 bytes.
 *
 * Identity. S'i = AESRound(S(i-1), Si + m) = AESRound(S(i-1), m) + Si: data that is known in advance goes into the
 * instruction, the old row is added behind it. So a chain through all rows takes, of a row, one round, and one addition
 * more only where data enters: 8 rounds and 2 additions for 8 steps of AEGIS-128, 6 and 1 for 6 of AEGIS-256. Decrypted
 * data is not known in advance: there the round has a key of zero and takes row and data in one addition (VL = 64), or
 * the old row as its key and the data in an addition (VL < 64, where one operation less is worth more than the shorter
 * chain).
 *
 * Order. The rounds of a step come first, pinned, the key stream behind them: it fills the ports that the chain leaves.
 *
 * Registers: 8 of state, 2 of data, 2 of key stream, of 16. Bounds: trusts the public layer for lengths. Secret: key,
 * state, data. Public: lengths and nonce, which alone make branches and addresses.
 *
 * Measured on an Intel server core (AES round: 2 xmm or ymm, or 1 zmm a cycle, latency 3; xors have the same two ports
 * and one more), vaes512, 16 KiB, cycles a step, seal and open: AEGIS-128L 5.6, 6.3; 128X2 6.1, 6.8; 128X4 9.9, 9.3;
 * AEGIS-256 4.9, 5.3; 256X2 5.2, 5.6; 256X4 6.8, 6.7. What it could issue: 5.4, 5.4, 8.0; 3.9, 3.9, 6.0.
 *
 * Tried and lost, cycles a step there: order left to gcc 6.1 for 128L, 6.8 for 128X2, 5.1 for 256; rows as the first
 * bytes of 512-bit types, whose copies take a port from all others, 7.0 for 128L and 5.4 for 256; data added to a row
 * before its round instead of behind it 6.3 for 128L (5.6 in the same loop); four steps in a body 5.8; two rows in a
 * ymm register, with a permutation where the chain crosses, 5.65 for 128L, no less and a longer chain where latencies
 * are 4; the rounds backwards, or two by turns with one operation of logic, 4.9 and 5.0 for 256 (4.55 in the same
 * loop).
 */

#include "aegis_impl.h"
#include "aegis_vec.h"
#include "../scrub.h"

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

enum { UNROLL = 2 }; /* steps of the loops */

enum direction { ENCRYPT, DECRYPT };

/* The halves of a tag of 32 bytes, of which one of 16 bytes is the sum; that has no S7. */
struct tag_halves {
	__m128i lo, hi;
};

LANE_INLINE void store_tag(uint8_t *tag, size_t tag_len, struct tag_halves halves)
{
	if (tag_len == 16) {
		store_block(tag, _mm_xor_si128(halves.lo, halves.hi));
	} else {
		store_block(tag, halves.lo);
		store_block(tag + 16, halves.hi);
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

/* What is kept on the stack: the states of all groups where there are several, else by gcc hardly anything. */
#ifdef __clang__
enum { one_group_depth = VL > 16 ? 2560 : 1024 };
#else
enum { one_group_depth = 256 };
#endif

LANE_INLINE void scrub(const struct shape a)
{
	scrub_all(16 * a.degree > VL ? 3328 : one_group_depth);
}

#define SHAPE(n_rows, degree) ((struct shape){n_rows, degree})
#include "aegis_six.inc.h"

static const struct lane_aegis_ops ops = {.variants = AEGIS_SIX};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aegis",
	.isa = KERNEL_ISA,
	.name = "aegis:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.aegis = &ops,
};
