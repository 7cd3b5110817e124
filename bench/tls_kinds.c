// SPDX-License-Identifier: MIT
// The kinds of TLS handshake: short tables, their product, and which of it the options choose.

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tls_kinds.h"

#define TLS12 LANE_ENGINE_TLS12
#define TLS13 LANE_ENGINE_TLS13
#define TLS13_SUITE "TLS_AES_128_GCM_SHA256"

// ---- The tables ----

static const struct certificate {
	const char *name, *key_type, *signature;
} certificates[] = {
	{"RSA-2048", "RSA-2048", "rsa_pss_rsae_sha256"},   {"RSA-3072", "RSA-3072", "rsa_pss_rsae_sha256"},
	{"RSA-4096", "RSA-4096", "rsa_pss_rsae_sha256"},   {"ECDSA-P256", "P-256", "ecdsa_secp256r1_sha256"},
	{"ECDSA-P384", "P-384", "ecdsa_secp384r1_sha384"}, {"Ed25519", "Ed25519", "ed25519"},
};

enum { RSA_2048 = 1, RSA = 7, ECDSA = 24, EDDSA = 32, n_certificates = 6 }; // bits: places in that table

// How a key is agreed upon. With RSA certificates it is suite that is named, with ECDSA ones ecdsa_suite.
static const struct exchange {
	uint32_t version;
	int certificates;
	const char *name, *after; // ahead of the certificate's name, and behind it
	const char *group, *suite, *ecdsa_suite;
} exchanges[] = {
	{TLS12, RSA, "", " key transport", NULL, "TLS_RSA_WITH_AES_128_GCM_SHA256", NULL},
	{TLS12, RSA | ECDSA, "X25519 ", "", "X25519", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
	 "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
	{TLS12, RSA | ECDSA, "P-256 ", "", "P-256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
	 "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
	// Legacy. Its group has as many bits as the certificate's key: so the libraries choose it.
	{TLS12, RSA_2048, "DHE-2048 ", "", NULL, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", NULL},
	{TLS13, RSA | ECDSA | EDDSA, "X25519 ", "", "X25519", TLS13_SUITE, TLS13_SUITE},
	{TLS13, RSA | ECDSA | EDDSA, "P-256 ", "", "P-256", TLS13_SUITE, TLS13_SUITE},
	{TLS13, RSA | ECDSA | EDDSA, "P-384 ", "", "P-384", TLS13_SUITE, TLS13_SUITE},
	{TLS13, RSA | ECDSA | EDDSA, "X25519MLKEM768 ", "", "X25519MLKEM768", TLS13_SUITE, TLS13_SUITE},
};

// In TLS 1.3 a ticket is a PSK: with (EC)DHE, or alone (psk_ke, which RFC 8446 §4.2.9 calls PSK-only).
static const struct variant {
	uint32_t version, resume;
	int client_auth;
	const char *name;
} variants[] = {
	{TLS12, LANE_ENGINE_TLS_RESUME_NONE, 0, ""},
	{TLS12, LANE_ENGINE_TLS_RESUME_SESSION_ID, 0, " session ID"},
	{TLS12, LANE_ENGINE_TLS_RESUME_TICKET, 0, " ticket"},
	{TLS12, LANE_ENGINE_TLS_RESUME_NONE, 1, " client authentication"},
	{TLS13, LANE_ENGINE_TLS_RESUME_NONE, 0, ""},
	{TLS13, LANE_ENGINE_TLS_RESUME_TICKET, 0, " PSK"},
	{TLS13, LANE_ENGINE_TLS_RESUME_PSK_KE, 0, " PSK-only"},
	{TLS13, LANE_ENGINE_TLS_RESUME_NONE, 1, " client authentication"},
};

// The telling dozen; the first are what a summary shows. Why these:
//   Cloudflare, "State of the post-quantum Internet in 2025" (October 2025): X25519MLKEM768 protects the
//   majority of what people send it. F5 Labs, "2021 TLS Telemetry Report", of a million web servers: 63 % prefer
//   TLS 1.3; 25 % of the certificates are ECDSA; over 99 % choose another handshake than RSA key transport where
//   they can, 52 % still allow it. EFF, "ECDSA certificates by default … in Certbot 2.0" (2022): new ones are P-256,
//   RSA-2048 before. That resumption, client authentication and, as legacy, DHE have one row each is our judgement.
enum { n_in_summary = 5 };
static const char *const telling[TLS_N_TELLING] = {
	"TLS 1.2 RSA-2048 key transport",    "TLS 1.2 X25519 RSA-2048",
	"TLS 1.2 X25519 ECDSA-P256",         "TLS 1.3 X25519 RSA-2048",
	"TLS 1.3 X25519 ECDSA-P256",         "TLS 1.3 X25519MLKEM768 RSA-2048",
	"TLS 1.3 X25519MLKEM768 ECDSA-P256", "TLS 1.3 P-256 RSA-2048",
	"TLS 1.3 X25519 RSA-2048 PSK",       "TLS 1.3 X25519 ECDSA-P256 client authentication",
	"TLS 1.2 X25519 RSA-2048 ticket",    "TLS 1.2 DHE-2048 RSA-2048",
};

// ---- Their product ----

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
enum { max_kinds = 160, name_cap = 64 };

static struct tls_kind kinds[max_kinds];
static size_t n_kinds;

const char *tls_kind_version(const struct tls_kind *kind)
{
	return kind->version == TLS13 ? "TLS 1.3" : "TLS 1.2";
}

static int is_telling(const char *name)
{
	for (size_t i = 0; i < COUNT(telling); i++)
		if (strcmp(telling[i], name) == 0)
			return 1;
	return 0;
}

static void add(const struct exchange *exchange, size_t certificate, const struct variant *variant)
{
	static char names[max_kinds][name_cap];
	const struct certificate *c = &certificates[certificate];
	struct tls_kind *kind = &kinds[n_kinds];
	kind->version = exchange->version;
	kind->resume = variant->resume;
	kind->client_auth = variant->client_auth;
	kind->key_transport = strncmp(exchange->suite, "TLS_RSA_", 8) == 0;
	kind->suite = 1 << certificate & RSA ? exchange->suite : exchange->ecdsa_suite;
	kind->group = exchange->group;
	kind->signature = kind->key_transport && !kind->client_auth ? NULL : c->signature;
	kind->certificate = c->name;
	kind->key_type = c->key_type;
	snprintf(names[n_kinds], name_cap, "%s %s%s%s%s", tls_kind_version(kind), exchange->name, c->name,
		 exchange->after, variant->name);
	kind->name = names[n_kinds];
	kind->by_default = is_telling(kind->name);
	n_kinds++;
}

static void make_kinds(void)
{
	for (size_t e = 0; e < COUNT(exchanges); e++)
		for (size_t c = 0; c < n_certificates; c++)
			for (size_t v = 0; v < COUNT(variants); v++)
				if (exchanges[e].certificates & 1 << c && variants[v].version == exchanges[e].version &&
				    n_kinds < max_kinds)
					add(&exchanges[e], c, &variants[v]);
}

const struct tls_kind *tls_kind_at(size_t i)
{
	if (!n_kinds)
		make_kinds();
	return i < n_kinds ? &kinds[i] : NULL;
}

const struct tls_kind *tls_kind_named(const char *name)
{
	const struct tls_kind *kind;
	for (size_t i = 0; (kind = tls_kind_at(i)); i++)
		if (strcasecmp(kind->name, name) == 0)
			return kind;
	return NULL;
}

int tls_kind_has_group(const struct tls_kind *kind)
{
	return kind->group && (kind->version == TLS12 ? kind->resume == LANE_ENGINE_TLS_RESUME_NONE
						      : kind->resume != LANE_ENGINE_TLS_RESUME_PSK_KE);
}

// ---- Which of them ----

// Whether the text has a word that is this one, or is up to a '-'.
static int has_word(const char *text, const char *word, size_t len)
{
	while (text) {
		text += *text == ' ';
		if (strncasecmp(text, word, len) == 0 && strchr(" -", text[len])) // or its end
			return 1;
		text = strchr(text, ' ');
	}
	return 0;
}

static int item_chooses(const char *item, const struct tls_kind *kind)
{
	const struct tls_kind *named = tls_kind_named(item);
	int n_words = 0;
	if (named)
		return named == kind;
	for (size_t len; *(item += strspn(item, " ")); item += len, n_words++) {
		len = strcspn(item, " ");
		if (!has_word(kind->name, item, len) &&
		    !has_word(kind->resume == LANE_ENGINE_TLS_RESUME_NONE ? "full" : "resumed", item, len))
			return 0;
	}
	return n_words > 0;
}

int tls_kind_chosen(const struct tls_kind *kind, const struct bench_options *options)
{
	if (!bench_filter_passes(&options->ops, "handshake"))
		return 0;
	if (!options->algorithms.n)
		return options->all || kind->by_default;
	for (size_t i = 0; i < options->algorithms.n; i++)
		if (item_chooses(options->algorithms.items[i], kind))
			return 1;
	return 0;
}

void tls_kinds_narrow(struct bench_options *narrowed, char *names[TLS_N_TELLING])
{
	const size_t n_from = narrowed->algorithms.n ? TLS_N_TELLING : n_in_summary;
	size_t n = 0;
	for (size_t i = 0; i < n_from; i++)
		if (tls_kind_chosen(tls_kind_named(telling[i]), narrowed))
			names[n++] = (char *)(uintptr_t)telling[i];
	if (n)
		narrowed->algorithms = (struct bench_filter){names, n};
}
