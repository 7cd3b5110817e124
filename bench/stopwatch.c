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

#include "stopwatch.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cbench/cbench.h>

#define MAX_REPEATS 3
#define MAX_CLOCK_CHANGE 0.01
#define MAX_ISSUE_LOSS 0.05
#define MAX_BATCH ((uint64_t)1 << 40)

static volatile sig_atomic_t interrupted;

/* What a cell needs beside its results while its group is measured. */
struct player {
	struct stopwatch_cell *cell;
	struct cbench_case *turn;
	uint32_t n_series;
	double seconds[STOPWATCH_MAX_SERIES]; /* of the last turn */
	double cpu_seconds;                   /* of the last turn, as cbench saw it */
	double hz;                            /* during the last turn */
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
	double costs[101], median, lo, hi, last = stopwatch_cpu_seconds();
	enum { N = sizeof costs / sizeof *costs };
	for (int i = 0; i < N; i++) {
		double now = stopwatch_cpu_seconds();
		costs[i] = now - last;
		last = now;
	}
	stopwatch_median(costs, N, &median, &lo, &hi);
	return median;
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

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* How many of n sorted values, k, lie outside the interval on each side. The
 * median lies there with the probability that n tosses of a coin show at most k
 * heads. Allowed is 1.25 %, half of what 95 % would, as neighbouring rounds are
 * not quite independent. With less than six values even the whole range covers
 * less than 95 %. */
static size_t outside(size_t n)
{
	if (n > 1000) /* 2^-n would underflow; the normal limit is near enough */
		return (size_t)((double)n / 2 - 1.12 * sqrt((double)n));
	double term = ldexp(1, -(int)n), at_most_k = term;
	for (size_t k = 0;; k++) {
		term *= (double)(n - k) / (double)(k + 1);
		at_most_k += term;
		if (at_most_k > 0.0125)
			return k;
	}
}

void stopwatch_median(double *values, size_t n, double *median, double *lo, double *hi)
{
	*median = *lo = *hi = 0;
	if (n == 0)
		return;
	qsort(values, n, sizeof *values, compare_doubles);
	*median = n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
	size_t k = outside(n);
	*lo = values[k];
	*hi = values[n - 1 - k];
}

int stopwatch_compare(const struct stopwatch_estimate *entry, const struct stopwatch_estimate *baseline,
		      struct stopwatch_ratio *out)
{
	uint32_t n = entry->rounds < baseline->rounds ? entry->rounds : baseline->rounds;
	double *ratios = n ? malloc(n * sizeof *ratios) : NULL;
	if (!ratios)
		return -1;
	int rc = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (!(entry->samples[i] > 0))
			rc = -1;
		else
			ratios[i] = baseline->samples[i] / entry->samples[i];
	}
	if (rc == 0)
		stopwatch_median(ratios, n, &out->ratio, &out->lo, &out->hi);
	free(ratios);
	return rc;
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
	while (cbench_keep_running_batch(state, n)) {
		if (p->cell->batch(p->cell->user, (uint64_t)n, seconds))
			cbench_skip_with_error(state, "the cell failed");
	}
	if (seconds)
		cbench_set_iteration_time(state, seconds[0]);
}

static int take_turn(struct player *p, uint64_t n)
{
	struct cbench_result result;
	if (cbench_run_once(p->turn, (int64_t)n, &result)) {
		p->cell->failed = 1;
		return -1;
	}
	p->cpu_seconds = result.cpu_seconds;
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

/* A border between turns: the core clock, and whether we have the core alone. */
struct border {
	double hz;
	int alone;
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
		p->hz = (before.hz + b->hz) / 2;
		p->disturbed = has_moved(b->hz, before.hz) || !before.alone || !b->alone;
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

static void keep_round(struct group *g, uint32_t round)
{
	g->disturbed[round] = 0;
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
			e->rounds_disturbed += (uint32_t)p->disturbed;
		}
	}
	g->n_quiet += !g->disturbed[round];
}

static void measure_rounds(struct group *g)
{
	double last = 0;
	for (uint32_t round = 0; round < g->o.max_rounds; round++) {
		double start = seconds_of(CLOCK_MONOTONIC);
		if (round >= g->o.min_rounds && start + last > g->deadline)
			return;
		if (play_round(g, round) == 0)
			return;
		keep_round(g, round);
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
		double lo, hi;
		if (p->cell->failed)
			e->rounds = 0;
		stopwatch_median(p->cycles[s], e->rounds, &e->cycles, &lo, &hi);
		/* The samples stay in order: the cycles have done their duty, so sort there. */
		if (e->rounds)
			memcpy(p->cycles[s], e->samples, e->rounds * sizeof *e->samples);
		stopwatch_median(p->cycles[s], e->rounds, &e->ns, &e->ns_lo, &e->ns_hi);
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
	double seconds[15] = {0}, median, lo, hi;
	enum { N = sizeof seconds / sizeof *seconds };
	if (enter(&p, &cell, 1) == 0) {
		for (int i = 0; i < N && take_turn(&p, 1) == 0; i++)
			seconds[i] = p.seconds[0];
	}
	leave(&p);
	stopwatch_cells_free(&cell, 1);
	stopwatch_median(seconds, N, &median, &lo, &hi);
	return median;
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
		g.o.max_rounds = 200;
	if (g.o.max_rounds < g.o.min_rounds)
		g.o.max_rounds = g.o.min_rounds;
	if (!(g.o.slow_factor > 0))
		g.o.slow_factor = 20;

	g.players = calloc(n_cells, sizeof *g.players);
	g.order = calloc(n_cells, sizeof *g.order);
	g.disturbed = calloc(g.o.max_rounds, sizeof *g.disturbed);
	if (g.players && g.order && g.disturbed) {
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
	return interrupted ? -1 : 0;
}
