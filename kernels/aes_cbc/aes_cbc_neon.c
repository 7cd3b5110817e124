// SPDX-License-Identifier: MIT
// AES-CBC for arm64 without AES instructions. All of it is in the template.

#define KERNEL_ISA "neon"
#define KERNEL_SYMBOL lane_kernel_aes_cbc_neon
#include "aes_cbc_arm64.inc.h"
