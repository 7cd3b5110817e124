/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_HONESTY_BARE_TLS_H
#define LANE_TESTS_HONESTY_BARE_TLS_H

/*
 * A bare loop of whole handshakes: what a C programmer would write who wants to
 * know what one costs with that library. One shared object a library, that
 * exports bare_tls.
 */

#include <stddef.h>
#include <stdint.h>

struct bare_der {
	const uint8_t *data;
	size_t len;
};

struct bare_tls_kind {
	uint16_t version;
	const char *suite, *group, *signature, *host_name; /* IANA's names; group, signature: may be NULL */
	struct bare_der root, leaf, intermediate, private_key;
};

struct bare_tls {
	int (*set)(const struct bare_tls_kind *kind); /* 1, or 0 when it failed */
	int (*run)(uint64_t n);                       /* n full handshakes; 1 or 0 */
};

__attribute__((visibility("default"))) extern const struct bare_tls bare_tls;

#endif
