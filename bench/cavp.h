/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_CAVP_H
#define LANE_BENCH_CAVP_H

#include "vectors.h"

/*
 * Reads a response file of NIST's Cryptographic Algorithm Validation Program:
 * AES-GCM, AES-CCM, AES-XTS, and AES-CTR, -CBC, -ECB … by their known-answer and
 * multi-block tests. Monte Carlo tests and data units of part of a byte come with
 * a reason to skip them. What a file tests is read from its comments.
 * 0, or -1 with the error; vectors before it have been handed out.
 */
int cavp_parse(const char *text, size_t len, vector_sink *sink, void *user, struct vector_error *error);

#endif
