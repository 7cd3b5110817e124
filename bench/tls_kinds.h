/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TLS_KINDS_H
#define LANE_BENCH_TLS_KINDS_H

/*
 * The kinds of TLS handshake that can be measured: the product of a few short
 * tables in tls_kinds.c. Everything that an engine could choose is pinned, so
 * that all engines do the same work.
 */

#include "bench.h"

struct tls_kind {
	const char *name;        /* "TLS 1.3 X25519 RSA-2048 PSK": version, key exchange, certificate, variant */
	uint32_t version;        /* LANE_ENGINE_TLS12 or 13 */
	uint32_t resume;         /* LANE_ENGINE_TLS_RESUME_…; NONE is a full handshake */
	int client_auth;         /* the client too has a chain of this kind of certificate, which the server verifies */
	int key_transport;       /* the server decrypts, and signs nothing */
	const char *suite;       /* IANA */
	const char *group;       /* of the key exchange; NULL with RSA key transport and finite-field DHE */
	const char *signature;   /* IANA: of whoever has a certificate and signs; NULL where nobody does */
	const char *certificate; /* as results name it: "RSA-2048", "ECDSA-P256" */
	const char *key_type;    /* the same as engine.h names it: "RSA-2048", "P-256" */
	int by_default;          /* of the telling dozen: measured when no filter names it */
};

/* The i-th, in the order to show; NULL beyond the end. */
const struct tls_kind *tls_kind_at(size_t i);

/* The one of that whole name, case aside, or NULL. */
const struct tls_kind *tls_kind_named(const char *name);

/* "TLS 1.2" or "TLS 1.3". */
const char *tls_kind_version(const struct tls_kind *kind);

/* Whether keys are exchanged over its group when such a handshake is measured: a resumption in
 * TLS 1.2 or by a bare PSK, RSA key transport and finite-field DHE have none. */
int tls_kind_has_group(const struct tls_kind *kind);

/*
 * Whether the options want it. A filter item chooses the kinds whose names have all of its words,
 * each whole or up to a '-', case aside: "TLS 1.3 ECDSA", "RSA-2048", "PSK"; `full` and `resumed`
 * are words of each too. A whole name chooses that kind alone. Without a filter it is the telling
 * dozen, or with --all every one.
 */
int tls_kind_chosen(const struct tls_kind *kind, const struct bench_options *options);

/*
 * Narrows a copy of the options to what a summary has room for: without a filter five full
 * handshakes, else the filter's among the telling dozen, unless none of those is. names has room
 * for TLS_N_TELLING; both live as long as narrowed is used.
 */
enum { TLS_N_TELLING = 12 };
void tls_kinds_narrow(struct bench_options *narrowed, char *names[TLS_N_TELLING]);

#endif
