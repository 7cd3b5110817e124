// SPDX-License-Identifier: MIT
// Public keys. A key's operations are made when first needed and kept: making one takes as long as a signature with it.

#include "botan_engine.h"

struct algorithm {
	const char *name, *parameters; // as botan_privkey_create wants them
	const char *size_field; // a number that tells keys of one name apart by its bits; NULL: they are all alike
	size_t bits;
	const char *padding;
	uint32_t flags;
};

struct key {
	struct lane_engine_object *engine;
	const struct algorithm *algorithm;
	botan_privkey_t private_key; // NULL in a public key
	botan_pubkey_t public_key;
	botan_pk_op_sign_t sign;
	botan_pk_op_verify_t verify;
	botan_pk_op_encrypt_t encrypt;
	botan_pk_op_decrypt_t decrypt;
	botan_privkey_t agreeing_key; // ECDH: the same key under the name that Botan agrees with
	botan_pk_op_ka_t agree;
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	botan_pk_op_sign_destroy(key->sign);
	botan_pk_op_verify_destroy(key->verify);
	botan_pk_op_encrypt_destroy(key->encrypt);
	botan_pk_op_decrypt_destroy(key->decrypt);
	botan_pk_op_key_agreement_destroy(key->agree);
	botan_privkey_destroy(key->agreeing_key);
	botan_privkey_destroy(key->private_key);
	botan_pubkey_destroy(key->public_key);
	free(key);
}

static struct key *key_make(struct lane_engine_object *engine, const struct lane_engine_pk *item)
{
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (key) {
		key->engine = engine;
		key->algorithm = item->data;
	}
	return key;
}

// Whether the public half is of the type that the algorithm wants.
static int has_type(const struct key *key)
{
	const struct algorithm *const algorithm = key->algorithm;
	char name[32] = "";
	size_t name_len = sizeof name, bits = 0;
	botan_mp_t number;
	if (botan_pubkey_algo_name(key->public_key, name, &name_len) != 0 || strcmp(name, algorithm->name) != 0)
		return 0;
	if (!algorithm->size_field)
		return 1;
	if (botan_mp_init(&number) != 0)
		return 0;
	if (botan_pubkey_get_field(number, key->public_key, algorithm->size_field) == 0)
		botan_mp_num_bits(number, &bits);
	botan_mp_destroy(number);
	return bits == algorithm->bits;
}

// Hands the key over, or frees it: error is Botan's.
static int finish(struct key *key, int error, void **out)
{
	struct lane_engine_object *const engine = key->engine;
	if (!error && has_type(key)) {
		*out = key;
		return LANE_ENGINE_OK;
	}
	key_free(key);
	return error ? botan_status(engine, error) : adaptor_failed(engine, "a key of another type");
}

static int generate(struct lane_engine_object *engine, const struct lane_engine_pk *item, void **out)
{
	*out = NULL;
	struct key *const key = key_make(engine, item);
	if (!key)
		return LANE_ENGINE_FAILED;
	int error = botan_privkey_create(&key->private_key, key->algorithm->name, key->algorithm->parameters,
					 rng_of(engine));
	if (!error)
		error = botan_privkey_export_pubkey(&key->public_key, key->private_key);
	return finish(key, error, out);
}

static int import_private(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			  size_t der_len, void **out)
{
	*out = NULL;
	struct key *const key = key_make(engine, item);
	if (!key)
		return LANE_ENGINE_FAILED;
	int error = botan_privkey_load(&key->private_key, rng_of(engine), der, der_len, NULL);
	if (!error)
		error = botan_privkey_export_pubkey(&key->public_key, key->private_key);
	return finish(key, error, out);
}

static int import_public(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			 size_t der_len, void **out)
{
	*out = NULL;
	struct key *const key = key_make(engine, item);
	return key ? finish(key, botan_pubkey_load(&key->public_key, der, der_len), out) : LANE_ENGINE_FAILED;
}

static int no_private_key(struct key *key)
{
	return adaptor_failed(key->engine, "a public key has no private key");
}

static int export_private(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	struct key *const key = p;
	if (!key->private_key)
		return no_private_key(key);
	*der_len = cap;
	return botan_status(key->engine,
			    botan_privkey_export(key->private_key, der, der_len, BOTAN_PRIVKEY_EXPORT_FLAG_DER));
}

static int export_public(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	struct key *const key = p;
	*der_len = cap;
	return botan_status(key->engine,
			    botan_pubkey_export(key->public_key, der, der_len, BOTAN_PRIVKEY_EXPORT_FLAG_DER));
}

// ---- Signatures ----

static int sign(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	int error = 0;
	if (!key->private_key)
		return no_private_key(key);
	if (!key->sign)
		error = botan_pk_op_sign_create(&key->sign, key->private_key, key->algorithm->padding,
						key->algorithm->flags);
	if (!error)
		error = botan_pk_op_sign_update(key->sign, msg, msg_len);
	*sig_len = cap;
	if (!error)
		error = botan_pk_op_sign_finish(key->sign, rng_of(key->engine), sig, sig_len);
	return botan_status(key->engine, error);
}

static int verify(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	int error = 0;
	if (!key->verify)
		error = botan_pk_op_verify_create(&key->verify, key->public_key, key->algorithm->padding,
						  key->algorithm->flags);
	if (!error)
		error = botan_pk_op_verify_update(key->verify, msg, msg_len);
	if (error)
		return botan_status(key->engine, error);
	return botan_pk_op_verify_finish(key->verify, sig, sig_len) == 0 ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
}

// ---- Encryption ----

static int encrypt(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	int error = 0;
	if (!key->encrypt)
		error = botan_pk_op_encrypt_create(&key->encrypt, key->public_key, key->algorithm->padding, 0);
	*out_len = cap;
	if (!error)
		error = botan_pk_op_encrypt(key->encrypt, rng_of(key->engine), out, out_len, in, in_len);
	return botan_status(key->engine, error);
}

static int decrypt(void *p, uint8_t *out, size_t cap, size_t *out_len, const uint8_t *in, size_t in_len)
{
	struct key *const key = p;
	int error = 0;
	if (!key->private_key)
		return no_private_key(key);
	if (!key->decrypt)
		error = botan_pk_op_decrypt_create(&key->decrypt, key->private_key, key->algorithm->padding, 0);
	if (error)
		return botan_status(key->engine, error);
	*out_len = cap;
	return botan_pk_op_decrypt(key->decrypt, out, out_len, in, in_len) == 0 ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
}

// ---- Key agreement ----

// In DER a key on a NIST curve does not say what it is for, and Botan reads it as one for signatures.
static int agreeing_new(struct key *key)
{
	botan_mp_t x;
	int error = botan_mp_init(&x);
	if (error)
		return error;
	error = botan_privkey_get_field(x, key->private_key, "x");
	if (!error)
		error = botan_privkey_load_ecdh(&key->agreeing_key, x, key->algorithm->parameters);
	botan_mp_destroy(x);
	return error;
}

// The key that agrees. NULL on failure, *error is then Botan's.
static botan_privkey_t agreeing(struct key *key, int *error)
{
	*error = 0;
	if (!key->algorithm->size_field)
		return key->private_key;
	if (!key->agreeing_key)
		*error = agreeing_new(key);
	return *error ? NULL : key->agreeing_key;
}

static int public_raw(void *p, uint8_t *out, size_t cap, size_t *out_len)
{
	struct key *const key = p;
	int error;
	if (!key->private_key)
		return no_private_key(key);
	const botan_privkey_t private_key = agreeing(key, &error);
	*out_len = cap;
	if (!error)
		error = botan_pk_op_key_agreement_export_public(private_key, out, out_len);
	return botan_status(key->engine, error);
}

static int derive(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	int error;
	if (!key->private_key)
		return no_private_key(key);
	const botan_privkey_t private_key = agreeing(key, &error);
	if (!error && !key->agree)
		error = botan_pk_op_key_agreement_create(&key->agree, private_key, "Raw", 0);
	*secret_len = cap;
	if (!error)
		error = botan_pk_op_key_agreement(key->agree, secret, secret_len, peer, peer_len, NULL, 0);
	return botan_status(key->engine, error);
}

// ---- Items ----

#define KEYS                                                                                                           \
	.generate = generate, .import_private = import_private, .import_public = import_public,                        \
	.export_private = export_private, .export_public = export_public, .key_free = key_free
#define SIGN .operations = LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_GENERATE, .sign = sign, .verify = verify
#define ENCRYPT .operations = LANE_ENGINE_PK_ENCRYPT | LANE_ENGINE_PK_GENERATE, .encrypt = encrypt, .decrypt = decrypt
#define DERIVE .operations = LANE_ENGINE_PK_DERIVE | LANE_ENGINE_PK_GENERATE, .public_raw = public_raw, .derive = derive
#define RSA(size, suffix, padding_name)                                                                                \
	.algorithm = "RSA-" #size suffix, .key_type = "RSA-" #size, .max_out = size / 8,                               \
	.data = &(const struct algorithm){"RSA", #size, "n", size, padding_name, 0}, KEYS
#define RSA_ALL(size)                                                                                                  \
	{RSA(size, "-PSS", "PSSR(SHA-256,MGF1,32)"), SIGN},                                                            \
	{                                                                                                              \
		RSA(size, "-OAEP", "OAEP(SHA-256)"), ENCRYPT, .max_message = size / 8 - 66                             \
	}
#define NIST(bits_of, suffix, curve, hash)                                                                             \
	.algorithm = suffix "-P" #bits_of, .key_type = "P-" #bits_of,                                                  \
	.data =                                                                                                        \
		&(const struct algorithm){                                                                             \
			"ECDSA", curve, "p", bits_of, "EMSA1(" hash ")", BOTAN_PUBKEY_DER_FORMAT_SIGNATURE},           \
	KEYS
static const struct lane_engine_pk items[] = {
	RSA_ALL(2048),
	RSA_ALL(3072),
	RSA_ALL(4096),
	{NIST(256, "ECDSA", "secp256r1", "SHA-256"), SIGN, .max_out = 72},
	{NIST(384, "ECDSA", "secp384r1", "SHA-384"), SIGN, .max_out = 104},
	{NIST(256, "ECDH", "secp256r1", "SHA-256"), DERIVE, .max_out = 32, .public_len = 65},
	{NIST(384, "ECDH", "secp384r1", "SHA-384"), DERIVE, .max_out = 48, .public_len = 97},
	{.algorithm = "Ed25519",
	 .key_type = "Ed25519",
	 .max_out = 64,
	 .data = &(const struct algorithm){"Ed25519", "", NULL, 0, "Pure", 0},
	 KEYS,
	 SIGN},
	{.algorithm = "X25519",
	 .key_type = "X25519",
	 .max_out = 32,
	 .public_len = 32,
	 .data = &(const struct algorithm){BOTAN_VERSION_MAJOR < 3 ? "Curve25519" : "X25519", "", NULL, 0, NULL, 0},
	 KEYS,
	 DERIVE},
};
const struct lane_engine_table botan_pk_table = ADAPTOR_TABLE(items);
