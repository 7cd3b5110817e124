// SPDX-License-Identifier: MIT
// AEGIS with arm64's AES, and SHA3's EOR3 and BCAX. All of it is in the template.

#define KERNEL_ISA "neon-sha3"
#define KERNEL_SYMBOL lane_kernel_aegis_neon_sha3
#include "aegis_arm64.inc.h"
