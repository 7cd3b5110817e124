/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TLS_MESSAGES_H
#define LANE_BENCH_TLS_MESSAGES_H

/*
 * Handshake messages in words: what each carries or proves, from its public
 * fields alone (RFC 8446 §4, RFC 5246 §7.4, RFC 8422, RFC 5077, RFC 5280). They
 * come from plug-ins: nothing about them is taken for granted, and one that is
 * cut short or does not add up is said to be so.
 */

#include <stddef.h>
#include <stdint.h>

enum {
	TLS_CLIENT_HELLO = 1,
	TLS_SERVER_HELLO = 2,
	TLS_NEW_SESSION_TICKET = 4,
	TLS_ENCRYPTED_EXTENSIONS = 8,
	TLS_CERTIFICATE = 11,
	TLS_SERVER_KEY_EXCHANGE = 12,
	TLS_CERTIFICATE_REQUEST = 13,
	TLS_SERVER_HELLO_DONE = 14,
	TLS_CERTIFICATE_VERIFY = 15,
	TLS_CLIENT_KEY_EXCHANGE = 16,
	TLS_FINISHED = 20
};

/* What the messages so far have settled; zeroed before the first. */
struct tls_settled {
	uint32_t version;                       /* 0x0303, 0x0304; 0 before the ServerHello */
	uint16_t suite;                         /* IANA */
	uint16_t group;                         /* of the key exchange, IANA; 0: none */
	int offers_psk;                         /* the ClientHello had a pre-shared key */
	int resumed;                            /* the server took up an earlier session */
	int retry;                              /* its last hello was a HelloRetryRequest */
	uint8_t session_id[32], session_id_len; /* of the ClientHello */
};

enum { TLS_TEXT_LINES = 6, TLS_TEXT_CAP = 200 };

struct tls_text {
	const char *name; /* "ClientHello", as the RFCs spell it */
	size_t n;
	char lines[TLS_TEXT_LINES][TLS_TEXT_CAP];
};

/* A message with its header of four bytes, sent by a server (1) or a client (0). 0, or -1 when it is malformed,
 * which the text then says; what it settles is noted all the same. */
int tls_message_read(struct tls_settled *settled, int by_server, const uint8_t *data, size_t len,
		     struct tls_text *text);

/* The IANA names; NULL for others. */
const char *tls_suite_name(uint16_t id);
const char *tls_group_name(uint16_t id);
const char *tls_signature_name(uint16_t id);

/* How the parties agree on a secret in this suite of TLS 1.2. */
enum tls_exchange { TLS_EXCHANGE_RSA, TLS_EXCHANGE_DHE, TLS_EXCHANGE_ECDHE };
enum tls_exchange tls_suite_exchange(uint16_t suite);

/* The key of a certificate in DER: "RSA-2048", "ECDSA P-256", "Ed25519"; "" when it has none that is known here. */
enum { TLS_KEY_CAP = 24 };
const char *tls_certificate_key(const uint8_t *der, size_t len, char text[TLS_KEY_CAP]);

#endif
