/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_VERIFY_H
#define LANE_BENCH_VERIFY_H

/*
 * Within verify: implementations on trial. All that offer one algorithm are in
 * one contest: known answers sort out who is plainly wrong, then the others are
 * compared with each other on the same inputs; who differs from the majority of
 * engines is wrong, and where there is no majority all who disagree are.
 */

#include "items.h"

struct check {
	const struct lane_loaded_engine *engine;
	const struct item *item;
	int reported;        /* passes the filters; others only serve as references */
	const char *skipped; /* why it can't be checked, or NULL */
	int failed;
	unsigned long n_checks;
	char counterexample[200]; /* the first */
};

struct contest {
	enum item_kind kind;
	const char *algorithm;
	struct check *checks;
	size_t n;
};

/* A random sequence (SplitMix64). */
struct rng {
	uint64_t state;
};
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t n);
void rng_fill(struct rng *rng, void *to, size_t len);

/* A buffer with fences on both sides, for len ≤ cap bytes that begin anywhere: one
 * time in four at an alignment of 64. */
struct buffer {
	uint8_t *memory, *data;
	size_t len;
};
struct buffer buffer_new(size_t cap);
uint8_t *buffer_place(struct buffer *b, struct rng *rng, size_t len);
int buffer_intact(const struct buffer *b);

/* Whether what an engine left in out after it refused holds plaintext. */
int leaks(const uint8_t *out, const uint8_t *plaintext, size_t len);

/* The object of this thread; NULL when the check is off: failed or skipped. */
struct lane_engine_object *check_object(struct check *check);

/* Counts a check; when `ok` is 0 notes the counterexample and returns 0. */
int check_that(struct check *check, int ok, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Who is right? groups[i] is the number of the first check whose output equals
 * that of check i, or -1 for one that is out. Counts one check for each. */
void contest_settle(struct contest *contest, const int *groups, const char *what);

/* Known answers first, of the whole contest. */
void verify_known_answers(struct contest *contest);

/* Part `part` of n_parts of the comparisons of a contest. */
void verify_aead(struct contest *contest, size_t part, size_t n_parts, struct rng rng);
void verify_cipher(struct contest *contest, size_t part, size_t n_parts, struct rng rng);
void verify_mac(struct contest *contest, size_t part, size_t n_parts, struct rng rng);
void verify_pk(struct contest *contest, struct rng rng);
void verify_kem(struct contest *contest, struct rng rng);
void verify_kdf(struct contest *contest, struct rng rng);

#endif
