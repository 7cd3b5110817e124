// SPDX-License-Identifier: MIT
// The anatomy of handshakes of an engine whose every call takes a known time, by
// a clock that nothing else moves: parts, rest and flights have to come out exactly.

#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "../../bench/handshake_parts.h"
#include "../../bench/handshake_rehearsal.h"
#include "../../bench/objects.h"
#include "../../bench/progress.h"
#include "../support/test.h"

// ---- The clock, and a stopwatch that takes what cells say ----

static double now;   // seconds
static double speed; // of the clock in the present round

// Microseconds.
static void spend(double us)
{
	now += 1e-6 * us * speed;
}

double stopwatch_cpu_seconds(void)
{
	return now;
}

double stopwatch_lap(double *since)
{
	const double lap = now - *since;
	*since = now;
	return lap;
}

enum { n_rounds = 9 };

// In each round the clock goes at another speed, which all cells share.
int stopwatch_measure(struct stopwatch_cell *cells, size_t n_cells, const struct stopwatch_options *options)
{
	assert_true(options->slow_factor > 1e6);
	for (size_t c = 0; c < n_cells; c++)
		for (uint32_t s = 0; s < cells[c].n_series; s++)
			cells[c].series[s].samples = calloc(n_rounds, sizeof(double));
	for (int round = 0; round < n_rounds; round++) {
		speed = 1 + 0.01 * (round - n_rounds / 2);
		for (size_t c = 0; c < n_cells; c++) {
			double seconds[STOPWATCH_MAX_SERIES] = {0};
			cells[c].failed |= cells[c].batch(cells[c].user, 3, seconds) != 0;
			for (uint32_t s = 0; s < cells[c].n_series && !cells[c].failed; s++)
				cells[c].series[s].samples[cells[c].series[s].rounds++] = 1e9 * seconds[s] / 3;
		}
	}
	for (size_t c = 0; c < n_cells; c++)
		for (uint32_t s = 0; s < cells[c].n_series; s++) {
			double sorted[n_rounds];
			memcpy(sorted, cells[c].series[s].samples, sizeof sorted);
			const struct estimate e = estimate_median(sorted, n_rounds, CONFIDENCE_95);
			cells[c].series[s].ns = e.x;
			cells[c].series[s].ns_lo = e.lo;
			cells[c].series[s].ns_hi = e.hi;
		}
	speed = 1;
	return 0;
}

void stopwatch_cells_free(struct stopwatch_cell *cells, size_t n_cells)
{
	for (size_t c = 0; c < n_cells; c++)
		for (uint32_t s = 0; s < cells[c].n_series; s++)
			free(cells[c].series[s].samples);
}

// ---- The engine: what its calls take, in microseconds ----

enum {
	us_generate = 30,
	us_raw = 1,
	us_derive = 40,
	us_sign = 500,
	us_verify = 17,
	us_encrypt = 20,
	us_decrypt = 470,
	us_hash = 2,
	us_hmac_key = 3,
	us_hmac = 1,
	us_record_key = 5,
	us_record = 4,
	us_connection = 6,
	us_free = 2,
	us_decode = 33,
	us_step = 100,
	us_import = 1000, // not to be seen in any part
};

static int n_made, n_freed, fails_to_verify, shows_nothing;

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

static void connection_free(void *p)
{
	spend(us_free);
	release(p);
}

static int pk_generate(struct lane_engine_object *engine, const struct lane_engine_pk *pk, void **out)
{
	(void)engine, (void)pk;
	spend(us_generate);
	*out = made(1);
	return LANE_ENGINE_OK;
}

static int pk_import(struct lane_engine_object *engine, const struct lane_engine_pk *pk, const uint8_t *der, size_t len,
		     void **out)
{
	(void)engine, (void)pk, (void)der, (void)len;
	spend(us_import);
	*out = made(1);
	return LANE_ENGINE_OK;
}

static int pk_export(void *key, uint8_t *der, size_t cap, size_t *len)
{
	(void)key, (void)cap;
	der[0] = 0;
	*len = 1;
	return LANE_ENGINE_OK;
}

static int pk_raw(void *key, uint8_t *out, size_t cap, size_t *len)
{
	spend(us_raw);
	return pk_export(key, out, cap, len);
}

static int pk_derive(void *key, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *len)
{
	(void)peer;
	spend(us_derive);
	return peer_len == 1 ? pk_export(key, secret, cap, len) : LANE_ENGINE_FAILED;
}

static size_t signed_len;

static int pk_sign(void *key, uint8_t *sig, size_t cap, size_t *len, const uint8_t *msg, size_t msg_len)
{
	(void)msg;
	spend(us_sign);
	signed_len = msg_len;
	return pk_export(key, sig, cap, len);
}

static int pk_verify(void *key, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	(void)key, (void)sig, (void)sig_len, (void)msg, (void)msg_len;
	spend(us_verify);
	return fails_to_verify ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK;
}

static int pk_encrypt(void *key, uint8_t *out, size_t cap, size_t *len, const uint8_t *in, size_t in_len)
{
	(void)in;
	spend(us_encrypt);
	return in_len == 48 ? pk_export(key, out, cap, len) : LANE_ENGINE_FAILED;
}

static int pk_decrypt(void *key, uint8_t *out, size_t cap, size_t *len, const uint8_t *in, size_t in_len)
{
	(void)in;
	spend(us_decrypt);
	return in_len == 1 ? pk_export(key, out, cap, len) : LANE_ENGINE_FAILED;
}

#define PK(name, type, bits)                                                                                           \
	{                                                                                                              \
		.algorithm = (name), .key_type = (type), .operations = (bits), .generate = pk_generate,                \
		.import_private = pk_import, .import_public = pk_import, .export_private = pk_export,                  \
		.export_public = pk_export, .key_free = release, .sign = pk_sign, .verify = pk_verify,                 \
		.encrypt = pk_encrypt, .decrypt = pk_decrypt, .public_raw = pk_raw, .derive = pk_derive                \
	}
static const struct lane_engine_pk pks[] = {
	PK("RSA-2048", "RSA-2048", LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_ENCRYPT | LANE_ENGINE_PK_GENERATE),
	PK("RSA-2048-PSS", "RSA-2048", LANE_ENGINE_PK_SIGN),
	PK("X25519", "X25519", LANE_ENGINE_PK_DERIVE | LANE_ENGINE_PK_GENERATE),
};

static int mac_key(struct lane_engine_object *engine, const struct lane_engine_mac *mac, const uint8_t *bytes,
		   size_t len, void **out)
{
	(void)engine, (void)bytes;
	assert_int_equal(len, mac->key_len);
	spend(mac->key_len ? us_hmac_key : 0);
	*out = made(1);
	*(char *)*out = mac->key_len ? 1 : 0;
	return LANE_ENGINE_OK;
}

static size_t transcript_len; // the longest that was hashed

static int mac_compute(void *key, uint8_t *tag, const uint8_t *in, size_t len)
{
	(void)tag, (void)in;
	const int hmac = *(const char *)key;
	spend(hmac ? us_hmac : us_hash);
	if (!hmac && len > transcript_len)
		transcript_len = len;
	return LANE_ENGINE_OK;
}

static const struct lane_engine_mac macs[] = {
	{.algorithm = "SHA-256", .tag_len = 32, .key_new = mac_key, .key_free = release, .compute = mac_compute},
	{.algorithm = "HMAC-SHA-256",
	 .key_len = 32,
	 .tag_len = 32,
	 .key_new = mac_key,
	 .key_free = release,
	 .compute = mac_compute},
};

static int aead_key(struct lane_engine_object *engine, const struct lane_engine_aead *aead, const uint8_t *bytes,
		    size_t len, size_t tag_len, void **out)
{
	(void)engine, (void)aead, (void)bytes, (void)len, (void)tag_len;
	spend(us_record_key);
	*out = made(1);
	return LANE_ENGINE_OK;
}

static size_t record_lens; // summed

static int aead_pass(void *key, struct lane_engine_message *messages, size_t n)
{
	(void)key;
	assert_int_equal(n, 1);
	record_lens += messages->len;
	spend(us_record);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_aead aeads[] = {{.algorithm = "AES-128-GCM",
						 .key_len = 16,
						 .nonce_len = 12,
						 .key_new = aead_key,
						 .key_free = release,
						 .seal = aead_pass,
						 .open = aead_pass}};

// ---- Its TLS ----

struct connection {
	const struct lane_engine_tls_input *input;
	int n_steps;
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
	*out = NULL;
	if (input->resume != LANE_ENGINE_TLS_RESUME_NONE || (input->message && shows_nothing))
		return LANE_ENGINE_UNSUPPORTED;
	struct lane_engine_tls_input *config = *out = made(sizeof *config);
	*config = *input;
	return LANE_ENGINE_OK;
}

static struct lane_engine_allocations allocated;

static int allocations(struct lane_engine_object *engine, struct lane_engine_allocations *out)
{
	(void)engine;
	*out = allocated;
	return LANE_ENGINE_OK;
}

static int connection_new(void *p, const uint8_t *session, size_t session_len, void **out)
{
	(void)session, (void)session_len;
	struct connection *c = *out = made(sizeof *c);
	c->input = p;
	allocated.count += 10;
	allocated.bytes += 1000;
	spend(us_connection);
	return LANE_ENGINE_OK;
}

// A record with a handshake message of so many bytes; encrypted ones are told of before they are.
static size_t send(const struct connection *c, uint8_t *out, uint8_t record, uint8_t message, size_t len)
{
	static const uint8_t body[1024];
	if (c->input->message)
		c->input->message(c->input->message_user, 1, message, body, len);
	len += record == 23 ? 17 : 0;
	out[0] = record;
	out[1] = out[2] = 3;
	out[3] = (uint8_t)(len >> 8);
	out[4] = (uint8_t)len;
	memset(out + 5, 0, len);
	return 5 + len;
}

// ClientHello; ServerHello and, encrypted, Certificate, CertificateVerify, Finished; Finished.
static int step(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len, int *done)
{
	struct connection *c = p;
	const int client = c->input->side == LANE_ENGINE_CLIENT;
	(void)in, (void)in_len, (void)cap;
	*out_len = 0;
	c->n_steps++;
	allocated.count += 1;
	allocated.bytes += 100;
	spend(client ? us_step * c->n_steps : 10 * us_step * (c->n_steps == 1 ? 1 : 0.05));
	if (client && c->n_steps == 1) {
		*out_len = send(c, out, 22, 1, 200);
	} else if (client) {
		*out_len = send(c, out, 23, 20, 36);
	} else if (c->n_steps == 1) {
		*out_len = send(c, out, 22, 2, 90);
		*out_len += send(c, out + *out_len, 23, 11, 700);
		*out_len += send(c, out + *out_len, 23, 15, 260);
		*out_len += send(c, out + *out_len, 23, 20, 36);
	}
	*done = client ? c->n_steps == 2 : 1;
	return LANE_ENGINE_OK;
}

static int info(void *p, struct lane_engine_tls_info *out)
{
	const struct connection *c = p;
	out->version = c->input->version;
	out->peer_verified = 1;
	snprintf(out->suite, sizeof out->suite, "%s", c->input->suite);
	snprintf(out->group, sizeof out->group, "%s", c->input->group ? c->input->group : "");
	snprintf(out->signature, sizeof out->signature, "%s", c->input->signature ? c->input->signature : "");
	return LANE_ENGINE_OK;
}

static int certificate_decode(struct lane_engine_object *engine, const uint8_t *der, size_t len)
{
	(void)engine, (void)der;
	spend(us_decode);
	return len == 1 ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

static struct lane_engine_tls tls = {
	.algorithm = "TLS",
	.suites = "TLS_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_GCM_SHA256",
	.groups = "X25519",
	.signatures = "rsa_pss_rsae_sha256",
	.chain_make = chain_make,
	.identity_new = identity_new,
	.identity_free = release,
	.config_new = config_new,
	.config_free = release,
	.connection_new = connection_new,
	.connection_free = connection_free,
	.step = step,
	.info = info,
	.allocations = allocations,
	.certificate_decode = certificate_decode,
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
	return "clockwork 1.0";
}

static const char *last_error(struct lane_engine_object *engine)
{
	(void)engine;
	return "its reason";
}

static const struct lane_engine clockwork = {.name = "clockwork",
					     .create = create,
					     .destroy = destroy,
					     .library_version = version,
					     .last_error = last_error};

// ---- The rest of the command ----

static size_t n_macs = 2;

const struct lane_loaded_engine *lane_loader_at(const struct lane_loader *loader, size_t i)
{
	static struct lane_loaded_engine engine = {.name = "clockwork",
						   .engine = &clockwork,
						   .n_tls = 1,
						   .tls = &tls,
						   .n_pk = 3,
						   .pk = pks,
						   .mac = macs,
						   .n_aead = 1,
						   .aead = aeads};
	(void)loader;
	engine.n_mac = n_macs;
	return i == 0 ? &engine : NULL;
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

#define RSA_KIND "TLS 1.3 X25519 RSA-2048"
#define TRANSPORT_KIND "TLS 1.2 RSA-2048 key transport"

static struct bench_run run;

static void measure(char *kind)
{
	static struct bench_options options;
	options = (struct bench_options){.algorithms = {&kind, 1}};
	run = (struct bench_run){.options = &options, .results = result_new(RESULT_MEASURED), .budget = 1};
	n_made = n_freed = 0;
	assert_true(handshake_parts_n_groups(&run) > 0);
	assert_int_equal(handshake_parts_measure(&run), 0);
	assert_int_equal(n_made, n_freed);
}

static double microseconds(const char *kind, const char *side, const char *name)
{
	const struct result_part *p;
	for (size_t i = 0; (p = result_part_at(run.results, i)); i++)
		if (!strcmp(p->kind, kind) && !strcmp(p->side, side) && !strcmp(p->part, name)) {
			assert_true(p->ns_lo <= p->ns && p->ns <= p->ns_hi);
			return p->ns / 1e3;
		}
	return NAN;
}

static void is(const char *side, enum handshake_part part, double us)
{
	at("%s, %s", side, handshake_part_name(part));
	assert_true(fabs(microseconds(RSA_KIND, side, handshake_part_name(part)) - us) < 1e-6);
}

static void parts(void)
{
	measure(RSA_KIND);
	assert_int_equal(run.failures, 0);
	for (int side = 0; side < HANDSHAKE_N_SIDES; side++) {
		const char *name = handshake_side_name(side);
		is(name, PART_SET_UP, us_connection + us_free);
		is(name, PART_KEY_EXCHANGE, us_generate + us_raw + us_derive);
		is(name, PART_SCHEDULE, 8 * us_hash + 23 * (us_hmac_key + us_hmac));
		is(name, PART_RECORDS, 4 * us_record_key + 4 * us_record);
	}
	is("client", PART_VERIFICATION, us_verify);
	is("client", PART_CHAIN, 2 * us_verify);
	is("client", PART_CERTIFICATES, 2 * us_decode);
	is("server", PART_SIGNATURE, us_sign);
	assert_true(isnan(microseconds(RSA_KIND, "client", "signature")));
	assert_true(isnan(microseconds(RSA_KIND, "server", "chain verification")));

	// The transcript is that of the messages; a record has a byte for its type (RFC 8446 §5.2).
	assert_int_equal(transcript_len, 200 + 90 + 700 + 260 + 36 + 36);
	assert_int_equal(record_lens % (700 + 260 + 36 + 36 + 4), 0);
	result_free(run.results);
}

static void sums(void)
{
	measure(RSA_KIND);
	const double whole[] = {us_connection + 3 * us_step + us_free, us_connection + 10.5 * us_step + us_free};
	for (int side = 0; side < HANDSHAKE_N_SIDES; side++) {
		const struct result_part *p;
		const char *name = handshake_side_name(side);
		double sum = 0;
		for (size_t i = 0; (p = result_part_at(run.results, i)); i++)
			if (!strcmp(p->side, name) && strcmp(p->part, RESULT_WHOLE) != 0)
				sum += p->ns / 1e3;
		assert_true(fabs(sum - whole[side]) < 1e-6);
		assert_true(fabs(microseconds(RSA_KIND, name, RESULT_WHOLE) - whole[side]) < 1e-6);
	}
	// The client of this engine takes less than its primitives would: the rest is below 0, and says so.
	const double known = us_connection + us_free + us_generate + us_raw + us_derive + 3 * us_verify +
			     2 * us_decode + 8 * us_hash + 23 * (us_hmac_key + us_hmac) + 4 * us_record_key +
			     4 * us_record;
	assert_true(fabs(microseconds(RSA_KIND, "client", RESULT_REST) - (whole[0] - known)) < 1e-6);
	result_free(run.results);
}

// Differences are taken within rounds: what slows a round slows both, so the interval of the rest is the rest's own.
static void paired(void)
{
	const struct result_part *p;
	measure(RSA_KIND);
	for (size_t i = 0; (p = result_part_at(run.results, i)); i++)
		assert_true(fabs(p->ns_hi - p->ns_lo) < 0.081 * fabs(p->ns));
	result_free(run.results);
}

static void flights(void)
{
	static const struct {
		const char *side;
		uint64_t bytes;
		double us;
		const char *messages;
	} expected[] = {
		{"client", 205, us_connection + us_step, "ClientHello"},
		{"server", 4 * 5 + 90 + 700 + 260 + 36 + 3 * 17, us_connection + 10 * us_step,
		 "ServerHello, Certificate, CertificateVerify, Finished"},
		{"client", 5 + 36 + 17, 2 * us_step, "Finished"},
		{"server", 0, 0.5 * us_step, NULL},
	};
	const struct result_flight *f;
	const struct result_entry *e;
	uint64_t sent[3] = {0};
	size_t n = 0;
	measure(RSA_KIND);
	for (; (f = result_flight_at(run.results, n)); n++) {
		at("flight %zu", n);
		assert_true(n < sizeof expected / sizeof expected[0]);
		assert_string_equal(f->side, expected[n].side);
		assert_int_equal(f->flight, n + 1);
		assert_int_equal(f->bytes, expected[n].bytes);
		assert_true(fabs(f->ns / 1e3 - expected[n].us) < 1e-6);
		assert_true(expected[n].messages ? !strcmp(f->messages, expected[n].messages) : !f->messages);
		sent[n % 2] += f->bytes;
		sent[2] += f->bytes;
	}
	assert_int_equal(n, 4);
	for (size_t i = 0; (e = result_entry_at(run.results, i)) && e->state == RESULT_OK; i++) {
		assert_string_equal(e->side, i == 2 ? "both" : handshake_side_name((int)i));
		assert_int_equal(e->bytes_sent, sent[i]);
		assert_int_equal(e->allocations, i == 2 ? 24 : 12);
		assert_int_equal(e->allocated_bytes, i == 2 ? 2400 : 1200);
	}
	result_free(run.results);
}

// A library that shows no messages: lengths come from its records.
static void untold(void)
{
	transcript_len = 0;
	shows_nothing = 1;
	measure(RSA_KIND);
	shows_nothing = 0;
	assert_int_equal(transcript_len, 200 + 90 + 700 + 260 + 36 + 36);
	assert_string_equal(result_flight_at(run.results, 2)->messages, "encrypted");
	assert_int_equal(result_flight_at(run.results, 2)->bytes, 5 + 36 + 17);
	result_free(run.results);
}

static void transport(void)
{
	measure(TRANSPORT_KIND);
	const char *exchange = handshake_part_name(PART_KEY_EXCHANGE), *keys = handshake_part_name(PART_SCHEDULE);
	assert_true(fabs(microseconds(TRANSPORT_KIND, "client", exchange) - us_encrypt) < 1e-6);
	assert_true(fabs(microseconds(TRANSPORT_KIND, "server", exchange) - us_decrypt) < 1e-6);
	assert_true(fabs(microseconds(TRANSPORT_KIND, "client", keys) -
			 (4 * us_hash + 4 * us_hmac_key + 12 * us_hmac)) < 1e-6);
	assert_true(isnan(microseconds(TRANSPORT_KIND, "server", "signature")));
	result_free(run.results);
}

// What an engine has not is named, and what it takes is in the rest.
static void missing(void)
{
	n_macs = 1;
	tls.certificate_decode = NULL;
	measure(RSA_KIND);
	n_macs = 2;
	tls.certificate_decode = certificate_decode;
	const struct result_part *p, *rest = NULL;
	for (size_t i = 0; (p = result_part_at(run.results, i)); i++)
		if (!strcmp(p->side, "client") && !strcmp(p->part, RESULT_REST))
			rest = p;
	assert_non_null(rest);
	assert_non_null(strstr(rest->primitives, "HMAC-SHA-256"));
	assert_non_null(strstr(rest->primitives, "certificate decoding"));
	assert_true(isnan(microseconds(RSA_KIND, "client", "certificate decoding")));
	result_free(run.results);
}

static void failure(void)
{
	fails_to_verify = 1;
	measure(RSA_KIND);
	fails_to_verify = 0;
	assert_int_equal(run.failures, 1);
	assert_int_equal(result_entry_at(run.results, 0)->state, RESULT_FAILED);
	assert_non_null(strstr(result_entry_at(run.results, 0)->reason, "its reason"));
	assert_null(result_part_at(run.results, 0));
	result_free(run.results);
}

static void counts(void)
{
	const struct tls_kind psk = {.version = LANE_ENGINE_TLS13,
				     .resume = LANE_ENGINE_TLS_RESUME_TICKET,
				     .suite = "TLS_AES_128_GCM_SHA256",
				     .group = "X25519MLKEM768",
				     .signature = "ed25519",
				     .key_type = "Ed25519"};
	struct tls_kind kind = psk;
	struct handshake_work work = handshake_work(&kind, LANE_ENGINE_SERVER);
	assert_string_equal(work.agrees, "X25519");
	assert_string_equal(work.kem, "ML-KEM-768");
	assert_true(work.encapsulates && !handshake_work(&kind, LANE_ENGINE_CLIENT).encapsulates);
	assert_null(work.signs);
	assert_int_equal(work.n_hmacs, 27);
	kind.resume = LANE_ENGINE_TLS_RESUME_PSK_KE;
	assert_null(handshake_work(&kind, LANE_ENGINE_CLIENT).agrees);
	kind.resume = LANE_ENGINE_TLS_RESUME_NONE;
	work = handshake_work(&kind, LANE_ENGINE_CLIENT);
	assert_string_equal(work.verifies, "Ed25519");
	assert_string_equal(work.chain, "Ed25519");
	assert_int_equal(work.n_chain, 2);
	assert_int_equal(work.verified_len, 130);
	assert_null(work.signs);
	kind.client_auth = 1;
	work = handshake_work(&kind, LANE_ENGINE_CLIENT);
	assert_string_equal(work.signs, "Ed25519");
	work = handshake_work(&kind, LANE_ENGINE_SERVER);
	assert_true(work.signs && work.verifies && work.chain);
	assert_int_equal(work.n_hashes, 9);

	kind = (struct tls_kind){.version = LANE_ENGINE_TLS12,
				 .resume = LANE_ENGINE_TLS_RESUME_SESSION_ID,
				 .suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
				 .group = "P-384",
				 .signature = "ecdsa_secp384r1_sha384",
				 .key_type = "P-384"};
	work = handshake_work(&kind, LANE_ENGINE_CLIENT);
	assert_null(work.agrees);
	assert_null(work.verifies);
	assert_int_equal(work.n_hmacs, 2 * 2 + 4); // 72 bytes of key block, two Finished
	kind.resume = LANE_ENGINE_TLS_RESUME_NONE;
	work = handshake_work(&kind, LANE_ENGINE_SERVER);
	assert_string_equal(work.signs, "ECDSA-P384");
	assert_string_equal(work.agrees, "ECDH-P384");
	assert_string_equal(work.hmac, "HMAC-SHA-384");
	assert_string_equal(work.aead, "AES-256-GCM");
	assert_int_equal(work.n_hmacs, 2 * 2 + 4 + 2);
	assert_int_equal(work.signed_len, 64 + 4 + 97);

	kind = (struct tls_kind){.version = LANE_ENGINE_TLS12,
				 .suite = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
				 .signature = "rsa_pss_rsae_sha256",
				 .key_type = "RSA-2048"};
	work = handshake_work(&kind, LANE_ENGINE_SERVER);
	assert_non_null(work.agrees);
	assert_null(work.decrypts);
	assert_int_equal(work.signed_len, 583);
	kind.key_transport = kind.client_auth = 1;
	work = handshake_work(&kind, LANE_ENGINE_SERVER);
	assert_null(work.agrees);
	assert_null(work.signs);
	assert_string_equal(work.decrypts, "RSA-2048");
	assert_string_equal(work.verifies, "RSA-2048-PSS");
	assert_int_equal(work.verified_len, 0); // all messages
	work = handshake_work(&kind, LANE_ENGINE_CLIENT);
	assert_true(work.signs && work.encrypts && !work.verifies);
}

static int set_up(void **state)
{
	(void)state;
	speed = 1;
	for (size_t i = 0; i < sizeof pks / sizeof pks[0]; i++)
		bench_mark_verified(&pks[i]);
	for (size_t i = 0; i < sizeof macs / sizeof macs[0]; i++)
		bench_mark_verified(&macs[i]);
	bench_mark_verified(&aeads[0]);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_engines_destroy();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(parts),     TEST(sums),    TEST(paired),  TEST(flights), TEST(untold),
					   TEST(transport), TEST(missing), TEST(failure), TEST(counts)};
	return cmocka_run_group_tests_name("handshake parts", tests, set_up, tear_down);
}
