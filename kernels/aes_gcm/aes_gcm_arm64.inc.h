/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM for arm64 with AES and PMULL: `neon-aes`, and `neon-sha3`, the same with additions of three. Before
 * including, define KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow. A long message is cut into groups of eight blocks. A group's counter blocks go through AES side by side,
 * and between their rounds eight blocks of ciphertext go through GHASH, two in two rounds: when encrypting those of the
 * group before, when decrypting the group's own. What is left, 1 … 8 blocks, is one more piece, with the block of
 * lengths behind it and one reduction for all. A message of at most seven blocks is such a piece alone, with J0's block
 * in front: its place in the hash is taken by the last block of associated data.
 *
 * Identities: ghash_pmull.h. The counter's 32 bits are a lane of their own in byte-reversed blocks: one addition and
 * one REV32 a block.
 *
 * Registers in a group: 8 blocks, the last eleven round keys, 3 sums, counter and step, reduction constant, and 6 for
 * two blocks, their products and powers: 31. The order of rounds, and of what is placed between them, is that of the
 * source, being volatile.
 *
 * Bounds: trusts the public layer for lengths; the counter's 32 bits wrap, anywhere. Powers reach h^9.
 * Secret: key, plaintext, hash. Public: lengths, nonce and counter.
 *
 * Predicted by llvm-mca 22, which knows no fusion of AESE with AESMC, cycles/byte of the loop of AES-128, gcc 12,
 * neoverse-v2 and -n1: seal 0.494 and 1.398, open 0.502 and 1.406; OpenSSL's aes_gcm_enc_128_kernel 0.559 and 1.438,
 * its dec kernel 0.582 and 1.422 (bench/predict). On N1 one port of two does AES and products, 178 operations a group
 * or 1.391: what is left are additions and stores that take that port, so these are few and late ones stand between
 * rounds. Tried, sealing: counters by vectors 0.546 and 1.48; the two blocks' products in one piece between the rounds,
 * counters by vectors 0.524 and 1.49; results pinned in registers of gcc's own choice 0.523 and 1.500; the same placed,
 * reduction and output after the rounds 0.504 and 1.477; all output after the last round 0.494 and 1.430, opening 0.500
 * and 1.438; blocks stored one by one 0.498 and 1.453; the next group's first round between the outputs 0.516 and
 * 1.484; counters counted between the rounds and outputs two pairs behind changed nothing. Opening with the text loaded
 * once more for the output, which spares four moves: 0.496 and 1.438.
 */

#include "ghash_neon_group.h"
#include "aes_gcm_arm64.h"
#include "../scrub.h"

enum direction { ENCRYPT, DECRYPT };

/* What a call keeps in registers. */
struct run {
	uint8x16_t last[11]; /* round keys */
	uint32x4_t counter;  /* its four bytes, like all others, reversed within their word */
};

LANE_INLINE void start_run(struct run *run, const struct gcm_key *key, uint8x16_t counter)
{
	run->counter = vreinterpretq_u32_u8(vrev32q_u8(counter));
	load_last(&key->aes, run->last);
}

LANE_INLINE uint8x16_t next_counter(struct run *run)
{
	static const uint32_t one[4] = {0, 0, 0, 1};
	const uint8x16_t block = vrev32q_u8(vreinterpretq_u8_u32(run->counter));
	run->counter = vaddq_u32(run->counter, vld1q_u32(one));
	return block;
}

/* n blocks, through all rounds but the last ten. */
LANE_INLINE void start_blocks(const struct gcm_key *key, uint8x16_t b[GROUP], const int n)
{
	for (size_t round = 0; round < key->aes.n_rounds - 10; round++)
		round_blocks(0, b, n, aes_round_key(&key->aes, round));
}

/* The counter blocks of a group, and the counter of the one after it. */
struct group_counters {
	uint8_t block[GROUP][16];
	uint32_t next;
};

/* As one instruction, which wants the ports of vectors once for each block and not twice; placed. */
LANE_INLINE void store_two_blocks(uint8_t *p, uint8x16_t first, uint8x16_t second)
{
	__asm__ volatile("stp %q1, %q2, [%3]" : "=m"(*(uint8_t(*)[32])p) : "w"(first), "w"(second), "r"(p));
}

/* The output of the i-th block and of the next, which are through all rounds. */
LANE_INLINE void put_pair(const struct run *run, const uint8x16_t b[GROUP], uint8_t *out, const uint8_t *in, int i)
{
	store_two_blocks(out + 16 * i, xor3_block(b[i], run->last[10], load_block(in + 16 * i)),
			 xor3_block(b[i + 1], run->last[10], load_block(in + 16 * i + 16)));
}

/* The last round, and the output a pair behind. */
LANE_INLINE void last_round(const struct run *run, uint8x16_t b[GROUP], uint8_t *out, const uint8_t *in)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP + 2; i += 2) {
		if (i < GROUP) {
			b[i] = aes_last_round(b[i], run->last[9]);
			b[i + 1] = aes_last_round(b[i + 1], run->last[9]);
		}
		if (i > 0)
			put_pair(run, b, out, in, i - 2);
	}
}

/* The last two rounds, and between the blocks ghash_reduce. The first four blocks are a round ahead of the others: so
 * half of the output stands between rounds, where additions and stores find a port that is free. */
LANE_INLINE uint8x16_t last_rounds_and_reduce(const struct run *run, uint8x16_t b[GROUP], uint8_t *out,
					      const uint8_t *in, const struct ghash_sum *sum)
{
	const uint8x16_t p = vreinterpretq_u8_u64(vdupq_n_u64(UINT64_C(0xc200000000000000)));
	const uint8x16_t rk = run->last[8], rk_last = run->last[9];
	uint8x16_t mid, hi, t;
	b[0] = aes_round(b[0], rk);
	t = placed_first(sum->lo, p);
	b[1] = aes_round(b[1], rk);
	mid = placed_xor3(sum->mid, sum->lo, sum->hi);
	b[2] = aes_round(b[2], rk);
	mid = placed_xor3(mid, swap_halves(sum->lo), t);
	b[3] = aes_round(b[3], rk);
	b[0] = aes_last_round(b[0], rk_last);
	b[1] = aes_last_round(b[1], rk_last);
	t = placed_first(mid, p);
	b[4] = aes_round(b[4], rk);
	b[2] = aes_last_round(b[2], rk_last);
	b[3] = aes_last_round(b[3], rk_last);
	put_pair(run, b, out, in, 0);
	b[5] = aes_round(b[5], rk);
	b[6] = aes_round(b[6], rk);
	hi = placed_xor(t, sum->hi);
	put_pair(run, b, out, in, 2);
	b[7] = aes_round(b[7], rk);
	hi = placed_xor(pin(swap_halves(hi)), mid);
	b[4] = aes_last_round(b[4], rk_last);
	b[5] = aes_last_round(b[5], rk_last);
	b[6] = aes_last_round(b[6], rk_last);
	b[7] = aes_last_round(b[7], rk_last);
	put_pair(run, b, out, in, 4);
	put_pair(run, b, out, in, 6);
	return hi;
}

/* One group of AES from `in` to `out`; between its rounds one group of GHASH, or none. Returns the hash. */
LANE_INLINE uint8x16_t group(const struct gcm_key *key, const struct run *run, struct group_counters *counters,
			     uint8_t *out, const uint8_t *in, uint8x16_t y, const uint8_t *hashed, const int with_hash)
{
	uint8x16_t b[GROUP];
	struct ghash_sum sum = ghash_zero();
	const uint32_t next = counters->next;
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		b[i] = load_block(counters->block[i]);
	start_blocks(key, b, GROUP);
	LANE_UNROLL
	for (uint32_t i = 0; i < GROUP; i++)
		store32_be(counters->block[i] + 12, next + i);
	counters->next = next + GROUP;
	if (with_hash) {
		/* The first pair last: y comes late. */
		two_rounds(&key->ghash, run->last, 0, b, &sum, y, hashed, 2, 1);
		two_rounds(&key->ghash, run->last, 2, b, &sum, y, hashed, 4, 1);
		two_rounds(&key->ghash, run->last, 4, b, &sum, y, hashed, 6, 1);
		two_rounds(&key->ghash, run->last, 6, b, &sum, y, hashed, 0, 1);
		return last_rounds_and_reduce(run, b, out, in, &sum);
	}
	LANE_UNROLL
	for (size_t i = 0; i < 9; i++)
		round_blocks(0, b, GROUP, run->last[i]);
	last_round(run, b, out, in);
	return y;
}

/* n_groups > 0 groups; returns the hash, to which y was added first. */
LANE_INLINE uint8x16_t groups(const struct gcm_key *key, struct run *run, uint8_t *out, const uint8_t *in,
			      size_t n_groups, uint8x16_t y, const enum direction direction)
{
	struct group_counters counters;
	const uint32_t first = vgetq_lane_u32(run->counter, 3);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		store_block(counters.block[i], next_counter(run));
	counters.next = first + GROUP;
	run->counter = vsetq_lane_u32(first + (uint32_t)(GROUP * n_groups), run->counter, 3);
	if (direction == DECRYPT) {
		for (; n_groups > 0; n_groups--, in += GROUP_LEN, out += GROUP_LEN)
			y = group(key, run, &counters, out, in, y, in, 1);
		return y;
	}
	group(key, run, &counters, out, in, y, NULL, 0);
	while (--n_groups > 0) {
		in += GROUP_LEN;
		out += GROUP_LEN;
		y = group(key, run, &counters, out, in, y, out - GROUP_LEN, 1);
	}
	return ghash_blocks(&key->ghash, y, out, GROUP, 1);
}

/* The end of a message, or all of it. */
struct piece {
	uint8_t *out;
	const uint8_t *in;
	size_t len;
	int header;       /* 1: J0's block comes before the text */
	int with_lengths; /* 1: the block of lengths follows in the hash */
	enum direction direction;
	uint8x16_t y;        /* is added to the first block; with a header, it is the first block */
	uint8x16_t lengths;  /* as an element */
	uint8x16_t tag_mask; /* with a header, it is made here */
};

/* A piece of n blocks, the header's among them; the last is cut. */
LANE_INLINE void crypt_blocks(const struct gcm_key *key, struct run *run, struct ghash_sum *sum, struct piece *piece,
			      const int n)
{
	uint8x16_t b[GROUP], y = piece->y;
	const int first = piece->header;
	const size_t after = (size_t)piece->with_lengths;
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			b[i] = next_counter(run);
	start_blocks(key, b, n);
	LANE_UNROLL
	for (size_t i = 0; i < 9; i++)
		round_blocks(0, b, n, run->last[i]);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			b[i] = xor_block(vaeseq_u8(b[i], run->last[9]), run->last[10]);
	if (first > 0) {
		piece->tag_mask = b[0];
		ghash_add_one(sum, &key->ghash, y, (size_t)n + after);
		y = vdupq_n_u8(0);
	}
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++) {
		if (i < first || i >= n)
			continue;
		const size_t at = (size_t)(16 * (i - first)), part = i == n - 1 ? piece->len - at : 16;
		const uint8x16_t x = load_block_part(piece->in + at, part);
		const uint8x16_t z = store_block_part(piece->out + at, xor_block(x, b[i]), part);
		const uint8x16_t hashed = element(piece->direction == ENCRYPT ? z : x);
		ghash_add_one(sum, &key->ghash, i == first ? xor_block(hashed, y) : hashed, (size_t)(n - i) + after);
	}
}

/* Returns the tag as an element; without lengths, the hash. */
static __attribute__((noinline)) uint8x16_t finish(const struct gcm_key *key, struct run *run, struct piece *piece)
{
	struct ghash_sum sum = ghash_zero();
	if (piece->with_lengths)
		ghash_add_one(&sum, &key->ghash, piece->lengths, 1);
	switch (piece->header + (int)((piece->len + 15) / 16)) {
	case 1:
		crypt_blocks(key, run, &sum, piece, 1);
		break;
	case 2:
		crypt_blocks(key, run, &sum, piece, 2);
		break;
	case 3:
		crypt_blocks(key, run, &sum, piece, 3);
		break;
	case 4:
		crypt_blocks(key, run, &sum, piece, 4);
		break;
	case 5:
		crypt_blocks(key, run, &sum, piece, 5);
		break;
	case 6:
		crypt_blocks(key, run, &sum, piece, 6);
		break;
	case 7:
		crypt_blocks(key, run, &sum, piece, 7);
		break;
	default:
		crypt_blocks(key, run, &sum, piece, 8);
		break;
	}
	return xor_block(ghash_reduce(&sum), element(piece->tag_mask));
}

LANE_INLINE void message(const struct gcm_key *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12],
			 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
			 const enum direction direction)
{
	struct piece piece = {.out = out,
			      .in = in,
			      .len = len,
			      .header = 1,
			      .with_lengths = 1,
			      .direction = direction,
			      .y = vdupq_n_u8(0),
			      .lengths = lengths_block(aad_len, len),
			      .tag_mask = vdupq_n_u8(0)};
	uint8_t j0[16] = {0};
	struct run run;
	memcpy(j0, nonce, 12);
	j0[15] = 1;
	start_run(&run, key, load_block(j0));
	if (len > 16 * (GROUP - 1)) {
		const size_t n_groups = (len - 1) / GROUP_LEN, done = GROUP_LEN * n_groups;
		next_counter(&run);
		piece.header = 0;
		piece.tag_mask = aes_encrypt(&key->aes, load_block(j0));
		piece.y = hash_padded(&key->ghash, piece.y, aad, aad_len);
		if (n_groups > 0)
			piece.y = groups(key, &run, out, in, n_groups, piece.y, direction);
		piece.out += done;
		piece.in += done;
		piece.len -= done;
	} else {
		/* J0's block has the place of the last block of associated data in the hash. */
		const size_t n_whole = aad_len > 0 ? (aad_len - 1) / 16 : 0;
		if (n_whole > 0)
			piece.y = hash_padded(&key->ghash, piece.y, aad, 16 * n_whole);
		if (aad_len > 0)
			piece.y = xor_block(piece.y,
					    element(load_block_part(aad + 16 * n_whole, aad_len - 16 * n_whole)));
	}
	store_block(tag, element(finish(key, &run, &piece)));
}

LANE_INLINE void stretch(const struct gcm_key *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out,
			 const uint8_t *in, size_t n_blocks, const enum direction direction)
{
	const size_t n_groups = n_blocks / GROUP, done = GROUP_LEN * n_groups;
	struct piece piece = {.out = out + done,
			      .in = in + done,
			      .len = 16 * (n_blocks % GROUP),
			      .direction = direction,
			      .y = element(load_block(hash)),
			      .lengths = vdupq_n_u8(0),
			      .tag_mask = vdupq_n_u8(0)};
	struct run run;
	start_run(&run, key, load_block(counter));
	if (n_groups > 0)
		piece.y = groups(key, &run, out, in, n_groups, piece.y, direction);
	store_block(hash, element(piece.len > 0 ? finish(key, &run, &piece) : piece.y));
	store32_be(counter + 12, load32_be(counter + 12) + (uint32_t)n_blocks);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(1024);
}

#define KERNEL_LAYOUT LANE_LAYOUT_NEON_AES
#include "aes_gcm_ops.inc.h"
