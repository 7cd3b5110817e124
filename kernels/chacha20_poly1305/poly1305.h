/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_POLY1305_H
#define LANE_KERNELS_POLY1305_H

/*
 * Poly1305 (RFC 8439 §2.5) with 64-bit integer multiplication, for the public
 * layer, the portable kernel, and the short ends of the others.
 *
 * h = h0 + 2^64·h1 + 2^128·h2, only partly reduced: h2 ≤ 4 between blocks.
 * r is clamped, so r0 and r1 are below 2^60 and r1 is a multiple of 4. From
 * 2^130 = 5 (mod p) follows 2^128·r1 = 5·(r1/4) = s1 (mod p), where
 * s1 = r1 + r1/4 < 1.25·2^60. One block:
 *
 *     h += m                           h2 ≤ 4 + 1 + carry = 6
 *     d0 = h0·r0 + h1·s1               < 2.25·2^124
 *     d1 = h0·r1 + h1·r0 + h2·s1       < 2.01·2^124, its high half < 2^61
 *     d2 = h2·r0 + carry               < 6·2^60 + 2^61 < 2^63
 *
 * and d2's part above 2^130 comes back as 5·(d2 / 4). Constant time where
 * 64×64-bit multiplication is: x86-64 and arm64.
 */

#include "util.h"

#define POLY1305_BLOCK_LEN 16

__extension__ typedef unsigned __int128 uint128;

struct poly1305 {
	uint64_t h0, h1, h2;
	uint64_t r0, r1, s1;
	uint64_t pad0, pad1; // the key's second half, added at the end
};

LANE_INLINE void poly1305_init_words(struct poly1305 *p, uint64_t r0, uint64_t r1, uint64_t pad0, uint64_t pad1)
{
	p->h0 = p->h1 = p->h2 = 0;
	p->r0 = r0 & UINT64_C(0x0ffffffc0fffffff);
	p->r1 = r1 & UINT64_C(0x0ffffffc0ffffffc);
	p->s1 = p->r1 + (p->r1 >> 2);
	p->pad0 = pad0;
	p->pad1 = pad1;
}

LANE_INLINE void poly1305_init(struct poly1305 *p, const uint8_t key[32])
{
	poly1305_init_words(p, load64_le(key), load64_le(key + 8), load64_le(key + 16), load64_le(key + 24));
}

/* h = (h + lo + 2^64·hi + 2^128·top)·r; top is 1, or 0 for a block that carries
 * its end mark itself. */
LANE_INLINE void poly1305_block(struct poly1305 *p, uint64_t lo, uint64_t hi, uint64_t top)
{
#if defined(__BMI2__) && !LANE_MEMORY_SANITIZED
	// the lines below as one would write them by hand: gcc 12 makes twice the instructions of 128-bit sums
	uint64_t h0 = p->h0, h1 = p->h1, h2 = p->h2, d1, carry, x, y;
	__asm__("add %[lo], %[h0]\n\t"
		"adc %[hi], %[h1]\n\t"
		"adc %[top], %[h2]\n\t"
		"mov %[h0], %%rdx\n\t"
		"mulx %[r0], %[h0], %[carry]\n\t"
		"mulx %[r1], %[d1], %[x]\n\t"
		"mov %[h1], %%rdx\n\t"
		"mulx %[r0], %[h1], %[y]\n\t"
		"add %[h1], %[d1]\n\t"
		"adc %[y], %[x]\n\t"
		"mulx %[s1], %[h1], %[y]\n\t"
		"add %[h1], %[h0]\n\t"
		"adc %[y], %[carry]\n\t"
		"mov %[h2], %[h1]\n\t"
		"imul %[s1], %[h1]\n\t"
		"imul %[r0], %[h2]\n\t"
		"add %[h1], %[d1]\n\t"
		"adc $0, %[x]\n\t"
		"add %[carry], %[d1]\n\t"
		"adc %[x], %[h2]\n\t"
		"mov %[h2], %[x]\n\t"
		"shr $2, %[x]\n\t"
		"and $3, %[h2]\n\t"
		"lea (%[x],%[x],4), %[x]\n\t"
		"mov %[d1], %[h1]\n\t"
		"add %[x], %[h0]\n\t"
		"adc $0, %[h1]\n\t"
		"adc $0, %[h2]"
		: [h0] "+&r"(h0), [h1] "+&r"(h1), [h2] "+&r"(h2), [d1] "=&r"(d1), [carry] "=&r"(carry), [x] "=&r"(x),
		  [y] "=&r"(y)
		: [lo] "r"(lo), [hi] "r"(hi), [top] "re"(top), [r0] "r"(p->r0), [r1] "r"(p->r1), [s1] "r"(p->s1)
		: "rdx", "cc");
	p->h0 = h0, p->h1 = h1, p->h2 = h2;
#elif defined(__SSSE3__) && !LANE_MEMORY_SANITIZED
	// the same without BMI2
	uint64_t h0 = p->h0, h1 = p->h1, h2 = p->h2, d1, carry, x, y;
	__asm__("add %[lo], %[h0]\n\t"
		"adc %[hi], %[h1]\n\t"
		"adc %[top], %[h2]\n\t"
		"mov %[r0], %%rax\n\t"
		"mul %[h0]\n\t"
		"mov %%rax, %[x]\n\t"
		"mov %%rdx, %[carry]\n\t"
		"mov %[r1], %%rax\n\t"
		"mul %[h0]\n\t"
		"mov %%rax, %[d1]\n\t"
		"mov %%rdx, %[y]\n\t"
		"mov %[r0], %%rax\n\t"
		"mul %[h1]\n\t"
		"add %%rax, %[d1]\n\t"
		"adc %%rdx, %[y]\n\t"
		"mov %[s1], %%rax\n\t"
		"mul %[h1]\n\t"
		"add %%rax, %[x]\n\t"
		"adc %%rdx, %[carry]\n\t"
		"mov %[h2], %[h1]\n\t"
		"imul %[s1], %[h1]\n\t"
		"imul %[r0], %[h2]\n\t"
		"add %[h1], %[d1]\n\t"
		"adc $0, %[y]\n\t"
		"add %[carry], %[d1]\n\t"
		"adc %[y], %[h2]\n\t"
		"mov %[h2], %[y]\n\t"
		"mov %[h2], %[h0]\n\t"
		"shr $2, %[y]\n\t"
		"and $-4, %[h0]\n\t"
		"and $3, %[h2]\n\t"
		"add %[y], %[h0]\n\t"
		"mov %[d1], %[h1]\n\t"
		"add %[x], %[h0]\n\t"
		"adc $0, %[h1]\n\t"
		"adc $0, %[h2]"
		: [h0] "+&r"(h0), [h1] "+&r"(h1), [h2] "+&r"(h2), [d1] "=&r"(d1), [carry] "=&r"(carry), [x] "=&r"(x),
		  [y] "=&r"(y)
		: [lo] "rm"(lo), [hi] "rm"(hi), [top] "re"(top), [r0] "m"(p->r0), [r1] "m"(p->r1), [s1] "m"(p->s1)
		: "rax", "rdx", "cc");
	p->h0 = h0, p->h1 = h1, p->h2 = h2;
#else
	uint128 t = (uint128)p->h0 + lo;
	const uint64_t h0 = (uint64_t)t;
	t = (uint128)p->h1 + hi + (uint64_t)(t >> 64);
	const uint64_t h1 = (uint64_t)t;
	const uint64_t h2 = p->h2 + top + (uint64_t)(t >> 64);

	const uint128 d0 = (uint128)h0 * p->r0 + (uint128)h1 * p->s1;
	const uint128 d1 = (uint128)h0 * p->r1 + (uint128)h1 * p->r0 + h2 * p->s1 + (uint64_t)(d0 >> 64);
	const uint64_t d2 = h2 * p->r0 + (uint64_t)(d1 >> 64);

	t = (uint128)(uint64_t)d0 + (d2 >> 2) + (d2 & ~UINT64_C(3));
	p->h0 = (uint64_t)t;
	t = (uint128)(uint64_t)d1 + (uint64_t)(t >> 64);
	p->h1 = (uint64_t)t;
	p->h2 = (d2 & 3) + (uint64_t)(t >> 64);
#endif
}

LANE_INLINE void poly1305_blocks(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	struct poly1305 q = *p; // in registers: `in` might alias p for all that the compiler knows
	for (; n_blocks > 0; n_blocks--, in += POLY1305_BLOCK_LEN)
		poly1305_block(&q, load64_le(in), load64_le(in + 8), 1);
	p->h0 = q.h0, p->h1 = q.h1, p->h2 = q.h2;
}

/* The bytes of a last short block: 0 < len < 16, or 16. */
LANE_INLINE void poly1305_load_short(uint64_t block[2], const uint8_t *in, size_t len)
{
	uint8_t bytes[POLY1305_BLOCK_LEN] = {0};
	for (size_t i = 0; i < len; i++)
		bytes[i] = in[i];
	block[0] = load64_le(bytes);
	block[1] = load64_le(bytes + 8);
}

/* len bytes, padded with zeroes to a whole block as the AEAD wants it. */
LANE_INLINE void poly1305_padded(struct poly1305 *p, const uint8_t *in, size_t len)
{
	const size_t n_blocks = len / POLY1305_BLOCK_LEN, n_rest = len % POLY1305_BLOCK_LEN;
	poly1305_blocks(p, in, n_blocks);
	if (n_rest > 0) {
		uint64_t block[2];
		poly1305_load_short(block, in + len - n_rest, n_rest);
		poly1305_block(p, block[0], block[1], 1);
	}
}

/* tag = ((h mod p) + pad) mod 2^128. h < 2p, since h2 ≤ 4. */
LANE_INLINE void poly1305_tag(const struct poly1305 *p, uint8_t tag[16])
{
	// h ≥ p exactly when h + 5 reaches 2^130, and h − p is then h + 5 − 2^130
	uint128 t = (uint128)p->h0 + 5;
	const uint64_t g0 = (uint64_t)t;
	t = (uint128)p->h1 + (uint64_t)(t >> 64);
	const uint64_t g1 = (uint64_t)t;
	const uint64_t g2 = p->h2 + (uint64_t)(t >> 64);
	const uint64_t take_g = 0 - (g2 >> 2);
	const uint64_t h0 = p->h0 ^ (take_g & (p->h0 ^ g0));
	const uint64_t h1 = p->h1 ^ (take_g & (p->h1 ^ g1));

	t = (uint128)h0 + p->pad0;
	store64_le(tag, (uint64_t)t);
	store64_le(tag + 8, h1 + p->pad1 + (uint64_t)(t >> 64));
}

#endif
