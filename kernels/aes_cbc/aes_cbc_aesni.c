// SPDX-License-Identifier: MIT
// AES-CBC with AES-NI, SSE encoding: CPUs from Westmere on. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_cbc_aesni
#include "aes_cbc_x86.inc.h"
