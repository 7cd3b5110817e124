// SPDX-License-Identifier: MIT
// watch all|sample SUBJECT…: runs every operation of a kernel on secrets that valgrind or MemorySanitizer watch. A
// subject is a kernel ("aes-gcm:aesni"), which must not use a secret in a branch or an address, or a control
// ("aes-gcm:leaky"), every operation of which must be caught at it.

#include "operations.h"
#include "secret.h"

#include <sys/wait.h>
#include <unistd.h>

enum { CLEAN = 0, WRONG = 1, LEAKED = 3 }; // exit statuses of a child

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
const char *__msan_default_options(void);
const char *__msan_default_options(void)
{
	return "exit_code=3"; // LEAKED
}
#endif
#endif

static struct work work;

// The length after len: every one at first, then steps that are prime to all block and vector lengths.
static size_t next_len(size_t len, int sample)
{
	const size_t dense = sample ? 36 : 300;
	const size_t step = len < dense ? 1 : len < 2100 ? (sample ? 211 : 53) : 7193;
	return len + step;
}

// A sample takes each length with one length of key, in turn, and all of nonces and associated data.
static int is_due(const struct work *w, size_t n, int sample)
{
	return !sample || n % n_key_lens(w) == w->len % n_key_lens(w);
}

static void run_one(const struct operation *o, struct work *w)
{
	random_bytes(w->key, sizeof w->key);
	random_bytes(w->nonce, sizeof w->nonce);
	random_bytes(w->aad, sizeof w->aad);
	random_bytes(w->in, w->len);
	secret_mark(w->key, sizeof w->key);
	secret_mark(w->aad, sizeof w->aad);
	secret_mark(w->in, sizeof w->in);
	if (!o->prepare(w))
		_exit(WRONG);
	const unsigned n_before = secret_n_uses();
	const int right = o->run(w);
	if (secret_n_uses() != n_before || !right) {
		fprintf(stderr, "%s, %s: length %zu, key of %zu, nonce of %zu, associated data of %zu bytes\n",
			w->kernel->name, o->name, w->len, w->key_len, w->nonce_len, w->aad_len);
		_exit(right ? LEAKED : WRONG);
	}
}

static int run_all(const struct operation *o, const struct lane_kernel *k, int sample)
{
	fflush(stdout);
	const pid_t pid = fork();
	if (pid == 0) {
		work.kernel = k;
		for (work.len = 0; work.len < MAX_TEXT_LEN; work.len = next_len(work.len, sample)) {
			for (size_t n = 0; take_lengths(&work, n); n++) {
				if (is_due(&work, n, sample))
					run_one(o, &work);
			}
		}
		_exit(CLEAN);
	}
	int status = 0;
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return WRONG;
	return WEXITSTATUS(status);
}

static int is_control(const struct lane_kernel *k)
{
	return strcmp(k->isa, "leaky") == 0;
}

// The number of operations whose verdict is not the one that is due.
static size_t watch(const struct lane_kernel *k, int sample)
{
	size_t n_failed = 0, n_run = 0;
	for (size_t i = 0; i < n_operations; i++) {
		const struct operation *o = &operations[i];
		if (strcmp(o->family, k->family) != 0)
			continue;
		const int due = is_control(k) && !o->innocent ? LEAKED : CLEAN, verdict = run_all(o, k, sample);
		printf("%s, %s: %s%s\n", k->name, o->name,
		       verdict == CLEAN    ? "no secret in a branch or an address"
		       : verdict == LEAKED ? "leaks"
					   : "wrong result",
		       verdict == due ? "" : " (FAILED)");
		n_failed += verdict != due;
		n_run++;
	}
	return n_run > 0 ? n_failed : 1;
}

int main(int argc, char **argv)
{
	if (argc < 3 || (strcmp(argv[1], "all") != 0 && strcmp(argv[1], "sample") != 0)) {
		fprintf(stderr, "usage: watch all|sample SUBJECT…\n");
		return 2;
	}
	if (!secret_is_watched()) {
		fprintf(stderr, "nobody watches: run it under " SECRET_TOOL "\n");
		return 2;
	}
	size_t n_failed = 0;
	for (int i = 2; i < argc; i++) {
		const struct lane_kernel *k = subject_find(argv[i]);
		if (!k) {
			fprintf(stderr, "no kernel named '%s'\n", argv[i]);
			return 2;
		}
		if (!lane_kernel_usable(k)) {
			char missing[128];
			lane_kernel_features(k, 1, missing, sizeof missing);
			printf("skipped: %s: this CPU, or " SECRET_TOOL ", lacks %s\n", k->name, missing);
			if (argc == 3)
				return TEST_SKIPPED;
			continue;
		}
		n_failed += watch(k, strcmp(argv[1], "sample") == 0);
	}
	return n_failed > 0;
}
