// SPDX-License-Identifier: MIT
// Files of project Wycheproof: groups of tests, all values as hexadecimal strings.
// What a group's `type` means is one function below, by which its tests become
// vectors in the terms of the engine interface.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "wycheproof.h"

enum { MAX_KEY_BITS = 65536, MAX_NAME = 64, MAX_ITERATIONS = 1 << 24, MAX_GROUP_PART = 16 << 10 };

struct reader {
	const char *algorithm; // of the file
	const json_t *group, *test;
	char place[40]; // of the test, or "group 3"
	char name[160]; // of the algorithm
	char skip[160];
	uint8_t *bytes; // of the test's values
	size_t used;
	struct vector_error *error;
};

// ---- Values ----

static int fail_at(struct reader *r, const char *what, const char *name)
{
	return vector_fail(r->error, 0, "%s: '%s' %s", r->place, name, what);
}

static int string_of(struct reader *r, const json_t *object, const char *name, const char **text)
{
	*text = json_string_value(json_object_get(object, name));
	return *text != NULL ? 0 : fail_at(r, "is missing, or no string", name);
}

// A short name, as algorithms and curves have.
static int name_of(struct reader *r, const json_t *object, const char *name, const char **text)
{
	if (string_of(r, object, name, text) != 0)
		return -1;
	return strlen(*text) < MAX_NAME ? 0 : fail_at(r, "is too long", name);
}

static int integer_of(struct reader *r, const json_t *object, const char *name, json_int_t max, json_int_t *number)
{
	const json_t *value = json_object_get(object, name);
	if (!json_is_integer(value))
		return fail_at(r, "is missing, or no integer", name);
	*number = json_integer_value(value);
	return *number >= 0 && *number <= max ? 0 : fail_at(r, "is out of range", name);
}

static int octets_of(struct reader *r, const json_t *object, const char *name, struct octets *octets)
{
	const char *text;
	if (string_of(r, object, name, &text) != 0)
		return -1;
	const size_t len = strlen(text);
	if (object == r->group && len / 2 > MAX_GROUP_PART) // it is decoded for each test
		return fail_at(r, "is longer than 16 KiB", name);
	if (vector_hex(text, len, r->bytes + r->used) != 0)
		return fail_at(r, "is not whole bytes in hexadecimal, at most 128 KiB", name);
	*octets = (struct octets){r->bytes + r->used, len / 2};
	r->used += len / 2;
	return 0;
}

// Bytes made here rather than read.
static uint8_t *room(struct reader *r, size_t len)
{
	uint8_t *to = r->bytes + r->used;
	r->used += len;
	return to;
}

static void skip_for(struct reader *r, struct vector *v, const char *why, const char *what)
{
	snprintf(r->skip, sizeof(r->skip), "%s%s", why, what);
	v->skip = r->skip;
}

static int is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

// "AES-GCM" and a key of 16 bytes is AES-128-GCM here. Others keep their names.
static void name_cipher(struct reader *r, const char *name, size_t key_len)
{
	static const char *const others[][2] = {{"AEGIS128L", "AEGIS-128L"},
						{"AEGIS256", "AEGIS-256"},
						{"HMACSHA256", "HMAC-SHA-256"},
						{"PBKDF2-HMACSHA256", "PBKDF2-SHA-256"},
						{"CHACHA20-POLY1305", "ChaCha20-Poly1305"},
						{"XCHACHA20-POLY1305", "XChaCha20-Poly1305"}};
	if (strncmp(name, "AES-", 4) == 0) {
		snprintf(r->name, sizeof(r->name), "AES-%zu-%s", 8 * key_len, name + 4);
		return;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (is(name, others[i][0]))
			name = others[i][1];
	snprintf(r->name, sizeof(r->name), "%s", name);
}

// ---- Symmetric ----

static int read_aead(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	v->kind = VECTOR_AEAD;
	if (octets_of(r, r->test, "key", &p[VECTOR_KEY]) != 0 || octets_of(r, r->test, "iv", &p[VECTOR_NONCE]) != 0 ||
	    octets_of(r, r->test, "aad", &p[VECTOR_AAD]) != 0 ||
	    octets_of(r, r->test, "msg", &p[VECTOR_MESSAGE]) != 0 ||
	    octets_of(r, r->test, "ct", &p[VECTOR_CIPHERTEXT]) != 0 ||
	    octets_of(r, r->test, "tag", &p[VECTOR_TAG]) != 0)
		return -1;
	if (v->verdict == VECTOR_VALID && p[VECTOR_MESSAGE].len != p[VECTOR_CIPHERTEXT].len)
		return fail_at(r, "has not the length of 'msg'", "ct");
	name_cipher(r, r->algorithm, p[VECTOR_KEY].len);
	return 0;
}

// GMAC is GCM with associated data alone.
static int read_gmac(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	v->kind = VECTOR_AEAD;
	p[VECTOR_MESSAGE] = p[VECTOR_CIPHERTEXT] = (struct octets){r->bytes, 0};
	if (octets_of(r, r->test, "key", &p[VECTOR_KEY]) != 0 || octets_of(r, r->test, "iv", &p[VECTOR_NONCE]) != 0 ||
	    octets_of(r, r->test, "msg", &p[VECTOR_AAD]) != 0 || octets_of(r, r->test, "tag", &p[VECTOR_TAG]) != 0)
		return -1;
	if (is(r->algorithm, "AES-GMAC"))
		name_cipher(r, "AES-GCM", p[VECTOR_KEY].len);
	else
		skip_for(r, v, "no interface for ", r->algorithm);
	return 0;
}

static int read_cipher(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	v->kind = VECTOR_CIPHER;
	if (octets_of(r, r->test, "key", &p[VECTOR_KEY]) != 0 || octets_of(r, r->test, "iv", &p[VECTOR_NONCE]) != 0 ||
	    octets_of(r, r->test, "msg", &p[VECTOR_MESSAGE]) != 0 ||
	    octets_of(r, r->test, "ct", &p[VECTOR_CIPHERTEXT]) != 0)
		return -1;
	name_cipher(r, r->algorithm, p[VECTOR_KEY].len);
	if (is(r->algorithm, "AES-XTS")) {
		name_cipher(r, r->algorithm, p[VECTOR_KEY].len / 2);
		// Short ones are numbers of data units: little-endian, so zeroes follow.
		if (p[VECTOR_NONCE].len < 16) {
			uint8_t *tweak = room(r, 16);
			memset(tweak, 0, 16);
			memcpy(tweak, p[VECTOR_NONCE].data, p[VECTOR_NONCE].len);
			p[VECTOR_NONCE] = (struct octets){tweak, 16};
		}
	} else if (is(r->algorithm, "AES-CBC-PKCS5")) { // engines have CBC without padding
		name_cipher(r, "AES-CBC", p[VECTOR_KEY].len);
		const size_t len = p[VECTOR_MESSAGE].len, pad = 16 - len % 16;
		uint8_t *padded = room(r, len + pad);
		memcpy(padded, p[VECTOR_MESSAGE].data, len);
		memset(padded + len, (int)pad, pad);
		p[VECTOR_MESSAGE] = (struct octets){padded, len + pad};
		if (v->verdict != VECTOR_VALID)
			skip_for(r, v, "padding, which engines do not do", "");
	}
	if (strncmp(r->name, "AES-", 4) == 0 && v->skip == NULL && p[VECTOR_MESSAGE].len != p[VECTOR_CIPHERTEXT].len)
		return fail_at(r, "has not the length that belongs to 'msg'", "ct");
	return 0;
}

static int read_mac(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	v->kind = VECTOR_MAC;
	if (octets_of(r, r->test, "key", &p[VECTOR_KEY]) != 0 ||
	    octets_of(r, r->test, "msg", &p[VECTOR_MESSAGE]) != 0 || octets_of(r, r->test, "tag", &p[VECTOR_TAG]) != 0)
		return -1;
	name_cipher(r, r->algorithm, p[VECTOR_KEY].len);
	return 0;
}

// ---- Key derivation ----

static int read_hkdf(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	json_int_t size;
	v->kind = VECTOR_KDF;
	if (octets_of(r, r->test, "ikm", &p[VECTOR_KEY]) != 0 || octets_of(r, r->test, "salt", &p[VECTOR_NONCE]) != 0 ||
	    octets_of(r, r->test, "info", &p[VECTOR_AAD]) != 0 ||
	    octets_of(r, r->test, "okm", &p[VECTOR_SECRET]) != 0 ||
	    integer_of(r, r->test, "size", VECTORS_MAX_PART, &size) != 0)
		return -1;
	v->out_len = (size_t)size;
	name_cipher(r, r->algorithm, 0);
	return v->verdict == VECTOR_INVALID || v->out_len == p[VECTOR_SECRET].len
		       ? 0
		       : fail_at(r, "is not the length of 'okm'", "size");
}

static int read_pbkdf(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	json_int_t size, iterations;
	v->kind = VECTOR_KDF;
	if (octets_of(r, r->test, "password", &p[VECTOR_KEY]) != 0 ||
	    octets_of(r, r->test, "salt", &p[VECTOR_NONCE]) != 0 ||
	    octets_of(r, r->test, "dk", &p[VECTOR_SECRET]) != 0 ||
	    integer_of(r, r->test, "dkLen", VECTORS_MAX_PART, &size) != 0 ||
	    integer_of(r, r->test, "iterationCount", MAX_ITERATIONS, &iterations) != 0)
		return -1;
	p[VECTOR_AAD] = (struct octets){r->bytes, 0};
	v->out_len = (size_t)size;
	v->iterations = (uint32_t)iterations;
	name_cipher(r, r->algorithm, 0);
	return v->verdict == VECTOR_INVALID || v->out_len == p[VECTOR_SECRET].len
		       ? 0
		       : fail_at(r, "is not the length of 'dk'", "dkLen");
}

// ---- Public keys ----

// The group's public key: `publicKeyDer`, in older files `keyDer`.
static int public_key(struct reader *r, struct octets *der)
{
	const char *name = json_object_get(r->group, "publicKeyDer") != NULL ? "publicKeyDer" : "keyDer";
	return octets_of(r, r->group, name, der);
}

static int signature(struct reader *r, struct vector *v)
{
	return octets_of(r, r->test, "msg", &v->parts[VECTOR_MESSAGE]) != 0 ||
			       octets_of(r, r->test, "sig", &v->parts[VECTOR_TAG]) != 0
		       ? -1
		       : 0;
}

// "secp256r1" is P-256 here.
static const char *curve_name(const char *curve)
{
	return is(curve, "secp256r1") ? "P256" : is(curve, "secp384r1") ? "P384" : curve;
}

// The curve of the group's public key, which older files call `key`.
static int key_curve(struct reader *r, const char **curve)
{
	const json_t *key = json_object_get(r->group, "publicKey");
	return name_of(r, key != NULL ? key : json_object_get(r->group, "key"), "curve", curve);
}

static int read_ecdsa(struct reader *r, struct vector *v)
{
	const char *curve, *sha;
	v->kind = VECTOR_VERIFY;
	if (key_curve(r, &curve) != 0 || name_of(r, r->group, "sha", &sha) != 0 ||
	    public_key(r, &v->parts[VECTOR_KEY]) != 0 || signature(r, v) != 0)
		return -1;
	const int usual =
		(is(curve, "secp256r1") && is(sha, "SHA-256")) || (is(curve, "secp384r1") && is(sha, "SHA-384"));
	snprintf(r->name, sizeof(r->name), "ECDSA-%s%s%s", curve_name(curve), usual ? "" : " with ", usual ? "" : sha);
	return 0;
}

static int read_eddsa(struct reader *r, struct vector *v)
{
	const char *curve;
	v->kind = VECTOR_VERIFY;
	if (key_curve(r, &curve) != 0 || public_key(r, &v->parts[VECTOR_KEY]) != 0 || signature(r, v) != 0)
		return -1;
	snprintf(r->name, sizeof(r->name), "%s", is(curve, "edwards25519") ? "Ed25519" : curve);
	return 0;
}

// "RSA-2048-PSS"; what differs from the interface's fixed choices is added: "RSA-2048 with SHA-512".
static int name_rsa(struct reader *r, struct vector *v, const char *suffix)
{
	const json_t *key = json_object_get(r->group, "privateKey");
	json_int_t bits;
	const char *sha = "SHA-256", *mgf_sha = "SHA-256", *exponent;
	const char *size = json_object_get(r->group, "keySize") != NULL ? "keySize" : "keysize"; // in older files
	if (integer_of(r, r->group, size, MAX_KEY_BITS, &bits) != 0 ||
	    (!is(suffix, " decrypt") && name_of(r, r->group, "sha", &sha) != 0) ||
	    (suffix[0] == '-' && name_of(r, r->group, "mgfSha", &mgf_sha) != 0))
		return -1;
	snprintf(r->name, sizeof(r->name), "RSA-%d%s%s%s%s%s", (int)bits, suffix[0] == '-' ? suffix : "",
		 is(sha, "SHA-256") ? "" : " with ", is(sha, "SHA-256") ? "" : sha,
		 is(mgf_sha, "SHA-256") ? "" : " and MGF1-", is(mgf_sha, "SHA-256") ? "" : mgf_sha);
	if (key == NULL)
		key = json_object_get(r->group, "publicKey");
	exponent =
		json_string_value(json_object_get(key != NULL ? key : r->group, key != NULL ? "publicExponent" : "e"));
	while (exponent != NULL && exponent[0] == '0')
		exponent++;
	if (exponent != NULL && !is(exponent, "10001"))
		skip_for(r, v, "a public exponent other than 65537", "");
	return 0;
}

static int read_pkcs1_verify(struct reader *r, struct vector *v)
{
	v->kind = VECTOR_VERIFY;
	return name_rsa(r, v, "") != 0 || public_key(r, &v->parts[VECTOR_KEY]) != 0 ? -1 : signature(r, v);
}

static int read_pkcs1_sign(struct reader *r, struct vector *v)
{
	v->kind = VECTOR_SIGN;
	if (name_rsa(r, v, "") != 0 || signature(r, v) != 0)
		return -1;
	if (json_object_get(r->group, "privateKeyPkcs8") != NULL)
		return octets_of(r, r->group, "privateKeyPkcs8", &v->parts[VECTOR_KEY]);
	skip_for(r, v, "a private key that is not given as PKCS#8", "");
	return 0;
}

static int read_pss_verify(struct reader *r, struct vector *v)
{
	json_int_t salt;
	v->kind = VECTOR_VERIFY;
	if (name_rsa(r, v, "-PSS") != 0 || integer_of(r, r->group, "sLen", MAX_KEY_BITS, &salt) != 0 ||
	    public_key(r, &v->parts[VECTOR_KEY]) != 0)
		return -1;
	if (salt != 32)
		skip_for(r, v, "a salt of other than 32 bytes", "");
	return signature(r, v);
}

static int read_decrypt(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts, label = {0};
	const int is_oaep = is(json_string_value(json_object_get(r->group, "type")), "RsaesOaepDecrypt");
	v->kind = VECTOR_DECRYPT;
	if (name_rsa(r, v, is_oaep ? "-OAEP" : " decrypt") != 0 ||
	    octets_of(r, r->group, "privateKeyPkcs8", &p[VECTOR_KEY]) != 0 ||
	    octets_of(r, r->test, "msg", &p[VECTOR_MESSAGE]) != 0 ||
	    octets_of(r, r->test, "ct", &p[VECTOR_CIPHERTEXT]) != 0 ||
	    (is_oaep && octets_of(r, r->test, "label", &label) != 0))
		return -1;
	if (label.len > 0)
		skip_for(r, v, "a label", "");
	return 0;
}

// ---- Key agreement ----

// What surrounds the bytes of a key in DER: the PKCS#8 of a private key, and the
// SubjectPublicKeyInfo of a public one, whose curve's points have public_len bytes.
static const struct agreement {
	const char *curve, *algorithm;
	size_t private_len, public_len;
	const char *pkcs8, *spki;
} agreements[] = {
	{"curve25519", "X25519", 32, 32, "302e020100300506032b656e04220420", "302a300506032b656e032100"},
	{"secp256r1", "ECDH-P256", 32, 65, "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420",
	 "3059301306072a8648ce3d020106082a8648ce3d030107034200"},
	{"secp384r1", "ECDH-P384", 48, 97, "304e020100301006072a8648ce3d020106052b81040022043730350201010430",
	 "3076301006072a8648ce3d020106052b81040022036200"},
};
enum { N_AGREEMENTS = sizeof(agreements) / sizeof(agreements[0]), MAX_PREFIX = 64 };

static const struct agreement *agreement_of(struct reader *r, const char *curve)
{
	for (size_t i = 0; i < N_AGREEMENTS; i++)
		if (is(agreements[i].curve, curve)) {
			snprintf(r->name, sizeof(r->name), "%s", agreements[i].algorithm);
			return &agreements[i];
		}
	snprintf(r->name, sizeof(r->name), "ECDH-%s", curve);
	return NULL;
}

// A private key's number of any length into PKCS#8; NULL when it is too long.
static const uint8_t *wrap_private(struct reader *r, const struct agreement *a, struct octets number, size_t *len)
{
	const size_t prefix = strlen(a->pkcs8) / 2;
	while (number.len > a->private_len && number.data[0] == 0)
		number.data++, number.len--;
	if (number.len > a->private_len)
		return NULL;
	*len = prefix + a->private_len;
	uint8_t *der = room(r, *len);
	vector_hex(a->pkcs8, 2 * prefix, der);
	memset(der + prefix, 0, a->private_len - number.len);
	memcpy(der + *len - number.len, number.data, number.len);
	return der;
}

// Peers come as raw points or in DER. Engines take raw ones, so what cannot be
// unwrapped by its usual prefix is no test of theirs.
static int unwrap_public(const struct agreement *a, int is_der, struct octets *key)
{
	uint8_t prefix[MAX_PREFIX];
	const size_t len = strlen(a->spki) / 2;
	if (!is_der)
		return key->len == a->public_len;
	vector_hex(a->spki, 2 * len, prefix);
	if (key->len != len + a->public_len || memcmp(key->data, prefix, len) != 0)
		return 0;
	key->data += len;
	key->len -= len;
	return 1;
}

static int read_agreement(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts, private;
	const char *curve, *type = json_string_value(json_object_get(r->group, "type"));
	v->kind = VECTOR_DERIVE;
	if (name_of(r, r->group, "curve", &curve) != 0 || octets_of(r, r->test, "public", &p[VECTOR_PEER]) != 0 ||
	    octets_of(r, r->test, "private", &private) != 0 || octets_of(r, r->test, "shared", &p[VECTOR_SECRET]) != 0)
		return -1;
	const struct agreement *a = agreement_of(r, curve);
	if (a == NULL)
		return 0; // nobody offers it
	if (is(type, "XdhAsnComp"))
		p[VECTOR_KEY] = private;
	else
		p[VECTOR_KEY].data = wrap_private(r, a, private, &p[VECTOR_KEY].len);
	if (p[VECTOR_KEY].data == NULL)
		skip_for(r, v, "a private key that is too long", "");
	else if (!unwrap_public(a, is(type, "EcdhTest") || is(type, "XdhAsnComp"), &p[VECTOR_PEER]) &&
		 (v->verdict != VECTOR_INVALID || !is(type, "EcdhEcpointTest")))
		skip_for(r, v, "a public key that is not given in the usual encoding", "");
	return 0;
}

// ---- Files ----

static int read_other(struct reader *r, struct vector *v)
{
	v->kind = VECTOR_OTHER;
	snprintf(r->name, sizeof(r->name), "%s", r->algorithm);
	skip_for(r, v, "no interface for ", json_string_value(json_object_get(r->group, "type")));
	return 0;
}

static const struct {
	const char *type;
	int (*read)(struct reader *, struct vector *);
} types[] = {
	{"AeadTest", read_aead},
	{"MacWithIvTest", read_gmac},
	{"IndCpaTest", read_cipher},
	{"MacTest", read_mac},
	{"HkdfTest", read_hkdf},
	{"PbkdfTest", read_pbkdf},
	{"EcdsaVerify", read_ecdsa},
	{"EddsaVerify", read_eddsa},
	{"RsassaPkcs1Verify", read_pkcs1_verify},
	{"RsassaPkcs1Generate", read_pkcs1_sign},
	{"RsassaPssVerify", read_pss_verify},
	{"RsaesPkcs1Decrypt", read_decrypt},
	{"RsaesOaepDecrypt", read_decrypt},
	{"XdhComp", read_agreement},
	{"XdhAsnComp", read_agreement},
	{"EcdhTest", read_agreement},
	{"EcdhEcpointTest", read_agreement},
};
enum { N_TYPES = sizeof(types) / sizeof(types[0]) };

static int read_verdict(struct reader *r, enum vector_verdict *verdict)
{
	static const char *const names[] = {"valid", "invalid", "acceptable"};
	const char *result;
	if (string_of(r, r->test, "result", &result) != 0)
		return -1;
	for (int i = 0; i < 3; i++)
		if (is(result, names[i])) {
			*verdict = (enum vector_verdict)i;
			return 0;
		}
	return fail_at(r, "is none of valid, invalid, acceptable", "result");
}

static int read_test(struct reader *r, int (*read)(struct reader *, struct vector *), vector_sink *sink, void *user)
{
	struct vector v = {.algorithm = r->name, .place = r->place, .comment = ""};
	json_int_t id;
	r->used = 0;
	if (integer_of(r, r->test, "tcId", INT32_MAX, &id) != 0)
		return -1;
	snprintf(r->place, sizeof(r->place), "tcId %d", (int)id);
	if (read_verdict(r, &v.verdict) != 0 || read(r, &v) != 0)
		return -1;
	if (json_is_string(json_object_get(r->test, "comment")))
		v.comment = json_string_value(json_object_get(r->test, "comment"));
	sink(user, &v);
	return 0;
}

static int read_group(struct reader *r, vector_sink *sink, void *user, size_t *n)
{
	const char *type;
	const json_t *tests = json_object_get(r->group, "tests");
	size_t index, t = 0;
	if (name_of(r, r->group, "type", &type) != 0)
		return -1;
	if (!json_is_array(tests))
		return fail_at(r, "is missing, or no list", "tests");
	while (t < N_TYPES && !is(types[t].type, type))
		t++;
	json_array_foreach(tests, index, r->test)
	{
		if (read_test(r, t < N_TYPES ? types[t].read : read_other, sink, user) != 0)
			return -1;
		if (++*n > VECTORS_MAX_TESTS)
			return vector_fail(r->error, 0, "more than %d tests", VECTORS_MAX_TESTS);
	}
	return 0;
}

static int read_file(struct reader *r, const json_t *root, vector_sink *sink, void *user)
{
	const json_t *groups = json_object_get(root, "testGroups");
	json_int_t declared;
	size_t index, n = 0;
	snprintf(r->place, sizeof(r->place), "the file");
	if (name_of(r, root, "algorithm", &r->algorithm) != 0 ||
	    integer_of(r, root, "numberOfTests", INT32_MAX, &declared) != 0)
		return -1;
	if (!json_is_array(groups))
		return fail_at(r, "is missing, or no list", "testGroups");
	json_array_foreach(groups, index, r->group)
	{
		snprintf(r->place, sizeof(r->place), "group %zu", index);
		if (read_group(r, sink, user, &n) != 0)
			return -1;
	}
	return n == (size_t)declared
		       ? 0
		       : vector_fail(r->error, 0, "declares %lld tests and has %zu", (long long)declared, n);
}

int wycheproof_parse(const char *text, size_t len, vector_sink *sink, void *user, struct vector_error *error)
{
	json_error_t json_error;
	if (len > VECTORS_MAX_FILE)
		return vector_fail(error, 0, "longer than %d bytes", VECTORS_MAX_FILE);
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &json_error);
	if (root == NULL)
		return vector_fail(error, json_error.line > 0 ? (size_t)json_error.line : 0, "%s", json_error.text);
	// Two digits a byte; a tweak, a padding, a private key's surroundings.
	struct reader r = {.bytes = malloc(len + 1024), .error = error};
	if (r.bytes == NULL)
		abort();
	int status = read_file(&r, root, sink, user);
	free(r.bytes);
	json_decref(root);
	return status;
}
