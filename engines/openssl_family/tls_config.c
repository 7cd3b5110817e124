// SPDX-License-Identifier: MIT
// Identities and pinned configurations of TLS.

#include <stdio.h>
#include <stdlib.h>

#include <openssl/x509v3.h>

#include "tls.h"

struct identity {
	X509 *leaf;
	STACK_OF(X509) * intermediates;
	EVP_PKEY *key;
};

X509 *lane_certificate_new(struct lane_engine_object *engine)
{
#if LANE_BORING
	(void)engine;
	return X509_new();
#else
	return X509_new_ex(engine->lib, NULL);
#endif
}

static X509 *certificate_from(struct lane_engine_object *engine, const struct lane_engine_der *der)
{
	const uint8_t *at = der->data;
	X509 *certificate = lane_certificate_new(engine);
	if (certificate && d2i_X509(&certificate, &at, (long)der->len))
		return certificate;
	X509_free(certificate);
	return NULL;
}

// ---- Identities ----

void lane_tls_identity_free(void *p)
{
	struct identity *const identity = p;
	if (!identity)
		return;
	X509_free(identity->leaf);
	sk_X509_pop_free(identity->intermediates, X509_free);
	EVP_PKEY_free(identity->key);
	free(identity);
}

static int take_certificates(struct identity *identity, struct lane_engine_object *engine,
			     const struct lane_engine_identity_input *input)
{
	identity->leaf = certificate_from(engine, &input->certificates[0]);
	identity->intermediates = sk_X509_new_null();
	if (!identity->leaf || !identity->intermediates)
		return 0;
	for (uint32_t i = 1; i < input->n_certificates; i++) {
		X509 *const certificate = certificate_from(engine, &input->certificates[i]);
		if (!certificate || sk_X509_push(identity->intermediates, certificate) == 0) {
			X509_free(certificate);
			return 0;
		}
	}
	return 1;
}

int lane_tls_identity_new(struct lane_engine_object *engine, const struct lane_engine_identity_input *input, void **out)
{
	*out = NULL;
	if (input->n_certificates == 0)
		return lane_unsupported(engine, "an identity needs a certificate");
	struct identity *const identity = lane_new(engine, sizeof *identity);
	if (!identity)
		return LANE_ENGINE_FAILED;
	if (!take_certificates(identity, engine, input)) {
		lane_tls_identity_free(identity);
		return lane_fail(engine, "reading a certificate");
	}
	identity->key = lane_private_key(engine, input->private_key.data, input->private_key.len);
	if (!identity->key) {
		lane_tls_identity_free(identity);
		return LANE_ENGINE_FAILED;
	}
	*out = identity;
	return LANE_ENGINE_OK;
}

static int use_identity(SSL_CTX *ctx, const struct identity *identity)
{
	return SSL_CTX_use_certificate(ctx, identity->leaf) == 1 && SSL_CTX_use_PrivateKey(ctx, identity->key) == 1 &&
	       SSL_CTX_set1_chain(ctx, identity->intermediates) == 1;
}

// ---- What the two branches pin in different ways ----

#if LANE_BORING

static SSL_CTX *context_new(struct lane_engine_object *engine)
{
	(void)engine;
	return SSL_CTX_new(TLS_method());
}

static int pin_suite(SSL_CTX *ctx, int version, const char *suite)
{
	if (version == TLS1_3_VERSION) {
#if defined(OPENSSL_IS_AWSLC)
		return SSL_CTX_set_ciphersuites(ctx, suite) == 1;
#else
		return 1; // there is no choice
#endif
	}
	return SSL_CTX_set_strict_cipher_list(ctx, suite) == 1;
}

static int pin_groups(SSL_CTX *ctx, const char *list)
{
	return SSL_CTX_set1_curves_list(ctx, list) == 1;
}

static int pin_signature(SSL_CTX *ctx, const struct tls_signature *signature)
{
	return SSL_CTX_set_verify_algorithm_prefs(ctx, &signature->id, 1) == 1 &&
	       SSL_CTX_set_signing_algorithm_prefs(ctx, &signature->id, 1) == 1;
}

static int set_special(const struct tls_config *config)
{
	(void)config;
	return 1;
}

#else

static SSL_CTX *context_new(struct lane_engine_object *engine)
{
	return SSL_CTX_new_ex(engine->lib, NULL, TLS_method());
}

static int pin_suite(SSL_CTX *ctx, int version, const char *suite)
{
	return version == TLS1_3_VERSION ? SSL_CTX_set_ciphersuites(ctx, suite) == 1
					 : SSL_CTX_set_cipher_list(ctx, OPENSSL_cipher_name(suite)) == 1;
}

static int pin_groups(SSL_CTX *ctx, const char *list)
{
	return SSL_CTX_set1_groups_list(ctx, list) == 1;
}

static int pin_signature(SSL_CTX *ctx, const struct tls_signature *signature)
{
	return SSL_CTX_set1_sigalgs_list(ctx, signature->name) == 1;
}

static int set_special(const struct tls_config *config)
{
	// 112 bits, RSA-2048's strength: fixed, since distributions have their own default.
	SSL_CTX_set_security_level(config->ctx, 2);
	if (SSL_CTX_set_dh_auto(config->ctx, 1) != 1)
		return 0;
	if (config->resume == LANE_ENGINE_TLS_RESUME_PSK_KE) {
		SSL_CTX_set_options(config->ctx, SSL_OP_ALLOW_NO_DHE_KEX);
#if defined(SSL_OP_PREFER_NO_DHE_KEX)
		SSL_CTX_set_options(config->ctx, SSL_OP_PREFER_NO_DHE_KEX);
#endif
	}
	return 1;
}

#endif

// ---- Configurations ----

void lane_tls_config_free(void *p)
{
	struct tls_config *const config = p;
	if (!config)
		return;
	SSL_SESSION_free(config->session);
	if (config->session_bytes)
		OPENSSL_cleanse(config->session_bytes, config->session_len);
	free(config->session_bytes);
	SSL_CTX_free(config->ctx);
	free(config);
}

static void tell_message(int sent, int version, int content, const void *data, size_t len, SSL *ssl, void *p)
{
	(void)version, (void)ssl;
	const struct tls_config *const config = p;
	if (content == SSL3_RT_HANDSHAKE && len > 0)
		config->message(config->message_user, sent, ((const uint8_t *)data)[0], data, len);
}

// Exactly one group; but TLS 1.2 asks for the curve of an ECDSA certificate by the same list, so those
// follow at the end of it, and each handshake is checked to have used the first.
static int set_groups(const struct tls_config *config, const struct tls_signature *signature)
{
	static const char *const curves[] = {"P-256", "P-384"};
	char list[64];
	if (!config->group)
		return 1;
	size_t len = (size_t)snprintf(list, sizeof list, "%s", config->group->name);
	const int ecdsa12 = config->version == TLS1_2_VERSION && strstr(config->suite, "ECDSA");
	for (size_t i = 0; ecdsa12 && i < sizeof curves / sizeof curves[0]; i++) {
		const int asked = !signature || !signature->curve || strcmp(signature->curve, curves[i]) == 0;
		if (asked && strcmp(config->group->name, curves[i]) != 0)
			len += (size_t)snprintf(list + len, sizeof list - len, ":%s", curves[i]);
	}
	return pin_groups(config->ctx, list);
}

static int set_verification(struct tls_config *config, const struct lane_engine_tls_input *input)
{
	X509 *const root = certificate_from(config->engine, &input->root);
	int ok = root && X509_STORE_add_cert(SSL_CTX_get_cert_store(config->ctx), root) == 1;
	X509_free(root);
	if (config->side == LANE_ENGINE_CLIENT) {
		X509_VERIFY_PARAM *const param = SSL_CTX_get0_param(config->ctx);
		X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
		ok = ok && X509_VERIFY_PARAM_set1_host(param, config->host_name, strlen(config->host_name)) == 1;
	}
	SSL_CTX_set_verify(config->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	config->verifies = 1;
	return ok;
}

static int set_resumption(const struct tls_config *config)
{
	static const uint8_t id[] = "lanecrypt";
	int mode = SSL_SESS_CACHE_OFF;
	size_t n_tickets = 1;
	if (config->resume == LANE_ENGINE_TLS_RESUME_NONE || config->resume == LANE_ENGINE_TLS_RESUME_SESSION_ID) {
		SSL_CTX_set_options(config->ctx, SSL_OP_NO_TICKET);
		n_tickets = 0;
	}
	if (config->resume != LANE_ENGINE_TLS_RESUME_NONE && config->side == LANE_ENGINE_CLIENT) {
		mode = SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL;
		SSL_CTX_sess_set_new_cb(config->ctx, lane_tls_keep_session);
	} else if (config->resume == LANE_ENGINE_TLS_RESUME_SESSION_ID) {
		mode = SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_AUTO_CLEAR;
	}
	SSL_CTX_set_session_cache_mode(config->ctx, mode);
	return SSL_CTX_set_num_tickets(config->ctx, n_tickets) == 1 &&
	       SSL_CTX_set_session_id_context(config->ctx, id, sizeof id - 1) == 1;
}

static int set_up(struct tls_config *config, const struct lane_engine_tls_input *input,
		  const struct tls_signature *signature)
{
	SSL_CTX *const ctx = config->ctx;
	if (config->message) {
		SSL_CTX_set_msg_callback(ctx, tell_message);
		SSL_CTX_set_msg_callback_arg(ctx, config);
	}
	SSL_CTX_set_mode(ctx, SSL_MODE_NO_AUTO_CHAIN);
	return SSL_CTX_set_min_proto_version(ctx, (uint16_t)config->version) == 1 &&
	       SSL_CTX_set_max_proto_version(ctx, (uint16_t)config->version) == 1 &&
	       pin_suite(ctx, config->version, config->suite) && set_groups(config, signature) &&
	       (!signature || pin_signature(ctx, signature)) && set_special(config) && set_resumption(config) &&
	       (!input->identity || use_identity(ctx, input->identity)) &&
	       ((config->side == LANE_ENGINE_SERVER && !input->client_auth) || set_verification(config, input));
}

// What is not offered, or NULL.
static const char *unsupported(const struct lane_engine_tls_input *input)
{
	const int tls13 = input->version == LANE_ENGINE_TLS13;
	if (input->version != LANE_ENGINE_TLS12 && !tls13)
		return "this version of TLS is not offered";
	if (!input->suite || !lane_tls_lists(lane_tls_suites, input->suite) ||
	    tls13 == !!strstr(input->suite, "_WITH_"))
		return "this suite is not offered";
	if (input->group && !lane_tls_group_named(input->group))
		return "this group is not offered";
	if (input->signature && !lane_tls_signature_named(input->signature))
		return "this signature is not offered";
	if (input->resume == LANE_ENGINE_TLS_RESUME_SESSION_ID && tls13)
		return "TLS 1.3 resumes by tickets only";
	if (input->resume == LANE_ENGINE_TLS_RESUME_PSK_KE && (LANE_BORING || !tls13))
		return "PSK-only resumption is not offered";
	if (input->resume > LANE_ENGINE_TLS_RESUME_PSK_KE)
		return "this kind of resumption is not offered";
	if (input->side == LANE_ENGINE_CLIENT && (!input->host_name || strlen(input->host_name) > 255))
		return "a client needs the name of its server";
	if ((input->side == LANE_ENGINE_CLIENT || input->client_auth) && input->root.len == 0)
		return "verification needs a root certificate";
	if (input->side == LANE_ENGINE_SERVER && !input->identity)
		return "a server needs an identity";
	return NULL;
}

int lane_tls_config_new(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out)
{
	*out = NULL;
	const char *const why = unsupported(input);
	if (why)
		return lane_unsupported(engine, why);
	struct tls_config *const config = lane_new(engine, sizeof *config);
	if (!config)
		return LANE_ENGINE_FAILED;
	config->engine = engine;
	config->side = (int)input->side;
	config->version = (int)input->version;
	config->resume = input->resume;
	config->group = input->group ? lane_tls_group_named(input->group) : NULL;
	config->message = input->message;
	config->message_user = input->message_user;
	snprintf(config->suite, sizeof config->suite, "%s", input->suite);
	if (input->side == LANE_ENGINE_CLIENT)
		snprintf(config->host_name, sizeof config->host_name, "%s", input->host_name);
	config->ctx = context_new(engine);
	if (!config->ctx ||
	    !set_up(config, input, input->signature ? lane_tls_signature_named(input->signature) : NULL)) {
		lane_tls_config_free(config);
		return lane_fail(engine, "configuring TLS");
	}
	*out = config;
	return LANE_ENGINE_OK;
}
