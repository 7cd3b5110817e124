// SPDX-License-Identifier: MIT
// Whether adaptors are honest: honesty ENGINE_FOLDER BARE_FOLDER [ENGINE…]
//
// Each cell of an engine is measured in paired rounds beside a bare C loop over the same library (bare.h), and the
// harness's loop beside a bare one over the same engine call. It is a benchmark with a verdict: a cell fails when even
// the upper end of its ratio's interval says that it is slower than allowed, five times running, with more time and
// keys in another place each time (a library's own context, laid out badly, costs up to a fifth). Cells of few
// nanoseconds that keep within the price of the plug-in interface (an indirect call whose arguments come from a struct,
// which all engines pay alike; it is measured first, 1.1 ns at 4.2 GHz) are told apart. Still slower than that: native
// AES-256-GCM sealing 16 bytes (0.887, 1.8 ns: the adaptor is 25 instructions, which load eleven arguments from the
// message and push four of them for a function of ten; the bare loop has most in registers), and boringssl AES-256-GCM
// sealing 64 bytes (0.946, 4.9 ns, not explained: 0.948 with the context at a line of the cache, 0.947 – 0.949 with the
// stack 16, 32, 48 bytes deeper; the adaptor makes the very call of the bare loop).

#include <alloca.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../engines/loader.h"
#include "bare.h"
#include "stopwatch.h"

#define ENGINE_LIMIT 0.97  // of the bare loop's speed
#define HARNESS_LIMIT 0.99 // of the same engine call's

enum {
	page = 4096,
	max_len = 16384,
	ring_bytes = 8192,
	n_attempts = 5,
	n_pads = 1000,
	pair_cap = 2560,
	signed_len = 32,
	pk_longer = 3
};
static const size_t sizes[] = {16, 64, 1350, max_len};
static const double budgets[n_attempts] = {0.1, 0.2, 0.3, 0.5, 1};

static uint8_t memory[2 * max_len + 4 * page] __attribute__((aligned(4096)));
static const uint8_t key_bytes[64] = {1, 2, 3, 4, 5}; // longest: AES-256-XTS, whose halves have to differ

// One engine's cell and what it works on, which is the bare loop's too.
struct subject {
	const struct lane_loaded_engine *engine;
	struct lane_engine_object *object;
	const struct bare_loop *bare;
	const struct lane_engine_aead *aead; // one of the four
	const struct lane_engine_cipher *cipher;
	const struct lane_engine_mac *mac;
	const struct lane_engine_pk *pk;
	void *key;
	struct bare_work work;
	struct lane_engine_message messages[bare_ring];
	uint8_t pair[pair_cap], given[pair_cap]; // of pk: PKCS#8; what work.given points to
	size_t pair_len, given_len;
};

// ---- What is timed: the loops of bench/symmetric.c, and the bare one ----

static int do_seal(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	(void)seconds;
	for (uint64_t i = 0; i < n; i++) {
		const size_t r = i & s->work.mask;
		memcpy(s->work.iv[r], &s->work.counter, sizeof s->work.counter);
		s->work.counter++;
		if (s->aead->seal(s->key, &s->messages[r], 1) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_open(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	(void)seconds;
	for (uint64_t i = 0; i < n; i++) {
		if (s->aead->open(s->key, &s->messages[i & s->work.mask], 1) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_encrypt(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	(void)seconds;
	for (uint64_t i = 0; i < n; i++) {
		const size_t r = i & s->work.mask;
		memcpy(s->work.iv[r] + 4, &s->work.counter, sizeof s->work.counter);
		s->work.counter++;
		if (s->cipher->encrypt(s->key, s->work.iv[r], s->work.out, s->work.in[r], s->work.len) !=
		    LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_mac(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	(void)seconds;
	for (uint64_t i = 0; i < n; i++) {
		const size_t r = i & s->work.mask;
		if (s->mac->compute(s->key, s->work.tag[r], s->work.in[r], s->work.len) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_sign(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	size_t len;
	(void)seconds;
	for (; n; n--) {
		if (s->pk->sign(s->key, s->work.out, max_len, &len, s->work.in[0], s->work.len) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_verify(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	(void)seconds;
	for (; n; n--) {
		if (s->pk->verify(s->key, s->given, s->given_len, s->work.in[0], s->work.len) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_derive(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	size_t len;
	(void)seconds;
	for (; n; n--) {
		if (s->pk->derive(s->key, s->given, s->given_len, s->work.out, max_len, &len) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_bare(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	(void)seconds;
	return s->bare->run(&s->work, n) ? 0 : -1;
}

// The same loop without harness: it reads the clock itself.
static int do_seal_alone(void *user, uint64_t n, double *seconds)
{
	double since = stopwatch_cpu_seconds();
	const int status = do_seal(user, n, NULL);
	seconds[0] = stopwatch_lap(&since);
	return status;
}

// ---- Subjects ----

static const void *find(const struct lane_loaded_engine *engine, const char *kind, const char *algorithm)
{
	const void *const item = lane_loaded_find(engine, kind, algorithm, NULL);
	return item ? item : lane_loaded_find(engine, kind, algorithm, "auto");
}

static int is_op(const struct subject *s, const char *op)
{
	return strcmp(s->bare->op, op) == 0;
}

static int is_open(const struct subject *s)
{
	return is_op(s, "open");
}

// Messages of that length; those to be opened are sealed first.
static int lay_out(struct subject *s, size_t len)
{
	struct bare_work *const w = &s->work;
	const size_t stride = (len + 63) / 64 * 64;
	size_t n_ring = 1;
	while (n_ring < bare_ring && 2 * n_ring * stride <= ring_bytes)
		n_ring *= 2;
	*w = (struct bare_work){
		.mask = n_ring - 1, .len = len, .counter = w->counter, .given = s->given, .given_len = s->given_len};
	w->out = memory + (n_ring * stride + page - 1) / page * page + page / 2;
	for (size_t r = 0; r < n_ring; r++) {
		w->in[r] = memory + r * stride;
		w->iv[r][0] = 1; // ChaCha20's block counter
		s->messages[r] = (struct lane_engine_message){.out = w->out,
							      .in = w->in[r],
							      .len = len,
							      .nonce = w->iv[r],
							      .nonce_len = s->aead ? s->aead->nonce_len : 12,
							      .aad = w->aad,
							      .aad_len = bare_aad_len,
							      .tag = w->tag[r],
							      .tag_len = bare_tag_len};
	}
	for (size_t r = 0; is_open(s) && r < n_ring; r++) {
		if (s->aead->seal(s->key, &s->messages[r], 1) != LANE_ENGINE_OK)
			return 0;
		memcpy(w->in[r], w->out, len);
	}
	return 1;
}

// A pair of keys, and what is done with it: a signature by it, or the point of another one.
static int make_pair(struct subject *s)
{
	const struct lane_engine_pk *const pk = s->pk;
	void *key = NULL, *peer = NULL;
	int status = pk->generate(s->object, pk, &key);
	if (!status)
		status = pk->export_private(key, s->pair, sizeof s->pair, &s->pair_len);
	if (!status && is_op(s, "verify")) {
		status = pk->sign(key, s->given, sizeof s->given, &s->given_len, memory, signed_len);
	} else if (!status && is_op(s, "derive")) {
		status = pk->generate(s->object, pk, &peer);
		if (!status)
			status = pk->public_raw(peer, s->given, sizeof s->given, &s->given_len);
	}
	if (peer)
		pk->key_free(peer);
	if (key)
		pk->key_free(key);
	return status == LANE_ENGINE_OK;
}

static int import_pk(struct subject *s)
{
	uint8_t der[pair_cap];
	size_t len;
	int status = s->pk->import_private(s->object, s->pk, s->pair, s->pair_len, &s->key);
	if (status != LANE_ENGINE_OK || !is_op(s, "verify"))
		return status;
	void *const pair = s->key;
	status = s->pk->export_public(pair, der, sizeof der, &len);
	if (!status)
		status = s->pk->import_public(s->object, s->pk, der, len, &s->key);
	s->pk->key_free(pair);
	return status;
}

static int make_key(struct subject *s)
{
	if (s->pk)
		return import_pk(s);
	if (s->aead)
		return s->aead->key_new(s->object, s->aead, key_bytes, s->aead->key_len, bare_tag_len, &s->key);
	if (s->cipher)
		return s->cipher->key_new(s->object, s->cipher, key_bytes, s->cipher->key_len, &s->key);
	return s->mac->key_new(s->object, s->mac, key_bytes, s->mac->key_len, &s->key);
}

static void free_key(const struct subject *s, void *key)
{
	if (s->pk)
		s->pk->key_free(key);
	else if (s->aead)
		s->aead->key_free(key);
	else if (s->cipher)
		s->cipher->key_free(key);
	else
		s->mac->key_free(key);
}

static int set_bare(const struct subject *s)
{
	if (s->pk)
		return s->bare->set(s->pair, s->pair_len);
	return s->bare->set(key_bytes, s->aead ? s->aead->key_len : s->cipher ? s->cipher->key_len : s->mac->key_len);
}

typedef int batch(void *user, uint64_t n, double *seconds);

static batch *batch_of(const struct subject *s)
{
	if (s->pk)
		return is_op(s, "sign") ? do_sign : is_op(s, "verify") ? do_verify : do_derive;
	return s->cipher ? do_encrypt : s->mac ? do_mac : is_open(s) ? do_open : do_seal;
}

// ---- The price of the interface: a library that does nothing, bare and as an engine ----

__attribute__((noinline)) static int null_library(const void *key, uint8_t *out, uint8_t *tag, size_t tag_len,
						  const uint8_t *nonce, size_t nonce_len, const uint8_t *aad,
						  size_t aad_len, const uint8_t *in, size_t len)
{
	__asm__ volatile("" : : "r"(key), "r"(out), "r"(tag), "r"(nonce), "r"(aad), "r"(in) : "memory");
	return nonce_len == 0 || tag_len == 0 || aad_len > len + bare_aad_len;
}

static int null_seal(void *key, struct lane_engine_message *m, size_t n)
{
	if (n != 1 || m->nonce_len != 12 || m->tag_len != bare_tag_len)
		return m->status = LANE_ENGINE_UNSUPPORTED;
	const int answer = null_library(key, m->out, m->tag, m->tag_len, m->nonce, m->nonce_len, m->aad, m->aad_len,
					m->in, m->len);
	return m->status = answer == 0 ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

BARE_SEAL(null_bare, null_library(w, out, tag, bare_tag_len, nonce, 12, aad, bare_aad_len, in, len) == 0)

// ---- Measuring ----

struct outcome {
	struct estimate ratio;
	double ns; // of the engine's
};

// A cell whose every turn begins at another place of the stack: libraries keep hash states there, and one that lies
// across cache lines takes a quarter longer, which says nothing about who called.
struct shifted {
	struct subject *subject;
	batch *batch;
};

static int do_shifted(void *user, uint64_t n, double *seconds)
{
	const struct shifted *const cell = user;
	uint8_t *const pad = alloca(16 * (size_t)(1 + rand() % 256));
	__asm__ volatile("" : : "r"(pad) : "memory");
	return cell->batch(cell->subject, n, seconds);
}

static int ratio(const struct stopwatch_estimate *entry, const struct stopwatch_estimate *baseline,
		 struct estimate *out)
{
	return estimate_ratio(entry->samples, entry->rounds, baseline->samples, baseline->rounds, CONFIDENCE_95, out);
}

static int compare(struct subject *s, batch *one, batch *other, uint32_t other_series, double budget,
		   struct outcome *out)
{
	static uint64_t seed = 1;
	struct shifted users[] = {{s, one}, {s, other}};
	struct stopwatch_cell cells[] = {{.batch = do_shifted, .user = &users[0]},
					 {.batch = do_shifted, .user = &users[1], .n_series = other_series}};
	const struct stopwatch_options options = {.budget = budget, .max_rounds = 2000, .seed = seed++};
	stopwatch_measure(cells, 2, &options);
	const int ok = !cells[0].failed && !cells[1].failed &&
		       ratio(&cells[0].series[0], &cells[1].series[0], &out->ratio) == 0;
	out->ns = cells[0].series[0].ns;
	stopwatch_cells_free(cells, 2);
	return ok;
}

static double interface_ns; // of a call

static int measure_interface(void)
{
	static const struct bare_loop loop = {"nothing", "seal", NULL, null_bare};
	static struct lane_engine_aead aead = {.nonce_len = 12, .seal = null_seal};
	static struct subject s = {.bare = &loop, .aead = &aead};
	struct outcome o;
	if (!lay_out(&s, 16) || !compare(&s, do_seal, do_bare, 0, 0.3, &o))
		return 0;
	interface_ns = o.ns * (1 - o.ratio.x);
	printf("the plug-in interface costs %.2f ns a call\n", interface_ns);
	return 1;
}

// Small blocks of all sizes: what is allocated next does not come from where the last key's parts were.
static void scatter(void *pads[n_pads])
{
	for (int i = 0; i < n_pads; i++)
		pads[i] = malloc(16 * (1 + (size_t)rand() % 64));
}

// Tries until it is within the limit. Prints a line; 1 when it is.
static int judge(struct subject *s, size_t len, const char *algorithm, batch *other, uint32_t other_series,
		 double limit)
{
	struct outcome o = {.ns = 0};
	void *keys[n_attempts]; // all kept, so that the next one lies elsewhere
	static void *pads[n_attempts][n_pads];
	int measured = 1, honest = 0, attempt = 0;
	for (; attempt < n_attempts && measured && !honest; attempt++) {
		scatter(pads[attempt]);
		measured = make_key(s) == LANE_ENGINE_OK;
		keys[attempt] = s->key;
		measured = measured && set_bare(s) && lay_out(s, len) &&
			   compare(s, batch_of(s), other, other_series, budgets[attempt] * (s->pk ? pk_longer : 1), &o);
		honest = measured && o.ratio.hi >= limit;
	}
	for (int i = 0; i < attempt; i++) {
		free_key(s, keys[i]);
		for (int k = 0; k < n_pads; k++)
			free(pads[i][k]);
	}
	const int is_interface = measured && !honest && other == do_bare && o.ns * (limit - o.ratio.hi) <= interface_ns;
	if (measured)
		printf("%-10s %-18s %-8s %6zu  %9.1f  %.4f (%.4f … %.4f)  %s", s->engine->name, algorithm, s->bare->op,
		       len, o.ns, o.ratio.x, o.ratio.lo, o.ratio.hi,
		       honest         ? "honest"
		       : is_interface ? "interface"
				      : "SLOWER");
	else
		printf("%-10s %-18s %-8s %6zu  FAILED", s->engine->name, algorithm, s->bare->op, len);
	printf(attempt > 1 ? ", %d attempts\n" : "\n", attempt);
	fflush(stdout);
	return honest || is_interface;
}

static int judge_harness(struct subject *s)
{
	return judge(s, 64, "harness", do_seal_alone, 1, HARNESS_LIMIT);
}

struct tally {
	int cells, dishonest;
};

static void judge_loop(struct subject *s, struct tally *t)
{
	s->aead = find(s->engine, LANE_ENGINE_AEAD, s->bare->algorithm);
	s->cipher = find(s->engine, LANE_ENGINE_CIPHER, s->bare->algorithm);
	s->mac = find(s->engine, LANE_ENGINE_MAC, s->bare->algorithm);
	s->pk = find(s->engine, LANE_ENGINE_PK, s->bare->algorithm);
	if (!s->aead && !s->cipher && !s->mac && !s->pk) {
		printf("%-10s %-18s the engine does not have it\n", s->engine->name, s->bare->algorithm);
		t->dishonest++;
		return;
	}
	if (s->pk) {
		t->cells++;
		t->dishonest += !(make_pair(s) && judge(s, signed_len, s->bare->algorithm, do_bare, 0, ENGINE_LIMIT));
		return;
	}
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		t->cells++;
		t->dishonest += !judge(s, sizes[i], s->bare->algorithm, do_bare, 0, ENGINE_LIMIT);
	}
	if (strcmp(s->bare->algorithm, "AES-128-GCM") == 0 && strcmp(s->bare->op, "seal") == 0) {
		t->cells++;
		t->dishonest += !judge_harness(s);
	}
}

// Several libraries have the same symbols: as the loader does it.
static const struct bare_loop *load_bare(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s.so", folder, name);
#ifdef RTLD_DEEPBIND
	void *const so = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
#else
	void *const so = dlopen(path, RTLD_NOW | RTLD_LOCAL);
#endif
	return so ? dlsym(so, "bare_loops") : NULL;
}

static void judge_engine(const struct lane_loaded_engine *engine, const char *folder, struct tally *t)
{
	static struct subject s;
	char reason[256];
	s = (struct subject){.engine = engine, .bare = load_bare(folder, engine->name)};
	if (!s.bare) {
		printf("%-10s has no bare loops\n", engine->name);
		return;
	}
	if (engine->engine->create(&s.object, reason, sizeof reason) != LANE_ENGINE_OK) {
		printf("%-10s %s\n", engine->name, reason);
		t->dishonest++;
		return;
	}
	for (; s.bare->algorithm; s.bare++)
		judge_loop(&s, t);
	engine->engine->destroy(s.object);
}

static int is_wanted(const char *name, char **names, int n)
{
	int wanted = n == 0;
	for (int i = 0; i < n; i++)
		wanted |= strcmp(name, names[i]) == 0;
	return wanted;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: honesty ENGINE_FOLDER BARE_FOLDER [ENGINE…]\n");
		return 2;
	}
	setenv("LANE_ENGINE_PATH", argv[1], 1);
	struct lane_loader *const loader = lane_loader_new();
	lane_loader_load(loader, NULL);
	struct tally t = {0, 0};
	printf("%-10s %-18s %-8s %6s  %9s  speed as a share of the bare loop's, with 95 %% interval\n", "engine",
	       "algorithm", "op", "bytes", "ns");
	if (!measure_interface())
		return 1;
	const struct lane_loaded_engine *engine;
	for (size_t i = 0; (engine = lane_loader_at(loader, i)); i++) {
		if (engine->engine && is_wanted(engine->name, argv + 3, argc - 3))
			judge_engine(engine, argv[2], &t);
	}
	// As ctest ends, which tests/run counts.
	printf("%d%% tests passed, %d tests failed out of %d\n", t.cells ? 100 * (t.cells - t.dishonest) / t.cells : 0,
	       t.dishonest, t.cells);
	return t.cells == 0 || t.dishonest > 0;
}
