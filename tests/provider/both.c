// SPDX-License-Identifier: MIT
#include "both.h"

#include <strings.h>

OSSL_LIB_CTX *both_library;
static OSSL_PROVIDER *providers[N_SIDES];
static const char *const properties[N_SIDES] = {"provider=default", "provider=lanecrypt"};

static struct {
	char name[32];
	enum side side;
	EVP_CIPHER *cipher;
} fetched[100];
static size_t n_fetched;

const char *const both_names[] = {"AES-128-GCM", "AES-192-GCM", "AES-256-GCM",      "AES-128-CCM", "AES-192-CCM",
				  "AES-256-CCM", "AES-128-CTR", "AES-192-CTR",      "AES-256-CTR", "AES-128-XTS",
				  "AES-256-XTS", "ChaCha20",    "ChaCha20-Poly1305"};
const size_t both_n_names = sizeof both_names / sizeof both_names[0];

void both_load(const char *folder)
{
	both_library = OSSL_LIB_CTX_new();
	OSSL_PROVIDER_set_default_search_path(both_library, folder);
	providers[OURS] = OSSL_PROVIDER_load(both_library, "lanecrypt");
	providers[THEIRS] = OSSL_PROVIDER_load(both_library, "default");
	if (!providers[OURS] || !providers[THEIRS]) {
		ERR_print_errors_fp(stderr);
		exit(1);
	}
}

void both_unload(void)
{
	for (size_t i = 0; i < n_fetched; i++)
		EVP_CIPHER_free(fetched[i].cipher);
	n_fetched = 0;
	for (size_t side = 0; side < N_SIDES; side++)
		OSSL_PROVIDER_unload(providers[side]);
	OSSL_LIB_CTX_free(both_library);
}

EVP_CIPHER *both_cipher(enum side side, const char *name)
{
	for (size_t i = 0; i < n_fetched; i++)
		if (fetched[i].side == side && strcasecmp(fetched[i].name, name) == 0)
			return fetched[i].cipher;
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(both_library, name, properties[side]);
	if (!cipher)
		fail_msg("%s is not there with %s", name, properties[side]);
	assert_true(n_fetched < sizeof fetched / sizeof fetched[0]);
	snprintf(fetched[n_fetched].name, sizeof fetched[0].name, "%s", name);
	fetched[n_fetched].side = side;
	fetched[n_fetched++].cipher = cipher;
	return cipher;
}

const char *both_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	ERR_clear_error();
	return reason ? reason : "";
}
