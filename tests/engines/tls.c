// SPDX-License-Identifier: MIT
// Handshakes between every client and every server, of every kind that both have; chains that a client, or a server
// that asks for one, must refuse.

#include "../../bench/tls_kinds.h"
#include "engines.h"

#include <time.h>

enum { max_der = 8192, max_flight = 32768, max_session = 32768, day = 86400, hour = 3600 };
static const char host_name[] = "bench.lanecrypt.example";

struct chain {
	uint8_t bytes[4][max_der];
	struct lane_engine_der sent[2], root, private_key;
};

static struct offer offers[max_offers];
static size_t n_offers;
static const struct offer *maker; // of chains

// tls_kinds.c asks for it: no filter is used here.
int bench_filter_passes(const struct bench_filter *filter, const char *name)
{
	(void)name;
	return filter->n == 0;
}

// ---- Keys and chains ----

// The i-th key of a type, made once: RSA keys take a while.
static struct lane_engine_der key_at(const char *type, size_t i)
{
	enum { max_keys = 48 };
	static struct key {
		const char *type;
		size_t i, len;
		uint8_t der[max_der];
	} keys[max_keys];
	struct key *key = keys;
	while (key->type && (strcmp(key->type, type) != 0 || key->i != i))
		assert_true(++key < keys + max_keys);
	const struct lane_loaded_engine *const engine = maker->engine;
	for (size_t k = 0; !key->type && k < engine->n_pk; k++) {
		const struct lane_engine_pk *const pk = &engine->pk[k];
		void *made;
		if (strcmp(pk->key_type, type) != 0 || !pk->generate || !pk->export_private ||
		    pk->generate(object_of(engine), pk, &made) != LANE_ENGINE_OK)
			continue;
		if (pk->export_private(made, key->der, max_der, &key->len) == LANE_ENGINE_OK) {
			key->type = type;
			key->i = i;
		}
		pk->key_free(made);
	}
	at("a key of type %s", type);
	assert_non_null(key->type);
	return (struct lane_engine_der){key->der, key->len};
}

// Whose, how long it is valid, and by which three keys.
struct making {
	const char *key_type;
	int client;
	int64_t not_before, not_after;
	size_t keys[3]; // root, intermediate, leaf: different ones, for some libraries know an issuer by its key
};

static void make_chain(struct chain *c, const struct making *m)
{
	const struct lane_engine_chain_input input = {.struct_size = sizeof input,
						      .client = (uint32_t)m->client,
						      .key_type = m->key_type,
						      .host_name = host_name,
						      .not_before = (int64_t)time(NULL) + m->not_before,
						      .not_after = (int64_t)time(NULL) + m->not_after,
						      .private_keys = {key_at(m->key_type, m->keys[0]),
								       key_at(m->key_type, m->keys[1]),
								       key_at(m->key_type, m->keys[2])}};
	struct lane_engine_chain out = {.struct_size = sizeof out,
					.root = {.data = c->bytes[0], .cap = max_der},
					.intermediate = {.data = c->bytes[1], .cap = max_der},
					.leaf = {.data = c->bytes[2], .cap = max_der},
					.leaf_private_key = {.data = c->bytes[3], .cap = max_der}};
	const struct lane_engine_tls *const tls = maker->item;
	assert_int_equal(tls->chain_make(object_of(maker->engine), &input, &out), LANE_ENGINE_OK);
	c->root = (struct lane_engine_der){c->bytes[0], out.root.len};
	c->sent[0] = (struct lane_engine_der){c->bytes[2], out.leaf.len};
	c->sent[1] = (struct lane_engine_der){c->bytes[1], out.intermediate.len};
	c->private_key = (struct lane_engine_der){c->bytes[3], out.leaf_private_key.len};
}

// ---- Parties ----

// A side of handshakes, of one engine.
struct party {
	const struct lane_engine_tls *tls;
	void *identity, *config, *connection;
};

// own: NULL for a client that has none; peer: whose root it trusts, NULL for a server that asks for none. Without a
// configuration where that root is refused already.
static struct party party_new(const struct offer *o, const struct tls_kind *kind, enum lane_engine_side side,
			      const struct chain *own, const struct chain *peer, const char *name)
{
	struct party p = {.tls = o->item};
	struct lane_engine_tls_input input = {.struct_size = sizeof input,
					      .side = side,
					      .version = kind->version,
					      .resume = kind->resume,
					      .client_auth = kind->client_auth != 0,
					      .suite = kind->suite,
					      .group = kind->group,
					      .signature = kind->signature,
					      .host_name = name};
	if (own) {
		const struct lane_engine_identity_input identity = {.struct_size = sizeof identity,
								    .n_certificates = 2,
								    .certificates = own->sent,
								    .private_key = own->private_key};
		assert_int_equal(p.tls->identity_new(object_of(o->engine), &identity, &p.identity), LANE_ENGINE_OK);
		input.identity = p.identity;
	}
	if (peer)
		input.root = peer->root;
	const int status = p.tls->config_new(object_of(o->engine), &input, &p.config);
	assert_true(status == LANE_ENGINE_OK ? p.config != NULL : status == LANE_ENGINE_REFUSED && !p.config);
	return p;
}

static void connect_to(struct party *p, const uint8_t *session, size_t session_len)
{
	if (p->connection)
		p->tls->connection_free(p->connection);
	assert_int_equal(p->tls->connection_new(p->config, session, session_len, &p->connection), LANE_ENGINE_OK);
}

static void party_free(struct party *p)
{
	if (p->connection)
		p->tls->connection_free(p->connection);
	if (p->config)
		p->tls->config_free(p->config);
	if (p->identity)
		p->tls->identity_free(p->identity);
}

// The first flight of the server in the handshake before.
static uint8_t server_flight[max_flight];
static size_t server_flight_len;

// Flights back and forth until both are done: OK, or what the first side to object said.
static int shake_hands(struct party *client, struct party *server)
{
	static uint8_t flights[2][max_flight];
	struct party *sides[2] = {client, server};
	size_t len = 0;
	int done[2] = {0, 0};
	for (int turn = 0; turn < 12; turn++) {
		const int me = turn % 2;
		size_t out_len = 0;
		const int status = sides[me]->tls->step(sides[me]->connection, flights[1 - me], len, flights[me],
							max_flight, &out_len, &done[me]);
		if (status != LANE_ENGINE_OK)
			return status;
		len = out_len;
		if (turn == 1)
			memcpy(server_flight, flights[1], server_flight_len = len);
		if (done[0] && done[1] && len == 0)
			return LANE_ENGINE_OK;
	}
	return done[0] && done[1] ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

// ---- What was negotiated ----

static void check_info(struct party *p, const struct tls_kind *kind, enum lane_engine_side side, int resumed)
{
	struct lane_engine_tls_info info = {.struct_size = sizeof info};
	const int client = side == LANE_ENGINE_CLIENT;
	const int exchanged = !resumed || tls_kind_has_group(kind);
	assert_int_equal(p->tls->info(p->connection, &info), LANE_ENGINE_OK);
	assert_int_equal(info.version, kind->version);
	assert_string_equal(info.suite, kind->suite);
	assert_int_equal(info.resumed, resumed);
	assert_int_equal(info.peer_verified, client || kind->client_auth);
	if (exchanged && kind->group)
		assert_string_equal(info.group, kind->group);
	if (!resumed && kind->signature && (client ? !kind->key_transport : kind->client_auth))
		assert_string_equal(info.signature, kind->signature);
}

// A handshake message of the server's first flight: its body, or NULL. Records of type 22 may have several, or parts.
static const uint8_t *server_message(uint8_t type, size_t *len)
{
	static uint8_t messages[max_flight];
	size_t n = 0;
	for (size_t i = 0; i + 5 <= server_flight_len && server_flight[i] == 22;) {
		const size_t record_len = (size_t)server_flight[i + 3] << 8 | server_flight[i + 4];
		assert_true(record_len <= server_flight_len - i - 5);
		memcpy(messages + n, server_flight + i + 5, record_len);
		n += record_len;
		i += 5 + record_len;
	}
	for (size_t i = 0; i + 4 <= n; i += 4 + *len) {
		*len = (size_t)messages[i + 1] << 16 | (size_t)messages[i + 2] << 8 | messages[i + 3];
		assert_true(*len <= n - i - 4);
		if (messages[i] == type)
			return messages + i + 4;
	}
	return NULL;
}

// RFC 8446 §4.1.3: version, random, session ID, suite and compression are ahead of the extensions.
static int server_hello_has(uint16_t extension)
{
	size_t len;
	const uint8_t *at = server_message(2, &len), *end = at + len;
	assert_true(at && len > 2 + 32 && len >= (size_t)at[34] + 40);
	at += 2 + 32 + 1 + at[34] + 3;
	const uint8_t *last = at + 2 + (at[0] << 8 | at[1]);
	assert_true(last <= end);
	for (at += 2; at + 4 <= last; at += 4 + (at[2] << 8 | at[3]))
		if ((at[0] << 8 | at[1]) == extension)
			return 1;
	return 0;
}

// On the wire, since a library might tell what was asked for.
static void check_psk(const struct tls_kind *kind, int resumed)
{
	enum { pre_shared_key = 41, key_share = 51 };
	if (kind->version != LANE_ENGINE_TLS13)
		return;
	assert_int_equal(server_hello_has(pre_shared_key), resumed);
	assert_int_equal(server_hello_has(key_share), !resumed || kind->resume != LANE_ENGINE_TLS_RESUME_PSK_KE);
}

// RFC 5246 §7.4.3: the prime is what ServerKeyExchange begins with.
static void check_finite_field(const struct tls_kind *kind, int resumed)
{
	size_t len;
	if (resumed || strncmp(kind->suite, "TLS_DHE_", 8) != 0)
		return;
	const uint8_t *const exchange = server_message(12, &len);
	assert_true(exchange && len > 2 + 256);
	assert_int_equal(exchange[0] << 8 | exchange[1], 2048 / 8);
	assert_true(exchange[2] >= 0x80);
}

static void check_data(struct party *from, struct party *to)
{
	static uint8_t message[10000], records[max_flight], got[max_flight];
	size_t records_len, got_len;
	random_bytes(message, sizeof message);
	assert_int_equal(
		from->tls->write(from->connection, message, sizeof message, records, sizeof records, &records_len),
		LANE_ENGINE_OK);
	assert_true(records_len > sizeof message);
	assert_int_equal(to->tls->read(to->connection, records, records_len, got, sizeof got, &got_len),
			 LANE_ENGINE_OK);
	assert_int_equal(got_len, sizeof message);
	check_equal(got, message, sizeof message, "application data");
}

static void shake_and_check(struct party *client, struct party *server, const struct tls_kind *kind, int resumed)
{
	assert_int_equal(shake_hands(client, server), LANE_ENGINE_OK);
	check_info(client, kind, LANE_ENGINE_CLIENT, resumed);
	check_info(server, kind, LANE_ENGINE_SERVER, resumed);
	check_psk(kind, resumed);
	check_finite_field(kind, resumed);
	check_data(client, server);
	check_data(server, client);
}

// Full, and where the kind is a resumption, twice again by what the first gave.
static void meet(struct party *client, struct party *server, const struct tls_kind *kind)
{
	static uint8_t session[max_session];
	size_t session_len = 0;
	connect_to(client, NULL, 0);
	connect_to(server, NULL, 0);
	shake_and_check(client, server, kind, 0);
	if (kind->resume == LANE_ENGINE_TLS_RESUME_NONE)
		return;
	assert_int_equal(client->tls->session_export(client->connection, session, sizeof session, &session_len),
			 LANE_ENGINE_OK);
	assert_true(session_len > 0);
	for (int i = 0; i < 2; i++) {
		connect_to(client, session, session_len);
		connect_to(server, NULL, 0);
		shake_and_check(client, server, kind, 1);
	}
}

static int lists(const char *list, const char *name)
{
	const size_t len = strlen(name);
	for (const char *at = list; *at; at += strcspn(at, ",")) {
		at += strspn(at, ", ");
		if (strcspn(at, ", ") == len && strncmp(at, name, len) == 0)
			return 1;
	}
	return 0;
}

static int offered(const struct offer *o, const struct tls_kind *kind)
{
	const struct lane_engine_tls *tls = o->item;
	return lists(tls->suites, kind->suite) && (!kind->group || lists(tls->groups, kind->group)) &&
	       (!kind->signature || lists(tls->signatures, kind->signature)) &&
	       (!tls->resumptions || tls->resumptions >> kind->resume & 1);
}

// The next after the i-th that has the kind; that one, when there is no other.
static size_t next_with(size_t i, const struct tls_kind *kind)
{
	size_t next = i;
	do
		next = (next + 1) % n_offers;
	while (next != i && !offered(&offers[next], kind));
	return next;
}

// The chains of a kind, made when its key type is another than the last's.
static void chains_for(const struct tls_kind *kind, struct chain *server, struct chain *client)
{
	static const char *made;
	if (made && strcmp(made, kind->key_type) == 0)
		return;
	made = kind->key_type;
	make_chain(server, &(struct making){made, 0, -day, day, {0, 1, 2}});
	make_chain(client, &(struct making){made, 1, -day, day, {0, 1, 2}});
}

// With big RSA keys, which take long, each client meets one server only, another library's where there is one.
static int meets(size_t client, size_t server, const struct tls_kind *kind)
{
	const int big = strcmp(kind->key_type, "RSA-3072") == 0 || strcmp(kind->key_type, "RSA-4096") == 0;
	return offered(&offers[server], kind) && (!big || server == next_with(client, kind));
}

static void every_client_with_every_server(void)
{
	static struct chain chain, client_chain;
	const struct tls_kind *kind;
	for (size_t k = 0; (kind = tls_kind_at(k)); k++) {
		const struct chain *const asked = kind->client_auth ? &client_chain : NULL;
		for (size_t c = 0; c < n_offers; c++) {
			if (!offered(&offers[c], kind))
				continue;
			chains_for(kind, &chain, &client_chain);
			at("%s: client %s", kind->name, offers[c].name);
			struct party client = party_new(&offers[c], kind, LANE_ENGINE_CLIENT, asked, &chain, host_name);
			for (size_t s = 0; s < n_offers; s++) {
				if (!meets(c, s, kind))
					continue;
				at("%s: client %s, server %s", kind->name, offers[c].name, offers[s].name);
				struct party server =
					party_new(&offers[s], kind, LANE_ENGINE_SERVER, &chain, asked, NULL);
				meet(&client, &server, kind);
				party_free(&server);
			}
			party_free(&client);
		}
	}
}

// Their engines say, and what they say they do: each has some kinds, and lacks none that it claims.
static void every_engine_has_kinds(void)
{
	for (size_t o = 0; o < n_offers; o++) {
		const struct tls_kind *kind;
		size_t n = 0;
		for (size_t k = 0; (kind = tls_kind_at(k)); k++)
			n += offered(&offers[o], kind) != 0;
		at("%s has %zu kinds of handshake", offers[o].name, n);
		assert_true(n >= 40);
	}
}

// ---- What must be refused ----

static const char *const refusing[] = {"TLS 1.2 RSA-2048 key transport", "TLS 1.2 X25519 RSA-2048",
				       "TLS 1.2 X25519 ECDSA-P256",      "TLS 1.3 X25519 RSA-2048",
				       "TLS 1.3 X25519 ECDSA-P256",      "TLS 1.3 X25519 Ed25519"};

// A chain and what is wrong with it.
struct bad {
	const struct chain *chain;
	struct lane_engine_der root;
	const char *name, *why;
};

static void check_refused(const struct tls_kind *kind, const struct bad *bad)
{
	for (size_t c = 0; c < n_offers; c++) {
		const size_t s = next_with(c, kind);
		if (!offered(&offers[c], kind))
			continue;
		at("%s: client %s accepts %s", kind->name, offers[c].name, bad->why);
		const struct chain trusted = {.root = bad->root};
		struct party server = party_new(&offers[s], kind, LANE_ENGINE_SERVER, bad->chain, NULL, NULL);
		struct party client = party_new(&offers[c], kind, LANE_ENGINE_CLIENT, NULL, &trusted, bad->name);
		if (client.config) {
			connect_to(&client, NULL, 0);
			connect_to(&server, NULL, 0);
			assert_int_equal(shake_hands(&client, &server), LANE_ENGINE_REFUSED);
		}
		party_free(&client);
		party_free(&server);
	}
}

static void wrong_chains_are_refused(void)
{
	static struct chain good, other, expired, future, crossed, clients;
	static uint8_t forged[max_der];
	for (size_t k = 0; k < sizeof refusing / sizeof refusing[0]; k++) {
		const struct tls_kind *const kind = tls_kind_named(refusing[k]);
		const char *const type = kind->key_type;
		at("chains of %s", type);
		make_chain(&good, &(struct making){type, 0, -day, day, {0, 1, 2}});
		make_chain(&other, &(struct making){type, 0, -day, day, {3, 4, 5}});
		make_chain(&expired, &(struct making){type, 0, -2 * day, -hour, {0, 1, 2}});
		make_chain(&future, &(struct making){type, 0, hour, day, {0, 1, 2}});
		make_chain(&clients, &(struct making){type, 1, -day, day, {0, 1, 2}});
#define REFUSED(...) check_refused(kind, &(struct bad){__VA_ARGS__})
		REFUSED(&good, good.root, "other.lanecrypt.example", "a wrong name");
		REFUSED(&good, other.root, host_name, "a foreign root");
		REFUSED(&expired, expired.root, host_name, "an expired chain");
		REFUSED(&future, future.root, host_name, "a chain of tomorrow");
		REFUSED(&clients, clients.root, host_name, "a client's chain");
		crossed = good;
		crossed.sent[0] = good.sent[0];
		crossed.sent[1] = other.sent[1];
		REFUSED(&crossed, good.root, host_name, "a foreign intermediate");
		for (size_t i = 0; i < 2; i++) { // the last byte is the signature's
			crossed = good;
			memcpy(forged, good.sent[i].data, good.sent[i].len);
			forged[good.sent[i].len - 1] ^= 1;
			crossed.sent[i].data = forged;
			REFUSED(&crossed, good.root, host_name,
				i == 0 ? "a leaf with a wrong signature" : "an intermediate with a wrong signature");
		}
#undef REFUSED
	}
}

// No handshake comes about with a server that is this identity: libraries refuse to be it, or their client finds out.
static void check_impostor(const struct tls_kind *kind, const struct lane_engine_identity_input *identity,
			   const struct chain *trusted, const char *what)
{
	for (size_t s = 0; s < n_offers; s++) {
		if (!offered(&offers[s], kind))
			continue;
		const size_t c = next_with(s, kind);
		at("%s: server %s, client %s: %s", kind->name, offers[s].name, offers[c].name, what);
		struct party server = {.tls = offers[s].item};
		struct party client = party_new(&offers[c], kind, LANE_ENGINE_CLIENT, NULL, trusted, host_name);
		struct lane_engine_tls_input input = {.struct_size = sizeof input,
						      .side = LANE_ENGINE_SERVER,
						      .version = kind->version,
						      .suite = kind->suite,
						      .group = kind->group,
						      .signature = kind->signature};
		struct lane_engine_object *const object = object_of(offers[s].engine);
		int status = server.tls->identity_new(object, identity, &server.identity);
		input.identity = server.identity;
		if (status == LANE_ENGINE_OK)
			status = server.tls->config_new(object, &input, &server.config);
		if (status == LANE_ENGINE_OK) {
			connect_to(&client, NULL, 0);
			connect_to(&server, NULL, 0);
			status = shake_hands(&client, &server);
		}
		assert_int_not_equal(status, LANE_ENGINE_OK);
		party_free(&client);
		party_free(&server);
	}
}

static void impostors_are_refused(void)
{
	static struct chain good, other;
	for (size_t k = 0; k < sizeof refusing / sizeof refusing[0]; k++) {
		const struct tls_kind *const kind = tls_kind_named(refusing[k]);
		make_chain(&good, &(struct making){kind->key_type, 0, -day, day, {0, 1, 2}});
		make_chain(&other, &(struct making){kind->key_type, 0, -day, day, {3, 4, 5}});
		struct lane_engine_identity_input identity = {.struct_size = sizeof identity,
							      .n_certificates = 2,
							      .certificates = good.sent,
							      .private_key = key_at(kind->key_type, 5)};
		check_impostor(kind, &identity, &good, "the key of another certificate");
		identity = (struct lane_engine_identity_input){.struct_size = sizeof identity,
							       .n_certificates = 1,
							       .certificates = &other.root,
							       .private_key = key_at(kind->key_type, 3)};
		check_impostor(kind, &identity, &good, "a self-signed certificate");
	}
}

// The server must refuse, and a client that was done before it hears of it.
static void check_client_refused(const struct tls_kind *kind, const struct chain *own, struct lane_engine_der root,
				 const char *why)
{
	static struct chain chain;
	make_chain(&chain, &(struct making){kind->key_type, 0, -day, day, {0, 1, 2}});
	for (size_t s = 0; s < n_offers; s++) {
		const size_t c = next_with(s, kind);
		if (!offered(&offers[s], kind))
			continue;
		at("%s: server %s accepts %s", kind->name, offers[s].name, why);
		const struct chain trusted = {.root = root};
		struct party server = party_new(&offers[s], kind, LANE_ENGINE_SERVER, &chain, &trusted, NULL);
		struct party client = party_new(&offers[c], kind, LANE_ENGINE_CLIENT, own, &chain, host_name);
		int status = LANE_ENGINE_REFUSED;
		if (server.config) {
			connect_to(&client, NULL, 0);
			connect_to(&server, NULL, 0);
			status = shake_hands(&client, &server);
		}
		if (own)
			assert_int_equal(status, LANE_ENGINE_REFUSED);
		else
			assert_int_not_equal(status, LANE_ENGINE_OK);
		party_free(&client);
		party_free(&server);
	}
}

static void wrong_clients_are_refused(void)
{
	static const char *const names[] = {"TLS 1.2 RSA-2048 key transport client authentication",
					    "TLS 1.2 X25519 ECDSA-P256 client authentication",
					    "TLS 1.3 X25519 RSA-2048 client authentication",
					    "TLS 1.3 X25519 ECDSA-P256 client authentication"};
	static struct chain good, other, expired, servers;
	for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
		const struct tls_kind *const kind = tls_kind_named(names[k]);
		const char *const type = kind->key_type;
		make_chain(&good, &(struct making){type, 1, -day, day, {0, 1, 2}});
		make_chain(&other, &(struct making){type, 1, -day, day, {3, 4, 5}});
		make_chain(&expired, &(struct making){type, 1, -2 * day, -hour, {0, 1, 2}});
		make_chain(&servers, &(struct making){type, 0, -day, day, {0, 1, 2}});
		check_client_refused(kind, &good, other.root, "a foreign root");
		check_client_refused(kind, &expired, expired.root, "an expired chain");
		check_client_refused(kind, &servers, servers.root, "a server's chain");
		check_client_refused(kind, NULL, good.root, "a client without a certificate");
	}
}

static void certificates_are_decoded(void)
{
	static const char *const types[] = {"RSA-2048", "P-256", "P-384", "Ed25519"};
	static struct chain chain;
	for (size_t k = 0; k < sizeof types / sizeof types[0]; k++) {
		make_chain(&chain, &(struct making){types[k], 0, -day, day, {0, 1, 2}});
		for (size_t i = 0; i < n_offers; i++) {
			const struct lane_engine_tls *const tls = offers[i].item;
			struct lane_engine_object *const object = object_of(offers[i].engine);
			if (!tls->certificate_decode)
				continue;
			at("%s decodes %s", offers[i].name, types[k]);
			for (size_t c = 0; c < 2; c++) {
				const struct lane_engine_der *const der = &chain.sent[c];
				assert_int_equal(tls->certificate_decode(object, der->data, der->len), LANE_ENGINE_OK);
				for (size_t len = 0; len < der->len; len += 1 + der->len / 16)
					assert_int_equal(tls->certificate_decode(object, der->data, len),
							 LANE_ENGINE_FAILED);
			}
		}
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: test-engines-tls FOLDER forwards|backwards\n");
		return 2;
	}
	engines_load(argv[1], strcmp(argv[2], "backwards") == 0);
	n_offers = offers_of("tls", "TLS", offers);
	if (n_offers == 0) {
		printf("skipped: no engine here has TLS\n");
		return TEST_SKIPPED;
	}
	for (size_t i = 0; i < n_offers && !maker; i++)
		maker = ((const struct lane_engine_tls *)offers[i].item)->chain_make ? &offers[i] : NULL;
	assert_non_null(maker);
	const struct CMUnitTest tests[] = {TEST(every_engine_has_kinds),    TEST(every_client_with_every_server),
					   TEST(wrong_chains_are_refused),  TEST(impostors_are_refused),
					   TEST(wrong_clients_are_refused), TEST(certificates_are_decoded)};
	return cmocka_run_group_tests_name("TLS", tests, NULL, NULL);
}
