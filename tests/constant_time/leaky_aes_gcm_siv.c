// SPDX-License-Identifier: MIT
// AES-GCM-SIV whose hash branches on the bits of a message's key, and whose init on those of the key. All else is the
// portable kernel's.

#include "leaky_multiply.h"

#define lane_kernel_aes_gcm_siv_portable clean_aes_gcm_siv
#define multiply leaky_multiply
#include "aes_gcm_siv/aes_gcm_siv_portable.c"

static void leaky_init(void *key, const uint8_t *user_key, size_t key_len)
{
	init(key, user_key, key_len);
	if (user_key[0] & 1) // the leak
		KEEP_BRANCH();
}

static const struct lane_aes_gcm_siv_ops leaky_ops = {
	.init = leaky_init,
	.seal = seal,
	.open = open,
	.scrub = leaky_scrub,
};

const struct lane_kernel leaky_aes_gcm_siv = {
	.family = "aes-gcm-siv",
	.isa = "leaky",
	.name = "aes-gcm-siv:leaky",
	.layout = LANE_LAYOUT_BITSLICED,
	.ops.aes_gcm_siv = &leaky_ops,
};
