/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_ROOFLINE_LIMITS_H
#define LANE_BENCH_ROOFLINE_LIMITS_H

/*
 * From what the core can issue to what an algorithm can cost at best: the
 * operations that it cannot do without, as our best kernels do it, times what
 * each costs here. roofline_limits.c has the table.
 */

#include "../results/result.h"
#include "roofline.h"

/* That of vectors of one width. */
struct limit {
	enum roofline_width width;
	double cycles_per_byte; /* of a long message, its fixed cost forgotten */
	char arithmetic[160]; /* "72 × 1.00 (AES round) + 26 × 1.01 (multiply beside AES) = 98.26 cycles for 512 B" */
};

/* Those that are known here of an algorithm and operation, the best first. */
size_t limits_of(const struct roofline *roofline, const char *algorithm, const char *op, struct limit limits[N_WIDTHS]);

/* The limit of the width that a kernel ("aes-gcm:vaes512") works with; 0 when unknown. */
double limit_of_kernel(const struct roofline *roofline, const char *algorithm, const char *op, const char *kernel);

/* Fills in limit_fraction of all entries whose limit is known: the share of what
 * this core could do with its best instructions. Fixed costs make short messages
 * fall behind it. */
void limits_apply(const struct roofline *roofline, struct result_set *results);

json_t *limits_json(const struct roofline *roofline);

#endif
