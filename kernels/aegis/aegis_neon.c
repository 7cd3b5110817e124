// SPDX-License-Identifier: MIT
// AEGIS for arm64 without AES instructions. All of it is in the template.

#define KERNEL_ISA "neon"
#define KERNEL_SYMBOL lane_kernel_aegis_neon
#include "aegis_arm64.inc.h"
