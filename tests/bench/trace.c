// SPDX-License-Identifier: MIT
// Handshake messages in words: recorded ones as they should read, and whatever else a plug-in may tell: cut short,
// changed, made up. trace FILE, with recorded messages.

#include "../../bench/trace.h"
#include "../support/test.h"

enum { max_messages = 128, max_message = 1024 };

struct recorded {
	char conversation[40];
	int by_server;
	uint8_t data[max_message];
	size_t len;
};

static struct recorded recorded[max_messages];
static size_t n_recorded;

static void take_line(const char *line)
{
	struct recorded *last = n_recorded ? &recorded[n_recorded - 1] : NULL;
	char side[8];
	if (line[0] == '\t' && last) {
		for (unsigned byte; sscanf(++line, "%2x", &byte) == 1 && last->len < max_message; line++)
			last->data[last->len++] = (uint8_t)byte;
	} else if (line[0] != '#' && n_recorded < max_messages &&
		   sscanf(line, "%39s %7s", recorded[n_recorded].conversation, side) == 2) {
		recorded[n_recorded++].by_server = strcmp(side, "server") == 0;
	}
}

static int read_recorded(const char *path)
{
	char line[256];
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		take_line(line);
	if (file)
		fclose(file);
	return n_recorded > 40;
}

// What the messages before this one of its conversation settle.
static struct tls_settled settled_before(size_t i)
{
	struct tls_settled settled = {0};
	struct tls_text text;
	size_t first = i;
	while (first > 0 && strcmp(recorded[first - 1].conversation, recorded[i].conversation) == 0)
		first--;
	for (; first < i; first++)
		tls_message_read(&settled, recorded[first].by_server, recorded[first].data, recorded[first].len, &text);
	return settled;
}

static int says(const struct tls_text *text, const char *what)
{
	for (size_t i = 0; i < text->n; i++)
		if (strstr(text->lines[i], what))
			return 1;
	return 0;
}

static void check_text(const struct tls_text *text)
{
	assert_non_null(text->name);
	assert_true(text->n <= TLS_TEXT_LINES);
	for (size_t i = 0; i < text->n; i++)
		assert_non_null(memchr(text->lines[i], '\0', TLS_TEXT_CAP));
}

// ---- As recorded ----

static void as_recorded(void)
{
	static const struct {
		const char *conversation;
		int by_server;
		const char *name, *words;
	} expected[] = {
		{"tls13-client-certificate", 0, "ClientHello", "offers TLS 1.3, TLS_AES_256_GCM_SHA384, TLS_CH"},
		{"tls13-client-certificate", 0, "ClientHello", "for lanecrypt.test"},
		{"tls13-client-certificate", 0, "ClientHello", "key share: X25519, 32 bytes"},
		{"tls13-client-certificate", 0, "ClientHello", "signatures: ecdsa_secp256r1_sha256"},
		{"tls13-client-certificate", 1, "ServerHello", "chooses TLS 1.3, TLS_AES_256_GCM_SHA384"},
		{"tls13-client-certificate", 1, "EncryptedExtensions", "nothing to add"},
		{"tls13-client-certificate", 1, "CertificateRequest", "client's certificate"},
		{"tls13-client-certificate", 1, "Certificate", "leaf, ECDSA P-256"},
		{"tls13-client-certificate", 1, "CertificateVerify", "ecdsa_secp256r1_sha256 over the transcript, 71"},
		{"tls13-client-certificate", 0, "CertificateVerify", "the client has the leaf's private key"},
		{"tls13-client-certificate", 0, "Finished", "48 bytes"},
		{"tls13-client-certificate", 1, "NewSessionTicket", "good for 2 hours"},
		{"tls13-psk", 0, "ClientHello", "(PSK): a ticket of 208 bytes"},
		{"tls13-psk", 1, "ServerHello", "takes the PSK: no certificate is needed"},
		{"tls13-psk", 1, "Finished", "the key of the earlier session"},
		{"tls13-retry", 1, "HelloRetryRequest", "key share: P-256, 0 bytes"},
		{"tls13-retry", 1, "ServerHello", "key share: P-256, 65 bytes"},
		{"tls12-rsa", 0, "ClientHello", "offers TLS 1.2, TLS_RSA_WITH_AES_128_GCM_SHA256"},
		{"tls12-rsa", 1, "Certificate", "leaf, RSA-2048"},
		{"tls12-rsa", 1, "ServerHelloDone", "client's turn"},
		{"tls12-rsa", 0, "ClientKeyExchange", "the leaf's RSA key, 256 bytes"},
		{"tls12-rsa", 0, "ClientKeyExchange", "no forward secrecy"},
		{"tls12-rsa", 1, "Finished", "only the leaf's private key gives the premaster secret"},
		{"tls12-dhe", 1, "ServerKeyExchange", "prime of 2048 bits; public key, 256 bytes"},
		{"tls12-dhe", 1, "ServerKeyExchange", "signed with rsa_pss_rsae_sha256"},
		{"tls12-dhe", 0, "ClientKeyExchange", "public key, 256 bytes"},
		{"tls12-client-certificate", 1, "ServerKeyExchange", "X25519, 32 bytes"},
		{"tls12-client-certificate", 1, "CertificateRequest", "signatures: ecdsa_secp256r1_sha256, "},
		{"tls12-client-certificate", 0, "ClientKeyExchange", "X25519, 32 bytes"},
		{"tls12-ticket", 0, "ClientHello", "ticket of an earlier session, 176 bytes"},
		{"tls12-ticket", 1, "ServerHello", "takes up the earlier session"},
	};
	for (size_t k = 0; k < sizeof expected / sizeof expected[0]; k++) {
		int found = 0;
		for (size_t i = 0; i < n_recorded; i++) {
			struct tls_settled settled = settled_before(i);
			struct tls_text text;
			if (strcmp(recorded[i].conversation, expected[k].conversation) != 0 ||
			    recorded[i].by_server != expected[k].by_server)
				continue;
			assert_int_equal(tls_message_read(&settled, recorded[i].by_server, recorded[i].data,
							  recorded[i].len, &text),
					 0);
			check_text(&text);
			found |= strcmp(text.name, expected[k].name) == 0 && says(&text, expected[k].words);
		}
		at("%s, %s: no '%s'", expected[k].conversation, expected[k].name, expected[k].words);
		assert_true(found);
	}
}

// ---- Cut short, changed ----

static void read_guarded(const struct guarded *g, struct tls_settled settled, int by_server, const uint8_t *data,
			 size_t len, int expected)
{
	struct tls_text text;
	uint8_t *copy = guarded_at(g, BORDER_ABOVE, len);
	memcpy(copy, data, len);
	const int status = tls_message_read(&settled, by_server, copy, len, &text);
	check_text(&text);
	if (expected)
		assert_int_equal(status, expected);
	if (status)
		assert_true(says(&text, "malformed"));
}

static void cut_short(void)
{
	static uint8_t shorter[max_message];
	const struct guarded g = guarded_new(max_message);
	for (size_t i = 0; i < n_recorded; i++) {
		const struct recorded *m = &recorded[i];
		const struct tls_settled settled = settled_before(i);
		const int fixed = m->data[0] == TLS_CERTIFICATE || m->data[0] == TLS_CERTIFICATE_VERIFY ||
				  m->data[0] == TLS_SERVER_KEY_EXCHANGE || m->data[0] == TLS_CLIENT_KEY_EXCHANGE ||
				  m->data[0] == TLS_NEW_SESSION_TICKET;
		for (size_t len = 0; len < m->len; len++) {
			at("%s, message %zu of type %d, %zu of %zu bytes", m->conversation, i, m->data[0], len, m->len);
			read_guarded(&g, settled, m->by_server, m->data, len, -1);
			if (len < 4) // then as if its header knew of no more
				continue;
			memcpy(shorter, m->data, len);
			shorter[2] = (uint8_t)((len - 4) >> 8);
			shorter[3] = (uint8_t)(len - 4);
			read_guarded(&g, settled, m->by_server, shorter, len, fixed ? -1 : 0);
		}
	}
}

static void changed(void)
{
	static uint8_t other[max_message];
	const struct guarded g = guarded_new(max_message);
	for (size_t i = 0; i < 50000; i++) {
		const size_t k = random_below(n_recorded);
		const struct recorded *m = &recorded[k];
		struct tls_settled settled = settled_before(k);
		memcpy(other, m->data, m->len);
		for (size_t n = random_below(4); n < 4; n++)
			random_bytes(other + 4 + random_below(m->len > 4 ? m->len - 4 : 1), 1);
		if (random_below(4) == 0)
			random_bytes(&settled.version, 1);
		at("change %zu", i);
		read_guarded(&g, settled, (int)random_below(2), other, m->len, 0);
	}
}

static void certificates(void)
{
	char key[TLS_KEY_CAP];
	size_t len;
	// SEQUENCE { SEQUENCE { serial, four empty SEQUENCEs, SEQUENCE { SEQUENCE { Ed25519 }, BIT STRING } } }
	const uint8_t *der = from_hex("301b3019020101"
				      "30003000"
				      "30003000"
				      "300c"
				      "300506032b6570"
				      "030300aabb",
				      &len);
	assert_string_equal(tls_certificate_key(der, len, key), "Ed25519");
	for (size_t cut = 0; cut < len; cut++)
		assert_string_equal(tls_certificate_key(der, cut, key), "");
	der = from_hex("3084ffffffff3084ffffffff", &len);
	assert_string_equal(tls_certificate_key(der, len, key), "");
}

// ---- Flights ----

static struct trace_told told(uint8_t *data, size_t len)
{
	data[1] = 0;
	data[2] = (uint8_t)((len - 4) >> 8);
	data[3] = (uint8_t)(len - 4);
	return (struct trace_told){data, len};
}

static void records_and_keys(void)
{
	static uint8_t done[4] = {TLS_SERVER_HELLO_DONE}, finished[16] = {TLS_FINISHED};
	static struct trace_flight flight;
	struct tls_settled settled = {.version = 0x0303, .suite = 0xc02f, .group = 29};
	const struct trace_told messages[] = {told(done, 4), told(finished, 16)};
	// A record of plaintext, a ChangeCipherSpec, one that is encrypted, and half of another.
	const uint8_t *wire = from_hex("16030300040e000000"
				       "140303000101"
				       "1603030003aabbcc"
				       "1603030004aabb",
				       NULL);
	int keys_changed = 0;
	flight = (struct trace_flight){.side = LANE_ENGINE_SERVER};
	trace_flight_read(&flight, &settled, &keys_changed, wire, 30, messages, 2);
	assert_int_equal(keys_changed, 1);
	assert_int_equal(flight.n_records, 3);
	assert_int_equal(flight.bytes, 30);
	assert_int_equal(flight.n_messages, 3);
	assert_string_equal(flight.messages[1].text.name, "ChangeCipherSpec");
	assert_false(flight.messages[0].encrypted);
	assert_true(flight.messages[2].encrypted);

	// In TLS 1.3 the same bytes change nothing.
	settled = (struct tls_settled){.version = 0x0304, .suite = 0x1301, .group = 29};
	keys_changed = 0;
	flight = (struct trace_flight){.side = LANE_ENGINE_SERVER};
	trace_flight_read(&flight, &settled, &keys_changed, wire, 30, messages, 2);
	assert_int_equal(keys_changed, 0);
	assert_string_equal(flight.messages[2].keys, "application traffic keys, exporter secret");

	static struct trace_flight taker;
	taker = (struct trace_flight){.side = LANE_ENGINE_CLIENT};
	trace_flight_learn(&taker, &settled, messages, 2);
	assert_int_equal(taker.n_learns, 1);
	assert_string_equal(taker.learns[0], "application traffic keys, exporter secret");
}

// A message over two records, one and a half in the third, then what is encrypted.
static void from_the_wire(void)
{
	static struct trace_flight flight;
	struct tls_settled settled = {.version = 0x0303, .suite = 0xc02f};
	struct trace_told messages[TRACE_MESSAGES];
	const uint8_t *wire = from_hex("16030300030e0000"
				       "160303000100"
				       "16030300060e0000000e00"
				       "140303000101"
				       "1603030004aabbccdd",
				       NULL);
	int keys_changed = 0;
	const size_t n = trace_flight_plain(wire, 40, keys_changed, messages);
	assert_int_equal(n, 2);
	flight = (struct trace_flight){.side = LANE_ENGINE_SERVER};
	trace_flight_read(&flight, &settled, &keys_changed, wire, 40, messages, n);
	for (size_t i = 0; i < n; i++)
		free(messages[i].data);
	assert_int_equal(flight.n_records, 5);
	assert_string_equal(flight.messages[0].text.name, "ServerHelloDone");
	assert_string_equal(flight.messages[1].text.name, "ServerHelloDone");
	const struct trace_message *last = &flight.messages[flight.n_messages - 1];
	assert_true(last->untold && last->encrypted);
	assert_int_equal(last->len, 4);
	assert_int_equal(trace_flight_plain(wire, 40, 1, messages), 0);
	for (size_t cut = 0; cut < 40; cut++) {
		const struct guarded g = guarded_new(64);
		uint8_t *copy = guarded_at(&g, BORDER_ABOVE, cut);
		memcpy(copy, wire, cut);
		const size_t found = trace_flight_plain(copy, cut, 0, messages);
		assert_true(found <= 2);
		for (size_t i = 0; i < found; i++)
			free(messages[i].data);
	}
}

static void too_many_messages(void)
{
	static uint8_t finished[16] = {TLS_FINISHED};
	static struct trace_told many[3 * TRACE_MESSAGES];
	static struct trace_flight flight, taker;
	struct tls_settled settled = {.version = 0x0304};
	uint8_t wire[64 * 6];
	int keys_changed = 0;
	for (size_t i = 0; i < sizeof wire; i += 6)
		memcpy(wire + i, "\x14\x03\x03\x00\x01\x01", 6);
	for (size_t i = 0; i < 3 * TRACE_MESSAGES; i++)
		many[i] = i % 3 ? told(finished, 16) : (struct trace_told){finished, 0};
	flight = taker = (struct trace_flight){.side = LANE_ENGINE_CLIENT};
	trace_flight_read(&flight, &settled, &keys_changed, wire, sizeof wire, many, 3 * TRACE_MESSAGES);
	assert_int_equal(flight.n_messages, TRACE_MESSAGES);
	trace_flight_learn(&taker, &settled, many, 3 * TRACE_MESSAGES);
	assert_true(taker.n_learns <= TRACE_LEARNS);
}

int main(int argc, char **argv)
{
	if (argc != 2 || !read_recorded(argv[1])) {
		fprintf(stderr, "usage: test-trace FILE, with recorded messages\n");
		return 2;
	}
	const struct CMUnitTest tests[] = {TEST(as_recorded),      TEST(cut_short),        TEST(changed),
					   TEST(certificates),     TEST(records_and_keys), TEST(from_the_wire),
					   TEST(too_many_messages)};
	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
