// SPDX-License-Identifier: MIT
// The portable AES-CCM with the textbook's AES.

#include "aes/aes_bitsliced.h"

#include "leaky_aes.h"

#define aes_bitsliced_expand leaky_expand
#define aes_bitsliced_encrypt leaky_encrypt
#define aes_bitsliced_encrypt4(key, out, in) leaky_encrypt(key, out, in, 4)
#define lane_kernel_aes_ccm_portable clean_aes_ccm
#include "aes_ccm/aes_ccm_portable.c"

const struct lane_kernel leaky_aes_ccm = {
	.family = "aes-ccm",
	.isa = "leaky",
	.name = "aes-ccm:leaky",
	.layout = LANE_LAYOUT_BYTES,
	.ops.aes_ccm = &ops,
};
