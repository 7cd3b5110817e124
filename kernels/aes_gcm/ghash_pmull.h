/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_GHASH_PMULL_H
#define LANE_KERNELS_GHASH_PMULL_H

/*
 * GHASH with arm64's polynomial multiplier, which is ghash_clmul.h's identity in
 * other registers: a byte-reversed block is an element of POLYVAL's field,
 * products are Montgomery's, sums stay unreduced in three parts by Karatsuba.
 *
 * REV64 reverses the bytes of each half and leaves the halves where they are, so
 * elements are kept with their halves swapped, (high, low): PMULL multiplies
 * high halves, PMULL2 low ones. Of two blocks the sums of the halves are one
 * vector, (x0.high + x0.low, x1.high + x1.low), made by two TRN and an addition.
 *
 * Without that multiplier: ghash_pmull8.h.
 */

#include "../aes/aes_neon.h"
#include "aes_gcm_impl.h"

enum { GCM_GROUP = 8, GCM_N_POWERS = GCM_GROUP + 1 }; /* a group of blocks, and the block of lengths */

struct ghash_key {
	/* h^9, h^8 … h^1, so that n blocks in a row use the last n in a row; and the sums of their halves. */
	LANE_ALIGNAS(16) uint8_t h[GCM_N_POWERS][16];
	uint8_t h_sum[GCM_N_POWERS + 1][8]; /* one more, since two are read at a time */
};

struct gcm_key {
	struct aes_key aes;
	struct ghash_key ghash;
};

_Static_assert(sizeof(struct gcm_key) <= AES_GCM_KEY_LEN, "struct lane_aes_gcm_ctx is too small");

#ifdef __ARM_FEATURE_AES
typedef uint8x16_t ghash_part;

LANE_INLINE uint8x16_t multiply_first(uint8x16_t a, uint8x16_t b)
{
	const poly64x2_t x = vreinterpretq_p64_u8(a), y = vreinterpretq_p64_u8(b);
	return vreinterpretq_u8_p128(vmull_p64(vgetq_lane_p64(x, 0), vgetq_lane_p64(y, 0)));
}

LANE_INLINE uint8x16_t multiply_second(uint8x16_t a, uint8x16_t b)
{
	return vreinterpretq_u8_p128(vmull_high_p64(vreinterpretq_p64_u8(a), vreinterpretq_p64_u8(b)));
}

LANE_INLINE void add_first(ghash_part *sum, uint8x16_t a, uint8x16_t b)
{
	*sum = xor_block(*sum, multiply_first(a, b));
}

LANE_INLINE void add_second(ghash_part *sum, uint8x16_t a, uint8x16_t b)
{
	*sum = xor_block(*sum, multiply_second(a, b));
}

LANE_INLINE ghash_part part_zero(void)
{
	return vdupq_n_u8(0);
}

LANE_INLINE uint8x16_t part_value(ghash_part part)
{
	return part;
}

/* The first half times x^63 + x^62 + x^57. */
LANE_INLINE uint8x16_t times_p(uint8x16_t x)
{
	return multiply_first(x, vreinterpretq_u8_u64(vdupq_n_u64(UINT64_C(0xc200000000000000))));
}
#else
#include "ghash_pmull8.h"
#endif

struct ghash_sum {
	ghash_part lo, mid, hi;
};

LANE_INLINE struct ghash_sum ghash_zero(void)
{
	return (struct ghash_sum){part_zero(), part_zero(), part_zero()};
}

/* (a.first + a.second, b.first + b.second) */
LANE_INLINE uint8x16_t add_halves(uint8x16_t a, uint8x16_t b)
{
	const uint64x2_t x = vreinterpretq_u64_u8(a), y = vreinterpretq_u64_u8(b);
	return vreinterpretq_u8_u64(veorq_u64(vtrn1q_u64(x, y), vtrn2q_u64(x, y)));
}

/* A block as an element, and back. */
LANE_INLINE uint8x16_t element(uint8x16_t block)
{
	return vrev64q_u8(block);
}

/* sum += x·h^power, 1 ≤ power ≤ GCM_N_POWERS. */
LANE_INLINE void ghash_add_one(struct ghash_sum *sum, const struct ghash_key *key, uint8x16_t x, size_t power)
{
	const uint8x16_t h = load_block(key->h[GCM_N_POWERS - power]);
	add_first(&sum->hi, x, h);
	add_second(&sum->lo, x, h);
	add_first(&sum->mid, add_halves(x, x), load_block(key->h_sum[GCM_N_POWERS - power]));
}

/* sum += x0·h^power + x1·h^(power−1), 2 ≤ power ≤ GCM_N_POWERS. */
LANE_INLINE void ghash_add_two(struct ghash_sum *sum, const struct ghash_key *key, uint8x16_t x0, uint8x16_t x1,
			       size_t power)
{
#ifdef __ARM_FEATURE_AES
	const uint8_t *h = key->h[GCM_N_POWERS - power];
	const uint8x16_t h0 = load_block(h), h1 = load_block(h + 16);
	const uint8x16_t x_sum = add_halves(x0, x1), h_sum = load_block(key->h_sum[GCM_N_POWERS - power]);
	sum->hi = xor3_block(sum->hi, multiply_first(x0, h0), multiply_first(x1, h1));
	sum->lo = xor3_block(sum->lo, multiply_second(x0, h0), multiply_second(x1, h1));
	sum->mid = xor3_block(sum->mid, multiply_first(x_sum, h_sum), multiply_second(x_sum, h_sum));
#else
	ghash_add_one(sum, key, x0, power);
	ghash_add_one(sum, key, x1, power - 1);
#endif
}

/* The low half of what was reduced has gone into mid, here; a second step takes its low half. */
LANE_INLINE uint8x16_t fold_low(uint8x16_t lo, uint8x16_t mid, uint8x16_t hi)
{
	return xor3_block(xor3_block(mid, lo, hi), swap_halves(lo), times_p(lo));
}

LANE_INLINE uint8x16_t ghash_reduce(const struct ghash_sum *sum)
{
	const uint8x16_t lo = part_value(sum->lo), hi = part_value(sum->hi);
	const uint8x16_t mid = fold_low(lo, part_value(sum->mid), hi);
	return xor_block(mid, swap_halves(xor_block(hi, times_p(mid))));
}

/* Of POLYVAL's blocks and powers as they are, (low, high), whose low halves are multiplied first: lo and hi change
 * places, and so do the halves of what comes out. */
LANE_INLINE uint8x16_t polyval_reduce(const struct ghash_sum *sum)
{
	const uint8x16_t lo = part_value(sum->lo), hi = part_value(sum->hi);
	const uint8x16_t mid = fold_low(hi, part_value(sum->mid), lo);
	return xor3_block(swap_halves(mid), lo, times_p(mid));
}

/* One product. */
LANE_INLINE struct ghash_sum ghash_product(uint8x16_t a, uint8x16_t b)
{
	struct ghash_sum sum = ghash_zero();
	add_first(&sum.hi, a, b);
	add_second(&sum.lo, a, b);
	add_first(&sum.mid, add_halves(a, a), add_halves(b, b));
	return sum;
}

LANE_INLINE uint8x16_t ghash_multiply(uint8x16_t a, uint8x16_t b)
{
	const struct ghash_sum sum = ghash_product(a, b);
	return ghash_reduce(&sum);
}

/* h·x in the field, h being a block. */
LANE_INLINE uint8x16_t ghash_times_x(uint8x16_t block)
{
	const uint64x2_t h = vreinterpretq_u64_u8(element(block));
	const uint64_t hi = vgetq_lane_u64(h, 0), lo = vgetq_lane_u64(h, 1), carry = (uint64_t) - (hi >> 63);
	return vreinterpretq_u8_u64(
		vcombine_u64(vcreate_u64((hi << 1 | lo >> 63) ^ (carry & UINT64_C(0xc200000000000000))),
			     vcreate_u64(lo << 1 ^ (carry & 1))));
}

static inline void ghash_make_powers(struct ghash_key *key, uint8x16_t h)
{
	uint8x16_t power = h;
	for (size_t i = GCM_N_POWERS; i > 0; i--) {
		store_block(key->h[i - 1], power);
		vst1_u8(key->h_sum[i - 1], vget_low_u8(add_halves(power, power)));
		power = ghash_multiply(power, h);
	}
	memset(key->h_sum[GCM_N_POWERS], 0, 8);
}

/* y after n ≤ GCM_GROUP blocks, whose bytes are reversed here unless they are POLYVAL's; one reduction. */
LANE_INLINE uint8x16_t ghash_blocks(const struct ghash_key *key, uint8x16_t y, const uint8_t *in, size_t n, int reverse)
{
	struct ghash_sum sum = ghash_zero();
	if (n == 0)
		return y;
	for (size_t power = n; power > 0; power--, in += 16) {
		const uint8x16_t block = load_block(in), x = reverse ? element(block) : swap_halves(block);
		ghash_add_one(&sum, key, xor_block(x, y), power);
		y = vdupq_n_u8(0);
	}
	return ghash_reduce(&sum);
}

#endif
