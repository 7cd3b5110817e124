// SPDX-License-Identifier: MIT

#define VL 16
#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_aesni
#include "aes_gcm_x86.inc.h"
