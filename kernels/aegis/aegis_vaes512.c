// SPDX-License-Identifier: MIT
// AEGIS.

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aegis_vaes512
#include "aegis_x86.inc.h"
