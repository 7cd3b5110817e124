// SPDX-License-Identifier: MIT
// The gap: what a handshake costs, in bytes of bulk encryption.
//
//   break-even bytes(side) = t(handshake, side) / (t(16384) / 16384)
//
// where t(16384) is one seal of 16 KiB for the server, one open for the client,
// the sum for both. A cipher is called as its users call it, so forced kernels
// don't count, only `auto` and a library's own choice.
//
// In cycles where they are known: the clock wanders between a handshake and a
// cipher that are measured minutes apart, and so it cancels.

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../results/interval.h"
#include "bench.h"
#include "gap.h"

enum { bulk_len = 16384, name_cap = 256 };

static const char *const ciphers[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};

static int same(const char *a, const char *b)
{
	return a && b && strcasecmp(a, b) == 0;
}

static struct interval interval_in(const struct result_entry *entry, int in_cycles)
{
	return in_cycles ? (struct interval){entry->cycles, entry->cycles_lo, entry->cycles_hi}
			 : interval_of_time(entry);
}

static int has_figures(const struct result_entry *entry)
{
	return entry->state == RESULT_OK && entry->ns_lo > 0 && entry->ns_lo <= entry->ns && entry->ns <= entry->ns_hi;
}

// Whether all entries tell their cycles; files of before tell no interval of them.
static int has_cycles(const struct result_set *results)
{
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (has_figures(entry) &&
		    !(entry->cycles_lo > 0 && entry->cycles_lo <= entry->cycles && entry->cycles <= entry->cycles_hi))
			return 0;
	}
	return 1;
}

// The fastest entry of an algorithm and op at a size (0: any) that users of an
// engine get; of one engine, unless that is NULL.
static const struct result_entry *fastest(const struct result_set *results, const char *engine, const char *algorithm,
					  const char *op, uint64_t size)
{
	const struct result_entry *best = NULL;
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (has_figures(entry) && same(entry->algorithm, algorithm) && same(entry->op, op) &&
		    (!size || entry->size == size) && (!engine || same(entry->engine, engine)) && !entry->latency &&
		    (!entry->kernel || same(entry->kernel, "auto")) && (!best || entry->ns < best->ns))
			best = entry;
	}
	return best;
}

// A cipher as one side of a connection uses it: what it does, and its time for 16 KiB.
struct bulk {
	const struct result_entry *entry; // for its names; NULL when there is none
	struct interval time;             // in the unit of the set
};

static struct bulk bulk_of_engine(const struct result_set *results, const char *engine, const char *cipher,
				  const char *side)
{
	const int in_cycles = has_cycles(results);
	const struct result_entry *seal = fastest(results, engine, cipher, "seal", bulk_len);
	const struct result_entry *open = fastest(results, engine, cipher, "open", bulk_len);
	if (same(side, "server") && seal)
		return (struct bulk){seal, interval_in(seal, in_cycles)};
	if (same(side, "client") && open)
		return (struct bulk){open, interval_in(open, in_cycles)};
	if (same(side, "both") && seal && open)
		return (struct bulk){seal, interval_sum(interval_in(seal, in_cycles), interval_in(open, in_cycles))};
	return (struct bulk){0};
}

// Of all engines. For both directions it is one engine that is fastest in their sum.
static struct bulk bulk_fastest(const struct result_set *results, const char *cipher, const char *side)
{
	struct bulk best = {0};
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (!same(entry->algorithm, cipher) || entry->size != bulk_len)
			continue;
		struct bulk bulk = bulk_of_engine(results, entry->engine, cipher, side);
		if (bulk.entry && (!best.entry || bulk.time.x < best.time.x))
			best = bulk;
	}
	return best;
}

static void add(struct result_set *results, const struct result_entry *handshake, const struct bulk *bulk,
		const char *cipher, int headline)
{
	char handshake_name[name_cap], cipher_name[name_cap];
	snprintf(handshake_name, sizeof handshake_name, "%s %s", handshake->engine, handshake->kind);
	snprintf(cipher_name, sizeof cipher_name, "%s%s%s %s", bulk->entry->engine, bulk->entry->kernel ? " " : "",
		 bulk->entry->kernel ? bulk->entry->kernel : "", cipher);
	struct interval bytes =
		interval_scaled(interval_quotient(interval_in(handshake, has_cycles(results)), bulk->time), bulk_len);
	result_add_gap(results, &(struct result_gap){.handshake = handshake_name,
						     .cipher = cipher_name,
						     .side = handshake->side,
						     .break_even_bytes = bytes.x,
						     .break_even_bytes_lo = bytes.lo,
						     .break_even_bytes_hi = bytes.hi,
						     .headline = headline});
}

static int is_handshake(const struct result_entry *entry)
{
	return has_figures(entry) && same(entry->op, "handshake") && entry->kind && entry->side && entry->engine;
}

// The handshake of the headline: server, TLS 1.3, X25519, RSA-2048, full, in the fastest engine.
static const struct result_entry *headline_handshake(const struct result_set *results)
{
	const struct result_entry *best = NULL;
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (is_handshake(entry) && same(entry->side, "server") && same(entry->version, "TLS 1.3") &&
		    same(entry->group, "X25519") && same(entry->certificate, "RSA-2048") && !entry->resumed &&
		    (!best || entry->ns < best->ns))
			best = entry;
	}
	return best;
}

void gap_compute(struct result_set *results)
{
	const struct result_entry *headline = headline_handshake(results);
	result_clear_gaps(results);
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *handshake = result_entry_at(results, i);
		if (!is_handshake(handshake))
			continue;
		for (size_t c = 0; c < sizeof ciphers / sizeof ciphers[0]; c++) {
			struct bulk best = bulk_fastest(results, ciphers[c], handshake->side);
			struct bulk own = bulk_of_engine(results, handshake->engine, ciphers[c], handshake->side);
			if (best.entry)
				add(results, handshake, &best, ciphers[c], handshake == headline && c == 0);
			if (own.entry && !same(own.entry->engine, best.entry->engine))
				add(results, handshake, &own, ciphers[c], 0);
		}
	}
}

int gap_per_byte(const struct result_set *results, const char *pk_algorithm, const char *pk_op, const char *cipher,
		 struct gap_per_byte *out)
{
	const struct result_entry *pk = fastest(results, NULL, pk_algorithm, pk_op, 0);
	const struct result_entry *bulk =
		fastest(results, NULL, cipher, same(pk_op, "encrypt") ? "seal" : "open", bulk_len);
	if (!pk || !pk->size || !bulk)
		return -1;
	struct interval times = interval_scaled(
		interval_quotient(interval_in(pk, has_cycles(results)), interval_in(bulk, has_cycles(results))),
		(double)bulk_len / (double)pk->size);
	*out = (struct gap_per_byte){pk, bulk, times.x, times.lo, times.hi};
	return 0;
}
