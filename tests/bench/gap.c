// SPDX-License-Identifier: MIT
// The gap, from results made up so that the answers are plain.

#include "../../bench/bench.h"
#include "../../bench/gap.h"
#include "../support/test.h"

#include <math.h>

static struct result_set *results;

static void add_cipher(const char *engine, const char *kernel, const char *algorithm, const char *op, double ns)
{
	result_add(results, &(struct result_entry){.engine = engine,
						   .kernel = kernel,
						   .algorithm = algorithm,
						   .op = op,
						   .size = 16384,
						   .has_size = 1,
						   .ns = ns,
						   .ns_lo = ns / 1.03,
						   .ns_hi = ns * 1.04});
}

static void add_handshake(const char *engine, const char *kind, const char *side, int resumed, double ns)
{
	result_add(results, &(struct result_entry){.engine = engine,
						   .algorithm = "TLS",
						   .op = "handshake",
						   .kind = kind,
						   .side = side,
						   .version = "TLS 1.3",
						   .group = "X25519",
						   .certificate = "RSA-2048",
						   .resumed = resumed,
						   .ns = ns,
						   .ns_lo = ns / 1.04,
						   .ns_hi = ns * 1.04});
}

static const struct result_gap *find(const char *handshake, const char *cipher, const char *side)
{
	const struct result_gap *gap;
	for (size_t i = 0; (gap = result_gap_at(results, i)); i++)
		if (!strcmp(gap->handshake, handshake) && !strcmp(gap->cipher, cipher) && !strcmp(gap->side, side))
			return gap;
	return NULL;
}

static void check_bytes(const char *handshake, const char *cipher, const char *side, double bytes)
{
	const struct result_gap *gap = find(handshake, cipher, side);
	at("%s, %s, %s", handshake, cipher, side);
	assert_non_null(gap);
	assert_true(fabs(gap->break_even_bytes / bytes - 1) < 1e-9);
}

static void fill(void)
{
	results = result_new(RESULT_MEASURED);
	add_cipher("swift", "auto", "AES-128-GCM", "seal", 1000);
	add_cipher("swift", "auto", "AES-128-GCM", "open", 2000);
	add_cipher("swift", "aes-gcm:forced", "AES-128-GCM", "seal", 10); // not what users get
	add_cipher("tls", NULL, "AES-128-GCM", "seal", 1500);
	add_cipher("tls", NULL, "AES-128-GCM", "open", 1400);
	add_cipher("tls", NULL, "ChaCha20-Poly1305", "seal", 4000);
	add_handshake("tls", "full", "server", 0, 500000);
	add_handshake("tls", "full", "client", 0, 200000);
	add_handshake("tls", "full", "both", 0, 700000);
	add_handshake("other", "full", "server", 0, 400000);
	add_handshake("other", "again", "server", 1, 4000);
	result_add(results, &(struct result_entry){.engine = "other", // is no headline either
						   .algorithm = "TLS",
						   .op = "handshake",
						   .kind = "known client",
						   .side = "server",
						   .version = "TLS 1.3",
						   .group = "X25519",
						   .certificate = "RSA-2048",
						   .client_auth = 1,
						   .ns = 3000,
						   .ns_lo = 2900,
						   .ns_hi = 3100});
	result_add(results, &(struct result_entry){.engine = "other",
						   .algorithm = "TLS",
						   .op = "handshake",
						   .state = RESULT_FAILED,
						   .reason = "made up",
						   .kind = "full",
						   .side = "client"});
}

static void break_even(void)
{
	fill();
	gap_compute(results);
	check_bytes("tls full", "swift auto AES-128-GCM", "server", 500.0 * 16384);
	check_bytes("tls full", "tls AES-128-GCM", "server", 500000 / 1500.0 * 16384);
	check_bytes("tls full", "tls AES-128-GCM", "client", 200000 / 1400.0 * 16384);
	check_bytes("tls full", "tls AES-128-GCM", "both", 700000 / 2900.0 * 16384); // 1500 + 1400 < 1000 + 2000
	check_bytes("other again", "swift auto AES-128-GCM", "server", 4.0 * 16384);
	check_bytes("tls full", "tls ChaCha20-Poly1305", "server", 125.0 * 16384);
	assert_null(find("tls full", "swift auto AES-128-GCM", "client")); // the engine's own is the fastest
	assert_null(find("tls full", "tls ChaCha20-Poly1305", "client"));  // open was not measured
	assert_null(find("other full", "swift auto AES-128-GCM", "client"));
	result_free(results);
}

static void intervals(void)
{
	fill();
	gap_compute(results);
	const struct result_gap *gap = find("tls full", "swift auto AES-128-GCM", "server");
	assert_true(fabs(log(gap->break_even_bytes_hi / gap->break_even_bytes) - hypot(log(1.04), log(1.03))) < 1e-9);
	assert_true(fabs(log(gap->break_even_bytes / gap->break_even_bytes_lo) - hypot(log(1.04), log(1.04))) < 1e-9);
	gap = find("tls full", "tls AES-128-GCM", "both");
	double sum_hi = 1 + 0.04 * hypot(1500, 1400) / 2900;
	assert_true(fabs(log(gap->break_even_bytes / gap->break_even_bytes_lo) - hypot(log(1.04), log(sum_hi))) < 1e-9);
	result_free(results);
}

static void headline(void)
{
	const struct result_gap *gap;
	size_t n = 0, n_headlines = 0;
	fill();
	for (int again = 0; again < 2; again++) { // a second time in place of the first
		gap_compute(results);
		n_headlines = 0;
		for (size_t i = 0; (gap = result_gap_at(results, i)); i++)
			n_headlines += gap->headline != 0;
		assert_int_equal(n_headlines, 1);
		assert_true(!again || n == result_n_gaps(results));
		n = result_n_gaps(results);
	}
	assert_true(find("other full", "swift auto AES-128-GCM", "server")->headline);
	result_free(results);
}

static void per_byte(void)
{
	struct gap_per_byte gap;
	fill();
	assert_int_equal(gap_per_byte(results, "RSA-2048-OAEP", "decrypt", "AES-128-GCM", &gap), -1);
	result_add(results, &(struct result_entry){.engine = "tls",
						   .algorithm = "RSA-2048-OAEP",
						   .op = "decrypt",
						   .size = 128,
						   .has_size = 1,
						   .ns = 1.4e6,
						   .ns_lo = 1.3e6,
						   .ns_hi = 1.5e6});
	assert_int_equal(gap_per_byte(results, "RSA-2048-OAEP", "decrypt", "AES-128-GCM", &gap), 0);
	assert_true(fabs(gap.times / (1000.0 * 128) - 1) < 1e-9); // against open, the fastest
	assert_true(gap.times_lo < gap.times && gap.times < gap.times_hi);
	assert_int_equal(gap_per_byte(results, "RSA-2048-OAEP", "encrypt", "AES-128-GCM", &gap), -1);
	result_free(results);
}

static void nothing(void)
{
	struct gap_per_byte gap;
	results = result_new(RESULT_MEASURED);
	gap_compute(results);
	assert_int_equal(result_n_gaps(results), 0);
	assert_int_equal(gap_per_byte(results, "RSA-2048-OAEP", "encrypt", "AES-128-GCM", &gap), -1);
	add_handshake("tls", "full", "server", 0, 500000);
	add_cipher("tls", NULL, "AES-128-GCM", "seal", 0); // no figure that one could divide by
	gap_compute(results);
	assert_int_equal(result_n_gaps(results), 0);
	result_free(results);
}

static void add_sized(const char *algorithm, const char *op, uint64_t size, double ns)
{
	result_add(results, &(struct result_entry){.engine = "tls",
						   .algorithm = algorithm,
						   .op = op,
						   .size = size,
						   .has_size = size > 0,
						   .ns = ns,
						   .ns_lo = ns * 0.99,
						   .ns_hi = ns * 1.01});
}

// Encrypt-then-MAC is the sum of both, of one engine, in either direction.
static void oldest_cipher(void)
{
	fill();
	add_sized("AES-128-CBC", "encrypt", 16384, 15000);
	add_sized("AES-128-CBC", "decrypt", 16384, 2000);
	gap_compute(results);
	assert_null(find("tls full", "tls AES-128-CBC + HMAC-SHA-256", "server")); // no MAC yet
	add_sized("HMAC-SHA-256", "mac", 16384, 10000);
	gap_compute(results);
	check_bytes("tls full", "tls AES-128-CBC + HMAC-SHA-256", "server", 20.0 * 16384);
	check_bytes("tls full", "tls AES-128-CBC + HMAC-SHA-256", "client", 200000 / 12000.0 * 16384);
	check_bytes("tls full", "tls AES-128-CBC + HMAC-SHA-256", "both", 700000 / 37000.0 * 16384);
	result_free(results);
}

static void share(void)
{
	const struct result_gap gap = {
		.break_even_bytes = 1000, .break_even_bytes_lo = 900, .break_even_bytes_hi = 1100};
	struct interval half = gap_share(&gap, 1000), tenth = gap_share(&gap, 9000);
	assert_true(fabs(half.x - 0.5) < 1e-12 && fabs(half.lo - 900.0 / 1900) < 1e-12 &&
		    fabs(half.hi - 1100.0 / 2100) < 1e-12);
	assert_true(fabs(tenth.x - 0.1) < 1e-12);
	assert_true(gap_share(&gap, 0).x == 1);
}

static void per_message(void)
{
	struct gap_per_message m;
	fill();
	add_sized("X25519", "keygen", 0, 30000);
	add_sized("X25519", "derive", 0, 40000);
	assert_int_equal(gap_per_message(results, "X25519", "AES-128-GCM", 16384, &m), -1);
	add_sized("HMAC-SHA-256", "mac", 64, 1000);
	assert_int_equal(gap_per_message(results, "X25519", "AES-128-GCM", 1350, &m), -1);
	assert_int_equal(gap_per_message(results, "X25519", "AES-128-GCM", 16384, &m), 0);
	assert_true(fabs(m.ns - 74500) < 1e-6); // 30000 + 40000 + 3 · 1000 + 1500
	assert_true(fabs(m.times.x - 74500 / 1500.0) < 1e-9);
	double agreed_hi = 1 + 0.01 * hypot(hypot(30000, 40000), 3000) / 73000;
	assert_true(fabs(log((m.times.hi - 1) / (m.times.x - 1)) - hypot(log(agreed_hi), log(1.03))) < 1e-9);
	result_free(results);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(break_even),    TEST(intervals), TEST(headline),    TEST(per_byte),
					   TEST(oldest_cipher), TEST(share),     TEST(per_message), TEST(nothing)};
	return cmocka_run_group_tests_name("gap", tests, NULL, NULL);
}
