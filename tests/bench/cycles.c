// SPDX-License-Identifier: MIT
// The core's own counter through perf_event, on machines that have none: the test answers in the kernel's place
// (--wrap of syscall and read), and a filter denies the system call for real. Each case is a process of its own, since
// a thread asks for the counter once.

#include "../support/test.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stopwatch.h"

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
ssize_t __real_read(int fd, void *to, size_t len);
ssize_t __wrap_read(int fd, void *to, size_t len);

enum { fake_fd = 1000 };

static double fake_hz; // of the made-up counter; 0: ask the real kernel
static ssize_t fake_len = sizeof(uint64_t);

long __wrap_syscall(long number, ...)
{
	va_list args;
	va_start(args, number);
	void *attributes = va_arg(args, void *);
	va_end(args);
	if (number == SYS_perf_event_open && fake_hz > 0)
		return fake_fd;
	return __real_syscall(number, attributes, 0, -1, -1, 8L); // only perf_event_open comes through here
}

ssize_t __wrap_read(int fd, void *to, size_t len)
{
	struct timespec t;
	if (fd != fake_fd)
		return __real_read(fd, to, len);
	clock_gettime(CLOCK_MONOTONIC, &t);
	uint64_t cycles = (uint64_t)(fake_hz * ((double)t.tv_sec + 1e-9 * (double)t.tv_nsec));
	memcpy(to, &cycles, sizeof cycles);
	return fake_len;
}

// What a process of its own says: 1 when it believes the counter, 0 when it calibrates, 2 when its two answers
// disagree, 3 when it could not be prepared.
static int believes(double hz_factor, ssize_t read_len, int (*prepare)(void))
{
	pid_t child = fork();
	if (child == 0) {
		uint64_t cycles;
		fake_hz = hz_factor * stopwatch_core_hz();
		fake_len = read_len;
		if (prepare && prepare())
			_exit(3);
		int counted = strstr(stopwatch_cycle_source(), "perf_event") != NULL;
		int given = stopwatch_read_cycles(&cycles) == 0;
		_exit(counted == given ? counted : 2);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void counter_that_counts(void)
{
	int believed = 0;
	for (int i = 0; i < 20 && !believed; i++) // the clock may move between calibration and counting
		believed = believes(1, sizeof(uint64_t), NULL);
	assert_int_equal(believed, 1);
}

static void counter_that_is_wrong(void)
{
	assert_int_equal(believes(2, sizeof(uint64_t), NULL), 0);
	assert_int_equal(believes(0.5, sizeof(uint64_t), NULL), 0);
	assert_int_equal(believes(1e-6, sizeof(uint64_t), NULL), 0); // stands still
	assert_int_equal(believes(1, 0, NULL), 0);
	assert_int_equal(believes(1, -1, NULL), 0);
}

static int deny(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_perf_event_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof code / sizeof code[0], code};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void kernel_that_denies(void)
{
	const int believed = believes(0, 0, deny);
	if (believed == 3)
		skip(); // no such filters here: an emulator
	assert_int_equal(believed, 0);
}

static int count(void *user, uint64_t n, double *seconds)
{
	(void)user;
	(void)seconds;
	for (volatile uint64_t i = 0; i < 100 * n; i++)
		;
	return 0;
}

// Of a cell measured beside that counter, which counts whatever runs: the counted clock is the counter's, as nothing is
// counted that is not timed. What the harness does around a turn would be 5 % of these.
static int measures(void)
{
	struct stopwatch_cell cell = {.batch = count};
	const struct stopwatch_options options = {.budget = 0.1, .batch_seconds = 0.2e-3, .max_rounds = 100};
	stopwatch_measure(&cell, 1, &options);
	const double hz = cell.series[0].cycles.x / cell.series[0].ns * 1e9;
	_exit(cell.failed ? 3 : fabs(hz / fake_hz - 1) > 0.015 ? 2 : 1);
}

static void counted_is_what_is_timed(void)
{
	int right = 0;
#ifdef LANE_TEST_EMULATED
	skip(); // reading a clock takes as long there as what the harness does here
#endif
	for (int i = 0; i < 5 && right != 1; i++) // the clock may move
		right = believes(1, sizeof(uint64_t), measures);
	assert_int_equal(right, 1);
}

// A clock that the work lowered counts; what disturbed the short chain, or is within its noise, does not.
static void clock_of_work(void)
{
	assert_true(stopwatch_work_hz(3.7e9, 4.1e9) == 3.7e9);
	assert_true(stopwatch_work_hz(4.08e9, 4.1e9) == 4.1e9);
	assert_true(stopwatch_work_hz(4.3e9, 4.1e9) == 4.1e9);
	assert_true(stopwatch_work_hz(1e9, 4.1e9) == 4.1e9);
	const double hz = stopwatch_core_hz_at_once();
	assert_true(hz > 1e7 && hz < 1e11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(clock_of_work), TEST(counter_that_counts), TEST(counter_that_is_wrong),
					   TEST(counted_is_what_is_timed), TEST(kernel_that_denies)};
	return cmocka_run_group_tests_name("cycles", tests, NULL, NULL);
}
