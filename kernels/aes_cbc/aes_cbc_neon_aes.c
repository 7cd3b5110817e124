// SPDX-License-Identifier: MIT
// AES-CBC with arm64's AES instructions. All of it is in the template.

#define KERNEL_ISA "neon-aes"
#define KERNEL_SYMBOL lane_kernel_aes_cbc_neon_aes
#include "aes_cbc_arm64.inc.h"
