/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_CPU_H
#define LANE_KERNELS_CPU_H

/*
 * CPU features as bits. A kernel's needs are LANE_CPU_REQUIRED, read back from
 * the flags that its file was compiled with, so that table and flags can't
 * drift apart; what the CPU has is lane_cpu().
 */

#include <stddef.h>
#include <stdint.h>

#define LANE_CPU_SSE2 (UINT64_C(1) << 0)
#define LANE_CPU_SSSE3 (UINT64_C(1) << 1)
#define LANE_CPU_SSE41 (UINT64_C(1) << 2)
#define LANE_CPU_AES (UINT64_C(1) << 3)
#define LANE_CPU_PCLMUL (UINT64_C(1) << 4)
#define LANE_CPU_AVX (UINT64_C(1) << 5)
#define LANE_CPU_AVX2 (UINT64_C(1) << 6)
#define LANE_CPU_BMI2 (UINT64_C(1) << 7)
#define LANE_CPU_VAES (UINT64_C(1) << 8)
#define LANE_CPU_VPCLMUL (UINT64_C(1) << 9)
#define LANE_CPU_AVX512 (UINT64_C(1) << 10) /* F, BW, DQ and VL: no kernel wants fewer */
#define LANE_CPU_IFMA (UINT64_C(1) << 11)
#define LANE_CPU_VBMI (UINT64_C(1) << 12)
#define LANE_CPU_NEON (UINT64_C(1) << 32)
#define LANE_CPU_ARM_AES (UINT64_C(1) << 33) /* AESE … and PMULL */
#define LANE_CPU_ARM_SHA3 (UINT64_C(1) << 34)

/* Not an instruction: 512-bit vectors pay off here (no heavy clock licence). */
#define LANE_CPU_FAST_ZMM (UINT64_C(1) << 63)

/* Features of this CPU, less LANE_CPU_DISABLE. Detected once; thread-safe. */
uint64_t lane_cpu(void);

/* The first unknown word of LANE_CPU_DISABLE, or NULL. */
const char *lane_cpu_unknown_word(void);

/* "ssse3,aes": writes names of bits, cut at cap; returns the whole length. */
size_t lane_cpu_names(uint64_t features, char *text, size_t cap);

/* An environment variable that set-user-ID programs ignore. */
const char *lane_getenv(const char *name);

#ifdef __SSSE3__
#define LANE_REQ_SSSE3 LANE_CPU_SSSE3
#else
#define LANE_REQ_SSSE3 0
#endif
#ifdef __SSE4_1__
#define LANE_REQ_SSE41 LANE_CPU_SSE41
#else
#define LANE_REQ_SSE41 0
#endif
#ifdef __AES__
#define LANE_REQ_AES LANE_CPU_AES
#else
#define LANE_REQ_AES 0
#endif
#ifdef __PCLMUL__
#define LANE_REQ_PCLMUL LANE_CPU_PCLMUL
#else
#define LANE_REQ_PCLMUL 0
#endif
#ifdef __AVX__
#define LANE_REQ_AVX LANE_CPU_AVX
#else
#define LANE_REQ_AVX 0
#endif
#ifdef __AVX2__
#define LANE_REQ_AVX2 LANE_CPU_AVX2
#else
#define LANE_REQ_AVX2 0
#endif
#ifdef __BMI2__
#define LANE_REQ_BMI2 LANE_CPU_BMI2
#else
#define LANE_REQ_BMI2 0
#endif
#ifdef __VAES__
#define LANE_REQ_VAES LANE_CPU_VAES
#else
#define LANE_REQ_VAES 0
#endif
#ifdef __VPCLMULQDQ__
#define LANE_REQ_VPCLMUL LANE_CPU_VPCLMUL
#else
#define LANE_REQ_VPCLMUL 0
#endif
#if defined(__AVX512F__) || defined(__AVX512BW__) || defined(__AVX512DQ__) || defined(__AVX512VL__)
#define LANE_REQ_AVX512 LANE_CPU_AVX512
#else
#define LANE_REQ_AVX512 0
#endif
#ifdef __AVX512IFMA__
#define LANE_REQ_IFMA LANE_CPU_IFMA
#else
#define LANE_REQ_IFMA 0
#endif
#ifdef __AVX512VBMI__
#define LANE_REQ_VBMI LANE_CPU_VBMI
#else
#define LANE_REQ_VBMI 0
#endif
/* On arm64 the compiler's baseline has NEON; the macros name the extensions. */
#ifdef __ARM_FEATURE_AES
#define LANE_REQ_ARM_AES LANE_CPU_ARM_AES
#else
#define LANE_REQ_ARM_AES 0
#endif
#ifdef __ARM_FEATURE_SHA3
#define LANE_REQ_ARM_SHA3 LANE_CPU_ARM_SHA3
#else
#define LANE_REQ_ARM_SHA3 0
#endif

#define LANE_CPU_REQUIRED                                                                                              \
	(LANE_REQ_SSSE3 | LANE_REQ_SSE41 | LANE_REQ_AES | LANE_REQ_PCLMUL | LANE_REQ_AVX | LANE_REQ_AVX2 |             \
	 LANE_REQ_BMI2 | LANE_REQ_VAES | LANE_REQ_VPCLMUL | LANE_REQ_AVX512 | LANE_REQ_IFMA | LANE_REQ_VBMI |          \
	 LANE_REQ_ARM_AES | LANE_REQ_ARM_SHA3)

#endif
