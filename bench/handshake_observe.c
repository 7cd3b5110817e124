// SPDX-License-Identifier: MIT
// A handshake's flights, records and messages, as they pass (RFC 8446 §4, §5; RFC 5246 §6.2, §7.4).

#include "handshake_observe.h"

#include <stdio.h>
#include <string.h>

enum { change_cipher_spec = 20, handshake_record = 22, application_data = 23, record_header = 5, tag_len = 16 };
enum { new_session_ticket = 4, key_update = 24 };

struct observer {
	struct handshake_observation *seen;
	const struct tls_kind *kind;
	const struct lane_engine_tls *tls;
	struct lane_engine_object *object;
	struct lane_engine_allocations allocated; // before the present step
	char messages[sizeof((struct handshake_observation *)0)->flights[0].messages];
	int told_messages;                // by the library
	int encrypted[HANDSHAKE_N_SIDES]; // what the side sends from now on
};

static const char *message_name(uint8_t type)
{
	static const char *const names[256] = {
		[1] = "ClientHello",         [2] = "ServerHello",      [4] = "NewSessionTicket",
		[8] = "EncryptedExtensions", [11] = "Certificate",     [12] = "ServerKeyExchange",
		[13] = "CertificateRequest", [14] = "ServerHelloDone", [15] = "CertificateVerify",
		[16] = "ClientKeyExchange",  [20] = "Finished",        [22] = "CertificateStatus",
		[24] = "KeyUpdate",
	};
	return names[type] ? names[type] : "another message";
}

static void add_name(struct observer *o, const char *name)
{
	const size_t used = strlen(o->messages);
	snprintf(o->messages + used, sizeof o->messages - used, "%s%s", used ? ", " : "", name);
}

static void on_message(void *user, int side, int sent, uint8_t type, const uint8_t *data, size_t len)
{
	struct observer *o = user;
	(void)side, (void)data;
	if (!sent)
		return;
	add_name(o, message_name(type));
	const int after = type == key_update || (type == new_session_ticket && o->kind->version == LANE_ENGINE_TLS13);
	o->seen->transcript_len += after ? 0 : len;
}

// What of an encrypted record the AEAD takes: not its tag, nor the part of the nonce that GCM and CCM send in TLS 1.2
// (RFC 5288 §3).
static size_t protected_len(const struct tls_kind *kind, size_t len)
{
	const size_t nonce = kind->version == LANE_ENGINE_TLS12 && !strstr(kind->suite, "CHACHA20") ? 8 : 0;
	return len > nonce + tag_len ? len - nonce - tag_len : 0;
}

// A library that shows no messages: those of a record in the clear, and the length of the others.
static void find_messages(struct observer *o, const uint8_t *data, size_t len, size_t encrypted)
{
	if (encrypted) {
		add_name(o, "encrypted");
		o->seen->transcript_len += encrypted - (o->kind->version == LANE_ENGINE_TLS13); // a byte tells the type
		return;
	}
	o->seen->transcript_len += len;
	for (size_t at = 0; at + 4 <= len;
	     at += 4 + ((size_t)data[at + 1] << 16 | (size_t)data[at + 2] << 8 | data[at + 3]))
		add_name(o, message_name(data[at]));
}

static void take_records(struct observer *o, int side, const uint8_t *data, size_t len)
{
	struct handshake_observation *seen = o->seen;
	for (size_t at = 0, n; at + record_header <= len; at += record_header + n) {
		n = (size_t)data[at + 3] << 8 | data[at + 4];
		if (o->kind->version == LANE_ENGINE_TLS13)
			o->encrypted[side] = data[at] == application_data;
		const int encrypted = o->encrypted[side] && data[at] != change_cipher_spec;
		if (encrypted && seen->n_records < OBSERVED_RECORDS) {
			seen->records[seen->n_records].side = side;
			seen->records[seen->n_records++].len = protected_len(o->kind, n);
		}
		if (!o->told_messages && at + record_header + n <= len && (encrypted || data[at] == handshake_record))
			find_messages(o, data + at + record_header, n, encrypted ? protected_len(o->kind, n) : 0);
		o->encrypted[side] |= data[at] == change_cipher_spec;
	}
}

// What was allocated since `allocated` was noted, which it is now.
static struct lane_engine_allocations newly_allocated(struct observer *o)
{
	struct lane_engine_allocations now = {0}, before = o->allocated;
	if (!o->tls->allocations || o->tls->allocations(o->object, &now) != LANE_ENGINE_OK)
		return now;
	o->seen->has_allocations = 1;
	o->allocated = now;
	return (struct lane_engine_allocations){now.count - before.count, now.bytes - before.bytes};
}

static void on_flight(void *user, int side, double seconds, const uint8_t *data, size_t len, int done)
{
	struct observer *o = user;
	struct handshake_observation *seen = o->seen;
	const struct lane_engine_allocations more = newly_allocated(o);
	(void)seconds, (void)done;
	seen->allocations[side].count += more.count;
	seen->allocations[side].bytes += more.bytes;
	seen->sent[side] += len;
	take_records(o, side, data, len);
	if (len && seen->n_flights < OBSERVED_FLIGHTS) {
		seen->flights[seen->n_flights].side = side;
		seen->flights[seen->n_flights].len = len;
		memcpy(seen->flights[seen->n_flights++].messages, o->messages, sizeof o->messages);
	}
	o->messages[0] = '\0';
}

int handshake_observe(struct bench_run *run, const struct lane_loaded_engine *engine, const struct tls_kind *kind,
		      struct handshake_observation *out)
{
	struct observer o = {.seen = out, .kind = kind, .tls = engine->tls, .told_messages = 1};
	struct handshake_watch watch = {.flight = on_flight, .message = on_message, .user = &o};
	double ignored[HANDSHAKE_N_SIDES] = {0};
	*out = (struct handshake_observation){0};
	struct handshake_pair *pair = handshake_pair_new(run, engine, kind, &watch);
	if (handshake_pair_state(pair) == RESULT_NOT_OFFERED) {
		handshake_pair_free(pair);
		watch.message = NULL;
		o.told_messages = 0;
		pair = handshake_pair_new(run, engine, kind, &watch);
	}
	int status = handshake_pair_state(pair) == RESULT_OK ? 0 : -1;
	if (!status) {
		o.object = bench_engine(engine, NULL);
		newly_allocated(&o);
		status = handshake_pair_shake(pair, ignored);
	}
	handshake_pair_free(pair);
	if (status)
		*out = (struct handshake_observation){0};
	return status;
}

void handshake_observation_note(struct result_entry *entry, const struct handshake_observation *seen, int side)
{
	entry->bytes_sent = entry->allocations = entry->allocated_bytes = 0;
	for (int s = 0; s < HANDSHAKE_N_SIDES; s++) {
		if (side != s && side != HANDSHAKE_N_SIDES)
			continue;
		entry->bytes_sent += seen->sent[s];
		entry->allocations += seen->allocations[s].count;
		entry->allocated_bytes += seen->allocations[s].bytes;
	}
}
