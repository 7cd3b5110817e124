// SPDX-License-Identifier: MIT
// AES-CCM for arm64 without AES instructions. All of it is in the template.

#define KERNEL_ISA "neon"
#define KERNEL_SYMBOL lane_kernel_aes_ccm_neon
#include "aes_ccm_arm64.inc.h"
