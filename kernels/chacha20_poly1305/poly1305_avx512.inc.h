/* SPDX-License-Identifier: MIT */
/*
 * Poly1305 with 52-bit multiply-adds (IFMA), eight blocks at a time.
 *
 * Numbers are three limbs of 44, 44 and 42 bits: l0 + 2^44·l1 + 2^88·l2, one
 * number in each of the eight lanes of three registers. A product of limbs is
 * taken as its low 52 bits (into lo) and its high 52 (into hi); since limbs are
 * 44 bits apart, hi counts 2^8 in the next limb, and 2^10·5 in limb 0 when it
 * comes from limb 2 (2^130 = 5). Terms beyond limb 2 wrap by 2^132 = 20: hence
 * the multiples by 20 of a multiplier's limbs 1 and 2.
 *
 * n blocks are hashed as h = Σ m_i·r^(n−i): the lanes run with r^8, or two
 * or four vectors a step with r^16 or r^32 … r^8 and one carry; the last multiplication gives
 * each lane its own power r^8 … r^1. When n is no multiple of 8 the *first* vector
 * is short: its leading lanes are zero and count nothing.
 *
 * Bounds: after `carry` l0 < 2^44, l1 < 2^44 + 2^8, l2 < 2^42; a message adds
 * less than 2^44, 2^44, 2^41. hi of four products: < 4·(2^37 + 2^38 + 2^36)
 * < 2^41 in each limb, so 5·2^10·hi < 2^54: l0's carry into l1 is below 2^10,
 * and no input of a multiplication exceeds 2^46.
 */

#include <immintrin.h>

#include "chacha20_poly1305/poly1305.h"

/* From here on the powers for steps of four vectors pay off. */
enum { n_long_blocks = 128 };

#define MASK44 ((UINT64_C(1) << 44) - 1)
#define MASK42 ((UINT64_C(1) << 42) - 1)

/* One number in integer registers. */
struct limbs {
	uint64_t l0, l1, l2;
};

LANE_INLINE struct limbs limbs_of(uint64_t h0, uint64_t h1, uint64_t h2)
{
	return (struct limbs){h0 & MASK44, (h0 >> 44 | h1 << 20) & MASK44, h1 >> 24 | h2 << 40};
}

/* Limbs below 2^62 → limbs as after `carry`. */
LANE_INLINE struct limbs limbs_carry(uint64_t l0, uint64_t l1, uint64_t l2)
{
	l1 += l0 >> 44;
	l2 += l1 >> 44;
	l0 = (l0 & MASK44) + 5 * (l2 >> 42);
	return (struct limbs){l0 & MASK44, (l1 & MASK44) + (l0 >> 44), l2 & MASK42};
}

LANE_INLINE struct limbs limbs_add(struct limbs a, struct limbs b)
{
	return limbs_carry(a.l0 + b.l0, a.l1 + b.l1, a.l2 + b.l2);
}

LANE_INLINE void limbs_to_hash(struct poly1305 *p, struct limbs x)
{
	uint128 t = ((uint128)x.l1 << 44) + x.l0;
	p->h0 = (uint64_t)t;
	t = (t >> 64) + ((uint128)x.l2 << 24);
	p->h1 = (uint64_t)t;
	p->h2 = (uint64_t)(t >> 64);
}

LANE_INLINE struct limbs limbs_mul(struct limbs a, struct limbs b)
{
	const uint64_t b1 = 20 * b.l1, b2 = 20 * b.l2;
	const uint128 d0 = (uint128)a.l0 * b.l0 + (uint128)a.l1 * b2 + (uint128)a.l2 * b1;
	const uint128 d1 = (uint128)a.l0 * b.l1 + (uint128)a.l1 * b.l0 + (uint128)a.l2 * b2 + (uint64_t)(d0 >> 44);
	const uint128 d2 = (uint128)a.l0 * b.l2 + (uint128)a.l1 * b.l1 + (uint128)a.l2 * b.l0 + (uint64_t)(d1 >> 44);
	const uint64_t l0 = ((uint64_t)d0 & MASK44) + 5 * (uint64_t)(d2 >> 42);
	return (struct limbs){l0 & MASK44, ((uint64_t)d1 & MASK44) + (l0 >> 44), (uint64_t)d2 & MASK42};
}

/* Eight numbers. */
struct vec {
	__m512i l0, l1, l2;
};

/* What eight numbers are multiplied by. */
struct factor {
	__m512i r0, r1, r2, r1x20, r2x20;
};

struct product {
	__m512i lo0, lo1, lo2, hi0, hi1, hi2;
};

LANE_INLINE struct vec vec_set1(struct limbs x)
{
	return (struct vec){_mm512_set1_epi64((long long)x.l0), _mm512_set1_epi64((long long)x.l1),
			    _mm512_set1_epi64((long long)x.l2)};
}

LANE_INLINE __m512i times5(__m512i x)
{
	return _mm512_add_epi64(x, _mm512_slli_epi64(x, 2));
}

LANE_INLINE struct factor factor_of(struct vec r)
{
	return (struct factor){r.l0, r.l1, r.l2, _mm512_slli_epi64(times5(r.l1), 2),
			       _mm512_slli_epi64(times5(r.l2), 2)};
}

/* d += a·f */
LANE_INLINE void multiply_add(struct product *d, struct vec a, struct factor f)
{
	d->lo0 = _mm512_madd52lo_epu64(d->lo0, a.l0, f.r0);
	d->hi0 = _mm512_madd52hi_epu64(d->hi0, a.l0, f.r0);
	d->lo1 = _mm512_madd52lo_epu64(d->lo1, a.l0, f.r1);
	d->hi1 = _mm512_madd52hi_epu64(d->hi1, a.l0, f.r1);
	d->lo2 = _mm512_madd52lo_epu64(d->lo2, a.l0, f.r2);
	d->hi2 = _mm512_madd52hi_epu64(d->hi2, a.l0, f.r2);
	d->lo0 = _mm512_madd52lo_epu64(d->lo0, a.l1, f.r2x20);
	d->hi0 = _mm512_madd52hi_epu64(d->hi0, a.l1, f.r2x20);
	d->lo1 = _mm512_madd52lo_epu64(d->lo1, a.l1, f.r0);
	d->hi1 = _mm512_madd52hi_epu64(d->hi1, a.l1, f.r0);
	d->lo2 = _mm512_madd52lo_epu64(d->lo2, a.l1, f.r1);
	d->hi2 = _mm512_madd52hi_epu64(d->hi2, a.l1, f.r1);
	d->lo0 = _mm512_madd52lo_epu64(d->lo0, a.l2, f.r1x20);
	d->hi0 = _mm512_madd52hi_epu64(d->hi0, a.l2, f.r1x20);
	d->lo1 = _mm512_madd52lo_epu64(d->lo1, a.l2, f.r2x20);
	d->hi1 = _mm512_madd52hi_epu64(d->hi1, a.l2, f.r2x20);
	d->lo2 = _mm512_madd52lo_epu64(d->lo2, a.l2, f.r0);
	d->hi2 = _mm512_madd52hi_epu64(d->hi2, a.l2, f.r0);
}

LANE_INLINE struct vec carry(struct product d)
{
	const __m512i mask44 = _mm512_set1_epi64(MASK44), mask42 = _mm512_set1_epi64(MASK42);
	d.lo1 = _mm512_add_epi64(_mm512_add_epi64(d.lo1, _mm512_slli_epi64(d.hi0, 8)), _mm512_srli_epi64(d.lo0, 44));
	d.lo2 = _mm512_add_epi64(_mm512_add_epi64(d.lo2, _mm512_slli_epi64(d.hi1, 8)), _mm512_srli_epi64(d.lo1, 44));
	const __m512i top = _mm512_add_epi64(_mm512_slli_epi64(d.hi2, 10), _mm512_srli_epi64(d.lo2, 42));
	const __m512i l0 = _mm512_add_epi64(_mm512_and_si512(d.lo0, mask44), times5(top));
	return (struct vec){_mm512_and_si512(l0, mask44),
			    _mm512_add_epi64(_mm512_and_si512(d.lo1, mask44), _mm512_srli_epi64(l0, 44)),
			    _mm512_and_si512(d.lo2, mask42)};
}

LANE_INLINE struct product zero_product(void)
{
	const __m512i zero = _mm512_setzero_si512();
	return (struct product){zero, zero, zero, zero, zero, zero};
}

LANE_INLINE struct vec multiply(struct vec a, struct factor f)
{
	struct product d = zero_product();
	multiply_add(&d, a, f);
	return carry(d);
}

LANE_INLINE struct vec plus_vec(struct vec a, struct vec b)
{
	return (struct vec){_mm512_add_epi64(a.l0, b.l0), _mm512_add_epi64(a.l1, b.l1), _mm512_add_epi64(a.l2, b.l2)};
}

/* Blocks 0…3 in a, 4…7 in b → their limbs, in the lane order 0 4 1 5 2 6 3 7.
 * top: bit 40 of limb 2 (2^128) where a block counts. */
LANE_INLINE struct vec split(__m512i a, __m512i b, __m512i top)
{
	const __m512i mask44 = _mm512_set1_epi64(MASK44);
	const __m512i lo = _mm512_unpacklo_epi64(a, b), hi = _mm512_unpackhi_epi64(a, b);
	return (struct vec){
		_mm512_and_si512(lo, mask44),
		_mm512_and_si512(_mm512_or_si512(_mm512_srli_epi64(lo, 44), _mm512_slli_epi64(hi, 20)), mask44),
		_mm512_or_si512(_mm512_srli_epi64(hi, 24), top),
	};
}

LANE_INLINE struct vec load_eight(const uint8_t *in)
{
	return split(_mm512_loadu_si512(in), _mm512_loadu_si512(in + 64), _mm512_set1_epi64(1ll << 40));
}

/* x in the lane of block i, 0 in the others. */
LANE_INLINE __m512i in_lane_of(unsigned i, uint64_t x)
{
	const unsigned even = 1u << (2 * i);
	return _mm512_unpacklo_epi64(_mm512_maskz_set1_epi64((__mmask8)even, (long long)x),
				     _mm512_maskz_set1_epi64((__mmask8)(even >> 8), (long long)x));
}

/* The first n_blocks, 1…8, in the last lanes, and h added to the first of them. */
LANE_INLINE struct vec load_first(const struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	const unsigned skip = 8 - (unsigned)n_blocks;
	const unsigned k = 0xffffu << (2 * skip); // a bit for each quadword that is there
	const __mmask8 ka = (__mmask8)k, kb = (__mmask8)(k >> 8);
	const long long *words = (const long long *)(const void *)in;
	// the zeroes come first: expanding loads read from the first byte on
	const __m512i a = _mm512_maskz_expandloadu_epi64(ka, words);
	const __m512i b = _mm512_maskz_expandloadu_epi64(kb, words + (skip < 4 ? 8 - 2 * skip : 0));
	const __m512i top =
		_mm512_unpacklo_epi64(_mm512_maskz_set1_epi64(ka, 1ll << 40), _mm512_maskz_set1_epi64(kb, 1ll << 40));
	const struct limbs h = limbs_of(p->h0, p->h1, p->h2);
	const struct vec first = {in_lane_of(skip, h.l0), in_lane_of(skip, h.l1), in_lane_of(skip, h.l2)};
	return plus_vec(split(a, b, top), first);
}

LANE_INLINE __m512i pairs(uint64_t x4, uint64_t x3, uint64_t x2, uint64_t x1)
{
	return _mm512_set_epi64((long long)x1, (long long)x1, (long long)x2, (long long)x2, (long long)x3,
				(long long)x3, (long long)x4, (long long)x4);
}

/* r^8, r^4, r^7, r^3, r^6, r^2, r^5, r^1: what is left to multiply each lane by. */
LANE_INLINE struct vec lane_powers(const struct poly1305 *p)
{
	const struct limbs r = limbs_of(p->r0, p->r1, 0), r2 = limbs_mul(r, r);
	const struct limbs r3 = limbs_mul(r2, r), r4 = limbs_mul(r2, r2);
	const struct vec low = {pairs(r4.l0, r3.l0, r2.l0, r.l0), pairs(r4.l1, r3.l1, r2.l1, r.l1),
				pairs(r4.l2, r3.l2, r2.l2, r.l2)};
	const struct vec r4_1 = {_mm512_mask_set1_epi64(_mm512_set1_epi64(1), 0x55, (long long)r4.l0),
				 _mm512_maskz_set1_epi64(0x55, (long long)r4.l1),
				 _mm512_maskz_set1_epi64(0x55, (long long)r4.l2)};
	return multiply(low, factor_of(r4_1));
}

/* Lane 0 everywhere. */
LANE_INLINE struct vec first_lane(struct vec x)
{
	const __m512i zero = _mm512_setzero_si512();
	return (struct vec){_mm512_permutexvar_epi64(zero, x.l0), _mm512_permutexvar_epi64(zero, x.l1),
			    _mm512_permutexvar_epi64(zero, x.l2)};
}

LANE_INLINE struct limbs limbs_of_lane(struct vec x, size_t i)
{
	uint64_t l[3][8];
	_mm512_storeu_si512(l[0], x.l0);
	_mm512_storeu_si512(l[1], x.l1);
	_mm512_storeu_si512(l[2], x.l2);
	return (struct limbs){l[0][i], l[1][i], l[2][i]};
}

LANE_INLINE struct limbs sum_lanes(struct vec h, struct factor lanes)
{
	h = multiply(h, lanes);
	return limbs_carry((uint64_t)_mm512_reduce_add_epi64(h.l0), (uint64_t)_mm512_reduce_add_epi64(h.l1),
			   (uint64_t)_mm512_reduce_add_epi64(h.l2));
}

/* More powers, for steps of 8, 16, 24, 32 blocks. */
struct powers {
	struct factor lanes, r8, r16, r24, r32;
};

/* And for steps of 128 blocks, of which three vectors at the end are hashed
 * here and 2·52 blocks before them elsewhere. */
struct wide_powers {
	struct factor r128;
	struct limbs s24, s52, s128;
};

/* more: NULL, or where to put them too. */
LANE_INLINE void make_powers(struct powers *f, struct wide_powers *more, const struct poly1305 *p)
{
	const struct vec lanes = lane_powers(p), r8 = first_lane(lanes);
	f->lanes = factor_of(lanes);
	f->r8 = factor_of(r8);
	const struct vec r16 = multiply(r8, f->r8);
	f->r16 = factor_of(r16);
	const struct vec r24 = multiply(r16, f->r8), r32 = multiply(r16, f->r16);
	f->r24 = factor_of(r24);
	f->r32 = factor_of(r32);
	if (more) {
		const struct vec r64 = multiply(r32, f->r32), r128 = multiply(r64, factor_of(r64));
		more->r128 = factor_of(r128);
		more->s24 = limbs_of_lane(r24, 0);
		more->s52 = limbs_mul(limbs_mul(limbs_of_lane(r32, 0), limbs_of_lane(r16, 0)), limbs_of_lane(lanes, 1));
		more->s128 = limbs_of_lane(r128, 0);
	}
}

/* h·by + 24 blocks, the lanes' own powers still to come. */
LANE_INLINE struct vec three_vectors(struct vec h, const struct factor *by, const uint8_t *in, const struct powers *f)
{
	struct product d = zero_product();
	multiply_add(&d, load_eight(in), f->r16);
	multiply_add(&d, load_eight(in + 128), f->r8);
	multiply_add(&d, h, *by);
	return plus_vec(carry(d), load_eight(in + 256));
}

/* h·r^32 + 32 blocks, likewise. */
LANE_INLINE struct vec four_vectors(struct vec h, const uint8_t *in, const struct powers *f)
{
	struct product d = zero_product();
	multiply_add(&d, load_eight(in), f->r24);
	multiply_add(&d, load_eight(in + 128), f->r16);
	multiply_add(&d, load_eight(in + 256), f->r8);
	multiply_add(&d, h, f->r32);
	return plus_vec(carry(d), load_eight(in + 384));
}

/* h·r^16 + 16 blocks, likewise. */
LANE_INLINE struct vec two_vectors(struct vec h, struct factor r16, struct factor r8, const uint8_t *in)
{
	struct product d = zero_product();
	multiply_add(&d, load_eight(in), r8);
	multiply_add(&d, h, r16);
	return plus_vec(carry(d), load_eight(in + 128));
}

LANE_INLINE struct vec one_vector(struct vec h, struct factor r8, const uint8_t *in)
{
	return plus_vec(multiply(h, r8), load_eight(in));
}

/* The first blocks of *in, so that pairs of vectors are left. */
LANE_INLINE struct vec odd_vectors(const struct poly1305 *p, const uint8_t **in, size_t *n_blocks, struct factor r8)
{
	const size_t n_first = (*n_blocks - 1) % 8 + 1;
	struct vec h = load_first(p, *in, n_first);
	*in += n_first * POLY1305_BLOCK_LEN;
	*n_blocks -= n_first;
	if (*n_blocks % 16 > 0) {
		h = one_vector(h, r8, *in);
		*in += 128;
		*n_blocks -= 8;
	}
	return h;
}

/* h = (((h + m_0)·r + m_1)·r + …)·r, in steps of four vectors. */
static __attribute__((noinline)) void poly1305_long(struct poly1305 *p, const uint8_t *in, size_t n_blocks,
						    const struct powers *f)
{
	struct vec h = odd_vectors(p, &in, &n_blocks, f->r8);
	if (n_blocks % 32 > 0) {
		h = two_vectors(h, f->r16, f->r8, in);
		in += 256, n_blocks -= 16;
	}
	for (; n_blocks > 0; in += 512, n_blocks -= 32)
		h = four_vectors(h, in, f);
	limbs_to_hash(p, sum_lanes(h, f->lanes));
}

static __attribute__((noinline)) void poly1305_many_powers(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	struct powers f;
	make_powers(&f, NULL, p);
	poly1305_long(p, in, n_blocks, &f);
}

/* The same with fewer powers: in steps of two. */
static __attribute__((noinline)) void poly1305_vector(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	if (n_blocks >= n_long_blocks) {
		poly1305_many_powers(p, in, n_blocks);
		return;
	}
	const struct vec lanes = lane_powers(p), r8 = first_lane(lanes);
	const struct factor by_r8 = factor_of(r8);
	struct vec h = odd_vectors(p, &in, &n_blocks, by_r8);
	if (n_blocks > 0) {
		const struct factor by_r16 = factor_of(multiply(r8, by_r8));
		for (; n_blocks > 0; in += 256, n_blocks -= 16)
			h = two_vectors(h, by_r16, by_r8, in);
	}
	limbs_to_hash(p, sum_lanes(h, factor_of(lanes)));
}
