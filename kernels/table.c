// SPDX-License-Identifier: MIT
// Every kernel there is, and the choice among them.

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kernel_impl.h"

// LANE_KERNELS(X) is generated from the list of kernel files in CMakeLists.txt,
// families together, best first, the portable kernel last.
#include "kernel_list.h"

#define DECLARE(symbol) extern const struct lane_kernel symbol;
LANE_KERNELS(DECLARE)
#undef DECLARE

#define ENTRY(symbol) &symbol,
static const struct lane_kernel *const kernels[] = {LANE_KERNELS(ENTRY)};
#undef ENTRY
enum { n_kernels = sizeof kernels / sizeof kernels[0], max_forced = 16 };

// What LANE_KERNEL asks for, parsed once.
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const struct lane_kernel *forced[max_forced];
static size_t n_forced;
static char environment_error[192];

size_t lane_kernel_count(void)
{
	return n_kernels;
}

const struct lane_kernel *lane_kernel_at(size_t i)
{
	return i < n_kernels ? kernels[i] : NULL;
}

static const struct lane_kernel *find(const char *name, size_t len)
{
	for (size_t i = 0; i < n_kernels; i++) {
		if (strncasecmp(kernels[i]->name, name, len) == 0 && kernels[i]->name[len] == '\0')
			return kernels[i];
	}
	return NULL;
}

const struct lane_kernel *lane_kernel_find(const char *name)
{
	return find(name, strlen(name));
}

const char *lane_kernel_name(const struct lane_kernel *kernel)
{
	return kernel->name;
}

const char *lane_kernel_family(const struct lane_kernel *kernel)
{
	return kernel->family;
}

const char *lane_kernel_isa(const struct lane_kernel *kernel)
{
	return kernel->isa;
}

int lane_kernel_usable(const struct lane_kernel *kernel)
{
	return (kernel->required & ~lane_cpu()) == 0;
}

size_t lane_kernel_features(const struct lane_kernel *kernel, int missing_only, char *text, size_t cap)
{
	return lane_cpu_names(missing_only ? kernel->required & ~lane_cpu() : kernel->required, text, cap);
}

static void read_environment(void)
{
	const char *word = lane_cpu_unknown_word();
	if (word) {
		snprintf(environment_error, sizeof environment_error, "LANE_CPU_DISABLE: unknown feature '%s'", word);
		return;
	}
	const char *list = lane_getenv("LANE_KERNEL");
	while (list && *list) {
		const size_t len = strcspn(list, ",");
		const struct lane_kernel *k = len > 0 ? find(list, len) : NULL;
		char missing[96];
		if (len > 0 && !k) {
			snprintf(environment_error, sizeof environment_error, "LANE_KERNEL: unknown kernel '%.*s'",
			         (int)(len < 64 ? len : 64), list);
			return;
		}
		if (k && !lane_kernel_usable(k)) {
			lane_kernel_features(k, 1, missing, sizeof missing);
			snprintf(environment_error, sizeof environment_error,
			         "LANE_KERNEL: '%s' cannot run here: the CPU lacks %s", k->name, missing);
			return;
		}
		if (k && n_forced == max_forced) {
			snprintf(environment_error, sizeof environment_error, "LANE_KERNEL: more than %d kernels",
			         max_forced);
			return;
		}
		if (k)
			forced[n_forced++] = k;
		list += len + (list[len] == ',');
	}
}

enum lane_status lane_kernel_check_environment(char *text, size_t cap)
{
	pthread_once(&once, read_environment);
	if (cap > 0)
		snprintf(text, cap, "%s", environment_error);
	return environment_error[0] ? LANE_ERR_KERNEL : LANE_OK;
}

static const struct lane_kernel *usable_named(const char *family, const char *isa)
{
	for (size_t i = 0; i < n_kernels; i++) {
		if (strcmp(kernels[i]->family, family) == 0 && strcmp(kernels[i]->isa, isa) == 0)
			return lane_kernel_usable(kernels[i]) ? kernels[i] : NULL;
	}
	return NULL;
}

// The first usable kernel, passing over 512-bit ones where these don't pay and another is at hand.
static const struct lane_kernel *best(const char *family)
{
	const struct lane_kernel *fallback = NULL;
	for (size_t i = 0; i < n_kernels; i++) {
		const struct lane_kernel *k = kernels[i];
		if (strcmp(k->family, family) != 0 || !lane_kernel_usable(k))
			continue;
		if (!(k->required & LANE_CPU_AVX512) || lane_cpu() & LANE_CPU_FAST_ZMM)
			return k;
		if (!fallback)
			fallback = k;
	}
	return fallback;
}

// Where another kernel of the same layout wins on short messages: measured crossings.
struct swap {
	const char *large, *small;
	size_t swap_len;
};
static const struct swap swaps[] = {
	{NULL, NULL, 0},
};

static void choose_auto(const struct lane_kernel *large, struct lane_choice *choice)
{
	*choice = (struct lane_choice){large, large, 0};
	for (size_t i = 0; swaps[i].large; i++) {
		const struct lane_kernel *small = usable_named(large->family, swaps[i].small);
		if (strcmp(swaps[i].large, large->name) == 0 && small && small->layout == large->layout) {
			choice->small = small;
			choice->swap_len = swaps[i].swap_len;
		}
	}
}

enum lane_status lane_kernel_choose(const char *family, const struct lane_kernel *wanted, struct lane_choice *choice)
{
	pthread_once(&once, read_environment);
	if (environment_error[0])
		return LANE_ERR_KERNEL;
	for (size_t i = 0; !wanted && i < n_forced; i++) {
		if (strcmp(forced[i]->family, family) == 0)
			wanted = forced[i];
	}
	if (wanted) {
		if (strcmp(wanted->family, family) != 0 || !lane_kernel_usable(wanted))
			return LANE_ERR_KERNEL;
		*choice = (struct lane_choice){wanted, wanted, 0};
		return LANE_OK;
	}
	const struct lane_kernel *k = best(family);
	if (!k)
		return LANE_ERR_KERNEL;
	choose_auto(k, choice);
	return LANE_OK;
}

const struct lane_kernel *lane_kernel_auto(const char *family, size_t len)
{
	struct lane_choice choice;
	if (lane_kernel_choose(family, NULL, &choice) != LANE_OK)
		return NULL;
	return len < choice.swap_len ? choice.small : choice.large;
}
