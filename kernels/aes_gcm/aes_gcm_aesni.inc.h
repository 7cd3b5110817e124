/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM with AES-NI and PCLMULQDQ, 128-bit registers. Instantiated as `aesni`
 * (SSE encoding: CPUs from Westmere on) and `aesni-avx` (VEX encoding, which saves
 * the register copies). Before including, define KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow: steps of 8 blocks. While the 8 counter blocks of a step go through
 * the AES rounds, 8 blocks of ciphertext go through GHASH between the rounds: when
 * encrypting those of the step before, when decrypting those of this step, which
 * are read before they may be overwritten. One reduction a step. The rest of a
 * message (up to 7 blocks, the last of which may be cut) is one more group, with
 * E(J0) among its blocks and the block of lengths in its GHASH; a short message
 * is that group alone, together with its associated data.
 *
 * Identity: see ghash_clmul.h.
 * Registers in a step: 8 blocks, round key, 3 sums, 3 for a product, byte mask.
 * Bounds: trusts the public layer for lengths; the counter's 32 bits wrap.
 * Secret: key, plaintext, hash; public: lengths, nonce, counter.
 */

#include "ghash_clmul.h"

enum { STEP = 8 };
enum direction { ENCRYPT, DECRYPT };

/* Counter blocks are kept byte-reversed, so that the 32-bit counter is the lowest
 * word and can be added to. */
LANE_INLINE __m128i counter_plus(__m128i counter, int n)
{
	return _mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, n));
}

LANE_INLINE void start_blocks(const struct gcm_key *key, __m128i b[], const int n, __m128i counter)
{
	const __m128i rk = aes_round_key(&key->aes, 0);
	LANE_UNROLL
	for (int i = 0; i < n; i++)
		b[i] = _mm_xor_si128(reverse_bytes(counter_plus(counter, i)), rk);
}

LANE_INLINE void round_blocks(const struct gcm_key *key, __m128i b[], const int n, size_t round)
{
	const __m128i rk = aes_round_key(&key->aes, round);
	LANE_UNROLL
	for (int i = 0; i < n; i++)
		b[i] = _mm_aesenc_si128(b[i], rk);
}

/* The rounds that 192 and 256 bits have beyond 128's: rounds 1 … n_rounds − 10. Returns their number. */
LANE_INLINE size_t extra_rounds(const struct gcm_key *key, __m128i b[], const int n)
{
	if (key->aes.n_rounds > 10) {
		round_blocks(key, b, n, 1);
		round_blocks(key, b, n, 2);
		if (key->aes.n_rounds > 12) {
			round_blocks(key, b, n, 3);
			round_blocks(key, b, n, 4);
		}
	}
	return key->aes.n_rounds - 10;
}

/* All 8 blocks at `in` into sum, y into the first. */
LANE_INLINE void hash_one_of_step(struct ghash_sum *sum, const struct gcm_key *key, __m128i y, const uint8_t *in, int i)
{
	__m128i x = reverse_bytes(load_block(in + 16 * i));
	if (i == 0)
		x = _mm_xor_si128(x, y);
	ghash_add_power(sum, key, x, (size_t)(STEP - i));
}

/* One step: encrypts 8 blocks, and hashes 8 blocks at `hashed` between the rounds, if not NULL. */
LANE_INLINE void step(const struct gcm_key *key, __m128i counter, __m128i *y, const uint8_t *hashed, uint8_t *out,
		      const uint8_t *in)
{
	__m128i b[STEP];
	struct ghash_sum sum = ghash_zero();
	start_blocks(key, b, STEP, counter);
	const size_t skip = extra_rounds(key, b, STEP);
	LANE_UNROLL
	for (int i = 0; i < STEP; i++) {
		round_blocks(key, b, STEP, skip + (size_t)i + 1);
		if (hashed)
			hash_one_of_step(&sum, key, *y, hashed, i);
	}
	round_blocks(key, b, STEP, skip + 9);
	if (hashed)
		*y = ghash_reduce(&sum);
	const __m128i rk = aes_round_key(&key->aes, skip + 10);
	LANE_UNROLL
	for (int i = 0; i < STEP; i++)
		store_block(out + 16 * i, _mm_aesenclast_si128(b[i], _mm_xor_si128(rk, load_block(in + 16 * i))));
}

/* n_steps > 0 whole steps. */
LANE_INLINE void steps(const struct gcm_key *key, __m128i *counter, __m128i *y, uint8_t *out, const uint8_t *in,
		       size_t n_steps, const enum direction direction)
{
	__m128i c = *counter, hash = *y;
	if (direction == ENCRYPT) {
		step(key, c, &hash, NULL, out, in);
		for (size_t i = 1; i < n_steps; i++) {
			c = counter_plus(c, STEP);
			in += 16 * STEP;
			out += 16 * STEP;
			step(key, c, &hash, out - 16 * STEP, out, in);
		}
		c = counter_plus(c, STEP);
		hash = ghash_blocks(key, hash, out, STEP, 1);
	} else {
		for (size_t i = 0; i < n_steps; i++) {
			step(key, c, &hash, in, out, in);
			c = counter_plus(c, STEP);
			in += 16 * STEP;
			out += 16 * STEP;
		}
	}
	*counter = c;
	*y = hash;
}

/* n blocks by their key stream in b; the last may have only `rest` > 0 bytes. They use the powers
 * n + after … 1 + after of h; y goes into the first. */
LANE_INLINE void crypt_group(const struct gcm_key *key, struct ghash_sum *sum, __m128i y, const __m128i b[],
			     const int max, uint8_t *out, const uint8_t *in, size_t n, size_t rest, size_t after,
			     const enum direction direction)
{
	LANE_UNROLL
	for (int i = 0; i < max; i++) {
		if ((size_t)i >= n)
			continue;
		__m128i x, z;
		if ((size_t)i + 1 < n || rest == 16) {
			x = load_block(in + 16 * i);
			z = _mm_xor_si128(x, b[i]);
			store_block(out + 16 * i, z);
		} else {
			x = load_partial(in + 16 * i, rest);
			z = keep_bytes(_mm_xor_si128(x, b[i]), rest);
			store_partial(out + 16 * i, z, rest);
		}
		const __m128i ciphertext = reverse_bytes(direction == ENCRYPT ? z : x);
		ghash_add_power(sum, key, i == 0 ? _mm_xor_si128(ciphertext, y) : ciphertext, n + after - (size_t)i);
	}
}

/* The end of a message: len < 128 bytes, and the tag. `b` blocks in flight: J0 and max_blocks. aad, if any,
 * is hashed before the text, all with one reduction. */
LANE_INLINE __m128i finish(const struct gcm_key *key, __m128i j0, __m128i counter, __m128i y, const uint8_t *aad,
			   size_t aad_len, uint8_t *out, const uint8_t *in, size_t len, __m128i lengths,
			   const int max_blocks, const enum direction direction)
{
	const size_t n = (len + 15) / 16, rest = len - 16 * (n - 1);
	const size_t n_aad = (aad_len + 15) / 16;
	__m128i b[1 + STEP];
	struct ghash_sum sum = ghash_zero();
	start_blocks(key, b + 1, max_blocks, counter);
	b[0] = _mm_xor_si128(reverse_bytes(j0), aes_round_key(&key->aes, 0));

	ghash_add_power(&sum, key, n_aad + n == 0 ? _mm_xor_si128(lengths, y) : lengths, 1);
	for (size_t i = 0; i < n_aad; i++) {
		const size_t left = aad_len - 16 * i;
		const __m128i x = left >= 16 ? load_block(aad + 16 * i) : load_partial(aad + 16 * i, left);
		ghash_add_power(&sum, key, reverse_bytes(x), n_aad - i + n + 1);
	}

	const size_t skip = extra_rounds(key, b, max_blocks + 1);
	LANE_UNROLL
	for (size_t round = 1; round < 10; round++)
		round_blocks(key, b, max_blocks + 1, skip + round);
	const __m128i rk = aes_round_key(&key->aes, skip + 10);
	LANE_UNROLL
	for (int i = 0; i <= max_blocks; i++)
		b[i] = _mm_aesenclast_si128(b[i], rk);

	crypt_group(key, &sum, y, b + 1, max_blocks, out, in, n, rest, 1, direction);
	return _mm_xor_si128(reverse_bytes(ghash_reduce(&sum)), b[0]);
}

LANE_INLINE void message(const struct gcm_key *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12],
			 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
			 const enum direction direction)
{
	/* As many blocks of associated data as still leave powers for the text and the lengths. */
	const size_t max_inline_aad = 16 * (GCM_N_POWERS - STEP - 1);
	const __m128i lengths = _mm_set_epi64x((long long)(8 * (uint64_t)aad_len), (long long)(8 * (uint64_t)len));
	const __m128i j0 = reverse_bytes(load_nonce(nonce));
	__m128i counter = counter_plus(j0, 1), y = _mm_setzero_si128(), t;
	if (len >= 16 * STEP || aad_len > max_inline_aad) {
		y = ghash_padded(key, y, aad, aad_len);
		aad_len = 0;
	}
	if (len >= 16 * STEP) {
		const size_t n_steps = len / (16 * STEP);
		steps(key, &counter, &y, out, in, n_steps, direction);
		in += 16 * STEP * n_steps;
		out += 16 * STEP * n_steps;
		len %= 16 * STEP;
	}
	if (len <= 16)
		t = finish(key, j0, counter, y, aad, aad_len, out, in, len, lengths, 1, direction);
	else if (len <= 48)
		t = finish(key, j0, counter, y, aad, aad_len, out, in, len, lengths, 3, direction);
	else if (len <= 112)
		t = finish(key, j0, counter, y, aad, aad_len, out, in, len, lengths, 7, direction);
	else
		t = finish(key, j0, counter, y, aad, aad_len, out, in, len, lengths, 8, direction);
	store_block(tag, t);
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
	__m128i c = reverse_bytes(load_block(counter)), y = reverse_bytes(load_block(hash));
	const size_t n_steps = n_blocks / STEP, n = n_blocks % STEP;
	if (n_steps > 0)
		steps(key, &c, &y, out, in, n_steps, direction);
	if (n > 0) {
		__m128i b[STEP];
		struct ghash_sum sum = ghash_zero();
		start_blocks(key, b, STEP, c);
		for (size_t round = 1; round < key->aes.n_rounds; round++)
			round_blocks(key, b, STEP, round);
		LANE_UNROLL
		for (int i = 0; i < STEP; i++)
			b[i] = _mm_aesenclast_si128(b[i], aes_round_key(&key->aes, key->aes.n_rounds));
		crypt_group(key, &sum, y, b, STEP, out + 16 * STEP * n_steps, in + 16 * STEP * n_steps, n, 16, 0,
			    direction);
		y = ghash_reduce(&sum);
		c = counter_plus(c, (int)n);
	}
	store_block(counter, reverse_bytes(c));
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

static const struct lane_aes_gcm_ops ops = {
	.init = gcm_expand,
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
