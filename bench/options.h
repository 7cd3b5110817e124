/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_OPTIONS_H
#define LANE_BENCH_OPTIONS_H

/* Command lines into struct bench_options, and their names against what is there. */

#include "command.h"

/* Reads the options of a command. argv[0] is the command's name. *file becomes
 * its argument or NULL, *help 1 after --help. Engines given as files are queued
 * in the loader. EXIT_FINE, or EXIT_USAGE after one line on standard error. */
int options_parse(const struct command *command, int argc, char **argv, struct bench_options *options,
		  struct lane_loader *loader, const char **file, int *help);
void options_free(struct bench_options *options);

/* Algorithms, engines, kernels, operations and the baseline against the engines
 * that were loaded. EXIT_FINE, or EXIT_USAGE after one line that names what is
 * unknown and what would be valid. */
int options_check_names(const struct command *command, struct bench_options *options, const struct lane_loader *loader);

/* The help text of the options that the command takes. */
void options_help(const struct command *command, FILE *out);

#endif
