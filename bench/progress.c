// SPDX-License-Identifier: MIT
// One line that overwrites itself: what is measured, n of m, time left.

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "group.h"
#include "progress.h"

struct progress {
	FILE *out; // NULL: shows nothing
	size_t n, n_groups;
	double end;          // when it should be over
	double begun, shown; // of bytes
};

struct progress *progress_new(FILE *out, size_t n_groups, int enabled)
{
	struct progress *progress = bench_calloc(1, sizeof(*progress));
	progress->out = enabled && isatty(fileno(out)) ? out : NULL;
	progress->n_groups = n_groups;
	progress->begun = progress->shown = bench_now();
	return progress;
}

void progress_expect(struct progress *progress, double seconds)
{
	progress->end = bench_now() + seconds;
}

void progress_step(struct progress *progress, const char *what)
{
	if (progress == NULL || progress->out == NULL)
		return;
	double left = progress->end - bench_now();
	progress->n++;
	fprintf(progress->out, "\r\033[K%zu of %zu, %.0f s left: %s", progress->n,
		progress->n > progress->n_groups ? progress->n : progress->n_groups, left > 0 ? left : 0, what);
	fflush(progress->out);
}

void progress_bytes(struct progress *progress, uint64_t done, uint64_t total)
{
	const double now = bench_now(), MiB = 1 << 20;
	if (progress == NULL || progress->out == NULL || now - progress->shown < 0.1)
		return;
	const double rate = (double)done / (now - progress->begun + 1e-9);
	progress->shown = now;
	fprintf(progress->out, "\r\033[K%.0f MiB", (double)done / MiB);
	if (total >= done && total > 0)
		fprintf(progress->out, " of %.0f, %.0f s left", (double)total / MiB, (double)(total - done) / rate);
	fprintf(progress->out, ", %.0f MiB/s", rate / MiB);
	fflush(progress->out);
}

void progress_end(struct progress *progress)
{
	if (progress != NULL && progress->out != NULL) {
		fputs("\r\033[K", progress->out);
		fflush(progress->out);
	}
	free(progress);
}
