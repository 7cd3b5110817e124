// SPDX-License-Identifier: MIT
// AES-CBC with 256-bit VAES, without AVX-512. All of it is in the template.

#define VL 32
#define KERNEL_ISA "vaes256"
#define KERNEL_SYMBOL lane_kernel_aes_cbc_vaes256
#include "aes_cbc_x86.inc.h"
