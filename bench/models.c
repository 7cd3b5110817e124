// SPDX-License-Identifier: MIT
#include "models.h"

#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "group.h"

static int has_point(const struct result_entry *e)
{
	return e->state == RESULT_OK && e->condition == NULL && e->bytes_per_second > 0 && e->size <= MODEL_MAX_SIZE &&
	       e->cycles > 0;
}

// Whether two points lie on one line.
static int same_line(const struct result_entry *a, const struct result_entry *b)
{
	return a->latency == b->latency && a->aad == b->aad && text_same(a->engine, b->engine) &&
	       text_same(a->kernel, b->kernel) && text_same(a->algorithm, b->algorithm) && text_same(a->op, b->op);
}

// The line through the points like the first-th entry, which is the first of them.
static void fit(struct result_set *results, size_t first, double *size, double *ns, double *cycles)
{
	const struct result_entry *like = result_entry_at(results, first), *e;
	struct line in_ns, in_cycles;
	struct result_model model = {.engine = like->engine,
				     .kernel = like->kernel,
				     .algorithm = like->algorithm,
				     .op = like->op,
				     .latency = like->latency,
				     .aad = like->aad,
				     .size_min = like->size};
	uint32_t n = 0;
	for (size_t i = first; (e = result_entry_at(results, i)) != NULL; i++) {
		if (!has_point(e) || !same_line(e, like))
			continue;
		size[n] = (double)e->size;
		ns[n] = e->ns;
		cycles[n++] = e->cycles;
		model.size_min = e->size < model.size_min ? e->size : model.size_min;
		model.size_max = e->size > model.size_max ? e->size : model.size_max;
	}
	if (n < MODEL_MIN_SIZES || estimate_line(size, ns, n, &in_ns) != 0 ||
	    estimate_line(size, cycles, n, &in_cycles) != 0)
		return;
	model.sizes = n;
	model.fixed_ns = in_ns.fixed.x;
	model.fixed_ns_lo = in_ns.fixed.lo;
	model.fixed_ns_hi = in_ns.fixed.hi;
	model.ns_per_byte = in_ns.slope.x;
	model.ns_per_byte_lo = in_ns.slope.lo;
	model.ns_per_byte_hi = in_ns.slope.hi;
	model.fixed_cycles = in_cycles.fixed.x;
	model.fixed_cycles_lo = in_cycles.fixed.lo;
	model.fixed_cycles_hi = in_cycles.fixed.hi;
	model.cycles_per_byte = in_cycles.slope.x;
	model.cycles_per_byte_lo = in_cycles.slope.lo;
	model.cycles_per_byte_hi = in_cycles.slope.hi;
	model.r2 = in_cycles.r2;
	model.residual = in_cycles.residual;
	result_add_model(results, &model);
}

void models_compute(struct result_set *results)
{
	const size_t n = result_n_entries(results);
	double *size = bench_calloc(n, sizeof(*size)), *ns = bench_calloc(n, sizeof(*ns)),
	       *cycles = bench_calloc(n, sizeof(*cycles));
	result_clear_models(results);
	for (size_t i = 0; i < n; i++) {
		const struct result_entry *e = result_entry_at(results, i);
		size_t earlier = 0;
		while (earlier < i && !(has_point(result_entry_at(results, earlier)) &&
					same_line(result_entry_at(results, earlier), e)))
			earlier++;
		if (has_point(e) && earlier == i)
			fit(results, i, size, ns, cycles);
	}
	free(size);
	free(ns);
	free(cycles);
}
