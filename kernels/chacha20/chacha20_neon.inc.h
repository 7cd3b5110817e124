/* SPDX-License-Identifier: MIT */
/*
 * ChaCha20, and with it Poly1305, for NEON, in four shapes:
 *
 *   nine     eight blocks in two states, word i of four blocks a vector, and one more in integer registers;
 *   hashed   the eight blocks, and Poly1305 (poly1305.h) on the integer side;
 *   eight    them alone;
 *   narrow   1 to 4 blocks, each a row of the state in each of four registers, for what is shorter.
 *
 * A quarter round is a chain of 28 cycles where vectors take two (Neoverse), a double round of one state 56, in which
 * four pipes could do twice its 112 operations: hence two states. They need all 32 registers: words 0…9 and 12…15 of
 * both, the pattern of the rotation by 8, one to rotate in, and two for words 10 and 11 of the state whose turn it is;
 * the other's are in memory. The order is written out in assembly, the two states and the integer side woven step by
 * step: cores with a short window need that, and compilers spill.
 *
 * Rotations: by 16 REV32, by 8 TBL, by 12 and 7 SHL and SRI. XAR rotates 64-bit lanes only and so does not help, nor
 * does EOR3, since each sum is rotated before the next is made: there is no `neon-sha3`.
 *
 * Secret: key, message, key stream. Public: lengths, nonce, counter. No branch and no address depends on a secret.
 *
 * Predicted by llvm-mca 22, cycles/byte of the whole loop, gcc 12, neoverse-n1 and -v2 (`bench/predict build-arm64`):
 * nine 2.46 and 1.14; hashed 2.78 and 1.27, authentication included. OpenSSL 3.0's, its rounds and what is around them
 * added up: of eight blocks (ChaCha20_512_neon, what it takes from 512 bytes on) 2.82 and 1.41, of five (ChaCha20_neon)
 * 2.42 and 1.81. A double round of nine takes 121 and 61 cycles, of which the vectors alone need 116 and 61.
 * Tried: ten blocks, two on the integer side one behind the other, 153 and 75 a double round, since the models issue
 * three and six operations a cycle; registers loaded one by one instead of in pairs 2.52 and 1.12; `hashed` with states
 * spread anew for each pass 2.87 and 1.30. A state of four blocks and one in integers, by intrinsics, was estimated at
 * 2.23 and 1.81 early on.
 */

#include <arm_neon.h>

#include "chacha20/chacha20_ops.h"
#include "chacha20_poly1305/poly1305.h"
#include "util.h"

enum {
	n_wide = 8,
	half_len = 8 * CHACHA20_BLOCK_LEN,
	wide_len = 9 * CHACHA20_BLOCK_LEN,
};

/* What the assembly reads and writes; its offsets are in the strings below. */
struct pass {
	uint32x4_t words[16];  /*   0: word i of four blocks, once `spread` */
	uint32x4_t y_counters; /* 256 */
	uint32x4_t away[4];    /* 272: words 10 and 11 of x, and of y */
	uint32_t words1[16];   /*      of one block */
	int spread;
};
_Static_assert(offsetof(struct pass, away) == 272, "the assembly knows these offsets");

typedef struct pass chacha20_state[1];

// The bytes of a word, lowest first: 3 0 1 2.
static const uint8_t by8[16] = {3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14};

// A pass in one piece of assembly is a longer string than C99 promises to take.
#pragma GCC diagnostic ignored "-Woverlength-strings"

// clang-format off
#define COLUMNS(step) step(0, 4, 8, 12) step(1, 5, 9, 13) step(2, 6, 10, 14) step(3, 7, 11, 15)
#define DIAGONALS(step) step(0, 5, 10, 15) step(1, 6, 11, 12) step(2, 7, 8, 13) step(3, 4, 9, 14)

/* The registers of word i: of both states words 10 and 11 are v10 and v11. */
#define X0 "v0"
#define X1 "v1"
#define X2 "v2"
#define X3 "v3"
#define X4 "v4"
#define X5 "v5"
#define X6 "v6"
#define X7 "v7"
#define X8 "v8"
#define X9 "v9"
#define X10 "v10"
#define X11 "v11"
#define X12 "v12"
#define X13 "v13"
#define X14 "v14"
#define X15 "v15"
#define Y0 "v16"
#define Y1 "v17"
#define Y2 "v18"
#define Y3 "v19"
#define Y4 "v20"
#define Y5 "v21"
#define Y6 "v22"
#define Y7 "v23"
#define Y8 "v24"
#define Y9 "v25"
#define Y10 "v10"
#define Y11 "v11"
#define Y12 "v28"
#define Y13 "v29"
#define Y14 "v30"
#define Y15 "v31"
#define BY8 "v26"
#define TMP "v27"
#define Z0 "4"
#define Z1 "5"
#define Z2 "6"
#define Z3 "7"
#define Z4 "8"
#define Z5 "9"
#define Z6 "10"
#define Z7 "11"
#define Z8 "12"
#define Z9 "13"
#define Z10 "14"
#define Z11 "15"
#define Z12 "16"
#define Z13 "17"
#define Z14 "19"
#define Z15 "20"

#define V_ADD(to, x) "add " to ".4s, " to ".4s, " x ".4s\n\t"
#define V_EOR(to, x) "eor " to ".16b, " to ".16b, " x ".16b\n\t"
#define V_ROTATE_EOR(to, x, n)                                                                                         \
	"eor " TMP ".16b, " to ".16b, " x ".16b\n\t"                                                                   \
	"shl " to ".4s, " TMP ".4s, #" #n "\n\t"                                                                       \
	"sri " to ".4s, " TMP ".4s, #32-" #n "\n\t"
#define V_REV(x) "rev32 " x ".8h, " x ".8h\n\t"
#define V_BYTES(x) "tbl " x ".16b, {" x ".16b}, " BY8 ".16b\n\t"
#define Z_ADD(to, x) "add w" to ", w" to ", w" x "\n\t"
#define Z_EOR(to, x) "eor w" to ", w" to ", w" x "\n\t"
#define Z_ROTATE(x, n) "ror w" x ", w" x ", #32-" #n "\n\t"

/* RFC 8439 §2.1, step by step, of each state. */
#define X_STEP1(a, b, c, d) V_ADD(X##a, X##b)
#define X_STEP2(a, b, c, d) V_EOR(X##d, X##a)
#define X_STEP3(a, b, c, d) V_REV(X##d)
#define X_STEP4(a, b, c, d) V_ADD(X##c, X##d)
#define X_STEP5(a, b, c, d) V_ROTATE_EOR(X##b, X##c, 12)
#define X_STEP8(a, b, c, d) V_BYTES(X##d)
#define X_STEP10(a, b, c, d) V_ROTATE_EOR(X##b, X##c, 7)
#define Y_STEP1(a, b, c, d) V_ADD(Y##a, Y##b)
#define Y_STEP2(a, b, c, d) V_EOR(Y##d, Y##a)
#define Y_STEP3(a, b, c, d) V_REV(Y##d)
#define Y_STEP4(a, b, c, d) V_ADD(Y##c, Y##d)
#define Y_STEP5(a, b, c, d) V_ROTATE_EOR(Y##b, Y##c, 12)
#define Y_STEP8(a, b, c, d) V_BYTES(Y##d)
#define Y_STEP10(a, b, c, d) V_ROTATE_EOR(Y##b, Y##c, 7)
#define Z_AB(a, b, c, d) Z_ADD(Z##a, Z##b)
#define Z_DA(a, b, c, d) Z_EOR(Z##d, Z##a)
#define Z_CD(a, b, c, d) Z_ADD(Z##c, Z##d)
#define Z_BC(a, b, c, d) Z_EOR(Z##b, Z##c)
#define Z_D16(a, b, c, d) Z_ROTATE(Z##d, 16)
#define Z_B12(a, b, c, d) Z_ROTATE(Z##b, 12)
#define Z_D8(a, b, c, d) Z_ROTATE(Z##d, 8)
#define Z_B7(a, b, c, d) Z_ROTATE(Z##b, 7)

/* What a half round of four blocks has beside it: nothing; a half round of one block; a block of Poly1305. */
#define NOTHING(n) ""
#define Z_COLUMNS_1(n) Z_FIRST##n(COLUMNS)
#define Z_COLUMNS_2(n) Z_SECOND##n(COLUMNS)
#define Z_DIAGONALS_1(n) Z_FIRST##n(DIAGONALS)
#define Z_DIAGONALS_2(n) Z_SECOND##n(DIAGONALS)
#define Z_FIRST1(all)
#define Z_FIRST2(all) all(Z_AB)
#define Z_FIRST3(all) all(Z_DA)
#define Z_FIRST4(all) all(Z_D16)
#define Z_FIRST5(all) all(Z_CD)
#define Z_FIRST6(all)
#define Z_FIRST7(all)
#define Z_FIRST8(all) all(Z_BC)
#define Z_FIRST9(all)
#define Z_FIRST10(all) all(Z_B12)
#define Z_SECOND1(all)
#define Z_SECOND2(all) all(Z_AB)
#define Z_SECOND3(all) all(Z_DA)
#define Z_SECOND4(all) all(Z_D8)
#define Z_SECOND5(all) all(Z_CD)
#define Z_SECOND6(all)
#define Z_SECOND7(all)
#define Z_SECOND8(all) all(Z_BC)
#define Z_SECOND9(all)
#define Z_SECOND10(all) all(Z_B7)

/* poly1305_block: d0 = x6:x7, d1 = x8:x9, d2 = x12; h in h0, h1, h2. */
#define POLY(n) POLY_PIECE##n
#define POLY_PIECE1                                                                                                    \
	"ldp x4, x5, [%[hash]], #16\n\t"                                                                               \
	"adds %[h0], %[h0], x4\n\t"                                                                                    \
	"adcs %[h1], %[h1], x5\n\t"                                                                                    \
	"adc %[h2], %[h2], %[one]\n\t"
#define POLY_PIECE2                                                                                                    \
	"mul x6, %[h0], %[r0]\n\t"                                                                                     \
	"umulh x7, %[h0], %[r0]\n\t"                                                                                   \
	"mul x10, %[h1], %[s1]\n\t"                                                                                    \
	"umulh x11, %[h1], %[s1]\n\t"
#define POLY_PIECE3                                                                                                    \
	"mul x8, %[h0], %[r1]\n\t"                                                                                     \
	"umulh x9, %[h0], %[r1]\n\t"                                                                                   \
	"mul x13, %[h1], %[r0]\n\t"
#define POLY_PIECE4                                                                                                    \
	"umulh x14, %[h1], %[r0]\n\t"                                                                                  \
	"mul x15, %[h2], %[s1]\n\t"                                                                                    \
	"mul x12, %[h2], %[r0]\n\t"
#define POLY_PIECE5                                                                                                    \
	"adds x6, x6, x10\n\t"                                                                                         \
	"adc x7, x7, x11\n\t"                                                                                          \
	"adds x8, x8, x13\n\t"                                                                                         \
	"adc x9, x9, x14\n\t"
#define POLY_PIECE6                                                                                                    \
	"adds x8, x8, x15\n\t"                                                                                         \
	"adc x9, x9, xzr\n\t"
#define POLY_PIECE7                                                                                                    \
	"adds x8, x8, x7\n\t"                                                                                          \
	"adc x12, x12, x9\n\t"
#define POLY_PIECE8                                                                                                    \
	"and x10, x12, #~3\n\t"                                                                                        \
	"add x10, x10, x12, lsr #2\n\t"
#define POLY_PIECE9                                                                                                    \
	"adds %[h0], x6, x10\n\t"                                                                                      \
	"adcs %[h1], x8, xzr\n\t"
#define POLY_PIECE10                                                                                                   \
	"and %[h2], x12, #3\n\t"                                                                                       \
	"adc %[h2], %[h2], xzr\n\t"

#define HALF_ROUND(v, all, beside)                                                                                     \
	all(v##_STEP1) beside(1) all(v##_STEP2) beside(2) all(v##_STEP3) beside(3) all(v##_STEP4) beside(4)            \
	all(v##_STEP5) beside(5) all(v##_STEP1) beside(6) all(v##_STEP2) beside(7) all(v##_STEP8) beside(8)            \
	all(v##_STEP4) beside(9) all(v##_STEP10) beside(10)

#define X_AWAY "stp q10, q11, [%[pass], #272]\n\t"
#define X_BACK "ldp q10, q11, [%[pass], #272]\n\t"
#define Y_AWAY "stp q10, q11, [%[pass], #304]\n\t"
#define Y_BACK "ldp q10, q11, [%[pass], #304]\n\t"

/* Begins and ends with words 10 and 11 of x in registers. */
#define DOUBLE_ROUND(beside1, beside2, beside3, beside4)                                                               \
	HALF_ROUND(X, COLUMNS, beside1) X_AWAY Y_BACK                                                                  \
	HALF_ROUND(Y, COLUMNS, beside2) Y_AWAY X_BACK                                                                  \
	HALF_ROUND(X, DIAGONALS, beside3) X_AWAY Y_BACK                                                                \
	HALF_ROUND(Y, DIAGONALS, beside4) Y_AWAY X_BACK

#define START                                                                                                          \
	"ldp q0, q1, [%[pass], #0]\n\t"                                                                                \
	"ldp q4, q5, [%[pass], #64]\n\t"                                                                               \
	"ldp q12, q13, [%[pass], #192]\n\t"                                                                            \
	"ldp q2, q3, [%[pass], #32]\n\t"                                                                               \
	"ldp q6, q7, [%[pass], #96]\n\t"                                                                               \
	"ldp q14, q15, [%[pass], #224]\n\t"                                                                            \
	"ldp q8, q9, [%[pass], #128]\n\t"                                                                              \
	"ldp q10, q11, [%[pass], #160]\n\t"                                                                            \
	"ldr q26, [%[by8]]\n\t"                                                                                        \
	Y_AWAY                                                                                                         \
	"ldp q16, q17, [%[pass], #0]\n\t"                                                                              \
	"ldp q20, q21, [%[pass], #64]\n\t"                                                                             \
	"ldp q18, q19, [%[pass], #32]\n\t"                                                                             \
	"ldp q22, q23, [%[pass], #96]\n\t"                                                                             \
	"ldr q28, [%[pass], #256]\n\t"                                                                                 \
	"ldr q29, [%[pass], #208]\n\t"                                                                                 \
	"ldp q30, q31, [%[pass], #224]\n\t"                                                                            \
	"ldp q24, q25, [%[pass], #128]\n\t"

#define XOR_ROW(x, y, at)                                                                                              \
	"ldr q" y ", [%[in], #" at "]\n\t"                                                                             \
	"eor v" x ".16b, v" x ".16b, v" y ".16b\n\t"                                                                   \
	"str q" x ", [%[out], #" at "]\n\t"

/* Four words of four blocks, to which those before the rounds are added, become 16 bytes of each block; t and u, and
 * the words' registers, are free afterwards. */
#define FINISH(a, b, c, d, t, u, ab, cd, at0, at1, at2, at3)                                                           \
	ab("q" t, "q" u)                                                                                               \
	"add v" a ".4s, v" a ".4s, v" t ".4s\n\t"                                                                      \
	"add v" b ".4s, v" b ".4s, v" u ".4s\n\t"                                                                      \
	cd("q" t, "q" u)                                                                                               \
	"add v" c ".4s, v" c ".4s, v" t ".4s\n\t"                                                                      \
	"add v" d ".4s, v" d ".4s, v" u ".4s\n\t"                                                                      \
	"zip1 v" t ".4s, v" a ".4s, v" b ".4s\n\t"                                                                     \
	"zip2 v" u ".4s, v" a ".4s, v" b ".4s\n\t"                                                                     \
	"zip1 v" a ".4s, v" c ".4s, v" d ".4s\n\t"                                                                     \
	"zip2 v" b ".4s, v" c ".4s, v" d ".4s\n\t"                                                                     \
	"zip1 v" c ".2d, v" t ".2d, v" a ".2d\n\t"                                                                     \
	"zip2 v" d ".2d, v" t ".2d, v" a ".2d\n\t"                                                                     \
	"zip1 v" t ".2d, v" u ".2d, v" b ".2d\n\t"                                                                     \
	"zip2 v" u ".2d, v" u ".2d, v" b ".2d\n\t"                                                                     \
	XOR_ROW(c, a, at0) XOR_ROW(d, b, at1) XOR_ROW(t, a, at2) XOR_ROW(u, b, at3)

#define FROM_0(x, y) "ldp " x ", " y ", [%[pass], #0]\n\t"
#define FROM_2(x, y) "ldp " x ", " y ", [%[pass], #32]\n\t"
#define FROM_4(x, y) "ldp " x ", " y ", [%[pass], #64]\n\t"
#define FROM_6(x, y) "ldp " x ", " y ", [%[pass], #96]\n\t"
#define FROM_8(x, y) "ldp " x ", " y ", [%[pass], #128]\n\t"
#define FROM_10(x, y) "ldp " x ", " y ", [%[pass], #160]\n\t"
#define FROM_12(x, y) "ldp " x ", " y ", [%[pass], #192]\n\t"
#define FROM_14(x, y) "ldp " x ", " y ", [%[pass], #224]\n\t"
#define FROM_Y12(x, y) "ldr " x ", [%[pass], #256]\n\tldr " y ", [%[pass], #208]\n\t"

#define FINISH_EIGHT                                                                                                   \
	FINISH("0", "1", "2", "3", "26", "27", FROM_0, FROM_2, "0", "64", "128", "192")                                \
	FINISH("4", "5", "6", "7", "0", "1", FROM_4, FROM_6, "16", "80", "144", "208")                                 \
	FINISH("8", "9", "10", "11", "2", "3", FROM_8, FROM_10, "32", "96", "160", "224")                              \
	Y_BACK                                                                                                         \
	FINISH("12", "13", "14", "15", "26", "27", FROM_12, FROM_14, "48", "112", "176", "240")                        \
	FINISH("16", "17", "18", "19", "4", "5", FROM_0, FROM_2, "256", "320", "384", "448")                           \
	FINISH("20", "21", "22", "23", "6", "7", FROM_4, FROM_6, "272", "336", "400", "464")                           \
	FINISH("24", "25", "10", "11", "0", "1", FROM_8, FROM_10, "288", "352", "416", "480")                          \
	FINISH("28", "29", "30", "31", "2", "3", FROM_Y12, FROM_14, "304", "368", "432", "496")

#define Z_START                                                                                                        \
	"ldp w4, w5, [%[z], #0]\n\t"                                                                              \
	"ldp w6, w7, [%[z], #8]\n\t"                                                                              \
	"ldp w8, w9, [%[z], #16]\n\t"                                                                              \
	"ldp w10, w11, [%[z], #24]\n\t"                                                                            \
	"ldp w12, w13, [%[z], #32]\n\t"                                                                            \
	"ldp w14, w15, [%[z], #40]\n\t"                                                                            \
	"ldp w16, w17, [%[z], #48]\n\t"                                                                            \
	"ldp w19, w20, [%[z], #56]\n\t"

/* Words i…i+3 of the block, to be xored with 16 bytes. */
#define Z_FINISH_FOUR(a, b, c, d, from, from2, at)                                                                     \
	"ldp w21, w22, [%[z], #" from "]\n\t"                                                                       \
	"ldp w23, w24, [%[z], #" from2 "]\n\t"                                                                      \
	"add w" a ", w" a ", w21\n\t"                                                                                  \
	"add w" b ", w" b ", w22\n\t"                                                                                  \
	"add w" c ", w" c ", w23\n\t"                                                                                  \
	"add w" d ", w" d ", w24\n\t"                                                                                  \
	"ldp x21, x22, [x25, #" at "]\n\t"                                                                         \
	"orr x" a ", x" a ", x" b ", lsl #32\n\t"                                                                      \
	"orr x" c ", x" c ", x" d ", lsl #32\n\t"                                                                      \
	"eor x" a ", x" a ", x21\n\t"                                                                                  \
	"eor x" c ", x" c ", x22\n\t"                                                                                  \
	"stp x" a ", x" c ", [x26, #" at "]\n\t"

#define Z_FINISH                                                                                                       \
	"add x25, %[in], #512\n\t"                                                                                     \
	"add x26, %[out], #512\n\t"                                                                                    \
	Z_FINISH_FOUR("4", "5", "6", "7", "0", "8", "0")                                                           \
	Z_FINISH_FOUR("8", "9", "10", "11", "16", "24", "16")                                                        \
	Z_FINISH_FOUR("12", "13", "14", "15", "32", "40", "32")                                                      \
	Z_FINISH_FOUR("16", "17", "19", "20", "48", "56", "48")

#define VECTORS                                                                                                        \
	"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16",   \
		"v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30",      \
		"v31"
// clang-format on

/* RFC 8439 §2.3. */
LANE_INLINE void load_words(uint32_t words[16], const uint8_t key[32], const uint8_t nonce[12], uint32_t counter)
{
	static const uint32_t sigma[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
	memcpy(words, sigma, 16);
	memcpy(words + 4, key, 32);
	words[12] = counter;
	memcpy(words + 13, nonce, 12);
}

LANE_INLINE void load_state(struct pass *pass, const uint8_t key[32], const uint8_t nonce[12], uint32_t counter)
{
	load_words(pass->words1, key, nonce, counter);
	pass->spread = 0;
}

/* For eight blocks from `counter` on, and one behind them. */
LANE_INLINE void set_counter(struct pass *pass, uint32_t counter)
{
	static const uint32_t ids[4] = {0, 1, 2, 3};
	if (!pass->spread) {
		LANE_UNROLL
		for (int i = 0; i < 16; i++)
			pass->words[i] = vdupq_n_u32(pass->words1[i]);
		pass->spread = 1;
	}
	pass->words[12] = vaddq_u32(vdupq_n_u32(counter), vld1q_u32(ids));
	pass->y_counters = vaddq_u32(pass->words[12], vdupq_n_u32(4));
	pass->words1[12] = counter + n_wide;
}

/* out = in ^ key stream for eight blocks. */
LANE_INLINE void eight_blocks(struct pass *pass, uint8_t *out, const uint8_t *in)
{
	uint64_t n = 10;
	// clang-format off
	__asm__ volatile(START
			 "1:\n\t"
			 DOUBLE_ROUND(NOTHING, NOTHING, NOTHING, NOTHING)
			 "sub %[n], %[n], #1\n\t"
			 "cbnz %[n], 1b\n\t"
			 FINISH_EIGHT
			 : [n] "+r"(n)
			 : [pass] "r"(pass), [out] "r"(out), [in] "r"(in), [by8] "r"(by8)
			 : "memory", VECTORS);
	// clang-format on
}

/* The same for nine. */
LANE_INLINE void nine_blocks(struct pass *pass, uint8_t *out, const uint8_t *in)
{
	uint64_t n = 10;
	// clang-format off
	__asm__ volatile(START Z_START
			 "1:\n\t"
			 DOUBLE_ROUND(Z_COLUMNS_1, Z_COLUMNS_2, Z_DIAGONALS_1, Z_DIAGONALS_2)
			 "sub %[n], %[n], #1\n\t"
			 "cbnz %[n], 1b\n\t"
			 Z_FINISH FINISH_EIGHT
			 : [n] "+r"(n)
			 : [pass] "r"(pass), [out] "r"(out), [in] "r"(in), [by8] "r"(by8), [z] "r"(pass->words1)
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x19",
			   "x20", "x21", "x22", "x23", "x24", "x25", "x26", "memory", VECTORS);
	// clang-format on
}

/* The same for eight, with half_len bytes to hash, read before the first byte of out is written. */
LANE_INLINE void eight_hashed(struct pass *pass, uint8_t *out, const uint8_t *in, struct poly1305 *p,
			      const uint8_t *hash)
{
	uint64_t n = 10, h0 = p->h0, h1 = p->h1, h2 = p->h2;
	const uint64_t one = 1;
	// clang-format off
	__asm__ volatile(START
			 "1:\n\t"
			 DOUBLE_ROUND(POLY, POLY, POLY, NOTHING)
			 "sub %[n], %[n], #1\n\t"
			 "cbnz %[n], 1b\n\t"
			 POLY_PIECE1 POLY_PIECE2 POLY_PIECE3 POLY_PIECE4 POLY_PIECE5 POLY_PIECE6 POLY_PIECE7 POLY_PIECE8
			 POLY_PIECE9 POLY_PIECE10
			 POLY_PIECE1 POLY_PIECE2 POLY_PIECE3 POLY_PIECE4 POLY_PIECE5 POLY_PIECE6 POLY_PIECE7 POLY_PIECE8
			 POLY_PIECE9 POLY_PIECE10
			 FINISH_EIGHT
			 : [n] "+&r"(n), [h0] "+&r"(h0), [h1] "+&r"(h1), [h2] "+&r"(h2), [hash] "+&r"(hash)
			 : [pass] "r"(pass), [out] "r"(out), [in] "r"(in), [by8] "r"(by8), [one] "r"(one), [r0] "r"(p->r0), [r1] "r"(p->r1),
			   [s1] "r"(p->s1)
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "cc", "memory",
			   VECTORS);
	// clang-format on
	p->h0 = h0, p->h1 = h1, p->h2 = h2;
}

/* A block. */
struct rows {
	uint32x4_t a, b, c, d;
};

LANE_INLINE uint32x4_t v_rotl16(uint32x4_t x)
{
	return vreinterpretq_u32_u16(vrev32q_u16(vreinterpretq_u16_u32(x)));
}

LANE_INLINE uint32x4_t v_rotl8(uint32x4_t x)
{
	return vreinterpretq_u32_u8(vqtbl1q_u8(vreinterpretq_u8_u32(x), vld1q_u8(by8)));
}

LANE_INLINE void half_round(struct rows *x)
{
	x->a = vaddq_u32(x->a, x->b), x->d = v_rotl16(veorq_u32(x->d, x->a));
	x->c = vaddq_u32(x->c, x->d), x->b = veorq_u32(x->b, x->c);
	x->b = vsriq_n_u32(vshlq_n_u32(x->b, 12), x->b, 20);
	x->a = vaddq_u32(x->a, x->b), x->d = v_rotl8(veorq_u32(x->d, x->a));
	x->c = vaddq_u32(x->c, x->d), x->b = veorq_u32(x->b, x->c);
	x->b = vsriq_n_u32(vshlq_n_u32(x->b, 7), x->b, 25);
}

LANE_INLINE void double_round(struct rows *x)
{
	half_round(x);
	x->a = vextq_u32(x->a, x->a, 3); // element i from i − 1: b, last to be ready, stays in place
	x->c = vextq_u32(x->c, x->c, 1); // i + 1
	x->d = vextq_u32(x->d, x->d, 2); // i + 2
	half_round(x);
	x->a = vextq_u32(x->a, x->a, 1);
	x->c = vextq_u32(x->c, x->c, 3);
	x->d = vextq_u32(x->d, x->d, 2);
}

/* HChaCha20, draft-irtf-cfrg-xchacha-03 §2.2. */
LANE_INLINE void hchacha20(uint8_t subkey[32], const uint8_t key[32], const uint8_t nonce[16])
{
	uint32_t state[16];
	load_words(state, key, nonce + 4, load32_le(nonce));
	struct rows x = {vld1q_u32(state), vld1q_u32(state + 4), vld1q_u32(state + 8), vld1q_u32(state + 12)};
	for (int i = 0; i < 10; i++)
		double_round(&x);
	vst1q_u8(subkey, vreinterpretq_u8_u32(x.a));
	vst1q_u8(subkey + 16, vreinterpretq_u8_u32(x.d));
}

LANE_INLINE void store_block(uint8_t *stream, const struct rows *x, const struct rows *s)
{
	vst1q_u8(stream, vreinterpretq_u8_u32(vaddq_u32(x->a, s->a)));
	vst1q_u8(stream + 16, vreinterpretq_u8_u32(vaddq_u32(x->b, s->b)));
	vst1q_u8(stream + 32, vreinterpretq_u8_u32(vaddq_u32(x->c, s->c)));
	vst1q_u8(stream + 48, vreinterpretq_u8_u32(vaddq_u32(x->d, s->d)));
}

/* Key stream of n blocks, 1…4, a constant. */
LANE_INLINE void narrow_stream(uint8_t *stream, const uint32_t state[16], uint32_t counter, const uint32_t n)
{
	struct rows s = {vld1q_u32(state), vld1q_u32(state + 4), vld1q_u32(state + 8), vld1q_u32(state + 12)};
	struct rows x[4];
	LANE_UNROLL
	for (uint32_t i = 0; i < n; i++) {
		x[i] = s;
		x[i].d = vsetq_lane_u32(counter + i, s.d, 0);
	}
	for (int round = 0; round < 10; round++) {
		LANE_UNROLL
		for (uint32_t i = 0; i < n; i++)
			double_round(&x[i]);
	}
	LANE_UNROLL
	for (uint32_t i = 0; i < n; i++) {
		s.d = vsetq_lane_u32(counter + i, s.d, 0);
		store_block(stream + (size_t)CHACHA20_BLOCK_LEN * i, &x[i], &s);
	}
}

/* out = in ^ key stream for half_len bytes from `counter` on; with p, hashes as many bytes at `hash` beside it,
 * before the first byte of out is written. */
LANE_INLINE void half_crypt(struct pass *pass, uint32_t counter, uint8_t *out, const uint8_t *in, struct poly1305 *p,
			    const uint8_t *hash)
{
	set_counter(pass, counter);
	if (p)
		eight_hashed(pass, out, in, p, hash);
	else
		eight_blocks(pass, out, in);
}

/* The key stream of at least len ≤ wide_len bytes: as few blocks as pay. */
static __attribute__((noinline)) void short_stream(uint8_t stream[wide_len], struct pass *pass, uint32_t counter,
						   size_t len)
{
	switch ((len + CHACHA20_BLOCK_LEN - 1) / CHACHA20_BLOCK_LEN) {
	case 1:
		narrow_stream(stream, pass->words1, counter, 1);
		break;
	case 2:
		narrow_stream(stream, pass->words1, counter, 2);
		break;
	case 3:
		narrow_stream(stream, pass->words1, counter, 3);
		break;
	case 4:
		narrow_stream(stream, pass->words1, counter, 4);
		break;
	case 9:
		wipe_stack(stream, wide_len);
		set_counter(pass, counter);
		nine_blocks(pass, stream, stream);
		break;
	default:
		wipe_stack(stream, half_len);
		half_crypt(pass, counter, stream, stream, NULL, NULL);
		break;
	}
}

LANE_INLINE void xor_bytes(uint8_t *out, const uint8_t *in, const uint8_t *stream, size_t len)
{
	size_t i = 0;
	for (; len - i >= 16; i += 16)
		vst1q_u8(out + i, veorq_u8(vld1q_u8(in + i), vld1q_u8(stream + i)));
	for (; i < len; i++)
		out[i] = in[i] ^ stream[i];
}

static __attribute__((noinline)) void crypt_from(struct pass *pass, uint32_t counter, uint8_t *out, const uint8_t *in,
						 size_t len)
{
	for (; len >= wide_len; out += wide_len, in += wide_len, len -= wide_len) {
		set_counter(pass, counter);
		nine_blocks(pass, out, in);
		counter += wide_len / CHACHA20_BLOCK_LEN;
	}
	if (len > 0) {
		uint8_t stream[wide_len];
		short_stream(stream, pass, counter, len);
		xor_bytes(out, in, stream, len);
	}
}

static void chacha20_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out,
			   const uint8_t *in, size_t len)
{
	chacha20_state state;
	load_state(state, key, nonce, counter);
	crypt_from(state, counter, out, in, len);
}
