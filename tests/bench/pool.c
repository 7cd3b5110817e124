// SPDX-License-Identifier: MIT
// Several starts of the process into one, from results made up so that the answers are plain.

#include "../../bench/pool.h"
#include "../support/test.h"

#include <math.h>

enum { n_starts = 4 };

static struct result_set *starts[n_starts];

static void add(struct result_set *set, const char *engine, const char *condition, double ns)
{
	const double samples[] = {ns, ns, ns, ns, ns, ns};
	result_add(set, &(struct result_entry){.engine = engine,
					       .algorithm = "AES-128-GCM",
					       .op = "seal",
					       .condition = condition,
					       .size = 1000,
					       .has_size = 1,
					       .ns = ns,
					       .ns_lo = ns * 0.98,
					       .ns_hi = ns * 1.02,
					       .cycles = 3 * ns,
					       .cycles_lo = 2.9 * ns,
					       .cycles_hi = 3.1 * ns,
					       .rounds = 6,
					       .iterations = 60,
					       .samples = samples,
					       .n_samples = 6});
}

// Each start at another clock, which cancels in the ratio.
static void fill(void)
{
	for (int s = 0; s < n_starts; s++) {
		const double slower = 1 + 0.001 * s;
		starts[s] = result_new(RESULT_MEASURED);
		add(starts[s], "native", NULL, 100 * slower);
		if (s != 2) // left out there: the places of those after it move
			add(starts[s], "slow", NULL, 5000 * slower);
		add(starts[s], "rival", NULL, 150 * slower);
		add(starts[s], "native", "cold key", 400 * slower);
	}
}

static void clear(void)
{
	for (int s = 0; s < n_starts; s++)
		result_free(starts[s]);
}

static void conclude(void)
{
	fill();
	struct pool pool = {.starts = starts, .n = n_starts, .baseline = "best"};
	assert_int_equal(pool_conclude(&pool), 0);
	const struct result_entry *native = result_entry_at(starts[0], 0), *slow = result_entry_at(starts[0], 1),
				  *rival = result_entry_at(starts[0], 2), *cold = result_entry_at(starts[0], 3);
	assert_true(100 < native->ns && native->ns < 100.3);
	assert_true(98 < native->ns_lo && native->ns_hi < 102); // narrower than one start's
	assert_true(fabs(native->bytes_per_second * native->ns / 1e12 - 1) < 1e-9);
	assert_true(fabs(native->cycles_per_byte * 1000 / native->cycles - 1) < 1e-9);
	assert_int_equal(native->starts, n_starts);
	assert_int_equal(native->rounds, 6 * n_starts);
	assert_int_equal(native->n_samples, 6 * n_starts);
	assert_int_equal(slow->starts, n_starts - 1);
	assert_string_equal(native->baseline, "rival");
	assert_true(fabs(native->ratio - 1.5) < 1e-4 && native->ratio_lo > 1.499 && native->ratio_hi < 1.501);
	assert_null(rival->baseline);
	assert_null(cold->baseline); // it has no rival under that condition
	clear();
}

static void failure_in_a_later_start(void)
{
	fill();
	result_add(starts[0],
		   &(struct result_entry){
			   .engine = "odd", .algorithm = "GHASH", .op = "mac", .ns = 1, .ns_lo = 1, .ns_hi = 1});
	result_add(starts[3], &(struct result_entry){.engine = "odd",
						     .algorithm = "GHASH",
						     .op = "mac",
						     .state = RESULT_FAILED,
						     .reason = "made up"});
	struct pool pool = {.starts = starts, .n = n_starts, .baseline = "native"};
	assert_int_equal(pool_conclude(&pool), 1);
	assert_int_equal(result_entry_at(starts[0], 4)->state, RESULT_FAILED);
	assert_string_equal(result_entry_at(starts[0], 4)->reason, "made up");
	assert_string_equal(result_entry_at(starts[0], 2)->baseline, "native");
	clear();
}

// A start beside a neighbour is left out as long as half of them, and two, were quiet.
static void disturbed_starts(void)
{
	for (int n_disturbed = 1; n_disturbed <= 3; n_disturbed++) {
		fill();
		for (int s = 0; s < n_disturbed; s++) {
			struct result_entry e = *result_entry_at(starts[3 - s], 0);
			e.rounds_disturbed = 3;
			e.ns *= 1.5;
			e.ns_lo *= 1.5;
			e.ns_hi *= 1.5;
			result_replace(starts[3 - s], 0, &e);
		}
		struct pool pool = {.starts = starts, .n = n_starts, .baseline = "best"};
		assert_int_equal(pool_conclude(&pool), 0);
		const struct result_entry *native = result_entry_at(starts[0], 0);
		const int left = n_disturbed <= 2 ? n_starts - n_disturbed : n_starts;
		assert_int_equal(native->starts, left);
		assert_int_equal(native->n_samples, 6 * left);
		assert_int_equal(native->rounds_discarded, 6 * (n_starts - left));
		assert_true((native->ns < 101) == (n_disturbed <= 2));
		clear();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(conclude), TEST(failure_in_a_later_start), TEST(disturbed_starts)};
	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
