// SPDX-License-Identifier: MIT
// Keys of adaptors: bytes that came as DER or from the library's own generator, and go out as DER again.

#include "pk_keys.h"

enum { e_len = 4 };

static size_t number_len(const struct pk_key *key, int i)
{
	const size_t n_len = pk_rsa_len(key);
	return i == DER_E ? e_len : i == DER_N || i == DER_D ? n_len : n_len / 2;
}

// Room for the numbers of an RSA key, one after the other.
static int numbers_new(struct pk_key *key)
{
	key->store_len = 0;
	for (int i = 0; i < der_n_numbers; i++)
		key->store_len += number_len(key, i);
	uint8_t *at = (uint8_t *)adaptor_alloc(key->engine, key->store_len);
	if (!at)
		return 0;
	for (int i = 0; i < der_n_numbers; i++) {
		key->number[i].data = at;
		key->number[i].len = number_len(key, i);
		at += number_len(key, i);
	}
	return 1;
}

void pk_key_free(void *p)
{
	struct pk_key *const key = (struct pk_key *)p;
	if (!key)
		return;
	pk_unload(key);
	adaptor_free(key->number[0].data, key->store_len);
	adaptor_free(key, pk_key_len);
}

static struct pk_key *key_new(struct lane_engine_object *engine, const struct lane_engine_pk *item, int has_private)
{
	struct pk_key *const key = (struct pk_key *)adaptor_alloc(engine, pk_key_len);
	if (!key)
		return NULL;
	key->engine = engine;
	key->algorithm = (const struct pk_algorithm *)item->data;
	key->has_private = has_private;
	if (pk_is_rsa(key) && !numbers_new(key)) {
		adaptor_free(key, pk_key_len);
		return NULL;
	}
	return key;
}

// Hands the key over, or frees it when there is something wrong.
static int finish(struct pk_key *key, const char *wrong, void **out)
{
	struct lane_engine_object *const engine = key->engine;
	if (!wrong) {
		*out = key;
		return LANE_ENGINE_OK;
	}
	pk_key_free(key);
	return adaptor_failed(engine, wrong);
}

// Whether a private key of a NIST curve is from 1 to its order - 1. Only that is seen from outside.
static int is_scalar(enum der_kind kind, const uint8_t *secret)
{
	static const uint8_t orders[2][der_max_secret] = {
		{0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51},
		{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
		 0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73},
	};
	const uint8_t *const order = orders[kind == DER_P384];
	unsigned borrow = 0;
	if (kind != DER_P256 && kind != DER_P384)
		return 1;
	for (size_t i = der_secret_len(kind); i-- > 0;)
		borrow = ((unsigned)secret[i] - order[i] - borrow) >> 8 & 1;
	return (int)borrow & pk_is_not_zero(secret, der_secret_len(kind));
}

// The bytes of what was read. NULL, or why not.
static const char *take(struct pk_key *key, const struct der_key *der)
{
	if (der->kind != key->algorithm->kind)
		return "a key of another type";
	if (!pk_is_rsa(key)) {
		if (der->secret.data)
			memcpy(key->secret, der->secret.data, der->secret.len);
		if (der->point.data)
			memcpy(key->point, der->point.data, der->point.len);
		return !key->has_private || is_scalar(der->kind, key->secret)
			       ? NULL
			       : "a private key beyond its curve's order";
	}
	const struct der_bytes *const n = &der->number[DER_N];
	if (n->len != pk_rsa_len(key) || n->data[0] < 0x80)
		return "an RSA key of another length";
	for (int i = 0; i < der_n_numbers; i++) {
		const struct der_bytes *const from = &der->number[i];
		if (from->len > key->number[i].len)
			return "an RSA key with an exponent that is too long";
		if (from->len > 0)
			memcpy(key->number[i].data + key->number[i].len - from->len, from->data, from->len);
	}
	return NULL;
}

static int import(struct pk_key *key, const struct der_key *der, void **out)
{
	const char *wrong = take(key, der);
	if (!wrong)
		wrong = pk_load(key);
	if (!wrong && key->has_private && der->point.data && memcmp(key->point, der->point.data, der->point.len) != 0)
		wrong = "a private key with the public key of another";
	return finish(key, wrong, out);
}

int pk_generate(struct lane_engine_object *engine, const struct lane_engine_pk *item, void **out)
{
	*out = NULL;
	struct pk_key *const key = key_new(engine, item, 1);
	return key ? finish(key, pk_make(key), out) : LANE_ENGINE_FAILED;
}

int pk_import_private(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
		      size_t der_len, void **out)
{
	struct der_key read;
	*out = NULL;
	if (!der_read_private(&read, der, der_len))
		return adaptor_failed(engine, "not a private key as PKCS#8 in DER");
	struct pk_key *const key = key_new(engine, item, 1);
	return key ? import(key, &read, out) : LANE_ENGINE_FAILED;
}

int pk_import_public(struct lane_engine_object *engine, const struct lane_engine_pk *item, const uint8_t *der,
		     size_t der_len, void **out)
{
	struct der_key read;
	*out = NULL;
	if (!der_read_public(&read, der, der_len))
		return adaptor_failed(engine, "not a public key as SubjectPublicKeyInfo in DER");
	struct pk_key *const key = key_new(engine, item, 0);
	return key ? import(key, &read, out) : LANE_ENGINE_FAILED;
}

// ---- Export ----

static struct der_key bytes_of(const struct pk_key *key)
{
	const enum der_kind kind = key->algorithm->kind;
	struct der_key der = {.kind = kind,
			      .secret = {key->secret, der_secret_len(kind)},
			      .point = {key->point, der_point_len(kind)}};
	for (int i = 0; i < der_n_numbers; i++)
		der.number[i] = (struct der_bytes){key->number[i].data, key->number[i].len};
	return der;
}

static int too_small(struct pk_key *key)
{
	return adaptor_failed(key->engine, "the output buffer is too small");
}

int pk_export_private(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	struct pk_key *const key = (struct pk_key *)p;
	const int status = pk_can(key, 1, 0, 0);
	if (status != LANE_ENGINE_OK)
		return status;
	const struct der_key bytes = bytes_of(key);
	*der_len = der_write_private(&bytes, der, cap);
	return *der_len > 0 ? LANE_ENGINE_OK : too_small(key);
}

int pk_export_public(void *p, uint8_t *der, size_t cap, size_t *der_len)
{
	struct pk_key *const key = (struct pk_key *)p;
	const struct der_key bytes = bytes_of(key);
	*der_len = der_write_public(&bytes, der, cap);
	return *der_len > 0 ? LANE_ENGINE_OK : too_small(key);
}

int pk_public_raw(void *p, uint8_t *out, size_t cap, size_t *out_len)
{
	struct pk_key *const key = (struct pk_key *)p;
	const size_t len = der_point_len(key->algorithm->kind);
	if (cap < len)
		return too_small(key);
	memcpy(out, key->point, len);
	*out_len = len;
	return LANE_ENGINE_OK;
}

// ---- For operations ----

int pk_can(struct pk_key *key, int needs_private, size_t cap, size_t need)
{
	if (needs_private && !key->has_private)
		return adaptor_failed(key->engine, "a public key has no private key");
	return cap < need ? too_small(key) : LANE_ENGINE_OK;
}

int pk_is_not_zero(const uint8_t *secret, size_t len)
{
	uint8_t any = 0;
	for (size_t i = 0; i < len; i++)
		any |= secret[i];
	return any != 0;
}
