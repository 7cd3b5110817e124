/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM-SIV for x86-64, at every vector width: `vaes512` (VL = 64: VAES, VPCLMULQDQ, AVX-512), `vaes256` (VL = 32:
 * the same without AVX-512), `aesni-avx` and `aesni` (VL = 16: AES-NI, PCLMULQDQ; VEX or SSE encoding). Before
 * including, define VL, KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow. The keys of a message come from four or six blocks under the key-generating key, side by side; the AES key
 * is expanded while the powers of the other are made, as many as the message is long. Sealing: POLYVAL over all, a
 * group of eight vectors at a time; the tag; counter mode, eight vectors at a time, from the message's end to its
 * beginning, since of what is longer than the second-level cache the end is still there. Opening: eight vectors of
 * counter blocks go through AES together, and between their last nine rounds the group of plaintext before goes through
 * POLYVAL: polyval_vec.h. What is left, 1 … 8 vectors with the last one masked, is one more piece. Up to one block of
 * message and of associated data goes in 128 bits whatever VL is.
 *
 * Identities. POLYVAL: polyval_clmul.h. Lanes stay apart all the way: with L lanes, y holds in lane i the hash of every
 * L-th block, *before* its multiplication, as a vector that stands for all that was; n vectors on,
 *     y' = y·h^nL + x_1·h^(n-1)L + … + x_n
 * so that every vector but the last has the same powers in all lanes, of which there are eight. At the end, with r < L
 * blocks left and the block of lengths, y is multiplied by h^(L+r+1), h^(L+r) … and the rest by h^(r+1) … . Associated
 * data are taken as vectors that end where the message begins: zeroes in front do not change the hash.
 *
 * Registers in a group of opening, VL = 64: 8 blocks, 9 round keys, 3 sums, 5 for two vectors' products, y, counter,
 * reduction constant: 28. VL ≤ 32: 8 blocks, round key, 3 sums, 3 for a product, y: 16.
 *
 * Tried and lost: sealing 16 KiB, vaes512, on an Intel server core, where products and shuffles share a port at 512
 * bits, 0.263 cycles/byte as is. In the pass of POLYVAL, halves of a vector added by loading it again eight bytes on:
 * 0.266, for every second vector 0.263; two vectors' halves side by side, as when opening, 0.264; four products instead
 * of three and the halves' sums 0.263. (The clock there is lower than the one these cycles are of; 0.247 by its own.)
 * Beyond the second-level cache (2 MiB there), AES-128, 1, 4 and 16 MiB out of place, cycles/byte: forwards 0.238,
 * 0.421, 0.439; forwards, asked for a page ahead 0.231, 0.421, 0.433; backwards 0.236, 0.375, 0.423; backwards and
 * asked for, as is, 0.231, 0.371, 0.42; half a page or two pages ahead the same; backwards, stored past the caches
 * 0.255, 0.351, 0.425, but in place 0.67, 0.73, 0.83 (0.23, 0.26, 0.29 as is), and 0.250 for 16 KiB; asked for past the
 * caches 0.27, 0.88, 1.09. Opening, which reads once, takes 0.180, 0.284, 0.283. Blocks can do no more: the tag of all
 * comes first.
 *
 * Bounds: trusts the public layer for lengths; the counter's 32 bits wrap, anywhere. Secret: keys, plaintext, hash, and
 * the tag and so the counter when sealing. Public: lengths, which alone make branches and indices.
 */

#include "../aes/aes_vec.h"
#include "../aes_gcm/polyval_vec.h"
#include "../scrub.h"
#include "aes_gcm_siv_impl.h"

_Static_assert(sizeof(struct aes_key) <= AES_GCM_SIV_KEY_LEN, "struct lane_aes_gcm_siv_ctx is too small");

enum direction { ENCRYPT, DECRYPT };

/* Powers of a message's h. */
struct hash_key {
	/* h^2L … h^1, so that a vector has any L in a row of them; what follows h^1 meets zeroes only. */
	LANE_ALIGNAS(64) uint8_t row[2 * LANES + 1][16];
	/* h^8L, h^7L … h^L, and their halves added. */
	LANE_ALIGNAS(64) uint8_t step[GROUP_VECS][16];
	LANE_ALIGNAS(64) uint8_t step_sum[GROUP_VECS][16];
};

/* The steps in all lanes, for runs of groups. */
struct wide_steps {
	LANE_ALIGNAS(64) uint8_t h[GROUP_VECS * VL];
	LANE_ALIGNAS(64) uint8_t h_sum[GROUP_VECS * VL];
};

/* The keys of one message. */
struct message_key {
	struct aes_key aes;
	struct hash_key hash;
};

LANE_INLINE vec plus(vec counter, int n)
{
	return v_add32(counter, v_broadcast(_mm_set_epi32(0, 0, 0, n)));
}

/* The first halves of blocks 2·pair and 2·pair + 1. */
LANE_INLINE __m128i first_halves(const vec b[], const int pair)
{
#if VL == 64
	const vec which =
		pair % 2 == 0 ? _mm512_set_epi64(0, 0, 0, 0, 0, 0, 2, 0) : _mm512_set_epi64(0, 0, 0, 0, 0, 0, 6, 4);
	return v_lane0(_mm512_permutexvar_epi64(which, b[pair / 2]));
#elif VL == 32
	return v_lane0(_mm256_permute4x64_epi64(b[pair], 0x08));
#else
	return _mm_unpacklo_epi64(b[2 * pair], b[2 * pair + 1]);
#endif
}

/* RFC 8452 §4, derive_keys: the keys of a message with this nonce, which stands behind four bytes of 0. */
LANE_INLINE __m128i derive(const struct aes_key *key, struct aes_key *aes, __m128i nonce, const int n_rounds)
{
	enum { MAX_VECS = (6 + LANES - 1) / LANES };
	const int n_blocks = n_rounds == 10 ? 4 : 6, n_vecs = (n_blocks + LANES - 1) / LANES;
	const vec first = v_add32(v_broadcast(nonce), v_lane_numbers());
	vec b[MAX_VECS], rk = v_round_key(key, 0);
	LANE_UNROLL
	for (int i = 0; i < n_vecs; i++)
		b[i] = v_xor(plus(first, i * LANES), rk);
	LANE_UNROLL
	for (int round = 1; round < n_rounds; round++) {
		rk = v_round_key(key, (size_t)round);
		LANE_UNROLL
		for (int i = 0; i < n_vecs; i++)
			b[i] = v_aesenc(b[i], rk);
	}
	rk = v_round_key(key, (size_t)n_rounds);
	LANE_UNROLL
	for (int i = 0; i < n_vecs; i++)
		b[i] = v_aesenclast(b[i], rk);
	aes->n_rounds = (uint64_t)n_rounds;
	if (n_rounds == 10)
		aes_expand128(aes, first_halves(b, 1));
	else
		aes_expand256(aes, first_halves(b, 1), first_halves(b, 2));
	return first_halves(b, 0);
}

LANE_INLINE __m128i derive_keys(const struct aes_key *key, struct aes_key *aes, __m128i nonce)
{
	return key->n_rounds == 10 ? derive(key, aes, nonce, 10) : derive(key, aes, nonce, 14);
}

/* 0, 0, 0, 0, and the nonce. */
LANE_INLINE __m128i load_nonce_behind_0(const uint8_t p[12])
{
	return _mm_set_epi32(load_word(p + 8), load_word(p + 4), load_word(p), 0);
}

/* What is encrypted to be the tag, §4: the hash and the nonce, the top bit cleared. */
LANE_INLINE __m128i tag_block(__m128i hash, __m128i nonce)
{
	const __m128i x = _mm_xor_si128(hash, _mm_srli_si128(nonce, 4));
	return _mm_and_si128(x, _mm_set_epi32(0x7fffffff, -1, -1, -1));
}

LANE_INLINE __m128i first_counter(__m128i tag)
{
	return _mm_or_si128(tag, _mm_set_epi32((int)0x80000000, 0, 0, 0));
}

/* --- POLYVAL */

/* sum += the products of the lanes. */
LANE_INLINE void v_add_vec_product(struct vec_sum *sum, vec x, vec h)
{
	sum->lo = v_xor(sum->lo, v_clmul_lo(x, h));
	sum->hi = v_xor(sum->hi, v_clmul_hi(x, h));
	sum->mid = v_xor(sum->mid, v_clmul_lo(v_xor(x, v_swap_halves(x)), v_xor(h, v_swap_halves(h))));
}

#if VL == 64

/* x², x becomes x⁴, x³, x², x. */
LANE_INLINE vec four_powers(vec two)
{
	return _mm512_shuffle_i64x2(v_multiply(two, v_broadcast(v_lane0(two))), two, 0x44);
}

LANE_INLINE vec two_blocks(__m128i a, __m128i b)
{
	return _mm512_inserti32x4(v_from_block(a), b, 1);
}

#elif VL == 32

LANE_INLINE vec two_blocks(__m128i a, __m128i b)
{
	return _mm256_inserti128_si256(v_from_block(a), b, 1);
}

#endif

LANE_INLINE void store_steps(struct hash_key *key, size_t i, vec steps)
{
	v_store(key->step[i], steps);
	v_store(key->step_sum[i], v_xor(steps, v_swap_halves(steps)));
}

/* The powers for a message of n_steps vectors behind each other, 8 if there are more. */
LANE_INLINE void make_powers(struct hash_key *key, __m128i h, size_t n_steps)
{
	const __m128i h2 = polyval_multiply(h, h);
#if VL == 64
	const vec low = four_powers(two_blocks(h2, h));
	const vec high = v_multiply(low, v_broadcast(v_lane0(low)));
	v_store(key->row[4], low);
	v_store(key->row[0], high);
	vec steps = two_blocks(v_lane0(high), v_lane0(low));
	if (n_steps > 2)
		steps = four_powers(steps);
	else
		steps = _mm512_shuffle_i64x2(steps, steps, 0x44);
	store_steps(key, 4, steps);
	if (n_steps > 4)
		store_steps(key, 0, v_multiply(steps, v_broadcast(v_lane0(steps))));
#elif VL == 32
	const vec low = two_blocks(h2, h);
	const vec high = v_multiply(low, v_broadcast(h2));
	v_store(key->row[2], low);
	v_store(key->row[0], high);
	store_block(key->row[4], _mm_setzero_si128());
	const vec steps1 = two_blocks(v_lane0(high), h2);
	store_steps(key, 6, steps1);
	if (n_steps > 2) {
		const vec steps3 = v_multiply(steps1, v_broadcast(v_lane0(high)));
		store_steps(key, 4, steps3);
		if (n_steps > 4) {
			const vec by = v_broadcast(v_lane0(steps3));
			store_steps(key, 2, v_multiply(steps1, by));
			store_steps(key, 0, v_multiply(steps3, by));
		}
	}
#else
	vec steps[4] = {h, h2};
	store_block(key->row[1], h);
	store_block(key->row[0], h2);
	store_steps(key, 7, h);
	store_steps(key, 6, h2);
	if (n_steps > 2) {
		store_steps(key, 5, steps[2] = v_multiply(h, h2));
		store_steps(key, 4, steps[3] = v_multiply(h2, h2));
		for (size_t i = 0; n_steps > 4 && i < 4; i++)
			store_steps(key, 3 - i, v_multiply(steps[i], steps[3]));
	}
#endif
}

/* For runs of groups. */
LANE_INLINE struct powers widen(struct wide_steps *wide, const struct hash_key *key)
{
	if (LANES == 1)
		return (struct powers){key->step[0], key->step_sum[0]};
	LANE_UNROLL
	for (size_t i = 0; i < GROUP_VECS; i++) {
		v_store(wide->h + VL * i, v_broadcast(load_block(key->step[i])));
		v_store(wide->h_sum + VL * i, v_broadcast(load_block(key->step_sum[i])));
	}
	return (struct powers){wide->h, wide->h_sum};
}

/* h^power and those below in a row, power ≤ 2L; those below h^1 meet zeroes only. */
LANE_INLINE vec powers_from(const struct hash_key *key, size_t power)
{
	const size_t at = 2 * LANES - power;
#if VL == 64
	const vec which =
		_mm512_add_epi64(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi64(2 * (long long)at));
	return _mm512_permutex2var_epi64(v_load(key->row[0]), which, v_load(key->row[4]));
#elif VL == 32
	return two_blocks(load_block(key->row[at]), load_block(key->row[at + 1]));
#else
	return load_block(key->row[at]);
#endif
}

/* sum += the product of x with the power that is left when n_left vectors follow. */
LANE_INLINE void add_step(const struct hash_key *key, struct vec_sum *sum, vec x, size_t n_left)
{
	const vec h = v_broadcast(load_block(key->step[GROUP_VECS - n_left]));
	const vec h_sum = v_broadcast(load_block(key->step_sum[GROUP_VECS - n_left]));
	sum->lo = v_xor(sum->lo, v_clmul_lo(x, h));
	sum->hi = v_xor(sum->hi, v_clmul_hi(x, h));
	sum->mid = v_xor(sum->mid, v_clmul_lo(v_xor(x, v_swap_halves(x)), h_sum));
}

/* What is a page further on, or before, is asked for: caches by themselves stop at a page's end. It need not exist. */
enum { ASKED_AHEAD = 4096 };

LANE_INLINE void ask_for_group(const uint8_t *p, const int offset)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP_LEN; i += 64)
		_mm_prefetch((const char *)((uintptr_t)p + (uintptr_t)(intptr_t)(offset + i)), _MM_HINT_T0);
}

LANE_INLINE const uint8_t *vec_before(const uint8_t *p)
{
	return (const uint8_t *)((uintptr_t)p - VL);
}

/* y behind eight vectors. */
LANE_INLINE vec next_group(struct powers p, vec y, const uint8_t *in)
{
	return v_xor(hash_group(p, y, vec_before(in), 0), v_load_nth(in, GROUP_VECS - 1));
}

/* y behind n ≤ 8 vectors, the last of which is given, too. */
LANE_INLINE vec next_vecs(const struct hash_key *key, vec y, const uint8_t *in, size_t n, vec last)
{
	struct vec_sum sum = {v_zero(), v_zero(), v_zero()};
	if (n == 0)
		return y;
	add_step(key, &sum, y, n);
	for (size_t i = 1; i < n; i++)
		add_step(key, &sum, v_load_nth(in, i - 1), n - i);
	return v_xor(v_reduce(&sum), last);
}

/* The vector of the associated data up to `end`, whose last whole or begun block is in the last lane, and zeroes before
 * `begin`. */
LANE_INLINE vec load_to_end(const uint8_t *begin, size_t n_blocks, size_t len)
{
	const size_t before = LANES - n_blocks;
	const uint8_t *p = (const uint8_t *)((uintptr_t)begin - 16 * before);
	return v_load_part(p, 16 * before, 16 * before + len);
}

/* The hash of the associated data, whose last block is the last lane's. */
LANE_INLINE vec hash_aad(const struct hash_key *key, const uint8_t *aad, size_t aad_len)
{
	if (aad_len == 0)
		return v_zero();
	const size_t n_blocks = (aad_len + 15) / 16, n_vecs = (n_blocks + LANES - 1) / LANES;
	size_t n_first = n_blocks - LANES * (n_vecs - 1), n = n_vecs - 1;
	if (n == 0)
		return load_to_end(aad, n_first, aad_len);
	vec y = load_to_end(aad, n_first, 16 * n_first);
	aad += 16 * n_first;
	aad_len -= 16 * n_first;
	for (; n > 0;) {
		const size_t now = n < GROUP_VECS ? n : GROUP_VECS;
		const uint8_t *p = aad + VL * (now - 1);
		y = next_vecs(key, y, aad, now, n > now ? v_load(p) : v_load_part(p, 0, aad_len - VL * (now - 1)));
		aad += VL * now;
		aad_len -= VL * now;
		n -= now;
	}
	return y;
}

/* The end of the hash: y, then n ≤ GROUP blocks of message, the last vector of which is given, then the lengths. */
LANE_INLINE __m128i hash_end(const struct hash_key *key, vec y, const uint8_t *in, size_t n, vec last, __m128i lengths)
{
	const size_t n_whole = n / LANES, rest = n % LANES;
	struct vec_sum sum = {v_zero(), v_zero(), v_zero()};
	if (rest > 0)
		v_add_vec_product(&sum, last, powers_from(key, rest + 1));
	v_add_vec_product(&sum, v_from_block(lengths), v_from_block(load_block(key->row[2 * LANES - 1])));
	if (n_whole > 0)
		y = next_vecs(key, y, in, n_whole, rest > 0 ? v_load_nth(in, n_whole - 1) : last);
	v_add_vec_product(&sum, y, powers_from(key, rest + 1 + LANES));
	return v_fold(v_reduce(&sum));
}

/* --- counter mode */

struct run {
	vec counter;
	vec rk[9]; /* the last nine round keys, VL = 64 only */
};

LANE_INLINE void start_run(const struct aes_key *aes, struct run *run, __m128i counter)
{
	run->counter = v_add32(v_broadcast(counter), v_lane_numbers());
	LANE_UNROLL
	for (size_t i = 0; VL == 64 && i < 9; i++)
		run->rk[i] = v_pin(v_round_key(aes, aes->n_rounds - 8 + i));
}

/* Eight vectors of counter blocks through all rounds but the last nine; the next ones are n_on blocks on. */
LANE_INLINE void start_group(const struct aes_key *aes, vec b[GROUP_VECS], struct run *run, const int n_on)
{
	const vec rk = v_round_key(aes, 0);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		b[i] = v_pin(v_xor(plus(run->counter, i * LANES), rk));
	run->counter = plus(run->counter, n_on);
	round_vecs(b, GROUP_VECS, v_round_key(aes, 1));
	for (size_t round = 2; round + 9 <= aes->n_rounds; round++)
		round_vecs(b, GROUP_VECS, v_round_key(aes, round));
}

LANE_INLINE void end_group(const struct aes_key *aes, const struct run *run, const vec b[GROUP_VECS], uint8_t *out,
			   const uint8_t *in)
{
	const vec rk = late_key(aes, run->rk, 8);
	LANE_UNROLL
	for (size_t i = 0; i < GROUP_VECS; i++)
		v_store(out + VL * i, v_aesenclast(b[i], v_xor(rk, v_load_nth(in, i))));
}

LANE_INLINE void crypt_group(const struct aes_key *aes, struct run *run, uint8_t *out, const uint8_t *in,
			     const int n_on)
{
	vec b[GROUP_VECS];
	start_group(aes, b, run, n_on);
	LANE_UNROLL
	for (size_t i = 0; i < 8; i++)
		round_vecs(b, GROUP_VECS, late_key(aes, run->rk, i));
	end_group(aes, run, b, out, in);
}

/* A group of counter mode, and between its rounds the hash of the group of plaintext that is at hashed. */
LANE_INLINE vec open_group(const struct aes_key *aes, struct run *run, struct powers p, vec y, uint8_t *out,
			   const uint8_t *in, const uint8_t *hashed)
{
	vec b[GROUP_VECS];
	struct vec_sum sum = {v_zero(), v_zero(), v_zero()};
	const uint8_t *before = vec_before(hashed);
	start_group(aes, b, run, GROUP);
	two_rounds(aes, run->rk, 0, b, &sum, p, y, before, 2, 0);
	two_rounds(aes, run->rk, 2, b, &sum, p, y, before, 4, 0);
	two_rounds(aes, run->rk, 4, b, &sum, p, y, before, 6, 0);
	two_rounds(aes, run->rk, 6, b, &sum, p, y, before, 0, 0);
	end_group(aes, run, b, out, in);
	return v_xor(v_reduce(&sum), v_load_nth(hashed, GROUP_VECS - 1));
}

/* 1 … 8 vectors, the last of which may be cut; it goes to `last`, padded with zeroes, when decrypting. */
LANE_INLINE void crypt_vecs(const struct aes_key *aes, uint8_t last[VL], __m128i counter, uint8_t *out,
			    const uint8_t *in, size_t len, const int n_vecs)
{
	vec b[GROUP_VECS];
	const vec first = v_add32(v_broadcast(counter), v_lane_numbers());
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_xor(plus(first, i * LANES), v_round_key(aes, 0));
	const size_t extra = aes->n_rounds - 10;
	for (size_t round = 1; round <= extra; round++)
		round_vecs(b, n_vecs, v_round_key(aes, round));
	LANE_UNROLL
	for (size_t round = 1; round < 10; round++)
		round_vecs(b, n_vecs, v_round_key(aes, extra + round));
	const vec rk = v_round_key(aes, extra + 10);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++) {
		if (i >= n_vecs)
			break;
		b[i] = v_aesenclast(b[i], rk);
		if (i == n_vecs - 1) {
			const size_t end = len - (size_t)(VL * i);
			const vec x = v_xor(v_load_part(in + VL * i, 0, end), b[i]);
			v_store(last, v_store_part(out + VL * i, x, 0, end));
		} else {
			v_store(out + VL * i, v_xor(v_load(in + VL * i), b[i]));
		}
	}
}

/* At most a group. */
static __attribute__((noinline)) void crypt_end(const struct aes_key *aes, uint8_t last[VL], __m128i counter,
						uint8_t *out, const uint8_t *in, size_t len)
{
	switch ((len + VL - 1) / VL) {
	case 1:
		crypt_vecs(aes, last, counter, out, in, len, 1);
		break;
	case 2:
		crypt_vecs(aes, last, counter, out, in, len, 2);
		break;
	case 3:
		crypt_vecs(aes, last, counter, out, in, len, 3);
		break;
	case 4:
		crypt_vecs(aes, last, counter, out, in, len, 4);
		break;
	case 5:
		crypt_vecs(aes, last, counter, out, in, len, 5);
		break;
	case 6:
		crypt_vecs(aes, last, counter, out, in, len, 6);
		break;
	case 7:
		crypt_vecs(aes, last, counter, out, in, len, 7);
		break;
	default:
		crypt_vecs(aes, last, counter, out, in, len, 8);
		break;
	}
}

/* --- messages */

LANE_INLINE __m128i lengths_of(size_t aad_len, size_t len)
{
	return _mm_set_epi64x((long long)(8 * (uint64_t)len), (long long)(8 * (uint64_t)aad_len));
}

/* Up to a block of each, in 128 bits but for the making of the keys. */
LANE_INLINE __m128i one_block(const struct aes_key *key, __m128i nonce, __m128i tag, uint8_t *out, const uint8_t *aad,
			      size_t aad_len, const uint8_t *in, size_t len, const enum direction direction)
{
	struct aes_key aes;
	const __m128i h = derive_keys(key, &aes, nonce);
	const __m128i h2 = polyval_multiply(h, h);
	struct polyval_sum sum = polyval_zero();
	__m128i x = v_load_block_part(in, len), y = v_load_block_part(aad, aad_len);
	polyval_add_product(&sum, lengths_of(aad_len, len), h, _mm_xor_si128(h, swap_halves(h)));
	if (direction == DECRYPT && len > 0)
		x = v_store_block_part(out, _mm_xor_si128(x, aes_encrypt(&aes, first_counter(tag))), len);
	if (len > 0)
		y = _mm_xor_si128(polyval_multiply(y, h), x);
	polyval_add_product(&sum, y, h2, _mm_xor_si128(h2, swap_halves(h2)));
	const __m128i right = aes_encrypt(&aes, tag_block(polyval_reduce(&sum), nonce));
	if (direction == ENCRYPT && len > 0)
		v_store_block_part(out, _mm_xor_si128(x, aes_encrypt(&aes, first_counter(right))), len);
	return right;
}

/* What the powers have to reach. */
LANE_INLINE size_t n_steps_for(size_t aad_len, size_t len)
{
	return (longer(len, aad_len) + VL - 1) / VL;
}

/* n_groups: those that others follow, so that at least a byte is left; 0 where it is known at compile time. */
LANE_INLINE __m128i seal_groups(const struct aes_key *key, __m128i nonce, const size_t n_groups, uint8_t *out,
				const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	struct message_key m;
	const __m128i h = derive_keys(key, &m.aes, nonce);
	make_powers(&m.hash, h, n_steps_for(aad_len, len));
	vec y = hash_aad(&m.hash, aad, aad_len);
	const size_t rest = len - GROUP_LEN * n_groups;
	if (n_groups > 0) {
		struct wide_steps wide;
		const struct powers p = widen(&wide, &m.hash);
		for (size_t i = 0; i < n_groups; i++, in += GROUP_LEN) {
			ask_for_group(in, ASKED_AHEAD);
			y = next_group(p, y, in);
		}
	}
	const size_t end = rest > 0 ? (rest - 1) / VL * VL : 0;
	const vec last = rest > 0 ? v_load_part(in + end, 0, rest - end) : v_zero();
	const __m128i hash = hash_end(&m.hash, y, in, (rest + 15) / 16, last, lengths_of(aad_len, len));
	const __m128i tag = aes_encrypt(&m.aes, tag_block(hash, nonce));
	const __m128i counter = first_counter(tag);
	uint8_t scratch[VL];
	out += GROUP_LEN * n_groups;
	if (rest > 0)
		crypt_end(&m.aes, scratch, v_lane0(plus(v_from_block(counter), (int)(uint32_t)(GROUP * n_groups))), out,
			  in, rest);
	if (n_groups > 0) {
		struct run run;
		start_run(&m.aes, &run, counter);
		run.counter = plus(run.counter, (int)(uint32_t)(GROUP * (n_groups - 1)));
		for (size_t i = 0; i < n_groups; i++) {
			in -= GROUP_LEN;
			out -= GROUP_LEN;
			ask_for_group(in, -ASKED_AHEAD);
			ask_for_group(out, -ASKED_AHEAD);
			crypt_group(&m.aes, &run, out, in, -GROUP);
		}
	}
	return tag;
}

LANE_INLINE __m128i open_groups(const struct aes_key *key, __m128i nonce, __m128i tag, const size_t n_groups,
				uint8_t *out, const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	struct message_key m;
	const __m128i h = derive_keys(key, &m.aes, nonce);
	make_powers(&m.hash, h, n_steps_for(aad_len, len));
	vec y = hash_aad(&m.hash, aad, aad_len);
	const size_t rest = len - GROUP_LEN * n_groups;
	__m128i counter = first_counter(tag);
	LANE_ALIGNAS(64) uint8_t last[VL] = {0};
	if (n_groups > 0) {
		struct run run;
		struct wide_steps wide;
		const struct powers p = widen(&wide, &m.hash);
		start_run(&m.aes, &run, counter);
		crypt_group(&m.aes, &run, out, in, GROUP);
		for (size_t i = 1; i < n_groups; i++) {
			in += GROUP_LEN;
			out += GROUP_LEN;
			y = open_group(&m.aes, &run, p, y, out, in, out - GROUP_LEN);
		}
		in += GROUP_LEN;
		out += GROUP_LEN;
		y = next_group(p, y, out - GROUP_LEN);
		counter = v_lane0(run.counter);
	}
	if (rest > 0)
		crypt_end(&m.aes, last, counter, out, in, rest);
	const __m128i hash = hash_end(&m.hash, y, out, (rest + 15) / 16, v_load(last), lengths_of(aad_len, len));
	return aes_encrypt(&m.aes, tag_block(hash, nonce));
}

/* These apart, so that short messages don't pay for the stack frames of long ones. */
static __attribute__((noinline)) __m128i seal_short(const struct aes_key *key, __m128i nonce, uint8_t *out,
						    const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return seal_groups(key, nonce, 0, out, aad, aad_len, in, len);
}

static __attribute__((noinline)) __m128i seal_long(const struct aes_key *key, __m128i nonce, uint8_t *out,
						   const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return seal_groups(key, nonce, (len - 1) / GROUP_LEN, out, aad, aad_len, in, len);
}

static __attribute__((noinline)) __m128i open_short(const struct aes_key *key, __m128i nonce, __m128i tag, uint8_t *out,
						    const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return open_groups(key, nonce, tag, 0, out, aad, aad_len, in, len);
}

static __attribute__((noinline)) __m128i open_long(const struct aes_key *key, __m128i nonce, __m128i tag, uint8_t *out,
						   const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return open_groups(key, nonce, tag, (len - 1) / GROUP_LEN, out, aad, aad_len, in, len);
}

static __attribute__((noinline)) __m128i seal_block(const struct aes_key *key, __m128i nonce, uint8_t *out,
						    const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return one_block(key, nonce, nonce, out, aad, aad_len, in, len, ENCRYPT);
}

static __attribute__((noinline)) __m128i open_block(const struct aes_key *key, __m128i nonce, __m128i tag, uint8_t *out,
						    const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	return one_block(key, nonce, tag, out, aad, aad_len, in, len, DECRYPT);
}

static void seal(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t len)
{
	const __m128i n = load_nonce_behind_0(nonce);
	__m128i tag_out;
	if (longer(len, aad_len) <= 16)
		tag_out = seal_block(key, n, out, aad, aad_len, in, len);
	else if (len <= GROUP_LEN)
		tag_out = seal_short(key, n, out, aad, aad_len, in, len);
	else
		tag_out = seal_long(key, n, out, aad, aad_len, in, len);
	store_block(tag, tag_out);
}

static void open(const void *key, uint8_t *out, uint8_t right[16], const uint8_t tag[16], const uint8_t nonce[12],
		 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	const __m128i n = load_nonce_behind_0(nonce), t = load_counter(tag);
	__m128i tag_out;
	if (longer(len, aad_len) <= 16)
		tag_out = open_block(key, n, t, out, aad, aad_len, in, len);
	else if (len <= GROUP_LEN)
		tag_out = open_short(key, n, t, out, aad, aad_len, in, len);
	else
		tag_out = open_long(key, n, t, out, aad, aad_len, in, len);
	store_block(right, tag_out);
}

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_expand(key, user_key, key_len);
}

/* How deep the stack is used for a block. */
enum { block_depth = 512 };

static void scrub(size_t len)
{
	if (len <= 16)
		scrub_all(block_depth);
	else
		scrub_all(len <= GROUP_LEN ? 1536 : 4096);
}

static const struct lane_aes_gcm_siv_ops ops = {.init = init, .seal = seal, .open = open, .scrub = scrub};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-gcm-siv",
	.isa = KERNEL_ISA,
	.name = "aes-gcm-siv:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_AESNI,
	.ops.aes_gcm_siv = &ops,
};
