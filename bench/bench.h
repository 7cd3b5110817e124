/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_BENCH_H
#define LANE_BENCH_BENCH_H

/*
 * What the rooms of the command share: the options, the engines, and the run
 * that data flows through: engines -> verified implementations -> measured
 * groups -> result set -> summary.
 */

#include <stdio.h>

#include "../engines/loader.h"
#include "../results/result.h"
#include "stopwatch.h"

enum { EXIT_FINE = 0, EXIT_CHECK = 1, EXIT_USAGE = 2 };

/* A list that a filter option gave; n = 0 lets everything pass. */
struct bench_filter {
	char **items;
	size_t n;
};

struct bench_options {
	struct bench_filter algorithms, engines, kernels, ops;
	uint64_t *sizes;
	size_t n_sizes;
	uint64_t aad;         /* bytes of associated data; default 13, as in TLS 1.2 records */
	const char *baseline; /* engine name, "best" or NULL */
	const char *json;     /* path, "-" or NULL */
	int format_json;      /* --format json, the same as json "-" */
	char *const *files;   /* its arguments, where it takes several */
	size_t n_files;
	double fail_if_slower; /* a share of the time; negative: not asked for */
	int in_time;           /* compare by time, not by cycles */
	int all;               /* show what does not differ too; measure every kind of handshake */
	int list;              /* show what could be measured */
	int anyway;            /* compare what isn't comparable */
	int threads;           /* the most of `scaling`; 0: one on each CPU */
	int quick;
	int sweep;        /* many sizes, for a line through them */
	int latency;      /* also with each message waiting for the one before */
	int parts;        /* handshakes taken apart */
	int self_test;    /* each implementation against itself, and against itself slowed down */
	int restarts;     /* the command can start again */
	uint32_t starts;  /* of the process; 0: as many as the command thinks right */
	double precision; /* half the interval as a share of the median; 0: whatever the time gives */
	double budget;    /* seconds; 0: the command's own */
	double worker;    /* > 0: this is one start of several, with so many seconds */
	struct bench_filter wycheproof, cavp; /* files of test vectors */
	struct bench_filter groups;           /* of a worker: measure these only */
	int has_isolate;                      /* it was said how: */
	double isolate;                       /* seconds that engines may take for an answer; 0: not isolated */
	int loopback;                         /* handshakes over TCP too */
	int bulk;                             /* application data inside TLS */
	const char *trace;                    /* a kind of handshake to be shown as it happens; NULL: none */
	const char *profile;                  /* a file with a transaction of the user's own */
	const char *output;                   /* a path, "-" or NULL: the command's own choice */
	int force;                            /* output may replace a file */
	const char *config; /* of OpenSSL */
	const char *key_file, *passphrase_file;
	uint64_t memory; /* of Argon2id, bytes; 0: the command's own */
	int ascii;       /* charts without Unicode */
	int all_kernels; /* show every kernel instead of auto and the best of each engine */
	int no_color, no_progress;
	int has_seed;
	uint64_t seed; /* of random choices, to repeat an earlier run's */
};

/* Case-insensitive; a filter item may be a whole name or a prefix up to a '-'
 * or ':' ("AES-128", "RSA-2048", "aes-gcm"). */
int bench_filter_passes(const struct bench_filter *filter, const char *name);

struct bench_run {
	const struct bench_options *options;
	char *const *arguments; /* of the process, program name first */
	struct lane_loader *loader;
	const char *program_dir; /* folder of the running command; NULL when unknown */
	struct result_set *results;
	struct progress *progress;
	size_t n_starts; /* of the process, that there will be at least */
	double budget;   /* seconds that the part now running may take */
	uint64_t seed;
	int failures; /* checks or measurements that failed */
};

/* Engine objects of this thread, created on first use and kept; NULL with the
 * reason when an engine can't be opened. */
struct lane_engine_object *bench_engine(const struct lane_loaded_engine *engine, const char **reason);

/* Whether verify found this item right. Asked before every measurement. key:
 * the address of the item, as the loader hands it out. */
int bench_is_verified(const void *item);

/* verify.c: checks every implementation that passes the filters; marks items;
 * prints a table when `out` is not NULL. Returns the number of wrong ones. */
int verify_all(struct bench_run *run, FILE *out);

/* symmetric.c: AEADs, ciphers, MACs. asymmetric.c: public keys and KEMs.
 * handshake.c: whole TLS handshakes. Each adds entries to run->results,
 * including NOT_OFFERED and FAILED ones, and keeps to run->budget.
 * 0, or -1 when interrupted. */
int symmetric_measure(struct bench_run *run);
int asymmetric_measure(struct bench_run *run);
int handshake_measure(struct bench_run *run);

/* How many groups each would measure, for the progress line. */
size_t symmetric_n_groups(const struct bench_run *run);
size_t asymmetric_n_groups(const struct bench_run *run);
size_t handshake_n_groups(const struct bench_run *run);
size_t handshake_n_offered(const struct bench_run *run); /* of those, the ones that an engine has */

/* asymmetric_keys.c: RSA keys are made once per run, by one engine, and handed to all
 * as DER (PKCS#8). key_type: "RSA-2048" … NULL when no engine can make one. */
const struct lane_engine_der *bench_private_key(struct bench_run *run, const char *key_type);
const struct lane_engine_der *bench_public_key(struct bench_run *run, const char *key_type);

/* gap.c: break-even bytes from what run->results holds, in place of those that
 * it had. */
void gap_compute(struct result_set *results);

/* summary.c: a screenful for people, from a result set alone. */
void summary_print(struct result_set *results, FILE *out, int color, int columns);

/* progress.c: one line on a terminal, nothing elsewhere. */
struct progress *progress_new(FILE *out, size_t n_groups, int enabled);
void progress_step(struct progress *progress, const char *what); /* group `what` begins */
void progress_end(struct progress *progress);                    /* clears the line */

#endif
