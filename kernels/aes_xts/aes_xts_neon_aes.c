// SPDX-License-Identifier: MIT
// AES-XTS with arm64's AES instructions. All of it is in the template.

#define KERNEL_ISA "neon-aes"
#define KERNEL_SYMBOL lane_kernel_aes_xts_neon_aes
#include "aes_xts_arm64.inc.h"
