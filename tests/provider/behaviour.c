// SPDX-License-Identifier: MIT
// What has no counterpart in OpenSSL's own provider: reasons of errors, IVs that are made, ciphers under names of their
// own, names, and many threads at once.

#include "both.h"

#include <pthread.h>
#include <strings.h>

#include <lanecrypt/aegis.h>
#include <lanecrypt/aes_gcm_siv.h>

static const uint8_t key[64] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
				18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33};
static const uint8_t iv[32] = {9, 8, 7, 6, 5, 4, 3, 2, 1};

static EVP_CIPHER_CTX *begun(const char *name, const uint8_t *a_key, const uint8_t *an_iv, int encrypts)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	assert_int_equal(EVP_CipherInit_ex2(ctx, both_cipher(OURS, name), a_key, an_iv, encrypts, NULL), 1);
	return ctx;
}

static void check_reason(const char *part)
{
	const char *reason = both_reason();
	if (!strstr(reason, part))
		fail_msg("the reason is '%s', not '%s'", reason, part);
}

// --- errors

static void errors_have_reasons(void)
{
	uint8_t text[32] = {0}, tag[17] = {0};
	int n;
	EVP_CIPHER_CTX *ctx = begun("AES-256-GCM", NULL, iv, 1);
	assert_int_equal(EVP_EncryptUpdate(ctx, text, &n, text, 16), 0);
	check_reason("no key");
	EVP_CIPHER_CTX_free(ctx);

	ctx = begun("AES-256-GCM", key, iv, 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag), 0);
	check_reason("no tag yet");
	assert_int_equal(EVP_EncryptUpdate(ctx, text, &n, text, 16), 1);
	assert_int_equal(EVP_EncryptUpdate(ctx, NULL, &n, text, 16), 0);
	check_reason("wrong order");
	assert_int_equal(EVP_EncryptUpdate(ctx, text + 1, &n, text, 16), 0);
	check_reason("overlap");
	assert_int_equal(EVP_EncryptFinal_ex(ctx, text, &n), 1);
	assert_int_equal(EVP_EncryptUpdate(ctx, text, &n, text, 16), 0);
	check_reason("IV has been used");
	assert_int_equal(EVP_EncryptFinal_ex(ctx, text, &n), 0);
	check_reason("IV has been used");
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag), 0);
	check_reason("tag is set for decryption");
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 0, NULL), 0);
	check_reason("IV length");
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 129, NULL), 0);
	check_reason("IV length");
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_TLS1_AAD, 12, tag), 0);
	check_reason("TLS record");
	EVP_CIPHER_CTX_free(ctx);

	ctx = begun("AES-256-GCM", key, iv, 0);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 5, tag), 0);
	check_reason("tag length");
	assert_int_equal(EVP_DecryptUpdate(ctx, text, &n, text, 16), 1);
	assert_int_equal(EVP_DecryptFinal_ex(ctx, text, &n), 0);
	check_reason("no tag yet");
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag), 1);
	assert_int_equal(EVP_DecryptFinal_ex(ctx, text, &n), 0);
	check_reason("tag does not match");
	assert_int_equal(EVP_DecryptUpdate(ctx, text, &n, text, 16), 0);
	check_reason("IV has been used");
	EVP_CIPHER_CTX_free(ctx);

	ctx = begun("ChaCha20-Poly1305", key, iv, 0);
	assert_int_equal(EVP_DecryptUpdate(ctx, text, &n, text, 16), 1);
	assert_int_equal(EVP_DecryptFinal_ex(ctx, text, &n), 0);
	check_reason("no tag yet");
	EVP_CIPHER_CTX_free(ctx);

	ctx = begun("AES-128-XTS", key, iv, 1);
	assert_int_equal(EVP_EncryptUpdate(ctx, text, &n, text, 15), 0);
	check_reason("data unit");
	static const uint8_t equal[32];
	assert_int_equal(EVP_EncryptInit_ex2(ctx, NULL, equal, iv, NULL), 0);
	check_reason("halves");
	EVP_CIPHER_CTX_free(ctx);
}

// --- IVs that the provider makes

static void ivs_are_made(void)
{
	uint8_t text[40], opened[40], made[2][12], tag[16];
	int n;
	memset(text, 7, sizeof text);
	for (size_t i = 0; i < 2; i++) {
		EVP_CIPHER_CTX *ctx = begun("AES-128-GCM", key, NULL, 1);
		uint8_t sealed[40];
		assert_int_equal(EVP_EncryptUpdate(ctx, sealed, &n, text, sizeof text), 1);
		assert_int_equal(EVP_EncryptFinal_ex(ctx, sealed, &n), 1);
		assert_int_equal(EVP_CIPHER_CTX_get_updated_iv(ctx, made[i], 12), 1);
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag), 1);
		EVP_CIPHER_CTX_free(ctx);
		ctx = EVP_CIPHER_CTX_new();
		assert_int_equal(EVP_DecryptInit_ex2(ctx, both_cipher(THEIRS, "AES-128-GCM"), key, made[i], NULL), 1);
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag), 1);
		assert_int_equal(EVP_DecryptUpdate(ctx, opened, &n, sealed, sizeof text), 1);
		assert_int_equal(EVP_DecryptFinal_ex(ctx, opened, &n), 1);
		check_equal(opened, text, sizeof text, "text");
		EVP_CIPHER_CTX_free(ctx);
	}
	assert_memory_not_equal(made[0], made[1], 12);
	// The fixed part stays, the rest is random and counts up.
	EVP_CIPHER_CTX *ctx = begun("AES-128-GCM", key, NULL, 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IV_FIXED, 4, (void *)(uintptr_t)iv), 1);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_IV_GEN, 12, made[i]), 1);
	assert_memory_equal(made[0], iv, 4);
	assert_memory_equal(made[1], iv, 4);
	for (size_t i = 12; i > 4 && ++made[0][i - 1] == 0;)
		i--;
	assert_memory_equal(made[0], made[1], 12);
	EVP_CIPHER_CTX_free(ctx);
}

// --- ciphers that only we have

static const struct {
	const char *name;
	int variant; // of AEGIS; -1: AES-GCM-SIV
	size_t key_len, iv_len, tag_len;
} own[] = {
	{"AES-128-GCM-SIV", -1, 16, 12, 16},           {"AES-256-GCM-SIV", -1, 32, 12, 16},
	{"AEGIS-128L", LANE_AEGIS_128L, 16, 16, 16},   {"AEGIS-128X2", LANE_AEGIS_128X2, 16, 16, 32},
	{"AEGIS-128X4", LANE_AEGIS_128X4, 16, 16, 16}, {"AEGIS-256", LANE_AEGIS_256, 32, 32, 32},
	{"AEGIS-256X2", LANE_AEGIS_256X2, 32, 32, 16}, {"AEGIS-256X4", LANE_AEGIS_256X4, 32, 32, 32},
};

static void seal_by_library(size_t i, uint8_t *out, uint8_t *tag, const uint8_t *aad, size_t aad_len, const uint8_t *in,
			    size_t len)
{
	static struct lane_aegis_ctx aegis;
	static struct lane_aes_gcm_siv_ctx siv;
	if (own[i].variant >= 0) {
		assert_int_equal(lane_aegis_init(&aegis, (enum lane_aegis_variant)own[i].variant, key, own[i].key_len),
				 LANE_OK);
		assert_int_equal(
			lane_aegis_seal(&aegis, out, tag, own[i].tag_len, iv, own[i].iv_len, aad, aad_len, in, len),
			LANE_OK);
	} else {
		assert_int_equal(lane_aes_gcm_siv_init(&siv, key, own[i].key_len), LANE_OK);
		assert_int_equal(lane_aes_gcm_siv_seal(&siv, out, tag, 16, iv, 12, aad, aad_len, in, len), LANE_OK);
	}
}

static void ciphers_of_our_own(void)
{
	enum { len = 333 };
	uint8_t text[len], aad[77], expected[len], out[len], expected_tag[32], tag[32];
	int n;
	random_bytes(text, len);
	random_bytes(aad, sizeof aad);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		const int tag_len = (int)own[i].tag_len;
		at("%s", own[i].name);
		seal_by_library(i, expected, expected_tag, aad, sizeof aad, text, len);
		EVP_CIPHER_CTX *ctx = begun(own[i].name, key, iv, 1);
		assert_int_equal(EVP_CIPHER_CTX_get_iv_length(ctx), own[i].iv_len);
		assert_int_equal(EVP_CIPHER_CTX_get_key_length(ctx), own[i].key_len);
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag_len, NULL), 1);
		assert_int_equal(EVP_EncryptUpdate(ctx, NULL, &n, aad, 50), 1);
		EVP_CIPHER_CTX *copy = EVP_CIPHER_CTX_new();
		assert_int_equal(EVP_CIPHER_CTX_copy(copy, ctx), 1);
		EVP_CIPHER_CTX_free(ctx);
		assert_int_equal(EVP_EncryptUpdate(copy, NULL, &n, aad + 50, 27), 1);
		assert_int_equal(EVP_EncryptUpdate(copy, out, &n, text, len), 1);
		assert_int_equal(EVP_EncryptFinal_ex(copy, out + n, &n), 1);
		assert_int_equal(EVP_CIPHER_CTX_ctrl(copy, EVP_CTRL_AEAD_GET_TAG, tag_len, tag), 1);
		check_equal(out, expected, len, "text");
		check_equal(tag, expected_tag, own[i].tag_len, "tag");
		EVP_CIPHER_CTX_free(copy);
		for (int forged = 0; forged < 2; forged++) {
			tag[3] ^= (uint8_t)forged;
			ctx = begun(own[i].name, key, iv, 0);
			assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag_len, tag), 1);
			assert_int_equal(EVP_DecryptUpdate(ctx, NULL, &n, aad, sizeof aad), 1);
			const int given = EVP_DecryptUpdate(ctx, out, &n, expected, len);
			assert_int_equal(given, !forged || own[i].variant >= 0);
			assert_int_equal(given && EVP_DecryptFinal_ex(ctx, out + n, &n), !forged);
			check_reason(forged ? "tag does not match" : "");
			if (!forged)
				check_equal(out, text, len, "text");
			EVP_CIPHER_CTX_free(ctx);
		}
	}
}

// --- names

static void note_name(const char *name, void *user)
{
	char *all = user;
	snprintf(all + strlen(all), 300 - strlen(all), "%s\n", name);
}

// The names of the default provider, all of them, and what is fixed about each cipher.
static void names_and_numbers(void)
{
	for (size_t i = 0; i < both_n_names; i++) {
		const EVP_CIPHER *theirs = both_cipher(THEIRS, both_names[i]), *ours = both_cipher(OURS, both_names[i]);
		char names[N_SIDES][300] = {"", ""};
		at("%s", both_names[i]);
		EVP_CIPHER_names_do_all(theirs, note_name, names[THEIRS]);
		EVP_CIPHER_names_do_all(ours, note_name, names[OURS]);
		assert_string_equal(names[OURS], names[THEIRS]);
		assert_int_equal(EVP_CIPHER_get_nid(ours), EVP_CIPHER_get_nid(theirs));
		assert_int_equal(EVP_CIPHER_get_mode(ours), EVP_CIPHER_get_mode(theirs));
		if (OPENSSL_version_minor() == 0)
			assert_int_equal(EVP_CIPHER_get_flags(ours), EVP_CIPHER_get_flags(theirs));
		assert_int_equal(EVP_CIPHER_get_key_length(ours), EVP_CIPHER_get_key_length(theirs));
		assert_int_equal(EVP_CIPHER_get_iv_length(ours), EVP_CIPHER_get_iv_length(theirs));
		assert_int_equal(EVP_CIPHER_get_block_size(ours), EVP_CIPHER_get_block_size(theirs));
		const OSSL_PARAM *lists[2][N_SIDES] = {
			{EVP_CIPHER_gettable_ctx_params(theirs), EVP_CIPHER_gettable_ctx_params(ours)},
			{EVP_CIPHER_settable_ctx_params(theirs), EVP_CIPHER_settable_ctx_params(ours)}};
		for (size_t l = 0; l < 2 && OPENSSL_version_minor() == 0; l++) // later ones have more
			for (const OSSL_PARAM *p = lists[l][THEIRS]; p->key; p++) {
				const OSSL_PARAM *same = OSSL_PARAM_locate_const(lists[l][OURS], p->key);
				if (!same || same->data_type != p->data_type)
					fail_msg("%s has no parameter %s", both_names[i], p->key);
			}
	}
	EVP_CIPHER *by_number = EVP_CIPHER_fetch(both_library, "2.16.840.1.101.3.4.1.46", "provider=lanecrypt");
	assert_non_null(by_number);
	assert_int_equal(EVP_CIPHER_is_a(by_number, "AES-256-GCM"), 1);
	EVP_CIPHER_free(by_number);
	assert_null(EVP_CIPHER_fetch(both_library, "AES-128-CBC", "provider=lanecrypt"));
	ERR_clear_error();
}

// --- threads

enum { n_threads = 8, n_messages = 300 };

// Each with contexts of its own, begun as duplicates of one: the key is shared until one sets another.
static void *work(void *user)
{
	EVP_CIPHER_CTX *begun_here = user;
	uint8_t text[600], sealed[600], opened[600], tag[16], nonce[12] = {0};
	int n;
	memset(text, 5, sizeof text);
	for (int i = 0; i < n_messages; i++) {
		const int len = 1 + (i * 37) % 600;
		EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
		nonce[0] = (uint8_t)i;
		if (!EVP_CIPHER_CTX_copy(ctx, begun_here) ||
		    !EVP_EncryptInit_ex2(ctx, NULL, i % 5 == 0 ? key + i % 7 : NULL, nonce, NULL) ||
		    !EVP_EncryptUpdate(ctx, sealed, &n, text, len) || !EVP_EncryptFinal_ex(ctx, sealed + n, &n) ||
		    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) ||
		    !EVP_DecryptInit_ex2(ctx, NULL, NULL, nonce, NULL) ||
		    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag) ||
		    !EVP_DecryptUpdate(ctx, opened, &n, sealed, len) || !EVP_DecryptFinal_ex(ctx, opened + n, &n) ||
		    memcmp(opened, text, (size_t)len) != 0)
			return "a message that failed";
		EVP_CIPHER_CTX_free(ctx);
	}
	return NULL;
}

static void eight_threads(void)
{
	static const char *const names[] = {"AES-256-GCM", "AES-128-GCM", "ChaCha20-Poly1305"};
	for (size_t c = 0; c < 3; c++) {
		EVP_CIPHER_CTX *ctx = begun(names[c], key, iv, 1);
		pthread_t threads[n_threads];
		for (size_t i = 0; i < n_threads; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, work, ctx), 0);
		for (size_t i = 0; i < n_threads; i++) {
			void *wrong;
			pthread_join(threads[i], &wrong);
			assert_null(wrong);
		}
		EVP_CIPHER_CTX_free(ctx);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	both_load(argv[1]);
	const struct CMUnitTest tests[] = {TEST(errors_have_reasons), TEST(ivs_are_made), TEST(ciphers_of_our_own),
					   TEST(names_and_numbers), TEST(eight_threads)};
	const int failed = cmocka_run_group_tests_name("our provider", tests, NULL, NULL);
	both_unload();
	return failed;
}
