// SPDX-License-Identifier: MIT
// Who is to blame is read from the stack: the process that does the work looks,
// when it is hit by a signal, whose code it is in.

#define _GNU_SOURCE
#include "isolate.h"

#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "group.h"

enum { max_frames = 100, max_attempts = 100, max_threads = 1024 };

#define PROBE SIGUSR1 // "whose code are you in?"

// What the worker tells its watcher.
struct shared {
	unsigned beats;
	unsigned answers; // to probes, by threads
	unsigned n_threads;
	pid_t threads[max_threads]; // that do the command's work; those that libraries start may hear no signals
	int done;
	int has_culprit;
	char culprit[1024]; // path of a plug-in
};

static struct shared *shared;
static const struct lane_loader *loaded;
static int all_engines;

// ---- In the worker ----

// Each thread makes itself known, and has another stack to look from when its own overflows.
static void enter_thread(void)
{
	static _Thread_local char stack[1 << 15];
	static _Thread_local int known;
	stack_t there;
	if (known)
		return;
	known = 1;
	if (sigaltstack(NULL, &there) == 0 && (there.ss_flags & SS_DISABLE) != 0) // sanitizers bring theirs
		sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof(stack)}, NULL);
	const unsigned i = __atomic_fetch_add(&shared->n_threads, 1, __ATOMIC_ACQ_REL);
	if (i < max_threads)
		shared->threads[i] = (pid_t)syscall(SYS_gettid);
}

void isolate_beat(void)
{
	if (shared == NULL)
		return;
	enter_thread();
	__atomic_fetch_add(&shared->beats, 1, __ATOMIC_RELAXED);
}

void isolate_done(void)
{
	fflush(stdout);
	if (shared != NULL)
		shared->done = 1;
}

// Whose code is that? The first plug-in found is the one.
static void accuse(const void *address)
{
	const char *path = loaded != NULL ? lane_loader_owner(loaded, address, all_engines) : NULL;
	if (path != NULL && !__atomic_exchange_n(&shared->has_culprit, 1, __ATOMIC_ACQ_REL))
		strncpy(shared->culprit, path, sizeof(shared->culprit) - 1);
}

// In a signal handler: backtrace has been called before, so that it loads nothing now.
static void find_culprit(void)
{
	void *frames[max_frames];
	const int n = backtrace(frames, max_frames);
	for (int i = 0; i < n; i++)
		accuse(frames[i]);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	static pid_t crashing; // threads that crash after the first wait for the end that it brings
	const int saved = errno;
	const pid_t self = (pid_t)syscall(SYS_gettid);
	pid_t first = 0;
	(void)info;
	if (number != PROBE &&
	    !__atomic_compare_exchange_n(&crashing, &first, self, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		while (first != self)
			pause();
#if defined(__x86_64__)
	// A call to nowhere ends the stack for backtrace; its caller is what the call pushed.
	const greg_t *registers = ((const ucontext_t *)context)->uc_mcontext.gregs;
	if (registers[REG_RIP] == 0)
		accuse(*(void *const *)registers[REG_RSP]);
	else
		accuse((void *)registers[REG_RIP]);
#else
	(void)context;
#endif
	if (!shared->has_culprit)
		find_culprit();
	if (number == PROBE)
		__atomic_fetch_add(&shared->answers, 1, __ATOMIC_RELEASE);
	else
		signal(number, SIG_DFL); // it comes again, and is deadly then
	errno = saved;
}

static void on_exit_call(void)
{
	if (!shared->done)
		find_culprit(); // of exit()
}

static void prepare_worker(pid_t watcher)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
	void *frame;
	backtrace(&frame, 1);
	setpgid(0, 0); // a Ctrl-C comes from the watcher, once
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != watcher)
		_exit(EXIT_CHECK);
	enter_thread();
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_ONSTACK | SA_SIGINFO};
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigaction(crashes[i], &action, NULL);
	action.sa_flags = SA_RESTART | SA_ONSTACK | SA_SIGINFO;
	sigaction(PROBE, &action, NULL);
	atexit(on_exit_call);
}

// ---- In the watcher ----

// Asks every thread of ours. Whether the worker stands still in a plug-in, or does not even answer.
static int stands_still(pid_t worker)
{
	const unsigned n = __atomic_load_n(&shared->n_threads, __ATOMIC_ACQUIRE);
	unsigned asked = 0;
	__atomic_store_n(&shared->answers, 0, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < n && i < max_threads; i++)
		asked += syscall(SYS_tgkill, worker, shared->threads[i], PROBE) == 0;
	for (int i = 0; i < 20 && __atomic_load_n(&shared->answers, __ATOMIC_ACQUIRE) < asked; i++)
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	return shared->has_culprit || __atomic_load_n(&shared->answers, __ATOMIC_ACQUIRE) < asked;
}

// Until the worker has ended, handing on what we are told. Whether it had to be killed because it stood still.
static int watch(pid_t worker, double limit, const sigset_t *signals, int *status)
{
	unsigned beats = 0;
	double alive = bench_now();
	int killed = 0;
	while (waitpid(worker, status, WNOHANG) == 0) {
		const int number = sigtimedwait(signals, NULL, &(struct timespec){.tv_sec = 1});
		const unsigned now = __atomic_load_n(&shared->beats, __ATOMIC_RELAXED);
		if (number > 0 && number != SIGCHLD)
			kill(worker, number);
		if (now != beats)
			alive = bench_now();
		beats = now;
		if (bench_now() - alive >= limit) {
			killed = killed || (stands_still(worker) && kill(worker, SIGKILL) == 0);
			alive = bench_now();
		}
	}
	return killed;
}

// What went wrong with the worker in one line; "" when nothing did.
static void describe(int status, int stood_still, double limit, char *text, size_t cap)
{
	text[0] = '\0';
	if (stood_still)
		snprintf(text, cap, "it gave no answer for %.0f s", limit);
	else if (WIFSIGNALED(status))
		snprintf(text, cap, "it crashed: %s", strsignal(WTERMSIG(status)));
	else if (!shared->done)
		snprintf(text, cap, "it ended the process, with exit code %d", WEXITSTATUS(status));
}

static int is_from_outside(int status)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGKILL, SIGPIPE};
	for (size_t i = 0; WIFSIGNALED(status) && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (WTERMSIG(status) == numbers[i])
			return 1;
	return 0;
}

// Ends as the worker did.
static int end_alike(int status)
{
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	const int number = WTERMSIG(status);
	sigset_t only;
	sigemptyset(&only);
	sigaddset(&only, number);
	signal(number, SIG_DFL);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	return EXIT_CHECK;
}

int isolate_wanted(const struct bench_options *options, const struct lane_loader *loader)
{
	return options->has_isolate ? options->isolate > 0 : lane_loader_has_foreign(loader);
}

int isolate(const struct bench_options *options, struct lane_loader *loader, int lenient, int (*work)(void *user),
	    void *user)
{
	const double limit = options->has_isolate ? options->isolate : ISOLATE_SECONDS;
	const pid_t self = getpid();
	sigset_t signals, before;
	int blamed = 0;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		shared = NULL;
		return work(user);
	}
	loaded = loader;
	all_engines = options->has_isolate;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &before);
	for (int attempt = 0;; attempt++) {
		char reason[200];
		int status;
		*shared = (struct shared){0};
		fflush(NULL);
		const pid_t worker = fork();
		if (worker < 0)
			return usage_error("no process for the engines: %s", strerror(errno));
		if (worker == 0) {
			sigprocmask(SIG_SETMASK, &before, NULL);
			prepare_worker(self);
			const int code = work(user);
			loaded = NULL; // freed soon, while plug-ins have their last word
			return code;
		}
		const int stood_still = watch(worker, limit, &signals, &status);
		describe(status, stood_still, limit, reason, sizeof(reason));
		if (reason[0] == '\0')
			return blamed && !lenient && WEXITSTATUS(status) != EXIT_CHECK ? EXIT_CHECK
										       : WEXITSTATUS(status);
		const char *culprit = shared->has_culprit ? shared->culprit : NULL;
		if ((is_from_outside(status) && !stood_still) || attempt == max_attempts ||
		    (culprit == NULL && !lane_loader_has_foreign(loader)))
			return end_alike(status);
		blamed = 1;
		if (!lenient || shared->done || options->worker > 0)
			usage_error("%s: %s", culprit != NULL ? culprit : "a plug-in, which could not be told", reason);
		if (shared->done)
			return EXIT_CHECK;
		if (options->worker > 0) // who started it goes on without this start
			return EXIT_USAGE;
		lane_loader_blame(loader, culprit, reason);
	}
}
