// SPDX-License-Identifier: MIT
// Known answers from the documents that define the ciphers.

#include "cipher.h"

struct vector {
	const char *family, *name, *key, *iv, *plain, *crypted;
};

#include "cipher_vectors.inc.h"

static void known_answers(void)
{
	size_t n = 0;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		const struct vector *v = &vectors[i];
		if (strcmp(v->family, cipher->family) != 0)
			continue;
		at("%s", v->name);
		size_t key_len, len;
		const uint8_t *key = from_hex(v->key, &key_len), *iv = from_hex(v->iv, NULL);
		const uint8_t *plain = from_hex(v->plain, &len), *crypted = from_hex(v->crypted, NULL);
		const void *ctx = cipher_ctx(key, key_len);
		uint8_t *out = zero_buffer(len, 1);
		assert_int_equal(cipher->encrypt(ctx, out, iv, plain, len), LANE_OK);
		check_equal(out, crypted, len, "ciphertext");
		assert_int_equal(cipher->decrypt(ctx, out, iv, crypted, len), LANE_OK);
		check_equal(out, plain, len, "plaintext");
		n++;
	}
	assert_true(n > 0);
}

static const struct CMUnitTest tests[] = {TEST(known_answers)};
SUITE(cipher_known, tests);
