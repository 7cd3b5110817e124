/* SPDX-License-Identifier: MIT */
/*
 * ChaCha20, and with it Poly1305, for vectors of VL bytes: 16 (SSSE3) or 32
 * (AVX2), in three shapes:
 *
 *   wide     VL/2 blocks in two states; word i of VL/4 blocks is a vector;
 *   half     one such state, with Poly1305 (poly1305.h) on the integer side;
 *   narrow   1 to 3 sets of VL/16 blocks, a row of the state in each of four
 *            registers. b stays in place between columns and diagonals while
 *            a, c, d are shuffled: these are ready earlier, so that no shuffle
 *            is on the critical path (16 cycles a half round on Zen 4).
 *
 * A state needs 16 registers and a half round is a chain of 16 cycles, in which
 * four operations a cycle could do just its 64: one state alone leaves the pipes
 * waiting. Wide therefore has two, a half round of the one behind a half round
 * of the other. Words 4…7 of both, on the critical path, stay in registers: 8,
 * and 8 more to compute two quarter rounds. The others live in memory, read as
 * operands and stored once a quarter round: 48 stores a double round, meant, and
 * with VL 32 the only vector moves in the loop (nothing is spilled):
 *     objdump -d chacha20_avx2.c.o | awk '/<wide_crypt>:/,/ret/' | less
 * Half has all in registers but two of words 8…11 (at VL 32 8 moves a double round,
 * meant); with a hash at VL 16 it is as wide is. Rotations by 16 and 8 are byte
 * shuffles, by 12 and 7 two shifts and an or: 128 operations a double round.
 *
 * Secret: key, message, key stream. Public: lengths, nonce, counter. No branch
 * and no address depends on a secret.
 *
 * Zen 4, cycles/byte at 16 KiB, gcc 12 / clang 14; the limit is four operations
 * a cycle, 0.63 and 1.25, and with what follows the rounds 0.68 and 1.36:
 *     AVX2 0.92 / 0.91, SSSE3 1.82 / 1.81. Half alone: 1.12 / 1.07, 1.84 / 1.81.
 * Through the command, gcc 12: AVX2 0.98, SSSE3 1.97.
 * Rounds alone, AVX2, cycles a double round of 8 blocks (limit 32): two states in
 * this order 42; alternating after two columns 50, two columns one behind the other
 * 43…45; one state, two columns at a time 50, all four side by side with words
 * 8…11 in memory 53, with 20 registers (AVX-512VL) in any order 50…57.
 * Lost: a half pass through memory with nothing to hash (waits for its stores): VL
 * 32 1.33 for 512 bytes against 1.18, VL 16 takes 1.07 times as long for 256 bytes.
 *
 * The rivals within the same instruction set: OPENSSL_ia32cap=:~0xd0230000 hides
 * AVX-512 from OpenSSL and BoringSSL, ~0x1000000000000000:~0xd0230020 all from AVX
 * on; Debian's libsodium has nothing beyond AVX2, and libsodium and ipsec-mb know
 * no switch: link engines/libsodium against libsodium.a with
 * -Wl,--wrap=sodium_runtime_has_avx2 and a __wrap_sodium_runtime_has_avx2 that
 * returns 0, compile engines/ipsec_mb with
 * '-Dinit_mb_mgr_auto(m,a)=init_mb_mgr_avx2(m)' (or _sse), put both into a folder
 * engines beside a copy of the command, and run
 *     OPENSSL_ia32cap=:~0xd0230000 LANE_CPU_DISABLE=avx512 ./lanecrypt bench --algorithm ChaCha20
 * (LANE_CPU_DISABLE=avx for ssse3).
 */

#include <immintrin.h>

#include "chacha20/chacha20_ops.h"
#include "chacha20_poly1305/poly1305.h"
#include "util.h"

enum {
	n_wide = VL / 4,
	n_set = VL / 16, // blocks in a narrow set
	half_len = n_wide * CHACHA20_BLOCK_LEN,
	wide_len = 2 * half_len,
	set_len = n_set * CHACHA20_BLOCK_LEN
};

#if VL == 32
typedef __m256i vec;

LANE_INLINE vec v_add(vec a, vec b)
{
	return _mm256_add_epi32(a, b);
}

LANE_INLINE vec v_xor(vec a, vec b)
{
	return _mm256_xor_si256(a, b);
}

LANE_INLINE vec v_set1(uint32_t x)
{
	return _mm256_set1_epi32((int)x);
}

LANE_INLINE vec v_load(const void *p)
{
	return _mm256_loadu_si256((const vec *)p);
}

LANE_INLINE void v_store(void *p, vec x)
{
	_mm256_storeu_si256((vec *)p, x);
}

/* 16 bytes into each half. */
LANE_INLINE vec v_row(const void *p)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)p));
}

LANE_INLINE vec v_bytes(vec x, const vec *pattern)
{
#if LANE_MEMORY_SANITIZED
	return _mm256_shuffle_epi8(x, *pattern);
#else
	vec y;
	__asm__("vpshufb %2, %1, %0" : "=x"(y) : "x"(x), "m"(*pattern)); // no register to spare for it
	return y;
#endif
}

LANE_INLINE vec v_shift_or(vec x, int n)
{
	return _mm256_or_si256(_mm256_slli_epi32(x, n), _mm256_srli_epi32(x, 32 - n));
}

#define v_words _mm256_shuffle_epi32
#define v_unpack_lo32 _mm256_unpacklo_epi32
#define v_unpack_hi32 _mm256_unpackhi_epi32
#define v_unpack_lo64 _mm256_unpacklo_epi64
#define v_unpack_hi64 _mm256_unpackhi_epi64
#define EACH_HALF(...) __VA_ARGS__, __VA_ARGS__
#else
typedef __m128i vec;

LANE_INLINE vec v_add(vec a, vec b)
{
	return _mm_add_epi32(a, b);
}

LANE_INLINE vec v_xor(vec a, vec b)
{
	return _mm_xor_si128(a, b);
}

LANE_INLINE vec v_set1(uint32_t x)
{
	return _mm_set1_epi32((int)x);
}

LANE_INLINE vec v_load(const void *p)
{
	return _mm_loadu_si128((const vec *)p);
}

LANE_INLINE void v_store(void *p, vec x)
{
	_mm_storeu_si128((vec *)p, x);
}

LANE_INLINE vec v_row(const void *p)
{
	return v_load(p);
}

LANE_INLINE vec v_bytes(vec x, const vec *pattern)
{
	return _mm_shuffle_epi8(x, *pattern);
}

LANE_INLINE vec v_shift_or(vec x, int n)
{
	return _mm_or_si128(_mm_slli_epi32(x, n), _mm_srli_epi32(x, 32 - n));
}

#define v_words _mm_shuffle_epi32
#define v_unpack_lo32 _mm_unpacklo_epi32
#define v_unpack_hi32 _mm_unpackhi_epi32
#define v_unpack_lo64 _mm_unpacklo_epi64
#define v_unpack_hi64 _mm_unpackhi_epi64
#define EACH_HALF(...) __VA_ARGS__
#endif

// The bytes of a word, lowest first: 2 3 0 1 and 3 0 1 2.
_Alignas(VL) static const uint8_t by16[VL] = {EACH_HALF(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)};
_Alignas(VL) static const uint8_t by8[VL] = {EACH_HALF(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)};

LANE_INLINE vec v_rotl(vec x, int n)
{
	return n == 16 ? v_bytes(x, (const vec *)by16) : n == 8 ? v_bytes(x, (const vec *)by8) : v_shift_or(x, n);
}

typedef uint32_t chacha20_state[16];

/* RFC 8439 §2.3. */
LANE_INLINE void load_state(uint32_t state[16], const uint8_t key[32], const uint8_t nonce[12], uint32_t counter)
{
	static const uint32_t sigma[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
	memcpy(state, sigma, 16);
	memcpy(state + 4, key, 32);
	state[12] = counter;
	// word by word: the caller has often just written it so, and a wider load would wait for the store
	for (size_t i = 0; i < 3; i++)
		state[13 + i] = load32_le(nonce + 4 * i);
}

/* Two quarter rounds, RFC 8439 §2.1. Of each, b is a register and the rest memory: see the head. */
#if LANE_MEMORY_SANITIZED
LANE_INLINE void quarter_round(vec *a, vec *b, vec *c, vec *d)
{
	*a = v_add(*a, *b), *d = v_rotl(v_xor(*d, *a), 16);
	*c = v_add(*c, *d), *b = v_rotl(v_xor(*b, *c), 12);
	*a = v_add(*a, *b), *d = v_rotl(v_xor(*d, *a), 8);
	*c = v_add(*c, *d), *b = v_rotl(v_xor(*b, *c), 7);
}

LANE_INLINE void quarter_rounds(vec *a0, vec *b0, vec *c0, vec *d0, vec *a1, vec *b1, vec *c1, vec *d1)
{
	quarter_round(a0, b0, c0, d0);
	quarter_round(a1, b1, c1, d1);
}
#else
// clang-format off
#if VL == 32
#define ADD_MEMORY(to, x, m) "vpaddd %[" m "], %[" x "], %[" to "]\n\t"
#define XOR_MEMORY(to, x, m) "vpxor %[" m "], %[" x "], %[" to "]\n\t"
#define ADD(to, x) "vpaddd %[" x "], %[" to "], %[" to "]\n\t"
#define XOR(to, x) "vpxor %[" x "], %[" to "], %[" to "]\n\t"
#define OR(to, x) "vpor %[" x "], %[" to "], %[" to "]\n\t"
#define BYTES(x, by) "vpshufb %[" by "], %[" x "], %[" x "]\n\t"
#define LEFT(to, x, n) "vpslld $" #n ", %[" x "], %[" to "]\n\t"
#define RIGHT(x, n) "vpsrld $32-" #n ", %[" x "], %[" x "]\n\t"
#define STORE(m, x) "vmovdqa %[" x "], %[" m "]\n\t"
#else
#define ADD_MEMORY(to, x, m) "movdqa %[" m "], %[" to "]\n\tpaddd %[" x "], %[" to "]\n\t"
#define XOR_MEMORY(to, x, m) "movdqa %[" m "], %[" to "]\n\tpxor %[" x "], %[" to "]\n\t"
#define ADD(to, x) "paddd %[" x "], %[" to "]\n\t"
#define XOR(to, x) "pxor %[" x "], %[" to "]\n\t"
#define OR(to, x) "por %[" x "], %[" to "]\n\t"
#define BYTES(x, by) "pshufb %[" by "], %[" x "]\n\t"
#define LEFT(to, x, n) "movdqa %[" x "], %[" to "]\n\tpslld $" #n ", %[" to "]\n\t"
#define RIGHT(x, n) "psrld $32-" #n ", %[" x "]\n\t"
#define STORE(m, x) "movdqa %[" x "], %[" m "]\n\t"
#endif

#define ROTATE_B(n)                                                                                                    \
	LEFT("t0", "b0", n) LEFT("t1", "b1", n) RIGHT("b0", n) RIGHT("b1", n) OR("b0", "t0") OR("b1", "t1")

// clang-format on

LANE_INLINE void quarter_rounds(vec *a0, vec *b0, vec *c0, vec *d0, vec *a1, vec *b1, vec *c1, vec *d1)
{
	vec x0, x1, y0, y1, z0, z1, t0, t1; // a, c, d and what is to be rotated
	__asm__(ADD_MEMORY("x0", "b0", "a0") ADD_MEMORY("x1", "b1", "a1") XOR_MEMORY("z0", "x0", "d0") XOR_MEMORY(
			"z1", "x1", "d1") BYTES("z0", "by16") BYTES("z1", "by16") ADD_MEMORY("y0", "z0", "c0")
			ADD_MEMORY("y1", "z1", "c1") XOR("b0", "y0") XOR("b1", "y1") ROTATE_B(12) ADD("x0", "b0")
				ADD("x1", "b1") STORE("a0", "x0") STORE("a1", "x1") XOR("z0", "x0") XOR("z1", "x1")
					BYTES("z0", "by8") BYTES("z1", "by8") STORE("d0", "z0") STORE("d1", "z1")
						ADD("y0", "z0") ADD("y1", "z1") STORE("c0", "y0") STORE("c1", "y1")
							XOR("b0", "y0") XOR("b1", "y1") ROTATE_B(7)
		: [b0] "+x"(*b0), [b1] "+x"(*b1), [a0] "+m"(*a0), [a1] "+m"(*a1), [c0] "+m"(*c0), [c1] "+m"(*c1),
		  [d0] "+m"(*d0), [d1] "+m"(*d1), [x0] "=&x"(x0), [x1] "=&x"(x1), [y0] "=&x"(y0), [y1] "=&x"(y1),
		  [z0] "=&x"(z0), [z1] "=&x"(z1), [t0] "=&x"(t0), [t1] "=&x"(t1)
		: [by16] "m"(*(const vec *)by16), [by8] "m"(*(const vec *)by8));
}
#endif

/* The same with all in registers. */
#define QUARTER_ROUNDS(a0, b0, c0, d0, a1, b1, c1, d1)                                                                 \
	do {                                                                                                           \
		a0 = v_add(a0, b0), a1 = v_add(a1, b1), d0 = v_xor(d0, a0), d1 = v_xor(d1, a1);                        \
		d0 = v_rotl(d0, 16), d1 = v_rotl(d1, 16);                                                              \
		c0 = v_add(c0, d0), c1 = v_add(c1, d1), b0 = v_xor(b0, c0), b1 = v_xor(b1, c1);                        \
		b0 = v_rotl(b0, 12), b1 = v_rotl(b1, 12);                                                              \
		a0 = v_add(a0, b0), a1 = v_add(a1, b1), d0 = v_xor(d0, a0), d1 = v_xor(d1, a1);                        \
		d0 = v_rotl(d0, 8), d1 = v_rotl(d1, 8);                                                                \
		c0 = v_add(c0, d0), c1 = v_add(c1, d1), b0 = v_xor(b0, c0), b1 = v_xor(b1, c1);                        \
		b0 = v_rotl(b0, 7), b1 = v_rotl(b1, 7);                                                                \
	} while (0)

/* Words 8…11 take turns in two registers; the barrier keeps compilers from a worse choice of what to spill. */
#define SWAP_OUT(from, to)                                                                                             \
	do {                                                                                                           \
		away[from] = c0, away[from + 1] = c1;                                                                  \
		__asm__("" : "+m"(away));                                                                              \
		c0 = away[to], c1 = away[to + 1];                                                                      \
	} while (0)

/* Four words of all blocks → t[j]: those words of block j, and of block 4+j in the upper half. */
LANE_INLINE void words_to_blocks(vec t[4], vec a, vec b, vec c, vec d)
{
	const vec ab_lo = v_unpack_lo32(a, b), ab_hi = v_unpack_hi32(a, b);
	const vec cd_lo = v_unpack_lo32(c, d), cd_hi = v_unpack_hi32(c, d);
	t[0] = v_unpack_lo64(ab_lo, cd_lo);
	t[1] = v_unpack_hi64(ab_lo, cd_lo);
	t[2] = v_unpack_lo64(ab_hi, cd_hi);
	t[3] = v_unpack_hi64(ab_hi, cd_hi);
}

LANE_INLINE void xor_vec(uint8_t *out, const uint8_t *in, vec x)
{
	v_store(out, v_xor(x, v_load(in)));
}

/* Words 4i…4i+7 of the blocks j and 4+j (VL 32), or of block j. */
LANE_INLINE void xor_half(uint8_t *out, const uint8_t *in, size_t j, vec lo, vec hi)
{
	const size_t at = CHACHA20_BLOCK_LEN * j;
#if VL == 32
	xor_vec(out + at, in + at, _mm256_permute2x128_si256(lo, hi, 0x20));
	xor_vec(out + at + 256, in + at + 256, _mm256_permute2x128_si256(lo, hi, 0x31));
#else
	xor_vec(out + at, in + at, lo);
	xor_vec(out + at + 16, in + at + 16, hi);
#endif
}

/* Words 4…7 of n_wide blocks, apart from the others so that compilers keep them in registers. */
struct wide_b {
	vec w4, w5, w6, w7;
};

LANE_INLINE void wide_begin(vec x[16], struct wide_b *b, const uint32_t s[16], vec counters)
{
	*b = (struct wide_b){v_set1(s[4]), v_set1(s[5]), v_set1(s[6]), v_set1(s[7])};
	x[0] = v_set1(s[0]), x[1] = v_set1(s[1]), x[2] = v_set1(s[2]), x[3] = v_set1(s[3]);
	x[8] = v_set1(s[8]), x[9] = v_set1(s[9]), x[10] = v_set1(s[10]), x[11] = v_set1(s[11]);
	x[12] = counters, x[13] = v_set1(s[13]), x[14] = v_set1(s[14]), x[15] = v_set1(s[15]);
}

LANE_INLINE void wide_end(const vec x[16], const struct wide_b *b, const uint32_t s[16], vec counters, uint8_t *out,
			  const uint8_t *in)
{
	vec t0[4], t1[4], t2[4], t3[4];
	words_to_blocks(t0, v_add(x[0], v_set1(s[0])), v_add(x[1], v_set1(s[1])), v_add(x[2], v_set1(s[2])),
			v_add(x[3], v_set1(s[3])));
	words_to_blocks(t1, v_add(b->w4, v_set1(s[4])), v_add(b->w5, v_set1(s[5])), v_add(b->w6, v_set1(s[6])),
			v_add(b->w7, v_set1(s[7])));
	xor_half(out, in, 0, t0[0], t1[0]);
	xor_half(out, in, 1, t0[1], t1[1]);
	xor_half(out, in, 2, t0[2], t1[2]);
	xor_half(out, in, 3, t0[3], t1[3]);
	words_to_blocks(t2, v_add(x[8], v_set1(s[8])), v_add(x[9], v_set1(s[9])), v_add(x[10], v_set1(s[10])),
			v_add(x[11], v_set1(s[11])));
	words_to_blocks(t3, v_add(x[12], counters), v_add(x[13], v_set1(s[13])), v_add(x[14], v_set1(s[14])),
			v_add(x[15], v_set1(s[15])));
	xor_half(out + 32, in + 32, 0, t2[0], t3[0]);
	xor_half(out + 32, in + 32, 1, t2[1], t3[1]);
	xor_half(out + 32, in + 32, 2, t2[2], t3[2]);
	xor_half(out + 32, in + 32, 3, t2[3], t3[3]);
}

/* The next block to hash beside the cipher. */
LANE_INLINE void hash_beside(struct poly1305 *p, const uint8_t **hash)
{
	if (p) {
		poly1305_block(p, load64_le(*hash), load64_le(*hash + 8), 1);
		*hash += POLY1305_BLOCK_LEN;
	}
}

LANE_INLINE vec counters_from(uint32_t counter)
{
	static const uint32_t ids[8] = {0, 1, 2, 3, 4, 5, 6, 7};
	return v_add(v_set1(counter), v_load(ids));
}

/* out = in ^ key stream for n_wide blocks from `counter` on; with p, hashes as
 * many bytes at `hash` beside it, before the first byte of out is written. */
LANE_INLINE void half_crypt(const uint32_t s[16], uint32_t counter, uint8_t *out, const uint8_t *in, struct poly1305 *p,
			    const uint8_t *hash)
{
	const vec counters = counters_from(counter);
	vec x[16];
	struct wide_b b;
	wide_begin(x, &b, s, counters);
	const int in_registers = VL == 32 || !p;
	size_t n_beside;
	if (in_registers) {
		vec x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x12 = x[12], x13 = x[13], x14 = x[14], x15 = x[15];
		vec c0 = x[8], c1 = x[9]; // words 8, 9, or words 10, 11 while 8, 9 are in memory
		vec away[4] = {c0, c1, x[10], x[11]};
		for (int i = 0; i < 10; i++) {
			QUARTER_ROUNDS(x0, b.w4, c0, x12, x1, b.w5, c1, x13);
			hash_beside(p, &hash);
			SWAP_OUT(0, 2);
			QUARTER_ROUNDS(x2, b.w6, c0, x14, x3, b.w7, c1, x15);
			hash_beside(p, &hash);
			QUARTER_ROUNDS(x0, b.w5, c0, x15, x1, b.w6, c1, x12);
			hash_beside(p, &hash);
			SWAP_OUT(2, 0);
			QUARTER_ROUNDS(x2, b.w7, c0, x13, x3, b.w4, c1, x14);
		}
		x[0] = x0, x[1] = x1, x[2] = x2, x[3] = x3, x[12] = x12, x[13] = x13, x[14] = x14, x[15] = x15;
		x[8] = c0, x[9] = c1, x[10] = away[2], x[11] = away[3];
		n_beside = 30;
	} else {
		for (int i = 0; i < 10; i++) {
			quarter_rounds(x, &b.w4, x + 8, x + 12, x + 1, &b.w5, x + 9, x + 13);
			quarter_rounds(x + 2, &b.w6, x + 10, x + 14, x + 3, &b.w7, x + 11, x + 15);
			hash_beside(p, &hash);
			quarter_rounds(x, &b.w5, x + 10, x + 15, x + 1, &b.w6, x + 11, x + 12);
			if (i < 6)
				hash_beside(p, &hash);
			quarter_rounds(x + 2, &b.w7, x + 8, x + 13, x + 3, &b.w4, x + 9, x + 14);
		}
		n_beside = 16;
	}
	if (p)
		poly1305_blocks(p, hash, half_len / POLY1305_BLOCK_LEN - n_beside);
	wide_end(x, &b, s, counters, out, in);
}

/* out = in ^ key stream for 2·n_wide blocks from `counter` on. */
static void wide_crypt(const uint32_t s[16], uint32_t counter, uint8_t *out, const uint8_t *in)
{
	const vec x_counters = counters_from(counter), y_counters = counters_from(counter + n_wide);
	vec x[16], y[16];
	struct wide_b b, c;
	wide_begin(x, &b, s, x_counters);
	wide_begin(y, &c, s, y_counters);
	for (int i = 0; i < 10; i++) {
		quarter_rounds(x, &b.w4, x + 8, x + 12, x + 1, &b.w5, x + 9, x + 13);
		quarter_rounds(x + 2, &b.w6, x + 10, x + 14, x + 3, &b.w7, x + 11, x + 15);
		quarter_rounds(y, &c.w4, y + 8, y + 12, y + 1, &c.w5, y + 9, y + 13);
		quarter_rounds(y + 2, &c.w6, y + 10, y + 14, y + 3, &c.w7, y + 11, y + 15);
		quarter_rounds(x, &b.w5, x + 10, x + 15, x + 1, &b.w6, x + 11, x + 12);
		quarter_rounds(x + 2, &b.w7, x + 8, x + 13, x + 3, &b.w4, x + 9, x + 14);
		quarter_rounds(y, &c.w5, y + 10, y + 15, y + 1, &c.w6, y + 11, y + 12);
		quarter_rounds(y + 2, &c.w7, y + 8, y + 13, y + 3, &c.w4, y + 9, y + 14);
	}
	wide_end(x, &b, s, x_counters, out, in);
	wide_end(y, &c, s, y_counters, out + half_len, in + half_len);
}

/* n_set blocks. */
struct rows {
	vec a, b, c, d;
};

LANE_INLINE void half_round(struct rows *x)
{
	x->a = v_add(x->a, x->b), x->d = v_rotl(v_xor(x->d, x->a), 16);
	x->c = v_add(x->c, x->d), x->b = v_rotl(v_xor(x->b, x->c), 12);
	x->a = v_add(x->a, x->b), x->d = v_rotl(v_xor(x->d, x->a), 8);
	x->c = v_add(x->c, x->d), x->b = v_rotl(v_xor(x->b, x->c), 7);
}

LANE_INLINE void double_round(struct rows *x)
{
	half_round(x);
	x->a = v_words(x->a, 0x93); // element i from i − 1
	x->c = v_words(x->c, 0x39); // i + 1
	x->d = v_words(x->d, 0x4e); // i + 2
	half_round(x);
	x->a = v_words(x->a, 0x39);
	x->c = v_words(x->c, 0x93);
	x->d = v_words(x->d, 0x4e);
}

/* HChaCha20, draft-irtf-cfrg-xchacha-03 §2.2, both halves alike. The subkey is written as wide as anybody reads it, so
 * that no load of it waits until the stores have left their queue. */
LANE_INLINE void hchacha20(uint8_t subkey[32], const uint8_t key[32], const uint8_t nonce[16])
{
	static const uint32_t sigma[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}; // "expand 32-byte k"
	const __m128i d =
		_mm_setr_epi32(load_word(nonce), load_word(nonce + 4), load_word(nonce + 8), load_word(nonce + 12));
	struct rows x = {v_row(sigma), v_row(key), v_row(key + 16), v_row(&d)};
	for (int i = 0; i < 10; i++)
		double_round(&x);
#if VL == 32
	v_store(subkey, _mm256_permute2x128_si256(x.a, x.d, 0x20));
#else
	v_store(subkey, x.a);
	v_store(subkey + 16, x.d);
#endif
}

LANE_INLINE struct rows next_set(struct rows x)
{
	static const uint32_t step[8] = {n_set, 0, 0, 0, n_set, 0, 0, 0};
	x.d = v_add(x.d, v_load(step));
	return x;
}

LANE_INLINE void narrow_finish(uint8_t *stream, struct rows x, struct rows s)
{
	const vec a = v_add(x.a, s.a), b = v_add(x.b, s.b), c = v_add(x.c, s.c), d = v_add(x.d, s.d);
#if VL == 32
	v_store(stream, _mm256_permute2x128_si256(a, b, 0x20));
	v_store(stream + 32, _mm256_permute2x128_si256(c, d, 0x20));
	v_store(stream + 64, _mm256_permute2x128_si256(a, b, 0x31));
	v_store(stream + 96, _mm256_permute2x128_si256(c, d, 0x31));
#else
	v_store(stream, a);
	v_store(stream + 16, b);
	v_store(stream + 32, c);
	v_store(stream + 48, d);
#endif
}

/* Key stream of n_sets sets, 1…3, a constant. */
LANE_INLINE void narrow_stream(uint8_t *stream, const uint32_t state[16], uint32_t counter, int n_sets)
{
	static const uint32_t ids[8] = {0, 0, 0, 0, 1, 0, 0, 0};
	const __m128i d = _mm_setr_epi32((int)counter, (int)state[13], (int)state[14], (int)state[15]);
	const struct rows s0 = {v_row(state), v_row(state + 4), v_row(state + 8), v_add(v_row(&d), v_load(ids))};
	const struct rows s1 = next_set(s0), s2 = next_set(s1);
	struct rows x0 = s0, x1 = s1, x2 = s2;
	for (int i = 0; i < 10; i++) {
		double_round(&x0);
		if (n_sets > 1)
			double_round(&x1);
		if (n_sets > 2)
			double_round(&x2);
	}
	narrow_finish(stream, x0, s0);
	if (n_sets > 1)
		narrow_finish(stream + set_len, x1, s1);
	if (n_sets > 2)
		narrow_finish(stream + 2 * set_len, x2, s2);
}

/* The key stream of at least len ≤ wide_len bytes: as few blocks as pay. */
LANE_INLINE void short_stream(uint8_t stream[wide_len], const uint32_t state[16], uint32_t counter, size_t len)
{
	if (len <= set_len) {
		narrow_stream(stream, state, counter, 1);
	} else if (len <= 2 * set_len) {
		narrow_stream(stream, state, counter, 2);
	} else if (len <= 3 * set_len) {
		narrow_stream(stream, state, counter, 3);
	} else if (len <= half_len) {
		wipe_stack(stream, half_len); // a memset would become `rep stos`
		half_crypt(state, counter, stream, stream, NULL, NULL);
	} else {
		wipe_stack(stream, wide_len);
		wide_crypt(state, counter, stream, stream);
	}
}

LANE_INLINE void xor_bytes(uint8_t *out, const uint8_t *in, const uint8_t *stream, size_t len)
{
	size_t i = 0;
	for (; len - i >= 16; i += 16) {
		const __m128i x = _mm_loadu_si128((const __m128i *)(stream + i));
		_mm_storeu_si128((__m128i *)(out + i), _mm_xor_si128(x, _mm_loadu_si128((const __m128i *)(in + i))));
	}
	for (; i < len; i++)
		out[i] = in[i] ^ stream[i];
}

static void crypt_from(const uint32_t state[16], uint32_t counter, uint8_t *out, const uint8_t *in, size_t len)
{
	for (; len >= wide_len; out += wide_len, in += wide_len, len -= wide_len, counter += 2 * n_wide)
		wide_crypt(state, counter, out, in);
	if (len >= half_len && len <= half_len + 2 * set_len) {
		half_crypt(state, counter, out, in, NULL, NULL);
		out += half_len, in += half_len, len -= half_len, counter += n_wide;
	}
	if (len > 0) {
		uint8_t stream[wide_len];
		short_stream(stream, state, counter, len);
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
