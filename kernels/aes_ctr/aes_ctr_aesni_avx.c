// SPDX-License-Identifier: MIT
// AES-CTR for AES-NI, VEX encoding. All of it is in the template.

#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_aesni_avx
#include "aes_ctr_aesni.inc.h"
