// SPDX-License-Identifier: MIT
#include "leaky.h"

uint64_t leaky_tag_differs(const uint8_t *a, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (a[i] != b[i]) // the leak
			return 1;
	}
	return 0;
}
