/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_TEST_H
#define LANE_TESTS_TEST_H

/* What all tests share: cmocka, randomness that repeats, pages that fault, and
 * a note of where a loop stood when it failed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What ctest takes for "skipped" (SKIP_RETURN_CODE). */
enum { TEST_SKIPPED = 77 };

/* An entry of a cmocka test table for `static void function(void)`. */
struct test_body {
	void (*run)(void);
};
/* clang-format off */
#define TEST(function) {#function, test_run, test_begin, test_end, &(struct test_body){function}}
/* clang-format on */

int test_begin(void **state);
void test_run(void **state);
int test_end(void **state);

/* Says where in its loops a test stands: printed when it fails or faults. */
__attribute__((format(printf, 1, 2))) void at(const char *format, ...);

/* Random bytes and numbers below n, the same in every run unless LANE_TEST_SEED
 * says otherwise. */
void random_bytes(void *p, size_t len);
size_t random_below(size_t n);

/* Frees what the test has allocated so far, which happens at its end anyway. */
void test_release(void);

/* A new buffer, random or zero, freed at the end of the test. */
uint8_t *random_buffer(size_t len);
uint8_t *zero_buffer(size_t len, size_t align);

/* Bytes between two pages that fault; unmapped at the end of the test. */
struct guarded {
	uint8_t *first; /* just after the page below */
	uint8_t *end;   /* where the page above begins */
};
struct guarded guarded_new(size_t cap);

/* A buffer in it that touches the page below, or the one above. */
enum border { BORDER_BELOW, BORDER_ABOVE };
uint8_t *guarded_at(const struct guarded *g, enum border border, size_t len);

int is_filled(const uint8_t *p, size_t len, uint8_t value);

/* Fails with both values in hex around the first difference. */
void check_equal(const uint8_t *actual, const uint8_t *expected, size_t len, const char *what);

/* "00ff…" to bytes, freed at the end of the test; *len may be NULL. */
uint8_t *from_hex(const char *hex, size_t *len);

#endif
