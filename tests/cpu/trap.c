// SPDX-License-Identifier: MIT
// Runs one instruction of the set that it is told, and dies where the CPU, real or emulated, lacks it: shows that a
// kernel chosen wrongly would not go unnoticed.

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	const char *set = argc == 2 ? argv[1] : "";
	if (strcmp(set, "ssse3") == 0)
		__asm__ volatile("pshufb %%xmm0, %%xmm0" : : : "xmm0");
	else if (strcmp(set, "aes") == 0)
		__asm__ volatile("aesenc %%xmm0, %%xmm0" : : : "xmm0");
	else if (strcmp(set, "avx") == 0)
		__asm__ volatile("vpxor %%xmm0, %%xmm0, %%xmm0" : : : "xmm0");
	else if (strcmp(set, "avx2") == 0)
		__asm__ volatile("vpaddd %%ymm0, %%ymm0, %%ymm0\n\tvzeroupper" : : : "xmm0");
	else if (strcmp(set, "vaes") == 0)
		__asm__ volatile("vaesenc %%ymm0, %%ymm0, %%ymm0\n\tvzeroupper" : : : "xmm0");
	else if (strcmp(set, "vpclmul") == 0)
		__asm__ volatile("vpclmulqdq $0, %%ymm0, %%ymm0, %%ymm0\n\tvzeroupper" : : : "xmm0");
	else if (strcmp(set, "avx512") == 0)
		__asm__ volatile("vpaddd %%zmm0, %%zmm0, %%zmm0\n\tvzeroupper" : : : "xmm0");
	else {
		fprintf(stderr, "usage: cpu-trap ssse3 | aes | avx | avx2 | vaes | vpclmul | avx512\n");
		return 2;
	}
	puts("survived");
	return 0;
}
