// SPDX-License-Identifier: MIT
// AES-GCM for AES-NI, SSE encoding. All of it is in the template.

#define KERNEL_ISA "aesni"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_aesni
#include "aes_gcm_aesni.inc.h"
