// SPDX-License-Identifier: MIT
// What a handshake is made of, by RFC 8446 (TLS 1.3) and RFC 5246, 5288, 7627, 8422 (TLS 1.2).

#include "handshake_work.h"

#include <string.h>

// The algorithm of a signature scheme (RFC 8446 §4.2.3), whose RSA key is of the kind's type.
static const char *signature_algorithm(const struct tls_kind *kind)
{
	static const char *const rsa[][2] = {
		{"RSA-2048", "RSA-2048-PSS"}, {"RSA-3072", "RSA-3072-PSS"}, {"RSA-4096", "RSA-4096-PSS"}};
	if (strcmp(kind->signature, "ecdsa_secp256r1_sha256") == 0)
		return "ECDSA-P256";
	if (strcmp(kind->signature, "ecdsa_secp384r1_sha384") == 0)
		return "ECDSA-P384";
	if (strcmp(kind->signature, "ed25519") == 0)
		return "Ed25519";
	for (size_t i = 0; strncmp(kind->signature, "rsa_pss_", 8) == 0 && i < sizeof rsa / sizeof rsa[0]; i++)
		if (strcmp(kind->key_type, rsa[i][0]) == 0)
			return rsa[i][1];
	return kind->key_type; // rsa_pkcs1_…
}

// What chains of a key type are signed with (engine.h, chain_make).
static const char *chain_algorithm(const char *key_type)
{
	if (strcmp(key_type, "P-256") == 0)
		return "ECDSA-P256";
	if (strcmp(key_type, "P-384") == 0)
		return "ECDSA-P384";
	return key_type;
}

static void add_agreement(struct handshake_work *work, const struct tls_kind *kind, int side)
{
	static const char *const groups[][3] = {{"X25519", "X25519", NULL},
						{"P-256", "ECDH-P256", NULL},
						{"P-384", "ECDH-P384", NULL},
						{"X25519MLKEM768", "X25519", "ML-KEM-768"}};
	work->agrees = kind->group ? kind->group : "finite-field DHE"; // which no engine has: seen as not measured
	for (size_t i = 0; kind->group && i < sizeof groups / sizeof groups[0]; i++)
		if (strcmp(kind->group, groups[i][0]) == 0) {
			work->agrees = groups[i][1];
			work->kem = groups[i][2];
			work->encapsulates = side == LANE_ENGINE_SERVER;
		}
}

static const char *record_aead(const char *suite)
{
	static const char *const names[][2] = {{"AES_128_GCM", "AES-128-GCM"},
					       {"AES_256_GCM", "AES-256-GCM"},
					       {"CHACHA20_POLY1305", "ChaCha20-Poly1305"},
					       {"AES_128_CCM", "AES-128-CCM"}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strstr(suite, names[i][0]))
			return names[i][1];
	return suite;
}

// Bytes of key block that a direction takes: a key and an implicit nonce (RFC 5288 §3, RFC 7905 §2).
static uint32_t key_block_len(const char *suite)
{
	if (strstr(suite, "CHACHA20"))
		return 32 + 12;
	return (strstr(suite, "AES_256") ? 32 : 16) + 4;
}

/*
 * RFC 8446 §7.1, §7.3, §4.4.4. HKDF-Extract and, to one hash's length, HKDF-Expand are an HMAC each, with a key of
 * its own: Early, Handshake and Master Secret (3); "derived" (2); client and server, handshake and application traffic
 * (4); exporter and resumption master secret (2); key and iv of the four directions (8); finished keys and the MACs
 * that they make (4). A PSK adds the binder's key, its finished key and its MAC (§4.2.11.2), and the PSK of the next
 * ticket, which both sides derive (§4.6.1).
 *
 * Hashes beside the transcript's own: "" (2), and the transcript as it is after ServerHello, Certificate,
 * CertificateVerify and both Finished (5); after a resumption two of these less, but the binder's.
 */
static void add_schedule_13(struct handshake_work *work, const struct tls_kind *kind)
{
	const int resumed = kind->resume != LANE_ENGINE_TLS_RESUME_NONE;
	work->n_hmacs = 23 + (resumed ? 4 : 0);
	work->n_hmac_keys = work->n_hmacs;
	work->n_hashes = resumed ? 6 : 7;
	work->n_record_keys = 4;
}

/*
 * RFC 5246 §5, §6.3, §7.4.9, §8.1: the PRF makes a block of one hash's length by two HMACs with the one secret: the
 * master secret (48 bytes; none in a resumption), the key block, two times verify_data (12 bytes). The transcript is
 * hashed for the extended master secret (RFC 7627 §4) and twice for Finished.
 */
static void add_schedule_12(struct handshake_work *work, const struct tls_kind *kind)
{
	const uint32_t block = strstr(kind->suite, "SHA384") ? 48 : 32;
	const uint32_t key_blocks = (2 * key_block_len(kind->suite) + block - 1) / block;
	const int full = kind->resume == LANE_ENGINE_TLS_RESUME_NONE;
	work->n_hmac_keys = 3 + (full ? 1 : 0);
	work->n_hmacs = 2 * key_blocks + 2 * 2 + (full ? 2 * ((48 + block - 1) / block) : 0);
	work->n_hashes = full ? 3 : 2;
	work->n_record_keys = 2;
}

// What a side signs. CertificateVerify is over 64 spaces, a context string with its zero, a hash (RFC 8446 §4.4.3);
// ServerKeyExchange over both randoms, the curve and the public key (RFC 8422 §5.4), or for finite fields of 2048 bits
// p, g = 2 and the public key, each with its length (RFC 5246 §7.4.3); a client's CertificateVerify in TLS 1.2 over all
// messages (§7.4.8).
static uint32_t signed_len(const struct tls_kind *kind, int side)
{
	if (kind->version == LANE_ENGINE_TLS13)
		return 64 + 33 + 1 + (strstr(kind->suite, "SHA384") ? 48 : 32);
	if (side == LANE_ENGINE_CLIENT)
		return 0;
	if (!kind->group)
		return 2 * 32 + 3 * 2 + 256 + 1 + 256;
	return 2 * 32 + 4 + (strcmp(kind->group, "P-256") == 0 ? 65 : strcmp(kind->group, "P-384") == 0 ? 97 : 32);
}

// Whether a side has a certificate to show, and by a signature that it is its own.
static int shows_certificate(const struct tls_kind *kind, int side)
{
	return side == LANE_ENGINE_SERVER || kind->client_auth;
}

static int signs(const struct tls_kind *kind, int side)
{
	return kind->signature && shows_certificate(kind, side) && !(kind->key_transport && side == LANE_ENGINE_SERVER);
}

struct handshake_work handshake_work(const struct tls_kind *kind, int side)
{
	struct handshake_work work = {.aead = record_aead(kind->suite)};
	const int full = kind->resume == LANE_ENGINE_TLS_RESUME_NONE, client = side == LANE_ENGINE_CLIENT;
	const int peer = client ? LANE_ENGINE_SERVER : LANE_ENGINE_CLIENT;
	const int is_13 = kind->version == LANE_ENGINE_TLS13;
	work.hash = strstr(kind->suite, "SHA384") ? "SHA-384" : "SHA-256";
	work.hmac = strstr(kind->suite, "SHA384") ? "HMAC-SHA-384" : "HMAC-SHA-256";
	if (is_13)
		add_schedule_13(&work, kind);
	else
		add_schedule_12(&work, kind);
	if (!kind->key_transport && (full || (is_13 && kind->resume != LANE_ENGINE_TLS_RESUME_PSK_KE)))
		add_agreement(&work, kind, side);
	if (!full) // RFC 8446 §2.2, RFC 5246 §7.3: no certificate, nothing signed
		return work;
	if (kind->key_transport)
		*(client ? &work.encrypts : &work.decrypts) = kind->key_type; // RFC 5246 §7.4.7.1
	if (signs(kind, side)) {
		work.signs = signature_algorithm(kind);
		work.signed_len = signed_len(kind, side);
	}
	if (signs(kind, peer)) {
		work.verifies = signature_algorithm(kind);
		work.verified_len = signed_len(kind, peer);
	}
	if (shows_certificate(kind, peer)) { // leaf and intermediate
		work.chain = chain_algorithm(kind->key_type);
		work.n_chain = 2;
	}
	work.n_hashes += kind->client_auth ? 2 : 0; // after the client's Certificate and CertificateVerify
	return work;
}
