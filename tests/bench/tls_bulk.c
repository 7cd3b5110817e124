// SPDX-License-Identifier: MIT
// Bulk inside TLS with engines that spend known times: what the record layer costs is the rest. And with one whose
// records are not what was written.

#include "../../bench/tls_bulk.h"
#include "../../bench/gap.h"
#include "../../bench/objects.h"
#include "../../bench/progress.h"
#include "../support/test.h"

#include <strings.h>

enum lie { HONEST, SHORT_RECORD, TWO_RECORDS, WRONG_BYTES, SHORT_READ, WRITE_FAILS, OPEN_FAILS, N_LIES };

static enum lie lie;
static int n_made, n_freed;

// Seconds. A record costs twice the bare AEAD, ours half of it.
static const double write_cost = 80e-6, read_cost = 120e-6, seal_cost = 40e-6, open_cost = 60e-6, ours = 0.5;

enum { header_len = 5, expansion = 22 };

static void spend(double seconds)
{
	for (double begin = stopwatch_cpu_seconds(); stopwatch_cpu_seconds() - begin < seconds;)
		;
}

static void *made(size_t size)
{
	n_made++;
	return calloc(1, size);
}

static void release(void *p)
{
	n_freed++;
	free(p);
}

// ---- TLS ----

struct connection {
	int side, n_steps;
};

static int chain_make(struct lane_engine_object *engine, const struct lane_engine_chain_input *input,
		      struct lane_engine_chain *chain)
{
	(void)engine, (void)input;
	chain->root.len = chain->intermediate.len = chain->leaf.len = chain->leaf_private_key.len = 1;
	return LANE_ENGINE_OK;
}

static int identity_new(struct lane_engine_object *engine, const struct lane_engine_identity_input *input, void **out)
{
	(void)engine, (void)input;
	*out = made(1);
	return LANE_ENGINE_OK;
}

static int config_new(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out)
{
	(void)engine;
	int *side = *out = made(sizeof *side);
	*side = (int)input->side;
	return LANE_ENGINE_OK;
}

static int connection_new(void *config, const uint8_t *session, size_t session_len, void **out)
{
	(void)session, (void)session_len;
	struct connection *c = *out = made(sizeof *c);
	c->side = *(int *)config;
	return LANE_ENGINE_OK;
}

static int step(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len, int *done)
{
	struct connection *c = p;
	(void)in, (void)in_len, (void)cap;
	*done = ++c->n_steps >= 2;
	*out_len = c->side == LANE_ENGINE_CLIENT ? c->n_steps <= 2 : c->n_steps == 1;
	out[0] = 0;
	return LANE_ENGINE_OK;
}

static int info(void *p, struct lane_engine_tls_info *out)
{
	(void)p;
	out->version = LANE_ENGINE_TLS13;
	out->peer_verified = 1;
	strcpy(out->suite, "TLS_AES_128_GCM_SHA256");
	strcpy(out->group, "X25519");
	strcpy(out->signature, "ecdsa_secp256r1_sha256");
	return LANE_ENGINE_OK;
}

static int write_data(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len)
{
	const struct connection *c = p;
	assert_int_equal(c->side, LANE_ENGINE_SERVER);
	assert_true(c->n_steps >= 2 && in_len + expansion <= cap);
	spend(write_cost);
	memcpy(out + header_len, in, in_len);
	*out_len = in_len + expansion - (lie == SHORT_RECORD) + (lie == TWO_RECORDS ? expansion : 0);
	return lie == WRITE_FAILS ? LANE_ENGINE_FAILED : LANE_ENGINE_OK;
}

static int read_data(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len)
{
	const struct connection *c = p;
	assert_int_equal(c->side, LANE_ENGINE_CLIENT);
	assert_true(in_len - expansion <= cap);
	spend(read_cost);
	*out_len = in_len - expansion - (lie == SHORT_READ);
	memcpy(out, in + header_len, *out_len);
	if (lie == WRONG_BYTES)
		out[*out_len - 1] ^= 1;
	return LANE_ENGINE_OK;
}

static const struct lane_engine_tls tls = {
	.algorithm = "TLS",
	.suites = "TLS_AES_128_GCM_SHA256",
	.groups = "X25519",
	.signatures = "ecdsa_secp256r1_sha256",
	.chain_make = chain_make,
	.identity_new = identity_new,
	.identity_free = release,
	.config_new = config_new,
	.config_free = release,
	.connection_new = connection_new,
	.connection_free = release,
	.step = step,
	.info = info,
	.write = write_data,
	.read = read_data,
};

// ---- AEADs: the key is how many times as long it takes ----

static int key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *key,
		   size_t key_len, size_t the_tag_len, void **out)
{
	(void)engine, (void)key;
	assert_int_equal(key_len, 16);
	assert_int_equal(the_tag_len, 16);
	double *share = *out = made(sizeof *share);
	*share = item->kernel ? ours : 1;
	return LANE_ENGINE_OK;
}

static int seal(void *key, struct lane_engine_message *m, size_t n)
{
	static uint8_t last[12] = {1}; // the first is all zeroes
	assert_int_equal(n, 1);
	assert_true(m->nonce_len == 12 && m->aad_len == header_len && m->tag_len == 16);
	assert_int_not_equal(memcmp(last, m->nonce, sizeof last), 0); // fresh
	memcpy(last, m->nonce, sizeof last);
	spend(*(double *)key * seal_cost);
	memcpy(m->out, m->in, m->len);
	memcpy(m->tag, m->nonce, 12);
	return LANE_ENGINE_OK;
}

static int open(void *key, struct lane_engine_message *m, size_t n)
{
	assert_int_equal(n, 1);
	assert_int_equal(memcmp(m->tag, m->nonce, 12), 0); // that of its own record
	spend(*(double *)key * open_cost);
	memcpy(m->out, m->in, m->len);
	return lie == OPEN_FAILS && *(double *)key == 1 ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK;
}

#define AEAD(kernel_name)                                                                                              \
	{                                                                                                              \
		.algorithm = "AES-128-GCM", .kernel = kernel_name, .key_len = 16, .nonce_len = 12, .tag_len = 16,      \
		.key_new = key_new, .key_free = release, .seal = seal, .open = open                                    \
	}

static const struct lane_engine_aead library_aead[] = {AEAD(NULL)}, native_aead[] = {AEAD("auto"), AEAD("aes-gcm:x")};

// ---- The rest of the command ----

static int create(struct lane_engine_object **out, char *reason, size_t cap)
{
	(void)reason, (void)cap;
	*out = malloc(1);
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	free(engine);
}

static const char *version(void)
{
	return "1.0";
}

static const char *last_error(struct lane_engine_object *engine)
{
	(void)engine;
	return "its reason";
}

#define ENGINE(its_name)                                                                                               \
	{                                                                                                              \
		.name = its_name, .create = create, .destroy = destroy, .library_version = version,                    \
		.last_error = last_error                                                                               \
	}

static const struct lane_engine library = ENGINE("library"), native = ENGINE("native");

const struct lane_loaded_engine *lane_loader_at(const struct lane_loader *loader, size_t i)
{
	static const struct lane_loaded_engine engines[] = {
		{.name = "library", .engine = &library, .n_tls = 1, .tls = &tls, .n_aead = 1, .aead = library_aead},
		{.name = "native", .engine = &native, .n_aead = 2, .aead = native_aead},
	};
	(void)loader;
	return i < sizeof engines / sizeof engines[0] ? &engines[i] : NULL;
}

int bench_filter_passes(const struct bench_filter *filter, const char *name)
{
	return filter->n == 0 || strcasecmp(filter->items[0], name) == 0;
}

void progress_step(struct progress *progress, const char *what)
{
	(void)progress, (void)what;
}

// ---- Tests ----

static struct bench_options options;
static struct bench_run run;

static void measure(enum lie the_lie)
{
	options = (struct bench_options){0};
	run = (struct bench_run){.options = &options, .results = result_new(RESULT_MEASURED), .budget = 0.2};
	lie = the_lie;
	n_made = n_freed = 0;
	assert_int_equal(tls_bulk_measure(&run), 0);
	assert_int_equal(n_made, n_freed);
}

static const struct result_entry *find(const char *engine, const char *algorithm, const char *op)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(run.results, i)); i++)
		if (!strcmp(e->engine, engine) && !strcmp(e->algorithm, algorithm) && !strcmp(e->op, op))
			return e;
	return NULL;
}

static void unverified(void)
{
	bench_mark_verified(&native_aead[0]);
	measure(HONEST);
	const struct result_entry *e = find("library", "AES-128-GCM", "seal");
	assert_true(e && e->state == RESULT_FAILED);
	assert_non_null(strstr(e->reason, "verification"));
	assert_int_equal(run.failures, 0); // it was counted where it was found
	assert_int_equal(find("library", "AES-128-GCM", "write")->state, RESULT_OK);
	result_free(run.results);
	bench_mark_verified(&library_aead[0]); // for the tests to come
}

static void arithmetic(void)
{
	const struct result_layer *l;
	size_t n = 0;
	measure(HONEST);
	assert_int_equal(run.failures, 0);
	for (; (l = result_layer_at(run.results, n)); n++) {
		const int own = !strcmp(l->against, "library"), writes = !strcmp(l->op, "write");
		const double bare = (writes ? seal_cost : open_cost) * (own ? 1 : ours),
			     record = 2 * bare / (own ? 1 : ours);
		at("%s, %llu, %s", l->op, (unsigned long long)l->size, l->against);
		assert_true(own || !strcmp(l->against, "native/auto"));
		assert_true(writes || !strcmp(l->op, "read"));
		assert_true(l->size == 16384 || l->size == 1350);
		assert_true(0.8 * record / bare < l->ratio && l->ratio < 1.25 * record / bare);
		assert_true(0.7e9 * (record - bare) < l->ns && l->ns < 1.5e9 * (record - bare));
		assert_true(l->ns_lo <= l->ns && l->ns <= l->ns_hi && l->ratio_lo <= l->ratio &&
			    l->ratio <= l->ratio_hi);
	}
	assert_int_equal(n, 2 * 2 * 2); // sizes, operations, bare AEADs
	const struct result_entry *written = find("library", "AES-128-GCM", "write");
	assert_true(written && written->state == RESULT_OK && written->ns >= 1e9 * write_cost);
	assert_string_equal(written->version, "TLS 1.3");
	assert_string_equal(written->suite, "TLS_AES_128_GCM_SHA256");
	assert_int_equal(find("native", "AES-128-GCM", "seal")->aad, header_len);
	// None of these is a throughput that a gap could be made of.
	assert_null(gap_fastest(run.results, NULL, "AES-128-GCM", "seal", 16384));
	assert_null(gap_fastest(run.results, NULL, "AES-128-GCM", "write", 0));
	result_free(run.results);
}

static void not_offered(void)
{
	measure(HONEST);
	size_t n = 0;
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(run.results, i)); i++)
		n += e->state == RESULT_NOT_OFFERED;
	assert_int_equal(n, 2); // once for each suite, not for each size
	e = find("library", "ChaCha20-Poly1305", "write");
	assert_int_equal(e->state, RESULT_NOT_OFFERED);
	assert_string_equal(e->reason, "no TLS_CHACHA20_POLY1305_SHA256");
	result_free(run.results);
}

static void lies(void)
{
	static const struct {
		const char *op, *reason;
	} cases[N_LIES] = {
		[SHORT_RECORD] = {"write", "one record"}, [TWO_RECORDS] = {"write", "one record"},
		[WRONG_BYTES] = {"write", "not what"},    [SHORT_READ] = {"write", "not as many"},
		[WRITE_FAILS] = {"write", "its reason"},  [OPEN_FAILS] = {"seal", "its reason"},
	};
	for (int i = HONEST + 1; i < N_LIES; i++) {
		at("lie %d", i);
		measure((enum lie)i);
		const struct result_entry *e = find("library", "AES-128-GCM", cases[i].op);
		assert_non_null(e);
		assert_int_equal(e->state, RESULT_FAILED);
		assert_non_null(strstr(e->reason, cases[i].reason));
		assert_int_equal(run.failures, 2); // one for each size
		result_free(run.results);
	}
}

static int tear_down(void **state)
{
	(void)state;
	bench_engines_destroy();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(unverified), TEST(arithmetic), TEST(not_offered), TEST(lies)};
	return cmocka_run_group_tests_name("tls-bulk", tests, NULL, tear_down);
}
