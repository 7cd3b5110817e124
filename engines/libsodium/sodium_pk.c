// SPDX-License-Identifier: MIT
// Ed25519 and X25519. In DER their keys are 32 bytes behind a fixed prefix
// (RFC 8410 §4 and §7), so no parser is needed: the prefix fits or it does not.

#include <stdlib.h>
#include <string.h>

#include "sodium_engine.h"

enum { raw_len = 32, private_prefix_len = 16, public_prefix_len = 12 };

// What differs between the two, as the item's data.
struct curve {
	uint8_t private_prefix[private_prefix_len]; // PrivateKeyInfo, version 0, OCTET STRING in OCTET STRING
	uint8_t public_prefix[public_prefix_len];   // SubjectPublicKeyInfo, BIT STRING
	void (*expand)(uint8_t public_key[32], uint8_t expanded[64], const uint8_t private_key[32]);
};

static void expand_ed25519(uint8_t public_key[32], uint8_t expanded[64], const uint8_t private_key[32])
{
	crypto_sign_ed25519_seed_keypair(public_key, expanded, private_key);
}

static void expand_x25519(uint8_t public_key[32], uint8_t expanded[64], const uint8_t private_key[32])
{
	(void)expanded;
	crypto_scalarmult_curve25519_base(public_key, private_key);
}

static const struct curve ed25519 = {
	{0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20},
	{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00},
	expand_ed25519,
};
static const struct curve x25519 = {
	{0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20},
	{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00},
	expand_x25519,
};

struct key {
	struct lane_engine_object *engine;
	const struct curve *curve;
	int has_private;
	uint8_t private_key[raw_len];
	uint8_t public_key[raw_len];
	uint8_t expanded[64]; // Ed25519: libsodium's form of the private key
};

static struct key *alloc(struct lane_engine_object *engine, const struct lane_engine_pk *item)
{
	struct key *const key = calloc(1, sizeof *key);
	if (key) {
		key->engine = engine;
		key->curve = item->data;
	} else {
		failed(engine, "out of memory");
	}
	return key;
}

static int take_private(struct lane_engine_object *engine, const struct lane_engine_pk *item,
			const uint8_t bytes[raw_len], void **out)
{
	struct key *const key = alloc(engine, item);
	*out = key;
	if (!key)
		return LANE_ENGINE_FAILED;
	key->has_private = 1;
	memcpy(key->private_key, bytes, raw_len);
	key->curve->expand(key->public_key, key->expanded, key->private_key);
	return LANE_ENGINE_OK;
}

static int generate(struct lane_engine_object *engine, const struct lane_engine_pk *item, void **out)
{
	uint8_t bytes[raw_len];
	randombytes_buf(bytes, sizeof bytes);
	const int status = take_private(engine, item, bytes, out);
	sodium_memzero(bytes, sizeof bytes);
	return status;
}

static int import_private(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			  size_t der_len, void **out)
{
	const struct curve *const curve = item->data;
	*out = NULL;
	if (der_len != private_prefix_len + raw_len || memcmp(der, curve->private_prefix, private_prefix_len) != 0)
		return failed(engine, "not a PKCS#8 private key of this type as RFC 8410 has it");
	return take_private(engine, item, der + private_prefix_len, out);
}

static int import_public(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
			 size_t der_len, void **out)
{
	const struct curve *const curve = item->data;
	*out = NULL;
	if (der_len != public_prefix_len + raw_len || memcmp(der, curve->public_prefix, public_prefix_len) != 0)
		return failed(engine, "not a SubjectPublicKeyInfo of this type as RFC 8410 has it");
	struct key *const key = alloc(engine, item);
	*out = key;
	if (!key)
		return LANE_ENGINE_FAILED;
	memcpy(key->public_key, der + public_prefix_len, raw_len);
	return LANE_ENGINE_OK;
}

// prefix, then raw, into out.
static int put(struct key *key, const uint8_t *prefix, size_t prefix_len, const uint8_t *raw, uint8_t *out, size_t cap,
	       size_t *out_len)
{
	if (cap < prefix_len + raw_len)
		return failed(key->engine, "the output buffer is too small");
	memcpy(out, prefix, prefix_len);
	memcpy(out + prefix_len, raw, raw_len);
	*out_len = prefix_len + raw_len;
	return LANE_ENGINE_OK;
}

static int export_private(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	struct key *const key = p;
	if (!key->has_private)
		return failed(key->engine, "a public key has no private key");
	return put(key, key->curve->private_prefix, private_prefix_len, key->private_key, der, cap, der_len);
}

static int export_public(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	struct key *const key = p;
	return put(key, key->curve->public_prefix, public_prefix_len, key->public_key, der, cap, der_len);
}

static int public_raw(void *p, uint8_t *out, size_t cap, size_t *out_len)
{
	struct key *const key = p;
	if (cap < raw_len)
		return failed(key->engine, "the output buffer is too small");
	memcpy(out, key->public_key, raw_len);
	*out_len = raw_len;
	return LANE_ENGINE_OK;
}

static void key_free(void *key)
{
	if (key)
		sodium_memzero(key, sizeof(struct key));
	free(key);
}

static int sign(void *p, uint8_t *sig, size_t cap, size_t *sig_len, const uint8_t *msg, size_t msg_len)
{
	struct key *const key = p;
	if (!key->has_private)
		return failed(key->engine, "a public key cannot sign");
	if (cap < crypto_sign_ed25519_BYTES)
		return failed(key->engine, "the output buffer is too small");
	if (crypto_sign_ed25519_detached(sig, NULL, msg, msg_len, key->expanded) != 0)
		return failed(key->engine, "crypto_sign_ed25519_detached() failed");
	*sig_len = crypto_sign_ed25519_BYTES;
	return LANE_ENGINE_OK;
}

static int verify(void *p, const uint8_t *sig, size_t sig_len, const uint8_t *msg, size_t msg_len)
{
	const struct key *const key = p;
	if (sig_len != crypto_sign_ed25519_BYTES ||
	    crypto_sign_ed25519_verify_detached(sig, msg, msg_len, key->public_key) != 0)
		return LANE_ENGINE_REFUSED;
	return LANE_ENGINE_OK;
}

static int derive(void *p, const uint8_t *peer, size_t peer_len, uint8_t *secret, size_t cap, size_t *secret_len)
{
	struct key *const key = p;
	if (!key->has_private)
		return failed(key->engine, "a public key cannot derive");
	if (peer_len != raw_len)
		return failed(key->engine, "an X25519 public key has 32 bytes");
	if (cap < raw_len)
		return failed(key->engine, "the output buffer is too small");
	if (crypto_scalarmult_curve25519(secret, key->private_key, peer) != 0)
		return failed(key->engine, "the peer's public key is of small order");
	*secret_len = raw_len;
	return LANE_ENGINE_OK;
}

static const struct lane_engine_pk items[] = {
	{
		.algorithm = "Ed25519",
		.data = &ed25519,
		.key_type = "Ed25519",
		.operations = LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_GENERATE,
		.max_out = crypto_sign_ed25519_BYTES,
		.generate = generate,
		.import_private = import_private,
		.import_public = import_public,
		.export_private = export_private,
		.export_public = export_public,
		.key_free = key_free,
		.sign = sign,
		.verify = verify,
	},
	{
		.algorithm = "X25519",
		.data = &x25519,
		.key_type = "X25519",
		.operations = LANE_ENGINE_PK_DERIVE | LANE_ENGINE_PK_GENERATE,
		.max_out = raw_len,
		.public_len = raw_len,
		.generate = generate,
		.import_private = import_private,
		.import_public = import_public,
		.export_private = export_private,
		.export_public = export_public,
		.key_free = key_free,
		.public_raw = public_raw,
		.derive = derive,
	},
};
const struct lane_engine_table sodium_pk_table = SODIUM_TABLE(items);
