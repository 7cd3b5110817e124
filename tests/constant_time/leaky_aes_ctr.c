// SPDX-License-Identifier: MIT
// AES-CTR with the textbook's AES.

#include "aes_ctr/aes_ctr_impl.h"

#include "leaky_aes.h"

static void crypt(const void *key, uint8_t *out, const uint8_t counter[16], const uint8_t *in, size_t len)
{
	uint8_t block[16], keystream[16];
	memcpy(block, counter, 16);
	for (size_t i = 0; i < len; i++) {
		if (i % 16 == 0) {
			leaky_encrypt(key, keystream, block, 1);
			store64_be(block + 8, load64_be(block + 8) + 1);
		}
		out[i] = in[i] ^ keystream[i % 16];
	}
}

static const struct lane_aes_ctr_ops ops = {
	.init = leaky_expand, .crypt = crypt, .encrypt_blocks = leaky_encrypt, .scrub = leaky_scrub};

const struct lane_kernel leaky_aes_ctr = {
	.family = "aes-ctr",
	.isa = "leaky",
	.name = "aes-ctr:leaky",
	.layout = LANE_LAYOUT_BYTES,
	.ops.aes_ctr = &ops,
};
