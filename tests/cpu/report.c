// SPDX-License-Identifier: MIT
// What the library makes of the CPU it runs on, one line a kernel, "aes-gcm:aesni usable" or "… unusable", and one
// a family and length, "auto aes-gcm 16384 aes-gcm:aesni".

#include <stdio.h>
#include <string.h>

#include <lanecrypt/kernel.h>

int main(void)
{
	static const size_t lens[] = {0, 64, 1350, 16384};
	const char *family = "";
	for (size_t i = 0; i < lane_kernel_count(); i++) {
		const struct lane_kernel *k = lane_kernel_at(i);
		printf("%s %s\n", lane_kernel_name(k), lane_kernel_usable(k) ? "usable" : "unusable");
		if (strcmp(family, lane_kernel_family(k)) == 0)
			continue;
		family = lane_kernel_family(k);
		for (size_t j = 0; j < sizeof lens / sizeof lens[0]; j++) {
			const struct lane_kernel *best = lane_kernel_auto(family, lens[j]);
			printf("auto %s %zu %s\n", family, lens[j], best ? lane_kernel_name(best) : "none");
		}
	}
	return 0;
}
