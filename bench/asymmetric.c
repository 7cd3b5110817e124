// SPDX-License-Identifier: MIT
// Public-key operations: signatures, encryption, key agreement and KEMs. One
// group for each algorithm and operation, all engines paired in it.
//
// Keys are made and imported outside of what is timed; a batch is the operation
// itself and nothing else. Signatures are over 32 bytes; RSA PKCS#1 v1.5
// encrypts what TLS 1.2 key transport does, OAEP the largest message that fits,
// which is what the gap per byte wants. Generation of a key is measured where a
// handshake has to do it, for key agreement (its release included), otherwise
// only when asked for by --op keygen.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asymmetric_keys.h"
#include "group.h"

enum { signed_len = 32, premaster_len = 48, message_cap = 1024, buffer_cap = 4096 };

// One engine's implementation, ready to do one operation.
struct rival {
	const struct lane_loaded_engine *engine;
	struct lane_engine_object *object;
	const struct lane_engine_pk *pk; // this or kem
	const struct lane_engine_kem *kem;
	void *private_key, *public_key;
	uint8_t message[message_cap]; // what is signed or encrypted
	size_t message_len;
	uint8_t input[buffer_cap]; // what is verified, decrypted, derived from
	size_t input_len;
	uint8_t out[buffer_cap];
	char reason[192]; // why it failed
};

static void rival_keys_free(struct rival *r)
{
	void (*key_free)(void *) = r->pk ? r->pk->key_free : r->kem->key_free;
	if (r->public_key)
		key_free(r->public_key);
	if (r->private_key)
		key_free(r->private_key);
}

// What went wrong, for the entry; -1 for the stopwatch.
static int rival_fail(struct rival *r, const char *what)
{
	snprintf(r->reason, sizeof r->reason, "%s: %s", what, r->engine->engine->last_error(r->object));
	return -1;
}

// ---- Setting up: keys, and the input that the operation undoes ----

static int take_private_key(struct bench_run *run, struct rival *r)
{
	const struct lane_engine_pk *pk = r->pk;
	const struct lane_engine_der *der = pk->import_private ? bench_private_key(run, pk->key_type) : NULL;
	if (der)
		return pk->import_private(r->object, pk, der->data, der->len, &r->private_key);
	return pk->generate ? pk->generate(r->object, pk, &r->private_key) : LANE_ENGINE_UNSUPPORTED;
}

// Of the same pair as take_private_key's.
static int take_public_key(struct bench_run *run, struct rival *r)
{
	const struct lane_engine_pk *pk = r->pk;
	const struct lane_engine_der *der = pk->import_public ? bench_public_key(run, pk->key_type) : NULL;
	if (der && pk->import_private)
		return pk->import_public(r->object, pk, der->data, der->len, &r->public_key);
	uint8_t own[buffer_cap];
	size_t len;
	int status = take_private_key(run, r);
	if (!status && !(pk->export_public && pk->import_public))
		status = LANE_ENGINE_UNSUPPORTED;
	if (!status)
		status = pk->export_public(r->private_key, own, sizeof own, &len);
	return status ? status : pk->import_public(r->object, pk, own, len, &r->public_key);
}

static int take_both_keys(struct bench_run *run, struct rival *r)
{
	int status = take_public_key(run, r);
	return status || r->private_key ? status : take_private_key(run, r);
}

static int prepare_nothing(struct bench_run *run, struct rival *r)
{
	(void)run, (void)r;
	return LANE_ENGINE_OK;
}

static int prepare_sign(struct bench_run *run, struct rival *r)
{
	r->message_len = signed_len;
	return take_private_key(run, r);
}

static int prepare_verify(struct bench_run *run, struct rival *r)
{
	r->message_len = signed_len;
	int status = take_both_keys(run, r);
	return status ? status
		      : r->pk->sign(r->private_key, r->input, buffer_cap, &r->input_len, r->message, r->message_len);
}

static int is_oaep(const struct lane_engine_pk *pk)
{
	return strstr(pk->algorithm, "-OAEP") != NULL;
}

static int prepare_encrypt(struct bench_run *run, struct rival *r)
{
	r->message_len = is_oaep(r->pk) ? r->pk->max_message : premaster_len;
	return r->message_len > message_cap ? LANE_ENGINE_UNSUPPORTED : take_public_key(run, r);
}

static int prepare_decrypt(struct bench_run *run, struct rival *r)
{
	int status = prepare_encrypt(run, r);
	if (!status && !r->private_key)
		status = take_private_key(run, r);
	return status ? status
		      : r->pk->encrypt(r->public_key, r->input, buffer_cap, &r->input_len, r->message, r->message_len);
}

static int prepare_derive(struct bench_run *run, struct rival *r)
{
	void *peer;
	int status = take_private_key(run, r);
	if (!status)
		status = r->pk->generate(r->object, r->pk, &peer);
	if (status)
		return status;
	status = r->pk->public_raw(peer, r->input, buffer_cap, &r->input_len);
	r->pk->key_free(peer);
	return status;
}

static int prepare_encapsulate(struct bench_run *run, struct rival *r)
{
	(void)run;
	size_t len;
	if (r->kem->public_len > buffer_cap || r->kem->ciphertext_len + r->kem->secret_len > buffer_cap)
		return LANE_ENGINE_UNSUPPORTED;
	int status = r->kem->generate(r->object, r->kem, &r->private_key);
	if (!status)
		status = r->kem->public_raw(r->private_key, r->input, buffer_cap, &len);
	return status ? status : r->kem->import_public(r->object, r->kem, r->input, len, &r->public_key);
}

static int prepare_decapsulate(struct bench_run *run, struct rival *r)
{
	int status = prepare_encapsulate(run, r);
	return status ? status : r->kem->encapsulate(r->public_key, r->input, r->out);
}

// ---- What is timed ----

static int do_keygen(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	for (; n; n--) {
		void *key;
		if (r->pk->generate(r->object, r->pk, &key))
			return rival_fail(r, "keygen");
		r->pk->key_free(key);
	}
	return 0;
}

static int do_sign(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	size_t len;
	for (; n; n--)
		if (r->pk->sign(r->private_key, r->out, buffer_cap, &len, r->message, r->message_len))
			return rival_fail(r, "sign");
	return 0;
}

static int do_verify(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	for (; n; n--)
		if (r->pk->verify(r->public_key, r->input, r->input_len, r->message, r->message_len))
			return rival_fail(r, "verify");
	return 0;
}

static int do_encrypt(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	size_t len;
	for (; n; n--)
		if (r->pk->encrypt(r->public_key, r->out, buffer_cap, &len, r->message, r->message_len))
			return rival_fail(r, "encrypt");
	return 0;
}

static int do_decrypt(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	size_t len;
	for (; n; n--)
		if (r->pk->decrypt(r->private_key, r->out, buffer_cap, &len, r->input, r->input_len))
			return rival_fail(r, "decrypt");
	return 0;
}

static int do_derive(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	size_t len;
	for (; n; n--)
		if (r->pk->derive(r->private_key, r->input, r->input_len, r->out, buffer_cap, &len))
			return rival_fail(r, "derive");
	return 0;
}

static int do_kem_keygen(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	for (; n; n--) {
		void *key;
		if (r->kem->generate(r->object, r->kem, &key))
			return rival_fail(r, "keygen");
		r->kem->key_free(key);
	}
	return 0;
}

static int do_encapsulate(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	uint8_t *secret = r->out + r->kem->ciphertext_len;
	for (; n; n--)
		if (r->kem->encapsulate(r->public_key, r->out, secret))
			return rival_fail(r, "encapsulate");
	return 0;
}

static int do_decapsulate(void *user, uint64_t n, double *seconds)
{
	(void)seconds;
	struct rival *r = user;
	for (; n; n--)
		if (r->kem->decapsulate(r->private_key, r->input, r->out))
			return rival_fail(r, "decapsulate");
	return 0;
}

static const struct operation {
	const char *name;
	int kem;
	uint32_t bit; // of lane_engine_pk.operations
	int (*prepare)(struct bench_run *run, struct rival *r);
	int (*batch)(void *user, uint64_t n, double *seconds);
} operations[] = {
	{"keygen", 0, LANE_ENGINE_PK_GENERATE, prepare_nothing, do_keygen},
	{"derive", 0, LANE_ENGINE_PK_DERIVE, prepare_derive, do_derive},
	{"sign", 0, LANE_ENGINE_PK_SIGN, prepare_sign, do_sign},
	{"verify", 0, LANE_ENGINE_PK_SIGN, prepare_verify, do_verify},
	{"encrypt", 0, LANE_ENGINE_PK_ENCRYPT, prepare_encrypt, do_encrypt},
	{"decrypt", 0, LANE_ENGINE_PK_ENCRYPT, prepare_decrypt, do_decrypt},
	{"keygen", 1, 0, prepare_nothing, do_kem_keygen},
	{"encapsulate", 1, 0, prepare_encapsulate, do_encapsulate},
	{"decapsulate", 1, 0, prepare_decapsulate, do_decapsulate},
};
enum { n_operations = sizeof operations / sizeof operations[0] };

// ---- Groups ----

struct group {
	const char *algorithm;
	const char *key_type; // NULL for KEMs
	const struct operation *operation;
};

struct groups {
	struct group *items;
	size_t n, cap;
};

static void groups_add(struct groups *groups, const struct bench_run *run, const char *algorithm, const char *key_type,
		       const struct operation *operation)
{
	if (!group_wanted(run, &(struct result_entry){.algorithm = algorithm, .op = operation->name}))
		return;
	for (size_t i = 0; i < groups->n; i++)
		if (groups->items[i].operation == operation && strcasecmp(groups->items[i].algorithm, algorithm) == 0)
			return;
	if (groups->n == groups->cap) {
		groups->cap = groups->cap ? 2 * groups->cap : 64;
		struct group *grown = bench_calloc(groups->cap, sizeof *grown);
		if (groups->n)
			memcpy(grown, groups->items, groups->n * sizeof *grown);
		free(groups->items);
		groups->items = grown;
	}
	groups->items[groups->n++] = (struct group){algorithm, key_type, operation};
}

static int wanted(const struct bench_options *options, const struct lane_engine_pk *pk, const struct operation *op)
{
	if (!(pk->operations & op->bit) || !bench_filter_passes(&options->ops, op->name))
		return 0;
	// An RSA-4096 key takes seconds to make: quick has none, unless it is asked for.
	if (options->quick && !options->algorithms.n && strcmp(pk->key_type, "RSA-4096") == 0)
		return 0;
	if (op->bit != LANE_ENGINE_PK_GENERATE || (pk->operations & LANE_ENGINE_PK_DERIVE))
		return 1;
	return options->ops.n && strcmp(pk->algorithm, pk->key_type) == 0; // once for all items that share keys
}

// Every algorithm and operation that one of the engines has, in the engines' order.
static struct groups groups_list(const struct bench_run *run)
{
	const struct bench_options *options = run->options;
	const struct lane_loaded_engine *engine;
	struct groups groups = {0};
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++) {
		if (!engine->engine || !bench_filter_passes(&options->engines, engine->name))
			continue;
		for (size_t i = 0; i < engine->n_pk; i++)
			for (size_t o = 0; o < n_operations; o++)
				if (!operations[o].kem && wanted(options, &engine->pk[i], &operations[o]) &&
				    bench_filter_passes(&options->algorithms, engine->pk[i].algorithm))
					groups_add(&groups, run, engine->pk[i].algorithm, engine->pk[i].key_type,
						   &operations[o]);
		for (size_t i = 0; i < engine->n_kem; i++)
			for (size_t o = 0; o < n_operations; o++)
				if (operations[o].kem && bench_filter_passes(&options->ops, operations[o].name) &&
				    bench_filter_passes(&options->algorithms, engine->kem[i].algorithm))
					groups_add(&groups, run, engine->kem[i].algorithm, NULL, &operations[o]);
	}
	return groups;
}

static void not_offered(struct bench_run *run, struct result_entry *entry, const char *reason)
{
	entry->state = RESULT_NOT_OFFERED;
	entry->reason = reason;
	result_add(run->results, entry);
}

// Puts the rival to work: its cell is ready, or else its entry is in the results and this says -1.
static int rival_enter(struct bench_run *run, const struct group *group, struct rival *r, struct result_entry *entry)
{
	const struct operation *op = group->operation;
	const void *item = op->kem ? (const void *)r->kem : (const void *)r->pk;
	const char *unavailable = op->kem ? r->kem->unavailable : r->pk->unavailable;
	if (unavailable) {
		not_offered(run, entry, unavailable);
		return -1;
	}
	entry->state = RESULT_FAILED;
	if (!bench_is_verified(item)) { // counted as a failure where it was found
		entry->reason = "did not pass verification";
		result_add(run->results, entry);
		return -1;
	}
	r->object = bench_engine(r->engine, &entry->reason);
	int status = LANE_ENGINE_FAILED;
	if (r->object) {
		entry->reason = r->reason;
		status = op->prepare(run, r);
	}
	if (status == LANE_ENGINE_OK) {
		if (op->bit == LANE_ENGINE_PK_ENCRYPT) {
			entry->has_size = 1;
			entry->size = r->message_len;
		}
		return 0;
	}
	if (status == LANE_ENGINE_UNSUPPORTED) {
		not_offered(run, entry, "not with these parameters");
	} else {
		run->failures++;
		if (r->object)
			rival_fail(r, "setting up");
		result_add(run->results, entry);
	}
	rival_keys_free(r);
	return -1;
}

static int group_run(struct bench_run *run, const struct group *group, double budget)
{
	const struct operation *op = group->operation;
	const struct lane_loaded_engine *engine;
	size_t n = 0, cap = 0;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++)
		cap += engine->n_pk + engine->n_kem;
	struct rival *rivals = bench_calloc(cap, sizeof *rivals);
	struct stopwatch_cell *cells = bench_calloc(cap, sizeof *cells);
	struct result_entry *entries = bench_calloc(cap, sizeof *entries);

	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++) {
		if (!engine->engine || !bench_filter_passes(&run->options->engines, engine->name))
			continue;
		struct result_entry about = {.engine = engine->name,
					     .library_version = engine->engine->library_version(),
					     .algorithm = group->algorithm,
					     .op = op->name};
		int offered = 0;
		for (size_t i = 0; i < (op->kem ? engine->n_kem : engine->n_pk); i++) {
			const struct lane_engine_pk *pk = op->kem ? NULL : &engine->pk[i];
			const struct lane_engine_kem *kem = op->kem ? &engine->kem[i] : NULL;
			if (strcasecmp(pk ? pk->algorithm : kem->algorithm, group->algorithm) != 0 ||
			    (pk && !(pk->operations & op->bit)))
				continue;
			offered = 1;
			rivals[n] = (struct rival){.engine = engine, .pk = pk, .kem = kem};
			entries[n] = about;
			entries[n].kernel = pk ? pk->kernel : kem->kernel;
			if (rival_enter(run, group, &rivals[n], &entries[n]) == 0) {
				cells[n].batch = op->batch;
				cells[n].user = &rivals[n];
				n++;
			}
		}
		if (!offered)
			not_offered(run, &about, "this engine does not have it");
	}

	struct stopwatch_options options = {.budget = budget, .seed = run->seed++};
	int interrupted = group_measure(run, cells, entries, n, &options);
	for (size_t i = 0; i < n; i++)
		rival_keys_free(&rivals[i]);
	free(rivals);
	free(cells);
	free(entries);
	return interrupted;
}

size_t asymmetric_n_groups(const struct bench_run *run)
{
	struct groups groups = groups_list(run);
	free(groups.items);
	return groups.n;
}

int asymmetric_measure(struct bench_run *run)
{
	double begun = bench_now();
	struct groups groups = groups_list(run);
	struct key_request *requests = bench_calloc(groups.n, sizeof *requests);
	// As many as a chain needs anyway: one for every start would take the time that they are to measure in.
	const unsigned n_keys = run->n_starts > 1 ? 3 : 1;
	size_t n_requests = 0;
	for (size_t i = 0; i < groups.n; i++)
		if (groups.items[i].key_type)
			requests[n_requests++] = (struct key_request){groups.items[i].key_type, n_keys};
	bench_keys_prepare(run, requests, n_requests);
	free(requests);

	int interrupted = 0;
	for (size_t i = 0; i < groups.n && !interrupted; i++) {
		char what[96];
		snprintf(what, sizeof what, "%s %s", groups.items[i].algorithm, groups.items[i].operation->name);
		progress_step(run->progress, what);
		interrupted = group_run(run, &groups.items[i], group_budget(run, begun, groups.n - i));
	}
	free(groups.items);
	return interrupted;
}
