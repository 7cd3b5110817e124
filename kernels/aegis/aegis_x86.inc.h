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
 * and one more), vaes512, 16 KiB, cycles a step, seal and open: AEGIS-128L 5.6, 6.3; 128X2 6.1, 6.7; 128X4 9.4, 9.3;
 * AEGIS-256 4.9, 5.2; 256X2 5.2, 5.6; 256X4 6.7, 6.7. What it could issue: 5.4, 5.4, 8.0; 3.9, 3.9, 6.0.
 *
 * Tried and lost, cycles a step there: order left to gcc 6.1 for 128L, 6.8 for 128X2, 5.1 for 256; rows as the first
 * bytes of 512-bit types, whose copies take a port from all others, 7.0 for 128L and 5.4 for 256; data added to a row
 * before its round instead of behind it 6.3 for 128L (5.6 in the same loop); four steps in a body 5.8; two rows in a
 * ymm register, with a permutation where the chain crosses, 5.65 for 128L, no less and a longer chain where latencies
 * are 4; the rounds backwards, or two by turns with one operation of logic, 4.9 and 5.0 for 256 (4.55 in the same
 * loop). Opening 128L and 128X2: the row as the key of its round, so that the data come by one xor, 6.9 and 7.3; old
 * row and ciphertext added up in advance, which shortens the chain by an operation and needs one more, 6.6 and 7.0.
 *
 * Order alone does not do it. A loop in assembly, orders drawn at random, 200 of each, best and
 * median: sealing 128L 5.4, 6.3, 128X2 5.4, 6.3, 256 4.6, 6.0, 256X2 4.6, 6.2; opening 6.0, 7.2; 6.2, 7.4; 5.1, 6.5;
 * 5.1, 6.5; 400 more of opening, rounds with a key of zero, 6.1, 6.3; 6.1, 6.4; 5.2, 5.4; 5.2, 5.4. Best of those that
 * open 128L by the way the data come: an addition of three behind the round 6.0, the row as the key of its round 6.55,
 * row and data added before the round 7.1; 256: 5.1, 6.0, 6.45. Orders of the best ones put here by intrinsics, sealing
 * and opening: 128L 5.4 … 5.6, 6.0 … 6.15 (as is 5.4, 6.1), 256 4.9 … 5.0, 5.1 … 5.3 (4.8, 5.3), with row 1
 * last 4.7, 6.2. Two of three ports take rounds, all three take logic, and which one an operation goes to is chosen
 * before it is known what will wait.
 */

#include "aegis_impl.h"
#include "aegis_vec.h"
#include "../scrub.h"

#define SPLIT_ROWS 0
#include "aegis_widths.inc.h"

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
