// SPDX-License-Identifier: MIT
// The stopwatch put to the test: implementations against themselves. What is the
// same has to come out as "no difference", what has 3 % more to do as slower.

#include "self_test.h"

#include <math.h>
#include <string.h>

#include "group.h"
#include "table.h"

// Beyond this (ns), a turn has too few messages for 3 % of them to be a whole number.
#define LONGEST 2500.0

enum { least_share = 95, least_comparisons = 20 };

struct score {
	size_t n, right;
	double worst; // ratio farthest from what it should be
};

static int ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);
	return len >= tail && strcmp(text + len - tail, end) == 0;
}

static void judge(struct score *score, struct table *table, const struct result_entry *e, int slowed)
{
	const double truth = slowed ? 1 / 1.03 : 1;
	const int right = slowed ? e->ratio_hi < 1 : e->ratio_lo <= 1 && 1 <= e->ratio_hi;
	char figure[FIGURE_CAP];
	score->n++;
	score->right += (size_t)right;
	if (score->n == 1 || fabs(e->ratio - truth) > fabs(score->worst - truth))
		score->worst = e->ratio;
	table_cell(table, PLAIN, "%s %s", e->algorithm, e->op);
	table_number(table, PLAIN, NUMBERS((double)e->size), "%s", figure_size(e->size, figure));
	table_cell(table, PLAIN, "%s", e->engine);
	table_number(table, PLAIN, NUMBERS(e->ratio, e->ratio_lo, e->ratio_hi), "%.4f [%.4f, %.4f]", e->ratio,
		     e->ratio_lo, e->ratio_hi);
	table_cell(table, right ? GREEN : RED, "%s%s",
		   e->ratio_lo > 1   ? "faster"
		   : e->ratio_hi < 1 ? "slower"
				     : "no difference",
		   right ? "" : "  WRONG");
}

static int passes(const struct score *score)
{
	return score->n >= least_comparisons && 100 * score->right >= least_share * score->n;
}

static void print_score(const struct score *score, const char *what, FILE *out, int color, int columns)
{
	text_line(out, color, passes(score) ? GREEN : RED, columns,
		  "%s: %zu of %zu right (%d in 100 are needed); worst ratio %.4f", what, score->right, score->n,
		  least_share, score->worst);
}

int self_test_report(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e;
	struct score equal = {0}, slowed = {0};
	struct table *table = table_new("lrlll");
	table_title(table, "ratios of time: the first name's ÷ this one's", "Each implementation against itself");
	table_heads(table, "work|size:bytes|implementation|ratio [99 %]:ratio|:verdict");
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		int is_slowed = ends_with(e->engine, SELF_TEST_SLOWED);
		if (e->state == RESULT_OK && e->baseline != NULL && e->ns < LONGEST &&
		    (is_slowed || ends_with(e->engine, SELF_TEST_AGAIN)))
			judge(is_slowed ? &slowed : &equal, table, e, is_slowed);
	}
	table_print(table, out, color, 2, columns);
	text_line(out, color, PLAIN, 0, "%s", "");
	print_score(&equal, "The same under two names, no difference", out, color, columns);
	print_score(&slowed, "Slowed down by 3 %, found slower", out, color, columns);
	return passes(&equal) && passes(&slowed) ? 0 : -1;
}
