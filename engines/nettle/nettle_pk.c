// SPDX-License-Identifier: MIT
// Public keys, by the half of Nettle that is called Hogweed, over GMP. RSA by the functions whose names end in _tr:
// blinded, checked, and in constant time. GMP frees without wiping, so what is secret is wiped here before.

#include <gmp.h>
#include <nettle/curve25519.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>
#include <nettle/rsa.h>

#include "../pk_keys.h"
#include "nettle_engine.h"

struct key {
	struct pk_key common;
	struct rsa_public_key rsa_public;
	struct rsa_private_key rsa_private;
	mpz_t number; // RSA: of a signature or ciphertext
	struct ecc_point ec_public, peer, product;
	struct ecc_scalar ec_private;
	struct dsa_signature signature;
	int is_made; // what is above, as far as the kind of key has it
};
const size_t pk_key_len = sizeof(struct key);

static void *random_of(const struct key *key)
{
	return &((struct nettle_object *)key->common.engine)->random;
}

static void random_bytes(void *yarrow, size_t len, uint8_t *out)
{
	yarrow256_random(yarrow, len, out);
}

// ---- Keys ----

static const struct ecc_curve *curve_of(const struct pk_key *key)
{
	return key->algorithm->kind == DER_P256 ? nettle_get_secp_256r1() : nettle_get_secp_384r1();
}

static int is_nist(const struct pk_key *key)
{
	return key->algorithm->kind == DER_P256 || key->algorithm->kind == DER_P384;
}

static void make_parts(struct key *key)
{
	if (pk_is_rsa(&key->common)) {
		rsa_public_key_init(&key->rsa_public);
		rsa_private_key_init(&key->rsa_private);
		mpz_init(key->number);
	} else if (is_nist(&key->common)) {
		const struct ecc_curve *const curve = curve_of(&key->common);
		ecc_point_init(&key->ec_public, curve);
		ecc_point_init(&key->peer, curve);
		ecc_point_init(&key->product, curve);
		ecc_scalar_init(&key->ec_private, curve);
		dsa_signature_init(&key->signature);
	}
	key->is_made = 1;
}

static void wipe(mpz_t number)
{
	const size_t n = mpz_size(number);
	if (n > 0)
		explicit_bzero(mpz_limbs_modify(number, (mp_size_t)n), n * sizeof(mp_limb_t));
}

// An RSA key's numbers, in the order of enum der_number.
static void rsa_numbers(struct key *key, mpz_ptr numbers[der_n_numbers])
{
	struct rsa_private_key *const rsa = &key->rsa_private;
	const mpz_ptr all[der_n_numbers] = {
		key->rsa_public.n, key->rsa_public.e, rsa->d, rsa->p, rsa->q, rsa->a, rsa->b, rsa->c};
	memcpy(numbers, all, sizeof all);
}

void pk_unload(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	if (!key->is_made)
		return;
	if (pk_is_rsa(c)) {
		mpz_ptr numbers[der_n_numbers];
		rsa_numbers(key, numbers);
		for (int i = DER_D; i < der_n_numbers; i++)
			wipe(numbers[i]);
		wipe(key->number);
		mpz_clear(key->number);
		rsa_public_key_clear(&key->rsa_public);
		rsa_private_key_clear(&key->rsa_private);
	} else if (is_nist(c)) {
		const size_t coordinate = (size_t)ecc_size(curve_of(c)) * sizeof(mp_limb_t);
		explicit_bzero(key->ec_private.p, coordinate);
		explicit_bzero(key->product.p, 2 * coordinate);
		ecc_point_clear(&key->ec_public);
		ecc_point_clear(&key->peer);
		ecc_point_clear(&key->product);
		ecc_scalar_clear(&key->ec_private);
		dsa_signature_clear(&key->signature);
	}
}

static const char *load_rsa(struct key *key)
{
	mpz_ptr numbers[der_n_numbers];
	rsa_numbers(key, numbers);
	for (int i = 0; i < (key->common.has_private ? der_n_numbers : DER_E + 1); i++)
		nettle_mpz_set_str_256_u(numbers[i], key->common.number[i].len, key->common.number[i].data);
	if (!rsa_public_key_prepare(&key->rsa_public))
		return "rsa_public_key_prepare() failed";
	return !key->common.has_private || rsa_private_key_prepare(&key->rsa_private)
		       ? NULL
		       : "rsa_private_key_prepare() failed";
}

// x and y, n bytes each, as a point; 0 when it is off its curve.
static int point_set(struct ecc_point *point, const uint8_t *x_y, size_t n)
{
	mpz_t x, y;
	nettle_mpz_init_set_str_256_u(x, n, x_y);
	nettle_mpz_init_set_str_256_u(y, n, x_y + n);
	const int is_on_curve = ecc_point_set(point, x, y);
	mpz_clear(x);
	mpz_clear(y);
	return is_on_curve;
}

// x, n bytes, and y where it is wanted too
static void point_get(const struct ecc_point *point, uint8_t *x_out, uint8_t *y_out, size_t n)
{
	mpz_t x, y;
	mpz_init(x);
	mpz_init(y);
	ecc_point_get(point, x, y);
	nettle_mpz_get_str_256(n, x_out, x);
	if (y_out)
		nettle_mpz_get_str_256(n, y_out, y);
	wipe(x);
	wipe(y);
	mpz_clear(x);
	mpz_clear(y);
}

static void keep_point(struct key *key)
{
	const size_t n = der_secret_len(key->common.algorithm->kind);
	key->common.point[0] = 4;
	point_get(&key->ec_public, key->common.point + 1, key->common.point + 1 + n, n);
}

static const char *load_nist(struct key *key)
{
	const size_t n = der_secret_len(key->common.algorithm->kind);
	if (!key->common.has_private)
		return point_set(&key->ec_public, key->common.point + 1, n) ? NULL : "a point off its curve";
	mpz_t secret;
	nettle_mpz_init_set_str_256_u(secret, n, key->common.secret);
	const int is_scalar = ecc_scalar_set(&key->ec_private, secret);
	wipe(secret);
	mpz_clear(secret);
	if (!is_scalar)
		return "a private key beyond its curve's order";
	ecc_point_mul_g(&key->ec_public, &key->ec_private);
	keep_point(key);
	return NULL;
}

const char *pk_load(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	make_parts(key);
	if (pk_is_rsa(c))
		return load_rsa(key);
	if (is_nist(c))
		return load_nist(key);
	if (c->has_private && c->algorithm->kind == DER_ED25519)
		ed25519_sha512_public_key(c->point, c->secret);
	else if (c->has_private)
		curve25519_mul_g(c->point, c->secret);
	return NULL;
}

static const char *make_rsa(struct key *key)
{
	mpz_ptr numbers[der_n_numbers];
	mpz_set_ui(key->rsa_public.e, 65537);
	if (!rsa_generate_keypair(&key->rsa_public, &key->rsa_private, random_of(key), random_bytes, NULL, NULL,
				  key->common.algorithm->bits, 0))
		return "rsa_generate_keypair() failed";
	rsa_numbers(key, numbers);
	for (int i = 0; i < der_n_numbers; i++)
		nettle_mpz_get_str_256(key->common.number[i].len, key->common.number[i].data, numbers[i]);
	return NULL;
}

const char *pk_make(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	const size_t n = der_secret_len(c->algorithm->kind);
	if (!is_nist(c) && !pk_is_rsa(c)) {
		random_bytes(random_of(key), n, c->secret);
		return pk_load(c);
	}
	make_parts(key);
	if (pk_is_rsa(c))
		return make_rsa(key);
	mpz_t secret;
	ecdsa_generate_keypair(&key->ec_public, &key->ec_private, random_of(key), random_bytes);
	keep_point(key);
	mpz_init(secret);
	ecc_scalar_get(&key->ec_private, secret);
	nettle_mpz_get_str_256(n, c->secret, secret);
	wipe(secret);
	mpz_clear(secret);
	return NULL;
}

// ---- RSA ----

static void hash(uint8_t digest[SHA256_DIGEST_SIZE], const uint8_t *msg, size_t msg_len)
{
	struct sha256_ctx context;
	sha256_init(&context);
	sha256_update(&context, msg_len, msg);
	sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
}

static int sign_rsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[SHA256_DIGEST_SIZE], salt[32];
	const int status = pk_can(&key->common, 1, cap, *sig_len = pk_rsa_len(&key->common));
	int ok;
	if (status != LANE_ENGINE_OK)
		return status;
	hash(digest, msg, msg_len);
	if (key->common.algorithm->scheme == PK_PSS) {
		random_bytes(random_of(key), sizeof salt, salt);
		ok = rsa_pss_sha256_sign_digest_tr(&key->rsa_public, &key->rsa_private, random_of(key), random_bytes,
						   sizeof salt, salt, digest, key->number);
	} else {
		ok = rsa_sha256_sign_digest_tr(&key->rsa_public, &key->rsa_private, random_of(key), random_bytes,
					       digest, key->number);
	}
	if (ok)
		nettle_mpz_get_str_256(*sig_len, sig, key->number);
	return pk_answer(&key->common, ok, "rsa_sha256_sign_digest_tr() or its PSS like failed");
}

static int verify_rsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[SHA256_DIGEST_SIZE];
	if (sig_len != pk_rsa_len(&key->common))
		return LANE_ENGINE_REFUSED;
	hash(digest, msg, msg_len);
	nettle_mpz_set_str_256_u(key->number, sig_len, sig);
	const int ok = key->common.algorithm->scheme == PK_PSS
			       ? rsa_pss_sha256_verify_digest(&key->rsa_public, 32, digest, key->number)
			       : rsa_sha256_verify_digest(&key->rsa_public, digest, key->number);
	return ok ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
}

#if NETTLE_VERSION_MAJOR > 3 || NETTLE_VERSION_MINOR >= 10
#define HAS_OAEP 1
#endif

static int encrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 0, cap, *out_len = pk_rsa_len(&key->common));
	if (status != LANE_ENGINE_OK)
		return status;
#ifdef HAS_OAEP
	if (key->common.algorithm->scheme == PK_OAEP)
		return pk_answer(&key->common,
				 rsa_oaep_sha256_encrypt(&key->rsa_public, random_of(key), random_bytes, 0, NULL,
							 in_len, in, out),
				 "rsa_oaep_sha256_encrypt() failed");
#endif
	const int ok = rsa_encrypt(&key->rsa_public, random_of(key), random_bytes, in_len, in, key->number);
	if (ok)
		nettle_mpz_get_str_256(*out_len, out, key->number);
	return pk_answer(&key->common, ok, "rsa_encrypt() failed");
}

static int decrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 1, cap, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	if (in_len != pk_rsa_len(&key->common))
		return LANE_ENGINE_REFUSED;
	*out_len = cap;
#ifdef HAS_OAEP
	if (key->common.algorithm->scheme == PK_OAEP)
		return rsa_oaep_sha256_decrypt(&key->rsa_public, &key->rsa_private, random_of(key), random_bytes, 0,
					       NULL, out_len, out, in)
			       ? LANE_ENGINE_OK
			       : LANE_ENGINE_REFUSED;
#endif
	nettle_mpz_set_str_256_u(key->number, in_len, in);
	return rsa_decrypt_tr(&key->rsa_public, &key->rsa_private, random_of(key), random_bytes, out_len, out,
			      key->number)
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_REFUSED;
}

// ---- Curves ----

// The digest that goes with the curve: its length.
static size_t hash_for(const struct key *key, uint8_t digest[SHA384_DIGEST_SIZE], const uint8_t *msg, size_t msg_len)
{
	struct sha384_ctx context;
	if (key->common.algorithm->kind == DER_P256) {
		hash(digest, msg, msg_len);
		return SHA256_DIGEST_SIZE;
	}
	sha384_init(&context);
	sha384_update(&context, msg_len, msg);
	sha384_digest(&context, SHA384_DIGEST_SIZE, digest);
	return SHA384_DIGEST_SIZE;
}

static int sign_ecdsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[SHA384_DIGEST_SIZE], r_s[2 * der_max_secret];
	const size_t n = der_secret_len(key->common.algorithm->kind);
	const int status = pk_can(&key->common, 1, 0, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	const size_t digest_len = hash_for(key, digest, msg, msg_len);
	ecdsa_sign(&key->ec_private, random_of(key), random_bytes, digest_len, digest, &key->signature);
	nettle_mpz_get_str_256(n, r_s, key->signature.r);
	nettle_mpz_get_str_256(n, r_s + n, key->signature.s);
	*sig_len = der_write_signature(sig, cap, r_s, n);
	return pk_answer(&key->common, *sig_len > 0, "the output buffer is too small");
}

static int verify_ecdsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[SHA384_DIGEST_SIZE], r_s[2 * der_max_secret];
	const size_t n = der_secret_len(key->common.algorithm->kind);
	if (!der_read_signature(r_s, n, sig, sig_len))
		return LANE_ENGINE_REFUSED;
	const size_t digest_len = hash_for(key, digest, msg, msg_len);
	nettle_mpz_set_str_256_u(key->signature.r, n, r_s);
	nettle_mpz_set_str_256_u(key->signature.s, n, r_s + n);
	return ecdsa_verify(&key->ec_public, digest_len, digest, &key->signature) ? LANE_ENGINE_OK
										  : LANE_ENGINE_REFUSED;
}

static int sign_eddsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 1, cap, ED25519_SIGNATURE_SIZE);
	if (status != LANE_ENGINE_OK)
		return status;
	ed25519_sha512_sign(key->common.point, key->common.secret, msg_len, msg, sig);
	*sig_len = ED25519_SIGNATURE_SIZE;
	return LANE_ENGINE_OK;
}

static int verify_eddsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	const struct key *const key = p;
	return sig_len == ED25519_SIGNATURE_SIZE && ed25519_sha512_verify(key->common.point, msg_len, msg, sig)
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_REFUSED;
}

static int derive_ecdh(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	const size_t n = der_secret_len(key->common.algorithm->kind);
	const int status = pk_can(&key->common, 1, cap, n);
	if (status != LANE_ENGINE_OK)
		return status;
	if (peer_len != 1 + 2 * n || peer[0] != 4 || !point_set(&key->peer, peer + 1, n))
		return LANE_ENGINE_REFUSED;
	ecc_point_mul(&key->product, &key->ec_private, &key->peer);
	point_get(&key->product, secret, NULL, n);
	*secret_len = n;
	return LANE_ENGINE_OK;
}

static int derive_x25519(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 1, cap, CURVE25519_SIZE);
	if (status != LANE_ENGINE_OK)
		return status;
	if (peer_len != CURVE25519_SIZE)
		return LANE_ENGINE_REFUSED;
	curve25519_mul(secret, key->common.secret, peer);
	*secret_len = CURVE25519_SIZE;
	return pk_is_not_zero(secret, CURVE25519_SIZE) ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
}

static const struct lane_engine_pk items[] = {
	PK_EACH_RSA(PK_RSA_PKCS1),
	PK_EACH_RSA(PK_RSA_PSS),
#ifdef HAS_OAEP
	PK_EACH_RSA(PK_RSA_OAEP),
#endif
	PK_ECDSAS,
	PK_ED25519,
	PK_ECDHS,
	PK_X25519,
};
const struct lane_engine_table nettle_pk_table = ADAPTOR_TABLE(items);
