// SPDX-License-Identifier: MIT
// Public-key operations of a made-up engine: which groups there are, what each
// operation is handed, and what becomes of entries without a figure.

#include "../../bench/progress.h"
#include "../support/test.h"

#include <strings.h>

#include "../../bench/objects.h"

enum { signature_len = 4, ciphertext_len = 5, secret_len = 6, public_len = 7 };

static int n_made, n_freed, n_generated;
static int n_done[8]; // of each operation
enum { SIGN, VERIFY, ENCRYPT, DECRYPT, DERIVE, ENCAPSULATE, DECAPSULATE };
static int sign_fails, import_unsupported;
static size_t message_len;

// ---- The engine ----

// A key is its number: 'g' generated, 'p' imported private, 'q' imported public.
static int key_new(char kind, void **out)
{
	n_made++;
	char *key = *out = malloc(1);
	*key = kind;
	return LANE_ENGINE_OK;
}

static void key_free(void *key)
{
	n_freed++;
	free(key);
}

static int generate(struct lane_engine_object *engine, const struct lane_engine_pk *item, void **out)
{
	(void)engine, (void)item;
	n_generated++;
	return key_new('g', out);
}

static int export_private(void *key, uint8_t *der, size_t cap, size_t *der_len)
{
	assert_int_equal(*(char *)key, 'g');
	assert_true(cap >= 3);
	memcpy(der, "PRI", *der_len = 3);
	return LANE_ENGINE_OK;
}

static int export_public(void *key, uint8_t *der, size_t cap, size_t *der_len)
{
	(void)key;
	assert_true(cap >= 3);
	memcpy(der, "PUB", *der_len = 3);
	return LANE_ENGINE_OK;
}

static int import_private(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			  size_t der_len, void **out)
{
	(void)engine, (void)item;
	assert_true(der_len == 3 && memcmp(der, "PRI", 3) == 0);
	return import_unsupported ? LANE_ENGINE_UNSUPPORTED : key_new('p', out);
}

static int import_public(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			 size_t der_len, void **out)
{
	(void)engine, (void)item;
	assert_true(der_len == 3 && memcmp(der, "PUB", 3) == 0);
	return key_new('q', out);
}

static int sign(void *key, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	n_done[SIGN]++;
	assert_true(*(char *)key == 'p' && msg && msg_len == 32 && cap >= signature_len);
	memset(sig, 's', *sig_len = signature_len);
	return sign_fails ? LANE_ENGINE_FAILED : LANE_ENGINE_OK;
}

static int verify(void *key, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	n_done[VERIFY]++;
	assert_true(*(char *)key == 'q' && sig_len == signature_len && sig[0] == 's' && msg && msg_len == 32);
	return LANE_ENGINE_OK;
}

static int encrypt(void *key, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	n_done[ENCRYPT]++;
	assert_true(*(char *)key == 'q' && in && cap >= ciphertext_len);
	message_len = in_len;
	memset(out, 'c', *out_len = ciphertext_len);
	return LANE_ENGINE_OK;
}

static int decrypt(void *key, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	n_done[DECRYPT]++;
	assert_true(*(char *)key == 'p' && in[0] == 'c' && in_len == ciphertext_len && cap >= message_len);
	memset(out, 'm', *out_len = message_len);
	return LANE_ENGINE_OK;
}

static int public_raw(void *key, uint8_t *out, size_t cap, size_t *out_len)
{
	(void)key;
	assert_true(cap >= public_len);
	memset(out, 'r', *out_len = public_len);
	return LANE_ENGINE_OK;
}

static int derive(void *key, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *out_len)
{
	n_done[DERIVE]++;
	assert_true(*(char *)key == 'p' && peer[0] == 'r' && peer_len == public_len && cap >= secret_len);
	memset(secret, 'x', *out_len = secret_len);
	return LANE_ENGINE_OK;
}

static int kem_generate(struct lane_engine_object *engine, const struct lane_engine_kem *item, void **out)
{
	(void)engine, (void)item;
	return key_new('g', out);
}

static int kem_import(struct lane_engine_object *engine, const struct lane_engine_kem *item, const uint8_t *raw,
		      size_t raw_len, void **out)
{
	(void)engine, (void)item;
	assert_true(raw_len == public_len && raw[0] == 'r');
	return key_new('q', out);
}

static int encapsulate(void *key, uint8_t *ciphertext, uint8_t *secret)
{
	n_done[ENCAPSULATE]++;
	assert_int_equal(*(char *)key, 'q');
	memset(ciphertext, 'c', ciphertext_len);
	memset(secret, 'x', secret_len);
	return LANE_ENGINE_OK;
}

static int decapsulate(void *key, const uint8_t *ciphertext, uint8_t *secret)
{
	n_done[DECAPSULATE]++;
	assert_true(*(char *)key == 'g' && ciphertext[0] == 'c');
	memset(secret, 'x', secret_len);
	return LANE_ENGINE_OK;
}

#define PK(the_algorithm, the_type, the_operations, the_max, ...)                                                      \
	{                                                                                                              \
		.algorithm = the_algorithm, .key_type = the_type, .operations = the_operations,                        \
		.max_message = the_max, .generate = generate, .import_private = import_private,                        \
		.import_public = import_public, .export_private = export_private, .export_public = export_public,      \
		.key_free = key_free, .sign = sign, .verify = verify, .encrypt = encrypt, .decrypt = decrypt,          \
		.public_raw = public_raw, .derive = derive, __VA_ARGS__                                                \
	}

static const struct lane_engine_pk pks[] = {
	PK("RSA-2048", "RSA-2048", LANE_ENGINE_PK_GENERATE | LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_ENCRYPT, 245, ),
	PK("RSA-2048-OAEP", "RSA-2048", LANE_ENGINE_PK_GENERATE | LANE_ENGINE_PK_ENCRYPT, 190, ),
	PK("RSA-4096", "RSA-4096", LANE_ENGINE_PK_GENERATE | LANE_ENGINE_PK_SIGN, 0, ),
	PK("X25519", "X25519", LANE_ENGINE_PK_GENERATE | LANE_ENGINE_PK_DERIVE, 0, ),
	PK("Ed25519", "Ed25519", LANE_ENGINE_PK_SIGN, 0, .unavailable = "no such instruction"),
	PK("ECDSA-P256", "P-256", LANE_ENGINE_PK_SIGN, 0, ), // the wrong one: not verified
};

static const struct lane_engine_kem kems[] = {{
	.algorithm = "ML-KEM-768",
	.public_len = public_len,
	.ciphertext_len = ciphertext_len,
	.secret_len = secret_len,
	.generate = kem_generate,
	.import_public = kem_import,
	.public_raw = public_raw,
	.key_free = key_free,
	.encapsulate = encapsulate,
	.decapsulate = decapsulate,
}};

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
	return "toy 1.0";
}

static const char *last_error(struct lane_engine_object *engine)
{
	(void)engine;
	return "its reason";
}

static const struct lane_engine toy = {
	.name = "toy", .create = create, .destroy = destroy, .library_version = version, .last_error = last_error};

// ---- The rest of the command ----

const struct lane_loaded_engine *lane_loader_at(const struct lane_loader *loader, size_t i)
{
	static const struct lane_loaded_engine engines[] = {
		{.name = "toy", .engine = &toy, .n_pk = sizeof pks / sizeof pks[0], .pk = pks, .n_kem = 1, .kem = kems},
		{.name = "bare", .engine = &toy},
		{.name = "missing", .reason = "not there"},
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

static void measure(struct bench_options options)
{
	run = (struct bench_run){.options = &options, .results = result_new(RESULT_MEASURED), .budget = 0.2};
	n_made = n_freed = n_generated = 0;
	memset(n_done, 0, sizeof n_done);
	const size_t n_groups = asymmetric_n_groups(&run);
	assert_int_equal(asymmetric_measure(&run), 0);
	assert_int_equal(n_made, n_freed);
	assert_int_equal(result_n_entries(run.results), 2 * n_groups); // toy's and bare's
}

static const struct result_entry *find(const char *engine, const char *algorithm, const char *op)
{
	const struct result_entry *entry;
	for (size_t i = 0; (entry = result_entry_at(run.results, i)); i++)
		if (!strcmp(entry->engine, engine) && !strcmp(entry->algorithm, algorithm) && !strcmp(entry->op, op))
			return entry;
	return NULL;
}

static void check_measured(const char *algorithm, const char *op, uint64_t size)
{
	at("%s %s", algorithm, op);
	const struct result_entry *entry = find("toy", algorithm, op);
	assert_non_null(entry);
	assert_int_equal(entry->state, RESULT_OK);
	assert_true(entry->ns > 0 && entry->verified);
	assert_true(entry->has_size == (size > 0) && entry->size == size &&
		    (entry->bytes_per_second > 0) == (size > 0));
	assert_int_equal(find("bare", algorithm, op)->state, RESULT_NOT_OFFERED);
}

static void all(void)
{
	measure((struct bench_options){0});
	check_measured("RSA-2048", "sign", 0);
	check_measured("RSA-2048", "verify", 0);
	check_measured("RSA-2048", "encrypt", 48);
	check_measured("RSA-2048", "decrypt", 48);
	check_measured("RSA-2048-OAEP", "encrypt", 190);
	check_measured("RSA-2048-OAEP", "decrypt", 190);
	check_measured("RSA-4096", "sign", 0);
	check_measured("X25519", "keygen", 0);
	check_measured("X25519", "derive", 0);
	check_measured("ML-KEM-768", "keygen", 0);
	check_measured("ML-KEM-768", "encapsulate", 0);
	check_measured("ML-KEM-768", "decapsulate", 0);
	for (int i = SIGN; i <= DECAPSULATE; i++)
		assert_true(n_done[i] > 6);
	assert_null(find("toy", "RSA-2048", "keygen"));
	assert_null(find("missing", "RSA-2048", "sign"));
	assert_int_equal(run.failures, 0);

	const struct result_entry *entry = find("toy", "Ed25519", "sign");
	assert_int_equal(entry->state, RESULT_NOT_OFFERED);
	assert_string_equal(entry->reason, "no such instruction");
	entry = find("toy", "ECDSA-P256", "verify");
	assert_int_equal(entry->state, RESULT_FAILED);
	assert_non_null(strstr(entry->reason, "verification"));
	result_free(run.results);
}

static void chosen(void)
{
	char *keygen = "keygen", *rsa = "RSA-4096";
	measure((struct bench_options){.ops = {&keygen, 1}});
	check_measured("RSA-2048", "keygen", 0);
	check_measured("X25519", "keygen", 0);
	assert_null(find("toy", "RSA-2048-OAEP", "keygen"));
	assert_null(find("toy", "RSA-2048", "sign"));
	result_free(run.results);

	measure((struct bench_options){.quick = 1});
	assert_null(find("toy", "RSA-4096", "sign"));
	assert_non_null(find("toy", "RSA-2048", "sign"));
	result_free(run.results);

	measure((struct bench_options){.quick = 1, .algorithms = {&rsa, 1}});
	assert_int_equal(find("toy", "RSA-4096", "sign")->state, RESULT_OK);
	result_free(run.results);
}

static void failing(void)
{
	char *rsa = "RSA-2048";
	sign_fails = 1;
	measure((struct bench_options){.algorithms = {&rsa, 1}});
	for (int i = 0; i < 2; i++) { // in what is timed, in the set-up
		const struct result_entry *entry = find("toy", "RSA-2048", i ? "verify" : "sign");
		assert_int_equal(entry->state, RESULT_FAILED);
		assert_non_null(strstr(entry->reason, "its reason"));
	}
	assert_int_equal(run.failures, 2);
	result_free(run.results);
	sign_fails = 0;

	import_unsupported = 1;
	measure((struct bench_options){.algorithms = {&rsa, 1}});
	assert_int_equal(find("toy", "RSA-2048", "sign")->state, RESULT_NOT_OFFERED);
	assert_int_equal(find("toy", "RSA-2048", "encrypt")->state, RESULT_OK);
	assert_int_equal(run.failures, 0);
	result_free(run.results);
	import_unsupported = 0;
}

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pks / sizeof pks[0]; i++)
		if (strcmp(pks[i].algorithm, "ECDSA-P256") != 0)
			bench_mark_verified(&pks[i]);
	bench_mark_verified(&kems[0]);
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
	const struct CMUnitTest tests[] = {TEST(all), TEST(chosen), TEST(failing)};
	return cmocka_run_group_tests_name("asymmetric", tests, set_up, tear_down);
}
