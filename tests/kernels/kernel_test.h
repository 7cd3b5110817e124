/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_KERNEL_TEST_H
#define LANE_TESTS_KERNELS_KERNEL_TEST_H

/*
 * test_kernels SUITE FAMILY:ISA runs one suite on one kernel; FAMILY:auto on
 * what the library picks by itself. A suite belongs to a kind of algorithm:
 * AEAD, bare cipher, or the primitives of one family.
 */

#include "../support/test.h"

#include <lanecrypt/kernel.h>

struct suite {
	const char *name;
	const struct CMUnitTest *tests;
	size_t n_tests;
};

#define SUITE(suite_name, table)                                                                                       \
	const struct suite suite_##suite_name = {#suite_name, table, sizeof(table) / sizeof(table)[0]}

/* The kernel under test; NULL is auto. */
extern const struct lane_kernel *kernel;

/* How many alignments a test of all of them may pass over: none in a release. Other builds see every fifth, which are
 * not the same for two lengths in turn; the portable kernel, which has none to speak of, would take minutes, and so
 * would any under an emulator. */
size_t sample_step(void);

/* How many messages of random length and alignment a test takes: fewer where others are passed over, too. */
int n_random_messages(void);

/* The length to try after this one: the next; but beyond the widest step of 1024 bytes and what may be left after it,
 * where kernels only make more steps, one in 31 in other builds than a release, under an emulator and with an AEAD that
 * is_slow. */
size_t next_to_try(size_t len);

/* The portable kernel of the same family. */
const struct lane_kernel *portable_kernel(void);

#endif
