/* SPDX-License-Identifier: MIT */
/*
 * ChaCha20 with AVX-512, in four widths, for both families:
 *
 *   wide     32 blocks in 32 zmm registers, see chacha20_avx512_wide.inc.h;
 *   mixed    16 blocks as in the middle width, 4 to 8 more as in the narrow
 *            one in the gaps that these leave; assembly, since compilers spill;
 *   middle   16 blocks, word i of all in zmm register i;
 *   narrow   2, 4, 6 or 8 blocks, two in each set of four ymm registers that
 *            hold the rows of the state: bound by latency, so that 2 blocks
 *            take nearly as long as 6.
 *
 * In the narrow rounds it is b that stays in place between columns and
 * diagonals while a, c and d are shuffled: these three are ready earlier, so
 * that no shuffle is on the critical path. A rotation takes 2 cycles at every
 * width on Zen 4, a shift 1: see quarter_step.
 *
 * Secret: key, message, key stream. Public: lengths, nonce, counter. No branch
 * and no address depends on a secret.
 *
 * The loops of rounds have no spills, but for one register in that of 8 narrow
 * blocks with gcc 12 (objdump -d, vector operands with rsp or rbp between the
 * loop's label and its jump).
 *
 * Zen 4, through the public API, gcc 12: 16 KiB 0.584 cycles/byte (limit 0.449
 * for the rounds, 0.495 with what follows them), 1350 B 0.72, 1 KiB 0.70, 256 B
 * 365 cycles, 16 B 285 cycles. Lost: rotations in a set that runs alone, 344
 * cycles for 16 B; shifts in place of some rotations in two or three sets, 410
 * and 485 cycles in place of 380 and 465; vpshldd and vpshufb, which take 2
 * cycles as rotations do; 22 blocks by intrinsics instead of assembly, 1300
 * (gcc 12) and 1010 (clang 14) cycles instead of 1010; the rounds' results of
 * all 16 blocks through memory, 800 cycles for 1 KiB instead of 710; one wide
 * load of a nonce that the caller has just written, 50 cycles more a call (it
 * waits for the store to leave its queue, and so parts the calls).
 */

#include <immintrin.h>

#include "util.h"

#include "chacha20/chacha20_avx512_wide.inc.h"

enum {
	narrow_len_max = 8 * CHACHA20_BLOCK_LEN,
	middle_len = 16 * CHACHA20_BLOCK_LEN,
	mixed_len_max = 24 * CHACHA20_BLOCK_LEN
};

/* out = in ^ x for the bytes at…at+63 of a message of len. */
LANE_INLINE void xor_block(uint8_t *out, const uint8_t *in, size_t at, size_t len, __m512i x)
{
	if (len >= at + 64) {
		_mm512_storeu_si512(out + at, _mm512_xor_si512(x, _mm512_loadu_si512(in + at)));
	} else if (len > at) {
		const __mmask64 k = _bzhi_u64(~UINT64_C(0), (uint32_t)(len - at));
		_mm512_mask_storeu_epi8(out + at, k, _mm512_xor_si512(x, _mm512_maskz_loadu_epi8(k, in + at)));
	}
}

/* Two blocks, one in the lower, one in the upper half of each register. */
struct rows {
	__m256i a, b, c, d;
};

LANE_INLINE __m256i rotl(__m256i x, int n)
{
	return n == 16   ? _mm256_rol_epi32(x, 16)
	       : n == 12 ? _mm256_rol_epi32(x, 12)
	       : n == 8  ? _mm256_rol_epi32(x, 8)
			 : _mm256_rol_epi32(x, 7);
}

/* a += b, d = (d ^ a) <<< n. `alone`: with no other set to fill the gaps,
 * (d <<< n) ^ (a << n) ^ (a >> 32−n), 4 operations more but 3 cycles from b to d instead of 4. */
LANE_INLINE void quarter_step(__m256i *a, __m256i b, __m256i *d, int n, int alone)
{
	*a = _mm256_add_epi32(*a, b);
	if (alone && !LANE_MEMORY_SANITIZED) { // which takes ternary logic for a use of secrets
		const __m256i xor3 = _mm256_ternarylogic_epi32(rotl(*d, n), _mm256_slli_epi32(*a, n),
							       _mm256_srli_epi32(*a, 32 - n), 0x96);
		*d = xor3;
	} else {
		*d = rotl(_mm256_xor_si256(*d, *a), n);
	}
}

LANE_INLINE void half_round(struct rows *x, int alone)
{
	quarter_step(&x->a, x->b, &x->d, 16, alone);
	quarter_step(&x->c, x->d, &x->b, 12, alone);
	quarter_step(&x->a, x->b, &x->d, 8, alone);
	quarter_step(&x->c, x->d, &x->b, 7, alone);
}

LANE_INLINE void double_round(struct rows *x, int alone)
{
	half_round(x, alone);
	x->a = _mm256_shuffle_epi32(x->a, 0x93); // element i from i − 1
	x->c = _mm256_shuffle_epi32(x->c, 0x39); // i + 1
	x->d = _mm256_shuffle_epi32(x->d, 0x4e); // i + 2
	half_round(x, alone);
	x->a = _mm256_shuffle_epi32(x->a, 0x39);
	x->c = _mm256_shuffle_epi32(x->c, 0x93);
	x->d = _mm256_shuffle_epi32(x->d, 0x4e);
}

/* Two blocks alike: words 12 … 15 are w12 and the 12 bytes at `nonce`. */
LANE_INLINE struct rows twice(const uint8_t key[32], int w12, const uint8_t nonce[12])
{
	const __m128i sigma = _mm_setr_epi32(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574); // "expand 32-byte k"
	const __m128i d = _mm_setr_epi32(w12, load_word(nonce), load_word(nonce + 4), load_word(nonce + 8));
	return (struct rows){
		.a = _mm256_broadcastsi128_si256(sigma),
		.b = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)key)),
		.c = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(key + 16))),
		.d = _mm256_broadcastsi128_si256(d),
	};
}

LANE_INLINE struct rows narrow_state(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter)
{
	struct rows x = twice(key, (int)counter, nonce);
	x.d = _mm256_add_epi32(x.d, _mm256_setr_epi32(0, 0, 0, 0, 1, 0, 0, 0));
	return x;
}

/* HChaCha20, draft-irtf-cfrg-xchacha-03 §2.2. The subkey is written as wide as anybody reads it, so that no load of it
 * waits until the store has left its queue. */
LANE_INLINE void hchacha20(uint8_t subkey[32], const uint8_t key[32], const uint8_t nonce[16])
{
	struct rows x = twice(key, load_word(nonce), nonce + 4);
	for (int i = 0; i < 10; i++)
		double_round(&x, 1);
	_mm256_storeu_si256((__m256i *)subkey, _mm256_permute2x128_si256(x.a, x.d, 0x20));
}

LANE_INLINE struct rows two_blocks_on(struct rows x)
{
	x.d = _mm256_add_epi32(x.d, _mm256_setr_epi32(2, 0, 0, 0, 2, 0, 0, 0));
	return x;
}

LANE_INLINE struct rows rows_sum(struct rows x, struct rows y)
{
	return (struct rows){.a = _mm256_add_epi32(x.a, y.a),
			     .b = _mm256_add_epi32(x.b, y.b),
			     .c = _mm256_add_epi32(x.c, y.c),
			     .d = _mm256_add_epi32(x.d, y.d)};
}

/* Adds the initial state; block[0], block[1]: the key stream in order. */
LANE_INLINE struct rows narrow_finish(__m512i block[2], struct rows x, struct rows initial)
{
	const struct rows y = rows_sum(x, initial);
	const __m512i ab = _mm512_inserti64x4(_mm512_castsi256_si512(y.a), y.b, 1); // lanes a0 a1 b0 b1
	const __m512i cd = _mm512_inserti64x4(_mm512_castsi256_si512(y.c), y.d, 1);
	block[0] = _mm512_shuffle_i64x2(ab, cd, 0x88); // a0 b0 c0 d0
	block[1] = _mm512_shuffle_i64x2(ab, cd, 0xdd);
	return y;
}

/* Key stream of 2·n_sets blocks from `counter` on; n_sets 1…4, a constant. Returns the rows of the first two. */
LANE_INLINE struct rows narrow_blocks(__m512i block[8], const uint8_t key[32], const uint8_t nonce[12],
				      uint32_t counter, int n_sets)
{
	const struct rows s0 = narrow_state(key, nonce, counter);
	const struct rows s1 = two_blocks_on(s0), s2 = two_blocks_on(s1), s3 = two_blocks_on(s2);
	struct rows x0 = s0, x1 = s1, x2 = s2, x3 = s3;
	for (int i = 0; i < 10; i++) {
		double_round(&x0, n_sets == 1);
		if (n_sets > 1)
			double_round(&x1, 0);
		if (n_sets > 2)
			double_round(&x2, 0);
		if (n_sets > 3)
			double_round(&x3, 0);
	}
	const struct rows first = narrow_finish(block, x0, s0);
	if (n_sets > 1)
		narrow_finish(block + 2, x1, s1);
	if (n_sets > 2)
		narrow_finish(block + 4, x2, s2);
	if (n_sets > 3)
		narrow_finish(block + 6, x3, s3);
	return first;
}

/* Words 0…3 of 16 blocks → t[j]: of blocks j, 4+j, 8+j, 12+j in its lanes. */
LANE_INLINE void words_to_lanes(__m512i t[4], __m512i a, __m512i b, __m512i c, __m512i d)
{
	const __m512i ab_lo = _mm512_unpacklo_epi32(a, b), ab_hi = _mm512_unpackhi_epi32(a, b);
	const __m512i cd_lo = _mm512_unpacklo_epi32(c, d), cd_hi = _mm512_unpackhi_epi32(c, d);
	t[0] = _mm512_unpacklo_epi64(ab_lo, cd_lo);
	t[1] = _mm512_unpackhi_epi64(ab_lo, cd_lo);
	t[2] = _mm512_unpacklo_epi64(ab_hi, cd_hi);
	t[3] = _mm512_unpackhi_epi64(ab_hi, cd_hi);
}

/* Words 0…3, 4…7, 8…11, 12…15 of blocks j, 4+j, 8+j, 12+j → block[0], [4], [8], [12]. */
LANE_INLINE void lanes_to_blocks(__m512i *block, __m512i a, __m512i b, __m512i c, __m512i d)
{
	const __m512i ab_lo = _mm512_shuffle_i64x2(a, b, 0x44), ab_hi = _mm512_shuffle_i64x2(a, b, 0xee);
	const __m512i cd_lo = _mm512_shuffle_i64x2(c, d, 0x44), cd_hi = _mm512_shuffle_i64x2(c, d, 0xee);
	block[0] = _mm512_shuffle_i64x2(ab_lo, cd_lo, 0x88);
	block[4] = _mm512_shuffle_i64x2(ab_lo, cd_lo, 0xdd);
	block[8] = _mm512_shuffle_i64x2(ab_hi, cd_hi, 0x88);
	block[12] = _mm512_shuffle_i64x2(ab_hi, cd_hi, 0xdd);
}

LANE_INLINE __m512i word(const uint32_t s[16], size_t i)
{
	return _mm512_set1_epi32((int)s[i]);
}

LANE_INLINE __m512i plus(__m512i x, const uint32_t s[16], size_t i)
{
	return _mm512_add_epi32(x, word(s, i));
}

/* a += b, d = (d ^ a) <<< n in four columns. */
#define COLUMNS(n, a0, a1, a2, a3, b0, b1, b2, b3, d0, d1, d2, d3)                                                     \
	do {                                                                                                           \
		a0 = _mm512_add_epi32(a0, b0), a1 = _mm512_add_epi32(a1, b1);                                          \
		a2 = _mm512_add_epi32(a2, b2), a3 = _mm512_add_epi32(a3, b3);                                          \
		d0 = _mm512_xor_si512(d0, a0), d1 = _mm512_xor_si512(d1, a1);                                          \
		d2 = _mm512_xor_si512(d2, a2), d3 = _mm512_xor_si512(d3, a3);                                          \
		d0 = _mm512_rol_epi32(d0, n), d1 = _mm512_rol_epi32(d1, n);                                            \
		d2 = _mm512_rol_epi32(d2, n), d3 = _mm512_rol_epi32(d3, n);                                            \
	} while (0)

/* Key stream of 16 blocks: s[i] holds word i of all. */
LANE_INLINE void middle_blocks(__m512i block[16], const uint8_t key[32], const uint8_t nonce[12], uint32_t counter)
{
	const __m512i ids = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	const __m512i counters = _mm512_add_epi32(_mm512_set1_epi32((int)counter), ids);
	uint32_t s[16];
	load_state(s, key, nonce);
	__m512i x0 = word(s, 0), x1 = word(s, 1), x2 = word(s, 2), x3 = word(s, 3);
	__m512i x4 = word(s, 4), x5 = word(s, 5), x6 = word(s, 6), x7 = word(s, 7);
	__m512i x8 = word(s, 8), x9 = word(s, 9), x10 = word(s, 10), x11 = word(s, 11);
	__m512i x12 = counters, x13 = word(s, 13), x14 = word(s, 14), x15 = word(s, 15);
	for (int i = 0; i < 10; i++) {
		COLUMNS(16, x0, x1, x2, x3, x4, x5, x6, x7, x12, x13, x14, x15);
		COLUMNS(12, x8, x9, x10, x11, x12, x13, x14, x15, x4, x5, x6, x7);
		COLUMNS(8, x0, x1, x2, x3, x4, x5, x6, x7, x12, x13, x14, x15);
		COLUMNS(7, x8, x9, x10, x11, x12, x13, x14, x15, x4, x5, x6, x7);
		COLUMNS(16, x0, x1, x2, x3, x5, x6, x7, x4, x15, x12, x13, x14);
		COLUMNS(12, x10, x11, x8, x9, x15, x12, x13, x14, x5, x6, x7, x4);
		COLUMNS(8, x0, x1, x2, x3, x5, x6, x7, x4, x15, x12, x13, x14);
		COLUMNS(7, x10, x11, x8, x9, x15, x12, x13, x14, x5, x6, x7, x4);
	}
	__m512i t0[4], t1[4], t2[4], t3[4];
	words_to_lanes(t0, plus(x0, s, 0), plus(x1, s, 1), plus(x2, s, 2), plus(x3, s, 3));
	words_to_lanes(t1, plus(x4, s, 4), plus(x5, s, 5), plus(x6, s, 6), plus(x7, s, 7));
	words_to_lanes(t2, plus(x8, s, 8), plus(x9, s, 9), plus(x10, s, 10), plus(x11, s, 11));
	words_to_lanes(t3, _mm512_add_epi32(x12, counters), plus(x13, s, 13), plus(x14, s, 14), plus(x15, s, 15));
	lanes_to_blocks(block, t0[0], t1[0], t2[0], t3[0]);
	lanes_to_blocks(block + 1, t0[1], t1[1], t2[1], t3[1]);
	lanes_to_blocks(block + 2, t0[2], t1[2], t2[2], t3[2]);
	lanes_to_blocks(block + 3, t0[3], t1[3], t2[3], t3[3]);
}

/* One to eight blocks, the last perhaps short. */
LANE_INLINE void xor_blocks(uint8_t *out, const uint8_t *in, size_t len, const __m512i *block, int n_blocks)
{
	xor_block(out, in, 0, len, block[0]);
	xor_block(out, in, 64, len, block[1]);
	if (n_blocks > 2) {
		xor_block(out, in, 128, len, block[2]);
		xor_block(out, in, 192, len, block[3]);
	}
	if (n_blocks > 4) {
		xor_block(out, in, 256, len, block[4]);
		xor_block(out, in, 320, len, block[5]);
	}
	if (n_blocks > 6) {
		xor_block(out, in, 384, len, block[6]);
		xor_block(out, in, 448, len, block[7]);
	}
}

static __attribute__((noinline)) void narrow_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter,
						   uint8_t *out, const uint8_t *in, size_t len)
{
	__m512i block[8];
	if (len <= 128) {
		narrow_blocks(block, key, nonce, counter, 1);
		xor_blocks(out, in, len, block, 2);
	} else if (len <= 256) {
		narrow_blocks(block, key, nonce, counter, 2);
		xor_blocks(out, in, len, block, 4);
	} else if (len <= 384) {
		narrow_blocks(block, key, nonce, counter, 3);
		xor_blocks(out, in, len, block, 6);
	} else {
		narrow_blocks(block, key, nonce, counter, 4);
		xor_blocks(out, in, len, block, 8);
	}
}

static __attribute__((noinline)) void middle_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter,
						   uint8_t *out, const uint8_t *in, size_t len)
{
	__m512i block[16];
	middle_blocks(block, key, nonce, counter);
	xor_blocks(out, in, len, block, 8);
	xor_blocks(out + 512, in + 512, len - 512, block + 8, 8);
}

/* What the assembly for 16 blocks and up to 8 more as rows works on. */
struct mixed {
	uint32_t state[16]; // RFC 8439 §2.3; [12] unused
	uint32_t counters[16];
	uint8_t *out;
	const uint8_t *in;
	uint8_t unused[48];
	uint32_t rows[4][4][8]; // of the sets; before the rounds only row d
} __attribute__((aligned(64)));
_Static_assert(offsetof(struct mixed, counters) == 64 && offsetof(struct mixed, out) == 128 &&
		       offsetof(struct mixed, in) == 136 && offsetof(struct mixed, rows) == 192,
	       "the assembly counts on these");

// clang-format off
/* A quarter step of a set of rows: a += b, d = (d ^ a) <<< n. */
#define ROW_STEP(n, a, b, d)                                                                                           \
	"vpaddd %%ymm" #b ", %%ymm" #a ", %%ymm" #a "\n\t"                                                             \
	"vpxord %%ymm" #a ", %%ymm" #d ", %%ymm" #d "\n\t"                                                             \
	"vprold $" #n ", %%ymm" #d ", %%ymm" #d "\n\t"
#define ROW_SHUFFLE(a, a_order, c, c_order, d, d_order)                                                                \
	"vpshufd $" #a_order ", %%ymm" #a ", %%ymm" #a "\n\t"                                                          \
	"vpshufd $" #c_order ", %%ymm" #c ", %%ymm" #c "\n\t"                                                          \
	"vpshufd $" #d_order ", %%ymm" #d ", %%ymm" #d "\n\t"

/* What a set does beside step i of the 16 blocks. */
#define ROW_0(a, b, c, d) ROW_STEP(16, a, b, d)
#define ROW_1(a, b, c, d) ROW_STEP(12, c, d, b)
#define ROW_2(a, b, c, d) ROW_STEP(8, a, b, d)
#define ROW_3(a, b, c, d) ROW_STEP(7, c, d, b) ROW_SHUFFLE(a, 0x93, c, 0x39, d, 0x4e)
#define ROW_4(a, b, c, d) ROW_0(a, b, c, d)
#define ROW_5(a, b, c, d) ROW_1(a, b, c, d)
#define ROW_6(a, b, c, d) ROW_2(a, b, c, d)
#define ROW_7(a, b, c, d) ROW_STEP(7, c, d, b) ROW_SHUFFLE(a, 0x39, c, 0x93, d, 0x4e)

#define ROWS_2(i) ROW_##i(16, 17, 18, 19) ROW_##i(20, 21, 22, 23)
#define ROWS_3(i) ROWS_2(i) ROW_##i(24, 25, 26, 27)
#define ROWS_4(i) ROWS_3(i) ROW_##i(28, 29, 30, 31)

#define LOAD_STATE(d, i) "vpbroadcastd 4*" #i "(%%rdi), %%zmm" #d "\n\t"
#define LOAD_ROWS(k, a, b, c, d)                                                                                       \
	"vbroadcasti32x4 (%%rdi), %%ymm" #a "\n\t"                                                                     \
	"vbroadcasti32x4 16(%%rdi), %%ymm" #b "\n\t"                                                                   \
	"vbroadcasti32x4 32(%%rdi), %%ymm" #c "\n\t"                                                                   \
	"vmovdqa64 192+128*" #k "+96(%%rdi), %%ymm" #d "\n\t"
#define STORE_ROWS(k, a, b, c, d)                                                                                      \
	"vmovdqa64 %%ymm" #a ", 192+128*" #k "(%%rdi)\n\t"                                                             \
	"vmovdqa64 %%ymm" #b ", 192+128*" #k "+32(%%rdi)\n\t"                                                          \
	"vmovdqa64 %%ymm" #c ", 192+128*" #k "+64(%%rdi)\n\t"                                                          \
	"vmovdqa64 %%ymm" #d ", 192+128*" #k "+96(%%rdi)\n\t"

#define SETS_2(DO) DO(0, 16, 17, 18, 19) DO(1, 20, 21, 22, 23)
#define SETS_3(DO) SETS_2(DO) DO(2, 24, 25, 26, 27)
#define SETS_4(DO) SETS_3(DO) DO(3, 28, 29, 30, 31)

/* out = in ^ key stream for 16 blocks; n sets' rows are left in memory. */
#define MIXED_STEP(n)                                                                                                  \
	LOAD_STATE(0, 0) LOAD_STATE(1, 1) LOAD_STATE(2, 2) LOAD_STATE(3, 3)                                            \
	LOAD_STATE(4, 4) LOAD_STATE(5, 5) LOAD_STATE(6, 6) LOAD_STATE(7, 7)                                            \
	LOAD_STATE(8, 8) LOAD_STATE(9, 9) LOAD_STATE(10, 10) LOAD_STATE(11, 11)                                        \
	LOAD_COUNTERS(12, 0) LOAD_STATE(13, 13) LOAD_STATE(14, 14) LOAD_STATE(15, 15)                                  \
	SETS_##n(LOAD_ROWS)                                                                                            \
	"mov $10, %%ecx\n\t"                                                                                           \
	".p2align 6\n1:\t"                                                                                             \
	STEP(16, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15) ROWS_##n(0)                                                   \
	STEP(12, 8, 9, 10, 11, 12, 13, 14, 15, 4, 5, 6, 7) ROWS_##n(1)                                                 \
	STEP(8, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15) ROWS_##n(2)                                                    \
	STEP(7, 8, 9, 10, 11, 12, 13, 14, 15, 4, 5, 6, 7) ROWS_##n(3)                                                  \
	STEP(16, 0, 1, 2, 3, 5, 6, 7, 4, 15, 12, 13, 14) ROWS_##n(4)                                                   \
	STEP(12, 10, 11, 8, 9, 15, 12, 13, 14, 5, 6, 7, 4) ROWS_##n(5)                                                 \
	STEP(8, 0, 1, 2, 3, 5, 6, 7, 4, 15, 12, 13, 14) ROWS_##n(6)                                                    \
	STEP(7, 10, 11, 8, 9, 15, 12, 13, 14, 5, 6, 7, 4) ROWS_##n(7)                                                  \
	"dec %%ecx\n\t"                                                                                                \
	"jnz 1b\n\t"                                                                                                   \
	SETS_##n(STORE_ROWS)                                                                                           \
	"mov 128(%%rdi), %%rax\n\t"                                                                                    \
	"mov 136(%%rdi), %%rcx\n\t"                                                                                    \
	FIRST_BLOCKS_OUT

#define MIXED_CLOBBERS "memory", "cc", "rax", "rcx", VECTOR_CLOBBERS
// clang-format on

/* More than 1024 bytes, at most 1024 + 128·n_sets; n_sets: 2, 3 or 4, a constant. */
LANE_INLINE void mixed_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out,
			     const uint8_t *in, size_t len, int n_sets)
{
	struct mixed m;
	load_state(m.state, key, nonce);
	store_counters(m.counters, counter);
	m.out = out, m.in = in;
	struct rows initial = narrow_state(key, nonce, counter + 16);
	for (int i = 0; i < n_sets; i++, initial = two_blocks_on(initial))
		_mm256_store_si256((__m256i *)(void *)m.rows[i][3], initial.d);
	if (n_sets == 2)
		__asm__ volatile(MIXED_STEP(2) : : "D"(&m) : MIXED_CLOBBERS);
	else if (n_sets == 3)
		__asm__ volatile(MIXED_STEP(3) : : "D"(&m) : MIXED_CLOBBERS);
	else
		__asm__ volatile(MIXED_STEP(4) : : "D"(&m) : MIXED_CLOBBERS);
	initial = narrow_state(key, nonce, counter + 16); // from memory again: no register survives the assembly
	for (int i = 0; i < n_sets; i++, initial = two_blocks_on(initial)) {
		struct rows x;
		__m512i block[2];
		memcpy(&x, m.rows[i], sizeof x);
		narrow_finish(block, x, initial);
		xor_block(out, in, 1024 + 128 * (size_t)i, len, block[0]);
		xor_block(out, in, 1088 + 128 * (size_t)i, len, block[1]);
	}
}

/* More than 1024 bytes, at most 1536. */
static __attribute__((noinline)) void mixed_crypt_any(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter,
						      uint8_t *out, const uint8_t *in, size_t len)
{
	if (len <= 1280)
		mixed_crypt(key, nonce, counter, out, in, len, 2);
	else if (len <= 1408)
		mixed_crypt(key, nonce, counter, out, in, len, 3);
	else
		mixed_crypt(key, nonce, counter, out, in, len, 4);
}

/* What the wide steps leave. */
static void rest_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out,
		       const uint8_t *in, size_t len)
{
	if (!LANE_MEMORY_SANITIZED && len > middle_len && len <= mixed_len_max) {
		mixed_crypt_any(key, nonce, counter, out, in, len);
		return;
	}
	while (len > narrow_len_max) {
		const size_t n = len < middle_len ? len : middle_len;
		middle_crypt(key, nonce, counter, out, in, n);
		out += n, in += n, len -= n, counter += 16;
	}
	if (len > 0)
		narrow_crypt(key, nonce, counter, out, in, len);
}

static __attribute__((noinline)) void wide_steps(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter,
						 uint8_t *out, const uint8_t *in, size_t n_steps)
{
	struct wide w;
	wide_begin(&w, key, nonce, counter, out, in);
	for (; n_steps > 0; n_steps--)
		wide_crypt(&w);
}

static void chacha20_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out,
			   const uint8_t *in, size_t len)
{
	if (!LANE_MEMORY_SANITIZED && len >= wide_len) {
		const size_t n_steps = len / wide_len;
		wide_steps(key, nonce, counter, out, in, n_steps);
		out += n_steps * wide_len, in += n_steps * wide_len;
		counter += 32 * (uint32_t)n_steps, len %= wide_len;
	}
	rest_crypt(key, nonce, counter, out, in, len);
}
