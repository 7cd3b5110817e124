// SPDX-License-Identifier: MIT
// The worker is the command itself with a few options more; what it takes over
// and its result, as JSON, go through files in memory.

#define _GNU_SOURCE
#include "starts.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "group.h"
#include "handover.h"

// The arguments of this process, then those that make a worker of it.
static char **arguments_of(const struct bench_run *run, size_t index, double seconds, const struct bench_filter *only)
{
	size_t n = 0, own = 0;
	size_t n_engines = 0;
	const struct lane_loaded_engine *engine;
	while (run->arguments[own] != NULL)
		own++;
	while (lane_loader_at(run->loader, n_engines) != NULL)
		n_engines++;
	char **arguments = bench_calloc(own + only->n + n_engines + 5, sizeof(*arguments));
	for (; n < own; n++)
		arguments[n] = strdup(run->arguments[n]);
	int bad = asprintf(&arguments[n++], "--worker=%.3f", seconds) < 0;
	bad |= asprintf(&arguments[n++], "--seed=%llu", (unsigned long long)(run->seed + 1000003 * index)) < 0;
	arguments[n++] = strdup("--json=-");
	for (size_t i = 0; i < only->n; i++)
		bad |= asprintf(&arguments[n++], "--group=%s", only->items[i]) < 0;
	for (size_t i = 0; (engine = lane_loader_at(run->loader, i)) != NULL; i++)
		if (engine->broke)
			bad |= asprintf(&arguments[n++], "--without=%s", engine->path) < 0;
	if (bad)
		result_must(NULL);
	return arguments;
}

// Waits for the end of the worker. 0 when it ended by itself. Looking now and then, rather than sleeping until it
// ends, no interruption that comes in between is missed.
static int wait_for(pid_t worker)
{
	int status, told = 0;
	while (waitpid(worker, &status, WNOHANG) == 0) {
		if (stopwatch_interrupted() && !told) // it keeps what it has, as we do
			told = kill(worker, SIGINT) == 0;
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	return WIFEXITED(status) && WEXITSTATUS(status) != EXIT_USAGE ? 0 : -1;
}

// A file in memory with what the worker takes over, to be its standard input; -1 when there is none.
static int hand_over(const struct bench_run *run, size_t index)
{
	int fd = memfd_create("lanecrypt-handover", MFD_CLOEXEC), copy = fd >= 0 ? dup(fd) : -1;
	FILE *out = copy >= 0 ? fdopen(copy, "w") : NULL;
	int bad = out == NULL || handover_write(run, index, out) != 0;
	if (out != NULL)
		bad |= fclose(out) != 0;
	else if (copy >= 0)
		close(copy);
	if (fd >= 0 && (bad || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

struct result_set *starts_again(const struct bench_run *run, size_t index, double seconds,
				const struct bench_filter *only)
{
	char path[64], error[512] = "it crashed";
	struct result_set *results = NULL;
	int out = memfd_create("lanecrypt-start", MFD_CLOEXEC), in = hand_over(run, index);
	char **arguments = arguments_of(run, index, seconds, only);
	const pid_t self = getpid();
	fflush(NULL);
	pid_t worker = out >= 0 && in >= 0 ? fork() : -1;
	if (worker == 0) {
		setpgid(0, 0); // a Ctrl-C comes from us, once
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() == self && dup2(out, STDOUT_FILENO) >= 0 && dup2(in, STDIN_FILENO) >= 0)
			execv("/proc/self/exe", arguments);
		_exit(EXIT_USAGE);
	}
	if (worker < 0) {
		snprintf(error, sizeof(error), "%s", strerror(errno));
	} else if (wait_for(worker) == 0) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", out);
		results = result_load(path, error, sizeof(error));
	}
	if (results == NULL)
		fprintf(stderr, "lanecrypt: start %zu of the process: %s\n", index + 1, error);
	if (out >= 0)
		close(out);
	if (in >= 0)
		close(in);
	for (size_t i = 0; arguments[i] != NULL; i++)
		free(arguments[i]);
	free(arguments);
	return results;
}
