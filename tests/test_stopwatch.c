/* SPDX-License-Identifier: MIT */

/* The stopwatch: its statistics exactly, its timing as far as a busy machine
 * lets a test do that. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stopwatch.h"

static uint64_t random_state = 42;

static double random_unit(void)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (double)(random_state >> 11) * 0x1p-53;
}

/* ---- Statistics ---- */

static void test_median(void **state)
{
	(void)state;
	double median, lo, hi;
	stopwatch_median(NULL, 0, &median, &lo, &hi);
	assert_true(median == 0 && lo == 0 && hi == 0);
	stopwatch_median((double[]){7}, 1, &median, &lo, &hi);
	assert_true(median == 7 && lo == 7 && hi == 7);
	stopwatch_median((double[]){3, 1, 2, 5, 4, 6}, 6, &median, &lo, &hi);
	assert_true(median == 3.5 && lo == 1 && hi == 6);
	double values[101];
	for (int i = 0; i < 101; i++)
		values[i] = (double)((i * 37) % 101);
	stopwatch_median(values, 101, &median, &lo, &hi);
	/* Of 101 tosses at most 38 are heads with 0.86 %, at most 39 with 1.43 %. */
	assert_true(median == 50 && lo == 38 && hi == 62);
}

/* Over all sizes that matter, of a lopsided distribution with median 1. */
static void test_coverage(void **state)
{
	(void)state;
	enum { TRIALS = 4000, MOST = 1200 };
	static const size_t sizes[] = {6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 50, 100, 200, MOST};
	static double values[MOST];
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		int covered = 0;
		for (int t = 0; t < TRIALS; t++) {
			double median, lo, hi;
			for (size_t i = 0; i < sizes[k]; i++)
				values[i] = -log(random_unit() + 0x1p-60) / log(2);
			stopwatch_median(values, sizes[k], &median, &lo, &hi);
			assert_true(lo <= median && median <= hi);
			covered += lo <= 1 && 1 <= hi;
		}
		assert_true(covered >= TRIALS * 95 / 100);
	}
}

static void test_compare(void **state)
{
	(void)state;
	double fast[40], slow[40];
	for (int i = 0; i < 40; i++) {
		double disturbance = 1 + random_unit(); /* of the round: hits both */
		fast[i] = 10 * disturbance;
		slow[i] = 25 * disturbance;
	}
	struct stopwatch_estimate entry = {.rounds = 40, .samples = fast};
	struct stopwatch_estimate baseline = {.rounds = 30, .samples = slow};
	struct stopwatch_ratio r;
	assert_int_equal(stopwatch_compare(&entry, &baseline, &r), 0);
	assert_true(fabs(r.ratio - 2.5) < 1e-9 && fabs(r.lo - 2.5) < 1e-9 && fabs(r.hi - 2.5) < 1e-9);
	entry.rounds = 0;
	assert_int_equal(stopwatch_compare(&entry, &baseline, &r), -1);
	entry.rounds = 40;
	fast[3] = 0;
	assert_int_equal(stopwatch_compare(&entry, &baseline, &r), -1);
}

/* ---- Measuring ---- */

struct work {
	uint64_t steps; /* an operation: that many dependent multiplications */
	uint64_t n_done;
	uint64_t fail_after; /* 0: never */
};

static int multiply(void *user, uint64_t n, double *seconds)
{
	struct work *w = user;
	assert_null(seconds);
	uint64_t x = n;
	for (uint64_t i = 0; i < n * w->steps; i++) {
		x = x * 6364136223846793005u + 1;
		__asm__ volatile("" : "+r"(x));
	}
	w->n_done += n;
	return w->fail_after && w->n_done > w->fail_after;
}

static void test_measure(void **state)
{
	(void)state;
	struct work once = {.steps = 300}, twice = {.steps = 600};
	struct stopwatch_cell cells[] = {{.batch = multiply, .user = &once}, {.batch = multiply, .user = &twice}};
	const struct stopwatch_options options = {.budget = 0.3, .seed = 1};
	assert_int_equal(stopwatch_measure(cells, 2, &options), 0);
	for (int i = 0; i < 2; i++) {
		const struct stopwatch_estimate *e = &cells[i].series[0];
		assert_false(cells[i].failed);
		assert_true(cells[i].batch_len > 1);
		assert_in_range(e->rounds, 6, 200);
		assert_true(0 < e->ns_lo && e->ns_lo <= e->ns && e->ns <= e->ns_hi);
		assert_true(e->cycles > 0);
		assert_true(e->rounds_disturbed <= e->rounds);
	}
	struct stopwatch_ratio r;
	assert_int_equal(stopwatch_compare(&cells[0].series[0], &cells[1].series[0], &r), 0);
	assert_true(1.8 < r.ratio && r.ratio < 2.2);
	stopwatch_cells_free(cells, 2);
	stopwatch_cells_free(cells, 2);
}

static void test_rounds(void **state)
{
	(void)state;
	struct work quick = {.steps = 10}, slow = {.steps = 10000};
	struct stopwatch_cell cells[] = {{.batch = multiply, .user = &quick}, {.batch = multiply, .user = &slow}};
	struct stopwatch_options options = {.min_rounds = 9, .max_rounds = 9};
	assert_int_equal(stopwatch_measure(cells, 2, &options), 0); /* no budget at all */
	assert_int_equal(cells[0].series[0].rounds, 9);
	assert_int_equal(cells[0].series[0].rounds_discarded, 0);
	assert_int_equal(cells[1].series[0].rounds, 9);
	stopwatch_cells_free(cells, 2);

	options = (struct stopwatch_options){.budget = 5, .min_rounds = 6, .max_rounds = 20, .slow_factor = 50};
	assert_int_equal(stopwatch_measure(cells, 2, &options), 0);
	assert_in_range(cells[0].series[0].rounds, 7, 20); /* disturbed ones may have been dropped */
	assert_in_range(cells[1].series[0].rounds, 6, 12);
	stopwatch_cells_free(cells, 2);
}

static int times_itself(void *user, uint64_t n, double *seconds)
{
	struct work w = {.steps = 1000};
	seconds[0] = 1e-3 * (double)n;
	seconds[1] = 2e-3 * (double)n;
	seconds[2] = 3e-3 * (double)n;
	++*(int *)user;
	return multiply(&w, n, NULL);
}

static void test_series(void **state)
{
	(void)state;
	int calls = 0;
	struct stopwatch_cell cell = {.batch = times_itself, .user = &calls, .n_series = 3};
	const struct stopwatch_options options = {.max_rounds = 10, .min_rounds = 10};
	assert_int_equal(stopwatch_measure(&cell, 1, &options), 0);
	assert_true(calls > 10);
	for (int s = 0; s < 3; s++) {
		assert_int_equal(cell.series[s].rounds, 10);
		assert_true(fabs(cell.series[s].ns / ((s + 1) * 1e6) - 1) < 1e-9);
	}
	stopwatch_cells_free(&cell, 1);

	cell.n_series = STOPWATCH_MAX_SERIES + 1;
	assert_int_equal(stopwatch_measure(&cell, 1, &options), 0);
	assert_true(cell.failed);
}

static void test_failure(void **state)
{
	(void)state;
	struct work good = {.steps = 100}, bad = {.steps = 100, .fail_after = 1},
		    late = {.steps = 100, .fail_after = 50000};
	struct stopwatch_cell cells[] = {{.batch = multiply, .user = &bad},
					 {.batch = multiply, .user = &good},
					 {.batch = multiply, .user = &late}};
	const struct stopwatch_options options = {.budget = 5, .max_rounds = 40};
	assert_int_equal(stopwatch_measure(cells, 3, &options), 0);
	assert_true(cells[0].failed && !cells[1].failed && cells[2].failed);
	assert_int_equal(cells[0].series[0].rounds, 0);
	assert_in_range(cells[1].series[0].rounds, 6, 40);
	assert_int_equal(cells[2].series[0].rounds, 0);
	stopwatch_cells_free(cells, 3);

	assert_int_equal(stopwatch_measure(cells, 1, &options), 0); /* nobody left */
	assert_true(cells[0].failed);
	stopwatch_cells_free(cells, 1);
	assert_int_equal(stopwatch_measure(cells, 0, &options), 0);
}

static void on_alarm(int number)
{
	(void)number;
	stopwatch_interrupt();
}

/* In a process of its own: an interrupt is for good. */
static void test_interrupt(void **state)
{
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct work w = {.steps = 100};
		struct stopwatch_cell cell = {.batch = multiply, .user = &w};
		const struct stopwatch_options options = {.budget = 100, .max_rounds = 1000000};
		alarm(1);
		int ok = stopwatch_interrupted() == 0;
		signal(SIGALRM, on_alarm);
		ok = ok && stopwatch_measure(&cell, 1, &options) == -1 && stopwatch_interrupted();
		ok = ok && !cell.failed && cell.series[0].rounds > 0 && cell.series[0].ns > 0;
		stopwatch_cells_free(&cell, 1);
		ok = ok && stopwatch_measure(&cell, 1, &options) == -1 && cell.series[0].rounds == 0;
		stopwatch_cells_free(&cell, 1);
		_exit(ok ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* ---- Clocks ---- */

static void test_clocks(void **state)
{
	(void)state;
	double hz = stopwatch_core_hz();
	assert_true(1e6 < hz && hz < 1e10);
	double latency = stopwatch_aes_latency();
	if (hz > 1e9 && latency != 0) /* else emulated, or without the instruction */
		assert_true(2.5 < latency && latency < 12);

	double before = stopwatch_cpu_seconds();
	usleep(50000);
	double asleep = stopwatch_cpu_seconds() - before;
	assert_true(0 <= asleep && asleep < 0.04);

	/* Laps add up to the whole, less the readings. */
	double begin = stopwatch_cpu_seconds(), since = begin, sum = 0;
	for (int i = 0; i < 100; i++) {
		struct work w = {.steps = 10000};
		multiply(&w, 1, NULL);
		double lap = stopwatch_lap(&since);
		assert_true(lap > 0);
		sum += lap;
	}
	assert_true(sum < since - begin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),  cmocka_unit_test(test_coverage),  cmocka_unit_test(test_compare),
		cmocka_unit_test(test_measure), cmocka_unit_test(test_rounds),    cmocka_unit_test(test_series),
		cmocka_unit_test(test_failure), cmocka_unit_test(test_interrupt), cmocka_unit_test(test_clocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
