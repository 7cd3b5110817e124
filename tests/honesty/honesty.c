// SPDX-License-Identifier: MIT
// Whether adaptors are honest: honesty [--check | --rows] ENGINE_FOLDER BARE_FOLDER [ENGINE…]
//
// --check takes no times: each bare loop has to make the bytes that its engine makes, and to refuse what it refuses.
// --rows says which operations that an engine offers have no bare loop: only those that `exceptions` has may.
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

#include "../../engines/der.h"
#include "../../engines/loader.h"
#include "bare.h"
#include "stopwatch.h"

#define ENGINE_LIMIT 0.97  // of the bare loop's speed
#define HARNESS_LIMIT 0.99 // of the same engine call's

enum {
	page = 4096,
	max_len = bare_max_len,
	ring_bytes = 8192,
	n_attempts = 5,
	n_pads = 1000,
	pair_cap = 2560,
	signed_len = 32,
	pk_longer = 3,
	max_ops = 5,
	n_checked = 3, // messages one after another: what one leaves behind shows in the next
	max_key_types = 8
};
static const size_t sizes[] = {16, 64, 1350, max_len};
static const double budgets[n_attempts] = {0.1, 0.2, 0.3, 0.5, 1};

static uint8_t memory[2 * max_len + 4 * page] __attribute__((aligned(4096)));
static const uint8_t key_bytes[64] = {1, 2, 3, 4, 5}; // longest: AES-256-XTS, whose halves have to differ

// Operations without a bare loop, and why. An op or algorithm of NULL: all.
static const struct exception {
	const char *engine, *algorithm, *op, *reason;
} exceptions[] = {
	{"awslc", NULL, NULL, "its adaptor is boringssl's, compiled again"},
	{"boringssl-root", NULL, NULL, "its adaptor is boringssl's, compiled again"},
	{"openssl-root", NULL, NULL, "its adaptor is openssl's, compiled again"},
	{"openssl", "AES-128-GCM-SIV", NULL, "from OpenSSL 3.2 on"},
	{"openssl", "AES-256-GCM-SIV", NULL, "from OpenSSL 3.2 on"},
	{"libsodium", "AEGIS-128L", NULL, "from libsodium 1.0.19 on"},
	{"libsodium", "AEGIS-256", NULL, "from libsodium 1.0.19 on"},
	{"nettle", "RSA-2048-OAEP", NULL, "from Nettle 3.10 on"},
	{"nettle", "RSA-3072-OAEP", NULL, "from Nettle 3.10 on"},
	{"nettle", "RSA-4096-OAEP", NULL, "from Nettle 3.10 on"},
};

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

// Inlined, so that each direction is the loop that it was.
static inline __attribute__((always_inline)) int crypt_loop(struct subject *s, uint64_t n, int decrypts)
{
	for (uint64_t i = 0; i < n; i++) {
		const size_t r = i & s->work.mask;
		memcpy(s->work.iv[r] + 4, &s->work.counter, sizeof s->work.counter);
		s->work.counter++;
		if ((decrypts ? s->cipher->decrypt : s->cipher->encrypt)(s->key, s->work.iv[r], s->work.out,
									 s->work.in[r], s->work.len) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_encrypt(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	return crypt_loop(user, n, 0);
}

static int do_decrypt(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	return crypt_loop(user, n, 1);
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

static int do_pk_encrypt(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	size_t len;
	(void)seconds;
	for (; n; n--) {
		if (s->pk->encrypt(s->key, s->work.out, max_len, &len, s->work.in[0], s->work.len) != LANE_ENGINE_OK)
			return -1;
	}
	return 0;
}

static int do_pk_decrypt(void *user, uint64_t n, double *seconds)
{
	struct subject *const s = user;
	size_t len;
	(void)seconds;
	for (; n; n--) {
		if (s->pk->decrypt(s->key, s->work.out, max_len, &len, s->given, s->given_len) != LANE_ENGINE_OK)
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

static void find_items(struct subject *s, const char *algorithm)
{
	s->aead = find(s->engine, LANE_ENGINE_AEAD, algorithm);
	s->cipher = find(s->engine, LANE_ENGINE_CIPHER, algorithm);
	s->mac = find(s->engine, LANE_ENGINE_MAC, algorithm);
	s->pk = find(s->engine, LANE_ENGINE_PK, algorithm);
}

// What can be done with the item that was found. Where decrypting is encrypting, it is one operation.
static size_t ops_of(const struct subject *s, const char *ops[max_ops])
{
	size_t n = 0;
	if (s->aead) {
		ops[n++] = "seal";
		ops[n++] = "open";
	} else if (s->cipher) {
		ops[n++] = "encrypt";
		if (s->cipher->decrypt != s->cipher->encrypt && !(s->cipher->capabilities & LANE_ENGINE_ENCRYPT_ONLY))
			ops[n++] = "decrypt";
	} else if (s->mac) {
		ops[n++] = "mac";
	} else if (s->pk) {
		if (s->pk->operations & LANE_ENGINE_PK_SIGN) {
			ops[n++] = "sign";
			ops[n++] = "verify";
		}
		if (s->pk->operations & LANE_ENGINE_PK_ENCRYPT) {
			ops[n++] = "encrypt";
			ops[n++] = "decrypt";
		}
		if (s->pk->operations & LANE_ENGINE_PK_DERIVE)
			ops[n++] = "derive";
	}
	return n;
}

// Of the row at s->bare: its items; 0 when the engine has no such operation.
static int find_offer(struct subject *s)
{
	const char *ops[max_ops];
	find_items(s, s->bare->algorithm);
	const size_t n = ops_of(s, ops);
	for (size_t i = 0; i < n; i++) {
		if (is_op(s, ops[i]))
			return 1;
	}
	printf("%-10s %-18s %-8s the engine does not have it\n", s->engine->name, s->bare->algorithm, s->bare->op);
	return 0;
}

static size_t tag_len_of(const struct subject *s)
{
	return s->aead && s->aead->tag_len < bare_tag_len ? s->aead->tag_len : bare_tag_len;
}

// The nearest that an item takes: whole blocks.
static size_t fitting(const struct subject *s, size_t len)
{
	const size_t block = s->cipher ? s->cipher->block_len : s->mac ? s->mac->block_len : 1;
	return len - len % block;
}

// Messages of that length, of which public keys have one; those to be opened are sealed first.
static int lay_out(struct subject *s, size_t len)
{
	struct bare_work *const w = &s->work;
	const size_t stride = (len + 63) / 64 * 64;
	size_t n_ring = 1;
	while (!s->pk && n_ring < bare_ring && 2 * n_ring * stride <= ring_bytes)
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
							      .tag_len = tag_len_of(s)};
	}
	for (size_t r = 0; is_open(s) && r < n_ring; r++) {
		if (s->aead->seal(s->key, &s->messages[r], 1) != LANE_ENGINE_OK)
			return 0;
		memcpy(w->in[r], w->out, len);
	}
	return 1;
}

// Pairs of keys as PKCS#8, one of each type for all engines: RSA's take some of them seconds to make.
struct pair {
	const char *key_type;
	uint8_t der[pair_cap];
	size_t len;
};

static int generate(const struct lane_engine_pk *pk, struct lane_engine_object *object, struct pair *pair)
{
	void *key = NULL;
	const int ok = pk->generate(object, pk, &key) == LANE_ENGINE_OK &&
		       pk->export_private(key, pair->der, sizeof pair->der, &pair->len) == LANE_ENGINE_OK;
	if (key)
		pk->key_free(key);
	pair->key_type = ok ? pk->key_type : NULL;
	return ok;
}

static const struct lane_loaded_engine *maker; // quickest at it; NULL: everybody makes his own
static struct lane_engine_object *maker_object;

static int generate_quickly(const struct lane_engine_pk *wanted, struct pair *pair)
{
	for (size_t i = 0; maker && i < maker->n_pk; i++) {
		if (strcmp(maker->pk[i].key_type, wanted->key_type) == 0)
			return generate(&maker->pk[i], maker_object, pair);
	}
	return 0;
}

static const struct pair *pair_of(const struct subject *s)
{
	static struct pair pairs[max_key_types];
	size_t i = 0;
	while (i < max_key_types - 1 && pairs[i].key_type && strcmp(pairs[i].key_type, s->pk->key_type) != 0)
		i++;
	if (pairs[i].key_type && strcmp(pairs[i].key_type, s->pk->key_type) == 0)
		return &pairs[i];
	return generate_quickly(s->pk, &pairs[i]) || generate(s->pk, s->object, &pairs[i]) ? &pairs[i] : NULL;
}

static int take_pair(struct subject *s)
{
	const struct pair *const pair = pair_of(s);
	if (pair)
		memcpy(s->pair, pair->der, s->pair_len = pair->len);
	return pair != NULL;
}

// What a pair is asked about: a signature by it, a message encrypted to it, or the point of another one.
static int make_given(struct subject *s, void *key)
{
	const struct lane_engine_pk *const pk = s->pk;
	if (is_op(s, "verify"))
		return pk->sign(key, s->given, sizeof s->given, &s->given_len, memory, signed_len);
	if (is_op(s, "decrypt"))
		return pk->encrypt(key, s->given, sizeof s->given, &s->given_len, memory, signed_len);
	if (!is_op(s, "derive"))
		return LANE_ENGINE_OK;
	void *peer = NULL;
	int status = pk->generate(s->object, pk, &peer);
	if (!status)
		status = pk->public_raw(peer, s->given, sizeof s->given, &s->given_len);
	if (peer)
		pk->key_free(peer);
	return status;
}

static int make_pair(struct subject *s)
{
	void *key = NULL;
	if (!take_pair(s))
		return 0;
	int status = s->pk->import_private(s->object, s->pk, s->pair, s->pair_len, &key);
	if (!status)
		status = make_given(s, key);
	if (key)
		s->pk->key_free(key);
	return status == LANE_ENGINE_OK;
}

static int import_pk(struct subject *s)
{
	uint8_t der[pair_cap];
	size_t len;
	int status = s->pk->import_private(s->object, s->pk, s->pair, s->pair_len, &s->key);
	if (status != LANE_ENGINE_OK || !(is_op(s, "verify") || is_op(s, "encrypt")))
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
		return s->aead->key_new(s->object, s->aead, key_bytes, s->aead->key_len, tag_len_of(s), &s->key);
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
	static const struct {
		const char *op;
		batch *batch;
	} pk[] = {{"sign", do_sign}, {"verify", do_verify}, {"encrypt", do_pk_encrypt}, {"decrypt", do_pk_decrypt}};
	for (size_t i = 0; s->pk && i < sizeof pk / sizeof pk[0]; i++) {
		if (is_op(s, pk[i].op))
			return pk[i].batch;
	}
	if (s->pk)
		return do_derive;
	return s->cipher    ? is_op(s, "decrypt") ? do_decrypt : do_encrypt
	       : s->mac     ? do_mac
	       : is_open(s) ? do_open
			    : do_seal;
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
	static struct lane_engine_aead aead = {.nonce_len = 12, .tag_len = bare_tag_len, .seal = null_seal};
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
	if (!find_offer(s)) {
		t->cells++;
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
		t->dishonest += !judge(s, fitting(s, sizes[i]), s->bare->algorithm, do_bare, 0, ENGINE_LIMIT);
	}
	if (strcmp(s->bare->algorithm, "AES-128-GCM") == 0 && strcmp(s->bare->op, "seal") == 0) {
		t->cells++;
		t->dishonest += !judge_harness(s);
	}
}

// ---- Whether a bare loop computes what its engine computes ----

static int run(struct subject *s, batch *crypt, uint64_t counter, uint64_t n)
{
	struct bare_work *const w = &s->work;
	w->counter = counter;
	memset(w->out, 0xa5, fitting(s, w->len) + sizeof s->given);
	for (size_t r = 0; r < bare_ring && !is_open(s); r++)
		memset(w->tag[r], 0xa5, sizeof w->tag[r]);
	return crypt(s, n, NULL) == 0;
}

// A changed tag or signature.
static int refuses(struct subject *s, uint8_t *byte)
{
	*byte ^= 1;
	const int refused = !s->bare->run(&s->work, 1);
	*byte ^= 1;
	return refused;
}

static int agree_symmetric(struct subject *s)
{
	static uint8_t out[max_len];
	struct bare_work *const w = &s->work;
	uint8_t tags[sizeof w->tag];
	const uint64_t counter = 0x0102030405060708;
	if (!run(s, batch_of(s), counter, n_checked))
		return 0;
	memcpy(out, w->out, w->len);
	memcpy(tags, w->tag, sizeof tags);
	return run(s, do_bare, counter, n_checked) && memcmp(out, w->out, w->len) == 0 &&
	       memcmp(tags, w->tag, sizeof tags) == 0 && (!is_open(s) || refuses(s, &w->tag[0][0]));
}

// ECDSA: in DER, or r and s one after the other.
static int is_signature(const struct subject *s, const uint8_t *bytes)
{
	uint8_t der[der_max_signature];
	const size_t n = strstr(s->pk->algorithm, "384") ? 48 : 32;
	if (strncmp(s->pk->algorithm, "ECDSA", 5) != 0)
		return s->pk->verify(s->key, bytes, s->pk->max_out, s->work.in[0], s->work.len) == LANE_ENGINE_OK;
	if (s->pk->verify(s->key, bytes, (size_t)bytes[1] + 2, s->work.in[0], s->work.len) == LANE_ENGINE_OK)
		return 1;
	const size_t len = der_write_signature(der, sizeof der, bytes, n);
	return len > 0 && s->pk->verify(s->key, der, len, s->work.in[0], s->work.len) == LANE_ENGINE_OK;
}

static int decrypts_to_input(const struct subject *s, const uint8_t *bytes)
{
	uint8_t out[der_max_rsa];
	size_t len = 0;
	return s->pk->decrypt(s->key, out, sizeof out, &len, bytes, s->pk->max_out) == LANE_ENGINE_OK &&
	       len == s->work.len && memcmp(out, s->work.in[0], len) == 0;
}

// Signatures and ciphertexts are random: those of the bare loop are shown to the engine, whose key is private for it.
// The bare loop is shown the engine's.
static int agree_pk(struct subject *s)
{
	uint8_t out[der_max_rsa];
	if (is_op(s, "derive")) {
		if (!run(s, do_derive, 0, 1))
			return 0;
		memcpy(out, s->work.out, s->pk->max_out);
	}
	if (!run(s, do_bare, 0, 1))
		return 0;
	return is_op(s, "derive")    ? memcmp(out, s->work.out, s->pk->max_out) == 0
	       : is_op(s, "verify")  ? refuses(s, &s->given[s->given_len - 1])
	       : is_op(s, "decrypt") ? memcmp(s->work.in[0], s->work.out, s->work.len) == 0
	       : is_op(s, "sign")    ? is_signature(s, s->work.out)
				     : decrypts_to_input(s, s->work.out);
}

static int agrees(struct subject *s, size_t len)
{
	return set_bare(s) && lay_out(s, len) && (s->pk ? agree_pk(s) : agree_symmetric(s));
}

static int idle(struct bare_work *w, uint64_t n)
{
	(void)w;
	return n > 0;
}

// A loop that only says that all went well is not to be taken for the row's.
static int idle_agrees(struct subject *s, size_t len)
{
	const struct bare_loop *const row = s->bare;
	const struct bare_loop control = {row->algorithm, row->op, row->set, idle};
	s->bare = &control;
	const int ok = agrees(s, len);
	s->bare = row;
	return ok;
}

// Whose rows have the loops of a shorter one, and whose private operations take long.
static int is_long_rsa(const struct subject *s)
{
	return s->pk && s->pk->max_out > 2048 / 8;
}

static int make_key_to_check(struct subject *s)
{
	if (!s->pk)
		return make_key(s) == LANE_ENGINE_OK;
	return take_pair(s) &&
	       s->pk->import_private(s->object, s->pk, s->pair, s->pair_len, &s->key) == LANE_ENGINE_OK &&
	       make_given(s, s->key) == LANE_ENGINE_OK;
}

static void check_loop(struct subject *s, struct tally *t)
{
	static const char failed[] = "its key failed", differs[] = "the bare loop and the engine differ",
			  nothing[] = "a loop that does nothing would pass";
	const char *wrong = find_offer(s) ? NULL : "";
	s->key = NULL;
	if (!wrong && !make_key_to_check(s))
		wrong = failed;
	for (size_t i = 0; i < (s->pk ? 1 : sizeof sizes / sizeof sizes[0]) && !wrong; i++) {
		const size_t len = s->pk ? signed_len : fitting(s, sizes[i]);
		if (!agrees(s, len))
			wrong = differs;
		else if (i == 0 && !is_long_rsa(s) && idle_agrees(s, len))
			wrong = nothing;
	}
	if (s->key)
		free_key(s, s->key);
	t->cells++;
	t->dishonest += wrong != NULL;
	if (wrong && *wrong)
		printf("%-10s %-18s %-8s %s\n", s->engine->name, s->bare->algorithm, s->bare->op, wrong);
}

// ---- Whether every offer has its row ----

static const struct exception *exception_for(const char *engine, const char *algorithm, const char *op)
{
	for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
		const struct exception *const e = &exceptions[i];
		if (strcmp(e->engine, engine) == 0 && (!e->algorithm || strcmp(e->algorithm, algorithm) == 0) &&
		    (!e->op || strcmp(e->op, op) == 0))
			return e;
	}
	return NULL;
}

static int has_row(const struct bare_loop *loops, const char *algorithm, const char *op)
{
	for (; loops && loops->algorithm; loops++) {
		if (strcmp(loops->algorithm, algorithm) == 0 && strcmp(loops->op, op) == 0)
			return 1;
	}
	return 0;
}

struct rows {
	int pairs, pairs_with_row, operations, operations_with_row, forgotten;
};

// All operations of one algorithm of an engine: one row at least covers the pair.
static void count_rows(struct subject *s, const struct bare_loop *loops, const char *algorithm, struct rows *rows)
{
	const char *ops[max_ops];
	int found = 0;
	find_items(s, algorithm);
	const size_t n = ops_of(s, ops);
	for (size_t i = 0; i < n; i++) {
		const struct exception *const e = exception_for(s->engine->name, algorithm, ops[i]);
		const int has = has_row(loops, algorithm, ops[i]);
		found += has;
		if (has != !e) {
			rows->forgotten += !e || e->algorithm;
			printf("%-10s %-18s %-8s %s\n", s->engine->name, algorithm, ops[i],
			       has ? "has a row and is an exception" : "has no row");
		} else if (!has) {
			printf("%-10s %-18s %-8s has no row: %s\n", s->engine->name, algorithm, ops[i], e->reason);
		}
	}
	rows->pairs++;
	rows->pairs_with_row += found > 0;
	rows->operations += (int)n;
	rows->operations_with_row += found;
}

// Items of an algorithm that name kernels are told from the one that chooses among them.
static int is_choice(const struct lane_engine_item *item)
{
	return !item->kernel || strcmp(item->kernel, "auto") == 0;
}

#define COUNT_KIND(kind)                                                                                               \
	for (size_t i = 0; i < engine->n_##kind; i++) {                                                                \
		if (is_choice((const struct lane_engine_item *)&engine->kind[i]))                                      \
			count_rows(&s, loops, engine->kind[i].algorithm, rows);                                        \
	}

static void count_engine(const struct lane_loaded_engine *engine, const struct bare_loop *loops, struct rows *rows)
{
	static struct subject s;
	s = (struct subject){.engine = engine};
	COUNT_KIND(aead)
	COUNT_KIND(cipher)
	COUNT_KIND(mac)
	COUNT_KIND(pk)
}

// ---- All of it ----

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

typedef void row_function(struct subject *s, struct tally *t);

static void look_at_engine(const struct lane_loaded_engine *engine, const char *folder, row_function *look,
			   struct tally *t)
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
		look(&s, t);
	engine->engine->destroy(s.object);
}

static int is_wanted(const char *name, char **names, int n)
{
	int wanted = n == 0;
	for (int i = 0; i < n; i++)
		wanted |= strcmp(name, names[i]) == 0;
	return wanted;
}

static void find_maker(const struct lane_loader *loader)
{
	const struct lane_loaded_engine *engine;
	char reason[256];
	for (size_t i = 0; (engine = lane_loader_at(loader, i)); i++) {
		if (engine->engine && strcmp(engine->name, "boringssl") == 0 &&
		    engine->engine->create(&maker_object, reason, sizeof reason) == LANE_ENGINE_OK)
			maker = engine;
	}
}

static int show_rows(const struct lane_loader *loader, char **argv, int argc)
{
	const struct lane_loaded_engine *engine;
	struct rows rows = {0};
	for (size_t i = 0; (engine = lane_loader_at(loader, i)); i++) {
		if (engine->engine && is_wanted(engine->name, argv + 2, argc - 2))
			count_engine(engine, load_bare(argv[1], engine->name), &rows);
	}
	printf("%d of %d pairs of engine and algorithm have a row, %d of %d operations; %d without one or an "
	       "exception\n",
	       rows.pairs_with_row, rows.pairs, rows.operations_with_row, rows.operations, rows.forgotten);
	return rows.pairs == 0 || rows.forgotten > 0;
}

static int look_at_all(const struct lane_loader *loader, char **argv, int argc, row_function *look)
{
	const struct lane_loaded_engine *engine;
	struct tally t = {0, 0};
	find_maker(loader);
	for (size_t i = 0; (engine = lane_loader_at(loader, i)); i++) {
		if (engine->engine && is_wanted(engine->name, argv + 2, argc - 2))
			look_at_engine(engine, argv[1], look, &t);
	}
	// As ctest ends, which tests/run counts.
	printf("%d%% tests passed, %d tests failed out of %d\n", t.cells ? 100 * (t.cells - t.dishonest) / t.cells : 0,
	       t.dishonest, t.cells);
	return t.cells == 0 || t.dishonest > 0;
}

int main(int argc, char **argv)
{
	const char *const mode = argc > 1 && argv[1][0] == '-' ? argv[1] : "";
	argc -= 1 + (*mode != 0);
	argv += 1 + (*mode != 0);
	if (argc < 2 || (*mode && strcmp(mode, "--check") != 0 && strcmp(mode, "--rows") != 0)) {
		fprintf(stderr, "usage: honesty [--check | --rows] ENGINE_FOLDER BARE_FOLDER [ENGINE…]\n");
		return 2;
	}
	setenv("LANE_ENGINE_PATH", argv[0], 1);
	struct lane_loader *const loader = lane_loader_new();
	lane_loader_load(loader, NULL);
	if (strcmp(mode, "--rows") == 0)
		return show_rows(loader, argv, argc);
	for (size_t i = 0; i < sizeof memory; i++)
		memory[i] = (uint8_t)(i * 167 + i / 256);
	if (*mode)
		return look_at_all(loader, argv, argc, check_loop);
	printf("%-10s %-18s %-8s %6s  %9s  speed as a share of the bare loop's, with 95 %% interval\n", "engine",
	       "algorithm", "op", "bytes", "ns");
	return measure_interface() ? look_at_all(loader, argv, argc, judge_loop) : 1;
}
