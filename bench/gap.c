// SPDX-License-Identifier: MIT
// The gap: what a handshake costs, in bytes of bulk encryption.
//
//   break-even bytes(side) = t(handshake, side) / (t(16384) / 16384)
//
// where t(16384) is one seal of 16 KiB for the server, one open for the client,
// the sum for both. A cipher is called as its users call it, so forced kernels
// don't count, only `auto` and a library's own choice.
//
// Of times, not of cycles: some cores lower their clock for wide vectors, which a
// connection pays for. What the clock wanders by otherwise is in the intervals.

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../results/interval.h"
#include "bench.h"
#include "gap.h"

enum { bulk_len = 16384, name_cap = 256 };

// What came before AEADs in TLS, as encrypt-then-MAC (RFC 7366): the sum of two, of one engine.
#define OLD_CIPHER "AES-128-CBC"
#define OLD_MAC "HMAC-SHA-256"

static const char *const ciphers[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", OLD_CIPHER " + " OLD_MAC,
				      "AEGIS-128L",  "AEGIS-128X2", "AEGIS-128X4"};

static int same(const char *a, const char *b)
{
	return a && b && strcasecmp(a, b) == 0;
}

static int has_figures(const struct result_entry *entry)
{
	return entry->state == RESULT_OK && entry->ns_lo > 0 && entry->ns_lo <= entry->ns && entry->ns <= entry->ns_hi;
}

const struct result_entry *gap_fastest(const struct result_set *results, const char *engine, const char *algorithm,
				       const char *op, uint64_t size)
{
	const struct result_entry *best = NULL;
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if ((!size || entry->size == size) && has_figures(entry) && same(entry->op, op) &&
		    same(entry->algorithm, algorithm) && (!engine || same(entry->engine, engine)) && !entry->latency &&
		    !entry->condition && (!entry->kernel || same(entry->kernel, "auto")) &&
		    (!best || entry->ns < best->ns))
			best = entry;
	}
	return best;
}

// A cipher as one side of a connection uses it: what it does, and its time for 16 KiB.
struct bulk {
	const struct result_entry *entry; // for its names; NULL when there is none
	struct interval time;             // ns
};

static struct bulk old_bulk(const struct result_set *results, const char *engine, const char *op)
{
	const struct result_entry *cbc = gap_fastest(results, engine, OLD_CIPHER, op, bulk_len);
	const struct result_entry *mac = gap_fastest(results, engine, OLD_MAC, "mac", bulk_len);
	if (!cbc || !mac)
		return (struct bulk){0};
	return (struct bulk){cbc, interval_sum(interval_of_time(cbc), interval_of_time(mac))};
}

static int is_old(const char *cipher)
{
	return same(cipher, OLD_CIPHER " + " OLD_MAC);
}

static struct bulk bulk_of_engine(const struct result_set *results, const char *engine, const char *cipher,
				  const char *side)
{
	if (is_old(cipher)) {
		struct bulk out = old_bulk(results, engine, "encrypt"), in = old_bulk(results, engine, "decrypt");
		if (same(side, "server") || !out.entry || !in.entry)
			return same(side, "server") ? out : same(side, "client") ? in : (struct bulk){0};
		return same(side, "client") ? in : (struct bulk){out.entry, interval_sum(out.time, in.time)};
	}
	const struct result_entry *seal = gap_fastest(results, engine, cipher, "seal", bulk_len);
	const struct result_entry *open = gap_fastest(results, engine, cipher, "open", bulk_len);
	if (same(side, "server") && seal)
		return (struct bulk){seal, interval_of_time(seal)};
	if (same(side, "client") && open)
		return (struct bulk){open, interval_of_time(open)};
	if (same(side, "both") && seal && open)
		return (struct bulk){seal, interval_sum(interval_of_time(seal), interval_of_time(open))};
	return (struct bulk){0};
}

// Of all engines. For both directions it is one engine that is fastest in their sum.
static struct bulk bulk_fastest(const struct result_set *results, const char *cipher, const char *side)
{
	struct bulk best = {0};
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (!same(entry->algorithm, is_old(cipher) ? OLD_CIPHER : cipher) || entry->size != bulk_len)
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
	struct interval bytes = interval_scaled(interval_quotient(interval_of_time(handshake), bulk->time), bulk_len);
	result_add_gap(results, &(struct result_gap){.handshake = handshake_name,
						     .cipher = cipher_name,
						     .side = handshake->side,
						     .break_even_bytes = bytes.x,
						     .break_even_bytes_lo = bytes.lo,
						     .break_even_bytes_hi = bytes.hi,
						     .headline = headline});
}

int gap_is_handshake(const struct result_entry *entry)
{
	return has_figures(entry) && same(entry->op, "handshake") && entry->kind && entry->side && entry->engine;
}

// The handshake of the headline: server, TLS 1.3, X25519, RSA-2048, full, client unknown, in the fastest engine.
static const struct result_entry *headline_handshake(const struct result_set *results)
{
	const struct result_entry *best = NULL;
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (gap_is_handshake(entry) && same(entry->side, "server") && same(entry->version, "TLS 1.3") &&
		    same(entry->group, "X25519") && same(entry->certificate, "RSA-2048") && !entry->resumed &&
		    !entry->client_auth && (!best || entry->ns < best->ns))
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
		if (!gap_is_handshake(handshake))
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
	const struct result_entry *pk = gap_fastest(results, NULL, pk_algorithm, pk_op, 0);
	const struct result_entry *bulk =
		gap_fastest(results, NULL, cipher, same(pk_op, "encrypt") ? "seal" : "open", bulk_len);
	if (!pk || !pk->size || !bulk)
		return -1;
	struct interval times = interval_scaled(interval_quotient(interval_of_time(pk), interval_of_time(bulk)),
						(double)bulk_len / (double)pk->size);
	*out = (struct gap_per_byte){pk, bulk, times.x, times.lo, times.hi};
	return 0;
}

struct interval gap_share(const struct result_gap *gap, double bytes)
{
	const double lo = gap->break_even_bytes_lo, x = gap->break_even_bytes, hi = gap->break_even_bytes_hi;
	return (struct interval){x / (x + bytes), lo / (lo + bytes), hi / (hi + bytes)};
}

// HKDF (RFC 5869) for a key and a nonce: one HMAC extracts, two expand.
enum { hkdf_macs = 3, hkdf_len = 64 };

static int per_message_of(const struct result_set *results, const char *engine, const char *group, const char *cipher,
			  uint64_t size, struct gap_per_message *out)
{
	const struct result_entry *keygen = gap_fastest(results, engine, group, "keygen", 0);
	const struct result_entry *derive = gap_fastest(results, engine, group, "derive", 0);
	const struct result_entry *mac = gap_fastest(results, engine, "HMAC-SHA-256", "mac", hkdf_len);
	const struct result_entry *seal = gap_fastest(results, engine, cipher, "seal", size);
	if (!keygen || !derive || !mac || !seal)
		return -1;
	struct interval alone = interval_of_time(seal);
	struct interval agreed = interval_sum(interval_sum(interval_of_time(keygen), interval_of_time(derive)),
					      interval_scaled(interval_of_time(mac), hkdf_macs));
	*out = (struct gap_per_message){.engine = seal->engine,
					.ns = keygen->ns + derive->ns + hkdf_macs * mac->ns + seal->ns};
	// The same seal is above and below: only the agreement's part has a quotient.
	struct interval part = interval_quotient(agreed, alone);
	out->times = (struct interval){1 + part.x, 1 + part.lo, 1 + part.hi};
	return 0;
}

int gap_per_message(const struct result_set *results, const char *group, const char *cipher, uint64_t size,
		    struct gap_per_message *out)
{
	int found = -1;
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		struct gap_per_message m;
		if (same(entry->algorithm, group) && same(entry->op, "derive") &&
		    !per_message_of(results, entry->engine, group, cipher, size, &m) && (found || m.ns < out->ns)) {
			*out = m;
			found = 0;
		}
	}
	return found;
}
