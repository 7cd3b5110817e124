// SPDX-License-Identifier: MIT
// Names the kernels that this host cannot run, one a line with what is missing: tests/run ends with them.

#include <stdio.h>

#include <lanecrypt/kernel.h>

int main(void)
{
	for (size_t i = 0; i < lane_kernel_count(); i++) {
		const struct lane_kernel *k = lane_kernel_at(i);
		char missing[128];
		if (lane_kernel_features(k, 1, missing, sizeof missing) > 0)
			printf("%s (lacks %s)\n", lane_kernel_name(k), missing);
	}
	return 0;
}
