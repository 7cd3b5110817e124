/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_ISOLATE_H
#define LANE_BENCH_ISOLATE_H

/*
 * Plug-ins are anybody's code. With them the work of a command is done in a
 * process of its own, a copy of this one, and watched: when it crashes, is ended
 * or stands still inside a plug-in, that plug-in is to blame, and the work
 * begins anew without it. Measurements are the same as without all this.
 */

#include "bench.h"

#define ISOLATE_SECONDS 30.0 /* without a sign of life, unless --isolate says otherwise */

/* Whether to isolate: --isolate asks for it, or a plug-in comes from the user. */
int isolate_wanted(const struct bench_options *options, const struct lane_loader *loader);

/*
 * Does work(user), watched, and returns its exit code in both processes: the one
 * that does it and the one that watches. Where a plug-in was to blame that is
 * EXIT_CHECK, unless `lenient`: a command that shows what broke has done its work.
 */
int isolate(const struct bench_options *options, struct lane_loader *loader, int lenient, int (*work)(void *user),
	    void *user);

/* Signs of life, from any thread: cheap, and nothing where nobody watches. */
void isolate_beat(void);

/* What was to be shown and saved has been: from here on the work is not to be
 * done again. */
void isolate_done(void);

#endif
