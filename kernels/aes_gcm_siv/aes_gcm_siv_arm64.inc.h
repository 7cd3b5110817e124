/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM-SIV for arm64 with AES and PMULL: `neon-aes`, and `neon-sha3`, the same with additions of three; and `neon`,
 * for CPUs without them, with AES bitsliced and products made of those of bytes: there neither leaves ports idle that
 * the other could use, and opening takes its groups one after the other. Before including, define KERNEL_ISA and
 * KERNEL_SYMBOL.
 *
 * Dataflow. The keys of a message come from four or six blocks under the key-generating key, side by side; the AES key
 * is expanded, and as many powers of the other are made as the message is long. Sealing: POLYVAL over all, eight blocks
 * at a time; the tag; counter mode, eight blocks at a time. Opening: eight counter blocks go through AES together, and
 * between their last ten rounds eight blocks of the plaintext before go through POLYVAL: ghash_neon_group.h. What is
 * left, 1 … 8 blocks, is one more piece, with the block of lengths behind it and one reduction; up to eight blocks of
 * message and associated data are hashed with one reduction for all.
 *
 * Identities: ghash_pmull.h. Blocks and powers stay as POLYVAL has them, low halves first, so that PMULL makes the low
 * product and PMULL2 the high one. Four words of the key schedule at a time: w'i = w0 + … + wi + SubWord(w3), AESE on
 * a word in all columns being SubWord.
 *
 * Registers in a group of opening: 8 blocks, the last eleven round keys, 3 sums, counter, reduction constant, and 6 for
 * two blocks, their products and powers: 30. Bounds: trusts the public layer for lengths; the counter's 32 bits wrap,
 * anywhere. Secret: keys, plaintext, hash, and the tag and so the counter when sealing. Public: lengths, which alone
 * make branches and indices.
 *
 * Predicted by llvm-mca 22, which knows no fusion of AESE with AESMC, AES-128, gcc 12, cycles/byte on neoverse-v2 and
 * -n1: sealing, POLYVAL and counter mode, neon-aes 0.20 + 0.36 and 0.27 + 1.19, neon-sha3 0.14 + 0.35 on v2; opening
 * neon-aes 0.50 and 1.48, neon-sha3 0.46 on v2, where AES-GCM's loops have 0.50 and 1.44, 0.46. Tried: POLYVAL with the
 * products of y by themselves, a shorter chain and four instructions more, 0.18 and 0.36, neon-sha3 0.13 on v2: lost
 * where there are two ports; the other sums pinned before 0.20 and 0.28; counters as a chain of additions 0.52
 * and 1.48.
 * `neon`: sealing and opening 6.7 and 11.4, of which counter mode is 5.3 and 8.4. Tried and lost: the eight products of
 * a group unrolled, for whose five times three sums gcc has no registers then: 6.98 and 12.4, opening inlined 7.04 and
 * 13.2.
 */

#ifdef __ARM_FEATURE_AES
#include "../aes_gcm/ghash_neon_group.h"
#else
#include "../aes/aes_neon_group.h"
#include "../aes_gcm/ghash_pmull.h"
#endif
#include "../scrub.h"
#include "aes_gcm_siv_impl.h"

_Static_assert(sizeof(struct aes_key) <= AES_GCM_SIV_KEY_LEN, "struct lane_aes_gcm_siv_ctx is too small");

enum direction { ENCRYPT, DECRYPT };

/* The keys of one message; powers and hash as POLYVAL has them, (low, high). */
struct message_key {
	struct aes_key aes;
	struct ghash_key hash;
};

/* Two words, the first one in front. */
LANE_INLINE uint8x16_t words(uint64_t first, uint64_t second)
{
	return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(first), vcreate_u64(second)));
}

/* --- the keys of a message */

/* x with its words added up: 0, 0+1, 0+1+2 … */
LANE_INLINE uint8x16_t running_sums(uint8x16_t x)
{
	const uint8x16_t zero = vdupq_n_u8(0);
	x = xor_block(x, vextq_u8(zero, x, 12));
	return xor_block(x, vextq_u8(zero, x, 8));
}

/* SubWord of the last word, in all words; rotated, with rcon added, when there is any. */
LANE_INLINE uint8x16_t sub_last_word(uint8x16_t x, const uint32_t rcon)
{
	const uint32x4_t last = vdupq_laneq_u32(vreinterpretq_u32_u8(x), 3);
	const uint32x4_t y = vreinterpretq_u32_u8(aes_sub_words(vreinterpretq_u8_u32(last)));
	if (rcon == 0)
		return vreinterpretq_u8_u32(y);
	return vreinterpretq_u8_u32(veorq_u32(vorrq_u32(vshrq_n_u32(y, 8), vshlq_n_u32(y, 24)), vdupq_n_u32(rcon)));
}

/* FIPS 197 §5.2, four words at a time: x0, and x1 where the key has two blocks. */
LANE_INLINE void expand(struct aes_key *aes, uint8x16_t x0, uint8x16_t x1, const int n_rounds)
{
	static const uint8_t rcon[10] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36};
	aes->n_rounds = (uint64_t)n_rounds;
	store_block(aes->rk[0], x0);
	if (n_rounds == 10) {
		for (int i = 0; i < 10; i++) {
			x0 = xor_block(running_sums(x0), sub_last_word(x0, rcon[i]));
			store_block(aes->rk[i + 1], x0);
		}
		return;
	}
	store_block(aes->rk[1], x1);
	for (int i = 0; i < 7; i++) {
		x0 = xor_block(running_sums(x0), sub_last_word(x1, rcon[i]));
		store_block(aes->rk[2 * i + 2], x0);
		if (i < 6) {
			x1 = xor_block(running_sums(x1), sub_last_word(x0, 0));
			store_block(aes->rk[2 * i + 3], x1);
		}
	}
}

/* The first halves of two blocks. */
LANE_INLINE uint8x16_t first_halves(uint8x16_t a, uint8x16_t b)
{
	return vreinterpretq_u8_u64(vtrn1q_u64(vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b)));
}

LANE_INLINE uint8x16_t plus(uint8x16_t counter, uint32_t n)
{
	return vreinterpretq_u8_u32(vaddq_u32(vreinterpretq_u32_u8(counter), vsetq_lane_u32(n, vdupq_n_u32(0), 0)));
}

/* RFC 8452 §4, derive_keys: the keys of a message with this nonce, which stands behind four bytes of 0. Returns h. */
LANE_INLINE uint8x16_t derive(const struct aes_key *key, struct aes_key *aes, uint8x16_t nonce, const int n_rounds)
{
	const int n_blocks = n_rounds == 10 ? 4 : 6;
	uint8x16_t b[GROUP], last[11];
	load_last(key, last);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		b[i] = plus(nonce, (uint32_t)i);
	crypt_vectors(0, key, last, b, n_blocks);
	LANE_UNROLL
	for (int i = 0; i < n_blocks; i++)
		b[i] = xor_block(b[i], last[10]);
	expand(aes, first_halves(b[2], b[3]), first_halves(b[4], b[5]), n_rounds);
	return first_halves(b[0], b[1]);
}

static __attribute__((noinline)) uint8x16_t derive_keys(const struct aes_key *key, struct aes_key *aes,
							uint8x16_t nonce)
{
	return key->n_rounds == 10 ? derive(key, aes, nonce, 10) : derive(key, aes, nonce, 14);
}

/* What is encrypted to be the tag, §4: the hash and the nonce, the top bit cleared. */
LANE_INLINE uint8x16_t tag_block(uint8x16_t hash, uint8x16_t nonce)
{
	const uint8x16_t x = xor_block(hash, vextq_u8(nonce, vdupq_n_u8(0), 4)); // bytes 4 … 15, four zeroes
	return vandq_u8(x, words(UINT64_MAX, UINT64_MAX >> 1));
}

LANE_INLINE uint8x16_t first_counter(uint8x16_t tag)
{
	return vorrq_u8(tag, words(0, UINT64_C(1) << 63));
}

/* --- POLYVAL */

#ifdef __ARM_FEATURE_AES
#define MULTIPLY_INLINE LANE_INLINE
#else /* sums have five parts, which want all registers */
#define MULTIPLY_INLINE static __attribute__((noinline))
#endif

MULTIPLY_INLINE uint8x16_t multiply(uint8x16_t a, uint8x16_t b)
{
	const struct ghash_sum sum = ghash_product(a, b);
	return polyval_reduce(&sum);
}

LANE_INLINE void store_power(struct ghash_key *key, size_t i, uint8x16_t h)
{
	store_block(key->h[GCM_N_POWERS - i], h);
	vst1_u8(key->h_sum[GCM_N_POWERS - i], vget_low_u8(add_halves(h, h)));
}

/* The first n > 1 powers, or more. */
LANE_INLINE void make_powers(struct ghash_key *key, uint8x16_t h, size_t n)
{
	const uint8x16_t h2 = multiply(h, h);
	memset(key->h_sum[GCM_N_POWERS], 0, 8);
	store_power(key, 1, h);
	store_power(key, 2, h2);
	if (n <= 2)
		return;
	const uint8x16_t h3 = multiply(h2, h), h4 = multiply(h2, h2);
	store_power(key, 3, h3);
	store_power(key, 4, h4);
	if (n <= 4)
		return;
	const uint8x16_t h5 = multiply(h4, h);
	store_power(key, 5, h5);
	store_power(key, 6, multiply(h4, h2));
	store_power(key, 7, multiply(h4, h3));
	store_power(key, 8, multiply(h4, h4));
	store_power(key, 9, multiply(h5, h4));
}

/* sum += the len bytes at in, padded with zeroes, y being added to the first block, which has h^power. */
LANE_INLINE void add_bytes(struct ghash_sum *sum, const struct ghash_key *key, uint8x16_t y, const uint8_t *in,
			   size_t len, size_t power)
{
	for (; len >= 32; len -= 32, in += 32, power -= 2) {
		ghash_add_two(sum, key, xor_block(load_block(in), y), load_block(in + 16), power);
		y = vdupq_n_u8(0);
	}
	if (len >= 16) {
		ghash_add_one(sum, key, xor_block(load_block(in), y), power);
		y = vdupq_n_u8(0);
		len -= 16;
		in += 16;
		power--;
	}
	if (len > 0)
		ghash_add_one(sum, key, xor_block(load_block_part(in, len), y), power);
}

/* y behind a group; its products come last. */
LANE_INLINE uint8x16_t hash_group(const struct ghash_key *key, uint8x16_t y, const uint8_t *in)
{
	struct ghash_sum sum = ghash_zero();
	if (!AES_HAS_INSTRUCTIONS) { // and for as many sums no registers, unless it is a loop
		add_bytes(&sum, key, y, in, GROUP_LEN, GROUP);
		return polyval_reduce(&sum);
	}
	LANE_UNROLL
	for (size_t i = 2; i < GROUP; i += 2)
		ghash_add_two(&sum, key, load_block(in + 16 * i), load_block(in + 16 * i + 16), GROUP - i);
	ghash_add_two(&sum, key, xor_block(load_block(in), y), load_block(in + 16), GROUP);
	return polyval_reduce(&sum);
}

/* The hash of the associated data. */
static __attribute__((noinline)) uint8x16_t hash_aad(const struct ghash_key *key, const uint8_t *in, size_t len)
{
	uint8x16_t y = vdupq_n_u8(0);
	for (; len >= GROUP_LEN; len -= GROUP_LEN, in += GROUP_LEN)
		y = hash_group(key, y, in);
	if (len == 0)
		return y;
	struct ghash_sum sum = ghash_zero();
	add_bytes(&sum, key, y, in, len, (len + 15) / 16);
	return polyval_reduce(&sum);
}

/* --- counter mode */

struct run {
	uint8x16_t last[11]; /* round keys */
	uint8x16_t counter;
};

LANE_INLINE void start_run(const struct aes_key *aes, struct run *run, uint8x16_t counter)
{
	load_last(aes, run->last);
	run->counter = counter;
}

LANE_INLINE void next_counters(struct run *run, uint8x16_t b[GROUP], const int n)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			b[i] = plus(run->counter, (uint32_t)i);
	run->counter = plus(run->counter, (uint32_t)n);
}

LANE_INLINE void crypt_group(const struct aes_key *aes, struct run *run, uint8_t *out, const uint8_t *in)
{
	uint8x16_t b[GROUP];
	next_counters(run, b, GROUP);
	crypt_vectors(0, aes, run->last, b, GROUP);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		store_block(out + 16 * i, xor3_block(b[i], run->last[10], load_block(in + 16 * i)));
}

/* A group of counter mode, and between its rounds, where rounds are instructions, the hash of the group of plaintext
 * that is at hashed. */
LANE_INLINE uint8x16_t open_group(const struct message_key *key, struct run *run, uint8x16_t y, uint8_t *out,
				  const uint8_t *in, const uint8_t *hashed)
{
#ifdef __ARM_FEATURE_AES
	uint8x16_t b[GROUP];
	struct ghash_sum sum = ghash_zero();
	next_counters(run, b, GROUP);
	for (size_t round = 0; round < key->aes.n_rounds - 10; round++)
		round_blocks(0, b, GROUP, aes_round_key(&key->aes, round));
	/* The first pair last: y comes late. */
	two_rounds(&key->hash, run->last, 0, b, &sum, y, hashed, 2, 0);
	two_rounds(&key->hash, run->last, 2, b, &sum, y, hashed, 4, 0);
	two_rounds(&key->hash, run->last, 4, b, &sum, y, hashed, 6, 0);
	two_rounds(&key->hash, run->last, 6, b, &sum, y, hashed, 0, 0);
	round_blocks(0, b, GROUP, run->last[8]);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		store_block(out + 16 * i,
			    xor3_block(vaeseq_u8(b[i], run->last[9]), run->last[10], load_block(in + 16 * i)));
	return polyval_reduce(&sum);
#else
	crypt_group(&key->aes, run, out, in);
	return hash_group(&key->hash, y, hashed);
#endif
}

/* 0 < len ≤ 16·n bytes, the last block of which begins before len. */
LANE_INLINE void crypt_blocks(const struct aes_key *aes, struct run *run, uint8_t *out, const uint8_t *in, size_t len,
			      const int n)
{
	uint8x16_t b[GROUP];
	const size_t at = (size_t)(16 * (n - 1));
	next_counters(run, b, n);
	crypt_vectors(0, aes, run->last, b, n);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n - 1)
			store_block(out + 16 * i, xor3_block(b[i], run->last[10], load_block(in + 16 * i)));
	store_block_part(out + at, xor3_block(b[n - 1], run->last[10], load_block_part(in + at, len - at)), len - at);
}

/* At most a group. */
static __attribute__((noinline)) void crypt_end(const struct aes_key *aes, uint8x16_t counter, uint8_t *out,
						const uint8_t *in, size_t len)
{
	struct run run;
	start_run(aes, &run, counter);
	switch ((len + 15) / 16) {
	case 0:
		return;
	case 1:
		crypt_blocks(aes, &run, out, in, len, 1);
		return;
	case 2:
		crypt_blocks(aes, &run, out, in, len, 2);
		return;
	case 3:
		crypt_blocks(aes, &run, out, in, len, 3);
		return;
	case 4:
		crypt_blocks(aes, &run, out, in, len, 4);
		return;
	case 5:
		crypt_blocks(aes, &run, out, in, len, 5);
		return;
	case 6:
		crypt_blocks(aes, &run, out, in, len, 6);
		return;
	case 7:
		crypt_blocks(aes, &run, out, in, len, 7);
		return;
	default:
		crypt_blocks(aes, &run, out, in, len, 8);
		return;
	}
}

/* --- messages */

/* A message, but for what comes out. */
struct message {
	const uint8_t *aad;
	size_t aad_len, len;
	size_t n_groups; /* that others follow, so that at least a byte is left of a message that has any */
	int at_once;     /* all of it is hashed with one reduction */
};

static __attribute__((noinline)) struct message start(struct message_key *key, const struct aes_key *generating,
						      uint8x16_t nonce, const uint8_t *aad, size_t aad_len, size_t len)
{
	const size_t n_blocks = (aad_len + 15) / 16 + (len + 15) / 16 + 1;
	const uint8x16_t h = derive_keys(generating, &key->aes, nonce);
	make_powers(&key->hash, h, n_blocks);
	return (struct message){aad, aad_len, len, len > 0 ? (len - 1) / GROUP_LEN : 0, n_blocks <= GCM_N_POWERS};
}

/* The end of the hash: what is left of the plaintext at in, and the lengths. y: what came before, unless all is hashed
 * at once. */
LANE_INLINE uint8x16_t hash_end(const struct message_key *key, const struct message *m, uint8x16_t y, const uint8_t *in)
{
	const size_t rest = m->len - GROUP_LEN * m->n_groups, power = (rest + 15) / 16 + 1;
	const uint8x16_t lengths = words(8 * (uint64_t)m->aad_len, 8 * (uint64_t)m->len);
	struct ghash_sum sum = ghash_zero();
	if (m->at_once)
		add_bytes(&sum, &key->hash, y, m->aad, m->aad_len, (m->aad_len + 15) / 16 + power);
	add_bytes(&sum, &key->hash, y, in, rest, power);
	ghash_add_one(&sum, &key->hash, rest > 0 ? lengths : xor_block(lengths, y), 1);
	return polyval_reduce(&sum);
}

static void seal(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t len)
{
	struct message_key k;
	const uint8x16_t n = vextq_u8(vdupq_n_u8(0), load_block_part(nonce, 12), 12); // four zeroes, bytes 0 … 11
	const struct message m = start(&k, key, n, aad, aad_len, len);
	uint8x16_t y = m.at_once ? vdupq_n_u8(0) : hash_aad(&k.hash, aad, aad_len);
	for (size_t i = 0; i < m.n_groups; i++)
		y = hash_group(&k.hash, y, in + GROUP_LEN * i);
	const uint8x16_t hash = hash_end(&k, &m, y, in + GROUP_LEN * m.n_groups);
	const uint8x16_t t = aes_encrypt(&k.aes, tag_block(hash, n));
	struct run run;
	start_run(&k.aes, &run, first_counter(t));
	for (size_t i = 0; i < m.n_groups; i++, in += GROUP_LEN, out += GROUP_LEN)
		crypt_group(&k.aes, &run, out, in);
	crypt_end(&k.aes, run.counter, out, in, len - GROUP_LEN * m.n_groups);
	store_block(tag, t);
}

static void open(const void *key, uint8_t *out, uint8_t right[16], const uint8_t tag[16], const uint8_t nonce[12],
		 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	struct message_key k;
	const uint8x16_t n = vextq_u8(vdupq_n_u8(0), load_block_part(nonce, 12), 12); // four zeroes, bytes 0 … 11
	const struct message m = start(&k, key, n, aad, aad_len, len);
	uint8x16_t y = m.at_once ? vdupq_n_u8(0) : hash_aad(&k.hash, aad, aad_len);
	struct run run;
	start_run(&k.aes, &run, first_counter(load_block(tag)));
	if (m.n_groups > 0) {
		crypt_group(&k.aes, &run, out, in);
		for (size_t i = 1; i < m.n_groups; i++) {
			in += GROUP_LEN;
			out += GROUP_LEN;
			y = open_group(&k, &run, y, out, in, out - GROUP_LEN);
		}
		in += GROUP_LEN;
		out += GROUP_LEN;
		y = hash_group(&k.hash, y, out - GROUP_LEN);
	}
	crypt_end(&k.aes, run.counter, out, in, len - GROUP_LEN * m.n_groups);
	store_block(right, aes_encrypt(&k.aes, tag_block(hash_end(&k, &m, y, out), n)));
}

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_expand(key, user_key, key_len);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(AES_HAS_INSTRUCTIONS ? 2048 : 3072);
}

static const struct lane_aes_gcm_siv_ops ops = {.init = init, .seal = seal, .open = open, .scrub = scrub};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-gcm-siv",
	.isa = KERNEL_ISA,
	.name = "aes-gcm-siv:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_NEON_AES,
	.ops.aes_gcm_siv = &ops,
};
