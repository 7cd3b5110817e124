// SPDX-License-Identifier: MIT
#include "chacha20/chacha20_avx512.inc.h"
#include "chacha20_poly1305/chacha20_poly1305_ops.h"
#include "chacha20_poly1305/poly1305_avx512.inc.h"
#include "kernel_impl.h"

enum direction { sealing, opening };

// From here on the powers of r pay off.
enum { n_vector_blocks = 16 };

static void poly1305_many(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	if (n_blocks >= n_vector_blocks)
		poly1305_vector(p, in, n_blocks);
	else
		poly1305_blocks(p, in, n_blocks);
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
		poly1305_many(p, in, n_blocks);
	if (n_rest > 0)
		poly1305_short(p, in + len - n_rest, n_rest);
}

// The key from block 0, and the associated data.
LANE_INLINE struct poly1305 begin(__m512i block0, const uint8_t *aad, size_t aad_len)
{
	struct poly1305 p;
	uint64_t key[8];
	_mm512_storeu_si512(key, block0);
	poly1305_init(&p, (const uint8_t *)key);
	wipe_stack(key, sizeof key);
	absorb(&p, aad, aad_len);
	return p;
}

LANE_INLINE void finish(struct poly1305 *p, uint8_t tag[16], size_t aad_len, size_t len)
{
	poly1305_block(p, aad_len, len, 1);
	poly1305_tag(p, tag);
}

// A message that n_sets narrow sets hold, with block 0.
LANE_INLINE void narrow_aead(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16],
                             const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len, int n_sets,
                             enum direction direction)
{
	__m512i block[8];
	narrow_blocks(block, key, nonce, 0, n_sets);
	struct poly1305 p = begin(block[0], aad, aad_len);
	if (direction == opening)
		absorb(&p, in, len);
	xor_block(out, in, 0, len, block[1]);
	if (n_sets > 1) {
		xor_block(out, in, 64, len, block[2]);
		xor_block(out, in, 128, len, block[3]);
	}
	if (n_sets > 2) {
		xor_block(out, in, 192, len, block[4]);
		xor_block(out, in, 256, len, block[5]);
	}
	if (n_sets > 3) {
		xor_block(out, in, 320, len, block[6]);
		xor_block(out, in, 384, len, block[7]);
	}
	if (direction == sealing)
		absorb(&p, out, len);
	finish(&p, tag, aad_len, len);
}

// One block at 16·i into the hash in r8…r10, as in poly1305.h.
#define HASH(i)                                                                                                        \
	"add 16*" #i "(%%rsi), %%r8\n\t"                                                                               \
	"adc 16*" #i "+8(%%rsi), %%r9\n\t"                                                                             \
	"adc $1, %%r10\n\t"                                                                                            \
	"mov %%r8, %%rdx\n\t"                                                                                          \
	"mulx 280(%%rdi), %%r8, %%rax\n\t"                                                                             \
	"mulx 288(%%rdi), %%rbx, %%rcx\n\t"                                                                            \
	"mov %%r9, %%rdx\n\t"                                                                                          \
	"mulx 296(%%rdi), %%r11, %%r12\n\t"                                                                            \
	"add %%r11, %%r8\n\t"                                                                                          \
	"adc %%r12, %%rax\n\t"                                                                                         \
	"mulx 280(%%rdi), %%r11, %%r12\n\t"                                                                            \
	"add %%r11, %%rbx\n\t"                                                                                         \
	"adc %%r12, %%rcx\n\t"                                                                                         \
	"mov %%r10, %%r11\n\t"                                                                                         \
	"imul 296(%%rdi), %%r11\n\t"                                                                                   \
	"imul 280(%%rdi), %%r10\n\t"                                                                                   \
	"add %%r11, %%rbx\n\t"                                                                                         \
	"adc $0, %%rcx\n\t"                                                                                            \
	"add %%rax, %%rbx\n\t"                                                                                         \
	"adc %%rcx, %%r10\n\t"                                                                                         \
	"mov %%r10, %%r11\n\t"                                                                                         \
	"shr $2, %%r11\n\t"                                                                                            \
	"and $3, %%r10d\n\t"                                                                                           \
	"lea (%%r11,%%r11,4), %%r11\n\t"                                                                               \
	"mov %%rbx, %%r9\n\t"                                                                                          \
	"add %%r11, %%r8\n\t"                                                                                          \
	"adc $0, %%r9\n\t"                                                                                             \
	"adc $0, %%r10\n\t"
#define HASH_NEXT(n) "add $16*" #n ", %%rsi\n\t"

// Seven blocks in each double round and two after the rounds: 72.
#define WEAVE(i) WEAVE_##i
#define WEAVE_0 HASH(0)
#define WEAVE_1
#define WEAVE_2 HASH(1)
#define WEAVE_3
#define WEAVE_4
#define WEAVE_5 HASH(2)
#define WEAVE_6
#define WEAVE_7 HASH(3)
#define WEAVE_8
#define WEAVE_9 HASH(4)
#define WEAVE_10
#define WEAVE_11
#define WEAVE_12 HASH(5)
#define WEAVE_13
#define WEAVE_14 HASH(6)
#define WEAVE_15 HASH_NEXT(7)

#define WEAVE_BEGIN                                                                                                    \
	"mov 304(%%rdi), %%r8\n\t"                                                                                     \
	"mov 312(%%rdi), %%r9\n\t"                                                                                     \
	"mov 320(%%rdi), %%r10\n\t"
#define WEAVE_END                                                                                                      \
	HASH(0)                                                                                                        \
	HASH(1)                                                                                                        \
	"mov %%r8, 304(%%rdi)\n\t"                                                                                     \
	"mov %%r9, 312(%%rdi)\n\t"                                                                                     \
	"mov %%r10, 320(%%rdi)\n\t"

enum { woven_len = 72 * POLY1305_BLOCK_LEN };
_Static_assert(woven_len + seven_len == wide_len, "a step hashes as much as it encrypts");

// Beside 32 blocks of cipher, hashes 72 blocks at `hash` into w->h….
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
	if (n_steps > 0) {
		struct powers f;
		make_powers(&f, p);
		// the hash is woven·r^56 + the sum of the lanes
		struct limbs woven = {0, 0, 0};
		w.h0 = p->h0, w.h1 = p->h1, w.h2 = p->h2;
		struct vec lanes = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
		for (; n_steps > 0; n_steps--) {
			const uint8_t *hash = direction == sealing ? w.out - wide_len : w.in;
			lanes = seven_vectors(lanes, &f.r128, hash + woven_len, &f);
			wide_crypt_and_hash(&w, hash);
			const struct limbs step = limbs_of(w.h0, w.h1, w.h2), before = limbs_mul(woven, f.s128);
			woven = limbs_carry(before.l0 + step.l0, before.l1 + step.l1, before.l2 + step.l2);
			w.h0 = w.h1 = w.h2 = 0; // rather than woven: nothing waits for the multiplication
		}
		const struct limbs a = limbs_mul(woven, f.s56), b = sum_lanes(lanes, f.lanes);
		limbs_to_hash(p, limbs_carry(a.l0 + b.l0, a.l1 + b.l1, a.l2 + b.l2));
		if (direction == sealing)
			poly1305_long(p, w.out - wide_len, wide_len / POLY1305_BLOCK_LEN, &f);
		wipe_stack(&f, sizeof f);
	} else {
		poly1305_vector(p, w.out - wide_len, wide_len / POLY1305_BLOCK_LEN);
	}
	wipe_stack(&w, sizeof w);
}

LANE_INLINE void aead(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
                      size_t aad_len, const uint8_t *in, size_t len, enum direction direction)
{
	if (len <= 64) {
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 1, direction);
		return;
	}
	if (len <= 192) {
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 2, direction);
		return;
	}
	if (len <= 320) {
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 3, direction);
		return;
	}
	if (len <= 448) {
		narrow_aead(key, nonce, out, tag, aad, aad_len, in, len, 4, direction);
		return;
	}
	const size_t n_wide = len / wide_len, n_front = n_wide * wide_len;
	__m512i block[16];
	struct poly1305 p;
	size_t at;
	uint32_t counter;
	if (n_wide > 0) {
		narrow_blocks(block, key, nonce, 0, 1);
		p = begin(block[0], aad, aad_len);
		wide_aead(&p, key, nonce, out, in, n_wide, direction);
		at = n_front, counter = 1 + (uint32_t)n_wide * 32;
		if (direction == opening)
			absorb(&p, in + at, len - at);
	} else {
		middle_blocks(block, key, nonce, 0);
		p = begin(block[0], aad, aad_len);
		if (direction == opening)
			absorb(&p, in, len);
		at = len < 960 ? len : 960, counter = 16;
		xor_blocks(out, in, at, block + 1, 8);
		for (size_t i = 8; i < 15; i++)
			xor_block(out, in, 64 * i, at, block[1 + i]);
	}
	rest_crypt(key, nonce, counter, out + at, in + at, len - at);
	if (direction == sealing)
		absorb(&p, out + n_front, len - n_front);
	finish(&p, tag, aad_len, len);
}

static void seal(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
                 size_t aad_len, const uint8_t *in, size_t in_len)
{
	aead(key, nonce, out, tag, aad, aad_len, in, in_len, sealing);
}

static void open(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
                 size_t aad_len, const uint8_t *in, size_t in_len)
{
	aead(key, nonce, out, tag, aad, aad_len, in, in_len, opening);
}

static const struct lane_chacha20_poly1305_ops ops = {
        .seal = seal,
        .open = open,
        .cipher.crypt = chacha20_crypt,
        .poly1305 = poly1305_many,
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
