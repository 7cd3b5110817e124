// SPDX-License-Identifier: MIT
// AEGIS with AES-NI, SSE encoding, for CPUs from Westmere on: lane by lane. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aegis_aesni
#include "aegis_x86.inc.h"
