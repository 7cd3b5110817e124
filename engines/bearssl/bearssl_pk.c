// SPDX-License-Identifier: MIT
// Public keys, all in constant time without blinding: RSA in 62-bit words, curves in 31-bit words, which the library
// names as its best for this CPU. It has neither PSS nor a PKCS#1 v1.5 encryption but that of TLS's 48 bytes. ECDSA's
// nonces are RFC 6979's.

#include "../pk_keys.h"
#include "bearssl_engine.h"

struct key {
	struct pk_key common;
	br_rsa_public_key rsa_public;
	br_rsa_private_key rsa_private;
	br_ec_public_key ec_public;
	br_ec_private_key ec_private;
};
const size_t pk_key_len = sizeof(struct key);

static const br_prng_class **prng(const struct key *key)
{
	return &((struct bearssl_object *)key->common.engine)->drbg.vtable;
}

// ---- Keys ----

static int curve_of(const struct pk_key *key)
{
	static const int curves[] = {
		[DER_P256] = BR_EC_secp256r1, [DER_P384] = BR_EC_secp384r1, [DER_X25519] = BR_EC_curve25519};
	return curves[key->algorithm->kind];
}

static void load_rsa(struct key *key)
{
	struct pk_key *const c = &key->common;
	uint8_t *e = c->number[DER_E].data;
	size_t e_len = c->number[DER_E].len;
	for (; *e == 0; e++) // the exponent's length counts
		e_len--;
	key->rsa_public =
		(br_rsa_public_key){.n = c->number[DER_N].data, .nlen = c->number[DER_N].len, .e = e, .elen = e_len};
	key->rsa_private = (br_rsa_private_key){
		.n_bitlen = c->algorithm->bits,
		.p = c->number[DER_P].data,
		.plen = c->number[DER_P].len,
		.q = c->number[DER_Q].data,
		.qlen = c->number[DER_Q].len,
		.dp = c->number[DER_DP].data,
		.dplen = c->number[DER_DP].len,
		.dq = c->number[DER_DQ].data,
		.dqlen = c->number[DER_DQ].len,
		.iq = c->number[DER_QINV].data,
		.iqlen = c->number[DER_QINV].len,
	};
}

// X25519's secret stands as in RFC 7748, not as a big-endian number.
static const char *load_curve(struct key *key)
{
	struct pk_key *const c = &key->common;
	const int curve = curve_of(c);
	const size_t point_len = der_point_len(c->algorithm->kind), secret_len = der_secret_len(c->algorithm->kind);
	const br_ec_impl *const ec = bearssl_best()->ec;
	key->ec_public = (br_ec_public_key){.curve = curve, .q = c->point, .qlen = point_len};
	key->ec_private = (br_ec_private_key){.curve = curve, .x = c->secret, .xlen = secret_len};
	if (c->has_private)
		return br_ec_compute_pub(ec, NULL, c->point, &key->ec_private) == point_len ? NULL : "no public key";
	if (c->algorithm->kind == DER_X25519)
		return NULL;
	uint8_t copy[der_max_point]; // a multiplication tells whether it is on the curve
	memcpy(copy, c->point, point_len);
	return ec->mul(copy, point_len, (const uint8_t[]){1}, 1, curve) ? NULL : "a point off its curve";
}

const char *pk_load(struct pk_key *key)
{
	if (!pk_is_rsa(key))
		return load_curve((struct key *)key);
	load_rsa((struct key *)key);
	return NULL;
}

static void copy_number(struct pk_key *key, enum der_number number, const uint8_t *from, size_t len)
{
	memcpy(key->number[number].data + key->number[number].len - len, from, len);
}

static const char *make_rsa(struct key *key)
{
	struct pk_key *const c = &key->common;
	uint8_t private_buffer[BR_RSA_KBUF_PRIV_SIZE(4096)], public_buffer[BR_RSA_KBUF_PUB_SIZE(4096)];
	uint8_t d[der_max_rsa];
	br_rsa_private_key sk;
	br_rsa_public_key pk;
	size_t d_len = 0;
	if (br_rsa_keygen_get_default()(prng(key), &sk, private_buffer, &pk, public_buffer, c->algorithm->bits, 65537))
		d_len = br_rsa_compute_privexp_get_default()(d, &sk, 65537);
	if (d_len > 0) {
		copy_number(c, DER_N, pk.n, pk.nlen);
		copy_number(c, DER_E, pk.e, pk.elen);
		copy_number(c, DER_D, d, d_len);
		copy_number(c, DER_P, sk.p, sk.plen);
		copy_number(c, DER_Q, sk.q, sk.qlen);
		copy_number(c, DER_DP, sk.dp, sk.dplen);
		copy_number(c, DER_DQ, sk.dq, sk.dqlen);
		copy_number(c, DER_QINV, sk.iq, sk.iqlen);
		load_rsa(key);
	}
	explicit_bzero(private_buffer, sizeof private_buffer);
	explicit_bzero(d, sizeof d);
	return d_len > 0 ? NULL : "br_rsa_keygen() failed";
}

const char *pk_make(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	if (pk_is_rsa(c))
		return make_rsa(key);
	if (br_ec_keygen(prng(key), bearssl_best()->ec, NULL, c->secret, curve_of(c)) !=
	    der_secret_len(c->algorithm->kind))
		return "br_ec_keygen() failed";
	return load_curve(key);
}

void pk_unload(struct pk_key *key)
{
	(void)key;
}

// ---- RSA ----

static void sha256(uint8_t digest[br_sha256_SIZE], const uint8_t *msg, size_t msg_len)
{
	br_sha256_context context;
	br_sha256_init(&context);
	br_sha256_update(&context, msg, msg_len);
	br_sha256_out(&context, digest);
}

static int sign_rsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[br_sha256_SIZE];
	const int status = pk_can(&key->common, 1, cap, *sig_len = pk_rsa_len(&key->common));
	if (status != LANE_ENGINE_OK)
		return status;
	sha256(digest, msg, msg_len);
	return pk_answer(
		&key->common,
		(int)bearssl_best()->rsa_sign(BR_HASH_OID_SHA256, digest, sizeof digest, &key->rsa_private, sig),
		"br_rsa_pkcs1_sign() failed");
}

static int verify_rsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	const struct key *const key = p;
	uint8_t digest[br_sha256_SIZE], signed_digest[br_sha256_SIZE];
	sha256(digest, msg, msg_len);
	return bearssl_best()->rsa_verify(sig, sig_len, BR_HASH_OID_SHA256, sizeof digest, &key->rsa_public,
					  signed_digest) &&
			       memcmp(digest, signed_digest, sizeof digest) == 0
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_REFUSED;
}

static int encrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	*out_len = bearssl_best()->rsa_encrypt(prng(key), &br_sha256_vtable, NULL, 0, &key->rsa_public, out, cap, in,
					       in_len);
	return pk_answer(&key->common, *out_len > 0, "br_rsa_oaep_encrypt() failed");
}

static int decrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	uint8_t data[der_max_rsa];
	size_t len = in_len;
	int status = pk_can(&key->common, 1, cap, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	if (in_len != pk_rsa_len(&key->common))
		return LANE_ENGINE_REFUSED;
	memcpy(data, in, in_len);
	if (!bearssl_best()->rsa_decrypt(&br_sha256_vtable, NULL, 0, &key->rsa_private, data, &len))
		status = LANE_ENGINE_REFUSED;
	else if ((status = pk_can(&key->common, 1, cap, len)) == LANE_ENGINE_OK)
		memcpy(out, data, *out_len = len);
	explicit_bzero(data, sizeof data);
	return status;
}

// ---- Curves ----

// The digest that goes with the curve: its length.
static size_t hash(const struct key *key, uint8_t digest[br_sha384_SIZE], const uint8_t *msg, size_t msg_len)
{
	br_sha384_context context;
	if (key->common.algorithm->kind == DER_P256) {
		sha256(digest, msg, msg_len);
		return br_sha256_SIZE;
	}
	br_sha384_init(&context);
	br_sha384_update(&context, msg, msg_len);
	br_sha384_out(&context, digest);
	return br_sha384_SIZE;
}

static int sign_ecdsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	const int is_p256 = key->common.algorithm->kind == DER_P256;
	uint8_t digest[br_sha384_SIZE];
	const int status = pk_can(&key->common, 1, cap, is_p256 ? 72 : 104);
	if (status != LANE_ENGINE_OK)
		return status;
	hash(key, digest, msg, msg_len);
	*sig_len = bearssl_best()->ecdsa_sign(bearssl_best()->ec, is_p256 ? &br_sha256_vtable : &br_sha384_vtable,
					      digest, &key->ec_private, sig);
	return pk_answer(&key->common, *sig_len > 0, "br_ecdsa_sign_asn1() failed");
}

static int verify_ecdsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	const struct key *const key = p;
	uint8_t digest[br_sha384_SIZE], r_s[2 * der_max_secret];
	const size_t n = der_secret_len(key->common.algorithm->kind);
	if (!der_read_signature(r_s, n, sig, sig_len)) // the library's own reader takes more than DER
		return LANE_ENGINE_REFUSED;
	const size_t digest_len = hash(key, digest, msg, msg_len);
	return bearssl_best()->ecdsa_verify(bearssl_best()->ec, digest, digest_len, &key->ec_public, r_s, 2 * n)
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_REFUSED;
}

// Multiplies a peer's point, in place.
static int multiply(struct key *key, uint8_t point[der_max_point], const uint8_t *peer, size_t peer_len)
{
	if (peer_len != key->ec_public.qlen)
		return 0;
	memcpy(point, peer, peer_len);
	return (int)bearssl_best()->ec->mul(point, peer_len, key->ec_private.x, key->ec_private.xlen,
					    key->ec_private.curve);
}

static int derive_ecdh(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	uint8_t point[der_max_point];
	const size_t len = key->ec_private.xlen;
	const int status = pk_can(&key->common, 1, cap, len);
	if (status != LANE_ENGINE_OK)
		return status;
	if (!multiply(key, point, peer, peer_len))
		return LANE_ENGINE_REFUSED;
	memcpy(secret, point + 1, *secret_len = len);
	explicit_bzero(point, sizeof point);
	return LANE_ENGINE_OK;
}

static int derive_x25519(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	uint8_t point[der_max_point];
	const int status = pk_can(&key->common, 1, cap, 32);
	if (status != LANE_ENGINE_OK)
		return status;
	if (!multiply(key, point, peer, peer_len) || !pk_is_not_zero(point, 32))
		return LANE_ENGINE_REFUSED;
	memcpy(secret, point, *secret_len = 32);
	explicit_bzero(point, sizeof point);
	return LANE_ENGINE_OK;
}

static const struct lane_engine_pk items[] = {
	PK_EACH_RSA(PK_RSA_SIGN), PK_EACH_RSA(PK_RSA_OAEP), PK_ECDSAS, PK_ECDHS, PK_X25519,
};
const struct lane_engine_table bearssl_pk_table = ADAPTOR_TABLE(items);
