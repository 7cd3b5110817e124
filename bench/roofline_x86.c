// SPDX-License-Identifier: MIT
// What roofline.c times on x86-64. A stream works on twelve registers by turns,
// so that no operation waits for the one before; a chain on a single register.
// Register 15 is everybody's second operand. In mixtures each kind of operation
// has registers of its own, or ones whose last use was long ago.

#include "roofline.h"

#include "../kernels/cpu.h"

static uint8_t arena[24 * 64] __attribute__((aligned(64)));

// clang-format off
#define EACH12(M, v) M(v, 0) M(v, 1) M(v, 2) M(v, 3) M(v, 4) M(v, 5) M(v, 6) M(v, 7) M(v, 8) M(v, 9) M(v, 10) M(v, 11)
#define SAME12(M, v) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0) M(v, 0)

// ---- VEX and EVEX; v is "xmm", "ymm" or "zmm" ----

#define THREE(insn, v, d) insn " %%" v "15, %%" v #d ", %%" v #d "\n\t"
#define SHIFTED(insn, n, v, d) insn " $" #n ", %%" v #d ", %%" v #d "\n\t"

#define V_AES(v, d) THREE("vaesenc", v, d)
#define V_CLMUL(v, d) THREE("vpclmulqdq $0,", v, d)
#define V_ADD(v, d) THREE("vpaddd", v, d)
#define V_XOR(v, d) THREE("vpxor", v, d)
#define V_XORD(v, d) THREE("vpxord", v, d)
#define V_LOGIC3(v, d) "vpternlogd $0x96, %%" v "14, %%" v "15, %%" v #d "\n\t"
#define V_SHIFT(v, d) SHIFTED("vpslld", 7, v, d)
#define V_ROTATE(v, d) SHIFTED("vprold", 7, v, d)
#define V_SHUFFLE(v, d) THREE("vpshufb", v, d)
#define V_UNPACK(v, d) THREE("vpunpckldq", v, d)
#define V_PERMUTE(v, d) "vpermd %%" v #d ", %%" v "15, %%" v #d "\n\t"
#define V_MUL32(v, d) THREE("vpmuludq", v, d)
#define V_IFMA(v, d) "vpmadd52luq %%" v "14, %%" v "15, %%" v #d "\n\t"
#define V_LOAD(v, d) "vmovups 64*" #d "(%1), %%" v #d "\n\t"
#define V_STORE(v, d) "vmovups %%" v "15, 64*" #d "(%1)\n\t"
#define V_COPY(v, d) V_LOAD(v, d) "vmovups %%" v "15, 64*(12+" #d ")(%1)\n\t"

#define V_AES_XOR(XOR, v) \
	V_AES(v, 0) XOR(v, 6) V_AES(v, 1) XOR(v, 7) V_AES(v, 2) XOR(v, 8) V_AES(v, 3) XOR(v, 9) \
	V_AES(v, 4) XOR(v, 10) V_AES(v, 5) XOR(v, 11) V_AES(v, 6) XOR(v, 0) V_AES(v, 7) XOR(v, 1) \
	V_AES(v, 8) XOR(v, 2) V_AES(v, 9) XOR(v, 3) V_AES(v, 10) XOR(v, 4) V_AES(v, 11) XOR(v, 5)
#define V_AES_XOR_CHAIN(XOR, v) V_AES(v, 0) XOR(v, 0) V_AES(v, 0) XOR(v, 0) V_AES(v, 0) XOR(v, 0) V_AES(v, 0) XOR(v, 0)
#define V_AES_CLMUL(v) \
	V_AES(v, 0) V_AES(v, 1) V_AES(v, 2) V_CLMUL(v, 5) V_AES(v, 3) V_AES(v, 4) \
	V_AES(v, 6) V_AES(v, 7) V_AES(v, 8) V_CLMUL(v, 11) V_AES(v, 9) V_AES(v, 10)
#define V_IFMA_ADD(v) \
	V_IFMA(v, 0) V_ADD(v, 6) V_IFMA(v, 1) V_ADD(v, 7) V_IFMA(v, 2) V_ADD(v, 8) V_IFMA(v, 3) V_ADD(v, 9) \
	V_IFMA(v, 4) V_ADD(v, 10) V_IFMA(v, 5) V_ADD(v, 11) V_IFMA(v, 6) V_ADD(v, 0) V_IFMA(v, 7) V_ADD(v, 1) \
	V_IFMA(v, 8) V_ADD(v, 2) V_IFMA(v, 9) V_ADD(v, 3) V_IFMA(v, 10) V_ADD(v, 4) V_IFMA(v, 11) V_ADD(v, 5)

// Rotations by 16 and 8 are byte shuffles, by 12 and 7 two shifts and an or.
#define V_QUARTER_AVX2(v) \
	V_ADD(v, 0) V_XOR(v, 1) V_SHUFFLE(v, 2) V_ADD(v, 3) V_XOR(v, 4) V_SHIFT(v, 5) V_SHIFT(v, 6) V_XOR(v, 7) \
	V_ADD(v, 8) V_XOR(v, 9) V_SHUFFLE(v, 10) V_ADD(v, 11) V_XOR(v, 0) V_SHIFT(v, 1) V_SHIFT(v, 2) V_XOR(v, 3)
#define V_QUARTER_AVX512(v) \
	V_ADD(v, 0) V_XORD(v, 1) V_ROTATE(v, 2) V_ADD(v, 3) V_XORD(v, 4) V_ROTATE(v, 5) \
	V_ADD(v, 6) V_XORD(v, 7) V_ROTATE(v, 8) V_ADD(v, 9) V_XORD(v, 10) V_ROTATE(v, 11)
#define V_QUARTER_IFMA(v) V_QUARTER_AVX512(v) V_IFMA(v, 12) V_QUARTER_AVX512(v) V_IFMA(v, 13)
// What follows the rounds comes in a row, as in a cipher: spread among them it is 5 cycles of 71 slower (zmm, Zen 4).
#define V_CHACHA_END(XOR, v) V_ADD(v, 0) V_ADD(v, 1) XOR(v, 2) XOR(v, 3) \
	V_UNPACK(v, 4) V_UNPACK(v, 5) V_UNPACK(v, 6) V_UNPACK(v, 7) V_UNPACK(v, 8) V_UNPACK(v, 9)
#define V_CHACHA_YMM(v) ".rept 10\n\t" V_QUARTER_AVX2(v) ".endr\n\t" V_CHACHA_END(V_XOR, v)
#define V_CHACHA_ZMM(v) ".rept 10\n\t" V_QUARTER_AVX512(v) ".endr\n\t" V_CHACHA_END(V_XORD, v) V_UNPACK(v, 10) V_UNPACK(v, 11)

// ---- SSE ----

#define TWO(insn, d) insn " %%xmm15, %%xmm" #d "\n\t"
#define S_AES(v, d) TWO("aesenc", d)
#define S_CLMUL(v, d) TWO("pclmulqdq $0,", d)
#define S_ADD(v, d) TWO("paddd", d)
#define S_XOR(v, d) TWO("pxor", d)
#define S_SHIFT(v, d) "pslld $7, %%xmm" #d "\n\t"
#define S_SHUFFLE(v, d) TWO("pshufb", d)
#define S_UNPACK(v, d) TWO("punpckldq", d)
#define S_MUL32(v, d) TWO("pmuludq", d)
#define S_LOAD(v, d) "movups 64*" #d "(%1), %%xmm" #d "\n\t"
#define S_STORE(v, d) "movups %%xmm15, 64*" #d "(%1)\n\t"
#define S_COPY(v, d) S_LOAD(v, d) "movups %%xmm15, 64*(12+" #d ")(%1)\n\t"
#define S_AES_XOR(v) \
	S_AES(v, 0) S_XOR(v, 6) S_AES(v, 1) S_XOR(v, 7) S_AES(v, 2) S_XOR(v, 8) S_AES(v, 3) S_XOR(v, 9) \
	S_AES(v, 4) S_XOR(v, 10) S_AES(v, 5) S_XOR(v, 11) S_AES(v, 6) S_XOR(v, 0) S_AES(v, 7) S_XOR(v, 1) \
	S_AES(v, 8) S_XOR(v, 2) S_AES(v, 9) S_XOR(v, 3) S_AES(v, 10) S_XOR(v, 4) S_AES(v, 11) S_XOR(v, 5)
#define S_AES_XOR_CHAIN(v) S_AES(v, 0) S_XOR(v, 0) S_AES(v, 0) S_XOR(v, 0) S_AES(v, 0) S_XOR(v, 0) S_AES(v, 0) S_XOR(v, 0)
#define S_AES_CLMUL(v) \
	S_AES(v, 0) S_AES(v, 1) S_AES(v, 2) S_CLMUL(v, 5) S_AES(v, 3) S_AES(v, 4) \
	S_AES(v, 6) S_AES(v, 7) S_AES(v, 8) S_CLMUL(v, 11) S_AES(v, 9) S_AES(v, 10)
#define S_QUARTER(v) \
	S_ADD(v, 0) S_XOR(v, 1) S_SHUFFLE(v, 2) S_ADD(v, 3) S_XOR(v, 4) S_SHIFT(v, 5) S_SHIFT(v, 6) S_XOR(v, 7) \
	S_ADD(v, 8) S_XOR(v, 9) S_SHUFFLE(v, 10) S_ADD(v, 11) S_XOR(v, 0) S_SHIFT(v, 1) S_SHIFT(v, 2) S_XOR(v, 3)
#define S_CHACHA(v) ".rept 10\n\t" S_QUARTER(v) ".endr\n\t" \
	S_ADD(v, 0) S_ADD(v, 1) S_XOR(v, 2) S_XOR(v, 3) S_UNPACK(v, 4) S_UNPACK(v, 5) S_UNPACK(v, 6) S_UNPACK(v, 7)

// ---- Integer registers r8 … r15 ----

#define EACH8(M) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define SAME8(M) M(8) M(8) M(8) M(8) M(8) M(8) M(8) M(8)
#define I_ADD(d) "add %%rax, %%r" #d "\n\t"
#define I_MUL64(d) "mulx %%rax, %%rcx, %%r" #d "\n\t"
#define I_MUL64_CHAIN(d) "mulx %%rax, %%rdx, %%r" #d "\n\t"
#define I_LOAD(d) "mov 64*" #d "(%1), %%r" #d "\n\t"
#define I_LOAD_CHAIN(d) "mov (%%rdx), %%rdx\n\t"
#define I_STORE(d) "mov %%rax, 64*" #d "(%1)\n\t"
#define I_COPY(d) I_LOAD(d) "mov %%rax, 64*(8+" #d ")(%1)\n\t"

// ---- All of them ----

// ONE(op, width, v, needs, name, operation of (v, register)); ALL(…, mixtures in a stream, its text, in a chain, its text)
#define LIST_SSE(ONE, ALL) \
	ONE(OP_AES, SSE, "xmm", LANE_CPU_AES, "aesenc", S_AES) \
	ONE(OP_CLMUL, SSE, "xmm", LANE_CPU_PCLMUL, "pclmulqdq", S_CLMUL) \
	ONE(OP_ADD, SSE, "xmm", 0, "paddd", S_ADD) \
	ONE(OP_XOR, SSE, "xmm", 0, "pxor", S_XOR) \
	ONE(OP_SHIFT, SSE, "xmm", 0, "pslld", S_SHIFT) \
	ONE(OP_SHUFFLE, SSE, "xmm", LANE_CPU_SSSE3, "pshufb", S_SHUFFLE) \
	ONE(OP_UNPACK, SSE, "xmm", 0, "punpckldq", S_UNPACK) \
	ONE(OP_MUL32, SSE, "xmm", 0, "pmuludq", S_MUL32) \
	ALL(OP_LOAD, SSE, 0, "movups load", 12, EACH12(S_LOAD, ""), 0, "") \
	ALL(OP_STORE, SSE, 0, "movups store", 12, EACH12(S_STORE, ""), 0, "") \
	ALL(MIX_COPY, SSE, 0, "1 load, 1 store", 12, EACH12(S_COPY, ""), 0, "") \
	ALL(MIX_AES_XOR, SSE, LANE_CPU_AES, "1 aesenc, 1 pxor", 12, S_AES_XOR(""), 4, S_AES_XOR_CHAIN("")) \
	ALL(MIX_AES_CLMUL, SSE, LANE_CPU_AES | LANE_CPU_PCLMUL, "5 aesenc, 1 pclmulqdq", 2, S_AES_CLMUL(""), 0, "") \
	ALL(MIX_QUARTER, SSE, LANE_CPU_SSSE3, "4 paddd, 6 pxor, 4 pslld, 2 pshufb", 1, S_QUARTER(""), 0, "") \
	ALL(MIX_CHACHA, SSE, LANE_CPU_SSSE3, "10 quarter rounds, 2 paddd, 2 pxor, 4 punpckldq", 1, S_CHACHA(""), 0, "")

#define LIST_AVX(ONE, ALL, W, v, BASE, AES, CLMUL, XOR) \
	ONE(OP_AES, W, v, AES, "vaesenc", V_AES) \
	ONE(OP_CLMUL, W, v, CLMUL, "vpclmulqdq", V_CLMUL) \
	ONE(OP_ADD, W, v, BASE, "vpaddd", V_ADD) \
	ONE(OP_XOR, W, v, BASE, "vpxor", XOR) \
	ONE(OP_SHIFT, W, v, BASE, "vpslld", V_SHIFT) \
	ONE(OP_SHUFFLE, W, v, BASE, "vpshufb", V_SHUFFLE) \
	ONE(OP_UNPACK, W, v, BASE, "vpunpckldq", V_UNPACK) \
	ONE(OP_MUL32, W, v, BASE, "vpmuludq", V_MUL32) \
	ONE(OP_LOGIC3, W, v, LANE_CPU_AVX512, "vpternlogd", V_LOGIC3) \
	ONE(OP_ROTATE, W, v, LANE_CPU_AVX512, "vprold", V_ROTATE) \
	ONE(OP_IFMA, W, v, LANE_CPU_IFMA, "vpmadd52luq", V_IFMA) \
	ALL(OP_LOAD, W, BASE, "vmovups load", 12, EACH12(V_LOAD, v), 0, "") \
	ALL(OP_STORE, W, BASE, "vmovups store", 12, EACH12(V_STORE, v), 0, "") \
	ALL(MIX_COPY, W, BASE, "1 load, 1 store", 12, EACH12(V_COPY, v), 0, "") \
	ALL(MIX_AES_XOR, W, AES, "1 vaesenc, 1 vpxor", 12, V_AES_XOR(XOR, v), 4, V_AES_XOR_CHAIN(XOR, v)) \
	ALL(MIX_AES_CLMUL, W, (AES) | (CLMUL), "5 vaesenc, 1 vpclmulqdq", 2, V_AES_CLMUL(v), 0, "") \
	ALL(MIX_IFMA_ADD, W, LANE_CPU_IFMA, "1 vpmadd52luq, 1 vpaddd", 12, V_IFMA_ADD(v), 0, "") \
	ALL(MIX_QUARTER_IFMA, W, LANE_CPU_IFMA, "4 vpaddd, 4 vpxord, 4 vprold, 1 vpmadd52luq", 2, V_QUARTER_IFMA(v), 0, "")

#define LIST_XMM(ONE, ALL) LIST_AVX(ONE, ALL, XMM, "xmm", LANE_CPU_AVX, LANE_CPU_AVX | LANE_CPU_AES, LANE_CPU_AVX | LANE_CPU_PCLMUL, V_XOR)
#define LIST_YMM(ONE, ALL) \
	LIST_AVX(ONE, ALL, YMM, "ymm", LANE_CPU_AVX2, LANE_CPU_VAES, LANE_CPU_VPCLMUL, V_XOR) \
	ONE(OP_PERMUTE, YMM, "ymm", LANE_CPU_AVX2, "vpermd", V_PERMUTE) \
	ALL(MIX_QUARTER, YMM, LANE_CPU_AVX2, "4 vpaddd, 6 vpxor, 4 vpslld, 2 vpshufb", 1, V_QUARTER_AVX2("ymm"), 0, "") \
	ALL(MIX_CHACHA, YMM, LANE_CPU_AVX2, "10 quarter rounds, 2 vpaddd, 2 vpxor, 6 vpunpckldq", 1, V_CHACHA_YMM("ymm"), 0, "")
#define LIST_ZMM(ONE, ALL) \
	LIST_AVX(ONE, ALL, ZMM, "zmm", LANE_CPU_AVX512, LANE_CPU_AVX512 | LANE_CPU_VAES, LANE_CPU_AVX512 | LANE_CPU_VPCLMUL, V_XORD) \
	ONE(OP_PERMUTE, ZMM, "zmm", LANE_CPU_AVX512, "vpermd", V_PERMUTE) \
	ALL(MIX_QUARTER, ZMM, LANE_CPU_AVX512, "4 vpaddd, 4 vpxord, 4 vprold", 1, V_QUARTER_AVX512("zmm"), 0, "") \
	ALL(MIX_CHACHA, ZMM, LANE_CPU_AVX512, "10 quarter rounds, 2 vpaddd, 2 vpxord, 8 vpunpckldq", 1, V_CHACHA_ZMM("zmm"), 0, "")

#define LIST_SCALAR(ONE, ALL) \
	ALL(OP_ADD, SCALAR, 0, "add", 8, EACH8(I_ADD), 8, SAME8(I_ADD)) \
	ALL(OP_MUL64, SCALAR, LANE_CPU_BMI2, "mulx", 8, EACH8(I_MUL64), 8, SAME8(I_MUL64_CHAIN)) \
	ALL(OP_LOAD, SCALAR, 0, "mov load", 8, EACH8(I_LOAD), 8, SAME8(I_LOAD_CHAIN)) \
	ALL(OP_STORE, SCALAR, 0, "mov store", 8, EACH8(I_STORE), 0, "") \
	ALL(MIX_COPY, SCALAR, 0, "1 load, 1 store", 8, EACH8(I_COPY), 0, "")

// Legacy SSE after dirty upper halves, and the other way round, is slow on some CPUs.
#define LEAVE_SSE ""
#define LEAVE_SCALAR ""
#define LEAVE_XMM "vzeroupper"
#define LEAVE_YMM "vzeroupper"
#define LEAVE_ZMM "vzeroupper"

#define LOOP(name, W, text) \
	static void name(uint64_t n) \
	{ \
		*(void **)(void *)arena = arena; /* what a chain of loads runs along */ \
		__asm__ volatile("mov %1, %%rdx\n" \
				 ".p2align 5\n\t" \
				 "1: .rept 4\n\t" text ".endr\n\t" \
				 "sub $1, %0\n\t" \
				 "jnz 1b\n\t" LEAVE_##W \
				 : "+r"(n) \
				 : "r"(arena) \
				 : "cc", "memory", "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", \
				   "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
				   "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"); \
	}
#define LOOP_ONE(op, W, v, needs, name, M) LOOP(stream_##op##_##W, W, EACH12(M, v)) LOOP(chain_##op##_##W, W, SAME12(M, v))
#define LOOP_ALL(op, W, needs, name, n, text, n_chain, chain) LOOP(stream_##op##_##W, W, text) LOOP(chain_##op##_##W, W, chain)
#define ENTRY_ONE(op, W, v, needs, name, M) {op, WIDTH_##W, name, needs, 48, 48, stream_##op##_##W, chain_##op##_##W},
#define ENTRY_ALL(op, W, needs, name, n, text, n_chain, chain) \
	{op, WIDTH_##W, name, needs, 4 * (n), 4 * (n_chain), stream_##op##_##W, (n_chain) > 0 ? chain_##op##_##W : NULL},
#define LISTS(ONE, ALL) LIST_SSE(ONE, ALL) LIST_XMM(ONE, ALL) LIST_YMM(ONE, ALL) LIST_ZMM(ONE, ALL) LIST_SCALAR(ONE, ALL)

LISTS(LOOP_ONE, LOOP_ALL)

static const struct roofline_probe probes[] = {LISTS(ENTRY_ONE, ENTRY_ALL)};
// clang-format on

const struct roofline_probe *roofline_probes(size_t *n)
{
	*n = sizeof(probes) / sizeof(probes[0]);
	return probes;
}
