/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_CONSTANT_TIME_SECRET_H
#define LANE_TESTS_CONSTANT_TIME_SECRET_H

/*
 * Secrets are marked as undefined memory: valgrind's memcheck and clang's MemorySanitizer then report each branch and
 * each address that depends on one. Included by force into the public layers, whose CT_PUBLISH it defines.
 */

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define SECRET_TOOL "MemorySanitizer"
#endif
#endif

#ifdef SECRET_TOOL
static inline void secret_mark(const void *p, size_t len)
{
	__msan_poison(p, len);
}

static inline void secret_publish(const void *p, size_t len)
{
	__msan_unpoison(p, len);
}

/* MemorySanitizer ends the process at the first one. */
static inline unsigned secret_n_uses(void)
{
	return 0;
}

static inline int secret_is_watched(void)
{
	return 1;
}
#else
#include <valgrind/memcheck.h>
#define SECRET_TOOL "valgrind"
static inline void secret_mark(const void *p, size_t len)
{
	(void)VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

static inline void secret_publish(const void *p, size_t len)
{
	(void)VALGRIND_MAKE_MEM_DEFINED(p, len);
}

/* Of secrets in branches and addresses so far. */
static inline unsigned secret_n_uses(void)
{
	return VALGRIND_COUNT_ERRORS;
}

static inline int secret_is_watched(void)
{
	return RUNNING_ON_VALGRIND > 0;
}
#endif

#define CT_PUBLISH(x) secret_publish(x, sizeof *(x))

#endif
