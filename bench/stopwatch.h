/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_STOPWATCH_H
#define LANE_BENCH_STOPWATCH_H

/*
 * Honest timing of rivals against each other. A group is what is compared: the
 * same work by several implementations. It is measured in many short rounds,
 * in each of which every cell runs once, in an order drawn anew, through
 * cbench_run_once. A cell's estimate is the median over rounds with a
 * distribution-free 95 % interval (order statistics); a ratio is the median of
 * the ratios within rounds, so that what disturbs a round disturbs both sides.
 *
 * Times are CPU time of the measuring thread. Cycles come from the core's own
 * counter where the kernel lends it (perf_event), else from the core clock,
 * calibrated by a dependent chain before and after each turn, and at its very end,
 * where a clock that the work itself lowered still shows. A turn is disturbed
 * when the clock around it moved by more than 1 %, when another thread shared the
 * core, or when it moved to another core; a round, when the hypervisor stole time
 * from it. The stopwatch waits for quiet before a turn and takes a disturbed one
 * again, at most three times; both together may cost a quarter of the budget. In
 * the end rounds in which anyone was still disturbed are dropped if enough others
 * remain, else kept and counted in rounds_disturbed.
 */

#include <stdint.h>

#include "estimate.h"

#define STOPWATCH_MAX_SERIES 16

struct stopwatch_estimate {
	double ns, ns_lo, ns_hi;   /* per operation: median and 95 % interval */
	struct estimate cycles;    /* per operation, of the clock that the work ran at */
	uint32_t rounds;           /* kept */
	uint32_t rounds_discarded; /* turns taken again, and rounds dropped, because they were disturbed */
	uint32_t rounds_disturbed; /* kept although disturbed */
	double *samples;           /* ns per operation, one a round, in order of rounds */
};

struct stopwatch_cell {
	/* Does the work n times. 0, or else the cell failed and is not measured
	 * further. A cell that times itself (n_series > 0) writes the CPU seconds of
	 * its n operations for each series into `seconds` (handshakes: client,
	 * server, both); for others seconds is NULL. */
	int (*batch)(void *user, uint64_t n, double *seconds);
	void *user;
	uint32_t n_series; /* 0: timed by the stopwatch, one series */

	/* Filled by stopwatch_measure. */
	int failed;
	uint64_t batch_len; /* operations in a round */
	struct stopwatch_estimate series[STOPWATCH_MAX_SERIES];
};

struct stopwatch_options {
	double budget;        /* seconds for the whole group; warm-up and tuning included */
	double batch_seconds; /* length of one cell's turn in a round; 0 = 0.25 ms */
	uint32_t min_rounds;  /* even beyond the budget; 0 = 6, the least that gives a 95 % interval */
	uint32_t max_rounds;  /* 0 = 200 */
	double precision;     /* > 0: done once each interval of time is ± this share of its median or narrower */
	double slow_factor;   /* a cell this many times slower than the group's best gets min_rounds only; 0 = 20 */
	uint64_t seed;        /* of the order of cells */
};

/* Measures a group; -1 when interrupted (what was measured stays valid when a
 * cell has rounds > 0). */
int stopwatch_measure(struct stopwatch_cell *cells, size_t n_cells, const struct stopwatch_options *options);

/* Frees the samples. */
void stopwatch_cells_free(struct stopwatch_cell *cells, size_t n_cells);

/* The core as it is now, by chains of adds: its clock, and how many independent
 * adds it issues in a cycle, which drops while another thread uses the same core. */
struct stopwatch_core {
	double hz, issue_rate;
};
struct stopwatch_core stopwatch_read_core(void);
double stopwatch_core_hz(void);

/* The clock that code has left which ended at most a microsecond ago: some cores
 * lower it for wide vectors, and for a few microseconds longer. From it and the
 * clock before and afterwards, the one that the code ran at. */
double stopwatch_core_hz_at_once(void);
double stopwatch_work_hz(double at_once, double around);

/* Where cycles come from, for people. */
const char *stopwatch_cycle_source(void);

/* Cycles of this thread so far by the core's own counter; -1 where the kernel
 * lends none, or one that does not count adds as it should. */
int stopwatch_read_cycles(uint64_t *cycles);

/* The latency in cycles of an AES round, as a cross-check of the clock: 4.00 on
 * Zen 4, a few hundredths less beside a neighbour. 0 where there is no AES
 * instruction. */
double stopwatch_aes_latency(void);

/* CPU time of this thread in seconds, for cells that time themselves. A reading
 * is a system call and adds up to a microsecond to what it ends: where intervals
 * are short, stopwatch_lap is better. */
double stopwatch_cpu_seconds(void);

/* CPU seconds since *since, without what the reading itself took; sets *since to
 * now, so that the next lap begins. */
double stopwatch_lap(double *since);

/* NULL, or what to call before each turn. */
extern void (*stopwatch_on_turn)(void);

/* Asks the measurement that is running to stop after the present turn, leaving
 * out the unfinished round, and those to come not to begin: safe in a signal
 * handler. */
void stopwatch_interrupt(void);
int stopwatch_interrupted(void);

#endif
