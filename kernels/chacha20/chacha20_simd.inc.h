/* SPDX-License-Identifier: MIT */
/*
 * ChaCha20, and with it Poly1305, for vectors of VL bytes: 16 (SSSE3) or 32
 * (AVX2), in two shapes:
 *
 *   wide     VL/4 blocks, word i of all in register i;
 *   narrow   1 to 3 sets of VL/16 blocks, a row of the state in each of four
 *            registers. b stays in place between columns and diagonals while
 *            a, c, d are shuffled: these are ready earlier, so that no shuffle
 *            is on the critical path (16 cycles a half round on Zen 4).
 *
 * Registers, wide: 12 words, two of words 8…11 (the other two in memory: two
 * swaps a double round, meant), two to rotate with; shuffle patterns come from
 * memory. Rotations by 16 and 8 are byte shuffles, by 12 and 7 two shifts and
 * an or: 128 operations a double round. Poly1305 (poly1305.h, with its bounds)
 * runs on the integer side, three blocks in each double round when VL is 32.
 *
 * Secret: key, message, key stream. Public: lengths, nonce, counter. No branch
 * and no address depends on a secret.
 *
 * AVX2 on Zen 4, cycles/byte at 16 KiB, limit 0.63 (four operations a cycle)
 * and with what follows the rounds 0.68: 1.09 (gcc 12), 1.05 (clang 14).
 * Lost: all four columns side by side 1.36 and 1.17, two columns 1.33 and 1.20
 * with the spilling left to the compilers (26 and 31 moves a double round of
 * gcc, now 12); patterns from memory without the swaps 1.28 and 1.13.
 */

#include <immintrin.h>

#include "chacha20/chacha20_ops.h"
#include "chacha20_poly1305/poly1305.h"
#include "util.h"

enum {
	n_wide = VL / 4,
	n_set = VL / 16, // blocks in a narrow set
	wide_len = n_wide * CHACHA20_BLOCK_LEN,
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
#endif

// The bytes of a word, lowest first: 2 3 0 1 and 3 0 1 2.
_Alignas(32) static const uint8_t by16[32] = {2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13,
					      2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13};
_Alignas(32) static const uint8_t by8[32] = {3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14,
					     3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14};

LANE_INLINE vec v_rotl(vec x, int n)
{
	return n == 16 ? v_bytes(x, (const vec *)by16) : n == 8 ? v_bytes(x, (const vec *)by8) : v_shift_or(x, n);
}

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

/* Two quarter rounds, RFC 8439 §2.1: as much as 16 registers let run side by side. */
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

/* out = in ^ key stream for n_wide blocks from `counter` on; with p, hashes as
 * many bytes at `hash` beside it, before the first byte of out is written. */
LANE_INLINE void wide_crypt(const uint32_t s[16], uint32_t counter, uint8_t *out, const uint8_t *in, struct poly1305 *p,
			    const uint8_t *hash)
{
	static const uint32_t ids[8] = {0, 1, 2, 3, 4, 5, 6, 7};
	const size_t n_hashed = wide_len / POLY1305_BLOCK_LEN / 10; // a double round
	const vec counters = v_add(v_set1(counter), v_load(ids));
	vec x0 = v_set1(s[0]), x1 = v_set1(s[1]), x2 = v_set1(s[2]), x3 = v_set1(s[3]);
	vec x4 = v_set1(s[4]), x5 = v_set1(s[5]), x6 = v_set1(s[6]), x7 = v_set1(s[7]);
	vec c0 = v_set1(s[8]), c1 = v_set1(s[9]); // words 8, 9, or words 10, 11 while 8, 9 are in memory
	vec away[4] = {c0, c1, v_set1(s[10]), v_set1(s[11])};
	vec x12 = counters, x13 = v_set1(s[13]), x14 = v_set1(s[14]), x15 = v_set1(s[15]);
	for (int i = 0; i < 10; i++) {
		QUARTER_ROUNDS(x0, x4, c0, x12, x1, x5, c1, x13);
		if (p)
			poly1305_block(p, load64_le(hash), load64_le(hash + 8), 1);
		SWAP_OUT(0, 2);
		QUARTER_ROUNDS(x2, x6, c0, x14, x3, x7, c1, x15);
		if (p && n_hashed > 1)
			poly1305_block(p, load64_le(hash + 16), load64_le(hash + 24), 1);
		QUARTER_ROUNDS(x0, x5, c0, x15, x1, x6, c1, x12);
		if (p && n_hashed > 2)
			poly1305_block(p, load64_le(hash + 32), load64_le(hash + 40), 1);
		SWAP_OUT(2, 0);
		QUARTER_ROUNDS(x2, x7, c0, x13, x3, x4, c1, x14);
		if (p)
			hash += n_hashed * POLY1305_BLOCK_LEN;
	}
	if (p)
		poly1305_blocks(p, hash, wide_len / POLY1305_BLOCK_LEN - 10 * n_hashed);
	vec t0[4], t1[4], t2[4], t3[4];
	words_to_blocks(t0, v_add(x0, v_set1(s[0])), v_add(x1, v_set1(s[1])), v_add(x2, v_set1(s[2])),
			v_add(x3, v_set1(s[3])));
	words_to_blocks(t1, v_add(x4, v_set1(s[4])), v_add(x5, v_set1(s[5])), v_add(x6, v_set1(s[6])),
			v_add(x7, v_set1(s[7])));
	xor_half(out, in, 0, t0[0], t1[0]);
	xor_half(out, in, 1, t0[1], t1[1]);
	xor_half(out, in, 2, t0[2], t1[2]);
	xor_half(out, in, 3, t0[3], t1[3]);
	words_to_blocks(t2, v_add(c0, v_set1(s[8])), v_add(c1, v_set1(s[9])), v_add(away[2], v_set1(s[10])),
			v_add(away[3], v_set1(s[11])));
	words_to_blocks(t3, v_add(x12, counters), v_add(x13, v_set1(s[13])), v_add(x14, v_set1(s[14])),
			v_add(x15, v_set1(s[15])));
	xor_half(out + 32, in + 32, 0, t2[0], t3[0]);
	xor_half(out + 32, in + 32, 1, t2[1], t3[1]);
	xor_half(out + 32, in + 32, 2, t2[2], t3[2]);
	xor_half(out + 32, in + 32, 3, t2[3], t3[3]);
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
	} else {
		memset(stream, 0, wide_len);
		wide_crypt(state, counter, stream, stream, NULL, NULL);
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
	for (; len >= wide_len; out += wide_len, in += wide_len, len -= wide_len, counter += n_wide)
		wide_crypt(state, counter, out, in, NULL, NULL);
	if (len > 0) {
		uint8_t stream[wide_len];
		short_stream(stream, state, counter, len);
		xor_bytes(out, in, stream, len);
		wipe_stack(stream, sizeof stream);
	}
}

static void chacha20_crypt(const uint8_t key[32], const uint8_t nonce[12], uint32_t counter, uint8_t *out,
			   const uint8_t *in, size_t len)
{
	uint32_t state[16];
	load_state(state, key, nonce, counter);
	crypt_from(state, counter, out, in, len);
	wipe_stack(state, sizeof state);
}
