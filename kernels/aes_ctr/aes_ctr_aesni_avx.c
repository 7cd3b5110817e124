// SPDX-License-Identifier: MIT

#define VL 16
#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_aesni_avx
#include "aes_ctr_x86.inc.h"
