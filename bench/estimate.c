// SPDX-License-Identifier: MIT
#include "estimate.h"

#include <math.h>
#include <stdlib.h>

enum { n_t = 10 };

// Of a two-sided interval.
static const struct level {
	double tail;   // of the order statistics, on each side: half of what the level would allow, as neighbouring
		       // rounds are not quite independent
	double normal; // quantile of the normal distribution for that tail
	double t_limit, t[n_t]; // Student's quantiles for the level itself: without end, and for 1, 2 … degrees
} levels[] = {
	[CONFIDENCE_95] = {0.0125,
			   2.2414,
			   1.9600,
			   {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228}},
	[CONFIDENCE_99] = {0.0025,
			   2.8070,
			   2.5758,
			   {63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169}},
};

static double student_t(const struct level *level, size_t degrees)
{
	if (degrees <= n_t)
		return level->t[degrees - 1];
	double z = level->t_limit, v = (double)degrees; // Cornish and Fisher's expansion: right to 0.1 % from here on
	return z + (pow(z, 3) + z) / (4 * v) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * v * v);
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double middle(const double *sorted, size_t n)
{
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

// How many of n sorted values, k, lie outside the interval on each side. The
// median lies there with the probability that n tosses of a coin show at most k
// heads. With too few values (less than six for 95 %) even the whole range
// covers less than the level.
static size_t outside(size_t n, const struct level *level)
{
	if (n > 1000) // 2^-n would underflow; the normal limit is near enough
		return (size_t)((double)n / 2 - level->normal / 2 * sqrt((double)n));
	double term = ldexp(1, -(int)n), at_most_k = term;
	for (size_t k = 0;; k++) {
		term *= (double)(n - k) / (double)(k + 1);
		at_most_k += term;
		if (at_most_k > level->tail)
			return k;
	}
}

struct estimate estimate_median(double *values, size_t n, enum confidence confidence)
{
	if (n == 0)
		return (struct estimate){0};
	qsort(values, n, sizeof *values, compare_doubles);
	size_t k = outside(n, &levels[confidence]);
	return (struct estimate){middle(values, n), values[k], values[n - 1 - k]};
}

// A start as the pool sees it.
struct member {
	const struct estimate *start;
	double variance, weight;
};

static int compare_members(const void *a, const void *b)
{
	return compare_doubles(&((const struct member *)a)->start->x, &((const struct member *)b)->start->x);
}

// Half of the weight lies on each side. n > 0; sorts.
static double weighted_median(struct member *members, size_t n)
{
	double all = 0, below = 0;
	qsort(members, n, sizeof *members, compare_members);
	for (size_t i = 0; i < n; i++)
		all += members[i].weight;
	for (size_t i = 0; i < n - 1; i++) {
		below += members[i].weight;
		if (fabs(below / all - 0.5) < 1e-9)
			return (members[i].start->x + members[i + 1].start->x) / 2;
		if (below > all / 2)
			return members[i].start->x;
	}
	return members[n - 1].start->x;
}

// The variance of what the starts are medians of, beyond what their intervals explain (DerSimonian and Laird).
static double variance_between(const struct member *members, size_t n)
{
	double sum = 0, squares = 0, mean = 0, q = 0;
	for (size_t i = 0; i < n; i++) {
		double w = 1 / members[i].variance;
		sum += w;
		squares += w * w;
		mean += w * members[i].start->x;
	}
	mean /= sum;
	for (size_t i = 0; i < n; i++)
		q += pow(members[i].start->x - mean, 2) / members[i].variance;
	return fmax(0, (q - (double)(n - 1)) / (sum - squares / sum));
}

static struct estimate pool_many(const struct estimate *starts, size_t n, enum confidence confidence)
{
	double *values = malloc(n * sizeof *values);
	if (!values)
		abort();
	for (size_t i = 0; i < n; i++)
		values[i] = starts[i].x;
	const struct estimate pooled = estimate_median(values, n, confidence);
	free(values);
	return pooled;
}

struct estimate estimate_pool(const struct estimate *starts, size_t n, enum confidence confidence)
{
	if (n < 2)
		return n ? starts[0] : (struct estimate){0};
	const struct level *level = &levels[confidence];
	if (outside(n, level) > 0)
		return pool_many(starts, n, confidence);
	struct member *members = malloc(n * sizeof *members);
	if (!members)
		abort();
	for (size_t i = 0; i < n; i++) {
		const struct estimate *s = &starts[i];
		double sigma = fmax((s->hi - s->lo) / 2 / level->normal, 1e-6 * fabs(s->x) + 1e-12);
		members[i] = (struct member){s, sigma * sigma, 0};
	}
	double between = variance_between(members, n), t = student_t(level, n - 1);
	double all = 0, below = 0, above = 0;
	for (size_t i = 0; i < n; i++) {
		double w = members[i].weight = 1 / (members[i].variance + between);
		all += w;
		below += w * w * (pow(starts[i].x - starts[i].lo, 2) + t * t * between);
		above += w * w * (pow(starts[i].hi - starts[i].x, 2) + t * t * between);
	}
	double x = weighted_median(members, n);
	double wider = n > 2 ? sqrt(M_PI_2) : 1; // a median varies more than the mean that these are the errors of
	free(members);
	// Below as on a logarithmic scale: what is positive stays so.
	return (struct estimate){x, x * x / (x + wider * sqrt(below) / all), x + wider * sqrt(above) / all};
}

// Weighted least squares with the weights 1/y².
int estimate_line(const double *x, const double *y, size_t n, struct line *out)
{
	double w_sum = 0, wx = 0, wy = 0, sxx = 0, sxy = 0, syy = 0, errors = 0;
	if (n < 4)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!(y[i] > 0))
			return -1;
		double w = 1 / (y[i] * y[i]);
		w_sum += w;
		wx += w * x[i];
		wy += w * y[i];
	}
	wx /= w_sum;
	wy /= w_sum;
	for (size_t i = 0; i < n; i++) {
		double w = 1 / (y[i] * y[i]);
		sxx += w * (x[i] - wx) * (x[i] - wx);
		sxy += w * (x[i] - wx) * (y[i] - wy);
		syy += w * (y[i] - wy) * (y[i] - wy);
	}
	if (!(sxx > 0))
		return -1;
	double slope = sxy / sxx, fixed = wy - slope * wx;
	for (size_t i = 0; i < n; i++)
		errors += pow((y[i] - fixed - slope * x[i]) / y[i], 2);
	double t = student_t(&levels[CONFIDENCE_95], n - 2), variance = errors / (double)(n - 2);
	double of_slope = t * sqrt(variance / sxx), of_fixed = t * sqrt(variance * (1 / w_sum + wx * wx / sxx));
	*out = (struct line){.fixed = {fixed, fixed - of_fixed, fixed + of_fixed},
			     .slope = {slope, slope - of_slope, slope + of_slope},
			     .r2 = syy > 0 ? 1 - errors / syy : 1,
			     .residual = sqrt(errors / (double)n)};
	return 0;
}

int estimate_ratio(const double *entry, size_t n_entry, const double *baseline, size_t n_baseline,
		   enum confidence confidence, struct estimate *out)
{
	size_t n = n_entry < n_baseline ? n_entry : n_baseline;
	double *ratios = n ? malloc(n * sizeof *ratios) : NULL;
	if (!ratios)
		return -1;
	int bad = 0;
	for (size_t i = 0; i < n; i++) {
		bad |= !(entry[i] > 0);
		ratios[i] = baseline[i] / entry[i];
	}
	if (!bad)
		*out = estimate_median(ratios, n, confidence);
	free(ratios);
	return bad ? -1 : 0;
}
