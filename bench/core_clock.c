/* SPDX-License-Identifier: MIT */

/*
 * The core clock from a chain of dependent adds, each of which takes one cycle
 * on every core we know. Register operands: some cores fold adds of a constant
 * at rename. The chain is short, so that a preemption seldom hits it, and the
 * quickest of a few tries counts; what reading the clock costs is taken off.
 */

#include "stopwatch.h"

#include <time.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

enum {
	UNROLL = 64,
	N_ADDS = 16384, /* about 5 µs */
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

/* Nanoseconds that a chain of length n takes. */
static double chain_ns(void (*chain)(uint64_t), uint64_t n)
{
	double with = 1e18, without = 1e18;
	for (int i = 0; i < TRIES; i++) {
		double t0 = now_ns();
		chain(0);
		double t1 = now_ns();
		chain(n);
		double t2 = now_ns();
		without = t1 - t0 < without ? t1 - t0 : without;
		with = t2 - t1 < with ? t2 - t1 : with;
	}
	return with - without;
}

double stopwatch_core_hz(void)
{
	return 1e9 * N_ADDS / chain_ns(add_chain, N_ADDS);
}

double stopwatch_aes_latency(void)
{
#ifdef __x86_64__
	if (!has_aes())
		return 0;
	double latency[15], median, lo, hi;
	enum { N = sizeof latency / sizeof *latency };
	for (int i = 0; i < N; i++) {
		double before = stopwatch_core_hz();
		double ns = chain_ns(aes_chain, N_AES);
		latency[i] = ns / N_AES * 1e-9 * (before + stopwatch_core_hz()) / 2;
	}
	stopwatch_median(latency, N, &median, &lo, &hi);
	return median;
#else
	return 0;
#endif
}
