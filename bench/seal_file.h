/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_SEAL_FILE_H
#define LANE_BENCH_SEAL_FILE_H

/* From file to file: what comes in is sealed, or opened, and written. */

#include "bench.h"
#include "seal_format.h"

struct seal_job {
	const struct seal *seal;
	int opening;
	int in, out;                    /* file descriptors; in stands behind the header, out where chunks begin */
	const char *in_name, *out_name; /* for messages */
	struct progress *progress;
	uint64_t expected; /* bytes that will come in, 0 when unknown */
};

/* Reads to the end. While one group of chunks is written, the next one is read, encrypted or verified: two threads
 * where there are two CPUs. What is written has been verified, in the file's order, and nothing of a group that holds
 * a chunk that is not authentic. EXIT_FINE; EXIT_CHECK for what is not authentic, EXIT_USAGE for what cannot be read
 * or written, after one line on standard error. */
int seal_file(const struct seal_job *job);

/* read and write until all is done; the first returns less at the end of the file. -1: errno says why. */
ssize_t seal_read(int fd, void *to, size_t len);
int seal_write(int fd, const void *from, size_t len);

#endif
