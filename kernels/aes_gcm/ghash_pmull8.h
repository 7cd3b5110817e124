/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_GHASH_PMULL8_H
#define LANE_KERNELS_GHASH_PMULL8_H

/*
 * Products of 64-bit polynomials for CPUs whose PMULL multiplies bytes only: eight products of eight bytes each, after
 * Câmara, Gouvêa, López and Dahab, "Fast software polynomial multiplication on ARM processors using the NEON engine",
 * 2013. With b rotated by i bytes (b_i), a·b consists of
 *
 *     d = a·b    l = a_1·b + a·b_1    m = a_2·b + a·b_2    n = a_3·b + a·b_3    k = a·b_4,
 *
 * whose byte products lie where d's do: those of l … k belong 1 … 4 bytes higher, and what the rotation carried around
 * belongs 8 bytes lower still. Both are linear, and so are done once for a sum of products (part_value). No tables.
 */

typedef struct {
	uint8x16_t d, l, m, n, k;
} ghash_part;

#define ADD_BYTES(sum, a, b) sum = veorq_u8(sum, vreinterpretq_u8_p16(vmull_p8(a, b)))

LANE_INLINE void add_product(ghash_part *sum, poly8x8_t a, poly8x8_t b)
{
	ADD_BYTES(sum->d, a, b);
	ADD_BYTES(sum->l, vext_p8(a, a, 1), b);
	ADD_BYTES(sum->l, a, vext_p8(b, b, 1));
	ADD_BYTES(sum->m, vext_p8(a, a, 2), b);
	ADD_BYTES(sum->m, a, vext_p8(b, b, 2));
	ADD_BYTES(sum->n, vext_p8(a, a, 3), b);
	ADD_BYTES(sum->n, a, vext_p8(b, b, 3));
	ADD_BYTES(sum->k, a, vext_p8(b, b, 4));
}

LANE_INLINE void add_first(ghash_part *sum, uint8x16_t a, uint8x16_t b)
{
	add_product(sum, vreinterpret_p8_u8(vget_low_u8(a)), vreinterpret_p8_u8(vget_low_u8(b)));
}

LANE_INLINE void add_second(ghash_part *sum, uint8x16_t a, uint8x16_t b)
{
	add_product(sum, vreinterpret_p8_u8(vget_high_u8(a)), vreinterpret_p8_u8(vget_high_u8(b)));
}

LANE_INLINE ghash_part part_zero(void)
{
	const uint8x16_t zero = vdupq_n_u8(0);
	return (ghash_part){zero, zero, zero, zero, zero};
}

/* x with the bits of its high half that are under `carried` moved to the low half. */
LANE_INLINE uint8x16_t bring_back(uint8x16_t x, uint64_t carried)
{
	const uint8x16_t t = vandq_u8(x, vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(0), vcreate_u64(carried))));
	return veorq_u8(x, veorq_u8(t, swap_halves(t)));
}

LANE_INLINE uint8x16_t part_value(ghash_part x)
{
	const uint8x16_t l = bring_back(x.l, UINT64_C(0xffff000000000000));
	const uint8x16_t m = bring_back(x.m, UINT64_C(0xffffffff00000000));
	const uint8x16_t n = bring_back(x.n, UINT64_C(0xffffffffffff0000));
	const uint8x16_t k = bring_back(x.k, UINT64_C(0xffffffffffffffff));
	return veorq_u8(veorq_u8(veorq_u8(x.d, vextq_u8(l, l, 15)), veorq_u8(vextq_u8(m, m, 14), vextq_u8(n, n, 13))),
			vextq_u8(k, k, 12));
}

/* The first half times x^63 + x^62 + x^57. */
LANE_INLINE uint8x16_t times_p(uint8x16_t x)
{
	static const int64_t by63[2] = {63, -1}, by62[2] = {62, -2}, by57[2] = {57, -7};
	const uint64x2_t first = vdupq_laneq_u64(vreinterpretq_u64_u8(x), 0);
	return vreinterpretq_u8_u64(
		veorq_u64(veorq_u64(vshlq_u64(first, vld1q_s64(by63)), vshlq_u64(first, vld1q_s64(by62))),
			  vshlq_u64(first, vld1q_s64(by57))));
}

#endif
