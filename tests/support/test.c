// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

#ifdef LANE_MSAN
#include <sanitizer/msan_interface.h>
#endif

static char where[256]; // empty between tests and after one that passed
static uint64_t random_state;

// What the running test holds: mappings have a length, heap blocks have none.
enum { max_blocks = 1024 };
static struct {
	void *p;
	size_t map_len;
} blocks[max_blocks];
static size_t n_blocks;

int test_begin(void **state)
{
	(void)state;
	const char *seed = getenv("LANE_TEST_SEED");
	random_state = seed ? strtoull(seed, NULL, 0) : 1;
	at("before its first check");
	return 0;
}

void test_run(void **state)
{
#ifdef LANE_MSAN // cmocka is not instrumented: what it wrote looks uninitialised
	__msan_unpoison(state, sizeof *state);
#endif
	((const struct test_body *)*state)->run();
	where[0] = '\0';
}

int test_end(void **state)
{
	(void)state;
	if (where[0])
		print_error("failed at: %s\n", where);
	where[0] = '\0';
	test_release();
	return 0;
}

void test_release(void)
{
	for (size_t i = 0; i < n_blocks; i++) {
		if (blocks[i].map_len > 0)
			munmap(blocks[i].p, blocks[i].map_len);
		else
			free(blocks[i].p);
	}
	n_blocks = 0;
}

void at(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(where, sizeof where, format, args);
	va_end(args);
}

static void keep(void *p, size_t map_len)
{
	assert_non_null(p);
	assert_true(n_blocks < max_blocks);
	blocks[n_blocks].p = p;
	blocks[n_blocks++].map_len = map_len;
}

// splitmix64
static uint64_t random64(void)
{
	uint64_t x = random_state += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

void random_bytes(void *p, size_t len)
{
	uint8_t *bytes = p;
	for (size_t i = 0; i < len; i += 8) {
		const uint64_t x = random64();
		memcpy(bytes + i, &x, len - i < 8 ? len - i : 8);
	}
}

size_t random_below(size_t n)
{
	return (size_t)(random64() >> 11) % n;
}

uint8_t *random_buffer(size_t len)
{
	uint8_t *p = malloc(len > 0 ? len : 1);
	keep(p, 0);
	random_bytes(p, len);
	return p;
}

uint8_t *zero_buffer(size_t len, size_t align)
{
	uint8_t *p = aligned_alloc(align, (len + align) / align * align);
	keep(p, 0);
	memset(p, 0, len);
	return p;
}

struct guarded guarded_new(size_t cap)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t inner = (cap + page) / page * page;
	uint8_t *map = mmap(NULL, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(map != MAP_FAILED);
	keep(map, inner + 2 * page);
	assert_int_equal(mprotect(map + page, inner, PROT_READ | PROT_WRITE), 0);
	return (struct guarded){map + page, map + page + inner};
}

uint8_t *guarded_at(const struct guarded *g, enum border border, size_t len)
{
	assert_true(len <= (size_t)(g->end - g->first));
	return border == BORDER_BELOW ? g->first : g->end - len;
}

int is_filled(const uint8_t *p, size_t len, uint8_t value)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] != value)
			return 0;
	}
	return 1;
}

void check_equal(const uint8_t *actual, const uint8_t *expected, size_t len, const char *what)
{
	if (len == 0 || memcmp(actual, expected, len) == 0)
		return;
	size_t i = 0;
	while (actual[i] == expected[i])
		i++;
	char hex[2][33];
	const size_t n = len - i < 16 ? len - i : 16;
	for (size_t j = 0; j < n; j++) {
		snprintf(hex[0] + 2 * j, 3, "%02x", actual[i + j]);
		snprintf(hex[1] + 2 * j, 3, "%02x", expected[i + j]);
	}
	fail_msg("%s differs from byte %zu of %zu on: is %s, should be %s", what, i, len, hex[0], hex[1]);
}

uint8_t *from_hex(const char *hex, size_t *len)
{
	const size_t n = strlen(hex) / 2;
	uint8_t *bytes = malloc(n + 1);
	keep(bytes, 0);
	for (size_t i = 0; i < n; i++) {
		unsigned int byte;
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		bytes[i] = (uint8_t)byte;
	}
	if (len)
		*len = n;
	return bytes;
}
