// SPDX-License-Identifier: MIT
// The kernel table against the list that the build was made from.

#include "../support/test.h"

#include <lanecrypt/lanecrypt.h>

#include "kernel_names.h" // KERNEL_NAMES, from kernels/<family>/kernels.cmake

static const char *const names[] = {KERNEL_NAMES};
enum { n_names = sizeof names / sizeof names[0] };

static void table_is_the_list_of_the_build(void)
{
	assert_int_equal(lane_kernel_count(), n_names);
	for (size_t i = 0; i < n_names; i++) {
		at("%s", names[i]);
		assert_string_equal(lane_kernel_name(lane_kernel_at(i)), names[i]);
	}
	assert_null(lane_kernel_at(n_names));
	assert_null(lane_kernel_at(SIZE_MAX));
}

static void names_are_made_of_family_and_isa(void)
{
	for (size_t i = 0; i < n_names; i++) {
		const struct lane_kernel *k = lane_kernel_at(i);
		char name[96];
		snprintf(name, sizeof name, "%s:%s", lane_kernel_family(k), lane_kernel_isa(k));
		at("%s", name);
		assert_string_equal(lane_kernel_name(k), name);
		assert_ptr_equal(lane_kernel_find(name), k);
		for (char *c = name; *c; c++)
			*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
		assert_ptr_equal(lane_kernel_find(name), k);
	}
	assert_null(lane_kernel_find("aes-gcm:"));
	assert_null(lane_kernel_find("aes-gcm"));
	assert_null(lane_kernel_find("aes-gcm:portable2"));
	assert_null(lane_kernel_find(""));
}

static void families_stand_together_the_portable_kernel_last(void)
{
	for (size_t i = 0; i < n_names; i++) {
		const struct lane_kernel *k = lane_kernel_at(i), *next = lane_kernel_at(i + 1);
		const int last = !next || strcmp(lane_kernel_family(k), lane_kernel_family(next)) != 0;
		at("%s", lane_kernel_name(k));
		assert_int_equal(strcmp(lane_kernel_isa(k), "portable") == 0, last);
		for (size_t j = i + 1; last && j < n_names; j++)
			assert_string_not_equal(lane_kernel_family(k), lane_kernel_family(lane_kernel_at(j)));
	}
}

static void portable_kernels_need_nothing(void)
{
	char text[128];
	for (size_t i = 0; i < n_names; i++) {
		const struct lane_kernel *k = lane_kernel_at(i);
		if (strcmp(lane_kernel_isa(k), "portable") != 0)
			continue;
		at("%s", lane_kernel_name(k));
		assert_true(lane_kernel_usable(k));
		assert_int_equal(lane_kernel_features(k, 0, text, sizeof text), 0);
	}
}

static void usable_is_missing_nothing(void)
{
	char text[128];
	for (size_t i = 0; i < n_names; i++) {
		const struct lane_kernel *k = lane_kernel_at(i);
		at("%s", lane_kernel_name(k));
		assert_int_equal(lane_kernel_usable(k), lane_kernel_features(k, 1, text, sizeof text) == 0);
	}
}

static void auto_is_usable_at_every_length(void)
{
	for (size_t i = 0; i < n_names; i++) {
		for (size_t len = 0; len < 20000; len += 1 + len / 8) {
			const struct lane_kernel *k = lane_kernel_auto(lane_kernel_family(lane_kernel_at(i)), len);
			at("%s, length %zu", lane_kernel_name(lane_kernel_at(i)), len);
			assert_non_null(k);
			assert_true(lane_kernel_usable(k));
			assert_string_equal(lane_kernel_family(k), lane_kernel_family(lane_kernel_at(i)));
		}
	}
	assert_null(lane_kernel_auto("des", 0));
}

static void texts_are_cut_and_terminated(void)
{
	char whole[512], cut[512];
	const size_t len = lane_cpu_features(whole, sizeof whole);
	assert_int_equal(strlen(whole), len);
	for (size_t cap = 1; cap <= len + 1; cap++) {
		memset(cut, 'x', sizeof cut);
		assert_int_equal(lane_cpu_features(cut, cap), len);
		assert_int_equal(strlen(cut), cap - 1);
		assert_memory_equal(cut, whole, cap - 1);
		assert_int_equal(cut[cap], 'x');
	}
	assert_int_equal(lane_cpu_features(NULL, 0), len);
}

static void status_strings(void)
{
	for (int s = -1; s < 20; s++) {
		const char *text = lane_status_string((enum lane_status)s);
		assert_non_null(text);
		assert_true(strlen(text) > 3);
		for (int other = LANE_OK; other <= LANE_ERR_NULL && s <= LANE_ERR_NULL; other++) {
			if (s != other)
				assert_string_not_equal(text, lane_status_string((enum lane_status)other));
		}
	}
	char version[32];
	snprintf(version, sizeof version, "%d.%d.%d", LANE_VERSION_MAJOR, LANE_VERSION_MINOR, LANE_VERSION_PATCH);
	assert_string_equal(lane_version(), version);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(table_is_the_list_of_the_build),
					   TEST(names_are_made_of_family_and_isa),
					   TEST(families_stand_together_the_portable_kernel_last),
					   TEST(portable_kernels_need_nothing),
					   TEST(usable_is_missing_nothing),
					   TEST(auto_is_usable_at_every_length),
					   TEST(texts_are_cut_and_terminated),
					   TEST(status_strings)};
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
