// SPDX-License-Identifier: MIT
// AES-GCM-SIV for any CPU: bitsliced AES, POLYVAL with integer multiplications. RFC 8452.
//
// Dataflow: the message's two keys from four or six blocks under the key-generating key; sealing, POLYVAL over all and
// then counter mode; opening, counter mode and then POLYVAL over what came out. Four counter blocks at a time through
// aes_bitsliced.h, POLYVAL block by block: polyval_portable.h.
//
// Secret: keys, plaintext, hash, the tag and so the counter until they are out; public: lengths, nonce. No branch,
// index or division depends on a secret.
//
// Zen 4's figures are those of aes-gcm:portable, whose parts these are.

#include "aes_gcm_siv_impl.h"

#include "../aes/aes_bitsliced.h"
#include "../aes_gcm/polyval_portable.h"
#include "../scrub.h"

_Static_assert(sizeof(struct aes_bitsliced_key) <= AES_GCM_SIV_KEY_LEN, "struct lane_aes_gcm_siv_ctx is too small");

// The keys of one message, and the hash so far.
struct message {
	struct aes_bitsliced_key aes;
	struct element h, hash;
};

static void init(void *key, const uint8_t *user_key, size_t key_len)
{
	aes_bitsliced_expand(key, user_key, key_len);
}

// RFC 8452 §4, derive_keys: the first halves of the blocks make the keys.
static void derive(struct message *m, const struct aes_bitsliced_key *key, const uint8_t nonce[12])
{
	uint8_t blocks[2 * 64], bytes[16 + 32];
	const size_t key_len = key->n_rounds == 10 ? 16 : 32, n_blocks = 2 + key_len / 8;
	for (size_t i = 0; i < 8; i++) {
		store32_le(blocks + 16 * i, (uint32_t)i);
		memcpy(blocks + 16 * i + 4, nonce, 12);
	}
	aes_bitsliced_encrypt4(key, blocks, blocks);
	if (n_blocks > AES_BITSLICED_BLOCKS)
		aes_bitsliced_encrypt4(key, blocks + 64, blocks + 64);
	for (size_t i = 0; i < n_blocks; i++)
		store64_le(bytes + 8 * i, load64_le(blocks + 16 * i));
	m->h = (struct element){load64_le(bytes), load64_le(bytes + 8)};
	m->hash = (struct element){0, 0};
	aes_bitsliced_expand(&m->aes, bytes + 16, key_len);
}

static void hash_block(struct message *m, uint64_t lo, uint64_t hi)
{
	m->hash = multiply((struct element){m->hash.lo ^ lo, m->hash.hi ^ hi}, m->h);
}

// Padded with zeroes to whole blocks.
static void hash(struct message *m, const uint8_t *in, size_t len)
{
	while (len > 0) {
		uint8_t block[16] = {0};
		const size_t n = len < 16 ? len : 16;
		memcpy(block, in, n);
		hash_block(m, load64_le(block), load64_le(block + 8));
		in += n;
		len -= n;
	}
}

// The tag of what was hashed.
static void make_tag(struct message *m, uint8_t tag[16], const uint8_t nonce[12], size_t aad_len, size_t len)
{
	hash_block(m, 8 * (uint64_t)aad_len, 8 * (uint64_t)len);
	store64_le(tag, m->hash.lo);
	store64_le(tag + 8, m->hash.hi);
	for (size_t i = 0; i < 12; i++)
		tag[i] ^= nonce[i];
	tag[15] &= 0x7f;
	aes_bitsliced_encrypt(&m->aes, tag, tag, 1);
}

// From the tag with its top bit set; the counter is its first four bytes, little-endian.
static void ctr(const struct message *m, const uint8_t tag[16], uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t counter[16], keystream[64];
	memcpy(counter, tag, 16);
	counter[15] |= 0x80;
	uint32_t n = load32_le(counter);
	while (len > 0) {
		const size_t chunk = len < sizeof keystream ? len : sizeof keystream;
		for (size_t i = 0; i < AES_BITSLICED_BLOCKS; i++) {
			store32_le(keystream + 16 * i, n + (uint32_t)i);
			memcpy(keystream + 16 * i + 4, counter + 4, 12);
		}
		aes_bitsliced_encrypt4(&m->aes, keystream, keystream);
		for (size_t i = 0; i < chunk; i++)
			out[i] = in[i] ^ keystream[i];
		n += AES_BITSLICED_BLOCKS;
		out += chunk;
		in += chunk;
		len -= chunk;
	}
}

static void seal(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t len)
{
	struct message m;
	uint8_t whole_tag[16];
	derive(&m, key, nonce);
	hash(&m, aad, aad_len);
	hash(&m, in, len);
	make_tag(&m, whole_tag, nonce, aad_len, len);
	ctr(&m, whole_tag, out, in, len);
	memcpy(tag, whole_tag, 16);
}

static void open(const void *key, uint8_t *out, uint8_t right[16], const uint8_t tag[16], const uint8_t nonce[12],
		 const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)
{
	struct message m;
	derive(&m, key, nonce);
	ctr(&m, tag, out, in, len);
	hash(&m, aad, aad_len);
	hash(&m, out, len);
	make_tag(&m, right, nonce, aad_len, len);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(3072);
}

static const struct lane_aes_gcm_siv_ops ops = {.init = init, .seal = seal, .open = open, .scrub = scrub};

const struct lane_kernel lane_kernel_aes_gcm_siv_portable = {
	.family = "aes-gcm-siv",
	.isa = "portable",
	.name = "aes-gcm-siv:portable",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BITSLICED,
	.ops.aes_gcm_siv = &ops,
};
