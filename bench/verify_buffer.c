// SPDX-License-Identifier: MIT
#include <string.h>

#include "group.h"
#include "verify.h"

enum { max_align = 64, fence = 32, fence_byte = 0xA5 };

struct buffer buffer_new(size_t cap)
{
	return (struct buffer){.memory = bench_calloc(1, cap + 2 * fence + 2 * max_align)};
}

uint8_t *buffer_place(struct buffer *b, struct rng *rng, size_t len)
{
	uintptr_t first = (uintptr_t)b->memory + fence;
	size_t up = (max_align - first % max_align) % max_align; // one in four is aligned
	b->data = b->memory + fence + up + (rng_below(rng, 4) == 0 ? 0 : rng_below(rng, max_align));
	b->len = len;
	memset(b->data - fence, fence_byte, len + 2 * fence);
	return b->data;
}

int buffer_intact(const struct buffer *b)
{
	for (size_t i = 1; i <= fence; i++)
		if (*(b->data - i) != fence_byte || b->data[b->len + i - 1] != fence_byte)
			return 0;
	return 1;
}

int leaks(const uint8_t *out, const uint8_t *plaintext, size_t len)
{
	static const uint8_t zeroes[8]; // what a cleared output holds too
	size_t i = 0;
	for (; i + 8 <= len; i += 8)
		if (memcmp(out + i, plaintext + i, 8) == 0 && memcmp(out + i, zeroes, 8) != 0)
			return 1;
	return i == 0 && len >= 4 && memcmp(out, plaintext, len) == 0 && memcmp(out, zeroes, len) != 0;
}
