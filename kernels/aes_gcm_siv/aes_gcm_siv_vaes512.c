// SPDX-License-Identifier: MIT
// AES-GCM-SIV with 512-bit VAES. All of it is in the template.

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_siv_vaes512
#include "aes_gcm_siv_x86.inc.h"
