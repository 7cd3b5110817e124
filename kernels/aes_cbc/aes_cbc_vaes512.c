// SPDX-License-Identifier: MIT
// AES-CBC with 512-bit VAES. All of it is in the template.

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aes_cbc_vaes512
#include "aes_cbc_x86.inc.h"
