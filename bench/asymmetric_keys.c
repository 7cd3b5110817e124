// SPDX-License-Identifier: MIT
// The run's private keys: made once, by one engine, kept as DER for all.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "asymmetric_keys.h"
#include "group.h"

enum { der_cap = 8192, max_keys = 64 };

struct key {
	const char *type;
	unsigned index;
	struct lane_engine_der private_key, public_key; // len 0: no engine can make it
};

// They live as long as the process: there is one run in it.
static struct key keys[max_keys];
static size_t n_keys;

static struct key *find(const char *type, unsigned index)
{
	for (size_t i = 0; i < n_keys; i++)
		if (strcmp(keys[i].type, type) == 0 && keys[i].index == index)
			return &keys[i];
	return NULL;
}

static struct lane_engine_der keep(const uint8_t *der, size_t len)
{
	uint8_t *copy = bench_calloc(1, len);
	memcpy(copy, der, len);
	return (struct lane_engine_der){copy, len};
}

// Fills in `key` with this engine's item. 0 when it did.
static int generate(const struct lane_loaded_engine *engine, const struct lane_engine_pk *item, struct key *key)
{
	const char *reason;
	struct lane_engine_object *object = bench_engine(engine, &reason);
	uint8_t private_der[der_cap], public_der[der_cap];
	size_t private_len, public_len;
	void *made;
	if (!object || item->generate(object, item, &made) != LANE_ENGINE_OK)
		return -1;
	int ok = item->export_private(made, private_der, sizeof private_der, &private_len) == LANE_ENGINE_OK &&
		 item->export_public(made, public_der, sizeof public_der, &public_len) == LANE_ENGINE_OK;
	item->key_free(made);
	if (ok) {
		key->private_key = keep(private_der, private_len);
		key->public_key = keep(public_der, public_len);
	}
	explicit_bzero(private_der, sizeof private_der);
	return ok ? 0 : -1;
}

// By the first engine that can; those with TLS before others, whose search for primes takes up to twice as long.
static void make(const struct lane_loader *loader, struct key *key)
{
	const struct lane_loaded_engine *engine;
	for (int has_tls = 1; has_tls >= 0; has_tls--)
		for (size_t e = 0; (engine = lane_loader_at(loader, e)); e++)
			for (size_t i = 0; (engine->n_tls > 0) == has_tls && i < engine->n_pk; i++) {
				const struct lane_engine_pk *item = &engine->pk[i];
				if (strcmp(item->key_type, key->type) == 0 && !item->unavailable && item->generate &&
				    item->export_private && item->export_public && generate(engine, item, key) == 0)
					return;
			}
}

void bench_keys_prepare(struct bench_run *run, const struct key_request *requests, size_t n_requests)
{
	const size_t first = n_keys;
	for (size_t r = 0; r < n_requests; r++) {
		for (unsigned i = 0; i < requests[r].n; i++)
			if (!find(requests[r].key_type, i) && n_keys < max_keys)
				keys[n_keys++] = (struct key){.type = requests[r].key_type, .index = i};
	}
	if (n_keys == first)
		return;
		// The last are the big ones, which take longest: begin with them.
#pragma omp parallel for schedule(dynamic, 1)
	for (size_t i = n_keys; i > first; i--)
		make(run->loader, &keys[i - 1]);
#ifdef _OPENMP
	omp_pause_resource_all(omp_pause_soft); // no idle threads beside what is timed
#endif
}

static const struct key *get(struct bench_run *run, const char *key_type, unsigned index)
{
	const struct key *key = find(key_type, index);
	if (!key) {
		bench_keys_prepare(run, &(struct key_request){key_type, index + 1}, 1);
		key = find(key_type, index);
	}
	return key;
}

const struct lane_engine_der *bench_private_key_at(struct bench_run *run, const char *key_type, unsigned index)
{
	const struct key *key = get(run, key_type, index);
	return key && key->private_key.len ? &key->private_key : NULL;
}

const struct lane_engine_der *bench_private_key(struct bench_run *run, const char *key_type)
{
	return bench_private_key_at(run, key_type, 0);
}

const struct lane_engine_der *bench_public_key(struct bench_run *run, const char *key_type)
{
	const struct key *key = get(run, key_type, 0);
	return key && key->public_key.len ? &key->public_key : NULL;
}

// ---- From start to start of the process ----

// Ahead of each key's two encodings.
struct key_head {
	char type[32];
	uint32_t index, private_len, public_len;
};

static unsigned n_of_type(const char *type)
{
	unsigned n = 0;
	for (size_t i = 0; i < n_keys; i++)
		n += strcmp(keys[i].type, type) == 0;
	return n;
}

void bench_keys_write(FILE *out, size_t start)
{
	for (size_t i = 0; i < n_keys; i++) {
		const unsigned n = n_of_type(keys[i].type), first = (unsigned)(start % n);
		struct key_head head = {.index = (keys[i].index + n - first) % n,
					.private_len = (uint32_t)keys[i].private_key.len,
					.public_len = (uint32_t)keys[i].public_key.len};
		snprintf(head.type, sizeof head.type, "%s", keys[i].type);
		fwrite(&head, sizeof head, 1, out);
		fwrite(keys[i].private_key.data, 1, head.private_len, out);
		fwrite(keys[i].public_key.data, 1, head.public_len, out);
	}
}

static int read_der(FILE *in, size_t len, struct lane_engine_der *to)
{
	uint8_t der[der_cap];
	if (len > sizeof der || fread(der, 1, len, in) != len)
		return -1;
	*to = len ? keep(der, len) : (struct lane_engine_der){0};
	explicit_bzero(der, len);
	return 0;
}

int bench_keys_read(FILE *in)
{
	struct key_head head;
	for (size_t got; (got = fread(&head, 1, sizeof head, in)) > 0;) {
		struct key key = {.index = head.index};
		if (got < sizeof head || n_keys == max_keys || !memchr(head.type, 0, sizeof head.type) ||
		    read_der(in, head.private_len, &key.private_key) || read_der(in, head.public_len, &key.public_key))
			return -1;
		key.type = strdup(head.type);
		if (!key.type)
			return -1;
		keys[n_keys++] = key;
	}
	return 0;
}
