// SPDX-License-Identifier: MIT
// AES-GCM-SIV with AES-NI and PCLMULQDQ, SSE encoding: CPUs from Westmere on. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_siv_aesni
#include "aes_gcm_siv_x86.inc.h"
