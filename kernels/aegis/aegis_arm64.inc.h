/* SPDX-License-Identifier: MIT */
/*
 * AEGIS for arm64, all six algorithms, lane by lane: `neon-aes`, `neon-sha3`, the same with additions of three and
 * BCAX, and `neon`, for CPUs without AES instructions. Before including, define KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow. A row of one lane is kept as two registers, s + r, r being what AESE and AESMC made last; without these, as
 * one, and the rounds of all rows are made together: eight in slices, six by permutation. Lanes of the
 * parallel algorithms go over the message one after the other, in pieces that stay in the first-level cache. A
 * message's last block is loaded and stored by pieces of 8, 4, 2 and 1 bytes.
 *
 * Identity. AESE adds before SubBytes: with A for AESMC(AESE(, )), the round of a row s + r is A(r, s), so that the
 * addition of the old row, S'i = A(r(i-1), s(i-1)) + Si, stays off the chain, which is AESE and AESMC alone: 4 cycles a
 * step unfused. Si itself, which the next step and the key stream want, is computed beside it; data go into it in the
 * same addition where there are additions of three. A(r, s) takes the place of r, the sum that of s: rows move by one
 * register a step, and after as many steps as there are rows, which make the loop's body, all are back without a copy.
 * (x & y) + z is BCAX(x + z, x, y), and both blocks of AEGIS-128's key stream have the same x + z.
 *
 * Registers: 16 of state, 6 sums, 2 of data, 2 of key stream: 26 of 32. Bounds: trusts the public layer for lengths.
 * Secret: key, state, data. Public: lengths and nonce, which alone make branches and addresses.
 *
 * A step of AEGIS-128 is 16 AES instructions and 18 of logic, 13 with SHA3; of AEGIS-256 12 and 11, 9. That is what
 * limits: lanes side by side would not be faster, since a lane's chain leaves hardly a port idle. Predicted by llvm-mca
 * 22, which knows no fusion of AESE with AESMC, cycles a step, seal, gcc 12 (in brackets with AESMC for nothing, as if
 * fused), neoverse-v2 and -n1: AEGIS-128L neon-aes 9.0 (7.0) and 18.9 (14.9), neon-sha3 7.8 (7.0) and 16.6 (12.5);
 * AEGIS-256 neon-aes 6.3 (4.8) and 12.9 (9.9), neon-sha3 5.5 (4.0) and 12.0 (8.5). What v2's four ports could issue,
 * stores counted: 9.0 and 7.75; 6.0 and 5.5. Clang 14's loops are as free of copies and spills.
 * Tried and lost: rows as one register each, with AESE on a copy of it and the addition behind AESMC: 8 copies more and
 * a chain of 6 cycles, AEGIS-128L neon-aes 11.0 (9.0) and 22.0 (18.0).
 *
 * `neon`, cycles/byte, seal, neoverse-v2, -n1 and cortex-a72: AEGIS-128L 3.0, 4.8 and 6.4, AEGIS-256 3.7, 6.6 and 11.2;
 * the other degrees as these. Tried and lost: AEGIS-128L's eight rows by permutation, a step of 84, 184 and 249 cycles
 * against 95, 162 and 205; AEGIS-256's six in slices, 75, 154 and 194 against 58, 104 and 176.
 */

#include "aegis_impl.h"
#include "aegis_vec_neon.h"
#include "../scrub.h"

#define VL 16
#ifdef __ARM_FEATURE_AES
#define SPLIT_ROWS 1
#else
#define SPLIT_ROWS 0
#define ROWS_TOGETHER
#endif

#include "aegis_widths.inc.h"

/* What is kept on the stack: the states of all lanes where there are several, by clang others beside them. */
#ifdef __clang__
enum { one_lane_depth = 1536, lanes_depth = 2048 };
#elif defined(__ARM_FEATURE_AES)
enum { one_lane_depth = 256, lanes_depth = 1536 };
#else
enum { one_lane_depth = 1024, lanes_depth = 2560 };
#endif

LANE_INLINE void scrub(const struct shape a)
{
	scrub_all(a.degree > 1 ? lanes_depth : one_lane_depth);
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
