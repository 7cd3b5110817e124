// SPDX-License-Identifier: MIT
// TLS connections, through two memory BIOs.

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "tls.h"

struct connection {
	struct tls_config *config;
	SSL *ssl;
	BIO *in, *out;        // the SSL's
	SSL_SESSION *session; // client: the newest that the server gave
	int done;
};

int lane_tls_keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct connection *const c = SSL_get_ex_data(ssl, 0);
	SSL_SESSION_free(c->session);
	c->session = session;
	return 1; // kept
}

// ---- Sessions as bytes ----

#if LANE_BORING

static SSL_SESSION *decode_session(SSL_CTX *ctx, const uint8_t *bytes, size_t len)
{
	return SSL_SESSION_from_bytes(bytes, len, ctx);
}

static int resume(SSL *ssl, SSL_SESSION *session)
{
	return SSL_set_session(ssl, session);
}

static int encode_session(SSL_SESSION *session, uint8_t *out, size_t cap, size_t *out_len)
{
	uint8_t *bytes;
	if (SSL_SESSION_to_bytes(session, &bytes, out_len) != 1)
		return 0;
	const int fits = *out_len <= cap;
	if (fits)
		memcpy(out, bytes, *out_len);
	OPENSSL_free(bytes);
	return fits;
}

#else

static SSL_SESSION *decode_session(SSL_CTX *ctx, const uint8_t *bytes, size_t len)
{
	(void)ctx;
	return d2i_SSL_SESSION(NULL, &bytes, (long)len);
}

// A copy, since OpenSSL never again resumes one that a new ticket has replaced.
static int resume(SSL *ssl, SSL_SESSION *session)
{
	SSL_SESSION *const copy = SSL_SESSION_dup(session);
	const int ok = copy && SSL_set_session(ssl, copy);
	SSL_SESSION_free(copy);
	return ok;
}

static int encode_session(SSL_SESSION *session, uint8_t *out, size_t cap, size_t *out_len)
{
	const int len = i2d_SSL_SESSION(session, NULL);
	*out_len = len > 0 ? (size_t)len : 0;
	return len > 0 && (size_t)len <= cap && i2d_SSL_SESSION(session, &out) == len;
}

#endif

// The session in config->session: decoded once, as an application would keep it, however many
// connections resume it.
static int take_session(struct tls_config *config, const uint8_t *bytes, size_t len)
{
	if (config->session && config->session_len == len && memcmp(config->session_bytes, bytes, len) == 0)
		return 1;
	SSL_SESSION_free(config->session);
	if (config->session_bytes)
		OPENSSL_cleanse(config->session_bytes, config->session_len);
	free(config->session_bytes);
	config->session = decode_session(config->ctx, bytes, len);
	config->session_bytes = lane_new(config->engine, len);
	config->session_len = config->session_bytes ? len : 0;
	if (config->session_bytes)
		memcpy(config->session_bytes, bytes, len);
	return config->session && config->session_bytes;
}

static int session_export(void *p, uint8_t *session, size_t cap, size_t *session_len)
{
	struct connection *const c = p;
	*session_len = 0;
	if (!c->session)
		return LANE_ENGINE_OK;
	if (!encode_session(c->session, session, cap, session_len)) {
		*session_len = 0;
		return lane_fail(c->config->engine, "writing a session");
	}
	return LANE_ENGINE_OK;
}

// ---- Connections ----

static void connection_free(void *p)
{
	struct connection *const c = p;
	if (!c)
		return;
	// Without this, OpenSSL forgets a session whose connection saw no close_notify.
	if (c->ssl && c->done)
		SSL_set_shutdown(c->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(c->ssl);
	SSL_SESSION_free(c->session);
	free(c);
}

// A client that resumes by a bare PSK. OpenSSL always offers a key exchange beside it, which a server
// prefers; so the offer is a group that the server, pinned to another one, has not.
static int offer_bare_psk(const struct connection *c)
{
#if LANE_BORING || defined(SSL_OP_PREFER_NO_DHE_KEX)
	(void)c;
	return 1;
#else
	const struct tls_group *const group = c->config->group;
	return SSL_set1_groups_list(c->ssl, group && strcmp(group->name, "P-256") == 0 ? "X25519" : "P-256") == 1;
#endif
}

static int set_client(const struct connection *c, const uint8_t *session, size_t session_len)
{
	SSL_set_connect_state(c->ssl);
	if (SSL_set_tlsext_host_name(c->ssl, c->config->host_name) != 1)
		return 0;
	if (session_len == 0)
		return 1;
	return take_session(c->config, session, session_len) && resume(c->ssl, c->config->session) == 1 &&
	       (c->config->resume != LANE_ENGINE_TLS_RESUME_PSK_KE || offer_bare_psk(c));
}

static int connection_new(void *p, const uint8_t *session, size_t session_len, void **out)
{
	struct tls_config *const config = p;
	*out = NULL;
	struct connection *const c = lane_new(config->engine, sizeof *c);
	if (!c)
		return LANE_ENGINE_FAILED;
	c->config = config;
	c->ssl = SSL_new(config->ctx);
	c->in = BIO_new(BIO_s_mem());
	c->out = BIO_new(BIO_s_mem());
	if (!c->ssl || !c->in || !c->out) {
		BIO_free(c->in);
		BIO_free(c->out);
		connection_free(c);
		return lane_fail(config->engine, "making a connection");
	}
	SSL_set_bio(c->ssl, c->in, c->out); // which owns them now
	SSL_set_ex_data(c->ssl, 0, c);
	if (config->side == LANE_ENGINE_SERVER) {
		SSL_set_accept_state(c->ssl);
	} else if (!set_client(c, session, session_len)) {
		connection_free(c);
		return lane_fail(config->engine, "making a connection");
	}
	*out = c;
	return LANE_ENGINE_OK;
}

static int give_input(const struct connection *c, const uint8_t *in, size_t in_len)
{
	ERR_clear_error(); // SSL_get_error looks at what others left there
	return in_len == 0 || (in_len <= INT_MAX && BIO_write(c->in, in, (int)in_len) == (int)in_len);
}

static int take_output(const struct connection *c, uint8_t *out, size_t cap, size_t *out_len)
{
	const size_t len = (size_t)BIO_pending(c->out);
	*out_len = 0;
	if (len == 0)
		return LANE_ENGINE_OK;
	if (len > cap || BIO_read(c->out, out, (int)len) != (int)len)
		return lane_fail(c->config->engine, "what is to be sent does not fit: writing it");
	*out_len = len;
	return LANE_ENGINE_OK;
}

static int wants_input(const struct connection *c, int result)
{
	return SSL_get_error(c->ssl, result) == SSL_ERROR_WANT_READ;
}

static int failed(const struct connection *c, const char *what)
{
	struct lane_engine_object *const engine = c->config->engine;
	const long verified = SSL_get_verify_result(c->ssl);
	lane_fail(engine, what);
	if (!c->config->verifies || verified == X509_V_OK)
		return LANE_ENGINE_FAILED;
	snprintf(engine->error, sizeof engine->error, "the peer's certificate: %s",
		 X509_verify_cert_error_string(verified));
	return LANE_ENGINE_REFUSED;
}

static const char *suite_of(const SSL *ssl)
{
	const SSL_CIPHER *const cipher = SSL_get_current_cipher(ssl);
	return cipher ? SSL_CIPHER_standard_name(cipher) : "";
}

// Whether the keys came from a key exchange over a group, not from an earlier session alone.
static int exchanged_keys(const struct connection *c)
{
	return !SSL_session_reused(c->ssl) ||
	       (c->config->version == TLS1_3_VERSION && c->config->resume != LANE_ENGINE_TLS_RESUME_PSK_KE);
}

// What was negotiated, held against what was asked for.
static int check(const struct connection *c)
{
	const struct tls_config *const config = c->config;
	struct lane_engine_object *const engine = config->engine;
	if (SSL_version(c->ssl) != config->version || strcmp(suite_of(c->ssl), config->suite) != 0) {
		snprintf(engine->error, sizeof engine->error, "negotiated %s instead of %s", suite_of(c->ssl),
			 config->suite);
		return LANE_ENGINE_FAILED;
	}
	if (!config->group || !exchanged_keys(c))
		return LANE_ENGINE_OK;
	const struct tls_group *const group = lane_tls_group_of(c->ssl);
	if (group && group != config->group) {
		snprintf(engine->error, sizeof engine->error, "negotiated the group %s instead of %s", group->name,
			 config->group->name);
		return LANE_ENGINE_FAILED;
	}
	return LANE_ENGINE_OK;
}

static int shake_hands(struct connection *c)
{
	const int result = SSL_do_handshake(c->ssl);
	if (result != 1)
		return wants_input(c, result) ? LANE_ENGINE_OK : failed(c, "handshake");
	c->done = 1;
#if LANE_BORING
	// BoringSSL holds its tickets back until something is written.
	if (c->config->side == LANE_ENGINE_SERVER && c->config->version == TLS1_3_VERSION &&
	    c->config->resume != LANE_ENGINE_TLS_RESUME_NONE)
		SSL_write(c->ssl, "", 0);
#endif
	return check(c);
}

static int step(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len, int *done)
{
	struct connection *const c = p;
	int result = LANE_ENGINE_OK;
	*out_len = 0;
	if (!give_input(c, in, in_len))
		return lane_fail(c->config->engine, "taking a flight");
	if (!c->done)
		result = shake_hands(c);
	if (c->done && result == LANE_ENGINE_OK && BIO_pending(c->in) > 0) {
		// Tickets. Application data stays with the library, for read.
		uint8_t byte;
		const int got = SSL_peek(c->ssl, &byte, 1);
		if (got <= 0 && !wants_input(c, got))
			result = failed(c, "after the handshake");
	}
	*done = c->done;
	// Also after a failure, since then there is an alert for the peer.
	const int written = take_output(c, out, cap, out_len);
	return result ? result : written;
}

static int info(void *p, struct lane_engine_tls_info *out)
{
	const struct connection *const c = p;
	const struct tls_group *const group = exchanged_keys(c) ? lane_tls_group_of(c->ssl) : NULL;
	const struct tls_signature *const signature = lane_tls_signature_of(c->ssl);
	X509 *const peer = SSL_get_peer_certificate(c->ssl);
	out->version = (uint32_t)SSL_version(c->ssl);
	out->resumed = SSL_session_reused(c->ssl) == 1;
	out->peer_verified = c->config->verifies && peer && SSL_get_verify_result(c->ssl) == X509_V_OK;
	snprintf(out->suite, sizeof out->suite, "%s", suite_of(c->ssl));
	snprintf(out->group, sizeof out->group, "%s", group ? group->name : "");
	snprintf(out->signature, sizeof out->signature, "%s", signature ? signature->name : "");
	X509_free(peer);
	return LANE_ENGINE_OK;
}

// ---- Application data ----

static int write_data(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len)
{
	const struct connection *const c = p;
	*out_len = 0;
	ERR_clear_error();
	if (in_len > INT_MAX || (in_len > 0 && SSL_write(c->ssl, in, (int)in_len) != (int)in_len))
		return lane_fail(c->config->engine, "writing");
	return take_output(c, out, cap, out_len);
}

static int read_data(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len)
{
	const struct connection *const c = p;
	*out_len = 0;
	if (!give_input(c, in, in_len))
		return lane_fail(c->config->engine, "taking records");
	while (*out_len < cap) {
		const size_t room = cap - *out_len;
		const int got = SSL_read(c->ssl, out + *out_len, room < INT_MAX ? (int)room : INT_MAX);
		if (got <= 0)
			return wants_input(c, got) ? LANE_ENGINE_OK : failed(c, "reading");
		*out_len += (size_t)got;
	}
	return LANE_ENGINE_OK;
}

static const struct lane_engine_tls items[] = {
	{
		.algorithm = "TLS",
		.suites = lane_tls_suites,
		.groups = lane_tls_groups,
		.signatures = lane_tls_signatures,
		.chain_make = lane_chain_make,
		.identity_new = lane_tls_identity_new,
		.identity_free = lane_tls_identity_free,
		.config_new = lane_tls_config_new,
		.config_free = lane_tls_config_free,
		.connection_new = connection_new,
		.connection_free = connection_free,
		.step = step,
		.info = info,
		.session_export = session_export,
		.write = write_data,
		.read = read_data,
		.allocations = lane_allocations,
		.resumptions = 1u << LANE_ENGINE_TLS_RESUME_NONE | 1u << LANE_ENGINE_TLS_RESUME_TICKET |
			       1u << LANE_ENGINE_TLS_RESUME_SESSION_ID |
			       (LANE_BORING ? 0 : 1u << LANE_ENGINE_TLS_RESUME_PSK_KE),
		.certificate_decode = lane_certificate_decode,
	},
};

const struct lane_engine_table lane_tls_table = LANE_TABLE(lane_engine_tls, items);
