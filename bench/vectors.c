// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>

#include "vectors.h"

int vector_fail(struct vector_error *error, size_t line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	error->line = line;
	return -1;
}

// One more than the digit's value; 0: none.
static const uint8_t digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

int vector_hex(const char *text, size_t len, uint8_t *to)
{
	if (len % 2 != 0 || len / 2 > VECTORS_MAX_PART)
		return -1;
	for (size_t i = 0; i < len; i += 2) {
		const unsigned high = digits[(unsigned char)text[i]], low = digits[(unsigned char)text[i + 1]];
		if (high == 0 || low == 0)
			return -1;
		to[i / 2] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	return 0;
}
