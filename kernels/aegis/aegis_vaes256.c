// SPDX-License-Identifier: MIT
// AEGIS with 256-bit VAES, without AVX-512: the degree 4 goes in two groups of two lanes. All of it is in the template.

#define VL 32
#define KERNEL_ISA "vaes256"
#define KERNEL_SYMBOL lane_kernel_aegis_vaes256
#include "aegis_x86.inc.h"
