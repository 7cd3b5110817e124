// SPDX-License-Identifier: MIT
// AEADs when conditions are not those of a throughput benchmark. For each condition one group: all engines paired in
// it, on the same buffers.
//
// Cold data: messages lie scattered over memory larger than the caches of most machines, so that each begins where
// nothing has been for long. Cold key: thousands of keys take turns, as on a server with as many connections.

#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "conditions.h"
#include "energy.h"
#include "group.h"
#include "items.h"
#include "table.h"

enum { n_cold_keys = 4096, max_symmetric = 64, max_slots = 32768, n_weighed_keys = 16 };
#define COLD_BYTES ((size_t)128 << 20)
#define ENERGY_SECONDS 0.3

static const char *const default_algorithms[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};
static const uint64_t default_sizes[] = {64, 1350, 16384};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct work {
	uint8_t *memory;
	size_t memory_len;
	size_t n_slots, stride, slot; // of cold data; n_slots is a power of two
	struct lane_engine_message message;
	uint8_t nonce[max_symmetric], tag[max_symmetric], key[max_symmetric];
	uint64_t counter; // the next nonce
	uint32_t tag_len;
};

struct rival {
	const struct lane_loaded_engine *engine;
	const struct lane_engine_aead *aead;
	struct lane_engine_object *object;
	struct work *work;
	void **keys;
	size_t n_keys, next_key;
	char reason[192]; // why it failed
};

// ---- What is timed ----

static int rival_fail(struct rival *r, const char *what)
{
	snprintf(r->reason, sizeof(r->reason), "%s: %s", what, r->engine->engine->last_error(r->object));
	return -1;
}

static void fresh_nonce(struct work *w)
{
	memcpy(w->nonce, &w->counter, sizeof(w->counter));
	w->counter++;
}

static int do_seal(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	while (n-- > 0) {
		fresh_nonce(r->work);
		if (r->aead->seal(r->keys[0], &r->work->message, 1) != LANE_ENGINE_OK)
			return rival_fail(r, "seal");
	}
	return 0;
}

static int do_open(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	while (n-- > 0)
		if (r->aead->open(r->keys[0], &r->work->message, 1) != LANE_ENGINE_OK)
			return rival_fail(r, "open");
	return 0;
}

static int do_forged(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	while (n-- > 0)
		if (r->aead->open(r->keys[0], &r->work->message, 1) != LANE_ENGINE_REFUSED) {
			snprintf(r->reason, sizeof(r->reason), "a forged tag was not refused");
			return -1;
		}
	return 0;
}

static int do_setup(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	while (n-- > 0) {
		void *key;
		if (r->aead->key_new(r->object, r->aead, r->work->key, r->aead->key_len, r->work->tag_len, &key) !=
		    LANE_ENGINE_OK)
			return rival_fail(r, "key set-up");
		r->aead->key_free(key);
	}
	return 0;
}

// An odd step visits every slot; a long one outruns the prefetchers.
static int do_cold_data(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	struct work *w = r->work;
	struct lane_engine_message message = w->message;
	while (n-- > 0) {
		w->slot = (w->slot + w->n_slots / 3 * 2 + 1) & (w->n_slots - 1);
		message.in = w->memory + w->slot * w->stride;
		message.out = w->memory + w->slot * w->stride + w->stride / 2;
		fresh_nonce(w);
		if (r->aead->seal(r->keys[0], &message, 1) != LANE_ENGINE_OK)
			return rival_fail(r, "seal");
	}
	return 0;
}

static int do_cold_key(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	while (n-- > 0) {
		r->next_key = (r->next_key + n_cold_keys / 3 * 2 + 1) & (n_cold_keys - 1);
		fresh_nonce(r->work);
		if (r->aead->seal(r->keys[r->next_key], &r->work->message, 1) != LANE_ENGINE_OK)
			return rival_fail(r, "seal");
	}
	return 0;
}

enum layout { APART, IN_PLACE, MISALIGNED, ONLY_AAD };

static const struct plan {
	struct condition condition;
	int (*batch)(void *user, uint64_t n, double *seconds);
	enum layout layout;
	size_t n_keys;
} plans[] = {
	{{"seal", NULL, "seal", "as in bench: warm, apart, aligned"}, do_seal, APART, 1},
	{{"open", NULL, "open", "the same, opening"}, do_open, APART, 1},
	{{"setup", "key set-up", "key set-up", "a key made ready and wiped"}, do_setup, APART, 0},
	{{"open", "forged tag", "forged", "one bit of the tag is wrong: refused, and nothing left of the message"},
	 do_forged,
	 APART,
	 1},
	{{"seal", "in place", "in place", "the ciphertext replaces the plaintext"}, do_seal, IN_PLACE, 1},
	{{"seal", "misaligned", "misaligned", "input begins 1 byte after a line of the cache, output 3"},
	 do_seal,
	 MISALIGNED,
	 1},
	{{"seal", "cold data", "cold data", "scattered over 128 MiB"}, do_cold_data, APART, 1},
	{{"seal", "cold key", "cold key", "4096 keys take turns"}, do_cold_key, APART, n_cold_keys},
	{{"seal", "associated data alone", "only aad", "no message; as many bytes of associated data"},
	 do_seal,
	 ONLY_AAD,
	 1},
};

const struct condition *condition_at(size_t i)
{
	return i < COUNT(plans) ? &plans[i].condition : NULL;
}

// ---- Buffers ----

static size_t slot_stride(uint64_t size)
{
	const size_t page = 4096;
	return 2 * ((size + page - 1) / page * page + page / 2);
}

static int work_new(struct work *w, uint64_t max_size)
{
	const size_t huge = (size_t)2 << 20, least = slot_stride(max_size) * 2;
	*w = (struct work){.memory_len = (least > COLD_BYTES ? least + huge - 1 : COLD_BYTES) / huge * huge};
	w->memory = aligned_alloc(huge, w->memory_len);
	if (w->memory == NULL)
		return -1;
	madvise(w->memory, w->memory_len, MADV_HUGEPAGE);
	memset(w->memory, 0x5A, w->memory_len);
	memset(w->key, 0xA5, sizeof(w->key));
	return 0;
}

static void work_lay_out(struct work *w, enum layout layout, uint64_t size, const struct lane_engine_aead *first)
{
	w->stride = slot_stride(size);
	for (w->n_slots = 1; w->n_slots < max_slots && 2 * w->n_slots * w->stride <= w->memory_len;)
		w->n_slots *= 2;
	uint8_t *in = w->memory, *out = w->memory + w->stride / 2;
	w->message = (struct lane_engine_message){.out = layout == IN_PLACE     ? in
							 : layout == MISALIGNED ? out + 3
										: out,
						  .in = layout == MISALIGNED ? in + 1 : in,
						  .len = layout == ONLY_AAD ? 0 : size,
						  .nonce = w->nonce,
						  .nonce_len = first->nonce_len,
						  .aad = w->memory + w->stride,
						  .aad_len = layout == ONLY_AAD ? size : 0,
						  .tag = w->tag,
						  .tag_len = w->tag_len};
}

// ---- Rivals ----

static int makes_keys(struct rival *r, size_t n)
{
	r->keys = bench_calloc(n, sizeof(*r->keys));
	for (; r->n_keys < n; r->n_keys++)
		if (r->aead->key_new(r->object, r->aead, r->work->key, r->aead->key_len, r->work->tag_len,
				     &r->keys[r->n_keys]) != LANE_ENGINE_OK)
			return rival_fail(r, "key set-up");
	return 0;
}

static void drop_keys(struct rival *r)
{
	while (r->n_keys > 0)
		r->aead->key_free(r->keys[--r->n_keys]);
	free(r->keys);
	r->keys = NULL;
}

static size_t heap_in_use(void)
{
	const struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

// What a key takes of the heap, its share of the allocator's included; 0 where the allocator does not tell.
static uint64_t weigh_key(struct rival *r)
{
	struct rival scale = *r;
	scale.keys = NULL;
	scale.n_keys = 0;
	const size_t before = heap_in_use();
	const int made = makes_keys(&scale, n_weighed_keys) == 0;
	const size_t list = malloc_usable_size(scale.keys), after = heap_in_use();
	drop_keys(&scale);
	return made && after > before + list ? (after - before - list) / n_weighed_keys : 0;
}

// Nanojoules a byte, of the whole package; 0 where that can't be told.
static double weigh_energy(struct rival *r, const struct energy_meter *meter)
{
	unsigned long long from[8], to[8];
	uint64_t n = 0;
	if (meter->n == 0 || r->work->message.len == 0 || energy_read(meter, from) != 0)
		return 0;
	for (double end = bench_now() + ENERGY_SECONDS; bench_now() < end; n += 64)
		if (do_seal(r, 64, NULL) != 0)
			return 0;
	if (energy_read(meter, to) != 0)
		return 0;
	return 1e9 * energy_between(meter, from, to) / ((double)n * (double)r->work->message.len);
}

static int wanted(const struct bench_options *options, const char *algorithm)
{
	if (options->algorithms.n > 0)
		return bench_filter_passes(&options->algorithms, algorithm);
	for (size_t i = 0; i < COUNT(default_algorithms); i++)
		if (strcasecmp(default_algorithms[i], algorithm) == 0)
			return 1;
	return 0;
}

// The i-th AEAD of the engine if it takes part in a comparison of this algorithm (any, when NULL).
static const struct lane_engine_aead *aead_at(const struct bench_options *options,
					      const struct lane_loaded_engine *engine, size_t i, const char *algorithm)
{
	const struct item *item = item_at(engine, ITEM_AEAD, i);
	if (item->unavailable != NULL || !wanted(options, item->algorithm) || !item_passes(options, engine, item) ||
	    (algorithm != NULL && strcasecmp(item->algorithm, algorithm) != 0) ||
	    (!options->all_kernels && options->kernels.n == 0 && item_is_detail(engine, ITEM_AEAD, item)))
		return NULL;
	return (const void *)item;
}

// The n-th algorithm that is wanted, in the order of the engines, as its first implementation; NULL beyond the end.
static const struct lane_engine_aead *nth_algorithm(const struct bench_run *run, size_t n)
{
	const struct lane_engine_aead *seen[64], *aead;
	const struct lane_loaded_engine *engine;
	size_t n_seen = 0;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		if (engine->engine == NULL || !bench_filter_passes(&run->options->engines, engine->name))
			continue;
		for (size_t i = 0; i < engine->n_aead; i++) {
			size_t known = 0;
			if ((aead = aead_at(run->options, engine, i, NULL)) == NULL)
				continue;
			while (known < n_seen && strcasecmp(seen[known]->algorithm, aead->algorithm) != 0)
				known++;
			if (known < n_seen || n_seen == COUNT(seen))
				continue;
			if (n_seen == n)
				return aead;
			seen[n_seen++] = aead;
		}
	}
	return NULL;
}

static size_t n_sizes(const struct bench_options *options)
{
	return options->n_sizes > 0 ? options->n_sizes : COUNT(default_sizes);
}

static uint64_t size_at(const struct bench_options *options, size_t i)
{
	return options->n_sizes > 0 ? options->sizes[i] : default_sizes[i];
}

size_t conditions_n_groups(const struct bench_run *run)
{
	size_t n = 0;
	while (nth_algorithm(run, n) != NULL)
		n++;
	return n * n_sizes(run->options) * COUNT(plans);
}

// Makes the rival ready; 0, or -1 when its entry, with the reason, is in the results.
static int rival_enter(struct bench_run *run, const struct plan *plan, struct rival *r, struct result_entry *entry)
{
	const struct lane_engine_aead *aead = r->aead;
	const struct lane_engine_message *m = &r->work->message;
	const char *reason = NULL;
	enum result_state state = RESULT_NOT_OFFERED;
	if (m->nonce_len < aead->nonce_min || m->nonce_len > aead->nonce_max || m->tag_len < aead->tag_min ||
	    m->tag_len > aead->tag_len || (aead->max_len != 0 && m->len > aead->max_len)) {
		reason = "not with these lengths of message, nonce and tag";
	} else if (plan->layout == IN_PLACE && (aead->capabilities & LANE_ENGINE_IN_PLACE) == 0) {
		reason = "not in place";
	} else if (!bench_is_verified(aead)) {
		state = RESULT_FAILED;
		reason = "did not pass verification, so not timed";
	} else if ((r->object = bench_engine(r->engine, &reason)) == NULL ||
		   (makes_keys(r, plan->n_keys > 0 ? plan->n_keys : 1) != 0 && (reason = r->reason) != NULL)) {
		run->failures++;
		state = RESULT_FAILED;
	}
	if (reason == NULL)
		return 0;
	drop_keys(r);
	entry->state = state;
	entry->reason = reason;
	result_add(run->results, entry);
	return -1;
}

static int group_run(struct bench_run *run, const struct lane_engine_aead *first, uint64_t size,
		     const struct plan *plan, struct work *work, const struct energy_meter *meter, double budget)
{
	const struct lane_loaded_engine *engine;
	size_t n = 0, cap = 0;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		cap += engine->n_aead;
	struct rival *rivals = bench_calloc(cap, sizeof(*rivals));
	struct stopwatch_cell *cells = bench_calloc(cap, sizeof(*cells));
	struct result_entry *entries = bench_calloc(cap, sizeof(*entries));
	const int plain_seal = plan->condition.name == NULL && plan->batch == do_seal;

	work->tag_len = first->tag_len;
	work_lay_out(work, plan->layout, size, first);
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		if (engine->engine == NULL || !bench_filter_passes(&run->options->engines, engine->name))
			continue;
		for (size_t i = 0; i < engine->n_aead; i++) {
			const struct lane_engine_aead *aead = aead_at(run->options, engine, i, first->algorithm);
			if (aead == NULL)
				continue;
			struct rival *r = &rivals[n];
			*r = (struct rival){.engine = engine, .aead = aead, .work = work};
			entries[n] = (struct result_entry){
				.engine = engine->name,
				.kernel = aead->kernel,
				.library_version = engine->engine->library_version(),
				.algorithm = first->algorithm,
				.op = plan->condition.op,
				.condition = plan->condition.name,
				.size = plan->layout == ONLY_AAD ? 0 : size,
				.has_size = plan->batch != do_setup,
				.aad = work->message.aad_len,
				.in_place = plan->layout == IN_PLACE,
				.buffer_bytes = plan->batch == do_cold_data ? work->n_slots * work->stride : 2 * size,
				.reason = r->reason};
			cells[n] = (struct stopwatch_cell){.batch = plan->batch, .user = r};
			if (rival_enter(run, plan, r, &entries[n]) != 0)
				continue;
			if (plain_seal) {
				entries[n].key_bytes = weigh_key(r);
				entries[n].nanojoules_per_byte = weigh_energy(r, meter);
			}
			n++;
		}
	}
	if (n > 0 && (plan->batch == do_open || plan->batch == do_forged)) {
		// Any of them seals what all open: its output is their input. A failure shows when it is opened.
		uint8_t *in = work->memory, *out = work->message.out;
		do_seal(&rivals[0], 1, NULL);
		memcpy(in, out, size);
		work->tag[0] ^= plan->batch == do_forged;
	}
	struct stopwatch_options timing = {.budget = budget, .seed = run->seed++};
	const int status = group_measure(run, cells, entries, n, &timing);
	for (size_t i = 0; i < n; i++)
		drop_keys(&rivals[i]);
	free(rivals);
	free(cells);
	free(entries);
	return status;
}

int conditions_measure(struct bench_run *run)
{
	const struct bench_options *options = run->options;
	const struct lane_engine_aead *first;
	struct energy_meter meter;
	struct work work;
	uint64_t max_size = 0;
	size_t left = conditions_n_groups(run);
	const double begun = bench_now();
	int status = 0;
	for (size_t i = 0; i < n_sizes(options); i++)
		max_size = size_at(options, i) > max_size ? size_at(options, i) : max_size;
	if (work_new(&work, max_size) != 0) {
		fprintf(stderr, "lanecrypt: no memory for messages of %llu bytes\n", (unsigned long long)max_size);
		run->failures++;
		return 0;
	}
	if (energy_open(&meter, ENERGY_ROOT) != 0)
		json_object_set_new(result_context(run->results), "no_energy", json_string(meter.reason));
	for (size_t a = 0; (first = nth_algorithm(run, a)) != NULL; a++)
		for (size_t s = 0; s < n_sizes(options); s++)
			for (size_t p = 0; p < COUNT(plans) && status == 0; p++) {
				char what[160], size[FIGURE_CAP];
				snprintf(what, sizeof(what), "%s, %s, %s", first->algorithm,
					 figure_size(size_at(options, s), size), plans[p].condition.head);
				progress_step(run->progress, what);
				status = group_run(run, first, size_at(options, s), &plans[p], &work, &meter,
						   group_budget(run, begun, left--));
			}
	free(work.memory);
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		json_object_set_new(result_context(run->results), "peak_memory_bytes",
				    json_integer((json_int_t)usage.ru_maxrss * 1024));
	return status;
}
