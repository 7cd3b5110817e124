// SPDX-License-Identifier: MIT
// AES-GCM-SIV with arm64's AES and PMULL. All of it is in the template.

#define KERNEL_ISA "neon-aes"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_siv_neon_aes
#include "aes_gcm_siv_arm64.inc.h"
