// SPDX-License-Identifier: MIT
// DER of keys and signatures: what is written can be read, what is read is what would be written, and what anybody may
// send instead is refused within its bounds.

#include "../../engines/der.h"
#include "../support/test.h"

enum { max_text = 600 };

static struct guarded room; // of the test

// Those bytes before a page that faults.
static const uint8_t *at_border(const uint8_t *bytes, size_t len)
{
	uint8_t *const p = guarded_at(&room, BORDER_ABOVE, len);
	if (len > 0)
		memcpy(p, bytes, len);
	return p;
}

// Hexadecimal digits; "R32" stands for 32 random bytes, always with two digits.
static size_t bytes_of(const char *text, uint8_t out[max_text])
{
	size_t n = 0;
	while (*text) {
		if (*text == ' ') {
			text++;
		} else if (*text == 'R') {
			const size_t len = strtoul((char[]){text[1], text[2], 0}, NULL, 10);
			text += 3;
			assert_true(n + len <= max_text);
			random_bytes(out + n, len);
			n += len;
		} else {
			out[n++] = (uint8_t)strtoul((char[]){text[0], text[1], 0}, NULL, 16);
			text += 2;
		}
	}
	return n;
}

// ---- Keys of each kind, their parts made up ----

struct sample {
	struct der_key key;
	uint8_t store[5 * der_max_rsa];
};

static void make_up(struct sample *s, enum der_kind kind, size_t n_len, int has_point)
{
	uint8_t *at_byte = s->store;
	s->key = (struct der_key){.kind = kind};
	random_bytes(s->store, sizeof s->store);
	if (kind != DER_RSA) {
		s->key.secret = (struct der_bytes){s->store, der_secret_len(kind)};
		s->store[64] = 4;
		if (has_point)
			s->key.point = (struct der_bytes){s->store + 64, der_point_len(kind)};
		if (der_point_len(kind) == 32)
			s->store[64] = (uint8_t)random_below(256);
		return;
	}
	for (int i = 0; i < der_n_numbers; i++) {
		const size_t len = i == DER_N || i == DER_D ? n_len : i == DER_E ? 3 : n_len / 2;
		s->key.number[i] = (struct der_bytes){at_byte, len};
		at_byte[0] |= i == DER_D ? 1 : 0x80; // as long as it says
		at_byte[len - 1] |= 1;
		at_byte += len;
	}
}

static const char *const kind_names[] = {"RSA", "P-256", "P-384", "Ed25519", "X25519"};

static void assert_same(struct der_bytes a, struct der_bytes b)
{
	assert_int_equal(a.len, b.len);
	if (a.len > 0)
		assert_memory_equal(a.data, b.data, a.len);
}

static void assert_same_key(const struct der_key *a, const struct der_key *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_same(a->secret, b->secret);
	assert_same(a->point, b->point);
	for (int i = 0; i < der_n_numbers; i++)
		assert_same(a->number[i], b->number[i]);
}

// The part of a key that its public half has.
static struct der_key public_half(struct der_key key)
{
	key.secret = (struct der_bytes){NULL, 0};
	for (int i = DER_D; i < der_n_numbers; i++)
		key.number[i] = (struct der_bytes){NULL, 0};
	return key;
}

typedef size_t writer(const struct der_key *key, uint8_t *der, size_t cap);
typedef int reader(struct der_key *out, const uint8_t *der, size_t len);

// Both ways; in no less room than it takes; and no beginning of it is a key.
static size_t there_and_back(const struct der_key *key, writer *write, reader *read, uint8_t der[der_max_key])
{
	struct der_key again;
	const size_t len = write(key, der, der_max_key);
	assert_true(len > 0);
	assert_int_equal(read(&again, at_border(der, len), len), 1);
	assert_same_key(&again, key);
	static uint8_t tight[der_max_key], longer[der_max_key + 1];
	assert_int_equal(write(key, tight, len), len);
	assert_memory_equal(tight, der, len);
	assert_int_equal(write(key, tight, len - 1), 0);
	assert_int_equal(write(key, tight, 0), 0);
	for (size_t shorter = 0; shorter < len; shorter++) {
		at("the first %zu of %zu bytes", shorter, len);
		assert_int_equal(read(&again, at_border(der, shorter), shorter), 0);
	}
	memcpy(longer, der, len);
	assert_int_equal(read(&again, at_border(longer, len + 1), len + 1), 0);
	return len;
}

static void keys_go_there_and_back(void)
{
	static struct sample s;
	static uint8_t der[der_max_key];
	room = guarded_new(der_max_key + 1);
	for (int kind = DER_RSA; kind <= DER_X25519; kind++) {
		for (int round = 0; round < 3; round++) {
			const size_t n_len = 256 + 128 * (size_t)round;
			const int is_nist = kind == DER_P256 || kind == DER_P384;
			at("%s, round %d", kind_names[kind], round);
			make_up(&s, (enum der_kind)kind, n_len, is_nist && round > 0);
			there_and_back(&s.key, der_write_private, der_read_private, der);
			make_up(&s, (enum der_kind)kind, n_len, 1);
			s.key = public_half(s.key);
			there_and_back(&s.key, der_write_public, der_read_public, der);
		}
	}
}

// What was changed is refused, or is another key, which can be written in one way only: as it stands. (Private keys
// have optional parts, which the writer leaves out.)
static void changed_keys_are_others(void)
{
	static struct sample s;
	static uint8_t der[der_max_key], again[der_max_key];
	struct der_key key;
	size_t n_read = 0, n_refused = 0;
	room = guarded_new(der_max_key);
	for (int kind = DER_RSA; kind <= DER_X25519; kind++) {
		for (int is_private = 0; is_private < 2; is_private++) {
			make_up(&s, (enum der_kind)kind, 256, 1);
			if (is_private && der_point_len(s.key.kind) == 32)
				s.key.point = (struct der_bytes){NULL, 0};
			const size_t len = (is_private ? der_write_private : der_write_public)(&s.key, der, sizeof der);
			for (size_t round = 0; round < 4 * len; round++) {
				const size_t i = round % 2 ? random_below(len) : random_below(len < 40 ? len : 40);
				const uint8_t old = der[i];
				der[i] = (uint8_t)random_below(256);
				at("%s: byte %zu is %02x", kind_names[kind], i, der[i]);
				const uint8_t *const p = at_border(der, len);
				const int is_key = (is_private ? der_read_private : der_read_public)(&key, p, len);
				if (is_key && !is_private) {
					assert_int_equal(der_write_public(&key, again, sizeof again), len);
					assert_memory_equal(again, der, len);
				}
				n_read += (size_t)is_key;
				n_refused += (size_t)!is_key;
				der[i] = old;
			}
		}
	}
	assert_true(n_read > 100 && n_refused > 100);
}

// ---- What is no key ----

#define ED_ALGORITHM "30 05 06 03 2b6570"
#define EC_ALGORITHM "30 13 06 07 2a8648ce3d0201 06 08 2a8648ce3d030107"
#define RSA_ALGORITHM "30 0d 06 09 2a864886f70d010101 05 00"

static const struct example {
	int is_key;
	const char *what, *text;
} publics[] = {
	{1, "Ed25519", "30 2a" ED_ALGORITHM "03 21 00 R32"},
	{1, "P-256", "30 59" EC_ALGORITHM "03 42 00 04 R64"},
	{1, "RSA of 16 bits", "30 1c" RSA_ALGORITHM "03 0b 00 30 08 02 03 00 c001 02 01 03"},
	{0, "nothing", ""},
	{0, "a sequence of nothing", "30 00"},
	{0, "a tag alone", "30"},
	{0, "a set", "31 2a" ED_ALGORITHM "03 21 00 R32"},
	{0, "a length in two bytes where one does", "30 81 2a" ED_ALGORITHM "03 21 00 R32"},
	{0, "a length in three bytes where one does", "30 82 00 2a" ED_ALGORITHM "03 21 00 R32"},
	{0, "a length of four bytes", "30 84 00 00 00 2a" ED_ALGORITHM "03 21 00 R32"},
	{0, "a length of 127 bytes", "30 ff" ED_ALGORITHM "03 21 00 R32"},
	{0, "an indefinite length", "30 80" ED_ALGORITHM "03 21 00 R32 00 00"},
	{0, "a length beyond the end", "30 2b" ED_ALGORITHM "03 21 00 R32"},
	{0, "a length before the end", "30 29" ED_ALGORITHM "03 21 00 R32"},
	{0, "an inner length beyond the end", "30 2a" ED_ALGORITHM "03 22 00 R32"},
	{0, "an inner length far beyond the end", "30 2a" ED_ALGORITHM "03 82 ff ff R31"},
	{0, "a point that is too short", "30 29" ED_ALGORITHM "03 20 00 R31"},
	{0, "a point that is too long", "30 2b" ED_ALGORITHM "03 22 00 R33"},
	{0, "bits that end within a byte", "30 2a" ED_ALGORITHM "03 21 01 R32"},
	{0, "no bits at all", "30 09" ED_ALGORITHM "03 00"},
	{0, "octets instead of bits", "30 2a" ED_ALGORITHM "04 21 00 R32"},
	{0, "another element behind", "30 2c" ED_ALGORITHM "03 21 00 R32 05 00"},
	{0, "Ed25519 with a parameter", "30 2c 30 07 06 03 2b6570 05 00 03 21 00 R32"},
	{0, "Ed448's name", "30 2a 30 05 06 03 2b6571 03 21 00 R32"},
	{0, "a name cut short", "30 29 30 04 06 02 2b65 03 21 00 R32"},
	{0, "an empty name", "30 27 30 02 06 00 03 21 00 R32"},
	{0, "P-256 as a compressed point", "30 39" EC_ALGORITHM "03 22 00 02 R32"},
	{0, "P-256 as a hybrid point", "30 59" EC_ALGORITHM "03 42 00 06 R64"},
	{0, "P-256 without a curve", "30 4f 30 09 06 07 2a8648ce3d0201 03 42 00 04 R64"},
	{0, "P-256 with P-521's curve", "30 56 30 10 06 07 2a8648ce3d0201 06 05 2b81040023 03 42 00 04 R64"},
	{0, "P-256 with P-384's curve", "30 56 30 10 06 07 2a8648ce3d0201 06 05 2b81040022 03 42 00 04 R64"},
	{0, "RSA without a parameter", "30 1a 30 0b 06 09 2a864886f70d010101 03 0b 00 30 08 02 03 00 c001 02 01 03"},
	{0, "RSA with octets as parameter",
	 "30 1d 30 0e 06 09 2a864886f70d010101 05 01 00 03 0b 00 30 08 02 03 00 c001 02 01 03"},
	{0, "RSA with a negative modulus", "30 1b" RSA_ALGORITHM "03 0a 00 30 07 02 02 c001 02 01 03"},
	{0, "RSA with a modulus of two zeroes too many",
	 "30 1d" RSA_ALGORITHM "03 0c 00 30 09 02 04 00 00 c001 02 01 03"},
	{0, "RSA with an even modulus", "30 1c" RSA_ALGORITHM "03 0b 00 30 08 02 03 00 c002 02 01 03"},
	{0, "RSA with modulus 0", "30 1a" RSA_ALGORITHM "03 09 00 30 06 02 01 00 02 01 03"},
	{0, "RSA with an even exponent", "30 1c" RSA_ALGORITHM "03 0b 00 30 08 02 03 00 c001 02 01 02"},
	{0, "RSA with exponent 0", "30 1c" RSA_ALGORITHM "03 0b 00 30 08 02 03 00 c001 02 01 00"},
	{0, "RSA with an empty exponent", "30 1b" RSA_ALGORITHM "03 0a 00 30 07 02 03 00 c001 02 00"},
	{0, "RSA with a longer exponent than modulus",
	 "30 1e" RSA_ALGORITHM "03 0d 00 30 0a 02 03 00 c001 02 03 010001"},
	{0, "RSA with a third number", "30 1f" RSA_ALGORITHM "03 0e 00 30 0b 02 03 00 c001 02 01 03 02 01 03"},
};

#define ED_OCTETS "04 22 04 20 R32"
#define EC_SECRET "02 01 01 04 20 R32"
#define RSA_PUBLIC "02 03 00 c001 02 01 03"

static const struct example privates[] = {
	{1, "Ed25519", "30 2e 02 01 00" ED_ALGORITHM ED_OCTETS},
	{1, "Ed25519 with attributes", "30 32 02 01 00" ED_ALGORITHM ED_OCTETS "a0 02 05 00"},
	{1, "Ed25519 with its public key", "30 51 02 01 01" ED_ALGORITHM ED_OCTETS "81 21 00 R32"},
	{1, "P-256", "30 41 02 01 00" EC_ALGORITHM "04 27 30 25" EC_SECRET},
	{1, "P-256 that names its curve again",
	 "30 4d 02 01 00" EC_ALGORITHM "04 33 30 31" EC_SECRET "a0 0a 06 08 2a8648ce3d030107"},
	{1, "RSA of 16 bits",
	 "30 37 02 01 00" RSA_ALGORITHM "04 23 30 21 02 01 00" RSA_PUBLIC "02 02 0101 02 02 00 c1 02 02 00 c3"
	 "02 02 00 81 02 01 03 02 01 05"},
	{0, "version 2", "30 2e 02 01 02" ED_ALGORITHM ED_OCTETS},
	{0, "a version of two bytes", "30 2f 02 02 00 00" ED_ALGORITHM ED_OCTETS},
	{0, "no version", "30 2b" ED_ALGORITHM ED_OCTETS},
	{0, "a public key, but version 0", "30 51 02 01 00" ED_ALGORITHM ED_OCTETS "81 21 00 R32"},
	{0, "a public key that is too short", "30 50 02 01 01" ED_ALGORITHM ED_OCTETS "81 20 00 R31"},
	{0, "attributes beyond the end", "30 32 02 01 00" ED_ALGORITHM ED_OCTETS "a0 03 05 00"},
	{0, "an element that nobody knows", "30 32 02 01 00" ED_ALGORITHM ED_OCTETS "a2 02 05 00"},
	{0, "octets not within octets", "30 2c 02 01 00" ED_ALGORITHM "04 20 R32"},
	{0, "Ed25519 of 31 bytes", "30 2d 02 01 00" ED_ALGORITHM "04 21 04 1f R31"},
	{0, "Ed25519 and more in its octets", "30 2f 02 01 00" ED_ALGORITHM "04 23 04 20 R33"},
	{0, "P-256 of 31 bytes", "30 40 02 01 00" EC_ALGORITHM "04 26 30 24 02 01 01 04 1f R31"},
	{0, "P-256 of version 0", "30 41 02 01 00" EC_ALGORITHM "04 27 30 25 02 01 00 04 20 R32"},
	{0, "P-256 that names another curve",
	 "30 4a 02 01 00" EC_ALGORITHM "04 30 30 2e" EC_SECRET "a0 07 06 05 2b81040022"},
	{0, "P-256 with a compressed point",
	 "30 67 02 01 00" EC_ALGORITHM "04 4d 30 4b" EC_SECRET "a1 24 03 22 00 02 R32"},
	{0, "RSA of three primes",
	 "30 37 02 01 00" RSA_ALGORITHM "04 23 30 21 02 01 01" RSA_PUBLIC "02 02 0101 02 02 00 c1 02 02 00 c3"
	 "02 02 00 81 02 01 03 02 01 05"},
	{0, "RSA with an even prime",
	 "30 37 02 01 00" RSA_ALGORITHM "04 23 30 21 02 01 00" RSA_PUBLIC "02 02 0101 02 02 00 c2 02 02 00 c3"
	 "02 02 00 81 02 01 03 02 01 05"},
	{0, "RSA with a prime that is too long",
	 "30 38 02 01 00" RSA_ALGORITHM "04 24 30 22 02 01 00" RSA_PUBLIC "02 02 0101 02 03 00 c101 02 02 00 c3"
	 "02 02 00 81 02 01 03 02 01 05"},
	{0, "RSA with an exponent 0",
	 "30 36 02 01 00" RSA_ALGORITHM "04 22 30 20 02 01 00" RSA_PUBLIC "02 02 0101 02 02 00 c1 02 02 00 c3"
	 "02 01 00 02 01 03 02 01 05"},
	{0, "RSA without its last number",
	 "30 34 02 01 00" RSA_ALGORITHM "04 20 30 1e 02 01 00" RSA_PUBLIC "02 02 0101 02 02 00 c1 02 02 00 c3"
	 "02 02 00 81 02 01 03"},
};

static void try_examples(const struct example *examples, size_t n, reader *read)
{
	room = guarded_new(max_text);
	for (size_t i = 0; i < n; i++) {
		uint8_t der[max_text];
		struct der_key key;
		const size_t len = bytes_of(examples[i].text, der);
		at("%s", examples[i].what);
		assert_int_equal(read(&key, at_border(der, len), len), examples[i].is_key);
	}
}

static void what_is_a_key(void)
{
	try_examples(publics, sizeof publics / sizeof publics[0], der_read_public);
	try_examples(privates, sizeof privates / sizeof privates[0], der_read_private);
}

// ---- Signatures ----

static void signatures_go_there_and_back(void)
{
	room = guarded_new(der_max_signature);
	for (int round = 0; round < 2000; round++) {
		const size_t n = round % 2 ? 32 : 48;
		uint8_t r_s[96], again[96], der[der_max_signature];
		random_bytes(r_s, sizeof r_s);
		for (size_t i = 0; i < 2; i++) // often short
			memset(r_s + i * n, 0, random_below(3) ? 0 : random_below(n));
		const size_t len = der_write_signature(der, sizeof der, r_s, n);
		assert_in_range(len, 8, n == 32 ? 72 : 104);
		assert_int_equal(der_read_signature(again, n, at_border(der, len), len), 1);
		assert_memory_equal(again, r_s, 2 * n);
		assert_int_equal(der_write_signature(der, len - 1, r_s, n), 0);
		der_write_signature(der, sizeof der, r_s, n);
		const size_t shorter = random_below(len);
		assert_int_equal(der_read_signature(again, n, at_border(der, shorter), shorter), 0);
		der[random_below(len)] = (uint8_t)random_below(256);
		if (der_read_signature(again, n, at_border(der, len), len)) { // another one: in one way only
			uint8_t written[der_max_signature];
			assert_int_equal(der_write_signature(written, sizeof written, again, n), len);
			assert_memory_equal(written, der, len);
		}
	}
}

static void what_is_a_signature(void)
{
	static const struct example examples[] = {
		{1, "small numbers", "30 06 02 01 01 02 01 7f"},
		{1, "a number that needs its zero", "30 07 02 02 00 80 02 01 01"},
		{1, "a number of all bytes", "30 26 02 21 00 ff R31 02 01 01"},
		{0, "r = 0", "30 06 02 01 00 02 01 01"},
		{0, "s = 0", "30 06 02 01 01 02 01 00"},
		{0, "a negative number", "30 06 02 01 80 02 01 01"},
		{0, "a zero too many", "30 07 02 02 00 7f 02 01 01"},
		{0, "no byte", "30 05 02 00 02 01 01"},
		{0, "a number that is too long", "30 26 02 21 01 R32 02 01 01"},
		{0, "a long length", "30 81 06 02 01 01 02 01 01"},
		{0, "an inner long length", "30 07 02 81 01 01 02 01 01"},
		{0, "one number", "30 03 02 01 01"},
		{0, "three numbers", "30 09 02 01 01 02 01 01 02 01 01"},
		{0, "bytes behind", "30 06 02 01 01 02 01 01 00"},
		{0, "bytes behind, counted", "30 07 02 01 01 02 01 01 00"},
		{0, "octets", "30 06 04 01 01 02 01 01"},
	};
	room = guarded_new(max_text);
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		uint8_t der[max_text], r_s[64];
		const size_t len = bytes_of(examples[i].text, der);
		at("%s", examples[i].what);
		assert_int_equal(der_read_signature(r_s, 32, at_border(der, len), len), examples[i].is_key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(keys_go_there_and_back), TEST(changed_keys_are_others),
					   TEST(what_is_a_key), TEST(signatures_go_there_and_back),
					   TEST(what_is_a_signature)};
	return cmocka_run_group_tests_name("DER", tests, NULL, NULL);
}
