/* SPDX-License-Identifier: MIT */
/*
 * ChaCha20-Poly1305 on chacha20_simd.inc.h. The first pass computes block 0,
 * which has the one-time key, together with the first blocks of the message;
 * from then on a wide pass hashes what the pass before it has written (seal) or
 * what it is about to overwrite (open).
 *
 * Zen 4, gcc 12, cycles/byte at 16 KiB, seal / open: AVX2 1.25 / 1.20, the half
 * pass alone being 1.12; SSSE3 2.63; 16 bytes 490 and 620 cycles. Poly1305 stays scalar: 26-bit
 * limbs would need some 65 of the vector operations that the cipher is short
 * of for every 64 bytes (0.25 cycles/byte at four a cycle), while beside the
 * cipher the integer side is idle: woven in, it costs 0.08…0.14. Tried: weaving it
 * into wide passes, in two chains joined by a power of r so that it keeps up.
 * AVX2 lost, 1.41…1.52 (gcc 12) and 1.32 (clang 14). SSSE3 won a little at 16 KiB,
 * 2.60, and at 16 bytes, but lost below 8 KiB: 434 ns against 379 at 256 bytes.
 * Open: AVX2 at 1350 bytes and SSSE3 throughout are behind BoringSSL and ipsec-mb;
 * 26-bit limbs are estimated here, not measured.
 */

#include "chacha20/chacha20_simd.inc.h"
#include "chacha20_poly1305/chacha20_poly1305_ops.h"

enum direction { sealing, opening };

static void poly1305_many(struct poly1305 *p, const uint8_t *in, size_t n_blocks)
{
	poly1305_blocks(p, in, n_blocks);
}

LANE_INLINE void aead(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		      size_t aad_len, const uint8_t *in, size_t in_len, enum direction direction)
{
	uint32_t state[16];
	uint8_t stream[wide_len];
	struct poly1305 p;
	load_state(state, key, nonce, 0);
	const size_t n_first = in_len < half_len - CHACHA20_BLOCK_LEN ? in_len : half_len - CHACHA20_BLOCK_LEN;
	short_stream(stream, state, 0, CHACHA20_BLOCK_LEN + n_first);
	poly1305_init(&p, stream);
	poly1305_padded(&p, aad, aad_len);

	size_t n_hashed = 0;
	if (direction == opening) { // whole blocks only when more follows: n_first is then a multiple of 64
		poly1305_padded(&p, in, n_first);
		n_hashed = n_first;
	}
	xor_bytes(out, in, stream + CHACHA20_BLOCK_LEN, n_first);
	size_t at = n_first;
	uint32_t counter = n_wide;
	if (direction == sealing && in_len - at >= half_len) {
		// the first blocks, one short of a pass: keeps the hash a whole number of passes behind
		poly1305_blocks(&p, out, n_first / POLY1305_BLOCK_LEN);
		n_hashed = n_first;
		half_crypt(state, counter, out + at, in + at, NULL, NULL);
		at += half_len, counter += n_wide;
	}
	for (; in_len - at >= half_len; at += half_len, n_hashed += half_len, counter += n_wide)
		half_crypt(state, counter, out + at, in + at, &p, (direction == sealing ? out : in) + n_hashed);
	if (direction == opening)
		poly1305_padded(&p, in + at, in_len - at);
	crypt_from(state, counter, out + at, in + at, in_len - at);
	if (direction == sealing)
		poly1305_padded(&p, out + n_hashed, in_len - n_hashed);

	poly1305_block(&p, aad_len, in_len, 1);
	poly1305_tag(&p, tag);
	wipe_stack(state, sizeof state);
	wipe_stack(stream, half_len);
	wipe_stack(&p, sizeof p);
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
