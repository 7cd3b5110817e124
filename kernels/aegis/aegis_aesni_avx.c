// SPDX-License-Identifier: MIT
// AEGIS.

#define VL 16
#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aegis_aesni_avx
#include "aegis_x86.inc.h"
