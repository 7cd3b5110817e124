/* SPDX-License-Identifier: MIT */
/* ChaCha20-Poly1305 as cipher, then authenticator, for kernels that do not
 * interleave them. Needs chacha20_crypt and poly1305_many. */

#include "chacha20_poly1305/chacha20_poly1305_ops.h"
#include "scrub.h"

static void begin(struct poly1305 *p, const uint8_t key[32], const uint8_t nonce[12], const uint8_t *aad,
		  size_t aad_len)
{
	uint8_t poly_key[32] = {0};
	chacha20_crypt(key, nonce, 0, poly_key, poly_key, sizeof poly_key);
	poly1305_init(p, poly_key);
	poly1305_padded(p, aad, aad_len);
}

static void finish(struct poly1305 *p, uint8_t tag[16], const uint8_t *ciphertext, size_t aad_len, size_t len)
{
	const size_t n_blocks = len / POLY1305_BLOCK_LEN;
	poly1305_many(p, ciphertext, n_blocks);
	poly1305_padded(p, ciphertext + n_blocks * POLY1305_BLOCK_LEN, len % POLY1305_BLOCK_LEN);
	poly1305_block(p, aad_len, len, 1);
	poly1305_tag(p, tag);
}

static void seal(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t in_len)
{
	struct poly1305 p;
	begin(&p, key, nonce, aad, aad_len);
	if (in_len > 0)
		chacha20_crypt(key, nonce, 1, out, in, in_len);
	finish(&p, tag, out, aad_len, in_len);
}

static void open(const uint8_t key[32], const uint8_t nonce[12], uint8_t *out, uint8_t tag[16], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t in_len)
{
	struct poly1305 p;
	begin(&p, key, nonce, aad, aad_len);
	finish(&p, tag, in, aad_len, in_len);
	if (in_len > 0)
		chacha20_crypt(key, nonce, 1, out, in, in_len);
}

static void scrub(size_t len)
{
	(void)len;
	scrub_all(960);
}

static const struct lane_chacha20_poly1305_ops ops = {
	.seal = seal,
	.open = open,
	.hchacha20 = hchacha20,
	.cipher.crypt = chacha20_crypt,
	.poly1305 = poly1305_many,
	.scrub = scrub,
};
