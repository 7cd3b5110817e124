/* SPDX-License-Identifier: MIT */
#ifndef CBENCH_CBENCH_H
#define CBENCH_CBENCH_H

/*
 * cbench: Google Benchmark for programs in C.
 *
 *	static void copy(struct cbench_state *state, void *user)
 *	{
 *		size_t len = (size_t)cbench_arg(state, 0);
 *		while (cbench_keep_running(state)) {
 *			memcpy(out, in, len);
 *			cbench_do_not_optimize(out);
 *		}
 *		cbench_set_bytes_processed(state, cbench_iterations(state) * (int64_t)len);
 *	}
 *
 *	int main(int argc, char **argv)
 *	{
 *		if (cbench_initialize(&argc, argv))
 *			return 1;
 *		cbench_add_range(cbench_register("copy", copy, NULL), 64, 16384);
 *		cbench_run(NULL);
 *		cbench_shutdown();
 *	}
 *
 * Rules
 *  - What can fail returns 0, or else -1 (NULL where it returns a pointer), and
 *    cbench_error() says why. Nothing throws; where the library would call
 *    exit() or abort() because of its input, cbench fails instead. Settings
 *    accept a case that is NULL and fail, so that cbench_register need not be
 *    checked apart.
 *  - Cases are kept by cbench and handed to the library for the time of a run
 *    only. A run replaces whatever C++ code of the same program registered with
 *    the library directly.
 *  - Strings and arrays handed in are copied; `user` pointers are not, and have
 *    to live as long as the case.
 *  - One thread at a time, and none from within a benchmark; but the functions
 *    on a state belong to the thread that the state was handed to.
 *  - Callbacks must neither throw nor jump out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cbench_case;
struct cbench_state;

/* ---- Lifecycle ---- */

/* Takes the library's options (--benchmark_filter=…, --benchmark_format=…; all
 * of them: --help) out of argv and applies them. Optional. 0; 1 after --help or
 * an option's impossible value, when the library's help has been printed and
 * the program should end; -1 on failure. */
int cbench_initialize(int *argc, char **argv);

/* Complains on stderr about whatever cbench_initialize left in argv; returns
 * whether it left anything. */
bool cbench_report_unrecognized_arguments(int argc, char **argv);

/* Frees all registered cases and the context; cbench may be used again. */
void cbench_shutdown(void);

/* Why the last call failed, in one line. Valid until the next call. */
const char *cbench_error(void);

/* The version of Google Benchmark that cbench was built for, "" if unknown. */
const char *cbench_library_version(void);

/* Whether the library was compiled for debugging, as Debian 12's is: its own
 * checks then run beside each start and stop of the timer, not inside loops. */
bool cbench_library_is_debug(void);

/* ---- Cases ---- */

/* A benchmark. Called once by each thread of a run; has to loop until
 * cbench_keep_running or cbench_keep_running_batch says no. */
typedef void cbench_function(struct cbench_state *state, void *user);

/* Adds a benchmark to those that cbench_run runs. */
struct cbench_case *cbench_register(const char *name, cbench_function *function, void *user);

/* Frees all registered cases. */
void cbench_clear(void);

/* The same, but apart from those that cbench_run runs: for cbench_run_once. */
struct cbench_case *cbench_case_new(const char *name, cbench_function *function, void *user);
void cbench_case_free(struct cbench_case *c);

/* Arguments: a case is run once for each set of arguments that was added, all
 * sets having the same length. cbench_add_args adds one set of n. */
int cbench_add_arg(struct cbench_case *c, int64_t arg);
int cbench_add_args(struct cbench_case *c, const int64_t *args, size_t n);

/* low, high, and between them the powers of the range multiplier (8 unless set
 * before). */
int cbench_add_range(struct cbench_case *c, int64_t low, int64_t high);
int cbench_set_range_multiplier(struct cbench_case *c, int multiplier);

/* low, low + step … up to high. */
int cbench_add_dense_range(struct cbench_case *c, int64_t low, int64_t high, int64_t step);

/* Every combination of n lists: list i is that of cbench_add_range(low[i],
 * high[i]), or values[i][0 … lens[i] - 1]. */
int cbench_add_ranges(struct cbench_case *c, const int64_t *low, const int64_t *high, size_t n);
int cbench_add_args_product(struct cbench_case *c, const int64_t *const *values, const size_t *lens, size_t n);

/* Names shown before the arguments, one for each: "len:64/key:128". */
int cbench_set_arg_names(struct cbench_case *c, const char *const *names, size_t n);

/* Threads: a case is run once for each number of threads that was added, by
 * that many threads at a time: one number; low, 2·low … high; low, low + stride
 * … high; as many as the machine has. Without any, in the caller's thread. */
int cbench_add_threads(struct cbench_case *c, int n);
int cbench_add_thread_range(struct cbench_case *c, int low, int high);
int cbench_add_dense_thread_range(struct cbench_case *c, int low, int high, int stride);
int cbench_add_thread_per_cpu(struct cbench_case *c);

/* Which time decides how many iterations are needed and what rates refer to:
 * by default the CPU time of the thread. real: what passed on the wall clock.
 * manual: what the benchmark tells by cbench_set_iteration_time. */
int cbench_use_real_time(struct cbench_case *c);
int cbench_use_manual_time(struct cbench_case *c);

/* CPU time is that of all threads of the process, not of the one that runs the
 * benchmark: for code that starts threads of its own. */
int cbench_measure_process_cpu_time(struct cbench_case *c);

/* For how many seconds at least the loop runs (the library's default is 0.5 s),
 * and after how many seconds of warm-up (heeded only beside a minimum time).
 * Or, instead of both, how many iterations exactly. */
int cbench_set_min_time(struct cbench_case *c, double seconds);
int cbench_set_min_warmup_time(struct cbench_case *c, double seconds);
int cbench_set_iterations(struct cbench_case *c, int64_t iterations);

/* How often the case is run; beside each run are then reported the mean,
 * median, standard deviation and coefficient of variation, and the statistics
 * that were added. Aggregates only: not the runs themselves; display: those of
 * the reporters given to cbench_run, but not the file of --benchmark_out. */
int cbench_set_repetitions(struct cbench_case *c, int n);
int cbench_report_aggregates_only(struct cbench_case *c, bool only);
int cbench_display_aggregates_only(struct cbench_case *c, bool only);

/* A statistic over the times of the repetitions (their seconds, and each
 * counter). The unit says whether it is a time or a share of 1. */
enum cbench_statistic_unit { CBENCH_STATISTIC_TIME, CBENCH_STATISTIC_PERCENTAGE };
typedef double cbench_statistic(const double *values, size_t n, void *user);
int cbench_add_statistic(struct cbench_case *c, const char *name, cbench_statistic *statistic, void *user,
			 enum cbench_statistic_unit unit);

enum cbench_time_unit { CBENCH_NANOSECOND, CBENCH_MICROSECOND, CBENCH_MILLISECOND, CBENCH_SECOND };
int cbench_set_time_unit(struct cbench_case *c, enum cbench_time_unit unit);

/* Fits the times of a case's runs to an order of growth, n being what each run
 * told by cbench_set_complexity_n; AUTO picks the order that fits the CPU time
 * best. Or to the caller's own function, which gets no user data. */
enum cbench_complexity {
	CBENCH_O_NONE,
	CBENCH_O_1,
	CBENCH_O_N,
	CBENCH_O_N_SQUARED,
	CBENCH_O_N_CUBED,
	CBENCH_O_LOG_N,
	CBENCH_O_N_LOG_N,
	CBENCH_O_AUTO,
	CBENCH_O_FUNCTION /* in reports only */
};
typedef double cbench_complexity_function(int64_t n);
int cbench_set_complexity(struct cbench_case *c, enum cbench_complexity complexity);
int cbench_set_complexity_function(struct cbench_case *c, cbench_complexity_function *function);

/* Called in the caller's thread before and after each time that the benchmark
 * is run (several while the library looks for the number of iterations), with a
 * state that knows arguments and threads and nothing else. NULL: none. At most
 * 64 cases with such callbacks in a run. */
int cbench_set_setup(struct cbench_case *c, cbench_function *setup);
int cbench_set_teardown(struct cbench_case *c, cbench_function *teardown);

/* ---- Inside a benchmark ---- */

/* Of a run and thread. Its member belongs to the loop functions. */
struct cbench_state {
	int64_t left;
};

/* Out of line; called by cbench_keep_running. */
bool cbench_keep_running_slow(struct cbench_state *state);

/* True once for each iteration. The timer runs from the first to the last call.
 * Costs less than half a nanosecond. */
static inline bool cbench_keep_running(struct cbench_state *state)
{
	if (__builtin_expect(state->left > 0, 1)) {
		state->left--;
		return true;
	}
	return cbench_keep_running_slow(state);
}

/* True while n more iterations are to be done, which the caller then does; the
 * last time it may be more than were wanted, and they all count. A run uses
 * either this or cbench_keep_running. */
bool cbench_keep_running_batch(struct cbench_state *state, int64_t n);

/* Iterations done so far by this thread, and how many this run will take: in a
 * fixed number of iterations, cbench_keep_running_batch(state,
 * cbench_max_iterations(state)) is true exactly once. */
int64_t cbench_iterations(const struct cbench_state *state);
int64_t cbench_max_iterations(const struct cbench_state *state);

/* Stops and starts the timer of this thread within the loop. A pair costs about
 * a microsecond. */
void cbench_pause_timing(struct cbench_state *state);
void cbench_resume_timing(struct cbench_state *state);

/* Adds to the manual time of this run: once for each iteration or batch. */
void cbench_set_iteration_time(struct cbench_state *state, double seconds);

/* Argument i of this run, 0 if there is none; how many there are; which thread
 * of how many this is. */
int64_t cbench_arg(const struct cbench_state *state, size_t i);
size_t cbench_n_args(const struct cbench_state *state);
int cbench_thread_index(const struct cbench_state *state);
int cbench_threads(const struct cbench_state *state);

/* Ends the loop and reports the run as failed. The benchmark should return. */
void cbench_skip_with_error(struct cbench_state *state, const char *message);
bool cbench_error_occurred(const struct cbench_state *state);

/* Text shown at the end of the report's line. */
void cbench_set_label(struct cbench_state *state, const char *label);

/* After the loop: what all its iterations came to, reported per second. */
void cbench_set_bytes_processed(struct cbench_state *state, int64_t bytes);
void cbench_set_items_processed(struct cbench_state *state, int64_t items);

/* After the loop: the n of cbench_set_complexity. */
void cbench_set_complexity_n(struct cbench_state *state, int64_t n);

/* A figure of the caller's own. Those of several threads are added up. Flags say
 * what becomes of the value before it is reported; they may be combined. */
enum cbench_counter_flags {
	CBENCH_COUNTER_PLAIN = 0,
	CBENCH_COUNTER_RATE = 1,                /* divided by the seconds of the run */
	CBENCH_COUNTER_AVG_THREADS = 2,         /* divided by the number of threads */
	CBENCH_COUNTER_ITERATION_INVARIANT = 4, /* multiplied by the iterations */
	CBENCH_COUNTER_AVG_ITERATIONS = 8,      /* divided by the iterations */
	CBENCH_COUNTER_INVERT = 16              /* in the end, 1 divided by it */
};
enum cbench_one_k { CBENCH_1000 = 1000, CBENCH_1024 = 1024 }; /* what "k" means when it is shown */
void cbench_set_counter(struct cbench_state *state, const char *name, double value, unsigned flags,
			enum cbench_one_k one_k);
double cbench_get_counter(const struct cbench_state *state, const char *name); /* 0 if not set */

/* Makes the compiler believe that whatever `object` points to is read and
 * changed, so that the work which produced it has to be done. */
static inline void cbench_do_not_optimize(const void *object)
{
	__asm__ volatile("" : : "r"(object) : "memory");
}

/* The same for a value that lives in a register. */
static inline void cbench_do_not_optimize_value(uint64_t value)
{
	__asm__ volatile("" : : "r"(value));
}

/* Makes the compiler write out all pending stores and forget what it read. */
static inline void cbench_clobber(void)
{
	__asm__ volatile("" : : : "memory");
}

/* ---- Reports ---- */

struct cbench_cache {
	const char *type; /* "Data", "Instruction", "Unified" */
	int level, size, n_sharing;
};

struct cbench_context {
	const char *host, *executable;
	int n_cpus;
	double cycles_per_second; /* as the system tells it, which is not the core clock */
	int frequency_scaling;    /* 1 on, 0 off, -1 unknown */
	const struct cbench_cache *caches;
	size_t n_caches;
	const double *load_average;
	size_t n_load_average;
	const char *const *keys, *const *values; /* what cbench_add_context added */
	size_t n_keys;
	size_t name_width; /* of the longest name to come */
};

struct cbench_counter {
	const char *name;
	double value; /* as the flags made it */
	unsigned flags;
	int one_k;
};

/* One run, or one aggregate over the repetitions of a run. */
struct cbench_report {
	const char *name;           /* whole: "copy/len:64/threads:2" */
	const char *function_name;  /* as registered: "copy" */
	const char *args;           /* "len:64" */
	const char *label;          /* "" if none */
	const char *aggregate_name; /* "mean", "BigO", "RMS"…; NULL for a run */
	const char *error;          /* NULL unless it failed; then there are no times */
	enum cbench_statistic_unit aggregate_unit;
	int64_t family_index, instance_index;
	int64_t repetition_index, repetitions; /* the index of an aggregate is -1 */
	int64_t threads, iterations;           /* iterations of all threads together */
	enum cbench_time_unit time_unit;
	double real_time, cpu_time;       /* per iteration, in time_unit; real: manual where that is used */
	double real_seconds, cpu_seconds; /* of all iterations */
	enum cbench_complexity complexity;
	int64_t complexity_n;
	bool is_complexity, is_rms; /* an aggregate with the coefficient of the fit; with its error */
	const struct cbench_counter *counters;
	size_t n_counters;
};

/* Where results go. With CALLBACKS, `context` is called first (anything but 0
 * gives up the run), `runs` after all repetitions of a case and again for their
 * aggregates, `finalize` in the end; each may be NULL, and what they are handed
 * is valid during the call. The other formats are the library's, written to
 * the file `path`, or to stdout if NULL. CSV has a column for each counter of
 * its first line: a run with another one makes cbench_run fail. */
enum cbench_format { CBENCH_CONSOLE, CBENCH_JSON, CBENCH_CSV, CBENCH_CALLBACKS };
struct cbench_reporter {
	enum cbench_format format;
	const char *path;
	int (*context)(void *user, const struct cbench_context *context);
	void (*runs)(void *user, const struct cbench_report *reports, size_t n);
	void (*finalize)(void *user);
	void *user;
};

/* ---- Running ---- */

/* Adds to the context of all reports to come, or replaces. */
int cbench_add_context(const char *key, const char *value);

/* Runs the repetitions of all cases in an order shuffled as one list, rather
 * than one case after the other. (They are not paired rounds.) */
void cbench_set_random_interleaving(bool on);

/* The unit of cases that set none. */
int cbench_set_default_time_unit(enum cbench_time_unit unit);

struct cbench_run_options {
	const char *filter; /* regular expression on whole names, '-' before it: those that don't match; NULL: as
			       given to cbench_initialize, else all */
	const struct cbench_reporter *reporters; /* none: the one given to cbench_initialize, else the console */
	size_t n_reporters;
};

/* Runs the registered cases. Returns how many passed the filter, counting each
 * set of arguments and number of threads; 0 and cbench_error() tells if that
 * was none; -1 on failure. options may be NULL. */
int64_t cbench_run(const struct cbench_run_options *options);

struct cbench_result {
	int64_t iterations;
	double cpu_seconds;  /* of all iterations */
	double real_seconds; /* manual time where the case uses that */
	const char *error;   /* NULL, or cbench_error() */
};

/* Runs one case, registered or not, exactly so many iterations, in this thread
 * and without printing: its function, the first of its argument sets, its kind
 * of time, set-up and tear-down; other settings, options and reporters don't
 * apply. Costs about 5 µs beside the iterations; the first call longer, up to a
 * second on machines that don't tell their CPU's frequency. Registered cases
 * stay as they are. -1 also if the benchmark skipped with an error. */
int cbench_run_once(struct cbench_case *c, int64_t iterations, struct cbench_result *result);

#ifdef __cplusplus
}
#endif

#endif
