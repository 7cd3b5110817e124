/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_FUZZ_H
#define LANE_TESTS_FUZZ_H

/*
 * What the fuzz targets share. A target is one function that takes any bytes
 * and must not crash, leak or find a contradiction; libFuzzer or AFL++ brings
 * the bytes. With LANE_FUZZ_PLANTED its own checks are given one wrong answer,
 * which the fuzzer has to find: the proof that it would find a real one.
 */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#ifdef LANE_FUZZ_PLANTED
enum { fuzz_planted = 1 };
#else
enum { fuzz_planted = 0 };
#endif

/* Ends the process, after a line that says what was contradicted, unless ok. */
void fuzz_must(int ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- The input as choices, then as content ---- */

struct input {
	const uint8_t *at;
	size_t left;
};

uint8_t input_byte(struct input *in); /* 0 at the end */
size_t input_below(struct input *in, size_t n);
size_t input_length(struct input *in); /* short ones as often as those up to some wide steps */

/* Memory of exactly len bytes, so that the sanitizer sees what goes beyond, that
 * begins `shift` bytes from an aligned address. Freed by fuzz_release. */
uint8_t *fuzz_alloc(size_t len, size_t shift);
uint8_t *fuzz_copy(const uint8_t *from, size_t len, size_t shift);
/* The same, filled with what is left of the input, over and over. */
uint8_t *input_fill(const struct input *in, size_t len, size_t shift);
void fuzz_release(void);

/* ---- The input as a file ---- */

/* A file in memory with that content, its path the same in every call. */
const char *fuzz_file(const uint8_t *data, size_t len);

/* Standard output goes nowhere from here on. */
void fuzz_be_quiet(void);

#endif
