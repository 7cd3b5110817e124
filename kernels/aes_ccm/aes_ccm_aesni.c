// SPDX-License-Identifier: MIT
// AES-CCM with AES-NI, SSE encoding: CPUs from Westmere on. All of it is in the template.

#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_ccm_aesni
#include "aes_ccm_x86.inc.h"
