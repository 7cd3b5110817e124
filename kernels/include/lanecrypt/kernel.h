/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_KERNEL_H
#define LANECRYPT_KERNEL_H

/*
 * The kernels in this library and what this CPU can run.
 *
 * A kernel is one implementation of one algorithm family for one instruction
 * set, named "family:isa", for example "aes-gcm:aesni". Every `_init` function
 * picks by itself ("auto"); `_init_with` takes a kernel chosen by the caller.
 *
 * Two environment variables change what auto picks. They are read once, by
 * secure_getenv, and so are ignored in set-user-ID programs:
 *   LANE_KERNEL=aes-gcm:aesni,chacha20-poly1305:avx2
 *       forces these kernels for their families;
 *   LANE_CPU_DISABLE=avx512,vaes
 *       makes the library behave as if the CPU lacked these features.
 * An unknown name, or a kernel that cannot run, makes every `_init` return
 * LANE_ERR_KERNEL: there is no silent fallback.
 */

#include <lanecrypt/common.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lane_kernel;

/* Number of kernels compiled in, and the i-th of them: families together, the
 * best first within each, the portable one last. NULL beyond the end. */
LANE_API size_t lane_kernel_count(void);
LANE_API const struct lane_kernel *lane_kernel_at(size_t i);

/* The kernel of that full name ("aes-gcm:aesni"), case-insensitive, or NULL. */
LANE_API const struct lane_kernel *lane_kernel_find(const char *name);

LANE_API const char *lane_kernel_name(const struct lane_kernel *kernel);   /* "aes-gcm:aesni" */
LANE_API const char *lane_kernel_family(const struct lane_kernel *kernel); /* "aes-gcm" */
LANE_API const char *lane_kernel_isa(const struct lane_kernel *kernel);    /* "aesni" */

/* 1 when this CPU (less LANE_CPU_DISABLE) has all that the kernel needs. */
LANE_API int lane_kernel_usable(const struct lane_kernel *kernel);

/* Writes the features that the kernel needs ("aes,pclmul,ssse3"), or with
 * missing_only those of them that this CPU lacks; always terminated, cut at
 * cap. Returns the length that the whole text has. */
LANE_API size_t lane_kernel_features(const struct lane_kernel *kernel, int missing_only, char *text, size_t cap);

/* What auto uses in a family for a message of len bytes; NULL when the family
 * is unknown or LANE_KERNEL / LANE_CPU_DISABLE are in error. */
LANE_API const struct lane_kernel *lane_kernel_auto(const char *family, size_t len);

/* LANE_OK, or LANE_ERR_KERNEL with a sentence in text saying what is wrong with
 * LANE_KERNEL or LANE_CPU_DISABLE. Always terminated, cut at cap. */
LANE_API enum lane_status lane_kernel_check_environment(char *text, size_t cap);

/* The features of this CPU that the library knows, as "sse2,ssse3,aes,…", less
 * those of LANE_CPU_DISABLE. Returns the length that the whole text has. */
LANE_API size_t lane_cpu_features(char *text, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
