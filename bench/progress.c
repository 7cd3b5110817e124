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
	double end; // when it should be over
};

struct progress *progress_new(FILE *out, size_t n_groups, int enabled)
{
	struct progress *progress = bench_calloc(1, sizeof(*progress));
	progress->out = enabled && isatty(fileno(out)) ? out : NULL;
	progress->n_groups = n_groups;
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

void progress_end(struct progress *progress)
{
	if (progress != NULL && progress->out != NULL) {
		fputs("\r\033[K", progress->out);
		fflush(progress->out);
	}
	free(progress);
}
