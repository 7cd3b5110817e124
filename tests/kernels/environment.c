// SPDX-License-Identifier: MIT
// LANE_KERNEL and LANE_CPU_DISABLE. The library reads them once, so each case has a process of its own; the parent
// never asks the library anything.

#include "../support/test.h"

#include <sys/wait.h>
#include <unistd.h>

#include <lanecrypt/lanecrypt.h>

#include "kernel_names.h"

// What a child found out.
struct report {
	enum lane_status check, init;
	char error[200], features[300], chosen[64];
	int same_as_wanted; // the context that init made is the one that init_with the wanted kernel makes
	int usable;
};

static void probe(struct report *r, const char *wanted_name)
{
	static struct lane_aes_gcm_ctx by_environment, by_name;
	const uint8_t key[32] = {9};
	memset(r, 0, sizeof *r);
	r->check = lane_kernel_check_environment(r->error, sizeof r->error);
	r->init = lane_aes_gcm_init(&by_environment, key, sizeof key);
	lane_cpu_features(r->features, sizeof r->features);
	const struct lane_kernel *chosen = lane_kernel_auto("aes-gcm", 1000);
	snprintf(r->chosen, sizeof r->chosen, "%s", chosen ? lane_kernel_name(chosen) : "none");
	const struct lane_kernel *wanted = wanted_name ? lane_kernel_find(wanted_name) : NULL;
	if (!wanted)
		return;
	r->usable = lane_kernel_usable(wanted);
	const enum lane_status status = lane_aes_gcm_init_with(&by_name, wanted, key, sizeof key);
	r->same_as_wanted = status == LANE_OK && memcmp(&by_environment, &by_name, sizeof by_name) == 0;
}

static struct report in_child(const char *kernels, const char *disabled, const char *wanted)
{
	struct report r;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		unsetenv("LANE_KERNEL");
		unsetenv("LANE_CPU_DISABLE");
		if (kernels)
			setenv("LANE_KERNEL", kernels, 1);
		if (disabled)
			setenv("LANE_CPU_DISABLE", disabled, 1);
		probe(&r, wanted);
		_exit(write(ends[1], &r, sizeof r) == (ssize_t)sizeof r ? 0 : 1);
	}
	close(ends[1]);
	const ssize_t n = read(ends[0], &r, sizeof r);
	close(ends[0]);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(n, sizeof r);
	return r;
}

static const char *const aes_gcm_kernels[] = {AES_GCM_KERNELS};
enum { n_aes_gcm_kernels = sizeof aes_gcm_kernels / sizeof aes_gcm_kernels[0] };

static void nothing_set(void)
{
	const struct report r = in_child(NULL, NULL, NULL);
	assert_int_equal(r.check, LANE_OK);
	assert_string_equal(r.error, "");
	assert_int_equal(r.init, LANE_OK);
	assert_string_not_equal(r.chosen, "none");
	assert_int_equal(in_child("", "", NULL).init, LANE_OK);
}

static void the_forced_kernel_runs(void)
{
	for (size_t i = 0; i < n_aes_gcm_kernels; i++) {
		const char *name = aes_gcm_kernels[i];
		at("%s", name);
		const struct report r = in_child(name, NULL, name);
		if (!r.usable) {
			assert_int_equal(r.check, LANE_ERR_KERNEL);
			assert_int_equal(r.init, LANE_ERR_KERNEL);
			assert_non_null(strstr(r.error, "lacks"));
			continue;
		}
		assert_int_equal(r.check, LANE_OK);
		assert_int_equal(r.init, LANE_OK);
		assert_string_equal(r.chosen, name);
		assert_true(r.same_as_wanted);
		// The comparison can fail: another kernel's context is another one.
		for (size_t j = 0; j < n_aes_gcm_kernels; j++) {
			if (j != i)
				assert_false(in_child(name, NULL, aes_gcm_kernels[j]).same_as_wanted);
		}
	}
}

static void several_are_forced_at_once(void)
{
	const struct report r = in_child("chacha20:portable,AES-GCM:Portable", NULL, "aes-gcm:portable");
	assert_int_equal(r.check, LANE_OK);
	assert_string_equal(r.chosen, "aes-gcm:portable");
	assert_true(r.same_as_wanted);
}

static void unknown_kernels_are_refused(void)
{
	static const char *const wrong[] = {"aes-gcm:nonsense", "nonsense", "aes-gcm", "aes-gcm:portable,des:fast",
					    "aes-gcm:portable portable"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		at("LANE_KERNEL=%s", wrong[i]);
		const struct report r = in_child(wrong[i], NULL, NULL);
		assert_int_equal(r.check, LANE_ERR_KERNEL);
		assert_int_equal(r.init, LANE_ERR_KERNEL);
		assert_string_equal(r.chosen, "none");
		assert_non_null(strstr(r.error, "LANE_KERNEL"));
		assert_null(strchr(r.error, '\n'));
	}
}

static void unknown_features_are_refused(void)
{
	const struct report r = in_child(NULL, "avx513", NULL);
	assert_int_equal(r.check, LANE_ERR_KERNEL);
	assert_int_equal(r.init, LANE_ERR_KERNEL);
	assert_non_null(strstr(r.error, "avx513"));
}

static int has(const char *list, const char *word)
{
	const size_t len = strlen(word);
	for (const char *p = list; (p = strstr(p, word)); p += len) {
		if ((p == list || p[-1] == ',') && (p[len] == ',' || p[len] == '\0'))
			return 1;
	}
	return 0;
}

// What a feature drags with it: a CPU without AVX has no AVX2 either.
static void features_can_be_disabled(void)
{
	static const struct {
		const char *disabled, *gone[4];
	} cases[] = {
		{"avx512", {"avx512", "ifma", "vbmi"}},       {"vaes,vpclmul", {"vaes", "vpclmul"}},
		{"avx", {"avx", "avx2", "vaes", "avx512"}},   {"aes", {"aes", "vaes"}},
		{"SSSE3", {"ssse3", "aes", "pclmul", "avx"}}, {"arm-aes", {"arm-aes"}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		at("LANE_CPU_DISABLE=%s", cases[i].disabled);
		const struct report r = in_child(NULL, cases[i].disabled, NULL);
		assert_int_equal(r.check, LANE_OK);
		assert_int_equal(r.init, LANE_OK);
		for (size_t j = 0; j < 4 && cases[i].gone[j]; j++)
			assert_false(has(r.features, cases[i].gone[j]));
	}
	const struct report r = in_child(NULL, "ssse3,arm-aes,arm-sha3", "aes-gcm:portable");
	if (!has(r.features, "neon"))
		assert_string_equal(r.chosen, "aes-gcm:portable");
}

static void a_disabled_kernel_cannot_be_forced(void)
{
	for (size_t i = 0; i < n_aes_gcm_kernels; i++) {
		if (strcmp(aes_gcm_kernels[i], "aes-gcm:portable") == 0)
			continue;
		at("%s", aes_gcm_kernels[i]);
		const struct report r = in_child(aes_gcm_kernels[i], "ssse3,arm-aes", aes_gcm_kernels[i]);
		if (r.usable) // needs no more than the baseline, as plain NEON on arm64
			continue;
		assert_int_equal(r.check, LANE_ERR_KERNEL);
		assert_int_equal(r.init, LANE_ERR_KERNEL);
		assert_non_null(strstr(r.error, aes_gcm_kernels[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(nothing_set),
					   TEST(the_forced_kernel_runs),
					   TEST(several_are_forced_at_once),
					   TEST(unknown_kernels_are_refused),
					   TEST(unknown_features_are_refused),
					   TEST(features_can_be_disabled),
					   TEST(a_disabled_kernel_cannot_be_forced)};
	return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
