// SPDX-License-Identifier: MIT
// AES-GCM-SIV with AES-NI and PCLMULQDQ, VEX encoding. All of it is in the template.

#define VL 16
#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_siv_aesni_avx
#include "aes_gcm_siv_x86.inc.h"
