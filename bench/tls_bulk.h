/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TLS_BULK_H
#define LANE_BENCH_TLS_BULK_H

/*
 * Application data through a TLS 1.3 connection in memory (RFC 8446 §5), beside
 * the bare AEAD of the same engine and beside ours in the same rounds: what the
 * record layer costs. Written by the server, read by the client, a record at a
 * time. In it beside the AEAD: the library's own call, header, nonce and content
 * type of each record, and the copies through the memory that stands for a socket.
 *
 * Entries of TLS have the ops "write" and "read" and the condition TLS_BULK_INSIDE,
 * those of bare AEADs "seal" and "open" and TLS_BULK_BARE: they are no rivals of
 * what `bench` measures. `layers` holds what is between them.
 */

#include "bench.h"

#define TLS_BULK_INSIDE "inside TLS"
#define TLS_BULK_BARE "for TLS records"

size_t tls_bulk_n_groups(const struct bench_run *run);
int tls_bulk_measure(struct bench_run *run); /* 0, or -1 when interrupted */

/* The AEADs of TLS 1.3, as a filter: those have to be verified. */
struct bench_filter tls_bulk_filter(void);

/* Bytes a second in TLS and bare, and the record layer's cost; nothing where the set has none. */
void tls_bulk_report(const struct result_set *results, FILE *out, int color, int columns);

#endif
