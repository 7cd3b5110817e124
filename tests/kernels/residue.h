/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_RESIDUE_H
#define LANE_TESTS_KERNELS_RESIDUE_H

/*
 * What a call leaves behind, on a stack of its own and in the registers that it may change. The same call is made
 * twice, at the same addresses, under two keys: what differs afterwards depends on the key, in whatever form a kernel
 * has it there (round keys, bit slices, powers of H, limbs of r, key stream). What the caller may know, such as the
 * ciphertext, is told with residue_public and passes.
 */

#include "kernel_test.h"

struct residue_call {
	void (*prepare)(void *state, int run); /* by key `run`, 0 or 1 */
	void (*call)(void *state);             /* what is watched: one call of the library */
	void (*publish)(void *state);          /* says with residue_public what the caller may know */
	void *state;
};

void residue_public(const void *bytes, size_t len);

/* Bytes that a message about them should name. */
void residue_secret(const char *name, const void *bytes, size_t len);

/* Makes the call and says where it left something; `what` is for messages. */
enum residue_place { RESIDUE_ON_STACK = 1, RESIDUE_IN_REGISTERS = 2 };
unsigned int residue_left(const struct residue_call *call, const char *what);

/* Makes the call and notes whether it left something. */
void residue_watch(const struct residue_call *call, const char *what);

/* At the end of a test: fails when something was left. */
void residue_verdict(void);

#endif
