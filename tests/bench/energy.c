// SPDX-License-Identifier: MIT
// The energy meter against folders that look like the kernel's.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../bench/energy.h"
#include "../support/test.h"

static char root[] = "/tmp/lanecrypt-energy-XXXXXX";

static void put(const char *file, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/intel-rapl:0", root);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/intel-rapl:0/%s", root, file);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void counters_are_read(void)
{
	struct energy_meter meter;
	unsigned long long from[8], to[8];
	assert_int_equal(energy_open(&meter, root), -1);
	assert_string_equal(meter.reason, "this machine shows no RAPL meter");

	put("energy_uj", "not a number\n");
	put("max_energy_range_uj", "10000000\n");
	assert_int_equal(energy_open(&meter, root), -1);

	put("energy_uj", "9000000\n");
	assert_int_equal(energy_open(&meter, root), 0);
	assert_int_equal(meter.n, 1);
	assert_int_equal(energy_read(&meter, from), 0);
	put("energy_uj", "9500000\n");
	assert_int_equal(energy_read(&meter, to), 0);
	assert_true(fabs(energy_between(&meter, from, to) - 0.5) < 1e-9);

	put("energy_uj", "500000\n"); // it went round
	assert_int_equal(energy_read(&meter, to), 0);
	assert_true(fabs(energy_between(&meter, from, to) - 1.5) < 1e-9);

	char path[128];
	snprintf(path, sizeof(path), "%s/intel-rapl:0/energy_uj", root);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(energy_read(&meter, to), -1);
}

static int remove_files(void **state)
{
	static const char *const names[] = {"/intel-rapl:0/energy_uj", "/intel-rapl:0/max_energy_range_uj",
					    "/intel-rapl:0", ""};
	char path[128];
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", root, names[i]);
		remove(path);
	}
	return 0;
}

int main(void)
{
	assert_non_null(mkdtemp(root));
	const struct CMUnitTest tests[] = {TEST(counters_are_read)};
	return cmocka_run_group_tests(tests, NULL, remove_files);
}
