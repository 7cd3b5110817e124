// SPDX-License-Identifier: MIT
// TLS connections of wolfSSL, by its own API and its I/O callbacks.

#include "wolfssl_tls.h"

#include <wolfssl/error-ssl.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

struct connection {
	struct wolfssl_config *config;
	WOLFSSL *ssl;
	uint8_t *inbox; // what has come; the library has taken the first inbox_at bytes of it
	size_t inbox_len, inbox_at, inbox_cap;
	uint8_t *out; // where what is sent goes, within a call
	size_t out_cap, out_len;
	int done;
};

// ---- Input and output ----

int wolfssl_receive(WOLFSSL *ssl, char *to, int cap, void *p)
{
	struct connection *const c = p;
	const size_t there = c->inbox_len - c->inbox_at, len = there < (size_t)cap ? there : (size_t)cap;
	(void)ssl;
	if (len == 0)
		return WOLFSSL_CBIO_ERR_WANT_READ;
	memcpy(to, c->inbox + c->inbox_at, len);
	c->inbox_at += len;
	return (int)len;
}

int wolfssl_send(WOLFSSL *ssl, char *from, int len, void *p)
{
	struct connection *const c = p;
	(void)ssl;
	if ((size_t)len > c->out_cap - c->out_len)
		return WOLFSSL_CBIO_ERR_GENERAL;
	memcpy(c->out + c->out_len, from, (size_t)len);
	c->out_len += (size_t)len;
	return len;
}

// A call begins: what came behind what is still there, and where to send to. 1 or 0.
static int begin(struct connection *c, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap)
{
	c->out = out;
	c->out_cap = cap;
	c->out_len = 0;
	if (c->inbox_at == c->inbox_len)
		c->inbox_at = c->inbox_len = 0;
	if (in_len == 0)
		return 1;
	if (in_len > c->inbox_cap - c->inbox_len) {
		if (in_len > wolfssl_max_len - c->inbox_len)
			return 0;
		uint8_t *const more = realloc(c->inbox, c->inbox_len + in_len);
		if (!more)
			return 0;
		c->inbox = more;
		c->inbox_cap = c->inbox_len + in_len;
	}
	memcpy(c->inbox + c->inbox_len, in, in_len);
	c->inbox_len += in_len;
	return 1;
}

// ---- Failures ----

// Whether an error is about the peer's certificate.
static int is_refusal(int error)
{
	switch (error) {
	case DOMAIN_NAME_MISMATCH:
	case VERIFY_CERT_ERROR:
	case VERIFY_SIGN_ERROR:
	case NO_PEER_CERT:
	case ASN_NO_SIGNER_E:
	case ASN_SELF_SIGNED_E:
	case ASN_SIG_CONFIRM_E:
	case ASN_AFTER_DATE_E:
	case ASN_BEFORE_DATE_E:
	case ASN_PATHLEN_INV_E:
	case ASN_PATHLEN_SIZE_E:
	case KEYUSAGE_E:
	case EXTKEYUSAGE_E:
	case EXTKEYUSE_AUTH_E:
		return 1;
	default:
		return 0;
	}
}

// In the library's words.
static int failed(const struct connection *c, int result)
{
	const int error = wolfSSL_get_error(c->ssl, result);
	adaptor_failed(c->config->engine, wolfSSL_ERR_reason_error_string((unsigned long)error));
	return is_refusal(error) ? LANE_ENGINE_REFUSED : LANE_ENGINE_FAILED;
}

static int wants_input(const struct connection *c, int result)
{
	return wolfSSL_get_error(c->ssl, result) == WOLFSSL_ERROR_WANT_READ;
}

// ---- Sessions as bytes ----

// The session in config->session: decoded once, as an application would keep it, however many connections resume it.
static int take_session(struct wolfssl_config *config, const uint8_t *bytes, size_t len)
{
	if (config->session && config->session_len == len && memcmp(config->session_bytes, bytes, len) == 0)
		return 1;
	wolfSSL_SESSION_free(config->session);
	adaptor_free(config->session_bytes, config->session_len);
	const unsigned char *at = bytes;
	config->session = len <= wolfssl_max_len ? wolfSSL_d2i_SSL_SESSION(NULL, &at, (long)len) : NULL;
	config->session_bytes = adaptor_alloc(config->engine, len);
	config->session_len = config->session_bytes ? len : 0;
	if (config->session_bytes)
		memcpy(config->session_bytes, bytes, len);
	return config->session && config->session_bytes;
}

static int session_export(void *p, uint8_t *session, size_t cap, size_t *session_len)
{
	struct connection *const c = p;
	*session_len = 0;
	WOLFSSL_SESSION *const s = wolfSSL_get1_session(c->ssl);
	// Before the ticket has come, TLS 1.3 has a session that can't be resumed.
	const int whole = s && (!c->config->tls13 || wolfSSL_SESSION_has_ticket(s));
	const int len = whole ? wolfSSL_i2d_SSL_SESSION(s, NULL) : 0;
	if (len > 0 && (size_t)len <= cap && wolfSSL_i2d_SSL_SESSION(s, &session) == len)
		*session_len = (size_t)len;
	wolfSSL_SESSION_free(s);
	return LANE_ENGINE_OK;
}

// ---- Connections ----

static void connection_free(void *p)
{
	struct connection *const c = p;
	if (!c)
		return;
	wolfSSL_free(c->ssl);
	free(c->inbox);
	free(c);
}

static int set_client(const struct connection *c, const uint8_t *session, size_t session_len)
{
	struct wolfssl_config *const config = c->config;
	const size_t name_len = strlen(config->host_name);
	return wolfSSL_UseSNI(c->ssl, WOLFSSL_SNI_HOST_NAME, config->host_name, (word16)name_len) == WOLFSSL_SUCCESS &&
	       wolfSSL_check_domain_name(c->ssl, config->host_name) == WOLFSSL_SUCCESS &&
	       (!config->tls13 || wolfSSL_UseKeyShare(c->ssl, (word16)config->group) == WOLFSSL_SUCCESS) &&
	       (session_len == 0 || (take_session(config, session, session_len) &&
				     wolfSSL_set_session(c->ssl, config->session) == WOLFSSL_SUCCESS));
}

static int connection_new(void *p, const uint8_t *session, size_t session_len, void **out)
{
	struct wolfssl_config *const config = p;
	*out = NULL;
	struct connection *const c = calloc(1, sizeof *c);
	if (!c)
		return adaptor_failed(config->engine, "out of memory");
	c->config = config;
	c->ssl = wolfSSL_new(config->ctx);
	if (!c->ssl || (config->side == LANE_ENGINE_CLIENT && !set_client(c, session, session_len))) {
		connection_free(c);
		return adaptor_failed(config->engine, "making a connection failed");
	}
	wolfSSL_SetIOReadCtx(c->ssl, c);
	wolfSSL_SetIOWriteCtx(c->ssl, c);
	*out = c;
	return LANE_ENGINE_OK;
}

static int step(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len, int *done)
{
	struct connection *const c = p;
	int status = LANE_ENGINE_OK;
	*out_len = 0;
	if (!begin(c, in, in_len, out, cap))
		return adaptor_failed(c->config->engine, "taking a flight failed");
	if (!c->done) {
		const int result =
			c->config->side == LANE_ENGINE_CLIENT ? wolfSSL_connect(c->ssl) : wolfSSL_accept(c->ssl);
		if (result == WOLFSSL_SUCCESS)
			c->done = 1;
		else if (!wants_input(c, result))
			status = failed(c, result);
	}
	if (c->done && status == LANE_ENGINE_OK && c->inbox_at < c->inbox_len) {
		// Tickets. Application data stays with the library, for read.
		uint8_t byte;
		const int got = wolfSSL_peek(c->ssl, &byte, 1);
		if (got <= 0 && !wants_input(c, got))
			status = failed(c, got);
	}
	*done = c->done;
	*out_len = c->out_len;
	return status;
}

// wolfSSL does not tell with what the peer has signed. Configurations hold it to one signature, which is named here;
// tests/engines/tls.c lets other libraries tell what it signs with, and accept.
static int info(void *p, struct lane_engine_tls_info *out)
{
	const struct connection *const c = p;
	const int suite = wolfSSL_get_current_cipher_suite(c->ssl);
	const char *const suite_name =
		wolfSSL_get_cipher_name_iana_from_suite((unsigned char)(suite >> 8), (unsigned char)suite);
	const char *const group = wolfssl_group_called(wolfSSL_get_curve_name(c->ssl));
	// wolfSSL_get_peer_certificate has none with an Ed25519 key.
	const int peer = wolfSSL_get_chain_count(wolfSSL_get_peer_chain(c->ssl)) > 0;
	out->version = (uint32_t)wolfSSL_version(c->ssl);
	out->resumed = wolfSSL_session_reused(c->ssl) == 1;
	// Of a session that is resumed, the library keeps that the peer was verified, not always the certificate.
	out->peer_verified = c->config->verifies && (peer || out->resumed) && wolfSSL_get_verify_result(c->ssl) == 0;
	snprintf(out->suite, sizeof out->suite, "%s", suite_name ? suite_name : "");
	// The library goes on telling the group of the session that is resumed.
	const int exchanged = !out->resumed || (c->config->tls13 && c->config->resume != LANE_ENGINE_TLS_RESUME_PSK_KE);
	snprintf(out->group, sizeof out->group, "%s", group && exchanged ? group : "");
	snprintf(out->signature, sizeof out->signature, "%s", !out->resumed && peer ? c->config->signature : "");
	return LANE_ENGINE_OK;
}

static int write_data(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len)
{
	struct connection *const c = p;
	*out_len = 0;
	begin(c, NULL, 0, out, cap);
	const int written = in_len > 0 && in_len <= wolfssl_max_len ? wolfSSL_write(c->ssl, in, (int)in_len) : 0;
	if ((size_t)written != in_len)
		return failed(c, written);
	*out_len = c->out_len;
	return LANE_ENGINE_OK;
}

static int read_data(void *p, const uint8_t *in, size_t in_len, uint8_t *out, size_t cap, size_t *out_len)
{
	struct connection *const c = p;
	*out_len = 0;
	if (!begin(c, in, in_len, NULL, 0))
		return adaptor_failed(c->config->engine, "taking records failed");
	while (*out_len < cap) {
		const size_t room = cap - *out_len;
		const int got =
			wolfSSL_read(c->ssl, out + *out_len, room < wolfssl_max_len ? (int)room : wolfssl_max_len);
		if (got <= 0)
			return wants_input(c, got) ? LANE_ENGINE_OK : failed(c, got);
		*out_len += (size_t)got;
	}
	return LANE_ENGINE_OK;
}

static const struct lane_engine_tls items[] = {
	{
		.algorithm = "TLS",
		.suites = wolfssl_tls_suites,
		.groups = wolfssl_tls_groups,
		.signatures = wolfssl_tls_signatures,
		.identity_new = wolfssl_identity_new,
		.identity_free = wolfssl_identity_free,
		.config_new = wolfssl_config_new,
		.config_free = wolfssl_config_free,
		.connection_new = connection_new,
		.connection_free = connection_free,
		.step = step,
		.info = info,
		.session_export = session_export,
		.write = write_data,
		.read = read_data,
		.allocations = wolfssl_allocations,
		.certificate_decode = wolfssl_certificate_decode,
	},
};
const struct lane_engine_table wolfssl_tls_table = ADAPTOR_TABLE(items);
