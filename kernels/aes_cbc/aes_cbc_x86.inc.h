/* SPDX-License-Identifier: MIT */
/*
 * AES-CBC for x86-64, at every vector width: `vaes512` (VL = 64: VAES, AVX-512), `vaes256` (VL = 32: VAES, AVX2),
 * `aesni-avx` and `aesni` (VL = 16: AES-NI; VEX or SSE encoding). Before including, define VL, KERNEL_ISA and
 * KERNEL_SYMBOL.
 *
 * Dataflow: decryption in groups of 8 vectors, the rest in one piece of 1 … 8 vectors, the last one masked. The block
 * before joins the last round key. It is read again 16 bytes before, vectors from the last to the first, so that it is
 * still there when out is in; that of a group's first vector is kept. Encryption is one chain of rounds, the same at
 * every width: C = E(P ⊕ C') leaves the last round as C ⊕ (next P) ⊕ (first round key) already, with nothing but rounds
 * on the chain.
 * Registers: 8 blocks, round key (VL = 64: nine of them), the vector before.
 * Secret: key, data. Public: lengths and the iv.
 * Intel server core, decryption of 16 KiB, share of the limit of the width: AES-128 97 to 99 %, AES-256 97 to 99 %;
 * encryption 100 % of its chain. Short messages are behind ipsec-mb's burst of one: AES-128, 16 bytes 9.0 against 8.3
 * ns, 64 bytes 12 against 8.1, 256 bytes 14 against 11; from 1 KiB on there is no difference. Of these, clearing the
 * registers takes most; clearing 1 KiB of stack for each message made them 21, 21 and 20;
 * leaving registers 16 to 31 as they are, which up to four vectors do not need, gained nothing: 10.5, 12.2, 14.1 for
 * 64, 128, 256 bytes, and 10.3, 11.9, 13.9 with them.
 */

#include "../aes/aes_vec.h"
#include "../scrub.h"
#include "aes_cbc_impl.h"

enum { GROUP_VECS = 8, GROUP = GROUP_VECS * LANES /* blocks */, GROUP_LEN = 16 * GROUP };

struct cbc_key {
	struct aes_key encrypt, decrypt;
};

_Static_assert(sizeof(struct cbc_key) <= AES_CBC_KEY_LEN, "struct lane_aes_cbc_ctx is too small");

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	struct cbc_key *k = key;
	aes_expand(&k->encrypt, user_key, key_len);
	aes_invert(&k->decrypt, &k->encrypt);
}

static void encrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	const struct aes_key *k = &((const struct cbc_key *)key)->encrypt;
	const size_t n_rounds = k->n_rounds;
	const __m128i first = aes_round_key(k, 0), last = aes_round_key(k, n_rounds);
	if (n_blocks == 0)
		return;
	__m128i rk[9], x = _mm_xor_si128(_mm_xor_si128(load_counter(iv), first), load_block(in));
	LANE_UNROLL
	for (size_t i = 0; i < 9; i++)
		rk[i] = aes_round_key(k, n_rounds - 9 + i);
	for (;;) {
		if (n_rounds > 10) {
			x = _mm_aesenc_si128(x, aes_round_key(k, 1));
			x = _mm_aesenc_si128(x, aes_round_key(k, 2));
			if (n_rounds > 12) {
				x = _mm_aesenc_si128(x, aes_round_key(k, 3));
				x = _mm_aesenc_si128(x, aes_round_key(k, 4));
			}
		}
		LANE_UNROLL
		for (size_t i = 0; i < 9; i++)
			x = _mm_aesenc_si128(x, rk[i]);
		if (--n_blocks == 0)
			break;
		in += 16;
		const __m128i next = _mm_xor_si128(first, load_block(in)); // before out is written, which may be in
		x = _mm_aesenclast_si128(x, _mm_xor_si128(last, next));
		store_block(out, _mm_xor_si128(x, next));
		out += 16;
	}
	store_block(out, _mm_aesenclast_si128(x, last));
}

LANE_INLINE void round_vecs(vec b[], const int n_vecs, vec rk)
{
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_pin(v_aesdec(b[i], rk));
}

/* n_groups > 0 whole groups after the block in the top lane of `before`. Returns their last vector of ciphertext. */
LANE_INLINE vec groups(const struct aes_key *key, vec before, uint8_t *out, const uint8_t *in, size_t n_groups)
{
	const size_t n_rounds = key->n_rounds;
	vec rk[9];
	LANE_UNROLL
	for (size_t i = 0; i < 9; i++)
		rk[i] = VL == 64 ? v_pin(v_round_key(key, n_rounds - 8 + i)) : v_zero();
	for (; n_groups > 0; n_groups--, in += GROUP_LEN, out += GROUP_LEN) {
		vec b[GROUP_VECS], k = v_round_key(key, 0);
		LANE_UNROLL
		for (int i = 0; i < GROUP_VECS; i++)
			b[i] = v_pin(v_xor(k, v_load(in + VL * i)));
		const vec first = v_load(in), top = v_load(in + GROUP_LEN - VL);
		round_vecs(b, GROUP_VECS, v_round_key(key, 1));
		if (n_rounds > 10) {
			round_vecs(b, GROUP_VECS, v_round_key(key, 2));
			round_vecs(b, GROUP_VECS, v_round_key(key, 3));
			if (n_rounds > 12) {
				round_vecs(b, GROUP_VECS, v_round_key(key, 4));
				round_vecs(b, GROUP_VECS, v_round_key(key, 5));
			}
		}
		LANE_UNROLL
		for (size_t i = 0; i < 8; i++)
			round_vecs(b, GROUP_VECS, VL == 64 ? rk[i] : v_pin(v_round_key(key, n_rounds - 8 + i)));
		k = VL == 64 ? rk[8] : v_pin(v_round_key(key, n_rounds));
		LANE_UNROLL
		for (int i = GROUP_VECS - 1; i > 0; i--)
			v_store(out + VL * i, v_aesdeclast(b[i], v_xor(k, v_load(in + VL * i - 16))));
		v_store(out, v_aesdeclast(b[0], v_xor(k, v_from_below(first, before))));
		before = top;
	}
	return before;
}

/* 0 < len ≤ VL·n_vecs bytes, whole blocks, the last vector of which begins before len. */
LANE_INLINE void rest(const struct aes_key *key, vec before, uint8_t *out, const uint8_t *in, size_t len,
		      const int n_vecs)
{
	vec b[GROUP_VECS], c[GROUP_VECS + 1], rk = v_round_key(key, 0);
	const int last = n_vecs - 1;
	const size_t at = (size_t)(VL * last);
	c[0] = before;
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < last)
			c[i + 1] = v_load(in + VL * i);
	c[n_vecs] = v_load_part(in + at, 0, len - at);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < n_vecs)
			b[i] = v_xor(c[i + 1], rk);
	for (size_t round = 1; round < key->n_rounds; round++)
		round_vecs(b, n_vecs, v_round_key(key, round));
	rk = v_round_key(key, key->n_rounds);
	LANE_UNROLL
	for (int i = 0; i < GROUP_VECS; i++)
		if (i < last)
			v_store(out + VL * i, v_aesdeclast(b[i], v_xor(rk, v_from_below(c[i + 1], c[i]))));
	v_store_part(out + at, v_aesdeclast(b[last], v_xor(rk, v_from_below(c[n_vecs], c[last]))), 0, len - at);
}

static __attribute__((noinline)) void decrypt_several(const struct aes_key *k, uint8_t *out, const uint8_t iv[16],
						      const uint8_t *in, size_t n_blocks)
{
	vec before = v_broadcast(load_counter(iv));
	const size_t n_groups = n_blocks / GROUP;
	if (n_groups > 0) {
		before = groups(k, before, out, in, n_groups);
		out += GROUP_LEN * n_groups;
		in += GROUP_LEN * n_groups;
		n_blocks %= GROUP;
	}
	switch ((n_blocks + LANES - 1) / LANES) {
	case 0:
		return;
	case 1:
		rest(k, before, out, in, 16 * n_blocks, 1);
		return;
	case 2:
		rest(k, before, out, in, 16 * n_blocks, 2);
		return;
	case 3:
		rest(k, before, out, in, 16 * n_blocks, 3);
		return;
	case 4:
		rest(k, before, out, in, 16 * n_blocks, 4);
		return;
	case 5:
		rest(k, before, out, in, 16 * n_blocks, 5);
		return;
	case 6:
		rest(k, before, out, in, 16 * n_blocks, 6);
		return;
	case 7:
		rest(k, before, out, in, 16 * n_blocks, 7);
		return;
	default:
		rest(k, before, out, in, 16 * n_blocks, 8);
		return;
	}
}

static void decrypt(const void *key, uint8_t *out, const uint8_t iv[16], const uint8_t *in, size_t n_blocks)
{
	const struct aes_key *k = &((const struct cbc_key *)key)->decrypt;
	if (n_blocks == 1)
		store_block(out, _mm_xor_si128(aes_decrypt(k, load_block(in)), load_counter(iv)));
	else
		decrypt_several(k, out, iv, in, n_blocks);
}

static void scrub(size_t len)
{
	if (len == SIZE_MAX || (VL != 64 && len > 64)) {
		scrub_all(1024);
		return;
	}
	scrub_vectors();
	if (len > 16)
		scrub_other_vectors();
}

static const struct lane_aes_cbc_ops ops = {.init = init, .encrypt = encrypt, .decrypt = decrypt, .scrub = scrub};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-cbc",
	.isa = KERNEL_ISA,
	.name = "aes-cbc:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_AESNI,
	.ops.aes_cbc = &ops,
};
