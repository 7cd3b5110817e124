// SPDX-License-Identifier: MIT
// AES-CTR with 256-bit VAES, without AVX-512. All of it is in the template.
// Zen 4, 16 KiB, cycles/byte: AES-128 0.154. Limit, two AES rounds a cycle, less the first round: 0.141.

#define VL 32
#define KERNEL_ISA "vaes256"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_vaes256
#include "aes_ctr_x86.inc.h"
