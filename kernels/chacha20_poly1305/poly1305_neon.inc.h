/* SPDX-License-Identifier: MIT */
/*
 * Poly1305 with 32×32-bit multiplication, two blocks at a time: Bernstein and Schwabe, "NEON crypto", 2012.
 *
 * Numbers are five limbs of 26 bits, one number in each lane. Terms beyond limb 4 wrap by 2^130 = 5: hence s = 5·r.
 * Both lanes run with r^4, four blocks a step, the first two of them times r^2, and one carry for all: h·r^4 + m01·r^2
 * + m23. The multipliers are single elements of registers: five registers hold both powers. At the end integer
 * multiplication joins the lanes, (h_0·r + h_1)·r.
 *
 * Bounds: after `carry` limbs 0, 2, 3 < 2^26, limbs 1 and 4 < 2^26 + 2^12; with a message added they are below 2^27.
 * Powers have h2 ≤ 4 (poly1305.h), so limb 4 < 5·2^24 and all s < 2^28.7. Ten products and a limb: < 10·2^55.7 + 2^27
 * < 2^60.
 *
 * Predicted by llvm-mca 22, cycles/byte, gcc 12, neoverse-n1 and -v2: 1.02 and 0.52; OpenSSL 3.0's
 * poly1305_blocks_neon, which does as much, 0.95 and 0.45.
 */

#include <arm_neon.h>

#include "chacha20_poly1305/poly1305.h"

/* A number in each lane, and what it is before carries. */
struct limbs {
	uint32x2_t l0, l1, l2, l3, l4;
};

struct sums {
	uint64x2_t d0, d1, d2, d3, d4;
};

/* r0…r3, s1…s4 */
struct power {
	uint32x4_t r, s;
};

struct powers {
	struct power two, four;
	uint32x4_t limb4; // of both: elements 0 and 1
};

/* d += a·element of f */
#define ADD_PRODUCT(d, a, f, element) d = vmlal_laneq_u32(d, a, f, element)

/* d + a·f, not carried; limb 4 of f is an element of another register. */
#define MULTIPLY_ADD(d, a, f, limb4, element)                                                                          \
	do {                                                                                                           \
		ADD_PRODUCT(d.d0, a.l0, f.r, 0);                                                                       \
		ADD_PRODUCT(d.d1, a.l0, f.r, 1);                                                                       \
		ADD_PRODUCT(d.d2, a.l0, f.r, 2);                                                                       \
		ADD_PRODUCT(d.d3, a.l0, f.r, 3);                                                                       \
		ADD_PRODUCT(d.d4, a.l0, limb4, element);                                                               \
		ADD_PRODUCT(d.d0, a.l1, f.s, 3);                                                                       \
		ADD_PRODUCT(d.d1, a.l1, f.r, 0);                                                                       \
		ADD_PRODUCT(d.d2, a.l1, f.r, 1);                                                                       \
		ADD_PRODUCT(d.d3, a.l1, f.r, 2);                                                                       \
		ADD_PRODUCT(d.d4, a.l1, f.r, 3);                                                                       \
		ADD_PRODUCT(d.d0, a.l2, f.s, 2);                                                                       \
		ADD_PRODUCT(d.d1, a.l2, f.s, 3);                                                                       \
		ADD_PRODUCT(d.d2, a.l2, f.r, 0);                                                                       \
		ADD_PRODUCT(d.d3, a.l2, f.r, 1);                                                                       \
		ADD_PRODUCT(d.d4, a.l2, f.r, 2);                                                                       \
		ADD_PRODUCT(d.d0, a.l3, f.s, 1);                                                                       \
		ADD_PRODUCT(d.d1, a.l3, f.s, 2);                                                                       \
		ADD_PRODUCT(d.d2, a.l3, f.s, 3);                                                                       \
		ADD_PRODUCT(d.d3, a.l3, f.r, 0);                                                                       \
		ADD_PRODUCT(d.d4, a.l3, f.r, 1);                                                                       \
		ADD_PRODUCT(d.d0, a.l4, f.s, 0);                                                                       \
		ADD_PRODUCT(d.d1, a.l4, f.s, 1);                                                                       \
		ADD_PRODUCT(d.d2, a.l4, f.s, 2);                                                                       \
		ADD_PRODUCT(d.d3, a.l4, f.s, 3);                                                                       \
		ADD_PRODUCT(d.d4, a.l4, f.r, 0);                                                                       \
	} while (0)

LANE_INLINE struct limbs carry(struct sums x)
{
	// two chains at once: 3 → 4 → 0 → 1 and 0 → 1 → 2 → 3 → 4
	const uint64x2_t mask = vdupq_n_u64((1 << 26) - 1);
	x.d4 = vsraq_n_u64(x.d4, x.d3, 26), x.d3 = vandq_u64(x.d3, mask);
	x.d1 = vsraq_n_u64(x.d1, x.d0, 26), x.d0 = vandq_u64(x.d0, mask);
	const uint64x2_t over = vshrq_n_u64(x.d4, 26);
	x.d4 = vandq_u64(x.d4, mask);
	x.d2 = vsraq_n_u64(x.d2, x.d1, 26), x.d1 = vandq_u64(x.d1, mask);
	x.d0 = vaddq_u64(x.d0, vaddq_u64(over, vshlq_n_u64(over, 2)));
	x.d3 = vsraq_n_u64(x.d3, x.d2, 26), x.d2 = vandq_u64(x.d2, mask);
	x.d1 = vsraq_n_u64(x.d1, x.d0, 26), x.d0 = vandq_u64(x.d0, mask);
	x.d4 = vsraq_n_u64(x.d4, x.d3, 26), x.d3 = vandq_u64(x.d3, mask);
	return (struct limbs){vmovn_u64(x.d0), vmovn_u64(x.d1), vmovn_u64(x.d2), vmovn_u64(x.d3), vmovn_u64(x.d4)};
}

LANE_INLINE struct sums widen(struct limbs x)
{
	return (struct sums){vmovl_u32(x.l0), vmovl_u32(x.l1), vmovl_u32(x.l2), vmovl_u32(x.l3), vmovl_u32(x.l4)};
}

LANE_INLINE struct limbs limbs_add(struct limbs a, struct limbs b)
{
	return (struct limbs){vadd_u32(a.l0, b.l0), vadd_u32(a.l1, b.l1), vadd_u32(a.l2, b.l2), vadd_u32(a.l3, b.l3),
			      vadd_u32(a.l4, b.l4)};
}

/* Low and high halves of 128-bit numbers, and 2^24 times what is above → limbs. */
LANE_INLINE struct limbs split(uint64x2_t lo, uint64x2_t hi, uint32x2_t top)
{
	const uint32x2_t mask = vdup_n_u32((1 << 26) - 1);
	return (struct limbs){
		vand_u32(vmovn_u64(lo), mask),
		vand_u32(vshrn_n_u64(lo, 26), mask),
		vand_u32(vmovn_u64(vsliq_n_u64(vshrq_n_u64(lo, 52), hi, 12)), mask),
		vand_u32(vshrn_n_u64(hi, 14), mask),
		vadd_u32(vmovn_u64(vshrq_n_u64(hi, 40)), top),
	};
}

LANE_INLINE struct limbs load_pair(const uint8_t *in)
{
	const uint64x2_t a = vreinterpretq_u64_u8(vld1q_u8(in)), b = vreinterpretq_u64_u8(vld1q_u8(in + 16));
	return split(vuzp1q_u64(a, b), vuzp2q_u64(a, b), vdup_n_u32(1 << 24));
}

/* h in lane 0, and in lane 1 that of another. */
LANE_INLINE struct limbs limbs_of(const struct poly1305 *p, uint64_t h0, uint64_t h1, uint64_t h2)
{
	return split(vcombine_u64(vcreate_u64(p->h0), vcreate_u64(h0)),
		     vcombine_u64(vcreate_u64(p->h1), vcreate_u64(h1)), vcreate_u32(p->h2 << 24 | h2 << 56));
}

LANE_INLINE struct power power_of(uint32x2_t l0, uint32x2_t l1, uint32x2_t l2, uint32x2_t l3, uint32x2_t l4)
{
	const uint32x4_t s = vcombine_u32(vzip1_u32(l1, l2), vzip1_u32(l3, l4));
	return (struct power){vcombine_u32(vzip1_u32(l0, l1), vzip1_u32(l2, l3)), vaddq_u32(s, vshlq_n_u32(s, 2))};
}

LANE_INLINE struct powers make_powers(const struct poly1305 *p)
{
	struct poly1305 x = *p;
	x.h0 = p->r0, x.h1 = p->r1, x.h2 = 0;
	poly1305_block(&x, 0, 0, 0);
	const struct poly1305 r2 = x;
	poly1305_block(&x, 0, 0, 0);
	poly1305_block(&x, 0, 0, 0);
	const struct limbs l = limbs_of(&r2, x.h0, x.h1, x.h2);
	return (struct powers){power_of(l.l0, l.l1, l.l2, l.l3, l.l4),
			       power_of(vdup_lane_u32(l.l0, 1), vdup_lane_u32(l.l1, 1), vdup_lane_u32(l.l2, 1),
					vdup_lane_u32(l.l3, 1), vdup_lane_u32(l.l4, 1)),
			       vcombine_u32(l.l4, vdup_n_u32(0))};
}

/* (h0 + m)·r, m being one of the lanes of x. */
#define ADD_LANE(p, x, lane)                                                                                           \
	add_number(p, vget_lane_u32(x.l0, lane), vget_lane_u32(x.l1, lane), vget_lane_u32(x.l2, lane),                 \
		   vget_lane_u32(x.l3, lane), vget_lane_u32(x.l4, lane))

LANE_INLINE void add_number(struct poly1305 *p, uint64_t l0, uint64_t l1, uint64_t l2, uint64_t l3, uint64_t l4)
{
	uint128 t = l0 + ((uint128)l1 << 26) + ((uint128)l2 << 52);
	const uint64_t lo = (uint64_t)t;
	t = (t >> 64) + ((uint128)l3 << 14) + ((uint128)l4 << 40);
	poly1305_block(p, lo, (uint64_t)t, (uint64_t)(t >> 64));
}

/* h = (((h + m_0)·r + m_1)·r + …)·r; n_blocks ≥ 3. */
static __attribute__((noinline)) void poly1305_vector(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	const struct powers f = make_powers(p);
	const size_t n_first = n_blocks % 2;
	poly1305_blocks(p, in, n_first);
	in += n_first * POLY1305_BLOCK_LEN, n_blocks -= n_first;
	struct limbs h = limbs_add(limbs_of(p, 0, 0, 0), load_pair(in));
	in += 32, n_blocks -= 2;
	if (n_blocks % 4 > 0) {
		struct sums d = widen(load_pair(in));
		MULTIPLY_ADD(d, h, f.two, f.limb4, 0);
		h = carry(d);
		in += 32, n_blocks -= 2;
	}
	for (; n_blocks > 0; in += 64, n_blocks -= 4) {
		const struct limbs m = load_pair(in);
		struct sums d = widen(load_pair(in + 32));
		MULTIPLY_ADD(d, m, f.two, f.limb4, 0);
		MULTIPLY_ADD(d, h, f.four, f.limb4, 1);
		h = carry(d);
	}
	p->h0 = p->h1 = p->h2 = 0;
	ADD_LANE(p, h, 0);
	ADD_LANE(p, h, 1);
}
