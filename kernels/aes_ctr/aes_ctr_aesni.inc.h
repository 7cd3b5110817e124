/* SPDX-License-Identifier: MIT */
/*
 * AES-CTR with AES-NI, 128-bit registers. Instantiated as `aesni` (SSE encoding)
 * and `aesni-avx` (VEX encoding). Before including, define KERNEL_ISA and
 * KERNEL_SYMBOL.
 *
 * Dataflow: 8 counter blocks in flight, which hides the latency of a round on all
 * CPUs so far (4 cycles at two a cycle); the rest of a message as one group of 1, 2,
 * 4 or 8 blocks, the last block possibly cut.
 * Registers: 8 blocks, round key, counter.
 * Bounds: trusts the public layer that the counter's last 64 bits do not wrap.
 * Secret: key, data; public: lengths, counter.
 */

#include "aes_ctr_key.h"

enum { STEP = 8 };

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct ctr_key *k = key;
	aes_expand(&k->aes, user_key, key_len);
}

/* Counter blocks are kept byte-reversed, so that they can be added to. */
LANE_INLINE __m128i counter_plus(__m128i counter, int n)
{
	return _mm_add_epi64(counter, _mm_set_epi64x(0, n));
}

/* All rounds of n blocks but for the last key, which is left to the caller. */
LANE_INLINE void rounds(const struct aes_key *key, __m128i b[], const int n)
{
	const __m128i rk0 = aes_round_key(key, 0);
	LANE_UNROLL
	for (int i = 0; i < n; i++)
		b[i] = _mm_xor_si128(b[i], rk0);
	for (size_t round = 1; round < key->n_rounds; round++) {
		const __m128i rk = aes_round_key(key, round);
		LANE_UNROLL
		for (int i = 0; i < n; i++)
			b[i] = _mm_aesenc_si128(b[i], rk);
	}
}

LANE_INLINE void start_blocks(__m128i b[], const int n, __m128i counter)
{
	LANE_UNROLL
	for (int i = 0; i < n; i++)
		b[i] = reverse_bytes(counter_plus(counter, i));
}

LANE_INLINE void crypt_step(const struct aes_key *key, __m128i counter, uint8_t *out, const uint8_t *in)
{
	__m128i b[STEP];
	start_blocks(b, STEP, counter);
	rounds(key, b, STEP);
	const __m128i rk = aes_round_key(key, key->n_rounds);
	LANE_UNROLL
	for (int i = 0; i < STEP; i++)
		store_block(out + 16 * i, _mm_aesenclast_si128(b[i], _mm_xor_si128(rk, load_block(in + 16 * i))));
}

/* 0 < len ≤ 16·n bytes. */
LANE_INLINE void crypt_rest(const struct aes_key *key, __m128i counter, uint8_t *out, const uint8_t *in, size_t len,
			    const int n)
{
	__m128i b[STEP];
	start_blocks(b, n, counter);
	rounds(key, b, n);
	const __m128i rk = aes_round_key(key, key->n_rounds);
	LANE_UNROLL
	for (int i = 0; i < n; i++) {
		const size_t at = 16 * (size_t)i;
		const __m128i keystream = _mm_aesenclast_si128(b[i], rk);
		if (len >= at + 16)
			store_block(out + at, _mm_xor_si128(load_block(in + at), keystream));
		else if (len > at)
			store_partial(out + at, _mm_xor_si128(load_partial(in + at, len - at), keystream), len - at);
	}
}

static void crypt(const void *key, uint8_t *out, const uint8_t counter[16], const uint8_t *in, size_t len)
{
	const struct aes_key *k = &((const struct ctr_key *)key)->aes;
	__m128i c = reverse_bytes(load_counter(counter));
	for (; len >= 16 * STEP; len -= 16 * STEP, in += 16 * STEP, out += 16 * STEP) {
		crypt_step(k, c, out, in);
		c = counter_plus(c, STEP);
	}
	if (len > 64)
		crypt_rest(k, c, out, in, len, 8);
	else if (len > 32)
		crypt_rest(k, c, out, in, len, 4);
	else if (len > 16)
		crypt_rest(k, c, out, in, len, 2);
	else if (len > 0)
		crypt_rest(k, c, out, in, len, 1);
}

static void encrypt_blocks(const void *key, uint8_t *out, const uint8_t *in, size_t n_blocks)
{
	const struct aes_key *k = &((const struct ctr_key *)key)->aes;
	for (; n_blocks >= STEP; n_blocks -= STEP, in += 16 * STEP, out += 16 * STEP) {
		__m128i b[STEP];
		LANE_UNROLL
		for (int i = 0; i < STEP; i++)
			b[i] = load_block(in + 16 * i);
		rounds(k, b, STEP);
		LANE_UNROLL
		for (int i = 0; i < STEP; i++)
			store_block(out + 16 * i, _mm_aesenclast_si128(b[i], aes_round_key(k, k->n_rounds)));
	}
	for (; n_blocks > 0; n_blocks--, in += 16, out += 16)
		store_block(out, aes_encrypt(k, load_block(in)));
}

static const struct lane_aes_ctr_ops ops = {
	.init = init,
	.crypt = crypt,
	.encrypt_blocks = encrypt_blocks,
};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-ctr",
	.isa = KERNEL_ISA,
	.name = "aes-ctr:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_AESNI,
	.ops.aes_ctr = &ops,
};
