/* SPDX-License-Identifier: MIT */
#ifndef LANE_RESULTS_INTERVAL_H
#define LANE_RESULTS_INTERVAL_H

/*
 * Arithmetic of medians with their intervals. The errors of two figures that were
 * measured apart are independent: a sum's bounds are theirs in quadrature on the
 * plain scale, a quotient's on the logarithmic one, each side of the median by
 * itself because the intervals are not symmetric: ln(hi/x)² = ln(a_hi/a)² + ln(b/b_lo)².
 */

#include <math.h>

#include "result.h"

struct interval {
	double x, lo, hi;
};

static inline struct interval interval_of_time(const struct result_entry *entry)
{
	return (struct interval){entry->ns, entry->ns_lo, entry->ns_hi};
}

static inline struct interval interval_sum(struct interval a, struct interval b)
{
	double x = a.x + b.x;
	return (struct interval){x, x - hypot(a.x - a.lo, b.x - b.lo), x + hypot(a.hi - a.x, b.hi - b.x)};
}

static inline struct interval interval_quotient(struct interval a, struct interval b)
{
	double x = a.x / b.x;
	return (struct interval){x, x * exp(-hypot(log(a.x / a.lo), log(b.hi / b.x))),
				 x * exp(hypot(log(a.hi / a.x), log(b.x / b.lo)))};
}

static inline struct interval interval_scaled(struct interval a, double by)
{
	return (struct interval){a.x * by, a.lo * by, a.hi * by};
}

#endif
