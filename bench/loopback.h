/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_LOOPBACK_H
#define LANE_BENCH_LOOPBACK_H

/*
 * Handshakes over TCP of this machine: connect, handshake, close, one connection
 * after the other, by a client in this thread and a server of the same engine in
 * another. In it beside TLS: sockets, the kernel's TCP of both ends, waking each
 * other. Entries have the op "loopback"; sides client and server are CPU time of
 * their threads, kernel included; side "both" is wall-clock time of a connection.
 */

#include "bench.h"

size_t loopback_n_groups(const struct bench_run *run);
int loopback_measure(struct bench_run *run);

/* Connections a second, and CPU time beside that in memory. */
void loopback_report(const struct result_set *results, FILE *out, int color, int columns);

#endif
