// SPDX-License-Identifier: MIT

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_vaes512
#include "aes_ctr_x86.inc.h"
