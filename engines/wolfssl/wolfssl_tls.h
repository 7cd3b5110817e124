/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_WOLFSSL_TLS_H
#define LANE_ENGINES_WOLFSSL_TLS_H

/* TLS of wolfSSL: wolfssl_tls_config.c has identities, configurations and names,
 * wolfssl_tls.c connections. */

#include "wolfssl_engine.h"

#include <wolfssl/ssl.h>

enum { wolfssl_max_chain = 4 };

struct wolfssl_identity {
	uint8_t *chain, *key; /* DER: the certificates one behind the other; PKCS#8 */
	long chain_len, key_len;
};

struct wolfssl_config {
	struct lane_engine_object *engine;
	WOLFSSL_CTX *ctx;
	int side, tls13;
	uint32_t resume;
	int verifies;          /* the peer's chain */
	int group;             /* IANA's number, 0: none */
	const char *signature; /* that it is held to; "": any */
	char host_name[256];
	/* The session that connections were last made with, decoded, and its bytes. */
	WOLFSSL_SESSION *session;
	uint8_t *session_bytes;
	size_t session_len;
};

/* wolfssl_tls_config.c */
extern const char wolfssl_tls_suites[], wolfssl_tls_groups[], wolfssl_tls_signatures[];
int wolfssl_identity_new(struct lane_engine_object *engine, const struct lane_engine_identity_input *input, void **out);
void wolfssl_identity_free(void *identity);
int wolfssl_config_new(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out);
void wolfssl_config_free(void *config);
int wolfssl_certificate_decode(struct lane_engine_object *engine, const uint8_t *der, size_t der_len);
const char *wolfssl_group_called(const char *curve); /* as engine.h names what the library calls so; NULL: unknown */

/* wolfssl_tls.c: how flights come and go, for wolfSSL_CTX_SetIORecv and …SetIOSend. */
int wolfssl_receive(WOLFSSL *ssl, char *to, int cap, void *connection);
int wolfssl_send(WOLFSSL *ssl, char *from, int len, void *connection);

#endif
