/* SPDX-License-Identifier: MIT */
/*
 * AES-CCM for x86-64: `aesni-avx` and `aesni` (VEX or SSE encoding). Before including, define KERNEL_ISA and
 * KERNEL_SYMBOL.
 *
 * Dataflow: the CBC-MAC is a chain, n rounds of latency a block; the counter blocks find room beside it. B0 goes
 * together with A0 (for the tag) and A1; from then on the rounds of block i run beside those of the counter of block
 * i + 1, so that its plaintext is there when the chain has come to it, also on open.
 * Identity: E(x) ends with aesenclast(y, rk_n), the next block m and the first round key follow: the chain computes
 * aesenclast(y, rk_n ^ m ^ rk_0), whose key is ready before y is, and so consists of rounds alone. At its end
 * aesenclast(y, rk_n ^ S0) is the tag.
 * Registers: chain, counter block, counter, two sums of round keys; the other round keys are operands in memory.
 * Bounds: trusts the public layer that the counter's last 64 bits do not wrap, and that its length fits them.
 * Secret: key, data, associated data. Public: lengths and nonce.
 * An Intel server core (AES round 3 cycles), gcc 12, 16 KiB, cycles/byte: AES-128 1.881, AES-256 2.634, seal and open
 * alike; 99.9 % of the limit, the latency of 10 or 14 rounds a block. 16 bytes, with 13 of associated data: 87 cycles.
 * Tried: four counter blocks in a zmm register, by VAES. The chain stays what it is; of a message right behind, more
 * fits into the core's window, so that 16 KiB take 0.96 and 1350 bytes 0.97 of the time, but 256 bytes 1.04 and 16
 * bytes 1.1: no kernel of its own. Chains of several messages side by side (batches) would be another matter: not
 * tried.
 */

#include "../aes/aes_ni.h"
#include "../scrub.h"
#include "aes_ccm_impl.h"

_Static_assert(sizeof(struct aes_key) <= AES_CCM_KEY_LEN, "struct lane_aes_ccm_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_expand(key, user_key, key_len);
}

/* A block's state: after its first round key before `middle_rounds`, and then before the last round. */
LANE_INLINE void round_blocks(__m128i x[], const int n, __m128i rk)
{
	x[0] = _mm_aesenc_si128(x[0], rk);
	if (n > 1)
		x[1] = _mm_aesenc_si128(x[1], rk);
	if (n > 2)
		x[2] = _mm_aesenc_si128(x[2], rk);
}

LANE_INLINE void middle_rounds(const struct aes_key *key, __m128i x[], const int n)
{
	LANE_UNROLL
	for (size_t round = 1; round < 10; round++)
		round_blocks(x, n, aes_round_key(key, round));
	if (key->n_rounds > 10) {
		round_blocks(x, n, aes_round_key(key, 10));
		round_blocks(x, n, aes_round_key(key, 11));
	}
	if (key->n_rounds > 12) {
		round_blocks(x, n, aes_round_key(key, 12));
		round_blocks(x, n, aes_round_key(key, 13));
	}
}

LANE_INLINE __m128i last_key(const struct aes_key *key)
{
	return aes_round_key(key, key->n_rounds);
}

/* The chain goes on with block m: state before the last round to state before the last round. */
LANE_INLINE __m128i join(const struct aes_key *key, __m128i state, __m128i m)
{
	const __m128i between = _mm_xor_si128(last_key(key), aes_round_key(key, 0));
	return _mm_aesenclast_si128(state, _mm_xor_si128(between, m));
}

LANE_INLINE __m128i absorb(const struct aes_key *key, __m128i state, __m128i m)
{
	state = join(key, state, m);
	middle_rounds(key, &state, 1);
	return state;
}

LANE_INLINE __m128i absorb_blocks(const struct aes_key *key, __m128i state, const uint8_t *in, size_t n_blocks)
{
	for (; n_blocks > 0; n_blocks--, in += 16)
		state = absorb(key, state, load_block(in));
	return state;
}

/* counter: byte-reversed. Its block, ready for the first round. */
LANE_INLINE __m128i counter_block(const struct aes_key *key, __m128i counter)
{
	return _mm_xor_si128(reverse_bytes(counter), aes_round_key(key, 0));
}

LANE_INLINE __m128i next(__m128i counter)
{
	return _mm_add_epi64(counter, _mm_set_epi64x(0, 1));
}

/* The next 0 < n bytes of a message, at most a block: writes them, and returns the plaintext, padded with zeroes.
 * stream: a counter block before its last round. */
LANE_INLINE __m128i crypt(const struct aes_key *key, __m128i stream, uint8_t *out, const uint8_t *in, size_t n,
			  enum direction direction)
{
	if (n >= 16) {
		const __m128i x = load_block(in), y = _mm_aesenclast_si128(stream, _mm_xor_si128(last_key(key), x));
		store_block(out, y);
		return direction == SEALING ? x : y;
	}
	const __m128i x = load_partial(in, n), y = _mm_aesenclast_si128(stream, _mm_xor_si128(last_key(key), x));
	store_partial(out, y, n);
	return direction == SEALING ? x : keep_bytes(y, n);
}

/* The message behind a block that the chain has just been joined by. counter: of the block before. */
LANE_INLINE __m128i text(const struct aes_key *key, __m128i state, __m128i *counter, uint8_t *out, const uint8_t *in,
			 size_t len, enum direction direction)
{
	for (; len >= 16; len -= 16, in += 16, out += 16) {
		*counter = next(*counter);
		__m128i x[2] = {state, counter_block(key, *counter)};
		middle_rounds(key, x, 2);
		state = join(key, x[0], crypt(key, x[1], out, in, 16, direction));
	}
	if (len > 0) {
		*counter = next(*counter);
		__m128i x[2] = {state, counter_block(key, *counter)};
		middle_rounds(key, x, 2);
		state = join(key, x[0], crypt(key, x[1], out, in, len, direction));
	}
	middle_rounds(key, &state, 1);
	return state;
}

/* Associated data, with its length before it. */
LANE_INLINE __m128i absorb_aad(const struct aes_key *key, __m128i state, const uint8_t *aad, size_t aad_len)
{
	size_t n = 14;
	if (aad_len <= n) {
		const __m128i x = _mm_slli_si128(load_partial(aad, aad_len), 2);
		return absorb(key, state, _mm_or_si128(x, _mm_cvtsi32_si128((int)aad_len << 8)));
	}
	if (aad_len < 0xff00) {
		const __m128i x = _mm_slli_si128(load_partial(aad, n), 2);
		const int length = (int)(aad_len >> 8 | (aad_len & 255) << 8);
		state = absorb(key, state, _mm_or_si128(x, _mm_cvtsi32_si128(length)));
	} else {
		uint8_t block[16];
		const size_t n_prefix = ccm_aad_prefix(block, aad_len);
		n = 16 - n_prefix;
		memcpy(block + n_prefix, aad, n);
		state = absorb(key, state, load_block(block));
	}
	const size_t n_rest = (aad_len - n) % 16;
	state = absorb_blocks(key, state, aad + n, (aad_len - n) / 16);
	return n_rest > 0 ? absorb(key, state, load_partial(aad + aad_len - n_rest, n_rest)) : state;
}

/* The nonce where blocks have it: from byte 1 on. */
LANE_INLINE __m128i load_ccm_nonce(const uint8_t *p, size_t n)
{
	if (n < 12)
		return _mm_slli_si128(load_partial(p, n), 1);
	return _mm_slli_si128(_mm_set_epi32(n == 13 ? p[12] : 0, load_word(p + 8), load_word(p + 4), load_word(p)), 1);
}

LANE_INLINE void message(const struct aes_key *key, uint8_t *out, uint8_t tag[16], const struct ccm_message *m,
			 enum direction direction)
{
	const __m128i nonce = load_ccm_nonce(m->nonce, m->nonce_len);
	const int flags = ccm_flags(m->nonce_len, m->tag_len, m->aad_len > 0);
	const __m128i b0 =
		_mm_or_si128(nonce, _mm_set_epi64x((long long)__builtin_bswap64((uint64_t)m->in_len), flags));
	const __m128i a0 = reverse_bytes(_mm_or_si128(nonce, _mm_cvtsi32_si128(flags & 7)));
	__m128i counter = next(a0);
	__m128i x[3] = {_mm_xor_si128(b0, aes_round_key(key, 0)), counter_block(key, a0), counter_block(key, counter)};
	middle_rounds(key, x, 3);
	const __m128i s0 = _mm_aesenclast_si128(x[1], last_key(key));
	__m128i state = x[0];
	if (m->aad_len > 0)
		state = absorb_aad(key, state, m->aad, m->aad_len);
	if (m->in_len > 0) {
		const size_t n = m->in_len < 16 ? m->in_len : 16;
		state = join(key, state, crypt(key, x[2], out, m->in, n, direction));
		state = text(key, state, &counter, out + n, m->in + n, m->in_len - n, direction);
	}
	store_block(tag, _mm_aesenclast_si128(state, _mm_xor_si128(last_key(key), s0)));
}

LANE_INLINE void stretch(const struct aes_key *key, uint8_t counter[16], uint8_t mac[16], uint8_t *out,
			 const uint8_t *in, size_t n_blocks, enum direction direction)
{
	__m128i c = reverse_bytes(load_block(counter)), x = counter_block(key, c);
	middle_rounds(key, &x, 1);
	const __m128i m = crypt(key, x, out, in, 16, direction);
	__m128i state = _mm_xor_si128(_mm_xor_si128(load_block(mac), m), aes_round_key(key, 0));
	state = text(key, state, &c, out + 16, in + 16, 16 * (n_blocks - 1), direction);
	store_block(mac, _mm_aesenclast_si128(state, last_key(key)));
	store_block(counter, reverse_bytes(next(c)));
}

static void authenticate(const void *key, uint8_t mac[16], const uint8_t *in, size_t n_blocks)
{
	__m128i state = _mm_xor_si128(load_block(mac), load_block(in));
	state = _mm_xor_si128(state, aes_round_key(key, 0));
	middle_rounds(key, &state, 1);
	state = absorb_blocks(key, state, in + 16, n_blocks - 1);
	store_block(mac, _mm_aesenclast_si128(state, last_key(key)));
}

static void encrypt_block(const void *key, uint8_t out[16], const uint8_t in[16])
{
	store_block(out, aes_encrypt(key, load_block(in)));
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(384);
}

#define KERNEL_LAYOUT LANE_LAYOUT_AESNI
#include "aes_ccm_ops.inc.h"
