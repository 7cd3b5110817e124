// SPDX-License-Identifier: MIT
// Handshakes between every client and every server, and chains that a client must refuse.

#include "engines.h"

#include <time.h>

enum { max_der = 8192, max_flight = 32768, day = 86400, hour = 3600 };
static const char host_name[] = "bench.lanecrypt.example";

struct chain {
	uint8_t bytes[4][max_der];
	struct lane_engine_der sent[2], root, private_key;
};

struct kind {
	uint32_t version;
	const char *suite, *group, *signature, *key_type;
};

static const struct kind kinds[] = {
	{LANE_ENGINE_TLS12, "TLS_RSA_WITH_AES_128_GCM_SHA256", NULL, NULL, "RSA-2048"},
	{LANE_ENGINE_TLS12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519", "rsa_pss_rsae_sha256", "RSA-2048"},
	{LANE_ENGINE_TLS12, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "X25519", "ecdsa_secp256r1_sha256", "P-256"},
	{LANE_ENGINE_TLS13, "TLS_AES_128_GCM_SHA256", "X25519", "rsa_pss_rsae_sha256", "RSA-2048"},
	{LANE_ENGINE_TLS13, "TLS_AES_128_GCM_SHA256", "X25519", "ecdsa_secp256r1_sha256", "P-256"},
};

static struct offer offers[max_offers];
static size_t n_offers;
static const struct offer *maker; // of chains

static const struct lane_engine_tls *tls_of(const struct offer *o)
{
	return o->item;
}

static int offers_kind(const struct offer *o, const struct kind *kind)
{
	return strstr(tls_of(o)->suites, kind->suite) != NULL;
}

static void make_chain(struct chain *c, const char *key_type, int64_t not_before, int64_t not_after)
{
	const struct lane_engine_chain_input input = {.struct_size = sizeof input,
						      .key_type = key_type,
						      .host_name = host_name,
						      .not_before = not_before,
						      .not_after = not_after};
	struct lane_engine_chain out = {.struct_size = sizeof out,
					.root = {.data = c->bytes[0], .cap = max_der},
					.intermediate = {.data = c->bytes[1], .cap = max_der},
					.leaf = {.data = c->bytes[2], .cap = max_der},
					.leaf_private_key = {.data = c->bytes[3], .cap = max_der}};
	assert_non_null(maker);
	assert_int_equal(tls_of(maker)->chain_make(object_of(maker->engine), &input, &out), LANE_ENGINE_OK);
	c->root = (struct lane_engine_der){c->bytes[0], out.root.len};
	c->sent[0] = (struct lane_engine_der){c->bytes[2], out.leaf.len};
	c->sent[1] = (struct lane_engine_der){c->bytes[1], out.intermediate.len};
	c->private_key = (struct lane_engine_der){c->bytes[3], out.leaf_private_key.len};
}

// The two sides of a handshake between two engines.
struct party {
	const struct lane_engine_tls *tls;
	void *identity, *config, *connection;
};

static struct lane_engine_tls_input input_for(const struct kind *kind, enum lane_engine_side side)
{
	return (struct lane_engine_tls_input){.struct_size = sizeof(struct lane_engine_tls_input),
					      .side = side,
					      .version = kind->version,
					      .suite = kind->suite,
					      .group = kind->group,
					      .signature = kind->signature};
}

static struct party server_new(const struct offer *o, const struct kind *kind, const struct chain *chain)
{
	struct party p = {.tls = o->item};
	const struct lane_engine_identity_input identity = {.struct_size = sizeof identity,
							    .n_certificates = 2,
							    .certificates = chain->sent,
							    .private_key = chain->private_key};
	struct lane_engine_tls_input input = input_for(kind, LANE_ENGINE_SERVER);
	assert_int_equal(p.tls->identity_new(object_of(o->engine), &identity, &p.identity), LANE_ENGINE_OK);
	input.identity = p.identity;
	assert_int_equal(p.tls->config_new(object_of(o->engine), &input, &p.config), LANE_ENGINE_OK);
	assert_int_equal(p.tls->connection_new(p.config, NULL, 0, &p.connection), LANE_ENGINE_OK);
	return p;
}

// Without a connection where the root is refused already.
static struct party client_new(const struct offer *o, const struct kind *kind, const char *name,
			       struct lane_engine_der root)
{
	struct party p = {.tls = o->item};
	struct lane_engine_tls_input input = input_for(kind, LANE_ENGINE_CLIENT);
	input.host_name = name;
	input.root = root;
	if (p.tls->config_new(object_of(o->engine), &input, &p.config) != LANE_ENGINE_REFUSED) {
		assert_non_null(p.config);
		assert_int_equal(p.tls->connection_new(p.config, NULL, 0, &p.connection), LANE_ENGINE_OK);
	}
	return p;
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
		if (done[0] && done[1] && len == 0)
			return LANE_ENGINE_OK;
	}
	return done[0] && done[1] ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
}

static void check_info(struct party *p, const struct kind *kind, int is_client)
{
	struct lane_engine_tls_info info = {.struct_size = sizeof info};
	assert_int_equal(p->tls->info(p->connection, &info), LANE_ENGINE_OK);
	assert_int_equal(info.version, kind->version);
	assert_string_equal(info.suite, kind->suite);
	assert_int_equal(info.resumed, 0);
	if (is_client)
		assert_int_equal(info.peer_verified, 1);
	if (info.group[0] && kind->group)
		assert_string_equal(info.group, kind->group);
	if (info.signature[0] && is_client && kind->signature)
		assert_string_equal(info.signature, kind->signature);
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

static void every_client_with_every_server(void)
{
	static struct chain chain;
	const int64_t now = (int64_t)time(NULL);
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		make_chain(&chain, kinds[k].key_type, now - day, now + day);
		for (size_t c = 0; c < n_offers; c++) {
			for (size_t s = 0; s < n_offers; s++) {
				if (!offers_kind(&offers[c], &kinds[k]) || !offers_kind(&offers[s], &kinds[k]))
					continue;
				at("%s, %s: client %s, server %s", kinds[k].suite, kinds[k].key_type, offers[c].name,
				   offers[s].name);
				struct party server = server_new(&offers[s], &kinds[k], &chain);
				struct party client = client_new(&offers[c], &kinds[k], host_name, chain.root);
				assert_int_equal(shake_hands(&client, &server), LANE_ENGINE_OK);
				check_info(&client, &kinds[k], 1);
				check_info(&server, &kinds[k], 0);
				check_data(&client, &server);
				check_data(&server, &client);
				party_free(&client);
				party_free(&server);
			}
		}
	}
}

static void check_refused(const struct kind *kind, const struct chain *chain, const char *name,
			  struct lane_engine_der root, const char *why)
{
	for (size_t c = 0; c < n_offers; c++) {
		size_t s = (c + 1) % n_offers;
		while (!offers_kind(&offers[s], kind))
			s = (s + 1) % n_offers;
		if (!offers_kind(&offers[c], kind))
			continue;
		at("%s: client %s accepts %s", kind->suite, offers[c].name, why);
		struct party server = server_new(&offers[s], kind, chain);
		struct party client = client_new(&offers[c], kind, name, root);
		if (client.connection)
			assert_int_equal(shake_hands(&client, &server), LANE_ENGINE_REFUSED);
		party_free(&client);
		party_free(&server);
	}
}

static void wrong_chains_are_refused(void)
{
	static struct chain good, other, expired, future, crossed;
	const int64_t now = (int64_t)time(NULL);
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		const struct kind *kind = &kinds[k];
		at("chains of %s", kind->key_type);
		make_chain(&good, kind->key_type, now - day, now + day);
		make_chain(&other, kind->key_type, now - day, now + day);
		make_chain(&expired, kind->key_type, now - 2 * day, now - hour);
		make_chain(&future, kind->key_type, now + hour, now + day);
		check_refused(kind, &good, "other.lanecrypt.example", good.root, "a wrong name");
		check_refused(kind, &good, host_name, other.root, "a foreign root");
		check_refused(kind, &expired, host_name, expired.root, "an expired chain");
		check_refused(kind, &future, host_name, future.root, "a chain of tomorrow");
		crossed = good;
		crossed.sent[0] = good.sent[0];
		crossed.sent[1] = other.sent[1];
		check_refused(kind, &crossed, host_name, good.root, "a foreign intermediate");
		static uint8_t forged[max_der];
		for (size_t i = 0; i < 2; i++) { // the last byte is the signature's
			crossed = good;
			memcpy(forged, good.sent[i].data, good.sent[i].len);
			forged[good.sent[i].len - 1] ^= 1;
			crossed.sent[i].data = forged;
			check_refused(kind, &crossed, host_name, good.root,
				      i == 0 ? "a leaf with a wrong signature"
					     : "an intermediate with a wrong signature");
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
		maker = tls_of(&offers[i])->chain_make ? &offers[i] : NULL;
	const struct CMUnitTest tests[] = {TEST(every_client_with_every_server), TEST(wrong_chains_are_refused)};
	return cmocka_run_group_tests_name("TLS", tests, NULL, NULL);
}
