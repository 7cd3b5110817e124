// SPDX-License-Identifier: MIT
// Handshakes by OpenSSL's or BoringSSL's API and nothing else: two SSLs with a BIO pair between them. The client
// verifies the server's chain and name.

#include "bare_tls.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum { pair_bytes = 65536, most_turns = 16 };

static SSL_CTX *client_ctx, *server_ctx;
static const char *host_name;

static X509 *certificate(const struct bare_der *der)
{
	const uint8_t *at = der->data;
	return d2i_X509(NULL, &at, (long)der->len);
}

#ifdef OPENSSL_IS_BORINGSSL

static int pin(SSL_CTX *ctx, const struct bare_tls_kind *kind)
{
	const uint16_t id = !kind->signature                                      ? 0
			    : strcmp(kind->signature, "rsa_pss_rsae_sha256") == 0 ? SSL_SIGN_RSA_PSS_RSAE_SHA256
										  : SSL_SIGN_ECDSA_SECP256R1_SHA256;
	return (kind->version == TLS1_3_VERSION || SSL_CTX_set_strict_cipher_list(ctx, kind->suite)) &&
	       (!id ||
		(SSL_CTX_set_verify_algorithm_prefs(ctx, &id, 1) && SSL_CTX_set_signing_algorithm_prefs(ctx, &id, 1)));
}

static int set_groups(SSL_CTX *ctx, const char *list)
{
	return SSL_CTX_set1_curves_list(ctx, list);
}

#else

static int pin(SSL_CTX *ctx, const struct bare_tls_kind *kind)
{
	SSL_CTX_set_security_level(ctx, 2);
	return (kind->version == TLS1_3_VERSION ? SSL_CTX_set_ciphersuites(ctx, kind->suite)
						: SSL_CTX_set_cipher_list(ctx, OPENSSL_cipher_name(kind->suite))) &&
	       (!kind->signature || SSL_CTX_set1_sigalgs_list(ctx, kind->signature));
}

static int set_groups(SSL_CTX *ctx, const char *list)
{
	return SSL_CTX_set1_groups_list(ctx, list) == 1;
}

#endif

static SSL_CTX *context_new(const struct bare_tls_kind *kind)
{
	SSL_CTX *const ctx = SSL_CTX_new(TLS_method());
	char groups[64];
	if (!ctx)
		return NULL;
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	// TLS 1.2 looks for the certificate's curve in the same list.
	const int curve = kind->version == TLS1_2_VERSION && strstr(kind->suite, "ECDSA");
	if (kind->group)
		strcat(strcpy(groups, kind->group), curve ? ":P-256" : "");
	return SSL_CTX_set_min_proto_version(ctx, kind->version) && SSL_CTX_set_max_proto_version(ctx, kind->version) &&
			       SSL_CTX_set_num_tickets(ctx, 0) && pin(ctx, kind) &&
			       (!kind->group || set_groups(ctx, groups))
		       ? ctx
		       : NULL;
}

static int set_client(const struct bare_tls_kind *kind)
{
	X509 *const root = certificate(&kind->root);
	const int ok = root && X509_STORE_add_cert(SSL_CTX_get_cert_store(client_ctx), root);
	X509_free(root);
	SSL_CTX_set_verify(client_ctx, SSL_VERIFY_PEER, NULL);
	return ok && X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(client_ctx), host_name, strlen(host_name));
}

static int set_server(const struct bare_tls_kind *kind)
{
	X509 *const leaf = certificate(&kind->leaf), *const intermediate = certificate(&kind->intermediate);
	const uint8_t *at = kind->private_key.data;
	EVP_PKEY *const key = d2i_AutoPrivateKey(NULL, &at, (long)kind->private_key.len);
	const int ok = leaf && intermediate && key && SSL_CTX_use_certificate(server_ctx, leaf) &&
		       SSL_CTX_use_PrivateKey(server_ctx, key) && SSL_CTX_add1_chain_cert(server_ctx, intermediate);
	X509_free(leaf);
	X509_free(intermediate);
	EVP_PKEY_free(key);
	return ok;
}

static int set(const struct bare_tls_kind *kind)
{
	SSL_CTX_free(client_ctx);
	SSL_CTX_free(server_ctx);
	client_ctx = context_new(kind);
	server_ctx = context_new(kind);
	host_name = kind->host_name;
	return client_ctx && server_ctx && set_client(kind) && set_server(kind);
}

static int shake(SSL *client, SSL *server)
{
	int client_done = 0, server_done = 0;
	for (int i = 0; i < most_turns && !(client_done && server_done); i++) {
		client_done = SSL_do_handshake(client) == 1;
		server_done = SSL_do_handshake(server) == 1;
	}
	return client_done && server_done;
}

static int one(void)
{
	BIO *client_bio = NULL, *server_bio = NULL;
	SSL *const client = SSL_new(client_ctx), *const server = SSL_new(server_ctx);
	int ok = client && server && BIO_new_bio_pair(&client_bio, pair_bytes, &server_bio, pair_bytes);
	if (ok) {
		SSL_set_bio(client, client_bio, client_bio);
		SSL_set_bio(server, server_bio, server_bio);
		SSL_set_connect_state(client);
		SSL_set_accept_state(server);
		ok = SSL_set_tlsext_host_name(client, host_name) && shake(client, server) &&
		     SSL_get_verify_result(client) == X509_V_OK;
	}
	SSL_free(client);
	SSL_free(server);
	return ok;
}

static int run(uint64_t n)
{
	for (; n; n--)
		if (!one())
			return 0;
	return 1;
}

const struct bare_tls bare_tls = {set, run};
