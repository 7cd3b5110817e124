// SPDX-License-Identifier: MIT
// AEGIS with VAES and AVX-512: a row is one xmm, ymm or zmm register, additions of three are one instruction, ends of
// messages are masked. All of it is in the template, and so are the figures.

#define VL 64
#define KERNEL_ISA "vaes512"
#define KERNEL_SYMBOL lane_kernel_aegis_vaes512
#include "aegis_x86.inc.h"
