// SPDX-License-Identifier: MIT
// AES-GCM-SIV for arm64 without AES instructions. All of it is in the template.

#define KERNEL_ISA "neon"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_siv_neon
#include "aes_gcm_siv_arm64.inc.h"
