// SPDX-License-Identifier: MIT
// How tests/run ends: the kernels that this host could not run, with what it lacks. tests/cpu holds it against the
// host's own list of features.

#include <stdio.h>

#include <lanecrypt/kernel.h>

int main(void)
{
	int n = 0;
	for (size_t i = 0; i < lane_kernel_count(); i++) {
		const struct lane_kernel *k = lane_kernel_at(i);
		char missing[128];
		if (lane_kernel_features(k, 1, missing, sizeof missing) == 0)
			continue;
		if (n++ == 0)
			puts("Not exercised, since this CPU cannot run them:");
		printf("  %s (lacks %s)\n", lane_kernel_name(k), missing);
	}
	if (n == 0)
		puts("This CPU ran every kernel of its architecture.");
	return 0;
}
