/* SPDX-License-Identifier: MIT */
/*
 * The wide step of the AVX-512 kernels: 2048 bytes, 32 blocks of ChaCha20 in
 * all 32 vector registers, with room between its instructions for Poly1305 on
 * the integer side.
 *
 * Dataflow: zmm0…15 hold words 0…15 of blocks 0…15, zmm16…31 those of blocks
 * 16…31. The rounds alternate between the two states, a quarter-round step of
 * four columns at a time: 12 instructions of one whose results nobody needs
 * for the next 12. Then each state gets its initial value added from memory,
 * is transposed in place with one register to spare, xored and stored. Only word
 * 12 differs between blocks, so of the first round only column 0 is computed here.
 *
 * Assembly, because the order and the absence of spills is what makes it fast:
 * with intrinsics gcc 12 and clang 14 spill 80 to 300 times a step and need
 * 0.69…1.0 cycles/byte for the same text.
 *
 * Measured on Zen 4: 0.584 cycles/byte at 16 KiB, 0.598 with the whole first
 * round. Rounds alone, all of the first (limit 0.469: 2 operations a cycle): this
 * order 0.52; one state of 16 blocks 0.59…0.61 in every order
 * tried; two states alternating after 4, 24, 48, 96 instructions 0.543, 0.527,
 * 0.539, 0.569; rotations of one state among additions of the other 0.54; half
 * a million orders from a random search, none reliably better.
 */

#include <immintrin.h>

#include "chacha20/chacha20_ops.h"
#include "chacha20/chacha20_round.h"
#include "util.h"

enum { wide_len = 32 * CHACHA20_BLOCK_LEN };

struct wide {
	uint32_t state[16];       // RFC 8439 §2.3; [12] unused
	uint32_t counters[2][16]; // word 12 of each block
	uint8_t spare[64];        // zmm31, while the first state is transposed
	uint8_t *out;
	const uint8_t *in;
	uint64_t n_rounds; // double rounds to go
	// for Poly1305 beside it
	uint64_t r0, r1, s1; // as in poly1305.h
	uint64_t a0, a1, a2; // hash of the first half
	uint64_t b0, b1, b2; // hash of the second half
	uint32_t first[16];  // what the rounds begin with, see wide_begin
} __attribute__((aligned(64)));
_Static_assert(offsetof(struct wide, counters) == 64 && offsetof(struct wide, spare) == 192 &&
		       offsetof(struct wide, out) == 256 && offsetof(struct wide, in) == 264 &&
		       offsetof(struct wide, n_rounds) == 272 && offsetof(struct wide, r0) == 280 &&
		       offsetof(struct wide, a0) == 304 && offsetof(struct wide, b0) == 328 &&
		       offsetof(struct wide, first) == 352,
	       "the assembly counts on these");

// clang-format off
#define ADD(d, s) "vpaddd %%zmm" #s ", %%zmm" #d ", %%zmm" #d "\n\t"
#define XOR(d, s) "vpxord %%zmm" #s ", %%zmm" #d ", %%zmm" #d "\n\t"
#define ROT(d, n) "vprold $" #n ", %%zmm" #d ", %%zmm" #d "\n\t"

/* a += b, d = (d ^ a) <<< n in four columns */
#define STEP(n, a0, a1, a2, a3, b0, b1, b2, b3, d0, d1, d2, d3)                                                        \
	ADD(a0, b0) ADD(a1, b1) ADD(a2, b2) ADD(a3, b3)                                                                \
	XOR(d0, a0) XOR(d1, a1) XOR(d2, a2) XOR(d3, a3)                                                                \
	ROT(d0, n) ROT(d1, n) ROT(d2, n) ROT(d3, n)

/* The same in column 0, where only word 12 differs between the blocks. */
#define FIRST_STEP(n, a, b, d) ADD(a, b) XOR(d, a) ROT(d, n)

/* P is put after each step: 16 times in a double round. */
#define FIRST_COLUMNS(P)                                                                                               \
	XOR(12, 0) ROT(12, 16) P(0)                                                                                    \
	XOR(28, 16) ROT(28, 16) P(1)                                                                                   \
	FIRST_STEP(12, 8, 12, 4) P(2)                                                                                  \
	FIRST_STEP(12, 24, 28, 20) P(3)                                                                                \
	FIRST_STEP(8, 0, 4, 12) P(4)                                                                                   \
	FIRST_STEP(8, 16, 20, 28) P(5)                                                                                 \
	FIRST_STEP(7, 8, 12, 4) P(6)                                                                                   \
	FIRST_STEP(7, 24, 28, 20) P(7)

#define COLUMNS_ROUND(P)                                                                                                \
	STEP(16, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15) P(0)                                                          \
	STEP(16, 16, 17, 18, 19, 20, 21, 22, 23, 28, 29, 30, 31) P(1)                                                  \
	STEP(12, 8, 9, 10, 11, 12, 13, 14, 15, 4, 5, 6, 7) P(2)                                                        \
	STEP(12, 24, 25, 26, 27, 28, 29, 30, 31, 20, 21, 22, 23) P(3)                                                  \
	STEP(8, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15) P(4)                                                           \
	STEP(8, 16, 17, 18, 19, 20, 21, 22, 23, 28, 29, 30, 31) P(5)                                                   \
	STEP(7, 8, 9, 10, 11, 12, 13, 14, 15, 4, 5, 6, 7) P(6)                                                         \
	STEP(7, 24, 25, 26, 27, 28, 29, 30, 31, 20, 21, 22, 23) P(7)

#define DIAGONALS_ROUND(P)                                                                                             \
	STEP(16, 0, 1, 2, 3, 5, 6, 7, 4, 15, 12, 13, 14) P(8)                                                          \
	STEP(16, 16, 17, 18, 19, 21, 22, 23, 20, 31, 28, 29, 30) P(9)                                                  \
	STEP(12, 10, 11, 8, 9, 15, 12, 13, 14, 5, 6, 7, 4) P(10)                                                       \
	STEP(12, 26, 27, 24, 25, 31, 28, 29, 30, 21, 22, 23, 20) P(11)                                                 \
	STEP(8, 0, 1, 2, 3, 5, 6, 7, 4, 15, 12, 13, 14) P(12)                                                          \
	STEP(8, 16, 17, 18, 19, 21, 22, 23, 20, 31, 28, 29, 30) P(13)                                                  \
	STEP(7, 10, 11, 8, 9, 15, 12, 13, 14, 5, 6, 7, 4) P(14)                                                        \
	STEP(7, 26, 27, 24, 25, 31, 28, 29, 30, 21, 22, 23, 20) P(15)

#define LOAD_WORD(d, i) "vpbroadcastd 352+4*" #i "(%%rdi), %%zmm" #d "\n\t"
#define ADD_WORD(d, i) "vpaddd 4*" #i "(%%rdi)%{1to16%}, %%zmm" #d ", %%zmm" #d "\n\t"
#define LOAD_COUNTERS(d, k) "vmovdqa64 64+64*" #k "(%%rdi), %%zmm" #d "\n\t"
#define ADD_COUNTERS(d, k) "vpaddd 64+64*" #k "(%%rdi), %%zmm" #d ", %%zmm" #d "\n\t"

#define UNPACK(what, d, a, b) "vpunpck" #what " %%zmm" #b ", %%zmm" #a ", %%zmm" #d "\n\t"
#define LANES(pick, d, a, b) "vshufi32x4 $" #pick ", %%zmm" #b ", %%zmm" #a ", %%zmm" #d "\n\t"

/* Words a b c d of 16 blocks → in each 128-bit lane L the four words of block
 * 4L in d, 4L+1 in t, 4L+2 in b, 4L+3 in a. Afterwards c is free, as t was. */
#define WORDS_TO_LANES(a, b, c, d, t)                                                                                  \
	UNPACK(ldq, t, a, b) UNPACK(hdq, a, a, b) UNPACK(ldq, b, c, d) UNPACK(hdq, c, c, d)                            \
	UNPACK(lqdq, d, t, b) UNPACK(hqdq, t, t, b) UNPACK(lqdq, b, a, c) UNPACK(hqdq, a, a, c)

#define XOR_OUT(x, block)                                                                                              \
	"vpxord 64*(" #block ")(%%rcx), %%zmm" #x ", %%zmm" #x "\n\t"                                                  \
	"vmovdqu64 %%zmm" #x ", 64*(" #block ")(%%rax)\n\t"

/* Words 0…3, 4…7, 8…11, 12…15 of blocks j, 4+j, 8+j, 12+j in the lanes of
 * a, b, c, d → blocks, out. */
#define LANES_TO_BLOCKS(j, a, b, c, d, t)                                                                              \
	LANES(0x44, t, a, b) LANES(0xee, a, a, b) LANES(0x44, b, c, d) LANES(0xee, c, c, d)                            \
	LANES(0x88, d, t, b) XOR_OUT(d, j) LANES(0xdd, t, t, b) XOR_OUT(t, 4 + j)                                      \
	LANES(0x88, b, a, c) XOR_OUT(b, 8 + j) LANES(0xdd, a, a, c) XOR_OUT(a, 12 + j)

#define NOTHING(i) ""

/* The first 16 blocks, with zmm31 to spare. */
#define FIRST_BLOCKS_OUT                                                                                               \
	ADD_WORD(0, 0) ADD_WORD(1, 1) ADD_WORD(2, 2) ADD_WORD(3, 3)                                                    \
	WORDS_TO_LANES(0, 1, 2, 3, 31)                                                                                 \
	ADD_WORD(4, 4) ADD_WORD(5, 5) ADD_WORD(6, 6) ADD_WORD(7, 7)                                                    \
	WORDS_TO_LANES(4, 5, 6, 7, 2)                                                                                  \
	ADD_WORD(8, 8) ADD_WORD(9, 9) ADD_WORD(10, 10) ADD_WORD(11, 11)                                                \
	WORDS_TO_LANES(8, 9, 10, 11, 6)                                                                                \
	ADD_COUNTERS(12, 0) ADD_WORD(13, 13) ADD_WORD(14, 14) ADD_WORD(15, 15)                                         \
	WORDS_TO_LANES(12, 13, 14, 15, 10)                                                                             \
	LANES_TO_BLOCKS(0, 3, 7, 11, 15, 14)                                                                           \
	LANES_TO_BLOCKS(1, 31, 2, 6, 10, 14)                                                                           \
	LANES_TO_BLOCKS(2, 1, 5, 9, 13, 14)                                                                            \
	LANES_TO_BLOCKS(3, 0, 4, 8, 12, 14)

/* out = in ^ key stream for 32 blocks; then out, in and the counters are 32
 * blocks further on. What to weave in: BEGIN before the rounds, P(i) after step
 * i of each double round, END after the rounds, before out is written. */
#define WIDE_STEP(BEGIN, P, END)                                                                                       \
	LOAD_WORD(0, 0) LOAD_WORD(1, 1) LOAD_WORD(2, 2) LOAD_WORD(3, 3)                                                \
	LOAD_WORD(4, 4) LOAD_WORD(5, 5) LOAD_WORD(6, 6) LOAD_WORD(7, 7)                                                \
	LOAD_WORD(8, 8) LOAD_WORD(9, 9) LOAD_WORD(10, 10) LOAD_WORD(11, 11)                                            \
	LOAD_COUNTERS(12, 0) LOAD_WORD(13, 13) LOAD_WORD(14, 14) LOAD_WORD(15, 15)                                     \
	LOAD_WORD(16, 0) LOAD_WORD(17, 1) LOAD_WORD(18, 2) LOAD_WORD(19, 3)                                            \
	LOAD_WORD(20, 4) LOAD_WORD(21, 5) LOAD_WORD(22, 6) LOAD_WORD(23, 7)                                            \
	LOAD_WORD(24, 8) LOAD_WORD(25, 9) LOAD_WORD(26, 10) LOAD_WORD(27, 11)                                          \
	LOAD_COUNTERS(28, 1) LOAD_WORD(29, 13) LOAD_WORD(30, 14) LOAD_WORD(31, 15)                                     \
	BEGIN                                                                                                          \
	"movq $10, 272(%%rdi)\n\t"                                                                                     \
	FIRST_COLUMNS(P)                                                                                               \
	"jmp 2f\n\t"                                                                                                   \
	".p2align 6\n1:\t"                                                                                             \
	COLUMNS_ROUND(P)                                                                                               \
	"2:\n\t"                                                                                                       \
	DIAGONALS_ROUND(P)                                                                                             \
	"decq 272(%%rdi)\n\t"                                                                                          \
	"jnz 1b\n\t"                                                                                                   \
	END                                                                                                            \
	"mov 256(%%rdi), %%rax\n\t"                                                                                    \
	"mov 264(%%rdi), %%rcx\n\t"                                                                                    \
	"vmovdqa64 %%zmm31, 192(%%rdi)\n\t"                                                                            \
	FIRST_BLOCKS_OUT                                                                                               \
	"vmovdqa64 192(%%rdi), %%zmm31\n\t"                                                                            \
	ADD_WORD(16, 0) ADD_WORD(17, 1) ADD_WORD(18, 2) ADD_WORD(19, 3)                                                \
	WORDS_TO_LANES(16, 17, 18, 19, 0)                                                                              \
	ADD_WORD(20, 4) ADD_WORD(21, 5) ADD_WORD(22, 6) ADD_WORD(23, 7)                                                \
	WORDS_TO_LANES(20, 21, 22, 23, 18)                                                                             \
	ADD_WORD(24, 8) ADD_WORD(25, 9) ADD_WORD(26, 10) ADD_WORD(27, 11)                                              \
	WORDS_TO_LANES(24, 25, 26, 27, 22)                                                                             \
	ADD_COUNTERS(28, 1) ADD_WORD(29, 13) ADD_WORD(30, 14) ADD_WORD(31, 15)                                         \
	WORDS_TO_LANES(28, 29, 30, 31, 26)                                                                             \
	LANES_TO_BLOCKS(16, 19, 23, 27, 31, 30)                                                                        \
	LANES_TO_BLOCKS(17, 0, 18, 22, 26, 30)                                                                         \
	LANES_TO_BLOCKS(18, 17, 21, 25, 29, 30)                                                                        \
	LANES_TO_BLOCKS(19, 16, 20, 24, 28, 30)                                                                        \
	"addq $2048, 256(%%rdi)\n\t"                                                                                   \
	"addq $2048, 264(%%rdi)\n\t"                                                                                   \
	"mov $32, %%eax\n\t"                                                                                           \
	"vpbroadcastd %%eax, %%zmm0\n\t"                                                                               \
	"vpaddd 64(%%rdi), %%zmm0, %%zmm1\n\t"                                                                         \
	"vpaddd 128(%%rdi), %%zmm0, %%zmm2\n\t"                                                                        \
	"vmovdqa64 %%zmm1, 64(%%rdi)\n\t"                                                                              \
	"vmovdqa64 %%zmm2, 128(%%rdi)\n\t"

#define VECTOR_CLOBBERS                                                                                                \
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",     \
	        "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",     \
	        "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31"
#define WIDE_CLOBBERS                                                                                                  \
	"memory", "cc", "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", VECTOR_CLOBBERS

// clang-format on

#pragma GCC diagnostic ignored "-Woverlength-strings"

static void wide_crypt(struct wide *w)
{
	__asm__ volatile(WIDE_STEP("", NOTHING, "") : : "D"(w) : "rsi", WIDE_CLOBBERS);
}

/* RFC 8439 §2.3, but for word 12. */
LANE_INLINE void load_state(uint32_t state[16], const uint8_t key[32], const uint8_t nonce[12])
{
	static const uint32_t sigma[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
	memcpy(state, sigma, 16);
	memcpy(state + 4, key, 32);
	// word by word: the caller has often just written it so, and a wider load would wait for the store
	for (size_t i = 0; i < 3; i++)
		state[13 + i] = load32_le(nonce + 4 * i);
}

LANE_INLINE void store_counters(uint32_t counters[16], uint32_t first)
{
	const __m512i ids = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	_mm512_store_si512(counters, _mm512_add_epi32(_mm512_set1_epi32((int)first), ids));
}

LANE_INLINE void wide_begin(struct wide *w, const uint8_t key[32], const uint8_t nonce[12], uint32_t counter,
			    uint8_t *out, const uint8_t *in)
{
	load_state(w->state, key, nonce);
	store_counters(w->counters[0], counter);
	store_counters(w->counters[1], counter + 16);
	w->out = out;
	w->in = in;
	// Only word 12 differs between blocks: the first quarter round of columns 1…3 is the same for all of them, and
	// so is the first addition of column 0. That leaves 41 of the first round's 48 operations undone.
	load_state(w->first, key, nonce);
	w->first[0] += w->first[4];
	quarter_round(w->first, 1, 5, 9, 13);
	quarter_round(w->first, 2, 6, 10, 14);
	quarter_round(w->first, 3, 7, 11, 15);
}
