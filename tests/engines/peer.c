// SPDX-License-Identifier: MIT
// One side of real connections over 127.0.0.1, for tests against another implementation:
//   peer FOLDER kinds                               what there is, a line each
//   peer FOLDER chain KEY-TYPE CLIENT DIRECTORY     makes a chain, as DER files
//   peer FOLDER server ENGINE KIND DIRECTORY        tells its port, then what it negotiated
//   peer FOLDER client ENGINE KIND DIRECTORY PORT
// A resumption takes two connections. 77: this engine has not that kind.

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "../../bench/tcp.h"
#include "../../bench/tls_kinds.h"
#include "engines.h"

enum { max_der = 8192, day = 86400, max_session = 32768 };
static const char host_name[] = "lanecrypt.test";
static const char *const files[] = {"root", "intermediate", "leaf", "key"};

// tls_kinds.c asks it, for filters that are not used here.
int bench_filter_passes(const struct bench_filter *filter, const char *name)
{
	return filter->n == 0 && name;
}

static int print_kinds(void)
{
	const struct tls_kind *k;
	for (size_t i = 0; (k = tls_kind_at(i)); i++)
		printf("%s|%x|%u|%d|%s|%s|%s|%s\n", k->name, k->version, k->resume, k->client_auth, k->suite,
		       k->group ? k->group : "", k->signature ? k->signature : "", k->key_type);
	return 0;
}

// ---- Chains ----

struct chain {
	uint8_t bytes[4][max_der];
	struct lane_engine_der parts[4]; // as in `files`
};

static int make_chain(const char *key_type, int is_client, const char *directory)
{
	static struct chain chain;
	struct offer offers[max_offers];
	const int64_t now = (int64_t)time(NULL);
	const struct lane_engine_chain_input input = {.struct_size = sizeof input,
						      .client = is_client != 0,
						      .key_type = key_type,
						      .host_name = host_name,
						      .not_before = now - day,
						      .not_after = now + day};
	struct lane_engine_chain out = {.struct_size = sizeof out,
					.root = {.data = chain.bytes[0], .cap = max_der},
					.intermediate = {.data = chain.bytes[1], .cap = max_der},
					.leaf = {.data = chain.bytes[2], .cap = max_der},
					.leaf_private_key = {.data = chain.bytes[3], .cap = max_der}};
	const size_t n = offers_of("tls", "TLS", offers);
	int made = 0;
	for (size_t i = 0; i < n && !made; i++) {
		const struct lane_engine_tls *tls = offers[i].item;
		made = tls->chain_make && tls->chain_make(object_of(offers[i].engine), &input, &out) == LANE_ENGINE_OK;
	}
	const size_t lens[] = {out.root.len, out.intermediate.len, out.leaf.len, out.leaf_private_key.len};
	for (size_t i = 0; i < 4 && made; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/%s.der", directory, files[i]);
		FILE *f = fopen(path, "wb");
		made = f && fwrite(chain.bytes[i], 1, lens[i], f) == lens[i];
		made = f && fclose(f) == 0 && made;
	}
	return made ? 0 : 1;
}

static void read_chain(struct chain *chain, const char *directory, const char *ending)
{
	for (size_t i = 0; i < 4; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s%s/%s.der", directory, ending, files[i]);
		FILE *f = fopen(path, "rb");
		if (f) {
			chain->parts[i] =
				(struct lane_engine_der){chain->bytes[i], fread(chain->bytes[i], 1, max_der, f)};
			fclose(f);
		}
	}
}

// ---- Connections ----

struct party {
	const struct lane_engine_tls *tls;
	struct lane_engine_object *object;
	const struct tls_kind *kind;
	void *identity, *config;
	int is_client;
	uint8_t session[max_session];
	size_t session_len;
};

static int complain(const struct lane_loaded_engine *engine, struct lane_engine_object *object, const char *what)
{
	fprintf(stderr, "%s: %s\n", what, object ? engine->engine->last_error(object) : strerror(errno));
	return 1;
}

static int configure(struct party *p, const char *directory)
{
	static struct chain own, other;
	read_chain(&own, directory, p->is_client ? "-client" : "");
	read_chain(&other, directory, p->is_client ? "" : "-client");
	const int has_identity = !p->is_client || p->kind->client_auth;
	struct lane_engine_tls_input input = {.struct_size = sizeof input,
					      .side = p->is_client ? LANE_ENGINE_CLIENT : LANE_ENGINE_SERVER,
					      .version = p->kind->version,
					      .resume = p->kind->resume,
					      .client_auth = p->kind->client_auth != 0,
					      .suite = p->kind->suite,
					      .group = p->kind->group,
					      .signature = p->kind->signature,
					      .host_name = p->is_client ? host_name : NULL};
	if (p->is_client || p->kind->client_auth)
		input.root = other.parts[0];
	if (has_identity) {
		const struct lane_engine_der sent[] = {own.parts[2], own.parts[1]};
		const struct lane_engine_identity_input identity = {.struct_size = sizeof identity,
								    .n_certificates = 2,
								    .certificates = sent,
								    .private_key = own.parts[3]};
		const int status = p->tls->identity_new(p->object, &identity, &p->identity);
		if (status)
			return status;
		input.identity = p->identity;
	}
	return p->tls->config_new(p->object, &input, &p->config);
}

static void tell(const struct party *p, void *connection)
{
	struct lane_engine_tls_info info = {.struct_size = sizeof info};
	p->tls->info(connection, &info);
	printf("connection %x|%s|%s|%s|%u|%u\n", info.version, info.suite, info.group, info.signature, info.resumed,
	       info.peer_verified);
	fflush(stdout);
}

// The peer may send its session long after the handshake.
static int take_session(struct party *p, void *connection, int s, uint8_t *in, uint8_t *out)
{
	for (int i = 0; i < 100; i++) {
		size_t len = 0;
		int done = 1;
		if (p->tls->session_export(connection, p->session, max_session, &p->session_len))
			return -1;
		if (p->session_len)
			return 0;
		const long n = tcp_receive(s, in, TCP_FLIGHT_CAP);
		if (n <= 0 || p->tls->step(connection, in, (size_t)n, out, TCP_FLIGHT_CAP, &len, &done))
			return -1;
	}
	return -1;
}

// Says "hello", and waits until the peer has heard it and is gone.
static int serve(const struct party *p, void *connection, int s, uint8_t *in, uint8_t *out)
{
	size_t len;
	if (p->tls->write(connection, (const uint8_t *)"hello\n", 6, out, TCP_FLIGHT_CAP, &len) ||
	    tcp_send(s, out, len))
		return -1;
	while (tcp_receive(s, in, TCP_FLIGHT_CAP) > 0)
		;
	return 0;
}

static int talk(struct party *p, int s)
{
	static uint8_t in[TCP_FLIGHT_CAP], out[TCP_FLIGHT_CAP];
	void *connection = NULL;
	int status = p->tls->connection_new(p->config, p->session_len ? p->session : NULL, p->session_len, &connection);
	if (!status)
		status = tcp_shake(p->tls, connection, p->is_client, s, in, out);
	if (!status) {
		tell(p, connection);
		const int wants = p->is_client && p->kind->resume != LANE_ENGINE_TLS_RESUME_NONE && !p->session_len;
		status = !p->is_client ? serve(p, connection, s, in, out)
			 : wants       ? take_session(p, connection, s, in, out)
				       : 0;
	}
	if (connection)
		p->tls->connection_free(connection);
	return status;
}

static int run(const struct lane_loaded_engine *engine, const struct tls_kind *kind, const char *directory, int port)
{
	static struct party p;
	uint16_t own_port = 0;
	p = (struct party){.tls = engine->tls, .object = object_of(engine), .kind = kind, .is_client = port > 0};
	const int status = configure(&p, directory);
	if (status == LANE_ENGINE_UNSUPPORTED)
		return TEST_SKIPPED;
	if (status)
		return complain(engine, p.object, "configuration");
	const int listener = p.is_client ? -1 : tcp_listen(&own_port);
	if (!p.is_client) {
		printf("port %u\n", own_port);
		fflush(stdout);
	}
	for (int n = kind->resume == LANE_ENGINE_TLS_RESUME_NONE ? 1 : 2; n > 0; n--) {
		const int s = p.is_client ? tcp_connect((uint16_t)port) : tcp_accept(listener);
		if (s < 0)
			return complain(engine, NULL, "socket");
		const int talked = talk(&p, s);
		close(s);
		if (talked)
			return complain(engine, p.object, "connection");
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct lane_loaded_engine *engine = NULL;
	if (argc == 3 && strcmp(argv[2], "kinds") == 0)
		return print_kinds();
	if (argc < 6)
		return 2;
	engines_load(argv[1], 0);
	if (strcmp(argv[2], "chain") == 0)
		return make_chain(argv[3], strcmp(argv[4], "client") == 0, argv[5]);
	for (size_t i = 0; (engine = engine_at(i)) && strcmp(engine->name, argv[3]) != 0; i++)
		;
	const struct tls_kind *kind = tls_kind_named(argv[4]);
	if (!engine || !engine->n_tls)
		return TEST_SKIPPED;
	return kind ? run(engine, kind, argv[5], argc > 6 ? atoi(argv[6]) : 0) : 2;
}
