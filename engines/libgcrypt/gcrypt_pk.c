// SPDX-License-Identifier: MIT
// Public keys. The library takes them and all its data as S-expressions: a key's is made once, that of a message for
// each message, as there is no other way in. RSA is blinded, and ECDSA on secret scalars. ECDH goes by the curve's
// own context, which an S-expression would have made anew each time; its scalar is marked as secret, which makes the
// multiplication one in constant time.

#include <limits.h>

#define PK_ENCRYPT_CAPABILITIES LANE_ENGINE_NO_EMPTY
#include "../pk_keys.h"
#include "gcrypt_engine.h"

struct key {
	struct pk_key common;
	gcry_sexp_t private_key, public_key;
	gcry_ctx_t curve; // ECDH, and points of strangers
	gcry_mpi_t scalar;
	gcry_mpi_point_t peer, product;
};
const size_t pk_key_len = sizeof(struct key);

static const char *name_of(const struct pk_key *key)
{
	static const char *const names[] = {[DER_P256] = "NIST P-256", [DER_P384] = "NIST P-384"};
	return names[key->algorithm->kind];
}

static int is_nist(const struct pk_key *key)
{
	return key->algorithm->kind == DER_P256 || key->algorithm->kind == DER_P384;
}

static int failed(const struct key *key, gcry_error_t error)
{
	return adaptor_failed(key->common.engine, gcry_strerror(error));
}

// The bytes of one element of a list, big-endian, right-aligned in len of them; 0 when they don't fit or aren't there.
static int take(gcry_sexp_t list, const char *name, uint8_t *out, size_t len)
{
	const gcry_sexp_t element = gcry_sexp_find_token(list, name, 0);
	size_t n = 0;
	const char *data = element ? gcry_sexp_nth_data(element, 1, &n) : NULL;
	for (; data && n > len && *data == 0; n--)
		data++;
	const int fits = data && n <= len;
	if (fits) {
		memset(out, 0, len - n);
		memcpy(out + len - n, data, n);
	}
	gcrypt_release(element);
	return fits;
}

// ---- Keys ----

void pk_unload(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	gcrypt_release(key->private_key);
	gcry_sexp_release(key->public_key);
	gcry_mpi_release(key->scalar);
	gcry_mpi_point_release(key->peer);
	gcry_mpi_point_release(key->product);
	gcry_ctx_release(key->curve);
}

// The library's u is p⁻¹ mod q: PKCS#1's q⁻¹ mod p with the primes exchanged.
static gcry_error_t load_rsa(struct key *key)
{
	const struct pk_key *const c = &key->common;
#define NUMBER(i) (int)c->number[i].len, c->number[i].data
	gcry_error_t error = gcry_sexp_build(&key->public_key, NULL, "(public-key (rsa (n %b) (e %b)))", NUMBER(DER_N),
					     NUMBER(DER_E));
	if (!error && c->has_private)
		error = gcry_sexp_build(&key->private_key, NULL,
					"(private-key (rsa (n %b) (e %b) (d %b) (p %b) (q %b) (u %b)))", NUMBER(DER_N),
					NUMBER(DER_E), NUMBER(DER_D), NUMBER(DER_Q), NUMBER(DER_P), NUMBER(DER_QINV));
#undef NUMBER
	return error;
}

// A point as 04, x, y.
static gcry_error_t decode_point(gcry_mpi_point_t point, const uint8_t *bytes, size_t len, gcry_ctx_t curve)
{
	const gcry_mpi_t value = gcry_mpi_set_opaque_copy(NULL, bytes, (unsigned)len * 8);
	const gcry_error_t error = gcry_mpi_ec_decode_point(point, value, curve);
	gcry_mpi_release(value);
	return error ? error : gcry_mpi_ec_curve_point(point, curve) ? 0 : gcry_error(GPG_ERR_BROKEN_PUBKEY);
}

static int print(gcry_mpi_t number, uint8_t *out, size_t len)
{
	size_t n;
	if (gcry_mpi_print(GCRYMPI_FMT_USG, out, len, &n, number) != 0)
		return 0;
	memmove(out + len - n, out, n);
	memset(out, 0, len - n);
	return 1;
}

// x, and y where it is wanted.
static int encode_point(const struct key *key, gcry_mpi_point_t point, uint8_t *x_out, uint8_t *y_out)
{
	const size_t n = der_secret_len(key->common.algorithm->kind);
	const gcry_mpi_t x = gcry_mpi_snew(0), y = y_out ? gcry_mpi_snew(0) : NULL;
	const int ok = gcry_mpi_ec_get_affine(x, y, point, key->curve) == 0 && print(x, x_out, n) &&
		       (!y_out || print(y, y_out, n));
	gcry_mpi_release(x);
	gcry_mpi_release(y);
	return ok;
}

static gcry_error_t load_nist(struct key *key)
{
	struct pk_key *const c = &key->common;
	const size_t n = der_secret_len(c->algorithm->kind);
	gcry_error_t error = gcry_mpi_ec_new(&key->curve, NULL, name_of(c));
	if (error)
		return error;
	key->peer = gcry_mpi_point_new(0);
	key->product = gcry_mpi_point_new(0);
	if (c->has_private) {
		error = gcry_mpi_scan(&key->scalar, GCRYMPI_FMT_USG, c->secret, n, NULL);
		if (error)
			return error;
		gcry_mpi_set_flag(key->scalar, GCRYMPI_FLAG_SECURE);
		const gcry_mpi_point_t generator = gcry_mpi_ec_get_point("g", key->curve, 1);
		gcry_mpi_ec_mul(key->product, key->scalar, generator, key->curve);
		gcry_mpi_point_release(generator);
		c->point[0] = 4;
		if (!encode_point(key, key->product, c->point + 1, c->point + 1 + n))
			return gcry_error(GPG_ERR_BROKEN_SECKEY);
		error = gcry_sexp_build(&key->private_key, NULL, "(private-key (ecc (curve %s) (q %b) (d %b)))",
					name_of(c), (int)(1 + 2 * n), c->point, (int)n, c->secret);
	} else {
		error = decode_point(key->peer, c->point, 1 + 2 * n, key->curve);
	}
	return error ? error
		     : gcry_sexp_build(&key->public_key, NULL, "(public-key (ecc (curve %s) (q %b)))", name_of(c),
				       (int)(1 + 2 * n), c->point);
}

static gcry_error_t load_ed25519(struct key *key)
{
	struct pk_key *const c = &key->common;
	if (c->has_private) { // the library completes a key without a point when it signs, but does not say it
		gcry_ctx_t curve = NULL;
		gcry_sexp_t half = NULL;
		gcry_error_t error = gcry_sexp_build(
			&half, NULL, "(private-key (ecc (curve Ed25519) (flags eddsa) (d %b)))", 32, c->secret);
		if (!error)
			error = gcry_mpi_ec_new(&curve, half, NULL);
		const gcry_mpi_t q = error ? NULL : gcry_mpi_ec_get_mpi("q@eddsa", curve, 1);
		unsigned bits = 0;
		const void *const bytes = q ? gcry_mpi_get_opaque(q, &bits) : NULL;
		if (bits == 256)
			memcpy(c->point, bytes, 32);
		else if (!error)
			error = gcry_error(GPG_ERR_BROKEN_SECKEY);
		gcry_mpi_release(q);
		gcry_ctx_release(curve);
		gcrypt_release(half);
		if (!error)
			error = gcry_sexp_build(&key->private_key, NULL,
						"(private-key (ecc (curve Ed25519) (flags eddsa) (q %b) (d %b)))", 32,
						c->point, 32, c->secret);
		if (error)
			return error;
	}
	return gcry_sexp_build(&key->public_key, NULL, "(public-key (ecc (curve Ed25519) (flags eddsa) (q %b)))", 32,
			       c->point);
}

static gcry_error_t load_x25519(struct key *key)
{
	return key->common.has_private
		       ? gcry_ecc_mul_point(GCRY_ECC_CURVE25519, key->common.point, key->common.secret, NULL)
		       : 0;
}

const char *pk_load(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	const gcry_error_t error = pk_is_rsa(c)                        ? load_rsa(key)
				   : is_nist(c)                        ? load_nist(key)
				   : c->algorithm->kind == DER_ED25519 ? load_ed25519(key)
								       : load_x25519(key);
	return error ? gcry_strerror(error) : NULL;
}

// With "transient-key": random numbers as good, but not as long waited for. dp and dq are not among what comes.
static const char *make_rsa(struct key *key)
{
	struct pk_key *const c = &key->common;
	gcry_sexp_t wanted = NULL, pair = NULL;
	gcry_error_t error =
		gcry_sexp_build(&wanted, NULL, "(genkey (rsa (nbits %u) (rsa-use-e 5:65537) (flags transient-key)))",
				c->algorithm->bits);
	if (!error)
		error = gcry_pk_genkey(&pair, wanted);
	const gcry_sexp_t half = pair ? gcry_sexp_find_token(pair, "private-key", 0) : NULL;
	static const struct {
		const char *name;
		enum der_number number;
	} taken[] = {{"n", DER_N}, {"e", DER_E}, {"d", DER_D}, {"p", DER_Q}, {"q", DER_P}, {"u", DER_QINV}};
	int ok = half != NULL;
	for (size_t i = 0; i < sizeof taken / sizeof taken[0] && ok; i++)
		ok = take(half, taken[i].name, c->number[taken[i].number].data, c->number[taken[i].number].len);
	const gcry_mpi_t x = gcry_mpi_snew(0);
	for (int i = 0; i < 2 && ok; i++) {
		gcry_mpi_t prime = NULL, exponent = NULL;
		ok = gcry_mpi_scan(&prime, GCRYMPI_FMT_USG, c->number[DER_P + i].data, c->number[DER_P + i].len,
				   NULL) == 0 &&
		     gcry_mpi_scan(&exponent, GCRYMPI_FMT_USG, c->number[DER_D].data, c->number[DER_D].len, NULL) == 0;
		if (ok) {
			gcry_mpi_sub_ui(prime, prime, 1);
			gcry_mpi_mod(x, exponent, prime);
			ok = print(x, c->number[DER_DP + i].data, c->number[DER_DP + i].len);
		}
		gcry_mpi_release(prime);
		gcry_mpi_release(exponent);
	}
	gcry_mpi_release(x);
	gcrypt_release(half);
	gcrypt_release(pair);
	gcry_sexp_release(wanted);
	if (error)
		return gcry_strerror(error);
	return ok && load_rsa(key) == 0 ? NULL : "gcry_pk_genkey() made no such key";
}

static gcry_error_t random_secret(struct key *key)
{
	struct pk_key *const c = &key->common;
	const size_t n = der_secret_len(c->algorithm->kind);
	if (!is_nist(c)) {
		gcry_randomize(c->secret, n, GCRY_STRONG_RANDOM);
		return 0;
	}
	gcry_ctx_t curve = NULL; // below the order, without bias: as its generator's keys are
	const gcry_error_t error = gcry_mpi_ec_new(&curve, NULL, name_of(c));
	if (error)
		return error;
	const gcry_mpi_t order = gcry_mpi_ec_get_mpi("n", curve, 0), scalar = gcry_mpi_snew(0);
	do {
		gcry_mpi_randomize(scalar, (unsigned)n * 8, GCRY_STRONG_RANDOM);
	} while (gcry_mpi_cmp(scalar, order) >= 0 || gcry_mpi_cmp_ui(scalar, 0) == 0);
	const int ok = print(scalar, c->secret, n);
	gcry_mpi_release(scalar);
	gcry_mpi_release(order); // a copy, unless the library holds it for constant
	gcry_ctx_release(curve);
	return ok ? 0 : gcry_error(GPG_ERR_INTERNAL);
}

const char *pk_make(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	if (pk_is_rsa(c))
		return make_rsa(key);
	const gcry_error_t error = random_secret(key);
	return error ? gcry_strerror(error) : pk_load(c);
}

// ---- RSA ----

enum { sha256_len = 32, sha384_len = 48 };

// The digest, padded as the scheme says.
static gcry_error_t padded(const struct key *key, gcry_sexp_t *data, const uint8_t *msg, size_t msg_len)
{
	uint8_t digest[sha256_len];
	gcry_md_hash_buffer(GCRY_MD_SHA256, digest, msg, msg_len);
	return gcry_sexp_build(data, NULL,
			       key->common.algorithm->scheme == PK_PSS
				       ? "(data (flags pss) (salt-length 2:32) (hash sha256 %b))"
				       : "(data (flags pkcs1) (hash sha256 %b))",
			       sha256_len, digest);
}

static int sign_rsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	gcry_sexp_t data = NULL, signature = NULL;
	const int status = pk_can(&key->common, 1, cap, *sig_len = pk_rsa_len(&key->common));
	if (status != LANE_ENGINE_OK)
		return status;
	gcry_error_t error = padded(key, &data, msg, msg_len);
	if (!error)
		error = gcry_pk_sign(&signature, data, key->private_key);
	if (!error && !take(signature, "s", sig, *sig_len))
		error = gcry_error(GPG_ERR_INTERNAL);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return error ? failed(key, error) : LANE_ENGINE_OK;
}

static int verify_rsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	const struct key *const key = p;
	gcry_sexp_t data = NULL, signature = NULL;
	if (sig_len != pk_rsa_len(&key->common))
		return LANE_ENGINE_REFUSED;
	gcry_error_t error = padded(key, &data, msg, msg_len);
	if (!error)
		error = gcry_sexp_build(&signature, NULL, "(sig-val (rsa (s %b)))", (int)sig_len, sig);
	if (!error)
		error = gcry_pk_verify(signature, data, key->public_key);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return error ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK;
}

static int is_oaep(const struct key *key)
{
	return key->common.algorithm->scheme == PK_OAEP;
}

static int encrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	gcry_sexp_t data = NULL, crypted = NULL;
	const int status = pk_can(&key->common, 0, cap, *out_len = pk_rsa_len(&key->common));
	if (status != LANE_ENGINE_OK)
		return status;
	if (in_len == 0)
		return LANE_ENGINE_UNSUPPORTED;
	if (in_len > *out_len - (is_oaep(key) ? 66 : 11)) // it would make do with less padding than RFC 8017 has
		return adaptor_failed(key->common.engine, "the message is too long");
	gcry_error_t error = gcry_sexp_build(&data, NULL,
					     is_oaep(key) ? "(data (flags oaep) (hash-algo sha256) (value %b))"
							  : "(data (flags pkcs1) (value %b))",
					     (int)in_len, in);
	if (!error)
		error = gcry_pk_encrypt(&crypted, data, key->public_key);
	if (!error && !take(crypted, "a", out, *out_len))
		error = gcry_error(GPG_ERR_INTERNAL);
	gcrypt_release(data);
	gcry_sexp_release(crypted);
	return error ? failed(key, error) : LANE_ENGINE_OK;
}

static int decrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	gcry_sexp_t crypted = NULL, plain = NULL;
	int status = pk_can(&key->common, 1, cap, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	if (in_len != pk_rsa_len(&key->common))
		return LANE_ENGINE_REFUSED;
	gcry_error_t error = gcry_sexp_build(&crypted, NULL,
					     is_oaep(key) ? "(enc-val (flags oaep) (hash-algo sha256) (rsa (a %b)))"
							  : "(enc-val (flags pkcs1) (rsa (a %b)))",
					     (int)in_len, in);
	if (!error)
		error = gcry_pk_decrypt(&plain, crypted, key->private_key);
	if (error) {
		status = LANE_ENGINE_REFUSED;
	} else {
		size_t len = 0;
		const char *const bytes = gcry_sexp_nth_data(plain, 1, &len); // NULL: an empty one
		status = pk_can(&key->common, 1, cap, len);
		if (status == LANE_ENGINE_OK && len > 0)
			memcpy(out, bytes, len);
		*out_len = len;
	}
	gcry_sexp_release(crypted);
	gcrypt_release(plain);
	return status;
}

// ---- Curves ----

// The digest that goes with the curve, as data.
static gcry_error_t raw(const struct key *key, gcry_sexp_t *data, const uint8_t *msg, size_t msg_len)
{
	uint8_t digest[sha384_len];
	const int is_p256 = key->common.algorithm->kind == DER_P256;
	gcry_md_hash_buffer(is_p256 ? GCRY_MD_SHA256 : GCRY_MD_SHA384, digest, msg, msg_len);
	return gcry_sexp_build(data, NULL, "(data (flags raw) (value %b))", is_p256 ? sha256_len : sha384_len, digest);
}

static int sign_ecdsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	gcry_sexp_t data = NULL, signature = NULL;
	uint8_t r_s[2 * der_max_secret];
	const size_t n = der_secret_len(key->common.algorithm->kind);
	const int status = pk_can(&key->common, 1, 0, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	gcry_error_t error = raw(key, &data, msg, msg_len);
	if (!error)
		error = gcry_pk_sign(&signature, data, key->private_key);
	if (!error && (!take(signature, "r", r_s, n) || !take(signature, "s", r_s + n, n)))
		error = gcry_error(GPG_ERR_INTERNAL);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	if (error)
		return failed(key, error);
	*sig_len = der_write_signature(sig, cap, r_s, n);
	return pk_answer(&key->common, *sig_len > 0, "the output buffer is too small");
}

static int verify_ecdsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	const struct key *const key = p;
	gcry_sexp_t data = NULL, signature = NULL;
	uint8_t r_s[2 * der_max_secret];
	const size_t n = der_secret_len(key->common.algorithm->kind);
	if (!der_read_signature(r_s, n, sig, sig_len))
		return LANE_ENGINE_REFUSED;
	gcry_error_t error = raw(key, &data, msg, msg_len);
	if (!error)
		error = gcry_sexp_build(&signature, NULL, "(sig-val (ecdsa (r %b) (s %b)))", (int)n, r_s, (int)n,
					r_s + n);
	if (!error)
		error = gcry_pk_verify(signature, data, key->public_key);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return error ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK;
}

static gcry_error_t pure(gcry_sexp_t *data, const uint8_t *msg, size_t msg_len)
{
	if (msg_len > INT_MAX)
		return gcry_error(GPG_ERR_TOO_LARGE);
	return gcry_sexp_build(data, NULL, "(data (flags eddsa) (hash-algo sha512) (value %b))", (int)msg_len, msg);
}

static int sign_eddsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	gcry_sexp_t data = NULL, signature = NULL;
	const int status = pk_can(&key->common, 1, cap, *sig_len = 64);
	if (status != LANE_ENGINE_OK)
		return status;
	gcry_error_t error = pure(&data, msg, msg_len);
	if (!error)
		error = gcry_pk_sign(&signature, data, key->private_key);
	if (!error && (!take(signature, "r", sig, 32) || !take(signature, "s", sig + 32, 32)))
		error = gcry_error(GPG_ERR_INTERNAL);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return error ? failed(key, error) : LANE_ENGINE_OK;
}

static int verify_eddsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	const struct key *const key = p;
	gcry_sexp_t data = NULL, signature = NULL;
	if (sig_len != 64)
		return LANE_ENGINE_REFUSED;
	gcry_error_t error = pure(&data, msg, msg_len);
	if (!error)
		error = gcry_sexp_build(&signature, NULL, "(sig-val (eddsa (r %b) (s %b)))", 32, sig, 32, sig + 32);
	if (!error)
		error = gcry_pk_verify(signature, data, key->public_key);
	gcry_sexp_release(data);
	gcry_sexp_release(signature);
	return error ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK;
}

static int derive_ecdh(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	const size_t n = der_secret_len(key->common.algorithm->kind);
	const int status = pk_can(&key->common, 1, cap, n);
	if (status != LANE_ENGINE_OK)
		return status;
	if (peer_len != 1 + 2 * n || peer[0] != 4 || decode_point(key->peer, peer, peer_len, key->curve) != 0)
		return LANE_ENGINE_REFUSED;
	gcry_mpi_ec_mul(key->product, key->scalar, key->peer, key->curve);
	*secret_len = n;
	return encode_point(key, key->product, secret, NULL) ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
}

static int derive_x25519(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 1, cap, 32);
	if (status != LANE_ENGINE_OK)
		return status;
	if (peer_len != 32 || gcry_ecc_mul_point(GCRY_ECC_CURVE25519, secret, key->common.secret, peer) != 0 ||
	    !pk_is_not_zero(secret, 32))
		return LANE_ENGINE_REFUSED;
	*secret_len = 32;
	return LANE_ENGINE_OK;
}

static const struct lane_engine_pk items[] = {
	PK_EACH_RSA(PK_RSA_PKCS1),
	PK_EACH_RSA(PK_RSA_PSS),
	PK_EACH_RSA(PK_RSA_OAEP),
	PK_ECDSAS,
	PK_ED25519,
	PK_ECDHS,
	PK_X25519,
};
const struct lane_engine_table gcrypt_pk_table = ADAPTOR_TABLE(items);
