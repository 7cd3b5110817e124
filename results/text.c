// SPDX-License-Identifier: MIT
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "result.h"

uint32_t text_next(const char *s, size_t *len)
{
	const unsigned char *p = (const unsigned char *)s;
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

	if (p[0] == 0) {
		*len = 0;
		return 0;
	}
	for (size_t n = 0; n < sizeof(forms) / sizeof(forms[0]); n++) {
		if ((p[0] & forms[n].mask) != forms[n].lead)
			continue;
		uint32_t c = (uint32_t)(p[0] & (unsigned char)~forms[n].mask);
		size_t i = 1;
		for (; i <= n && (p[i] & 0xC0) == 0x80; i++)
			c = c << 6 | (p[i] & 0x3Fu);
		if (i <= n || c < forms[n].least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
			break;
		*len = n + 1;
		return c;
	}
	*len = 1;
	return 0xFFFD;
}

int text_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

// Whether the character at s, of that value and length, may be printed.
static int fit(const char *s, uint32_t c, size_t len)
{
	return !text_is_control(c) && !(c == 0xFFFD && len == 1 && (unsigned char)s[0] >= 0x80);
}

int text_is_clean(const char *s)
{
	size_t len;
	for (uint32_t c = text_next(s, &len); len > 0; s += len, c = text_next(s, &len))
		if (!fit(s, c, len))
			return 0;
	return 1;
}

char *text_cleaned(const char *s)
{
	char *copy = malloc(strlen(s) + 1), *out = copy;
	result_must(copy);
	size_t len;
	for (uint32_t c = text_next(s, &len); len > 0; s += len, c = text_next(s, &len)) {
		if (fit(s, c, len)) {
			memcpy(out, s, len);
			out += len;
		} else {
			*out++ = '?';
		}
	}
	*out = '\0';
	return copy;
}

int text_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

size_t text_width(const char *s)
{
	size_t width = 0, len;
	for (text_next(s, &len); len > 0; s += len, text_next(s, &len))
		width++;
	return width;
}
