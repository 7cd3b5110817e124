// SPDX-License-Identifier: MIT
// AES-XTS for arm64 without AES instructions. All of it is in the template.

#define KERNEL_ISA "neon"
#define KERNEL_SYMBOL lane_kernel_aes_xts_neon
#include "aes_xts_arm64.inc.h"
