// SPDX-License-Identifier: MIT
// AEGIS with AES-NI, VEX encoding: lane by lane. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aegis_aesni_avx
#include "aegis_x86.inc.h"
