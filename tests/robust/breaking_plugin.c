// SPDX-License-Identifier: MIT
// The example engine, which is right, until BREAK="WHERE HOW" makes it break: in its constructor, at some call, or
// when the process ends.

#define _GNU_SOURCE
#define lane_engine_entry example_entry
#define crypt example_crypt // unistd.h has another
#include "../../engines/example/example.c"
#undef lane_engine_entry
#undef crypt

#include <signal.h>
#include <unistd.h>

__attribute__((visibility("default"))) const struct lane_engine *lane_engine_entry(uint32_t host_abi);

static int overflow(volatile char *up)
{
	volatile char down[1 << 12];
	down[0] = up != NULL ? up[0] : 0;
	return overflow(down) + down[0];
}

static void do_break(const char *how)
{
	static int n_ends; // exit() twice at once is undefined
	void (*volatile nowhere)(void) = NULL;
	sigset_t all;
	while (strstr(how, "exit") != NULL && __atomic_fetch_add(&n_ends, 1, __ATOMIC_RELAXED) > 0)
		pause();
	if (strcmp(how, "segfault") == 0)
		*(volatile int *)16 = 1;
	else if (strcmp(how, "abort") == 0)
		abort();
	else if (strcmp(how, "trap") == 0)
		__builtin_trap();
	else if (strcmp(how, "exit") == 0)
		exit(0);
	else if (strcmp(how, "_exit") == 0)
		_exit(0);
	else if (strcmp(how, "overflow") == 0)
		overflow(NULL);
	else if (strcmp(how, "nowhere") == 0)
		nowhere();
	else if (strcmp(how, "hang") == 0)
		for (;;)
			pause();
	sigfillset(&all); // "deaf"
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (volatile int i = 0;; i = 0)
		;
}

// Breaks when this place is meant, and the "crypt" calls when the number of calls is reached: "crypt:1000".
static void at_place(const char *place)
{
	static long n_calls;
	const char *wanted = getenv("BREAK");
	const size_t len = strlen(place);
	if (wanted == NULL || strncmp(wanted, place, len) != 0)
		return;
	if (wanted[len] == ':' && __atomic_add_fetch(&n_calls, 1, __ATOMIC_RELAXED) < atol(wanted + len + 1))
		return;
	const char *how = strchr(wanted, ' ');
	if (how != NULL)
		do_break(how + 1);
}

__attribute__((constructor)) static void at_load(void)
{
	at_place("load");
}

__attribute__((destructor)) static void at_exit(void)
{
	at_place("unload");
}

static const char *breaking_version(void)
{
	at_place("version");
	return version();
}

static int breaking_create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	at_place("create");
	return create(out, reason, reason_cap);
}

static void breaking_destroy(struct lane_engine_object *engine)
{
	at_place("destroy");
	destroy(engine);
}

static int breaking_key_new(struct lane_engine_object *engine, const struct lane_engine_cipher *item,
			    const uint8_t *bytes, size_t key_len, void **out)
{
	at_place("key");
	return key_new(engine, item, bytes, key_len, out);
}

static int breaking_crypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	at_place("crypt");
	return example_crypt(key, iv, out, in, len);
}

static const struct lane_engine_table *breaking_table(const char *kind)
{
	static struct lane_engine_cipher cipher;
	static struct lane_engine_table one;
	at_place("table");
	const struct lane_engine_table *table_of_kind = table(kind);
	if (table_of_kind == NULL)
		return NULL;
	cipher = ciphers[0];
	cipher.key_new = breaking_key_new;
	cipher.encrypt = cipher.decrypt = breaking_crypt;
	one = *table_of_kind;
	one.items = &cipher;
	return &one;
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static struct lane_engine engine;
	at_place("entry");
	engine = *example_entry(host_abi);
	engine.name = "breaking";
	engine.library_version = breaking_version;
	engine.create = breaking_create;
	engine.destroy = breaking_destroy;
	engine.table = breaking_table;
	return &engine;
}
