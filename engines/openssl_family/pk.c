// SPDX-License-Identifier: MIT
// Public keys. A key keeps one context for each operation, initialised once, so that an operation costs
// the hash of the message and the library's own call.

#include <stdlib.h>

#include <openssl/rsa.h>

#include "family.h"

#if LANE_BORING
#include <openssl/curve25519.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/ecdh.h>
#endif

enum operation { op_sign, op_verify, op_encrypt, op_decrypt, op_derive, n_operations };

struct algorithm {
	enum lane_key_type type;
	int rsa_padding; // 0: no RSA
	int sha384;      // else SHA-256
	int pure;        // Ed25519: signs the message, not its digest
};

struct key {
	struct lane_engine_object *engine;
	const struct algorithm *algorithm;
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *ctx[n_operations];
	EVP_MD_CTX *pure[2]; // Ed25519: to sign, to verify
	uint32_t public_len, secret_len;
	int agree_ready; // 1: agree_init was done; -1: it failed
#if LANE_BORING
	EC_POINT *peer;
	uint8_t x25519[32];
#else
	EVP_PKEY *peer; // takes each peer's public key in turn
#endif
};

// ---- Agreement: the two branches of the family have different ways ----

#if LANE_BORING

// The curves' own functions: EVP would have to be given an EVP_PKEY made for each peer.
static int agree_init(struct key *key)
{
	if (key->algorithm->type == LANE_KEY_X25519) {
		size_t len = sizeof key->x25519;
		return EVP_PKEY_get_raw_private_key(key->pkey, key->x25519, &len);
	}
	key->peer = EC_POINT_new(EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(key->pkey)));
	return key->peer != NULL;
}

static void agree_wipe(struct key *key)
{
	EC_POINT_free(key->peer);
	OPENSSL_cleanse(key->x25519, sizeof key->x25519);
}

static int agree(struct key *key, uint8_t *secret, const uint8_t *peer, size_t peer_len)
{
	if (key->algorithm->type == LANE_KEY_X25519)
		return X25519(secret, key->x25519, peer);
	const EC_KEY *const ec = EVP_PKEY_get0_EC_KEY(key->pkey);
	return EC_POINT_oct2point(EC_KEY_get0_group(ec), key->peer, peer, peer_len, NULL) &&
	       ECDH_compute_key(secret, key->secret_len, key->peer, ec, NULL) == (int)key->secret_len;
}

static int raw_public(struct key *key, uint8_t *out, size_t cap, size_t *out_len)
{
	if (key->algorithm->type == LANE_KEY_X25519) {
		*out_len = cap;
		return EVP_PKEY_get_raw_public_key(key->pkey, out, out_len);
	}
	const EC_KEY *const ec = EVP_PKEY_get0_EC_KEY(key->pkey);
	*out_len = EC_POINT_point2oct(EC_KEY_get0_group(ec), EC_KEY_get0_public_key(ec), POINT_CONVERSION_UNCOMPRESSED,
				      out, cap, NULL);
	return *out_len > 0;
}

static EVP_PKEY_CTX *context_new(const struct key *key)
{
	return EVP_PKEY_CTX_new(key->pkey, NULL);
}

static int pure_init(EVP_MD_CTX *ctx, const struct key *key, int verify)
{
	return verify ? EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key->pkey)
		      : EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->pkey);
}

#else

static EVP_PKEY_CTX *context_new(const struct key *key)
{
	return EVP_PKEY_CTX_new_from_pkey(key->engine->lib, key->pkey, NULL);
}

static int agree_init(struct key *key)
{
	key->ctx[op_derive] = context_new(key);
	key->peer = EVP_PKEY_new();
	return key->ctx[op_derive] && EVP_PKEY_derive_init(key->ctx[op_derive]) == 1 && key->peer &&
	       EVP_PKEY_copy_parameters(key->peer, key->pkey) == 1;
}

static void agree_wipe(struct key *key)
{
	EVP_PKEY_free(key->peer);
}

// A point is checked to be on its curve when it is decoded, and these curves have no small subgroups:
// the further check, a multiplication by the order, is left out, as all other libraries do.
static int agree(struct key *key, uint8_t *secret, const uint8_t *peer, size_t peer_len)
{
	size_t len = key->secret_len;
	return EVP_PKEY_set1_encoded_public_key(key->peer, peer, peer_len) == 1 &&
	       EVP_PKEY_derive_set_peer_ex(key->ctx[op_derive], key->peer, 0) == 1 &&
	       EVP_PKEY_derive(key->ctx[op_derive], secret, &len) == 1 && len == key->secret_len;
}

static int raw_public(struct key *key, uint8_t *out, size_t cap, size_t *out_len)
{
	return EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, out, cap, out_len);
}

static int pure_init(EVP_MD_CTX *ctx, const struct key *key, int verify)
{
	return verify ? EVP_DigestVerifyInit_ex(ctx, NULL, NULL, key->engine->lib, NULL, key->pkey, NULL)
		      : EVP_DigestSignInit_ex(ctx, NULL, NULL, key->engine->lib, NULL, key->pkey, NULL);
}

#endif

// ---- Contexts ----

static int set_rsa(EVP_PKEY_CTX *ctx, enum operation op, int padding)
{
	if (EVP_PKEY_CTX_set_rsa_padding(ctx, padding) != 1)
		return 0;
	if (padding == RSA_PKCS1_PSS_PADDING)
		return EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32) == 1 &&
		       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1;
	if (padding == RSA_PKCS1_OAEP_PADDING && (op == op_encrypt || op == op_decrypt))
		return EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
		       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1;
	return 1;
}

static int context_init(EVP_PKEY_CTX *ctx, const struct algorithm *algorithm, enum operation op)
{
	static int (*const init[])(EVP_PKEY_CTX *) = {
		[op_sign] = EVP_PKEY_sign_init,
		[op_verify] = EVP_PKEY_verify_init,
		[op_encrypt] = EVP_PKEY_encrypt_init,
		[op_decrypt] = EVP_PKEY_decrypt_init,
	};
	if (init[op](ctx) != 1 || (algorithm->rsa_padding && !set_rsa(ctx, op, algorithm->rsa_padding)))
		return 0;
#if LANE_OPENSSL_FROM(3, 2)
	// Bad padding is to be refused, not answered with random bytes. (TLS has its own way to hide it.)
	if (op == op_decrypt && algorithm->rsa_padding == RSA_PKCS1_PADDING &&
	    EVP_PKEY_CTX_ctrl_str(ctx, "rsa_pkcs1_implicit_rejection", "0") != 1)
		return 0;
#endif
	return (op != op_sign && op != op_verify) ||
	       EVP_PKEY_CTX_set_signature_md(ctx, algorithm->sha384 ? EVP_sha384() : EVP_sha256()) == 1;
}

// The context of an operation: made at its first use, since a key that was generated for one derivation
// should not pay for contexts that it never uses.
static EVP_PKEY_CTX *context(struct key *key, enum operation op)
{
	if (key->ctx[op])
		return key->ctx[op];
	EVP_PKEY_CTX *const ctx = context_new(key);
	if (!ctx || !context_init(ctx, key->algorithm, op)) {
		EVP_PKEY_CTX_free(ctx);
		lane_fail(key->engine, "preparing a key");
		return NULL;
	}
	return key->ctx[op] = ctx;
}

// ---- Keys ----

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	for (size_t i = 0; i < n_operations; i++)
		EVP_PKEY_CTX_free(key->ctx[i]);
	EVP_MD_CTX_free(key->pure[0]);
	EVP_MD_CTX_free(key->pure[1]);
	agree_wipe(key);
	EVP_PKEY_free(key->pkey);
	free(key);
}

// Takes the library's key, or its failure.
static int key_new(struct lane_engine_object *engine, const struct lane_engine_pk *item, EVP_PKEY *pkey, void **out)
{
	if (!pkey)
		return LANE_ENGINE_FAILED;
	struct key *const key = lane_new(engine, sizeof *key);
	if (!key) {
		EVP_PKEY_free(pkey);
		return LANE_ENGINE_FAILED;
	}
	key->engine = engine;
	key->algorithm = item->data;
	key->public_len = item->public_len;
	key->secret_len = item->max_out;
	key->pkey = pkey;
	*out = key;
	return LANE_ENGINE_OK;
}

static int generate(struct lane_engine_object *engine, const struct lane_engine_pk *item, void **out)
{
	*out = NULL;
	return key_new(engine, item, lane_generate_key(engine, ((const struct algorithm *)item->data)->type), out);
}

static int import(struct lane_engine_object *engine, const struct lane_engine_pk *item, EVP_PKEY *pkey, void **out)
{
	*out = NULL;
	if (pkey && !lane_key_has_type(pkey, ((const struct algorithm *)item->data)->type)) {
		EVP_PKEY_free(pkey);
		return lane_unsupported(engine, "the key is of another type");
	}
	return key_new(engine, item, pkey, out);
}

static int import_private(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			  size_t der_len, void **out)
{
	return import(engine, item, lane_private_key(engine, der, der_len), out);
}

static int import_public(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			 size_t der_len, void **out)
{
	return import(engine, item, lane_public_key(engine, der, der_len), out);
}

static int export_private(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	const struct key *const key = p;
	return lane_write_private_key(key->pkey, der, cap, der_len) ? LANE_ENGINE_OK
								    : lane_fail(key->engine, "writing a private key");
}

static int export_public(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	const struct key *const key = p;
	return lane_write_public_key(key->pkey, der, cap, der_len) ? LANE_ENGINE_OK
								   : lane_fail(key->engine, "writing a public key");
}

// ---- Operations ----

static EVP_MD_CTX *pure(struct key *key, int verify)
{
	EVP_MD_CTX **const ctx = &key->pure[verify];
	if (!*ctx)
		*ctx = EVP_MD_CTX_new();
	return *ctx && pure_init(*ctx, key, verify) == 1 ? *ctx : NULL;
}

static int sign_pure(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	EVP_MD_CTX *const ctx = pure(key, 0);
	*sig_len = cap;
	if (!ctx || EVP_DigestSign(ctx, sig, sig_len, msg, msg_len) != 1)
		return lane_fail(key->engine, "signing");
	return LANE_ENGINE_OK;
}

static int verify_pure(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	EVP_MD_CTX *const ctx = pure(key, 1);
	if (!ctx)
		return lane_fail(key->engine, "verifying");
	return EVP_DigestVerify(ctx, sig, sig_len, msg, msg_len) == 1 ? LANE_ENGINE_OK : lane_refuse();
}

static size_t digest_len(const struct key *key)
{
	return key->algorithm->sha384 ? 48 : 32;
}

static int sign(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	EVP_PKEY_CTX *const ctx = context(key, op_sign);
	uint8_t digest[48];
	*sig_len = cap;
	if (!ctx)
		return LANE_ENGINE_FAILED;
	if (!lane_digest(key->engine, key->algorithm->sha384, digest, msg, msg_len) ||
	    EVP_PKEY_sign(ctx, sig, sig_len, digest, digest_len(key)) != 1)
		return lane_fail(key->engine, "signing");
	return LANE_ENGINE_OK;
}

static int verify(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	EVP_PKEY_CTX *const ctx = context(key, op_verify);
	uint8_t digest[48];
	if (!ctx)
		return LANE_ENGINE_FAILED;
	if (!lane_digest(key->engine, key->algorithm->sha384, digest, msg, msg_len))
		return lane_fail(key->engine, "verifying");
	return EVP_PKEY_verify(ctx, sig, sig_len, digest, digest_len(key)) == 1 ? LANE_ENGINE_OK : lane_refuse();
}

static int encrypt(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	EVP_PKEY_CTX *const ctx = context(key, op_encrypt);
	*out_len = cap;
	if (!ctx)
		return LANE_ENGINE_FAILED;
	return EVP_PKEY_encrypt(ctx, out, out_len, in, in_len) == 1 ? LANE_ENGINE_OK
								    : lane_fail(key->engine, "encrypting");
}

static int decrypt(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	EVP_PKEY_CTX *const ctx = context(key, op_decrypt);
	*out_len = cap;
	if (!ctx)
		return LANE_ENGINE_FAILED;
	if (EVP_PKEY_decrypt(ctx, out, out_len, in, in_len) != 1) {
		OPENSSL_cleanse(out, cap);
		*out_len = 0;
		return lane_refuse();
	}
	return LANE_ENGINE_OK;
}

static int public_raw(void *p, uint8_t *out, size_t cap, size_t *out_len)
{
	struct key *const key = p;
	return raw_public(key, out, cap, out_len) ? LANE_ENGINE_OK : lane_fail(key->engine, "writing a public key");
}

static int derive(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	if (!key->agree_ready)
		key->agree_ready = agree_init(key) ? 1 : -1;
	if (key->agree_ready < 0)
		return lane_fail(key->engine, "preparing a key");
	*secret_len = 0;
	if (cap < key->secret_len)
		return lane_unsupported(key->engine, "the secret does not fit");
	// Of the encodings of points only the one that TLS sends has this length.
	if (peer_len != key->public_len || !agree(key, secret, peer, peer_len))
		return lane_refuse();
	*secret_len = key->secret_len;
	return LANE_ENGINE_OK;
}

// ---- The table ----

#define KEYS                                                                                                           \
	.generate = generate, .import_private = import_private, .import_public = import_public,                        \
	.export_private = export_private, .export_public = export_public, .key_free = key_free
#define SIGN .sign = sign, .verify = verify
#define ENCRYPT .encrypt = encrypt, .decrypt = decrypt
#define DERIVE .public_raw = public_raw, .derive = derive
#define RSA(bits, suffix, padding, ops, ...)                                                                           \
	{                                                                                                              \
		.algorithm = "RSA-" #bits suffix, .key_type = "RSA-" #bits,                                            \
		.data = &(const struct algorithm){.type = LANE_KEY_RSA_##bits, .rsa_padding = padding},                \
		.operations = (ops) | LANE_ENGINE_PK_GENERATE, .max_out = bits / 8, KEYS, __VA_ARGS__                  \
	}
#define RSA_PKCS1(bits)                                                                                                \
	RSA(bits, "", RSA_PKCS1_PADDING, LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_ENCRYPT, SIGN, ENCRYPT,                  \
	    .max_message = bits / 8 - 11)
#define RSA_PSS(bits) RSA(bits, "-PSS", RSA_PKCS1_PSS_PADDING, LANE_ENGINE_PK_SIGN, SIGN)
#define RSA_OAEP(bits)                                                                                                 \
	RSA(bits, "-OAEP", RSA_PKCS1_OAEP_PADDING, LANE_ENGINE_PK_ENCRYPT, ENCRYPT, .max_message = bits / 8 - 66)
static const struct lane_engine_pk items[] = {
	RSA_PKCS1(2048),
	RSA_PSS(2048),
	RSA_OAEP(2048),
	RSA_PKCS1(3072),
	RSA_PSS(3072),
	RSA_OAEP(3072),
	RSA_PKCS1(4096),
	RSA_PSS(4096),
	RSA_OAEP(4096),
	{
		.algorithm = "ECDSA-P256",
		.key_type = "P-256",
		.data = &(const struct algorithm){.type = LANE_KEY_P256},
		.operations = LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_GENERATE,
		.max_out = 72,
		KEYS,
		SIGN,
	},
	{
		.algorithm = "ECDSA-P384",
		.key_type = "P-384",
		.data = &(const struct algorithm){.type = LANE_KEY_P384, .sha384 = 1},
		.operations = LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_GENERATE,
		.max_out = 104,
		KEYS,
		SIGN,
	},
	{
		.algorithm = "Ed25519",
		.key_type = "Ed25519",
		.data = &(const struct algorithm){.type = LANE_KEY_ED25519},
		.operations = LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_GENERATE,
		.max_out = 64,
		KEYS,
		.sign = sign_pure,
		.verify = verify_pure,
	},
	{
		.algorithm = "ECDH-P256",
		.key_type = "P-256",
		.data = &(const struct algorithm){.type = LANE_KEY_P256},
		.operations = LANE_ENGINE_PK_DERIVE | LANE_ENGINE_PK_GENERATE,
		.max_out = 32,
		.public_len = 65,
		KEYS,
		DERIVE,
	},
	{
		.algorithm = "ECDH-P384",
		.key_type = "P-384",
		.data = &(const struct algorithm){.type = LANE_KEY_P384},
		.operations = LANE_ENGINE_PK_DERIVE | LANE_ENGINE_PK_GENERATE,
		.max_out = 48,
		.public_len = 97,
		KEYS,
		DERIVE,
	},
	{
		.algorithm = "X25519",
		.key_type = "X25519",
		.data = &(const struct algorithm){.type = LANE_KEY_X25519},
		.operations = LANE_ENGINE_PK_DERIVE | LANE_ENGINE_PK_GENERATE,
		.max_out = 32,
		.public_len = 32,
		KEYS,
		DERIVE,
	},
};

const struct lane_engine_table lane_pk_table = LANE_TABLE(lane_engine_pk, items);
