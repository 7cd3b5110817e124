// SPDX-License-Identifier: MIT
// Profiles: the built-in ones, those from files, and their arithmetic.

#include "profiles.h"

#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "command.h"
#include "gap.h"
#include "group.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_BYTES (INT64_C(1) << 50) // a connection
#define MAX_RECORD 16384             // RFC 8446 §5.1
enum { max_connections = 1000, max_count = 1000000 };

// ---- Built in ----

#define PAGE (2652 * 1024) // bytes; and 71 requests of some 500 bytes
#define PAGE_SOURCE "HTTP Archive, Web Almanac 2024, Page Weight: median desktop page 2652 KB, 71 requests"
#define MB100 100000000

static const struct profile built_in[] = {
	{"HTTPS, an API call", "assumed: 1 KB asked, 4 KB answered",
	 (const struct profile_connection[]){{1, NULL, 1000, 4000, MAX_RECORD}}, 1},
	{"HTTPS, a page, 1 connection", PAGE_SOURCE,
	 (const struct profile_connection[]){{1, NULL, 35500, PAGE, MAX_RECORD}}, 1},
	{"HTTPS, a page, 6 connections", PAGE_SOURCE,
	 (const struct profile_connection[]){{6, NULL, 35500 / 6, PAGE / 6, MAX_RECORD}}, 1},
	{"SMTP with STARTTLS, a mail",
	 "T. Redmond, office365itpros.com 2021: the mean of an inbox is 60 times the 2-4 KB of 1996",
	 (const struct profile_connection[]){{1, NULL, 180000, 500, MAX_RECORD}}, 1},
	{"FTPS, 100 MB", "assumed; the data connection resumes the control connection's session where that is resumed",
	 (const struct profile_connection[]){{1, "full", 300, 1000, MAX_RECORD}, {1, NULL, 0, MB100, MAX_RECORD}}, 2},
	{"VPN-like stream, 100 MB each way",
	 "assumed; records of 1350 bytes fit an Ethernet frame with the tunnel's headers",
	 (const struct profile_connection[]){{1, NULL, MB100, MB100, 1350}}, 1},
};

const struct profile *profile_at(size_t i)
{
	return i < COUNT(built_in) ? &built_in[i] : NULL;
}

// ---- From a file ----

static int take_number(const char *path, const char *where, const char *key, const json_t *value, int64_t least,
		       int64_t most, uint64_t *to)
{
	if (!json_is_integer(value) || json_integer_value(value) < least || json_integer_value(value) > most)
		return usage_error("%s: %s.%s: a whole number from %lld to %lld is needed", path, where, key,
				   (long long)least, (long long)most);
	*to = (uint64_t)json_integer_value(value);
	return EXIT_FINE;
}

static int take_text(const char *path, const char *where, const json_t *value, const char **to)
{
	if (!json_is_string(value) || !text_is_clean(json_string_value(value)) || json_string_length(value) == 0 ||
	    json_string_length(value) > 200)
		return usage_error("%s: %s: a text of 1 to 200 bytes is needed", path, where);
	free((char *)(uintptr_t)*to);
	*to = result_must(strdup(json_string_value(value)));
	return EXIT_FINE;
}

static int take_connection(const char *path, size_t i, json_t *object, struct profile_connection *c)
{
	const char *key;
	json_t *value;
	char where[48], place[64];
	int status = EXIT_FINE;
	snprintf(where, sizeof where, "connections[%zu]", i);
	snprintf(place, sizeof place, "%s.handshake", where);
	*c = (struct profile_connection){.count = 1, .record = MAX_RECORD};
	if (!json_is_object(object))
		return usage_error("%s: %s: an object is needed", path, where);
	json_object_foreach(object, key, value)
	{
		if (status == EXIT_FINE)
			status = !strcmp(key, "count")  ? take_number(path, where, key, value, 1, max_count, &c->count)
				 : !strcmp(key, "up")   ? take_number(path, where, key, value, 0, MAX_BYTES, &c->up)
				 : !strcmp(key, "down") ? take_number(path, where, key, value, 0, MAX_BYTES, &c->down)
				 : !strcmp(key, "record")
					 ? take_number(path, where, key, value, 1, MAX_RECORD, &c->record)
				 : !strcmp(key, "handshake")
					 ? take_text(path, place, value, &c->handshake)
					 : usage_error(
						   "%s: %s.%s: no such key; valid: count, handshake, up, down, record",
						   path, where, key);
	}
	return status;
}

static int take_connections(const char *path, const json_t *list, struct profile *profile)
{
	const size_t n = json_array_size(list);
	if (!json_is_array(list) || n < 1 || n > max_connections)
		return usage_error("%s: connections: a list of 1 to %d is needed", path, max_connections);
	struct profile_connection *connections = bench_calloc(n, sizeof *connections);
	profile->connections = connections;
	profile->n_connections = n;
	int status = EXIT_FINE;
	for (size_t i = 0; i < n && status == EXIT_FINE; i++)
		status = take_connection(path, i, json_array_get(list, i), &connections[i]);
	return status;
}

static int take_profile(const char *path, json_t *root, struct profile *profile)
{
	const char *key;
	json_t *value;
	int status = EXIT_FINE;
	if (!json_is_object(root))
		return usage_error("%s: not a profile: an object is needed", path);
	json_object_foreach(root, key, value)
	{
		if (status == EXIT_FINE)
			status = !strcmp(key, "name")     ? take_text(path, key, value, &profile->name)
				 : !strcmp(key, "source") ? take_text(path, key, value, &profile->source)
				 : !strcmp(key, "connections")
					 ? take_connections(path, value, profile)
					 : usage_error("%s: %s: no such key; valid: name, source, "
						       "connections",
						       path, key);
	}
	if (status == EXIT_FINE && (!profile->name || !profile->connections))
		status = usage_error("%s: %s: missing", path, profile->name ? "connections" : "name");
	return status;
}

struct profile *profile_load(const char *path)
{
	char error[512];
	size_t len;
	json_error_t at;
	char *data = result_read_file(path, &len, error, sizeof error);
	if (!data) {
		usage_error("%s", error);
		return NULL;
	}
	json_t *root = json_loadb(data, len, JSON_REJECT_DUPLICATES, &at);
	free(data);
	if (!root) {
		usage_error("%s:%d:%d: not JSON: %s", path, at.line, at.column, at.text);
		return NULL;
	}
	struct profile *profile = bench_calloc(1, sizeof *profile);
	int status = take_profile(path, root, profile);
	json_decref(root);
	if (status == EXIT_FINE)
		return profile;
	profile_free(profile);
	return NULL;
}

void profile_free(struct profile *profile)
{
	for (size_t i = 0; i < profile->n_connections; i++)
		free((char *)(uintptr_t)profile->connections[i].handshake);
	free((struct profile_connection *)(uintptr_t)profile->connections);
	free((char *)(uintptr_t)profile->name);
	free((char *)(uintptr_t)profile->source);
	free(profile);
}

// ---- Arithmetic ----

static int is_kind(const struct result_entry *e, const char *handshake, int resumed)
{
	if (handshake && strcmp(handshake, "full") != 0 && strcmp(handshake, "resumed") != 0)
		return text_same(e->kind, handshake);
	if (handshake)
		resumed = strcmp(handshake, "resumed") == 0;
	return text_same(e->version, "TLS 1.3") && text_same(e->group, "X25519") &&
	       text_same(e->certificate, "RSA-2048") && !e->resumed == !resumed && !e->client_auth;
}

static const struct result_entry *handshake_of(const struct result_set *results, const char *engine, const char *side,
					       const char *handshake, int resumed)
{
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *e = result_entry_at(results, i);
		if (gap_is_handshake(e) && text_same(e->engine, engine) && text_same(e->side, side) &&
		    is_kind(e, handshake, resumed))
			return e;
	}
	return NULL;
}

// The time of a message of len bytes, on the line between the nearest sizes measured; below the smallest, its time.
static int message_time(const struct result_set *results, const char *engine, const char *cipher, const char *op,
			uint64_t len, struct interval *time)
{
	const struct result_entry *below = NULL, *above = NULL;
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *e = result_entry_at(results, i);
		if (!e->has_size || !e->size || !text_same(e->engine, engine) || !text_same(e->op, op) ||
		    e != gap_fastest(results, engine, cipher, op, e->size))
			continue;
		if (e->size <= len && (!below || e->size > below->size))
			below = e;
		if (e->size >= len && (!above || e->size < above->size))
			above = e;
	}
	if (!above)
		return -1;
	if (!below || below == above) {
		*time = interval_of_time(above);
		return 0;
	}
	const double w = (double)(len - below->size) / (double)(above->size - below->size);
	*time = (struct interval){below->ns + w * (above->ns - below->ns),
				  below->ns_lo + w * (above->ns_lo - below->ns_lo),
				  below->ns_hi + w * (above->ns_hi - below->ns_hi)};
	return 0;
}

// Adds the records of so many bytes.
static int add_bytes(const struct result_set *results, const char *engine, const char *cipher, const char *op,
		     uint64_t bytes, const struct profile_connection *c, struct interval *sum)
{
	const uint64_t full = bytes / c->record, rest = bytes % c->record;
	struct interval time;
	if (full && message_time(results, engine, cipher, op, c->record, &time))
		return -1;
	if (full)
		*sum = interval_sum(*sum, interval_scaled(time, (double)full * (double)c->count));
	if (rest && message_time(results, engine, cipher, op, rest, &time))
		return -1;
	if (rest)
		*sum = interval_sum(*sum, interval_scaled(time, (double)c->count));
	return 0;
}

int profile_cost(const struct result_set *results, const struct profile *profile, int resumed, const char *engine,
		 const char *cipher, const char *side, struct profile_cost *out)
{
	const int serves = strcmp(side, "server") == 0;
	*out = (struct profile_cost){0};
	for (size_t i = 0; i < profile->n_connections; i++) {
		const struct profile_connection *c = &profile->connections[i];
		const struct result_entry *hs = handshake_of(results, engine, side, c->handshake, resumed);
		if (!hs || add_bytes(results, engine, cipher, "seal", serves ? c->down : c->up, c, &out->bulk) ||
		    add_bytes(results, engine, cipher, "open", serves ? c->up : c->down, c, &out->bulk))
			return -1;
		out->handshakes =
			interval_sum(out->handshakes, interval_scaled(interval_of_time(hs), (double)c->count));
	}
	out->all = interval_sum(out->handshakes, out->bulk);
	return 0;
}
