// SPDX-License-Identifier: MIT
// What bench/predict looks at: one engine linked in, one operation of it on a message, and the addresses of the
// instructions that run meanwhile. Those come from single steps, on x86-64; elsewhere from QEMU's log, in which the two
// marks stand before and after the operation.

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine.h"

enum { max_len = 1 << 20, aad_len = 13, room = 64 };

void predict_begin(void);
void predict_end(void);

// ---- Operations ----

struct job {
	const char *kind, *op;
	const void *item;
	void *key;
	size_t len;
	uint8_t *in, *out, iv[room], aad[room], tag[room];
};

static const char *const kinds[] = {LANE_ENGINE_AEAD, LANE_ENGINE_CIPHER, LANE_ENGINE_MAC};
static const char *const ops[][2] = {{"seal", "open"}, {"encrypt", "decrypt"}, {"mac", NULL}};
enum { n_kinds = sizeof(kinds) / sizeof(kinds[0]) };

static int fail(const char *what, const char *name)
{
	fprintf(stderr, "predict-driver: %s: %s\n", what, name);
	return 1;
}

static int new_key(struct lane_engine_object *object, struct job *job)
{
	static const uint8_t bytes[room] = {1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67};
	const struct lane_engine_aead *aead = job->item;
	const struct lane_engine_cipher *cipher = job->item;
	const struct lane_engine_mac *mac = job->item;
	if (job->kind == kinds[0])
		return aead->key_new(object, aead, bytes, aead->key_len, aead->tag_len, &job->key);
	if (job->kind == kinds[1]) {
		uint8_t halves[room]; // XTS wants two that differ
		for (size_t i = 0; i < room; i++)
			halves[i] = (uint8_t)(i + bytes[i]);
		return cipher->key_new(object, cipher, halves, cipher->key_len, &job->key);
	}
	return mac->key_new(object, mac, bytes, mac->key_len, &job->key);
}

// inverse: the second of the kind's operations.
static int work(struct job *job, int inverse)
{
	const struct lane_engine_aead *aead = job->item;
	const struct lane_engine_cipher *cipher = job->item;
	const struct lane_engine_mac *mac = job->item;
	if (job->kind == kinds[0]) {
		struct lane_engine_message m = {.out = inverse ? job->in : job->out,
						.in = inverse ? job->out : job->in,
						.len = job->len,
						.nonce = job->iv,
						.nonce_len = aead->nonce_len,
						.aad = job->aad,
						.aad_len = aad_len,
						.tag = job->tag,
						.tag_len = aead->tag_len};
		return (inverse ? aead->open : aead->seal)(job->key, &m, 1);
	}
	if (job->kind == kinds[1])
		return (inverse ? cipher->decrypt : cipher->encrypt)(job->key, job->iv, job->out, job->in, job->len);
	return mac->compute(job->key, job->tag, job->in, job->len);
}

__attribute__((noinline)) void predict_begin(void)
{
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) void predict_end(void)
{
	__asm__ volatile("" ::: "memory");
}

// Once so that what is made on first need is there, then between the marks.
static int run(struct job *job)
{
	const int inverse = strcmp(job->op, "open") == 0 || strcmp(job->op, "decrypt") == 0;
	int status = work(job, 0);
	predict_begin();
	if (status == LANE_ENGINE_OK)
		status = work(job, inverse);
	predict_end();
	return status == LANE_ENGINE_OK ? 0 : fail("the operation failed", job->op);
}

// ---- Single steps ----

#ifdef __x86_64__
static uint64_t where(pid_t child)
{
	return (uint64_t)ptrace(PTRACE_PEEKUSER, child, offsetof(struct user_regs_struct, rip), NULL);
}

// Steps, or runs, until the child is at target; writes the addresses of the steps.
static int go_to(pid_t child, uint64_t target, int silent)
{
	int status;
	for (uint64_t at; (at = where(child)) != target;) {
		if (!silent && fwrite(&at, sizeof(at), 1, stdout) != 1)
			return fail("writing", strerror(errno));
		if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0 || waitpid(child, &status, 0) != child ||
		    !WIFSTOPPED(status))
			return fail("stepping", "the operation has ended");
	}
	return 0;
}

static int trace(struct job *job)
{
	int status;
	const pid_t child = fork();
	if (child < 0)
		return fail("fork", strerror(errno));
	if (child == 0) {
		if (work(job, 0) != LANE_ENGINE_OK || ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(1);
		raise(SIGSTOP);
		_exit(run(job));
	}
	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return fail("tracing", "the operation failed, or this process may not trace");
	/* A breakpoint at the first mark, the byte of which is put back. */
	const uint64_t begin = (uint64_t)(uintptr_t)predict_begin;
	const long code = ptrace(PTRACE_PEEKTEXT, child, (void *)begin, NULL);
	ptrace(PTRACE_POKETEXT, child, (void *)begin, (void *)((code & ~0xffL) | 0xcc));
	if (ptrace(PTRACE_CONT, child, NULL, NULL) != 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return fail("tracing", "the operation failed");
	ptrace(PTRACE_POKETEXT, child, (void *)begin, (void *)code);
	ptrace(PTRACE_POKEUSER, child, offsetof(struct user_regs_struct, rip), (void *)begin);
	status = go_to(child, (uint64_t)(uintptr_t)predict_end, 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return fflush(stdout) != 0 ? fail("writing", strerror(errno)) : status;
}
#else
static int trace(struct job *job)
{
	return run(job);
}
#endif

// ---- What there is ----

static const struct lane_engine_item *item_at(const struct lane_engine_table *table, size_t i)
{
	return (const void *)((const char *)table->items + i * table->item_size);
}

static int list(const struct lane_engine *engine)
{
	for (size_t k = 0; k < n_kinds; k++) {
		const struct lane_engine_table *table = engine->table(kinds[k]);
		for (size_t i = 0; table != NULL && i < table->n_items; i++) {
			const struct lane_engine_item *item = item_at(table, i);
			for (size_t o = 0; o < 2 && ops[k][o] != NULL; o++)
				if (o == 0 || !(item->capabilities & LANE_ENGINE_ENCRYPT_ONLY))
					printf("%s\t%s\t%s\t%s\n", item->algorithm,
					       item->kernel != NULL ? item->kernel : "-", ops[k][o],
					       item->unavailable != NULL ? item->unavailable : "-");
		}
	}
	return 0;
}

static int find(const struct lane_engine *engine, const char *algorithm, const char *kernel, struct job *job)
{
	for (size_t k = 0; k < n_kinds; k++) {
		const struct lane_engine_table *table = engine->table(kinds[k]);
		for (size_t i = 0; table != NULL && i < table->n_items; i++) {
			const struct lane_engine_item *item = item_at(table, i);
			if (strcasecmp(item->algorithm, algorithm) != 0 ||
			    strcmp(item->kernel != NULL ? item->kernel : "-", kernel) != 0)
				continue;
			job->kind = kinds[k];
			job->item = item;
			for (size_t o = 0; o < 2; o++)
				if (ops[k][o] != NULL && strcmp(ops[k][o], job->op) == 0)
					return item->unavailable == NULL ? 0 : fail(kernel, item->unavailable);
		}
	}
	return fail("no such item or operation", algorithm);
}

int main(int argc, char **argv)
{
	char reason[256] = "";
	struct lane_engine_object *object = NULL;
	const struct lane_engine *engine = lane_engine_entry(LANE_ENGINE_ABI);
	if (argc == 2 && strcmp(argv[1], "version") == 0)
		return puts(engine->library_version()) < 0;
	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list(engine);
	if (argc != 6 || strcmp(argv[1], "trace") != 0) {
		fputs("usage: predict-driver version | list | trace <algorithm> <kernel> <operation> <bytes>\n",
		      stderr);
		return 2;
	}
	struct job job = {.op = argv[4], .len = strtoul(argv[5], NULL, 10)};
	if (job.len == 0 || job.len > max_len)
		return fail("bytes", argv[5]);
	if (find(engine, argv[2], argv[3], &job) != 0)
		return 1;
	job.in = aligned_alloc(64, max_len);
	job.out = aligned_alloc(64, max_len);
	if (job.in == NULL || job.out == NULL)
		return fail("memory", "there is none");
	memset(job.in, 0x5a, max_len);
	if (engine->create(&object, reason, sizeof(reason)) != LANE_ENGINE_OK)
		return fail("the engine", reason);
	if (new_key(object, &job) != LANE_ENGINE_OK)
		return fail("the key", engine->last_error(object));
	return trace(&job);
}
