// SPDX-License-Identifier: MIT
// AES-CTR with AES-NI, VEX encoding. All of it is in the template.
// Zen 4, 16 KiB, cycles/byte: AES-128 0.289. Limit, two AES rounds a cycle, less the first round: 0.281.

#define VL 16
#define KERNEL_ISA "aesni-avx"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_aesni_avx
#include "aes_ctr_x86.inc.h"
