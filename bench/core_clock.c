/* SPDX-License-Identifier: MIT */

/*
 * The core clock from a chain of dependent adds, each of which takes one cycle
 * on every core we know. Register operands: some cores fold adds of a constant
 * at rename. The chain is short, so that a preemption seldom hits it, and the
 * quickest of a few tries counts; what reading the clock costs is taken off.
 *
 * A neighbour on the same core (another thread, often another customer's virtual
 * machine) leaves that chain as it is, but takes half of what the core can issue.
 * So the same adds in eight chains side by side tell whether there is one: on
 * Zen 4, 3.92 adds a cycle alone and 2.7 to 3.5 beside a neighbour, while sealing
 * 64 bytes with AES-128-GCM takes 107 and 160 cycles.
 *
 * Code can lower the clock that it runs at, and that chain comes too late to see
 * it: on an Intel server core, 350 messages of 16 KiB sealed with 512-bit AES ran
 * at 3.7 GHz, so did adds for 4.5 µs afterwards, then nothing for 1.5 µs, then all
 * at 4.1 GHz. Cycles were 8 % too many by the later clock. So a still shorter
 * chain is read within these microseconds.
 */

#define _GNU_SOURCE
#include "stopwatch.h"

#include <linux/perf_event.h>
#include <math.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

#define LEAST_LOWERING 0.01 /* less is noise of the short chain */

enum {
	UNROLL = 64,
	N_ADDS = 16384, /* about 5 µs one after the other, 1 µs side by side */
	N_ADDS_AT_ONCE = 4096,
	N_AES = 4096,
	TRIES = 4,
};

static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* n dependent adds, n a multiple of UNROLL; none for 0. */
static void add_chain(uint64_t n)
{
	uint64_t x = n, y = 1;
	for (n /= UNROLL; n > 0; n--) {
#if defined(__x86_64__)
		__asm__ volatile(".rept 64\n\tadd %1, %0\n\t.endr" : "+r"(x) : "r"(y) : "cc");
#elif defined(__aarch64__) || defined(__riscv)
		__asm__ volatile(".rept 64\n\tadd %0, %0, %1\n\t.endr" : "+r"(x) : "r"(y));
#else
		for (int i = 0; i < UNROLL; i++) {
			x += y;
			__asm__ volatile("" : "+r"(x));
		}
#endif
	}
}

/* The same number of adds in eight chains that are independent of each other. */
static void add_chains(uint64_t n)
{
	uint64_t a = n, b = n, c = n, d = n, e = n, f = n, g = n, h = n, y = 1;
	for (n /= UNROLL; n > 0; n--) {
#if defined(__x86_64__)
#define ADD(i) "add %8, %" #i "\n\t"
#elif defined(__aarch64__) || defined(__riscv)
#define ADD(i) "add %" #i ", %" #i ", %8\n\t"
#endif
#ifdef ADD
		__asm__ volatile(".rept 8\n\t" ADD(0) ADD(1) ADD(2) ADD(3) ADD(4) ADD(5) ADD(6) ADD(7) ".endr"
				 : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h)
				 : "r"(y)
				 : "cc");
#undef ADD
#else
		for (int i = 0; i < UNROLL / 8; i++) {
			a += y, b += y, c += y, d += y, e += y, f += y, g += y, h += y;
			__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h));
		}
#endif
	}
}

#ifdef __x86_64__
static void aes_chain(uint64_t n)
{
	typedef long long block __attribute__((vector_size(16)));
	block x = {1, 2}, key = {3, 4};
	for (n /= UNROLL; n > 0; n--)
		__asm__ volatile(".rept 64\n\taesenc %1, %0\n\t.endr" : "+x"(x) : "x"(key));
}

static int has_aes(void)
{
	unsigned a, b, c, d;
	return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_AES);
}
#endif

/* Shortens *ns to what the chain takes now, if that is less. */
static void try_chain(void (*chain)(uint64_t), uint64_t n, double *ns)
{
	double begin = now_ns();
	chain(n);
	*ns = fmin(*ns, now_ns() - begin);
}

struct stopwatch_core stopwatch_read_core(void)
{
	double nothing = INFINITY, one = INFINITY, eight = INFINITY;
	for (int i = 0; i < TRIES; i++) {
		try_chain(add_chain, 0, &nothing);
		try_chain(add_chain, N_ADDS, &one);
		try_chain(add_chains, N_ADDS, &eight);
	}
	one -= nothing;
	eight -= nothing;
	return (struct stopwatch_core){.hz = 1e9 * N_ADDS / one, .issue_rate = one / eight};
}

double stopwatch_core_hz_at_once(void)
{
	static _Thread_local double nothing = INFINITY;
	double one = INFINITY;
	for (int i = 0; i < 2; i++)
		try_chain(add_chain, N_ADDS_AT_ONCE, &one);
	for (int i = 0; i < TRIES; i++)
		try_chain(add_chain, 0, &nothing);
	return 1e9 * N_ADDS_AT_ONCE / (one - nothing);
}

double stopwatch_work_hz(double at_once, double around)
{
	return at_once < around * (1 - LEAST_LOWERING) && at_once > around / 2 ? at_once : around;
}

/* The kernel's counter of this thread's cycles outside the kernel; -1 where there
 * is none. It is believed when a chain of adds takes as many cycles as it has adds. */
static int open_counter(void)
{
	struct perf_event_attr wanted = {.type = PERF_TYPE_HARDWARE,
					 .size = sizeof wanted,
					 .config = PERF_COUNT_HW_CPU_CYCLES,
					 .exclude_kernel = 1,
					 .exclude_hv = 1};
	int fd = (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	double least = INFINITY;
	for (int i = 0; i < TRIES && fd >= 0; i++) {
		uint64_t before = 0, after = 0;
		int got = read(fd, &before, sizeof before) == sizeof before;
		add_chain(N_ADDS);
		got = got && read(fd, &after, sizeof after) == sizeof after;
		least = fmin(least, got ? (double)(after - before) : 0);
	}
	if (fd >= 0 && fabs(least / N_ADDS - 1) > 0.1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int counter(void)
{
	static _Thread_local int fd, opened;
	if (!opened) {
		fd = open_counter();
		opened = 1;
	}
	return fd;
}

int stopwatch_read_cycles(uint64_t *cycles)
{
	int fd = counter();
	return fd >= 0 && read(fd, cycles, sizeof *cycles) == sizeof *cycles ? 0 : -1;
}

const char *stopwatch_cycle_source(void)
{
	return counter() >= 0 ? "the core's own counter (perf_event)" : "core clock by a chain of adds";
}

double stopwatch_core_hz(void)
{
	return stopwatch_read_core().hz;
}

double stopwatch_aes_latency(void)
{
#ifdef __x86_64__
	if (!has_aes())
		return 0;
	double latency[15];
	enum { N = sizeof latency / sizeof *latency };
	for (int i = 0; i < N; i++) {
		double nothing = INFINITY, adds = INFINITY, rounds = INFINITY;
		for (int k = 0; k < 3 * TRIES; k++) {
			try_chain(aes_chain, 0, &nothing);
			try_chain(add_chain, N_ADDS, &adds);
			try_chain(aes_chain, N_AES, &rounds);
		}
		latency[i] = (rounds - nothing) / N_AES / ((adds - nothing) / N_ADDS);
	}
	return estimate_median(latency, N, CONFIDENCE_95).x;
#else
	return 0;
#endif
}
