// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_must(int ok, const char *format, ...)
{
	if (ok)
		return;
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

uint8_t input_byte(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

size_t input_below(struct input *in, size_t n)
{
	size_t value = input_byte(in);
	if (n > 256)
		value = value << 8 | input_byte(in);
	return value % n;
}

size_t input_length(struct input *in)
{
	size_t value = input_below(in, 1 << 16);
	return value & 1 ? value >> 1 & 0xFF : (value >> 1) % 4400;
}

static void **allocated;
static size_t n_allocated;

uint8_t *fuzz_alloc(size_t len, size_t shift)
{
	uint8_t *memory = malloc(len + shift);
	allocated = realloc(allocated, (n_allocated + 1) * sizeof(*allocated));
	fuzz_must(memory != NULL && allocated != NULL, "out of memory");
	allocated[n_allocated++] = memory;
	return memory + shift;
}

uint8_t *fuzz_copy(const uint8_t *from, size_t len, size_t shift)
{
	return memcpy(fuzz_alloc(len, shift), from, len);
}

uint8_t *input_fill(const struct input *in, size_t len, size_t shift)
{
	uint8_t *to = fuzz_alloc(len, shift);
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)(in->left > 0 ? in->at[i % in->left] + i / in->left : i);
	return to;
}

void fuzz_release(void)
{
	while (n_allocated > 0)
		free(allocated[--n_allocated]);
}

const char *fuzz_file(const uint8_t *data, size_t len)
{
	static char path[40];
	static int fd = -1;
	if (fd < 0)
		fd = memfd_create("lanecrypt-fuzz", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fuzz_must(ftruncate(fd, 0) == 0 && pwrite(fd, data, len, 0) == (ssize_t)len, "no file in memory");
	return path;
}

void fuzz_be_quiet(void)
{
	fuzz_must(freopen("/dev/null", "w", stdout) != NULL, "no /dev/null");
}
