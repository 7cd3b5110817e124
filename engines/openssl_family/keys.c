// SPDX-License-Identifier: MIT
// Keys: generated, from DER and to DER.

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "family.h"

#if LANE_BORING
#include <openssl/bytestring.h>
#include <openssl/ec_key.h>
#endif

static const struct key_type {
	const char *name;
	int id;
	int bits;  // RSA
	int curve; // EC
} types[LANE_N_KEY_TYPES] = {
	[LANE_KEY_RSA_2048] = {.name = "RSA-2048", .id = EVP_PKEY_RSA, .bits = 2048},
	[LANE_KEY_RSA_3072] = {.name = "RSA-3072", .id = EVP_PKEY_RSA, .bits = 3072},
	[LANE_KEY_RSA_4096] = {.name = "RSA-4096", .id = EVP_PKEY_RSA, .bits = 4096},
	[LANE_KEY_P256] = {.name = "P-256", .id = EVP_PKEY_EC, .curve = NID_X9_62_prime256v1},
	[LANE_KEY_P384] = {.name = "P-384", .id = EVP_PKEY_EC, .curve = NID_secp384r1},
	[LANE_KEY_ED25519] = {.name = "Ed25519", .id = EVP_PKEY_ED25519},
	[LANE_KEY_X25519] = {.name = "X25519", .id = EVP_PKEY_X25519},
};

enum lane_key_type lane_key_type_named(const char *name)
{
	enum lane_key_type type = 0;
	while (type < LANE_N_KEY_TYPES && strcmp(types[type].name, name) != 0)
		type++;
	return type;
}

#if LANE_BORING

static int curve_of(EVP_PKEY *key)
{
	return EC_GROUP_get_curve_name(EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(key)));
}

static EVP_PKEY_CTX *generator_new(struct lane_engine_object *engine, const struct key_type *type)
{
	(void)engine;
	return EVP_PKEY_CTX_new_id(type->id, NULL);
}

EVP_PKEY *lane_private_key(struct lane_engine_object *engine, const uint8_t *der, size_t len)
{
	CBS cbs;
	CBS_init(&cbs, der, len);
	EVP_PKEY *const key = EVP_parse_private_key(&cbs);
	if (!key)
		lane_fail(engine, "reading a private key");
	return key;
}

EVP_PKEY *lane_public_key(struct lane_engine_object *engine, const uint8_t *der, size_t len)
{
	CBS cbs;
	CBS_init(&cbs, der, len);
	EVP_PKEY *const key = EVP_parse_public_key(&cbs);
	if (!key)
		lane_fail(engine, "reading a public key");
	return key;
}

static int marshal(const EVP_PKEY *pkey, int (*write)(CBB *cbb, const EVP_PKEY *key), uint8_t *der, size_t cap,
		   size_t *der_len)
{
	CBB cbb;
	if (!CBB_init_fixed(&cbb, der, cap))
		return 0;
	const int ok = write(&cbb, pkey) && CBB_finish(&cbb, NULL, der_len);
	CBB_cleanup(&cbb);
	return ok;
}

int lane_write_private_key(EVP_PKEY *pkey, uint8_t *der, size_t cap, size_t *der_len)
{
	return marshal(pkey, EVP_marshal_private_key, der, cap, der_len);
}

int lane_write_public_key(EVP_PKEY *pkey, uint8_t *der, size_t cap, size_t *der_len)
{
	return marshal(pkey, EVP_marshal_public_key, der, cap, der_len);
}

#else

static int curve_of(EVP_PKEY *key)
{
	char name[64];
	return EVP_PKEY_get_group_name(key, name, sizeof name, NULL) == 1 ? OBJ_txt2nid(name) : NID_undef;
}

static EVP_PKEY_CTX *generator_new(struct lane_engine_object *engine, const struct key_type *type)
{
	return EVP_PKEY_CTX_new_from_name(engine->lib, OBJ_nid2sn(type->id), NULL);
}

EVP_PKEY *lane_private_key(struct lane_engine_object *engine, const uint8_t *der, size_t len)
{
	PKCS8_PRIV_KEY_INFO *const info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &der, (long)len);
	EVP_PKEY *const key = info ? EVP_PKCS82PKEY_ex(info, engine->lib, NULL) : NULL;
	if (!key)
		lane_fail(engine, "reading a private key");
	PKCS8_PRIV_KEY_INFO_free(info);
	return key;
}

EVP_PKEY *lane_public_key(struct lane_engine_object *engine, const uint8_t *der, size_t len)
{
	EVP_PKEY *const key = d2i_PUBKEY_ex(NULL, &der, (long)len, engine->lib, NULL);
	if (!key)
		lane_fail(engine, "reading a public key");
	return key;
}

// len: what i2d with NULL answered, before it is written.
static int fits(int len, size_t cap, size_t *der_len)
{
	*der_len = len > 0 ? (size_t)len : 0;
	return len > 0 && (size_t)len <= cap;
}

int lane_write_private_key(EVP_PKEY *pkey, uint8_t *der, size_t cap, size_t *der_len)
{
	PKCS8_PRIV_KEY_INFO *const info = EVP_PKEY2PKCS8(pkey);
	const int ok = info && fits(i2d_PKCS8_PRIV_KEY_INFO(info, NULL), cap, der_len) &&
		       i2d_PKCS8_PRIV_KEY_INFO(info, &der) > 0;
	PKCS8_PRIV_KEY_INFO_free(info);
	return ok;
}

int lane_write_public_key(EVP_PKEY *pkey, uint8_t *der, size_t cap, size_t *der_len)
{
	return fits(i2d_PUBKEY(pkey, NULL), cap, der_len) && i2d_PUBKEY(pkey, &der) > 0;
}

#endif

int lane_key_has_type(EVP_PKEY *key, enum lane_key_type type)
{
	const struct key_type *const t = &types[type];
	return EVP_PKEY_id(key) == t->id && (!t->bits || EVP_PKEY_bits(key) == t->bits) &&
	       (!t->curve || curve_of(key) == t->curve);
}

static int generator_init(EVP_PKEY_CTX *ctx, const struct key_type *type)
{
	return EVP_PKEY_keygen_init(ctx) == 1 &&
	       (!type->bits || EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, type->bits) == 1) &&
	       (!type->curve || EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, type->curve) == 1);
}

EVP_PKEY *lane_generate_key(struct lane_engine_object *engine, enum lane_key_type type)
{
	EVP_PKEY_CTX **const ctx = &engine->generators[type];
	if (!*ctx) {
		*ctx = generator_new(engine, &types[type]);
		if (!*ctx || !generator_init(*ctx, &types[type])) {
			EVP_PKEY_CTX_free(*ctx);
			*ctx = NULL;
			lane_fail(engine, "preparing to generate keys");
			return NULL;
		}
	}
	EVP_PKEY *key = NULL;
	if (EVP_PKEY_keygen(*ctx, &key) != 1)
		lane_fail(engine, "generating a key");
	return key;
}
