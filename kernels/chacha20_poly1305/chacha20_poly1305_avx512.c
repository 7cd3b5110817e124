// SPDX-License-Identifier: MIT
//
// chacha20-poly1305:avx512 (F, BW, DQ, VL and IFMA).
//
// Dataflow. Up to 448 bytes: one narrow pass computes block 0 (the one-time key) and the key stream of the message,
// then Poly1305 over all. Up to 2047: the same with 16 blocks, and what these leave over. From 2048 on: block 0 alone,
// then wide steps of 2048 bytes that hash as much as they encrypt, the step before (seal) or their own input (open):
//
//     blocks   0… 51   chain a, integer multiplier, woven into the rounds
//     blocks  52…103   chain b, likewise
//     blocks 104…127   three vectors of IFMA, lanes kept across the steps
//
// H = ((a·r^52 + b)·r^24 + vectors) for one step, each earlier step times r^128; see poly1305.h and
// poly1305_avx512.inc.h for the arithmetic and its bounds. Vector and integer instructions use different ports: the
// 100 blocks woven into the rounds cost nothing while the core is not shared (1068 cycles for 32 blocks of rounds, with
// or without). Registers: all 32 zmm are the cipher's; r8…r13 the chains, rax rbx rcx rdx r14 r15 for products.
//
// Secret: key, message, hash. Public: lengths, nonce. No branch and no address depends on a secret.
//
// Zen 4, through the public API, 13 bytes of associated data, gcc 12, cycles/byte seal / open: 16 KiB 0.73 / 0.71, 1
// MiB 0.70 / 0.70, 8 KiB 0.77 / 0.75, 1350 B 1.37 / 1.37, 256 B 780 cycles, 64 B 443, 16 B 400. Limit: the cipher's,
// 0.495; the wide step as it is reaches 0.58 without any hash: with 104 blocks woven in it takes 1270 to 1330 cycles
// instead of 1200. Taking the one-time key from block 0 instead of its rows costs 10 cycles a message. Hashing 64 to
// 127 blocks by four vectors a step loses 6 to 15 % of 1 KiB and 1350 B to two. Tried and lost at 16 KiB: 120 blocks
// woven in and 8 before 0.78 (from 110 blocks on each costs 8 cycles: the integer side is full); all 128 woven, 28 of
// them between the transpositions 0.77; 72 woven in one chain and seven vectors 0.74; 64 in one chain, going on with
// the last step's hash so that the rounds wait for its multiplication, and eight vectors summed up in each step 0.83;
// 88 woven in and five vectors 0.75 (but 6 % better beside a busy neighbour). Not tried to the end: IFMA between the
// rounds of 16 blocks, where 18 multiplications cost 14 cycles (they share the rotations' ports).

#include "chacha20/chacha20_avx512.inc.h"
#include "chacha20_poly1305/chacha20_poly1305_ops.h"
#include "chacha20_poly1305/poly1305_avx512.inc.h"
#include "kernel_impl.h"
#include "scrub.h"

enum direction { sealing, opening };

// From here on the powers of r pay off.
enum { n_vector_blocks = 16 };

// Never hands out p's address, so that callers keep it in registers.
LANE_INLINE void hash_blocks(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	if (n_blocks >= n_vector_blocks) {
		struct poly1305 q = *p;
		poly1305_vector(&q, in, n_blocks);
		p->h0 = q.h0, p->h1 = q.h1, p->h2 = q.h2;
	} else {
		poly1305_blocks(p, in, n_blocks);
	}
}

static void poly1305_many(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	hash_blocks(p, in, n_blocks);
}

// len < 16 bytes, padded with zeroes to a block.
LANE_INLINE void poly1305_short(struct poly1305 *p, const uint8_t *in, size_t len)
{
	const __m128i block = _mm_maskz_loadu_epi8((__mmask16)((1u << len) - 1), in);
	poly1305_block(p, (uint64_t)_mm_cvtsi128_si64(block), (uint64_t)_mm_extract_epi64(block, 1), 1);
}

// Any length, padded.
LANE_INLINE void absorb(struct poly1305 *p, const uint8_t *in, size_t len)
{
	const size_t n_blocks = len / POLY1305_BLOCK_LEN, n_rest = len % POLY1305_BLOCK_LEN;
	if (n_blocks > 0)
		hash_blocks(p, in, n_blocks);
	if (n_rest > 0)
		poly1305_short(p, in + len - n_rest, n_rest);
}

// The key from the first two rows of block 0, and the associated data.
LANE_INLINE struct poly1305 begin(__m128i r, __m128i pad, const uint8_t *aad, size_t aad_len)
{
	struct poly1305 p;
	poly1305_init_words(&p, (uint64_t)_mm_cvtsi128_si64(r), (uint64_t)_mm_extract_epi64(r, 1),
			    (uint64_t)_mm_cvtsi128_si64(pad), (uint64_t)_mm_extract_epi64(pad, 1));
	absorb(&p, aad, aad_len);
	return p;
}

// From rows that are still apart: some cycles before the blocks are.
LANE_INLINE struct poly1305 begin_rows(struct rows first, const uint8_t *aad, size_t aad_len)
{
	return begin(_mm256_castsi256_si128(first.a), _mm256_castsi256_si128(first.b), aad, aad_len);
}

LANE_INLINE void finish(struct poly1305 *p, uint8_t tag[16], size_t aad_len, size_t len)
{
	poly1305_block(p, aad_len, len, 1);
	poly1305_tag(p, tag);
}

// One block of a message, or its end, or nothing. A short one's ciphertext goes to `last` too, padded: what a masked
// store has written could not be read back before it has left the store queue.
LANE_INLINE void seal_block(uint8_t *out, const uint8_t *in, size_t at, size_t len, __m512i stream, uint8_t last[64])
{
	if (len >= at + 64) {
		_mm512_storeu_si512(out + at, _mm512_xor_si512(stream, _mm512_loadu_si512(in + at)));
	} else if (len > at) {
		const __mmask64 k = _bzhi_u64(~UINT64_C(0), (uint32_t)(len - at));
		const __m512i x =
			_mm512_maskz_mov_epi8(k, _mm512_xor_si512(stream, _mm512_maskz_loadu_epi8(k, in + at)));
		_mm512_mask_storeu_epi8(out + at, k, x);
		_mm512_storeu_si512(last, x);
	}
}

// A message that n_sets narrow sets hold, with block 0.
LANE_INLINE void narrow_aead(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16],
			     const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len, int n_sets,
			     enum direction direction)
{
	__m512i block[8];
	uint8_t last[64];
	const struct rows first = narrow_blocks(block, key, nonce, 0, n_sets);
	struct poly1305 p = begin_rows(first, aad, aad_len);
	if (direction == opening)
		absorb(&p, in, len);
	seal_block(out, in, 0, len, block[1], last);
	if (n_sets > 1) {
		seal_block(out, in, 64, len, block[2], last);
		seal_block(out, in, 128, len, block[3], last);
	}
	if (n_sets > 2) {
		seal_block(out, in, 192, len, block[4], last);
		seal_block(out, in, 256, len, block[5], last);
	}
	if (n_sets > 3) {
		seal_block(out, in, 320, len, block[6], last);
		seal_block(out, in, 384, len, block[7], last);
	}
	if (direction == sealing) {
		const size_t n_whole = len / 64 * 4, n_last = (len % 64 + 15) / 16;
		if (n_whole > 0)
			hash_blocks(&p, out, n_whole);
		poly1305_blocks(&p, last, n_last);
	}
	finish(&p, tag, aad_len, len);
}

// clang-format off
// One block at `at` into the hash in h0…h2, as in poly1305.h.
#define HASH(h0, h1, h2, at)                                                                                           \
	"add " #at "(%%rsi), %%" #h0 "\n\t"                                                                            \
	"adc 8+" #at "(%%rsi), %%" #h1 "\n\t"                                                                          \
	"adc $1, %%" #h2 "\n\t"                                                                                        \
	"mov %%" #h0 ", %%rdx\n\t"                                                                                     \
	"mulx 280(%%rdi), %%" #h0 ", %%rax\n\t"                                                                        \
	"mulx 288(%%rdi), %%rbx, %%rcx\n\t"                                                                            \
	"mov %%" #h1 ", %%rdx\n\t"                                                                                     \
	"mulx 296(%%rdi), %%r14, %%r15\n\t"                                                                            \
	"add %%r14, %%" #h0 "\n\t"                                                                                     \
	"adc %%r15, %%rax\n\t"                                                                                         \
	"mulx 280(%%rdi), %%r14, %%r15\n\t"                                                                            \
	"add %%r14, %%rbx\n\t"                                                                                         \
	"adc %%r15, %%rcx\n\t"                                                                                         \
	"mov %%" #h2 ", %%r14\n\t"                                                                                     \
	"imul 296(%%rdi), %%r14\n\t"                                                                                   \
	"imul 280(%%rdi), %%" #h2 "\n\t"                                                                               \
	"add %%r14, %%rbx\n\t"                                                                                         \
	"adc $0, %%rcx\n\t"                                                                                            \
	"add %%rax, %%rbx\n\t"                                                                                         \
	"adc %%rcx, %%" #h2 "\n\t"                                                                                     \
	"mov %%" #h2 ", %%r14\n\t"                                                                                     \
	"shr $2, %%r14\n\t"                                                                                            \
	"and $3, %%" #h2 "\n\t"                                                                                        \
	"lea (%%r14,%%r14,4), %%r14\n\t"                                                                               \
	"mov %%rbx, %%" #h1 "\n\t"                                                                                     \
	"add %%r14, %%" #h0 "\n\t"                                                                                     \
	"adc $0, %%" #h1 "\n\t"                                                                                        \
	"adc $0, %%" #h2 "\n\t"

#define HASH_A(i) HASH(r8, r9, r10, 16*(i))
#define HASH_B(i) HASH(r11, r12, r13, 52*16+16*(i))

// Ten blocks in each double round and four after the rounds: 104.
#define WEAVE(i) WEAVE_##i
#define WEAVE_0 HASH_A(0)
#define WEAVE_1 HASH_B(0)
#define WEAVE_2
#define WEAVE_3 HASH_A(1)
#define WEAVE_4 HASH_B(1)
#define WEAVE_5
#define WEAVE_6 HASH_A(2)
#define WEAVE_7
#define WEAVE_8 HASH_B(2)
#define WEAVE_9 HASH_A(3)
#define WEAVE_10
#define WEAVE_11 HASH_B(3)
#define WEAVE_12 HASH_A(4)
#define WEAVE_13
#define WEAVE_14 HASH_B(4)
#define WEAVE_15 "add $80, %%rsi\n\t"

#define WEAVE_BEGIN                                                                                                    \
	"mov 304(%%rdi), %%r8\n\tmov 312(%%rdi), %%r9\n\tmov 320(%%rdi), %%r10\n\t"                                  \
	"xor %%r11d, %%r11d\n\txor %%r12d, %%r12d\n\txor %%r13d, %%r13d\n\t"
#define WEAVE_END                                                                                                      \
	HASH_A(0) HASH_B(0) HASH_A(1) HASH_B(1)                                                                        \
	"mov %%r8, 304(%%rdi)\n\tmov %%r9, 312(%%rdi)\n\tmov %%r10, 320(%%rdi)\n\t"                                  \
	"mov %%r11, 328(%%rdi)\n\tmov %%r12, 336(%%rdi)\n\tmov %%r13, 344(%%rdi)\n\t"

// clang-format on
enum { half_len = 52 * POLY1305_BLOCK_LEN, vectors_len = 24 * POLY1305_BLOCK_LEN };
_Static_assert(2 * half_len + vectors_len == wide_len, "a step hashes as much as it encrypts");

// Beside 32 blocks of cipher, hashes 52 blocks at `hash` on top of w->a, the next 52 into w->b.
static void wide_crypt_and_hash(struct wide *w, const uint8_t *hash)
{
	__asm__ volatile(WIDE_STEP(WEAVE_BEGIN, WEAVE, WEAVE_END) : "+S"(hash) : "D"(w) : WIDE_CLOBBERS);
}

// n_steps · 2048 bytes. Sealing hashes what the step before has written, opening what this one will overwrite.
static __attribute__((noinline)) void wide_aead(struct poly1305 *p, const uint8_t key[32], const uint8_t nonce[12],
						uint8_t *out, const uint8_t *in, size_t n_steps,
						enum direction direction)
{
	struct wide w;
	wide_begin(&w, key, nonce, 1, out, in);
	w.r0 = p->r0, w.r1 = p->r1, w.s1 = p->s1;
	if (direction == sealing) {
		wide_crypt(&w);
		n_steps--;
	}
	struct powers f;
	struct wide_powers g;
	make_powers(&f, &g, p);
	// the hash is woven·r^24 + the sum of the lanes
	struct limbs woven = {0, 0, 0};
	struct vec lanes = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
	w.a0 = p->h0, w.a1 = p->h1, w.a2 = p->h2;
	for (; n_steps > 0; n_steps--) {
		const uint8_t *hash = direction == sealing ? w.out - wide_len : w.in;
		lanes = three_vectors(lanes, &g.r128, hash + 2 * half_len, &f);
		wide_crypt_and_hash(&w, hash);
		const struct limbs a = limbs_mul(limbs_of(w.a0, w.a1, w.a2), g.s52);
		woven = limbs_add(limbs_add(limbs_mul(woven, g.s128), a), limbs_of(w.b0, w.b1, w.b2));
		w.a0 = w.a1 = w.a2 = 0; // not `woven`, so that the rounds don't wait for the multiplication
	}
	limbs_to_hash(p, limbs_add(limbs_mul(woven, g.s24), sum_lanes(lanes, f.lanes)));
	if (direction == sealing)
		poly1305_long(p, w.out - wide_len, wide_len / POLY1305_BLOCK_LEN, &f);
}

LANE_INLINE void middle_aead(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16],
			     const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
			     enum direction direction)
{
	__m512i block[16];
	middle_blocks(block, key, nonce, 0);
	struct poly1305 p =
		begin(_mm512_castsi512_si128(block[0]), _mm512_extracti32x4_epi32(block[0], 1), aad, aad_len);
	if (direction == opening)
		absorb(&p, in, len);
	const size_t at = len < 960 ? len : 960;
	xor_blocks(out, in, at, block + 1, 8);
	for (size_t i = 8; i < 15; i++)
		xor_block(out, in, 64 * i, at, block[1 + i]);
	rest_crypt(key, nonce, 16, out + at, in + at, len - at);
	if (direction == sealing)
		absorb(&p, out, len);
	finish(&p, tag, aad_len, len);
}

LANE_INLINE void long_aead(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16],
			   const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len, enum direction direction)
{
	const size_t n_wide = len / wide_len, n_front = n_wide * wide_len;
	const int woven = direction == opening || n_wide > 1;
	__m512i block[8];
	struct poly1305 p = begin_rows(narrow_blocks(block, key, nonce, 0, 1), aad, aad_len);
	if (woven) {
		struct poly1305 q = p;
		wide_aead(&q, key, nonce, out, in, n_wide, direction);
		p = q;
	} else {
		wide_steps(key, nonce, 1, out, in, 1);
	}
	if (direction == opening)
		absorb(&p, in + n_front, len - n_front);
	rest_crypt(key, nonce, 1 + (uint32_t)n_wide * 32, out + n_front, in + n_front, len - n_front);
	if (direction == sealing && woven)
		absorb(&p, out + n_front, len - n_front);
	else if (direction == sealing)
		absorb(&p, out, len);
	finish(&p, tag, aad_len, len);
}

/* Each apart, so that shorter messages don't pay for their stack frames. */
static __attribute__((noinline)) void seal_long(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out,
						uint8_t tag[16], const uint8_t *aad, size_t aad_len, const uint8_t *in,
						size_t len)
{
	long_aead(key, nonce, out, tag, aad, aad_len, in, len, sealing);
}

static __attribute__((noinline)) void open_long(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out,
						uint8_t tag[16], const uint8_t *aad, size_t aad_len, const uint8_t *in,
						size_t len)
{
	long_aead(key, nonce, out, tag, aad, aad_len, in, len, opening);
}

static __attribute__((noinline)) void seal_middle(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out,
						  uint8_t tag[16], const uint8_t *aad, size_t aad_len,
						  const uint8_t *in, size_t len)
{
	middle_aead(key, nonce, out, tag, aad, aad_len, in, len, sealing);
}

static __attribute__((noinline)) void open_middle(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out,
						  uint8_t tag[16], const uint8_t *aad, size_t aad_len,
						  const uint8_t *in, size_t len)
{
	middle_aead(key, nonce, out, tag, aad, aad_len, in, len, opening);
}

static __attribute__((noinline)) void seal_narrow(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out,
						  uint8_t tag[16], const uint8_t *aad, size_t aad_len,
						  const uint8_t *in, size_t len)
{
	if (len <= 192)
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 2, sealing);
	else if (len <= 320)
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 3, sealing);
	else
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 4, sealing);
}

static __attribute__((noinline)) void open_narrow(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out,
						  uint8_t tag[16], const uint8_t *aad, size_t aad_len,
						  const uint8_t *in, size_t len)
{
	if (len <= 192)
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 2, opening);
	else if (len <= 320)
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 3, opening);
	else
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 4, opening);
}

static void seal(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t in_len)
{
	if (in_len <= 64)
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, in_len, 1, sealing);
	else if (in_len <= 448)
		seal_narrow(key, nonce, out, tag, aad, aad_len, in, in_len);
	else if (LANE_MEMORY_SANITIZED || in_len < wide_len)
		seal_middle(key, nonce, out, tag, aad, aad_len, in, in_len);
	else
		seal_long(key, nonce, out, tag, aad, aad_len, in, in_len);
}

static void open(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t in_len)
{
	if (in_len <= 64)
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, in_len, 1, opening);
	else if (in_len <= 448)
		open_narrow(key, nonce, out, tag, aad, aad_len, in, in_len);
	else if (LANE_MEMORY_SANITIZED || in_len < wide_len)
		open_middle(key, nonce, out, tag, aad, aad_len, in, in_len);
	else
		open_long(key, nonce, out, tag, aad, aad_len, in, in_len);
}

// How deep the narrow kinds use the stack: what compilers make of it differs.
#ifdef __clang__
enum { depth_64 = 512, depth_narrow = 1792, depth_narrow_vectors = 1920 };
#else
enum { depth_64 = 256, depth_narrow = 576, depth_narrow_vectors = 1216 };
#endif

static void scrub(size_t len)
{
	scrub_all(len <= 64        ? depth_64
		  : len < 256      ? depth_narrow
		  : len <= 448     ? depth_narrow_vectors
		  : len < wide_len ? 2944
				   : 4928);
}

static const struct lane_chacha20_poly1305_ops ops = {
	.seal = seal,
	.open = open,
	.hchacha20 = hchacha20,
	.cipher.crypt = chacha20_crypt,
	.poly1305 = poly1305_many,
	.scrub = scrub,
};

extern const struct lane_kernel lane_kernel_chacha20_poly1305_avx512;
const struct lane_kernel lane_kernel_chacha20_poly1305_avx512 = {
	.family = "chacha20-poly1305",
	.isa = "avx512",
	.name = "chacha20-poly1305:avx512",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.chacha20_poly1305 = &ops,
};
