/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_STARTS_H
#define LANE_BENCH_STARTS_H

/* More starts of the process. One process alone hides that where the loader, the
 * heap and the kernel happened to put things makes it faster or slower. */

#include "bench.h"

/*
 * Runs this very command again, in a process of its own that takes about
 * `seconds`, measures only the groups named in `only` (all when that is empty)
 * and shows nothing. Its results; NULL when it did not get that far, which one
 * line on standard error tells. An interruption of this process is handed on.
 */
struct result_set *starts_again(const struct bench_run *run, size_t index, double seconds,
				const struct bench_filter *only);

#endif
