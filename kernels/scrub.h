/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_SCRUB_H
#define LANE_KERNELS_SCRUB_H

/*
 * What is left when a kernel has done its work: whatever registers hold, and in its dead stack frames what the compiler
 * had no register for. Every kernel has a `scrub` made of what is here; the public layer, whose callee the kernel was,
 * calls it at the end of each call. How deep a kernel uses the stack and which registers it takes for short messages is
 * the compilers' choice: tests/kernels/residue.c looks at what they made of it.
 */

#include "util.h"

#if defined(__x86_64__)
#define SCRUB_VECTORS                                                                                                  \
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",     \
		"xmm13", "xmm14", "xmm15"
#elif defined(__aarch64__)
#define SCRUB_VECTORS                                                                                                  \
	"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", \
		"v25", "v26", "v27", "v28", "v29", "v30", "v31"
#else
#error "scrub.h does not know this CPU's registers"
#endif

// clang-format off
#if defined(__AVX512F__)
#define SCRUB_ZERO "vpxor %%xmm0, %%xmm0, %%xmm0\n\t"
#define SCRUB_STORE(at) "vmovdqu64 %%zmm0, " at "\n\t"
#define SCRUB_END "vzeroupper\n\t"
#elif defined(__AVX__)
#define SCRUB_ZERO "vpxor %%xmm0, %%xmm0, %%xmm0\n\t"
#define SCRUB_STORE(at) "vmovups %%ymm0, " at "\n\tvmovups %%ymm0, 32+" at "\n\t"
#define SCRUB_END "vzeroupper\n\t"
#else
#define SCRUB_ZERO "pxor %%xmm0, %%xmm0\n\t"
#define SCRUB_STORE(at)                                                                                                \
	"movups %%xmm0, " at "\n\tmovups %%xmm0, 16+" at "\n\t"                                                        \
	"movups %%xmm0, 32+" at "\n\tmovups %%xmm0, 48+" at "\n\t"
#define SCRUB_END
#endif
// clang-format on

/* Zeroes in at least `depth` bytes of stack, a multiple of 64 and more than none, below the function that this is
 * inlined in, which may have no variables in memory. The stack pointer moves, since valgrind minds writes below it. */
LANE_INLINE void scrub_stack(size_t depth)
{
#if defined(__x86_64__)
	// clang-format off
	__asm__ volatile(SCRUB_ZERO
			 "mov %%rsp, %%rax\n\t"
			 "and $-64, %%rsp\n\t"
			 "sub %%rdi, %%rsp\n\t"
			 // what is above the first whole line
			 SCRUB_STORE("-64(%%rax)")
			 "1:\tsub $64, %%rdi\n\t"
			 SCRUB_STORE("0(%%rsp, %%rdi)")
			 "jnz 1b\n\t"
			 "mov %%rax, %%rsp\n\t" SCRUB_END
			 : "+D"(depth)
			 :
			 : "rax", "cc", "memory", "xmm0");
	// clang-format on
#else
	__asm__ volatile("mov x9, sp\n\t"
			 "sub x10, x9, %0\n\t"
			 "mov sp, x10\n"
			 "1:\tstp xzr, xzr, [x9, #-16]!\n\t"
			 "cmp x9, x10\n\t"
			 "b.ne 1b\n\t"
			 "add sp, x10, %0\n\t"
			 :
			 : "r"(depth)
			 : "x9", "x10", "cc", "memory");
#endif
}

/* Zeroes in the vector registers that a call may change: the first 16 are all that SSE and AVX have; where there are
 * 32, compilers turn to the others last. Mask registers hold lengths and carries at most. */
LANE_INLINE void scrub_vectors(void)
{
#if defined(__x86_64__) && defined(__AVX__) // clears ymm and zmm too; 16 of these take half the time of vzeroall
	__asm__ volatile(".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
			 "vpxor %%xmm\\i, %%xmm\\i, %%xmm\\i\n\t"
			 ".endr\n\t"
			 :
			 :
			 : "memory", SCRUB_VECTORS);
#elif defined(__x86_64__)
	__asm__ volatile(".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
			 "pxor %%xmm\\i, %%xmm\\i\n\t"
			 ".endr\n\t"
			 :
			 :
			 : "memory", SCRUB_VECTORS);
#else
	__asm__ volatile(".irp i, 0,1,2,3,4,5,6,7,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
			 "movi v\\i\\().2d, #0\n\t"
			 ".endr\n\t"
			 :
			 :
			 : "memory", SCRUB_VECTORS);
#endif
}

/* The other 16, and four of them: as many as code for a block or two was seen to use. */
LANE_INLINE void scrub_other_vectors(void)
{
#if defined(__AVX512F__)
	__asm__ volatile(".irp i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
			 "vpxord %%xmm\\i, %%xmm\\i, %%xmm\\i\n\t"
			 ".endr\n\t"
			 :
			 :
			 : "memory", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24",
			   "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31");
#endif
}

LANE_INLINE void scrub_four_others(void)
{
#if defined(__AVX512F__)
	__asm__ volatile(".irp i, 16,17,18,19\n\t"
			 "vpxord %%xmm\\i, %%xmm\\i, %%xmm\\i\n\t"
			 ".endr\n\t"
			 :
			 :
			 : "memory", "xmm16", "xmm17", "xmm18", "xmm19");
#endif
}

/* The others that a call may change. */
LANE_INLINE void scrub_integers(void)
{
#if defined(__x86_64__)
	__asm__ volatile("xor %%eax, %%eax\n\t"
			 "xor %%ecx, %%ecx\n\t"
			 "xor %%edx, %%edx\n\t"
			 "xor %%esi, %%esi\n\t"
			 "xor %%edi, %%edi\n\t"
			 "xor %%r8d, %%r8d\n\t"
			 "xor %%r9d, %%r9d\n\t"
			 "xor %%r10d, %%r10d\n\t"
			 "xor %%r11d, %%r11d\n\t"
			 :
			 :
			 : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc", "memory");
#else
	__asm__ volatile(".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n\t"
			 "mov x\\i, xzr\n\t"
			 ".endr\n\t"
			 :
			 :
			 : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
			   "x14", "x15", "x16", "x17", "cc", "memory");
#endif
}

/* All registers, and the stack as deep as the kernel used it. */
LANE_INLINE void scrub_all(size_t depth)
{
	if (depth > 0)
		scrub_stack(depth);
	scrub_vectors();
	scrub_other_vectors();
	scrub_integers();
}

#endif
