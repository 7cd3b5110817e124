// SPDX-License-Identifier: MIT
// AES-GCM with 256-bit VAES, without AVX-512. All of it is in the template.
// Zen 4, 16 KiB, cycles/byte: AES-128 seal 0.282, open 0.278; AES-256 0.321, 0.324: 24 and 17 % behind vaes512. Limit:
// a multiplication issues every second cycle whatever its width (26 measured: 52.4 cycles; among 72 rounds of AES
// 52.4; with 40 additions and 16 shuffles 53.9), and a group of 256 bytes takes 26 of them, as many as 512 bytes do in
// vaes512, so that 52 / 256 = 0.203. There they hide behind AES; here AES hides behind them, but a group's 200
// instructions don't quite: independent ones of that number take 57.5, 0.225, which is vaes512's own figure.

#define VL 32
#define KERNEL_ISA "vaes256"
#define KERNEL_SYMBOL lane_kernel_aes_gcm_vaes256
#include "aes_gcm_x86.inc.h"
