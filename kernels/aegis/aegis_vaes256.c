// SPDX-License-Identifier: MIT
// AEGIS.

#define VL 32
#define KERNEL_ISA "vaes256"
#define KERNEL_SYMBOL lane_kernel_aegis_vaes256
#include "aegis_x86.inc.h"
