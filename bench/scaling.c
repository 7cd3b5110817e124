// SPDX-License-Identifier: MIT
// scaling: what 1 … N threads do together, each pinned to a CPU of its own and
// with an engine object of its own; and what a thread that computes with plain
// integers loses while the next CPU runs wide vectors.
//
// A round measures every number of threads once, one after the other, all threads
// between the same barrier and the end of a fixed time; efficiencies are paired
// within rounds. Rates are per second of each thread's CPU time: what another
// process takes of a CPU is not the team's loss. Meanwhile each thread reads its
// core clock, by a chain of adds, which beside a neighbour on the same core takes
// no longer.

#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chains.h"
#include "command.h"
#include "group.h"
#include "handshake_pair.h"
#include "items.h"
#include "progress.h"
#include "run.h"
#include "table.h"

#ifdef _OPENMP
#include <omp.h>

enum { message_len = 16384, max_rounds = 16, max_counts = 16, max_works = 32, n_clock_readings = 3 };

// ---- Work: what a thread does ----

struct work {
	enum { WORK_SEAL, WORK_HANDSHAKE, WORK_INTEGERS } type;
	const struct lane_loaded_engine *engine;
	const struct item *item;     // WORK_SEAL
	const struct tls_kind *kind; // WORK_HANDSHAKE
};

// A thread's own state for it.
struct worker {
	const struct work *work;
	char reason[192];
	struct handshake_pair *pair;
	void *key;
	uint8_t *memory;
	uint64_t counter;
	struct lane_engine_message message;
	uint8_t nonce[64], tag[64];
	uint64_t integers[4];
};

static int seal_begin(struct worker *w)
{
	const struct lane_engine_aead *aead = (const void *)w->work->item;
	const char *reason = NULL;
	struct lane_engine_object *object = bench_engine(w->work->engine, &reason);
	static const uint8_t key[64] = {1, 2, 3};
	// Half a page between input and output, as in symmetric.c.
	w->memory = aligned_alloc(4096, 2 * message_len + 3 * 4096);
	if (object == NULL || w->memory == NULL) {
		snprintf(w->reason, sizeof(w->reason), "%s", reason != NULL ? reason : "out of memory");
		return -1;
	}
	memset(w->memory, 7, 2 * message_len + 3 * 4096);
	w->message = (struct lane_engine_message){.out = w->memory + message_len + 2048,
						  .in = w->memory,
						  .len = message_len,
						  .nonce = w->nonce,
						  .nonce_len = aead->nonce_len,
						  .aad = w->memory + 2 * message_len + 4096,
						  .aad_len = 13,
						  .tag = w->tag,
						  .tag_len = aead->tag_len};
	if (aead->key_new(object, aead, key, aead->key_len, aead->tag_len, &w->key) != LANE_ENGINE_OK) {
		snprintf(w->reason, sizeof(w->reason), "key set-up: %s", w->work->engine->engine->last_error(object));
		return -1;
	}
	return 0;
}

static int seal_some(struct worker *w, uint64_t n)
{
	const struct lane_engine_aead *aead = (const void *)w->work->item;
	for (; n > 0; n--) {
		w->counter++;
		memcpy(w->nonce, &w->counter, sizeof(w->counter));
		if (aead->seal(w->key, &w->message, 1) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

// What most programs are made of: four chains of multiplications, xors, rotations.
static int integers_some(struct worker *w, uint64_t n)
{
	uint64_t a = w->integers[0], b = w->integers[1], c = w->integers[2], d = w->integers[3];
	for (uint64_t i = 0; i < n; i++) {
		a = (a ^ i) * 0x9e3779b97f4a7c15u, a ^= a >> 29;
		b = (b ^ i) * 0xbf58476d1ce4e5b9u, b ^= b >> 31;
		c = (c + i) * 0x94d049bb133111ebu, c ^= c >> 27;
		d = (d + i) * 0xd6e8feb86659fd93u, d ^= d >> 32;
		__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d)); // each step is made, and not by vectors
	}
	w->integers[0] = a, w->integers[1] = b, w->integers[2] = c, w->integers[3] = d;
	return 0;
}

static int worker_begin(struct worker *w, struct bench_run *run, const struct work *work)
{
	*w = (struct worker){.work = work};
	if (work->type == WORK_SEAL)
		return seal_begin(w);
	if (work->type != WORK_HANDSHAKE)
		return 0;
	w->pair = handshake_pair_new(run, work->engine, work->kind, NULL);
	if (handshake_pair_state(w->pair) == RESULT_OK)
		return 0;
	snprintf(w->reason, sizeof(w->reason), "%s", handshake_pair_reason(w->pair));
	return -1;
}

// So much that the clock need not be read too often. Returns the operations, 0 when one failed.
static uint64_t worker_some(struct worker *w)
{
	const uint64_t n = w->work->type == WORK_SEAL ? 32 : w->work->type == WORK_HANDSHAKE ? 1 : 10000;
	double ignored[HANDSHAKE_N_SIDES] = {0};
	int status = w->work->type == WORK_SEAL        ? seal_some(w, n)
		     : w->work->type == WORK_HANDSHAKE ? handshake_pair_shake(w->pair, ignored)
						       : integers_some(w, n);
	return status == 0 ? n : 0;
}

static void worker_end(struct worker *w)
{
	if (w->key != NULL)
		((const struct lane_engine_aead *)(const void *)w->work->item)->key_free(w->key);
	if (w->pair != NULL)
		handshake_pair_free(w->pair);
	free(w->memory);
}

// ---- A team: threads at work together ----

struct player {
	const struct work *work;
	int cpu;
	double per_second; // operations
	double hz;         // core clock meanwhile
	char reason[192];  // why it failed, else empty
};

static void player_work(struct player *p, struct worker *w, double seconds)
{
	double begun = bench_now(), cpu_begun = stopwatch_cpu_seconds(), reading = 0, hz = 0;
	uint64_t n = 0;
	for (int k = 0; k <= n_clock_readings;) {
		double now = bench_now();
		if (now - begun < seconds * (k + 1) / (n_clock_readings + 1)) {
			uint64_t some = worker_some(w);
			if (some == 0) {
				snprintf(p->reason, sizeof(p->reason), "an operation failed");
				return;
			}
			n += some;
		} else if (k++ < n_clock_readings) {
			double since = stopwatch_cpu_seconds();
			hz += stopwatch_core_hz_at_once() / n_clock_readings;
			reading += stopwatch_lap(&since);
		}
	}
	p->per_second = (double)n / (stopwatch_cpu_seconds() - cpu_begun - reading);
	p->hz = hz;
}

static void pin(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

// 0, or -1 when a player failed; the first one's reason is in players[0].
static int team_play(struct bench_run *run, struct player *players, int n, double seconds)
{
	cpu_set_t all;
	sched_getaffinity(0, sizeof(all), &all);
	omp_set_dynamic(0);
	for (int i = 0; i < n; i++)
		snprintf(players[i].reason, sizeof(players[i].reason), "OpenMP starts no more threads");
#pragma omp parallel num_threads(n)
	{
		struct player *p = &players[omp_get_thread_num()];
		struct worker worker;
		pin(p->cpu);
		int status = worker_begin(&worker, run, p->work);
		memcpy(p->reason, worker.reason, sizeof(p->reason));
#pragma omp barrier
		if (status == 0)
			player_work(p, &worker, seconds);
		worker_end(&worker);
	}
	sched_setaffinity(0, sizeof(all), &all);
	for (int i = 0; i < n; i++)
		if (players[i].reason[0] != '\0') {
			memmove(players[0].reason, players[i].reason, sizeof(players[0].reason));
			return -1;
		}
	return 0;
}

// ---- Series: one work on more and more threads ----

static struct estimate estimate(double *values, size_t n)
{
	return estimate_median(values, n, CONFIDENCE_95);
}

struct point {
	int threads;
	struct estimate per_second, efficiency, hz;
};

struct series {
	struct work work;
	struct point points[max_counts];
	size_t n_points;
};

struct neighbour {
	struct work work;
	struct estimate integers, per_second, hz, own_hz; // integers: share of what is done beside an idle CPU
};

struct scaling {
	struct bench_run *run;
	int cpus[CPU_SETSIZE], n_cpus;
	int counts[max_counts];
	size_t n_counts;
	struct series series[max_works];
	size_t n_series;
	struct neighbour neighbours[max_works];
	size_t n_neighbours;
	double seconds; // of one timing
	size_t rounds;
};

static void report_failure(struct scaling *s, const struct work *work, const char *reason)
{
	s->run->failures++;
	usage_error("%s %s: %s", work->engine->name, work->type == WORK_SEAL ? work->item->algorithm : work->kind->name,
		    reason);
}

// Whether round n is one too many: CPUs that others hold make timings of 20 ms take a second. So at least three rounds,
// and no more once they have taken four times what all of them should.
static int too_late(const struct scaling *s, size_t n, double begun, size_t timings_a_round)
{
	const double expected = s->seconds * (double)(s->rounds * timings_a_round);
	return n >= 3 && bench_now() - begun > 4 * expected;
}

static void measure_series(struct scaling *s, struct series *series)
{
	static double total[max_counts][max_rounds], efficiency[max_counts][max_rounds], hz[max_counts][max_rounds];
	struct player *players = bench_calloc((size_t)s->n_cpus, sizeof(*players));
	const double begun = bench_now();
	size_t n = 0;
	for (; n < s->rounds && !too_late(s, n, begun, s->n_counts) && !stopwatch_interrupted(); n++)
		for (size_t k = 0; k < s->n_counts; k++) {
			const int threads = s->counts[k];
			for (int i = 0; i < threads; i++)
				players[i] = (struct player){.work = &series->work, .cpu = s->cpus[i]};
			if (team_play(s->run, players, threads, s->seconds) != 0) {
				report_failure(s, &series->work, players[0].reason);
				free(players);
				return;
			}
			total[k][n] = hz[k][n] = 0;
			for (int i = 0; i < threads; i++) {
				total[k][n] += players[i].per_second;
				hz[k][n] += players[i].hz / threads;
			}
			efficiency[k][n] = total[k][n] / (threads * total[0][n]);
		}
	for (size_t k = 0; k < s->n_counts && n > 0; k++)
		series->points[series->n_points++] = (struct point){s->counts[k], estimate(total[k], n),
								    estimate(efficiency[k], n), estimate(hz[k], n)};
	free(players);
}

// All neighbours in each round, beside the same integers.
static void measure_neighbours(struct scaling *s)
{
	static const struct work integers = {.type = WORK_INTEGERS};
	static double share[max_works][max_rounds], rate[max_works][max_rounds], hz[max_works][max_rounds],
		own_hz[max_works][max_rounds];
	const double begun = bench_now();
	size_t n = 0;
	for (; n < s->rounds && !too_late(s, n, begun, 1 + s->n_neighbours) && !stopwatch_interrupted(); n++) {
		struct player alone = {.work = &integers, .cpu = s->cpus[0]};
		if (team_play(s->run, &alone, 1, s->seconds) != 0)
			return;
		for (size_t k = 0; k < s->n_neighbours; k++) {
			struct player both[2] = {{.work = &integers, .cpu = s->cpus[0]},
						 {.work = &s->neighbours[k].work, .cpu = s->cpus[1]}};
			if (team_play(s->run, both, 2, s->seconds) != 0) {
				report_failure(s, &s->neighbours[k].work, both[0].reason);
				s->n_neighbours = 0;
				return;
			}
			share[k][n] = both[0].per_second / alone.per_second;
			own_hz[k][n] = both[0].hz;
			rate[k][n] = both[1].per_second;
			hz[k][n] = both[1].hz;
		}
	}
	for (size_t k = 0; k < s->n_neighbours; k++) {
		struct neighbour *b = &s->neighbours[k];
		b->integers = estimate(share[k], n);
		b->per_second = estimate(rate[k], n);
		b->hz = estimate(hz[k], n);
		b->own_hz = estimate(own_hz[k], n);
	}
}

// ---- What there is to do ----

static void list_cpus(struct scaling *s)
{
	cpu_set_t set;
	sched_getaffinity(0, sizeof(set), &set);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &set))
			s->cpus[s->n_cpus++] = cpu;
}

// All up to 8, then doubling, and the last.
static void list_counts(struct scaling *s, int most)
{
	for (int n = 1; n <= most && s->n_counts + 1 < max_counts; n = n < 8 ? n + 1 : 2 * n)
		s->counts[s->n_counts++] = n;
	if (s->counts[s->n_counts - 1] != most)
		s->counts[s->n_counts++] = most;
}

static int engine_wanted(const struct scaling *s, const struct lane_loaded_engine *engine, int native_only)
{
	if (engine->engine == NULL || (native_only && s->run->options->engines.n == 0))
		return engine->engine != NULL && strcmp(engine->name, "native") == 0;
	return bench_filter_passes(&s->run->options->engines, engine->name);
}

// "vaes512" in "aes-gcm:vaes512".
static int is_wide(const struct item *item)
{
	static const char *const wide[] = {"vaes256", "vaes512", "avx2", "avx512"};
	const char *colon = item->kernel != NULL ? strchr(item->kernel, ':') : NULL;
	for (size_t i = 0; colon != NULL && i < sizeof(wide) / sizeof(wide[0]); i++)
		if (strcmp(colon + 1, wide[i]) == 0)
			return 1;
	return 0;
}

static void list_ciphers(struct scaling *s)
{
	const struct bench_options *options = s->run->options;
	const struct lane_loaded_engine *engine;
	const struct item *item;
	for (size_t e = 0; (engine = lane_loader_at(s->run->loader, e)) != NULL; e++)
		for (size_t i = 0; engine_wanted(s, engine, 1) && (item = item_at(engine, ITEM_AEAD, i)) != NULL; i++) {
			const struct work work = {.type = WORK_SEAL, .engine = engine, .item = item};
			if (!item_passes(options, engine, item) || item->unavailable != NULL ||
			    !bench_is_verified(item))
				continue;
			if ((options->kernels.n > 0 || !item_is_detail(engine, ITEM_AEAD, item)) &&
			    s->n_series < max_works)
				s->series[s->n_series++].work = work;
			if (is_wide(item) && s->n_neighbours < max_works)
				s->neighbours[s->n_neighbours++].work = work;
		}
}

// Without --algorithm, the kind of the headline.
static int kind_wanted(const struct scaling *s, const struct tls_kind *kind)
{
	if (s->run->options->algorithms.n > 0)
		return tls_kind_chosen(kind, s->run->options);
	return strcmp(kind->name, "TLS 1.3 X25519 RSA-2048") == 0;
}

static void list_handshakes(struct scaling *s)
{
	const struct lane_loaded_engine *engine;
	const struct tls_kind *kind;
	for (size_t k = 0; (kind = tls_kind_at(k)) != NULL; k++)
		for (size_t e = 0; kind_wanted(s, kind) && (engine = lane_loader_at(s->run->loader, e)) != NULL; e++)
			if (engine_wanted(s, engine, 0) && handshake_offered(engine, kind) && s->n_series < max_works) {
				bench_chain(s->run, kind->key_type); // not by several threads at once
				if (kind->client_auth)
					bench_client_chain(s->run, kind->key_type);
				s->series[s->n_series++].work =
					(struct work){.type = WORK_HANDSHAKE, .engine = engine, .kind = kind};
			}
}

// ---- What comes out ----

static const char *name_of(const struct work *work)
{
	return work->type == WORK_SEAL ? work->item->algorithm : work->kind->name;
}

static const char *kernel_of(const struct work *work)
{
	return work->type == WORK_SEAL && work->item->kernel != NULL ? work->item->kernel : "";
}

// What is counted: bytes where messages are sealed, handshakes.
static double amount_of(const struct work *work)
{
	return work->type == WORK_SEAL ? message_len : 1;
}

static json_t *interval_json(struct estimate e, double times)
{
	return json_pack("[f, f, f]", e.x * times, e.lo * times, e.hi * times);
}

static json_t *work_json(const struct work *work)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "engine", work->engine->name, "kernel", kernel_of(work), "what",
			 name_of(work), "unit", work->type == WORK_SEAL ? "bytes" : "handshakes");
}

static json_t *scaling_json(const struct scaling *s, struct result_set *context)
{
	json_t *threads = json_array(), *neighbours = json_array();
	for (size_t i = 0; i < s->n_series; i++)
		for (size_t k = 0; k < s->series[i].n_points; k++) {
			const struct point *p = &s->series[i].points[k];
			json_t *object = work_json(&s->series[i].work);
			json_object_set_new(object, "threads", json_integer(p->threads));
			json_object_set_new(object, "per_second",
					    interval_json(p->per_second, amount_of(&s->series[i].work)));
			json_object_set_new(object, "efficiency", interval_json(p->efficiency, 1));
			json_object_set_new(object, "clock_hz", interval_json(p->hz, 1));
			json_array_append_new(threads, object);
		}
	for (size_t i = 0; i < s->n_neighbours; i++) {
		const struct neighbour *b = &s->neighbours[i];
		json_t *object = work_json(&b->work);
		json_object_set_new(object, "per_second", interval_json(b->per_second, amount_of(&b->work)));
		json_object_set_new(object, "clock_hz", interval_json(b->hz, 1));
		json_object_set_new(object, "integers", interval_json(b->integers, 1));
		json_object_set_new(object, "integers_clock_hz", interval_json(b->own_hz, 1));
		json_array_append_new(neighbours, object);
	}
	return json_pack("{s:O, s:o, s:o}", "context", result_context(context), "threads", threads, "neighbours",
			 neighbours);
}

static void share_cell(struct table *table, struct estimate e)
{
	table_number(table, PLAIN, NUMBERS(e.x, e.lo, e.hi), "%.1f %% [%.1f, %.1f]", 100 * e.x, 100 * e.lo, 100 * e.hi);
}

static void rate_cell(struct table *table, const struct work *work, double per_second)
{
	double value = per_second * (work->type == WORK_SEAL ? message_len / 1e9 : 1);
	table_number(table, PLAIN, NUMBERS(value), work->type == WORK_SEAL ? "%.2f" : "%.0f", value);
}

static void work_cells(struct table *table, const struct work *work)
{
	table_cell(table, PLAIN, "%s", name_of(work));
	table_repeats(table);
	table_cell(table, PLAIN, "%s%s%s", work->engine->name, kernel_of(work)[0] != '\0' ? " " : "", kernel_of(work));
	table_repeats(table);
}

static void clock_cell(struct table *table, struct estimate hz)
{
	table_number(table, DIM, NUMBERS(hz.x), "%.2f GHz", hz.x / 1e9);
}

static void show_series(const struct scaling *s, int type, const char *title, const char *note, const char *heads)
{
	struct table *table = table_new("llrrrrr");
	table_title(table, note, "%s", title);
	table_heads(table, heads);
	for (size_t i = 0; i < s->n_series; i++)
		for (size_t k = 0; (int)s->series[i].work.type == type && k < s->series[i].n_points; k++) {
			const struct work *work = &s->series[i].work;
			const struct point *p = &s->series[i].points[k];
			work_cells(table, work);
			table_number(table, PLAIN, NUMBERS(p->threads), "%d", p->threads);
			rate_cell(table, work, p->per_second.x);
			rate_cell(table, work, p->per_second.x / p->threads);
			share_cell(table, p->efficiency);
			clock_cell(table, p->hz);
		}
	table_print(table, stdout, color_on(s->run->options, stdout), 2, columns_of(stdout));
}

// Whether the system says that two CPUs are threads of one core.
static int share_core(int a, int b)
{
	char path[96];
	int first, last, found = 0;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", a);
	FILE *in = fopen(path, "r");
	for (int n; in != NULL && !found && fscanf(in, "%d", &first) == 1; found = first <= b && b <= last) {
		last = first;
		n = fscanf(in, "-%d", &last);
		n = fscanf(in, ",");
		(void)n;
	}
	if (in != NULL)
		fclose(in);
	return found;
}

static void show_neighbours(const struct scaling *s)
{
	struct table *table = table_new("llrrrr");
	char note[160];
	snprintf(note, sizeof(note), "what integer code on CPU %d keeps of its speed while CPU %d, %s, runs this",
		 s->cpus[0], s->cpus[1],
		 share_core(s->cpus[0], s->cpus[1]) ? "the same core" : "by what the system says another core");
	table_title(table, note, "A scalar neighbour");
	table_heads(table, ":what|:implementation|GB/s|its clock:clock Hz|integers keep [95 %]:integers keep|"
			   "their clock:integers clock Hz");
	for (size_t i = 0; i < s->n_neighbours; i++) {
		const struct neighbour *b = &s->neighbours[i];
		work_cells(table, &b->work);
		rate_cell(table, &b->work, b->per_second.x);
		clock_cell(table, b->hz);
		share_cell(table, b->integers);
		clock_cell(table, b->own_hz);
	}
	table_print(table, stdout, color_on(s->run->options, stdout), 2, columns_of(stdout));
}

static void show(const struct scaling *s)
{
	if (result_is_emulated())
		text_line(stdout, 0, PLAIN, columns_of(stdout),
			  "Emulated: these figures say nothing about any real core.");
	show_series(s, WORK_SEAL, "Ciphers", "messages of 16 KiB sealed, GB/s; a thread on each CPU",
		    ":what|:implementation|threads|together:GB/s|a thread:GB/s a thread|efficiency [95 %]:efficiency|"
		    "clock:clock Hz");
	show_series(s, WORK_HANDSHAKE, "Handshakes", "client and server in one thread; whole handshakes a second",
		    ":what|:implementation|threads|together:per second|a thread:per second a thread|"
		    "efficiency [95 %]:efficiency|clock:clock Hz");
	if (s->n_neighbours > 0)
		show_neighbours(s);
	if (s->n_cpus == 1)
		text_line(stdout, 0, PLAIN, columns_of(stdout), "One CPU: nothing to scale to, and no neighbour.");
}

// ---- The command ----

static int scaling_run(struct bench_run *run, const char *file)
{
	(void)file;
	static struct scaling scaling;
	static char *usual[] = {"=AES-128-GCM", "=ChaCha20-Poly1305"};
	struct scaling *s = &scaling;
	const struct bench_options *given = run->options;
	struct bench_options ciphers = *given;
	*s = (struct scaling){.run = run, .seconds = given->quick ? 0.02 : 0.1, .rounds = given->quick ? 6 : 11};
	list_cpus(s);
	if (given->threads > s->n_cpus)
		return usage_error("unknown --threads '%d'; valid: 1 to %d, the CPUs that this process may use",
				   given->threads, s->n_cpus);
	if (given->threads > 0)
		s->n_cpus = given->threads;
	list_counts(s, s->n_cpus);
	if (given->algorithms.n == 0)
		ciphers.algorithms = (struct bench_filter){usual, 2};
	run->results = result_new(result_is_emulated() ? RESULT_EMULATED : RESULT_MEASURED);
	run->options = &ciphers;
	run->failures += verify_all(run, NULL);
	list_ciphers(s);
	run->options = given;
	list_handshakes(s);
	if (s->n_series == 0) {
		result_free(run->results);
		return usage_error("nothing to measure: no engine has these algorithms with these kernels");
	}
	if (s->n_cpus < 2)
		s->n_neighbours = 0;

	run->progress = progress_new(stderr, s->n_series + 1, !given->no_progress);
	for (size_t i = 0; i < s->n_series && !stopwatch_interrupted(); i++) {
		progress_step(run->progress, name_of(&s->series[i].work));
		measure_series(s, &s->series[i]);
	}
	if (s->n_neighbours > 0 && !stopwatch_interrupted()) {
		progress_step(run->progress, "a scalar neighbour");
		measure_neighbours(s);
	} else {
		s->n_neighbours = 0;
	}
	progress_end(run->progress);
	omp_pause_resource_all(omp_pause_soft);

	char error[512];
	int status = run->failures > 0 || stopwatch_interrupted() ? EXIT_CHECK : EXIT_FINE;
	if (stopwatch_interrupted())
		result_set_kind(run->results, RESULT_PARTIAL);
	if (given->json != NULL) {
		json_t *root = scaling_json(s, run->results);
		if (result_write_json(root, given->json, error, sizeof(error)) != 0)
			status = usage_error("%s", error);
		json_decref(root);
	}
	if (!run_to_stdout(run))
		show(s);
	result_free(run->results);
	return status;
}
#else
static int scaling_run(struct bench_run *run, const char *file)
{
	(void)run;
	(void)file;
	return usage_error("scaling: built without OpenMP (Debian: gcc has it, clang wants libomp-dev)");
}
#endif

const struct command command_scaling = {
	.name = "scaling",
	.arguments = "",
	.summary = "what many threads do together, and what a neighbour loses",
	.help = "Runs ciphers and TLS handshakes on 1, 2, … threads (above 8: 16, 32, …), each pinned to a CPU\n"
		"of its own, and shows what they do together and each, how much of N times one thread that is\n"
		"(efficiency), and the core clock meanwhile. Then, on two CPUs, what a loop of plain integer code\n"
		"on the first keeps of its speed while the second runs kernels of 256 or 512 bits. Which CPUs:\n"
		"those that this process may use, in their order (taskset chooses).\n"
		"\n"
		"Examples:\n"
		"  lanecrypt scaling\n"
		"  lanecrypt scaling --algorithm AES-128-GCM --engine native,openssl --threads 2\n"
		"  taskset -c 0,8 lanecrypt scaling --json siblings.json\n",
	.options = " algorithm engine kernel threads quick format json no-progress no-color ",
	.needs_engines = 1,
	.run = scaling_run,
};
