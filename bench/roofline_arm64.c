// SPDX-License-Identifier: MIT
// What roofline.c times on arm64, in the manner of roofline_x86.c: a stream works
// on sixteen registers by turns, v31 is everybody's second operand.

#include "roofline.h"

#include "../kernels/cpu.h"

static uint8_t arena[32 * 16] __attribute__((aligned(64)));

// clang-format off
#define EACH16(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define SAME8(M) M(0) M(0) M(0) M(0) M(0) M(0) M(0) M(0)

#define THREE(insn, t, d) insn " v" #d "." t ", v" #d "." t ", v31." t "\n\t"
#define AESE(d) "aese v" #d ".16b, v31.16b\n\t"
#define AES(d) AESE(d) "aesmc v" #d ".16b, v" #d ".16b\n\t"
#define CLMUL(d) "pmull v" #d ".1q, v" #d ".1d, v31.1d\n\t"
#define ADD(d) THREE("add", "4s", d)
#define XOR(d) THREE("eor", "16b", d)
#define LOGIC3(d) "eor3 v" #d ".16b, v" #d ".16b, v30.16b, v31.16b\n\t"
#define SHIFT(d) "shl v" #d ".4s, v" #d ".4s, #7\n\t"
#define INSERT(d) "sri v" #d ".4s, v31.4s, #25\n\t" /* the second half of a rotation */
#define REVERSE(d) "rev32 v" #d ".8h, v" #d ".8h\n\t"
#define SHUFFLE(d) "tbl v" #d ".16b, {v" #d ".16b}, v31.16b\n\t"
#define UNPACK(d) THREE("zip1", "4s", d)
#define MUL32(d) "umull v" #d ".2d, v" #d ".2s, v31.2s\n\t"
#define LOAD(d) "ldr q" #d ", [%1, #16*" #d "]\n\t"
#define STORE(d) "str q31, [%1, #16*" #d "]\n\t"
#define COPY(d) LOAD(d) "str q31, [%1, #16*(16+" #d ")]\n\t"
#define I_LOAD(d) "ldr x9, [%1, #8*" #d "]\n\t"
#define I_LOAD_CHAIN(d) "ldr x9, [x9]\n\t"
#define I_STORE(d) "str x10, [%1, #8*" #d "]\n\t"
#define I_COPY(d) I_LOAD(d) "str x10, [%1, #8*(16+" #d ")]\n\t"
#define I_MUL64(d) "mul x9, x10, x11\n\tumulh x12, x10, x11\n\t"
#define I_MUL64_CHAIN(d) "mul x12, x9, x11\n\tumulh x9, x9, x11\n\t"
#define I_ADD(d) "add x1" #d ", x1" #d ", x9\n\t" /* x10 … x17 */
#define I_ADD8 I_ADD(0) I_ADD(1) I_ADD(2) I_ADD(3) I_ADD(4) I_ADD(5) I_ADD(6) I_ADD(7)

// The last round of ten has no AESMC.
#define ROUNDS(M) ".rept 9\n\t" M(AES) ".endr\n\t" M(AESE)
#define AES_XOR \
	AES(0) XOR(8) AES(1) XOR(9) AES(2) XOR(10) AES(3) XOR(11) AES(4) XOR(12) AES(5) XOR(13) AES(6) XOR(14) AES(7) XOR(15) \
	AES(8) XOR(0) AES(9) XOR(1) AES(10) XOR(2) AES(11) XOR(3) AES(12) XOR(4) AES(13) XOR(5) AES(14) XOR(6) AES(15) XOR(7)
#define AES_XOR_CHAIN AES(0) XOR(0) AES(0) XOR(0) AES(0) XOR(0) AES(0) XOR(0)
#define AES_CLMUL \
	AES(0) AES(1) AES(2) CLMUL(10) AES(3) AES(4) AES(5) AES(6) AES(7) CLMUL(11) AES(8) AES(9) \
	AES(0) AES(1) AES(2) CLMUL(12) AES(3) AES(4) AES(5) AES(6) AES(7) CLMUL(13) AES(8) AES(9)
// Rotations: by 16 one REV32, by 8 one TBL, by 12 and 7 SHL and SRI.
#define QUARTER \
	ADD(0) XOR(1) REVERSE(2) ADD(3) XOR(4) SHIFT(5) INSERT(6) ADD(7) XOR(8) SHUFFLE(9) ADD(10) XOR(11) SHIFT(12) INSERT(13)
#define CHACHA ".rept 10\n\t" QUARTER ".endr\n\t" ADD(0) ADD(1) XOR(2) XOR(3) UNPACK(4) UNPACK(5) UNPACK(6) UNPACK(7)

// ONE(op, needs, name, operation of a register); ALL(op, width, needs, name, how many in a stream, its text, in a chain, its text)
#define LIST(ONE, ALL) \
	ALL(OP_AES, NEON, LANE_CPU_ARM_AES, "aese, aesmc", 160, ROUNDS(EACH16), 80, ROUNDS(SAME8)) \
	ONE(OP_CLMUL, LANE_CPU_ARM_AES, "pmull", CLMUL) \
	ONE(OP_ADD, 0, "add", ADD) \
	ONE(OP_XOR, 0, "eor", XOR) \
	ONE(OP_LOGIC3, LANE_CPU_ARM_SHA3, "eor3", LOGIC3) \
	ONE(OP_SHIFT, 0, "shl", SHIFT) \
	ONE(OP_SHUFFLE, 0, "tbl", SHUFFLE) \
	ONE(OP_UNPACK, 0, "zip1", UNPACK) \
	ONE(OP_MUL32, 0, "umull", MUL32) \
	ALL(OP_LOAD, NEON, 0, "ldr q", 16, EACH16(LOAD), 0, "") \
	ALL(OP_STORE, NEON, 0, "str q", 16, EACH16(STORE), 0, "") \
	ALL(MIX_COPY, NEON, 0, "1 load, 1 store", 16, EACH16(COPY), 0, "") \
	ALL(MIX_AES_XOR, NEON, LANE_CPU_ARM_AES, "1 aese with aesmc, 1 eor", 16, AES_XOR, 4, AES_XOR_CHAIN) \
	ALL(MIX_AES_CLMUL, NEON, LANE_CPU_ARM_AES, "5 aese with aesmc, 1 pmull", 4, AES_CLMUL, 0, "") \
	ALL(MIX_QUARTER, NEON, 0, "4 add, 4 eor, 2 shl, 2 sri, 1 rev32, 1 tbl", 1, QUARTER, 0, "") \
	ALL(MIX_CHACHA, NEON, 0, "10 quarter rounds, 2 add, 2 eor, 4 zip1", 1, CHACHA, 0, "") \
	ALL(OP_ADD, SCALAR, 0, "add", 8, I_ADD8, 8, SAME8(I_ADD)) \
	ALL(OP_MUL64, SCALAR, 0, "mul, umulh", 16, EACH16(I_MUL64), 8, SAME8(I_MUL64_CHAIN)) \
	ALL(OP_LOAD, SCALAR, 0, "ldr x", 16, EACH16(I_LOAD), 8, SAME8(I_LOAD_CHAIN)) \
	ALL(OP_STORE, SCALAR, 0, "str x", 16, EACH16(I_STORE), 0, "") \
	ALL(MIX_COPY, SCALAR, 0, "1 load, 1 store", 16, EACH16(I_COPY), 0, "")

#define LOOP(name, text) \
	static void name(uint64_t n) \
	{ \
		*(void **)(void *)arena = arena; /* what a chain of loads runs along */ \
		__asm__ volatile(".arch armv8.2-a+crypto+sha3\n\t" \
				 "mov x9, %1\n\t" \
				 "1: .rept 4\n\t" text ".endr\n\t" \
				 "subs %0, %0, #1\n\t" \
				 "b.ne 1b" \
				 : "+r"(n) \
				 : "r"(arena) \
				 : "cc", "memory", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "v0", "v1", "v2", \
				   "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v30", "v31"); \
	}
#define LOOP_ONE(op, needs, name, M) LOOP(stream_##op##_NEON, EACH16(M)) LOOP(chain_##op##_NEON, SAME8(M))
#define LOOP_ALL(op, W, needs, name, n, text, n_chain, chain) LOOP(stream_##op##_##W, text) LOOP(chain_##op##_##W, chain)
#define ENTRY_ONE(op, needs, name, M) {op, WIDTH_NEON, name, LANE_CPU_NEON | (needs), 64, 32, stream_##op##_NEON, chain_##op##_NEON},
#define ENTRY_ALL(op, W, needs, name, n, text, n_chain, chain) \
	{op, WIDTH_##W, name, needs, 4 * (n), 4 * (n_chain), stream_##op##_##W, (n_chain) > 0 ? chain_##op##_##W : NULL},

LIST(LOOP_ONE, LOOP_ALL)

static const struct roofline_probe probes[] = {LIST(ENTRY_ONE, ENTRY_ALL)};
// clang-format on

const struct roofline_probe *roofline_probes(size_t *n)
{
	*n = sizeof(probes) / sizeof(probes[0]);
	return probes;
}
