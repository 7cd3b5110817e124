// SPDX-License-Identifier: MIT
// Public keys: RSA by its contexts, curves by the functions of ecp, ecdsa and ecdh, which the layer pk ends in. Random
// numbers blind what is secret, as the library has it. There is no Ed25519.

#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include "../pk_keys.h"
#include "mbedtls_engine.h"

// What 2.28 wants to be told besides.
#if MBEDTLS_VERSION_MAJOR >= 3
#define RSA_MODE(mode)
#define RSA_VERIFY_MODE(key)
#else
#define RSA_MODE(mode) mode,
#define RSA_VERIFY_MODE(key) RANDOM(key), MBEDTLS_RSA_PUBLIC,
#define mbedtls_sha256 mbedtls_sha256_ret
#define mbedtls_sha512 mbedtls_sha512_ret
#endif

struct key {
	struct pk_key common;
	mbedtls_rsa_context rsa;
	mbedtls_ecp_group *group; // the engine's
	mbedtls_ecp_point q, peer;
	mbedtls_mpi d, r, s; // r, s: of a signature; r: a shared secret
};
const size_t pk_key_len = sizeof(struct key);

static mbedtls_ctr_drbg_context *drbg(const struct key *key)
{
	return &((struct mbedtls_object *)key->common.engine)->drbg;
}
#define RANDOM(key) mbedtls_ctr_drbg_random, drbg(key)

// ---- Keys ----

// The curve, its multiples of the generator made: once for an engine object.
static mbedtls_ecp_group *group_of(const struct key *key)
{
	static const mbedtls_ecp_group_id ids[] = {[DER_P256] = MBEDTLS_ECP_DP_SECP256R1,
						   [DER_P384] = MBEDTLS_ECP_DP_SECP384R1,
						   [DER_X25519] = MBEDTLS_ECP_DP_CURVE25519};
	const enum der_kind kind = key->common.algorithm->kind;
	mbedtls_ecp_group *const group = &((struct mbedtls_object *)key->common.engine)->groups[kind];
	if (group->id != MBEDTLS_ECP_DP_NONE)
		return group;
	mbedtls_ecp_point point;
	mbedtls_mpi d;
	mbedtls_ecp_point_init(&point);
	mbedtls_mpi_init(&d);
	int error = mbedtls_ecp_group_load(group, ids[kind]);
	if (!error)
		error = mbedtls_ecp_gen_keypair(group, &d, &point, RANDOM(key));
	mbedtls_ecp_point_free(&point);
	mbedtls_mpi_free(&d);
	if (error)
		mbedtls_ecp_group_free(group);
	return error ? NULL : group;
}

static void init(struct key *key)
{
	if (pk_is_rsa(&key->common)) {
#if MBEDTLS_VERSION_MAJOR >= 3
		mbedtls_rsa_init(&key->rsa);
		if (key->common.algorithm->scheme != PK_PKCS1)
			mbedtls_rsa_set_padding(&key->rsa, MBEDTLS_RSA_PKCS_V21, MBEDTLS_MD_SHA256);
#else
		const int is_v15 = key->common.algorithm->scheme == PK_PKCS1;
		mbedtls_rsa_init(&key->rsa, is_v15 ? MBEDTLS_RSA_PKCS_V15 : MBEDTLS_RSA_PKCS_V21, MBEDTLS_MD_SHA256);
#endif
		return;
	}
	key->group = group_of(key);
	mbedtls_ecp_point_init(&key->q);
	mbedtls_ecp_point_init(&key->peer);
	mbedtls_mpi_init(&key->d);
	mbedtls_mpi_init(&key->r);
	mbedtls_mpi_init(&key->s);
}

// All of it may still be zero, which is what the library's own functions begin with.
void pk_unload(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	if (pk_is_rsa(c)) {
		mbedtls_rsa_free(&key->rsa);
		return;
	}
	mbedtls_ecp_point_free(&key->q);
	mbedtls_ecp_point_free(&key->peer);
	mbedtls_mpi_free(&key->d);
	mbedtls_mpi_free(&key->r);
	mbedtls_mpi_free(&key->s);
}

// One operation of each kind, whose answers must fit: the first makes what the later ones find ready.
static int rsa_warm(struct key *key)
{
	uint8_t in[der_max_rsa] = {0}, out[der_max_rsa], back[der_max_rsa];
	const size_t len = pk_rsa_len(&key->common);
	in[len - 1] = 2;
	return mbedtls_rsa_public(&key->rsa, in, out) == 0 &&
	       (!key->common.has_private ||
		(mbedtls_rsa_private(&key->rsa, RANDOM(key), out, back) == 0 && memcmp(in, back, len) == 0));
}

static const char *load_rsa(struct key *key)
{
	const struct pk_key *const c = &key->common;
#define NUMBER(i) c->number[i].data, c->number[i].len
#define SECRET(i) c->has_private ? c->number[i].data : NULL, c->number[i].len
	if (mbedtls_rsa_import_raw(&key->rsa, NUMBER(DER_N), SECRET(DER_P), SECRET(DER_Q), SECRET(DER_D),
				   NUMBER(DER_E)) != 0 ||
	    mbedtls_rsa_complete(&key->rsa) != 0)
		return "mbedtls_rsa_complete() failed";
	if ((c->has_private ? mbedtls_rsa_check_privkey(&key->rsa) : mbedtls_rsa_check_pubkey(&key->rsa)) != 0)
		return "an RSA key whose numbers do not fit together";
	return rsa_warm(key) ? NULL : "an RSA key that does not undo what it does";
#undef NUMBER
#undef SECRET
}

static int keep_point(struct key *key)
{
	size_t len;
	return mbedtls_ecp_point_write_binary(key->group, &key->q, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, key->common.point,
					      sizeof key->common.point);
}

static const char *load_curve(struct key *key)
{
	struct pk_key *const c = &key->common;
	const size_t n = der_secret_len(c->algorithm->kind);
	int error;
	if (!c->has_private) {
		error = mbedtls_ecp_point_read_binary(key->group, &key->q, c->point, der_point_len(c->algorithm->kind));
		if (!error)
			error = mbedtls_ecp_check_pubkey(key->group, &key->q);
		return error ? "a point off its curve" : NULL;
	}
	if (c->algorithm->kind == DER_X25519) {
		uint8_t clamped[32]; // RFC 7748 §5
		memcpy(clamped, c->secret, sizeof clamped);
		clamped[0] &= 248;
		clamped[31] = (uint8_t)((clamped[31] & 127) | 64);
		error = mbedtls_mpi_read_binary_le(&key->d, clamped, sizeof clamped);
		explicit_bzero(clamped, sizeof clamped);
	} else {
		error = mbedtls_mpi_read_binary(&key->d, c->secret, n);
	}
	if (!error)
		error = mbedtls_ecp_mul(key->group, &key->q, &key->d, &key->group->G, RANDOM(key));
	if (!error)
		error = keep_point(key);
	return error ? "no public key" : NULL;
}

const char *pk_load(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	init(key);
	if (pk_is_rsa(c))
		return load_rsa(key);
	return key->group ? load_curve(key) : "mbedtls_ecp_group_load() failed";
}

static const char *make_rsa(struct key *key)
{
	struct pk_key *const c = &key->common;
	mbedtls_mpi crt[3];
	for (int i = 0; i < 3; i++)
		mbedtls_mpi_init(&crt[i]);
#define NUMBER(i) c->number[i].data, c->number[i].len
	int error = mbedtls_rsa_gen_key(&key->rsa, RANDOM(key), c->algorithm->bits, 65537);
	if (!error)
		error = mbedtls_rsa_export_raw(&key->rsa, NUMBER(DER_N), NUMBER(DER_P), NUMBER(DER_Q), NUMBER(DER_D),
					       NUMBER(DER_E));
	if (!error)
		error = mbedtls_rsa_export_crt(&key->rsa, &crt[0], &crt[1], &crt[2]);
	for (int i = 0; i < 3 && !error; i++)
		error = mbedtls_mpi_write_binary(&crt[i], NUMBER(DER_DP + i));
#undef NUMBER
	for (int i = 0; i < 3; i++)
		mbedtls_mpi_free(&crt[i]);
	return !error && rsa_warm(key) ? NULL : "mbedtls_rsa_gen_key() failed";
}

const char *pk_make(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	const size_t n = der_secret_len(c->algorithm->kind);
	init(key);
	if (pk_is_rsa(c))
		return make_rsa(key);
	if (!key->group || mbedtls_ecp_gen_keypair(key->group, &key->d, &key->q, RANDOM(key)) != 0)
		return "mbedtls_ecp_gen_keypair() failed";
	const int error = c->algorithm->kind == DER_X25519 ? mbedtls_mpi_write_binary_le(&key->d, c->secret, n)
							   : mbedtls_mpi_write_binary(&key->d, c->secret, n);
	return !error && keep_point(key) == 0 ? NULL : "writing a key failed";
}

// ---- RSA ----

enum { sha256_len = 32, sha384_len = 48, digest_max = 64 }; // the library wants room for SHA-512

static int sign_rsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[sha256_len];
	const int status = pk_can(&key->common, 1, cap, *sig_len = pk_rsa_len(&key->common));
	if (status != LANE_ENGINE_OK)
		return status;
	int error = mbedtls_sha256(msg, msg_len, digest, 0);
	if (!error)
		error = key->common.algorithm->scheme == PK_PSS
				? mbedtls_rsa_rsassa_pss_sign(&key->rsa, RANDOM(key),
							      RSA_MODE(MBEDTLS_RSA_PRIVATE) MBEDTLS_MD_SHA256,
							      sha256_len, digest, sig)
				: mbedtls_rsa_rsassa_pkcs1_v15_sign(&key->rsa, RANDOM(key),
								    RSA_MODE(MBEDTLS_RSA_PRIVATE) MBEDTLS_MD_SHA256,
								    sha256_len, digest, sig);
	return mbedtls_status(key->common.engine, error, "mbedtls_rsa_pkcs1_sign() failed");
}

static int verify_rsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[sha256_len];
	if (sig_len != pk_rsa_len(&key->common) || mbedtls_sha256(msg, msg_len, digest, 0) != 0)
		return LANE_ENGINE_REFUSED;
	const int error = key->common.algorithm->scheme == PK_PSS
				  ? mbedtls_rsa_rsassa_pss_verify_ext(&key->rsa, RSA_VERIFY_MODE(key) MBEDTLS_MD_SHA256,
								      sha256_len, digest, MBEDTLS_MD_SHA256, 32, sig)
				  : mbedtls_rsa_rsassa_pkcs1_v15_verify(
					    &key->rsa, RSA_VERIFY_MODE(key) MBEDTLS_MD_SHA256, sha256_len, digest, sig);
	return error ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK;
}

// The padding is what the context was made for.
static int encrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 0, cap, *out_len = pk_rsa_len(&key->common));
	if (status != LANE_ENGINE_OK)
		return status;
	return mbedtls_status(
		key->common.engine,
		mbedtls_rsa_pkcs1_encrypt(&key->rsa, RANDOM(key), RSA_MODE(MBEDTLS_RSA_PUBLIC) in_len, in, out),
		"mbedtls_rsa_pkcs1_encrypt() failed");
}

static int decrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 1, cap, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	if (in_len != pk_rsa_len(&key->common))
		return LANE_ENGINE_REFUSED;
	return mbedtls_rsa_pkcs1_decrypt(&key->rsa, RANDOM(key), RSA_MODE(MBEDTLS_RSA_PRIVATE) out_len, in, out, cap)
		       ? LANE_ENGINE_REFUSED
		       : LANE_ENGINE_OK;
}

// ---- Curves ----

// The digest that goes with the curve: its length, or 0.
static size_t hash(const struct key *key, uint8_t digest[digest_max], const uint8_t *msg, size_t msg_len)
{
	if (key->common.algorithm->kind == DER_P256)
		return mbedtls_sha256(msg, msg_len, digest, 0) ? 0 : sha256_len;
	return mbedtls_sha512(msg, msg_len, digest, 1) ? 0 : sha384_len;
}

static int sign_ecdsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[digest_max], r_s[2 * der_max_secret];
	const size_t n = der_secret_len(key->common.algorithm->kind);
	const int status = pk_can(&key->common, 1, 0, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	const size_t digest_len = hash(key, digest, msg, msg_len);
	if (digest_len == 0 ||
	    mbedtls_ecdsa_sign(key->group, &key->r, &key->s, &key->d, digest, digest_len, RANDOM(key)) ||
	    mbedtls_mpi_write_binary(&key->r, r_s, n) != 0 || mbedtls_mpi_write_binary(&key->s, r_s + n, n) != 0)
		return adaptor_failed(key->common.engine, "mbedtls_ecdsa_sign() failed");
	*sig_len = der_write_signature(sig, cap, r_s, n);
	return pk_answer(&key->common, *sig_len > 0, "the output buffer is too small");
}

static int verify_ecdsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[digest_max], r_s[2 * der_max_secret];
	const size_t n = der_secret_len(key->common.algorithm->kind), digest_len = hash(key, digest, msg, msg_len);
	return digest_len > 0 && der_read_signature(r_s, n, sig, sig_len) &&
			       mbedtls_mpi_read_binary(&key->r, r_s, n) == 0 &&
			       mbedtls_mpi_read_binary(&key->s, r_s + n, n) == 0 &&
			       mbedtls_ecdsa_verify(key->group, digest, digest_len, &key->q, &key->r, &key->s) == 0
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_REFUSED;
}

// The multiplication checks that the peer's point is on the curve.
static int derive(struct key *key, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap,
		  size_t *secret_len)
{
	const enum der_kind kind = key->common.algorithm->kind;
	const size_t n = der_secret_len(kind);
	const int status = pk_can(&key->common, 1, cap, n);
	if (status != LANE_ENGINE_OK)
		return status;
	if (peer_len != der_point_len(kind) ||
	    mbedtls_ecp_point_read_binary(key->group, &key->peer, peer, peer_len) != 0 ||
	    mbedtls_ecdh_compute_shared(key->group, &key->r, &key->peer, &key->d, RANDOM(key)) != 0)
		return LANE_ENGINE_REFUSED;
	*secret_len = n;
	return mbedtls_status(key->common.engine,
			      kind == DER_X25519 ? mbedtls_mpi_write_binary_le(&key->r, secret, n)
						 : mbedtls_mpi_write_binary(&key->r, secret, n),
			      "mbedtls_mpi_write_binary() failed");
}

static int derive_ecdh(void *key, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	return derive(key, peer, peer_len, secret, cap, secret_len);
}

static int derive_x25519(void *key, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap,
			 size_t *secret_len)
{
	const int status = derive(key, peer, peer_len, secret, cap, secret_len);
	return status != LANE_ENGINE_OK || pk_is_not_zero(secret, 32) ? status : LANE_ENGINE_REFUSED;
}

static const struct lane_engine_pk items[] = {
	PK_EACH_RSA(PK_RSA_PKCS1), PK_EACH_RSA(PK_RSA_PSS), PK_EACH_RSA(PK_RSA_OAEP), PK_ECDSAS, PK_ECDHS, PK_X25519,
};
const struct lane_engine_table mbedtls_pk_table = ADAPTOR_TABLE(items);
