/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_COMMAND_H
#define LANE_BENCH_COMMAND_H

/* The subcommands of lanecrypt, and what main hands them. */

#include "bench.h"

struct command {
	const char *name;
	const char *arguments; /* "[FILE]", "" when it takes none */
	const char *summary;   /* one line, for the list of commands */
	const char *help;      /* paragraphs and examples, for --help */
	const char *options;   /* names of the long options that it takes, between spaces */
	int needs_engines;     /* main loads them and checks the filters against them */
	int (*run)(struct bench_run *run, const char *file); /* returns the exit code */
};

extern const struct command command_run, command_list, command_verify, command_bench, command_handshake, command_gap,
	command_roofline, command_scaling, command_conditions, command_summary, command_compare, command_profiles,
	command_seal, command_open, command_keygen, command_report, command_provider;

/* One line on standard error, fit for a terminal; returns EXIT_USAGE. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether what this stream shows may be coloured. */
int color_on(const struct bench_options *options, FILE *out);

/* Whether what is drawn has to do without Unicode: --ascii, or a locale without UTF-8. */
int plain_ascii(const struct bench_options *options);

/* Columns of the terminal behind a stream; more than enough where there is none. */
int columns_of(FILE *out);

#endif
