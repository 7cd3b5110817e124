/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TCP_H
#define LANE_BENCH_TCP_H

/*
 * TLS of an engine over TCP of this machine: 127.0.0.1 and nothing else. All of
 * it gives up after TCP_PATIENCE seconds of silence.
 */

#include <stddef.h>
#include <stdint.h>

#include "../engines/engine.h"

enum { TCP_PATIENCE = 10, TCP_FLIGHT_CAP = 65536 };

/* A socket that listens on a port that is free; -1 with errno. */
int tcp_listen(uint16_t *port);
int tcp_accept(int listener);
int tcp_connect(uint16_t port);

/* Runs this side of a handshake to its end over a socket. in and out: TCP_FLIGHT_CAP bytes each. What the engine said,
 * or -1 when the peer was silent or gone. */
int tcp_shake(const struct lane_engine_tls *tls, void *connection, int is_client, int socket, uint8_t *in,
	      uint8_t *out);

/* Sends all of it: 0 or -1. Receives once: bytes, 0 at the end, -1. */
int tcp_send(int socket, const uint8_t *data, size_t len);
long tcp_receive(int socket, uint8_t *data, size_t cap);

#endif
