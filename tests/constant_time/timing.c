// SPDX-License-Identifier: MIT
// timing [SUBJECT…]: does an operation take as long for fixed secrets as for random ones? Welch's t-test on interleaved
// measurements, with the slowest ones cropped at several percentiles, as Reparaz, Balasch and Verbauwhede have it
// ("Dude, is my code constant time?", 2017). A difference that is there grows with the number of measurements, and
// comes again; one that is not does neither: only a subject beyond the threshold in each of several runs is said to
// leak. Without an argument: every kernel that this CPU runs, which must not leak, and every control, which must; but
// for the controls' init, since an S-box in the first-level cache tells the clock nothing.

#include "operations.h"

#include <math.h>
#include <sched.h>
#include <x86intrin.h>

enum { N_MEASUREMENTS = 100000, N_RUNS = 3, N_CLASSES = 2, TEXT_LEN = 256 };
static const double threshold = 10; // of |t|; the authors take 4.5 for suspicious, 10 for sure
static const double kept[] = {1, 0.99, 0.95, 0.9, 0.75, 0.5};

static struct work work;
static double cycles[N_MEASUREMENTS], sorted[N_MEASUREMENTS];
static uint8_t class_of[N_MEASUREMENTS];

struct secrets {
	uint8_t key[MAX_WORK_KEY_LEN], aad[13], in[TEXT_LEN];
};

// One prepared operation, on secrets of the class. What comes before it is the same for both classes, down to the
// branches taken and the bytes fresh in the cache: otherwise it is that which one measures.
static int measure(const struct operation *o, const struct secrets *fixed, uint8_t class, double *time)
{
	struct secrets s;
	random_bytes(&s, sizeof s);
	for (size_t i = 0; i < sizeof s; i++)
		((uint8_t *)&s)[i] ^= (((uint8_t *)&s)[i] ^ ((const uint8_t *)fixed)[i]) & (uint8_t)(class - 1);
	memcpy(work.key, s.key, sizeof s.key);
	memcpy(work.aad, s.aad, sizeof s.aad);
	memcpy(work.in, s.in, sizeof s.in);
	if (!o->prepare(&work))
		return 0;
	unsigned aux;
	_mm_mfence();
	_mm_lfence();
	const uint64_t from = __rdtsc();
	_mm_lfence();
	const int right = o->run(&work);
	const uint64_t to = __rdtscp(&aux);
	_mm_lfence();
	*time = (double)(to - from);
	return right;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

// Welch's t of the two classes, of what took less than the limit.
static double welch(double limit)
{
	double n[N_CLASSES] = {0}, mean[N_CLASSES] = {0}, squares[N_CLASSES] = {0};
	for (size_t i = 0; i < N_MEASUREMENTS; i++) {
		if (cycles[i] > limit)
			continue;
		const size_t c = class_of[i];
		const double apart = cycles[i] - mean[c];
		mean[c] += apart / ++n[c];
		squares[c] += apart * (cycles[i] - mean[c]);
	}
	if (n[0] < 2 || n[1] < 2)
		return 0;
	const double variance = squares[0] / (n[0] - 1) / n[0] + squares[1] / (n[1] - 1) / n[1];
	return variance > 0 ? (mean[0] - mean[1]) / sqrt(variance) : mean[0] == mean[1] ? 0 : INFINITY;
}

// The t that is farthest from 0, over the croppings; NAN when the operation failed.
static double farthest_t(const struct operation *o)
{
	struct secrets fixed;
	random_bytes(&fixed, sizeof fixed);
	for (size_t i = 0; i < N_MEASUREMENTS; i++) {
		class_of[i] = (uint8_t)random_below(N_CLASSES);
		if (!measure(o, &fixed, class_of[i], &cycles[i]))
			return NAN;
	}
	memcpy(sorted, cycles, sizeof sorted);
	qsort(sorted, N_MEASUREMENTS, sizeof sorted[0], by_value);
	double farthest = 0;
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		const double t = welch(sorted[(size_t)(kept[i] * (N_MEASUREMENTS - 1))]);
		if (fabs(t) > fabs(farthest))
			farthest = t;
	}
	return farthest;
}

// Whether the verdict on an operation is the one that is due.
static int judge(const struct lane_kernel *k, const struct operation *o, int is_control)
{
	work = (struct work){.kernel = k, .len = TEXT_LEN};
	take_lengths(&work, 0);
	double t = INFINITY;
	int n_runs = 0;
	do {
		const double now = farthest_t(o);
		if (!(fabs(now) >= fabs(t)))
			t = now;
	} while (++n_runs < N_RUNS && fabs(t) > threshold);
	const int leaks = fabs(t) > threshold, fine = !isnan(t) && leaks == is_control;
	printf("%-28s %-14s |t| %8.2f%s%s\n", k->name, o->name, fabs(t), leaks ? " leaks" : "", fine ? "" : " FAILED");
	fflush(stdout);
	return fine;
}

static int n_failed, n_judged;

static void judge_all(const struct lane_kernel *k)
{
	const int is_control = strcmp(k->isa, "leaky") == 0;
	for (size_t i = 0; i < n_operations; i++) {
		if (strcmp(operations[i].family, k->family) != 0 ||
		    (is_control && strcmp(operations[i].name, "init") == 0))
			continue;
		n_failed += !judge(k, &operations[i], is_control);
		n_judged++;
	}
}

int main(int argc, char **argv)
{
	// Other cores' clocks and caches are none of its business.
	cpu_set_t here;
	CPU_ZERO(&here);
	CPU_SET((size_t)sched_getcpu(), &here);
	sched_setaffinity(0, sizeof here, &here);
	for (int i = 1; i < argc; i++) {
		const struct lane_kernel *k = subject_find(argv[i]);
		if (!k || !lane_kernel_usable(k)) {
			fprintf(stderr, "no kernel '%s' here\n", argv[i]);
			return 2;
		}
		judge_all(k);
	}
	if (argc == 1) {
		for (size_t i = 0; i < n_controls; i++)
			judge_all(controls[i]);
		judge_all(subject_find("tag:compare"));
		for (size_t i = 0; i < lane_kernel_count(); i++) {
			if (lane_kernel_usable(lane_kernel_at(i)))
				judge_all(lane_kernel_at(i));
		}
	}
	printf("%d%% tests passed, %d tests failed out of %d\n",
	       100 * (n_judged - n_failed) / (n_judged ? n_judged : 1), n_failed, n_judged);
	return n_failed > 0;
}
