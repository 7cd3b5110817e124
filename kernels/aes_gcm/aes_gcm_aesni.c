// SPDX-License-Identifier: MIT
// AES-GCM with AES-NI and PCLMULQDQ, SSE encoding: CPUs from Westmere on. All of it is in the template.
// Zen 4, 16 KiB, cycles/byte: AES-128 seal 0.730, open 0.611; without VEX, registers have to be copied.

#define VL 16
#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_aesni
#include "aes_gcm_x86.inc.h"
