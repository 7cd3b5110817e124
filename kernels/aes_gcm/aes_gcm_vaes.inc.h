/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM with VAES and VPCLMULQDQ. Instantiated as `vaes512` (VL = 64, AVX-512) and
 * `vaes256` (VL = 32, AVX2). Before including, define VL, KERNEL_ISA, KERNEL_SYMBOL.
 */

#include "../aes/aes_vec.h"
#include "ghash_clmul.h"

enum {
	GROUP_VECS = 8,
	GROUP = GROUP_VECS * LANES, /* blocks */
	GROUP_LEN = 16 * GROUP
};
enum direction { ENCRYPT, DECRYPT };

struct vec_sum {
	vec lo, mid, hi;
};

LANE_INLINE struct vec_sum v_sum_zero(void)
{
	return (struct vec_sum){v_zero(), v_zero(), v_zero()};
}

/* sum += the products of x's lanes with the powers of h in a row from `power` down. */
LANE_INLINE void v_add_powers(struct vec_sum *sum, const struct gcm_key *key, vec x, size_t power)
{
	const vec h = v_load(key->h[GCM_N_POWERS - power]), h_sum = v_load(key->h_sum[GCM_N_POWERS - power]);
	sum->lo = v_xor(sum->lo, v_clmul_lo(x, h));
	sum->hi = v_xor(sum->hi, v_clmul_hi(x, h));
	sum->mid = v_xor(sum->mid, v_clmul_lo(v_xor(x, v_swap_halves(x)), h_sum));
}

/* The same for two vectors in a row, which saves additions. */
LANE_INLINE void v_add_powers2(struct vec_sum *sum, const struct gcm_key *key, vec x0, vec x1, size_t power)
{
	const uint8_t *h = key->h[GCM_N_POWERS - power], *h_sum = key->h_sum[GCM_N_POWERS - power];
	const vec s0 = v_xor(x0, v_swap_halves(x0)), s1 = v_xor(x1, v_swap_halves(x1));
	sum->lo = v_xor3(sum->lo, v_clmul_lo(x0, v_load(h)), v_clmul_lo(x1, v_load(h + VL)));
	sum->hi = v_xor3(sum->hi, v_clmul_hi(x0, v_load(h)), v_clmul_hi(x1, v_load(h + VL)));
	sum->mid = v_xor3(sum->mid, v_clmul_lo(s0, v_load(h_sum)), v_clmul_lo(s1, v_load(h_sum + VL)));
}

LANE_INLINE __m128i v_reduce(const struct vec_sum *sum)
{
	const vec p = v_broadcast(_mm_set_epi64x(0, (long long)0xc200000000000000));
	vec mid = v_xor3(sum->mid, sum->lo, sum->hi);
	mid = v_xor3(mid, v_swap_halves(sum->lo), v_clmul_lo(sum->lo, p));
	return v_fold(v_xor3(sum->hi, v_swap_halves(mid), v_clmul_lo(mid, p)));
}

/* A place in a message: blocks still to be made start at `counter`, byte-reversed, lane i one more
 * than lane i - 1. `base`: see aes_round1.h; right for the window of lane 0 when `window` is its number. */
struct place {
	vec counter;
	uint32_t low; /* the counter of lane 0 */
	vec base;
};

LANE_INLINE void set_base(const struct gcm_key *key, struct place *at)
{
	at->base = v_broadcast(aes_round1_base(&key->aes, reverse_bytes(v_lane0(at->counter))));
}

LANE_INLINE vec counter_plus(vec counter, int n)
{
	return v_add32(counter, v_broadcast(_mm_set_epi32(0, 0, 0, n)));
}

/* Eight vectors through round 1. */
LANE_INLINE void start_group(const struct gcm_key *key, vec b[GROUP_VECS], struct place *at)
{
	const uint32_t c = at->low % AES_ROUND1_WINDOW;
	if (__builtin_expect(c <= AES_ROUND1_WINDOW - GROUP, 1)) {
		if (c < GROUP)
			set_base(key, at);
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			b[i] = v_xor(at->base, v_load(key->round1.entry[c + (uint32_t)(i * LANES)]));
	} else {
		const vec rk0 = v_round_key(&key->aes, 0), rk1 = v_round_key(&key->aes, 1);
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			b[i] = v_aesenc(v_xor(v_reverse_bytes(counter_plus(at->counter, i * LANES)), rk0), rk1);
	}
	at->counter = counter_plus(at->counter, GROUP);
	at->low += GROUP;
}

LANE_INLINE void round_group(const struct gcm_key *key, vec b[GROUP_VECS], size_t round)
{
	const vec rk = v_round_key(&key->aes, round);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		b[i] = v_aesenc(b[i], rk);
}

/* One group of AES: from `in` to `out`, of which the first `header` blocks do not exist; between its rounds,
 * one group of GHASH, if hashed is not NULL: x0, then the vectors of ciphertext at hashed + VL. Returns the hash. In a group with
 * a header, *tag_mask gets the last block of the header. */
LANE_INLINE __m128i group(const struct gcm_key *key, struct place *at, uint8_t *out, const uint8_t *in,
                          const size_t header, __m128i *tag_mask, vec x0, const uint8_t *hashed)
{
	vec b[GROUP_VECS];
	struct vec_sum sum = v_sum_zero();
	start_group(key, b, at);
	const size_t n_rounds = key->aes.n_rounds, skip = n_rounds - 8;
	if (n_rounds > 10) {
		round_group(key, b, 2);
		round_group(key, b, 3);
		if (n_rounds > 12) {
			round_group(key, b, 4);
			round_group(key, b, 5);
		}
	}
	LANE_UNROLL
	for (size_t i = 0; i < 8; i += 2) {
		round_group(key, b, skip + i);
		if (hashed) {
			if (i > 0)
				x0 = v_reverse_bytes(v_load(hashed + VL * i));
			const vec x1 = v_reverse_bytes(v_load(hashed + VL * (i + 1)));
			v_add_powers2(&sum, key, x0, x1, GROUP - LANES * i);
		}
		round_group(key, b, skip + i + 1);
	}
	__m128i y = _mm_setzero_si128();
	if (hashed)
		y = v_reduce(&sum);
	const vec rk = v_round_key(&key->aes, n_rounds);
	LANE_UNROLL
	for (size_t i = 0; i < GROUP_VECS; i++) {
		if (16 * header >= VL * (i + 1)) {
			b[i] = v_aesenclast(b[i], rk);
		} else if (16 * header > VL * i) {
			b[i] = v_aesenclast(b[i], v_xor(rk, v_load_part(in + VL * i, 16 * header - VL * i, VL)));
			v_store_part(out + VL * i, b[i], 16 * header - VL * i, VL);
		} else {
			v_store(out + VL * i, v_aesenclast(b[i], v_xor(rk, v_load(in + VL * i))));
		}
	}
	if (header > 0)
		*tag_mask = v_lane1(b[0]);
	return y;
}

/* hash of a group alone */
LANE_INLINE __m128i hash_group(const struct gcm_key *key, vec x0, const uint8_t *hashed)
{
	struct vec_sum sum = v_sum_zero();
	LANE_UNROLL
	for (size_t i = 0; i < 8; i += 2) {
		if (i > 0)
			x0 = v_reverse_bytes(v_load(hashed + VL * i));
		const vec x1 = v_reverse_bytes(v_load(hashed + VL * (i + 1)));
		v_add_powers2(&sum, key, x0, x1, GROUP - LANES * i);
	}
	return v_reduce(&sum);
}

/* x0 of the group of ciphertext at p: with y added to its first block. */
LANE_INLINE vec first_vec(const uint8_t *p, __m128i y)
{
	return v_xor(v_reverse_bytes(v_load(p)), v_from_block(y));
}

/* The same for a group that begins with two blocks of header. */
LANE_INLINE vec first_vec_after_header(const uint8_t *p, __m128i y)
{
	return v_xor(v_reverse_bytes(v_load_part(p, 32, VL)), v_from_block1(y));
}

/* n_groups > 0 groups. header: 0, or 2: the first group begins with an unused block and J0. y is added to the
 * first block, or the second when there is a header. */
LANE_INLINE __m128i groups(const struct gcm_key *key, struct place *at, uint8_t *out, const uint8_t *in,
                           size_t n_groups, const size_t header, __m128i *tag_mask, __m128i y,
                           const enum direction direction)
{
	set_base(key, at);
	const uint8_t *hashed = direction == ENCRYPT ? out : in;
	vec x0 = v_zero();
	if (direction == DECRYPT) {
		x0 = header ? first_vec_after_header(hashed, y) : first_vec(hashed, y);
		y = group(key, at, out, in, header, tag_mask, x0, hashed);
	} else {
		group(key, at, out, in, header, tag_mask, x0, NULL);
		x0 = header ? first_vec_after_header(hashed, y) : first_vec(hashed, y);
	}
	while (--n_groups > 0) {
		in += GROUP_LEN;
		out += GROUP_LEN;
		if (direction == DECRYPT) {
			y = group(key, at, out, in, 0, tag_mask, first_vec(in, y), in);
		} else {
			y = group(key, at, out, in, 0, tag_mask, x0, out - GROUP_LEN);
			x0 = first_vec(out, y);
		}
	}
	return direction == DECRYPT ? y : hash_group(key, x0, out);
}

/* The last 1 … 8·n_vecs blocks: len bytes at in, of which the first `header` (0 or 16) do not exist. y is added to the first block. Adds to sum, with
 * powers of h that leave `after` blocks to come. Returns E of the first block. */
LANE_INLINE __m128i rest(const struct gcm_key *key, struct vec_sum *sum, vec counter, __m128i y, uint8_t *out,
                         const uint8_t *in, size_t header, size_t len, size_t after, const int n_vecs,
                         const enum direction direction)
{
	vec b[GROUP_VECS];
	vec rk = v_round_key(&key->aes, 0);
	LANE_UNROLL
	for (int i = 0; i < n_vecs; i++)
		b[i] = v_xor(v_reverse_bytes(counter_plus(counter, i * LANES)), rk);
	for (size_t round = 1; round < key->aes.n_rounds; round++) {
		rk = v_round_key(&key->aes, round);
		LANE_UNROLL
		for (int i = 0; i < n_vecs; i++)
			b[i] = v_aesenc(b[i], rk);
	}
	rk = v_round_key(&key->aes, key->aes.n_rounds);
	LANE_UNROLL
	for (int i = 0; i < n_vecs; i++)
		b[i] = v_aesenclast(b[i], rk);
	const __m128i first = v_lane0(b[0]);
	size_t power = (len + 15) / 16 + after;
	LANE_UNROLL
	for (int i = 0; i < n_vecs; i++) {
		const uint8_t *p = in + VL * i;
		uint8_t *q = out + VL * i;
		vec x, z;
		if (i == 0 || i == n_vecs - 1) {
			const size_t from = i == 0 ? header : 0, to = i == n_vecs - 1 ? len - (size_t)(VL * i) : VL;
			x = v_load_part(p, from, to);
			z = v_store_part(q, v_xor(x, b[i]), from, to);
		} else {
			x = v_load(p);
			z = v_xor(x, b[i]);
			v_store(q, z);
		}
		x = v_reverse_bytes(direction == ENCRYPT ? z : x);
		if (i == 0)
			x = v_xor(x, v_from_block(y));
		v_add_powers(sum, key, x, power);
		power -= LANES;
	}
	return first;
}

LANE_INLINE __m128i rest_any(const struct gcm_key *key, struct vec_sum *sum, vec counter, __m128i y, uint8_t *out,
                             const uint8_t *in, size_t header, size_t len, size_t after,
                             const enum direction direction)
{
	switch ((len + VL - 1) / VL) {
	case 1:
		return rest(key, sum, counter, y, out, in, header, len, after, 1, direction);
	case 2:
		return rest(key, sum, counter, y, out, in, header, len, after, 2, direction);
	case 3:
		return rest(key, sum, counter, y, out, in, header, len, after, 3, direction);
	case 4:
		return rest(key, sum, counter, y, out, in, header, len, after, 4, direction);
	case 5:
		return rest(key, sum, counter, y, out, in, header, len, after, 5, direction);
	case 6:
		return rest(key, sum, counter, y, out, in, header, len, after, 6, direction);
	case 7:
		return rest(key, sum, counter, y, out, in, header, len, after, 7, direction);
	default:
		return rest(key, sum, counter, y, out, in, header, len, after, 8, direction);
	}
}

LANE_INLINE vec lanes_from(__m128i counter)
{
	return v_add32(v_broadcast(counter), v_lane_numbers());
}

LANE_INLINE void message(const struct gcm_key *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12],
                         const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
                         const enum direction direction)
{
	const __m128i lengths = _mm_set_epi64x((long long)(8 * (uint64_t)aad_len), (long long)(8 * (uint64_t)len));
	__m128i j0 = _mm_cvtsi32_si128((int)load32_be(nonce + 8));
	j0 = _mm_set_epi64x((long long)((uint64_t)load32_be(nonce) << 32 | load32_be(nonce + 4)),
	                    (long long)((uint64_t)load32_be(nonce + 8) << 32 | 1));
	__m128i y = _mm_setzero_si128();
	if (aad_len > 16) {
		const size_t n_whole = (aad_len - 1) / 16;
		y = ghash_blocks(key, y, aad, n_whole, 1);
		aad += 16 * n_whole;
		aad_len -= 16 * n_whole;
	}
	y = _mm_xor_si128(y, reverse_bytes(aad_len == 16 ? load_block(aad) : load_partial(aad, aad_len)));

	struct ghash_sum last = ghash_zero();
	ghash_add_power(&last, key, lengths, 1);
	struct vec_sum sum = {v_from_block(last.lo), v_from_block(last.mid), v_from_block(last.hi)};

	__m128i tag_mask;
	if (len <= 16 * (GROUP - 1)) {
		tag_mask = rest_any(key, &sum, lanes_from(j0), y, out - 16, in - 16, 16, len + 16, 1, direction);
	} else {
		struct place at = {.counter = lanes_from(_mm_sub_epi32(j0, _mm_set_epi32(0, 0, 0, 1))), .low = 0};
		const size_t n_groups = (len + 31) / GROUP_LEN;
		y = groups(key, &at, out - 32, in - 32, n_groups, 2, &tag_mask, y, direction);
		const size_t done = GROUP_LEN * n_groups - 32;
		rest_any(key, &sum, at.counter, y, out + done, in + done, 0, len - done, 1, direction);
	}
	store_block(tag, _mm_xor_si128(reverse_bytes(v_reduce(&sum)), tag_mask));
}

static void seal(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
                 size_t aad_len, const uint8_t *in, size_t len)
{
	message(key, out, tag, nonce, aad, aad_len, in, len, ENCRYPT);
}

static void open(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
                 size_t aad_len, const uint8_t *in, size_t len)
{
	message(key, out, tag, nonce, aad, aad_len, in, len, DECRYPT);
}

LANE_INLINE void stretch(const struct gcm_key *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out,
                         const uint8_t *in, size_t n_blocks, const enum direction direction)
{
	const __m128i c = reverse_bytes(load_block(counter));
	const uint32_t low = (uint32_t)_mm_cvtsi128_si32(c);
	const size_t n_groups = n_blocks / GROUP, n = n_blocks % GROUP;
	__m128i y = reverse_bytes(load_block(hash)), unused;
	struct place at = {.counter = lanes_from(c), .low = low};
	if (n_groups > 0)
		y = groups(key, &at, out, in, n_groups, 0, &unused, y, direction);
	if (n > 0) {
		struct vec_sum sum = v_sum_zero();
		rest_any(key, &sum, at.counter, y, out + GROUP_LEN * n_groups, in + GROUP_LEN * n_groups, 0, 16 * n, 0,
		         direction);
		y = v_reduce(&sum);
	}
	store32_be(counter + 12, low + (uint32_t)n_blocks);
	store_block(hash, reverse_bytes(y));
}

static void encrypt(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
                    size_t n_blocks)
{
	stretch(key, counter, hash, out, in, n_blocks, ENCRYPT);
}

static void decrypt(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
                    size_t n_blocks)
{
	stretch(key, counter, hash, out, in, n_blocks, DECRYPT);
}

static void ghash(const void *key, uint8_t hash[16], const uint8_t *in, size_t len)
{
	store_block(hash, reverse_bytes(ghash_padded(key, reverse_bytes(load_block(hash)), in, len)));
}

static void encrypt_block(const void *key, uint8_t out[16], const uint8_t in[16])
{
	const struct gcm_key *k = key;
	store_block(out, aes_encrypt(&k->aes, load_block(in)));
}

static void polyval(uint8_t hash[16], const uint8_t key[16], const uint8_t *in, size_t n_blocks)
{
	struct gcm_key powers;
	ghash_make_powers(&powers, load_block(key));
	store_block(hash, ghash_blocks(&powers, _mm_setzero_si128(), in, n_blocks, 0));
	lane_wipe(&powers, sizeof powers);
}

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct gcm_key *k = key;
	gcm_expand(key, user_key, key_len);
	v_make_round1(&k->round1, &k->aes);
}

static const struct lane_aes_gcm_ops ops = {
	.init = init,
	.seal = seal,
	.open = open,
	.encrypt = encrypt,
	.decrypt = decrypt,
	.ghash = ghash,
	.encrypt_block = encrypt_block,
	.polyval = polyval,
};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-gcm",
	.isa = KERNEL_ISA,
	.name = "aes-gcm:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_AESNI,
	.ops.aes_gcm = &ops,
};
