// SPDX-License-Identifier: MIT
// AES-XTS with AES-NI, VEX encoding. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_xts_aesni_avx
#include "aes_xts_x86.inc.h"
