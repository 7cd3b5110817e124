// SPDX-License-Identifier: MIT
// One kind of leak a function, and what looks like one without being it: object_code.py has to catch each leak_… and no
// clean_….

#include <immintrin.h>

#include "leaky.h"
#include "util.h"

#define EXPORT(type, name, ...)                                                                                        \
	type name(__VA_ARGS__);                                                                                        \
	__attribute__((noinline)) type name(__VA_ARGS__)

static const uint8_t table[256] = {1, 2, 3};

EXPORT(uint64_t, leak_byte_mask, const uint8_t *secret)
{
	const __m128i x = _mm_loadu_si128((const __m128i *)secret);
	if (_mm_movemask_epi8(x) == 5) {
		KEEP_BRANCH();
		return 1;
	}
	return 2;
}

EXPORT(uint64_t, leak_vector_test, const uint8_t *secret)
{
	const __m256i x = _mm256_loadu_si256((const __m256i *)secret);
	if (_mm256_testz_si256(x, x)) {
		KEEP_BRANCH();
		return 1;
	}
	return 2;
}

EXPORT(uint64_t, leak_mask_register, const uint8_t *secret)
{
	const __m512i x = _mm512_loadu_si512(secret);
	if (_mm512_cmpeq_epi8_mask(x, _mm512_setzero_si512()) == 0) {
		KEEP_BRANCH();
		return 1;
	}
	return 2;
}

EXPORT(uint64_t, leak_index_from_vector, const uint8_t *secret)
{
	const __m128i x = _mm_aesenc_si128(_mm_loadu_si128((const __m128i *)secret), _mm_setzero_si128());
	return table[_mm_cvtsi128_si32(x) & 255];
}

EXPORT(__m512i, leak_gather, const uint8_t *secret)
{
	const __m512i x = _mm512_and_si512(_mm512_loadu_si512(secret), _mm512_set1_epi32(63));
	return _mm512_i32gather_epi32(x, table, 4);
}

EXPORT(__m512i, leak_masked_load, const uint8_t *secret, const uint8_t *p)
{
	return _mm512_maskz_loadu_epi8(load64_le(secret), p);
}

EXPORT(uint64_t, leak_division, const uint8_t *secret)
{
	return load64_le(secret) / load64_le(secret + 8);
}

EXPORT(uint64_t, leak_bit_deposit, const uint8_t *secret)
{
	return _pdep_u64(load64_le(secret), load64_le(secret + 8));
}

EXPORT(void, leak_length, uint8_t *out, const uint8_t *in, const uint8_t *secret)
{
	memcpy(out, in, secret[0]);
}

EXPORT(uint64_t, leak_switch, const uint8_t *secret)
{
	switch (secret[0] & 7) {
	case 0:
		return leak_byte_mask(secret);
	case 1:
		return leak_vector_test(secret);
	case 2:
		return leak_mask_register(secret);
	case 3:
		return leak_division(secret);
	case 4:
		return leak_bit_deposit(secret);
	case 5:
		return leak_index_from_vector(secret);
	default:
		return 0;
	}
}

// By way of the stack, a function's argument and its result.
static __attribute__((noinline)) uint64_t mixed(uint64_t x)
{
	volatile uint64_t kept = x;
	return kept * 3;
}

EXPORT(uint64_t, leak_through_calls, const uint8_t *secret)
{
	if (mixed(load64_le(secret)) > 7) {
		KEEP_BRANCH();
		return 1;
	}
	return 2;
}

EXPORT(uint64_t, leak_in_loop, const uint8_t *secret, size_t len)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < len; i++)
		sum = sum * 3 + secret[i];
	uint64_t n = 0;
	while (sum > n) { // rounds by a secret
		KEEP_BRANCH();
		n += n + 1;
	}
	return n;
}

// --- none of these depends on a secret

EXPORT(uint64_t, clean_length, const uint8_t *secret, size_t len)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < len; i++)
		sum += secret[i] * table[i % 256];
	return sum;
}

EXPORT(uint64_t, clean_select, const uint8_t *secret)
{
	const uint64_t mask = 0 - (load64_le(secret) & 1);
	return (load64_le(secret + 8) & mask) | (load64_le(secret + 16) & ~mask);
}

EXPORT(__m512i, clean_masked_load, const uint8_t *secret, size_t len)
{
	return _mm512_maskz_loadu_epi8(_bzhi_u64(~UINT64_C(0), (unsigned)len), secret);
}

EXPORT(__m512i, clean_masked_sum, const uint8_t *secret)
{
	const __m512i x = _mm512_loadu_si512(secret);
	return _mm512_mask_add_epi32(x, _mm512_movepi32_mask(x), x, x);
}
