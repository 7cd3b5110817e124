// SPDX-License-Identifier: MIT
// Handshakes by wolfSSL's API and nothing else: two ends with a buffer each way between them. The client verifies the
// server's chain and name.

#include "bare_tls.h"

#include <stdlib.h>
#include <string.h>

#include <wolfssl/options.h>
// options.h decides what the others declare
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/ecc.h>

enum { tls13 = 0x0304, max_flight = 32768, most_turns = 16 };

// What is on its way from one end to the other.
struct way {
	uint8_t bytes[max_flight];
	size_t at, len;
};

static WOLFSSL_CTX *client_ctx, *server_ctx;
static struct bare_tls_kind kind;

static const char *library_suite(const char *name)
{
	static const char *const names[][2] = {
		{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
		{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
		{"TLS_AES_128_GCM_SHA256", "TLS13-AES128-GCM-SHA256"},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i][0], name) == 0)
			return names[i][1];
	return NULL;
}

static int receive(WOLFSSL *ssl, char *to, int cap, void *p)
{
	struct way *const w = p;
	const size_t there = w->len - w->at, len = there < (size_t)cap ? there : (size_t)cap;
	(void)ssl;
	if (len == 0)
		return WOLFSSL_CBIO_ERR_WANT_READ;
	memcpy(to, w->bytes + w->at, len);
	w->at += len;
	if (w->at == w->len)
		w->at = w->len = 0;
	return (int)len;
}

static int send_on(WOLFSSL *ssl, char *from, int len, void *p)
{
	struct way *const w = p;
	(void)ssl;
	if ((size_t)len > max_flight - w->len)
		return WOLFSSL_CBIO_ERR_GENERAL;
	memcpy(w->bytes + w->len, from, (size_t)len);
	w->len += (size_t)len;
	return len;
}

static int pin(WOLFSSL_CTX *ctx)
{
	const char *const suite = library_suite(kind.suite);
	int group = WOLFSSL_ECC_X25519;
	if (!ctx || !suite || !kind.group || strcmp(kind.group, "X25519") != 0)
		return 0;
	wolfSSL_CTX_SetIORecv(ctx, receive);
	wolfSSL_CTX_SetIOSend(ctx, send_on);
	wolfSSL_CTX_set_session_cache_mode(ctx, WOLFSSL_SESS_CACHE_OFF);
	const char *const signature =
		strcmp(kind.signature, "rsa_pss_rsae_sha256") == 0 ? "RSA-PSS+SHA256" : "ECDSA+SHA256";
	return wolfSSL_CTX_set_cipher_list(ctx, suite) == WOLFSSL_SUCCESS &&
	       wolfSSL_CTX_set_group_messages(ctx) == WOLFSSL_SUCCESS &&
	       wolfSSL_CTX_set1_sigalgs_list(ctx, signature) == WOLFSSL_SUCCESS &&
	       (kind.version != tls13 || wolfSSL_CTX_set_groups(ctx, &group, 1) == WOLFSSL_SUCCESS) &&
	       wolfSSL_CTX_UseSupportedCurve(ctx, WOLFSSL_ECC_X25519) == WOLFSSL_SUCCESS &&
	       (!strstr(kind.suite, "ECDSA") ||
		wolfSSL_CTX_UseSupportedCurve(ctx, WOLFSSL_ECC_SECP256R1) == WOLFSSL_SUCCESS);
}

static int set_server(void)
{
	uint8_t *const chain = malloc(kind.leaf.len + kind.intermediate.len);
	if (!chain)
		return 0;
	memcpy(chain, kind.leaf.data, kind.leaf.len);
	memcpy(chain + kind.leaf.len, kind.intermediate.data, kind.intermediate.len);
	const int ok = wolfSSL_CTX_use_certificate_chain_buffer_format(server_ctx, chain,
								       (long)(kind.leaf.len + kind.intermediate.len),
								       WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
		       wolfSSL_CTX_use_PrivateKey_buffer(server_ctx, kind.private_key.data, (long)kind.private_key.len,
							 WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS;
	free(chain);
	return ok && (kind.version == tls13 ? wolfSSL_CTX_no_ticket_TLSv13(server_ctx) == 0
					    : wolfSSL_CTX_NoTicketTLSv12(server_ctx) == WOLFSSL_SUCCESS);
}

static int set_client(void)
{
	wolfSSL_CTX_set_verify(client_ctx, WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return wolfSSL_CTX_load_verify_buffer(client_ctx, kind.root.data, (long)kind.root.len, WOLFSSL_FILETYPE_ASN1) ==
	       WOLFSSL_SUCCESS;
}

static int set(const struct bare_tls_kind *of)
{
	wolfSSL_CTX_free(client_ctx);
	wolfSSL_CTX_free(server_ctx);
	kind = *of;
#ifdef FP_ECC
	wc_ecc_fp_free(); // tables of points of the chains that were met before
#endif
	client_ctx = wolfSSL_CTX_new(kind.version == tls13 ? wolfTLSv1_3_client_method() : wolfTLSv1_2_client_method());
	server_ctx = wolfSSL_CTX_new(kind.version == tls13 ? wolfTLSv1_3_server_method() : wolfTLSv1_2_server_method());
	return pin(client_ctx) && pin(server_ctx) && set_client() && set_server();
}

static int shake(WOLFSSL *client, WOLFSSL *server)
{
	int client_done = 0, server_done = 0;
	for (int i = 0; i < most_turns && !(client_done && server_done); i++) {
		client_done = wolfSSL_connect(client) == WOLFSSL_SUCCESS;
		server_done = wolfSSL_accept(server) == WOLFSSL_SUCCESS;
	}
	return client_done && server_done;
}

static int one(void)
{
	static struct way to_server, to_client;
	WOLFSSL *const client = wolfSSL_new(client_ctx), *const server = wolfSSL_new(server_ctx);
	const word16 name_len = (word16)strlen(kind.host_name);
	to_server.at = to_server.len = to_client.at = to_client.len = 0;
	int ok = client && server;
	if (ok) {
		wolfSSL_SetIOReadCtx(client, &to_client);
		wolfSSL_SetIOWriteCtx(client, &to_server);
		wolfSSL_SetIOReadCtx(server, &to_server);
		wolfSSL_SetIOWriteCtx(server, &to_client);
		ok = wolfSSL_UseSNI(client, WOLFSSL_SNI_HOST_NAME, kind.host_name, name_len) == WOLFSSL_SUCCESS &&
		     wolfSSL_check_domain_name(client, kind.host_name) == WOLFSSL_SUCCESS &&
		     (kind.version != tls13 || wolfSSL_UseKeyShare(client, WOLFSSL_ECC_X25519) == WOLFSSL_SUCCESS) &&
		     shake(client, server) && wolfSSL_get_verify_result(client) == 0;
	}
	wolfSSL_free(client);
	wolfSSL_free(server);
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
