// SPDX-License-Identifier: MIT
// TLS of an engine over TCP of this machine.

#define _GNU_SOURCE
#include "tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct sockaddr_in here(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

static int closed(int s)
{
	const int why = errno;
	close(s);
	errno = why;
	return -1;
}

static int set_up(int s)
{
	const struct timeval patience = {.tv_sec = TCP_PATIENCE};
	const int on = 1;
	// A flight is sent at once, as every TLS server does it.
	if (setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) ||
	    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ||
	    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience))
		return closed(s);
	return s;
}

int tcp_listen(uint16_t *port)
{
	struct sockaddr_in address = here(0);
	socklen_t len = sizeof address;
	const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return -1;
	if (bind(s, (struct sockaddr *)&address, len) || listen(s, 16) ||
	    getsockname(s, (struct sockaddr *)&address, &len))
		return closed(s);
	*port = ntohs(address.sin_port);
	return set_up(s);
}

int tcp_accept(int listener)
{
	const int s = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return s < 0 ? -1 : set_up(s);
}

int tcp_connect(uint16_t port)
{
	const struct sockaddr_in address = here(port);
	const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s < 0 || set_up(s) < 0)
		return -1;
	return connect(s, (const struct sockaddr *)&address, sizeof address) ? closed(s) : s;
}

int tcp_send(int s, const uint8_t *data, size_t len)
{
	while (len > 0) {
		const ssize_t n = send(s, data, len, MSG_NOSIGNAL);
		if (n <= 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

long tcp_receive(int s, uint8_t *data, size_t cap)
{
	return recv(s, data, cap, 0);
}

int tcp_shake(const struct lane_engine_tls *tls, void *connection, int is_client, int s, uint8_t *in, uint8_t *out)
{
	long n = is_client ? 0 : tcp_receive(s, in, TCP_FLIGHT_CAP);
	int done = 0;
	if (!is_client && n <= 0)
		return -1;
	for (;;) {
		size_t len = 0;
		const int status = tls->step(connection, in, (size_t)n, out, TCP_FLIGHT_CAP, &len, &done);
		if (tcp_send(s, out, len) != 0 && status == LANE_ENGINE_OK)
			return -1;
		if (status != LANE_ENGINE_OK || done)
			return status;
		n = tcp_receive(s, in, TCP_FLIGHT_CAP);
		if (n <= 0)
			return -1;
	}
}
