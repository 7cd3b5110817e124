// SPDX-License-Identifier: MIT
// Handshakes of an engine that spends known times, and of one that lies: what
// it says it negotiated is held against what was asked for.

#include "../../bench/progress.h"
#include "../../bench/tls_kinds.h"
#include "../support/test.h"

#include <strings.h>

#include "../../bench/objects.h"

enum lie {
	HONEST,
	VERSION,
	SUITE,
	GROUP,
	SIGNATURE,
	NO_GROUP, // not told
	NO_SIGNATURE,
	RESUMED,
	UNRESUMED,
	UNVERIFIED,
	CLIENT_UNVERIFIED, // where it has to authenticate
	CLIENT_SIGNATURE,
	GROUP_ALL_THE_SAME, // where a bare PSK has none
	SILENT,
	ENDLESS,
	NO_SESSION,
	STEP_FAILS,
	LATE, // right in the first handshake, wrong in a later one
	NO_CONFIG,
	CONFIG_FAILS,
	N_LIES
};

static enum lie lie;
static int n_made, n_freed, n_handshakes;

// ---- The engine ----

struct config {
	struct lane_engine_tls_input input;
};

struct connection {
	const struct config *config;
	int n_steps, resumed;
};

static void spend(double seconds)
{
	for (double begin = stopwatch_cpu_seconds(); stopwatch_cpu_seconds() - begin < seconds;)
		;
}

// What certificates, identities and configurations take: ten times a handshake, and it must not show in any.
static const double aside = 4e-3;

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

static int chain_make(struct lane_engine_object *engine, const struct lane_engine_chain_input *input,
		      struct lane_engine_chain *chain)
{
	(void)engine;
	spend(aside);
	chain->root.len = input->client ? 2 : 1; // which tells them apart
	chain->intermediate.len = chain->leaf.len = chain->leaf_private_key.len = 1;
	return LANE_ENGINE_OK;
}

static int identity_new(struct lane_engine_object *engine, const struct lane_engine_identity_input *input, void **out)
{
	(void)engine;
	spend(aside);
	*out = made(1);
	return input->n_certificates == 2 && input->private_key.len == 1 ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

static int config_new(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out)
{
	(void)engine;
	*out = NULL;
	if (lie == NO_CONFIG || lie == CONFIG_FAILS)
		return lie == NO_CONFIG ? LANE_ENGINE_UNSUPPORTED : LANE_ENGINE_FAILED;
	spend(aside);
	const int client = input->side == LANE_ENGINE_CLIENT;
	assert_int_equal(input->root.len, client ? 1 : input->client_auth ? 2 : 0);
	assert_int_equal(input->identity != NULL, !client || input->client_auth);
	struct config *config = *out = made(sizeof *config);
	config->input = *input;
	return LANE_ENGINE_OK;
}

static int connection_new(void *p, const uint8_t *session, size_t session_len, void **out)
{
	struct connection *c = *out = made(sizeof *c);
	c->config = p;
	c->resumed = session_len == 3 && memcmp(session, "abc", 3) == 0 && lie != UNRESUMED;
	return LANE_ENGINE_OK;
}

// The client's steps take 0.3 ms in all, the server's 0.1 ms: one byte there, one back, one there, and one back
// when there are sessions.
static int step(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len, int *done)
{
	struct connection *c = p;
	const int client = c->config->input.side == LANE_ENGINE_CLIENT;
	const int tickets = c->config->input.resume != LANE_ENGINE_TLS_RESUME_NONE;
	(void)cap;
	assert_int_equal(in_len, client && c->n_steps == 0 ? 0 : 1);
	c->n_steps++;
	if (c->n_steps <= 2)
		spend(client ? 0.15e-3 : 0.05e-3);
	if (client && c->n_steps == 1)
		n_handshakes++;
	if (lie == STEP_FAILS && c->n_steps == 2)
		return LANE_ENGINE_FAILED;
	*done = c->n_steps >= 2 && lie != SILENT;
	*out_len = client ? c->n_steps <= 2 : c->n_steps == 1 || tickets;
	if (lie == ENDLESS)
		*out_len = 1;
	if (lie == SILENT && c->n_steps == 2)
		*out_len = 0;
	if (!client && c->n_steps == 1)
		c->resumed = in[0]; // the client's first byte says whether it resumes
	if (*out_len)
		out[0] = (uint8_t)c->resumed;
	return LANE_ENGINE_OK;
}

static const char *group_told(const struct connection *c)
{
	const struct lane_engine_tls_input *input = &c->config->input;
	const int bare = c->resumed && input->resume == LANE_ENGINE_TLS_RESUME_PSK_KE;
	if (lie == GROUP || (bare && lie == GROUP_ALL_THE_SAME))
		return "P-521";
	return bare || lie == NO_GROUP || !input->group ? "" : input->group;
}

static const char *signature_told(const struct connection *c)
{
	const struct lane_engine_tls_input *input = &c->config->input;
	if (lie == SIGNATURE || (lie == CLIENT_SIGNATURE && input->side == LANE_ENGINE_SERVER))
		return "rsa_sha1";
	return lie == NO_SIGNATURE || !input->signature ? "" : input->signature;
}

static int info(void *p, struct lane_engine_tls_info *out)
{
	const struct connection *c = p;
	const struct lane_engine_tls_input *input = &c->config->input;
	const int client = input->side == LANE_ENGINE_CLIENT, late = lie == LATE && n_handshakes > 5;
	out->version = lie == VERSION ? LANE_ENGINE_TLS12 : input->version;
	out->resumed = (uint32_t)c->resumed;
	if (lie == RESUMED)
		out->resumed = 1;
	out->peer_verified = client ? lie != UNVERIFIED && !late : input->client_auth && lie != CLIENT_UNVERIFIED;
	snprintf(out->suite, sizeof out->suite, "%s", lie == SUITE ? "TLS_NULL" : input->suite);
	snprintf(out->group, sizeof out->group, "%s", group_told(c));
	snprintf(out->signature, sizeof out->signature, "%s", signature_told(c));
	return LANE_ENGINE_OK;
}

static int session_export(void *p, uint8_t *session, size_t cap, size_t *session_len)
{
	(void)p, (void)cap;
	*session_len = lie == NO_SESSION ? 0 : 3;
	memcpy(session, "abc", *session_len);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_tls tls = {
	.algorithm = "TLS",
	.suites = "TLS_OTHER, TLS_AES_128_GCM_SHA256,TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
	.groups = "P-256,X25519",
	.signatures = "rsa_pss_rsae_sha256",
	.chain_make = chain_make,
	.identity_new = identity_new,
	.identity_free = release,
	.config_new = config_new,
	.config_free = release,
	.connection_new = connection_new,
	.connection_free = release,
	.step = step,
	.info = info,
	.session_export = session_export,
	.resumptions = 1u << LANE_ENGINE_TLS_RESUME_NONE | 1u << LANE_ENGINE_TLS_RESUME_TICKET |
		       1u << LANE_ENGINE_TLS_RESUME_PSK_KE,
};

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
	return "liar 1.0";
}

static const char *last_error(struct lane_engine_object *engine)
{
	(void)engine;
	return "its reason";
}

static const struct lane_engine liar = {
	.name = "liar", .create = create, .destroy = destroy, .library_version = version, .last_error = last_error};
static const struct lane_engine plain = {
	.name = "plain", .create = create, .destroy = destroy, .library_version = version, .last_error = last_error};

// ---- The rest of the command ----

const struct lane_loaded_engine *lane_loader_at(const struct lane_loader *loader, size_t i)
{
	static const struct lane_loaded_engine engines[] = {
		{.name = "liar", .engine = &liar, .n_tls = 1, .tls = &tls},
		{.name = "plain", .engine = &plain},
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

static struct bench_run run;

static void measure(enum lie the_lie, char *kinds)
{
	static struct bench_options options;
	options = (struct bench_options){.algorithms = {&kinds, 1}};
	run = (struct bench_run){.options = &options, .results = result_new(RESULT_MEASURED), .budget = 0.1};
	lie = the_lie;
	n_made = n_freed = n_handshakes = 0;
	assert_int_equal(handshake_measure(&run), 0);
	assert_int_equal(n_made, n_freed);
}

static const struct result_entry *find(const char *engine, const char *kind, const char *side)
{
	const struct result_entry *entry;
	for (size_t i = 0; (entry = result_entry_at(run.results, i)); i++)
		if (!strcmp(entry->engine, engine) &&
		    (kind ? entry->kind && !strcmp(entry->kind, kind) : !entry->kind) &&
		    (!entry->side || !strcmp(entry->side, side)))
			return entry;
	return NULL;
}

#define KIND "TLS 1.3 X25519 RSA-2048"
#define DHE "TLS 1.2 DHE-2048 RSA-2048"

static void honest(void)
{
	measure(HONEST, KIND);
	assert_int_equal(run.failures, 0);
	const struct result_entry *client = find("liar", KIND, "client"), *server = find("liar", KIND, "server");
	const struct result_entry *both = find("liar", KIND, "both");
	assert_true(client && client->state == RESULT_OK && server && server->state == RESULT_OK);
	assert_true(0.3e6 <= client->ns && client->ns < 0.6e6);
	assert_true(0.1e6 <= server->ns && server->ns < 0.2e6);
	assert_true(client->ns + server->ns < 1.3 * both->ns && both->ns < 1.3 * (client->ns + server->ns));
	assert_string_equal(client->version, "TLS 1.3");
	assert_string_equal(client->suite, "TLS_AES_128_GCM_SHA256");
	assert_string_equal(client->group, "X25519");
	assert_string_equal(client->certificate, "RSA-2048");
	assert_false(client->resumed || client->client_auth);
	assert_int_equal(find("plain", NULL, "client")->state, RESULT_NOT_OFFERED);
	result_free(run.results);
}

static void honest_in_every_way(void)
{
	static const struct {
		const char *kind, *group;
		int resumed, client_auth;
	} cases[] = {
		{KIND " PSK", "X25519", 1, 0},
		{KIND " PSK-only", NULL, 1, 0},
		{KIND " client authentication", "X25519", 0, 1},
		{DHE, NULL, 0, 0},
		{DHE " ticket", NULL, 1, 0},
		{DHE " client authentication", NULL, 0, 1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		at("%s", cases[i].kind);
		measure(HONEST, (char *)(uintptr_t)cases[i].kind);
		const struct result_entry *both = find("liar", cases[i].kind, "both");
		assert_true(both && both->state == RESULT_OK);
		assert_int_equal(both->resumed, cases[i].resumed);
		assert_int_equal(both->client_auth, cases[i].client_auth);
		assert_int_equal(both->group != NULL, cases[i].group != NULL);
		assert_int_equal(run.failures, 0);
		result_free(run.results);
	}
}

static void lies(void)
{
	static const struct {
		enum lie lie;
		const char *kind, *reason; // what it must say
	} cases[] = {
		{VERSION, KIND, "version"},
		{SUITE, KIND, "TLS_NULL"},
		{GROUP, KIND, "P-521"},
		{SIGNATURE, KIND, "rsa_sha1"},
		{RESUMED, KIND, "resumed"},
		{UNVERIFIED, KIND, "client: did not verify the server"},
		{SILENT, KIND, "silent"},
		{ENDLESS, KIND, "16 flights"},
		{STEP_FAILS, KIND, "its reason"},
		{LATE, KIND, "verify"},
		{CONFIG_FAILS, KIND, "its reason"},
		{NO_GROUP, KIND, "not tell"},
		{NO_SIGNATURE, KIND, "not tell"},
		{UNRESUMED, KIND " PSK", "did not resume"},
		{NO_SESSION, KIND " PSK", "no session"},
		{GROUP, KIND " PSK", "P-521"},
		{UNRESUMED, KIND " PSK-only", "did not resume"},
		{GROUP, KIND " PSK-only", "P-521"},
		{GROUP_ALL_THE_SAME, KIND " PSK-only", "P-521 all the same"},
		{UNVERIFIED, KIND " client authentication", "client: did not verify the server"},
		{CLIENT_UNVERIFIED, KIND " client authentication", "server: did not verify the client"},
		{CLIENT_SIGNATURE, KIND " client authentication", "client signed with rsa_sha1"},
		{SIGNATURE, KIND " client authentication", "server signed with rsa_sha1"},
		{NO_SIGNATURE, KIND " client authentication", "not tell"},
		{SUITE, DHE, "TLS_NULL"},
		{SIGNATURE, DHE, "rsa_sha1"},
		{UNVERIFIED, DHE, "did not verify"},
		{CLIENT_UNVERIFIED, DHE " client authentication", "did not verify the client"},
		{UNRESUMED, DHE " ticket", "did not resume"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		at("lie %d, %s", (int)cases[i].lie, cases[i].kind);
		measure(cases[i].lie, (char *)(uintptr_t)cases[i].kind);
		const struct result_entry *entry = find("liar", cases[i].kind, "server");
		assert_non_null(entry);
		assert_int_equal(entry->state, RESULT_FAILED);
		assert_non_null(strstr(entry->reason, cases[i].reason));
		assert_true(run.failures > 0);
		result_free(run.results);
	}
}

static void not_offered(void)
{
	static const struct {
		const char *kind, *reason;
	} cases[] = {
		{"TLS 1.2 RSA-2048 key transport", "no RSA key transport"},
		{"TLS 1.2 X25519 RSA-2048", "no TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
		{"TLS 1.3 X25519MLKEM768 RSA-2048", "no X25519MLKEM768"},
		{"TLS 1.3 X25519 Ed25519", "no ed25519"},
		{DHE " session ID", "no resumption by session ID"},
	};
	measure(NO_CONFIG, KIND);
	assert_int_equal(find("liar", KIND, "both")->state, RESULT_NOT_OFFERED);
	assert_int_equal(run.failures, 0);
	result_free(run.results);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		at("%s", cases[i].kind);
		measure(HONEST, (char *)(uintptr_t)cases[i].kind);
		const struct result_entry *entry = find("liar", cases[i].kind, "both");
		assert_int_equal(entry->state, RESULT_NOT_OFFERED);
		assert_string_equal(entry->reason, cases[i].reason);
		assert_int_equal(run.failures, 0);
		assert_int_equal(n_handshakes, 0);
		result_free(run.results);
	}
}

static int n_chosen(const struct bench_options *options)
{
	const struct tls_kind *kind;
	int n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		n += tls_kind_chosen(kind, options) != 0;
	return n;
}

static void product(void)
{
	const struct tls_kind *kind;
	size_t n = 0, n_default = 0;
	for (; (kind = tls_kind_at(n)); n++) {
		at("%s", kind->name);
		assert_ptr_equal(tls_kind_named(kind->name), kind); // each name once
		assert_int_equal(strncmp(kind->name, tls_kind_version(kind), 7), 0);
		assert_non_null(strstr(kind->name, kind->certificate));
		assert_true(!kind->group || strstr(kind->name, kind->group));
		assert_true(kind->suite && (kind->signature || kind->key_transport));
		n_default += kind->by_default != 0;
	}
	assert_int_equal(n, 3 * 4 + 2 * 5 * 4 + 4 + 4 * 6 * 4);
	assert_int_equal(n_default, TLS_N_TELLING);
}

static void filters(void)
{
	static const struct {
		char *item;
		int n;
	} cases[] = {
		{"tls 1.3 x25519 ecdsa-p256", 1}, // a whole name
		{"TLS 1.3 X25519 RSA", 3 * 4},
		{"RSA X25519 1.3", 3 * 4},
		{"X25519 TLS 1.3", 6 * 4},
		{"X25519MLKEM768", 6 * 4},
		{"P-256 RSA-3072", 2 * 4},
		{"TLS 1.3 PSK", 2 * 4 * 6},
		{"PSK-only Ed25519", 4},
		{"transport", 3 * 4},
		{"key transport full", 3 * 2},
		{"Ed25519 resumed P-384", 2},
		{"client authentication DHE", 1},
		{"session ID", 3 + 2 * 5 + 1},
		{"TLS", 152},
		{"AES-128-GCM", 0},
		{"2048", 0},
		{"TLS 1", 0},
		{"TLS 1.3 nope", 0},
		{" ", 0},
		{"", 0},
	};
	struct bench_options options = {0};
	assert_int_equal(n_chosen(&options), TLS_N_TELLING);
	options.all = 1;
	assert_int_equal(n_chosen(&options), 152);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *item = cases[i].item;
		at("'%s'", item);
		options.algorithms = (struct bench_filter){&item, 1};
		assert_int_equal(n_chosen(&options), cases[i].n);
	}
	char *two[] = {"TLS 1.3 X25519 RSA-2048", "Ed25519 P-384"}, *op = "seal";
	options.algorithms = (struct bench_filter){two, 2};
	assert_int_equal(n_chosen(&options), 1 + 4);
	options = (struct bench_options){.ops = {&op, 1}};
	assert_int_equal(n_chosen(&options), 0);
}

// What a summary measures.
static void narrowed(void)
{
	static const struct {
		char *item;
		int n;
	} cases[] = {{NULL, 5}, {"TLS 1.3", 7}, {"RSA-2048", 8}, {"P-384", 4 * 6}, {"AES-128-GCM", 0}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *item = cases[i].item, *names[TLS_N_TELLING];
		struct bench_options options = {.algorithms = {&item, item != NULL}};
		at("'%s'", item ? item : "");
		tls_kinds_narrow(&options, names);
		assert_int_equal(n_chosen(&options), cases[i].n);
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
	const struct CMUnitTest tests[] = {
		TEST(honest),  TEST(honest_in_every_way), TEST(lies), TEST(not_offered), TEST(product), TEST(filters),
		TEST(narrowed)};
	return cmocka_run_group_tests_name("handshake", tests, NULL, tear_down);
}
