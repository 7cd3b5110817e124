// SPDX-License-Identifier: MIT
// The run's certificate chains: root, intermediate, leaf.

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "asymmetric_keys.h"
#include "chains.h"
#include "group.h"

enum { max_chains = 16, keys_of_a_chain = 3, der_cap = 8192, day = 86400 };

struct kept_chain {
	struct chain chain;
	uint8_t root[der_cap], intermediate[der_cap], leaf[der_cap], private_key[der_cap];
};

// They live as long as the process: there is one run in it.
static struct kept_chain *chains[max_chains];

// 0 when this engine made it.
static int make_by(struct bench_run *run, const struct lane_loaded_engine *engine, struct kept_chain *kept)
{
	struct chain *chain = &kept->chain;
	const char *reason;
	struct lane_engine_object *object = bench_engine(engine, &reason);
	if (!object) {
		snprintf(chain->reason, sizeof chain->reason, "%s: %s", engine->name, reason);
		return -1;
	}
	int64_t now = (int64_t)time(NULL);
	struct lane_engine_chain_input input = {.struct_size = sizeof input,
						.client = (uint32_t)chain->client,
						.key_type = chain->key_type,
						.host_name = CHAIN_HOST_NAME,
						.not_before = now - day,
						.not_after = now + 30 * day};
	for (unsigned i = 0; i < keys_of_a_chain; i++) {
		const struct lane_engine_der *key = bench_private_key_at(run, chain->key_type, i);
		if (key)
			input.private_keys[i] = *key;
	}
	struct lane_engine_chain out = {.struct_size = sizeof out,
					.root = {.data = kept->root, .cap = der_cap},
					.intermediate = {.data = kept->intermediate, .cap = der_cap},
					.leaf = {.data = kept->leaf, .cap = der_cap},
					.leaf_private_key = {.data = kept->private_key, .cap = der_cap}};
	if (engine->tls->chain_make(object, &input, &out) != LANE_ENGINE_OK) {
		snprintf(chain->reason, sizeof chain->reason, "%s: %s", engine->name,
			 engine->engine->last_error(object));
		return -1;
	}
	chain->root = (struct lane_engine_der){kept->root, out.root.len};
	chain->sent[0] = (struct lane_engine_der){kept->leaf, out.leaf.len};
	chain->sent[1] = (struct lane_engine_der){kept->intermediate, out.intermediate.len};
	chain->private_key = (struct lane_engine_der){kept->private_key, out.leaf_private_key.len};
	chain->made = 1;
	return 0;
}

// Both a server's and a client's chain have the same three keys: what they cost does not depend on it.
static const struct chain *get(struct bench_run *run, const char *key_type, int client)
{
	size_t i = 0;
	while (i < max_chains - 1 && chains[i] &&
	       (chains[i]->chain.client != client || strcmp(chains[i]->chain.key_type, key_type) != 0))
		i++;
	if (chains[i])
		return &chains[i]->chain;

	struct kept_chain *kept = chains[i] = bench_calloc(1, sizeof *kept);
	kept->chain.key_type = key_type;
	kept->chain.client = client;
	snprintf(kept->chain.reason, sizeof kept->chain.reason, "no engine here makes certificates");
	bench_chains_prepare(run, &key_type, 1);
	const struct lane_loaded_engine *engine;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)); e++)
		if (engine->n_tls && engine->tls->chain_make && make_by(run, engine, kept) == 0)
			break;
	return &kept->chain;
}

const struct chain *bench_chain(struct bench_run *run, const char *key_type)
{
	return get(run, key_type, 0);
}

const struct chain *bench_client_chain(struct bench_run *run, const char *key_type)
{
	return get(run, key_type, 1);
}

void bench_chains_prepare(struct bench_run *run, const char *const *key_types, size_t n)
{
	struct key_request requests[max_chains];
	for (size_t i = 0; i < n && i < max_chains; i++)
		requests[i] = (struct key_request){key_types[i], keys_of_a_chain};
	bench_keys_prepare(run, requests, n < max_chains ? n : max_chains);
}
