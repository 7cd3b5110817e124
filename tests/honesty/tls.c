// SPDX-License-Identifier: MIT
// Whether handshakes cost what the library takes for them: honesty-tls ENGINE_FOLDER BARE_FOLDER [ENGINE…]
//
// What `lanecrypt handshake` measures beside a bare loop over the same library with the same configuration and chain
// (bare_tls.h), in paired rounds. It is a benchmark with a verdict: a kind fails when even the upper end of its ratio's
// interval says that it is slower than allowed, three times running with more time each.

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../bench/chains.h"
#include "../../bench/group.h"
#include "../../bench/handshake_pair.h"
#include "../../bench/objects.h"
#include "bare_tls.h"

#define LIMIT 0.95 // of the bare loop's speed

enum { n_attempts = 3 };
static const double budgets[n_attempts] = {1.2, 2.5, 5};
static const char *const kinds[] = {"TLS 1.2 RSA-2048 key transport", "TLS 1.2 X25519 RSA-2048",
				    "TLS 1.2 X25519 ECDSA-P256", "TLS 1.3 X25519 RSA-2048",
				    "TLS 1.3 X25519 ECDSA-P256"};

// The command's, for filters that are not used here.
int bench_filter_passes(const struct bench_filter *filter, const char *name)
{
	return filter->n == 0 && name;
}

// ---- What is timed: what handshake.c sums up as "both", and the bare loop ----

static int do_pair(void *user, uint64_t n, double *seconds)
{
	double ignored[HANDSHAKE_N_SIDES] = {0}, sum[HANDSHAKE_N_SIDES] = {0};
	int status = handshake_pair_shake(user, ignored);
	for (; n && !status; n--)
		status = handshake_pair_shake(user, sum);
	seconds[0] = sum[0] + sum[1];
	return status;
}

static int do_bare(void *user, uint64_t n, double *seconds)
{
	const struct bare_tls *const bare = user;
	const int warm = bare->run(1);
	double since = stopwatch_cpu_seconds();
	const int ok = bare->run(n);
	seconds[0] = stopwatch_lap(&since);
	return warm && ok ? 0 : -1;
}

struct outcome {
	struct estimate ratio;
	double ours, bare; // ns
};

static int compare(struct handshake_pair *pair, const struct bare_tls *bare, double budget, struct outcome *out)
{
	static uint64_t seed = 1;
	struct stopwatch_cell cells[] = {{.batch = do_pair, .user = pair, .n_series = 1},
					 {.batch = do_bare, .user = (void *)(uintptr_t)bare, .n_series = 1}};
	const struct stopwatch_options options = {
		.budget = budget, .batch_seconds = 3e-3, .max_rounds = 2000, .seed = seed++};
	stopwatch_measure(cells, 2, &options);
	const struct stopwatch_estimate *const ours = &cells[0].series[0], *const other = &cells[1].series[0];
	const int ok = !cells[0].failed && !cells[1].failed &&
		       estimate_ratio(ours->samples, ours->rounds, other->samples, other->rounds, CONFIDENCE_95,
				      &out->ratio) == 0;
	out->ours = ours->ns;
	out->bare = other->ns;
	stopwatch_cells_free(cells, 2);
	return ok;
}

static struct bare_der der(struct lane_engine_der from)
{
	return (struct bare_der){from.data, from.len};
}

static int set_bare(struct bench_run *run, const struct bare_tls *bare, const struct tls_kind *kind)
{
	const struct chain *const chain = bench_chain(run, kind->key_type);
	return bare->set(&(struct bare_tls_kind){.version = (uint16_t)kind->version,
						 .suite = kind->suite,
						 .group = kind->group,
						 .signature = kind->signature,
						 .host_name = CHAIN_HOST_NAME,
						 .root = der(chain->root),
						 .leaf = der(chain->sent[0]),
						 .intermediate = der(chain->sent[1]),
						 .private_key = der(chain->private_key)});
}

// Prints a line; 1 when it is within the limit, 0 when it is not, -1 where the library has no such handshake.
static int judge(struct bench_run *run, const struct lane_loaded_engine *engine, const struct bare_tls *bare,
		 const struct tls_kind *kind)
{
	struct handshake_pair *const pair = handshake_pair_new(run, engine, kind, NULL);
	struct outcome o = {.ours = 0};
	if (handshake_pair_state(pair) == RESULT_NOT_OFFERED) {
		printf("%-10s %-32s not offered\n", engine->name, kind->name);
		handshake_pair_free(pair);
		return -1;
	}
	int measured = handshake_pair_state(pair) == RESULT_OK && set_bare(run, bare, kind), honest = 0, attempt = 0;
	for (; attempt < n_attempts && measured && !honest; attempt++) {
		measured = compare(pair, bare, budgets[attempt], &o);
		honest = measured && o.ratio.hi >= LIMIT;
	}
	if (measured)
		printf("%-10s %-32s %8.1f %8.1f  %.4f (%.4f … %.4f)  %s", engine->name, kind->name, o.ours / 1e3,
		       o.bare / 1e3, o.ratio.x, o.ratio.lo, o.ratio.hi, honest ? "honest" : "SLOWER");
	else
		printf("%-10s %-32s FAILED %s", engine->name, kind->name, handshake_pair_reason(pair));
	printf(attempt > 1 ? ", %d attempts\n" : "\n", attempt);
	fflush(stdout);
	handshake_pair_free(pair);
	return honest;
}

// Several libraries have the same symbols: as the loader does it.
static const struct bare_tls *load_bare(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/tls-%s.so", folder, name);
#ifdef RTLD_DEEPBIND
	void *const so = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
#else
	void *const so = dlopen(path, RTLD_NOW | RTLD_LOCAL);
#endif
	return so ? dlsym(so, "bare_tls") : NULL;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: honesty-tls ENGINE_FOLDER BARE_FOLDER [ENGINE…]\n");
		return 2;
	}
	setenv("LANE_ENGINE_PATH", argv[1], 1);
	struct bench_options options = {0};
	struct bench_run run = {.options = &options, .loader = lane_loader_new()};
	const struct lane_loaded_engine *engine;
	int cells = 0, dishonest = 0;
	lane_loader_load(run.loader, NULL);
	printf("%-10s %-32s %8s %8s  speed as a share of the bare loop's, with 95 %% interval\n", "engine", "handshake",
	       "µs", "bare µs");
	for (size_t i = 0; (engine = lane_loader_at(run.loader, i)); i++) {
		const struct bare_tls *const bare = engine->engine ? load_bare(argv[2], engine->name) : NULL;
		int wanted = argc == 3;
		for (int k = 3; k < argc; k++)
			wanted |= strcmp(engine->name, argv[k]) == 0;
		for (size_t k = 0; bare && wanted && k < sizeof kinds / sizeof kinds[0]; k++) {
			const int verdict = judge(&run, engine, bare, tls_kind_named(kinds[k]));
			cells += verdict >= 0;
			dishonest += verdict == 0;
		}
	}
	bench_engines_destroy();
	// As ctest ends, which tests/run counts.
	printf("%d%% tests passed, %d tests failed out of %d\n", cells ? 100 * (cells - dishonest) / cells : 0,
	       dishonest, cells);
	return cells == 0 || dishonest > 0;
}
