// SPDX-License-Identifier: MIT
// AEGIS.

#define VL 16
#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aegis_aesni
#include "aegis_x86.inc.h"
