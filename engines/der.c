// SPDX-License-Identifier: MIT
// DER of keys and signatures: a reader that only moves forwards in what it was given, a writer that begins at the end,
// where every length is known.

#include "der.h"

#include <string.h>

enum tag {
	tag_integer = 0x02,
	tag_bits = 0x03,
	tag_octets = 0x04,
	tag_null = 0x05,
	tag_oid = 0x06,
	tag_sequence = 0x30,
	tag_0 = 0xa0, // [0] and [1], constructed
	tag_1 = 0xa1,
	tag_1_primitive = 0x81
};

static const uint8_t oid_rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
static const uint8_t oid_ec[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
static const uint8_t oid_p256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t oid_p384[] = {0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t oid_ed25519[] = {0x2b, 0x65, 0x70};
static const uint8_t oid_x25519[] = {0x2b, 0x65, 0x6e};

#define OID(name)                                                                                                      \
	{                                                                                                              \
		name, sizeof name                                                                                      \
	}
static const struct {
	struct der_bytes algorithm, curve; // curve: what stands as parameter
	size_t secret_len, point_len;
} kinds[] = {
	[DER_RSA] = {OID(oid_rsa), {NULL, 0}, 0, 0},         [DER_P256] = {OID(oid_ec), OID(oid_p256), 32, 65},
	[DER_P384] = {OID(oid_ec), OID(oid_p384), 48, 97},   [DER_ED25519] = {OID(oid_ed25519), {NULL, 0}, 32, 32},
	[DER_X25519] = {OID(oid_x25519), {NULL, 0}, 32, 32},
};
enum { n_kinds = sizeof kinds / sizeof kinds[0] };

size_t der_secret_len(enum der_kind kind)
{
	return kinds[kind].secret_len;
}

size_t der_point_len(enum der_kind kind)
{
	return kinds[kind].point_len;
}

// ---- Reading ----

static int is_equal(struct der_bytes a, struct der_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static int has_next(struct der_bytes in, uint8_t tag)
{
	return in.len > 0 && in.data[0] == tag;
}

// Takes the next element, which has that tag, from the front of *in: *body becomes its contents.
static int take(struct der_bytes *in, uint8_t tag, struct der_bytes *body)
{
	if (in->len < 2 || in->data[0] != tag)
		return 0;
	size_t len = in->data[1], head = 2;
	if (len >= 0x80) {
		const size_t n = len - 0x80; // bytes of length: none is BER's indefinite form, two are enough for keys
		if (n < 1 || n > 2 || in->len < 2 + n)
			return 0;
		len = n == 1 ? in->data[2] : (size_t)in->data[2] << 8 | in->data[3];
		if (len < (n == 1 ? 0x80u : 0x100u)) // not the shortest form
			return 0;
		head += n;
	}
	if (len > in->len - head)
		return 0;
	*body = (struct der_bytes){in->data + head, len};
	in->data += head + len;
	in->len -= head + len;
	return 1;
}

// An element that is to be the last.
static int take_last(struct der_bytes *in, uint8_t tag, struct der_bytes *body)
{
	return take(in, tag, body) && in->len == 0;
}

// An INTEGER that is positive, without the zero that keeps its sign.
static int take_number(struct der_bytes *in, struct der_bytes *number)
{
	struct der_bytes body;
	if (!take(in, tag_integer, &body) || body.len == 0 || body.data[0] >= 0x80)
		return 0;
	if (body.data[0] == 0) {
		if (body.len == 1 || body.data[1] < 0x80) // 0 itself, or not the shortest form
			return 0;
		body.data++;
		body.len--;
	}
	*number = body;
	return 1;
}

// A version number of one byte, at most max.
static int take_version(struct der_bytes *in, uint8_t min, uint8_t max, uint8_t *version)
{
	struct der_bytes body;
	if (!take(in, tag_integer, &body) || body.len != 1 || body.data[0] < min || body.data[0] > max)
		return 0;
	*version = body.data[0];
	return 1;
}

// The contents of a BIT STRING of whole bytes.
static int whole_bytes(struct der_bytes *bits)
{
	if (bits->len < 1 || bits->data[0] != 0)
		return 0;
	bits->data++;
	bits->len--;
	return 1;
}

static int take_algorithm(struct der_bytes *in, enum der_kind *kind)
{
	struct der_bytes sequence, algorithm, parameter;
	if (!take(in, tag_sequence, &sequence) || !take(&sequence, tag_oid, &algorithm))
		return 0;
	if (is_equal(algorithm, kinds[DER_RSA].algorithm)) {
		*kind = DER_RSA;
		return take_last(&sequence, tag_null, &parameter) && parameter.len == 0;
	}
	if (is_equal(algorithm, kinds[DER_P256].algorithm)) {
		if (!take(&sequence, tag_oid, &parameter))
			return 0;
	} else {
		parameter = (struct der_bytes){NULL, 0};
	}
	for (int i = DER_P256; i < n_kinds; i++) {
		if (is_equal(algorithm, kinds[i].algorithm) && is_equal(parameter, kinds[i].curve)) {
			*kind = (enum der_kind)i;
			return sequence.len == 0;
		}
	}
	return 0;
}

// A public key of a curve: on NIST's an uncompressed point.
static int is_point(enum der_kind kind, struct der_bytes point)
{
	return point.len == kinds[kind].point_len && (point.len == 32 || point.data[0] == 4);
}

static int is_odd(struct der_bytes number)
{
	return number.data[number.len - 1] & 1;
}

static int rsa_public(struct der_key *key, struct der_bytes *in)
{
	return take_number(in, &key->number[DER_N]) && take_number(in, &key->number[DER_E]) &&
	       is_odd(key->number[DER_N]) && is_odd(key->number[DER_E]) && key->number[DER_N].len <= der_max_rsa &&
	       key->number[DER_E].len <= key->number[DER_N].len;
}

// RSAPrivateKey
static int rsa_private(struct der_key *key, struct der_bytes octets)
{
	struct der_bytes in;
	uint8_t version;
	if (!take_last(&octets, tag_sequence, &in) || !take_version(&in, 0, 0, &version) || !rsa_public(key, &in))
		return 0;
	const size_t n_len = key->number[DER_N].len;
	for (int i = DER_D; i < der_n_numbers; i++) {
		if (!take_number(&in, &key->number[i]) || key->number[i].len > (i == DER_D ? n_len : n_len / 2))
			return 0;
	}
	return in.len == 0 && is_odd(key->number[DER_P]) && is_odd(key->number[DER_Q]) &&
	       2 * key->number[DER_P].len == n_len && 2 * key->number[DER_Q].len == n_len;
}

// ECPrivateKey: the curve, where it is named again, is the one that the algorithm said
static int ec_private(struct der_key *key, struct der_bytes octets)
{
	struct der_bytes in, curve, oid, bits;
	uint8_t version;
	if (!take_last(&octets, tag_sequence, &in) || !take_version(&in, 1, 1, &version) ||
	    !take(&in, tag_octets, &key->secret))
		return 0;
	if (has_next(in, tag_0) &&
	    (!take(&in, tag_0, &curve) || !take_last(&curve, tag_oid, &oid) || !is_equal(oid, kinds[key->kind].curve)))
		return 0;
	if (has_next(in, tag_1)) {
		if (!take(&in, tag_1, &bits) || !take_last(&bits, tag_bits, &key->point) || !whole_bytes(&key->point) ||
		    !is_point(key->kind, key->point))
			return 0;
	}
	return in.len == 0 && key->secret.len == kinds[key->kind].secret_len;
}

// CurvePrivateKey
static int curve_private(struct der_key *key, struct der_bytes octets)
{
	return take_last(&octets, tag_octets, &key->secret) && key->secret.len == kinds[key->kind].secret_len;
}

int der_read_private(struct der_key *out, const uint8_t *der, size_t len)
{
	struct der_bytes whole = {der, len}, in, octets, ignored;
	struct der_key key = {.kind = DER_RSA};
	uint8_t version;
	if (!take_last(&whole, tag_sequence, &in) || !take_version(&in, 0, 1, &version) ||
	    !take_algorithm(&in, &key.kind) || !take(&in, tag_octets, &octets))
		return 0;
	if (has_next(in, tag_0) && !take(&in, tag_0, &ignored)) // attributes
		return 0;
	if (has_next(in, tag_1_primitive)) { // RFC 5958: the public key
		if (version != 1 || !take(&in, tag_1_primitive, &key.point) || !whole_bytes(&key.point))
			return 0;
		if (key.kind == DER_RSA)
			key.point = (struct der_bytes){NULL, 0};
		else if (!is_point(key.kind, key.point))
			return 0;
	}
	if (in.len != 0)
		return 0;
	if (!(key.kind == DER_RSA                        ? rsa_private(&key, octets)
	      : kinds[key.kind].algorithm.data == oid_ec ? ec_private(&key, octets)
							 : curve_private(&key, octets)))
		return 0;
	*out = key;
	return 1;
}

int der_read_public(struct der_key *out, const uint8_t *der, size_t len)
{
	struct der_bytes whole = {der, len}, in, bits, numbers;
	struct der_key key = {.kind = DER_RSA};
	if (!take_last(&whole, tag_sequence, &in) || !take_algorithm(&in, &key.kind) ||
	    !take_last(&in, tag_bits, &bits) || !whole_bytes(&bits))
		return 0;
	if (key.kind == DER_RSA) {
		if (!take_last(&bits, tag_sequence, &numbers) || !rsa_public(&key, &numbers) || numbers.len != 0)
			return 0;
	} else {
		if (!is_point(key.kind, bits))
			return 0;
		key.point = bits;
	}
	*out = key;
	return 1;
}

int der_read_signature(uint8_t *r_s, size_t n, const uint8_t *der, size_t len)
{
	struct der_bytes whole = {der, len}, in, number[2];
	if (!take_last(&whole, tag_sequence, &in) || !take_number(&in, &number[0]) || !take_number(&in, &number[1]) ||
	    in.len != 0 || number[0].len > n || number[1].len > n)
		return 0;
	memset(r_s, 0, 2 * n);
	for (size_t i = 0; i < 2; i++)
		memcpy(r_s + (i + 1) * n - number[i].len, number[i].data, number[i].len);
	return 1;
}

// ---- Writing ----

// What is written so far lies from `at` to the end of the buffer.
struct writer {
	uint8_t *start, *at;
	int is_full;
};

static void put(struct writer *w, const uint8_t *data, size_t len)
{
	if ((size_t)(w->at - w->start) < len) {
		w->is_full = 1;
	} else if (len > 0) {
		w->at -= len;
		memcpy(w->at, data, len);
	}
}

static void put_byte(struct writer *w, uint8_t byte)
{
	put(w, &byte, 1);
}

// Makes what lies before `end` the contents of an element.
static void wrap(struct writer *w, uint8_t tag, const uint8_t *end)
{
	const size_t len = (size_t)(end - w->at);
	put_byte(w, (uint8_t)len);
	if (len >= 0x100) {
		put_byte(w, (uint8_t)(len >> 8));
		put_byte(w, 0x82);
	} else if (len >= 0x80) {
		put_byte(w, 0x81);
	}
	put_byte(w, tag);
}

static void put_element(struct writer *w, uint8_t tag, struct der_bytes body)
{
	const uint8_t *const end = w->at;
	put(w, body.data, body.len);
	wrap(w, tag, end);
}

static void put_number(struct writer *w, struct der_bytes number)
{
	const uint8_t *const end = w->at;
	while (number.len > 1 && number.data[0] == 0) {
		number.data++;
		number.len--;
	}
	put(w, number.data, number.len);
	if (number.len == 0 || number.data[0] >= 0x80)
		put_byte(w, 0);
	wrap(w, tag_integer, end);
}

static void put_version(struct writer *w, uint8_t version)
{
	put_element(w, tag_integer, (struct der_bytes){&version, 1});
}

static void put_algorithm(struct writer *w, enum der_kind kind)
{
	const uint8_t *const end = w->at;
	if (kind == DER_RSA)
		put_element(w, tag_null, (struct der_bytes){NULL, 0});
	else if (kinds[kind].curve.data)
		put_element(w, tag_oid, kinds[kind].curve);
	put_element(w, tag_oid, kinds[kind].algorithm);
	wrap(w, tag_sequence, end);
}

// bytes as the whole of a BIT STRING that ends at `end`
static void wrap_bits(struct writer *w, const uint8_t *end)
{
	put_byte(w, 0);
	wrap(w, tag_bits, end);
}

static void put_numbers(struct writer *w, const struct der_key *key, int n)
{
	for (int i = n; i-- > 0;)
		put_number(w, key->number[i]);
}

static void put_private(struct writer *w, const struct der_key *key)
{
	const uint8_t *const end = w->at;
	if (key->kind == DER_RSA) {
		put_numbers(w, key, der_n_numbers);
		put_version(w, 0);
		wrap(w, tag_sequence, end);
	} else if (kinds[key->kind].curve.data) {
		if (key->point.data) {
			put(w, key->point.data, key->point.len);
			wrap_bits(w, end);
			wrap(w, tag_1, end);
		}
		put_element(w, tag_octets, key->secret);
		put_version(w, 1);
		wrap(w, tag_sequence, end);
	} else {
		put_element(w, tag_octets, key->secret);
	}
	wrap(w, tag_octets, end);
	put_algorithm(w, key->kind);
	put_version(w, 0);
	wrap(w, tag_sequence, end);
}

static void put_public(struct writer *w, const struct der_key *key)
{
	const uint8_t *const end = w->at;
	if (key->kind == DER_RSA) {
		put_numbers(w, key, DER_E + 1);
		wrap(w, tag_sequence, end);
	} else {
		put(w, key->point.data, key->point.len);
	}
	wrap_bits(w, end);
	put_algorithm(w, key->kind);
	wrap(w, tag_sequence, end);
}

// To the front of the buffer with it.
static size_t finish(const struct writer *w, const uint8_t *end)
{
	const size_t len = (size_t)(end - w->at);
	if (w->is_full)
		return 0;
	memmove(w->start, w->at, len);
	return len;
}

size_t der_write_private(const struct der_key *key, uint8_t *der, size_t cap)
{
	struct writer w = {.start = der, .at = der + cap};
	put_private(&w, key);
	return finish(&w, der + cap);
}

size_t der_write_public(const struct der_key *key, uint8_t *der, size_t cap)
{
	struct writer w = {.start = der, .at = der + cap};
	put_public(&w, key);
	return finish(&w, der + cap);
}

size_t der_write_signature(uint8_t *der, size_t cap, const uint8_t *r_s, size_t n)
{
	struct writer w = {.start = der, .at = der + cap};
	put_number(&w, (struct der_bytes){r_s + n, n});
	put_number(&w, (struct der_bytes){r_s, n});
	wrap(&w, tag_sequence, der + cap);
	return finish(&w, der + cap);
}
