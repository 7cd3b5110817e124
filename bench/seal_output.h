/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_SEAL_OUTPUT_H
#define LANE_BENCH_SEAL_OUTPUT_H

/*
 * A file that is there whole or not at all: written without a name in the folder where it belongs (O_TMPFILE), on
 * file systems that lack that under a name of its own, which signals remove; then flushed to the disk and given its
 * name. A pipe, a device and standard output are just written to.
 */

#include <stdint.h>
#include <sys/types.h>

struct seal_output {
	int fd;
	const char *name; /* for messages; the caller's */
	char *path;       /* to be; NULL: written to directly */
	char *temporary;  /* NULL: has no name yet */
	int force;        /* an existing file may be replaced */
};

/* Opens what `path` ("-": standard output) is to become. An existing file is refused without force; so is the file that
 * one of n_spared descriptors has open. EXIT_FINE, or EXIT_USAGE after one line on standard error. */
int output_begin(struct seal_output *output, const char *path, int force, const int *spared, size_t n_spared);

/* So many bytes are to come: what the disk has no room for is told before the work is done. Exit code as above. */
int output_reserve(const struct seal_output *output, uint64_t len);

/* All is written: permission bits, the disk, the name. Exit code as above; output is over either way. */
int output_commit(struct seal_output *output, mode_t mode);

/* Leaves nothing. */
void output_abandon(struct seal_output *output);

/* The folder's entry for that file is on the disk, too. */
void output_sync_folder(const char *path);

/* Signals that end the process remove what has a name, and turn a terminal's echo on again, first. */
void output_catch_signals(void);

/* The terminal whose echo is off, NULL afterwards. */
struct termios;
void output_restore_echo(int fd, const struct termios *before);

#endif
