// SPDX-License-Identifier: MIT
#include "aead.h"
#include "cipher.h"

#include "suite_list.h" // SUITES(X), from CMakeLists.txt

#define DECLARE(name) extern const struct suite suite_##name;
SUITES(DECLARE)

#define ENTRY(name) &suite_##name,
static const struct suite *const suites[] = {SUITES(ENTRY)};

const struct lane_kernel *kernel;
const struct aead *aead;
const struct cipher *cipher;
static size_t n_algorithms = 1; // of the family: aead is the first of them

const struct lane_kernel *portable_kernel(void)
{
	char name[64];
	snprintf(name, sizeof name, "%s:portable", aead ? aead->family : cipher->family);
	return lane_kernel_find(name);
}

size_t sample_step(void)
{
#ifdef LANE_TEST_EMULATED
	return 31;
#elif defined LANE_TEST_SAMPLED
	return kernel == portable_kernel() ? 31 : 5;
#else
	return kernel == portable_kernel() ? 31 : 1;
#endif
}

int n_random_messages(void)
{
	return sample_step() == 1 ? 150 : 30;
}

size_t next_to_try(size_t len)
{
#ifdef LANE_TEST_SAMPLED
	const int sampled = 1;
#else
	const int sampled = sample_step() > 1 || (aead && aead->is_slow);
#endif
	return len + (sampled && len >= 1024 + 256 ? 31 : 1);
}

// Every suite for AEADs is run on XChaCha20-Poly1305, too, under a name of its own.
static const struct suite *suite_named(const char *name)
{
	static const char extended[] = "xchacha20_";
	if (strncmp(name, extended, strlen(extended)) == 0) {
		name += strlen(extended);
		aead = &aead_xchacha20_poly1305;
	}
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
		if (strcmp(suites[i]->name, name) == 0)
			return suites[i];
	}
	return NULL;
}

static int take_family(const char *name, size_t len)
{
	static const struct aead *const aeads[] = {&aead_xchacha20_poly1305, &aead_aes_gcm,
						   &aead_aes_gcm_siv,        &aead_aes_ccm,
						   &aead_chacha20_poly1305,  aead_aegis};
	static const struct cipher *const ciphers[] = {&cipher_aes_cbc, &cipher_aes_ctr, &cipher_aes_xts,
						       &cipher_chacha20};
	for (size_t i = 0; i < sizeof aeads / sizeof aeads[0]; i++) {
		if (strlen(aeads[i]->family) == len && strncmp(aeads[i]->family, name, len) == 0)
			aead = aeads[i];
	}
	if (aead == aead_aegis)
		n_algorithms = N_AEGIS;
	for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++) {
		if (strlen(ciphers[i]->family) == len && strncmp(ciphers[i]->family, name, len) == 0)
			cipher = ciphers[i];
	}
	return aead || cipher;
}

int main(int argc, char **argv)
{
	const struct suite *suite = argc == 3 ? suite_named(argv[1]) : NULL;
	const char *isa = argc == 3 ? strchr(argv[2], ':') : NULL;
	if (!suite || !isa || !take_family(argv[2], (size_t)(isa - argv[2]))) {
		fprintf(stderr, "usage: test_kernels SUITE FAMILY:ISA\n");
		return 2;
	}
	if (strcmp(isa, ":auto") != 0) {
		kernel = lane_kernel_find(argv[2]);
		if (!kernel) {
			fprintf(stderr, "no kernel named '%s'\n", argv[2]);
			return 2;
		}
		if (!lane_kernel_usable(kernel)) {
			char missing[128];
			lane_kernel_features(kernel, 1, missing, sizeof missing);
			printf("skipped: this CPU lacks %s\n", missing);
			return TEST_SKIPPED;
		}
	}
	int n_failed = 0;
	for (size_t i = 0; i < n_algorithms; i++, aead += i < n_algorithms)
		n_failed += _cmocka_run_group_tests(aead ? aead->name : suite->name, suite->tests, suite->n_tests, NULL,
						    NULL);
	return n_failed;
}
