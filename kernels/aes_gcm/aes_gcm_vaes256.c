// SPDX-License-Identifier: MIT
// AES-GCM with 256-bit VAES, without AVX-512. All of it is in the template.
// Zen 4, 16 KiB, cycles/byte: AES-128 seal 0.282, open 0.290. Limit 0.203: a multiplication issues every second cycle
// whatever its width, and a group of 256 bytes takes as many of them, 26, as one of 512 bytes does in vaes512. That is
// why this kernel is a quarter behind vaes512, not an eighth.

#define VL 32
#define KERNEL_ISA "vaes256"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_vaes256
#include "aes_gcm_x86.inc.h"
