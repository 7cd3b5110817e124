// SPDX-License-Identifier: MIT
// AES-GCM for AES-NI, VEX encoding. All of it is in the template.

#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_aesni_avx
#include "aes_gcm_aesni.inc.h"
