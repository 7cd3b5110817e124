// SPDX-License-Identifier: MIT
// evp_data <folder of lanecrypt.so> FILE…: OpenSSL's own test data for ciphers (test/recipes/30-test_evp_data of its
// source) through our provider, done as its evp_test does: whole and in pieces, in place and not, by way of a
// duplicate. Every test passes, or is skipped for a reason that is told.

#include "both.h"

#include <strings.h>

enum { max_line = 1 << 16, max_aad = 8 };

struct bytes {
	uint8_t *p;
	size_t len;
	int is_set;
};

struct test_case {
	char cipher[64], result[64];
	struct bytes key, iv, text, sealed, tag, aad[max_aad], next_iv;
	size_t n_aad;
	int only, tag_late, line; // only: +1 encrypts, -1 decrypts
};

static size_t n_passed, n_failed, n_skipped;
static struct {
	char reason[80];
	size_t n;
} reasons[20];

static void skip_test(const char *reason)
{
	size_t i = 0;
	while (reasons[i].n > 0 && strcmp(reasons[i].reason, reason) != 0)
		i++;
	snprintf(reasons[i].reason, sizeof reasons[i].reason, "%s", reason);
	reasons[i].n++;
	n_skipped++;
}

// --- the file

static void set_bytes(struct bytes *to, const char *word)
{
	free(to->p);
	to->len = word[0] == '"' ? strcspn(word + 1, "\"") : strlen(word) / 2;
	to->p = calloc(to->len + 1, 1);
	to->is_set = 1;
	for (size_t i = 0; i < to->len; i++) {
		unsigned byte = 0;
		if (word[0] == '"')
			byte = (unsigned char)word[1 + i];
		else if (sscanf(word + 2 * i, "%2x", &byte) != 1)
			fail_msg("no hexadecimal: %s", word);
		to->p[i] = (uint8_t)byte;
	}
}

static void forget(struct test_case *t)
{
	struct bytes *all[] = {&t->key, &t->iv, &t->text, &t->sealed, &t->tag, &t->next_iv};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		free(all[i]->p);
	for (size_t i = 0; i < t->n_aad; i++)
		free(t->aad[i].p);
	*t = (struct test_case){0};
}

// 0 for a field that this program does not know.
static int set_field(struct test_case *t, const char *name, const char *value)
{
	if (strcmp(name, "Key") == 0)
		set_bytes(&t->key, value);
	else if (strcmp(name, "IV") == 0)
		set_bytes(&t->iv, value);
	else if (strcmp(name, "NextIV") == 0)
		set_bytes(&t->next_iv, value);
	else if (strcmp(name, "Plaintext") == 0)
		set_bytes(&t->text, value);
	else if (strcmp(name, "Ciphertext") == 0)
		set_bytes(&t->sealed, value);
	else if (strcmp(name, "Tag") == 0)
		set_bytes(&t->tag, value);
	else if (strcmp(name, "AAD") == 0 && t->n_aad < max_aad)
		set_bytes(&t->aad[t->n_aad++], value);
	else if (strcmp(name, "Operation") == 0)
		t->only = strcmp(value, "ENCRYPT") == 0 ? 1 : -1;
	else if (strcmp(name, "Result") == 0)
		snprintf(t->result, sizeof t->result, "%s", value);
	else if (strcmp(name, "SetTagLate") == 0)
		t->tag_late = strcasecmp(value, "true") == 0;
	else
		return strcmp(name, "Availablein") == 0 || strcmp(name, "FIPSversion") == 0;
	return 1;
}

// --- one test, once; NULL, or the place where it failed by evp_test's names

struct way {
	int encrypts, in_place, in_pieces;
};

static const char *run_ctx(const struct test_case *t, struct way way, EVP_CIPHER_CTX *first, EVP_CIPHER_CTX *ctx,
			   uint8_t *out)
{
	const EVP_CIPHER *cipher = both_cipher(OURS, t->cipher);
	const int mode = EVP_CIPHER_get_mode(cipher);
	const int is_aead = (EVP_CIPHER_get_flags(cipher) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0;
	const struct bytes *from = way.encrypts ? &t->text : &t->sealed, *to = way.encrypts ? &t->sealed : &t->text;
	uint8_t tag[16], iv[128];
	int n;
	size_t got = 0;
	if (!EVP_CipherInit_ex2(first, cipher, NULL, NULL, way.encrypts, NULL))
		return "CIPHERINIT_ERROR";
	if (t->iv.is_set && is_aead && EVP_CIPHER_CTX_ctrl(first, EVP_CTRL_AEAD_SET_IVLEN, (int)t->iv.len, NULL) <= 0)
		return "INVALID_IV_LENGTH";
	if (t->iv.is_set && !is_aead && (int)t->iv.len != EVP_CIPHER_CTX_get_iv_length(first))
		return "INVALID_IV_LENGTH";
	if (is_aead) {
		uint8_t *now = way.encrypts || t->tag_late ? NULL : t->tag.p;
		if ((now || mode != EVP_CIPH_GCM_MODE) &&
		    EVP_CIPHER_CTX_ctrl(first, EVP_CTRL_AEAD_SET_TAG, (int)t->tag.len, now) <= 0)
			return now ? "TAG_SET_ERROR" : "TAG_LENGTH_SET_ERROR";
	}
	if (!EVP_CIPHER_CTX_set_key_length(first, (int)t->key.len))
		return "INVALID_KEY_LENGTH";
	if (!EVP_CipherInit_ex2(first, NULL, t->key.p, t->iv.p, -1, NULL))
		return "KEY_SET_ERROR";
	if (!EVP_CIPHER_CTX_copy(ctx, first))
		return "COPY_ERROR";
	if (mode == EVP_CIPH_CCM_MODE && !EVP_CipherUpdate(ctx, NULL, &n, NULL, (int)to->len))
		return "CCM_PLAINTEXT_LENGTH_SET_ERROR";
	for (size_t i = 0; i < t->n_aad; i++) {
		const size_t whole = t->aad[i].len, cut = way.in_pieces && whole > 1 ? 1 : 0;
		if ((cut && !EVP_CipherUpdate(ctx, NULL, &n, t->aad[i].p, (int)cut)) ||
		    !EVP_CipherUpdate(ctx, NULL, &n, t->aad[i].p + cut, (int)(whole - cut)))
			return "AAD_SET_ERROR";
	}
	if (is_aead && !way.encrypts && t->tag_late &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, (int)t->tag.len, t->tag.p) <= 0)
		return "TAG_SET_ERROR";
	const uint8_t *in = from->p;
	if (way.in_place)
		in = memcpy(out, from->p, from->len);
	const size_t ends[] = {way.in_pieces && from->len > 0 ? 1 : 0,
			       way.in_pieces && from->len > 1 ? from->len - 1 : 0, from->len};
	size_t done = 0;
	for (size_t i = way.in_pieces ? 0 : 2; i < 3; i++) {
		if (way.in_pieces && ends[i] <= done)
			continue;
		if (!EVP_CipherUpdate(ctx, out + got, &n, in + done, (int)(ends[i] - done)))
			return "CIPHERUPDATE_ERROR";
		got += (size_t)n;
		done = ends[i];
	}
	if (!EVP_CipherFinal_ex(ctx, out + got, &n))
		return "CIPHERFINAL_ERROR";
	got += (size_t)n;
	if (got != to->len || memcmp(out, to->p, got) != 0)
		return "VALUE_MISMATCH";
	if (way.encrypts && is_aead) {
		if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, (int)t->tag.len, tag) <= 0)
			return "TAG_RETRIEVE_ERROR";
		if (memcmp(tag, t->tag.p, t->tag.len) != 0)
			return "TAG_VALUE_MISMATCH";
	}
	if (t->next_iv.is_set &&
	    (!EVP_CIPHER_CTX_get_updated_iv(ctx, iv, sizeof iv) ||
	     ((EVP_CIPHER_get_flags(cipher) & EVP_CIPH_CUSTOM_IV) == 0 && memcmp(iv, t->next_iv.p, t->iv.len) != 0)))
		return "INVALID_NEXT_IV";
	return NULL;
}

static int run_way(const struct test_case *t, struct way way)
{
	EVP_CIPHER_CTX *first = EVP_CIPHER_CTX_new(), *ctx = EVP_CIPHER_CTX_new();
	uint8_t *out = calloc(t->text.len + t->sealed.len + 64, 1);
	const char *failed = run_ctx(t, way, first, ctx, out);
	free(out);
	EVP_CIPHER_CTX_free(first);
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	const char *expected = t->result[0] != '\0' ? t->result : NULL;
	if (!failed == !expected && (!failed || strcmp(failed, expected) == 0))
		return 1;
	printf("line %d, %s, %s%s%s: %s, expected %s\n", t->line, t->cipher, way.encrypts ? "encrypts" : "decrypts",
	       way.in_place ? ", in place" : "", way.in_pieces ? ", in pieces" : "", failed ? failed : "success",
	       expected ? expected : "success");
	return 0;
}

static int is_ours(const char *name)
{
	for (size_t i = 0; i < both_n_names; i++)
		if (strcasecmp(both_names[i], name) == 0)
			return 1;
	return 0;
}

static void run(const struct test_case *t)
{
	if (!is_ours(t->cipher)) {
		skip_test("a cipher that lanecrypt does not have: OpenSSL's default provider does it");
		return;
	}
	const EVP_CIPHER *cipher = both_cipher(OURS, t->cipher);
	const int mode = EVP_CIPHER_get_mode(cipher);
	if (mode == EVP_CIPH_XTS_MODE && t->key.len % 2 == 0 &&
	    memcmp(t->key.p, t->key.p + t->key.len / 2, t->key.len / 2) == 0 && t->only != 1) {
		skip_test("decryption under an XTS key of equal halves, which lanecrypt refuses");
		return;
	}
	const int whole_only = mode == EVP_CIPH_CCM_MODE || mode == EVP_CIPH_XTS_MODE;
	int ok = 1;
	for (int i = 0; ok && i < 8; i++) {
		const struct way way = {i & 1, i >> 1 & 1, i >> 2};
		if (t->only == (way.encrypts ? -1 : 1) || (way.in_pieces && whole_only))
			continue;
		ok = run_way(t, way);
	}
	ok ? n_passed++ : n_failed++;
}

static int is_pair(char *line, char **name, char **value)
{
	char *at = strchr(line, '=');
	if (!at)
		return 0;
	*value = at + 1 + strspn(at + 1, " \t");
	(*value)[strcspn(*value, "\r\n")] = '\0';
	for (char *end = *value + strlen(*value); end > *value && (end[-1] == ' ' || end[-1] == '\t');)
		*--end = '\0';
	while (at > line && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	*at = '\0';
	*name = line;
	return 1;
}

static int run_file(const char *path)
{
	static char line[max_line];
	struct test_case t = {0};
	char *name, *value;
	FILE *file = fopen(path, "r");
	int n = 0, in_test = 0, known = 1;
	if (!file) {
		perror(path);
		return 0;
	}
	for (;;) {
		char *got = fgets(line, sizeof line, file);
		n++;
		if (got && line[0] == '#')
			continue;
		const int pair = got && is_pair(line, &name, &value);
		if (in_test && (!pair || strcmp(name, "Cipher") == 0)) {
			known || !is_ours(t.cipher) ? run(&t) : skip_test("a field that this program does not know");
			forget(&t);
			in_test = 0;
		}
		if (!got)
			break;
		if (!pair)
			continue;
		if (strcmp(name, "Cipher") == 0) {
			snprintf(t.cipher, sizeof t.cipher, "%s", value);
			t.line = n;
			in_test = known = 1;
		} else if (in_test) {
			known &= set_field(&t, name, value);
		}
	}
	fclose(file);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	both_load(argv[1]);
	int ok = 1;
	for (int i = 2; i < argc; i++)
		ok &= run_file(argv[i]);
	printf("%zu passed, %zu failed, %zu skipped\n", n_passed, n_failed, n_skipped);
	for (size_t i = 0; reasons[i].n > 0; i++)
		printf("  skipped %zu: %s\n", reasons[i].n, reasons[i].reason);
	both_unload();
	return !ok || n_failed > 0 || n_passed == 0;
}
