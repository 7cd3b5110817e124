// SPDX-License-Identifier: MIT
// Handshake messages in words.

#include "tls_messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// ---- Reading ----

// Bytes not yet read; what goes beyond the end yields nothing and is remembered.
struct reader {
	const uint8_t *at;
	size_t left;
	int bad;
};

static struct reader take(struct reader *r, size_t n)
{
	struct reader part = {r->at, n, r->bad};
	if (r->bad || n > r->left) {
		r->bad = 1;
		return (struct reader){r->at, 0, 1};
	}
	r->at += n;
	r->left -= n;
	return part;
}

// A number of up to four bytes; 0 beyond the end.
static uint32_t number(struct reader *r, size_t n_bytes)
{
	const struct reader part = take(r, n_bytes);
	uint32_t value = 0;
	for (size_t i = 0; i < part.left; i++)
		value = value << 8 | part.at[i];
	return value;
}

// What a length of so many bytes stands before.
static struct reader vector(struct reader *r, size_t length_bytes)
{
	return take(r, number(r, length_bytes));
}

// Whether there is more to read of a list; one that ends within an element is bad.
static int more(const struct reader *r)
{
	return !r->bad && r->left > 0;
}

// What was found wrong within a part is wrong with the whole.
static void blame(struct reader *whole, const struct reader *part)
{
	whole->bad |= part->bad;
}

// ---- Names ----

struct name {
	uint16_t id;
	const char *text;
};

static const struct name suites[] = {
	{0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
	{0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"},
	{0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
	{0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
	{0x1301, "TLS_AES_128_GCM_SHA256"},
	{0x1302, "TLS_AES_256_GCM_SHA384"},
	{0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
	{0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
	{0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
	{0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
	{0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
	{0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
	{0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
	{0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
};

static const struct name groups[] = {
	{23, "P-256"},
	{24, "P-384"},
	{25, "P-521"},
	{29, "X25519"},
	{30, "X448"},
	{256, "ffdhe2048"},
	{257, "ffdhe3072"},
	{258, "ffdhe4096"},
	{4587, "SecP256r1MLKEM768"},
	{4588, "X25519MLKEM768"},
	{4589, "SecP384r1MLKEM1024"},
};

static const struct name signatures[] = {
	{0x0201, "rsa_pkcs1_sha1"},
	{0x0401, "rsa_pkcs1_sha256"},
	{0x0501, "rsa_pkcs1_sha384"},
	{0x0601, "rsa_pkcs1_sha512"},
	{0x0403, "ecdsa_secp256r1_sha256"},
	{0x0503, "ecdsa_secp384r1_sha384"},
	{0x0603, "ecdsa_secp521r1_sha512"},
	{0x0804, "rsa_pss_rsae_sha256"},
	{0x0805, "rsa_pss_rsae_sha384"},
	{0x0806, "rsa_pss_rsae_sha512"},
	{0x0807, "ed25519"},
	{0x0808, "ed448"},
	{0x0809, "rsa_pss_pss_sha256"},
};

static const struct name messages[] = {
	{0, "HelloRequest"},
	{TLS_CLIENT_HELLO, "ClientHello"},
	{TLS_SERVER_HELLO, "ServerHello"},
	{TLS_NEW_SESSION_TICKET, "NewSessionTicket"},
	{5, "EndOfEarlyData"},
	{TLS_ENCRYPTED_EXTENSIONS, "EncryptedExtensions"},
	{TLS_CERTIFICATE, "Certificate"},
	{TLS_SERVER_KEY_EXCHANGE, "ServerKeyExchange"},
	{TLS_CERTIFICATE_REQUEST, "CertificateRequest"},
	{TLS_SERVER_HELLO_DONE, "ServerHelloDone"},
	{TLS_CERTIFICATE_VERIFY, "CertificateVerify"},
	{TLS_CLIENT_KEY_EXCHANGE, "ClientKeyExchange"},
	{TLS_FINISHED, "Finished"},
	{22, "CertificateStatus"},
	{24, "KeyUpdate"},
	{25, "CompressedCertificate"},
};

#define NAME_IN(list, id) name_in(list, sizeof list / sizeof list[0], id)

static const char *name_in(const struct name *list, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id)
			return list[i].text;
	return NULL;
}

const char *tls_suite_name(uint16_t id)
{
	return NAME_IN(suites, id);
}

const char *tls_group_name(uint16_t id)
{
	return NAME_IN(groups, id);
}

const char *tls_signature_name(uint16_t id)
{
	return NAME_IN(signatures, id);
}

enum tls_exchange tls_suite_exchange(uint16_t suite)
{
	const char *name = tls_suite_name(suite);
	return name && strncmp(name, "TLS_RSA_", 8) == 0   ? TLS_EXCHANGE_RSA
	       : name && strncmp(name, "TLS_DHE_", 8) == 0 ? TLS_EXCHANGE_DHE
							   : TLS_EXCHANGE_ECDHE;
}

enum { word_cap = 64 };

// The name, or the number of what has none here.
static const char *word(const char *name, uint32_t id, char text[word_cap])
{
	if (name)
		snprintf(text, word_cap, "%s", name);
	else
		snprintf(text, word_cap, "0x%04x", (unsigned)id);
	return text;
}

// ---- Writing ----

__attribute__((format(printf, 2, 3))) static void say(struct tls_text *text, const char *format, ...)
{
	va_list arguments;
	if (text->n == TLS_TEXT_LINES)
		return;
	va_start(arguments, format);
	vsnprintf(text->lines[text->n++], TLS_TEXT_CAP, format, arguments);
	va_end(arguments);
}

// RFC 8701: values that stand for nothing, sent so that peers learn to ignore what they don't know.
static int is_grease(uint32_t id)
{
	return (id & 0x0f0f) == 0x0a0a && id >> 8 == (id & 0xff);
}

enum { list_cap = 120, most_listed = 3 };

// The first few of a list of numbers by name, in `text`.
static void list_names(struct reader ids, const struct name *names, size_t n_names, char text[list_cap])
{
	char one[word_cap];
	size_t len = 0, n = 0;
	text[0] = '\0';
	while (more(&ids)) {
		const uint32_t id = number(&ids, 2);
		const int signalling = names == suites && (id == 0x00ff || id == 0x5600); // no suites
		if (ids.bad || is_grease(id) || signalling)
			continue;
		if (n++ < most_listed && len < list_cap - word_cap)
			len += (size_t)snprintf(text + len, list_cap - len, "%s%s", len ? ", " : "",
						word(name_in(names, n_names, id), id, one));
	}
	if (n > most_listed && len < list_cap)
		snprintf(text + len, list_cap - len, " and %zu more", n - most_listed);
}

#define LIST_NAMES(ids, names, text) list_names(ids, names, sizeof names / sizeof names[0], text)

// ---- Certificates ----

// The contents of the next DER value (X.690 §8.1), whose tag has to be this one.
static struct reader der(struct reader *r, uint32_t tag)
{
	r->bad |= number(r, 1) != tag;
	uint32_t len = number(r, 1);
	if (len & 0x80) {
		const uint32_t n_bytes = len & 0x7f;
		r->bad |= n_bytes == 0 || n_bytes > 4;
		len = r->bad ? 0 : number(r, n_bytes);
	}
	return take(r, len);
}

static int is_oid(const struct reader *oid, const char *bytes, size_t len)
{
	return oid->left == len && memcmp(oid->at, bytes, len) == 0;
}

#define IS_OID(oid, bytes) is_oid(oid, bytes, sizeof bytes - 1)

// The bits of the modulus in an RSAPublicKey (RFC 8017 §A.1.1); 0 when there is none.
static unsigned rsa_bits(struct reader key)
{
	struct reader sequence = der(&key, 0x30), modulus = der(&sequence, 0x02);
	while (modulus.left > 0 && modulus.at[0] == 0)
		number(&modulus, 1);
	if (modulus.bad || modulus.left == 0 || modulus.left > 4096)
		return 0;
	unsigned bits = (unsigned)(8 * modulus.left);
	for (uint8_t top = modulus.at[0]; !(top & 0x80); top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

const char *tls_certificate_key(const uint8_t *bytes, size_t len, char text[TLS_KEY_CAP])
{
	struct reader all = {bytes, len, 0}, certificate = der(&all, 0x30), body = der(&certificate, 0x30);
	text[0] = '\0';
	if (body.left > 0 && body.at[0] == 0xa0)
		der(&body, 0xa0); // version
	der(&body, 0x02);         // serial number
	for (int i = 0; i < 4; i++)
		der(&body, 0x30); // signature, issuer, validity, subject
	struct reader info = der(&body, 0x30), algorithm = der(&info, 0x30);
	const struct reader oid = der(&algorithm, 0x06);
	if (IS_OID(&oid, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")) {
		struct reader key = der(&info, 0x03);
		number(&key, 1); // unused bits
		const unsigned bits = rsa_bits(key);
		if (bits)
			snprintf(text, TLS_KEY_CAP, "RSA-%u", bits);
	} else if (IS_OID(&oid, "\x2a\x86\x48\xce\x3d\x02\x01")) {
		const struct reader curve = der(&algorithm, 0x06);
		snprintf(text, TLS_KEY_CAP, "ECDSA%s",
			 IS_OID(&curve, "\x2a\x86\x48\xce\x3d\x03\x01\x07") ? " P-256"
			 : IS_OID(&curve, "\x2b\x81\x04\x00\x22")           ? " P-384"
									    : "");
	} else if (IS_OID(&oid, "\x2b\x65\x70")) {
		snprintf(text, TLS_KEY_CAP, "Ed25519");
	}
	return text;
}

// "leaf + intermediate, 2 × RSA-2048"
static void read_certificate(const struct tls_settled *settled, struct reader *r, struct tls_text *text)
{
	const int tls13 = settled->version == 0x0304;
	char key[TLS_KEY_CAP], first[TLS_KEY_CAP] = "";
	size_t n = 0;
	int alike = 1;
	if (tls13)
		vector(r, 1); // request context
	struct reader list = vector(r, 3);
	while (more(&list)) {
		const struct reader one = vector(&list, 3);
		if (tls13)
			vector(&list, 2); // extensions
		tls_certificate_key(one.at, one.left, key);
		if (n++ == 0)
			snprintf(first, sizeof first, "%s", key);
		alike = alike && strcmp(key, first) == 0;
	}
	blame(r, &list);
	const char *of = !first[0] ? "of an unknown kind of key" : alike ? first : "and others";
	if (n == 0)
		say(text, "none");
	else if (n == 1)
		say(text, "leaf, %s", of);
	else
		say(text, "leaf + intermediate%s, %zu × %s", n == 2 ? "" : "s", n, of);
	if (n > 0)
		say(text, "the root is not sent: the other side has and trusts it");
}

// ---- Hellos ----

enum {
	ext_server_name = 0,
	ext_groups = 10,
	ext_signatures = 13,
	ext_ticket = 35,
	ext_psk = 41,
	ext_versions = 43,
	ext_key_share = 51
};

static void say_share(struct tls_text *text, const struct reader *group, const struct reader *key)
{
	char one[word_cap];
	struct reader g = *group;
	const uint16_t id = (uint16_t)number(&g, 2);
	say(text, "key share: %s, %zu bytes", word(tls_group_name(id), id, one), key->left);
}

static const char *version_name(uint32_t version)
{
	return version == 0x0304 ? "TLS 1.3" : version == 0x0303 ? "TLS 1.2" : "another version";
}

static void client_key_shares(struct reader body, struct tls_text *text)
{
	struct reader list = vector(&body, 2);
	while (more(&list)) {
		const struct reader group = take(&list, 2), key = vector(&list, 2);
		if (!list.bad && !is_grease((uint32_t)(group.at[0] << 8 | group.at[1])))
			say_share(text, &group, &key);
	}
}

static void client_psk(struct reader body, struct tls_settled *settled, struct tls_text *text)
{
	struct reader identities = vector(&body, 2);
	const struct reader identity = vector(&identities, 2);
	settled->offers_psk = !identities.bad;
	say(text, "pre-shared key (PSK): a ticket of %zu bytes; the binder proves that the client has its key",
	    identity.left);
}

static void client_extension(uint32_t type, struct reader body, struct tls_settled *settled, struct tls_text *text)
{
	char list[list_cap];
	if (type == ext_server_name) {
		struct reader names = vector(&body, 2);
		const uint32_t kind = number(&names, 1);
		const struct reader name = vector(&names, 2);
		if (!name.bad && kind == 0)
			say(text, "for %.*s", name.left < 100 ? (int)name.left : 100, (const char *)name.at);
	} else if (type == ext_key_share) {
		client_key_shares(body, text);
	} else if (type == ext_groups) {
		LIST_NAMES(vector(&body, 2), groups, list);
		say(text, "groups: %s", list);
	} else if (type == ext_signatures) {
		LIST_NAMES(vector(&body, 2), signatures, list);
		say(text, "signatures: %s", list);
	} else if (type == ext_ticket && body.left > 0) {
		say(text, "ticket of an earlier session, %zu bytes", body.left);
	} else if (type == ext_psk) {
		client_psk(body, settled, text);
	}
}

// Those of this type among a hello's extensions.
static void client_extensions(struct reader *extensions, uint32_t type, struct tls_settled *settled,
			      struct tls_text *text)
{
	struct reader all = *extensions;
	while (more(&all)) {
		const uint32_t found = number(&all, 2);
		const struct reader body = vector(&all, 2);
		if (found == type && !body.bad)
			client_extension(type, body, settled, text);
	}
	blame(extensions, &all);
}

// The newest of the versions that a ClientHello offers.
static uint32_t newest_version(struct reader extensions, uint32_t legacy)
{
	while (more(&extensions)) {
		const uint32_t type = number(&extensions, 2);
		struct reader body = vector(&extensions, 2);
		if (type != ext_versions)
			continue;
		struct reader list = vector(&body, 1);
		uint32_t newest = 0;
		while (more(&list)) {
			const uint32_t version = number(&list, 2);
			newest = !is_grease(version) && version > newest ? version : newest;
		}
		return newest;
	}
	return legacy;
}

static void read_client_hello(struct tls_settled *settled, struct reader *r, struct tls_text *text)
{
	char list[list_cap];
	const uint32_t legacy = number(r, 2);
	take(r, 32); // random
	const struct reader id = vector(r, 1);
	const struct reader offered = vector(r, 2);
	vector(r, 1); // compression
	struct reader extensions = r->left > 0 ? vector(r, 2) : *r;
	if (r->bad)
		return;
	settled->session_id_len = id.left <= sizeof settled->session_id ? (uint8_t)id.left : 0;
	memcpy(settled->session_id, id.at, settled->session_id_len);
	const uint32_t version = newest_version(extensions, legacy);
	LIST_NAMES(offered, suites, list);
	say(text, "offers %s, %s", version_name(version), list);
	client_extensions(&extensions, ext_server_name, settled, text);
	client_extensions(&extensions, version == 0x0304 ? ext_key_share : ext_groups, settled, text);
	client_extensions(&extensions, ext_signatures, settled, text);
	client_extensions(&extensions, version == 0x0304 ? ext_psk : ext_ticket, settled, text);
	if (version != 0x0304 && text->n > 0 && id.left > 0)
		say(text, "session ID, %zu bytes: of an earlier session, or to see that the server takes the ticket",
		    id.left);
	blame(r, &extensions);
}

// RFC 8446 §4.1.3: the random of a HelloRetryRequest.
static const uint8_t retry_random[32] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
					 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
					 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

static void server_extension(uint32_t type, struct reader body, struct tls_settled *settled, struct tls_text *text)
{
	if (type == ext_versions) {
		settled->version = number(&body, 2);
	} else if (type == ext_psk) {
		settled->resumed = 1;
	} else if (type == ext_key_share) {
		const struct reader group = take(&body, 2), key = body.left > 0 ? vector(&body, 2) : body;
		if (group.bad || key.bad)
			return;
		settled->group = (uint16_t)(group.at[0] << 8 | group.at[1]);
		say_share(text, &group, &key);
	}
}

static void read_server_hello(struct tls_settled *settled, struct reader *r, struct tls_text *text)
{
	char one[word_cap];
	const uint32_t version = number(r, 2);
	const struct reader random = take(r, 32), id = vector(r, 1);
	const uint16_t suite = (uint16_t)number(r, 2);
	number(r, 1); // compression
	struct reader extensions = r->left > 0 ? vector(r, 2) : *r;
	if (r->bad)
		return;
	const int retry = memcmp(random.at, retry_random, sizeof retry_random) == 0;
	struct tls_text shares = {.n = 0};
	settled->suite = suite;
	settled->version = version;
	settled->group = 0;
	settled->retry = retry;
	while (more(&extensions)) {
		const uint32_t type = number(&extensions, 2);
		server_extension(type, vector(&extensions, 2), settled, &shares);
	}
	blame(r, &extensions);
	if (settled->version != 0x0304) // RFC 5246 §7.3: resumed when the server repeats the session ID
		settled->resumed = id.left > 0 && id.left == settled->session_id_len &&
				   memcmp(id.at, settled->session_id, id.left) == 0;
	if (retry)
		text->name = "HelloRetryRequest";
	say(text, "%s %s, %s", retry ? "asks again, for" : "chooses", version_name(settled->version),
	    word(tls_suite_name(suite), suite, one));
	if (shares.n > 0)
		say(text, "%s", shares.lines[0]);
	if (settled->resumed && settled->version == 0x0304)
		say(text, "takes the PSK: no certificate is needed%s",
		    settled->group ? "" : ", and there is no key exchange");
	else if (settled->resumed)
		say(text, "takes up the earlier session: no certificate, no key exchange");
	else if (settled->version != 0x0304 && id.left > 0)
		say(text, "gives the session an ID, to resume it by");
}

static void read_encrypted_extensions(struct reader *r, struct tls_text *text)
{
	struct reader extensions = vector(r, 2);
	char one[word_cap];
	size_t n = 0;
	while (more(&extensions)) {
		const uint32_t type = number(&extensions, 2);
		vector(&extensions, 2);
		if (type == ext_groups)
			say(text, "the groups that the server would rather have had");
		else if (type == ext_server_name)
			say(text, "knows the name that was asked for");
		else
			say(text, "extension %s", word(NULL, type, one));
		n++;
	}
	blame(r, &extensions);
	if (n == 0)
		say(text, "nothing to add");
}

// ---- Key exchange of TLS 1.2 ----

static void read_server_key_exchange(struct tls_settled *settled, struct reader *r, struct tls_text *text)
{
	char one[word_cap];
	if (tls_suite_exchange(settled->suite) == TLS_EXCHANGE_DHE) {
		const struct reader prime = vector(r, 2);
		vector(r, 2); // generator
		const struct reader key = vector(r, 2);
		say(text, "finite-field Diffie-Hellman, prime of %zu bits; public key, %zu bytes", 8 * prime.left,
		    key.left);
	} else {
		r->bad |= number(r, 1) != 3; // named_curve
		const uint16_t group = (uint16_t)number(r, 2);
		const struct reader key = vector(r, 1);
		settled->group = r->bad ? 0 : group;
		say(text, "public key: %s, %zu bytes", word(tls_group_name(group), group, one), key.left);
	}
	const uint16_t signature = (uint16_t)number(r, 2);
	vector(r, 2);
	say(text, "signed with %s: proves that the server has the leaf's private key",
	    word(tls_signature_name(signature), signature, one));
}

static void read_client_key_exchange(const struct tls_settled *settled, struct reader *r, struct tls_text *text)
{
	char one[word_cap];
	switch (tls_suite_exchange(settled->suite)) {
	case TLS_EXCHANGE_RSA:
		say(text, "the premaster secret, encrypted to the leaf's RSA key, %zu bytes", vector(r, 2).left);
		say(text, "no forward secrecy: whoever gets that private key later can read all of it");
		break;
	case TLS_EXCHANGE_DHE:
		say(text, "public key, %zu bytes", vector(r, 2).left);
		break;
	case TLS_EXCHANGE_ECDHE:
		say(text, "public key: %s, %zu bytes", word(tls_group_name(settled->group), settled->group, one),
		    vector(r, 1).left);
		break;
	}
}

// ---- The others ----

static void read_certificate_request(const struct tls_settled *settled, struct reader *r, struct tls_text *text)
{
	char list[list_cap];
	if (settled->version == 0x0304) {
		vector(r, 1); // context
		struct reader extensions = vector(r, 2);
		say(text, "asks for the client's certificate");
		while (more(&extensions)) {
			const uint32_t type = number(&extensions, 2);
			struct reader body = vector(&extensions, 2);
			if (type != ext_signatures)
				continue;
			LIST_NAMES(vector(&body, 2), signatures, list);
			say(text, "signatures: %s", list);
		}
		blame(r, &extensions);
		return;
	}
	vector(r, 1); // certificate types
	const struct reader algorithms = vector(r, 2);
	vector(r, 2); // authorities
	LIST_NAMES(algorithms, signatures, list);
	say(text, "asks for the client's certificate");
	say(text, "signatures: %s", list);
}

static void read_certificate_verify(int by_server, struct reader *r, struct tls_text *text)
{
	char one[word_cap];
	const uint16_t signature = (uint16_t)number(r, 2);
	const struct reader bytes = vector(r, 2);
	say(text, "%s over the transcript, %zu bytes", word(tls_signature_name(signature), signature, one), bytes.left);
	say(text, "proves that the %s has the leaf's private key", by_server ? "server" : "client");
}

static void read_finished(const struct tls_settled *settled, int by_server, struct reader *r, struct tls_text *text)
{
	const struct reader mac = take(r, r->left);
	say(text, "MAC over the transcript, %zu bytes: nobody changed a message on its way", mac.left);
	if (by_server && settled->version == 0x0303 && !settled->resumed &&
	    tls_suite_exchange(settled->suite) == TLS_EXCHANGE_RSA)
		say(text, "proves the server: only the leaf's private key gives the premaster secret");
	else if (by_server && settled->resumed)
		say(text, "proves the server: it has the key of the earlier session");
}

static void read_ticket(const struct tls_settled *settled, struct reader *r, struct tls_text *text)
{
	const int tls13 = settled->version == 0x0304;
	const uint32_t seconds = number(r, 4);
	if (tls13) {
		number(r, 4); // age_add
		vector(r, 1); // nonce
	}
	const struct reader ticket = vector(r, 2);
	if (tls13)
		vector(r, 2); // extensions
	say(text, "%s, %zu bytes, good for %g hours", tls13 ? "names a PSK for later" : "the session, sealed",
	    ticket.left, seconds / 3600.0);
}

// What the body carries. Whatever it leaves unread is too much.
static void read_body(struct tls_settled *settled, int by_server, uint8_t type, struct reader *r, struct tls_text *text)
{
	switch (type) {
	case TLS_CLIENT_HELLO:
		read_client_hello(settled, r, text);
		break;
	case TLS_SERVER_HELLO:
		read_server_hello(settled, r, text);
		break;
	case TLS_ENCRYPTED_EXTENSIONS:
		read_encrypted_extensions(r, text);
		break;
	case TLS_CERTIFICATE:
		read_certificate(settled, r, text);
		break;
	case TLS_SERVER_KEY_EXCHANGE:
		read_server_key_exchange(settled, r, text);
		break;
	case TLS_CERTIFICATE_REQUEST:
		read_certificate_request(settled, r, text);
		break;
	case TLS_SERVER_HELLO_DONE:
		say(text, "that was all: the client's turn");
		break;
	case TLS_CERTIFICATE_VERIFY:
		read_certificate_verify(by_server, r, text);
		break;
	case TLS_CLIENT_KEY_EXCHANGE:
		read_client_key_exchange(settled, r, text);
		break;
	case TLS_FINISHED:
		read_finished(settled, by_server, r, text);
		break;
	case TLS_NEW_SESSION_TICKET:
		read_ticket(settled, r, text);
		break;
	default:
		take(r, r->left);
		break;
	}
}

int tls_message_read(struct tls_settled *settled, int by_server, const uint8_t *data, size_t len, struct tls_text *text)
{
	struct reader r = {data, len, 0};
	const uint8_t type = (uint8_t)number(&r, 1);
	const uint32_t body_len = number(&r, 3);
	*text = (struct tls_text){.name = NAME_IN(messages, type)};
	if (!text->name || len == 0)
		text->name = "an unknown message";
	r.bad |= body_len != r.left;
	if (!r.bad)
		read_body(settled, by_server, type, &r, text);
	if (!r.bad && r.left == 0)
		return 0;
	text->n = 0;
	say(text, "malformed: it does not add up to its %zu bytes", len);
	return -1;
}
