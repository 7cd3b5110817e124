/* SPDX-License-Identifier: MIT */
#ifndef LANE_RESULTS_COMPARE_H
#define LANE_RESULTS_COMPARE_H

/*
 * Result sets against the first of them, cell by cell: data in, verdicts out.
 * Cells of two sets belong together when they have the same name (result_entry_name).
 */

#include "interval.h"

/* Two starts of one program differ by this share although the intervals within each
 * are narrower: where memory came to lie, what the neighbours did. */
#define COMPARE_SPREAD 0.02

enum compare_verdict {
	COMPARE_NOTHING,  /* one of the two has no such cell */
	COMPARE_SAME,     /* the ratio's interval comes within the spread of 1 */
	COMPARE_FASTER,   /* the whole interval lies above that */
	COMPARE_SLOWER,   /* below */
	COMPARE_TOO_SLOW, /* below 1 / (1 + margin) */
	COMPARE_LOST,     /* measured in the first set, failed in this one */
	COMPARE_N_VERDICTS
};

/* The verdict's name: "no difference", "slower" … */
const char *compare_verdict_name(enum compare_verdict verdict);

struct compare_figure {
	const struct result_entry *entry; /* NULL: this set has none */
	struct interval ratio;            /* of times, > 1: faster than the first set; x = 0: unknown */
	struct interval ratio_per_clock;  /* of cycles: as if both clocks were the same */
	enum compare_verdict verdict;
};

struct compare_row {
	char *name;
	const struct result_entry *like; /* of the first set that has it: for what it is */
	struct compare_figure *figures;  /* one a set */
};

struct compare_gap {
	const struct result_gap **gaps; /* one a set, NULL where it has none */
	const struct result_gap *like;
};

struct compare_options {
	int in_cycles; /* verdicts by ratio_per_clock where both sets know it */
	double margin; /* for COMPARE_TOO_SLOW; negative: there is none */
	int (*wanted)(const struct result_entry *entry, const void *choice); /* NULL: all, and the gaps */
	const void *choice;
};

struct comparison {
	size_t n_sets;
	struct compare_row *rows; /* in the order of the first set, then what only later ones have */
	size_t n_rows;
	struct compare_gap *gaps;
	size_t n_gaps;
	int same_machine;
	size_t (*counts)[COMPARE_N_VERDICTS]; /* of each set */
	size_t n_failures;                    /* too slow or lost, over all sets */
};

/* Why set cannot be compared with first, in text: emulated, predicted, not
 * verified, another method version. 0 when it can. */
int compare_refuses(struct result_set *first, struct result_set *set, char *text, size_t cap);

/* Borrows the sets. */
struct comparison *compare_sets(struct result_set *const *sets, size_t n_sets, const struct compare_options *options);
void compare_free(struct comparison *comparison);

#endif
