/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_CONSTANT_TIME_LEAKY_H
#define LANE_TESTS_CONSTANT_TIME_LEAKY_H

/*
 * The controls: for each kernel family a kernel that gives the right bytes and leaks its secrets while it does so. A
 * check of constant time that lets one of them pass is worth nothing.
 */

#include "kernel_impl.h"

extern const struct lane_kernel leaky_aes_gcm, leaky_aes_gcm_siv, leaky_aes_ccm, leaky_aes_ctr, leaky_chacha20,
	leaky_chacha20_poly1305, leaky_aegis;
extern const struct lane_kernel leaky_aes_xts, leaky_aes_cbc;

/* What ct_tag_differs would be with an early exit. */
uint64_t leaky_tag_differs(const uint8_t *a, const uint8_t *b, size_t len);

/* They leave what they like on the stack and in registers. */
static inline void leaky_scrub(size_t len)
{
	(void)len;
}

/* In a branch, keeps compilers from making a mask or a conditional move of it. */
#define KEEP_BRANCH() __asm__ volatile("")

#endif
