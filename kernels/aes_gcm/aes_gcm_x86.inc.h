/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM for x86-64, at every vector width: `vaes512` (VL = 64: VAES, VPCLMULQDQ, AVX-512), `vaes256` (VL = 32: the
 * same without AVX-512), `aesni-avx` and `aesni` (VL = 16: AES-NI, PCLMULQDQ; VEX or SSE encoding). Before including,
 * define VL, KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow. A long message is cut into groups of eight vectors. A group's eight vectors of counter blocks go through
 * AES together, and between their last nine rounds eight vectors of ciphertext go through GHASH: when encrypting those
 * of the group before, when decrypting the group's own, read before they may be overwritten. What is left, 1 … 8
 * vectors with the last one masked, is one more piece with the block of lengths behind it. A message that fits into
 * such a piece, J0 included, is that piece alone: E(J0) comes from its first block, whose place in the hash is taken by
 * the last block of associated data, so that there is one pass of AES and one reduction. One block or less goes in 128
 * bits whatever VL is.
 *
 * Identities. GHASH as POLYVAL, Montgomery reduction, Karatsuba, sums reduced once a group: ghash_clmul.h. Round 1 of
 * AES from a table: aes_round1.h. In a run of groups all lanes are multiplied by the same powers and stay apart, lane i
 * holding the hash of every LANES-th block; only the last group uses the powers in a row and folds the lanes:
 *     (x0 + y0)h^8L + x1 h^(8L-1) + … = sum over lanes i of (x_i h^8L + x_(i+L) h^7L + …)·h^-i,   L = LANES
 *
 * Registers in a group, VL = 64: 8 blocks, 9 round keys, 3 sums, 5 for two vectors' products, the vector that waits for
 * the hash of the group before, base of the table, byte order, reduction constant: 29. VL ≤ 32: 8 blocks, round key, 3
 * sums, 3 for a product, the vector that waits: 16; the rest is used from memory, the vector that waits too where the
 * compiler wants its place, one store and one load a group. Blocks, sums and keys are never spilled: between the
 * vaesenc of a group
 *     objdump -d …/aes_gcm_vaes512.c.o | grep '[xyz]mm.*(%r[sb]p'
 * shows nothing else but constants.
 *
 * Bounds: trusts the public layer for lengths; the counter's 32 bits wrap, anywhere. Powers reach h^33: 32 blocks and
 * the lengths. Secret: key, plaintext, hash, and the counter unless the nonce has 12 bytes. Public: lengths, nonce and
 * its counter, which alone make branches and indices.
 *
 * Tried and lost, cycles per group of 512 bytes (AES-128, VL = 64, Zen 4; 111 as it is, 98 is the sum of AES and
 * multiply issue slots): round keys broadcast from memory in each round 117; lanes folded in every group 117; sums
 * added one by one 0.4 more; four multiplications instead of Karatsuba's three, 116 against 111 in a mix without
 * dependences; table of round 1 in 1 KiB and spread by a shuffle 108.6, by vpexpandd 119.9, against 105.5 in such a
 * mix, 112.5 without a table; the waiting vector first instead of last 123.6 against 123.0; GHASH in one piece before
 * or behind AES 9 and 5 more (VL = 32, of 83); order left to the compilers: gcc 12 0.241 cycles/byte instead of 0.226,
 * clang 14 0.245; in the schedule of VL = 64, VL = 32 spills, 0.334 instead of 0.283; a kernel of its own for AES-NI
 * 0.650 instead of 0.585.
 *
 * Why multiplications stand in threes where VL ≤ 32, in cycles: 24 of them among 188 other vector instructions, all
 * independent, take 72.2 when spread singly, 60.5 in twos, 57.5 in threes, 60.5 in fours, 56.4 in sixes (for which
 * there are no registers), 63.4 in eights; alone they take 48. In the kernel, cycles/byte of VL = 32 seal and open:
 * singly 0.288 and 0.291; in threes behind the third, fourth or sixth block of a round 0.286 and 0.280, 0.286 and
 * 0.282, 0.285 and 0.280; before the round 0.290 and 0.279, behind it 0.283 and 0.293; as it is 0.286 and 0.277. The
 * reduction among the last rounds changes less than 1 %.
 */

#include "../aes/aes_vec.h"
#include "ghash_clmul.h"
#include "polyval_vec.h"
#include "../scrub.h"

enum { FIRST_COUNTER = 2 }; /* of a message: round1's entries begin here, so that whole vectors of them are aligned */
/* Whether the table of round 1 is used. Not in 128 bits, where the multiplier is the bottleneck. Nor in streams: J0 of
 * a nonce that is not of 12 bytes is a hash under the key, and so a counter that must not become an index. */
enum round1 { COMPUTED = 0, FROM_TABLE = VL > 16 };
enum direction { ENCRYPT, DECRYPT };

/* The powers in a row from `power` down. */
LANE_INLINE struct powers powers_from(const struct ghash_key *key, size_t power)
{
	return (struct powers){key->h[GCM_N_POWERS - power], key->h_sum[GCM_N_POWERS - power]};
}

/* All powers of h, as POLYVAL sees it: a vector at a time, in two chains. */
static void make_powers(struct ghash_key *key, __m128i h)
{
	enum { N = GCM_N_POWERS };
	__m128i power = h;
	store_block(key->h[N - 1], h);
	LANE_UNROLL
	for (size_t i = 2; i <= LANES; i++) {
		power = polyval_multiply(power, h);
		store_block(key->h[N - i], power);
	}
	const vec by = v_broadcast(power), by2 = v_multiply(by, by);
	vec p = v_load(key->h[N - LANES]), q = v_multiply(p, by);
	for (size_t i = N; i > 0; i -= LANES) {
		v_store(key->h[i - LANES], p);
		v_store(key->h_sum[i - LANES], v_xor(p, v_swap_halves(p)));
		const vec next = v_multiply(p, by2);
		p = q;
		q = next;
	}
	for (size_t i = 0; LANES > 1 && i < GROUP_VECS; i++) {
		const __m128i x = load_block(key->h[N - GROUP + LANES * i]);
		v_store(key->step_h + VL * i, v_broadcast(x));
		v_store(key->step_h_sum + VL * i, v_broadcast(_mm_xor_si128(x, swap_halves(x))));
	}
}

/* The powers for a group that others follow: see groups(). */
LANE_INLINE struct powers step_powers(const struct ghash_key *key)
{
	return LANES > 1 ? (struct powers){key->step_h, key->step_h_sum} : powers_from(key, GROUP);
}

/* y after n_blocks whole blocks. */
LANE_INLINE __m128i hash_blocks(const struct ghash_key *key, __m128i y, const uint8_t *in, size_t n_blocks, int reverse)
{
	const size_t n_groups = n_blocks / GROUP;
	vec lanes = v_from_block(y);
	for (size_t n = n_groups; n > 0; n--, in += GROUP_LEN) {
		const vec x0 = reverse ? v_reverse_bytes(v_load(in)) : v_load(in);
		lanes = hash_group(n > 1 ? step_powers(key) : powers_from(key, GROUP), v_xor(x0, lanes), in, reverse);
	}
	return ghash_blocks(key, n_groups > 0 ? v_fold(lanes) : y, in, n_blocks % GROUP, reverse);
}

/* y after len bytes, padded with zeroes to whole blocks. */
LANE_INLINE __m128i hash_padded(const struct ghash_key *key, __m128i y, const uint8_t *in, size_t len)
{
	const size_t rest = len % 16;
	y = hash_blocks(key, y, in, len / 16, 1);
	if (rest > 0) {
		const __m128i x = reverse_bytes(v_load_block_part(in + (len - rest), rest));
		struct polyval_sum sum = polyval_zero();
		ghash_add_power(&sum, key, _mm_xor_si128(x, y), 1);
		y = polyval_reduce(&sum);
	}
	return y;
}

/* The counter blocks from `counter`, byte-reversed, on. */
LANE_INLINE vec lanes_from(__m128i counter)
{
	return v_add32(v_broadcast(counter), v_lane_numbers());
}

LANE_INLINE vec counter_plus(vec counter, int n)
{
	return v_add32(counter, v_broadcast(_mm_set_epi32(0, 0, 0, n)));
}

/* What a run of groups keeps in registers. */
struct run {
	__m128i block; /* a counter block, byte-reversed; its counter is in `low` */
	uint32_t low;
	vec base;  /* of the window of 256 counters that low is in, see aes_round1.h */
	vec rk[9]; /* the last nine round keys, VL = 64 only */
};

LANE_INLINE __m128i counter_of(const struct run *run)
{
	return _mm_insert_epi32(run->block, (int)run->low, 0);
}

LANE_INLINE void set_base(const struct gcm_key *key, struct run *run)
{
	run->base = v_broadcast(aes_round1_base(&key->aes, reverse_bytes(counter_of(run))));
}

LANE_INLINE void start_run(const struct gcm_key *key, struct run *run, __m128i counter, const enum round1 round1)
{
	run->block = counter;
	run->low = (uint32_t)_mm_cvtsi128_si32(counter);
	if (round1)
		set_base(key, run);
#if VL == 64
	LANE_UNROLL
	for (size_t i = 0; i < 9; i++)
		run->rk[i] = v_pin(v_round_key(&key->aes, key->aes.n_rounds - 8 + i));
#endif
}

/* Eight vectors of counter blocks through all rounds but the last nine. */
LANE_INLINE void start_group(const struct gcm_key *key, vec b[GROUP_VECS], struct run *run, const enum round1 round1)
{
	const uint32_t c = run->low % AES_ROUND1_WINDOW;
	if (round1 && __builtin_expect(c >= FIRST_COUNTER && c <= AES_ROUND1_WINDOW - GROUP, 1)) {
		if (c < FIRST_COUNTER + GROUP)
			set_base(key, run);
		const uint8_t *entries = key->round1.entry[c - FIRST_COUNTER];
		LANE_UNROLL
		for (size_t i = 0; i < GROUP_VECS; i++)
			b[i] = v_pin(v_xor(run->base, v_load_nth(entries, i)));
	} else {
		const vec counter = lanes_from(counter_of(run));
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			b[i] = v_xor(v_reverse_bytes(counter_plus(counter, i * LANES)), v_round_key(&key->aes, 0));
		round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 1));
	}
	run->low += GROUP;
	if (key->aes.n_rounds > 10) {
		round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 2));
		round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 3));
		if (key->aes.n_rounds > 12) {
			round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 4));
			round_vecs(b, GROUP_VECS, v_round_key(&key->aes, 5));
		}
	}
}

/* One group of AES from `in` to `out`; between its rounds, if p.h is not NULL, one group of GHASH: x0, then the
 * vectors of ciphertext from hashed + VL on. Returns the hash, in parts that the lanes hold. */
LANE_INLINE vec group(const struct gcm_key *key, struct run *run, uint8_t *out, const uint8_t *in, struct powers p,
		      vec x0, const uint8_t *hashed, const enum round1 round1)
{
	vec b[GROUP_VECS];
	struct vec_sum sum = {v_zero(), v_zero(), v_zero()};
	start_group(key, b, run, round1);
	if (p.h) {
		two_rounds(&key->aes, run->rk, 0, b, &sum, p, x0, hashed, 2, 1);
		two_rounds(&key->aes, run->rk, 2, b, &sum, p, x0, hashed, 4, 1);
		two_rounds(&key->aes, run->rk, 4, b, &sum, p, x0, hashed, 6, 1);
		two_rounds(&key->aes, run->rk, 6, b, &sum, p, x0, hashed, 0, 1); /* x0 waits for the group before */
	} else {
		LANE_UNROLL
		for (size_t i = 0; i < 8; i++)
			round_vecs(b, GROUP_VECS, late_key(&key->aes, run->rk, i));
	}
	const vec rk = late_key(&key->aes, run->rk, 8);
	LANE_UNROLL
	for (size_t i = 0; i < GROUP_VECS; i++)
		v_store(out + VL * i, v_aesenclast(b[i], v_xor(rk, v_load_nth(in, i))));
	return p.h ? v_reduce(&sum) : x0;
}

LANE_INLINE vec first_vec(const uint8_t *p, vec y)
{
	return v_xor(v_reverse_bytes(v_load(p)), y);
}

/* n_groups > 0 groups; returns the hash, to which y was added first. All groups but the last multiply all lanes
 * by the same powers, and the lanes stay apart: lane i holds the hash of every LANES-th block. In the last,
 * the lanes get the powers that their places want, and are folded. */
LANE_INLINE __m128i groups(const struct gcm_key *key, struct run *run, uint8_t *out, const uint8_t *in, size_t n_groups,
			   __m128i y0, const enum direction direction, const enum round1 round1)
{
	const struct powers none = {NULL, NULL}, last = powers_from(&key->ghash, GROUP);
	const struct powers step = step_powers(&key->ghash);
	vec y = v_from_block(y0);
	if (direction == DECRYPT) {
		for (; n_groups > 0; n_groups--, in += GROUP_LEN, out += GROUP_LEN)
			y = group(key, run, out, in, n_groups > 1 ? step : last, first_vec(in, y), in, round1);
		return v_fold(y);
	}
	group(key, run, out, in, none, y, NULL, round1);
	vec x0 = first_vec(out, y);
	while (--n_groups > 0) {
		in += GROUP_LEN;
		out += GROUP_LEN;
		y = group(key, run, out, in, step, x0, out - GROUP_LEN, round1);
		x0 = first_vec(out, y);
	}
	return v_fold(hash_group(last, x0, out, 1));
}

/* 1 … 8 vectors of blocks from `counter` on: len bytes, of which the first `header` (0 or 16) are not text: their
 * block is J0's, and goes to *tag_mask. y is added to the first block. The hash gets powers that leave
 * `after` blocks to come. */
LANE_INLINE void crypt_vecs(const struct gcm_key *key, struct vec_sum *sum, __m128i *tag_mask, __m128i counter,
			    __m128i y, uint8_t *out, const uint8_t *in, size_t header, size_t len, size_t after,
			    const int n_vecs, const enum direction direction)
{
	vec b[GROUP_VECS];
	const vec first = lanes_from(counter);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_xor(v_reverse_bytes(counter_plus(first, i * LANES)), v_round_key(&key->aes, 0));
	const size_t extra = key->aes.n_rounds - 10;
	for (size_t round = 1; round <= extra; round++)
		round_vecs(b, n_vecs, v_round_key(&key->aes, round));
	LANE_UNROLL
	for (size_t round = 1; round < 10; round++)
		round_vecs(b, n_vecs, v_round_key(&key->aes, extra + round));
	const vec rk = v_round_key(&key->aes, extra + 10);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_aesenclast(b[i], rk);
	if (header > 0)
		*tag_mask = v_lane0(b[0]);
	const struct powers p = powers_from(&key->ghash, (len + 15) / 16 + after);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++) {
		if (i >= n_vecs)
			break;
		const uint8_t *from = i > 0 ? in + VL * i : in;
		uint8_t *to = i > 0 ? out + VL * i : out;
		vec x, z;
		if (i == 0 || i == n_vecs - 1) {
			const size_t begin = i == 0 ? header : 0, end = i == n_vecs - 1 ? len - (size_t)(VL * i) : VL;
			x = v_load_part(from, begin, end);
			z = v_store_part(to, v_xor(x, b[i]), begin, end);
		} else {
			x = v_load(from);
			z = v_xor(x, b[i]);
			v_store(to, z);
		}
		x = v_reverse_bytes(direction == ENCRYPT ? z : x);
		v_add_product(sum, i == 0 ? v_xor(x, v_from_block(y)) : x, p, (size_t)i);
	}
}

/* The product of the last block, that of lengths. */
LANE_INLINE struct vec_sum hash_lengths(const struct gcm_key *key, __m128i lengths)
{
	struct polyval_sum sum = polyval_zero();
	ghash_add_power(&sum, &key->ghash, lengths, 1);
	return (struct vec_sum){v_from_block(sum.lo), v_from_block(sum.mid), v_from_block(sum.hi)};
}

/* The end of a message, at most a group of blocks. Returns, byte-reversed, the tag, or the hash if there are no
 * lengths to be hashed; for the parameters see crypt_vecs. */
LANE_INLINE __m128i finish(const struct gcm_key *key, __m128i counter, __m128i y, __m128i tag_mask, __m128i lengths,
			   uint8_t *out, const uint8_t *in, size_t header, size_t len, size_t after,
			   const enum direction direction)
{
	struct vec_sum sum = {v_zero(), v_zero(), v_zero()};
	if (after)
		sum = hash_lengths(key, lengths);
	switch ((len + VL - 1) / VL) {
	case 1:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 1, direction);
		break;
	case 2:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 2, direction);
		break;
	case 3:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 3, direction);
		break;
	case 4:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 4, direction);
		break;
	case 5:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 5, direction);
		break;
	case 6:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 6, direction);
		break;
	case 7:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 7, direction);
		break;
	default:
		crypt_vecs(key, &sum, &tag_mask, counter, y, out, in, header, len, after, 8, direction);
		break;
	}
	return _mm_xor_si128(v_fold(v_reduce(&sum)), reverse_bytes(tag_mask));
}

static __attribute__((noinline)) __m128i seal_end(const struct gcm_key *key, __m128i counter, __m128i y,
						  __m128i tag_mask, __m128i lengths, uint8_t *out, const uint8_t *in,
						  size_t header, size_t len, size_t after)
{
	return finish(key, counter, y, tag_mask, lengths, out, in, header, len, after, ENCRYPT);
}

static __attribute__((noinline)) __m128i open_end(const struct gcm_key *key, __m128i counter, __m128i y,
						  __m128i tag_mask, __m128i lengths, uint8_t *out, const uint8_t *in,
						  size_t header, size_t len, size_t after)
{
	return finish(key, counter, y, tag_mask, lengths, out, in, header, len, after, DECRYPT);
}

LANE_INLINE __m128i long_message(const struct gcm_key *key, __m128i j0, __m128i lengths, uint8_t *out,
				 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
				 const enum direction direction)
{
	const __m128i tag_mask = aes_encrypt(&key->aes, reverse_bytes(j0));
	const __m128i counter = _mm_add_epi32(j0, _mm_set_epi32(0, 0, 0, 1));
	const size_t n_groups = (len - 1) / GROUP_LEN, done = GROUP_LEN * n_groups;
	__m128i y = hash_padded(&key->ghash, _mm_setzero_si128(), aad, aad_len);
	struct run run = {.block = counter, .low = FIRST_COUNTER};
	if (n_groups > 0) {
		start_run(key, &run, counter, FROM_TABLE);
		y = groups(key, &run, out, in, n_groups, y, direction, FROM_TABLE);
	}
	return (direction == ENCRYPT ? seal_end : open_end)(key, counter_of(&run), y, tag_mask, lengths, out + done,
							    in + done, 0, len - done, 1);
}

/* These two apart, so that short messages don't pay for their stack frames. */
static __attribute__((noinline)) __m128i seal_long(const struct gcm_key *key, __m128i j0, __m128i lengths, uint8_t *out,
						   const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return long_message(key, j0, lengths, out, aad, aad_len, in, len, ENCRYPT);
}

static __attribute__((noinline)) __m128i open_long(const struct gcm_key *key, __m128i j0, __m128i lengths, uint8_t *out,
						   const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return long_message(key, j0, lengths, out, aad, aad_len, in, len, DECRYPT);
}

/* The block before a buffer: masks keep it untouched. By numbers, since C has no pointer to there, least of all from
 * NULL. */
LANE_INLINE void *block_before(const uint8_t *p)
{
	return (void *)(p ? (uintptr_t)p - 16 : 16); /* NULL has no bytes: any place whose sums do not wrap */
}

/* Up to a vector of blocks, J0's among them. */
LANE_INLINE __m128i one_vec(const struct gcm_key *key, __m128i j0, __m128i lengths, __m128i y, uint8_t *out,
			    const uint8_t *in, size_t len, const enum direction direction)
{
	struct vec_sum sum = hash_lengths(key, lengths);
	__m128i tag_mask;
	crypt_vecs(key, &sum, &tag_mask, j0, y, block_before(out), block_before(in), 16, len + 16, 1, 1, direction);
	return _mm_xor_si128(v_fold(v_reduce(&sum)), reverse_bytes(tag_mask));
}

/* Up to a block, in 128 bits whatever VL is: nothing to broadcast, nothing to fold. y: the last block of associated
 * data, with what came before. */
LANE_INLINE __m128i one_block(const struct gcm_key *key, __m128i j0, __m128i lengths, __m128i y, uint8_t *out,
			      const uint8_t *in, size_t len, const enum direction direction)
{
	const size_t extra = key->aes.n_rounds - 10;
	const __m128i rk0 = aes_round_key(&key->aes, 0), rk = aes_round_key(&key->aes, extra + 10);
	__m128i b0 = _mm_xor_si128(reverse_bytes(j0), rk0);
	__m128i b1 = _mm_xor_si128(reverse_bytes(_mm_add_epi32(j0, _mm_set_epi32(0, 0, 0, 1))), rk0);
	struct polyval_sum sum = polyval_zero();
	ghash_add_power(&sum, &key->ghash, lengths, 1);
	ghash_add_power(&sum, &key->ghash, y, len > 0 ? 3 : 2);
	for (size_t round = 1; round <= extra; round++) {
		b0 = _mm_aesenc_si128(b0, aes_round_key(&key->aes, round));
		b1 = _mm_aesenc_si128(b1, aes_round_key(&key->aes, round));
	}
	LANE_UNROLL
	for (size_t round = 1; round < 10; round++) {
		b0 = _mm_aesenc_si128(b0, aes_round_key(&key->aes, extra + round));
		b1 = _mm_aesenc_si128(b1, aes_round_key(&key->aes, extra + round));
	}
	b0 = _mm_aesenclast_si128(b0, rk);
	b1 = _mm_aesenclast_si128(b1, rk);
	if (len > 0) {
		const __m128i x = v_load_block_part(in, len);
		const __m128i z = v_store_block_part(out, _mm_xor_si128(x, b1), len);
		ghash_add_power(&sum, &key->ghash, reverse_bytes(direction == ENCRYPT ? z : x), 2);
	}
	return _mm_xor_si128(polyval_reduce(&sum), reverse_bytes(b0));
}

/* Apart for the sake of its callers' stack frames. */
static __attribute__((noinline)) __m128i hash_aad(const struct gcm_key *key, const uint8_t *aad, size_t n_blocks)
{
	return hash_blocks(&key->ghash, _mm_setzero_si128(), aad, n_blocks, 1);
}

LANE_INLINE void message(const struct gcm_key *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12],
			 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
			 const enum direction direction)
{
	const __m128i lengths = _mm_set_epi64x((long long)(8 * (uint64_t)aad_len), (long long)(8 * (uint64_t)len));
	const __m128i j0 = reverse_bytes(load_nonce(nonce));
	__m128i y = _mm_setzero_si128(), t;
	if (len > 16 * (GROUP - 1)) {
		t = direction == ENCRYPT ? seal_long(key, j0, lengths, out, aad, aad_len, in, len)
					 : open_long(key, j0, lengths, out, aad, aad_len, in, len);
	} else {
		/* J0's block has the place of the last block of associated data in the hash. */
		if (aad_len > 16) {
			const size_t n_whole = (aad_len - 1) / 16;
			y = hash_aad(key, aad, n_whole);
			aad += 16 * n_whole;
			aad_len -= 16 * n_whole;
		}
		if (aad_len > 0)
			y = _mm_xor_si128(y, reverse_bytes(v_load_block_part(aad, aad_len)));
		if (len <= 16)
			t = one_block(key, j0, lengths, y, out, in, len, direction);
		else if (len <= 16 * (LANES - 1))
			t = one_vec(key, j0, lengths, y, out, in, len, direction);
		else
			t = (direction == ENCRYPT ? seal_end : open_end)(key, j0, y, y, lengths, block_before(out),
									 block_before(in), 16, len + 16, 1);
	}
	store_block(tag, reverse_bytes(t));
}

LANE_INLINE void stretch(const struct gcm_key *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out,
			 const uint8_t *in, size_t n_blocks, const enum direction direction)
{
	const __m128i c = reverse_bytes(load_block(counter)), zero = _mm_setzero_si128();
	const size_t n_groups = n_blocks / GROUP, n = n_blocks % GROUP, done = GROUP_LEN * n_groups;
	__m128i y = reverse_bytes(load_block(hash));
	struct run run = {.block = c, .low = (uint32_t)_mm_cvtsi128_si32(c)};
	if (n_groups > 0) {
		start_run(key, &run, c, COMPUTED);
		y = groups(key, &run, out, in, n_groups, y, direction, COMPUTED);
	}
	if (n > 0)
		y = (direction == ENCRYPT ? seal_end : open_end)(key, counter_of(&run), y, zero, zero, out + done,
								 in + done, 0, 16 * n, 0);
	store32_be(counter + 12, run.low + (uint32_t)n);
	store_block(hash, reverse_bytes(y));
}

static void ghash(const void *key, uint8_t hash[16], const uint8_t *in, size_t len)
{
	const struct gcm_key *k = key;
	store_block(hash, reverse_bytes(hash_padded(&k->ghash, reverse_bytes(load_block(hash)), in, len)));
}

static void encrypt_block(const void *key, uint8_t out[16], const uint8_t in[16])
{
	const struct gcm_key *k = key;
	store_block(out, aes_encrypt(&k->aes, load_block(in)));
}

static void polyval(uint8_t hash[16], const uint8_t key[16], const uint8_t *in, size_t n_blocks)
{
	struct ghash_key k;
	make_powers(&k, load_block(key));
	store_block(hash, hash_blocks(&k, _mm_setzero_si128(), in, n_blocks, 0));
}

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct gcm_key *k = key;
	aes_expand(&k->aes, user_key, key_len);
	make_powers(&k->ghash, ghash_times_x(reverse_bytes(aes_encrypt(&k->aes, _mm_setzero_si128()))));
	if (FROM_TABLE)
		v_make_round1(&k->round1, &k->aes, FIRST_COUNTER);
}

/* How deep the stack is used for one block: gcc has registers for all of it. */
#ifdef __clang__
enum { block_depth = 512 };
#else
enum { block_depth = 0 };
#endif

static void scrub(size_t len)
{
	if (len == SIZE_MAX) {
		scrub_all(3072); // POLYVAL keeps its powers there
	} else if (VL == 64 && len > 16 * (GROUP - 1)) {
		scrub_all(448);
	} else if (VL == 64) { // none of it on the stack
		scrub_vectors();
		if (len > 16)
			scrub_other_vectors();
		else
			scrub_four_others();
	} else {
		scrub_all(len <= 16 ? block_depth : len < 128 ? 512 : 1024);
	}
}

#define KERNEL_LAYOUT (VL == 64 ? LANE_LAYOUT_VAES512 : VL == 32 ? LANE_LAYOUT_VAES256 : LANE_LAYOUT_AESNI)
#include "aes_gcm_ops.inc.h"
