// SPDX-License-Identifier: MIT

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_vaes512
#include "aes_gcm_x86.inc.h"
