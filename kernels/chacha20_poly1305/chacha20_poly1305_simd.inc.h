/* SPDX-License-Identifier: MIT */
/*
 * ChaCha20-Poly1305 on chacha20_simd.inc.h, on arm64 chacha20_neon.inc.h. The first pass computes block 0,
 * which has the one-time key, together with the first blocks of the message;
 * from then on a half pass hashes what the pass before it has written (seal) or
 * what it is about to overwrite (open). With AVX2 and NEON, messages that are too short
 * for that are hashed in one piece, by poly1305_avx2.inc.h from 448 bytes on, by
 * poly1305_neon.inc.h from 256, and so are the ends of longer ones.
 *
 * Zen 4, gcc 12, cycles/byte at 16 KiB, seal / open: AVX2 1.25 / 1.20, the half
 * pass alone being 1.12; SSSE3 2.63; 16 bytes 490 and 620 cycles. Beside the cipher
 * Poly1305 stays scalar: the integer side is idle there and hashes for 0.08…0.14,
 * 26-bit limbs take turns with the cipher. Time of what lost at 16 KiB with AVX2 (seal
 * and open, gcc 12 and clang 14, the core shared with a neighbour), half passes = 1:
 * wide passes, each then hashed by vectors 0.97…1.04; eight blocks of vector hash
 * between two double rounds of a wide pass 0.99…1.04, in three pieces inside a
 * double round 1.05…1.13; 40 of 64 blocks woven into a wide pass by integers, 24
 * before it by vectors 1.02…1.09. At 1350 bytes, before vectors hashed it = 1:
 * 0.76…0.89 / 0.92…0.96 (gcc 12), 0.93 / 0.97 (clang 14).
 * Tried before: weaving integers into wide passes, in two chains joined by a power
 * of r so that they keep up. AVX2 lost, 1.41…1.52 cycles/byte (gcc 12) and 1.32 (clang
 * 14). SSSE3 won a little at 16 KiB, 2.60, and at 16 bytes, but lost at 256 and 1350
 * bytes: 434 ns against 379 at 256. Vectors of 16 bytes hash two blocks at a time in
 * 1.04 cycles/byte, integers in 0.93.
 * Open: SSSE3 throughout is behind BoringSSL and ipsec-mb; AVX2 behind BoringSSL at
 * 256 bytes (BoringSSL takes 0.97 / 0.90 of the time), 512 (0.89 / not measured) and,
 * beside a busy neighbour, at 1350 bytes (0.92 / 0.95; sealing alone on the core 1.04).
 */

#if defined(__aarch64__)
#include "chacha20/chacha20_neon.inc.h"
#include "chacha20_poly1305/poly1305_neon.inc.h"
#define VECTOR_HASH 1
#else
#include "chacha20/chacha20_simd.inc.h"
#if VL == 32
#include "chacha20_poly1305/poly1305_avx2.inc.h"
#endif
#define VECTOR_HASH (VL == 32)
#endif
#include "chacha20_poly1305/chacha20_poly1305_ops.h"
#include "scrub.h"

enum direction { sealing, opening };

enum {
// from here on the powers of r pay off
#if defined(__aarch64__)
	n_vector_blocks = 16,
#else
	n_vector_blocks = 28,
#endif
	// shorter messages are hashed in one piece where there are vectors for it
	woven_len = 3 * half_len - CHACHA20_BLOCK_LEN,
};

/* Never hands out p's address, so that callers keep it in registers. */
LANE_INLINE void hash_blocks(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
#if VECTOR_HASH
	if (n_blocks >= n_vector_blocks) {
		struct poly1305 q = *p;
		poly1305_vector(&q, in, n_blocks);
		p->h0 = q.h0, p->h1 = q.h1, p->h2 = q.h2;
		return;
	}
#endif
	poly1305_blocks(p, in, n_blocks);
}

static void poly1305_many(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	hash_blocks(p, in, n_blocks);
}

/* Any length, padded with zeroes to whole blocks. */
LANE_INLINE void absorb(struct poly1305 *p, const uint8_t *in, size_t len)
{
	const size_t n_blocks = len / POLY1305_BLOCK_LEN;
	hash_blocks(p, in, n_blocks);
	poly1305_padded(p, in + n_blocks * POLY1305_BLOCK_LEN, len % POLY1305_BLOCK_LEN);
}

LANE_INLINE void aead(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		      size_t aad_len, const uint8_t *in, size_t in_len, enum direction direction)
{
	chacha20_state state;
	uint8_t stream[wide_len];
	struct poly1305 p;
	load_state(state, key, nonce, 0);
	const int weave = !VECTOR_HASH || in_len >= woven_len;
	// of what is not woven, more than this is faster wide
	const size_t first_len =
		(weave || in_len <= half_len + 3 * CHACHA20_BLOCK_LEN ? half_len : wide_len) - CHACHA20_BLOCK_LEN;
	const size_t n_first = in_len < first_len ? in_len : first_len;
	short_stream(stream, state, 0, CHACHA20_BLOCK_LEN + n_first);
	poly1305_init(&p, stream);
	absorb(&p, aad, aad_len);

	size_t n_hashed = 0;
	if (direction == opening) { // whole blocks only when more follows: n_first is then a multiple of 64
		n_hashed = weave ? n_first : in_len;
		absorb(&p, in, n_hashed);
	}
	xor_bytes(out, in, stream + CHACHA20_BLOCK_LEN, n_first);
	size_t at = n_first;
	uint32_t counter = (uint32_t)(n_first / CHACHA20_BLOCK_LEN) + 1;
	if (direction == sealing && weave && in_len - at >= half_len) {
		// the first blocks, one short of a pass: keeps the hash a whole number of passes behind
		absorb(&p, out, n_first);
		n_hashed = n_first;
		half_crypt(state, counter, out + at, in + at, NULL, NULL);
		at += half_len, counter += n_wide;
	}
	for (; weave && in_len - at >= half_len; at += half_len, n_hashed += half_len, counter += n_wide)
		half_crypt(state, counter, out + at, in + at, &p, (direction == sealing ? out : in) + n_hashed);
	if (direction == opening)
		absorb(&p, in + n_hashed, in_len - n_hashed);
	crypt_from(state, counter, out + at, in + at, in_len - at);
	if (direction == sealing)
		absorb(&p, out + n_hashed, in_len - n_hashed);

	poly1305_block(&p, aad_len, in_len, 1);
	poly1305_tag(&p, tag);
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

static void scrub(size_t len)
{
#if defined(__aarch64__)
	(void)len;
	scrub_all(3072);
#else
	if (VL == 32)
		scrub_all(len < 448 ? 2048 : 3584);
	else
		scrub_all(len < 128 ? 1408 : 2176);
#endif
}

static const struct lane_chacha20_poly1305_ops ops = {
	.seal = seal,
	.open = open,
	.hchacha20 = hchacha20,
	.cipher.crypt = chacha20_crypt,
	.poly1305 = poly1305_many,
	.scrub = scrub,
};
