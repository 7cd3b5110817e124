/* SPDX-License-Identifier: MIT */

/*
 * Rounds over cbench_run_once.
 *
 * A turn is one cbench_run_once: the cell's whole batch in one step of the
 * library's loop, between two readings of the thread's CPU clock. Of the
 * library's clocks that one is right here. Cells are single-threaded; the
 * process's clock would add whatever other threads do meanwhile, and the wall
 * clock whatever other processes do. What the two readings add to a turn, about
 * 0.7 µs, is measured with an empty batch and taken off.
 *
 * Turns are short because disturbances (interrupts, the hypervisor, a neighbour
 * on the same core) come one by one: most turns of 0.25 ms see none, and medians
 * of many of them are sharp, while hardly any turn of 1 ms is clean. For two
 * equal cells in 0.1 s on a busy virtual machine the interval of the ratio was
 * 0.0006 wide with turns of 0.25 ms, 0.0035 with 0.5 ms, 0.046 with 1 ms.
 *
 * At every border between turns the core clock and the issue rate are read, in
 * 25 µs. The issue rate tells more: beside a neighbour on its core a kernel takes
 * up to 1.6 times as long, for tenths of a second, while the clock stands still.
 * A cell whose turn was disturbed takes it again by itself; to repeat the whole
 * round, with twelve cells, threw away six rounds of ten and made the intervals
 * five times wider.
 */

#define _GNU_SOURCE
#include "stopwatch.h"

#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cbench/cbench.h>

#define MAX_REPEATS 3
#define MAX_CLOCK_CHANGE 0.01
#define MAX_ISSUE_LOSS 0.05
#define MAX_BATCH ((uint64_t)1 << 40)

static volatile sig_atomic_t interrupted;
void (*stopwatch_on_turn)(void);

/* What a cell needs beside its results while its group is measured. */
struct player {
	struct stopwatch_cell *cell;
	struct cbench_case *turn;
	uint32_t n_series;
	double seconds[STOPWATCH_MAX_SERIES]; /* of the last turn */
	double cpu_seconds;                   /* of the last turn, as cbench saw it */
	double hz;                            /* during the last turn */
	uint64_t counted;                     /* the last turn's cycles by the core's counter; 0 where there is none */
	double counted_hz;                    /* hz by that */
	double at_once_hz;                    /* when the work had just ended */
	uint32_t discarded;                   /* turns of this round taken again */
	int disturbed;                        /* the last of them too */
	double *cycles[STOPWATCH_MAX_SERIES]; /* per operation, of each round kept */
	int slow;
};

struct group {
	struct player *players;
	size_t n;
	struct stopwatch_options o;
	size_t *order;
	uint64_t random;
	double deadline;
	double patience;          /* seconds that may still be lost to disturbances */
	unsigned char *disturbed; /* each round: somebody's turn was */
	uint32_t n_quiet;         /* rounds in which nobody's was */
	double turn_cost;         /* seconds that a turn of nothing takes */
	double *scratch;          /* for precise_enough */
};

static double seconds_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double stopwatch_cpu_seconds(void)
{
	return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

static double measure_reading_cost(void)
{
	double costs[101], last = stopwatch_cpu_seconds();
	enum { N = sizeof costs / sizeof *costs };
	for (int i = 0; i < N; i++) {
		double now = stopwatch_cpu_seconds();
		costs[i] = now - last;
		last = now;
	}
	return estimate_median(costs, N, CONFIDENCE_95).x;
}

double stopwatch_lap(double *since)
{
	static _Thread_local double cost = -1;
	double now = stopwatch_cpu_seconds(), lap = now - *since;
	if (cost < 0) {
		cost = measure_reading_cost();
		now = stopwatch_cpu_seconds();
	}
	*since = now;
	return lap > cost ? lap - cost : 0;
}

void stopwatch_interrupt(void)
{
	interrupted = 1;
}

int stopwatch_interrupted(void)
{
	return interrupted;
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Fisher–Yates. */
static void shuffle(size_t *order, size_t n, uint64_t *random)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = next_random(random) % i;
		size_t other = order[i - 1];
		order[i - 1] = order[k];
		order[k] = other;
	}
}

void stopwatch_cells_free(struct stopwatch_cell *cells, size_t n_cells)
{
	for (size_t i = 0; i < n_cells; i++) {
		for (size_t s = 0; s < STOPWATCH_MAX_SERIES; s++) {
			free(cells[i].series[s].samples);
			cells[i].series[s].samples = NULL;
			cells[i].series[s].rounds = 0;
		}
	}
}

static void turn(struct cbench_state *state, void *user)
{
	struct player *p = user;
	int64_t n = cbench_max_iterations(state);
	double *seconds = p->cell->n_series ? p->seconds : NULL;
	uint64_t before = 0, after = 0;
	int counted = stopwatch_read_cycles(&before) == 0;
	while (cbench_keep_running_batch(state, n)) {
		if (p->cell->batch(p->cell->user, (uint64_t)n, seconds))
			cbench_skip_with_error(state, "the cell failed");
	}
	counted = counted && stopwatch_read_cycles(&after) == 0;
	p->counted = counted ? after - before : 0;
	p->at_once_hz = counted ? 0 : stopwatch_core_hz_at_once(); // the library's clock stands already
	if (seconds)
		cbench_set_iteration_time(state, seconds[0]);
}

static int take_turn(struct player *p, uint64_t n)
{
	struct cbench_result result;
	if (stopwatch_on_turn != NULL)
		stopwatch_on_turn();
	if (cbench_run_once(p->turn, (int64_t)n, &result)) {
		p->cell->failed = 1;
		return -1;
	}
	p->cpu_seconds = result.cpu_seconds;
	p->counted_hz = (double)p->counted / result.cpu_seconds;
	if (p->cell->n_series == 0)
		p->seconds[0] = result.cpu_seconds;
	return 0;
}

/* Finds how many operations fill a turn, by doubling, which warms up as well. A
 * first time that sufficed is confirmed by a second one, lest what happens only
 * once makes the batch too short. Returns the seconds of one operation. */
static double tune(struct player *p, double turn_seconds)
{
	uint64_t n = 1;
	for (;; n *= 2) {
		if (interrupted || take_turn(p, n))
			return 0;
		double t = p->cpu_seconds;
		int once_enough = n == 1 && t > 20 * turn_seconds;
		if (t >= turn_seconds / 2 && !once_enough) {
			if (take_turn(p, n))
				return 0;
			t = fmin(t, p->cpu_seconds);
		}
		if (t < turn_seconds / 2 && n < MAX_BATCH)
			continue;
		double fill = floor((double)n * turn_seconds / t + 0.5);
		p->cell->batch_len = fill > 1 ? (uint64_t)fill : 1;
		return t / (double)n;
	}
}

static void tune_all(struct group *g)
{
	double best = INFINITY;
	for (size_t i = 0; i < g->n; i++) {
		struct player *p = &g->players[i];
		if (p->cell->failed)
			continue;
		p->seconds[0] = tune(p, g->o.batch_seconds);
		if (!p->cell->failed && p->seconds[0] < best)
			best = p->seconds[0];
	}
	for (size_t i = 0; i < g->n; i++)
		g->players[i].slow = g->players[i].seconds[0] > g->o.slow_factor * best;
}

/* A slow cell leaves after min_rounds quiet rounds, or twice as many of any kind. */
static int takes_part(const struct group *g, const struct player *p, uint32_t round)
{
	int needed = g->n_quiet < g->o.min_rounds && round < 2 * g->o.min_rounds;
	return !p->cell->failed && (!p->slow || needed);
}

/* A border between turns: the core clock, whether we have the core alone, which one it is. */
struct border {
	double hz;
	int alone;
	int cpu;
};

static int has_moved(double hz, double before)
{
	return !(fabs(hz / before - 1) < MAX_CLOCK_CHANGE);
}

/* Whether the core issues as much as it did at its best. That best is a whole
 * number of adds, and believed when two readings agree on it. */
static int is_alone(double rate)
{
	static double width = 1;
	double allowance = 0.1; /* the chains never quite fill the last slot */
	if (rate + allowance >= width + 1)
		width = fmax(width, floor(fmin(rate, stopwatch_read_core().issue_rate) + allowance));
	return rate >= width * (1 - MAX_ISSUE_LOSS);
}

/* What disturbs the short chains makes the core look slow, but seldom twice: a
 * reading that is off is taken again, and the fastest counts. */
static struct border read_border(double hz_before)
{
	struct border b = {0};
	for (int i = 0; i < 3 && (has_moved(b.hz, hz_before) || !b.alone); i++) {
		struct stopwatch_core core = stopwatch_read_core();
		b.hz = fmax(b.hz, core.hz);
		b.alone |= is_alone(core.issue_rate);
	}
	b.cpu = sched_getcpu();
	return b;
}

/* Waiting for quiet and turns taken again are paid from the same purse. */
static void wait_for_quiet(struct group *g, struct border *b)
{
	double start = seconds_of(CLOCK_MONOTONIC), waited = 0;
	while (!b->alone && waited < g->patience && !interrupted) {
		*b = read_border(b->hz);
		waited = seconds_of(CLOCK_MONOTONIC) - start;
	}
	g->patience -= waited;
}

/* A turn, taken again while it is disturbed. *b goes from border to border. */
static int take_quiet_turn(struct group *g, struct player *p, struct border *b)
{
	for (p->discarded = 0;; p->discarded++) {
		wait_for_quiet(g, b);
		double start = seconds_of(CLOCK_MONOTONIC);
		if (interrupted || take_turn(p, p->cell->batch_len))
			return -1;
		struct border before = *b;
		*b = read_border(before.hz);
		p->hz = p->counted_hz > 0 ? p->counted_hz : stopwatch_work_hz(p->at_once_hz, (before.hz + b->hz) / 2);
		p->disturbed = has_moved(b->hz, before.hz) || !before.alone || !b->alone || b->cpu != before.cpu;
		if (!p->disturbed || p->discarded == MAX_REPEATS || g->patience <= 0)
			return 0;
		g->patience -= seconds_of(CLOCK_MONOTONIC) - start;
	}
}

/* One turn of each player in a new order. How many took theirs; 0 when
 * interrupted. */
static size_t play_round(struct group *g, uint32_t round)
{
	size_t n_turns = 0;
	struct border border = read_border(0);
	shuffle(g->order, g->n, &g->random);
	for (size_t i = 0; i < g->n; i++) {
		struct player *p = &g->players[g->order[i]];
		if (takes_part(g, p, round) && take_quiet_turn(g, p, &border) == 0)
			n_turns++;
	}
	return interrupted ? 0 : n_turns;
}

/* Time that the hypervisor took from this virtual machine, in ticks of 10 ms, of
 * which a round hit by a few shows at least one now and then: the finest that
 * there is. 0 where nobody tells. */
static unsigned long long stolen_ticks(void)
{
	static FILE *stat;
	unsigned long long stolen = 0;
	if (!stat)
		stat = fopen("/proc/stat", "re");
	if (stat) {
		rewind(stat);
		if (fscanf(stat, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &stolen) != 1)
			stolen = 0;
	}
	return stolen;
}

static void keep_round(struct group *g, uint32_t round, int stolen)
{
	g->disturbed[round] = stolen != 0;
	for (size_t i = 0; i < g->n; i++) {
		struct player *p = &g->players[i];
		if (!takes_part(g, p, round))
			continue;
		g->disturbed[round] |= (unsigned char)p->disturbed;
		for (uint32_t s = 0; s < p->n_series; s++) {
			struct stopwatch_estimate *e = &p->cell->series[s];
			double cost = p->cell->n_series ? 0 : g->turn_cost;
			double seconds = (p->seconds[s] - cost) / (double)p->cell->batch_len;
			e->samples[e->rounds] = 1e9 * seconds;
			p->cycles[s][e->rounds] = seconds * p->hz;
			e->rounds++;
			e->rounds_discarded += p->discarded;
			e->rounds_disturbed += (uint32_t)(p->disturbed || stolen);
		}
	}
	g->n_quiet += !g->disturbed[round];
}

/* The median of a series' samples, which stay in order: sorted are those in `scratch`. */
static struct estimate median_of(const struct stopwatch_estimate *e, double *scratch)
{
	if (e->rounds)
		memcpy(scratch, e->samples, e->rounds * sizeof *scratch);
	return estimate_median(scratch, e->rounds, CONFIDENCE_95);
}

/* Whether every interval is as narrow as was asked for. */
static int precise_enough(const struct group *g)
{
	int enough = 1;
	for (size_t i = 0; i < g->n && enough; i++)
		for (uint32_t s = 0; s < g->players[i].n_series && enough; s++) {
			const struct stopwatch_cell *cell = g->players[i].cell;
			struct estimate ns = median_of(&cell->series[s], g->scratch);
			enough = cell->failed || ns.hi - ns.lo <= 2 * g->o.precision * ns.x;
		}
	return enough;
}

static void measure_rounds(struct group *g)
{
	double last = 0;
	unsigned long long stolen = stolen_ticks();
	uint32_t next_look = 2 * g->o.min_rounds; /* looks are rare, lest one of many be lucky, and cost time */
	for (uint32_t round = 0; round < g->o.max_rounds; round++) {
		double start = seconds_of(CLOCK_MONOTONIC);
		if (round >= g->o.min_rounds && start + last > g->deadline)
			return;
		if (g->o.precision > 0 && round == next_look) {
			if (precise_enough(g))
				return;
			next_look += next_look / 2;
		}
		if (play_round(g, round) == 0)
			return;
		unsigned long long stolen_now = stolen_ticks();
		keep_round(g, round, stolen_now != stolen);
		stolen = stolen_now;
		last = seconds_of(CLOCK_MONOTONIC) - start;
	}
}

/* Whether each cell has enough rounds, of those it took part in, in which nobody
 * was disturbed. */
static int enough_quiet_rounds(const struct group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct stopwatch_cell *cell = g->players[i].cell;
		uint32_t n = cell->series[0].rounds, n_quiet = 0;
		for (uint32_t round = 0; round < n; round++)
			n_quiet += !g->disturbed[round];
		if (!cell->failed && (n_quiet < g->o.min_rounds || n_quiet < n / 3))
			return 0;
	}
	return 1;
}

/* Drops the disturbed rounds, of all cells, so that rounds stay paired. The
 * chains decide, not the samples: no result is preferred by this. */
static void drop_disturbed_rounds(struct group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct player *p = &g->players[i];
		for (uint32_t s = 0; s < p->n_series; s++) {
			struct stopwatch_estimate *e = &p->cell->series[s];
			uint32_t n = e->rounds;
			e->rounds = 0;
			for (uint32_t round = 0; round < n; round++) {
				if (g->disturbed[round])
					continue;
				e->samples[e->rounds] = e->samples[round];
				p->cycles[s][e->rounds++] = p->cycles[s][round];
			}
			e->rounds_discarded += n - e->rounds;
			e->rounds_disturbed = 0;
		}
	}
}

/* Medians of what was kept; a cell that failed keeps nothing. */
static void estimate(struct player *p)
{
	for (uint32_t s = 0; s < p->n_series; s++) {
		struct stopwatch_estimate *e = &p->cell->series[s];
		if (p->cell->failed)
			e->rounds = 0;
		e->cycles = estimate_median(p->cycles[s], e->rounds, CONFIDENCE_95);
		struct estimate ns = median_of(e, p->cycles[s]); /* the cycles have done their duty */
		e->ns = ns.x;
		e->ns_lo = ns.lo;
		e->ns_hi = ns.hi;
	}
}

static int enter(struct player *p, struct stopwatch_cell *cell, uint32_t max_rounds)
{
	p->cell = cell;
	p->n_series = cell->n_series ? cell->n_series : 1;
	p->turn = cbench_case_new("turn", turn, p);
	cell->failed = !p->turn || p->n_series > STOPWATCH_MAX_SERIES;
	if (cell->failed) {
		p->n_series = 0;
		return -1;
	}
	if (cell->n_series)
		cbench_use_manual_time(p->turn);
	for (uint32_t s = 0; s < p->n_series; s++) {
		cell->series[s] = (struct stopwatch_estimate){.samples = malloc(max_rounds * sizeof(double))};
		p->cycles[s] = malloc(max_rounds * sizeof(double));
		if (!cell->series[s].samples || !p->cycles[s])
			cell->failed = 1;
	}
	return cell->failed;
}

static void leave(struct player *p)
{
	for (uint32_t s = 0; s < p->n_series; s++)
		free(p->cycles[s]);
	cbench_case_free(p->turn);
}

static int do_nothing(void *user, uint64_t n, double *seconds)
{
	(void)user;
	(void)n;
	(void)seconds;
	return 0;
}

static double measure_turn_cost(void)
{
	struct stopwatch_cell cell = {.batch = do_nothing};
	struct player p = {0};
	double seconds[15] = {0};
	enum { N = sizeof seconds / sizeof *seconds };
	if (enter(&p, &cell, 1) == 0) {
		for (int i = 0; i < N && take_turn(&p, 1) == 0; i++)
			seconds[i] = p.seconds[0];
	}
	leave(&p);
	stopwatch_cells_free(&cell, 1);
	return estimate_median(seconds, N, CONFIDENCE_95).x;
}

int stopwatch_measure(struct stopwatch_cell *cells, size_t n_cells, const struct stopwatch_options *options)
{
	struct group g = {.n = n_cells, .o = *options, .random = options->seed};
	g.deadline = seconds_of(CLOCK_MONOTONIC) + g.o.budget;
	g.patience = g.o.budget / 4;
	if (!(g.o.batch_seconds > 0))
		g.o.batch_seconds = 0.25e-3;
	if (g.o.min_rounds == 0)
		g.o.min_rounds = 6;
	if (g.o.max_rounds == 0)
		g.o.max_rounds = g.o.precision > 0 ? 20000 : 200;
	if (g.o.max_rounds < g.o.min_rounds)
		g.o.max_rounds = g.o.min_rounds;
	if (!(g.o.slow_factor > 0))
		g.o.slow_factor = 20;

	g.players = calloc(n_cells, sizeof *g.players);
	g.order = calloc(n_cells, sizeof *g.order);
	g.disturbed = calloc(g.o.max_rounds, sizeof *g.disturbed);
	g.scratch = malloc(g.o.max_rounds * sizeof *g.scratch);
	if (g.players && g.order && g.disturbed && g.scratch) {
		for (size_t i = 0; i < n_cells; i++) {
			g.order[i] = i;
			enter(&g.players[i], &cells[i], g.o.max_rounds);
		}
		g.turn_cost = measure_turn_cost();
		tune_all(&g);
		measure_rounds(&g);
		if (enough_quiet_rounds(&g))
			drop_disturbed_rounds(&g);
		for (size_t i = 0; i < n_cells; i++) {
			estimate(&g.players[i]);
			leave(&g.players[i]);
		}
	} else {
		for (size_t i = 0; i < n_cells; i++)
			cells[i].failed = 1;
	}
	free(g.players);
	free(g.order);
	free(g.disturbed);
	free(g.scratch);
	return interrupted ? -1 : 0;
}
