/* SPDX-License-Identifier: MIT */
/*
 * AES-CTR for x86-64, at every vector width: `vaes512` (VL = 64: VAES, AVX-512), `vaes256` (VL = 32: VAES, AVX2),
 * `aesni-avx` and `aesni` (VL = 16: AES-NI; VEX or SSE encoding). Before including, define VL, KERNEL_ISA and
 * KERNEL_SYMBOL.
 *
 * Dataflow: groups of 8 (VL = 64) or 12 vectors of counter blocks, whose first round comes from a table, aes_round1.h;
 * what is left at the end of a message, and short messages, as pieces of 1 … 8 vectors, the last one masked.
 * Registers: 8 or 12 blocks, round key (VL = 64: nine of them), base of the table, counter.
 * Bounds: trusts the public layer that the counter's last 64 bits do not wrap within a call.
 * Secret: key, data. Public: lengths and the counter, which alone make branches and indices.
 * Tried and lost (AES-128, 16 KiB, Zen 4, cycles/byte): round keys from memory each round 0.152 instead of 0.146 (VL =
 * 64); 8 vectors in flight 0.1565 instead of 0.1538 (VL = 32); a kernel of its own without the table 0.347 instead of
 * 0.289 (VL = 16).
 */

#include "../aes/aes_vec.h"
#include "aes_ctr_key.h"
#include "../scrub.h"

enum {
	GROUP_VECS = VL == 64 ? 8 : 12, /* in flight: shorter rounds come two a cycle */
	MAX_REST_VECS = 8,
	GROUP = GROUP_VECS * LANES, /* blocks */
	GROUP_LEN = 16 * GROUP
};

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct ctr_key *k = key;
	aes_expand(&k->aes, user_key, key_len);
	v_make_round1(&k->round1, &k->aes, 0);
}

LANE_INLINE vec counter_plus(vec counter, int n)
{
	return v_add64(counter, v_broadcast(_mm_set_epi64x(0, n)));
}

LANE_INLINE void round_vecs(vec b[], const int n_vecs, vec rk)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_pin(v_aesenc(b[i], rk));
}

/* counter: byte-reversed, lane i one more than lane i − 1. */
LANE_INLINE void start_vecs(const struct ctr_key *key, vec b[], const int n_vecs, vec counter)
{
	const vec rk = v_round_key(&key->aes, 0);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_xor(v_reverse_bytes(counter_plus(counter, i * LANES)), rk);
}

LANE_INLINE vec round1_base(const struct ctr_key *key, vec counter)
{
	return v_broadcast(aes_round1_base(&key->aes, reverse_bytes(v_lane0(counter))));
}

/* n_groups > 0 whole groups. Returns the counter after them. */
LANE_INLINE vec groups(const struct ctr_key *key, vec counter, uint8_t *out, const uint8_t *in, size_t n_groups)
{
	vec base = round1_base(key, counter), rk[9];
	uint32_t low = (uint32_t)_mm_cvtsi128_si32(v_lane0(counter));
	const size_t n_rounds = key->aes.n_rounds;
	LANE_UNROLL
	for (size_t i = 0; i < 9; i++)
		rk[i] = VL == 64 ? v_pin(v_round_key(&key->aes, n_rounds - 8 + i)) : v_zero();
	for (; n_groups > 0; n_groups--, in += GROUP_LEN, out += GROUP_LEN) {
		vec b[GROUP_VECS];
		const uint32_t c = low % AES_ROUND1_WINDOW;
		if (__builtin_expect(c <= AES_ROUND1_WINDOW - GROUP, 1)) {
			if (c < GROUP)
				base = round1_base(key, counter);
			const uint8_t *entries = key->round1.entry[c];
			LANE_UNROLL
			for (int i = 0; i < GROUP_VECS; i++)
				b[i] = v_pin(v_xor(base, v_load(entries + VL * i)));
		} else {
			start_vecs(key, b, GROUP_VECS, counter);
			round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 1));
		}
		counter = counter_plus(counter, GROUP);
		low += GROUP;
		if (n_rounds > 10) {
			round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 2));
			round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 3));
			if (n_rounds > 12) {
				round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 4));
				round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 5));
			}
		}
		LANE_UNROLL
		for (size_t i = 0; i < 8; i++)
			round_vecs(b, GROUP_VECS, VL == 64 ? rk[i] : v_pin(v_round_key(&key->aes, n_rounds - 8 + i)));
		const vec last = VL == 64 ? rk[8] : v_pin(v_round_key(&key->aes, n_rounds));
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			v_store(out + VL * i, v_aesenclast(b[i], v_xor(last, v_load(in + VL * i))));
	}
	return counter;
}

/* 0 < len ≤ VL·n_vecs bytes, the last vector of which begins before len. */
LANE_INLINE void rest(const struct ctr_key *key, vec counter, uint8_t *out, const uint8_t *in, size_t len,
		      const int n_vecs)
{
	vec b[GROUP_VECS];
	start_vecs(key, b, n_vecs, counter);
	for (size_t round = 1; round < key->aes.n_rounds; round++)
		round_vecs(b, n_vecs, v_round_key(&key->aes, round));
	const vec rk = v_round_key(&key->aes, key->aes.n_rounds);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs - 1)
			v_store(out + VL * i, v_aesenclast(b[i], v_xor(rk, v_load(in + VL * i))));
	const size_t at = (size_t)(VL * (n_vecs - 1));
	v_store_part(out + at, v_aesenclast(b[n_vecs - 1], v_xor(rk, v_load_part(in + at, 0, len - at))), 0, len - at);
}

static void crypt(const void *key, uint8_t *out, const uint8_t counter[16], const uint8_t *in, size_t len)
{
	const size_t n_groups = len / GROUP_LEN;
	vec c = v_add64(v_broadcast(reverse_bytes(load_counter(counter))), v_lane_numbers());
	if (n_groups > 0) {
		c = groups(key, c, out, in, n_groups);
		out += GROUP_LEN * n_groups;
		in += GROUP_LEN * n_groups;
		len %= GROUP_LEN;
	}
	if (GROUP_VECS > MAX_REST_VECS && len > VL * MAX_REST_VECS) {
		rest(key, c, out, in, VL * MAX_REST_VECS, MAX_REST_VECS);
		c = counter_plus(c, LANES * MAX_REST_VECS);
		out += VL * MAX_REST_VECS;
		in += VL * MAX_REST_VECS;
		len -= VL * MAX_REST_VECS;
	}
	switch ((len + VL - 1) / VL) {
	case 0:
		return;
	case 1:
		rest(key, c, out, in, len, 1);
		return;
	case 2:
		rest(key, c, out, in, len, 2);
		return;
	case 3:
		rest(key, c, out, in, len, 3);
		return;
	case 4:
		rest(key, c, out, in, len, 4);
		return;
	case 5:
		rest(key, c, out, in, len, 5);
		return;
	case 6:
		rest(key, c, out, in, len, 6);
		return;
	case 7:
		rest(key, c, out, in, len, 7);
		return;
	default:
		rest(key, c, out, in, len, MAX_REST_VECS);
		return;
	}
}

static void encrypt_blocks(const void *key, uint8_t *out, const uint8_t *in, size_t n_blocks)
{
	const struct ctr_key *k = key;
	for (; n_blocks >= GROUP; n_blocks -= GROUP, in += GROUP_LEN, out += GROUP_LEN) {
		vec b[GROUP_VECS];
		vec rk = v_round_key(&k->aes, 0);
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			b[i] = v_xor(v_load(in + VL * i), rk);
		for (size_t round = 1; round < k->aes.n_rounds; round++)
			round_vecs(b, GROUP_VECS, v_round_key(&k->aes, round));
		rk = v_round_key(&k->aes, k->aes.n_rounds);
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			v_store(out + VL * i, v_aesenclast(b[i], rk));
	}
	for (; n_blocks > 0; n_blocks--, in += 16, out += 16)
		store_block(out, aes_encrypt(&k->aes, load_block(in)));
}

static void scrub(size_t len)
{
	if (len == SIZE_MAX || (VL == 16 && len > 128)) {
		scrub_all(256);
		return;
	}
	scrub_vectors();
	if (len > 64)
		scrub_other_vectors();
}

static const struct lane_aes_ctr_ops ops = {
	.init = init,
	.crypt = crypt,
	.encrypt_blocks = encrypt_blocks,
	.scrub = scrub,
};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-ctr",
	.isa = KERNEL_ISA,
	.name = "aes-ctr:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_AESNI,
	.ops.aes_ctr = &ops,
};
