// SPDX-License-Identifier: MIT
// AES-XTS with 512-bit VAES. All of it is in the template.

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aes_xts_vaes512
#include "aes_xts_x86.inc.h"
