/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TLS_KINDS_H
#define LANE_BENCH_TLS_KINDS_H

/*
 * The kinds of TLS handshake that can be measured, as data: a new one is a line
 * in tls_kinds.c. Everything that an engine could choose is pinned, so that all
 * engines do the same work.
 */

#include "bench.h"

struct tls_kind {
	const char *name;        /* "TLS 1.3 X25519 RSA-2048": version, key exchange, certificate, how resumed */
	uint32_t version;        /* LANE_ENGINE_TLS12 or 13 */
	uint32_t resume;         /* LANE_ENGINE_TLS_RESUME_…; NONE is a full handshake */
	const char *suite;       /* IANA */
	const char *group;       /* NULL with RSA key transport */
	const char *signature;   /* IANA; NULL where the server signs nothing */
	const char *certificate; /* as results name it: "RSA-2048", "ECDSA-P256" */
	const char *key_type;    /* the same as engine.h names it: "RSA-2048", "P-256" */
	int by_default;          /* measured when no filter names it */
};

/* The i-th, in the order to show; NULL beyond the end. */
const struct tls_kind *tls_kind_at(size_t i);

/* "TLS 1.2" or "TLS 1.3". */
const char *tls_kind_version(const struct tls_kind *kind);

/* Whether the options want it. A filter item chooses the kinds in whose names it
 * begins a word, case aside: "TLS 1.3", "RSA-2048", "PSK"; without a filter it
 * is those by default. */
int tls_kind_chosen(const struct tls_kind *kind, const struct bench_options *options);

#endif
