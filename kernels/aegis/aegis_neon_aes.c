// SPDX-License-Identifier: MIT
// AEGIS with arm64's AES instructions. All of it is in the template.

#define KERNEL_ISA "neon-aes"
#define KERNEL_SYMBOL lane_kernel_aegis_neon_aes
#include "aegis_arm64.inc.h"
