/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_WYCHEPROOF_H
#define LANE_BENCH_WYCHEPROOF_H

#include "vectors.h"

/*
 * Reads a file of project Wycheproof, `testvectors_v1` and the older `testvectors`.
 * Kinds of test that engines have no interface for come with a reason to skip them.
 * 0, or -1 with the error; vectors before it have been handed out.
 */
int wycheproof_parse(const char *text, size_t len, vector_sink *sink, void *user, struct vector_error *error);

#endif
