/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_POLYVAL_VEC_H
#define LANE_KERNELS_POLYVAL_VEC_H

/*
 * POLYVAL at every vector width, and rounds of AES with its products between them: the schedule that AES-GCM and
 * AES-GCM-SIV share. VL as for aes_vec.h. Identities: polyval_clmul.h. Where so many vectors are hashed in a row, lanes
 * are multiplied each for itself and folded at the end.
 */

#include "../aes/aes_vec.h"
#include "polyval_clmul.h"

enum {
	GROUP_VECS = 8,
	GROUP = GROUP_VECS * LANES, /* blocks */
	GROUP_LEN = 16 * GROUP
};

struct vec_sum {
	vec lo, mid, hi;
};

/* The powers of h that eight vectors in a row are multiplied by, and their halves added. */
struct powers {
	const uint8_t *h, *h_sum;
};

LANE_INLINE vec v_load_nth(const uint8_t *p, size_t i)
{
	return v_load(p + VL * i);
}

/* sum += the products of x's lanes with the n-th vector of powers. */
LANE_INLINE void v_add_product(struct vec_sum *sum, vec x, struct powers p, size_t n)
{
	sum->lo = v_xor(sum->lo, v_clmul_lo(x, v_load_nth(p.h, n)));
	sum->hi = v_xor(sum->hi, v_clmul_hi(x, v_load_nth(p.h, n)));
	sum->mid = v_xor(sum->mid, v_clmul_lo(v_xor(x, v_swap_halves(x)), v_load_nth(p.h_sum, n)));
}

/* Each lane for itself. */
LANE_INLINE vec v_reduce(const struct vec_sum *sum)
{
	const vec p = v_broadcast(_mm_set_epi64x(0, (long long)0xc200000000000000));
	vec mid = v_xor3(sum->mid, sum->lo, sum->hi);
	mid = v_xor3(mid, v_swap_halves(sum->lo), v_clmul_lo(sum->lo, p));
	return v_xor3(sum->hi, v_swap_halves(mid), v_clmul_lo(mid, p));
}

LANE_INLINE vec v_multiply(vec a, vec b)
{
	const struct vec_sum sum = {
		v_clmul_lo(a, b),
		v_clmul_lo(v_xor(a, v_swap_halves(a)), v_xor(b, v_swap_halves(b))),
		v_clmul_hi(a, b),
	};
	return v_reduce(&sum);
}

/* The n-th vector to be hashed, byte-reversed here unless it is POLYVAL's. */
LANE_INLINE vec load_hashed(const uint8_t *hashed, size_t n, const int reverse)
{
	const vec x = v_load_nth(hashed, n);
	return reverse ? v_reverse_bytes(x) : x;
}

/* The vectors of a group from in + VL on, and x0 in place of the first; byte-reversed here unless they are POLYVAL's.
 */
LANE_INLINE vec hash_group(struct powers p, vec x0, const uint8_t *in, int reverse)
{
	struct vec_sum sum = {v_zero(), v_zero(), v_zero()};
	LANE_UNROLL
	for (size_t i = GROUP_VECS; i > 0; i--) {
		vec x = i > 1 ? v_load_nth(in, i - 1) : x0;
		if (reverse && i > 1)
			x = v_reverse_bytes(x);
		v_add_product(&sum, x, p, i - 1);
	}
	return v_reduce(&sum);
}

LANE_INLINE void round_vecs(vec b[], const int n_vecs, vec rk)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_pin(v_aesenc(b[i], rk));
}

/* The last nine round keys: from registers, or where these are scarce, from memory. */
LANE_INLINE vec late_key(const struct aes_key *aes, const vec late[9], size_t i)
{
	return VL == 64 ? late[i] : v_pin(v_round_key(aes, aes->n_rounds - 8 + i));
}

#if VL == 64

/* Two of the last nine rounds of AES, and between them the products of the n-th and the next vector: x0, or the
 * bytes at hashed. The order of the lines is the schedule. */
LANE_INLINE void two_rounds(const struct aes_key *aes, const vec late[9], const size_t round, vec b[GROUP_VECS],
			    struct vec_sum *sum, struct powers p, vec x0, const uint8_t *hashed, const size_t n,
			    const int reverse)
{
	vec rk = late_key(aes, late, round);
	vec x1, t, u, v;
	b[0] = v_pin(v_aesenc(b[0], rk));
	if (n > 0)
		x0 = v_pin(load_hashed(hashed, n, reverse));
	b[1] = v_pin(v_aesenc(b[1], rk));
	x1 = v_pin(load_hashed(hashed, n + 1, reverse));
	b[2] = v_pin(v_aesenc(b[2], rk));
	u = v_pin(v_clmul_lo(x0, v_load_nth(p.h, n)));
	b[3] = v_pin(v_aesenc(b[3], rk));
	t = v_pin(v_low_halves(x0, x1));
	b[4] = v_pin(v_aesenc(b[4], rk));
	v = v_pin(v_clmul_lo(x1, v_load_nth(p.h, n + 1)));
	b[5] = v_pin(v_aesenc(b[5], rk));
	b[6] = v_pin(v_aesenc(b[6], rk));
	sum->lo = v_pin(v_xor3(sum->lo, u, v));
	b[7] = v_pin(v_aesenc(b[7], rk));
	u = v_pin(v_high_halves(x0, x1));
	rk = late_key(aes, late, round + 1);
	b[0] = v_pin(v_aesenc(b[0], rk));
	t = v_pin(v_xor(t, u));
	b[1] = v_pin(v_aesenc(b[1], rk));
	u = v_pin(v_clmul_hi(x0, v_load_nth(p.h, n)));
	b[2] = v_pin(v_aesenc(b[2], rk));
	b[3] = v_pin(v_aesenc(b[3], rk));
	v = v_pin(v_clmul_hi(x1, v_load_nth(p.h, n + 1)));
	b[4] = v_pin(v_aesenc(b[4], rk));
	sum->hi = v_pin(v_xor3(sum->hi, u, v));
	b[5] = v_pin(v_aesenc(b[5], rk));
	u = v_pin(v_clmul_lo(t, v_load_nth(p.h_sum, n)));
	b[6] = v_pin(v_aesenc(b[6], rk));
	v = v_pin(v_clmul_mixed(t, v_load_nth(p.h_sum, n + 1)));
	b[7] = v_pin(v_aesenc(b[7], rk));
	sum->mid = v_pin(v_xor3(sum->mid, u, v));
}

#else

/* One of the last nine rounds of AES, and the products of the n-th vector: x, or what is at hashed. The order
 * of the lines is the schedule; with 8 blocks, the round key, x for the end and the sums it leaves three registers.
 * The three multiplications stand together: see aes_gcm_x86.inc.h. */
LANE_INLINE void one_round(const struct aes_key *aes, const vec late[9], const size_t round, vec b[GROUP_VECS],
			   struct vec_sum *sum, struct powers p, vec x, const uint8_t *hashed, const size_t n,
			   const int reverse)
{
	const vec rk = late_key(aes, late, round);
	vec t, u;
	if (n > 0)
		x = v_pin(load_hashed(hashed, n, reverse));
	b[0] = v_pin(v_aesenc(b[0], rk));
	b[1] = v_pin(v_aesenc(b[1], rk));
	t = v_pin(v_swap_halves(x));
	t = v_pin(v_xor(t, x));
	b[2] = v_pin(v_aesenc(b[2], rk));
	b[3] = v_pin(v_aesenc(b[3], rk));
	u = v_pin(v_clmul_lo(x, v_load_nth(p.h, n)));
	x = v_pin(v_clmul_hi(x, v_load_nth(p.h, n)));
	t = v_pin(v_clmul_lo(t, v_load_nth(p.h_sum, n)));
	b[4] = v_pin(v_aesenc(b[4], rk));
	b[5] = v_pin(v_aesenc(b[5], rk));
	b[6] = v_pin(v_aesenc(b[6], rk));
	b[7] = v_pin(v_aesenc(b[7], rk));
	sum->lo = v_pin(v_xor(sum->lo, u));
	sum->hi = v_pin(v_xor(sum->hi, x));
	sum->mid = v_pin(v_xor(sum->mid, t));
}

LANE_INLINE void two_rounds(const struct aes_key *aes, const vec late[9], const size_t round, vec b[GROUP_VECS],
			    struct vec_sum *sum, struct powers p, vec x0, const uint8_t *hashed, const size_t n,
			    const int reverse)
{
	one_round(aes, late, round, b, sum, p, x0, hashed, n + 1, reverse);
	one_round(aes, late, round + 1, b, sum, p, x0, hashed, n, reverse);
}

#endif

#endif
