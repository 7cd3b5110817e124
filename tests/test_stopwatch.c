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
	struct estimate m = estimate_median(NULL, 0, CONFIDENCE_95);
	assert_true(m.x == 0 && m.lo == 0 && m.hi == 0);
	m = estimate_median((double[]){7}, 1, CONFIDENCE_95);
	assert_true(m.x == 7 && m.lo == 7 && m.hi == 7);
	m = estimate_median((double[]){3, 1, 2, 5, 4, 6}, 6, CONFIDENCE_95);
	assert_true(m.x == 3.5 && m.lo == 1 && m.hi == 6);
	double values[101];
	for (int i = 0; i < 101; i++)
		values[i] = (double)((i * 37) % 101);
	m = estimate_median(values, 101, CONFIDENCE_95);
	/* Of 101 tosses at most 38 are heads with 0.86 %, at most 39 with 1.43 %; at most 35 with 0.18 %, 36 with 0.35
	 * %. */
	assert_true(m.x == 50 && m.lo == 38 && m.hi == 62);
	m = estimate_median(values, 101, CONFIDENCE_99);
	assert_true(m.x == 50 && m.lo == 35 && m.hi == 65);
}

static void test_pool(void **state)
{
	(void)state;
	struct estimate one = {100, 99, 102}, p = estimate_pool(&one, 1, CONFIDENCE_95);
	assert_true(p.x == 100 && p.lo == 99 && p.hi == 102);
	/* Starts that agree: their intervals shrink by the root of their number, each side by itself. */
	struct estimate alike[4] = {one, one, one, one};
	const double median = sqrt(M_PI_2); /* how much more it varies than a mean */
	p = estimate_pool(alike, 4, CONFIDENCE_95);
	assert_true(p.x == 100 && fabs(p.lo - 1e4 / (100 + 0.5 * median)) < 1e-9 && fabs(p.hi - 100 - median) < 1e-9);
	/* Starts that differ, each quite sure: Student's t with two degrees, of a deviation of 1. */
	struct estimate differ[3] = {{101, 101, 101}, {99, 99, 99}, {100, 100, 100}};
	p = estimate_pool(differ, 3, CONFIDENCE_95);
	assert_true(p.x == 100 && fabs(p.hi - 100 - 4.303 / sqrt(3) * median) < 1e-3 && fabs(p.lo * p.hi - 1e4) < 1e-6);
	p = estimate_pool(differ, 3, CONFIDENCE_99);
	assert_true(fabs(p.hi - 100 - 9.925 / sqrt(3) * median) < 1e-3);
	/* Differences that the starts' own intervals explain add nothing. */
	struct estimate wide[3] = {{101, 91, 111}, {99, 89, 109}, {100, 90, 110}};
	p = estimate_pool(wide, 3, CONFIDENCE_95);
	assert_true(fabs(p.hi - 100 - 10 / sqrt(3) * median) < 1e-9);
	/* One of many that is far off is left out. */
	struct estimate many[16];
	for (int i = 0; i < 16; i++)
		many[i].x = many[i].lo = many[i].hi = i == 5 ? 150 : 100 + i;
	p = estimate_pool(many, 16, CONFIDENCE_99);
	assert_true(p.x == 108.5 && p.lo == 102 && p.hi == 114);
}

/* What starts and rounds both scatter by: the truth has to be in the pooled interval, whichever is the larger. */
static void test_pool_coverage(void **state)
{
	(void)state;
	enum { TRIALS = 2000, ROUNDS = 40 };
	static const double scatter[][2] = {{0, 0.05}, {0.001, 0.05}, {0.02, 0.05}, {0.05, 0.001}};
	for (size_t k = 0; k < sizeof scatter / sizeof *scatter; k++)
		for (size_t n = 3; n <= 15; n += 3) {
			int covered = 0;
			for (int t = 0; t < TRIALS; t++) {
				struct estimate starts[15];
				for (size_t i = 0; i < n; i++) {
					double values[ROUNDS], centre = 0;
					for (int j = 0; j < 12; j++) /* near enough to a normal distribution */
						centre += random_unit() - 0.5;
					centre = 1 + scatter[k][0] * centre;
					for (int j = 0; j < ROUNDS; j++)
						values[j] = centre + scatter[k][1] * (random_unit() - 0.5);
					starts[i] = estimate_median(values, ROUNDS, CONFIDENCE_95);
				}
				struct estimate p = estimate_pool(starts, n, CONFIDENCE_95);
				covered += p.lo <= 1 && 1 <= p.hi;
			}
			assert_true(covered >= TRIALS * 94 / 100);
		}
}

static void test_line(void **state)
{
	(void)state;
	double x[40], y[40];
	struct line line;
	for (int i = 0; i < 40; i++) {
		x[i] = 16 * (i + 1) * (i + 1);
		y[i] = 60 + 0.25 * x[i];
	}
	assert_int_equal(estimate_line(x, y, 40, &line), 0);
	assert_true(fabs(line.fixed.x - 60) < 1e-6 && fabs(line.slope.x - 0.25) < 1e-9);
	assert_true(fabs(line.fixed.hi - line.fixed.lo) < 1e-6 && fabs(line.r2 - 1) < 1e-9 && line.residual < 1e-9);
	int covered = 0;
	for (int t = 0; t < 1000; t++) {
		for (int i = 0; i < 40; i++)
			y[i] = (60 + 0.25 * x[i]) * (1 + 0.1 * (random_unit() - 0.5));
		assert_int_equal(estimate_line(x, y, 40, &line), 0);
		covered += line.fixed.lo <= 60 && 60 <= line.fixed.hi;
		assert_true(line.r2 > 0.9 && 0.015 < line.residual && line.residual < 0.045);
	}
	assert_true(920 <= covered && covered < 990);
	assert_int_equal(estimate_line(x, y, 3, &line), -1);
	y[5] = 0;
	assert_int_equal(estimate_line(x, y, 40, &line), -1);
	y[5] = 1;
	for (int i = 0; i < 40; i++)
		x[i] = 64;
	assert_int_equal(estimate_line(x, y, 40, &line), -1);
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
			for (size_t i = 0; i < sizes[k]; i++)
				values[i] = -log(random_unit() + 0x1p-60) / log(2);
			struct estimate m = estimate_median(values, sizes[k], CONFIDENCE_95);
			assert_true(m.lo <= m.x && m.x <= m.hi);
			covered += m.lo <= 1 && 1 <= m.hi;
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
	struct estimate r;
	assert_int_equal(estimate_ratio(fast, 40, slow, 30, CONFIDENCE_95, &r), 0);
	assert_true(fabs(r.x - 2.5) < 1e-9 && fabs(r.lo - 2.5) < 1e-9 && fabs(r.hi - 2.5) < 1e-9);
	assert_int_equal(estimate_ratio(fast, 0, slow, 30, CONFIDENCE_95, &r), -1);
	fast[3] = 0;
	assert_int_equal(estimate_ratio(fast, 40, slow, 30, CONFIDENCE_95, &r), -1);
}

/* ---- Measuring ---- */

struct work {
	uint64_t steps; /* an operation: that many dependent multiplications */
	uint64_t last_n,
		n_alike; /* turns of the same length so far: more than three are rounds, not the search for one */
	uint64_t fail_at, interrupt_at; /* so many alike; 0: never */
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
	w->n_alike = n == w->last_n ? w->n_alike + 1 : 1;
	w->last_n = n;
	if (w->n_alike == w->interrupt_at)
		raise(SIGALRM);
	return w->n_alike == w->fail_at;
}

/* Whether a measured value lies between the two: whoever else is on the machine may spoil it, but not five times. */
static int is_ever_between(double lo, double hi, double (*measured)(void))
{
	for (int i = 0; i < 5; i++) {
		const double x = measured();
		if (lo < x && x < hi)
			return 1;
	}
	return 0;
}

static double ratio_of_twice_the_work(void)
{
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
		assert_true(0 < e->cycles.lo && e->cycles.lo <= e->cycles.x && e->cycles.x <= e->cycles.hi);
		assert_true(e->rounds_disturbed <= e->rounds);
	}
	struct estimate r;
	assert_int_equal(estimate_ratio(cells[0].series[0].samples, cells[0].series[0].rounds,
					cells[1].series[0].samples, cells[1].series[0].rounds, CONFIDENCE_95, &r),
			 0);
	stopwatch_cells_free(cells, 2);
	stopwatch_cells_free(cells, 2);
	return r.x;
}

static void test_measure(void **state)
{
	(void)state;
	assert_true(is_ever_between(1.8, 2.2, ratio_of_twice_the_work));
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

/* With an easy precision it is over before the budget. */
static void test_precision(void **state)
{
	(void)state;
	int calls = 0;
	struct stopwatch_cell cell = {.batch = times_itself, .user = &calls, .n_series = 3};
	struct stopwatch_options options = {.budget = 0.2, .precision = 0.01};
	assert_int_equal(stopwatch_measure(&cell, 1, &options), 0);
	assert_in_range(cell.series[0].rounds, 6, 12); /* it tells the very same time each time */
	stopwatch_cells_free(&cell, 1);
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
	struct work good = {.steps = 100}, bad = {.steps = 100, .fail_at = 1}, late = {.steps = 100, .fail_at = 5};
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
		struct work w = {.steps = 100, .interrupt_at = 20};
		struct stopwatch_cell cell = {.batch = multiply, .user = &w};
		const struct stopwatch_options options = {.budget = 20, .max_rounds = 1000000};
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
	if (hz > 1e9 && stopwatch_aes_latency() != 0) /* else emulated, or without the instruction */
		assert_true(is_ever_between(2.5, 12, stopwatch_aes_latency));

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
		cmocka_unit_test(test_median),  cmocka_unit_test(test_pool),      cmocka_unit_test(test_pool_coverage),
		cmocka_unit_test(test_line),    cmocka_unit_test(test_precision), cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_compare), cmocka_unit_test(test_measure),   cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_series),  cmocka_unit_test(test_failure),   cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_clocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
