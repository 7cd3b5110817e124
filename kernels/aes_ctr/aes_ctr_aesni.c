// SPDX-License-Identifier: MIT
// AES-CTR for AES-NI, SSE encoding. All of it is in the template.

#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_aesni
#include "aes_ctr_aesni.inc.h"
