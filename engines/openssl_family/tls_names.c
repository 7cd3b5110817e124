// SPDX-License-Identifier: MIT
// What suites, groups and signatures are called, by the standards and by the libraries.

#include "tls.h"

#define TLS12_SUITES                                                                                                   \
	"TLS_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_256_GCM_SHA384,"                                             \
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,"                                 \
	"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,"                                                                 \
	"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,"                             \
	"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"

#if defined(OPENSSL_IS_AWSLC)
const char lane_tls_suites[] = TLS12_SUITES ",TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,"
					    "TLS_CHACHA20_POLY1305_SHA256";
#elif LANE_BORING
// Which TLS 1.3 suites to offer cannot be chosen; with AES in hardware, two of them agree on this one.
const char lane_tls_suites[] = TLS12_SUITES ",TLS_AES_128_GCM_SHA256";
#else
const char lane_tls_suites[] = TLS12_SUITES ",TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,"
					    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,"
					    "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,"
					    "TLS_CHACHA20_POLY1305_SHA256";
#endif

#if LANE_OPENSSL_FROM(3, 5) || defined(SSL_GROUP_X25519_MLKEM768)
const char lane_tls_groups[] = "X25519,P-256,P-384,X25519MLKEM768";
#else
const char lane_tls_groups[] = "X25519,P-256,P-384";
#endif

static const struct tls_group groups[] = {
	{"X25519", 29, NID_X25519},
	{"P-256", 23, NID_X9_62_prime256v1},
	{"P-384", 24, NID_secp384r1},
	{"X25519MLKEM768", 0x11ec, 0},
};

const char lane_tls_signatures[] = "rsa_pkcs1_sha256,rsa_pss_rsae_sha256,ecdsa_secp256r1_sha256,"
				   "ecdsa_secp384r1_sha384,ed25519";

static const struct tls_signature signatures[] = {
	{"rsa_pkcs1_sha256", 0x0401, NID_sha256, EVP_PKEY_RSA, NULL},
	{"rsa_pss_rsae_sha256", 0x0804, NID_sha256, NID_rsassaPss, NULL},
	{"ecdsa_secp256r1_sha256", 0x0403, NID_sha256, EVP_PKEY_EC, "P-256"},
	{"ecdsa_secp384r1_sha384", 0x0503, NID_sha384, EVP_PKEY_EC, "P-384"},
	{"ed25519", 0x0807, NID_undef, EVP_PKEY_ED25519, NULL},
};

enum { n_groups = sizeof groups / sizeof groups[0], n_signatures = sizeof signatures / sizeof signatures[0] };

int lane_tls_lists(const char *list, const char *name)
{
	const size_t len = strlen(name);
	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, name, len) == 0 && (at[len] == ',' || at[len] == '\0'))
			return 1;
	}
	return 0;
}

const struct tls_group *lane_tls_group_named(const char *name)
{
	for (size_t i = 0; i < n_groups; i++) {
		if (lane_tls_lists(lane_tls_groups, name) && strcmp(groups[i].name, name) == 0)
			return &groups[i];
	}
	return NULL;
}

const struct tls_signature *lane_tls_signature_named(const char *name)
{
	for (size_t i = 0; i < n_signatures; i++) {
		if (strcmp(signatures[i].name, name) == 0)
			return &signatures[i];
	}
	return NULL;
}

const struct tls_group *lane_tls_group_of(const SSL *ssl)
{
#if LANE_BORING
	const int id = SSL_get_curve_id(ssl);
#else
	// A nid, or for groups without one their id and a mark.
	const long answer = SSL_ctrl((SSL *)(uintptr_t)ssl, SSL_CTRL_GET_NEGOTIATED_GROUP, 0, NULL);
	const int nid = (int)answer, id = answer & TLSEXT_nid_unknown ? (int)(answer & 0xffff) : 0;
#endif
	for (size_t i = 0; i < n_groups; i++) {
		if (id && groups[i].id == id)
			return &groups[i];
#if !LANE_BORING
		if (nid && groups[i].nid == nid)
			return &groups[i];
#endif
	}
	return NULL;
}

const struct tls_signature *lane_tls_signature_of(SSL *ssl)
{
#if LANE_BORING
	const uint16_t id = SSL_get_peer_signature_algorithm(ssl);
#else
	int digest = NID_undef, key = NID_undef;
	if (SSL_get_peer_signature_nid(ssl, &digest) != 1 || SSL_get_peer_signature_type_nid(ssl, &key) != 1)
		return NULL;
#endif
	for (size_t i = 0; i < n_signatures; i++) {
#if LANE_BORING
		if (signatures[i].id == id)
			return &signatures[i];
#else
		if (signatures[i].digest == digest && signatures[i].key == key)
			return &signatures[i];
#endif
	}
	return NULL;
}
