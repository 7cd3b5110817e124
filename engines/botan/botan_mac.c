// SPDX-License-Identifier: MIT
// SHA-256, MACs and key derivation.

#include "botan_engine.h"

struct key {
	struct lane_engine_object *engine;
	botan_hash_t hash;
	botan_mac_t mac;
	uint8_t one_time[32]; // Poly1305's, which each message sets
};

static void key_free(void *p)
{
	struct key *const key = p;
	if (!key)
		return;
	if (key->hash)
		botan_hash_destroy(key->hash);
	if (key->mac)
		botan_mac_destroy(key->mac);
	adaptor_free(key, sizeof *key);
}

static int key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item, const uint8_t *bytes,
		   size_t key_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	int error;
	if (key_len == 0) {
		error = botan_hash_init(&key->hash, item->data, 0);
	} else {
		error = botan_mac_init(&key->mac, item->data, 0);
		if (!error)
			error = botan_mac_set_key(key->mac, bytes, key_len);
		if (key_len == sizeof key->one_time)
			memcpy(key->one_time, bytes, sizeof key->one_time);
	}
	if (error) {
		key_free(key);
		return botan_status(engine, error);
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static int hash(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	int error = botan_hash_update(key->hash, in, len);
	if (!error)
		error = botan_hash_final(key->hash, tag);
	return botan_status(key->engine, error);
}

static int mac(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	int error = botan_mac_update(key->mac, in, len);
	if (!error)
		error = botan_mac_final(key->mac, tag);
	return botan_status(key->engine, error);
}

static int poly1305(void *p, uint8_t *tag, const uint8_t *in, size_t len)
{
	const struct key *const key = p;
	const int error = botan_mac_set_key(key->mac, key->one_time, sizeof key->one_time);
	return error ? botan_status(key->engine, error) : mac(p, tag, in, len);
}

#define ITEM(text, name, key_bytes, tag_bytes, function)                                                               \
	{                                                                                                              \
		.algorithm = text, .data = name, .key_len = key_bytes, .tag_len = tag_bytes, .block_len = 1,           \
		.key_new = key_new, .key_free = key_free, .compute = function                                          \
	}
static const struct lane_engine_mac items[] = {
	ITEM("SHA-256", "SHA-256", 0, 32, hash),
	ITEM("HMAC-SHA-256", "HMAC(SHA-256)", 32, 32, mac),
	ITEM("AES-128-CMAC", "CMAC(AES-128)", 16, 16, mac),
	ITEM("AES-256-CMAC", "CMAC(AES-256)", 32, 16, mac),
	ITEM("Poly1305", "Poly1305", 32, 16, poly1305),
};
const struct lane_engine_table botan_mac_table = ADAPTOR_TABLE(items);

// ---- Key derivation ----

static int hkdf(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	if (out_len > 255 * 32) // RFC 5869 §2.3: there is no more; Botan says OK all the same
		return LANE_ENGINE_UNSUPPORTED;
	return botan_status(engine, botan_kdf("HKDF(SHA-256)", out, out_len, in->secret, in->secret_len, in->salt,
					      in->salt_len, in->info, in->info_len));
}

// Botan measures a password of length 0 with strlen().
static const char *password_of(const struct lane_engine_kdf_input *in)
{
	return in->secret_len ? (const char *)in->secret : "";
}

static int pbkdf2(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		  const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	return botan_status(engine, botan_pwdhash("PBKDF2(SHA-256)", in->iterations, 0, 0, out, out_len,
						  password_of(in), in->secret_len, in->salt, in->salt_len));
}

static int argon2id(struct lane_engine_object *engine, const struct lane_engine_kdf *item,
		    const struct lane_engine_kdf_input *in, uint8_t *out, size_t out_len)
{
	(void)item;
	return botan_status(engine, botan_pwdhash("Argon2id", (size_t)(in->memory / 1024), in->iterations, 1, out,
						  out_len, password_of(in), in->secret_len, in->salt, in->salt_len));
}

static const struct lane_engine_kdf kdfs[] = {
	{.algorithm = "HKDF-SHA-256", .derive = hkdf},
	{.algorithm = "PBKDF2-SHA-256", .derive = pbkdf2},
	{.algorithm = "Argon2id", .derive = argon2id},
};
const struct lane_engine_table botan_kdf_table = ADAPTOR_TABLE(kdfs);
