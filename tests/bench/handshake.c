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
	(void)engine, (void)input;
	chain->root.len = chain->intermediate.len = chain->leaf.len = chain->leaf_private_key.len = 1;
	return LANE_ENGINE_OK;
}

static int identity_new(struct lane_engine_object *engine, const struct lane_engine_identity_input *input, void **out)
{
	(void)engine;
	*out = made(1);
	return input->n_certificates == 2 && input->private_key.len == 1 ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

static int config_new(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out)
{
	(void)engine;
	*out = NULL;
	if (lie == NO_CONFIG || lie == CONFIG_FAILS)
		return lie == NO_CONFIG ? LANE_ENGINE_UNSUPPORTED : LANE_ENGINE_FAILED;
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

static int info(void *p, struct lane_engine_tls_info *out)
{
	const struct connection *c = p;
	const struct lane_engine_tls_input *input = &c->config->input;
	const int late = lie == LATE && n_handshakes > 5;
	out->version = lie == VERSION ? LANE_ENGINE_TLS12 : input->version;
	out->resumed = (uint32_t)c->resumed;
	if (lie == RESUMED)
		out->resumed = 1;
	out->peer_verified = input->side == LANE_ENGINE_CLIENT && lie != UNVERIFIED && !late;
	snprintf(out->suite, sizeof out->suite, "%s", lie == SUITE ? "TLS_NULL" : input->suite);
	snprintf(out->group, sizeof out->group, "%s", lie == GROUP ? "P-521" : lie == NO_GROUP ? "" : input->group);
	snprintf(out->signature, sizeof out->signature, "%s",
		 lie == SIGNATURE      ? "rsa_sha1"
		 : lie == NO_SIGNATURE ? ""
				       : input->signature);
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
	.suites = "TLS_OTHER, TLS_AES_128_GCM_SHA256",
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
		if (!strcmp(entry->engine, engine) && !strcmp(entry->kind, kind) &&
		    (!entry->side || !strcmp(entry->side, side)))
			return entry;
	return NULL;
}

static void honest(void)
{
	const char *kind = "TLS 1.3 X25519 RSA-2048";
	measure(HONEST, "TLS 1.3 X25519 RSA");
	assert_int_equal(run.failures, 0);
	const struct result_entry *client = find("liar", kind, "client"), *server = find("liar", kind, "server");
	const struct result_entry *both = find("liar", kind, "both");
	assert_true(client && client->state == RESULT_OK && server && server->state == RESULT_OK);
	assert_true(0.3e6 <= client->ns && client->ns < 0.6e6);
	assert_true(0.1e6 <= server->ns && server->ns < 0.2e6);
	assert_true(client->ns + server->ns < 1.3 * both->ns && both->ns < 1.3 * (client->ns + server->ns));
	assert_string_equal(client->version, "TLS 1.3");
	assert_string_equal(client->suite, "TLS_AES_128_GCM_SHA256");
	assert_string_equal(client->group, "X25519");
	assert_string_equal(client->certificate, "RSA-2048");
	assert_false(client->resumed);
	assert_int_equal(find("plain", kind, "client")->state, RESULT_NOT_OFFERED);

	const struct result_entry *resumed = find("liar", "TLS 1.3 X25519 RSA-2048 PSK", "both");
	assert_true(resumed && resumed->state == RESULT_OK && resumed->resumed);
	result_free(run.results);
}

static void lies(void)
{
	static const struct {
		enum lie lie;
		const char *reason; // what it must say
	} cases[] = {
		{VERSION, "version"},       {SUITE, "TLS_NULL"},          {GROUP, "P-521"},
		{SIGNATURE, "rsa_sha1"},    {RESUMED, "resumed"},         {UNVERIFIED, "verify"},
		{SILENT, "silent"},         {ENDLESS, "16 flights"},      {STEP_FAILS, "its reason"},
		{LATE, "verify"},           {CONFIG_FAILS, "its reason"}, {NO_GROUP, "not tell"},
		{NO_SIGNATURE, "not tell"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		at("lie %d", (int)cases[i].lie);
		measure(cases[i].lie, "TLS 1.3 X25519 RSA");
		const struct result_entry *entry = find("liar", "TLS 1.3 X25519 RSA-2048", "server");
		assert_non_null(entry);
		assert_int_equal(entry->state, RESULT_FAILED);
		assert_non_null(strstr(entry->reason, cases[i].reason));
		assert_true(run.failures > 0);
		result_free(run.results);
	}
}

static void resumption(void)
{
	for (int i = 0; i < 2; i++) {
		measure(i ? NO_SESSION : UNRESUMED, "PSK");
		const struct result_entry *entry = find("liar", "TLS 1.3 X25519 RSA-2048 PSK", "both");
		assert_int_equal(entry->state, RESULT_FAILED);
		assert_non_null(strstr(entry->reason, i ? "no session" : "did not resume"));
		result_free(run.results);
	}
}

static void not_offered(void)
{
	measure(NO_CONFIG, "TLS 1.3 X25519 RSA");
	assert_int_equal(find("liar", "TLS 1.3 X25519 RSA-2048", "both")->state, RESULT_NOT_OFFERED);
	assert_int_equal(run.failures, 0);
	result_free(run.results);

	measure(HONEST, "TLS 1.2");
	const struct result_entry *entry = find("liar", "TLS 1.2 RSA-2048 key transport", "both");
	assert_int_equal(entry->state, RESULT_NOT_OFFERED);
	assert_non_null(strstr(entry->reason, "TLS_RSA_WITH_AES_128_GCM_SHA256"));
	assert_int_equal(run.failures, 0);
	assert_int_equal(n_handshakes, 0);
	result_free(run.results);
}

static int n_chosen(const struct bench_options *options)
{
	const struct tls_kind *kind;
	int n = 0;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		n += tls_kind_chosen(kind, options) != 0;
	return n;
}

static void kinds(void)
{
	char *names[] = {"tls 1.3 x25519 ecdsa-p256", "AES-128-GCM", "transport", "2048", "seal"};
	struct bench_options options = {0};
	assert_int_equal(n_chosen(&options), 5);
	const int expected[] = {2, 0, 1, 0};
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		options.algorithms = (struct bench_filter){&names[i], 1};
		assert_int_equal(n_chosen(&options), expected[i]);
	}
	options = (struct bench_options){.ops = {&names[4], 1}};
	assert_int_equal(n_chosen(&options), 0);
}

static int tear_down(void **state)
{
	(void)state;
	bench_engines_destroy();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(honest), TEST(lies), TEST(resumption), TEST(not_offered), TEST(kinds)};
	return cmocka_run_group_tests_name("handshake", tests, NULL, tear_down);
}
