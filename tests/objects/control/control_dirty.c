// SPDX-License-Identifier: MIT
// What check.py has to find in a kernel, and what it has to let pass.

__asm__(".text\n"
	"returns_dirty:\n"
	"	vpaddd %ymm0, %ymm0, %ymm0\n"
	"	ret\n"
	"calls_dirty:\n"
	"	vpaddd %ymm0, %ymm0, %ymm0\n"
	"	call memset@PLT\n"
	"	vzeroupper\n"
	"	ret\n"
	"jumps_dirty:\n"
	"	vpaddd %ymm0, %ymm0, %ymm0\n"
	"	jmp memset@PLT\n"
	"cleans_on_one_path:\n"
	"	vpaddd %ymm0, %ymm0, %ymm0\n"
	"	test %edi, %edi\n"
	"	jz 1f\n"
	"	vzeroupper\n"
	"1:	ret\n"
	"cleans:\n"
	"	vpaddd %ymm0, %ymm0, %ymm0\n"
	"	vzeroupper\n"
	"	ret\n"
	"helps:\n"
	"	vpaddd %ymm0, %ymm0, %ymm0\n"
	"	ret\n"
	"cleans_after_help:\n"
	"	call helps\n"
	"	vzeroupper\n"
	"	jmp memset@PLT\n");

int lane_kernel_control_dirty, stray;
