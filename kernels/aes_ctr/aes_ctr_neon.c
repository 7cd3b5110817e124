// SPDX-License-Identifier: MIT
// AES-CTR for arm64 without AES instructions. All of it is in the template.

#define KERNEL_ISA "neon"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_neon
#include "aes_ctr_arm64.inc.h"
