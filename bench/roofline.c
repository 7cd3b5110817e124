// SPDX-License-Identifier: MIT
// Streams and chains of instructions in core cycles.

#include "roofline.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "../kernels/cpu.h"
#include "roofline_limits.h"
#include "stopwatch.h"

#define RUN_NS 20e3           // of one timing: long beside reading the clock, short beside interruptions
#define MAX_CLOCK_CHANGE 0.01 // between the readings before and after
#define MAX_ISSUE_LOSS 0.03   // a neighbour on the core takes more

static const char *const width_names[N_WIDTHS] = {
	[WIDTH_SSE] = "xmm (SSE)", [WIDTH_XMM] = "xmm",   [WIDTH_YMM] = "ymm",
	[WIDTH_ZMM] = "zmm",       [WIDTH_NEON] = "NEON", [WIDTH_SCALAR] = "integer"};

static const char *const op_names[N_OPS] = {
	[OP_AES] = "AES round",
	[OP_CLMUL] = "carry-less multiply",
	[OP_ADD] = "add",
	[OP_XOR] = "xor",
	[OP_LOGIC3] = "ternary logic",
	[OP_SHIFT] = "shift",
	[OP_ROTATE] = "rotate",
	[OP_SHUFFLE] = "shuffle",
	[OP_UNPACK] = "unpack",
	[OP_PERMUTE] = "permute",
	[OP_MUL32] = "multiply 32×32 → 64",
	[OP_IFMA] = "multiply-add 52",
	[OP_MUL64] = "multiply 64×64 → 128",
	[OP_LOAD] = "load",
	[OP_STORE] = "store",
	[MIX_COPY] = "load + store",
	[MIX_AES_XOR] = "AES round + xor",
	[MIX_AES_CLMUL] = "5 AES rounds + multiply",
	[MIX_QUARTER] = "quarter round of ChaCha20",
	[MIX_QUARTER_IFMA] = "quarter round + multiply-add 52",
	[MIX_CHACHA] = "eighth of ChaCha20",
	[MIX_IFMA_ADD] = "multiply-add 52 + add",
};

const char *roofline_width_name(enum roofline_width width)
{
	return width_names[width];
}

const char *roofline_op_name(enum roofline_op op)
{
	return op_names[op];
}

static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static double time_ns(void (*loop)(uint64_t), uint64_t n)
{
	double begun = now_ns();
	loop(n);
	return now_ns() - begun;
}

// A timing, and how much the core issued before and after it.
struct sample {
	double cycles;     // of one pass
	double issue_rate; // 0 when the clock moved
};

// *n_passes is found at the first call.
static struct sample take_sample(void (*loop)(uint64_t), uint64_t *n_passes)
{
	while (*n_passes == 0 || (*n_passes < UINT64_C(1) << 32 && time_ns(loop, *n_passes) < RUN_NS / 2))
		*n_passes = *n_passes == 0 ? 16 : *n_passes * 2;
	struct stopwatch_core before = stopwatch_read_core();
	enum { n_tries = 3 };
	double ns = HUGE_VAL, at_once[n_tries];
	for (int i = 0; i < n_tries; i++) {
		ns = fmin(ns, time_ns(loop, *n_passes));
		at_once[i] = stopwatch_core_hz_at_once();
	}
	struct stopwatch_core after = stopwatch_read_core();
	int moved = fabs(after.hz / before.hz - 1) > MAX_CLOCK_CHANGE;
	double hz = stopwatch_work_hz(estimate_median(at_once, n_tries, CONFIDENCE_95).x, (before.hz + after.hz) / 2);
	return (struct sample){ns * 1e-9 * hz / (double)*n_passes,
			       moved ? 0 : fmin(before.issue_rate, after.issue_rate)};
}

static int compare_samples(const void *a, const void *b)
{
	double x = ((const struct sample *)a)->cycles, y = ((const struct sample *)b)->cycles;
	return (x > y) - (x < y);
}

// The first quartile of those that had the core to themselves and its clock at
// rest; the least of all when none had.
static double estimate(struct sample *samples, unsigned n, double best_issue_rate)
{
	unsigned n_quiet = 0;
	qsort(samples, n, sizeof(*samples), compare_samples);
	double least = samples[0].cycles;
	for (unsigned i = 0; i < n; i++)
		if (samples[i].issue_rate > best_issue_rate * (1 - MAX_ISSUE_LOSS))
			samples[n_quiet++] = samples[i];
	return n_quiet > 0 ? samples[n_quiet / 4].cycles : least;
}

// A stream or a chain.
struct loop {
	void (*run)(uint64_t);
	uint64_t n_passes;
	unsigned n_ops; // in a pass
	double *result;
};

static void *must_calloc(size_t n, size_t size)
{
	void *p = calloc(n, size);
	if (p == NULL)
		abort();
	return p;
}

void roofline_measure(struct roofline *roofline, unsigned rounds)
{
	const uint64_t cpu = lane_cpu();
	size_t n_probes, n = 0;
	const struct roofline_probe *probes = roofline_probes(&n_probes);
	struct loop *loops = must_calloc(2 * n_probes + 1, sizeof(*loops));
	*roofline = (struct roofline){0};
	for (size_t i = 0; i < n_probes; i++) {
		const struct roofline_probe *p = &probes[i];
		if ((p->needs & ~cpu) != 0)
			continue;
		loops[n++] = (struct loop){.run = p->stream,
					   .n_ops = p->n_side_by_side,
					   .result = &roofline->cost[p->op][p->width].cycles};
		if (p->chain != NULL)
			loops[n++] = (struct loop){.run = p->chain,
						   .n_ops = p->n_in_row,
						   .result = &roofline->cost[p->op][p->width].latency};
	}
	// Round by round, so that a disturbance hits a round of everything, not all rounds of something.
	struct sample *samples = must_calloc(n * rounds + 1, sizeof(*samples));
	double best_issue_rate = 0;
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < n; i++) {
			struct sample *s = &samples[i * rounds + round];
			*s = take_sample(loops[i].run, &loops[i].n_passes);
			best_issue_rate = fmax(best_issue_rate, s->issue_rate);
		}
	for (size_t i = 0; i < n; i++)
		*loops[i].result = estimate(samples + i * rounds, rounds, best_issue_rate) / loops[i].n_ops;
	free(samples);
	free(loops);
}

const struct roofline *roofline_here(void)
{
	static struct roofline here;
	static int measured;
	if (!measured) {
		roofline_measure(&here, 15);
		measured = 1;
	}
	return &here;
}

json_t *roofline_json(const struct roofline *roofline)
{
	size_t n;
	const struct roofline_probe *probes = roofline_probes(&n);
	json_t *instructions = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct roofline_probe *p = &probes[i];
		double cycles = roofline->cost[p->op][p->width].cycles;
		if (!(cycles > 0))
			continue;
		json_t *object = json_pack("{s:s, s:s, s:s, s:f}", "operation", op_names[p->op], "width",
					   width_names[p->width], "instructions", p->instructions, "cycles", cycles);
		if (p->chain != NULL)
			json_object_set_new(object, "latency", json_real(roofline->cost[p->op][p->width].latency));
		json_array_append_new(instructions, object);
	}
	return json_pack("{s:o, s:o}", "instructions", instructions, "limits", limits_json(roofline));
}
