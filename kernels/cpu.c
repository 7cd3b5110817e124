// SPDX-License-Identifier: MIT
// What this CPU can do: cpuid and XCR0 on x86-64, getauxval on arm64. Our own,
// since compilers' helpers differ and none knows LANE_CPU_DISABLE.

#define _GNU_SOURCE
#include "cpu.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <lanecrypt/kernel.h>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

// A name that users write, and all that falls with it.
struct feature {
	const char *name;
	uint64_t bit;
	uint64_t dependents;
};

#define ZMM_BITS (LANE_CPU_AVX512 | LANE_CPU_IFMA | LANE_CPU_VBMI | LANE_CPU_FAST_ZMM)
#define YMM_BITS (LANE_CPU_AVX2 | LANE_CPU_BMI2 | LANE_CPU_VAES | LANE_CPU_VPCLMUL | ZMM_BITS)

static const struct feature features[] = {
	{"sse2", LANE_CPU_SSE2, 0}, // the x86-64 baseline: cannot be disabled
	{"ssse3", LANE_CPU_SSSE3, LANE_CPU_SSE41 | LANE_CPU_AES | LANE_CPU_PCLMUL | LANE_CPU_AVX | YMM_BITS},
	{"sse4.1", LANE_CPU_SSE41, LANE_CPU_AES | LANE_CPU_PCLMUL | LANE_CPU_AVX | YMM_BITS},
	{"aes", LANE_CPU_AES, LANE_CPU_VAES},
	{"pclmul", LANE_CPU_PCLMUL, LANE_CPU_VPCLMUL},
	{"avx", LANE_CPU_AVX, YMM_BITS},
	{"avx2", LANE_CPU_AVX2, YMM_BITS},
	{"bmi2", LANE_CPU_BMI2, 0},
	{"vaes", LANE_CPU_VAES, 0},
	{"vpclmul", LANE_CPU_VPCLMUL, 0},
	{"avx512", LANE_CPU_AVX512, ZMM_BITS},
	{"ifma", LANE_CPU_IFMA, 0},
	{"vbmi", LANE_CPU_VBMI, 0},
	{"neon", LANE_CPU_NEON, 0}, // the arm64 baseline: cannot be disabled
	{"arm-aes", LANE_CPU_ARM_AES, 0},
	{"arm-sha3", LANE_CPU_ARM_SHA3, 0},
	{"fast-zmm", LANE_CPU_FAST_ZMM, 0},
};
enum { n_features = sizeof features / sizeof features[0] };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint64_t detected;
static char unknown_word[32];

#if defined(__x86_64__)
static uint64_t read_xcr0(void)
{
	uint32_t lo, hi;
	__asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (uint64_t)hi << 32 | lo;
}

static uint64_t when(uint32_t reg, int bit, uint64_t feature)
{
	return reg >> bit & 1 ? feature : 0;
}

static int is_intel(void)
{
	uint32_t a, b, c, d;
	return __get_cpuid(0, &a, &b, &c, &d) && b == signature_INTEL_ebx && c == signature_INTEL_ecx;
}

static uint64_t detect(void)
{
	uint32_t a, b, c, d;
	if (!__get_cpuid(1, &a, &b, &c, &d))
		return LANE_CPU_SSE2;
	uint64_t f = LANE_CPU_SSE2 | when(c, 9, LANE_CPU_SSSE3) | when(c, 19, LANE_CPU_SSE41) |
	             when(c, 25, LANE_CPU_AES) | when(c, 1, LANE_CPU_PCLMUL);
	const int osxsave = (c >> 27 & 1) != 0;
	const int avx = (c >> 28 & 1) != 0;
	const uint32_t model = (a >> 4 & 0xf) | (a >> 12 & 0xf0);
	const uint64_t xcr0 = osxsave ? read_xcr0() : 0;
	const int ymm_saved = (xcr0 & 0x06) == 0x06;
	const int zmm_saved = (xcr0 & 0xe6) == 0xe6;
	if (!avx || !ymm_saved)
		return f;
	f |= LANE_CPU_AVX;
	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
		return f;
	if (!(b >> 5 & 1))
		return f;
	f |= LANE_CPU_AVX2 | when(b, 8, LANE_CPU_BMI2) | when(c, 9, LANE_CPU_VAES) | when(c, 10, LANE_CPU_VPCLMUL);
	const uint32_t avx512_f_dq_bw_vl = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
	if (zmm_saved && (b & avx512_f_dq_bw_vl) == avx512_f_dq_bw_vl) {
		f |= LANE_CPU_AVX512 | when(b, 21, LANE_CPU_IFMA) | when(c, 1, LANE_CPU_VBMI);
		// Skylake-SP to Comet Lake, Cannon Lake: 512-bit work lowers the clock of all around it for
		// milliseconds. Ice Lake, Tiger Lake and Rocket Lake lose little; AMD and later Intel, nothing.
		const int heavy_licence = is_intel() && (model == 0x55 || model == 0x66);
		if (!heavy_licence)
			f |= LANE_CPU_FAST_ZMM;
	}
	return f;
}
#elif defined(__aarch64__)
static uint64_t detect(void)
{
	const unsigned long hwcap = getauxval(AT_HWCAP);
	const unsigned long asimd = 1ul << 1, aes = 1ul << 3, pmull = 1ul << 4, sha3 = 1ul << 17;
	uint64_t f = 0;
	if (hwcap & asimd)
		f |= LANE_CPU_NEON;
	if ((hwcap & aes) && (hwcap & pmull))
		f |= LANE_CPU_ARM_AES;
	if (hwcap & sha3)
		f |= LANE_CPU_ARM_SHA3;
	return f;
}
#else
static uint64_t detect(void)
{
	return 0;
}
#endif

static uint64_t disabled_by(const char *list)
{
	uint64_t off = 0;
	while (*list) {
		const size_t len = strcspn(list, ",");
		size_t i = 0;
		while (i < n_features &&
		       (strncasecmp(features[i].name, list, len) != 0 || features[i].name[len] != '\0'))
			i++;
		if (i < n_features)
			off |= features[i].bit | features[i].dependents;
		else if (len > 0 && unknown_word[0] == '\0')
			memcpy(unknown_word, list, len < sizeof unknown_word ? len : sizeof unknown_word - 1);
		list += len + (list[len] == ',');
	}
	return off & ~(LANE_CPU_SSE2 | LANE_CPU_NEON);
}

static void detect_once(void)
{
	const char *list = lane_getenv("LANE_CPU_DISABLE");
	detected = detect() & ~(list ? disabled_by(list) : 0);
}

uint64_t lane_cpu(void)
{
	pthread_once(&once, detect_once);
	return detected;
}

const char *lane_cpu_unknown_word(void)
{
	pthread_once(&once, detect_once);
	return unknown_word[0] ? unknown_word : NULL;
}

const char *lane_getenv(const char *name)
{
	return secure_getenv(name);
}

size_t lane_cpu_names(uint64_t bits, char *text, size_t cap)
{
	size_t len = 0;
	if (cap > 0)
		text[0] = '\0';
	for (size_t i = 0; i < n_features; i++) {
		if (!(bits & features[i].bit))
			continue;
		const char *parts[2] = {len > 0 ? "," : "", features[i].name};
		for (int p = 0; p < 2; p++) {
			for (const char *s = parts[p]; *s; s++, len++) {
				if (len + 1 < cap) {
					text[len] = *s;
					text[len + 1] = '\0';
				}
			}
		}
	}
	return len;
}

size_t lane_cpu_features(char *text, size_t cap)
{
	return lane_cpu_names(lane_cpu(), text, cap);
}
