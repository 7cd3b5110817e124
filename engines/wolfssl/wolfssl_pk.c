// SPDX-License-Identifier: MIT
// Public keys. RSA is blinded; what is secret on a curve is multiplied in constant time, or, as Debian builds it
// (FP_ECC), by a table of multiples that the library makes of each point that it meets again, such as a generator. In
// a benchmark a peer is met again too, so ECDH is faster there than with a new peer each time.

#include "wolfssl_engine.h"

#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/rsa.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>

#define PK_ENCRYPT_CAPABILITIES LANE_ENGINE_NO_EMPTY
#include "../pk_keys.h"

struct key {
	struct pk_key common;
	int is_made; // what the kind of key has of the following
	RsaKey rsa;
	ecc_key ec;
	ecc_point *peer;
	ed25519_key ed25519;
	curve25519_key x25519, x25519_peer;
};
const size_t pk_key_len = sizeof(struct key);

static WC_RNG *rng(const struct key *key)
{
	return &((struct wolfssl_object *)key->common.engine)->rng;
}

// ---- Keys ----

static int curve_of(const struct key *key)
{
	return key->common.algorithm->kind == DER_P256 ? ECC_SECP256R1 : ECC_SECP384R1;
}

static word32 secret_len(const struct key *key)
{
	return (word32)der_secret_len(key->common.algorithm->kind);
}

static word32 point_len(const struct key *key)
{
	return (word32)der_point_len(key->common.algorithm->kind);
}

static int init(struct key *key)
{
	int error = 0;
	switch (key->common.algorithm->kind) {
	case DER_RSA:
		error = wc_InitRsaKey(&key->rsa, NULL);
		if (!error)
			error = wc_RsaSetRNG(&key->rsa, rng(key));
		break;
	case DER_P256:
	case DER_P384:
		error = wc_ecc_init(&key->ec);
		if (!error)
			error = wc_ecc_set_rng(&key->ec, rng(key));
		key->peer = wc_ecc_new_point();
		if (!key->peer)
			error = MEMORY_E;
		break;
	case DER_ED25519:
		error = wc_ed25519_init(&key->ed25519);
		break;
	case DER_X25519:
		error = wc_curve25519_init(&key->x25519);
		if (!error)
			error = wc_curve25519_init(&key->x25519_peer);
		break;
	}
	key->is_made = 1;
	return error;
}

void pk_unload(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	if (!key->is_made)
		return;
	switch (c->algorithm->kind) {
	case DER_RSA:
		wc_FreeRsaKey(&key->rsa);
		break;
	case DER_P256:
	case DER_P384:
		wc_ecc_del_point(key->peer);
		wc_ecc_free(&key->ec);
		break;
	case DER_ED25519:
		wc_ed25519_free(&key->ed25519);
		break;
	case DER_X25519:
		wc_curve25519_free(&key->x25519);
		wc_curve25519_free(&key->x25519_peer);
		break;
	}
}

static int load_rsa(struct key *key)
{
	struct pk_key *const c = &key->common;
	uint8_t der[der_max_key];
	size_t len;
	word32 at = 0;
	if (!c->has_private)
		return wc_RsaPublicKeyDecodeRaw(c->number[DER_N].data, (word32)c->number[DER_N].len,
						c->number[DER_E].data, (word32)c->number[DER_E].len, &key->rsa);
	int error = pk_export_private(key, der, sizeof der, &len);
	if (!error)
		error = wc_RsaPrivateKeyDecode(der, &at, &key->rsa, (word32)len);
	explicit_bzero(der, sizeof der);
	return error;
}

static int keep_point(struct key *key)
{
	word32 len = sizeof key->common.point;
	return wc_ecc_export_x963(&key->ec, key->common.point, &len);
}

static int load_ec(struct key *key)
{
	struct pk_key *const c = &key->common;
	int error;
	if (c->has_private) {
		error = wc_ecc_import_private_key_ex(c->secret, secret_len(key), NULL, 0, &key->ec, curve_of(key));
		if (!error)
			error = wc_ecc_make_pub_ex(&key->ec, NULL, rng(key));
		return error ? error : keep_point(key);
	}
	error = wc_ecc_import_x963_ex(c->point, point_len(key), &key->ec, curve_of(key));
	return error ? error : wc_ecc_check_key(&key->ec);
}

static int load_ed25519(struct key *key)
{
	struct pk_key *const c = &key->common;
	if (!c->has_private)
		return wc_ed25519_import_public(c->point, ED25519_PUB_KEY_SIZE, &key->ed25519);
	int error = wc_ed25519_import_private_only(c->secret, ED25519_KEY_SIZE, &key->ed25519);
	if (!error)
		error = wc_ed25519_make_public(&key->ed25519, c->point, ED25519_PUB_KEY_SIZE);
	if (!error)
		error = wc_ed25519_import_private_key(c->secret, ED25519_KEY_SIZE, c->point, ED25519_PUB_KEY_SIZE,
						      &key->ed25519);
	return error;
}

static int load_x25519(struct key *key)
{
	struct pk_key *const c = &key->common;
	uint8_t clamped[CURVE25519_KEYSIZE]; // RFC 7748 §5, which not every function does itself
	if (!c->has_private)
		return 0;
	memcpy(clamped, c->secret, sizeof clamped);
	clamped[0] &= 248;
	clamped[31] = (uint8_t)((clamped[31] & 127) | 64);
	int error = wc_curve25519_make_pub(CURVE25519_KEYSIZE, c->point, CURVE25519_KEYSIZE, clamped);
	if (!error)
		error = wc_curve25519_import_private_ex(clamped, sizeof clamped, &key->x25519, EC25519_LITTLE_ENDIAN);
	explicit_bzero(clamped, sizeof clamped);
	return error;
}

const char *pk_load(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	int error = init(key);
	if (error)
		return "a key cannot be made ready";
	switch (c->algorithm->kind) {
	case DER_RSA:
		error = load_rsa(key);
		break;
	case DER_P256:
	case DER_P384:
		error = load_ec(key);
		break;
	case DER_ED25519:
		error = load_ed25519(key);
		break;
	case DER_X25519:
		error = load_x25519(key);
		break;
	}
	return error ? "a key that the library does not take" : NULL;
}

static int make_rsa(struct key *key)
{
	RsaKey *const rsa = &key->rsa;
	const mp_int *const numbers[der_n_numbers] = {&rsa->n, &rsa->e,  &rsa->d,  &rsa->p,
						      &rsa->q, &rsa->dP, &rsa->dQ, &rsa->u};
	int error = wc_MakeRsaKey(rsa, (int)key->common.algorithm->bits, WC_RSA_EXPONENT, rng(key));
	for (int i = 0; i < der_n_numbers && !error; i++)
		error = mp_to_unsigned_bin_len(numbers[i], key->common.number[i].data, (int)key->common.number[i].len);
	return error;
}

static int make_ec(struct key *key)
{
	word32 len = secret_len(key);
	int error = wc_ecc_make_key_ex(rng(key), (int)len, &key->ec, curve_of(key));
	if (!error)
		error = wc_ecc_export_private_only(&key->ec, key->common.secret, &len);
	return error ? error : keep_point(key);
}

static int make_ed25519(struct key *key)
{
	word32 secret = ED25519_KEY_SIZE, point = ED25519_PUB_KEY_SIZE;
	int error = wc_ed25519_make_key(rng(key), ED25519_KEY_SIZE, &key->ed25519);
	if (!error)
		error = wc_ed25519_export_private_only(&key->ed25519, key->common.secret, &secret);
	return error ? error : wc_ed25519_export_public(&key->ed25519, key->common.point, &point);
}

static int make_x25519(struct key *key)
{
	word32 secret = CURVE25519_KEYSIZE, point = CURVE25519_KEYSIZE;
	const int error = wc_curve25519_make_key(rng(key), CURVE25519_KEYSIZE, &key->x25519);
	return error ? error
		     : wc_curve25519_export_key_raw_ex(&key->x25519, key->common.secret, &secret, key->common.point,
						       &point, EC25519_LITTLE_ENDIAN);
}

const char *pk_make(struct pk_key *c)
{
	struct key *const key = (struct key *)c;
	int error = init(key);
	if (error)
		return "a key cannot be made ready";
	switch (c->algorithm->kind) {
	case DER_RSA:
		error = make_rsa(key);
		break;
	case DER_P256:
	case DER_P384:
		error = make_ec(key);
		break;
	case DER_ED25519:
		error = make_ed25519(key);
		break;
	case DER_X25519:
		error = make_x25519(key);
		break;
	}
	return error ? "making a key failed" : NULL;
}

// ---- RSA ----

enum { max_info = WC_SHA256_DIGEST_SIZE + 64 }; // a DigestInfo

static word32 digest_info(uint8_t info[max_info], const uint8_t *digest)
{
	return wc_EncodeSignature(info, digest, WC_SHA256_DIGEST_SIZE, SHA256h);
}

static int sign_rsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[WC_SHA256_DIGEST_SIZE], info[max_info];
	const word32 len = (word32)pk_rsa_len(&key->common);
	const int status = pk_can(&key->common, 1, cap, *sig_len = len);
	if (status != LANE_ENGINE_OK)
		return status;
	if (msg_len > wolfssl_max_len)
		return LANE_ENGINE_UNSUPPORTED;
	int answer = wc_Sha256Hash(msg, (word32)msg_len, digest);
	if (answer == 0 && key->common.algorithm->scheme == PK_PSS)
		answer = wc_RsaPSS_Sign_ex(digest, sizeof digest, sig, len, WC_HASH_TYPE_SHA256, WC_MGF1SHA256, 32,
					   &key->rsa, rng(key));
	else if (answer == 0)
		answer = wc_RsaSSL_Sign(info, digest_info(info, digest), sig, len, &key->rsa, rng(key));
	return pk_answer(&key->common, answer == (int)len, "wc_RsaSSL_Sign() or wc_RsaPSS_Sign() failed");
}

static int verify_rsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[WC_SHA256_DIGEST_SIZE], info[max_info], copy[der_max_rsa], found[der_max_rsa];
	if (msg_len > wolfssl_max_len)
		return LANE_ENGINE_UNSUPPORTED;
	if (sig_len != pk_rsa_len(&key->common) || wc_Sha256Hash(msg, (word32)msg_len, digest) != 0)
		return LANE_ENGINE_REFUSED;
	if (key->common.algorithm->scheme == PK_PSS) {
		memcpy(copy, sig, sig_len); // to be written to, the prototype says
		return wc_RsaPSS_VerifyCheck(copy, (word32)sig_len, found, sizeof found, digest, sizeof digest,
					     WC_HASH_TYPE_SHA256, WC_MGF1SHA256, &key->rsa) >= 0
			       ? LANE_ENGINE_OK
			       : LANE_ENGINE_REFUSED;
	}
	const word32 info_len = digest_info(info, digest);
	const int found_len = wc_RsaSSL_Verify(sig, (word32)sig_len, found, sizeof found, &key->rsa);
	return found_len == (int)info_len && memcmp(found, info, info_len) == 0 ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
}

static int is_oaep(const struct key *key)
{
	return key->common.algorithm->scheme == PK_OAEP;
}

static int encrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	const word32 len = (word32)pk_rsa_len(&key->common);
	const int status = pk_can(&key->common, 0, cap, *out_len = len);
	if (status != LANE_ENGINE_OK)
		return status;
	if (in_len == 0 || in_len > wolfssl_max_len)
		return LANE_ENGINE_UNSUPPORTED;
	const int answer =
		is_oaep(key) ? wc_RsaPublicEncrypt_ex(in, (word32)in_len, out, len, &key->rsa, rng(key),
						      WC_RSA_OAEP_PAD, WC_HASH_TYPE_SHA256, WC_MGF1SHA256, NULL, 0)
			     : wc_RsaPublicEncrypt(in, (word32)in_len, out, len, &key->rsa, rng(key));
	return pk_answer(&key->common, answer == (int)len, "wc_RsaPublicEncrypt() failed");
}

static int decrypt_rsa(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	const int status = pk_can(&key->common, 1, cap, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	if (in_len != pk_rsa_len(&key->common))
		return LANE_ENGINE_REFUSED;
	const word32 room = cap < der_max_rsa ? (word32)cap : der_max_rsa;
	const int answer = is_oaep(key)
				   ? wc_RsaPrivateDecrypt_ex(in, (word32)in_len, out, room, &key->rsa, WC_RSA_OAEP_PAD,
							     WC_HASH_TYPE_SHA256, WC_MGF1SHA256, NULL, 0)
				   : wc_RsaPrivateDecrypt(in, (word32)in_len, out, room, &key->rsa);
	if (answer < 0)
		return LANE_ENGINE_REFUSED;
	*out_len = (size_t)answer;
	return LANE_ENGINE_OK;
}

// ---- Curves ----

// The digest that goes with the curve: its length, or 0.
static word32 hash(const struct key *key, uint8_t digest[WC_SHA384_DIGEST_SIZE], const uint8_t *msg, size_t msg_len)
{
	if (msg_len > wolfssl_max_len)
		return 0;
	if (key->common.algorithm->kind == DER_P256)
		return wc_Sha256Hash(msg, (word32)msg_len, digest) ? 0 : WC_SHA256_DIGEST_SIZE;
	return wc_Sha384Hash(msg, (word32)msg_len, digest) ? 0 : WC_SHA384_DIGEST_SIZE;
}

static int sign_ecdsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[WC_SHA384_DIGEST_SIZE];
	word32 len = key->common.algorithm->kind == DER_P256 ? 72 : 104;
	const int status = pk_can(&key->common, 1, cap, len);
	if (status != LANE_ENGINE_OK)
		return status;
	const word32 digest_len = hash(key, digest, msg, msg_len);
	if (digest_len == 0 || wc_ecc_sign_hash(digest, digest_len, sig, &len, rng(key), &key->ec) != 0)
		return adaptor_failed(key->common.engine, "wc_ecc_sign_hash() failed");
	*sig_len = len;
	return LANE_ENGINE_OK;
}

static int verify_ecdsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	uint8_t digest[WC_SHA384_DIGEST_SIZE], r_s[2 * der_max_secret];
	int is_right = 0;
	if (!der_read_signature(r_s, secret_len(key), sig, sig_len)) // the library's own reader takes more than DER
		return LANE_ENGINE_REFUSED;
	const word32 digest_len = hash(key, digest, msg, msg_len);
	return digest_len > 0 &&
			       wc_ecc_verify_hash(sig, (word32)sig_len, digest, digest_len, &is_right, &key->ec) == 0 &&
			       is_right == 1
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_REFUSED;
}

static int sign_eddsa(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	word32 len = ED25519_SIG_SIZE;
	const int status = pk_can(&key->common, 1, cap, len);
	if (status != LANE_ENGINE_OK)
		return status;
	if (msg_len > wolfssl_max_len)
		return LANE_ENGINE_UNSUPPORTED;
	*sig_len = ED25519_SIG_SIZE;
	return wolfssl_status(key->common.engine, wc_ed25519_sign_msg(msg, (word32)msg_len, sig, &len, &key->ed25519),
			      "wc_ed25519_sign_msg() failed");
}

static int verify_eddsa(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	int is_right = 0;
	return sig_len == ED25519_SIG_SIZE && msg_len <= wolfssl_max_len &&
			       wc_ed25519_verify_msg(sig, (word32)sig_len, msg, (word32)msg_len, &is_right,
						     &key->ed25519) == 0 &&
			       is_right == 1
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_REFUSED;
}

static int derive_ecdh(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *out_len)
{
	struct key *const key = p;
	const int index = key->ec.idx;
	word32 len = secret_len(key);
	const int status = pk_can(&key->common, 1, cap, len);
	if (status != LANE_ENGINE_OK)
		return status;
	if (peer_len != point_len(key) || peer[0] != 4 ||
	    wc_ecc_import_point_der_ex(peer, (word32)peer_len, index, key->peer, 0) != 0 ||
	    wc_ecc_point_is_on_curve(key->peer, index) != 0 ||
	    wc_ecc_shared_secret_ex(&key->ec, key->peer, secret, &len) != 0)
		return LANE_ENGINE_REFUSED;
	*out_len = len;
	return LANE_ENGINE_OK;
}

static int derive_x25519(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *out_len)
{
	struct key *const key = p;
	word32 len = CURVE25519_KEYSIZE;
	const int status = pk_can(&key->common, 1, cap, len);
	if (status != LANE_ENGINE_OK)
		return status;
	if (peer_len != CURVE25519_KEYSIZE ||
	    wc_curve25519_import_public_ex(peer, CURVE25519_KEYSIZE, &key->x25519_peer, EC25519_LITTLE_ENDIAN) != 0 ||
	    wc_curve25519_shared_secret_ex(&key->x25519, &key->x25519_peer, secret, &len, EC25519_LITTLE_ENDIAN) != 0 ||
	    !pk_is_not_zero(secret, CURVE25519_KEYSIZE))
		return LANE_ENGINE_REFUSED;
	*out_len = len;
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
const struct lane_engine_table wolfssl_pk_table = ADAPTOR_TABLE(items);
