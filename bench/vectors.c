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

static int digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

int vector_hex(const char *text, size_t len, uint8_t *to)
{
	if (len % 2 != 0 || len / 2 > VECTORS_MAX_PART)
		return -1;
	for (size_t i = 0; i < len; i += 2) {
		int high = digit(text[i]), low = digit(text[i + 1]);
		if (high < 0 || low < 0)
			return -1;
		to[i / 2] = (uint8_t)(high << 4 | low);
	}
	return 0;
}
