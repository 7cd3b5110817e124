/* SPDX-License-Identifier: MIT */
/*
 * AES-XTS for x86-64, at every vector width: `vaes512` (VL = 64: VAES, VPCLMULQDQ, AVX-512), `vaes256` (VL = 32: VAES,
 * VPCLMULQDQ, AVX2), `aesni-avx` and `aesni` (VL = 16: AES-NI; VEX or SSE encoding). Before including, define VL,
 * KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow: groups of 8 vectors of blocks, each xored with its tweak and the first round key at once, and with its
 * tweak again by way of the last round key. Between the first rounds the tweaks of the next group are made. The rest of
 * a data unit as one piece of 1 … 8 vectors, the last one masked; then, one after the other, the two blocks that share
 * stolen ciphertext. Tweaks of several data units are encrypted 8 at a time. Tweaks: t·x^16 is a shift by two bytes and
 * the 16 bits carried out, times x^7 + x^2 + x + 1, which is one multiply for two vectors: carries 32 bits apart stay
 * apart. Multiplies cost time on the AES ports of some cores, shifts by bits on those of others (an Intel server core,
 * VL = 64, 16 KiB, three shifts in place of the multiply: 0.190 cycles/byte against 0.165, AES-256 0.248 against
 * 0.224); shifts by bytes and shuffles on neither. Without wide vectors: times x, one after the other. Registers (VL =
 * 64): 8 blocks, 8 tweaks and 8 of the next group, three constants, the round key. Bounds: trusts the public layer that
 * a data unit has 16 bytes or more, and that numbers do not wrap. Secret: keys, data, encrypted tweaks. Public:
 * lengths, tweaks. Intel server core, 16 KiB, AES-128 / AES-256, share of the limit of the width: VL = 64 97 / 97 %, VL
 * = 32 78 / 85 % and VL = 16 75 / 85
 * %, where tweaks and xors want more of the third vector port than rounds leave time for.
 */

#include "../aes/aes_vec.h"
#include "../scrub.h"
#include "aes_xts_impl.h"

enum {
	GROUP_VECS = 8,
	GROUP = GROUP_VECS * LANES, /* blocks */
	GROUP_LEN = 16 * GROUP,
	N_TWEAKS = 8 /* of data units, encrypted together */
};

struct xts_key {
	struct aes_key encrypt, decrypt, tweak;
};

_Static_assert(sizeof(struct xts_key) <= AES_XTS_KEY_LEN, "struct lane_aes_xts_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct xts_key *k = key;
	aes_expand(&k->encrypt, user_key, key_len / 2);
	aes_invert(&k->decrypt, &k->encrypt);
	aes_expand(&k->tweak, user_key + key_len / 2, key_len / 2);
}

/* --- Tweaks: elements of GF(2^128), the least significant bit first; x^128 = x^7 + x^2 + x + 1. */

/* t·x^n, n < 57. */
LANE_INLINE __m128i times_x_to(__m128i t, size_t n)
{
	const __m128i carry = _mm_srl_epi64(t, _mm_cvtsi64_si128((long long)(64 - n)));
	const __m128i c = _mm_srli_si128(carry, 8); // out of x^127
	const __m128i fold = _mm_xor_si128(_mm_xor_si128(c, _mm_slli_epi64(c, 1)),
					   _mm_xor_si128(_mm_slli_epi64(c, 2), _mm_slli_epi64(c, 7)));
	const __m128i shifted = _mm_sll_epi64(t, _mm_cvtsi64_si128((long long)n));
	return _mm_xor_si128(_mm_xor_si128(shifted, _mm_slli_si128(carry, 8)), fold);
}

/* t·x */
LANE_INLINE __m128i times_x(__m128i t)
{
	const __m128i signs = _mm_srai_epi32(_mm_shuffle_epi32(t, 0x13), 31); // of words 3 0 1 0
	const __m128i carry = _mm_and_si128(signs, _mm_set_epi32(0, 1, 0, 0x87));
	return _mm_xor_si128(_mm_add_epi64(t, t), carry);
}

#if VL == 16

LANE_INLINE void first_tweaks(vec t[], const int n_vecs, __m128i t0)
{
	t[0] = t0;
	LANE_UNROLL
	for (int i = 1; i < GROUP_VECS; i++)
		if (i < n_vecs)
			t[i] = times_x(t[i - 1]);
}

/* Those of the next group, two at a time: pair = 0 … 3, one after the other. */
LANE_INLINE void next_tweaks(vec next[], const vec t[], const int pair)
{
	next[2 * pair] = times_x(pair == 0 ? t[GROUP_VECS - 1] : next[2 * pair - 1]);
	next[2 * pair + 1] = times_x(next[2 * pair]);
}

#else

/* Vector i, lane j: t0·x^(i·LANES + j). */
LANE_INLINE void first_tweaks(vec t[], const int n_vecs, __m128i t0)
{
	const vec poly = v_broadcast(_mm_set_epi64x(0, 0x87)), start = v_broadcast(t0);
	const vec lanes = v_low_halves(v_lane_numbers(), v_lane_numbers());
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++) {
		if (i >= n_vecs)
			continue;
		const vec n = v_add64(lanes, v_broadcast(_mm_set1_epi64x(i * LANES)));
		const vec carry = v_shift_right64(start, v_sub64(v_broadcast(_mm_set1_epi64x(64)), n));
		const vec up = v_low_halves(v_zero(), carry), fold = v_clmul_mixed(carry, poly);
		t[i] = v_xor3(v_shift_left64(start, n), up, fold);
	}
}

/* a and b times x^16. Both carries go through one multiplication: 16 bits of a's and 16 of b's, 32 apart, become 23
 * bits each. */
LANE_INLINE void times_x16(vec *to_a, vec *to_b, vec a, vec b)
{
	const vec poly = v_broadcast(_mm_set_epi64x(0, 0x87)), low_word = v_broadcast(_mm_set_epi32(0, 0, 0, -1));
	// bytes 14 and 15 of a, zeroes, those of b, zeroes: out of a's and b's last words side by side
	const vec order = v_broadcast(_mm_set_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 15, 14, -1, -1, 11, 10));
	const vec carries = v_shuffle_bytes(v_high_words(a, b), order);
	const vec folds = v_clmul_lo(carries, poly);
	*to_a = v_xor_masked(v_up2(a), folds, low_word);
	*to_b = v_xor(v_up2(b), v_down4(folds));
}

/* Those of the next group, two at a time: pair = 0 … 3, one after the other. */
LANE_INLINE void next_tweaks(vec next[], const vec t[], const int pair)
{
	const int i = 2 * pair, half = GROUP_VECS / 2;
	if (GROUP == 16)
		times_x16(&next[i], &next[i + 1], t[i], t[i + 1]);
	else if (i < half) // GROUP = 32: x^16 is half of it
		times_x16(&next[i], &next[i + 1], t[half + i], t[half + i + 1]);
	else
		times_x16(&next[i], &next[i + 1], next[i - half], next[i - half + 1]);
}

#endif

/* --- Blocks. */

LANE_INLINE void round_vecs(const int decrypting, vec b[], const int n_vecs, vec rk)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_pin(v_round(decrypting, b[i], rk));
}

/* A block with its tweak. */
LANE_INLINE __m128i one_block(const int decrypting, const struct aes_key *key, __m128i x, __m128i t)
{
	x = _mm_xor_si128(x, t);
	return _mm_xor_si128(decrypting ? aes_decrypt(key, x) : aes_encrypt(key, x), t);
}

/* n_groups > 0 whole groups. Returns the tweak after them. */
LANE_INLINE __m128i groups(const int decrypting, const struct aes_key *key, __m128i t0, uint8_t *out, const uint8_t *in,
			   size_t n_groups)
{
	const size_t n_rounds = key->n_rounds;
	vec t[GROUP_VECS];
	first_tweaks(t, GROUP_VECS, t0);
	for (; n_groups > 0; n_groups--, in += GROUP_LEN, out += GROUP_LEN) {
		vec b[GROUP_VECS], next[GROUP_VECS], rk = v_pin(v_round_key(key, 0));
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			b[i] = v_pin(v_xor3(t[i], rk, v_load(in + VL * i)));
		LANE_UNROLL
		for (int pair = 0; pair < GROUP_VECS / 2; pair++) {
			round_vecs(decrypting, b, GROUP_VECS, v_round_key(key, (size_t)pair + 1));
			next_tweaks(next, t, pair);
		}
		for (size_t round = GROUP_VECS / 2 + 1; round < n_rounds; round++)
			round_vecs(decrypting, b, GROUP_VECS, v_round_key(key, round));
		rk = v_pin(v_round_key(key, n_rounds));
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++) {
			v_store(out + VL * i, v_last_round(decrypting, b[i], v_xor(rk, t[i])));
			t[i] = next[i];
		}
	}
	return v_lane0(t[0]);
}

/* 0 < len ≤ VL·n_vecs bytes, whole blocks, the last vector of which begins before len. */
LANE_INLINE void rest(const int decrypting, const struct aes_key *key, __m128i t0, uint8_t *out, const uint8_t *in,
		      size_t len, const int n_vecs)
{
	vec b[GROUP_VECS], t[GROUP_VECS], rk = v_round_key(key, 0);
	const int last = n_vecs - 1;
	const size_t at = (size_t)(VL * last);
	first_tweaks(t, n_vecs, t0);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < last)
			b[i] = v_xor3(t[i], rk, v_load(in + VL * i));
	b[last] = v_xor3(t[last], rk, v_load_part(in + at, 0, len - at));
	for (size_t round = 1; round < key->n_rounds; round++)
		round_vecs(decrypting, b, n_vecs, v_round_key(key, round));
	rk = v_round_key(key, key->n_rounds);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < last)
			v_store(out + VL * i, v_last_round(decrypting, b[i], v_xor(rk, t[i])));
	v_store_part(out + at, v_last_round(decrypting, b[last], v_xor(rk, t[last])), 0, len - at);
}

/* n_blocks < GROUP. */
LANE_INLINE void some_blocks(const int decrypting, const struct aes_key *key, __m128i t, uint8_t *out,
			     const uint8_t *in, size_t n_blocks)
{
	if (n_blocks == 1) {
		store_block(out, one_block(decrypting, key, load_block(in), t));
		return;
	}
	switch ((n_blocks + LANES - 1) / LANES) {
	case 0:
		return;
	case 1:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 1);
		return;
	case 2:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 2);
		return;
	case 3:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 3);
		return;
	case 4:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 4);
		return;
	case 5:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 5);
		return;
	case 6:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 6);
		return;
	case 7:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 7);
		return;
	default:
		rest(decrypting, key, t, out, in, 16 * n_blocks, 8);
		return;
	}
}

/* Ciphertext stealing, IEEE 1619 §5.3.2 and §5.4.2: the last whole block, and n < 16 bytes behind it. t: the tweak of
 * the whole block; decrypting, it takes the one after. */
LANE_INLINE void steal(const int decrypting, const struct aes_key *key, __m128i t, uint8_t *out, const uint8_t *in,
		       size_t n)
{
	const __m128i t1 = times_x(t), tail = v_load_block_part(in + 16, n);
	const __m128i first = one_block(decrypting, key, load_block(in), decrypting ? t1 : t);
	const __m128i stolen = _mm_xor_si128(first, v_store_block_part(out + 16, first, n));
	store_block(out, one_block(decrypting, key, _mm_or_si128(tail, stolen), decrypting ? t : t1));
}

/* One data unit whose tweak is encrypted. */
LANE_INLINE void crypt_unit(const int decrypting, const struct aes_key *key, __m128i t, uint8_t *out, const uint8_t *in,
			    size_t len)
{
	const size_t tail = len % 16;
	size_t n_blocks = len / 16 - (tail > 0);
	const size_t n_groups = n_blocks / GROUP;
	if (n_groups > 0) {
		t = groups(decrypting, key, t, out, in, n_groups);
		out += GROUP_LEN * n_groups;
		in += GROUP_LEN * n_groups;
		n_blocks %= GROUP;
	}
	some_blocks(decrypting, key, t, out, in, n_blocks);
	if (__builtin_expect(tail > 0, 0))
		steal(decrypting, key, times_x_to(t, n_blocks), out + 16 * n_blocks, in + 16 * n_blocks, tail);
}

static void encrypt_unit(const struct xts_key *key, __m128i t, uint8_t *out, const uint8_t *in, size_t len)
{
	crypt_unit(0, &key->encrypt, t, out, in, len);
}

static void decrypt_unit(const struct xts_key *key, __m128i t, uint8_t *out, const uint8_t *in, size_t len)
{
	crypt_unit(1, &key->decrypt, t, out, in, len);
}

LANE_INLINE __m128i first_tweak(const struct xts_key *key, const uint8_t tweak[16])
{
	return aes_encrypt(&key->tweak, load_counter(tweak));
}

/* Encrypts the tweaks from `number` on. */
LANE_INLINE void encrypt_tweaks(const struct aes_key *key, uint8_t tweaks[N_TWEAKS][16], vec number)
{
	enum { N_VECS = N_TWEAKS / LANES };
	vec b[GROUP_VECS], rk = v_round_key(key, 0);
	LANE_UNROLL
	for (int i = 0; i < N_VECS; i++)
		b[i] = v_xor(v_add64(number, v_broadcast(_mm_set_epi64x(0, i * LANES))), rk);
	for (size_t round = 1; round < key->n_rounds; round++)
		round_vecs(0, b, N_VECS, v_round_key(key, round));
	rk = v_round_key(key, key->n_rounds);
	LANE_UNROLL
	for (int i = 0; i < N_VECS; i++)
		v_store(tweaks[i * LANES], v_aesenclast(b[i], rk));
}

static void crypt_units(void (*unit)(const struct xts_key *key, __m128i t, uint8_t *out, const uint8_t *in, size_t len),
			const struct xts_key *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in,
			size_t unit_len, size_t n_units)
{
	vec number = v_add64(v_broadcast(load_counter(tweak)), v_lane_numbers());
	while (n_units > 0) {
		LANE_ALIGNAS(64) uint8_t tweaks[N_TWEAKS][16];
		encrypt_tweaks(&key->tweak, tweaks, number);
		number = v_add64(number, v_broadcast(_mm_set_epi64x(0, N_TWEAKS)));
		for (size_t i = 0; i < N_TWEAKS && n_units > 0; i++, n_units--, out += unit_len, in += unit_len)
			unit(key, load_block(tweaks[i]), out, in, unit_len);
	}
}

static void encrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
	if (n_units == 1)
		encrypt_unit(key, first_tweak(key, tweak), out, in, unit_len);
	else
		crypt_units(encrypt_unit, key, out, tweak, in, unit_len, n_units);
}

static void decrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
	if (n_units == 1)
		decrypt_unit(key, first_tweak(key, tweak), out, in, unit_len);
	else
		crypt_units(decrypt_unit, key, out, tweak, in, unit_len, n_units);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(1024);
}

static const struct lane_aes_xts_ops ops = {.init = init, .encrypt = encrypt, .decrypt = decrypt, .scrub = scrub};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-xts",
	.isa = KERNEL_ISA,
	.name = "aes-xts:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_AESNI,
	.ops.aes_xts = &ops,
};
