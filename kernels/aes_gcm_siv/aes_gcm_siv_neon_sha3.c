// SPDX-License-Identifier: MIT
// AES-GCM-SIV with arm64's AES, PMULL, and SHA3's addition of three. All of it is in the template.

#define KERNEL_ISA "neon-sha3"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_siv_neon_sha3
#include "aes_gcm_siv_arm64.inc.h"
