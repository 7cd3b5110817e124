// SPDX-License-Identifier: MIT
// Throughput of AEADs, ciphers and MACs. One group for each algorithm, operation
// and message size, all implementations paired in it.
//
// Same work for all: the key is set up outside of what is timed; every sealed
// message has a fresh nonce (a counter) and associated data; the tag is made and,
// opening, checked. Messages go from a ring of inputs, at most 8 KiB of them or
// one message, to one output, so that inputs stay valid for the next round; all
// rivals use the very same buffers, whose placement then favours nobody. Output
// begins half a page beside the input: stores that look like the loads which
// follow them (equal low 12 bits of the address) would stall some kernels and
// not others. Within these bounds every start of the process places its buffers
// and keys anew.

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#include "group.h"
#include "items.h"
#include "table.h"

enum { max_ring = 16, ring_bytes = 8192, max_key = 64, max_iv = 64, max_tag = 64 };

#define SELF_TEST_ENGINES 6

#define SLOW_FACTOR 20.0    // this many times slower than the best …
#define SLOW_MAX_SIZE 65536 // … and messages beyond this size are left out

static const char *const default_algorithms[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};
static const uint64_t default_sizes[] = {16, 64, 256, 1350, 8192, 16384, 1 << 20};
static const uint64_t sweep_sizes[] = {16,   32,   48,   64,   80,   96,   112,  128,  160,   192,   224,   256,
				       320,  384,  448,  512,  640,  768,  896,  1024, 1280,  1536,  1792,  2048,
				       2560, 3072, 3584, 4096, 5120, 6144, 7168, 8192, 10240, 12288, 14336, 16384};
static const uint64_t self_test_sizes[] = {64, 256, 1350, 4096};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// What all rivals of a group work on.
struct work {
	uint8_t *memory;
	size_t memory_len;
	size_t n_ring; // a power of two
	uint64_t buffer_bytes;
	uint64_t counter; // the next nonce
	size_t size;
	uint8_t *in[max_ring], *out;
	uint8_t *aad;
	uint64_t random; // where buffers and keys go
	uint8_t iv[max_ring][max_iv], tag[max_ring][max_tag], key[max_key];
	struct lane_engine_message messages[max_ring];
};

// One implementation, ready for the group's operation.
struct rival {
	const struct lane_loaded_engine *engine;
	const struct item *item;
	struct lane_engine_object *object;
	struct work *work;
	void *key, *padding; // the latter only moves the former on the heap
	int (*batch)(void *user, uint64_t n, double *seconds);
	char name[64], baseline[96]; // in the self-test
	char reason[192];            // why it failed
};

// ---- What is timed ----

static int rival_fail(struct rival *r, const char *what)
{
	snprintf(r->reason, sizeof(r->reason), "%s: %s", what, r->engine->engine->last_error(r->object));
	return -1;
}

static int do_seal(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	struct work *w = r->work;
	const struct lane_engine_aead *aead = (const void *)r->item;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++) {
		memcpy(w->iv[i & mask], &w->counter, sizeof(w->counter));
		w->counter++;
		if (aead->seal(r->key, &w->messages[i & mask], 1) != LANE_ENGINE_OK)
			return rival_fail(r, "seal");
	}
	return 0;
}

static int do_open(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	struct work *w = r->work;
	const struct lane_engine_aead *aead = (const void *)r->item;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++)
		if (aead->open(r->key, &w->messages[i & mask], 1) != LANE_ENGINE_OK)
			return rival_fail(r, "open");
	return 0;
}

// The counter goes where neither CTR nor ChaCha20 have their block counters.
static int cipher_batch(struct rival *r, uint64_t n,
			int (*crypt)(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len))
{
	struct work *w = r->work;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++) {
		memcpy(w->iv[0] + 4, &w->counter, sizeof(w->counter));
		w->counter++;
		if (crypt(r->key, w->iv[0], w->out, w->in[i & mask], w->size) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_encrypt(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	return cipher_batch(r, n, ((const struct lane_engine_cipher *)(const void *)r->item)->encrypt) == 0
		       ? 0
		       : rival_fail(r, "encrypt");
}

static int do_decrypt(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	return cipher_batch(r, n, ((const struct lane_engine_cipher *)(const void *)r->item)->decrypt) == 0
		       ? 0
		       : rival_fail(r, "decrypt");
}

static int do_mac(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	struct work *w = r->work;
	const struct lane_engine_mac *mac = (const void *)r->item;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++)
		if (mac->compute(r->key, w->tag[0], w->in[i & mask], w->size) != LANE_ENGINE_OK)
			return rival_fail(r, "mac");
	return 0;
}

// ---- The same with each message waiting for the one before ----

// 0, but not before the 8 bytes there are known: neither compiler nor CPU knows that it will be 0.
static uint64_t zero_after(const uint8_t *at)
{
	uint64_t word, zero = 0;
	memcpy(&word, at, sizeof(word));
	__asm__("" : "+r"(zero));
	return word & zero;
}

// Makes the first 8 bytes of a nonce or message wait for those. All 16 are written together, as a kernel will
// read them: what is read wider than it was written costs a stall that is none of the cipher's.
static void wait_for(uint8_t *head, const uint8_t *result)
{
	typedef uint64_t words __attribute__((vector_size(16)));
	words both;
	memcpy(&both, head, sizeof(both));
	both[0] += zero_after(result);
	memcpy(head, &both, sizeof(both));
}

// The last 8 bytes of a message; of one that is shorter, what there is and what follows.
static const uint8_t *last_of(const struct work *w)
{
	return w->size < 8 ? w->out : w->out + w->size - 8;
}

static int seal_in_turn(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	struct work *w = r->work;
	const struct lane_engine_aead *aead = (const void *)r->item;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++) {
		typedef uint64_t words __attribute__((vector_size(16)));
		words nonce = {w->counter++ + zero_after(w->tag[(i - 1) & mask]), 0};
		memcpy(w->iv[i & mask], &nonce, sizeof(nonce));
		if (aead->seal(r->key, &w->messages[i & mask], 1) != LANE_ENGINE_OK)
			return rival_fail(r, "seal");
	}
	return 0;
}

static int open_in_turn(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	struct work *w = r->work;
	const struct lane_engine_aead *aead = (const void *)r->item;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++) {
		wait_for(w->iv[i & mask], last_of(w));
		if (aead->open(r->key, &w->messages[i & mask], 1) != LANE_ENGINE_OK)
			return rival_fail(r, "open");
	}
	return 0;
}

static int crypt_in_turn(struct rival *r, uint64_t n,
			 int (*crypt)(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len))
{
	struct work *w = r->work;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++) {
		w->iv[0][4] = (uint8_t)(w->iv[0][4] + 1);
		wait_for(w->iv[0], last_of(w));
		if (crypt(r->key, w->iv[0], w->out, w->in[i & mask], w->size) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int encrypt_in_turn(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	return crypt_in_turn(r, n, ((const struct lane_engine_cipher *)(const void *)r->item)->encrypt) == 0
		       ? 0
		       : rival_fail(r, "encrypt");
}

static int decrypt_in_turn(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	return crypt_in_turn(r, n, ((const struct lane_engine_cipher *)(const void *)r->item)->decrypt) == 0
		       ? 0
		       : rival_fail(r, "decrypt");
}

static int mac_in_turn(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	struct work *w = r->work;
	const struct lane_engine_mac *mac = (const void *)r->item;
	const size_t mask = w->n_ring - 1;
	for (uint64_t i = 0; i < n; i++) {
		wait_for(w->in[i & mask], w->tag[0]);
		if (mac->compute(r->key, w->tag[0], w->in[i & mask], w->size) != LANE_ENGINE_OK)
			return rival_fail(r, "mac");
	}
	return 0;
}

static const struct operation {
	const char *name;
	enum item_kind kind;
	int latency;
	int (*batch)(void *user, uint64_t n, double *seconds);
} operations[] = {
	{"seal", ITEM_AEAD, 0, do_seal},
	{"seal", ITEM_AEAD, 1, seal_in_turn},
	{"open", ITEM_AEAD, 0, do_open},
	{"open", ITEM_AEAD, 1, open_in_turn},
	{"encrypt", ITEM_CIPHER, 0, do_encrypt},
	{"encrypt", ITEM_CIPHER, 1, encrypt_in_turn},
	{"decrypt", ITEM_CIPHER, 0, do_decrypt},
	{"decrypt", ITEM_CIPHER, 1, decrypt_in_turn},
	{"mac", ITEM_MAC, 0, do_mac},
	{"mac", ITEM_MAC, 1, mac_in_turn},
};

// ---- Groups ----

struct group {
	const char *algorithm;
	const struct operation *operation;
	uint64_t size;
	size_t index;
	int first;                   // of its algorithm and operation: says once who does not offer it
	uint32_t nonce_len, tag_len; // AEAD: the same for all, see agree()
};

struct groups {
	struct group *items;
	size_t n;
};

static int algorithm_wanted(const struct bench_options *options, const char *algorithm)
{
	if (options->algorithms.n > 0)
		return bench_filter_passes(&options->algorithms, algorithm);
	for (size_t i = 0; i < COUNT(default_algorithms); i++)
		if (strcasecmp(default_algorithms[i], algorithm) == 0)
			return 1;
	return 0;
}

// The lengths of nonce and tag that all rivals of a group use: the usual ones of whoever has the shortest tag.
// BoringSSL's AES-128-CCM, for example, has 13 and 8 bytes and no others, OpenSSL's these and many more.
static void agree(struct group *group, const struct item *item)
{
	const struct lane_engine_aead *aead = (const void *)item;
	if (group->operation->kind != ITEM_AEAD || (group->tag_len != 0 && group->tag_len <= aead->tag_len))
		return;
	group->nonce_len = aead->nonce_len;
	group->tag_len = aead->tag_len;
}

// The sizes to measure; *n becomes how many.
static const uint64_t *sizes_wanted(const struct bench_options *options, size_t *n)
{
	if (options->sweep) {
		*n = COUNT(sweep_sizes);
		return sweep_sizes;
	}
	if (options->self_test) {
		*n = COUNT(self_test_sizes);
		return self_test_sizes;
	}
	*n = options->n_sizes > 0 ? options->n_sizes : COUNT(default_sizes);
	return options->n_sizes > 0 ? options->sizes : default_sizes;
}

static void add_item(struct groups *groups, const struct bench_options *options, const struct item *item,
		     const struct operation *operation)
{
	size_t n, i = 0;
	const uint64_t *sizes = sizes_wanted(options, &n);
	while (i < groups->n && !(groups->items[i].operation == operation &&
				  strcasecmp(groups->items[i].algorithm, item->algorithm) == 0))
		i++;
	if (i == groups->n) {
		groups->items = realloc(groups->items, (groups->n + n) * sizeof(*groups->items));
		result_must(groups->items);
		for (size_t k = 0; k < n; k++)
			groups->items[groups->n++] =
				(struct group){item->algorithm, operation, sizes[k], 0, k == 0, 0, 0};
	}
	for (size_t k = 0; k < n; k++)
		agree(&groups->items[i + k], item);
}

// Every algorithm and operation that is wanted and that some engine has.
static struct groups groups_list(const struct bench_run *run)
{
	const struct bench_options *options = run->options;
	const struct lane_loaded_engine *engine;
	const struct item *item;
	struct groups groups = {0};
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		if (engine->engine == NULL || !bench_filter_passes(&options->engines, engine->name))
			continue;
		for (int kind = 0; kind < ITEM_N_KINDS; kind++)
			for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++)
				for (size_t o = 0; o < COUNT(operations); o++)
					if ((int)operations[o].kind == kind &&
					    operations[o].latency <= options->latency &&
					    algorithm_wanted(options, item->algorithm) &&
					    item_passes(options, engine, item) &&
					    bench_filter_passes(&options->ops, operations[o].name))
						add_item(&groups, options, item, &operations[o]);
	}
	size_t n = 0;
	for (size_t i = 0; i < groups.n; i++) {
		const struct group *group = &groups.items[i];
		if (group_wanted(run, &(struct result_entry){.algorithm = group->algorithm,
							     .op = group->operation->name,
							     .latency = group->operation->latency,
							     .size = group->size,
							     .has_size = 1}))
			groups.items[n++] = *group;
	}
	for (size_t i = 0; i < n; i++)
		groups.items[i].index = i;
	groups.n = n;
	return groups;
}

size_t symmetric_n_groups(const struct bench_run *run)
{
	struct groups groups = groups_list(run);
	free(groups.items);
	return groups.n;
}

// ---- Buffers ----

static struct work *work_new(uint64_t max_size, uint64_t aad, uint64_t seed)
{
	struct work *w = bench_calloc(1, sizeof(*w));
	const size_t page = 4096, huge = (size_t)2 << 20;
	size_t most = max_size + page > ring_bytes + page ? max_size + page : ring_bytes + page;
	w->memory_len = (2 * most + 5 * page + aad + huge - 1) / huge * huge;
	w->random = seed;
	w->memory = aligned_alloc(huge, w->memory_len);
	if (w->memory == NULL)
		return w;
	madvise(w->memory, w->memory_len, MADV_HUGEPAGE);
	uint64_t x = 0x9E3779B97F4A7C15u;
	for (size_t i = 0; i < w->memory_len; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		w->memory[i] = (uint8_t)(x >> 56);
	}
	memcpy(w->key, w->memory, sizeof(w->key));
	return w;
}

static void work_free(struct work *w)
{
	free(w->memory);
	free(w);
}

static size_t random_below(struct work *w, size_t n)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(w->random >> 33) % n;
}

static void work_lay_out(struct work *w, size_t size, uint64_t aad)
{
	const size_t page = 4096, line = 64, stride = (size + 63) / 64 * 64 + (size == 0 ? 64 : 0);
	const size_t lines = page / line, begin = line * random_below(w, lines);
	w->size = size;
	for (w->n_ring = 1; w->n_ring < max_ring && 2 * w->n_ring * stride <= ring_bytes;)
		w->n_ring *= 2;
	w->buffer_bytes = (w->n_ring + 1) * size;
	uint8_t *at = w->memory + begin;
	for (size_t i = 0; i < w->n_ring; i++, at += stride)
		w->in[i] = at;
	// A quarter to three quarters of a page beside the input.
	w->out = w->memory + (w->n_ring * stride + page - 1) / page * page + begin +
		 line * (lines / 4 + random_below(w, lines / 2));
	// Not at the end of the mapping: a masked load that reaches beyond it, though
	// masked there, costs some CPUs 130 ns.
	w->aad = w->memory + w->memory_len - page - (aad + 63) / 64 * 64 - line * random_below(w, lines);
	memset(w->iv, 0, sizeof(w->iv));
	w->iv[0][0] = 1; // ChaCha20 from block 1: not everybody offers another
}

static void work_messages(struct work *w, const struct group *group, uint64_t aad)
{
	for (size_t i = 0; i < w->n_ring; i++)
		w->messages[i] = (struct lane_engine_message){.out = w->out,
							      .in = w->in[i],
							      .len = w->size,
							      .nonce = w->iv[i],
							      .nonce_len = group->nonce_len,
							      .aad = w->aad,
							      .aad_len = aad,
							      .tag = w->tag[i],
							      .tag_len = group->tag_len};
}

// Turns the ring's messages into valid ciphertexts: all rivals open the same
// ones. Should it fail, opening them does, and is reported.
static void work_seal_ring(struct rival *r)
{
	struct work *w = r->work;
	const struct lane_engine_aead *aead = (const void *)r->item;
	int status = LANE_ENGINE_OK;
	for (size_t i = 0; i < w->n_ring && status == 0; i++) {
		memcpy(w->iv[i], &w->counter, sizeof(w->counter));
		w->counter++;
		status = aead->seal(r->key, &w->messages[i], 1);
		memcpy(w->in[i], w->out, w->size);
	}
}

// ---- Rivals ----

// Why an item cannot do this group's messages, or NULL.
static const char *misfit(const struct group *group, const struct item *item)
{
	if (item->unavailable != NULL)
		return item->unavailable;
	if (group->operation->kind == ITEM_AEAD) {
		const struct lane_engine_aead *aead = (const void *)item;
		if (aead->max_len != 0 && group->size > aead->max_len)
			return "messages of that size are longer than it takes";
		if (group->nonce_len < aead->nonce_min || group->nonce_len > aead->nonce_max ||
		    group->tag_len < aead->tag_min || group->tag_len > aead->tag_len)
			return "not with the lengths of nonce and tag that the others have";
	} else if (group->operation->kind == ITEM_CIPHER) {
		const struct lane_engine_cipher *cipher = (const void *)item;
		if (strcmp(group->operation->name, "decrypt") == 0 &&
		    (cipher->capabilities & LANE_ENGINE_ENCRYPT_ONLY) != 0)
			return "it only encrypts";
		if (group->size < cipher->min_len)
			return "messages of that size are shorter than it takes";
		if (group->size % cipher->block_len != 0)
			return "messages of that size are no whole number of its blocks";
	} else {
		const struct lane_engine_mac *mac = (const void *)item;
		if (group->size % mac->block_len != 0)
			return "messages of that size are no whole number of its blocks";
	}
	return NULL;
}

static int make_key(struct rival *r, const struct group *group)
{
	const enum item_kind kind = group->operation->kind;
	if (kind == ITEM_AEAD) {
		const struct lane_engine_aead *aead = (const void *)r->item;
		return aead->key_new(r->object, aead, r->work->key, aead->key_len, group->tag_len, &r->key);
	}
	if (kind == ITEM_CIPHER) {
		const struct lane_engine_cipher *cipher = (const void *)r->item;
		return cipher->key_new(r->object, cipher, r->work->key, cipher->key_len, &r->key);
	}
	const struct lane_engine_mac *mac = (const void *)r->item;
	return mac->key_new(r->object, mac, r->work->key, mac->key_len, &r->key);
}

static void free_key(struct rival *r, enum item_kind kind)
{
	free(r->padding);
	if (r->key == NULL)
		return;
	if (kind == ITEM_AEAD)
		((const struct lane_engine_aead *)(const void *)r->item)->key_free(r->key);
	else if (kind == ITEM_CIPHER)
		((const struct lane_engine_cipher *)(const void *)r->item)->key_free(r->key);
	else
		((const struct lane_engine_mac *)(const void *)r->item)->key_free(r->key);
}

// Implementations found to be many times slower than the best of their group.
struct slow_list {
	const struct item *items[64];
	size_t n;
};

static int is_slow(const struct slow_list *slow, const struct item *item)
{
	for (size_t i = 0; i < slow->n; i++)
		if (slow->items[i] == item)
			return 1;
	return 0;
}

static void note_slow(struct slow_list *slow, const struct result_entry *entries, const struct rival *rivals, size_t n)
{
	double best = 0;
	for (size_t i = 0; i < n; i++)
		if (entries[i].ns > 0 && (best == 0 || entries[i].ns < best))
			best = entries[i].ns;
	for (size_t i = 0; i < n; i++)
		if (entries[i].ns > SLOW_FACTOR * best && !is_slow(slow, rivals[i].item) &&
		    slow->n < COUNT(slow->items))
			slow->items[slow->n++] = rivals[i].item;
}

static void add_missing(struct bench_run *run, struct result_entry entry, enum result_state state, const char *reason)
{
	entry.state = state;
	entry.reason = reason;
	result_add(run->results, &entry);
}

// Makes the rival ready; 0, or -1 when its entry, with the reason, is in the results.
static int rival_enter(struct bench_run *run, const struct group *group, const struct slow_list *slow, struct rival *r,
		       const struct result_entry *entry)
{
	const char *reason = misfit(group, r->item);
	if (reason == NULL && group->size > SLOW_MAX_SIZE && is_slow(slow, r->item))
		reason = "left out: over 20 times slower than the best";
	if (reason != NULL) {
		add_missing(run, *entry, RESULT_NOT_OFFERED, reason);
		return -1;
	}
	if (!bench_is_verified(r->item)) { // counted as a failure where it was found
		add_missing(run, *entry, RESULT_FAILED, "did not pass verification, so not timed");
		return -1;
	}
	r->object = bench_engine(r->engine, &reason);
	r->padding = malloc(1 + random_below(r->work, 4096));
	if (r->object != NULL && make_key(r, group) != LANE_ENGINE_OK) {
		rival_fail(r, "key set-up");
		reason = r->reason;
	}
	if (reason != NULL) {
		free(r->padding);
		run->failures++;
		add_missing(run, *entry, RESULT_FAILED, reason);
		return -1;
	}
	return 0;
}

// Whether the item takes part: a forced kernel only when asked for; who names no
// kernels stays in as a rival whatever kernels were asked for.
static int shown(const struct bench_options *options, const struct lane_loaded_engine *engine, enum item_kind kind,
		 const struct item *item)
{
	if (item->kernel != NULL && options->kernels.n > 0)
		return bench_filter_passes(&options->kernels, item->kernel);
	return options->all_kernels || !item_is_detail(engine, kind, item);
}

// ---- The self-test: rivals that are the same, and one that does more ----

// 3 % more messages than are counted: exact where a turn has many, and only such are judged.
static int batch_and_more(void *user, uint64_t n, double *seconds)
{
	struct rival *r = user;
	return r->batch(r, n + (3 * n + 50) / 100, seconds);
}

// Beside a rival that has entered: the same once more, under another name and with a key and place of its own, and
// the same with 3 % more to do; both are compared with it. How many of the two are in.
static size_t enter_twins(struct bench_run *run, const struct group *group, const struct slow_list *slow,
			  struct rival *first, struct stopwatch_cell *cell, struct result_entry *entry)
{
	static const char *const names[] = {SELF_TEST_AGAIN, SELF_TEST_SLOWED};
	size_t n = 0;
	for (int i = 0; i < 2; i++) {
		struct rival *twin = &first[n + 1];
		*twin = (struct rival){.engine = first->engine,
				       .item = first->item,
				       .work = first->work,
				       .batch = group->operation->batch};
		snprintf(twin->name, sizeof(twin->name), "%.40s%s", first->engine->name, names[i]);
		snprintf(twin->baseline, sizeof(twin->baseline), "%.40s%s%s", first->engine->name,
			 entry->kernel != NULL ? "/" : "", entry->kernel != NULL ? entry->kernel : "");
		entry[n + 1] = *entry;
		entry[n + 1].engine = twin->name;
		entry[n + 1].baseline = twin->baseline;
		entry[n + 1].reason = twin->reason;
		cell[n + 1] = (struct stopwatch_cell){.batch = i == 0 ? twin->batch : batch_and_more, .user = twin};
		n += rival_enter(run, group, slow, twin, &entry[n + 1]) == 0;
	}
	return n;
}

// Of many engines a few take part in each group, other ones in the next: some hundred comparisons will do.
static int sits_out(const struct bench_run *run, const struct group *group, size_t engine)
{
	size_t n = 0;
	while (lane_loader_at(run->loader, n) != NULL)
		n++;
	return run->options->self_test && n > SELF_TEST_ENGINES && (engine + group->index) % n >= SELF_TEST_ENGINES;
}

static int group_run(struct bench_run *run, const struct group *group, struct work *work, struct slow_list *slow,
		     double budget)
{
	const enum item_kind kind = group->operation->kind;
	const struct bench_options *options = run->options;
	const struct lane_loaded_engine *engine;
	const struct item *item;
	size_t n = 0, cap = 1;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		cap += engine->n_aead + engine->n_cipher + engine->n_mac;
	cap *= options->self_test ? 3 : 1;
	struct rival *rivals = bench_calloc(cap, sizeof(*rivals));
	struct stopwatch_cell *cells = bench_calloc(cap, sizeof(*cells));
	struct result_entry *entries = bench_calloc(cap, sizeof(*entries));
	const int is_aead = kind == ITEM_AEAD, is_open = is_aead && strcmp(group->operation->name, "open") == 0;
	const uint64_t aad = is_aead ? options->aad : 0;

	work_lay_out(work, group->size, aad);
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		if (engine->engine == NULL || !bench_filter_passes(&options->engines, engine->name) ||
		    sits_out(run, group, e))
			continue;
		int offered = 0;
		for (size_t i = 0; (item = item_at(engine, kind, i)) != NULL; i++) {
			if (strcasecmp(item->algorithm, group->algorithm) != 0)
				continue;
			offered = 1;
			if (!shown(options, engine, kind, item))
				continue;
			rivals[n] = (struct rival){.engine = engine, .item = item, .work = work};
			entries[n] = (struct result_entry){.engine = engine->name,
							   .kernel = item->kernel,
							   .picked = item_picked(engine, item, group->size),
							   .library_version = engine->engine->library_version(),
							   .algorithm = group->algorithm,
							   .op = group->operation->name,
							   .latency = group->operation->latency,
							   .size = group->size,
							   .has_size = 1,
							   .aad = aad,
							   .buffer_bytes = work->buffer_bytes};
			entries[n].reason = rivals[n].reason;
			cells[n] = (struct stopwatch_cell){.batch = group->operation->batch, .user = &rivals[n]};
			if (rival_enter(run, group, slow, &rivals[n], &entries[n]) != 0)
				continue;
			n++;
			if (options->self_test)
				n += enter_twins(run, group, slow, &rivals[n - 1], &cells[n - 1], &entries[n - 1]);
		}
		if (!offered && group->first)
			add_missing(run,
				    (struct result_entry){.engine = engine->name,
							  .algorithm = group->algorithm,
							  .op = group->operation->name},
				    RESULT_NOT_OFFERED, "this engine does not have it");
	}
	if (is_aead && n > 0)
		work_messages(work, group, aad);
	if (is_open && n > 0)
		work_seal_ring(&rivals[0]);

	// In the self-test each rival is alone with its twins.
	const size_t together = options->self_test ? 3 : n;
	int status = 0;
	for (size_t i = 0; i < n && status == 0; i += together) {
		struct stopwatch_options timing = {.budget = budget / (double)((n + together - 1) / together),
						   .slow_factor = SLOW_FACTOR,
						   .seed = run->seed++};
		status = group_measure(run, &cells[i], &entries[i], n - i < together ? n - i : together, &timing);
	}
	note_slow(slow, entries, rivals, n);
	for (size_t i = 0; i < n; i++)
		free_key(&rivals[i], kind);
	free(rivals);
	free(cells);
	free(entries);
	return status;
}

int symmetric_measure(struct bench_run *run)
{
	struct groups groups = groups_list(run);
	struct slow_list slow = {0};
	uint64_t max_size = 0;
	double begun = bench_now();
	int status = 0;
	for (size_t i = 0; i < groups.n; i++)
		max_size = groups.items[i].size > max_size ? groups.items[i].size : max_size;
	struct work *work = work_new(max_size, run->options->aad, run->seed);
	if (work->memory == NULL) {
		fprintf(stderr, "lanecrypt: no memory for messages of %llu bytes\n", (unsigned long long)max_size);
		run->failures++;
		groups.n = 0;
	}
	for (size_t i = 0; i < groups.n && status == 0; i++) {
		const struct group *group = &groups.items[i];
		char what[128], size[FIGURE_CAP];
		snprintf(what, sizeof(what), "%s %s, %s", group->algorithm, group->operation->name,
			 figure_size(group->size, size));
		progress_step(run->progress, what);
		status = group_run(run, group, work, &slow, group_budget(run, begun, groups.n - i));
	}
	work_free(work);
	free(groups.items);
	return status;
}
