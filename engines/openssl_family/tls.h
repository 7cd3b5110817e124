/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_OPENSSL_FAMILY_TLS_H
#define LANE_ENGINES_OPENSSL_FAMILY_TLS_H

/* TLS: chain.c makes certificates, tls_config.c identities and configurations,
 * tls_names.c knows what things are called, tls.c runs connections. */

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "family.h"

struct tls_group {
	const char *name; /* as struct lane_engine_tls_input has it, and the libraries too */
	uint16_t id;      /* IANA's */
	int nid;          /* OpenSSL's, 0 where there is none */
};

struct tls_signature {
	const char *name; /* IANA's, and OpenSSL's too */
	uint16_t id;
	int digest, key;   /* OpenSSL's nids */
	const char *curve; /* that such a certificate has a key on: the name of a group, or NULL */
};

struct tls_config {
	struct lane_engine_object *engine;
	SSL_CTX *ctx;
	int side;
	int version;
	uint32_t resume;
	int verifies; /* the peer's chain */
	char suite[64];
	const struct tls_group *group; /* NULL: none was named */
	char host_name[256];
	void (*message)(void *user, int sent, uint8_t type, const uint8_t *data, size_t len);
	void *message_user;
	/* The session that connections were last made with, decoded, and its bytes. */
	SSL_SESSION *session;
	uint8_t *session_bytes;
	size_t session_len;
};

/* tls_names.c */
extern const char lane_tls_suites[], lane_tls_groups[], lane_tls_signatures[];
int lane_tls_lists(const char *list, const char *name); /* whether a comma-separated list has the name */
const struct tls_group *lane_tls_group_named(const char *name);
const struct tls_group *lane_tls_group_of(const SSL *ssl); /* the negotiated one, NULL when unknown */
const struct tls_signature *lane_tls_signature_named(const char *name);
const struct tls_signature *lane_tls_signature_of(SSL *ssl); /* the peer's, NULL when there is none */

/* tls_config.c */
int lane_tls_identity_new(struct lane_engine_object *engine, const struct lane_engine_identity_input *input,
			  void **out);
void lane_tls_identity_free(void *identity);
int lane_tls_config_new(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out);
void lane_tls_config_free(void *config);

/* chain.c */
int lane_chain_make(struct lane_engine_object *engine, const struct lane_engine_chain_input *input,
		    struct lane_engine_chain *chain);

/* For lane_engine_tls. */
int lane_certificate_decode(struct lane_engine_object *engine, const uint8_t *der, size_t der_len);

/* An empty certificate of the engine's library context. */
X509 *lane_certificate_new(struct lane_engine_object *engine);

/* tls.c: keeps a client's new session. For SSL_CTX_sess_set_new_cb. */
int lane_tls_keep_session(SSL *ssl, SSL_SESSION *session);

#endif
