/* SPDX-License-Identifier: MIT */
/*
 * AES-XTS for arm64: `neon-aes`, and `neon`, for CPUs without AES instructions, whose eight blocks are bitsliced.
 * Before including, define KERNEL_ISA and KERNEL_SYMBOL.
 *
 * Dataflow: groups of eight blocks, each xored with its tweak before and behind AES; what is left of a data unit as one
 * piece of 1 … 7 blocks; then, one after the other, the two blocks that share stolen ciphertext. Tweaks of several data
 * units are encrypted 8 at a time.
 * Identity: of t·x^8, a rotation by a byte has all but the byte c that was carried out, which stands at x^0 now and
 * should be c·(x^7 + x^2 + x + 1): c·(x^7 + x^2 + x) is added, one PMULL of 8 bits. Of t·x^n, n < 8, likewise, with
 * shifts in each half and the bits carried out of both.
 * Registers in a group: 8 blocks, 8 tweaks, the last eleven round keys, x^7 + x^2 + x, and one for a product: 29.
 * Bounds: trusts the public layer that a data unit has 16 bytes or more, and that numbers do not wrap.
 * Secret: keys, data, encrypted tweaks. Public: lengths, tweaks.
 *
 * Predicted by llvm-mca 22, which knows no fusion of AESE with AESMC, cycles/byte of the loop with AES-128, gcc 12 (in
 * brackets with AESMC for nothing, as if fused), neoverse-v2 and -n1: 0.41 (0.27) and 1.34 (0.77); aes-ctr's 0.38
 * (0.24) and 1.19 (0.63). Tried and lost: the product by shifts of c, 0.49 (0.35) on v2, though 1.27 (0.76) on n1.
 * `neon`: encryption 5.3 and 8.5, decryption 6.6 and 10.5, where `portable` has 21 and 43, 26 and 50.
 */

#include "../aes/aes_neon_group.h"
#include "../scrub.h"
#include "aes_xts_impl.h"

enum { N_TWEAKS = GROUP /* of data units, encrypted together */ };

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

/* The first byte of t is c, what was carried out of x^127: puts c·x^128 in its place. */
LANE_INLINE uint8x16_t fold(uint8x16_t t)
{
	const poly8x8_t p = vreinterpret_p8_u64(vcreate_u64(0x86));
	return xor_block(t, vreinterpretq_u8_p16(vmull_p8(vget_low_p8(vreinterpretq_p8_u8(t)), p)));
}

/* t·x^8 */
LANE_INLINE uint8x16_t times_x8(uint8x16_t t)
{
	return fold(vextq_u8(t, t, 15)); // bytes 15, 0, 1 … 14
}

/* t·x^n, n < 8. */
LANE_INLINE uint8x16_t times_x_to(uint8x16_t t, const int64_t n)
{
	const uint64x2_t halves = vreinterpretq_u64_u8(t);
	const uint64x2_t carries = vshlq_u64(halves, vdupq_n_s64(n - 64)); // to the right
	return xor_block(vreinterpretq_u8_u64(vshlq_u64(halves, vdupq_n_s64(n))),
			 fold(swap_halves(vreinterpretq_u8_u64(carries))));
}

LANE_INLINE void first_tweaks(uint8x16_t t[GROUP], const int n, uint8x16_t t0)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			t[i] = i == 0 ? t0 : times_x_to(t0, i);
}

/* --- Blocks. */

/* A block with its tweak. */
LANE_INLINE uint8x16_t one_block(const int decrypting, const struct aes_key *key, uint8x16_t x, uint8x16_t t)
{
	x = xor_block(x, t);
	return xor_block(decrypting ? aes_decrypt(key, x) : aes_encrypt(key, x), t);
}

/* n ≤ 8 blocks with their tweaks. */
LANE_INLINE void some_blocks(const int decrypting, const struct aes_key *key, const uint8x16_t last[11],
			     const uint8x16_t t[GROUP], uint8_t *out, const uint8_t *in, const int n)
{
	uint8x16_t b[GROUP];
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			b[i] = xor_block(load_block(in + 16 * i), t[i]);
	crypt_vectors(decrypting, key, last, b, n);
	LANE_UNROLL
	for (int i = 0; i < GROUP; i++)
		if (i < n)
			store_block(out + 16 * i, xor3_block(b[i], last[10], t[i]));
}

/* n blocks that t0 is the first tweak of. */
LANE_INLINE void rest(const int decrypting, const struct aes_key *key, const uint8x16_t last[11], uint8x16_t t0,
		      uint8_t *out, const uint8_t *in, const int n)
{
	uint8x16_t t[GROUP];
	first_tweaks(t, n, t0);
	some_blocks(decrypting, key, last, t, out, in, n);
}

/* Ciphertext stealing, IEEE 1619 §5.3.2 and §5.4.2: the last whole block, and n < 16 bytes behind it. t: the tweak of
 * the whole block; decrypting, it takes the one after. */
LANE_INLINE void steal(const int decrypting, const struct aes_key *key, uint8x16_t t, uint8_t *out, const uint8_t *in,
		       size_t n)
{
	const uint8x16_t t1 = times_x_to(t, 1), tail = load_block_part(in + 16, n);
	const uint8x16_t first = one_block(decrypting, key, load_block(in), decrypting ? t1 : t);
	const uint8x16_t stolen = xor_block(first, store_block_part(out + 16, first, n));
	store_block(out, one_block(decrypting, key, xor_block(tail, stolen), decrypting ? t : t1));
}

/* One data unit whose tweak is encrypted. */
LANE_INLINE void crypt_unit(const int decrypting, const struct aes_key *key, uint8x16_t t0, uint8_t *out,
			    const uint8_t *in, size_t len)
{
	const size_t tail = len % 16;
	size_t n_blocks = len / 16 - (tail > 0);
	uint8x16_t last[11];
	load_last(key, last);
	if (n_blocks >= GROUP) {
		uint8x16_t t[GROUP];
		first_tweaks(t, GROUP, t0);
		for (; n_blocks >= GROUP; n_blocks -= GROUP, in += GROUP_LEN, out += GROUP_LEN) {
			some_blocks(decrypting, key, last, t, out, in, GROUP);
			LANE_UNROLL
			for (int i = 0; i < GROUP; i++)
				t[i] = pin(times_x8(t[i]));
		}
		t0 = t[0];
	}
	switch (n_blocks) {
	case 0:
		break;
	case 1:
		rest(decrypting, key, last, t0, out, in, 1);
		break;
	case 2:
		rest(decrypting, key, last, t0, out, in, 2);
		break;
	case 3:
		rest(decrypting, key, last, t0, out, in, 3);
		break;
	case 4:
		rest(decrypting, key, last, t0, out, in, 4);
		break;
	case 5:
		rest(decrypting, key, last, t0, out, in, 5);
		break;
	case 6:
		rest(decrypting, key, last, t0, out, in, 6);
		break;
	default:
		rest(decrypting, key, last, t0, out, in, 7);
		break;
	}
	if (__builtin_expect(tail > 0, 0))
		steal(decrypting, key, times_x_to(t0, (int64_t)n_blocks), out + 16 * n_blocks, in + 16 * n_blocks,
		      tail);
}

static void encrypt_unit(const struct xts_key *key, uint8x16_t t, uint8_t *out, const uint8_t *in, size_t len)
{
	crypt_unit(0, &key->encrypt, t, out, in, len);
}

static void decrypt_unit(const struct xts_key *key, uint8x16_t t, uint8_t *out, const uint8_t *in, size_t len)
{
	crypt_unit(1, &key->decrypt, t, out, in, len);
}

/* Encrypts the tweaks from `number` on. */
LANE_INLINE void encrypt_tweaks(const struct aes_key *key, uint8_t tweaks[N_TWEAKS][16], uint64x2_t number)
{
	uint8x16_t b[GROUP], last[11];
	load_last(key, last);
	LANE_UNROLL
	for (uint64_t i = 0; i < N_TWEAKS; i++)
		b[i] = vreinterpretq_u8_u64(vaddq_u64(number, vcombine_u64(vcreate_u64(i), vcreate_u64(0))));
	crypt_vectors(0, key, last, b, N_TWEAKS);
	LANE_UNROLL
	for (int i = 0; i < N_TWEAKS; i++)
		store_block(tweaks[i], xor_block(b[i], last[10]));
}

LANE_INLINE void crypt_units(void (*unit)(const struct xts_key *key, uint8x16_t t, uint8_t *out, const uint8_t *in,
					  size_t len),
			     const struct xts_key *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in,
			     size_t unit_len, size_t n_units)
{
	if (n_units == 1) {
		unit(key, aes_encrypt(&key->tweak, load_block(tweak)), out, in, unit_len);
		return;
	}
	uint64x2_t number = vreinterpretq_u64_u8(load_block(tweak));
	while (n_units > 0) {
		LANE_ALIGNAS(16) uint8_t tweaks[N_TWEAKS][16];
		encrypt_tweaks(&key->tweak, tweaks, number);
		number = vaddq_u64(number, vcombine_u64(vcreate_u64(N_TWEAKS), vcreate_u64(0)));
		for (size_t i = 0; i < N_TWEAKS && n_units > 0; i++, n_units--, out += unit_len, in += unit_len)
			unit(key, load_block(tweaks[i]), out, in, unit_len);
	}
}

static void encrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
	crypt_units(encrypt_unit, key, out, tweak, in, unit_len, n_units);
}

static void decrypt(const void *key, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t unit_len,
		    size_t n_units)
{
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
	.layout = LANE_LAYOUT_NEON_AES,
	.ops.aes_xts = &ops,
};
