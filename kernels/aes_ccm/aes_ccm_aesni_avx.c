// SPDX-License-Identifier: MIT
// AES-CCM with AES-NI, VEX encoding. All of it is in the template.

#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_ccm_aesni_avx
#include "aes_ccm_x86.inc.h"
