// SPDX-License-Identifier: MIT
// AES-GCM-SIV with 512-bit VAES. All of it is in the template.
// Intel server core (AES round 1 zmm a cycle, multiplication 1), 16 KiB, 13 bytes of associated data, cycles/byte:
// AES-128 seal 0.245, open 0.188; AES-256 0.312, 0.243. Limit 0.208, 0.157; 0.270, 0.220. Seal of 16 bytes 200 and 249
// cycles.

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_siv_vaes512
#include "aes_gcm_siv_x86.inc.h"
