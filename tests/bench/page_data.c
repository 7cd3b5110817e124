// SPDX-License-Identifier: MIT
// What a report is made of: figures as they were, names by number, and nothing that ends a script.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../bench/command.h"
#include "../../bench/page.h"
#include "../../results/report/embed.h"
#include "../support/test.h"

// No profile is read from a file here.
int usage_error(const char *format, ...)
{
	fail_msg("%s", format);
	return EXIT_USAGE;
}

static struct result_set *a_set(void)
{
	struct result_set *set = result_new(RESULT_MEASURED);
	struct result_entry e = {.engine = "native",
				 .kernel = "auto",
				 .picked = "aes-gcm:vaes512",
				 .algorithm = "AES-128-GCM",
				 .op = "seal",
				 .size = 16384,
				 .has_size = 1,
				 .ns = 1234.5678,
				 .ns_lo = 1200,
				 .ns_hi = 1300.25,
				 .bytes_per_second = 16384e9 / 1234.5678,
				 .verified = 1};
	result_add(set, &e);
	e.engine = "openssl";
	e.kernel = e.picked = NULL;
	e.latency = 1;
	result_add(set, &e);
	e.latency = 0;
	e.state = RESULT_FAILED;
	e.reason = "</script>";
	result_add(set, &e);
	return set;
}

static const char *name_at(const json_t *data, const json_t *row, size_t i)
{
	const json_t *number = json_array_get(row, i);
	return json_integer_value(number) > 0
		       ? json_string_value(
				 json_array_get(json_object_get(data, "names"), (size_t)json_integer_value(number) - 1))
		       : NULL;
}

static const json_t *row_of(const json_t *data, const char *list, size_t i)
{
	return json_array_get(json_object_get(json_array_get(json_object_get(data, "sets"), 0), list), i);
}

static void test_cells(void **state)
{
	(void)state;
	struct page_source source = {a_set(), NULL};
	json_t *data = page_data(&source, 1);
	const json_t *row = row_of(data, "cells", 0);
	assert_string_equal(name_at(data, row, 0), "AES-128-GCM");
	assert_string_equal(name_at(data, row, 1), "seal");
	assert_int_equal(json_integer_value(json_array_get(row, 2)), 16384);
	assert_string_equal(name_at(data, row, 3), "native");
	assert_string_equal(name_at(data, row, 5), "aes-gcm:vaes512");
	assert_true(json_number_value(json_array_get(row, 8)) == 1234.57);
	assert_true(json_number_value(json_array_get(row, 9)) == 1200);
	assert_true(json_number_value(json_array_get(row, 10)) == 1300.2);
	assert_int_equal(json_array_size(row), 11); // nothing unknown at its end
	row = row_of(data, "cells", 1);
	assert_null(name_at(data, row, 4));
	assert_string_equal(name_at(data, row, 7), "each message waits for the last");
	assert_null(row_of(data, "cells", 2)); // it failed
	assert_string_equal(name_at(data, row_of(data, "failures", 0), 3), "</script>");
	json_decref(data);
	page_source_free(&source);
}

// The same names in another set are no new ones.
static void test_names_once(void **state)
{
	(void)state;
	struct page_source sources[2] = {{a_set(), NULL}, {a_set(), NULL}};
	json_t *one = page_data(sources, 1), *two = page_data(sources, 2);
	assert_int_equal(json_array_size(json_object_get(two, "names")),
			 json_array_size(json_object_get(one, "names")));
	assert_int_equal(json_array_size(json_object_get(two, "sets")), 2);
	json_decref(one);
	json_decref(two);
	page_source_free(&sources[0]);
	page_source_free(&sources[1]);
}

// Whoever reads a report does not learn the machine's name.
static void test_no_host(void **state)
{
	(void)state;
	struct page_source source = {a_set(), NULL};
	json_object_set_new(result_context(source.set), "host_name", json_string("secret-host"));
	json_t *data = page_data(&source, 1);
	char *text = json_dumps(data, 0);
	assert_null(strstr(text, "secret-host"));
	free(text);
	assert_string_equal(json_string_value(json_object_get(result_context(source.set), "host_name")), "secret-host");
	json_decref(data);
	page_source_free(&source);
}

static void test_page(void **state)
{
	(void)state;
	char path[] = "/tmp/lane-page-XXXXXX", error[512] = "";
	struct page_source source = {a_set(), NULL};
	if (page_missing() != NULL) {
		assert_null(report_page());
		assert_int_equal(page_write(&source, 1, "/dev/null", error, sizeof(error)), -1);
		assert_non_null(strstr(error, "npm"));
		page_source_free(&source);
		return;
	}
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(page_write(&source, 1, path, error, sizeof(error)), 0);
	size_t len, marks = 0;
	char *text = result_read_file(path, &len, error, sizeof(error));
	assert_non_null(text);
	for (const char *at = text; (at = strstr(at, "</script>")) != NULL; at++)
		marks++;
	assert_int_equal(marks, 3); // data, library, code: none of the data's
	assert_non_null(strstr(text, "\\u003c/script>"));
	assert_null(strstr(text, REPORT_DATA_MARK));
	free(text);
	unlink(path);
	page_source_free(&source);
}

static void test_path(void **state)
{
	(void)state;
	static const char *const paths[][2] = {
		{"a.json", "a.html"}, {"dir.json/run", "dir.json/run.html"}, {".json", ".json.html"}, {"a", "a.html"}};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char *path = page_path(paths[i][0]);
		assert_string_equal(path, paths[i][1]);
		free(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells), cmocka_unit_test(test_names_once), cmocka_unit_test(test_no_host),
		cmocka_unit_test(test_page),  cmocka_unit_test(test_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
