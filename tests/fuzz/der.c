// SPDX-License-Identifier: MIT
// A key or a signature in DER from anybody.
//
// Byte 0: a private key, a public key, or a signature of P-256 or P-384; the rest is its DER.

#include <string.h>

#include "../../engines/der.h"
#include "fuzz.h"

enum { room = 8192 }; // longer than anything that libFuzzer's and AFL++'s inputs can hold

static int is_equal(struct der_bytes a, struct der_bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static void check_bytes(struct der_bytes b, const uint8_t *der, size_t len, size_t most)
{
	if (b.data == NULL) {
		fuzz_must(b.len == 0, "bytes that are nowhere");
		return;
	}
	fuzz_must(b.data >= der && b.len <= len && (size_t)(b.data - der) <= len - b.len, "bytes from outside");
	fuzz_must(b.len > 0 && b.len <= most, "%zu bytes", b.len);
}

static void check_odd(struct der_bytes b)
{
	fuzz_must(b.data[b.len - 1] & 1, "an even number");
}

static void check_rsa(const struct der_key *key, int is_private)
{
	const struct der_bytes *const number = key->number;
	fuzz_must(key->secret.data == NULL && key->point.data == NULL, "RSA, and a curve's key");
	for (int i = 0; i < der_n_numbers; i++) {
		fuzz_must((number[i].data != NULL) == (is_private || i <= DER_E), "number %d", i);
		fuzz_must(number[i].data == NULL || number[i].data[0] != 0, "number %d: leading zero", i);
	}
	check_odd(number[DER_N]);
	if (is_private) {
		check_odd(number[DER_P]);
		check_odd(number[DER_Q]);
		fuzz_must(2 * number[DER_P].len == number[DER_N].len && 2 * number[DER_Q].len == number[DER_N].len,
			  "primes of another length than half of their product's");
	}
	fuzz_must(!(fuzz_planted && number[DER_E].data[number[DER_E].len - 1] == 7), "planted");
}

static void check_curve(const struct der_key *key, int is_private)
{
	for (int i = 0; i < der_n_numbers; i++)
		fuzz_must(key->number[i].data == NULL, "a curve's key, and RSA's number %d", i);
	fuzz_must(key->secret.len == (is_private ? der_secret_len(key->kind) : 0), "a private key of another length");
	fuzz_must(key->point.len == der_point_len(key->kind) || (is_private && key->point.data == NULL),
		  "a public key of another length");
}

// Written into just as many bytes as it takes, and not into one less; read again it is the same key.
static void check_again(const struct der_key *key, int is_private, const uint8_t *der, size_t len)
{
	size_t (*const write)(const struct der_key *, uint8_t *, size_t) =
		is_private ? der_write_private : der_write_public;
	int (*const read)(struct der_key *, const uint8_t *, size_t) = is_private ? der_read_private : der_read_public;
	const size_t n = write(key, fuzz_alloc(room, 0), room);
	fuzz_must(n > 0 && n <= room, "not written");
	fuzz_must(write(key, fuzz_alloc(n - 1, 0), n - 1) == 0, "written into too little");
	uint8_t *const written = fuzz_alloc(n, 0);
	fuzz_must(write(key, written, n) == n, "not written into what it takes");
	if (!is_private) // which has one encoding
		fuzz_must(n == len && memcmp(written, der, len) == 0, "a public key that is not DER");
	struct der_key again;
	fuzz_must(read(&again, written, n), "not read again");
	fuzz_must(again.kind == key->kind && is_equal(again.secret, key->secret), "another key");
	fuzz_must(again.point.data == NULL || is_equal(again.point, key->point), "another public key");
	for (int i = 0; i < der_n_numbers; i++)
		fuzz_must(is_equal(again.number[i], key->number[i]), "another number %d", i);
}

static void try_key(int is_private, const uint8_t *der, size_t len)
{
	struct der_key key;
	if (!(is_private ? der_read_private : der_read_public)(&key, der, len))
		return;
	check_bytes(key.secret, der, len, der_max_secret);
	check_bytes(key.point, der, len, der_max_point);
	for (int i = 0; i < der_n_numbers; i++)
		check_bytes(key.number[i], der, len, der_max_rsa);
	if (key.kind == DER_RSA)
		check_rsa(&key, is_private);
	else
		check_curve(&key, is_private);
	check_again(&key, is_private, der, len);
}

static void try_signature(size_t n, const uint8_t *der, size_t len)
{
	uint8_t *const r_s = fuzz_alloc(2 * n, 0), *const written = fuzz_alloc(der_max_signature, 0);
	if (!der_read_signature(r_s, n, der, len))
		return;
	fuzz_must(der_write_signature(written, der_max_signature, r_s, n) == len && memcmp(written, der, len) == 0,
		  "a signature that is not DER");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};
	const uint8_t choice = input_byte(&in);
	const uint8_t *const der = fuzz_copy(in.at, in.left, 0);
	if (choice & 2)
		try_signature(choice & 1 ? 48 : 32, der, in.left);
	else
		try_key(choice & 1, der, in.left);
	fuzz_release();
	return 0;
}
