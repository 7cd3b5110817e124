/* SPDX-License-Identifier: MIT */
#ifndef LANE_RESULTS_CONTEXT_H
#define LANE_RESULTS_CONTEXT_H

/* `context` of a result set: Google Benchmark's fields, this machine, this
 * build, and the environment that changes what libraries do. */

#include <stddef.h>

#include <jansson.h>

json_t *context_new(void);

/* Types of what readers rely on. 0, or -1 with "machine.cores: what is wrong" in text. */
int context_check(const json_t *context, char *text, size_t cap);

#endif
