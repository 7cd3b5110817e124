/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_ESTIMATE_H
#define LANE_BENCH_ESTIMATE_H

/* From samples to figures: medians with intervals, what several process starts
 * come to together, and straight lines. No clock and no state. */

#include <stddef.h>

struct estimate {
	double x, lo, hi;
};

enum confidence { CONFIDENCE_95, CONFIDENCE_99 };

/* Median and distribution-free interval (order statistics) of n values, which it
 * sorts. All 0 when n is 0. */
struct estimate estimate_median(double *values, size_t n, enum confidence confidence);

/* How many times faster `entry` is than `baseline` (time of baseline ÷ time of
 * entry), paired: the n-th samples of both are from the same round, which one of
 * them may have left before the other. 0, or -1 when there is none or one that is
 * not positive. */
int estimate_ratio(const double *entry, size_t n_entry, const double *baseline, size_t n_baseline,
		   enum confidence confidence, struct estimate *out);

/*
 * What n starts of the process come to, each given by its own median and
 * interval: their median, weighted by how sure each is. The interval has two
 * parts, added in quadrature on each side: what is left of the starts' own
 * intervals when they are pooled, and Student's t for what the starts differ by
 * beyond these (random effects). The median, since a neighbour makes one start
 * slower and none faster. A single start is handed back.
 *
 * Starts that are many (10 for 95 %, 13 for 99 %) are taken as rounds are: median
 * and order statistics, which may then leave out the first and the last. One start
 * in some ten lays buffers out badly, 15 % slower; Student's t makes that wider
 * for both sides than it is.
 */
struct estimate estimate_pool(const struct estimate *starts, size_t n, enum confidence confidence);

/* y = fixed + slope · x, fitted so that relative errors count: short messages as
 * much as long ones. */
struct line {
	struct estimate fixed, slope; /* 95 %: of the scatter about the line */
	double r2;                    /* share of y's (weighted) variance that the line explains */
	double residual;              /* root mean square of the relative errors */
};

/* 0, or -1 with fewer than four points, all at one x, or a y that is not positive. */
int estimate_line(const double *x, const double *y, size_t n, struct line *out);

#endif
