// SPDX-License-Identifier: MIT
// The kinds of TLS handshake: a table, and which of them the options choose.

#include <string.h>
#include <strings.h>

#include "tls_kinds.h"

#define TLS12 LANE_ENGINE_TLS12
#define TLS13 LANE_ENGINE_TLS13
#define FULL LANE_ENGINE_TLS_RESUME_NONE
#define TICKET LANE_ENGINE_TLS_RESUME_TICKET
#define SESSION_ID LANE_ENGINE_TLS_RESUME_SESSION_ID
#define PSK LANE_ENGINE_TLS_RESUME_TICKET // in TLS 1.3 a ticket is a PSK, used with (EC)DHE
#define RSA_SUITE "TLS_RSA_WITH_AES_128_GCM_SHA256"
#define ECDHE_RSA_SUITE "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
#define ECDHE_ECDSA_SUITE "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
#define TLS13_SUITE "TLS_AES_128_GCM_SHA256"
#define PSS "rsa_pss_rsae_sha256"
#define P256 "ecdsa_secp256r1_sha256"

static const struct tls_kind kinds[] = {
	// clang-format off
	{"TLS 1.2 RSA-2048 key transport",    TLS12, FULL,       RSA_SUITE,         NULL,     NULL, "RSA-2048",   "RSA-2048", 1},
	{"TLS 1.2 X25519 RSA-2048",           TLS12, FULL,       ECDHE_RSA_SUITE,   "X25519", PSS,  "RSA-2048",   "RSA-2048", 1},
	{"TLS 1.2 X25519 ECDSA-P256",         TLS12, FULL,       ECDHE_ECDSA_SUITE, "X25519", P256, "ECDSA-P256", "P-256",    1},
	{"TLS 1.3 X25519 RSA-2048",           TLS13, FULL,       TLS13_SUITE,       "X25519", PSS,  "RSA-2048",   "RSA-2048", 1},
	{"TLS 1.3 X25519 ECDSA-P256",         TLS13, FULL,       TLS13_SUITE,       "X25519", P256, "ECDSA-P256", "P-256",    1},
	{"TLS 1.2 X25519 RSA-2048 session ID", TLS12, SESSION_ID, ECDHE_RSA_SUITE,  "X25519", PSS,  "RSA-2048",   "RSA-2048", 0},
	{"TLS 1.2 X25519 RSA-2048 ticket",    TLS12, TICKET,     ECDHE_RSA_SUITE,   "X25519", PSS,  "RSA-2048",   "RSA-2048", 0},
	{"TLS 1.3 X25519 RSA-2048 PSK",       TLS13, PSK,        TLS13_SUITE,       "X25519", PSS,  "RSA-2048",   "RSA-2048", 0},
	{"TLS 1.3 X25519 ECDSA-P256 PSK",     TLS13, PSK,        TLS13_SUITE,       "X25519", P256, "ECDSA-P256", "P-256",    0},
	// clang-format on
};

const struct tls_kind *tls_kind_at(size_t i)
{
	return i < sizeof kinds / sizeof kinds[0] ? &kinds[i] : NULL;
}

const char *tls_kind_version(const struct tls_kind *kind)
{
	return kind->version == LANE_ENGINE_TLS13 ? "TLS 1.3" : "TLS 1.2";
}

static int begins_a_word(const char *name, const char *item)
{
	size_t len = strlen(item);
	for (const char *word = name; word; word = strchr(word, ' ')) {
		word += *word == ' ';
		if (strncasecmp(word, item, len) == 0)
			return 1;
	}
	return 0;
}

int tls_kind_chosen(const struct tls_kind *kind, const struct bench_options *options)
{
	if (!bench_filter_passes(&options->ops, "handshake"))
		return 0;
	if (!options->algorithms.n)
		return kind->by_default;
	for (size_t i = 0; i < options->algorithms.n; i++)
		if (begins_a_word(kind->name, options->algorithms.items[i]))
			return 1;
	return 0;
}
