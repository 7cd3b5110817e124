/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TRACE_H
#define LANE_BENCH_TRACE_H

/*
 * One handshake as it happens: flights, their messages, what each carries or
 * proves, which key exists from then on at whose side, and the CPU time of each
 * step. A key is named, never shown.
 */

#include "handshake_pair.h"
#include "tls_messages.h"

enum { TRACE_MESSAGES = 16, TRACE_FLIGHTS = 16, TRACE_LEARNS = 4, TRACE_KEYS_CAP = 96 };

struct trace_message {
	struct tls_text text;
	size_t len;                /* with its header, before encryption */
	int untold;                /* no message: records whose contents the engine does not tell */
	int encrypted;             /* on the wire */
	int changes_keys;          /* a ChangeCipherSpec, which is no handshake message and is in no transcript */
	char keys[TRACE_KEYS_CAP]; /* what its sender has from then on, "" for nothing new */
};

/* What one side does at one turn: it takes the other's last flight, and sends its own. */
struct trace_flight {
	int side;
	double ns; /* CPU time of the step; a side's first includes the making of its connection */
	char learns[TRACE_LEARNS][TRACE_KEYS_CAP]; /* keys from the flight taken */
	size_t n_learns;
	struct trace_message messages[TRACE_MESSAGES];
	size_t n_messages;
	size_t bytes, n_records; /* sent; with record headers and tags */
	int completes;           /* from here on this side may send application data */
};

struct trace {
	const char *engine, *library_version;
	const struct tls_kind *kind;
	struct trace_flight flights[TRACE_FLIGHTS];
	size_t n_flights, bytes;
	double ns[HANDSHAKE_N_SIDES]; /* CPU time with the connection's making and release */
	unsigned repetitions;         /* that times are medians over */
	double round_trips;           /* before the client may send data */
};

/* trace_flight.c: what a flight is made of: its records (RFC 8446 §5.1, RFC 5246 §6.2.1) and the messages that were
 * told of. keys_changed says whether a side of TLS 1.2 has sent ChangeCipherSpec. Messages beyond what fits are left
 * out. */
struct trace_told {
	uint8_t *data; /* a message with its header */
	size_t len;
};
void trace_flight_read(struct trace_flight *flight, struct tls_settled *settled, int *keys_changed,
		       const uint8_t *records, size_t len, const struct trace_told *told, size_t n_told);

/* What an engine that tells nothing shows all the same: the messages in the records that are not encrypted. Their
 * number; the data of each is for free(). */
size_t trace_flight_plain(const uint8_t *records, size_t len, int keys_changed, struct trace_told told[TRACE_MESSAGES]);

/* What the side whose turn it is gets from the messages of the flight that it takes. */
void trace_flight_learn(struct trace_flight *flight, const struct tls_settled *settled, const struct trace_told *taken,
			size_t n_taken);

/* Traces one handshake and times its flights over many more. NULL with a reason that names the engine. */
struct trace *trace_new(struct bench_run *run, const struct lane_loaded_engine *engine, const struct tls_kind *kind,
			char reason[320]);

/* trace_report.c: for people as a diagram of that many columns, else as tables; for programs. */
void trace_show(const struct trace *trace, FILE *out, int color, int columns, int ascii);
json_t *trace_json(const struct trace *trace);

/* The command `handshake --trace`: the exit code. */
int trace_run(struct bench_run *run);

#endif
