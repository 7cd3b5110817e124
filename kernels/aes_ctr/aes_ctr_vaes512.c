// SPDX-License-Identifier: MIT
// AES-CTR with 512-bit VAES. All of it is in the template.
// Zen 4, 16 KiB, cycles/byte: AES-128 0.146, AES-256 0.206. Limit, one AES round a cycle, less the first round: 0.141
// and 0.203. 16 bytes 53 cycles.

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aes_ctr_vaes512
#include "aes_ctr_x86.inc.h"
