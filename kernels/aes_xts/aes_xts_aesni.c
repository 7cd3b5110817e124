// SPDX-License-Identifier: MIT
// AES-XTS with AES-NI, SSE encoding: CPUs from Westmere on. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_xts_aesni
#include "aes_xts_x86.inc.h"
