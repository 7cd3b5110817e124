// SPDX-License-Identifier: MIT
// An instruction beyond the baseline, which check.py has to find.

__asm__(".text\n"
	"lane_leaks:\n"
	"	pshufb %xmm0, %xmm0\n"
	"	ret\n");

int lane_kernel_control_portable;
