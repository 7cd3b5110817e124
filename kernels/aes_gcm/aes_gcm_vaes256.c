// SPDX-License-Identifier: MIT

#define VL 32
#define KERNEL_ISA "vaes256"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_vaes256
#include "aes_gcm_x86.inc.h"
