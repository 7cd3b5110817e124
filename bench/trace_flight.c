// SPDX-License-Identifier: MIT
// A flight taken apart: its records as they are on the wire, its messages as the engine told them, and the keys that
// they bring. What is encrypted is seen on the wire: messages in plaintext are as long as the records of plaintext.

#include "trace.h"

#include <stdlib.h>
#include <string.h>

#include "../results/result.h"

// ---- Keys: RFC 8446 §7.1, RFC 5246 §8.1 and §6.3 ----

static void keys_of_server_hello(const struct tls_settled *settled, char keys[TRACE_KEYS_CAP])
{
	const char *group = tls_group_name(settled->group);
	if (settled->version != 0x0304)
		snprintf(keys, TRACE_KEYS_CAP, "%s", settled->resumed ? "key block, from the master secret kept" : "");
	else if (settled->group == 0)
		snprintf(keys, TRACE_KEYS_CAP, "handshake traffic keys, from the PSK alone");
	else
		snprintf(keys, TRACE_KEYS_CAP, "handshake traffic keys, from %s%s",
			 settled->resumed ? "the PSK and " : "", group ? group : "the key exchange");
}

// What exists once this message was sent (at its sender) or taken in (at the other side).
static void keys_of(const struct tls_settled *settled, int by_server, int taken, uint8_t type,
		    char keys[TRACE_KEYS_CAP])
{
	const int tls13 = settled->version == 0x0304;
	const char *exist = "";
	if (type == TLS_CLIENT_HELLO && settled->offers_psk && !taken)
		exist = "binder key, from the PSK";
	else if (type == TLS_CLIENT_KEY_EXCHANGE)
		exist = "premaster secret, master secret, key block";
	else if (type == TLS_FINISHED && tls13)
		exist = by_server ? "application traffic keys, exporter secret" : "resumption secret";
	else if (type == TLS_NEW_SESSION_TICKET && tls13)
		exist = "a PSK for a later handshake";
	snprintf(keys, TRACE_KEYS_CAP, "%s", exist);
	if (type == TLS_SERVER_HELLO && !settled->retry)
		keys_of_server_hello(settled, keys);
}

// ---- Flights ----

enum { content_change_cipher_spec = 20, content_handshake = 22, record_header = 5, message_header = 4 };

// The records of a flight.
struct records {
	size_t n, plain, encrypted;    // bytes of handshake messages, and of what is encrypted
	size_t changes[TRACE_FLIGHTS]; // at which of those bytes there is a ChangeCipherSpec
	size_t n_changes;
};

struct content {
	uint8_t type;
	const uint8_t *data;
	size_t len;
};

// Moves on past a whole record; 0 when there is none.
static int next_record(const uint8_t **at, size_t *left, struct content *content)
{
	const uint8_t *header = *at;
	if (*left < record_header)
		return 0;
	*content = (struct content){header[0], header + record_header, (size_t)header[3] << 8 | header[4]};
	if (content->len > *left - record_header)
		return 0;
	*at += record_header + content->len;
	*left -= record_header + content->len;
	return 1;
}

static struct records read_records(const uint8_t *at, size_t left, int *keys_changed, int tls13)
{
	struct records r = {0};
	struct content content;
	while (next_record(&at, &left, &content)) {
		if (content.type == content_change_cipher_spec && r.n_changes < TRACE_FLIGHTS) {
			r.changes[r.n_changes++] = r.plain;
			*keys_changed = !tls13;
		} else if (content.type == content_handshake && !*keys_changed) {
			r.plain += content.len;
		} else {
			r.encrypted += content.len;
		}
		r.n++;
	}
	return r;
}

static struct trace_message *add_message(struct trace_flight *flight)
{
	return flight->n_messages < TRACE_MESSAGES ? &flight->messages[flight->n_messages++] : NULL;
}

static void add_change(struct trace_flight *flight, int tls13)
{
	struct trace_message *m = add_message(flight);
	if (!m)
		return;
	m->changes_keys = 1;
	m->len = 1;
	m->text.name = "ChangeCipherSpec";
	m->text.n = 1;
	snprintf(m->text.lines[0], TLS_TEXT_CAP, "%s",
		 tls13 ? "means nothing: old middleboxes like to see it" : "what follows is under the new keys");
}

static void add_untold(struct trace_flight *flight, size_t len)
{
	struct trace_message *m = add_message(flight);
	if (!m)
		return;
	m->untold = m->encrypted = 1;
	m->len = len;
	m->text = (struct tls_text){.name = "encrypted", .n = 1};
	snprintf(m->text.lines[0], TLS_TEXT_CAP, "this library does not tell what is in there");
}

void trace_flight_read(struct trace_flight *flight, struct tls_settled *settled, int *keys_changed,
		       const uint8_t *records, size_t len, const struct trace_told *told, size_t n_told)
{
	const int server = flight->side == LANE_ENGINE_SERVER;
	size_t offset = 0, n_changes = 0;
	flight->bytes = len;
	// A ServerHello settles the version before its flight's records can be understood.
	struct tls_settled ahead = *settled;
	for (size_t i = 0; i < n_told && ahead.version == 0; i++) {
		struct tls_text ignored;
		tls_message_read(&ahead, server, told[i].data, told[i].len, &ignored);
	}
	const int tls13 = ahead.version == 0x0304;
	const struct records r = read_records(records, len, keys_changed, tls13);
	flight->n_records = r.n;
	for (size_t i = 0; i < n_told; i++) {
		while (n_changes < r.n_changes && r.changes[n_changes] <= offset) {
			add_change(flight, tls13);
			n_changes++;
		}
		struct trace_message *m = add_message(flight);
		if (m) {
			tls_message_read(settled, server, told[i].data, told[i].len, &m->text);
			m->len = told[i].len;
			m->encrypted = offset + told[i].len > r.plain;
			keys_of(settled, server, 0, told[i].len ? told[i].data[0] : 255, m->keys);
		}
		offset += told[i].len;
	}
	for (; n_changes < r.n_changes; n_changes++)
		add_change(flight, tls13);
	if (r.encrypted > 0 && offset <= r.plain)
		add_untold(flight, r.encrypted);
}

size_t trace_flight_plain(const uint8_t *records, size_t len, int keys_changed, struct trace_told told[TRACE_MESSAGES])
{
	struct content content;
	uint8_t *all = result_must(malloc(len + 1));
	size_t n = 0, n_all = 0, at = 0;
	while (next_record(&records, &len, &content)) {
		if (content.type == content_change_cipher_spec)
			break; // in TLS 1.3 too, nothing in plaintext follows it
		if (content.type != content_handshake || keys_changed)
			continue;
		memcpy(all + n_all, content.data, content.len);
		n_all += content.len;
	}
	while (n < TRACE_MESSAGES && n_all - at >= message_header) {
		const size_t size =
			message_header + ((size_t)all[at + 1] << 16 | (size_t)all[at + 2] << 8 | all[at + 3]);
		if (size > n_all - at)
			break;
		told[n] = (struct trace_told){result_must(malloc(size)), size};
		memcpy(told[n++].data, all + at, size);
		at += size;
	}
	free(all);
	return n;
}

void trace_flight_learn(struct trace_flight *flight, const struct tls_settled *settled, const struct trace_told *taken,
			size_t n_taken)
{
	for (size_t i = 0; i < n_taken && flight->n_learns < TRACE_LEARNS; i++) {
		char *keys = flight->learns[flight->n_learns];
		keys_of(settled, flight->side != LANE_ENGINE_SERVER, 1, taken[i].len ? taken[i].data[0] : 255, keys);
		// What a client gets from two tickets it gets once for people.
		const int again = flight->n_learns > 0 && strcmp(flight->learns[flight->n_learns - 1], keys) == 0;
		flight->n_learns += keys[0] && !again;
	}
}
