/* SPDX-License-Identifier: MIT */

/* cbench, seen through its C reporters: whatever is set has to show in a run. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cbench/cbench.h>

/* ---- What a run reported ---- */

enum { MAX_REPORTS = 128, MAX_TEXT = 128 };

static struct seen {
	char name[MAX_TEXT], label[MAX_TEXT], aggregate[MAX_TEXT], error[MAX_TEXT];
	struct cbench_report r;
	struct {
		char name[MAX_TEXT];
		double value;
		unsigned flags;
	} counters[8];
} seen[MAX_REPORTS];
static size_t n_seen;
static int n_finalized;

static void see(void *user, const struct cbench_report *reports, size_t n)
{
	assert_ptr_equal(user, &n_seen);
	for (size_t i = 0; i < n && n_seen < MAX_REPORTS; i++) {
		struct seen *s = &seen[n_seen++];
		s->r = reports[i];
		snprintf(s->name, MAX_TEXT, "%s", s->r.name);
		snprintf(s->label, MAX_TEXT, "%s", s->r.label);
		snprintf(s->aggregate, MAX_TEXT, "%s", s->r.aggregate_name ? s->r.aggregate_name : "");
		snprintf(s->error, MAX_TEXT, "%s", s->r.error ? s->r.error : "");
		for (size_t k = 0; k < s->r.n_counters && k < 8; k++) {
			snprintf(s->counters[k].name, MAX_TEXT, "%s", s->r.counters[k].name);
			s->counters[k].value = s->r.counters[k].value;
			s->counters[k].flags = s->r.counters[k].flags;
		}
	}
}

static void see_end(void *user)
{
	(void)user;
	n_finalized++;
}

static int64_t run(const char *filter)
{
	const struct cbench_reporter reporter = {
		.format = CBENCH_CALLBACKS, .runs = see, .finalize = see_end, .user = &n_seen};
	n_seen = 0;
	n_finalized = 0;
	return cbench_run(&(struct cbench_run_options){.filter = filter, .reporters = &reporter, .n_reporters = 1});
}

static double counter(const struct seen *s, const char *name)
{
	for (size_t i = 0; i < s->r.n_counters && i < 8; i++) {
		if (strcmp(s->counters[i].name, name) == 0)
			return s->counters[i].value;
	}
	fail_msg("no counter %s", name);
	return 0;
}

/* The names reported must be these, in this order, up to a NULL. */
static void check_names(const char *first, ...)
{
	va_list ap;
	va_start(ap, first);
	size_t i = 0;
	for (const char *name = first; name; name = va_arg(ap, const char *)) {
		assert_true(i < n_seen);
		assert_string_equal(seen[i++].name, name);
	}
	va_end(ap);
	assert_int_equal(n_seen, i);
}

static int clear(void **state)
{
	(void)state;
	cbench_clear();
	return 0;
}

/* ---- Benchmarks ---- */

static void loop(struct cbench_state *state, void *user)
{
	uint64_t *count = user;
	while (cbench_keep_running(state)) {
		if (count)
			++*count;
	}
}

/* Says that each iteration took a hundredth of a second, in a few batches. */
static void manual_loop(struct cbench_state *state, void *user)
{
	(void)user;
	while (cbench_keep_running_batch(state, 2))
		cbench_set_iteration_time(state, 0.02);
}

static struct cbench_case *quick(const char *name, cbench_function *function, void *user)
{
	struct cbench_case *c = cbench_register(name, function, user);
	assert_non_null(c);
	assert_int_equal(cbench_set_iterations(c, 10), 0);
	return c;
}

/* ---- Run once ---- */

static void test_run_once(void **state)
{
	(void)state;
	uint64_t count = 0, registered = 0;
	quick("registered", loop, &registered);
	struct cbench_case *c = cbench_case_new("apart", loop, &count);
	struct cbench_result result;
	for (int64_t n = 1; n <= 1000; n *= 10) {
		count = 0;
		assert_int_equal(cbench_run_once(c, n, &result), 0);
		assert_int_equal(count, n);
		assert_int_equal(result.iterations, n);
		assert_true(result.cpu_seconds > 0 && result.real_seconds > 0);
		assert_null(result.error);
	}
	assert_int_equal(cbench_run_once(c, 0, &result), -1);
	assert_non_null(strstr(result.error, "0 iterations"));
	assert_int_equal(cbench_run_once(NULL, 1, &result), -1);
	cbench_case_free(c);

	assert_int_equal(registered, 0);
	assert_int_equal(run(NULL), 1);
	assert_int_equal(registered, 10);
}

static void skipping(struct cbench_state *state, void *user)
{
	while (cbench_keep_running(state)) {
		if (cbench_iterations(state) == 3)
			cbench_skip_with_error(state, user);
	}
	assert_true(cbench_error_occurred(state));
}

static void returning(struct cbench_state *state, void *user)
{
	if (!user || cbench_keep_running(state))
		return;
}

/* Also the library's own aborts must not be reached. */
static void stubborn(struct cbench_state *state, void *user)
{
	(void)user;
	cbench_pause_timing(state);
	cbench_resume_timing(state);
	while (cbench_keep_running_batch(state, 1)) {
		cbench_pause_timing(state);
		cbench_pause_timing(state);
	}
	cbench_resume_timing(state);
	assert_false(cbench_keep_running(state));
	assert_false(cbench_keep_running_batch(state, 5));
	cbench_skip_with_error(state, "too late");
}

static void test_run_once_errors(void **state)
{
	(void)state;
	static char message[] = "no such cipher";
	struct cbench_case *c = cbench_case_new("skipping", skipping, message);
	struct cbench_result result;
	assert_int_equal(cbench_run_once(c, 10, &result), -1);
	assert_string_equal(result.error, message);
	assert_string_equal(cbench_error(), message);
	cbench_case_free(c);

	for (int started = 0; started < 2; started++) {
		c = cbench_case_new("returning", returning, started ? message : NULL);
		assert_int_equal(cbench_run_once(c, 10, &result), -1);
		assert_non_null(strstr(result.error, "returned before"));
		cbench_case_free(c);
	}

	c = cbench_case_new("stubborn", stubborn, NULL);
	assert_int_equal(cbench_run_once(c, 10, &result), 0);
	assert_int_equal(result.iterations, 10);
	cbench_case_free(c);
}

static void nesting(struct cbench_state *state, void *user)
{
	struct cbench_result result;
	assert_int_equal(cbench_run_once(user, 1, &result), -1);
	assert_int_equal(cbench_run(NULL), -1);
	assert_null(cbench_register("inner", loop, NULL));
	assert_int_equal(cbench_set_iterations(user, 1), -1);
	cbench_clear();
	loop(state, NULL);
}

static void test_not_from_within(void **state)
{
	(void)state;
	uint64_t count = 0;
	struct cbench_case *inner = quick("inner", loop, &count);
	quick("outer", nesting, inner);
	assert_int_equal(run(NULL), 2);
	assert_string_equal(seen[1].error, "");
}

/* Options meant for whole runs must not reach a single one, nor may it print. */
static void test_run_once_is_silent(void **state)
{
	(void)state;
	char out[] = "/tmp/cbench-test-XXXXXX", option[64];
	int fd = mkstemp(out);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "kept", 4), 4);
	snprintf(option, sizeof option, "--benchmark_out=%s", out);
	char program[] = "test", list[] = "--benchmark_list_tests=true", repeat[] = "--benchmark_repetitions=3",
	     warm[] = "--benchmark_min_warmup_time=9";
	char *argv[] = {program, option, list, repeat, warm, NULL};
	int argc = 5;
	assert_int_equal(cbench_initialize(&argc, argv), 0);
	assert_int_equal(argc, 1);

	int saved[2] = {dup(1), dup(2)};
	fflush(NULL);
	FILE *printed = tmpfile();
	dup2(fileno(printed), 1);
	dup2(fileno(printed), 2);
	uint64_t count = 0;
	struct cbench_case *c = cbench_case_new("once", loop, &count);
	struct cbench_result result;
	int rc = cbench_run_once(c, 7, &result);
	cbench_case_free(c);
	fflush(NULL);
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	close(saved[0]);
	close(saved[1]);

	assert_int_equal(rc, 0);
	assert_int_equal(count, 7);
	assert_int_equal(lseek(fileno(printed), 0, SEEK_END), 0);
	fclose(printed);
	assert_int_equal(lseek(fd, 0, SEEK_END), 4);
	close(fd);
	unlink(out);

	char no_out[] = "--benchmark_out=", no_list[] = "--benchmark_list_tests=false",
	     no_repeat[] = "--benchmark_repetitions=1", no_warm[] = "--benchmark_min_warmup_time=0";
	char *undo[] = {program, no_out, no_list, no_repeat, no_warm, NULL};
	argc = 5;
	assert_int_equal(cbench_initialize(&argc, undo), 0);
}

/* ---- Settings ---- */

static void show_args(struct cbench_state *state, void *user)
{
	(void)user;
	char label[MAX_TEXT] = "";
	for (size_t i = 0; i < cbench_n_args(state); i++)
		snprintf(label + strlen(label), sizeof label - strlen(label), "%lld ", (long long)cbench_arg(state, i));
	assert_int_equal(cbench_arg(state, cbench_n_args(state)), 0);
	loop(state, NULL);
	cbench_set_label(state, label);
}

static void test_args(void **state)
{
	(void)state;
	struct cbench_case *c = quick("a", show_args, NULL);
	assert_int_equal(cbench_add_arg(c, 3), 0);
	assert_int_equal(cbench_add_arg(c, -1), 0);
	assert_int_equal(cbench_add_dense_range(c, 10, 15, 2), 0);
	assert_int_equal(cbench_set_range_multiplier(c, 10), 0);
	assert_int_equal(cbench_add_range(c, 5, 200), 0);
	assert_int_equal(run(NULL), 9);
	check_names("a/3/iterations:10", "a/-1/iterations:10", "a/10/iterations:10", "a/12/iterations:10",
		    "a/14/iterations:10", "a/5/iterations:10", "a/10/iterations:10", "a/100/iterations:10",
		    "a/200/iterations:10", NULL);
	assert_string_equal(seen[1].label, "-1 ");

	cbench_clear();
	c = quick("b", show_args, NULL);
	assert_int_equal(cbench_add_args(c, (int64_t[]){1, 2}, 2), 0);
	assert_int_equal(cbench_add_args(c, (int64_t[]){1, 2, 3}, 3), -1);
	assert_int_equal(cbench_add_ranges(c, (int64_t[]){1, 7}, (int64_t[]){8, 8}, 2), 0);
	const int64_t x[] = {5, 6, 7}, y[] = {9};
	assert_int_equal(cbench_add_args_product(c, (const int64_t *const[]){x, y}, (size_t[]){3, 1}, 2), 0);
	assert_int_equal(cbench_set_arg_names(c, (const char *const[]){"x"}, 1), -1);
	assert_int_equal(cbench_set_arg_names(c, (const char *const[]){"x", ""}, 2), 0);
	assert_int_equal(run(NULL), 8);
	check_names("b/x:1/2/iterations:10", "b/x:1/7/iterations:10", "b/x:8/7/iterations:10", "b/x:1/8/iterations:10",
		    "b/x:8/8/iterations:10", "b/x:5/9/iterations:10", "b/x:6/9/iterations:10", "b/x:7/9/iterations:10",
		    NULL);
	assert_string_equal(seen[7].label, "7 9 ");

	struct cbench_result result;
	assert_int_equal(cbench_run_once(c, 1, &result), 0);
}

static void test_bad_settings(void **state)
{
	(void)state;
	assert_null(cbench_register("", loop, NULL));
	assert_null(cbench_register(NULL, loop, NULL));
	assert_null(cbench_case_new("x", NULL, NULL));
	assert_int_equal(cbench_add_arg(NULL, 1), -1);
	assert_int_equal(cbench_set_min_time(NULL, 1), -1);
	assert_string_equal(cbench_error(), "no case");
	struct cbench_case *c = cbench_register("x", loop, NULL);
	assert_int_equal(cbench_add_args(c, NULL, 0), -1);
	assert_int_equal(cbench_add_range(c, 2, 1), -1);
	assert_int_equal(cbench_add_dense_range(c, 2, 1, 1), -1);
	assert_int_equal(cbench_add_dense_range(c, 1, 2, 0), -1);
	assert_int_equal(cbench_set_range_multiplier(c, 1), -1);
	assert_int_equal(cbench_add_args_product(c, (const int64_t *const[]){NULL}, (size_t[]){0}, 1), -1);
	assert_int_equal(cbench_add_threads(c, 0), -1);
	assert_int_equal(cbench_add_thread_range(c, 2, 1), -1);
	assert_int_equal(cbench_add_dense_thread_range(c, 1, 2, 0), -1);
	assert_int_equal(cbench_set_min_time(c, 0), -1);
	assert_int_equal(cbench_set_min_time(c, NAN), -1);
	assert_int_equal(cbench_set_min_warmup_time(c, -1), -1);
	assert_int_equal(cbench_set_iterations(c, 0), -1);
	assert_int_equal(cbench_set_repetitions(c, 0), -1);
	assert_int_equal(cbench_add_statistic(c, "s", NULL, NULL, CBENCH_STATISTIC_TIME), -1);
	assert_int_equal(cbench_set_time_unit(c, (enum cbench_time_unit)9), -1);
	assert_int_equal(cbench_set_complexity(c, CBENCH_O_FUNCTION), -1);
	assert_int_equal(cbench_set_min_time(c, 0.1), 0);
	assert_int_equal(cbench_set_iterations(c, 1), -1);
	assert_non_null(strstr(cbench_error(), "beside a minimum time"));
	cbench_clear();
	c = quick("x", loop, NULL);
	assert_int_equal(cbench_set_min_time(c, 0.1), -1);
	assert_int_equal(cbench_set_min_warmup_time(c, 0.1), -1);
	assert_int_equal(run(NULL), 1);
}

static void count_thread(struct cbench_state *state, void *user)
{
	(void)user;
	loop(state, NULL);
	cbench_set_counter(state, "sum", cbench_thread_index(state) + 1, CBENCH_COUNTER_PLAIN, CBENCH_1000);
	cbench_set_counter(state, "avg", cbench_threads(state), CBENCH_COUNTER_AVG_THREADS, CBENCH_1000);
}

static void test_threads(void **state)
{
	(void)state;
	struct cbench_case *c = quick("t", count_thread, NULL);
	assert_int_equal(cbench_add_threads(c, 3), 0);
	assert_int_equal(cbench_add_thread_range(c, 1, 4), 0);
	assert_int_equal(cbench_add_dense_thread_range(c, 2, 5, 2), 0);
	assert_int_equal(run(NULL), 7);
	check_names("t/iterations:10/threads:3", "t/iterations:10/threads:1", "t/iterations:10/threads:2",
		    "t/iterations:10/threads:4", "t/iterations:10/threads:2", "t/iterations:10/threads:4",
		    "t/iterations:10/threads:5", NULL);
	for (size_t i = 0; i < n_seen; i++) {
		double n = (double)seen[i].r.threads;
		assert_true(counter(&seen[i], "sum") == n * (n + 1) / 2);
		assert_true(counter(&seen[i], "avg") == n);
		assert_int_equal(seen[i].r.iterations, 10 * seen[i].r.threads);
	}
	cbench_clear();
	assert_int_equal(cbench_add_thread_per_cpu(quick("p", loop, NULL)), 0);
	assert_int_equal(run(NULL), 1);
	assert_int_equal(seen[0].r.threads, sysconf(_SC_NPROCESSORS_ONLN));
}

static void test_times(void **state)
{
	(void)state;
	cbench_use_real_time(quick("r", loop, NULL));
	cbench_measure_process_cpu_time(quick("p", loop, NULL));
	struct cbench_case *c = quick("m", manual_loop, NULL);
	cbench_use_manual_time(c);
	cbench_set_time_unit(c, CBENCH_MILLISECOND);
	c = cbench_register("min", manual_loop, NULL);
	cbench_use_manual_time(c);
	cbench_set_min_time(c, 2.5);
	cbench_set_min_warmup_time(c, 0.5);
	assert_int_equal(cbench_set_default_time_unit(CBENCH_MICROSECOND), 0);
	assert_int_equal(run(NULL), 4);
	cbench_set_default_time_unit(CBENCH_NANOSECOND);
	check_names("r/iterations:10/real_time", "p/iterations:10/process_time", "m/iterations:10/manual_time",
		    "min/min_time:2.500/min_warmup_time:0.500/manual_time", NULL);
	assert_int_equal(seen[0].r.time_unit, CBENCH_MICROSECOND);
	assert_int_equal(seen[2].r.time_unit, CBENCH_MILLISECOND);
	assert_true(fabs(seen[2].r.real_time - 10) < 1e-9);
	assert_true(fabs(seen[2].r.real_seconds - 0.1) < 1e-9);
	assert_true(seen[3].r.iterations >= 250);
}

static double spread(const double *values, size_t n, void *user)
{
	double least = values[0], most = values[0];
	for (size_t i = 1; i < n; i++) {
		least = fmin(least, values[i]);
		most = fmax(most, values[i]);
	}
	*(size_t *)user = n;
	return most - least;
}

/* Repetition i takes i + 1 seconds. */
static void slowing(struct cbench_state *state, void *user)
{
	double *seconds = user;
	while (cbench_keep_running_batch(state, cbench_max_iterations(state)))
		cbench_set_iteration_time(state, 10 * ++*seconds);
}

static void test_repetitions(void **state)
{
	(void)state;
	double seconds = 0;
	size_t n_values = 0;
	struct cbench_case *c = quick("s", slowing, &seconds);
	cbench_use_manual_time(c);
	cbench_set_time_unit(c, CBENCH_SECOND);
	assert_int_equal(cbench_set_repetitions(c, 4), 0);
	assert_int_equal(cbench_add_statistic(c, "spread", spread, &n_values, CBENCH_STATISTIC_TIME), 0);
	assert_int_equal(run(NULL), 1);
	assert_int_equal(n_values, 4);
	assert_int_equal(n_seen, 4 + 5);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(seen[i].r.repetition_index, i);
		assert_null(seen[i].r.aggregate_name);
		assert_true(fabs(seen[i].r.real_time - (i + 1)) < 1e-9);
	}
	assert_string_equal(seen[4].aggregate, "mean");
	assert_true(fabs(seen[4].r.real_time - 2.5) < 1e-9);
	assert_int_equal(seen[7].r.aggregate_unit, CBENCH_STATISTIC_PERCENTAGE);
	assert_string_equal(seen[8].aggregate, "spread");
	assert_true(fabs(seen[8].r.real_time - 3) < 1e-9);

	cbench_report_aggregates_only(c, true);
	assert_int_equal(run(NULL), 1);
	assert_int_equal(n_seen, 5);
	cbench_report_aggregates_only(c, false);
	cbench_display_aggregates_only(c, true);
	assert_int_equal(run(NULL), 1);
	assert_int_equal(n_seen, 5);
}

static void note_order(struct cbench_state *state, void *user)
{
	static char order[64];
	strncat(order, user, sizeof order - strlen(order) - 1);
	loop(state, NULL);
	cbench_set_label(state, order);
}

static void test_random_interleaving(void **state)
{
	(void)state;
	static char a[] = "a", b[] = "b";
	cbench_set_repetitions(quick("a", note_order, a), 30);
	cbench_set_repetitions(quick("b", note_order, b), 30);
	cbench_set_random_interleaving(true);
	assert_int_equal(run(NULL), 2);
	cbench_set_random_interleaving(false);
	size_t changes = 0, longest = 0;
	for (size_t i = 1; i < n_seen; i++)
		longest = strlen(seen[i].label) > strlen(seen[longest].label) ? i : longest;
	for (const char *o = seen[longest].label; o[1]; o++)
		changes += o[0] != o[1];
	assert_true(changes > 5); /* 29.5 on average; 1 without */
}

static void set_hook(struct cbench_state *state, void *user)
{
	int *log = user;
	log[0] += (int)cbench_arg(state, 0);
	assert_false(cbench_keep_running(state));
	assert_false(cbench_keep_running_batch(state, 1));
	cbench_skip_with_error(state, "not here");
	cbench_set_label(state, "nor this");
	cbench_set_iteration_time(state, 1);
	assert_int_equal(cbench_threads(state), 2);
}

static void teardown_hook(struct cbench_state *state, void *user)
{
	int *log = user;
	(void)state;
	log[1]++;
}

static void hooked(struct cbench_state *state, void *user)
{
	int *log = user;
	assert_int_equal(log[0], log[1] + 1);
	loop(state, NULL);
}

static void test_setup(void **state)
{
	(void)state;
	int log[2][2] = {{0}};
	for (int i = 0; i < 2; i++) {
		struct cbench_case *c = quick("h", hooked, log[i]);
		cbench_add_arg(c, 1);
		cbench_add_threads(c, 2);
		cbench_set_repetitions(c, 3);
		assert_int_equal(cbench_set_setup(c, set_hook), 0);
		assert_int_equal(cbench_set_teardown(c, teardown_hook), 0);
	}
	assert_int_equal(run(NULL), 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(log[i][0], 3);
		assert_int_equal(log[i][1], 3);
	}
	assert_string_equal(seen[0].error, "");

	cbench_clear();
	for (int i = 0; i < 65; i++)
		cbench_set_teardown(quick("many", loop, log[0]), teardown_hook);
	assert_int_equal(run(NULL), -1);
	assert_non_null(strstr(cbench_error(), "set-up"));
}

/* ---- Inside ---- */

static void batches(struct cbench_state *state, void *user)
{
	int64_t *done = user;
	*done = 0;
	while (cbench_keep_running_batch(state, 4))
		*done += 4;
	assert_int_equal(cbench_iterations(state), *done);
}

static void counting(struct cbench_state *state, void *user)
{
	int64_t done = 0;
	assert_int_equal(cbench_iterations(state), 0);
	assert_int_equal(cbench_max_iterations(state), 10);
	while (cbench_keep_running(state))
		assert_int_equal(cbench_iterations(state), ++done);
	assert_int_equal(cbench_iterations(state), 10);
	*(int64_t *)user = done;
}

static void test_loops(void **state)
{
	(void)state;
	int64_t in_batches = 0, counted = 0;
	quick("batches", batches, &in_batches);
	quick("counting", counting, &counted);
	assert_int_equal(run(NULL), 2);
	assert_int_equal(in_batches, 12);
	assert_int_equal(seen[0].r.iterations, 12);
	assert_int_equal(counted, 10);
	assert_int_equal(seen[1].r.iterations, 10);
}

static void pausing(struct cbench_state *state, void *user)
{
	while (cbench_keep_running(state)) {
		cbench_pause_timing(state);
		if (user)
			usleep(20000);
		cbench_resume_timing(state);
		if (!user)
			usleep(20000);
	}
}

static void test_pause(void **state)
{
	(void)state;
	int outside = 1;
	struct cbench_result result;
	struct timespec begin, end;
	struct cbench_case *c = cbench_case_new("pause", pausing, &outside);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_int_equal(cbench_run_once(c, 5, &result), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	double all = (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
	assert_true(result.real_seconds <= all - 0.1);
	cbench_case_free(c);
	c = cbench_case_new("no pause", pausing, NULL);
	assert_int_equal(cbench_run_once(c, 5, &result), 0);
	assert_true(result.real_seconds >= 0.1);
	cbench_case_free(c);
}

/* 10 iterations of 0.01 s: 0.1 s. */
static void counted(struct cbench_state *state, void *user)
{
	manual_loop(state, user);
	cbench_set_counter(state, "plain", 5, CBENCH_COUNTER_PLAIN, CBENCH_1000);
	cbench_set_counter(state, "rate", 5, CBENCH_COUNTER_RATE, CBENCH_1024);
	cbench_set_counter(state, "invariant", 5, CBENCH_COUNTER_ITERATION_INVARIANT, CBENCH_1000);
	cbench_set_counter(state, "average", 5, CBENCH_COUNTER_AVG_ITERATIONS, CBENCH_1000);
	cbench_set_counter(state, "inverse", 5, CBENCH_COUNTER_RATE | CBENCH_COUNTER_INVERT, CBENCH_1000);
	assert_true(cbench_get_counter(state, "plain") == 5);
	assert_true(cbench_get_counter(state, "none") == 0);
	cbench_set_bytes_processed(state, 1000);
	cbench_set_items_processed(state, 100);
}

static void test_counters(void **state)
{
	(void)state;
	cbench_use_manual_time(quick("c", counted, NULL));
	assert_int_equal(run(NULL), 1);
	static const struct {
		const char *name;
		double value;
	} expected[] = {{"plain", 5},
			{"rate", 50},
			{"invariant", 50},
			{"average", 0.5},
			{"inverse", 0.02},
			{"bytes_per_second", 10000},
			{"items_per_second", 1000}};
	assert_int_equal(seen[0].r.n_counters, 7);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		assert_true(fabs(counter(&seen[0], expected[i].name) / expected[i].value - 1) < 1e-9);
	for (size_t i = 0; i < 7; i++) {
		if (strcmp(seen[0].counters[i].name, "inverse") == 0)
			assert_int_equal(seen[0].counters[i].flags, CBENCH_COUNTER_RATE | CBENCH_COUNTER_INVERT);
	}
}

static void growing(struct cbench_state *state, void *user)
{
	double power = *(double *)user, n = (double)cbench_arg(state, 0);
	while (cbench_keep_running_batch(state, cbench_max_iterations(state)))
		cbench_set_iteration_time(state, (double)cbench_max_iterations(state) * 3e-9 * pow(n, power));
	cbench_set_complexity_n(state, cbench_arg(state, 0));
}

static double to_the_power_of_one_and_a_half(int64_t n)
{
	return pow((double)n, 1.5);
}

static void test_complexity(void **state)
{
	(void)state;
	double powers[] = {1, 1.5, 0};
	for (int i = 0; i < 3; i++) {
		cbench_clear();
		struct cbench_case *c = quick("g", growing, &powers[i]);
		cbench_use_manual_time(c);
		cbench_add_range(c, 64, 1 << 18);
		if (i == 1)
			cbench_set_complexity_function(c, to_the_power_of_one_and_a_half);
		else
			cbench_set_complexity(c, i == 0 ? CBENCH_O_N : CBENCH_O_AUTO);
		assert_int_equal(run(NULL), 5);
		assert_int_equal(n_seen, 5 + 2);
		assert_int_equal(seen[0].r.complexity_n, 64);
		assert_string_equal(seen[5].aggregate, "BigO");
		assert_true(seen[5].r.is_complexity && seen[6].r.is_rms);
		if (i == 2) {
			assert_in_range(seen[5].r.complexity, CBENCH_O_1, CBENCH_O_N_LOG_N);
		} else {
			assert_int_equal(seen[5].r.complexity, i == 0 ? CBENCH_O_N : CBENCH_O_FUNCTION);
			assert_true(fabs(seen[5].r.real_time - 3) < 1e-6);
		}
	}
}

static void test_error_and_label(void **state)
{
	(void)state;
	static char message[] = "out of luck";
	quick("bad", skipping, message);
	quick("early", returning, NULL);
	quick("good", show_args, NULL);
	assert_int_equal(run(NULL), 3);
	assert_string_equal(seen[0].error, message);
	assert_non_null(strstr(seen[1].error, "returned before"));
	assert_null(seen[2].r.error);
	assert_int_equal(n_finalized, 1);
}

/* ---- Running ---- */

static void test_filter(void **state)
{
	(void)state;
	quick("apple", loop, NULL);
	quick("pear", loop, NULL);
	quick("DISABLED_plum", loop, NULL);
	assert_int_equal(run("^app"), 1);
	check_names("apple/iterations:10", NULL);
	assert_int_equal(run("-^app"), 1);
	check_names("pear/iterations:10", NULL);
	assert_int_equal(run("nothing"), 0);
	assert_non_null(strstr(cbench_error(), "nothing"));
	assert_int_equal(run("("), 0);
	assert_true(strlen(cbench_error()) > 0);
}

static struct {
	int n_cpus, refuse;
	char value[MAX_TEXT];
} context;

static int see_context(void *user, const struct cbench_context *c)
{
	(void)user;
	context.n_cpus = c->n_cpus;
	for (size_t i = 0; i < c->n_keys; i++) {
		if (strcmp(c->keys[i], "key") == 0)
			snprintf(context.value, MAX_TEXT, "%s", c->values[i]);
	}
	assert_non_null(c->host);
	assert_true(c->name_width >= strlen("counted/iterations:10"));
	return context.refuse;
}

static void test_context(void **state)
{
	(void)state;
	uint64_t count = 0;
	quick("counted", loop, &count);
	assert_int_equal(cbench_add_context("key", "old"), 0);
	assert_int_equal(cbench_add_context("key", "new"), 0);
	assert_int_equal(cbench_add_context("", "x"), -1);
	const struct cbench_reporter reporter = {.format = CBENCH_CALLBACKS, .context = see_context};
	const struct cbench_run_options options = {.reporters = &reporter, .n_reporters = 1};
	assert_int_equal(cbench_run(&options), 1);
	assert_int_equal(count, 10);
	assert_int_equal(context.n_cpus, sysconf(_SC_NPROCESSORS_ONLN));
	assert_string_equal(context.value, "new");
	context.refuse = 1;
	cbench_run(&options);
	assert_int_equal(count, 10);
	context.refuse = 0;

	cbench_shutdown();
	context.value[0] = 0;
	quick("counted", loop, &count);
	assert_int_equal(cbench_run(&options), 1);
	assert_string_equal(context.value, "");
	cbench_shutdown();
}

static void read_file(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, size - 1, f)] = 0;
	fclose(f);
}

static void odd_counter(struct cbench_state *state, void *user)
{
	loop(state, NULL);
	cbench_set_counter(state, user, 1, CBENCH_COUNTER_PLAIN, CBENCH_1000);
}

static void test_files(void **state)
{
	(void)state;
	static char path[3][32] = {"/tmp/cbench-test-XXXXXX", "/tmp/cbench-test-XXXXXX", "/tmp/cbench-test-XXXXXX"};
	static char text[1 << 16], x[] = "x", y[] = "y";
	struct cbench_reporter reporters[3] = {
		{.format = CBENCH_JSON}, {.format = CBENCH_CSV}, {.format = CBENCH_CONSOLE}};
	for (int i = 0; i < 3; i++) {
		close(mkstemp(path[i]));
		reporters[i].path = path[i];
	}
	const struct cbench_run_options options = {.reporters = reporters, .n_reporters = 3};
	quick("first", odd_counter, x);
	for (int again = 0; again < 2; again++) { /* a second run must not depend on the first */
		assert_int_equal(cbench_run(&options), 1);
		read_file(path[0], text, sizeof text);
		assert_int_equal(text[0], '{');
		assert_non_null(strstr(text, "\"name\": \"first/iterations:10\""));
		assert_non_null(strstr(text, "\"x\": 1.0"));
		assert_non_null(strstr(text, cbench_library_is_debug() ? "\"library_build_type\": \"debug\""
								       : "\"library_build_type\": \"release\""));
		read_file(path[1], text, sizeof text);
		assert_non_null(strstr(text, "\"first/iterations:10\",10,"));
		read_file(path[2], text, sizeof text);
		assert_non_null(strstr(text, "first/iterations:10"));
	}

	quick("second", odd_counter, y);
	assert_int_equal(cbench_run(&options), -1);
	assert_non_null(strstr(cbench_error(), "no column for the counter y"));
	reporters[0].path = "/nonexistent/file";
	assert_int_equal(cbench_run(&options), -1);
	assert_non_null(strstr(cbench_error(), "/nonexistent/file"));
	reporters[0] = (struct cbench_reporter){.format = CBENCH_JSON, .path = "/dev/full"};
	assert_int_equal(cbench_run(&(struct cbench_run_options){.reporters = reporters, .n_reporters = 1}), -1);
	reporters[0].format = (enum cbench_format)9;
	assert_int_equal(cbench_run(&options), -1);
	for (int i = 0; i < 3; i++)
		unlink(path[i]);
}

static void test_initialize(void **state)
{
	(void)state;
	char program[] = "test", filter[] = "--benchmark_filter=pe", own[] = "--own", help[] = "--help",
	     bad_format[] = "--benchmark_format=xml", out[] = "--benchmark_out=/nonexistent/file";
	char *argv[] = {program, filter, own, NULL};
	int argc = 3;
	assert_int_equal(cbench_initialize(&argc, argv), 0);
	assert_int_equal(argc, 2);
	assert_string_equal(argv[1], "--own");
	assert_true(cbench_report_unrecognized_arguments(argc, argv));
	assert_false(cbench_report_unrecognized_arguments(1, argv));
	quick("apple", loop, NULL);
	quick("pear", loop, NULL);
	assert_int_equal(run(NULL), 1);
	check_names("pear/iterations:10", NULL);

	char *ask[] = {program, help, NULL};
	argc = 2;
	assert_int_equal(cbench_initialize(&argc, ask), 1);
	char *unwritable[] = {program, out, NULL};
	argc = 2;
	assert_int_equal(cbench_initialize(&argc, unwritable), 0);
	assert_int_equal(run(NULL), -1);
	assert_non_null(strstr(cbench_error(), "/nonexistent/file"));
	char *wrong[] = {program, bad_format, NULL};
	argc = 2;
	assert_int_equal(cbench_initialize(&argc, wrong), 1);

	char no_out[] = "--benchmark_out=", no_filter[] = "--benchmark_filter=", format[] = "--benchmark_format=json";
	char *undo[] = {program, no_out, no_filter, format, NULL};
	argc = 4;
	assert_int_equal(cbench_initialize(&argc, undo), 0);
	assert_int_equal(cbench_initialize(NULL, NULL), -1);
	for (int again = 0; again < 2; again++)
		assert_int_equal(cbench_run(NULL), 2);
}

static void test_library(void **state)
{
	(void)state;
	assert_int_equal(cbench_library_version()[0], '1');
	(void)cbench_library_is_debug();
	uint64_t x = 1;
	cbench_do_not_optimize(&x);
	cbench_do_not_optimize_value(x);
	cbench_clobber();
}

int main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, clear)
	const struct CMUnitTest tests[] = {
		TEST(test_run_once),
		TEST(test_run_once_errors),
		TEST(test_not_from_within),
		TEST(test_run_once_is_silent),
		TEST(test_args),
		TEST(test_bad_settings),
		TEST(test_threads),
		TEST(test_times),
		TEST(test_repetitions),
		TEST(test_random_interleaving),
		TEST(test_setup),
		TEST(test_loops),
		TEST(test_pause),
		TEST(test_counters),
		TEST(test_complexity),
		TEST(test_error_and_label),
		TEST(test_filter),
		TEST(test_context),
		TEST(test_files),
		TEST(test_initialize),
		TEST(test_library),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
