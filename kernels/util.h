/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_UTIL_H
#define LANE_KERNELS_UTIL_H

/* Small things that every family's public layer and portable kernel need. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <lanecrypt/common.h>

/* Sanitizers put a check at every access; with all inlined and unrolled, compilers take minutes over a kernel. */
#if defined(__SANITIZE_ADDRESS__)
#define LANE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define LANE_SANITIZED 1
#endif
#endif
#ifndef LANE_SANITIZED
#define LANE_SANITIZED 0
#endif

/* MemorySanitizer does not see what assembly writes: C takes its place there. */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define LANE_MEMORY_SANITIZED 1
#endif
#endif
#ifndef LANE_MEMORY_SANITIZED
#define LANE_MEMORY_SANITIZED 0
#endif

/* LANE_UNROLL: before a loop of constant trip count whose arrays have to live in registers. */
#if LANE_SANITIZED
#define LANE_INLINE static inline __attribute__((unused))
#define LANE_UNROLL
#else
#define LANE_INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define LANE_UNROLL _Pragma("unroll")
#else
#define LANE_UNROLL _Pragma("GCC unroll 32")
#endif
#endif

LANE_INLINE uint32_t load32_le(const uint8_t *p)
{
	uint32_t x;
	memcpy(&x, p, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap32(x);
#endif
	return x;
}

LANE_INLINE uint64_t load64_le(const uint8_t *p)
{
	uint64_t x;
	memcpy(&x, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

LANE_INLINE void store32_le(uint8_t *p, uint32_t x)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap32(x);
#endif
	memcpy(p, &x, 4);
}

LANE_INLINE void store64_le(uint8_t *p, uint64_t x)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	memcpy(p, &x, 8);
}

/* Nonces and counters are often written just before, in pieces; a load that spans two of them would wait for both to
 * reach the cache, some 50 cycles. Loads of 4 bytes don't, and the barrier keeps compilers from joining them. */
LANE_INLINE int load_word(const uint8_t *p)
{
	uint32_t x = load32_le(p);
	if (!LANE_MEMORY_SANITIZED) // which takes assembly for a use of secrets
		__asm__("" : "+r"(x));
	return (int)x;
}

LANE_INLINE uint32_t load32_be(const uint8_t *p)
{
	return __builtin_bswap32(load32_le(p));
}

LANE_INLINE uint64_t load64_be(const uint8_t *p)
{
	return __builtin_bswap64(load64_le(p));
}

LANE_INLINE void store32_be(uint8_t *p, uint32_t x)
{
	store32_le(p, __builtin_bswap32(x));
}

LANE_INLINE void store64_be(uint8_t *p, uint64_t x)
{
	store64_le(p, __builtin_bswap64(x));
}

/* The n < 16 bytes at p as two little-endian words, then zeroes. Without a loop, and no other byte is read. */
LANE_INLINE void load_part(const uint8_t *p, size_t n, uint64_t *lo, uint64_t *hi)
{
	*lo = *hi = 0;
	if (n >= 8) {
		*lo = load64_le(p);
		*hi = load64_le(p + n - 8) >> 1 >> (127 - 8 * n); /* n = 8: nothing */
	} else if (n >= 4) {
		*lo = load32_le(p) | (uint64_t)load32_le(p + n - 4) << (8 * n - 32);
	} else if (n > 0) {
		*lo = p[0] | (uint64_t)p[n / 2] << 8 * (n / 2) | (uint64_t)p[n - 1] << (8 * n - 8);
	}
}

/* The first n < 16 bytes of two such words. */
LANE_INLINE void store_part(uint8_t *p, size_t n, uint64_t lo, uint64_t hi)
{
	uint64_t rest = lo;
	if (n & 8) {
		store64_le(p, rest);
		rest = hi;
		p += 8;
	}
	if (n & 4) {
		store32_le(p, (uint32_t)rest);
		rest >>= 32;
		p += 4;
	}
	if (n & 2) {
		p[0] = (uint8_t)rest;
		p[1] = (uint8_t)(rest >> 8);
		rest >>= 16;
		p += 2;
	}
	if (n & 1)
		p[0] = (uint8_t)rest;
}

#if defined(__AVX512F__)
typedef uint8_t wipe_vector __attribute__((vector_size(64), aligned(1), may_alias));
#elif defined(__AVX__)
typedef uint8_t wipe_vector __attribute__((vector_size(32), aligned(1), may_alias));
#else
typedef uint8_t wipe_vector __attribute__((vector_size(16), aligned(1), may_alias));
#endif

/* lane_wipe for what is on the stack: inline, and as hard to drop. Vector by vector, since gcc makes `rep stos`
 * of a memset, which takes 60 to 120 cycles. */
LANE_INLINE void wipe_stack(void *p, size_t len)
{
	uint8_t *at = p;
	for (; len >= sizeof(wipe_vector); at += sizeof(wipe_vector), len -= sizeof(wipe_vector)) {
		*(wipe_vector *)(void *)at = (wipe_vector){0};
		__asm__ volatile("" : : "r"(at) : "memory"); // else it becomes a memset again
	}
	memset(at, 0, len);
	__asm__ volatile("" : : "r"(at) : "memory");
}

LANE_INLINE size_t longer(size_t a_len, size_t b_len)
{
	return a_len > b_len ? a_len : b_len;
}

LANE_INLINE int is_aligned(const void *p, size_t n)
{
	return ((uintptr_t)p & (n - 1)) == 0;
}

/* Whether [a, a+a_len) and [b, b+b_len) share a byte. Free of branches, since
 * every message pays for it several times. */
LANE_INLINE int overlaps(const void *a, size_t a_len, const void *b, size_t b_len)
{
	const uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;
	return ((y - x < a_len) | (x - y < b_len)) & (a_len != 0) & (b_len != 0);
}

/* Whether they may share a byte: never wrong when it says no, cheaper than the
 * truth. Not for two empty ones. */
LANE_INLINE int may_overlap(const void *a, size_t a_len, const void *b, size_t b_len)
{
	return (uintptr_t)a - (uintptr_t)b + (a_len - 1) < a_len + b_len - 1;
}

/* Whether two buffers of len bytes overlap without being the same one. */
LANE_INLINE int overlaps_partly(const void *a, const void *b, size_t len)
{
	return a != b && overlaps(a, len, b, len);
}

#endif
