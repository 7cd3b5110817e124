// SPDX-License-Identifier: MIT
// AES-CBC with AES-NI, VEX encoding. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_cbc_aesni_avx
#include "aes_cbc_x86.inc.h"
